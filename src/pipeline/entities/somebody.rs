//! What tells that a name is a person's, where the model has a place, a part of the name, or nothing.

use std::ops::Range;

use super::Kind;
use super::cues;
use super::gazetteer::{COMMON, FIRST, ORGANISATION, PLACE, STOP};
use super::page::Page;
use super::span::Span;
use super::token::Shape;

/// Clara Berlin: a given name and a place, and together no place of the lists. Where the given name is a place's too (Irving Berlin), the
/// second must be a city: Florence Italy is in Italy.
pub(super) fn is_borne(page: &Page<'_, '_>, name: &Range<usize>) -> bool {
    let last = name.start + 1;
    let given = page.flag(name.start, FIRST) && !page.flag(name.start, COMMON | STOP | ORGANISATION);
    let fits = || page.flag(last, PLACE) && (!page.flag(name.start, PLACE) || page.is_city(last));
    name.len() == 2 && given && fits() && page.find_listed(name.clone()).is_none()
}

/// The mayor, *London* Breed, lost: a given name between the comma after a title and a further name, with which the apposition ends.
pub(super) fn appose<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    let titled = |at: usize| page.cue(at, cues::TITLE) && page.shape(at) == Some(Shape::Lower);
    let before = span.first.checked_sub(2).filter(|title| page.word(title + 1) == "," && titled(*title));
    let (first, last) = (span.first, span.end);
    let given = span.kind == Kind::Location && last == first + 1 && page.flag(first, FIRST);
    let fits =
        |at: usize| page.shape(at) == Some(Shape::Capital) && page.is_name(at) && !page.flag(at, PLACE | ORGANISATION);
    if before.is_some() && given && fits(last) && page.word(last + 1) == "," {
        *span = page.span(first..last + 1, Kind::Person, span.evidence, span.confidence);
    }
}

/// Georgia, 31, moved in: an age between commas, which no place has.
pub(super) fn is_aged(page: &Page<'_, '_>, comma: usize) -> bool {
    let age = page.word(comma + 1);
    page.word(comma) == ","
        && age.len() == 2
        && page.shape(comma + 1) == Some(Shape::Number)
        && page.word(comma + 2) == ","
}

/// Energy Minister *Rashed* Karim Chowdhury: what stands between a title and a person's name belongs to the name.
pub(super) fn lead<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    let title = span.first.checked_sub(2).filter(|title| span.kind == Kind::Person && page.cue(*title, cues::TITLE));
    if title.is_some() && may_be_given(page, span.first - 1) {
        *span = page.span(span.first - 1..span.end, span.kind, span.evidence, span.confidence);
    }
}

/// A word with a capital that is neither a title nor an ordinary word, a place or an organisation.
fn may_be_given(page: &Page<'_, '_>, at: usize) -> bool {
    page.shape(at) == Some(Shape::Capital)
        && page.is_name(at)
        && !page.is_initial(at)
        && !page.cue(at, cues::TITLE)
        && !page.flag(at, COMMON | STOP | PLACE | ORGANISATION)
}
