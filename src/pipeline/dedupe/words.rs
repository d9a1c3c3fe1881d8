//! Words as dedupe sees them: lower case, letters and digits only, an ideograph or kana each a word of its own.

use crate::pipeline::letters::{Letter, lower};

/// Odd multiplier of Fibonacci hashing, 2^64 / phi.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Bit mixer (Pelle Evensen's rrmxmx shape, two rounds of multiply and shift).
pub(super) const fn mix(mut x: u64) -> u64 {
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 32)
}

/// A word: its hash, and where it stands in the text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) hash: u64,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Lower case of an ASCII letter or digit, 0 for what parts words.
const ASCII: [u8; 128] = {
    let mut table = [0_u8; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            #[expect(clippy::indexing_slicing, reason = "evaluated at build time, and byte is below 128")]
            {
                table[byte as usize] = byte.to_ascii_lowercase();
            }
        }
        byte += 1;
    }
    table
};

/// Takes a text apart. The normalised words, each followed by a space, are collected for the exact hash.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) words: Vec<Word>,
    pub(super) normalised: String,
    hash: u64,
    start: Option<usize>,
}

impl Words {
    /// Appends the words of a text. One pass, no allocation a word.
    pub(super) fn read(&mut self, text: &str) {
        self.words.reserve(text.len() / 6);
        self.normalised.reserve(text.len() + 8);
        for (at, character) in text.char_indices() {
            match ASCII.get(character as usize) {
                // An apostrophe parts no word, typewritten or not: it's and it’s are one.
                Some(0) if character == '\'' => {}
                Some(0) => self.end(at),
                Some(lower) => self.push(at, char::from(*lower)),
                None if is_alone(character) => {
                    self.end(at);
                    self.push(at, character);
                    self.end(at + character.len_utf8());
                }
                None if is_letter(character) => lower(character).for_each(|lower| self.push(at, lower)),
                None if character == '\u{2019}' => {}
                None => self.end(at),
            }
        }
        self.end(text.len());
    }

    fn push(&mut self, at: usize, lower: char) {
        self.start.get_or_insert(at);
        self.hash = (self.hash ^ u64::from(lower)).wrapping_mul(ODD).rotate_left(23);
        self.normalised.push(lower);
    }

    fn end(&mut self, at: usize) {
        let Some(start) = self.start.take() else { return };
        // Texts of 4 GiB do not pass the input's limit.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.words.push(Word { hash: mix(self.hash), start: place(start), end: place(at) });
        self.hash = 0;
        self.normalised.push(' ');
    }
}

/// How many words a text has, without keeping them.
pub fn count(text: &str) -> usize {
    let (mut words, mut within) = (0, false);
    for character in text.chars() {
        let is_apostrophe = matches!(character, '\'' | '\u{2019}');
        let alone = is_alone(character);
        let is_letter = !alone && is_letter(character);
        words += usize::from(alone || (is_letter && !within));
        within = is_letter || (is_apostrophe && within);
    }
    words
}

/// Scripts without spaces between words.
fn is_alone(character: char) -> bool {
    matches!(character as u32, 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

fn is_letter(character: char) -> bool {
    Letter::of(character).is_alphanumeric() || is_mark(character)
}

/// Marks within words: accents that stand alone, vowel signs.
fn is_mark(character: char) -> bool {
    matches!(character as u32, 0x300..=0x36f | 0x483..=0x487 | 0x591..=0x5bd | 0x64b..=0x65f | 0x670 | 0x900..=0x903 | 0x93a..=0x94f | 0x981..=0x983 | 0x9bc..=0x9cd | 0xa3c..=0xa4d | 0xb82 | 0xbbe..=0xbcd | 0xc3e..=0xc4d | 0xd3e..=0xd4d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(text: &str) -> String {
        let mut words = Words::default();
        words.read(text);
        words.normalised
    }

    #[test]
    fn case_space_and_punctuation_do_not_matter() {
        assert_eq!(normalised("The STORM, hit — the  coast!"), "the storm hit the coast ");
        assert_eq!(normalised("ÉTÉ Страна"), "été страна ");
        assert_eq!(normalised("don\u{2019}t don't"), "dont dont ");
    }

    proptest::proptest! {
        #[test]
        fn words_are_counted_as_they_are_read(text in "[a-zà-ÿ'\u{2019} .,0-9東京でҊ́ก-]{0,40}|\\PC{0,40}") {
            let mut words = Words::default();
            words.read(&text);
            proptest::prop_assert_eq!(count(&text), words.words.len(), "{}", text);
        }
    }

    #[test]
    fn ideographs_are_words() {
        assert_eq!(normalised("東京で2日"), "東 京 で 2 日 ");
    }

    #[test]
    fn places_are_exact() {
        let text = "¡Olé! said Ana";
        let mut words = Words::default();
        words.read(text);
        let told: Vec<&str> = words.words.iter().map(|word| &text[word.start as usize..word.end as usize]).collect();
        assert_eq!(told, ["Olé", "said", "Ana"]);
    }
}
