//! Looks names up: single words for what is known about them, and the longest run of words that is a place or an organisation.

use super::cues::{self, Cues};
use super::data::{Item, Place, Tables};
use super::key;
use super::token::{Shape, Token};

/// Longer names begin like this.
pub(super) const PREFIX: u16 = 1;
/// A given name.
pub(super) const FIRST: u16 = 2;
/// A surname.
pub(super) const LAST: u16 = 4;
/// An English word that is written in lower case.
pub(super) const COMMON: u16 = 8;
/// A frequent word of some language.
pub(super) const STOP: u16 = 16;
/// An organisation.
pub(super) const ORGANISATION: u16 = 32;
/// A place.
pub(super) const PLACE: u16 = 64;
/// A club whose name is something else too, mostly its city's: it is meant in stories about sport.
pub(super) const CLUB: u16 = 256;
/// A name may begin with it. Not in the tables: said of words that are looked up.
pub(super) const BEGINS: u16 = 1 << 15;
/// Whatever can be proposed by its name alone.
const NAMED: u16 = ORGANISATION | PLACE | CLUB;

/// A name in capitals (US, WHO) has a key of its own, so that the words us and who are not it.
const CAPITALS: u64 = 0xa5a5_a5a5_a5a5_a5a5;
/// The longest name, in words or, where words have no spaces, in letters.
const LONGEST: usize = 12;

/// The key of a name so far, and one more word.
fn step(key: u64, word: u64) -> u64 {
    (key.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A name that was found.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    /// Token after its last.
    pub(super) end: usize,
    /// What it can be: [`PLACE`], [`ORGANISATION`], [`CLUB`].
    pub(super) flags: u16,
    /// The places that it can mean.
    pub(super) items: &'a [Item],
}

/// The tables and what can be asked of them.
pub(super) struct Gazetteer<'a> {
    tables: Tables<'a>,
    cues: Cues,
}

impl<'a> Gazetteer<'a> {
    pub(super) fn new(tables: Tables<'a>) -> Self {
        Self { tables, cues: Cues::new() }
    }

    pub(super) fn place(&self, item: Item) -> Option<&'a Place> {
        self.tables.place(item.place())
    }

    /// What is known about a word by itself.
    pub(super) fn flags(&self, word: u64) -> u16 {
        self.tables.get(step(0, word)).0
    }

    /// The places that a word by itself can mean.
    pub(super) fn places(&self, word: u64) -> &'a [Item] {
        self.tables.get(step(0, word)).1
    }

    /// What a word announces, and what is known about it by itself.
    pub(super) fn known(&self, piece: &str, shape: Shape, key: u64) -> (u16, u16) {
        let begins = |flags: u16| if flags & (NAMED | PREFIX) != 0 { BEGINS } else { 0 };
        match shape {
            // al-Qaida
            Shape::Lower => (self.cues.get(key), if piece == "al" { BEGINS } else { 0 }),
            Shape::Capital | Shape::Upper | Shape::Dotted | Shape::Caseless => {
                let (cues, flags) = (self.cues.get(key), self.flags(key));
                match self.capitals(piece, shape) {
                    Some((capitals, _)) => (cues & cues::ABBREVIATION, flags | capitals | BEGINS),
                    None => (cues, flags | begins(flags)),
                }
            }
            Shape::Run => (0, begins(self.tables.get(key::of_bytes(key::BASIS, piece.bytes())).0)),
            Shape::Sign if piece == "&" => (cues::AND, 0),
            Shape::Number | Shape::Sign | Shape::Break => (0, 0),
        }
    }

    /// A name that is written in capitals only.
    fn capitals(&self, piece: &str, shape: Shape) -> Option<(u16, &'a [Item])> {
        if !matches!(shape, Shape::Upper | Shape::Dotted) || piece.len() > 16 {
            return None;
        }
        let key = key::of_bytes(key::BASIS, piece.bytes().filter(|byte| *byte != b'.')) ^ CAPITALS;
        Some(self.tables.get(key)).filter(|(flags, _)| flags & NAMED != 0)
    }

    /// The longest place or organisation that begins with the token `first`.
    pub(super) fn longest(&self, text: &str, tokens: &[Token], first: usize) -> Option<Found<'a>> {
        let token = tokens.get(first)?;
        let piece = token.of(text);
        let mut best = None;
        if let Some((flags, items)) = self.capitals(piece, token.shape) {
            best = Some(Found { end: first + 1, flags, items });
        }
        let mut key = 0;
        let mut at = first;
        for _ in 0..LONGEST {
            let Some(token) = tokens.get(at) else { break };
            key = step(key, token.key);
            let (flags, items) = self.tables.get(key);
            // two letters in capitals are an abbreviation, whatever the word in small letters is
            let short = token.shape == Shape::Upper && at == first && token.end - token.start <= 3;
            if flags & NAMED != 0 && !short {
                best = Some(Found { end: at + 1, flags, items });
            }
            if flags & PREFIX == 0 {
                break;
            }
            at = match next_word(text, tokens, at) {
                Some(next) => next,
                None => break,
            };
        }
        best
    }

    /// The longest place or organisation that begins with the letter `first` of a script without spaces.
    pub(super) fn longest_in_run(&self, text: &str, tokens: &[Token], first: usize) -> Option<Found<'a>> {
        let mut best = None;
        let mut key = key::BASIS;
        for (at, token) in tokens.iter().enumerate().skip(first).take(LONGEST) {
            let piece = token.of(text);
            let joins = token.shape == Shape::Run || matches!(piece, "・" | "·");
            if !joins || at > first && token.spaced {
                break;
            }
            key = key::of_bytes(key, piece.bytes());
            let (flags, items) = self.tables.get(key);
            if flags & NAMED != 0 {
                best = Some(Found { end: at + 1, flags, items });
            }
            if flags & PREFIX == 0 {
                break;
            }
        }
        best
    }
}

/// The next word of the same name, if there can be one: after a space, a hyphen, an apostrophe, a dot or a comma.
fn next_word(text: &str, tokens: &[Token], at: usize) -> Option<usize> {
    let next = tokens.get(at + 1)?;
    match next.shape {
        Shape::Sign => {
            let sign = text.get(next.start as usize..next.end as usize)?;
            let after = tokens.get(at + 2).filter(|token| is_word(token))?;
            let joins = match sign {
                "-" | "'" | "’" | "‑" => !next.spaced && !after.spaced,
                "." | "," => !next.spaced,
                "&" => true,
                _ => false,
            };
            joins.then_some(at + 2)
        }
        _ => is_word(next).then_some(at + 1),
    }
}

fn is_word(token: &Token) -> bool {
    !matches!(token.shape, Shape::Sign | Shape::Break | Shape::Run)
}
