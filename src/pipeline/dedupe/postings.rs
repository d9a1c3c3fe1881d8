//! Postings: which entries hold a key, in flat memory.
//!
//! Most keys have one holder, so the table is an open-addressing one that names the holder itself; a key with more holders names
//! a list. Slots are in the order of their keys' hashes, so a search for a key that is not there, which is what most are, ends
//! after a few slots where plain linear probing takes thirteen (Amble and Knuth, Ordered hash tables, 1974). And since the order
//! tells most of a hash, a slot keeps only the rest of it and how far it stands from where its search begins (Cleary, Compact
//! hash tables using bidirectional linear probing, 1984): some 35 bits, by the size of the table, where key and holder take 64.
//!
//! No more than [`MOST_PROBES`] slots are looked at: keys that were crafted to collide are forgotten beyond that, the same ones by
//! every reader, since a slice's postings follow from the order of its records alone.

pub(super) mod bytes;
mod lists;
mod table;

use lists::Lists;
use table::{Found, Slot, Table};

/// Odd multiplier of Fibonacci hashing, 2^32 / phi: it maps the keys one to one.
const ODD: u32 = 0x9E37_79B1;

/// Key to entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    table: Table,
    lists: Lists,
}

impl Postings {
    /// An entry (below 2^20) holds a key.
    pub(super) fn insert(&mut self, key: u32, entry: u32) {
        let hash = key.wrapping_mul(ODD);
        self.table.make_room(entry.max(self.lists.next()));
        match self.table.find(hash) {
            Found::Nowhere => {}
            Found::Free(index) => self.table.put(index, hash, Slot::Only(entry)),
            Found::At(_, Slot::List(list)) => self.lists.lengthen(list, entry),
            Found::At(index, Slot::Only(first)) => {
                let list = self.lists.begin(first, entry);
                self.table.set(index, Slot::List(list));
            }
        }
    }

    /// Gives back the room for more: no more is inserted.
    pub(super) fn close(&mut self, entries: u32) {
        self.lists.0.shrink_to_fit();
        self.table.close(entries.max(self.lists.next()));
    }

    /// The first holder.
    pub(super) fn first(&self, key: u32) -> Option<u32> {
        match self.holder(key)? {
            Slot::Only(entry) => Some(entry),
            Slot::List(list) => self.lists.first(list),
        }
    }

    /// Holders, newest first.
    pub(super) fn newest_first(&self, key: u32) -> impl Iterator<Item = u32> {
        let (only, list) = match self.holder(key) {
            None => (None, None),
            Some(Slot::Only(entry)) => (Some(entry), None),
            Some(Slot::List(list)) => (None, Some(list)),
        };
        only.into_iter().chain(list.into_iter().flat_map(|list| self.lists.newest_first(list)))
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.table.bytes() + self.lists.bytes()
    }

    /// Some bits of where a key is looked for: who asks for several at once has the processor fetch them at the same time.
    pub(super) fn peek(&self, key: u32) -> u64 {
        self.table.peek(key.wrapping_mul(ODD))
    }

    fn holder(&self, key: u32) -> Option<Slot> {
        match self.table.find(key.wrapping_mul(ODD)) {
            Found::At(_, slot) => Some(slot),
            Found::Free(_) | Found::Nowhere => None,
        }
    }
}

/// Appends to an arena that grows by an eighth: a window holds millions of articles, and doubling would leave a quarter of
/// the memory empty.
pub(super) fn push<T>(arena: &mut Vec<T>, value: T) {
    reserve(arena, 1);
    arena.push(value);
}

