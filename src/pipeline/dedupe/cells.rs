//! Samples as articles are compared by: which cell a hash of three words lies in, and one bit or four that tell of the words
//! around them. From one power of two to the next there are 2^11 cells, so however many hashes an article kept, one that another
//! article does not have lies in a cell of its in fewer than one of 16 cases, in one of 40 where it has 500 words; how many do
//! is known, and taken off ([`super::overlap()`]).

use super::overlap::CONTEXT_BITS;

/// Cells from one power of two to the next, as a power of two.
const CELL_BITS: u32 = 11;
/// Below this cells are as fine as hashes.
const FINE_BITS: u32 = CELL_BITS + CONTEXT_BITS;
/// So many pairs of samples, of two articles, to one that lies in one cell by chance: half of the samples lie between the last
/// two powers of two, a quarter before, and so on; the sum of the squares is a third.
pub(super) const PAIRS_BY_CHANCE: u64 = 3 << CELL_BITS;
/// Marks, among those of a cell, what is no key.
const OTHER: u32 = 1 << (CONTEXT_BITS - 1);

/// The sample that a hash, and the context in its low bits, give: where its cell begins, and so many bits of the context.
pub(super) fn sample(hash: u32, alike: u32) -> u32 {
    let shift = coarseness(hash) + CONTEXT_BITS;
    hash >> shift << shift | hash & ((1 << alike) - 1)
}

/// How many bits a cell is wider than a hash.
pub(super) fn coarseness(hash: u32) -> u32 {
    coarseness_of(hash, 0)
}

/// The same of a hash that ends with so many zeros more, fewer than cells have bits.
pub(super) const fn coarseness_of(hash: u32, zeros: u32) -> u32 {
    ((hash | 1).ilog2() + zeros).saturating_sub(FINE_BITS)
}

/// The samples of hashes that ascend, one a cell: a key's before another's.
#[derive(Debug)]
pub(super) struct Samples {
    all: Vec<u32>,
    alike: u32,
}

impl Samples {
    /// With room for so many, of which so many bits tell the words around them.
    pub(super) fn with_capacity(samples: usize, alike: u32) -> Self {
        Self { all: Vec::with_capacity(samples), alike }
    }

    /// Goes on with a hash in the last one's cell or in one above it.
    pub(super) fn push(&mut self, hash: u32, is_key: bool) {
        let sample = sample(hash, self.alike) | if is_key { 0 } else { OTHER };
        match self.all.last_mut() {
            Some(last) if *last >> CONTEXT_BITS == sample >> CONTEXT_BITS => *last = sample.min(*last),
            _ => self.all.push(sample),
        }
    }

    pub(super) fn told(mut self) -> Box<[u32]> {
        self.all.iter_mut().for_each(|sample| *sample &= !OTHER);
        self.all.into()
    }
}

/// The samples of keys, which ascend, and of [`others`]; none if those do not ascend, or lie in a key's cell: equal records, equal
/// bytes.
pub(super) fn joined(keys: &[u32], others: &[u32], alike: u32) -> Option<Box<[u32]>> {
    let all = keys.len() + others.len();
    let (mut samples, mut of_keys, mut of_others) = (Vec::<u32>::with_capacity(all), 0, 0);
    for _ in 0..all {
        let key = keys.get(of_keys).map_or(u64::MAX, |key| sample(*key, alike).into());
        let other = others.get(of_others).map_or(u64::MAX, |other| u64::from(*other));
        // Chosen without a branch: which comes next is chance.
        let is_key = key >> CONTEXT_BITS <= other >> CONTEXT_BITS;
        let next = u32::try_from(if is_key { key } else { other }).ok()?;
        of_keys += usize::from(is_key);
        of_others += usize::from(!is_key);
        match samples.last_mut() {
            Some(last) if *last >> CONTEXT_BITS >= next >> CONTEXT_BITS => *last = is_key.then(|| next.min(*last))?,
            _ => samples.push(next),
        }
    }
    Some(samples.into())
}

/// The samples whose cells no key lies in.
pub(super) fn others<'a>(keys: &'a [u32], samples: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let mut keys = keys.iter().map(|key| sample(*key, 0) >> CONTEXT_BITS).peekable();
    samples.iter().copied().filter(move |sample| {
        let cell = sample >> CONTEXT_BITS;
        while keys.next_if(|key| *key < cell).is_some() {}
        keys.peek() != Some(&cell)
    })
}

