//! A sieve before the tables: says from a few letters of a line that no phrase can match it.
//!
//! Nearly every line of a news text is prose, and bringing prose into the phrases' form costs more than the rest of
//! cleaning. The sieve errs on one side only: a line that it lets go of matches nothing (a test holds it against the tables).
//! It knows scripts whose letters take two bytes at most; a line whose telling letters are others is always read.

use super::lines::is_mark;
use crate::pipeline::letters::{Letter, lower};

/// The longest line that a whole-line phrase is looked up for, in bytes: twice the longest such phrase.
pub(super) const MAX_WHOLE: usize = 100;

/// Letters in a key, and in that of a phrase that has fewer.
const LONG: usize = 6;
const SHORT: usize = 3;

/// Bits of a set; at a few hundred keys, one word of prose in a hundred is let through by chance.
const BITS: usize = 1 << 15;

/// A set of keys.
struct Keys(Box<[u64; BITS / 64]>);

impl Keys {
    fn new() -> Self {
        Self(Box::new([0; BITS / 64]))
    }

    fn add(&mut self, key: usize) {
        if let Some(bits) = self.0.get_mut(slot(key) / 64) {
            *bits |= 1 << (slot(key) % 64);
        }
    }

    fn has(&self, key: usize) -> bool {
        self.0.get(slot(key) / 64).is_some_and(|bits| bits & (1 << (slot(key) % 64)) != 0)
    }
}

/// Fibonacci hashing (Knuth, TAOCP 3, 6.4): the top bits of a product with 2^64 over the golden ratio.
fn slot(key: usize) -> usize {
    (((key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)) >> 49) as usize % BITS
}

/// What phrases begin with, and what those that may stand anywhere hold.
pub(super) struct Sieve {
    wholes: Keys,
    openings: Keys,
    anchors: Keys,
    /// The first two letters of the anchors: a set small enough to stay in the nearest cache.
    pairs: [u64; 16],
}

impl Sieve {
    pub(super) fn new() -> Self {
        Self { wholes: Keys::new(), openings: Keys::new(), anchors: Keys::new(), pairs: [0; 16] }
    }

    /// Notes a whole-line phrase.
    pub(super) fn add_whole(&mut self, phrase: &str) {
        if let Some((key, _)) = key_of_line(phrase, LONG) {
            self.wholes.add(key);
        }
    }

    /// Notes what lines begin with.
    pub(super) fn add_opening(&mut self, phrase: &str) {
        match key_of_line(phrase, LONG) {
            Some((key, LONG)) => self.openings.add(key),
            Some(_) => self.openings.add(key_of_line(phrase, SHORT).map_or(0, |(key, _)| key)),
            None => {}
        }
    }

    /// Notes a word that may stand anywhere.
    pub(super) fn add_anchor(&mut self, word: &str) {
        if let Some(key) = key_of_word(word.as_bytes()) {
            self.anchors.add(key);
        }
        if let [first, second, ..] = word.as_bytes() {
            let (slot, bit) = pair(*first, *second);
            self.pairs.iter_mut().skip(slot).take(1).for_each(|bits| *bits |= bit);
        }
    }

    /// Whether an anchor may begin here.
    pub(super) fn is_anchor(&self, text: &[u8]) -> bool {
        if let [first, second, ..] = text
            && first.is_ascii_alphabetic()
            && second.is_ascii_alphabetic()
        {
            let (slot, bit) = pair(*first, *second);
            if self.pairs.get(slot).is_some_and(|bits| bits & bit == 0) {
                return false;
            }
        }
        key_of_word(text).is_none_or(|key| self.anchors.has(key))
    }

