//! Names that the model overlooks, or has only parts of, though the lists have them or the news writes them in a way that tells.

use std::ops::Range;

use super::Kind;
use super::correct;
use super::cues;
use super::dateline;
use super::gazetteer::{CLUB, COMMON, FIRST, LAST, ORGANISATION, PLACE, STOP};
use super::lists::Listed;
use super::page::Page;
use super::span::{Evidence, Span};
use super::token::{Shape, Token};
use super::watch::{Candidate, Dropped, Watch};

/// A company's name has at most so many words.
const LONGEST: usize = 6;

/// Adds them to the names of a field, in place of parts of them.
pub(super) fn add<'g>(page: &Page<'_, 'g>, spans: &mut Vec<Span<'g>>, watch: &mut impl Watch) {
    let mut found: Vec<Span<'g>> = Vec::new();
    for listed in &page.listed {
        let (parts, rest) = overlapping(spans, &(listed.first..listed.end));
        let name = if parts.is_empty() { alone(page, listed) } else { rest.then(|| whole(page, listed)).flatten() };
        found.extend(name);
    }
    let telling = cues::CORPORATE | cues::COMPANY | cues::AND | cues::TITLE;
    let tells = |token: &Token| token.cues & telling != 0 || token.shape == Shape::Upper;
    for (at, _) in page.tokens.iter().enumerate().filter(|(_, token)| tells(token)) {
        let name = company(page, at).or_else(|| pair(page, at));
        if let Some(name) = name.filter(|name| overlapping(spans, name).1) {
            found.push(page.span(name, Kind::Organisation, Evidence::Company, Evidence::Company.share()));
        }
        if let Some(name) = titled(page, at).filter(|name| overlapping(spans, name).0.is_empty()) {
            found.push(page.span(name, Kind::Person, Evidence::Titled, Evidence::Titled.share()));
        }
    }
    let letters = if page.japanese { page.tokens.len() } else { 0 };
    for name in (0..letters).filter(|at| page.word(*at) == "省").filter_map(|at| ministry(page, at)) {
        if overlapping(spans, &name).0.is_empty() {
            found.push(page.span(name, Kind::Organisation, Evidence::Listed, Evidence::Listed.share()));
        }
    }
    if found.is_empty() {
        return;
    }
    found.sort_by_key(|span| (span.start_byte, u32::MAX - span.end_byte));
    found.dedup_by(|next, span| next.first < span.end);
    spans.retain(|span| {
        let next = found.partition_point(|other| other.end <= span.first);
        let over = found.get(next).filter(|other| other.first < span.end);
        if let Some(over) = over {
            let place = Dropped::Overlaps(over.start_byte..over.end_byte);
            watch.dropped(Candidate::of(page.field, span, place));
        }
        over.is_none()
    });
    spans.append(&mut found);
    spans.sort_by_key(|span| span.start_byte);
}

/// The spans that overlap `name`, and whether each is only a part of it.
fn overlapping<'s, 'g>(spans: &'s [Span<'g>], name: &Range<usize>) -> (&'s [Span<'g>], bool) {
    let first = spans.partition_point(|span| span.end <= name.start);
    let end = spans.partition_point(|span| span.first < name.end);
    let over = spans.get(first..end).unwrap_or_default();
    let part = |span: &Span<'_>| span.first >= name.start && span.end <= name.end && span.end - span.first < name.len();
    (over, over.iter().all(part))
}

/// A dateline's city, or a listed organisation that is nothing else, where the model has nothing.
fn alone<'g>(page: &Page<'_, 'g>, listed: &Listed<'g>) -> Option<Span<'g>> {
    let name = listed.first..listed.end;
    if listed.flags & PLACE != 0 && dateline::opens(page, listed.first, listed.end) {
        return Some(page.span(name, Kind::Location, Evidence::Dateline, Evidence::Dateline.share()));
    }
    // 上海; in Japanese a place is too often a part of another name
    let run = || name.len() > 1 && name.clone().all(|at| page.shape(at) == Some(Shape::Run));
    if listed.flags & PLACE != 0 && run() && !page.japanese {
        return Some(page.span(name, Kind::Location, Evidence::Listed, Evidence::Listed.share()));
    }
    let ordinary =
        name.len() == 1 && page.flag(name.start, COMMON | STOP | FIRST | LAST) && !is_within(page, name.start);
    let place = listed.flags & (PLACE | ORGANISATION | CLUB) == PLACE && page.is_country(listed);
    let spaced = page.shape(name.start) != Some(Shape::Run);
    if place && spaced && !ordinary && !beside(page, &name) && !page.shouts && !correct::is_origin(page, &name) {
        return Some(page.span(name, Kind::Location, Evidence::Listed, Evidence::Listed.share()));
    }
    let organisation = listed.flags & ORGANISATION != 0 && !ordinary && !beside(page, &name) && !page.shouts;
    organisation.then(|| page.span(name, Kind::Organisation, Evidence::Listed, Evidence::Listed.share()))
}

