//! What the pipeline's stages take, and what they find.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::values::{Counter, Durations};

/// How long each stage takes for one article.
#[derive(Debug)]
pub struct Stages {
    /// Bytes to fields.
    pub decode: Durations,
    /// Markup and boilerplate go.
    pub clean: Durations,
    /// What the dedupe compares.
    pub sketch: Durations,
    /// The language.
    pub language: Durations,
    /// The entities.
    pub entities: Durations,
    /// Articles that the neural model did not tag: their time was over, or it failed.
    pub late: Counter,
    /// See [`Stages::late`].
    pub failed: Counter,
}

impl Stages {
    /// The neural model did not tag an article: its time was over, or the model failed.
    pub fn left_out(&self, is_late: bool) {
        if is_late { &self.late } else { &self.failed }.add(1);
    }
}

impl Default for Stages {
    fn default() -> Self {
        let stage = Durations::of_stages;
        Self {
            decode: stage(),
            clean: stage(),
            sketch: stage(),
            language: stage(),
            entities: stage(),
            late: Counter::default(),
            failed: Counter::default(),
        }
    }
}

/// What articles were found to be, counted as they are decided.
#[derive(Debug, Default)]
pub struct Articles {
    /// By the verdict's status.
    pub unique: Counter,
    /// A new version.
    pub version: Counter,
    /// A near duplicate.
    pub near: Counter,
    /// An exact one.
    pub exact: Counter,
    /// Entities, by type.
    pub persons: Counter,
    /// Companies, agencies, parties, teams.
    pub organisations: Counter,
    /// Places.
    pub locations: Counter,
    /// Articles by the code of their language.
    pub languages: Languages,
}

/// Most languages that are counted apart; the model knows fewer.
const MOST_LANGUAGES: usize = 120;
/// What further ones count as.
const OTHER: &str = "other";

/// Articles by language. Codes come from the model's list, so there are never many.
#[derive(Debug, Default)]
pub struct Languages(Mutex<BTreeMap<&'static str, u64>>);

impl Languages {
    /// An article is in this language.
    pub fn count(&self, code: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counts.len() < MOST_LANGUAGES || counts.contains_key(code);
        *counts.entry(if known { code } else { OTHER }).or_default() += 1;
    }

    pub(super) fn get(&self) -> Vec<(&'static str, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(code, count)| (*code, *count)).collect()
    }
}
