//! Postings: which entries hold a key, in flat memory. An open-addressing table of keys over one arena of links.

/// No entry.
const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u32,
    count: u32,
    first: u32,
    /// Link of the newest holder.
    newest: u32,
}

const EMPTY: Slot = Slot { key: 0, count: 0, first: NONE, newest: NONE };

#[derive(Debug, Clone, Copy)]
struct Link {
    entry: u32,
    older: u32,
}

/// Key to entries. A key takes 16 bytes in the table (which is at most three quarters full), a posting 8.
#[derive(Debug, Default)]
pub(super) struct Postings {
    slots: Vec<Slot>,
    keys: usize,
    links: Vec<Link>,
}

impl Postings {
    /// An entry holds a key. Beyond `cap` holders the entry is not remembered, only counted.
    pub(super) fn insert(&mut self, key: u32, entry: u32, cap: u32) {
        if (self.keys + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let link = u32::try_from(self.links.len()).unwrap_or(NONE);
        let Some(slot) = self.find(key).and_then(|index| self.slots.get_mut(index)) else { return };
        if slot.count == 0 {
            *slot = Slot { key, count: 0, first: entry, newest: NONE };
            self.keys += 1;
        }
        if slot.count < cap && link != NONE {
            self.links.push(Link { entry, older: slot.newest });
            slot.newest = link;
        }
        slot.count = slot.count.saturating_add(1);
    }

    /// How many entries hold a key, those beyond the cap included.
    pub(super) fn count(&self, key: u32) -> u32 {
        self.slot(key).map_or(0, |slot| slot.count)
    }

    /// The first holder.
    pub(super) fn first(&self, key: u32) -> Option<u32> {
        self.slot(key).map(|slot| slot.first)
    }

    /// Remembered holders, newest first.
    pub(super) fn newest_first(&self, key: u32) -> impl Iterator<Item = u32> {
        let link = |index: u32| self.links.get(index as usize);
        let newest = self.slot(key).and_then(|slot| link(slot.newest));
        std::iter::successors(newest, move |current| link(current.older)).map(|link| link.entry)
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.links.capacity() * size_of::<Link>()
    }

    fn slot(&self, key: u32) -> Option<&Slot> {
        self.slots.get(self.find(key)?).filter(|slot| slot.count > 0)
    }

    /// Index of the key's slot, or of the empty one where it belongs. None in an empty table.
    fn find(&self, key: u32) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut index = (key.wrapping_mul(0x9E37_79B1) >> 7) as usize & mask;
        loop {
            let slot = self.slots.get(index)?;
            if slot.count == 0 || slot.key == key {
                return Some(index);
            }
            index = (index + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        for slot in old.into_iter().filter(|slot| slot.count > 0) {
            if let Some(free) = self.find(slot.key).and_then(|index| self.slots.get_mut(index)) {
                *free = slot;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_of_lists(inserts in prop::collection::vec((0_u32..200, any::<u32>()), 0..2_000)) {
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

    #[test]
    fn keys_that_collide_are_told_apart() {
        let mut postings = Postings::default();
        (0..10_000_u32).for_each(|key| postings.insert(key << 20, key, 1));
        assert!((0..4096_u32).all(|key| postings.first(key << 20).is_some()));
    }
}
