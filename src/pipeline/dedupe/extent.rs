//! How long a text is, in two bytes.

/// Marks texts most of whose words are signs.
const SIGNS: u16 = 1 << 15;
/// So many signs of a script without spaces say what a word says.
const SIGNS_OF_A_WORD: u16 = 2;

/// A number of words, below 2^15, and whether most of them are single signs of a script without spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent(pub(super) u16);

impl Extent {
    /// Of a text of so many words, of which so many are signs.
    pub(super) fn of(words: usize, signs: usize) -> Self {
        let count = u16::try_from(words).unwrap_or(u16::MAX).min(SIGNS - 1);
        Self(if signs > words / 2 { count | SIGNS } else { count })
    }

    /// The number of words; saturates.
    pub fn words(self) -> u16 {
        self.0 & !SIGNS
    }

    /// How many words of a script with spaces say as much.
    pub fn weight(self) -> u16 {
        if self.0 & SIGNS == 0 { self.0 } else { self.words() / SIGNS_OF_A_WORD }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_weigh_half_a_word_and_are_counted_as_words() {
        let told = |words, signs| (Extent::of(words, signs).words(), Extent::of(words, signs).weight());
        assert_eq!(told(900, 0), (900, 900));
        assert_eq!(told(900, 450), (900, 900));
        assert_eq!(told(900, 451), (900, 450));
        assert_eq!(told(1 << 20, 0), (0x7fff, 0x7fff));
        assert_eq!(told(1 << 20, 1 << 20), (0x7fff, 0x3fff));
    }
}
