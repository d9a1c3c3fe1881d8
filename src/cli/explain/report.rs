//! Everything that is told of one record.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::cleaning::Cleaning;
use super::dedupe::Dedupe;
use super::entities::Entities;
use super::input::Input;
use super::judge::{Judge, Judged};
use super::language::Language;
use super::outcome::Outcome;
use super::page::Page;
use crate::config::Config;
use crate::pipeline::{Analysis, Draft, Pipeline};
use crate::record::Record;

/// Names this form of the answer for programs. Additions keep it.
const SCHEMA: &str = "copydesk.explanation/1";

#[derive(Serialize)]
pub(super) struct Report {
    schema: &'static str,
    place: Place,
    /// Null if the record cannot be read.
    input: Option<Input>,
    cleaning: Vec<Cleaning>,
    language: Option<Language>,
    entities: Option<Entities>,
    dedupe: Option<Dedupe>,
    outcome: Outcome,
    /// The output record, byte for byte as it is published, but for the time in it; null if there is none.
    record: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct Place {
    topic: String,
    partition: i32,
    offset: i64,
}

impl Report {
    /// # Errors
    /// The dedupe log cannot be read.
    pub(super) fn of(config: &Config, pipeline: &Pipeline, judge: &mut Judge, record: &Record) -> anyhow::Result<Self> {
        let evidence = pipeline.evidence(record);
        let analysis = pipeline.analyse(record);
        let (id, key) = match &analysis {
            Analysis::Article(draft) => {
                (draft.identity.map(|identity| data_encoding::HEXLOWER.encode(&identity.0)), Some(&*draft.key))
            }
            Analysis::Takedown(takedown) => (None, Some(&*takedown.key)),
            Analysis::Rejected(_) => (None, None),
        };
        let scope = config.input.id_scope;
        let mut input = evidence.input.as_ref().map(|reading| Input::of(reading, scope, record, id, key));
        let declared = evidence.input.as_ref().and_then(|reading| reading.declared.as_deref());
        let (dedupe, outcome, published) = match &analysis {
            Analysis::Article(draft) => {
                let judged = judge.judge(record, draft)?;
                let verdict = judged.verdict.as_ref();
                let outcome = Outcome::of_article(config, pipeline, draft, verdict);
                (Dedupe::of(draft, &judged), outcome, written(draft, &judged)?)
            }
            Analysis::Takedown(takedown) => {
                (None, Outcome::of_takedown(config, pipeline, judge.take_down(takedown)), None)
            }
            Analysis::Rejected(reject) => (None, Outcome::of_reject(config, reject), None),
        };
        if let (Some(input), Some(published)) = (&mut input, &published) {
            input.warn(serde_json::from_str::<Warnings>(published.get())?.warnings);
        }
        let origin = &record.origin;
        Ok(Self {
            schema: SCHEMA,
            place: Place { topic: origin.topic.to_string(), partition: origin.partition, offset: origin.offset },
            input,
            cleaning: evidence.cleaning.iter().map(Cleaning::of).collect(),
            language: evidence.language.as_ref().map(|examination| Language::of(examination, declared)),
            entities: evidence.entities.as_ref().map(|examination| Entities::of(examination, &evidence)),
            dedupe,
            outcome,
            record: published,
        })
    }

    pub(super) fn tell(&self, name: &str, page: &mut Page) {
        page.title(name);
        if let Some(input) = &self.input {
            input.tell(page);
        }
        if !self.cleaning.is_empty() {
            Cleaning::tell(&self.cleaning, page);
        }
        if let Some(language) = &self.language {
            language.tell(page);
        }
        if let Some(entities) = &self.entities {
            entities.tell(page);
        }
        if let Some(dedupe) = &self.dedupe {
            dedupe.tell(page);
        }
        self.outcome.tell(page);
        page.end();
    }
}

/// What the output record says was odd.
#[derive(Deserialize)]
struct Warnings {
    warnings: Vec<String>,
}

fn written(draft: &Draft, judged: &Judged) -> anyhow::Result<Option<Box<RawValue>>> {
    let bytes = draft.clone().finish(judged.verdict.as_ref());
    Ok(Some(RawValue::from_string(String::from_utf8(bytes)?)?))
}
