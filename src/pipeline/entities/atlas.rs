//! Which of the places with one name an article means.
//!
//! Each place that a name can mean has a likelihood: its inhabitants, times what speaks for its country and region in what else the
//! article names, and in its language. What stands right beside a name decides: Paris, Texas. A place is chosen if it is likelier than
//! all others together, places that no list has among them, by far; else the name has no id: a wrong id is worse than none.

use super::Ids;
use super::beside::Beside;
use super::data::{Area, Item, Place, PlaceKind, Region};
use super::gazetteer::Gazetteer;
use super::setting::{Rest, Setting, Weighed};
use super::tongues::{self, Countries};

/// The share of the likelihood that the chosen place must have.
const SURE: f32 = 0.8;
/// Inhabitants (log10) that all places of a name together have that no list has.
const UNLISTED: f32 = 3.7;
/// What a name that is not the source's first one, mostly the English one, costs in English, and in languages in which it may well be the
/// first. A country has its English name in English: Columbia is no Colombia there.
const ALTERNATE: f32 = 1.0;
const ALTERNATE_COUNTRY: f32 = 4.0;
const ALTERNATE_ELSEWHERE: f32 = 0.5;
/// What it counts that the article's language is spoken in the country.
const TONGUE: f32 = 0.4;
/// What it counts for a state that has a country's name that the article is about the state's surroundings: more than a country leads by.
const SAME_COUNTRY_REGION: f32 = 4.0;
/// What it costs a state that a large city in its country has its name: Washington and New York are the cities.
const CITY_STATE: f32 = 1.0;
/// Inhabitants (log10) from which a city counts as large there, and takes its id although the article never names its country.
const LARGE: f32 = 6.3;
const MEDIUM: f32 = 5.0;
/// So much said of other countries, and nothing of its own, makes a small city doubtful.
const ELSEWHERE: f32 = 3.0;
/// No more than this is said of other places if there are none.
const NOTHING: f32 = 0.3;
/// Countries that the news names together with one that shares its name with a state somewhere else.
const KIN: &[(&[u8; 2], &[&[u8; 2]])] = &[(b"GE", &[b"AM", b"AZ"])];
/// What it counts that the country or state stands beside it: Paris, Texas.
const BESIDE: f32 = 4.0;

/// How an article writes a name of a place.
#[derive(Default)]
pub(super) struct Naming<'g> {
    /// The places that it can mean.
    pub(super) items: &'g [Item],
    /// How often.
    pub(super) count: usize,
    /// How often "state" follows.
    pub(super) states: usize,
    /// How often it is an ordinary word, where any word has a capital: Turkey, which opens a sentence.
    pub(super) ordinary: usize,
    /// A story begins with it.
    pub(super) dateline: bool,
    /// What stands beside it.
    pub(super) beside: Beside,
}

impl Naming<'_> {
    /// How much it says about where the article is set.
    fn weight(&self) -> f32 {
        1.0 + 0.5 * (self.count.clamp(1, 3) - 1) as f32
    }
}

/// A place that a name can mean.
struct Candidate<'g> {
    place: &'g Place,
    area: Option<Area>,
    /// By inhabitants and language: log10.
    prior: f32,
    /// Its share of the likelihood, as far as it is known.
    share: f32,
}

/// What an article's language says.
#[derive(Clone, Copy)]
struct Tongue {
    countries: Countries,
    english: bool,
}

