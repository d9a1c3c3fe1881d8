//! Places: which words of the gazetteer are meant as places here; the atlas tells which of the places with that name.
//!
//! A country is taken at its word. A city needs inhabitants or context, and more of it the more its name is something else too (a
//! given name, a surname, an ordinary word).

use std::ops::Range;

use super::Kind;
use super::cues;
use super::data::PlaceKind;
use super::dateline;
use super::gazetteer::{CLUB, COMMON, FIRST, Found, Gazetteer, LAST, ORGANISATION, PLACE, STOP};
use super::page::Page;
use super::span::{Evidence, Span};
use super::token::Shape;
use super::watch::{Candidate, Dropped, Watch};

/// Inhabitants (log10) from which a city's name is believed although it is also a surname: a million.
const LARGE: f32 = 6.0;
/// The same if the name is nothing else: a hundred thousand.
const MEDIUM: f32 = 5.0;

/// Inhabitants (log10) that a city needs to be considered if the rest of the article speaks for it: fifty thousand.
const SMALL: f32 = 4.7;

/// Proposes the places and the listed organisations of a field, and apart from them those that only the rest of the article can settle.
pub(super) fn propose<'g>(
    page: &Page<'_>,
    gazetteer: &Gazetteer<'g>,
    out: &mut Vec<Span<'g>>,
    doubts: &mut Vec<Span<'g>>,
    watch: &mut impl Watch,
) {
    let mut at = 0;
    while let Some(token) = page.token(at) {
        let found = match token.shape {
            Shape::Run => {
                in_run(page, at, gazetteer, out);
                None
            }
            Shape::Capital | Shape::Upper | Shape::Dotted | Shape::Caseless => {
                gazetteer.longest(page.text, &page.tokens, at)
            }
            Shape::Lower if page.word(at) == "al" && page.word(at + 1) == "-" => {
                gazetteer.longest(page.text, &page.tokens, at)
            }
            _ => None,
        };
        let Some(found) = found else {
            at += 1;
            continue;
        };
        at = match judge(page, at, &found, gazetteer) {
            Some(Judged { kind, evidence, sure }) => {
                let items = if kind == Kind::Location { found.items } else { &[] };
                let spans = if sure { &mut *out } else { &mut *doubts };
                spans.push(Span { items, ..page.span(at..found.end, kind, evidence) });
                found.end
            }
            None => {
                watch.dropped(unmeant(page, at, &found));
                at + 1
            }
        };
    }
}

/// A name of the tables that is not meant here.
fn unmeant(page: &Page<'_>, at: usize, found: &Found<'_>) -> Candidate {
    let kind = if found.flags & PLACE != 0 { Kind::Location } else { Kind::Organisation };
    let span = page.span(at..found.end, kind, Evidence::City);
    Candidate { evidence: None, ..Candidate::of(page.field, &span, Dropped::NotMeant) }
}

/// What a name of the gazetteer is taken for.
struct Judged {
    kind: Kind,
    evidence: Evidence,
    /// Otherwise only if the rest of the article speaks for it.
    sure: bool,
}

/// Whether a name of the gazetteer is meant as a place or an organisation here, and what speaks for it.
fn judge(page: &Page<'_>, at: usize, found: &Found<'_>, gazetteer: &Gazetteer<'_>) -> Option<Judged> {
    let sure = |kind, evidence| Some(Judged { kind, evidence, sure: true });
    let one = found.end == at + 1;
    if one && !page.is_name(at) && page.shape(at) != Some(Shape::Caseless) {
        return None;
    }
    let dateline = found.flags & PLACE != 0 && dateline::opens(page, at, found.end);
    if found.flags & CLUB != 0
        && page.sport
        && !dateline
        && (found.flags & PLACE == 0 || !is_within(page, at, found.end))
    {
        return sure(Kind::Organisation, Evidence::Club);
    }
    if found.flags & ORGANISATION != 0 {
        let embedded = page.is_name(found.end) || at.checked_sub(1).is_some_and(|before| page.is_name(before));
        // NATO is no ordinary word, wherever it stands
        let abbreviation = page.shape(at) == Some(Shape::Upper) && !page.roars;
        if one && page.flag(at, COMMON | STOP) && !abbreviation {
            if page.shouts || page.nouns || embedded {
                return None;
            }
            let (kind, evidence) = (Kind::Organisation, Evidence::KnownOrganisation);
            return Some(Judged { kind, evidence, sure: !page.opens(at) });
        }
        return sure(Kind::Organisation, Evidence::KnownOrganisation);
    }
    if dateline && found.items.iter().any(|item| gazetteer.place(*item).is_some_and(|p| p.kind() == PlaceKind::City)) {
        return sure(Kind::Location, Evidence::Dateline);
    }
    let best = found.items.iter().filter_map(|item| Some((item, gazetteer.place(*item)?)));
    let (item, place) = best.max_by(|a, b| a.1.score().total_cmp(&b.1.score()))?;
    let evidence = match place.kind() {
        PlaceKind::City => match city(page, at, found, place.score(), gazetteer) {
            Some(evidence) => evidence,
            None => {
                let (kind, evidence) = (Kind::Location, Evidence::City);
                let alone = one && !page.is_name(found.end) && !at.checked_sub(1).is_some_and(|at| page.is_name(at));
                let possible = alone && place.score() >= SMALL && !page.shouts && !page.nouns;
                return possible.then_some(Judged { kind, evidence, sure: false });
            }
        },
        kind => {
            let foreign = item.is_alternate();
            let short = one && page.word(at).chars().count() < 4 && page.shape(at) == Some(Shape::Capital);
            let cased = page.shape(at) != Some(Shape::Caseless);
            if one
                && foreign
                && (short
                    || page.cue(at, cues::DEMONYM)
                    || page.flag(at, COMMON | STOP)
                    || cased && page.flag(at, FIRST | LAST))
            {
                return None;
            }
            if kind == PlaceKind::Country { Evidence::Country } else { Evidence::Region }
        }
    };
    sure(Kind::Location, evidence)
}

