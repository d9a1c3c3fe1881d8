//! Words that are no letters of ASCII alone: character by character.

use super::{Word, Words, place};
use crate::pipeline::letters::{Letter, lower};

/// The bit that makes a capital of ASCII small, and leaves small letters and digits as they are.
const SMALL: u8 = 0x20;

/// Where a word begins: in the text, and in what is normalised.
#[derive(Debug, Clone, Copy)]
struct Begun {
    start: u32,
    normalised: u32,
}

impl Words {
    /// Appends the words of any run.
    #[inline(never)]
    pub(super) fn spell(&mut self, text: &str, start: u32, end: u32) {
        let run = text.get(start as usize..end as usize).unwrap_or_default();
        self.make_room(text.len() - start as usize + run.len());
        let mut begun = None;
        for (at, character) in run.char_indices().map(|(at, character)| (start + place(at), character)) {
            if character.is_ascii() {
                // A run has nothing else of it than letters, digits and apostrophes.
                if !is_apostrophe(character) {
                    self.begin(&mut begun, at);
                    self.put(character as u8 | SMALL);
                }
                continue;
            }
            let letter = Letter::of(character);
            if is_alone(character) {
                self.end_if(&mut begun, at);
                self.begin(&mut begun, at);
                self.push(character);
                self.signs += 1;
                self.end_if(&mut begun, at + place(character.len_utf8()));
            } else if letter.is_alphanumeric() || is_mark(character) {
                self.begin(&mut begun, at);
                if letter.changes() {
                    lower(character).for_each(|lower| self.push(lower));
                } else {
                    self.push(character);
                }
            } else if !is_apostrophe(character) {
                self.end_if(&mut begun, at);
            }
        }
        self.end_if(&mut begun, end);
    }

    #[inline]
    fn push(&mut self, lower: char) {
        let mut bytes = [0; 4];
        let length = lower.encode_utf8(&mut bytes).len();
        if let Some(place) = self.room.get_mut(self.filled..).and_then(<[u8]>::first_chunk_mut) {
            *place = bytes;
        }
        self.filled += length;
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.room.get_mut(self.filled) {
            *place = byte;
        }
        self.filled += 1;
    }

    /// Begins a word, unless one was begun.
    #[inline]
    fn begin(&self, begun: &mut Option<Begun>, start: u32) {
        begun.get_or_insert(Begun { start, normalised: place(self.filled) });
    }

    /// Ends a word that was begun.
    fn end_if(&mut self, begun: &mut Option<Begun>, end: u32) {
        if let Some(Begun { start, normalised }) = begun.take() {
            self.beside.note(self.count, normalised, place(self.filled));
            self.make_room_for(1);
            if let Some(word) = self.words.get_mut(self.count) {
                *word = Word { start, end, ..*word };
            }
            self.count += 1;
            self.put(b' ');
        }
    }
}

/// How many words a text has, without keeping them.
pub fn count(text: &str) -> usize {
    let (mut words, mut within) = (0, false);
    for character in text.chars() {
        let alone = is_alone(character);
        let is_letter = !alone && is_letter(character);
        words += usize::from(alone || (is_letter && !within));
        within = is_letter || (is_apostrophe(character) && within);
    }
    words
}

/// Typewritten or not: it's and it’s are one word.
pub(super) const fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}')
}

/// Scripts without spaces between words.
pub(super) fn is_alone(character: char) -> bool {
    character >= '\u{e00}'
        && matches!(character as u32, 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

pub(super) fn is_letter(character: char) -> bool {
    Letter::of(character).is_alphanumeric() || is_mark(character)
}

/// Marks within words: accents that stand alone, vowel signs.
fn is_mark(character: char) -> bool {
    matches!(character as u32, 0x300..=0x36f | 0x483..=0x487 | 0x591..=0x5bd | 0x64b..=0x65f | 0x670 | 0x900..=0x903 | 0x93a..=0x94f | 0x981..=0x983 | 0x9bc..=0x9cd | 0xa3c..=0xa4d | 0xb82 | 0xbbe..=0xbcd | 0xc3e..=0xc4d | 0xd3e..=0xd4d)
}
