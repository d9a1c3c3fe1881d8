//! Where an article is set: how much of what it names lies in each country and region.

use std::collections::BTreeMap;

use super::data::{Area, PlaceKind, Region};

/// What it counts that all of an article is set in the country of a place, as the logarithm (base 10) of a likelihood: as much as if it had
/// `SCALE * log10(1 + 1 / FLOOR)` times ten the inhabitants, and nearly as much if half of the article is.
const SCALE: f32 = 1.2;
const FLOOR: f32 = 0.02;
/// The share of a country's places that lie in a region of which the article says nothing.
const ELSEWHERE: f32 = 0.15;
/// The same for England, which has most of its country's.
const MOSTLY: f32 = 0.85;
/// What it counts beyond that that the region itself is named.
const SAME_REGION: f32 = 0.6;
/// From so much on the region counts as named.
const NAMED: f32 = 0.9;

/// A place that an article may name, and how much that counts.
#[derive(Clone, Copy)]
pub(super) struct Weighed {
    area: Area,
    kind: PlaceKind,
    weight: f32,
}

impl Weighed {
    /// A place that is meant with so much likelihood, once for each time that it is named. A country or region counts twice a city.
    pub(super) fn new(area: Area, kind: PlaceKind, weight: f32) -> Self {
        let twice = matches!(kind, PlaceKind::Country | PlaceKind::Region);
        Self { area, kind, weight: if twice { 2.0 * weight } else { weight } }
    }

    fn is_inside(&self) -> bool {
        self.kind != PlaceKind::Country
    }
}

/// What is said of one country.
#[derive(Clone, Copy, Default)]
struct Said {
    all: f32,
    /// The part that the country's own name is not.
    inside: f32,
    /// The part that names a region, or a city in one.
    regions: f32,
}

/// The sum of what an article names.
#[derive(Default)]
pub(super) struct Setting {
    countries: BTreeMap<[u8; 2], Said>,
    regions: BTreeMap<Area, f32>,
    total: f32,
}

impl Setting {
    pub(super) fn add(&mut self, place: &Weighed) {
        let Weighed { area, weight, .. } = *place;
        self.total += weight;
        let said = self.countries.entry(area.country).or_default();
        said.all += weight;
        said.inside += if place.is_inside() { weight } else { 0.0 };
        if !area.region.is_none() {
            said.regions += weight;
            *self.regions.entry(area).or_insert(0.0) += weight;
        }
    }

    /// The same without what one name adds to it, so that no name speaks for itself.
    pub(super) fn without<'a>(&'a self, own: &'a [Weighed]) -> Rest<'a> {
        Rest { all: self, own }
    }

    fn country(&self, code: [u8; 2]) -> Said {
        self.countries.get(&code).copied().unwrap_or_default()
    }
}

/// A setting without a name.
pub(super) struct Rest<'a> {
    all: &'a Setting,
    own: &'a [Weighed],
}

impl Rest<'_> {
    fn less(&self, all: f32, own: impl Fn(&&Weighed) -> bool) -> f32 {
        let own: f32 = self.own.iter().filter(own).map(|place| place.weight).sum();
        (all - own).max(0.0)
    }

    pub(super) fn total(&self) -> f32 {
        self.less(self.all.total, |_| true)
    }

    pub(super) fn country(&self, code: [u8; 2]) -> f32 {
        self.less(self.all.country(code).all, |place| place.area.country == code)
    }

    pub(super) fn inside(&self, code: [u8; 2]) -> f32 {
        self.less(self.all.country(code).inside, |place| place.area.country == code && place.is_inside())
    }

    fn region(&self, area: Area) -> f32 {
        self.less(self.all.regions.get(&area).copied().unwrap_or(0.0), |place| place.area == area)
    }

    /// The region's share of what is said of its country's regions.
    fn share_of_regions(&self, area: Area) -> f32 {
        let in_region = |place: &&Weighed| place.area.country == area.country && !place.area.region.is_none();
        let all = self.less(self.all.country(area.country).regions, in_region);
        if all < 1e-3 { 0.0 } else { (self.region(area) / all).min(1.0) }
    }

    /// How much likelier a place in this area is for what else the article names: log10.
    pub(super) fn speaks_for(&self, area: Area) -> f32 {
        let total = self.total();
        let said = self.country(area.country);
        if total < 1e-3 || said < 1e-3 {
            return 0.0;
        }
        let share = (said / total).min(1.0);
        let (within, named) = if area.region.is_none() {
            (1.0, 0.0)
        } else {
            let region = self.share_of_regions(area);
            let usual = if area.region == Region::of("ENG") { MOSTLY } else { ELSEWHERE };
            (usual + (1.0 - usual) * region, if self.region(area) >= NAMED { region } else { 0.0 })
        };
        SCALE * (1.0 + share * within / FLOOR).log10() + SAME_REGION * named
    }
}