/// The place of each name, if one is likely enough.
pub(super) fn locate<'g>(
    names: &[&Naming<'g>],
    gazetteer: &Gazetteer<'g>,
    language: Option<&str>,
) -> Vec<Option<&'g Place>> {
    let language = language.unwrap_or_default();
    let tongue =
        Tongue { countries: Countries::of(language), english: matches!(tongues::primary(language), "en" | "") };
    let mut all: Vec<Vec<Candidate<'g>>> = names.iter().map(|name| candidates(name, gazetteer, tongue)).collect();
    for name in &mut all {
        let priors: Vec<f32> = name.iter().map(|candidate| candidate.prior).collect();
        share(name, &priors);
        // Georgia alone says nothing about which one
        if is_shared(name) {
            name.iter_mut().for_each(|candidate| candidate.share = 0.0);
        }
    }
    // Twice: what the first look makes sure tells more about the rest.
    for _ in 0..2 {
        let weighed: Vec<Vec<Weighed>> = all.iter().zip(names).map(|(all, name)| weighed(all, name.weight())).collect();
        let mut setting = Setting::default();
        weighed.iter().flatten().for_each(|place| setting.add(place));
        for ((all, name), own) in all.iter_mut().zip(names).zip(&weighed) {
            let rest = setting.without(own);
            let scores: Vec<f32> = all.iter().map(|candidate| score(candidate, name, all, &rest)).collect();
            share(all, &scores);
            doubt(all, name, &rest);
        }
    }
    let best = |all: &Vec<Candidate<'g>>| all.iter().find(|candidate| candidate.share >= SURE).map(|one| one.place);
    all.iter().map(best).collect()
}

/// A country and a region have the name.
fn is_shared(all: &[Candidate<'_>]) -> bool {
    let is = |kind| all.iter().any(|candidate| candidate.place.kind() == kind);
    is(PlaceKind::Country) && is(PlaceKind::Region)
}

/// The places that a name can mean, where it stands.
fn candidates<'g>(name: &Naming<'g>, gazetteer: &Gazetteer<'g>, tongue: Tongue) -> Vec<Candidate<'g>> {
    let mut all: Vec<Candidate<'g>> = Vec::with_capacity(name.items.len());
    for item in name.items {
        let Some(place) = gazetteer.place(*item) else { continue };
        let area = place.area();
        let spoken = area.is_some_and(|area| tongue.countries.has(area.country));
        let alternate = match place.kind() {
            _ if !item.is_alternate() => 0.0,
            _ if !tongue.english => ALTERNATE_ELSEWHERE,
            PlaceKind::Country => ALTERNATE_COUNTRY,
            _ => ALTERNATE,
        };
        let prior = place.score() - alternate + if spoken { TONGUE } else { 0.0 };
        all.push(Candidate { place, area, prior, share: 0.0 });
    }
    let is_city = |candidate: &Candidate<'_>| candidate.place.kind() == PlaceKind::City;
    if name.dateline && all.iter().any(is_city) {
        all.retain(is_city);
    }
    let within = &name.beside.within;
    let fits = |candidate: &Candidate<'_>| {
        let area = candidate.area;
        candidate.place.kind() != PlaceKind::Country
            && area.is_some_and(|area| {
                within.iter().any(|told| told.contains(area) && told.region != region_itself(candidate))
            })
    };
    if all.iter().any(fits) {
        all.retain(fits);
    } else if name.beside.strict {
        // Birmingham, Ohio, which no list has, is not the one in England, and Washington, Vermont, no state
        let states = within.iter().all(|told| !told.region.is_none());
        all.retain(|candidate| !(is_city(candidate) || states && candidate.place.kind() == PlaceKind::Region));
    }
    all
}

/// A region's own code: it is not said to lie in itself.
fn region_itself(candidate: &Candidate<'_>) -> Region {
    match (candidate.place.kind(), candidate.area) {
        (PlaceKind::Region, Some(area)) if !area.region.is_none() => area.region,
        _ => Region(u16::MAX),
    }
}

