//! What the model is asked about: words that may be names, and what may stand inside of a name beside them. Everything else is outside
//! of names, without asking; most words are.

use std::ops::Range;

use super::cues;
use super::inside::Inside;
use super::token::{Shape, Token};

/// Most words in a row that may stand inside of names, and are asked about beside one that may be a name.
const FAR: usize = 5;
/// Most tokens of a stretch: what labels them keeps some 200 bytes for each, and no line of an article comes near.
const MOST: usize = 8_192;

/// Tokens in a row that are asked about together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The line that they are in, without its end.
    pub(super) line: Range<usize>,
    /// Themselves.
    pub(super) asked: Range<usize>,
}

/// What the model is asked about for a word's sake.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Asks {
    /// Nothing: it is outside of names.
    #[default]
    Nothing,
    /// It stands inside of names, and is asked about beside one.
    Inside,
    /// It may be a name.
    Name,
}

impl Asks {
    pub(super) fn of(shape: Shape, cues: u16, key: u64, inside: Inside<'_>) -> Self {
        if may_name(shape, cues) {
            Self::Name
        } else if inside.has(key) {
            Self::Inside
        } else {
            Self::Nothing
        }
    }
}

/// A word that may be a name, and is not just a small word with the capital that opens a sentence.
pub(super) fn may_name(shape: Shape, cues: u16) -> bool {
    shape.may_name() && (cues & cues::FUNCTION == 0 || !matches!(shape, Shape::Capital | Shape::Caseless))
}

/// The stretches of a field, in the order of the text.
pub(super) fn stretches(tokens: &[Token]) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut start = 0;
    for line in tokens.split(|token| token.shape == Shape::Break) {
        let end = start + line.len();
        of_line(
            line,
            |token| token.asks == Asks::Name,
            |token| token.asks == Asks::Inside,
            |asked| {
                let asked = start + asked.start..start + asked.end;
                let parts = asked.clone().step_by(MOST).map(|first| first..asked.end.min(first + MOST));
                stretches.extend(parts.map(|asked| Stretch { line: start..end, asked }));
            },
        );
        start = end + 1;
    }
    stretches
}

/// Tells `found` of each stretch of a line. Its words are looked at a few times, however many there are.
pub(super) fn of_line<T>(
    line: &[T],
    asks: impl Fn(&T) -> bool,
    inside: impl Fn(&T) -> bool,
    mut found: impl FnMut(Range<usize>),
) {
    let mut open: Option<Range<usize>> = None;
    let mut done = 0;
    while let Some(first) = line.get(done..).and_then(|rest| rest.iter().position(&asks)).map(|at| done + at) {
        let before = line.get(done..first).unwrap_or_default().iter().rev().take(FAR);
        let start = first - before.take_while(|word| inside(word)).count();
        let after = line.get(first + 1..).unwrap_or_default().iter().take(FAR);
        done = first + 1 + after.take_while(|word| !asks(word) && inside(word)).count();
        match &mut open {
            Some(open) if open.end == start => open.end = done,
            _ => {
                if let Some(over) = open.replace(start..done) {
                    found(over);
                }
            }
        }
    }
    if let Some(over) = open {
        found(over);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(line: &str) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        of_line(
            line.as_bytes(),
            u8::is_ascii_uppercase,
            |byte| *byte == b'i',
            |asked| all.push((asked.start, asked.end)),
        );
        all
    }

    #[test]
    fn names_are_asked_about_with_what_may_stand_inside() {
        assert_eq!(found("oooNooo"), [(3, 4)]);
        assert_eq!(found("oiNiiNio"), [(1, 7)]);
        assert_eq!(found("NoN"), [(0, 1), (2, 3)]);
        assert_eq!(found("NiiiiiiiN"), [(0, 9)], "five after the one, five before the other");
        assert_eq!(found(&format!("N{}N", "i".repeat(12))), [(0, 6), (8, 14)]);
        assert!(found("iii").is_empty());
        assert!(found("").is_empty());
    }

    #[test]
    fn a_long_stretch_is_cut() {
        let name = Token { asks: Asks::Name, ..Token::default() };
        let asked: Vec<_> =
            stretches(&vec![name; MOST + 3]).into_iter().map(|stretch| (stretch.line, stretch.asked)).collect();
        assert_eq!(asked, [(0..MOST + 3, 0..MOST), (0..MOST + 3, MOST..MOST + 3)]);
    }

    proptest! {
        /// A word is asked about if it may be a name, or no more than so many that stand inside of names lie between it and one that may.
        #[test]
        fn each_word_is_asked_about_for_what_is_beside_it(line in "(N|o|i{1,7}){0,12}") {
            let bytes = line.as_bytes();
            let mut asked = vec![false; bytes.len()];
            found(&line).into_iter().for_each(|(start, end)| asked[start..end].fill(true));
            for (at, byte) in bytes.iter().enumerate() {
                let near = || {
                    let right = bytes[at + 1..].iter().take(FAR).find(|word| **word != b'i') == Some(&b'N');
                    right || bytes[..at].iter().rev().take(FAR).find(|word| **word != b'i') == Some(&b'N')
                };
                prop_assert_eq!(asked[at], *byte == b'N' || *byte == b'i' && near(), "{} at {}", line, at);
            }
        }
    }
}
