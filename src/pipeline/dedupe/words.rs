//! Words as dedupe sees them: lower case, letters and digits only, an ideograph or kana each a word of its own.
//!
//! Words of letters of ASCII are found in blocks of 64 bytes, a bit each, and their bytes are normalised and hashed many at a
//! time. Only runs with other letters are spelt, character by character.

use std::hint::black_box;

mod hash;
mod marks;
mod spell;

use hash::{Case, hash_all};
pub(super) use hash::{folded, mix};
use marks::{BLOCK, Blocks, Marks, below, take_first};
pub use spell::count;

use super::extent::Extent;

/// Most words of a block, and as many as are told beside them.
const MOST: usize = BLOCK / 2 + AT_ONCE;
/// Words that are told at once: how many there are the processor foretells more often by fours.
const AT_ONCE: usize = 4;
/// Words have more bytes in most languages, with what parts them (six in English): room for fewer would be made twice.
const BYTES_OF_A_WORD: usize = 5;

/// Room for more words than that is given back.
const MOST_KEPT: usize = 1 << 14;

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
    /// The first `count`, and room for more.
    words: Vec<Word>,
    count: usize,
    /// What is normalised so far, and room behind it.
    room: Vec<u8>,
    filled: usize,
    beside: Beside,
    /// How many words are a sign each.
    signs: usize,
}

/// Words that the text does not have as they are normalised (with apostrophes, or spelt): which, and where they stand in that.
#[derive(Debug, Default)]
struct Beside {
    numbers: Vec<u32>,
    words: Vec<Word>,
}

impl Beside {
    fn note(&mut self, number: usize, start: u32, end: u32) {
        self.numbers.push(place(number));
        self.words.push(Word { hash: 0, start, end });
    }
}

impl Words {
    /// Leaves out all words, and keeps the room for others if it is not large.
    pub(super) fn clear(&mut self) {
        if self.words.len() > MOST_KEPT {
            *self = Self::default();
        }
        (self.count, self.filled, self.signs) = (0, 0, 0);
        self.beside.numbers.clear();
        self.beside.words.clear();
    }

    /// All words.
    pub(super) fn all(&self) -> &[Word] {
        self.words.get(..self.count).unwrap_or_default()
    }

    /// Appends the words of a text. One pass, no allocation a word.
    pub(super) fn read(&mut self, text: &str) {
        let (from, mut base, mut blocks) = (self.count, 0, Blocks::new());
        self.make_room_for(text.len() / BYTES_OF_A_WORD + MOST);
        self.make_room(text.len());
        warm(text.as_bytes());
        while base < text.len() {
            blocks.look(text.as_bytes().get(base..).unwrap_or_default());
            for (marks, small) in blocks.all() {
                base += match marks.length {
                    0 => self.spell_first(text, base),
                    _ => self.take(text, place(base), marks, small),
                };
            }
        }
        self.hash(from, text.as_bytes());
    }

    /// Appends the words of a block's whole bytes; how many bytes those are.
    #[inline(always)]
    fn take(&mut self, text: &str, base: u32, marks: &Marks, small: &[u8]) -> usize {
        let mut left = below(marks.length);
        loop {
            let odd = marks.odd & left;
            let run = if odd == 0 { 0 } else { marks.run_at(odd.trailing_zeros()) };
            self.take_plain(base, marks, small, left & !run & below(run.trailing_zeros()));
            if run == 0 {
                return marks.length as usize;
            }
            let end = u64::BITS - run.leading_zeros();
            self.spell(text, base + run.trailing_zeros(), base + end);
            left &= !below(end);
        }
    }

    /// Appends the words of some of a block's bytes, which have letters of ASCII alone.
    #[inline(always)]
    fn take_plain(&mut self, base: u32, marks: &Marks, small: &[u8], some: u64) {
        let (letters, apostrophes) = (marks.letters & some, marks.apostrophes & some);
        // Apostrophes that follow a letter: the sum carries on through all that stand side by side.
        let after = apostrophes & !apostrophes.wrapping_add(apostrophes & letters << 1);
        let words = letters | after;
        let (starts, ends) = (words & !(words << 1), !words & words << 1);
        if after != 0 {
            self.note_shortened(letters | ends, starts, after);
        }
        self.tell(base, starts, ends);
        self.normalise(small, letters | ends);
    }

    /// Appends words that begin and end at these bits.
    #[inline(always)]
    fn tell(&mut self, base: u32, mut starts: u64, mut ends: u64) {
        self.make_room_for(MOST);
        let count = starts.count_ones() as usize;
        let (fours, _) = self.words.get_mut(self.count..).unwrap_or_default().as_chunks_mut::<AT_ONCE>();
        for four in fours.iter_mut().take(count.div_ceil(AT_ONCE)) {
            for word in four {
                (word.start, word.end) = (base + take_first(&mut starts), base + take_first(&mut ends));
            }
        }
        self.count += count;
    }

