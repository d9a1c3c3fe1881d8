//! Organisations by the words they are made of: what a company is called by law (Inc, GmbH), the noun for the kind of organisation
//! (University of …, … Party), and abbreviations that the article explains in parentheses.

use std::ops::Range;

use super::Kind;
use super::cues;
use super::gazetteer::{COMMON, FIRST, LAST, ORGANISATION, PLACE, STOP};
use super::page::Page;
use super::span::{Evidence, Span};
use super::token::Shape;

/// How often "of" and its like may extend a name: National Council of Resistance of Iran.
const EXTENSIONS: usize = 3;

/// Proposes the organisations of one chunk.
pub(super) fn propose<'a>(page: &Page<'_>, chunk: &Range<usize>, out: &mut Vec<Span<'a>>) {
    let found = company(page, chunk)
        .or_else(|| branch(page, chunk))
        .or_else(|| pair(page, chunk))
        .or_else(|| by_noun(page, chunk));
    let name = found.as_ref().map_or(chunk.clone(), |(name, _)| name.clone());
    if let Some((name, evidence)) = found {
        out.push(page.span(name, Kind::Organisation, evidence));
    }
    abbreviation(page, &name, out);
    capitals(page, chunk, out);
}

/// Capitals that nothing explains are mostly an organisation.
fn capitals(page: &Page<'_>, chunk: &Range<usize>, out: &mut Vec<Span<'_>>) {
    let at = chunk.start;
    let one = chunk.len() == 1 && page.shape(at) == Some(Shape::Upper) && !page.shouts;
    let length = page.word(at).chars().count();
    if one && (2..=5).contains(&length) && !page.flag(at, COMMON | STOP | PLACE | FIRST) && !page.cue(at, cues::TITLE) {
        out.push(page.span(chunk.clone(), Kind::Organisation, Evidence::Capitals));
    }
}

/// A name that ends in Inc, Corp, GmbH, also after a comma.
fn company(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let inside = page.names(chunk.clone()).skip(1).filter(|at| page.cue(*at, cues::COMPANY)).last();
    let after = (page.word(chunk.end) == "," && page.is_name(chunk.end + 1) && page.cue(chunk.end + 1, cues::COMPANY))
        .then_some(chunk.end + 1);
    let last = after.or(inside)?;
    let dot = page.word(last + 1) == "." && page.cue(last, cues::ABBREVIATION);
    let first = if page.shouts { chunk.start.max(last.saturating_sub(3)) } else { chunk.start };
    Some((first..last + 1 + usize::from(dot), Evidence::Company))
}

/// Cancer Research UK, Amazon UK: the country ends the name of its branch.
fn branch(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let last = chunk.end.checked_sub(1).filter(|last| matches!(page.word(*last), "UK" | "USA"))?;
    let mut before = page.names(chunk.start..last);
    let nearest = before.next_back()?;
    let word = nearest == chunk.start && page.opens(nearest) && page.flag(nearest, COMMON | STOP);
    let other = page.flag(nearest, PLACE) || page.cue(nearest, cues::DEMONYM | cues::TITLE);
    let fits = nearest + 1 == last && !page.shouts && !word && !other;
    fits.then_some((chunk.clone(), Evidence::Company))
}

/// Marks & Spencer, of two words that are no given names: John & Anna are two people.
fn pair(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let name = |at: usize| page.shape(at) == Some(Shape::Capital) && (page.flag(at, LAST) || !page.flag(at, FIRST));
    let both = chunk.len() == 3 && page.word(chunk.start + 1) == "&";
    (both && !page.shouts && name(chunk.start) && name(chunk.start + 2)).then_some((chunk.clone(), Evidence::Company))
}

