//! Words in small letters, numbers and signs that stand inside of names: of, and, a hyphen, 4. Which ones do is counted in what the model is
//! trained on; there are some thousand.

#[cfg(any(test, feature = "training"))]
use super::model::INSIDE;

/// A bit a word, by a hash of its key. What shares a bit with such a word is asked about in vain.
#[derive(Clone, Copy)]
pub(super) struct Inside<'a>(pub(super) &'a [u8]);

impl Inside<'_> {
    /// Whether the word with this key (see [`super::key`]) does.
    #[inline]
    pub(super) fn has(self, key: u64) -> bool {
        let bit = hash(key) % (self.0.len() * 8).max(1);
        self.0.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }
}

#[inline]
fn hash(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
}

/// The bits of these words.
#[cfg(any(test, feature = "training"))]
pub(super) fn table(keys: impl Iterator<Item = u64>) -> Vec<u8> {
    let mut bits = vec![0_u8; INSIDE];
    for key in keys {
        let bit = hash(key) % (INSIDE * 8);
        if let Some(byte) = bits.get_mut(bit / 8) {
            *byte |= 1 << (bit % 8);
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_what_it_was_given_and_little_else() {
        let bits = table((0..1_200_u64).map(|key| key.wrapping_mul(0x1234_5678_9abc_def1)));
        let inside = Inside(&bits);
        assert!((0..1_200_u64).all(|key| inside.has(key.wrapping_mul(0x1234_5678_9abc_def1))));
        let others = (2_000..12_000_u64).filter(|key| inside.has(key.wrapping_mul(0x1234_5678_9abc_def1))).count();
        assert!(others < 200, "{others} of 10,000 others");
        assert!(!Inside(&[]).has(1));
    }
}
