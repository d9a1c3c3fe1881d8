//! Cuts a field into words, numbers and signs, in any script, each with its place in bytes. What a name may look like is decided on
//! these, so a token also says how it is written and whether a sentence begins with it.

use crate::pipeline::letters::Letter;

use super::stretch::Asks;

/// How a token is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Shape {
    /// A word in lower case.
    Lower,
    /// A word that begins with a capital: Berlin, McCain, O in O'Brien.
    Capital,
    /// Two capitals or more and no small letter: NATO.
    Upper,
    /// Capitals with dots: U.S.
    Dotted,
    /// A word of a script without capitals that puts spaces between words: Arabic, Hebrew, Devanagari.
    Caseless,
    /// One letter of a script that puts no spaces between words (and of Hangul, whose words carry particles).
    Run,
    /// Begins with a digit.
    Number,
    /// One sign.
    #[default]
    Sign,
    /// The end of a line.
    Break,
}

impl Shape {
    /// Written like a name or a part of one.
    pub(super) fn is_name(self) -> bool {
        matches!(self, Self::Capital | Self::Upper | Self::Dotted)
    }

    /// Of a word that may be a name: with a capital, or of a script that has none.
    pub(super) fn may_name(self) -> bool {
        self.is_name() || matches!(self, Self::Caseless | Self::Run)
    }

    /// How a piece that [`cut`] made is written.
    pub(super) fn of(piece: &str) -> Self {
        let Some(first) = piece.chars().next() else { return Self::Sign };
        let letter = Letter::of(first);
        if first == '\n' {
            Self::Break
        } else if is_run(first) {
            Self::Run
        } else if !is_word(first) || letter.is_mark() {
            Self::Sign
        } else if piece.contains('.') {
            Self::Dotted
        } else if letter.is_numeric() {
            Self::Number
        } else if letter.is_lower() {
            Self::Lower
        } else if !letter.is_upper() {
            Self::Caseless
        } else if piece.len() > first.len_utf8() && !piece.chars().any(|c| Letter::of(c).is_lower()) {
            Self::Upper
        } else {
            Self::Capital
        }
    }

    /// The same of a piece of ASCII letters, so many of them small.
    pub(super) fn of_plain(piece: &[u8], small: usize) -> Self {
        match (piece.first().is_some_and(u8::is_ascii_lowercase), small) {
            (true, _) => Self::Lower,
            (false, 0) if piece.len() > 1 => Self::Upper,
            (false, _) => Self::Capital,
        }
    }
}

/// A piece of a field.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Token {
    /// First byte.
    pub(super) start: u32,
    /// Byte after the last.
    pub(super) end: u32,
    /// By what tables know it, see [`super::key`].
    pub(super) key: u64,
    /// What the gazetteer knows about the word.
    pub(super) flags: u16,
    /// What the word announces, see [`super::cues`].
    pub(super) cues: u16,
    pub(super) shape: Shape,
    /// Space before it.
    pub(super) spaced: bool,
    /// A sentence or a line begins here, so a capital says little.
    pub(super) opens: bool,
    /// What the model is asked about for its sake, see [`super::stretch`].
    pub(super) asks: Asks,
}

impl Token {
    /// Its letters, in the text that it was cut from.
    pub(super) fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// A word that is written like a name or a part of one.
    pub(super) fn is_name(&self) -> bool {
        self.shape.is_name()
    }
}

/// Letters of scripts in which every letter is a token: Thai, Lao, Myanmar, Khmer, Han, Kana, Hangul.
pub(super) fn is_run(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x2fff | 0x3005..=0x3007 | 0x3041..=0x30fa | 0x30fc..=0x9fff
        | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3ffff)
}

fn is_word(c: char) -> bool {
    let letter = Letter::of(c);
    (letter.is_alphanumeric() || letter.is_mark()) && !is_run(c)
}

/// Where a token begins and how long it is, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) length: usize,
    /// Space before it.
    pub(super) spaced: bool,
    /// The first bytes from its beginning on, and zeros after the end of the text.
    pub(super) chunk: Chunk,
}

pub(super) type Chunk = u128;
/// Bytes of a chunk.
pub(super) const CHUNK: usize = size_of::<Chunk>();

/// Cuts `text` up. Takes time in proportion to its length.
#[inline]
pub(super) fn cut(text: &str, mut found: impl FnMut(Piece)) {
    let (mut start, mut spaced) = (0, true);
    while let Some(rest) = text.as_bytes().get(start..).filter(|rest| !rest.is_empty()) {
        let chunk = chunk(rest);
        let first = chunk as u8;
        if first == b' ' {
            spaced = true;
            start += 1;
            continue;
        }
        let length = match plain_word(chunk, rest) {
            Some(length) => length,
            None if first.is_ascii_punctuation() => 1,
            None => {
                let rest = text.get(start..).unwrap_or_default();
                let Some(c) = rest.chars().next() else { break };
                if Letter::of(c).is_space() && c != '\n' {
                    spaced = true;
                    start += c.len_utf8();
                    continue;
                }
                length(rest, c)
            }
        };
        found(Piece { start, length, spaced, chunk });
        // mostly one space
        spaced = rest.get(length) == Some(&b' ');
        start += length + usize::from(spaced);
    }
}

#[inline]
fn chunk(rest: &[u8]) -> Chunk {
    rest.first_chunk().map_or_else(|| last_chunk(rest), |chunk| Chunk::from_le_bytes(*chunk))
}

