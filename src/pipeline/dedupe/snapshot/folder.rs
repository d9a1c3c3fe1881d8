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
        let standing: Vec<Option<Digest>> = stories.slices.iter().map(|slice| self.standing(slice)).collect();
        let missing = stories.slices.iter().zip(&standing).filter(|(_, stands)| stands.is_none());
        let missing: Vec<&Slice> = missing.map(|(slice, _)| slice).collect();
        let new: Vec<PathBuf> =
            (0..missing.len()).map(|number| self.folder.join(format!("{NEW_SLICE}{number}"))).collect();
        let new_head = self.folder.join(NEW_HEAD);
        let mut unfinished = Unfinished(new.iter().chain([&new_head]).cloned().collect());
        let written = self.write_missing(stories, &missing, &new)?;
        let mut next = written.iter().copied();
        let files: Vec<Digest> = standing.into_iter().filter_map(|stands| stands.or_else(|| next.next())).collect();
        let mut out = create(&new_head, Kind::Head)?;
        let head = head::write(stories, topic, mark, &files, &mut out).and_then(|()| finish(out));
        let head = head.map_err(|source| unwritten(&new_head, source))?;
        for (path, digest) in new.iter().zip(&written) {
            unfinished.rename(path, self.path(digest))?;
        }
        // A power cut must not leave the head without a slice of its, nor bring back the old one when its slices are gone.
        self.make_durable();
        unfinished.rename(&new_head, self.folder.join(HEAD))?;
        unfinished.0.clear();
        self.make_durable();
        for (slice, digest) in missing.into_iter().zip(&written) {
            slice.digest().get_or_init(|| *digest);
            self.sound.insert(*digest);
        }
        self.sound.retain(|digest| files.contains(digest));
        self.sweep(&files);
        let bytes = written.iter().chain([&head]).map(|file| file.bytes).sum();
        Ok(Saved { files: written.len() + 1, bytes })
    }

    /// The file of a slice.
    fn open(&self, digest: &Digest) -> Result<Sections, Useless> {
        let file = Sections::open(&self.path(digest), Kind::Slice, Some(digest.bytes))?;
        if file.digest() == *digest { Ok(file) } else { Err(file.damaged()) }
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

    /// That names were given is made durable. Some file systems cannot do this: then the log is replayed.
    fn make_durable(&self) {
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
    }

    /// Removes the slices that the head does not name. What cannot be removed now is tried again after the next save.
    fn sweep(&self, files: &[Digest]) {
        let named: HashSet<PathBuf> = files.iter().map(|digest| self.path(digest)).collect();
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let slices = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(SLICE));
        for path in slices.map(|entry| entry.path()).filter(|path| !named.contains(path)) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Files that are no snapshot yet: if it comes to none, they are removed, since others need the room if the disk is full.
struct Unfinished(Vec<PathBuf>);

impl Unfinished {
    fn rename(&mut self, from: &Path, to: PathBuf) -> Result<(), SnapshotError> {
        let is_new = !to.exists();
        fs::rename(from, &to).map_err(|source| unwritten(&to, source))?;
        self.0.extend(is_new.then_some(to));
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.iter().for_each(|path| drop(fs::remove_file(path)));
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

fn unwritten(path: &Path, source: io::Error) -> SnapshotError {
    SnapshotError::Unwritten { path: path.to_owned(), source }
}
