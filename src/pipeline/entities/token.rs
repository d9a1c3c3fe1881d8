//! Cuts a field into words, numbers and signs, in any script, each with its place in bytes. What a name may look like is decided on
//! these, so a token also says how it is written and whether a sentence begins with it.

use crate::pipeline::letters::Letter;

use super::{cues, key};

/// How a token is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    Sign,
    /// The end of a line.
    Break,
}

/// A piece of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// First byte.
    pub(super) start: u32,
    /// Byte after the last.
    pub(super) end: u32,
    pub(super) shape: Shape,
    /// Space before it.
    pub(super) spaced: bool,
    /// A sentence or a line begins here, so a capital says little.
    pub(super) opens: bool,
    /// What the gazetteer knows about the word; filled in there.
    pub(super) flags: u16,
    /// By what tables know it, see [`key`].
    pub(super) key: u64,
    /// What the word announces, see [`cues`]; filled in with the flags.
    pub(super) cues: u32,
}

impl Token {
    /// Its letters, in the text that it was cut from.
    pub(super) fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// A word that is written like a name or a part of one.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Dotted)
    }

    /// A word that may be a name as far as its letters tell: with a capital, or of a script that has none.
    pub(super) fn may_name(&self) -> bool {
        self.is_name() || matches!(self.shape, Shape::Caseless | Shape::Run)
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

/// Cuts `text` up. Takes time and memory in proportion to its length.
pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut at = 0;
    let mut spaced = true;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        if rest.first() == Some(&b' ') {
            spaced = true;
            at += 1;
            continue;
        }
        let piece = match plain_word(rest) {
            Some(piece) => piece,
            None => {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                if Letter::of(c).is_space() && c != '\n' {
                    spaced = true;
                    at += c.len_utf8();
                    continue;
                }
                Piece::of(text.get(at..).unwrap_or_default(), c)
            }
        };
        let Piece { length, shape, key } = piece;
        let (start, end) = (at as u32, (at + length) as u32);
        tokens.push(Token { start, end, shape, spaced, opens: false, flags: 0, key, cues: 0 });
        spaced = false;
        at += length;
    }
    tokens
}

/// What a token begins with.
struct Piece {
    length: usize,
    shape: Shape,
    key: u64,
}

impl Piece {
    /// The one at the beginning of `rest`.
    fn of(rest: &str, c: char) -> Self {
        let (length, shape) = if c == '\n' {
            (1, Shape::Break)
        } else if is_word(c) && !Letter::of(c).is_mark() {
            word(rest, c)
        } else if is_run(c) {
            (c.len_utf8(), Shape::Run)
        } else {
            (c.len_utf8(), Shape::Sign)
        };
        let piece = rest.get(..length).unwrap_or_default();
        let key = match shape {
            Shape::Break => 0,
            Shape::Sign => key::of_bytes(key::BASIS, piece.bytes()),
            _ => key::of_word(piece),
        };
        Self { length, shape, key }
    }
}

/// The word at the beginning, if it has ASCII letters only: most words of most texts, with their key in one look.
#[inline]
fn plain_word(bytes: &[u8]) -> Option<Piece> {
    let first = *bytes.first()?;
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let (mut length, mut small, mut key) = (0, 0, key::BASIS);
    for byte in bytes {
        let lower = byte | 0x20;
        if !lower.is_ascii_lowercase() {
            // a digit, an accent or the dot of an abbreviation
            if !byte.is_ascii() || byte.is_ascii_digit() || *byte == b'.' && length == 1 {
                return None;
            }
            break;
        }
        length += 1;
        small += usize::from(*byte == lower);
        key = key::with(key, lower);
    }
    let shape = if first.is_ascii_lowercase() {
        Shape::Lower
    } else if small == 0 && length > 1 {
        Shape::Upper
    } else {
        Shape::Capital
    };
    Some(Piece { length, shape, key })
}

/// The length of the word at the beginning of `rest` and how it is written.
fn word(rest: &str, first: char) -> (usize, Shape) {
    if first.is_ascii_uppercase() && rest.as_bytes().get(1) == Some(&b'.') {
        let pairs = rest.as_bytes().chunks_exact(2).take_while(|pair| matches!(pair, [b'A'..=b'Z', b'.'])).count();
        if pairs >= 2 && !rest.get(2 * pairs..).is_some_and(|rest| rest.starts_with(is_word)) {
            return (2 * pairs, Shape::Dotted);
        }
    }
    let (mut length, mut letters, mut small) = (0, 0, 0);
    for c in rest.chars().take_while(|c| is_word(*c)) {
        length += c.len_utf8();
        letters += 1;
        small += usize::from(Letter::of(c).is_lower());
    }
    let first = Letter::of(first);
    let shape = if first.is_numeric() {
        Shape::Number
    } else if first.is_lower() {
        Shape::Lower
    } else if !first.is_upper() {
        Shape::Caseless
    } else if small == 0 && letters > 1 {
        Shape::Upper
    } else {
        Shape::Capital
    };
    (length, shape)
}

/// Marks the words with which a sentence or a line begins. A full stop after an initial or an abbreviation ends nothing.
pub(super) fn mark_openings(text: &str, tokens: &mut [Token]) {
    let mut open = true;
    let mut before = (0, 0);
    for token in tokens {
        match token.shape {
            Shape::Break => open = true,
            Shape::Sign => match text.get(token.start as usize..token.end as usize).unwrap_or_default() {
                "." => open |= !(before.0 & cues::ABBREVIATION != 0 || before.1 == 1),
                "!" | "?" | "…" | ":" | "•" | "*" | "|" | ";" | "—" | "–" => open = true,
                "\"" | "'" | "“" | "”" | "‘" | "’" | "„" | "«" | "»" | "(" | "[" | "¿" | "¡" | "-" => {}
                _ => open = false,
            },
            _ => {
                token.opens = open;
                open = false;
            }
        }
        before = (token.cues, token.end - token.start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(&str, Shape)> {
        tokenise(text).iter().map(|t| (&text[t.start as usize..t.end as usize], t.shape)).collect()
    }

    #[test]
    fn words_signs_and_scripts() {
        use Shape::*;
        assert_eq!(
            cut("The U.S. and O'Neill,\n在北京 الرياض 3rd"),
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

    proptest::proptest! {
        /// Words that are read in one look are what any other words are.
        #[test]
        fn plain_words_are_words(text in "[A-Za-z .,]{0,30}|([A-Za-z0-9.éßЖ\u{301}] ?){0,20}") {
            for token in tokenise(&text) {
                let piece = token.of(&text);
                let slow = Piece::of(&text[token.start as usize..], piece.chars().next().unwrap());
                proptest::prop_assert_eq!((slow.length, slow.shape, slow.key), (piece.len(), token.shape, token.key));
                let plain = plain_word(&text.as_bytes()[token.start as usize..]);
                proptest::prop_assert!(plain.is_none_or(|plain| plain.length == piece.len()));
            }
        }
    }

    #[test]
    fn a_combining_mark_stays_with_its_letter() {
        assert_eq!(cut("Ame\u{301}lie"), vec![("Ame\u{301}lie", Shape::Capital)]);
    }
}
