//! What the article names and what speaks for it; what was a candidate and is none.

use serde::Serialize;

use super::page::{Page, count, quoted};
use crate::pipeline::Evidence;
use crate::pipeline::entities::{self, Candidate, Dropped, Entity, Examination, Field, Kind, Mention};

/// Candidates that a page shows; JSON has all.
const MOST_DROPPED: usize = 20;

#[derive(Serialize)]
pub(super) struct Entities {
    found: Vec<Found>,
    dropped: Vec<NotTaken>,
    /// How often a name of a place is whose.
    places: Vec<Place>,
    /// How the table of links answered.
    links: Vec<Link>,
    /// Why the neural model did not tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    neural_left_out: Option<&'static str>,
}

#[derive(Serialize)]
struct Link {
    name: String,
    ids: usize,
    line: Option<u32>,
}

#[derive(Serialize)]
struct Found {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    confidence: f32,
    ids: Vec<String>,
    mentions: Vec<Named>,
}

#[derive(Serialize, PartialEq)]
struct Named {
    field: &'static str,
    text: String,
    evidence: &'static str,
    confidence: f32,
    joined: Option<&'static str>,
    #[serde(skip)]
    explanation: String,
}

#[derive(Serialize, PartialEq)]
struct NotTaken {
    field: &'static str,
    text: String,
    #[serde(rename = "type")]
    kind: &'static str,
    evidence: Option<&'static str>,
    reason: &'static str,
    /// What stands in its place.
    by: Option<String>,
}

#[derive(Serialize)]
struct Place {
    name: String,
    known: usize,
    chosen: bool,
}

impl Entities {
    pub(super) fn of(examination: &Examination, evidence: &Evidence) -> Self {
        let words = |field: Field, start: u32, end: u32| {
            let whole = if field == Field::Title { &evidence.title } else { &evidence.prose };
            whole.get(start as usize..end as usize).unwrap_or_default().to_owned()
        };
        let named = |mention: &Mention| named(mention, words(mention.field, mention.byte_start, mention.byte_end));
        let found = |entity: &Entity| Found {
            kind: kind(entity.kind),
            name: entity.name.clone(),
            confidence: entity.confidence,
            ids: ids(&entity.ids),
            mentions: entity.mentions.iter().map(named).collect(),
        };
        let not_taken = |candidate: &Candidate| NotTaken {
            field: field(candidate.field),
            text: words(candidate.field, candidate.bytes.start, candidate.bytes.end),
            kind: kind(candidate.kind),
            evidence: candidate.evidence.map(entities::Evidence::as_str),
            reason: candidate.why.as_str(),
            by: match &candidate.why {
                Dropped::Overlaps(other) => Some(words(candidate.field, other.start, other.end)),
                _ => None,
            },
        };
        let place = |one: &entities::Located| Place { name: one.name.clone(), known: one.places, chosen: one.chosen };
        Self {
            found: examination.entities.iter().map(found).collect(),
            dropped: examination.dropped.iter().map(not_taken).collect(),
            places: examination.located.iter().map(place).collect(),
            links: evidence
                .linked
                .iter()
                .map(|one| Link { name: one.name.clone(), ids: one.ids, line: one.line })
                .collect(),
            neural_left_out: examination.left_out.map(entities::LeftOut::as_str),
        }
    }

