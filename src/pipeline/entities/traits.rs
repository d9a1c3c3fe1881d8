//! What the model is told about a word: its letters, its endings, how it is written, what the lists have on it and which other words
//! are used like it. Found once a word; [`super::features`] combines the traits of neighbours.

use crate::pipeline::letters::{Letter, lower};

use super::clusters::Cluster;
use super::token::Shape;

/// The traits of one token. Letters are told by hashes; 0 where there is nothing to tell.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Traits {
    /// Which word it is: equal ids have equal traits, but for `listed`, `spaced` and `opens`.
    pub(super) id: u64,
    /// Its letters, in lower case.
    pub(super) lower: u32,
    /// Its letters and how it is written; none for a word in lower case.
    pub(super) exact: u32,
    /// The pattern of capitals, small letters and digits; of a sign, which one.
    pub(super) pattern: u32,
    /// The first two and the first three letters of a longer word.
    pub(super) prefixes: [u32; 2],
    /// The last two, three and four letters of a longer word.
    pub(super) suffixes: [u32; 3],
    /// What the lists have on it, and on the name that it is a part of, see [`super::lists`].
    pub(super) listed: u16,
    /// The words that are used like it.
    pub(super) cluster: Cluster,
    pub(super) spaced: bool,
    /// A sentence may begin here.
    pub(super) opens: bool,
    /// One letter of a script without spaces.
    pub(super) run: bool,
}

impl Traits {
    /// The traits of a word by its letters alone, but for what tables have on it.
    pub(super) fn of(piece: &str, shape: Shape, key: u64) -> Self {
        let lower = (key ^ (key >> 32)) as u32;
        let common = Self { lower, ..Self::default() };
        match shape {
            Shape::Sign | Shape::Break => Self { pattern: lower, ..common },
            Shape::Run => {
                let pattern = piece.chars().next().map_or(0, script);
                Self { pattern, run: true, ..common }
            }
            _ => {
                let letters = Letters::of(piece);
                let pattern = letters.pattern;
                let exact = if pattern == LOWER { 0 } else { lower ^ pattern.wrapping_mul(0x9e37_79b1) };
                Self { exact, pattern, prefixes: letters.prefixes(), suffixes: letters.suffixes(), ..common }
            }
        }
    }
}

const CAPITAL: u32 = 1;
const SMALL: u32 = 2;
const DIGIT: u32 = 3;
const OTHER: u32 = 4;
/// The pattern of a longer word in lower case.
const LOWER: u32 = SMALL * 9 + SMALL;

fn class_of_ascii(byte: u8) -> u32 {
    match byte {
        b'A'..=b'Z' => CAPITAL,
        b'a'..=b'z' => SMALL,
        b'0'..=b'9' => DIGIT,
        _ => OTHER,
    }
}

fn class(letter: Letter) -> u32 {
    if letter.is_upper() {
        CAPITAL
    } else if letter.is_lower() {
        SMALL
    } else if letter.is_numeric() {
        DIGIT
    } else {
        OTHER
    }
}

/// The script of a letter that is a token.
fn script(letter: char) -> u32 {
    match u32::from(letter) {
        0x3040..0x30a0 => 5,
        0x30a0..0x3100 => 6,
        0xac00..0xd7b0 => 7,
        0x0e00..0x0f00 => 9,
        _ => 8,
    }
}

/// The letters of a word as they come.
#[derive(Default)]
struct Letters {
    count: usize,
    first: [u32; 3],
    last: [u32; 4],
    pattern: u32,
    class: u32,
    steps: u32,
}

impl Letters {
    fn of(word: &str) -> Self {
        let bytes = word.as_bytes();
        let mut letters = Self::default();
        if bytes.iter().all(u8::is_ascii_lowercase) {
            // most words: the same as below, without looking at each letter
            letters.count = bytes.len();
            letters.pattern = if bytes.len() > 1 { LOWER } else { SMALL };
            letters.first.iter_mut().zip(bytes).for_each(|(letter, byte)| *letter = (*byte).into());
            letters.last.iter_mut().rev().zip(bytes.iter().rev()).for_each(|(letter, byte)| *letter = (*byte).into());
        } else if word.is_ascii() {
            bytes.iter().for_each(|byte| letters.add(byte.to_ascii_lowercase().into(), class_of_ascii(*byte)));
        } else {
            word.chars().for_each(|c| letters.add(lower(c).next().unwrap_or(c).into(), class(Letter::of(c))));
        }
        letters
    }

    #[inline]
    fn add(&mut self, lower: u32, class: u32) {
        if let Some(first) = self.first.get_mut(self.count) {
            *first = lower;
        }
        let [_, b, c, d] = self.last;
        self.last = [b, c, d, lower];
        self.count += 1;
        // a run of letters of one class counts twice, one of digits up to four times: Ab, AB, 2020, A1
        if class != self.class || self.steps < 2 || class == DIGIT && self.steps < 4 {
            self.pattern = self.pattern.wrapping_mul(9).wrapping_add(class);
            self.steps += 1;
        }
        self.class = class;
    }

    fn prefixes(&self) -> [u32; 2] {
        let [a, b, c] = self.first;
        let two = hash(&[a, b]);
        [if self.count > 2 { two } else { 0 }, if self.count > 3 { hash(&[two, c]) } else { 0 }]
    }

    fn suffixes(&self) -> [u32; 3] {
        let [a, b, c, d] = self.last;
        let two = hash(&[d, c]);
        let three = hash(&[two, b]);
        [
            if self.count > 2 { two } else { 0 },
            if self.count > 3 { three } else { 0 },
            if self.count > 4 { hash(&[three, a]) } else { 0 },
        ]
    }
}

fn hash(values: &[u32]) -> u32 {
    values.iter().fold(0x811c_9dc5, |hash, value| (hash ^ value).wrapping_mul(0x0100_0193).rotate_left(13)) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_tell_how_words_are_written() {
        let pattern = |word: &str| Letters::of(word).pattern;
        assert_eq!(pattern("house"), LOWER);
        assert_eq!(pattern("Ärger"), pattern("Berlin"));
        assert_eq!(pattern("NATO"), pattern("ЕС"));
        let all = ["Berlin", "NATO", "McCain", "iPhone", "A", "2020", "20", "3rd", "a"].map(pattern);
        assert!((1..all.len()).all(|i| !all[..i].contains(&all[i])), "{all:?}");
    }

    #[test]
    fn a_word_in_lower_case_is_read_like_any_other() {
        for word in ["a", "of", "the", "from", "house", "minister"] {
            let mut letters = Letters::default();
            word.bytes().for_each(|byte| letters.add(byte.into(), class_of_ascii(byte)));
            let short = Letters::of(word);
            assert_eq!(
                (short.pattern, short.prefixes(), short.suffixes()),
                (letters.pattern, letters.prefixes(), letters.suffixes())
            );
        }
    }
}