/// What speaks for a candidate: log10 of a likelihood.
fn score(candidate: &Candidate<'_>, name: &Naming<'_>, all: &[Candidate<'_>], rest: &Rest<'_>) -> f32 {
    let Some(area) = candidate.area else { return candidate.prior };
    let region = candidate.place.kind() == PlaceKind::Region;
    let state = if region && name.states * 2 >= name.count && name.states > 0 { BESIDE } else { 0.0 };
    // Georgia after Atlanta
    let around = name.beside.around.iter().any(|around| area.contains(*around));
    let beside = if around && candidate.place.kind() != PlaceKind::City { BESIDE } else { 0.0 };
    let known = if region { of_region(area, all, rest) } else { rest.speaks_for(area) };
    candidate.prior + known + state + beside
}

/// What speaks for a region among the places `all` of one name.
fn of_region(area: Area, all: &[Candidate<'_>], rest: &Rest<'_>) -> f32 {
    let country = |candidate: &&Candidate<'_>| candidate.place.kind() == PlaceKind::Country;
    if let Some(rival) = all.iter().find(country).and_then(|candidate| candidate.area).map(|area| area.country) {
        // Other countries in the article say nothing about which Georgia: only what lies in or around each of the two does.
        let kin = KIN.iter().filter(|(of, _)| **of == rival).flat_map(|(_, kin)| *kin);
        let around: f32 = kin.map(|code| rest.country(**code)).sum();
        let is_there = rest.inside(area.country) > 3.0 * rest.inside(rival) + around;
        return if is_there { SAME_COUNTRY_REGION } else { 0.0 };
    }
    let city = |candidate: &Candidate<'_>| {
        let there = candidate.area.is_some_and(|other| other.country == area.country);
        candidate.place.kind() == PlaceKind::City && candidate.place.score() >= LARGE && there
    };
    rest.speaks_for(area) - if all.iter().any(city) { CITY_STATE } else { 0.0 }
}

/// Each candidate's share of the likelihood.
fn share(all: &mut [Candidate<'_>], scores: &[f32]) {
    let cities = all.iter().all(|candidate| candidate.place.kind() == PlaceKind::City);
    let best = scores.iter().copied().fold(UNLISTED, f32::max);
    let unlisted = if cities { 10.0_f32.powf(UNLISTED - best) } else { 0.0 };
    let sum: f32 = unlisted + scores.iter().map(|score| 10.0_f32.powf(score - best)).sum::<f32>();
    for (candidate, score) in all.iter_mut().zip(scores) {
        candidate.share = 10.0_f32.powf(score - best) / sum;
    }
}

/// A small city in a country that nothing else in the article is about, while it is about others: Kew Gardens is not the one in Queens.
/// And after a city that is in neither, Georgia is as likely the one as the other; so it is in an article that names no other place, and
/// an ordinary word may well be no place there.
fn doubt(all: &mut [Candidate<'_>], name: &Naming<'_>, rest: &Rest<'_>) {
    let around = &name.beside.around;
    let is_around =
        |candidate: &Candidate<'_>| around.iter().any(|one| candidate.area.is_some_and(|area| area.contains(*one)));
    let between = is_shared(all) && !around.is_empty() && !all.iter().any(is_around);
    let alone = rest.total() < NOTHING && name.states == 0 && (is_shared(all) || name.ordinary == name.count);
    if between || alone {
        all.iter_mut().for_each(|candidate| candidate.share = candidate.share.min(SURE / 2.0));
    }
    if !name.beside.within.is_empty() || rest.total() < ELSEWHERE {
        return;
    }
    for candidate in all {
        let small = candidate.place.kind() == PlaceKind::City && candidate.place.score() < MEDIUM;
        if small && candidate.area.is_some_and(|area| rest.country(area.country) < 0.5) {
            candidate.share = candidate.share.min(SURE / 2.0);
        }
    }
}

/// What a name says about where the article is set.
fn weighed(all: &[Candidate<'_>], weight: f32) -> Vec<Weighed> {
    let place = |candidate: &Candidate<'_>| {
        let weight = weight * candidate.share;
        candidate.area.filter(|_| weight > 0.01).map(|area| Weighed::new(area, candidate.place.kind(), weight))
    };
    all.iter().filter_map(place).collect()
}

/// The ids of a place.
pub(super) fn ids(place: &Place) -> Ids {
    let iso3166 = match (place.kind(), place.country(), place.area()) {
        (PlaceKind::Country, Some(country), _) => Some(country.to_owned()),
        (PlaceKind::Region, Some(country), Some(area)) if !area.region.is_none() => {
            Some(format!("{country}-{}", area.region.code()))
        }
        _ => None,
    };
    let wikidata = place.wikidata().map(|number| format!("Q{number}"));
    Ids { wikidata, iso3166, geonames: place.geonames(), own: None }
}
