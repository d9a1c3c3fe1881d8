//! Hashes of words: eight characters a step, and several words side by side.

use super::{Word, next};

/// Odd multiplier of Fibonacci hashing, 2^64 / phi.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
/// Bytes that are hashed in a step.
pub(super) const EIGHT: usize = 8;
/// Words that are hashed side by side: one alone would wait for each product.
const LANES: usize = 4;
/// Words that are looked at at once.
const CHUNK: usize = 64;
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

    /// How many bytes stand before whole eights.
    fn head_length(&self) -> usize {
        self.length().saturating_sub(1) % EIGHT + 1
    }

    /// Those bytes, at the upper end: what is below them is 0 and changes no hash.
    pub(super) fn head(&self, small: u64) -> u64 {
        small << ((EIGHT - self.head_length()) as u32 * u8::BITS)
    }
}

/// Hashes words that have their heads in place of hashes.
pub(super) fn hash_all(words: &mut [Word], text: &[u8]) {
    let (lanes, rest) = words.as_chunks_mut::<LANES>();
    for words in lanes {
        let hashes = spelt_on([0; LANES], words.each_ref().map(|word| word.hash));
        words.iter_mut().zip(hashes).for_each(|(word, hash)| word.hash = mix(hash));
    }
    for word in rest {
        let [hash] = spelt_on([0], [word.hash]);
        word.hash = mix(hash);
    }
    longer(words).chunks(LANES).for_each(|numbers| hash_longer(words, numbers, text));
}

/// Which words have more than [`EIGHT`] bytes.
fn longer(words: &[Word]) -> Vec<usize> {
    let mut longer = Vec::with_capacity(words.len() / 4);
    for (words, from) in words.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        // Written whether it is one or not: whether one is the processor cannot foretell.
        let (mut chunk, mut count) = ([0; CHUNK], 0);
        for (word, number) in words.iter().zip(from..) {
            if let Some(place) = chunk.get_mut(count) {
                *place = number;
            }
            count += usize::from(word.length() > EIGHT);
        }
        longer.extend_from_slice(chunk.get(..count).unwrap_or_default());
    }
    longer
}

/// Hashes longer words, eight bytes after the other.
fn hash_longer(words: &mut [Word], numbers: &[usize], text: &[u8]) {
    let mut longer = [Word::default(); LANES];
    for (longer, number) in longer.iter_mut().zip(numbers) {
        *longer = words.get(*number).copied().unwrap_or_default();
    }
    let small = |word: &Word, from: usize| next(text, word.start as usize + from) as u64 | SMALL;
    let mut hashes = spelt_on([0; LANES], longer.each_ref().map(|word| word.head(small(word, 0))));
    let most = longer.iter().map(|word| word.length().saturating_sub(word.head_length())).max().unwrap_or_default();
    for passed in (0..most).step_by(EIGHT) {
        let next = spelt_on(hashes, longer.each_ref().map(|word| small(word, word.head_length() + passed)));
        for ((hash, next), word) in hashes.iter_mut().zip(next).zip(&longer) {
            *hash = if word.head_length() + passed < word.length() { next } else { *hash };
        }
    }
    for (number, hash) in numbers.iter().zip(hashes) {
        if let Some(word) = words.get_mut(*number) {
            word.hash = mix(hash);
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