/// A name with a noun for an organisation in it.
fn by_noun(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let mut names = page.names(chunk.clone());
    let head = names.rfind(|at| page.cue(*at, cues::HEAD) && !page.cue(*at, cues::COMPANY))?;
    // a company's name ends with its noun, in "Universidad de Granada" the small word is one that joins the names of people too
    let corporate = page.cue(head, cues::CORPORATE);
    let joined =
        head == chunk.start && page.shape(head + 1) == Some(Shape::Lower) && page.cue(head + 1, cues::CONNECTOR);
    let closes = head + 1 == chunk.end || joined;
    let at_end = closes || page.cue(head + 1, cues::TITLE);
    let end = if closes && !(corporate && head > chunk.start) { extend(page, head) } else { head + 1 };
    let telling = |at: &usize| {
        page.flag(*at, PLACE | ORGANISATION) || page.cue(*at, cues::DEMONYM) || !page.flag(*at, COMMON | STOP)
    };
    let mut first = chunk.start;
    if page.cue(first, cues::ROLE) && page.opens(first) && first + 1 < head {
        first += 1;
    }
    if page.shouts {
        // verbs have capitals too: only what is no ordinary word belongs to the name
        first = (first.max(head.saturating_sub(2))..head).rev().take_while(telling).last().unwrap_or(head);
    }
    let before: Vec<usize> = page.names(first..head).collect();
    let weak = page.cue(head, cues::WEAK_HEAD);
    let good = match before.as_slice() {
        // University of …
        [] => end > head + 1 && !(weak && page.opens(head)),
        [one] => !(page.opens(*one) && page.flag(*one, COMMON) && weak) && (!weak || telling(one) || end > head + 1),
        several => !weak || several.iter().any(telling),
    };
    let names_person =
        !weak && before.len() == 1 && before.iter().all(|at| page.flag(*at, FIRST) && page.flag(*at, COMMON));
    let caps_only = page.nouns && before.iter().all(|at| !telling(at));
    (at_end && good && !names_person && !caps_only).then_some((first..end, Evidence::OrganisationNoun))
}

/// Where a name goes on after its noun: "of", perhaps "the", and more names.
fn extend(page: &Page<'_>, head: usize) -> usize {
    let mut end = head + 1;
    for _ in 0..EXTENSIONS {
        let joins = page.shape(end) == Some(Shape::Lower) || page.word(end) == "&";
        let connector =
            page.cue(end, cues::CONNECTOR) || end > head + 1 && page.cue(end, cues::AND) && page.cue(head, cues::HEAD);
        if !joins || !connector {
            break;
        }
        let article = usize::from(page.cue(end + 1, cues::ARTICLE) && page.shape(end + 1) == Some(Shape::Lower));
        let next = end + 1 + article;
        if !page.is_name(next) || page.opens(next) || page.cue(next, cues::TITLE) {
            break;
        }
        if article == 1 && page.cue(end, cues::AND) {
            break;
        }
        // after "and" only more of the same: "Labour and Social Affairs", not "… of Ghent and Angela Merkel"
        if page.cue(end, cues::AND) && (!page.flag(next, COMMON) || page.flag(next, PLACE | FIRST)) {
            break;
        }
        end = page.chunk(next).end;
    }
    end
}

/// "Collective Security Treaty Organization (CSTO)": the abbreviation, and the name if it has those initials.
fn abbreviation(page: &Page<'_>, name: &Range<usize>, out: &mut Vec<Span<'_>>) {
    let short = name.end + 1;
    if page.word(name.end) != "(" || page.word(short + 1) != ")" || page.shape(short) != Some(Shape::Upper) {
        return;
    }
    if !explains(page, name, page.word(short)) {
        return;
    }
    if name.len() > 1 {
        out.push(page.span(name.clone(), Kind::Organisation, Evidence::Abbreviation));
    }
    out.push(page.span(short..short + 1, Kind::Organisation, Evidence::Abbreviation));
}

/// The capitals are the initials of the name's words; words in small letters do not count.
fn explains(page: &Page<'_>, name: &Range<usize>, short: &str) -> bool {
    let initials = page.names(name.clone()).filter_map(|at| page.word(at).chars().next());
    initials.eq(short.chars())
}
