//! The folder of a snapshot. A file is written under another name, made durable, then renamed; the head last, so there is
//! always a whole snapshot or none. Then go the files that no head names.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::super::log::RULES;
use super::super::sections::{Digest, Fault, Kind, Sections, Useless, Writer};
use super::super::slice::Slice;
use super::super::stories::Stories;
use super::{SnapshotError, head, slices};

const HEAD: &str = "head";
const NEW_HEAD: &str = "head-new";
/// Begins the name of every other file.
const SLICE: &str = "slice-";
const NEW_SLICE: &str = "slice-new";

/// A folder with one snapshot, of one worker.
#[derive(Debug)]
pub struct Snapshots {
    folder: PathBuf,
    /// Files that were written or read whole here. Others may have the right name and be damaged.
    sound: HashSet<Digest>,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Saved {
    /// Files, the head among them.
    pub files: usize,
    /// Bytes of all of them.
    pub bytes: u64,
}

impl Snapshots {
    /// Snapshots in a folder, which is made when the first is saved.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, sound: HashSet::new() }
    }

    /// The stories that were saved, and the mark that was given with them; none if nothing was. Whether the mark is that of the
    /// log's record before [`Stories::next_offset`], and the log id in [`Stories::params`] the log's, is for the caller to see.
    ///
    /// # Errors
    /// The snapshot cannot be used, and the log is to be replayed: a [`SnapshotError`] that says why.
    pub fn load(&mut self, topic: &str) -> Result<Option<(Stories, [u8; 16])>, SnapshotError> {
        let path = self.folder.join(HEAD);
        let head = match Sections::open(&path, Kind::Head, None).and_then(|file| head::read(&file)) {
            Err(Useless { fault: Fault::Unreadable(error), .. }) if error.kind() == ErrorKind::NotFound => {
                return Ok(None);
            }
            head => head?,
        };
        if head.topic != topic {
            return Err(SnapshotError::Topic { path, topic: head.topic });
        }
        if head.params.rules > RULES {
            return Err(SnapshotError::Rules { path, rules: head.params.rules });
        }
        head.files.iter().for_each(|digest| {
            self.sound.remove(digest);
        });
        let files = head.files.iter().map(|digest| self.open(digest)).collect::<Result<Vec<_>, _>>()?;
        let stories = slices::read(&head, &files)?.ok_or(SnapshotError::Damaged { path })?;
        self.sound.extend(head.files);
        Ok(Some((stories, head.mark)))
    }

    /// Saves the stories of a topic's log in place of what was saved before, with a mark of the caller's: a hash of the last
    /// record that was applied, say, which proves on load that the log is the same. Of the slices only those that have changed
    /// since are written.
    ///
    /// # Errors
    /// [`SnapshotError::Unwritten`]; what was saved before can still be loaded.
    pub fn save(&mut self, stories: &Stories, topic: &str, mark: [u8; 16]) -> Result<Saved, SnapshotError> {
        fs::create_dir_all(&self.folder).map_err(|source| unwritten(&self.folder, source))?;
        let mut saved = Saved::default();
        let files = self.write_slices(stories, &mut saved)?;
        let new = self.folder.join(NEW_HEAD);
        let mut out = create(&new, Kind::Head)?;
        let written = head::write(stories, topic, mark, &files, &mut out);
        let head = written.and_then(|()| finish(out)).map_err(|source| given_up(&new, source))?;
        rename(&new, &self.folder.join(HEAD))?;
        saved.count(&head);
        self.sound.retain(|digest| files.contains(digest));
        self.sweep(&files);
        Ok(saved)
    }

    /// The file of a slice.
    fn open(&self, digest: &Digest) -> Result<Sections, Useless> {
        let file = Sections::open(&self.path(digest), Kind::Slice, Some(digest.bytes))?;
        if file.digest() == *digest { Ok(file) } else { Err(file.damaged()) }
    }

