//! `dedupe`: how duplicates are found, and what is asked of them.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Period;
use super::finding::{Code, Finding};

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
            epoch: 1,
            state_dir: None,
        }
    }
}

/// `dedupe.limits`: what docs/dedupe.md measures each by. All workers of a log judge by the same ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Least number of keys (sampled passages by which articles are found) that two articles share, boilerplate not counted: 1 to 255.
    #[schemars(range(min = 1, max = 255))]
    pub keys: u16,
    /// Least number of samples (sequences of three words by which articles are compared) that two articles share: 1 to 255.
    #[schemars(range(min = 1, max = 255))]
    pub samples: u16,
    /// How much more than `near` and `story` a smaller article must be covered by a larger one if what it shares may be a quotation: fewer
    /// than 110 words and less than 0.35 of the larger one. A share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub quotation: f64,
    /// How much more two articles of 700 words and more must share that cover each other: editions of one report, or reports of one event.
    /// A share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub edition: f64,
    /// How much less is enough of two sources' articles under the same headline. A share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub headline: f64,
    /// Whether articles are near duplicates whose words were changed throughout: translated by machine, scanned, edited.
    pub changed: bool,
    /// A key that so many articles of one source have, and a tenth of its articles, is its boilerplate and does not count: 2 to 65535.
    #[schemars(range(min = 2, max = 65535))]
    pub boilerplate: u16,
    /// Most articles that are remembered for a key, of each seventh of the window: 2 to 1024. A key with as many says nothing any more.
    #[schemars(range(min = 2, max = 1024))]
    pub holders: u16,
}

impl Default for Limits {
    fn default() -> Self {
        let (quotation, edition, headline) = (0.24, 0.1, 0.14);
        Self { keys: 2, samples: 6, quotation, edition, headline, changed: true, boilerplate: 4, holders: 64 }
    }
}

/// Shorter windows would forget an article while it is in flight.
const SHORTEST_WINDOW: Period = Period::from_millis(60_000);

impl Dedupe {
    /// What is wrong.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut wrong = |key: &str, value: String, advice: String| {
            found.push(Finding::error(Code::OutOfRange, &format!("dedupe.{key}"), format!("is {value}"), advice));
        };
        let Limits { keys, samples, quotation, edition, headline, boilerplate, holders, .. } = self.limits;
        let shares = [("near", self.near), ("story", self.story)].map(|(key, share)| (key, share, 0.05));
        let margins = [("quotation", quotation), ("edition", edition), ("headline", headline)];
        let margins = margins.map(|(key, share)| (format!("limits.{key}"), share, 0.0));
        for (key, share, least) in
            shares.map(|(key, share, least)| (key.to_owned(), share, least)).iter().chain(&margins)
        {
            if !(*least..=1.0).contains(share) {
                wrong(key, share.to_string(), format!("write a share between {least} and 1"));
            }
        }
        let counts = [
            ("keys", keys, 1..=255),
            ("samples", samples, 1..=255),
            ("boilerplate", boilerplate, 2..=u16::MAX),
            ("holders", holders, 2..=1_024),
        ];
        for (key, count, range) in counts {
            if !range.contains(&count) {
                let advice = format!("write a number between {} and {}", range.start(), range.end());
                wrong(&format!("limits.{key}"), count.to_string(), advice);
            }
        }
        if self.span == 0 {
            let advice = "write how many articles to remember, or set dedupe.enabled: false";
            wrong("span", "0".to_owned(), advice.to_owned());
        }
        if self.window < SHORTEST_WINDOW {
            wrong("window", self.window.to_string(), format!("must be at least {SHORTEST_WINDOW}"));
        }
        found
    }
}
