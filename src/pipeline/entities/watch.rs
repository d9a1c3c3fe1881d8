//! Who watches the tagger: what was a candidate and is no entity, and why, as far as a rule says so. The worker has nobody watch, and
//! the calls compile to nothing.

use std::ops::Range;

use super::gazetteer::PLACE;
use super::page::Page;
use super::span::{Evidence, Span};
use super::{Field, Kind};

/// Why a candidate is no mention.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Dropped {
    /// A longer or likelier one stands in the same place, in these bytes of the field.
    Overlaps(Range<u32>),
    /// It stands in words that belong to the page.
    Boilerplate,
    /// It is an ordinary word, where capitals say nothing.
    Ordinary,
    /// It is not likely enough.
    Unlikely,
    /// The tables have the name, and the model does not take it for one here.
    NotMeant,
}

impl Dropped {
    /// The reason's name, for people and scripts.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Overlaps(_) => "overlaps",
            Self::Boilerplate => "boilerplate",
            Self::Ordinary => "ordinary",
            Self::Unlikely => "unlikely",
            Self::NotMeant => "not-meant",
        }
    }
}

/// What could have been a mention.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// In which part.
    pub field: Field,
    /// Bytes of the field.
    pub bytes: Range<u32>,
    /// What it could have been.
    pub kind: Kind,
    /// What spoke for it; none if nothing did but that the tables have the name.
    pub evidence: Option<Evidence>,
    /// Why it is none.
    pub why: Dropped,
}

impl Candidate {
    pub(super) fn of(field: Field, span: &Span<'_>, why: Dropped) -> Self {
        let bytes = span.start_byte..span.end_byte;
        Self { field, bytes, kind: span.kind, evidence: Some(span.evidence), why }
    }
}

/// How the atlas answered for a name of a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// The name.
    pub name: String,
    /// How many places of the tables have it.
    pub places: usize,
    /// Whether one of them is meant clearly enough to give its ids.
    pub chosen: bool,
}

/// Told what the tagger does.
pub(super) trait Watch {
    /// A candidate is no mention.
    fn dropped(&mut self, candidate: Candidate);
    /// These are the names of a page; the tables may have others in it.
    fn named(&mut self, page: &Page<'_, '_>, spans: &[Span<'_>]);
    /// The atlas was asked which of so many places a name means.
    fn located(&mut self, name: &str, places: usize, chosen: bool);
}

/// Nobody watches.
impl Watch for () {
    #[inline]
    fn dropped(&mut self, _: Candidate) {}
    #[inline]
    fn named(&mut self, _: &Page<'_, '_>, _: &[Span<'_>]) {}
    #[inline]
    fn located(&mut self, _: &str, _: usize, _: bool) {}
}

/// What was seen of one article.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) dropped: Vec<Candidate>,
    pub(super) located: Vec<Located>,
}

impl Watch for Notes {
    fn dropped(&mut self, candidate: Candidate) {
        self.dropped.push(candidate);
    }

    fn named(&mut self, page: &Page<'_, '_>, spans: &[Span<'_>]) {
        for listed in &page.listed {
            let next = spans.partition_point(|span| span.end <= listed.first);
            let taken = spans.get(next).filter(|span| span.first < listed.end);
            if taken.is_some_and(|span| (span.first, span.end) == (listed.first, listed.end)) {
                continue;
            }
            let kind = if listed.flags & PLACE != 0 { Kind::Location } else { Kind::Organisation };
            let span = page.span(listed.first..listed.end, kind, Evidence::Model, 0.0);
            let why = taken.map_or(Dropped::NotMeant, |span| Dropped::Overlaps(span.start_byte..span.end_byte));
            self.dropped(Candidate { evidence: None, ..Candidate::of(page.field, &span, why) });
        }
    }

    fn located(&mut self, name: &str, places: usize, chosen: bool) {
        self.located.push(Located { name: name.to_owned(), places, chosen });
    }
}
