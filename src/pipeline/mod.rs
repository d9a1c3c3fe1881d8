//! One article's life, on one screen: [`Pipeline::analyse`]. Pure: no Kafka, no tokio, no clock that decides anything.
//!
//! ```text
//! record -> decode -> clean -> sketch | language | words   (in parallel)
//!                                       language + words -> entities (beside the sketch)
//!                           -> draft + proposal -> stories -> verdict -> draft + verdict = output record
//! ```
//! To add a stage: a folder beside these, one `let` line in `Pipeline::live`, and what the compiler then asks for.

mod article;
pub mod dedupe;
mod draft;
pub mod entities;
mod evidence;
mod identity;
pub mod language;
mod letters;
pub mod links;
mod published;
mod routing;
mod settings;
mod takedown;
pub mod text;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::article::{Decoder, Incoming, Reject, RejectCode};
use crate::config::{Config, EntityModel};
use crate::panic;
use crate::record::{Models, Record};
use crate::telemetry::Stages;

pub use dedupe::{Desk, Identity, Names, Proposal, Status, Verdict};
pub use draft::Draft;
pub use evidence::{Cleaning, Evidence, From, Reading};
pub use routing::{Grounds, Router, Usual};
pub use settings::{desk, log_retention, neural, params};
pub use takedown::Takedown;

use article::Article;
use draft::Named;
use links::{Links, LinksError};
use settings::Settings;

/// What a record turns out to be. Everything that can reject an article has happened by then.
#[derive(Debug)]
pub enum Analysis {
    /// An article that waits for its verdict.
    Article(Box<Draft>),
    /// An article that is taken back.
    Takedown(Takedown),
    /// Nothing that can be enriched, and why.
    Rejected(Reject),
}

/// A detected language this certain counts more than a declared one.
const CLEAR: f32 = 0.95;

/// The stages with their models: built once, shared by all threads.
pub struct Pipeline {
    decoder: Decoder,
    language: Option<language::Detector>,
    entities: Option<entities::Tagger>,
    links: Option<Links>,
    settings: Settings,
    output_limit: AtomicUsize,
    stages: Arc<Stages>,
}