/// A club plays at Newcastle; in Newcastle is the city, and so is Porto, Portugal.
fn is_within(page: &Page<'_>, at: usize, end: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| page.word(before));
    let within = matches!(before, "in" | "from" | "of" | "near" | "outside" | "around" | "across" | "central");
    within || page.word(end) == "," && page.flag(end + 1, PLACE) && !page.flag(end + 1, CLUB)
}

/// What speaks for a city.
fn city(page: &Page<'_>, at: usize, found: &Found<'_>, score: f32, gazetteer: &Gazetteer<'_>) -> Option<Evidence> {
    let before = at.checked_sub(1);
    let located = before.is_some_and(|before| page.cue(before, cues::LOCATIVE) && !page.opens(at));
    let explained = page.word(found.end) == ","
        && page.is_name(found.end + 1)
        && gazetteer.longest(page.text, &page.tokens, found.end + 1).is_some_and(|next| next.flags & PLACE != 0);
    let one = found.end == at + 1;
    let ordinary = one && page.flag(at, COMMON | STOP);
    let personal = one && page.flag(at, FIRST | LAST);
    // a capitalised neighbour: more likely a part of another name
    let embedded =
        page.is_name(found.end) && !page.opens(found.end) && page.token(found.end).is_some_and(|next| next.spaced)
            || before.is_some_and(|before| page.is_name(before) && !page.opens(at) && !page.flag(before, PLACE));
    if page.shape(at) == Some(Shape::Caseless) {
        return (score >= 5.5 && !ordinary && page.word(at).chars().count() > 3).then_some(Evidence::City);
    }
    let weak = page.shouts || page.nouns;
    if explained && !(ordinary && page.opens(at)) {
        return Some(Evidence::CityInContext);
    }
    if ordinary {
        return (located && score >= 5.2 && !weak && !embedded).then_some(Evidence::CityInContext);
    }
    if personal {
        let large = score >= LARGE && !embedded;
        return if large {
            Some(Evidence::LargeCity)
        } else {
            (located && !embedded).then_some(Evidence::CityInContext)
        };
    }
    if located {
        return Some(Evidence::CityInContext);
    }
    let least = if one && (embedded || weak) { 5.3 } else { MEDIUM };
    (score >= least).then_some(if score >= LARGE { Evidence::LargeCity } else { Evidence::City })
}

/// Places inside text without spaces between words.
fn in_run<'g>(page: &Page<'_>, at: usize, gazetteer: &Gazetteer<'g>, out: &mut Vec<Span<'g>>) {
    let Some(token) = page.token(at) else { return };
    let run = page.word(at);
    let mut skip = 0;
    let mut before = None;
    for (start, c) in run.char_indices() {
        let previous = before.replace(c);
        // Hangul has spaces: a name begins with its word. A katakana word is not cut in two.
        let inside = previous
            .is_some_and(|previous| is_hangul(c) && is_hangul(previous) || is_katakana(c) && is_katakana(previous));
        if start < skip || inside {
            continue;
        }
        let Some(rest) = run.get(start..) else { continue };
        let Some((length, items, flags)) = gazetteer.longest_in_run(rest) else { continue };
        let last = rest.get(..length).and_then(|name| name.chars().next_back());
        let next = rest.get(length..).and_then(|rest| rest.chars().next());
        if last.is_some_and(is_katakana) && next.is_some_and(is_katakana) {
            continue;
        }
        skip = start + length;
        let kind = if flags & ORGANISATION != 0 { Kind::Organisation } else { Kind::Location };
        let start_byte = token.start + start as u32;
        let end_byte = start_byte + length as u32;
        out.push(Span { start_byte, end_byte, items, ..page.span(at..at + 1, kind, Evidence::InRun) });
    }
}

fn is_hangul(c: char) -> bool {
    ('\u{ac00}'..='\u{d7af}').contains(&c)
}

fn is_katakana(c: char) -> bool {
    ('\u{30a1}'..='\u{30fa}').contains(&c) || c == 'ー'
}

/// A place by the noun in its name that no list has: Lake Como, Elm Street.
pub(super) fn landmark(page: &Page<'_>, chunk: &Range<usize>, out: &mut Vec<Span<'_>>) {
    let mut names = page.names(chunk.clone());
    let (Some(first), Some(last)) = (names.next(), names.next_back()) else { return };
    let ends = page.cue(last, cues::LANDMARK);
    let begins = page.cue(first, cues::LANDMARK_FIRST);
    let plain = |at: usize| page.flag(at, COMMON | STOP) && page.opens(at);
    if (ends || begins) && !plain(first) && !page.shouts && chunk.len() <= 5 {
        out.push(page.span(chunk.clone(), Kind::Location, Evidence::Landmark));
    }
}
