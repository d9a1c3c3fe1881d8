//! Where the record goes, and why.

use serde::Serialize;

use super::page::Page;
use crate::article::Reject;
use crate::config::Config;
use crate::kafka::client::TopicNames;
use crate::pipeline::{Draft, Grounds, Pipeline, Usual, Verdict};
use crate::record::Route;

#[derive(Serialize)]
pub(super) struct Outcome {
    /// What the worker counts it as: `enriched`, `duplicate`, `dead-letter`, `tombstone`; `undecided` where nobody gave a verdict.
    outcome: &'static str,
    topics: Vec<String>,
    reason: &'static str,
    #[serde(skip)]
    explanation: String,
    /// The rules of `output.routes` that hold.
    rules: Vec<Rule>,
    error: Option<Error>,
}

/// A rule of `output.routes`.
#[derive(Serialize)]
struct Rule {
    when: String,
    to: String,
    only: bool,
}

#[derive(Serialize)]
struct Error {
    code: &'static str,
    message: String,
}

impl Outcome {
    pub(super) fn of_article(config: &Config, pipeline: &Pipeline, draft: &Draft, verdict: Option<&Verdict>) -> Self {
        if draft.proposal.is_some() && verdict.is_none() {
            let explanation = "where it goes depends on the verdict, and nobody gave one".to_owned();
            return Self { explanation, ..Self::new("undecided", "no-verdict") };
        }
        let grounds = draft.grounds(pipeline.router(), verdict);
        let names = TopicNames::new(config);
        let topics: Vec<String> =
            draft.routes(pipeline.router(), verdict).iter().map(|route| names.of(route).to_owned()).collect();
        let rule = |index: &usize| {
            let rule = config.output.routes.get(*index)?;
            Some(Rule { when: rule.when.to_string(), to: rule.to.clone(), only: rule.only })
        };
        let outcome = if verdict.is_some_and(Verdict::is_duplicate) { "duplicate" } else { "enriched" };
        Self {
            topics,
            explanation: usual(&grounds, verdict),
            rules: grounds.rules.iter().filter_map(rule).collect(),
            ..Self::new(outcome, grounds.usual.as_str())
        }
    }

    /// `elsewhere`: whether there is an article of that name under another key, if anybody knows.
    pub(super) fn of_takedown(config: &Config, pipeline: &Pipeline, elsewhere: Option<bool>) -> Self {
        let names = TopicNames::new(config);
        let mut explanation =
            "tombstones under the key above take the article back, and nothing quotes it any more".to_owned();
        if elsewhere == Some(true) {
            explanation.push_str("; an article of that name ran under another key, which the tombstones do not reach");
        }
        let topics = pipeline.router().everywhere().iter().map(|route| names.of(route).to_owned()).collect();
        Self { topics, explanation, ..Self::new("tombstone", "takedown") }
    }

    pub(super) fn of_reject(config: &Config, reject: &Reject) -> Self {
        let names = TopicNames::new(config);
        Self {
            topics: vec![names.of(Route::DeadLetters).to_owned()],
            explanation: reject.message.clone(),
            error: Some(Error { code: reject.code.as_str(), message: reject.message.clone() }),
            ..Self::new("dead-letter", reject.code.as_str())
        }
    }

    fn new(outcome: &'static str, reason: &'static str) -> Self {
        Self { outcome, topics: Vec::new(), reason, explanation: String::new(), rules: Vec::new(), error: None }
    }

    pub(super) fn tell(&self, page: &mut Page) {
        page.section("outcome", self.outcome);
        if let Some(error) = &self.error {
            page.row("code", error.code);
        }
        let topics = if self.topics.is_empty() { "no topic".to_owned() } else { self.topics.join(", ") };
        if self.outcome != "undecided" {
            page.row("goes to", &topics);
        }
        page.row("because", &self.explanation);
        for rule in &self.rules {
            let only = if rule.only { " only" } else { "" };
            page.row("rule", &format!("{} holds: to {}{only}", rule.when, rule.to));
        }
    }
}

fn usual(grounds: &Grounds, verdict: Option<&Verdict>) -> String {
    match (grounds.usual, verdict) {
        (Usual::New, None) => "dedupe is off, so every article is enriched".to_owned(),
        (Usual::New, Some(_)) => "it is new, or a new version".to_owned(),
        (Usual::MostlyNew, Some(verdict)) => format!(
            "it is a near duplicate, and the original covers only {:.1} % of it: it is mostly new text, which is not to be lost",
            f64::from(verdict.of_this) / 100.0
        ),
        (Usual::MostlyNew | Usual::Duplicate, _) => "it is a duplicate, and output.duplicates is split".to_owned(),
        (Usual::Together, _) => "it is a duplicate, and output.duplicates is together".to_owned(),
        (Usual::Dropped, _) => "it is a duplicate, and output.duplicates is drop".to_owned(),
    }
}
