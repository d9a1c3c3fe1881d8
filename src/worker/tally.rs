//! Counts of what went in and came out: the ledger of invariant 1 (in = sum of outs).

use std::sync::atomic::{AtomicU64, Ordering};

/// Running counts of a worker.
#[derive(Debug, Default)]
pub struct Tally {
    taken: AtomicU64,
    enriched: AtomicU64,
    duplicates: AtomicU64,
    dead_letters: AtomicU64,
    tombstones: AtomicU64,
    dropped: AtomicU64,
}

/// The counts at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records taken from the input.
    pub taken: u64,
    /// New articles and versions, committed.
    pub enriched: u64,
    /// Duplicates, committed.
    pub duplicates: u64,
    /// Dead letters, committed.
    pub dead_letters: u64,
    /// Takedowns, committed.
    pub tombstones: u64,
    /// Taken and given back at a rebalance: another worker has them.
    pub dropped: u64,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// A new article or version.
    Enriched,
    /// A duplicate.
    Duplicate,
    /// A dead letter.
    DeadLetter,
    /// A takedown.
    Tombstone,
}

impl Tally {
    /// Records were taken.
    pub(super) fn taken(&self, records: u64) {
        self.taken.fetch_add(records, Ordering::Relaxed);
    }

    /// Records were given back.
    pub(super) fn dropped(&self, records: u64) {
        self.dropped.fetch_add(records, Ordering::Relaxed);
    }

    /// A record's outcome is committed.
    pub(super) fn done(&self, terminal: Terminal) {
        let count = match terminal {
            Terminal::Enriched => &self.enriched,
            Terminal::Duplicate => &self.duplicates,
            Terminal::DeadLetter => &self.dead_letters,
            Terminal::Tombstone => &self.tombstones,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// The counts now.
    pub fn counts(&self) -> Counts {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            taken: get(&self.taken),
            enriched: get(&self.enriched),
            duplicates: get(&self.duplicates),
            dead_letters: get(&self.dead_letters),
            tombstones: get(&self.tombstones),
            dropped: get(&self.dropped),
        }
    }
}

impl Counts {
    /// Records with an outcome.
    pub fn settled(&self) -> u64 {
        self.enriched + self.duplicates + self.dead_letters + self.tombstones
    }
}