    /// The files of all slices; those that are missing are written.
    fn write_slices(&mut self, stories: &Stories, saved: &mut Saved) -> Result<Vec<Digest>, SnapshotError> {
        let standing: Vec<Option<Digest>> = stories.slices.iter().map(|slice| self.standing(slice)).collect();
        let missing = stories.slices.iter().zip(&standing).filter(|(_, stands)| stands.is_none());
        let missing: Vec<&Slice> = missing.map(|(slice, _)| slice).collect();
        let new: Vec<PathBuf> =
            (0..missing.len()).map(|number| self.folder.join(format!("{NEW_SLICE}{number}"))).collect();
        // If the disk is full, others need the room.
        let give_up = |_: &SnapshotError| new.iter().for_each(|path| drop(fs::remove_file(path)));
        let written = self.write_missing(stories, &missing, &new).inspect_err(give_up)?;
        for ((slice, path), digest) in missing.into_iter().zip(&new).zip(&written) {
            rename(path, &self.path(digest)).inspect_err(give_up)?;
            slice.digest().get_or_init(|| *digest);
            self.sound.insert(*digest);
            saved.count(digest);
        }
        let mut written = written.into_iter();
        Ok(standing.into_iter().filter_map(|digest| digest.or_else(|| written.next())).collect())
    }

    /// Writes slices to files, all at once.
    fn write_missing(
        &self,
        stories: &Stories,
        missing: &[&Slice],
        paths: &[PathBuf],
    ) -> Result<Vec<Digest>, SnapshotError> {
        let files = paths.iter().map(|path| create(path, Kind::Slice)).collect::<Result<Vec<_>, _>>()?;
        let mut files: Vec<_> = missing.iter().copied().zip(files).collect();
        let first = paths.first().unwrap_or(&self.folder);
        slices::write(stories, &mut files).map_err(|source| unwritten(first, source))?;
        let finish = |((_, out), path): ((_, _), &PathBuf)| finish(out).map_err(|source| unwritten(path, source));
        files.into_iter().zip(paths).map(finish).collect()
    }

    /// The file of a slice, if it is there and known to be whole.
    fn standing(&self, slice: &Slice) -> Option<Digest> {
        slice.digest().get().copied().filter(|digest| {
            let file = fs::metadata(self.path(digest));
            self.sound.contains(digest) && file.is_ok_and(|file| file.len() == digest.bytes)
        })
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{SLICE}{}", blake3::Hash::from_bytes(digest.hash).to_hex()))
    }

    /// Removes the slices that the head does not name. What cannot be removed now is tried again after the next save.
    fn sweep(&self, files: &[Digest]) {
        // A power cut must not bring back the old head when its slices are gone. Some file systems cannot do this: then the
        // log is replayed.
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
        let named: HashSet<PathBuf> = files.iter().map(|digest| self.path(digest)).collect();
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let slices = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(SLICE));
        for path in slices.map(|entry| entry.path()).filter(|path| !named.contains(path)) {
            let _ = fs::remove_file(path);
        }
    }
}

impl Saved {
    fn count(&mut self, file: &Digest) {
        self.files += 1;
        self.bytes += file.bytes;
    }
}

fn create(path: &Path, kind: Kind) -> Result<Writer<File>, SnapshotError> {
    let created = File::create(path).and_then(|file| Writer::begin(file, kind));
    created.map_err(|source| unwritten(path, source))
}

/// Ends a file, and makes it durable.
fn finish(out: Writer<File>) -> io::Result<Digest> {
    let (file, digest) = out.end()?;
    file.sync_all()?;
    Ok(digest)
}

/// A file is not written to the end. If the disk is full, others need the room.
fn given_up(path: &Path, source: io::Error) -> SnapshotError {
    let _ = fs::remove_file(path);
    unwritten(path, source)
}

fn rename(from: &Path, to: &Path) -> Result<(), SnapshotError> {
    fs::rename(from, to).map_err(|source| unwritten(to, source))
}

fn unwritten(path: &Path, source: io::Error) -> SnapshotError {
    SnapshotError::Unwritten { path: path.to_owned(), source }
}