/// The coast of Turkey: a word that is ordinary in small letters, and has a capital after "of" or "in".
fn is_within(page: &Page<'_, '_>, at: usize) -> bool {
    let before = at.checked_sub(1);
    let within = before.is_some_and(|before| page.cue(before, cues::LOCATIVE) || page.word(before) == "of");
    within && page.shape(at) == Some(Shape::Capital) && !page.flag(at, STOP | FIRST | LAST)
}

/// A listed organisation of which the model has only parts: Los Angeles, and Lakers; or a country: Guinée, of Guinée équatoriale.
fn whole<'g>(page: &Page<'_, 'g>, listed: &Listed<'g>) -> Option<Span<'g>> {
    if listed.flags & PLACE != 0 && page.is_country(listed) {
        return Some(page.span(listed.first..listed.end, Kind::Location, Evidence::Listed, Evidence::Listed.share()));
    }
    let organisation = listed.flags & ORGANISATION != 0;
    let span = || page.span(listed.first..listed.end, Kind::Organisation, Evidence::Listed, Evidence::Listed.share());
    organisation.then(span)
}

/// Another capitalised word stands right before or after.
fn beside(page: &Page<'_, '_>, name: &Range<usize>) -> bool {
    page.is_name(name.end) || name.start.checked_sub(1).is_some_and(|before| page.is_name(before))
}

/// Capitalised words that end, at `last`, with what a company is called by law or does: Taiwan Gravel Manufacturing.
fn company(page: &Page<'_, '_>, last: usize) -> Option<Range<usize>> {
    let noun = page.cue(last, cues::CORPORATE | cues::COMPANY) || is_branch(page, last);
    if page.shouts || !noun || page.is_name(last + 1) {
        return None;
    }
    let fits = |at: &usize| page.is_name(*at) && !page.cue(*at, cues::TITLE);
    let least = last.saturating_sub(LONGEST);
    let mut first = (least..last).rev().take_while(fits).last()?;
    if page.opens(first) && page.flag(first, COMMON | STOP) {
        first += 1;
    }
    let dot = usize::from(page.word(last + 1) == "." && page.cue(last, cues::ABBREVIATION));
    (first < last && page.is_name(last)).then_some(first..last + 1 + dot)
}

/// Hedgehog Research UK: the country ends the name of a branch.
fn is_branch(page: &Page<'_, '_>, last: usize) -> bool {
    let before = last.checked_sub(1).filter(|_| matches!(page.word(last), "UK" | "USA"));
    before.is_some_and(|before| page.is_name(before) && !page.opens(before) && !page.flag(before, PLACE))
}

/// Marks & Spencer, of two words that are no given names: John & Anna are two people.
fn pair(page: &Page<'_, '_>, sign: usize) -> Option<Range<usize>> {
    let name = |at: usize| {
        page.is_name(at)
            && page.shape(at) == Some(Shape::Capital)
            && (page.flag(at, LAST) || !page.flag(at, FIRST | COMMON))
    };
    let first = sign.checked_sub(1).filter(|_| page.word(sign) == "&" && !page.shouts)?;
    let both = name(first) && name(sign + 1) && !beside(page, &(first..sign + 2));
    both.then_some(first..sign + 2)
}

/// 運輸省: Chinese letters between others that end with a ministry's, and are no province.
fn ministry(page: &Page<'_, '_>, last: usize) -> Option<Range<usize>> {
    let han = |at: usize| {
        let letter = page.word(at).chars().next().map_or(0, u32::from);
        (0x4e00..=0x9fff).contains(&letter) && page.shape(at) == Some(Shape::Run)
    };
    let first = (last.saturating_sub(LONGEST + 1)..last).rev().take_while(|at| han(*at)).last()?;
    let listed = page.listed.partition_point(|listed| listed.end <= first);
    let place = page.listed.get(listed).is_some_and(|listed| listed.first < last);
    let fits = (2..=LONGEST).contains(&(last - first)) && !han(last + 1) && !place;
    fits.then_some(first..last + 1)
}

/// One to three words after Mr., Dr., Sen. and their like.
fn titled(page: &Page<'_, '_>, title: usize) -> Option<Range<usize>> {
    let first = title + 2;
    let abbreviated = page.cue(title, cues::TITLE) && page.cue(title, cues::ABBREVIATION) && page.is_name(title);
    if !abbreviated || page.word(title + 1) != "." {
        return None;
    }
    let fits = |at: usize| {
        page.is_name(at) && page.shape(at) == Some(Shape::Capital) && !page.flag(at, COMMON | STOP) && !page.opens(at)
    };
    let words = (first..first + 4).take_while(|at| fits(*at)).count();
    ((1..=3).contains(&words) && !page.is_name(first + words)).then_some(first..first + words)
}
