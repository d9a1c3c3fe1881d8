//! One field of the article, cut into tokens, with the questions that the rules ask about them.

use std::ops::Range;

use super::cues;
use super::gazetteer::{FIRST, Gazetteer, LAST};
use super::span::{Evidence, Span};
use super::token::{self, Shape, Token};
use super::{Field, Kind};

/// A chunk of capitalised words is not longer than this: more is a list or a headline.
const LONGEST_CHUNK: usize = 24;

/// A field and its tokens.
pub(super) struct Page<'a> {
    pub(super) field: Field,
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// Most words have a capital (a headline, a caption), so a capital says nothing.
    pub(super) shouts: bool,
    /// Common nouns have a capital, as in German.
    pub(super) nouns: bool,
}

impl<'a> Page<'a> {
    pub(super) fn new(gazetteer: &Gazetteer<'_>, field: Field, text: &'a str, declared: Option<&str>) -> Self {
        let mut tokens = token::tokenise(text);
        gazetteer.annotate(text, &mut tokens);
        token::mark_openings(text, &mut tokens);
        let inside = tokens.iter().filter(|token| !token.opens);
        let (mut capitals, mut words) = (0_usize, 0_usize);
        for token in inside {
            match token.shape {
                Shape::Lower => words += 1,
                Shape::Capital | Shape::Upper => {
                    words += 1;
                    capitals += 1;
                }
                _ => {}
            }
        }
        let share = |percent: usize| words >= 4 && capitals * 100 > words * percent;
        let german = declared.is_some_and(|tag| matches!(tag.split('-').next(), Some("de" | "lb" | "nds" | "gsw")));
        Self { field, text, tokens, shouts: share(60), nouns: german || words >= 60 && share(30) }
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        #[cfg(test)]
        super::tests::step();
        self.tokens.get(at)
    }

    /// The token's letters; nothing outside the field.
    pub(super) fn word(&self, at: usize) -> &'a str {
        self.token(at).and_then(|token| self.text.get(token.start as usize..token.end as usize)).unwrap_or_default()
    }

    pub(super) fn cue(&self, at: usize, cues: u32) -> bool {
        self.token(at).is_some_and(|token| token.cues & cues != 0)
    }

    pub(super) fn flag(&self, at: usize, flags: u16) -> bool {
        self.token(at).is_some_and(|token| token.flags & flags != 0)
    }

    pub(super) fn shape(&self, at: usize) -> Option<Shape> {
        self.token(at).map(|token| token.shape)
    }

    pub(super) fn opens(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.opens)
    }

    /// An initial: one capital letter.
    pub(super) fn is_initial(&self, at: usize) -> bool {
        self.shape(at) == Some(Shape::Capital) && self.word(at).chars().nth(1).is_none()
    }

    /// The word can be part of a name: it has a capital and is neither a function word nor a month.
    pub(super) fn is_name(&self, at: usize) -> bool {
        let Some(token) = self.token(at).filter(|token| token.is_name()) else { return false };
        if token.cues & cues::FUNCTION != 0 {
            // O. Henry, O'Rourke
            return token.shape == Shape::Dotted || self.is_initial(at) && matches!(self.word(at + 1), "." | "'" | "’");
        }
        if token.cues & cues::TEMPORAL != 0 {
            // Theresa May
            let after_given = at.checked_sub(1).is_some_and(|before| self.flag(before, FIRST) && self.is_name(before));
            return token.flags & LAST != 0 && after_given;
        }
        true
    }

    /// The capitalised words that may be one name, from `first` on: joined by spaces, hyphens, apostrophes, initials' dots and, in
    /// lower case, particles such as "van".
    pub(super) fn chunk(&self, first: usize) -> Range<usize> {
        let mut last = first;
        while last - first < LONGEST_CHUNK {
            match self.joined(last) {
                Some(next) => last = next,
                None => break,
            }
        }
        first..last + 1
    }

    /// The next capitalised word of the same chunk.
    fn joined(&self, at: usize) -> Option<usize> {
        let next = self.token(at + 1)?;
        if next.opens && next.shape != Shape::Sign {
            return None;
        }
        if self.is_name(at + 1) {
            return Some(at + 1);
        }
        match next.shape {
            Shape::Sign => {
                let tight = !next.spaced && self.token(at + 2).is_some_and(|token| !token.spaced);
                let joins = match self.word(at + 1) {
                    "-" | "‑" | "'" | "’" => tight,
                    "." => {
                        !next.spaced && (self.is_initial(at) || self.cue(at, cues::ABBREVIATION)) && !self.opens(at + 2)
                    }
                    "&" => true,
                    _ => false,
                };
                (joins && self.is_name(at + 2)).then_some(at + 2)
            }
            Shape::Lower if next.cues & cues::PARTICLE != 0 => {
                let after =
                    at + 2 + usize::from(self.cue(at + 2, cues::PARTICLE) && self.shape(at + 2) == Some(Shape::Lower));
                let hyphen = usize::from(self.word(after) == "-");
                self.is_name(after + hyphen).then_some(after + hyphen)
            }
            _ => None,
        }
    }

    /// The words of a chunk that are written like names, without signs and particles.
    pub(super) fn names(&self, chunk: Range<usize>) -> impl DoubleEndedIterator<Item = usize> + Clone + '_ {
        chunk.filter(|at| self.token(*at).is_some_and(Token::is_name))
    }

    /// A proposal that covers the tokens of `name`.
    pub(super) fn span<'i>(&self, name: Range<usize>, kind: Kind, evidence: Evidence) -> Span<'i> {
        let start_byte = self.token(name.start).map_or(0, |token| token.start);
        let end_byte = name.end.checked_sub(1).and_then(|last| self.token(last)).map_or(start_byte, |token| token.end);
        Span { first: name.start, end: name.end, start_byte, end_byte, kind, evidence, items: &[] }
    }

    /// The number of Unicode code points before every byte offset in `offsets`, which must ascend.
    pub(super) fn code_points(&self, offsets: impl Iterator<Item = u32>) -> Vec<u32> {
        let (mut at, mut points) = (0, 0);
        offsets
            .map(|offset| {
                points += self.text.get(at..offset as usize).map_or(0, |piece| piece.chars().count()) as u32;
                at = offset as usize;
                points
            })
            .collect()
    }
}
