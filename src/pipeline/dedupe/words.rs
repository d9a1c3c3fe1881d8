//! Words as dedupe sees them: lower case, letters and digits only, an ideograph or kana each a word of its own.
//!
//! Runs of letters, digits, apostrophes and what is not ASCII are found in blocks of 64 bytes, a bit each (as Langdale and
//! Lemire find the signs of JSON, 2019). Most runs are words as they stand: their bytes are read, hashed and written eight at a
//! time. Only the others are spelt, character by character.

mod hash;
mod marks;

pub(super) use hash::mix;
use hash::{EIGHT, Longer, SMALL, hash_heads, hash_rest, spelt};
use marks::{BLOCK, Marks, take_first};

use super::extent::Extent;
use crate::pipeline::letters::{Letter, lower};

/// What is written at once.
const AT_ONCE: usize = 2 * EIGHT;

/// Words have more bytes in most languages, with what parts them (six in English): room for fewer would be made twice.
const BYTES_OF_A_WORD: usize = 5;

/// A word: its hash, and where it stands in the text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Word {
    pub(super) hash: u64,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Takes a text apart. The normalised words, each followed by a space, are collected for the exact hash.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) words: Vec<Word>,
    /// What is normalised so far, and room behind it.
    room: Vec<u8>,
    filled: usize,
    /// Words that were spelt, and their hashes.
    spelt: Vec<(u32, u64)>,
    longer: Longer,
    /// How many words are a sign each.
    signs: usize,
}

impl Words {
    /// Appends the words of a text. One pass, no allocation a word.
    pub(super) fn read(&mut self, text: &str) {
        let before = self.words.len();
        self.words.reserve(text.len() / BYTES_OF_A_WORD);
        self.make_room(text.len());
        let (mut is_open, mut odd_before, mut start) = (0, false, 0);
        for (base, block) in (0..).step_by(BLOCK).zip(text.as_bytes().chunks(BLOCK)) {
            let Marks { of_runs, mut odd } = Marks::of(block);
            let before = of_runs << 1 | is_open;
            let (mut starts, mut ends) = (of_runs & !before, before & !of_runs);
            if is_open == 0 {
                start = base + take_first(&mut starts);
            }
            self.longer.make_room();
            while ends != 0 {
                let place = take_first(&mut ends);
                if odd_before || odd.trailing_zeros() < place {
                    self.spell(text, start, base + place);
                    (odd_before, odd) = (false, odd & u64::MAX << place);
                } else {
                    self.take(text.as_bytes(), start, base + place);
                }
                start = base + take_first(&mut starts);
            }
            is_open = of_runs >> (BLOCK - 1);
            odd_before |= odd != 0;
        }
        self.longer.make_room();
        let end = place(text.len());
        match is_open != 0 {
            true if odd_before => self.spell(text, start, end),
            true => self.take(text.as_bytes(), start, end),
            false => {}
        }
        self.hash(before, text.as_bytes());
    }

    /// Hashes the words from one on, which have their heads in place of hashes.
    fn hash(&mut self, from: usize, text: &[u8]) {
        hash_heads(self.words.get_mut(from..).unwrap_or_default());
        self.longer.drain(|numbers| hash_rest(&mut self.words, numbers, text));
        for (number, hash) in self.spelt.drain(..) {
            if let Some(word) = self.words.get_mut(number as usize) {
                word.hash = hash;
            }
        }
        self.words.iter_mut().skip(from).for_each(|word| word.hash = mix(word.hash));
    }

    /// Appends a word of letters and digits of ASCII.
    #[inline(always)]
    fn take(&mut self, text: &[u8], start: u32, end: u32) {
        let word = Word { hash: 0, start, end };
        let (length, bytes) = (word.length(), next(text, start as usize));
        let (first, second) = (bytes as u64 | SMALL, (bytes >> u64::BITS) as u64 | SMALL);
        let room = self.room.get_mut(self.filled..).and_then(<[u8]>::first_chunk_mut::<{ AT_ONCE + 1 }>);
        if let Some(room) = room {
            // What is behind its end the next one is written over.
            let [sixteen @ .., _] = room;
            *sixteen = (u128::from(second) << u64::BITS | u128::from(first)).to_le_bytes();
            if let Some(space) = room.get_mut(length) {
                *space = b' ';
            }
        }
        if length > AT_ONCE {
            copy_rest(&mut self.room, self.filled, text, word);
        }
        self.longer.note(place(self.words.len()), length > EIGHT);
        self.words.push(Word { hash: word.head(first), ..word });
        self.filled += length + 1;
    }