impl Pipeline {
    /// Loads the models.
    ///
    /// # Errors
    /// A mapping that names no field; a built-in table that is damaged; a mounted one that cannot be used.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        panic::stay_silent();
        let language = config.language.enabled.then(language::Detector::builtin).transpose()?;
        let entities = config.entities.enabled.then(|| tagger(config)).transpose()?;
        let models = Models {
            language: language.as_ref().map(|_| language::MODEL_NAME),
            entities: entities.as_ref().map(entities::Tagger::model_name),
            links: None,
        };
        let mounted = config.entities.links.as_deref().filter(|_| config.entities.enabled);
        let links = mounted.map(Links::open).transpose().context("entities.links")?;
        Ok(Self {
            decoder: Decoder::new(settings::input_rules(config))?,
            language,
            entities,
            links,
            settings: Settings::new(config, models)?,
            output_limit: AtomicUsize::new(usize::MAX),
            stages: Arc::default(),
        })
    }

    /// Where records go.
    pub fn router(&self) -> &Router {
        &self.settings.router
    }

    /// The table of links, where there is one.
    pub fn links(&self) -> Option<Arc<links::Table>> {
        self.links.as_ref().map(Links::table)
    }

    /// Reads the table of links again if its file was replaced, and tells whether it was.
    ///
    /// # Errors
    /// The new table cannot be used; the one before it stays.
    pub fn refresh_links(&self) -> Result<bool, LinksError> {
        self.links.as_ref().map_or(Ok(false), Links::refresh)
    }

    /// The same, and what the stages take is counted here.
    pub fn measured(self, stages: &Arc<Stages>) -> Self {
        Self { stages: Arc::clone(stages), ..self }
    }

    /// The largest record that the output topics take, in bytes before compression.
    pub fn set_output_limit(&self, bytes: usize) {
        self.output_limit.store(bytes, Ordering::Relaxed);
    }

    /// From raw bytes to a draft that lacks nothing but its verdict. A panic in a stage rejects this article and no other.
    pub fn analyse(&self, record: &Record) -> Analysis {
        stage("decode", || self.live(record)).flatten().unwrap_or_else(Analysis::Rejected)
    }

    /// One article's life.
    fn live(&self, record: &Record) -> Result<Analysis, Reject> {
        let Some(value) = record.value.as_deref().filter(|value| !value.is_empty()) else {
            return Takedown::of_key(record).map(Analysis::Takedown);
        };
        let value = self.decoder.unfold(value);
        let mut raw = match self.stages.decode.time(|| self.decoder.decode(&value, &record.headers))? {
            Incoming::Article(raw) => raw,
            Incoming::Takedown(takedown) => {
                return Takedown::of_article(self.settings.id_scope, record, &takedown).map(Analysis::Takedown);
            }
        };
        self.settings.withhold(&mut raw);
        let article = self.stages.clean.time(|| Article::clean(*raw, self.settings.clean))?;
        let (title, prose) = (article.title(), article.prose());
        let stages = &*self.stages;
        let sketch = || stages.sketch.time(|| dedupe::sketch_as(self.settings.sketching, title, prose));
        let dedupe = || stage("dedupe", || self.settings.dedupe.then(sketch));
        let detect = |detector: &language::Detector| stages.language.time(|| detector.detect(title, prose));
        let language = || stage("language", || self.language.as_ref().map(detect));
        let read = |tagger: &entities::Tagger| timed(|| tagger.read(title, prose));
        let words = || stage("entities", || self.entities.as_ref().map(read));
        // Names are looked for in the language; what that takes beforehand is done beside it.
        let named = || {
            let (language, words) = rayon::join(language, words);
            let (language, words) = (language?, words?);
            let tongue = tongue(language.as_ref(), article.declared_language());
            let tag = |(tagger, (words, before)): (&entities::Tagger, _)| {
                let (named, took) = timed(|| {
                    let (mut tagged, links) = (tagger.tag(&words, tongue), self.links());
                    if let Some(table) = &links {
                        table.link(&mut tagged.entities, (title, prose), tongue, |_| ());
                    }
                    Named { tagged: Some(tagged), links }
                });
                if let Some(left_out) = named.tagged.as_ref().and_then(|tagged| tagged.left_out) {
                    stages.left_out(left_out == entities::LeftOut::Deadline);
                }
                stages.entities.observe(before + took);
                named
            };
            let named = stage("entities", || self.entities.as_ref().zip(words).map(tag))?;
            Ok((language, named.unwrap_or_default()))
        };
        let (sketch, named) = rayon::join(dedupe, named);
        let (language, entities) = named?;
        let draft = Draft::new(&self.settings, record, &article, sketch?, language, entities)?;
        draft.fits(self.output_limit.load(Ordering::Relaxed), record)?;
        Ok(Analysis::Article(Box::new(draft)))
    }
}

fn tagger(config: &Config) -> anyhow::Result<entities::Tagger> {
    let tagger = match &config.entities.model {
        EntityModel::Builtin => entities::Tagger::builtin()?,
        EntityModel::File(path) => {
            entities::Tagger::open(path).with_context(|| format!("entities.model: {}", path.display()))?
        }
    };
    match neural(config) {
        Some(options) => tagger.with_neural(&options).context("entities.neural"),
        None => Ok(tagger),
    }
}

/// The language that names are looked for in: the detected one where that is clear, else what the publisher says.
fn tongue<'a>(detected: Option<&language::Detection>, declared: Option<&'a str>) -> Option<&'a str> {
    let detected = detected.filter(|detected| !matches!(detected.code, "und" | "zxx"));
    detected
        .filter(|detected| declared.is_none() || detected.confidence >= CLEAR)
        .map(|detected| detected.code)
        .or(declared)
}

