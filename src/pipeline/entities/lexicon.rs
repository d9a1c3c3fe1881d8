//! The words that a thread met last, with all that their letters tell: an article's words are mostly those of the article before.
//!
//! One slot for each of some thousand hashes of letters; a word takes the slot of the word before it. Words are compared letter by
//! letter, so what is told does not depend on what was met before.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::gazetteer::Gazetteer;
use super::key;
use super::lists;
use super::model::Known;
use super::stretch::Asks;
use super::token::{CHUNK, Chunk, Opening, Piece, Shape, Token};
use super::traits::Traits;

pub(super) const SLOTS: usize = 1 << 12;
/// What is known about a piece of text wherever it stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Word {
    /// The token that it is, but for its place.
    pub(super) token: Token,
    pub(super) opening: Opening,
    /// What the model is told about it; `spaced` and `opens` depend on the place.
    pub(super) traits: Traits,
}

impl Word {
    fn of(piece: &str, gazetteer: &Gazetteer<'_>, known: &Known<'_>) -> Self {
        let (shape, key) = spelling(piece);
        let (cues, flags) = gazetteer.known(piece, shape, key);
        let mut traits = Traits { listed: lists::of_word(flags), ..Traits::of(piece, shape, key) };
        if !matches!(shape, Shape::Sign | Shape::Break) {
            traits.cluster = known.clusters.get(key, shape.is_name());
        }
        let asks = Asks::of(shape, cues, key, known.inside);
        let token = Token { key, flags, cues, shape, asks, ..Token::default() };
        Self { token, opening: Opening::of(piece, shape), traits }
    }
}

/// How a piece is written, and its key.
fn spelling(piece: &str) -> (Shape, u64) {
    let (mut small, mut plain, mut key) = (0, true, key::BASIS);
    for byte in piece.bytes() {
        let lower = byte | 0x20;
        plain &= lower.is_ascii_lowercase();
        small += usize::from(byte == lower);
        key = key::with(key, lower);
    }
    if plain {
        return (Shape::of_plain(piece.as_bytes(), small), key);
    }
    let shape = Shape::of(piece);
    let key = match shape {
        Shape::Break => 0,
        Shape::Sign => key::of_bytes(key::BASIS, piece.bytes()),
        _ => key::of_word(piece),
    };
    (shape, key)
}

/// See above. What it holds is of one model's clusters.
#[derive(Default)]
pub(super) struct Lexicon {
    slots: Vec<Slot>,
    model: u64,
    /// A word that is too long to be kept.
    long: Word,
    /// The numbers of the next words that are met for the first time.
    serials: Range<u64>,
}

/// Lexicons take so many numbers at once, and no two the same.
const BLOCK: u64 = 1 << 20;
static SERIALS: AtomicU64 = AtomicU64::new(1);

/// The slot of the word with this id.
#[inline]
pub(super) fn slot_of(id: u64) -> usize {
    id as usize % SLOTS
}

#[derive(Clone, Default)]
struct Slot {
    letters: Chunk,
    word: Word,
}

impl Lexicon {
    /// Forgets what it knows from another model.
    pub(super) fn prepare(&mut self, known: &Known<'_>) {
        if self.slots.is_empty() || self.model != known.id {
            self.slots.clear();
            self.slots.resize(SLOTS, Slot::default());
            self.model = known.id;
        }
    }

    /// What is known about a piece of `text`.
    #[inline]
    pub(super) fn word(&mut self, text: &str, piece: &Piece, gazetteer: &Gazetteer<'_>, known: &Known<'_>) -> &Word {
        // zero for a word that is too long to be kept
        let letters = piece.chunk & MASKS.get(piece.length).copied().unwrap_or_default();
        let at = slot(letters);
        if letters == 0 || self.slots.get(at).is_none_or(|slot| slot.letters != letters) {
            let piece = text.get(piece.start..piece.start + piece.length).unwrap_or_default();
            self.meet(letters, at, Word::of(piece, gazetteer, known));
        }
        self.slots.get(at).filter(|_| letters != 0).map_or(&self.long, |slot| &slot.word)
    }

    /// Puts a word that was not there into its place.
    #[cold]
    fn meet(&mut self, letters: Chunk, at: usize, mut word: Word) {
        let serial = self.serials.next().unwrap_or_else(|| {
            let first = SERIALS.fetch_add(BLOCK, Ordering::Relaxed);
            self.serials = first + 1..first + BLOCK;
            first
        });
        word.traits.id = serial * SLOTS as u64 + at as u64;
        match self.slots.get_mut(at).filter(|_| letters != 0) {
            Some(slot) => *slot = Slot { letters, word },
            None => self.long = word,
        }
    }
}

/// For each length of a word, ones for the bits of its letters.
const MASKS: [Chunk; CHUNK + 1] = {
    let mut masks = [0; CHUNK + 1];
    let (mut mask, mut left): (Chunk, &mut [Chunk]) = (0, &mut masks);
    while let [first, rest @ ..] = left {
        *first = mask;
        mask = mask << 8 | 0xff;
        left = rest;
    }
    masks
};

#[inline]
fn slot(letters: Chunk) -> usize {
    let (low, high) = (letters as u64, (letters >> 64) as u64);
    let hash = (low ^ high.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> (u64::BITS - SLOTS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::super::{Gazetteer, data};
    use super::*;

    #[test]
    fn a_word_keeps_its_id_until_another_takes_its_slot() {
        let (gazetteer, known) = (Gazetteer::new(data::builtin().unwrap()), data::model().unwrap().known);
        let mut lexicon = Lexicon::default();
        lexicon.prepare(&known);
        let mut read = |word: &str| {
            let mut met = Vec::new();
            super::super::token::cut(word, |piece| met.push(*lexicon.word(word, &piece, &gazetteer, &known)));
            assert_eq!(met.len(), 1, "{word}");
            met[0]
        };
        let first = read("Marchetti");
        let id = |word: Word| word.traits.id;
        assert_eq!(id(read("Marchetti")), id(first));
        assert_ne!(id(read("Marchett")), id(first));
        // too long to be kept: never the same
        assert_ne!(id(read("Bundesverfassung")), id(read("Bundesverfassungs")));
        assert_ne!(id(read("Bundesverfassungs")), id(read("Bundesverfassungs")));
        (0..5 * SLOTS).for_each(|number| assert_ne!(id(read(&format!("W{number}"))), id(first)));
        let again = read("Marchetti");
        assert_ne!(id(again), id(first));
        assert_eq!(Traits { id: 0, ..again.traits }, Traits { id: 0, ..first.traits });
        assert_eq!((again.token.key, again.token.shape), (key::of_word("marchetti"), Shape::Capital));
    }
}
