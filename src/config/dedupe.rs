//! `dedupe`: how duplicates are found, and what is asked of them.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Code, Finding};
use super::{Limits, Period, Salt};

/// `dedupe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Dedupe {
    /// Whether the stage runs; without it every article is published as it is, with `dedupe: null`.
    pub enabled: bool,
    /// How far back an article is looked for: a time, at least 1 minute.
    pub window: Period,
    /// Most records of the dedupe log that are looked back, whatever the window: at least 1. This bounds the memory, at 750 bytes
    /// each. An article takes one record, and shares a second with those that are decided at the same moment.
    #[schemars(range(min = 1))]
    pub span: u64,
    /// Least similarity of a near duplicate: a share, 0.05 to 1. By `limits`, what may be a quotation needs more, and so do long reports
    /// that cover each other; under one headline less is enough, and less where words were changed throughout (docs/dedupe.md).
    #[schemars(range(min = 0.05, max = 1.0))]
    pub near: f64,
    /// The same for what joins two stories: a share, 0.05 to 1.
    #[schemars(range(min = 0.05, max = 1.0))]
    pub story: f64,
    /// What else is asked of a near duplicate.
    pub limits: Limits,
    /// Most samples that are kept of an article, 160 to 255. Fewer take less memory of articles of more than 600 words, and compare them
    /// less surely: with 224 a sketch takes 320 bytes of the log at most in the mean of texts as long, with 160 some 250 (of few words some 310). Workers of one log may have more and fewer.
    #[schemars(range(min = 160, max = 255))]
    pub samples: u8,
    /// A long text at random, so that nobody else can foretell which passages are sampled, and write what is not found. Not shown; the log
    /// has a hash of it. All workers have the same: near duplicates are not found among articles that were sketched with two.
    pub salt: Salt,
    /// Which edition of the settings above this is: a number that grows. All workers judge by those of the highest epoch in the
    /// log: whoever changes them raises it.
    pub epoch: u32,
    /// A folder for snapshots of the window, on a disk that survives restarts, so that a start need not read the whole log. Each
    /// worker has one of its own. Null: there are none.
    pub state_dir: Option<PathBuf>,
}

impl Default for Dedupe {
    fn default() -> Self {
        Self {
            enabled: true,
            window: Period::from_days(7),
            span: 2_000_000,
            near: 0.57,
            story: 0.57,
            limits: Limits::default(),
            samples: 224,
            salt: Salt::default(),
            epoch: 1,
            state_dir: None,
        }
    }
}

/// A text of few words has as many.
const LEAST_SAMPLES: u8 = 160;
/// Shorter windows would forget an article while it is in flight.
const SHORTEST_WINDOW: Period = Period::from_millis(60_000);

impl Dedupe {
    /// What is wrong.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut wrong = |key: &str, value: String, advice: String| {
            found.push(Finding::error(Code::OutOfRange, &format!("dedupe.{key}"), format!("is {value}"), advice));
        };
        for (key, share) in [("near", self.near), ("story", self.story)] {
            if !(0.05..=1.0).contains(&share) {
                wrong(key, share.to_string(), "write a share between 0.05 and 1".to_owned());
            }
        }
        for (key, value, advice) in self.limits.out_of_range() {
            wrong(&format!("limits.{key}"), value, advice);
        }
        if self.samples < LEAST_SAMPLES {
            wrong("samples", self.samples.to_string(), format!("write a number between {LEAST_SAMPLES} and 255"));
        }
        if self.span == 0 {
            let advice = "write how many articles to remember, or set dedupe.enabled: false";
            wrong("span", "0".to_owned(), advice.to_owned());
        }
        if self.window < SHORTEST_WINDOW {
            wrong("window", self.window.to_string(), format!("must be at least {SHORTEST_WINDOW}"));
        }
        if self.salt.is_masked() {
            let advice = "write the value, or ${VARIABLE}".to_owned();
            found.push(Finding::error(Code::Secret, "dedupe.salt", "is masked", advice));
        }
        found
    }
}
