//! Hashes of words: sixteen bytes a step, each a product of twice as many bits as a number has, folded onto itself (as wyhash
//! does, Wang Yi, 2019, and rapidhash, Nicolas De Carli, 2024).

use super::Word;

/// Bytes that are hashed in a step.
const STEP: usize = 16;
/// What the halves of a step are mixed with, and what the hash is multiplied by in the end: rapidhash's secrets. Which are taken
/// decides which sequences are samples, and which neighbours agree by chance (docs/dedupe.md).
const HALVES: [u64; 2] = [0x2d35_8dcc_aa6c_78a5, 0x8bb8_4b93_962e_acc9];
const ODD: u64 = 0x4b33_a62e_d433_d4a3;

/// Which bits make the bytes of words what they are hashed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Letters of ASCII and digits: the bit makes a capital small, and leaves the others as they are.
    Any = 0x20,
    /// What is normalised.
    Small = 0,
}

/// Bit mixer (Pelle Evensen's rrmxmx shape, two rounds of multiply and shift).
pub(in super::super) const fn mix(mut x: u64) -> u64 {
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 32)
}

/// A hash of hashes.
pub(in super::super) const fn folded(hashes: u64) -> u64 {
    product(hashes, ODD)
}

/// The product of two numbers, its upper half folded onto its lower half.
const fn product(a: u64, b: u64) -> u64 {
    let wide = (a as u128).wrapping_mul(b as u128);
    halves(wide)[0] ^ halves(wide)[1]
}

#[expect(clippy::cast_possible_truncation, reason = "two halves")]
const fn halves(wide: u128) -> [u64; 2] {
    [wide as u64, (wide >> u64::BITS) as u64]
}

/// Hashes words.
pub(super) fn hash_all(words: &mut [Word], text: &[u8], case: Case) {
    let case = u128::from_ne_bytes([case as u8; STEP]);
    for word in words {
        let (start, length) = (word.start as usize, (word.end - word.start) as usize);
        let first = step(0, next(text, start) | case, length);
        let hash = if length > STEP { rest(first, text, start + STEP, length - STEP, case) } else { first };
        word.hash = folded(hash);
    }
}

/// Goes on with what is behind the first bytes of a longer word.
#[cold]
#[inline(never)]
fn rest(mut hash: u64, text: &[u8], start: usize, length: usize, case: u128) -> u64 {
    for passed in (0..length).step_by(STEP) {
        hash = step(hash, next(text, start + passed) | case, length - passed);
    }
    hash
}

/// A hash that goes on with some bytes, of which the word has the first so many at most. No word is empty, and no byte of one is zero:
/// those of a shorter word are moved to where those of a longer one end.
#[inline(always)]
const fn step(hash: u64, bytes: u128, length: usize) -> u64 {
    let others = STEP.saturating_sub(length) % STEP;
    let [low, high] = halves(bytes << (8 * others));
    product(low ^ HALVES[0] ^ hash, high ^ HALVES[1])
}

/// The next sixteen bytes of a text; zeros behind its end.
#[inline(always)]
fn next(text: &[u8], at: usize) -> u128 {
    match text.get(at..at + STEP).and_then(<[u8]>::first_chunk) {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => last(text, at),
    }
}

#[cold]
#[inline(never)]
fn last(text: &[u8], at: usize) -> u128 {
    let mut bytes = [0; STEP];
    let rest = text.get(at..).unwrap_or_default();
    bytes.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    u128::from_le_bytes(bytes)
}

/// The hash of a word that is normalised, the plain way.
#[cfg(test)]
pub(super) fn hash_of(word: &str) -> u64 {
    let step = |hash: u64, bytes: &[u8]| {
        let mut ending = [0; STEP];
        ending[STEP - bytes.len()..].copy_from_slice(bytes);
        let [low, high] = halves(u128::from_le_bytes(ending));
        product(low ^ HALVES[0] ^ hash, high ^ HALVES[1])
    };
    folded(word.as_bytes().chunks(STEP).fold(0, step))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Each bit of words that differ by a letter or by where they are parted is set in half of the hashes, whatever the others are.
    #[test]
    fn hashes_of_words_that_are_alike_are_spread_evenly() {
        let words =
            (0..20_000).flat_map(|number| [format!("w{number}"), format!("{number:018}"), "a".repeat(number % 99 + 1)]);
        let words: HashSet<String> = words.collect();
        let hashes: HashSet<u64> = words.iter().map(|word| hash_of(word)).collect();
        assert_eq!(hashes.len(), words.len());
        let half = hashes.len() as f64 / 2.0;
        for (first, second) in (0..64).flat_map(|first| (first..64).map(move |second| (first, second))) {
            let set = hashes.iter().filter(|hash| *hash >> first & 1 == *hash >> second & u64::from(first != second));
            let far = (set.count() as f64 - half) / half.sqrt();
            assert!(far.abs() < 5.0, "bits {first}, {second}: {far} deviations");
        }
    }
}
