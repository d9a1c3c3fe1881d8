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
    /// Most words have nothing but capitals, so not even those say that a word is an abbreviation.
    pub(super) roars: bool,
    /// Common nouns have a capital, as in German.
    pub(super) nouns: bool,
    /// The article is about sport, where a city's name is mostly its club's.
    pub(super) sport: bool,
    tally: Tally,
}

/// What the words of a field, or of the article, look like together.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// Words in letters that have cases, but for those that open a sentence; those with a capital, those in capitals.
    words: usize,
    capitals: usize,
    uppers: usize,
    /// Words in small letters, and how many of them are of one language only.
    small: usize,
    german: usize,
    english: usize,
    sport: usize,
}

impl Tally {
    fn count(tokens: &[Token]) -> Self {
        let mut tally = Self::default();
        for token in tokens {
            let cased = matches!(token.shape, Shape::Lower | Shape::Capital | Shape::Upper);
            if cased && !token.opens {
                tally.words += 1;
                tally.capitals += usize::from(token.shape != Shape::Lower);
                tally.uppers += usize::from(token.shape == Shape::Upper);
            }
            if token.shape == Shape::Lower {
                tally.small += 1;
                tally.german += usize::from(token.cues & cues::GERMAN != 0);
                tally.english += usize::from(token.cues & cues::ENGLISH != 0);
            }
            tally.sport += usize::from(token.cues & cues::SPORT != 0);
        }
        tally
    }

    fn add(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            capitals: self.capitals + other.capitals,
            uppers: self.uppers + other.uppers,
            small: self.small + other.small,
            german: self.german + other.german,
            english: self.english + other.english,
            sport: self.sport + other.sport,
        }
    }

    /// More than so many of a hundred words have a capital.
    fn share(&self, percent: usize) -> bool {
        self.words >= 4 && self.capitals * 100 > self.words * percent
    }
}

/// Tells both fields what only the whole article shows: its language, as far as it matters here, and whether it is about sport. A story
/// full of names is not German for having many capitals, and a headline is too short to show that it is.
pub(super) fn settle(pages: &mut [Page<'_>; 2], declared: Option<&str>) {
    let whole = pages.iter().fold(Tally::default(), |whole, page| whole.add(page.tally));
    let english = whole.small >= 4 && whole.english * 100 >= whole.small * 6;
    let told = declared.is_some_and(|tag| matches!(tag.split('-').next(), Some("de" | "lb" | "nds" | "gsw")));
    let german = !english && (told || whole.small >= 5 && whole.german * 100 >= whole.small * 10);
    let sport = whole.sport >= 2 && whole.sport * 60 >= whole.words;
    for page in pages {
        page.nouns = german || !english && page.tally.words >= 60 && page.tally.share(45);
        page.sport = sport;
    }
}

impl<'a> Page<'a> {
    pub(super) fn new(gazetteer: &Gazetteer<'_>, field: Field, text: &'a str) -> Self {
        let mut tokens = token::tokenise(text);
        gazetteer.annotate(text, &mut tokens);
        token::mark_openings(text, &mut tokens);
        let tally = Tally::count(&tokens);
        let roars = tally.uppers * 2 > tally.words;
        let shouts = tally.share(60);
        Self { field, text, tokens, shouts, roars, nouns: false, sport: false, tally }
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
                    "'" | "’" if next.spaced || tight => tight,
                    // St James' Park
                    "'" | "’" => self.word(at).ends_with('s') && self.cue(at + 2, cues::LANDMARK),
                    "-" | "‑" => tight,
                    "." => {
                        !next.spaced && (self.is_initial(at) || self.cue(at, cues::ABBREVIATION)) && !self.opens(at + 2)
                    }
                    "&" => true,
                    _ => false,
                };
                (joins && self.is_name(at + 2)).then_some(at + 2)
            }
            // Lieselot Van Hecke
            Shape::Capital if !self.shouts && next.cues & cues::PARTICLE != 0 => self.is_name(at + 2).then_some(at + 2),
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
