//! Postings: which entries hold a key, in flat memory.
//!
//! Most keys have one holder, so the table is an open-addressing one of 8 bytes a key that names the holder itself; a key
//! with more holders names a list. It grows by a third when four fifths full: 12 bytes a key at most, against the 16 to 32
//! of a table that doubles. Slots are in the order of their keys' hashes, so a search for a key that is not there, which is
//! what most are, ends after three slots where plain linear probing takes thirteen (Amble and Knuth, Ordered hash tables,
//! 1974). No more than [`MOST_PROBES`] slots are looked at: keys that were crafted to collide are forgotten beyond that, the
//! same ones by every reader, since a slice's postings follow from the order of its records alone.

use std::hint::black_box;

pub(super) mod bytes;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// No entry, no list, an empty slot.
const NONE: u32 = u32::MAX;
/// Marks a slot that names a list.
const LIST: u32 = 1 << 31;
/// Chance takes no key that far from its start in a table that is four fifths full and ordered: one in 10^13, as in a queue
/// that is busy four fifths of the time.
const MOST_PROBES: usize = 64;
/// Most slots that are moved for a new one. Chance makes runs of a third of this.
const LONGEST_RUN: usize = 1_024;

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Slot {
    key: u32,
    /// The only holder, or a list.
    holder: u32,
}

const EMPTY: Slot = Slot { key: 0, holder: NONE };

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct List {
    count: u32,
    first: u32,
    /// Link of the newest holder.
    newest: u32,
}

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Link {
    entry: u32,
    older: u32,
}

/// Key to entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    slots: Vec<Slot>,
    keys: usize,
    lists: Vec<List>,
    links: Vec<Link>,
}

impl Postings {
    /// An entry (below 2^31) holds a key. Beyond `cap` holders the entry is not remembered, only counted.
    pub(super) fn insert(&mut self, key: u32, entry: u32, cap: u32) {
        if (self.keys + 1) * 5 > self.home() * 4 {
            self.grow();
        }
        match self.find(key) {
            Found::Nowhere => {}
            Found::Free(index) => self.put(index, Slot { key, holder: entry }),
            Found::At(index) => {
                let Some(slot) = self.slots.get(index).copied() else { return };
                if slot.holder & LIST != 0 {
                    return self.lengthen(slot.holder & !LIST, entry, cap);
                }
                let holder = LIST | self.list(slot.holder, entry, cap);
                if let Some(slot) = self.slots.get_mut(index) {
                    slot.holder = holder;
                }
            }
        }
    }

    /// How many entries hold a key, those beyond the cap included.
    #[cfg(test)]
    pub(super) fn count(&self, key: u32) -> u32 {
        match self.holder(key) {
            None => 0,
            Some(Holder::Only(_)) => 1,
            Some(Holder::List(list)) => list.count,
        }
    }

    /// The first holder.
    pub(super) fn first(&self, key: u32) -> Option<u32> {
        match self.holder(key)? {
            Holder::Only(entry) => Some(entry),
            Holder::List(list) => Some(list.first),
        }
    }

    /// Remembered holders, newest first.
    pub(super) fn newest_first(&self, key: u32) -> impl Iterator<Item = u32> {
        self.newest_first_below(key, u32::MAX)
    }

    /// Remembered holders, newest first; none if there are `full` or more.
    pub(super) fn newest_first_below(&self, key: u32, full: u32) -> impl Iterator<Item = u32> {
        let link = |index: u32| self.links.get(index as usize);
        let (only, newest) = match self.holder(key) {
            None => (None, None),
            Some(Holder::List(list)) if list.count >= full => (None, None),
            Some(Holder::Only(entry)) => (Some(entry), None),
            Some(Holder::List(list)) => (None, link(list.newest)),
        };
        only.into_iter().chain(std::iter::successors(newest, move |current| link(current.older)).map(|link| link.entry))
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        let lists = self.lists.capacity() * size_of::<List>() + self.links.capacity() * size_of::<Link>();
        self.slots.capacity() * size_of::<Slot>() + lists
    }

    /// A list of what was the only holder and another; its number.
    fn list(&mut self, first: u32, entry: u32, cap: u32) -> u32 {
        let number = u32::try_from(self.lists.len()).unwrap_or(NONE);
        push(&mut self.lists, List { count: 0, first, newest: NONE });
        self.lengthen(number, first, cap);
        self.lengthen(number, entry, cap);
        number
    }

    fn lengthen(&mut self, list: u32, entry: u32, cap: u32) {
        let link = u32::try_from(self.links.len()).unwrap_or(NONE);
        let Some(list) = self.lists.get_mut(list as usize) else { return };
        if list.count < cap && link != NONE {
            push(&mut self.links, Link { entry, older: list.newest });
            list.newest = link;
        }
        list.count = list.count.saturating_add(1);
    }

