//! Which words are used like which: words fall into 128 coarse and 1,024 fine clusters by the contexts they stand in. A name that the
//! model never saw in training is often used like one that it saw.

use zerocopy::little_endian::U32;

const CHECK_BITS: u32 = 15;
const COARSE_BITS: u32 = 7;
const FINE_BITS: u32 = 10;

/// The clusters of a word, from 1; 0 for a word that is in none.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    pub(super) coarse: u16,
    pub(super) fine: u16,
}

/// A hash table of words: from the top, 15 bits of the word's hash, its coarse and its fine cluster. An empty slot is zero.
#[derive(Clone, Copy)]
pub(super) struct Clusters<'a> {
    slots: &'a [U32],
}

impl<'a> Clusters<'a> {
    /// None unless the number of slots is a power of two and one is empty.
    pub(super) fn view(slots: &'a [U32]) -> Option<Self> {
        (slots.len().is_power_of_two() && slots.iter().any(|slot| slot.get() == 0)).then_some(Self { slots })
    }

    /// The clusters of the word with this key (see [`super::key::of_word`]), written with a capital or not.
    pub(super) fn get(&self, key: u64, cased: bool) -> Cluster {
        let own = cased.then(|| self.find(key, true)).flatten();
        own.or_else(|| self.find(key, false)).unwrap_or_default()
    }

    #[inline]
    fn find(&self, key: u64, cased: bool) -> Option<Cluster> {
        let (start, check) = place(key, cased);
        let mask = self.slots.len() - 1;
        for step in 0..self.slots.len() {
            let slot = self.slots.get((start + step) & mask)?.get();
            if slot == 0 {
                break;
            }
            if slot >> (COARSE_BITS + FINE_BITS) == check {
                let coarse = (slot >> FINE_BITS) & ((1 << COARSE_BITS) - 1);
                let fine = slot & ((1 << FINE_BITS) - 1);
                return Some(Cluster { coarse: coarse as u16 + 1, fine: fine as u16 + 1 });
            }
        }
        None
    }
}

/// Where to begin to look for a key, and what tells it from others; never zero. A word with a capital and the same word without one
/// stand side by side.
#[inline]
fn place(key: u64, cased: bool) -> (usize, u32) {
    let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let check = hash & ((1 << (CHECK_BITS - 1)) - 1) | u64::from(cased) << (CHECK_BITS - 1);
    ((hash >> 40) as usize, (check as u32).max(1))
}

/// The table of `words`: key, whether it has a capital, coarse and fine cluster from 0. The first of equal ones counts.
#[cfg(any(test, feature = "training"))]
pub(super) fn table(words: impl ExactSizeIterator<Item = (u64, bool, u32, u32)>) -> Vec<U32> {
    let mut slots = vec![U32::new(0); (words.len() * 3 / 2 + 1).next_power_of_two()];
    let mask = slots.len() - 1;
    for (key, cased, coarse, fine) in words {
        let (start, check) = place(key, cased);
        let slot = check << (COARSE_BITS + FINE_BITS) | coarse << FINE_BITS | fine;
        let at = (0..slots.len()).map(|step| (start + step) & mask).find(|at| {
            slots.get(*at).is_some_and(|slot| slot.get() == 0 || slot.get() >> (COARSE_BITS + FINE_BITS) == check)
        });
        if let Some(slot_at) = at.and_then(|at| slots.get_mut(at)).filter(|slot| slot.get() == 0) {
            *slot_at = U32::new(slot);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_clusters_it_was_given() {
        let words: Vec<(u64, bool, u32, u32)> = (0..1_000_u64)
            .map(|i| (i.wrapping_mul(0x1234_5678_9abc_def1), i % 2 == 0, i as u32 % 128, i as u32))
            .collect();
        let slots = table(words.iter().copied());
        let clusters = Clusters::view(&slots).unwrap();
        for (key, cased, coarse, fine) in words {
            let expected = Cluster { coarse: coarse as u16 + 1, fine: fine as u16 + 1 };
            assert_eq!(clusters.get(key, cased), expected);
            assert_eq!(clusters.get(key, true), expected, "a capital falls back on the word in lower case");
        }
        assert_eq!(clusters.get(77, true), Cluster::default());
    }
}
