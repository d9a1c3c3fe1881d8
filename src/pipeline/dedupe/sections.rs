//! Files of sections, each of which has a hash of its own. So several threads read a file at once, and every section straight to where
//! it is kept: memory that is written for the first time takes longer to get from the system than to fill, so a whole file beside
//! what is made of it is a part of a start's time.
//!
//! ```text
//! magic, kind, format | section ... | of each its bytes and their hash | how many | hash of all but the sections
//! ```
//! The last hash names all that the file holds.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use zerocopy::{FromBytes, IntoBytes};

use super::codec::Input;

/// Raised with every change of what the bytes mean. Written in the machine's order of bytes, as tables are.
pub(super) const FORMAT: u32 = 10;
const MAGIC: [u8; 8] = *b"copydesk";
const HEADER: usize = 16;
const HASH: usize = 32;
/// What the end tells of a section: its length and hash.
const TOLD: usize = 8 + HASH;
/// How many there are, and the last hash.
const END: usize = 8 + HASH;
/// More than any file has.
const MOST_SECTIONS: u64 = 1 << 10;
/// Read at once: the hash is fastest over many bytes, as long as they are in the cache.
const BUFFER: usize = 1 << 18;

/// What a file holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Head,
    Slice,
}

impl Kind {
    fn header(self) -> [u8; HEADER] {
        let kind = match self {
            Self::Head => *b"head",
            Self::Slice => *b"part",
        };
        let mut header = [0; HEADER];
        let parts = MAGIC.into_iter().chain(kind).chain(FORMAT.to_ne_bytes());
        header.iter_mut().zip(parts).for_each(|(to, byte)| *to = byte);
        header
    }

    /// Whether a file begins as one of these.
    fn check(self, header: [u8; HEADER]) -> Result<(), Fault> {
        let (known, format) = header.split_last_chunk().ok_or(Fault::Damaged)?;
        if !self.header().starts_with(known) {
            return Err(Fault::Damaged);
        }
        let format = u32::from_ne_bytes(*format);
        if format == FORMAT { Ok(()) } else { Err(Fault::Format(format)) }
    }
}

/// How many bytes, and their hash; of a file its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Digest {
    pub(super) bytes: u64,
    pub(super) hash: [u8; HASH],
}

impl Digest {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.bytes.to_le_bytes());
        out.extend(self.hash);
    }

    pub(super) fn read(input: &mut Input<'_>) -> Option<Self> {
        Some(Self { bytes: input.u64()?, hash: input.bytes()? })
    }
}

/// A file that is written.
#[derive(Debug)]
pub(super) struct Writer<W> {
    out: W,
    header: [u8; HEADER],
    sections: Vec<Digest>,
}

impl<W: Write> Writer<W> {
    pub(super) fn begin(mut out: W, kind: Kind) -> io::Result<Self> {
        let header = kind.header();
        out.write_all(&header)?;
        Ok(Self { out, header, sections: Vec::new() })
    }

    /// Writes the next section.
    pub(super) fn section(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.sections.push(Digest { bytes: bytes.len() as u64, hash: *blake3::hash(bytes).as_bytes() });
        Ok(())
    }

    pub(super) fn end(mut self) -> io::Result<(W, Digest)> {
        let mut end = Vec::with_capacity(self.sections.len() * TOLD + END);
        self.sections.iter().for_each(|section| section.write(&mut end));
        end.extend((self.sections.len() as u64).to_le_bytes());
        let hash = hash_of(&self.header, &end);
        end.extend(hash);
        self.out.write_all(&end)?;
        self.out.flush()?;
        let sections: u64 = self.sections.iter().map(|section| section.bytes).sum();
        Ok((self.out, Digest { bytes: (HEADER + end.len()) as u64 + sections, hash }))
    }
}

fn hash_of(header: &[u8], end: &[u8]) -> [u8; HASH] {
    *blake3::Hasher::new().update(header).update(end).finalize().as_bytes()
}

/// Why a file is of no use.
#[derive(Debug)]
pub(super) struct Useless {
    pub(super) path: PathBuf,
    pub(super) fault: Fault,
}

#[derive(Debug)]
pub(super) enum Fault {
    Unreadable(io::Error),
    Damaged,
    /// It is in this one.
    Format(u32),
}

/// A file that is read: where its sections begin, and what they are.
#[derive(Debug)]
pub(super) struct Sections {
    path: PathBuf,
    file: File,
    digest: Digest,
    all: Vec<(u64, Digest)>,
}

impl Sections {
    /// The sections of a file, if it is what it should be: of so many bytes, where that is known.
    pub(super) fn open(path: &Path, kind: Kind, bytes: Option<u64>) -> Result<Self, Useless> {
        Self::read(path, kind, bytes).map_err(|fault| Useless { path: path.to_owned(), fault })
    }