    /// Whether a line has to be looked up.
    pub(super) fn lets_through(&self, line: &str) -> bool {
        let (Some((long, _)), Some((short, _))) = (key_of_line(line, LONG), key_of_line(line, SHORT)) else {
            return true;
        };
        if self.openings.has(long) || self.openings.has(short) || line.len() <= MAX_WHOLE && self.wholes.has(long) {
            return true;
        }
        let bytes = line.as_bytes();
        let word_at = |at: usize| self.is_anchor(bytes.get(at..).unwrap_or_default());
        word_at(0) || memchr::memchr_iter(b' ', bytes).any(|at| word_at(at + 1))
    }
}

/// Where two letters are in a set of 32 times 32, in any case.
fn pair(first: u8, second: u8) -> (usize, u64) {
    let index = usize::from(first & 31) * 32 + usize::from(second & 31);
    (index / 64, 1 << (index % 64))
}

/// What a character is in the phrases' form.
enum Sign {
    /// A letter, as five bits of it.
    Letter(usize),
    /// Dropped.
    Nothing,
    /// Between words.
    Gap,
    /// Something else that stays, or a script without spaces between words.
    Other,
}

/// What a character becomes when a line is read, in scripts whose letters take two bytes at most.
fn sign(c: char) -> Sign {
    match c {
        'a'..='z' | 'A'..='Z' => Sign::Letter(c as usize & 31),
        '\'' | '’' | 'ʼ' | '\u{307}' => Sign::Nothing,
        'ı' | 'İ' => Sign::Letter('i' as usize & 31),
        '_' | '0'..='9' | '©' | ':' => Sign::Other,
        '\u{2010}'..='\u{203A}' => Sign::Gap,
        '\u{800}'.. => Sign::Other,
        _ if Letter::of(c).is_alphanumeric() || is_mark(c) => {
            Sign::Letter(lower(c).next().map_or(0, |c| c as usize & 31))
        }
        _ => Sign::Gap,
    }
}

/// The first letters of a line, whatever stands between them, and how many there are; `None` if there is
/// something among them that the sieve does not know.
fn key_of_line(line: &str, letters: usize) -> Option<(usize, usize)> {
    let (mut key, mut taken) = (0, 0);
    for c in line.chars() {
        if taken == letters || c == ':' {
            break;
        }
        match sign(c) {
            Sign::Letter(bits) => {
                key = key * 32 + bits;
                taken += 1;
            }
            Sign::Nothing | Sign::Gap => {}
            Sign::Other => return None,
        }
    }
    Some((key, taken))
}

/// The first letters of a word; `None` if there is something among them that the sieve does not know.
fn key_of_word(text: &[u8]) -> Option<usize> {
    let (mut key, mut taken) = (0, 0);
    let mut rest = text;
    while taken < LONG {
        let sign = match rest {
            // else each word of a line of dashes would go over all that are behind it
            [] | [b' ', ..] => break,
            [byte, tail @ ..] if byte.is_ascii() => {
                rest = tail;
                sign(char::from(*byte))
            }
            [lead @ 0xC2..=0xDF, next, tail @ ..] => {
                rest = tail;
                sign(char::from_u32(u32::from(lead & 31) << 6 | u32::from(next & 63)).unwrap_or_default())
            }
            [0xE2, 0x80, last, tail @ ..] => {
                rest = tail;
                if *last == 0x99 { Sign::Nothing } else { Sign::Gap }
            }
            _ => return None,
        };
        match sign {
            Sign::Letter(bits) => {
                key = key * 32 + bits;
                taken += 1;
            }
            // punctuation before the word: the phrases' form drops it
            Sign::Nothing => {}
            Sign::Gap if taken == 0 => {}
            Sign::Gap | Sign::Other => break,
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_its_first_letters_and_ends_with_a_space() {
        assert_eq!(key_of_word("(“Réservé".as_bytes()), key_of_word("réserv".as_bytes()));
        assert_eq!(key_of_word(b"don't go"), key_of_word(b"dont"));
        assert_ne!(key_of_word(b"all rights"), key_of_word(b"allrig"));
        assert_eq!(key_of_word(b"- - reserved"), Some(0));
        assert_eq!(key_of_word("所有".as_bytes()), None);
    }
}
