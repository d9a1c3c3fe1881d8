//! Snapshots of [`Stories`] on local disk, so that a worker need not replay the whole log when it starts.
//!
//! ```text
//! head           topic, mark, next offset, clock, parameters; the slices' hashes, oldest first
//! slice-<hash>   a slice, and what its articles hold; one that no record opens any more hardly ever changes
//! ```
//! Only an optimisation: whoever loads a snapshot and applies the rest of the log holds the state of who applied all of it,
//! byte for byte, and in any doubt the log is replayed. So nothing that is read is trusted: all files carry hashes of
//! themselves, and what still contradicts itself is refused.
//!
//! The project's note keeps a slice in the head until its last verdict is settled. Here a file is named by what it holds, so a slice
//! that has changed, as the newest one has, gets another file, and one in which an article stays open for ever (it was proposed again
//! in the next slice) is not written again and again.

mod folder;
mod head;
mod slices;

use std::io;
use std::path::PathBuf;

pub use folder::{Saved, Snapshots};

use super::log::RULES;
use super::sections::{FORMAT, Fault, Useless};
#[cfg(doc)]
use super::stories::Stories;

/// Why there is no snapshot to load, or none was saved. Never a reason to stop.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A file that ought to be there cannot be read.
    #[error("the dedupe log is replayed, since snapshot file {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not written by copydesk, cut off, or changed since.
    #[error("the dedupe log is replayed, since snapshot file {} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Written by another version.
    #[error(
        "the dedupe log is replayed, since snapshot file {} has format {format}, and this version reads {FORMAT}",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// Of another log.
    #[error("the dedupe log is replayed, since snapshot file {} is of topic {topic:?}", path.display())]
    Topic {
        /// The file.
        path: PathBuf,
        /// The topic that it is of.
        topic: String,
    },
    /// Judged by rules of a later version.
    #[error(
        "the dedupe log is replayed, since snapshot file {} was judged by rules {rules}, and this version knows up to {RULES}",
        path.display()
    )]
    Rules {
        /// The file.
        path: PathBuf,
        /// Its rules.
        rules: u16,
    },
    /// The disk is full or read-only, say. What was saved before is still there.
    #[error("no snapshot was saved, and a start will replay more of the dedupe log: {} cannot be written: {source}", path.display())]
    Unwritten {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl From<Useless> for SnapshotError {
    fn from(Useless { path, fault }: Useless) -> Self {
        match fault {
            Fault::Unreadable(source) => Self::Unreadable { path, source },
            Fault::Damaged => Self::Damaged { path },
            Fault::Format(format) => Self::Format { path, format },
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
