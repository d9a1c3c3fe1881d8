//! What the rules propose, why, and which proposals survive where they overlap. A statistical tagger joins here: it proposes spans
//! with its own [`Evidence`], and everything after it (ids, merging, offsets) stays as it is.

use super::data::Item;
use super::watch::{Candidate, Dropped, Watch};
use super::{Field, Kind};

/// Why something is taken for a name. The confidence that goes with it is the share of such spans that were right, rounded, on the
/// English test sets (EWT, PUD, wikigold, WNUT17): strict (other borders or another type count as wrong), coarse, from dozens of spans each
/// (few for companies, abbreviations and surnames), and lower for most other languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A country, in any language of CLDR.
    Country,
    /// A state, a continent, a sea.
    Region,
    /// A city of a million, or a capital, without context.
    LargeCity,
    /// A smaller city whose name nothing else has, without context.
    City,
    /// A city whose name could be something else, but "in" stands before it or its country after it.
    CityInContext,
    /// The place with which a wire story begins.
    Dateline,
    /// A noun for a landmark and a name: Lake Como.
    Landmark,
    /// A place inside text without spaces between words.
    InRun,
    /// An organisation of the list.
    KnownOrganisation,
    /// A club that has its city's name, in a story about sport.
    Club,
    /// A name and what a company is called by law: Inc.
    Company,
    /// A name with a noun for an organisation: University of Ghent.
    OrganisationNoun,
    /// The abbreviation in parentheses after a name, or that name.
    Abbreviation,
    /// Capitals that nothing explains.
    Capitals,
    /// A title or an office before a name.
    Titled,
    /// A given name and a surname of the lists.
    FullName,
    /// A given name of the lists and another name.
    GivenName,
    /// A surname of the lists and a name before it.
    Surname,
    /// A name and an age, or somebody who says something.
    Speaks,
    /// Two capitalised words that nothing explains.
    Unknown,
    /// A given name of the lists by itself.
    Alone,
    /// A part of a name that the article gives in full elsewhere.
    Repeated,
}

impl Evidence {
    /// How far it can be trusted, and which of two kinds of evidence for the same words wins (the higher).
    fn weight(self) -> (f32, u8) {
        match self {
            Self::KnownOrganisation | Self::Club => (0.7, 9),
            Self::Company => (0.6, 9),
            Self::Country => (0.75, 8),
            Self::Region => (0.8, 8),
            Self::FullName => (0.85, 8),
            Self::Abbreviation => (0.85, 8),
            Self::Titled => (0.75, 7),
            Self::OrganisationNoun => (0.8, 7),
            Self::Dateline => (0.9, 8),
            Self::CityInContext => (0.9, 6),
            Self::GivenName => (0.8, 6),
            Self::Repeated => (0.5, 6),
            Self::LargeCity => (0.6, 5),
            Self::City => (0.4, 5),
            Self::InRun => (0.5, 5),
            Self::Landmark => (0.7, 4),
            Self::Surname => (0.5, 4),
            Self::Speaks => (0.75, 3),
            Self::Alone => (0.75, 3),
            Self::Capitals => (0.4, 3),
            Self::Unknown => (0.35, 2),
        }
    }

    /// See [`Evidence`].
    pub fn confidence(self) -> f32 {
        self.weight().0
    }
}

/// A proposal: a stretch of one field.
#[derive(Clone, Copy)]
pub(super) struct Span<'a> {
    /// First token and the token after the last.
    pub(super) first: usize,
    pub(super) end: usize,
    /// The same in bytes; inside a token where words have no spaces.
    pub(super) start_byte: u32,
    pub(super) end_byte: u32,
    pub(super) kind: Kind,
    pub(super) evidence: Evidence,
    /// The places it can mean.
    pub(super) items: &'a [Item],
}

impl Span<'_> {
    /// Los Angeles, the Dow Jones: a name of several words that the tables have.
    fn is_listed_name(&self) -> bool {
        use Evidence::{City, CityInContext, Club, Country, Dateline, KnownOrganisation, LargeCity, Region};
        let listed = matches!(
            self.evidence,
            City | CityInContext | Club | Country | Dateline | KnownOrganisation | LargeCity | Region
        );
        listed && self.end > self.first + 1
    }
}

/// Keeps the longer of two spans that overlap, and of equal ones the likelier; the result is in the order of the text. Nobody's name
/// begins in the middle of one that the tables have.
pub(super) fn resolve(field: Field, spans: &mut Vec<Span<'_>>, watch: &mut impl Watch) {
    spans.sort_by(|a, b| {
        let length = |span: &Span<'_>| span.end_byte - span.start_byte;
        a.start_byte
            .cmp(&b.start_byte)
            .then(length(b).cmp(&length(a)))
            .then(b.evidence.weight().1.cmp(&a.evidence.weight().1))
    });
    let mut kept: Vec<Span<'_>> = Vec::with_capacity(spans.len());
    for span in spans.drain(..) {
        match kept.last_mut() {
            Some(last) if span.start_byte < last.end_byte => {
                let cut = span.kind == Kind::Person && span.start_byte > last.start_byte && last.is_listed_name();
                let longer = span.end_byte - span.start_byte > last.end_byte - last.start_byte && !cut;
                let lost = if longer { std::mem::replace(last, span) } else { span };
                watch.dropped(Candidate::of(field, &lost, Dropped::Overlaps(last.start_byte..last.end_byte)));
            }
            _ => kept.push(span),
        }
    }
    *spans = kept;
}