/// The samples of keys and other hashes, in whatever order, the plain way.
#[cfg(test)]
pub(super) fn samples(keys: &[u32], others: impl Iterator<Item = u32>, alike: u32) -> Box<[u32]> {
    let keys = keys.iter().map(|key| sample(*key, alike));
    let mut all: Vec<u32> = keys.chain(others.map(|other| sample(other, alike) | OTHER)).collect();
    all.sort_unstable();
    all.dedup_by_key(|sample| *sample >> CONTEXT_BITS);
    all.iter_mut().for_each(|sample| *sample &= !OTHER);
    all.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hashes that ascend by what tells them from others, some in one cell; and whether they are keys.
    fn hashes() -> impl Strategy<Value = Vec<(u32, bool)>> {
        let few = prop_oneof![any::<u32>(), 0..1_u32 << 15, (0..1_u32 << 15).prop_map(|low| u32::MAX - (low << 8))];
        prop::collection::vec((few, any::<bool>()), 0..80).prop_map(|mut hashes| {
            hashes.sort_unstable_by_key(|(hash, _)| hash >> CONTEXT_BITS);
            hashes.dedup_by_key(|(hash, _)| *hash >> CONTEXT_BITS);
            hashes
        })
    }

    fn parted(hashes: &[(u32, bool)]) -> (Vec<u32>, Vec<u32>) {
        let (keys, others): (Vec<_>, Vec<_>) = hashes.iter().partition(|(_, is_key)| *is_key);
        let bare = |hashes: Vec<(u32, bool)>| hashes.into_iter().map(|(hash, _)| hash).collect();
        (bare(keys), bare(others))
    }

    proptest! {
        #[test]
        fn a_sample_is_where_its_cell_begins(hash: u32, bits in 0..32_u32, alike in 0..=4_u32) {
            let (hash, width) = (hash >> bits, 1_u64 << (coarseness(hash >> bits) + CONTEXT_BITS));
            let begin = sample(hash, alike) & !((1 << CONTEXT_BITS) - 1);
            prop_assert!(u64::from(begin) % width == 0 && u64::from(hash - begin) < width);
            prop_assert_eq!((sample(sample(hash, alike), alike), coarseness(begin)), (sample(hash, alike), coarseness(hash)));
            // Cells from one power of two to the next.
            prop_assert!(hash >> FINE_BITS == 0 || (1_u64 << hash.ilog2()) / width == 1 << CELL_BITS);
        }

        #[test]
        fn samples_are_told_as_they_are_plainly(hashes in hashes(), alike in 0..=4_u32) {
            let (keys, others) = parted(&hashes);
            let mut told = Samples::with_capacity(0, alike);
            hashes.iter().for_each(|(hash, is_key)| told.push(*hash, *is_key));
            let told = told.told();
            prop_assert_eq!(&told, &samples(&keys, others.into_iter(), alike));
            let others: Vec<u32> = super::others(&keys, &told).collect();
            prop_assert_eq!(joined(&keys, &others, alike), Some(told));
        }

        #[test]
        fn what_tells_the_same_otherwise_is_refused(hashes in hashes(), alike in 0..=4_u32, others in prop::collection::vec(any::<u32>(), 0..9), swap: bool) {
            let (keys, more) = parted(&hashes);
            let mut others: Vec<u32> = more.into_iter().chain(others).map(|other| sample(other, alike)).collect();
            others.sort_unstable();
            if swap && !others.is_empty() {
                others.rotate_left(1);
            }
            let plainly = samples(&keys, others.iter().copied(), alike);
            let is_same = super::others(&keys, &plainly).eq(others.iter().copied());
            prop_assert_eq!(joined(&keys, &others, alike), is_same.then_some(plainly));
        }
    }

    #[test]
    fn of_a_cell_a_key_is_kept() {
        let (key, near, far) = (1_u32 << 30 | 0x35, 1_u32 << 30 | 0x4_0002, 1_u32 << 31 | 7);
        let told = |hashes: &[(u32, bool)]| {
            let mut samples = Samples::with_capacity(0, 4);
            hashes.iter().for_each(|(hash, is_key)| samples.push(*hash, *is_key));
            samples.told()
        };
        assert_eq!(told(&[(key, true), (near, false), (far, false)])[..], [1 << 30 | 5, 1 << 31 | 7]);
        assert_eq!(told(&[(key, false), (near, true), (far, false)])[..], [1 << 30 | 2, 1 << 31 | 7]);
        assert_eq!(told(&[(key, false), (near, false), (far, false)])[..], [1 << 30 | 2, 1 << 31 | 7]);
        let all = told(&[(key, true), (near, false), (far, false)]);
        assert_eq!(others(&[key], &all).collect::<Vec<_>>(), [1 << 31 | 7]);
    }
}
