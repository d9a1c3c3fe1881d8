//! A mounted table of ids for people and organisations (`entities.links`): which id a name stands for, and how much that weighs.
//!
//! ```text
//! name              type          id      weight  language
//! Andrei Rudenko    person        Q4402   12
//! CSTO              organisation  Q32496  80
//! ОДКБ              organisation  Q32496  80      ru
//! ```
//! A name gets the id that weighs twice as much as every other that the table has for it, else none. The file may be replaced while
//! the worker runs ([`Links::refresh`]); a table that cannot be read leaves the one before it.

mod apply;
mod key;
mod read;
mod table;
#[cfg(test)]
mod tests;

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

pub use apply::Linked;
pub use read::{Fault, LinksError};
pub use table::Table;

/// What tells one file from another: a file that is replaced has another number, one that is written over another time or size.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    number: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let number = 0;
        Self { modified: metadata.modified().ok(), size: metadata.len(), number }
    }
}

/// The table that is in use, and where it comes from.
pub struct Links {
    path: PathBuf,
    table: RwLock<Arc<Table>>,
    /// Of the file that was read last, whether it could be used or not.
    seen: Mutex<Stamp>,
}

impl Links {
    /// Reads the table.
    ///
    /// # Errors
    /// The file cannot be read, or has a row that cannot be used.
    pub fn open(path: &Path) -> Result<Self, LinksError> {
        let (table, stamp) = load(path);
        let (table, stamp) = (Arc::new(table?), stamp.unwrap_or(Stamp { modified: None, size: 0, number: 0 }));
        Ok(Self { path: path.to_owned(), table: RwLock::new(table), seen: Mutex::new(stamp) })
    }

    /// The table as it is now. Whoever has it keeps it.
    pub fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the file again if it is another than the last time, and tells whether it was.
    ///
    /// # Errors
    /// The new file cannot be used; told once. The table stays as it was.
    pub fn refresh(&self) -> Result<bool, LinksError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that is away for a moment is no new one.
        let Ok(now) = std::fs::metadata(&self.path).map(|metadata| Stamp::of(&metadata)) else { return Ok(false) };
        if now == *seen {
            return Ok(false);
        }
        let (table, stamp) = load(&self.path);
        *seen = stamp.unwrap_or(now);
        let table = Arc::new(table?);
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = table;
        Ok(true)
    }
}

/// The table of a file, and the stamp that the file had before it was read: what is written meanwhile is seen the next time.
fn load(path: &Path) -> (Result<Table, LinksError>, Option<Stamp>) {
    let unreadable = |error: io::Error| LinksError::unreadable(path, &error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return (Err(unreadable(error)), None),
    };
    let stamp = file.metadata().ok().map(|metadata| Stamp::of(&metadata));
    (read::read(path, file), stamp)
}
