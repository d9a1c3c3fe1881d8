//! The mounted table of links.

use super::values::{Counter, Gauge};

/// The table that is in use, and what became of its files.
#[derive(Debug, Default)]
pub struct Links {
    /// Rows of the table.
    pub rows: Gauge,
    /// When it was read, in milliseconds since 1970.
    pub loaded_ms: Gauge,
    /// Files that took the place of the one before.
    pub taken: Counter,
    /// Files that could not be used.
    pub refused: Counter,
}