    fn read(path: &Path, kind: Kind, told: Option<u64>) -> Result<Self, Fault> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        if told.is_some_and(|told| told != bytes) || bytes < (HEADER + END) as u64 {
            return Err(Fault::Damaged);
        }
        let (mut header, mut last) = ([0; HEADER], [0; END]);
        file.read_exact_at(&mut header, 0)?;
        file.read_exact_at(&mut last, bytes - END as u64)?;
        kind.check(header)?;
        let mut input = Input(&last);
        let count = input.u64().filter(|count| *count <= MOST_SECTIONS).ok_or(Fault::Damaged)?;
        let hash = input.bytes().ok_or(Fault::Damaged)?;
        let mut end = vec![0; count as usize * TOLD + END - HASH];
        let begin = bytes.checked_sub((end.len() + HASH) as u64).ok_or(Fault::Damaged)?;
        file.read_exact_at(&mut end, begin)?;
        if hash_of(&header, &end) != hash {
            return Err(Fault::Damaged);
        }
        let (mut input, mut at, mut all) = (Input(&end), HEADER as u64, Vec::new());
        for _ in 0..count {
            let section = Digest::read(&mut input).ok_or(Fault::Damaged)?;
            all.push((at, section));
            at = at.checked_add(section.bytes).ok_or(Fault::Damaged)?;
        }
        let digest = Digest { bytes, hash };
        (at == begin).then(|| Self { path: path.to_owned(), file, digest, all }).ok_or(Fault::Damaged)
    }

    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// How many bytes a section has.
    pub(super) fn bytes(&self, section: usize) -> u64 {
        self.all.get(section).map_or(0, |(_, section)| section.bytes)
    }

    /// Whether there are so many.
    pub(super) fn are(&self, count: usize) -> bool {
        self.all.len() == count
    }

    /// What a section holds, rows of a table.
    pub(super) fn table<T: FromBytes + IntoBytes>(&self, section: usize) -> Result<Vec<T>, Useless> {
        self.read_table(section).map_err(|fault| Useless { path: self.path.clone(), fault })
    }

    fn read_table<T: FromBytes + IntoBytes>(&self, section: usize) -> Result<Vec<T>, Fault> {
        let (mut at, digest) = *self.all.get(section).ok_or(Fault::Damaged)?;
        let bytes = usize::try_from(digest.bytes).map_err(|_| Fault::Damaged)?;
        if !bytes.is_multiple_of(size_of::<T>()) {
            return Err(Fault::Damaged);
        }
        let table = T::new_vec_zeroed(bytes / size_of::<T>());
        let mut table = table.map_err(|_| Fault::Unreadable(ErrorKind::OutOfMemory.into()))?;
        let mut hasher = blake3::Hasher::new();
        for bytes in table.as_mut_slice().as_mut_bytes().chunks_mut(BUFFER) {
            self.file.read_exact_at(bytes, at)?;
            hasher.update(bytes);
            at += bytes.len() as u64;
        }
        (*hasher.finalize().as_bytes() == digest.hash).then_some(table).ok_or(Fault::Damaged)
    }

    /// Reads them from the first on.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { file: self, next: 0 }
    }

    /// That they are whole, and contradict themselves.
    pub(super) fn damaged(&self) -> Useless {
        Useless { path: self.path.clone(), fault: Fault::Damaged }
    }
}

impl From<io::Error> for Fault {
    /// What ends too early has been cut.
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::UnexpectedEof { Self::Damaged } else { Self::Unreadable(error) }
    }
}

/// Sections, one after the other.
pub(super) struct Reader<'a> {
    file: &'a Sections,
    next: usize,
}

impl Reader<'_> {
    pub(super) fn table<T: FromBytes + IntoBytes>(&mut self) -> Result<Vec<T>, Useless> {
        self.next += 1;
        self.file.table(self.next - 1)
    }

    /// That what was read contradicts itself.
    pub(super) fn damaged(&self) -> Useless {
        self.file.damaged()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use tempfile::NamedTempFile;

    use super::*;

    /// A file with what is written, and its sections.
    pub(in super::super) fn written(
        kind: Kind,
        write: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>,
    ) -> (NamedTempFile, Sections) {
        let mut out = Writer::begin(Vec::new(), kind).unwrap();
        write(&mut out).unwrap();
        let (bytes, digest) = out.end().unwrap();
        assert_eq!(digest.bytes, bytes.len() as u64);
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        let sections = Sections::open(file.path(), kind, Some(digest.bytes)).unwrap();
        assert_eq!(sections.digest(), digest);
        (file, sections)
    }

    #[test]
    fn a_section_is_read_as_it_was_written() {
        let large: Vec<u8> = (0..2 * BUFFER + 7).map(|at| (at % 251) as u8).collect();
        let (_file, sections) = written(Kind::Slice, |out| {
            out.section(&[])?;
            out.section(&7_u64.to_ne_bytes())?;
            out.section(&large)
        });
        assert!(sections.are(3));
        assert_eq!([0, 1, 2, 3].map(|section| sections.bytes(section)), [0, 8, large.len() as u64, 0]);
        assert_eq!(sections.table::<u8>(2).unwrap(), large);
        let mut reader = sections.reader();
        assert_eq!((reader.table::<u64>().unwrap(), reader.table::<u64>().unwrap()), (vec![], vec![7]));
        // Not whole rows, and no section.
        for section in [2, 3] {
            assert!(matches!(sections.table::<u64>(section), Err(Useless { fault: Fault::Damaged, .. })));
        }
    }

    #[test]
    fn a_byte_that_is_changed_or_lost_is_seen() {
        let (file, sections) = written(Kind::Head, |out| out.section(b"some").and_then(|()| out.section(b"thing")));
        let (bytes, length) = (std::fs::read(file.path()).unwrap(), sections.digest().bytes);
        let is_whole = |told| {
            let sections = Sections::open(file.path(), Kind::Head, told)?;
            (0..2).try_for_each(|section| sections.table::<u8>(section).map(drop))
        };
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            for damaged in [&flipped[..], &bytes[..at], &[&bytes[..], &bytes[..at + 1]].concat()] {
                std::fs::write(file.path(), damaged).unwrap();
                assert!(is_whole(None).is_err(), "{at}");
            }
        }
        std::fs::write(file.path(), &bytes).unwrap();
        assert!(is_whole(None).is_ok() && is_whole(Some(length)).is_ok() && is_whole(Some(length + 1)).is_err());
        assert!(Sections::open(file.path(), Kind::Slice, None).is_err());
    }
}
