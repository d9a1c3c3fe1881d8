//! Hashes of words: eight characters a step, and several words side by side.

use zerocopy::IntoBytes as _;

use super::marks::BLOCK;
use super::{Word, next};

/// Odd multiplier of Fibonacci hashing, 2^64 / phi.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
/// Bytes that are hashed in a step.
pub(super) const EIGHT: usize = 8;
/// Words that are hashed side by side: one alone would wait for each product.
const LANES: usize = 4;
/// The bit that makes a capital small, and leaves small letters and digits as they are; alone, it is a space.
pub(super) const SMALL: u64 = u64::from_le_bytes([0x20; EIGHT]);

/// Bit mixer (Pelle Evensen's rrmxmx shape, two rounds of multiply and shift).
pub(in super::super) const fn mix(mut x: u64) -> u64 {
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 32)
}

/// The hash of a word that goes on with one more character. Nothing goes before the first one: the hash of no characters is 0,
/// and stays 0 with a character that is 0.
pub(super) const fn spelt(hash: u64, character: u64) -> u64 {
    (hash ^ character).wrapping_mul(ODD).rotate_left(23)
}

impl Word {
    pub(super) fn length(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// The bytes that stand before whole eights, at the upper end: what is below them is 0 and changes no hash.
    pub(super) fn head(&self, small: u64) -> u64 {
        small.wrapping_shl((self.end - self.start).wrapping_neg() * u8::BITS)
    }

    /// How many they are.
    fn head_length(&self) -> usize {
        self.length().saturating_sub(1) % EIGHT + 1
    }
}

/// Which words have more than [`EIGHT`] bytes.
#[derive(Debug, Default)]
pub(super) struct Longer {
    numbers: Vec<u32>,
    count: usize,
}

impl Longer {
    /// Room for the words of a block.
    pub(super) fn make_room(&mut self) {
        if self.numbers.len() < self.count + BLOCK {
            self.numbers.resize(self.count + 4 * BLOCK, 0);
        }
    }

    /// A word is longer or not. Written in any case: whether it is the processor cannot foretell.
    #[inline(always)]
    pub(super) fn note(&mut self, number: u32, is_longer: bool) {
        if let Some(place) = self.numbers.get_mut(self.count) {
            *place = number;
        }
        self.count += usize::from(is_longer);
    }

    /// Hands over some at a time.
    pub(super) fn drain(&mut self, take: impl FnMut(&[u32])) {
        self.numbers.get(..std::mem::take(&mut self.count)).unwrap_or_default().chunks(LANES).for_each(take);
    }
}

/// Hashes the heads that words have in place of hashes.
pub(super) fn hash_heads(words: &mut [Word]) {
    let (lanes, rest) = words.as_chunks_mut::<LANES>();
    for words in lanes {
        let mut hashes = [0; LANES];
        // Read from memory byte by byte, which takes a step less than the bytes of a number.
        let heads = words.each_ref().map(|word| word.hash.as_bytes());
        for at in 0..EIGHT {
            let at = if cfg!(target_endian = "big") { EIGHT - 1 - at } else { at };
            for (hash, head) in hashes.iter_mut().zip(heads) {
                *hash = spelt(*hash, head.get(at).copied().map_or(0, u64::from));
            }
        }
        words.iter_mut().zip(hashes).for_each(|(word, hash)| word.hash = hash);
    }
    for word in rest {
        [word.hash] = spelt_on([0], [word.hash]);
    }
}

/// Goes on with what is behind the heads of longer words, eight bytes after the other.
pub(super) fn hash_rest(words: &mut [Word], numbers: &[u32], text: &[u8]) {
    let mut longer = [Word::default(); LANES];
    for (longer, number) in longer.iter_mut().zip(numbers) {
        *longer = words.get(*number as usize).copied().unwrap_or_default();
    }
    let small = |at: usize| next(text, at) as u64 | SMALL;
    let behind = |word: &Word| word.length().saturating_sub(word.head_length());
    let most = longer.iter().map(behind).max().unwrap_or_default();
    for passed in (0..most).step_by(EIGHT) {
        let eights = longer.each_ref().map(|word| small(word.start as usize + word.head_length() + passed));
        let next = spelt_on(longer.each_ref().map(|word| word.hash), eights);
        for (word, next) in longer.iter_mut().zip(next) {
            word.hash = if passed < behind(word) { next } else { word.hash };
        }
    }
    for (number, longer) in numbers.iter().zip(longer) {
        if let Some(word) = words.get_mut(*number as usize) {
            word.hash = longer.hash;
        }
    }
}

/// Hashes that go on with eight bytes each.
#[inline(always)]
fn spelt_on<const LANES: usize>(mut hashes: [u64; LANES], mut eights: [u64; LANES]) -> [u64; LANES] {
    for _ in 0..EIGHT {
        for (hash, eight) in hashes.iter_mut().zip(&mut eights) {
            *hash = spelt(*hash, *eight & 0xff);
            *eight >>= u8::BITS;
        }
    }
    hashes
}