    pub(super) fn tell(&self, page: &mut Page) {
        let mentions = self.found.iter().map(|found| found.mentions.len()).sum();
        let entities =
            if self.found.len() == 1 { "1 entity".to_owned() } else { format!("{} entities", self.found.len()) };
        page.section("entities", &format!("{entities}, {}", count(mentions, "mention")));
        if let Some(why) = self.neural_left_out {
            page.row("neural", &format!("left out ({why}): the names are those of entities.model"));
        }
        for found in &self.found {
            let ids = if found.ids.is_empty() { String::new() } else { format!(", {}", found.ids.join(" ")) };
            page.row(found.kind, &format!("{}, confidence {:.2}{ids}", found.name, found.confidence));
            found.tell_mentions(page);
        }
        for place in self.places.iter().filter(|place| !place.chosen) {
            let known = count(place.known, "place");
            page.row(
                "no ids",
                &format!("{}: the tables have {known} of that name, and none is clearly meant", place.name),
            );
        }
        for link in &self.links {
            let ids = count(link.ids, "id");
            match link.line {
                Some(line) => page.row(
                    "link",
                    &format!("{}: line {line} of entities.links, which has {ids} for that name", link.name),
                ),
                None => page.row(
                    "no ids",
                    &format!("{}: entities.links has {ids} for that name, and none outweighs the others", link.name),
                ),
            }
        }
        let mut told: Vec<&NotTaken> = Vec::new();
        for one in &self.dropped {
            if !told.contains(&one) {
                told.push(one);
            }
        }
        for one in told.iter().take(MOST_DROPPED) {
            page.row("not taken", &one.shown());
        }
        if told.len() > MOST_DROPPED {
            page.row("not taken", &format!("and {} more: --format json has all", told.len() - MOST_DROPPED));
        }
    }
}

impl Found {
    /// Mentions that are alike are told together.
    fn tell_mentions(&self, page: &mut Page) {
        let mut told: Vec<(&Named, usize, f32)> = Vec::new();
        for mention in &self.mentions {
            let same = |known: &&mut (&Named, usize, f32)| {
                (&known.0.text, known.0.evidence, known.0.joined) == (&mention.text, mention.evidence, mention.joined)
            };
            match told.iter_mut().find(same) {
                Some((_, times, most)) => (*times, *most) = (*times + 1, most.max(mention.confidence)),
                None => told.push((mention, 1, mention.confidence)),
            }
        }
        for (mention, times, most) in told {
            let (times, up_to) = if times == 1 { (String::new(), "") } else { (format!(" ×{times}"), "up to ") };
            let explanation = format!("{}, {up_to}{most:.2}", mention.explanation);
            page.item(&format!("{}{times}", quoted(&mention.text)), &explanation);
        }
    }
}

impl NotTaken {
    fn shown(&self) -> String {
        let Self { text, kind, evidence, reason, by, .. } = self;
        let could_be = evidence.map_or_else(|| format!("a listed {kind}"), |evidence| format!("{kind} by {evidence}"));
        let why = match (*reason, by) {
            (_, Some(other)) if other == text => "another reading of the same words counts more".to_owned(),
            (_, Some(other)) => format!("{} stands there", quoted(other)),
            ("boilerplate", _) => "it stands in words that belong to the page".to_owned(),
            ("ordinary", _) => "an ordinary word, where capitals say nothing".to_owned(),
            ("unlikely", _) => "the model is not sure enough".to_owned(),
            _ => "the model does not take it for a name here".to_owned(),
        };
        format!("{}, {could_be}: {why}", quoted(text))
    }
}

fn named(mention: &Mention, text: String) -> Named {
    let joined = mention.joined.map(|joined| format!("; {}", joined.explanation())).unwrap_or_default();
    Named {
        field: field(mention.field),
        text,
        evidence: mention.evidence.as_str(),
        confidence: mention.confidence,
        joined: mention.joined.map(entities::Joined::as_str),
        explanation: format!("{}{joined}", mention.evidence.explanation()),
    }
}

fn ids(ids: &entities::Ids) -> Vec<String> {
    let wikidata = ids.wikidata.as_ref().map(|id| format!("wikidata:{id}"));
    let iso3166 = ids.iso3166.as_ref().map(|id| format!("iso3166:{id}"));
    let geonames = ids.geonames.map(|id| format!("geonames:{id}"));
    let own = ids.own.as_ref().map(|id| format!("own:{id}"));
    wikidata.into_iter().chain(iso3166).chain(geonames).chain(own).collect()
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "person",
        Kind::Organisation => "organisation",
        Kind::Location => "location",
    }
}

fn field(field: Field) -> &'static str {
    match field {
        Field::Title => "title",
        Field::Text => "text",
    }
}
