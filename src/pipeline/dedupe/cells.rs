//! Samples as articles are compared by: which cell a hash of three words lies in, and four bits that tell of the words around
//! them. From one power of two to the next there are 2^11 cells, so however many hashes an article kept, one that another
//! article does not have lies in a cell of its in fewer than one of 16 cases, in one of 40 where it has 500 words; how many do
//! is known, and taken off ([`super::overlap()`]).

use super::overlap::{ALIKE_BITS, CONTEXT_BITS};

/// Cells from one power of two to the next, as a power of two.
const CELL_BITS: u32 = 11;
/// Below this cells are as fine as hashes.
const FINE_BITS: u32 = CELL_BITS + CONTEXT_BITS;
/// So many pairs of samples, of two articles, to one that lies in one cell by chance: half of the samples lie between the last
/// two powers of two, a quarter before, and so on; the sum of the squares is a third.
pub(super) const PAIRS_BY_CHANCE: u64 = 3 << CELL_BITS;
/// Marks, among those of a cell, what is no key.
const OTHER: u32 = 1 << (CONTEXT_BITS - 1);
const ALIKE: u32 = (1 << ALIKE_BITS) - 1;

/// The sample that a hash, and the context in its low bits, give: where its cell begins, and some of the context.
pub(super) fn sample(hash: u32) -> u32 {
    let shift = coarseness(hash) + CONTEXT_BITS;
    hash >> shift << shift | hash & ALIKE
}

/// How many bits a cell is wider than a hash.
pub(super) fn coarseness(hash: u32) -> u32 {
    hash.checked_ilog2().unwrap_or(0).saturating_sub(FINE_BITS)
}

/// The samples of keys and other hashes, ascending, one a cell: a key's before another's.
pub(super) fn samples(keys: &[u32], others: impl Iterator<Item = u32>) -> Box<[u32]> {
    let keys = keys.iter().map(|key| sample(*key));
    let mut all: Vec<u32> = keys.chain(others.map(|other| sample(other) | OTHER)).collect();
    all.sort_unstable();
    all.dedup_by_key(|sample| *sample >> CONTEXT_BITS);
    all.iter_mut().for_each(|sample| *sample &= !OTHER);
    all.into()
}

/// The samples whose cells no key lies in.
pub(super) fn others<'a>(keys: &'a [u32], samples: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let mut keys = keys.iter().map(|key| sample(*key) >> CONTEXT_BITS).peekable();
    samples.iter().copied().filter(move |sample| {
        let cell = sample >> CONTEXT_BITS;
        while keys.next_if(|key| *key < cell).is_some() {}
        keys.peek() != Some(&cell)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sample_is_where_its_cell_begins(hash: u32, bits in 0..32_u32) {
            let (hash, width) = (hash >> bits, 1_u64 << (coarseness(hash >> bits) + CONTEXT_BITS));
            let begin = sample(hash) & !((1 << CONTEXT_BITS) - 1);
            prop_assert!(u64::from(begin) % width == 0 && u64::from(hash - begin) < width);
            prop_assert_eq!((sample(sample(hash)), coarseness(begin)), (sample(hash), coarseness(hash)));
            // Cells from one power of two to the next.
            prop_assert!(hash >> FINE_BITS == 0 || (1_u64 << hash.ilog2()) / width == 1 << CELL_BITS);
        }
    }

    #[test]
    fn of_a_cell_a_key_is_kept() {
        let (key, near, far) = (1_u32 << 30 | 0x35, 1_u32 << 30 | 0x4_0002, 1_u32 << 31 | 7);
        assert_eq!(samples(&[key], [near, far].into_iter())[..], [1 << 30 | 5, 1 << 31 | 7]);
        assert_eq!(samples(&[], [far, near].into_iter())[..], [1 << 30 | 2, 1 << 31 | 7]);
        assert_eq!(others(&[key], &samples(&[key], [near, far].into_iter())).collect::<Vec<_>>(), [1 << 31 | 7]);
    }
}