    fn holder(&self, key: u32) -> Option<Holder<'_>> {
        let Found::At(index) = self.find(key) else { return None };
        match self.slots.get(index)?.holder {
            list if list & LIST != 0 => self.lists.get((list & !LIST) as usize).map(Holder::List),
            only => Some(Holder::Only(only)),
        }
    }

    /// Slots in which a search may begin. Those behind them take what the last of them cannot, so that none wraps around.
    fn home(&self) -> usize {
        self.slots.len().saturating_sub(MOST_PROBES)
    }

    /// Where a search begins: in the order of the hashes.
    fn start(&self, key: u32) -> usize {
        let home = self.home() as u64;
        ((u64::from(key.wrapping_mul(0x9E37_79B1)) * home) >> 32) as usize
    }

    fn find(&self, key: u32) -> Found {
        let start = self.start(key);
        let probes = self.slots.get(start..).unwrap_or_default().iter().take(MOST_PROBES);
        for (index, slot) in (start..).zip(probes) {
            if slot.holder != NONE && slot.key == key {
                return Found::At(index);
            }
            if slot.holder == NONE || self.start(slot.key) > start {
                return Found::Free(index);
            }
        }
        Found::Nowhere
    }

    /// Puts a slot where it belongs; those behind it move on by one, up to the first that is empty. None may come further from
    /// its start than a search goes, or it would be lost: then it is the new one that is forgotten.
    fn put(&mut self, index: usize, slot: Slot) {
        let run = self.slots.get(index..).unwrap_or_default().iter().take(LONGEST_RUN);
        let Some(free) = run.clone().position(|slot| slot.holder == NONE) else { return };
        let too_far = |(at, slot): (usize, &Slot)| at + 1 >= self.start(slot.key) + MOST_PROBES;
        if (index..).zip(run.take(free)).any(too_far) {
            return;
        }
        if let Some(moved) = self.slots.get_mut(index..=index + free) {
            moved.rotate_right(1);
            if let Some(first) = moved.first_mut() {
                *first = slot;
            }
            self.keys += 1;
        }
    }

    /// Has the processor fetch where these keys are looked for, all at the same time: one after the other, each would wait
    /// for memory that is in no cache.
    pub(super) fn warm(&self, keys: &[u32]) {
        let held = |key: &u32| self.slots.get(self.start(*key)).map_or(0, |slot| slot.key);
        black_box(keys.iter().map(held).fold(0, |sum, key| sum | key));
    }

    fn grow(&mut self) {
        let home = (self.home() + self.home() / 3).max(16);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; home + MOST_PROBES]);
        self.keys = 0;
        // In the order of their hashes, so that none has to move.
        for slot in old.into_iter().filter(|slot| slot.holder != NONE) {
            if let Found::Free(index) = self.find(slot.key) {
                self.put(index, slot);
            }
        }
    }
}

/// Where a key is.
enum Found {
    /// In this slot.
    At(usize),
    /// Not there; this slot is where it belongs.
    Free(usize),
    /// Not there, and as many slots as may be looked at are taken by others.
    Nowhere,
}

enum Holder<'a> {
    Only(u32),
    List(&'a List),
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

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_of_lists(inserts in prop::collection::vec((0_u32..200, 0_u32..1 << 31), 0..2_000)) {
            let (mut postings, mut model) = (Postings::default(), BTreeMap::<u32, Vec<u32>>::new());
            for (key, entry) in inserts {
                postings.insert(key, entry, 5);
                model.entry(key).or_default().push(entry);
            }
            for key in 0..250 {
                let entries = model.get(&key).cloned().unwrap_or_default();
                prop_assert_eq!(postings.count(key) as usize, entries.len());
                prop_assert_eq!(postings.first(key), entries.first().copied());
                let remembered: Vec<u32> = postings.newest_first(key).collect();
                let expected: Vec<u32> = entries.into_iter().take(5).rev().collect();
                prop_assert_eq!(remembered, expected);
            }
        }
    }

    /// Keys that all belong into the same slots of any table: multiples of the inverse of the hash's multiplier.
    #[test]
    fn keys_crafted_to_collide_are_forgotten_not_searched_for_long() {
        let inverse = (0..5).fold(1_u32, |x, _| x.wrapping_mul(2_u32.wrapping_sub(x.wrapping_mul(0x9E37_79B1))));
        let mut postings = Postings::default();
        (0..50_000_u32).for_each(|i| postings.insert(inverse.wrapping_mul(i), i, 64));
        let remembered = (0..50_000_u32).filter(|i| postings.count(inverse.wrapping_mul(*i)) > 0).count();
        assert!((MOST_PROBES..2 * MOST_PROBES).contains(&remembered), "{remembered}");
        (0..20_000).for_each(|key| postings.insert(key, key, 64));
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
        (0..1_000_000).for_each(|number| postings.insert(key(number), number, 64));
        assert!((0..1_000_000).all(|number| postings.first(key(number)) == Some(number)));
        assert_eq!(postings.keys, 1_000_000);
    }

    #[test]
    fn a_key_takes_twelve_bytes() {
        let mut postings = Postings::default();
        for key in 0..300_000_u32 {
            postings.insert(key.wrapping_mul(0x2545_F491), key, 64);
            assert!(key < 1_000 || postings.bytes() < 14 * key as usize, "{key}: {}", postings.bytes());
        }
    }

    #[test]
    fn keys_that_collide_are_told_apart() {
        let mut postings = Postings::default();
        (0..10_000_u32).for_each(|key| postings.insert(key << 20, key, 1));
        assert!((0..4096_u32).all(|key| postings.first(key << 20) == Some(key)));
    }
}
