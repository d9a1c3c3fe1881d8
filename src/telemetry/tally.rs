//! Counts of what went in and came out: the ledger of invariant 1 (taken = settled + returned + in flight).

use super::values::{Counter, Gauge};
use crate::article::RejectCode;

/// Running counts of a worker.
#[derive(Debug, Default)]
pub struct Tally {
    taken: Counter,
    enriched: Counter,
    duplicates: Counter,
    /// By code.
    dead_letters: [Counter; RejectCode::ALL.len()],
    tombstones: Counter,
    returned: Counter,
    in_flight: Gauge,
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
    pub returned: u64,
    /// Taken, and nothing of the above yet: tickets that are open. Counted by itself, so that the ledger can be checked.
    pub in_flight: i64,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// A new article or version.
    Enriched,
    /// A duplicate.
    Duplicate,
    /// A dead letter, and why.
    DeadLetter(RejectCode),
    /// A takedown.
    Tombstone,
}

impl Tally {
    /// Records were taken.
    pub fn taken(&self, records: u64) {
        self.taken.add(records);
    }

    /// Records were given back.
    pub fn returned(&self, records: u64) {
        self.returned.add(records);
    }

    /// A record's outcome is committed.
    pub fn done(&self, terminal: Terminal) {
        let count = match terminal {
            Terminal::Enriched => Some(&self.enriched),
            Terminal::Duplicate => Some(&self.duplicates),
            Terminal::DeadLetter(code) => self.dead_letters.get(code as usize),
            Terminal::Tombstone => Some(&self.tombstones),
        };
        count.into_iter().for_each(|count| count.add(1));
    }

    /// So many tickets are open.
    pub fn in_flight(&self, records: usize) {
        self.in_flight.set_count(records);
    }

    /// Dead letters of one code.
    pub fn dead_letters(&self, code: RejectCode) -> u64 {
        self.dead_letters.get(code as usize).map_or(0, Counter::get)
    }

    /// The counts now.
    pub fn counts(&self) -> Counts {
        Counts {
            taken: self.taken.get(),
            enriched: self.enriched.get(),
            duplicates: self.duplicates.get(),
            dead_letters: self.dead_letters.iter().map(Counter::get).sum(),
            tombstones: self.tombstones.get(),
            returned: self.returned.get(),
            in_flight: self.in_flight.get(),
        }
    }
}

impl Counts {
    /// Records with an outcome.
    pub fn settled(&self) -> u64 {
        self.enriched + self.duplicates + self.dead_letters + self.tombstones
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dead_letter_counts_under_its_own_code_and_once() {
        let tally = Tally::default();
        for (times, code) in RejectCode::ALL.into_iter().enumerate() {
            (0..=times).for_each(|_| tally.done(Terminal::DeadLetter(code)));
        }
        for (times, code) in RejectCode::ALL.into_iter().enumerate() {
            assert_eq!(tally.dead_letters(code), times as u64 + 1, "{code:?}");
        }
        let all = RejectCode::ALL.len() as u64;
        assert_eq!(tally.counts().settled(), all * (all + 1) / 2);
    }
}
