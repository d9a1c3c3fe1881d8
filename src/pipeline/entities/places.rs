//! Places: which words of the gazetteer are meant as places here, and which of the places with that name.
//!
//! A country is taken at its word. A city needs inhabitants or context, and more of it the more its name is something else too (a
//! given name, a surname, an ordinary word). Of several places with one name the larger wins, unless the article is about another
//! country; if two are as likely, the place has no id: a wrong id is worse than none.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cues;
use super::data::{Item, Place, PlaceKind};
use super::gazetteer::{COMMON, FIRST, Found, Gazetteer, LAST, ORGANISATION, PLACE, STOP};
use super::page::Page;
use super::span::{Evidence, Span};
use super::token::Shape;
use super::{Ids, Kind};

/// Inhabitants (log10) from which a city's name is believed although it is also a surname: a million.
const LARGE: f32 = 6.0;
/// The same if the name is nothing else: a hundred thousand.
const MEDIUM: f32 = 5.0;
/// By how much the likelier of two places must lead: twice the inhabitants.
const LEAD: f32 = 0.3;
/// What a name that is not the source's first one costs.
const ALTERNATE: f32 = 0.3;
/// What it counts that the whole article is about the place's country.
const SAME_COUNTRY: f32 = 1.5;
/// The same for a state: the United States in an article make Georgia the one there.
const SAME_COUNTRY_REGION: f32 = 4.0;
/// What it counts that the country or state stands beside it: Paris, Texas.
const BESIDE: f32 = 3.0;

/// Proposes the places and the listed organisations of a field.
pub(super) fn propose<'g>(page: &Page<'_>, gazetteer: &Gazetteer<'g>, out: &mut Vec<Span<'g>>) {
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
        let judged = found.and_then(|found| Some((found, judge(page, at, &found, gazetteer)?)));
        at = match judged {
            Some((found, (kind, evidence))) => {
                let items = if kind == Kind::Location { found.items } else { &[] };
                out.push(Span { items, ..page.span(at..found.end, kind, evidence) });
                found.end
            }
            None => at + 1,
        };
    }
}

/// Whether a name of the gazetteer is meant as a place or an organisation here, and what speaks for it.
fn judge(page: &Page<'_>, at: usize, found: &Found<'_>, gazetteer: &Gazetteer<'_>) -> Option<(Kind, Evidence)> {
    let one = found.end == at + 1;
    if one && !page.is_name(at) && page.shape(at) != Some(Shape::Caseless) {
        return None;
    }
    if found.flags & ORGANISATION != 0 {
        let embedded = page.is_name(found.end) || at.checked_sub(1).is_some_and(|before| page.is_name(before));
        if one && page.flag(at, COMMON | STOP) && (page.opens(at) || page.shouts || page.nouns || embedded) {
            return None;
        }
        return Some((Kind::Organisation, Evidence::KnownOrganisation));
    }
    let best = found.items.iter().filter_map(|item| Some((item, gazetteer.place(*item)?)));
    let (item, place) = best.max_by(|a, b| a.1.score().total_cmp(&b.1.score()))?;
    let evidence = match place.kind() {
        PlaceKind::City => city(page, at, found, place.score(), gazetteer)?,
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
    Some((Kind::Location, evidence))
}

/// What speaks for a city.
fn city(page: &Page<'_>, at: usize, found: &Found<'_>, score: f32, gazetteer: &Gazetteer<'_>) -> Option<Evidence> {
    let before = at.checked_sub(1);
    let located = before
        .is_some_and(|before| page.cue(before, cues::LOCATIVE) && !page.token(at).is_some_and(|token| token.opens));
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

/// Which places the names of one article mean.
#[derive(Default)]
pub(super) struct Atlas {
    /// How often each country is named, itself or by a city that can only be there.
    votes: BTreeMap<[u8; 2], f32>,
    total: f32,
}

impl Atlas {
    /// Notes what a span says about the countries that the article is about.
    pub(super) fn note(&mut self, items: &[Item], gazetteer: &Gazetteer<'_>) {
        let Some(place) = clear(items, gazetteer, |_| 0.0) else { return };
        let is = |kind| move |item: &Item| gazetteer.place(*item).is_some_and(|place| place.kind() == kind);
        // Georgia alone says nothing about which one
        if place.kind() == PlaceKind::Country && items.iter().any(is(PlaceKind::Region)) {
            return;
        }
        let weight = if place.kind() == PlaceKind::Country { 2.0 } else { 1.0 };
        if let Some(code) = country(place) {
            *self.votes.entry(code).or_insert(0.0) += weight;
            self.total += weight;
        }
    }

    /// The place that is meant, if one is likelier than all others. `beside` are the places of the names right before and after.
    pub(super) fn choose<'g>(&self, items: &[Item], beside: &[Item], gazetteer: &Gazetteer<'g>) -> Option<&'g Place> {
        let near: Vec<&Place> = beside.iter().filter_map(|item| gazetteer.place(*item)).collect();
        let best = clear(items, gazetteer, |place| {
            let Some(code) = country(place) else { return 0.0 };
            let share = self.votes.get(&code).map_or(0.0, |votes| votes / self.total);
            // Paris before Texas, and Georgia after Atlanta
            let tells = |other: &Place| other.kind() != PlaceKind::City || place.kind() == PlaceKind::Region;
            let neighbour = near
                .iter()
                .any(|other| country(other) == Some(code) && other.geonames() != place.geonames() && tells(other));
            let same_country = if place.kind() == PlaceKind::Region { SAME_COUNTRY_REGION } else { SAME_COUNTRY };
            share * same_country + if neighbour { BESIDE } else { 0.0 }
        });
        // Birmingham, Ohio, which no list has, is not the one in England
        let mut told =
            near.iter().filter(|other| other.kind() != PlaceKind::City).filter_map(|other| country(other)).peekable();
        best.filter(|best| {
            best.kind() != PlaceKind::City || told.peek().is_none() || told.any(|code| country(best) == Some(code))
        })
    }
}

fn country(place: &Place) -> Option<[u8; 2]> {
    place.country().and_then(|code| code.as_bytes().try_into().ok())
}

/// The best place if it leads clearly.
fn clear<'g>(items: &[Item], gazetteer: &Gazetteer<'g>, bonus: impl Fn(&Place) -> f32) -> Option<&'g Place> {
    let mut best: Option<(f32, &Place)> = None;
    let mut second = f32::MIN;
    for item in items {
        let Some(place) = gazetteer.place(*item) else { continue };
        let score = place.score() + bonus(place) - if item.is_alternate() { ALTERNATE } else { 0.0 };
        match best {
            Some((leader, _)) if score <= leader => second = second.max(score),
            _ => second = second.max(best.replace((score, place)).map_or(f32::MIN, |(score, _)| score)),
        }
    }
    best.filter(|(score, _)| *score >= second + LEAD).map(|(_, place)| place)
}

/// The ids of a place.
pub(super) fn ids(place: &Place) -> Ids {
    let iso3166 = match (place.kind(), place.country(), place.region()) {
        (PlaceKind::Country, Some(country), _) => Some(country.to_owned()),
        (PlaceKind::Region, Some(country), Some(region)) => Some(format!("{country}-{region}")),
        _ => None,
    };
    Ids { wikidata: place.wikidata().map(|number| format!("Q{number}")), iso3166, geonames: place.geonames() }
}
