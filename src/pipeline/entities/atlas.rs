//! Which of the places with one name an article means.
//!
//! The larger one, unless the article is about another country; if two are as likely, or the only candidate is small and the article is
//! about other countries, the place has no id: a wrong id is worse than none.

use std::collections::BTreeMap;

use super::Ids;
use super::data::{Item, Place, PlaceKind};
use super::gazetteer::Gazetteer;

/// By how much the likelier of two places must lead: twice the inhabitants.
const LEAD: f32 = 0.3;
/// What a name that is not the source's first one costs.
const ALTERNATE: f32 = 1.0;
/// What it counts that the whole article is about the place's country.
const SAME_COUNTRY: f32 = 1.5;
/// What it counts for a state that has a country's name that the article is about the state's surroundings: more than a country leads by.
const SAME_COUNTRY_REGION: f32 = 4.0;
/// What it costs a state that a large city in it has its name: Washington and New York are the cities.
const CITY_STATE: f32 = 0.5;
/// Inhabitants (log10) from which a city counts as large there, and takes its id although the article never names its country.
const LARGE: f32 = 6.3;
const MEDIUM: f32 = 5.0;
/// So many votes for other countries, and none for its own, make a small city doubtful.
const ELSEWHERE: f32 = 3.0;
/// Countries that the news names together with one that shares its name with a state somewhere else.
const KIN: &[(&[u8; 2], &[&[u8; 2]])] = &[(b"GE", &[b"AM", b"AZ"])];
/// What it counts that the country or state stands beside it: Paris, Texas.
const BESIDE: f32 = 3.0;

/// Which places the names of one article mean.
#[derive(Default)]
pub(super) struct Atlas {
    /// How often each country is named, itself or by a city that can only be there.
    votes: BTreeMap<[u8; 2], f32>,
    /// The part of it that the country's own name is not.
    inside: BTreeMap<[u8; 2], f32>,
    total: f32,
}

/// How the article writes a name of a place.
pub(super) struct Naming<'a> {
    /// The places that it can mean.
    pub(super) items: &'a [Item],
    /// The places of the names right before and after.
    pub(super) beside: &'a [Item],
    /// How often.
    pub(super) count: usize,
    /// A story begins with it.
    pub(super) dateline: bool,
    /// Mostly with "state" after it.
    pub(super) state: bool,
}

impl Atlas {
    /// Notes what a span says about the countries that the article is about.
    pub(super) fn note(&mut self, items: &[Item], gazetteer: &Gazetteer<'_>) {
        let Some(place) = clear(items, gazetteer, |_| Some(0.0)) else { return };
        let is = |kind| move |item: &Item| gazetteer.place(*item).is_some_and(|place| place.kind() == kind);
        // Georgia alone says nothing about which one
        if place.kind() == PlaceKind::Country && items.iter().any(is(PlaceKind::Region)) {
            return;
        }
        let weight = if place.kind() == PlaceKind::Country { 2.0 } else { 1.0 };
        if let Some(code) = country(place) {
            *self.votes.entry(code).or_insert(0.0) += weight;
            self.total += weight;
            if place.kind() != PlaceKind::Country {
                let weight = if place.kind() == PlaceKind::Region { 2.0 } else { 1.0 };
                *self.inside.entry(code).or_insert(0.0) += weight;
            }
        }
    }

    /// The place that is meant, if one is likelier than all others.
    pub(super) fn choose<'g>(&self, name: &Naming<'_>, gazetteer: &Gazetteer<'g>) -> Option<&'g Place> {
        let places = |items: &[Item]| items.iter().filter_map(|item| gazetteer.place(*item)).collect::<Vec<_>>();
        let (all, near) = (places(name.items), places(name.beside));
        let cities_only = name.dateline && all.iter().any(|place| place.kind() == PlaceKind::City);
        let best = clear(name.items, gazetteer, |place| {
            if cities_only && place.kind() != PlaceKind::City {
                return None;
            }
            let Some(code) = country(place) else { return Some(0.0) };
            // Paris before Texas, and Georgia after Atlanta
            let tells = |other: &Place| other.kind() != PlaceKind::City || place.kind() == PlaceKind::Region;
            let neighbour = near
                .iter()
                .any(|other| country(other) == Some(code) && other.geonames() != place.geonames() && tells(other));
            if place.kind() == PlaceKind::Region && name.state {
                return Some(BESIDE);
            }
            let known =
                if place.kind() == PlaceKind::Region { self.region(code, &all) } else { self.same_country(code) };
            Some(known + if neighbour { BESIDE } else { 0.0 })
        });
        // Birmingham, Ohio, which no list has, is not the one in England
        let mut told =
            near.iter().filter(|other| other.kind() != PlaceKind::City).filter_map(|other| country(other)).peekable();
        best.filter(|best| {
            let mut beside = || told.peek().is_none() || told.any(|code| country(best) == Some(code));
            best.kind() != PlaceKind::City || beside() && !self.elsewhere(best, name, gazetteer)
        })
    }

    fn same_country(&self, code: [u8; 2]) -> f32 {
        self.votes.get(&code).map_or(0.0, |votes| votes / self.total) * SAME_COUNTRY
    }

    /// What speaks for a state of this country among the places `all` of one name.
    fn region(&self, code: [u8; 2], all: &[&Place]) -> f32 {
        if let Some(rival) =
            all.iter().find(|place| place.kind() == PlaceKind::Country).and_then(|place| country(place))
        {
            // Other countries in the article say nothing about which Georgia: only what lies in or around each of the two does.
            let inside = |code: [u8; 2]| self.inside.get(&code).copied().unwrap_or(0.0);
            let kin = KIN.iter().filter(|(of, _)| **of == rival).flat_map(|(_, kin)| *kin);
            let around: f32 = kin.filter_map(|code| self.votes.get(*code)).sum();
            return if inside(code) > 3.0 * inside(rival) + around { SAME_COUNTRY_REGION } else { 0.0 };
        }
        let city = all
            .iter()
            .any(|place| place.kind() == PlaceKind::City && place.score() >= LARGE && country(place) == Some(code));
        self.same_country(code) - if city { CITY_STATE } else { 0.0 }
    }

    /// A small city in a country that nothing else in the article is about, while it is about others: Kew Gardens is not the one in Queens.
    fn elsewhere(&self, place: &Place, name: &Naming<'_>, gazetteer: &Gazetteer<'_>) -> bool {
        let alone =
            clear(name.items, gazetteer, |_| Some(0.0)).is_some_and(|alone| alone.geonames() == place.geonames());
        let own = if alone { name.count as f32 } else { 0.0 };
        let votes = country(place).and_then(|code| self.votes.get(&code)).map_or(0.0, |votes| votes - own);
        place.score() < MEDIUM && votes < 0.5 && self.total - own >= ELSEWHERE
    }
}

fn country(place: &Place) -> Option<[u8; 2]> {
    place.country().and_then(|code| code.as_bytes().try_into().ok())
}

/// The best place if it leads clearly. Without a bonus a place is out of the question.
fn clear<'g>(items: &[Item], gazetteer: &Gazetteer<'g>, bonus: impl Fn(&Place) -> Option<f32>) -> Option<&'g Place> {
    let mut best: Option<(f32, &Place)> = None;
    let mut second = f32::MIN;
    for item in items {
        let Some(place) = gazetteer.place(*item) else { continue };
        let Some(bonus) = bonus(place) else { continue };
        let score = place.score() + bonus - if item.is_alternate() { ALTERNATE } else { 0.0 };
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
