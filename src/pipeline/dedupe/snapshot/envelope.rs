//! What surrounds the content of a file: who wrote it in which format, and a hash of everything before the hash.

use std::io::{self, BufWriter, Write};

use super::super::codec::Input;
use super::super::slice::Digest;
use super::{FORMAT, Fault};

const MAGIC: [u8; 8] = *b"copydesk";
const HASH: usize = 32;
/// The hash is fastest over many bytes at once.
const BUFFER: usize = 1 << 18;

/// What a file holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Head,
    Slice,
}

impl Kind {
    const fn magic(self) -> [u8; 4] {
        match self {
            Self::Head => *b"head",
            Self::Slice => *b"part",
        }
    }
}

/// Hashes what passes through.
#[derive(Debug)]
pub(super) struct Hashing<W> {
    out: W,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file that is written: its content, and what surrounds it.
pub(super) type Writing<W> = BufWriter<Hashing<W>>;

/// Begins a file.
pub(super) fn begin<W: Write>(out: W, kind: Kind) -> io::Result<Writing<W>> {
    let hashing = Hashing { out, hasher: blake3::Hasher::new(), bytes: 0 };
    let mut writing = BufWriter::with_capacity(BUFFER, hashing);
    writing.write_all(&MAGIC)?;
    writing.write_all(&kind.magic())?;
    writing.write_all(&FORMAT.to_ne_bytes())?;
    Ok(writing)
}

/// Ends a file whose content was written.
pub(super) fn end<W: Write>(writing: Writing<W>) -> io::Result<(W, Digest)> {
    let Hashing { mut out, hasher, bytes } = writing.into_inner().map_err(io::IntoInnerError::into_error)?;
    let hash = *hasher.finalize().as_bytes();
    out.write_all(&hash)?;
    out.flush()?;
    Ok((out, Digest { bytes: bytes + HASH as u64, hash }))
}

/// The content of a file that is whole.
pub(super) fn open(bytes: &[u8], kind: Kind) -> Result<(Input<'_>, Digest), Fault> {
    let (hashed, hash) = bytes.split_last_chunk::<HASH>().ok_or(Fault::Damaged)?;
    let mut content = Input(hashed);
    if content.bytes() != Some(MAGIC) || content.bytes() != Some(kind.magic()) {
        return Err(Fault::Damaged);
    }
    let format = content.bytes().map(u32::from_ne_bytes).ok_or(Fault::Damaged)?;
    if format != FORMAT {
        return Err(Fault::Format(format));
    }
    if blake3::hash(hashed) != *hash {
        return Err(Fault::Damaged);
    }
    Ok((content, Digest { bytes: bytes.len() as u64, hash: *hash }))
}
