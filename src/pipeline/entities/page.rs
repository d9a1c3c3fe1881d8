//! One field of the article, cut into tokens, with the questions that the rules ask about them.

use std::ops::Range;

use super::cues;
use super::data::Item;
use super::gazetteer::{CLUB, FIRST, Gazetteer, LAST, ORGANISATION};
use super::lexicon::Lexicon;
use super::lists::{self, Listed};
use super::model::Known;
use super::span::{Evidence, Span};
use super::stretch::{self, Stretch};
use super::token::{self, Opening, Piece, Shape, Token};
use super::traits::Traits;
use super::{Field, Kind};

/// Most words and signs of a field that are read: a long novel has fewer, and each takes some 200 bytes while its article is worked on.
pub(super) const MOST_TOKENS: usize = 500_000;

/// A field and its tokens.
pub(super) struct Page<'a, 'g> {
    pub(super) field: Field,
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// What the model is told about each token.
    pub(super) traits: Vec<Traits>,
    /// What the model is asked about.
    pub(super) stretches: Vec<Stretch>,
    /// The names of the tables in it.
    pub(super) listed: Vec<Listed<'g>>,
    /// Most words have a capital (a headline, a caption), so a capital says nothing.
    pub(super) shouts: bool,
    /// Most words have nothing but capitals.
    pub(super) roars: bool,
    /// Words in letters that have cases, but for those that open a sentence.
    pub(super) words: usize,
    /// Words that sport is told in.
    pub(super) sporting: usize,
    /// It has the kana that no Japanese text is without, and no Chinese one has.
    pub(super) japanese: bool,
    /// It has more tokens than are read.
    pub(super) truncated: bool,
}

impl<'a, 'g> Page<'a, 'g> {
    pub(super) fn new(
        gazetteer: &Gazetteer<'g>,
        known: &Known<'_>,
        lexicon: &mut Lexicon,
        field: Field,
        text: &'a str,
    ) -> Self {
        let read = Read::of(gazetteer, known, lexicon, text);
        let Read { tokens, mut traits, words, capitals, uppers, sporting, truncated } = read;
        let listed = lists::find(gazetteer, text, &tokens);
        let stretches = stretch::stretches(&tokens);
        lists::tell(gazetteer, &listed, &mut traits);
        let (shouts, roars) = (words >= 4 && capitals * 5 > words * 3, uppers * 2 > words);
        // Asked here once: asked of each name, it would take the square of the text's length.
        let japanese = text.contains('の');
        Self { field, text, tokens, traits, stretches, listed, shouts, roars, words, sporting, japanese, truncated }
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        #[cfg(test)]
        super::tests::step();
        self.tokens.get(at)
    }

    /// The token's letters; nothing outside the field.
    pub(super) fn word(&self, at: usize) -> &'a str {
        self.token(at).map(|token| token.of(self.text)).unwrap_or_default()
    }

    pub(super) fn cue(&self, at: usize, cues: u16) -> bool {
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

    /// The words of a name that are written like names, without signs and particles.
    pub(super) fn names(&self, name: Range<usize>) -> impl DoubleEndedIterator<Item = usize> + Clone + '_ {
        name.filter(|at| self.token(*at).is_some_and(Token::is_name))
    }

    /// A name that covers the tokens of `name`; a place takes what it can mean from the lists.
    pub(super) fn span(&self, name: Range<usize>, kind: Kind, evidence: Evidence, confidence: f32) -> Span<'g> {
        let start_byte = self.token(name.start).map_or(0, |token| token.start);
        let end_byte = name.end.checked_sub(1).and_then(|last| self.token(last)).map_or(start_byte, |token| token.end);
        let items = if kind == Kind::Location { self.items(name.clone()) } else { &[] };
        Span { first: name.start, end: name.end, start_byte, end_byte, kind, evidence, confidence, items }
    }

    /// The places that the lists have under just this name.
    pub(super) fn items(&self, name: Range<usize>) -> &'g [Item] {
        self.find_listed(name).map_or(&[], |listed| listed.items)
    }

    /// The lists have just this name as an organisation's.
    pub(super) fn is_listed(&self, name: Range<usize>) -> bool {
        self.find_listed(name).is_some_and(|listed| listed.flags & (ORGANISATION | CLUB) != 0)
    }

    /// Where the organisation of the lists ends that begins with this token.
    pub(super) fn organisation_from(&self, first: usize) -> Option<usize> {
        let at = self.listed.partition_point(|listed| listed.first < first);
        let listed = self.listed.get(at).filter(|listed| listed.first == first && listed.flags & ORGANISATION != 0);
        listed.map(|listed| listed.end)
    }

    /// The name means a country before anything else.
    pub(super) fn is_country(&self, listed: &Listed<'_>) -> bool {
        self.traits.get(listed.first).is_some_and(|traits| lists::is_country(traits.listed))
    }

    /// The word means a city, or begins one's name, and nothing larger.
    pub(super) fn is_city(&self, at: usize) -> bool {
        self.traits.get(at).is_some_and(|traits| lists::is_city(traits.listed))
    }

    /// What the lists have under just this name.
    pub(super) fn find_listed(&self, name: Range<usize>) -> Option<&Listed<'g>> {
        let at = self.listed.partition_point(|listed| listed.first < name.start);
        self.listed.get(at).filter(|listed| (listed.first..listed.end) == name)
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

/// A text as its words tell one by one.
#[derive(Default)]
struct Read {
    tokens: Vec<Token>,
    traits: Vec<Traits>,
    /// See [`Page`].
    words: usize,
    capitals: usize,
    uppers: usize,
    sporting: usize,
    truncated: bool,
}

impl Read {
    fn of(gazetteer: &Gazetteer<'_>, known: &Known<'_>, lexicon: &mut Lexicon, text: &str) -> Self {
        let most = MOST_TOKENS.min(text.len() / 4 + 8);
        let mut read = Self { tokens: Vec::with_capacity(most), traits: Vec::with_capacity(most), ..Self::default() };
        lexicon.prepare(known);
        let mut open = true;
        // an initial or an abbreviation
        let mut short = false;
        token::cut(text, |piece| {
            if read.tokens.len() == MOST_TOKENS {
                read.truncated = true;
                return;
            }
            let word = lexicon.word(text, &piece, gazetteer, known);
            let Opening { takes, keeps, makes, stops } = word.opening;
            let Piece { start, length, spaced, .. } = piece;
            let opens = open & takes;
            open = open & keeps | makes | stops & !short;
            short = length == 1 || word.token.cues & cues::ABBREVIATION != 0;
            let (start, end) = (start as u32, (start + length) as u32);
            let token = Token { start, end, spaced, opens, ..word.token };
            let cased = matches!(token.shape, Shape::Lower | Shape::Capital | Shape::Upper) & !opens;
            read.words += usize::from(cased);
            read.capitals += usize::from(cased & (token.shape != Shape::Lower));
            read.uppers += usize::from(cased & (token.shape == Shape::Upper));
            read.sporting += usize::from(token.cues & cues::SPORT != 0);
            read.tokens.push(token);
            read.traits.push(word.traits);
            if let Some(traits) = read.traits.last_mut() {
                (traits.spaced, traits.opens) = (spaced, opens);
            }
        });
        read
    }
}