#[cold]
fn last_chunk(rest: &[u8]) -> Chunk {
    let mut chunk = [0; CHUNK];
    chunk.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    Chunk::from_le_bytes(chunk)
}

/// The length of the word at the beginning, if it has ASCII letters only: most words of most texts, eight letters in one look.
#[inline]
fn plain_word(chunk: Chunk, rest: &[u8]) -> Option<usize> {
    let mut length = plain_letters(chunk as u64);
    if length == 8 {
        length += plain_letters((chunk >> 64) as u64);
        if length == CHUNK {
            length += rest.iter().skip(CHUNK).take_while(|byte| byte.is_ascii_alphabetic()).count();
        }
    }
    // else a digit, an accent or the dot of an abbreviation goes on
    let ends = |next: &u8| next.is_ascii() && !next.is_ascii_digit() && !(*next == b'.' && length == 1);
    (length > 0 && rest.get(length).is_none_or(ends)).then_some(length)
}

/// How many ASCII letters eight bytes begin with.
#[inline]
fn plain_letters(bytes: u64) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let small = (bytes & !HIGH) | (0x20 * ONES);
    // in the highest bit of each byte: not before a, not after z, ASCII
    let letters = (small + 0x1f * ONES) & !(small + 0x05 * ONES) & !bytes & HIGH;
    (letters ^ HIGH).trailing_zeros() as usize / 8
}

/// The length of what begins with `first` at the beginning of `rest`.
fn length(rest: &str, first: char) -> usize {
    if !is_word(first) || Letter::of(first).is_mark() {
        return first.len_utf8();
    }
    if first.is_ascii_uppercase() && rest.as_bytes().get(1) == Some(&b'.') {
        let pairs = rest.as_bytes().chunks_exact(2).take_while(|pair| matches!(pair, [b'A'..=b'Z', b'.'])).count();
        if pairs >= 2 && !rest.get(2 * pairs..).is_some_and(|rest| rest.starts_with(is_word)) {
            return 2 * pairs;
        }
    }
    rest.chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum()
}

/// What a token does to the beginning of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Opening {
    /// It may be one.
    pub(super) takes: bool,
    /// It leaves it for the next token, as a quotation mark does.
    pub(super) keeps: bool,
    /// The next token is one.
    pub(super) makes: bool,
    /// The same, unless an initial or an abbreviation stands before the full stop.
    pub(super) stops: bool,
}

impl Opening {
    pub(super) fn of(piece: &str, shape: Shape) -> Self {
        let none = Self::default();
        match (shape, piece) {
            (Shape::Break, _) => Self { makes: true, ..none },
            (Shape::Sign, ".") => Self { keeps: true, stops: true, ..none },
            (Shape::Sign, "!" | "?" | "…" | ":" | "•" | "*" | "|" | ";" | "—" | "–") => {
                Self { makes: true, ..none }
            }
            (Shape::Sign, "\"" | "'" | "“" | "”" | "‘" | "’" | "„" | "«" | "»" | "(" | "[" | "¿" | "¡" | "-") => {
                Self { keeps: true, ..none }
            }
            (Shape::Sign, _) => none,
            _ => Self { takes: true, ..none },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(text: &str) -> Vec<(&str, Shape)> {
        let mut pieces = Vec::new();
        cut(text, |piece| pieces.push(&text[piece.start..piece.start + piece.length]));
        pieces.into_iter().map(|piece| (piece, Shape::of(piece))).collect()
    }

    #[test]
    fn words_signs_and_scripts() {
        use Shape::*;
        assert_eq!(
            pieces("The U.S. and O'Neill,\n在北京 الرياض 3rd"),
            vec![
                ("The", Capital),
                ("U.S.", Dotted),
                ("and", Lower),
                ("O", Capital),
                ("'", Sign),
                ("Neill", Capital),
                (",", Sign),
                ("\n", Break),
                ("在", Run),
                ("北", Run),
                ("京", Run),
                ("الرياض", Caseless),
                ("3rd", Number)
            ]
        );
    }

    proptest! {
        /// Words that are read in one look are what any other words are.
        #[test]
        fn plain_words_are_words(text in "[A-Za-z .,]{0,30}|([A-Za-z0-9.@\\[`{éßЖ\u{301}] ?){0,20}") {
            for (piece, _) in pieces(&text) {
                let start = piece.as_ptr() as usize - text.as_ptr() as usize;
                let slow = length(&text[start..], piece.chars().next().unwrap());
                prop_assert_eq!(slow, piece.len());
                let rest = &text.as_bytes()[start..];
                prop_assert!(plain_word(chunk(rest), rest).is_none_or(|plain| plain == piece.len()));
            }
        }

        /// What stands between the pieces is space, and `spaced` tells it.
        #[test]
        fn pieces_and_space_are_the_text(text in "[A-Za-z0-9 .,\n\t\u{a0}éЖ東]{0,40}") {
            let (mut end, mut good) = (0, true);
            cut(&text, |Piece { start, length, spaced, chunk }| {
                let between = &text[end..start];
                good &= between.chars().all(|c| c.is_whitespace() && c != '\n') && (end == 0 || spaced != between.is_empty());
                good &= text[start..].bytes().take(CHUNK).eq(chunk.to_le_bytes().into_iter().take(text.len() - start));
                end = start + length;
            });
            prop_assert!(good && text[end..].chars().all(|c| c.is_whitespace() && c != '\n'));
        }
    }

    #[test]
    fn a_combining_mark_stays_with_its_letter() {
        assert_eq!(pieces("Ame\u{301}lie"), vec![("Ame\u{301}lie", Shape::Capital)]);
    }
}