    /// Appends the bytes that are kept, those that stand side by side at once.
    #[inline(always)]
    fn normalise(&mut self, small: &[u8], mut kept: u64) {
        while kept != 0 {
            let from = kept.trailing_zeros();
            let length = (kept >> from).trailing_ones();
            let run = small.get(from as usize..).and_then(<[u8]>::first_chunk::<BLOCK>);
            let room = self.room.get_mut(self.filled..).and_then(<[u8]>::first_chunk_mut::<BLOCK>);
            if let (Some(run), Some(room)) = (run, room) {
                // What is behind its end the next one is written over.
                *room = *run;
            }
            self.filled += length as usize;
            kept &= kept.wrapping_add(1 << from);
        }
    }

    /// Notes which of the words that begin at these bits have apostrophes at those.
    #[inline(never)]
    fn note_shortened(&mut self, kept: u64, starts: u64, mut apostrophes: u64) {
        while apostrophes != 0 {
            let before = starts & below(apostrophes.trailing_zeros());
            let after = below(u64::BITS - before.leading_zeros());
            let next = (starts & !after).trailing_zeros();
            let number = self.count + before.count_ones() as usize - 1;
            let start = self.filled + (kept & after).count_ones() as usize - 1;
            // A space follows.
            let length = (kept & below(next) & !after).count_ones();
            self.beside.note(number, place(start), place(start) + length);
            apostrophes &= !below(next);
        }
    }

    /// Appends the words of a run that is longer than a block; how many bytes it has.
    #[cold]
    #[inline(never)]
    fn spell_first(&mut self, text: &str, base: usize) -> usize {
        let rest = text.get(base..).unwrap_or_default();
        let parts = |byte: u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'\'';
        let bytes = rest.bytes().position(parts).unwrap_or(rest.len());
        self.spell(text, place(base), place(base + bytes));
        bytes
    }

    /// Hashes the words from one on.
    fn hash(&mut self, from: usize, text: &[u8]) {
        hash_all(self.words.get_mut(from..self.count).unwrap_or_default(), text, Case::Any);
        hash_all(&mut self.beside.words, &self.room, Case::Small);
        for (number, beside) in self.beside.numbers.drain(..).zip(self.beside.words.drain(..)) {
            if let Some(word) = self.words.get_mut(number as usize) {
                word.hash = beside.hash;
            }
        }
    }

    /// The words, normalised, from a byte on.
    pub(super) fn normalised_from(&self, byte: usize) -> &[u8] {
        self.room.get(byte..self.filled).unwrap_or_default()
    }

    /// How long it is.
    pub(super) fn extent(&self) -> Extent {
        Extent::of(self.count, self.signs)
    }

    /// How many bytes are normalised.
    pub(super) fn normalised_len(&self) -> usize {
        self.filled
    }

    /// Room to normalise so many bytes, which may become twice as many, with spaces.
    fn make_room(&mut self, bytes: usize) {
        let least = self.filled + bytes + 2 * BLOCK;
        if self.room.len() < least {
            self.room.resize(least, 0);
        }
    }

    /// Room for so many words.
    #[inline(always)]
    fn make_room_for(&mut self, words: usize) {
        if self.words.len() < self.count + words {
            self.words.resize(self.count + self.count / 2 + words, Word::default());
        }
    }
}

/// Has the processor fetch a text, all lines of memory at the same time.
fn warm(text: &[u8]) {
    black_box(text.iter().step_by(BLOCK).fold(0, |all, byte| all | byte));
}

/// Texts of 4 GiB do not pass the input's limit.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::hash::hash_of;
    use super::spell::{is_alone, is_apostrophe, is_letter};
    use super::*;

    /// The plain way: character by character.
    fn plainly(text: &str) -> (Vec<Word>, String) {
        let (mut words, mut normalised, mut word, mut start) = (Vec::new(), String::new(), String::new(), None);
        let stop = (text.len(), ' ');
        for (at, character) in text.char_indices().chain([stop]) {
            let parts = is_alone(character) || !(is_letter(character) || is_apostrophe(character));
            if let Some(start) = start.take_if(|_| parts) {
                words.push(Word { hash: hash_of(&word), start, end: at as u32 });
                normalised.extend([&*std::mem::take(&mut word), " "]);
            }
            if is_alone(character) {
                let (hash, end) = (hash_of(character.encode_utf8(&mut [0; 4])), at + character.len_utf8());
                words.push(Word { hash, start: at as u32, end: end as u32 });
                normalised.extend([character, ' ']);
            } else if is_letter(character) {
                start.get_or_insert(at as u32);
                word.extend(character.to_lowercase());
            }
        }
        (words, normalised)
    }

    fn read(texts: &[&str]) -> (Vec<Word>, String) {
        let mut words = Words::default();
        texts.iter().for_each(|text| words.read(text));
        let normalised = std::str::from_utf8(words.normalised_from(0)).unwrap().to_owned();
        (words.all().to_vec(), normalised)
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