/// Room for `more` values, and an eighth of the arena.
pub(super) fn reserve<T>(arena: &mut Vec<T>, more: usize) {
    if arena.capacity() - arena.len() < more {
        arena.reserve_exact(more.max(arena.len() / 8).max(4));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::table::MOST_PROBES;
    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_of_lists(inserts in prop::collection::vec((0_u32..200, 0_u32..1 << 20), 0..2_000)) {
            let (mut postings, mut model) = (Postings::default(), BTreeMap::<u32, Vec<u32>>::new());
            for (key, entry) in inserts {
                postings.insert(key, entry);
                model.entry(key).or_default().push(entry);
            }
            for key in 0..250 {
                let entries = model.get(&key).cloned().unwrap_or_default();
                prop_assert_eq!(postings.first(key), entries.first().copied());
                let held: Vec<u32> = postings.newest_first(key).collect();
                let expected: Vec<u32> = entries.into_iter().rev().collect();
                prop_assert_eq!(held, expected);
            }
        }
    }

    /// Keys that all belong into the same slots of any table: multiples of the inverse of the hash's multiplier.
    #[test]
    fn keys_crafted_to_collide_are_forgotten_not_searched_for_long() {
        let inverse = (0..5).fold(1_u32, |x, _| x.wrapping_mul(2_u32.wrapping_sub(x.wrapping_mul(0x9E37_79B1))));
        let mut postings = Postings::default();
        (0..50_000_u32).for_each(|i| postings.insert(inverse.wrapping_mul(i), i));
        let remembered = (0..50_000_u32).filter(|i| postings.first(inverse.wrapping_mul(*i)).is_some()).count();
        assert!((MOST_PROBES..2 * MOST_PROBES).contains(&remembered), "{remembered}");
        (0..20_000).for_each(|key| postings.insert(key, key));
        let kept = (0..20_000).filter(|key| postings.first(*key) == Some(*key)).count();
        assert!(kept > 19_000, "{kept}");
    }

    /// As many as a slice of a busy day has: chance forgets none.
    #[test]
    fn a_million_keys_are_all_found() {
        let mut postings = Postings::default();
        let key = |number: u32| {
            let x = (number ^ (number >> 16)).wrapping_mul(0x7feb_352d);
            (x ^ (x >> 15)).wrapping_mul(0x846c_a68b)
        };
        (0..1_000_000).for_each(|number| postings.insert(key(number), number));
        assert!((0..1_000_000).all(|number| postings.first(key(number)) == Some(number)));
        assert_eq!(postings.table.keys, 1_000_000);
    }

    #[test]
    fn a_key_takes_seven_bytes_at_most() {
        let mut postings = Postings::default();
        for key in 0..300_000_u32 {
            postings.insert(key.wrapping_mul(0x2545_F491), key);
            assert!(key < 1_000 || postings.bytes() * 2 < 15 * key as usize, "{key}: {}", postings.bytes());
        }
    }

    /// Whatever is full at the end: what is closed has little room left, tells what it told before, and is of sound bytes.
    #[test]
    fn a_closed_key_takes_little_more_than_its_slot() {
        for keys in [0, 1, 60, 1_000, 30_000, 36_000, 42_000, 300_000_u32] {
            let mut open = Postings::default();
            // Some have two holders.
            (0..keys).for_each(|key| open.insert((key - key % 50 / 49).wrapping_mul(0x2545_F491), key));
            let mut closed = open.clone();
            closed.close(keys);
            let held = |postings: &Postings, key: u32| -> Vec<u32> {
                postings.newest_first(key.wrapping_mul(0x2545_F491)).collect()
            };
            assert!((0..keys + 99).all(|key| held(&open, key) == held(&closed, key)), "{keys}");
            assert!(keys < 30_000 || closed.bytes() * 10 < 61 * keys as usize, "{keys}: {}", closed.bytes());
            assert!(
                closed.bytes() <= open.bytes()
                    && closed.table.is_sound(keys as usize, |list| closed.lists.is_list(list))
            );
        }
    }

    #[test]
    fn keys_that_collide_are_told_apart() {
        let mut postings = Postings::default();
        (0..10_000_u32).for_each(|key| postings.insert(key << 20, key));
        assert!((0..4096_u32).all(|key| postings.first(key << 20) == Some(key)));
    }
}
