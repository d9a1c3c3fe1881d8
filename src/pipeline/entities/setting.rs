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

/// A place that an article may name, and how surely.
#[derive(Clone, Copy)]
pub(super) struct Weighed {
    pub(super) area: Area,
    pub(super) kind: PlaceKind,
    pub(super) weight: f32,
}

/// The sum of what an article names.
#[derive(Default)]
pub(super) struct Setting {
    countries: BTreeMap<[u8; 2], f32>,
    /// The part of a country that its own name is not.
    inside: BTreeMap<[u8; 2], f32>,
    regions: BTreeMap<Area, f32>,
    total: f32,
}

impl Setting {
    pub(super) fn add(&mut self, place: Weighed) {
        let Weighed { area, kind, weight } = place;
        let weight = if kind == PlaceKind::City || kind == PlaceKind::Area { weight } else { 2.0 * weight };
        self.total += weight;
        *self.countries.entry(area.country).or_insert(0.0) += weight;
        if kind != PlaceKind::Country {
            *self.inside.entry(area.country).or_insert(0.0) += weight;
        }
        if !area.region.is_none() {
            *self.regions.entry(area).or_insert(0.0) += weight;
        }
    }

    /// The same without these.
    pub(super) fn without(&self, own: &[Weighed]) -> Rest<'_> {
        let mut out = Self::default();
        own.iter().for_each(|place| out.add(*place));
        Rest { all: self, out }
    }
}

/// A setting without what one name adds to it, so that no name speaks for itself.
pub(super) struct Rest<'a> {
    all: &'a Setting,
    out: Setting,
}

impl Rest<'_> {
    pub(super) fn total(&self) -> f32 {
        (self.all.total - self.out.total).max(0.0)
    }

    pub(super) fn country(&self, code: [u8; 2]) -> f32 {
        less(self.all.countries.get(&code), self.out.countries.get(&code))
    }

    pub(super) fn inside(&self, code: [u8; 2]) -> f32 {
        less(self.all.inside.get(&code), self.out.inside.get(&code))
    }

    fn region(&self, area: Area) -> f32 {
        less(self.all.regions.get(&area), self.out.regions.get(&area))
    }

    /// The region's share of what is said of its country's regions.
    fn share_of_regions(&self, area: Area) -> f32 {
        let of = |setting: &Setting| -> f32 {
            let first = Area { region: Region(0), ..area };
            let last = Area { region: Region(u16::MAX), ..area };
            setting.regions.range(first..=last).map(|(_, weight)| weight).sum()
        };
        let all = (of(self.all) - of(&self.out)).max(0.0);
        if all < 1e-3 { 0.0 } else { (self.region(area) / all).min(1.0) }
    }

    /// How much likelier a place in this area is for what else the article names: log10.
    pub(super) fn speaks_for(&self, area: Area) -> f32 {
        let total = self.total();
        if total < 1e-3 {
            return 0.0;
        }
        let share = (self.country(area.country) / total).min(1.0);
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

fn less(all: Option<&f32>, out: Option<&f32>) -> f32 {
    (all.copied().unwrap_or(0.0) - out.copied().unwrap_or(0.0)).max(0.0)
}