    /// The words, normalised, from a byte on.
    pub(super) fn normalised_from(&self, byte: usize) -> &[u8] {
        self.room.get(byte..self.filled).unwrap_or_default()
    }

    /// How long it is.
    pub(super) fn extent(&self) -> Extent {
        Extent::of(self.words.len(), self.signs)
    }

    /// How many bytes are normalised.
    pub(super) fn normalised_len(&self) -> usize {
        self.filled
    }

    /// Room to normalise so many bytes, which may become twice as many, with spaces.
    fn make_room(&mut self, bytes: usize) {
        let least = self.filled + bytes + 2 * AT_ONCE;
        if self.room.len() < least {
            self.room.resize(least, 0);
        }
    }

    /// Appends the words of any run.
    #[inline(never)]
    fn spell(&mut self, text: &str, start: u32, end: u32) {
        let run = text.get(start as usize..end as usize).unwrap_or_default();
        self.make_room(text.len() - start as usize + run.len());
        let (mut hash, mut begun) = (0, None);
        for (at, character) in run.char_indices().map(|(at, character)| (start + place(at), character)) {
            if character.is_ascii() {
                // A run has nothing else of it than letters, digits and apostrophes.
                if !is_apostrophe(character) {
                    begun.get_or_insert(at);
                    self.push_byte(&mut hash, character as u8 | SMALL as u8);
                }
                continue;
            }
            let letter = Letter::of(character);
            if is_alone(character) {
                self.end_if(&mut begun, &mut hash, at);
                self.push(&mut hash, character);
                self.signs += 1;
                self.end_if(&mut Some(at), &mut hash, at + place(character.len_utf8()));
            } else if letter.is_alphanumeric() || is_mark(character) {
                begun.get_or_insert(at);
                if letter.changes() {
                    lower(character).for_each(|lower| self.push(&mut hash, lower));
                } else {
                    self.push(&mut hash, character);
                }
            } else if !is_apostrophe(character) {
                self.end_if(&mut begun, &mut hash, at);
            }
        }
        self.end_if(&mut begun, &mut hash, end);
    }

    #[inline]
    fn push(&mut self, hash: &mut u64, lower: char) {
        *hash = spelt(*hash, lower.into());
        let mut bytes = [0; 4];
        let length = lower.encode_utf8(&mut bytes).len();
        if let Some(place) = self.room.get_mut(self.filled..).and_then(<[u8]>::first_chunk_mut) {
            *place = bytes;
        }
        self.filled += length;
    }

    #[inline]
    fn push_byte(&mut self, hash: &mut u64, lower: u8) {
        *hash = spelt(*hash, lower.into());
        self.put(lower);
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.room.get_mut(self.filled) {
            *place = byte;
        }
        self.filled += 1;
    }

    /// Ends a word that was begun.
    fn end_if(&mut self, begun: &mut Option<u32>, hash: &mut u64, end: u32) {
        if let Some(start) = begun.take() {
            self.spelt.push((place(self.words.len()), std::mem::take(hash)));
            self.words.push(Word { hash: 0, start, end });
            self.put(b' ');
        }
    }
}

/// Texts of 4 GiB do not pass the input's limit.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Normalises a word behind its first bytes.
#[cold]
#[inline(never)]
fn copy_rest(room: &mut [u8], filled: usize, text: &[u8], word: Word) {
    let room = room.get_mut(filled..).unwrap_or_default();
    let word = text.get(word.start as usize..word.end as usize).unwrap_or_default();
    let small = word.iter().map(|byte| byte | SMALL as u8).chain([b' ']);
    room.iter_mut().zip(small).for_each(|(place, byte)| *place = byte);
}

/// The next sixteen bytes of a text; zeros behind its end.
#[inline(always)]
fn next(text: &[u8], at: usize) -> u128 {
    match text.get(at..at + AT_ONCE).and_then(<[u8]>::first_chunk) {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => last(text, at),
    }
}

#[cold]
#[inline(never)]
fn last(text: &[u8], at: usize) -> u128 {
    let mut bytes = [0; AT_ONCE];
    let rest = text.get(at..).unwrap_or_default();
    bytes.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    u128::from_le_bytes(bytes)
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
const fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}')
}