/// The result, and how long it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let since = Instant::now();
    (work(), since.elapsed())
}

/// Runs a stage; its panic is the article's reject.
fn stage<T>(name: &str, work: impl FnOnce() -> T) -> Result<T, Reject> {
    panic::caught(work)
        .map_err(|place| Reject::new(RejectCode::StagePanicked, format!("the {name} stage panicked at {place}")))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::record::Origin;

    fn record(value: &str) -> Record {
        let origin = Origin { topic: "raw".into(), partition: 0, offset: 7, timestamp: None };
        Record { origin, key: None, value: Some(value.into()), headers: Vec::new(), headers_omitted: 0 }
    }

    #[test]
    fn a_stage_that_panics_rejects_its_article_and_does_not_quote_it() {
        panic::stay_silent();
        let secret = "the article's own words";
        // In a pool, since a stage may be stolen by a thread that knows nothing of the article.
        let told =
            rayon::join(|| stage::<()>("language", || panic!("{secret}")), || stage("entities", || secret.len()));
        let reject = told.0.unwrap_err();
        assert_eq!(reject.code, RejectCode::StagePanicked);
        assert!(
            reject.message.contains("language stage panicked at src/pipeline/mod.rs")
                && !reject.message.contains(secret)
        );
        assert_eq!(told.1, Ok(secret.len()));
    }

    #[test]
    fn a_wrong_hint_does_not_make_english_german() {
        let pipeline = Pipeline::new(&Config::default()).unwrap();
        let text = "The mayor said that LeBron James and Quenby Farnaby have left with the others, and that the council will meet again.";
        let record = record(&format!(r#"{{"id":"a","language":"de","text":"{text}"}}"#));
        let Analysis::Article(draft) = pipeline.analyse(&record) else { panic!("it was rejected") };
        let whole: Value = serde_json::from_slice(&draft.finish(None)).unwrap();
        let names: Vec<&str> =
            whole["entities"].as_array().unwrap().iter().filter_map(|e| e["name"].as_str()).collect();
        assert_eq!(names, ["LeBron James", "Quenby Farnaby"]);
        let told = pipeline.evidence(&record).entities.unwrap();
        assert_eq!(told.entities.len(), 2, "explain asks with the same language");
    }

    #[test]
    fn what_is_larger_than_the_output_topics_take_is_rejected_before_it_is_proposed() {
        let pipeline = Pipeline::new(&Config::default()).unwrap();
        let article = record(&format!(r#"{{"id":"a","text":"{}"}}"#, "word ".repeat(1_000)));
        assert!(matches!(pipeline.analyse(&article), Analysis::Article(_)));
        pipeline.set_output_limit(4_000);
        let Analysis::Rejected(reject) = pipeline.analyse(&article) else { panic!("it was not rejected") };
        assert_eq!(reject.code, RejectCode::OutputTooLarge);
    }

    #[test]
    fn a_draft_and_its_verdict_are_one_record() {
        let config = Config::default();
        let pipeline = Pipeline::new(&config).unwrap();
        let draft = || match pipeline.analyse(&record(r#"{"id":"a","title":"A title","mood":[1]}"#)) {
            Analysis::Article(draft) => draft,
            other => panic!("{other:?}"),
        };
        let (mut draft, undecided) = (draft(), draft());
        let verdict = desk(&config).judge(draft.proposal.take().unwrap(), 0);
        let whole: Value = serde_json::from_slice(&draft.finish(Some(&verdict))).unwrap();
        assert_eq!(
            (&whole["id"], &whole["dedupe"]["status"], &whole["extra"]["mood"]),
            (&"a".into(), &"unique".into(), &serde_json::json!([1]))
        );
        let without: Value = serde_json::from_slice(&undecided.finish(None)).unwrap();
        assert_eq!(without["dedupe"], Value::Null);
    }
}
