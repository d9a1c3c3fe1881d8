//! What was seen of each offset of one input partition: a few bits an offset.

use std::collections::BTreeMap;

/// Offsets that are kept together.
const CHUNK: usize = 4096;

/// What was seen of an input record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The record itself.
    Input,
    /// An article on the enriched topic.
    Enriched,
    /// An article on the duplicates topic.
    Duplicate,
    /// An article on a topic that only rules name.
    Routed,
    /// A dead letter.
    DeadLetter,
    /// A tombstone on the enriched topic.
    EnrichedTombstone,
    /// A tombstone on the duplicates topic.
    DuplicateTombstone,
    /// A tombstone on a topic that only rules name.
    RoutedTombstone,
}

/// The bits of one offset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen(u16);

/// Seen on the topic that is being read.
const HERE: u16 = 1 << 13;
/// Seen twice on one topic.
const TWICE: u16 = 1 << 14;
/// The article says that it is a near duplicate.
const NEAR: u16 = 1 << 15;

impl Kind {
    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl Seen {
    /// Whether this was seen.
    pub fn has(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether one topic has it twice.
    pub fn is_twice(self) -> bool {
        self.0 & TWICE != 0
    }

    /// Whether the article says that it is a near duplicate.
    pub fn is_near(self) -> bool {
        self.0 & NEAR != 0
    }
}

/// What was seen of one input partition.
#[derive(Debug, Default)]
pub struct Ledger {
    chunks: BTreeMap<i64, Box<[u16; CHUNK]>>,
}

const WIDTH: i64 = CHUNK as i64;

impl Ledger {
    /// Something of this offset was seen.
    pub fn see(&mut self, offset: i64, kind: Kind, is_near: bool) {
        let chunk = self.chunks.entry(offset.div_euclid(WIDTH)).or_insert_with(|| Box::new([0; CHUNK]));
        let index = usize::try_from(offset.rem_euclid(WIDTH)).unwrap_or_default();
        let Some(bits) = chunk.get_mut(index) else { return };
        if *bits & HERE != 0 {
            *bits |= TWICE;
        }
        *bits |= kind.bit() | HERE | if is_near { NEAR } else { 0 };
    }

    /// Another topic is read from here on.
    pub fn turn_page(&mut self) {
        self.chunks.values_mut().flat_map(|chunk| chunk.iter_mut()).for_each(|bits| *bits &= !HERE);
    }

    /// Every offset of which something was seen, in order.
    pub fn iter(&self) -> impl Iterator<Item = (i64, Seen)> {
        self.chunks.iter().flat_map(|(number, chunk)| {
            (number * WIDTH..)
                .zip(chunk.iter())
                .filter(|(_, bits)| **bits != 0)
                .map(|(offset, bits)| (offset, Seen(*bits)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_on_one_topic_is_not_once_on_two() {
        let mut ledger = Ledger::default();
        ledger.see(5_000, Kind::Enriched, true);
        ledger.see(7, Kind::Enriched, false);
        ledger.see(7, Kind::Enriched, false);
        ledger.turn_page();
        ledger.see(5_000, Kind::Duplicate, true);
        ledger.turn_page();
        ledger.see(7, Kind::Input, false);
        let seen: Vec<_> = ledger.iter().collect();
        assert_eq!(seen.iter().map(|(offset, _)| *offset).collect::<Vec<_>>(), [7, 5_000]);
        let (first, second) = (seen[0].1, seen[1].1);
        assert!(first.is_twice() && first.has(Kind::Input) && first.has(Kind::Enriched) && !first.is_near());
        assert!(!second.is_twice() && second.has(Kind::Enriched) && second.has(Kind::Duplicate) && second.is_near());
        assert!(!second.has(Kind::Input) && !second.has(Kind::DeadLetter));
    }
}