/// Scripts without spaces between words.
fn is_alone(character: char) -> bool {
    character >= '\u{e00}'
        && matches!(character as u32, 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
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
    use proptest::prelude::*;

    use super::*;

    /// The plain way: character by character.
    fn plainly(text: &str) -> (Vec<Word>, String) {
        let (mut words, mut normalised, mut hash, mut start) = (Vec::new(), String::new(), 0, None);
        let stop = (text.len(), ' ');
        for (at, character) in text.char_indices().chain([stop]) {
            let parts = is_alone(character) || !(is_letter(character) || is_apostrophe(character));
            if let Some(start) = start.take_if(|_| parts) {
                words.push(Word { hash: mix(std::mem::take(&mut hash)), start: start as u32, end: at as u32 });
                normalised.push(' ');
            }
            if is_alone(character) {
                let (hash, end) = (mix(spelt(0, character.into())), at + character.len_utf8());
                words.push(Word { hash, start: at as u32, end: end as u32 });
                normalised.extend([character, ' ']);
            } else if is_letter(character) {
                start.get_or_insert(at);
                let lower: String = character.to_lowercase().collect();
                hash = lower.chars().fold(hash, |hash, lower| spelt(hash, lower.into()));
                normalised.push_str(&lower);
            }
        }
        (words, normalised)
    }

    fn read(texts: &[&str]) -> (Vec<Word>, String) {
        let mut words = Words::default();
        texts.iter().for_each(|text| words.read(text));
        let normalised = std::str::from_utf8(words.normalised_from(0)).unwrap().to_owned();
        (words.words, normalised)
    }

    fn normalised(text: &str) -> String {
        read(&[text]).1
    }

    #[test]
    fn case_space_and_punctuation_do_not_matter() {
        assert_eq!(normalised("The STORM, hit — the  coast!"), "the storm hit the coast ");
        assert_eq!(normalised("ÉTÉ Страна"), "été страна ");
        assert_eq!(normalised("don\u{2019}t don't"), "dont dont ");
    }

    /// Runs of every length at every place of a block, and what is odd in them.
    #[test]
    fn every_byte_at_every_place_is_read_as_it_is() {
        for signs in (0..=0xff_u8).map(char::from).chain(['\u{2019}', '東', 'İ', 'Ⱥ', '\u{301}', '𝒜']) {
            for length in 0..20 {
                let run = format!("{}{signs}{}", &"aB3dEfGh1JkLmNoPqRsT"[..length], "Uv4X yZ");
                for before in [0, 1, 40, 57, 63, 64, 110] {
                    let text = format!("{}{run}{run}", " x.".repeat(before));
                    assert_eq!(read(&[&text]), plainly(&text), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn runs_of_several_blocks_are_read_as_they_are() {
        for odd in ["", "'", "\u{2019}", "é", "\u{201c}"] {
            for (before, after) in [(0, 300), (1, 200), (70, 130), (130, 70), (200, 0)] {
                let text = format!("On {}{odd}{} end", "aB".repeat(before), "cD".repeat(after));
                assert_eq!(read(&[&text]), plainly(&text), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_is_read_plainly(
            title in "[a-zA-Z0-9'\u{2019} .東İ]{0,90}",
            text in "([a-zA-Z0-9]{0,20}[' .,–\u{2019}é]){0,40}|[a-zà-ÿ'\u{2019} .,A-Z0-9東京でҊ́กİ-]{0,300}|(\\PC|\\s){0,200}",
        ) {
            let (title_words, title_normalised) = plainly(&title);
            let (words, normalised) = plainly(&text);
            let expected = ([title_words, words].concat(), title_normalised + &normalised);
            prop_assert_eq!(read(&[&title, &text]), expected);
        }

        #[test]
        fn words_are_counted_as_they_are_read(text in "[a-zà-ÿ'\u{2019} .,0-9東京でҊ́ก-]{0,40}|\\PC{0,40}") {
            prop_assert_eq!(count(&text), read(&[&text]).0.len(), "{}", text);
        }
    }

    #[test]
    fn ideographs_are_words() {
        assert_eq!(normalised("東京で2日"), "東 京 で 2 日 ");
    }

    #[test]
    fn places_are_exact() {
        let text = "¡Olé! said Ana";
        let told: Vec<&str> =
            read(&[text]).0.iter().map(|word| &text[word.start as usize..word.end as usize]).collect();
        assert_eq!(told, ["Olé", "said", "Ana"]);
    }
}
