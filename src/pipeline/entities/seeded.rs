//! Hash maps of words by their keys. Whoever writes an article chooses its words and so their keys, but not where they fall: that follows
//! from numbers that each process draws.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

pub(super) type SeededMap<K, V> = HashMap<K, V, Seeded>;

static SEEDS: LazyLock<[u64; 2]> = LazyLock::new(|| [0, 1].map(|number| RandomState::new().hash_one(number)));

/// Makes hashers that fold the long product of what is hashed and a number that nobody knows (as foldhash does).
#[derive(Clone)]
pub(super) struct Seeded([u64; 2]);

impl Default for Seeded {
    fn default() -> Self {
        Self(*SEEDS)
    }
}

impl BuildHasher for Seeded {
    type Hasher = Fold;

    #[inline]
    fn build_hasher(&self) -> Fold {
        let Self([state, factor]) = *self;
        Fold { state, factor }
    }
}

pub(super) struct Fold {
    state: u64,
    factor: u64,
}

impl Hasher for Fold {
    #[inline]
    fn finish(&self) -> u64 {
        self.state
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut number = [0; 8];
            number.iter_mut().zip(eight).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(number));
        }
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.state ^ number) * u128::from(self.factor | 1);
        self.state = (product >> 64) as u64 ^ product as u64;
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fall_into_all_buckets() {
        let seeded = Seeded::default();
        let hashes = |step: u64| (0..1 << 14).map(move |i: u64| i.wrapping_mul(step));
        for step in [1, 1 << 32, 1 << 50, 0x9e37_79b9_7f4a_7c15] {
            let mut buckets = [0; 256];
            hashes(step).for_each(|key| buckets[seeded.hash_one(key) as usize % 256] += 1);
            assert!(buckets.iter().all(|bucket| (20..150).contains(bucket)), "{step}: {buckets:?}");
        }
        assert_ne!(seeded.hash_one([1_u64, 2]), seeded.hash_one([2_u64, 1]));
    }
}
