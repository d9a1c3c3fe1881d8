//! `entities.neural`: a token classifier of the user's, and what it may take.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Period;
use super::finding::{Code, Finding};

/// `entities.neural`: a token classifier (ONNX) that tags instead of the model; docs/entities.md tells which, and what they take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Neural {
    /// The folder of the model, with `model.onnx`, `tokenizer.json` and `config.json` as Hugging Face exports them; or the `.onnx` file, with
    /// the two others beside it. Null: there is none.
    pub path: Option<PathBuf>,
    /// The library of ONNX Runtime, 1.22 or later. Null: `libonnxruntime.so`, where the system's loader finds it.
    pub library: Option<PathBuf>,
    /// How many articles are read at a time, each by a copy of the model in memory; 0: as many as `threads`.
    #[schemars(range(max = 1024))]
    pub threads: usize,
    /// What an article may take, its wait for a copy of the model included: a time, 1 ms to 5 minutes. After that the names are those of
    /// `entities.model`, and the record has the warning `neural-left-out`. The clock is looked at between batches.
    pub deadline: Period,
    /// Most sub-words that are read together, 16 to 8192: sentences, as many as fit in; at most what the model takes.
    #[schemars(range(min = 16, max = 8192))]
    pub window: usize,
    /// Most sub-words in a batch of windows, 16 to 65536; a longer window is one by itself. Larger ones are no faster, and take memory.
    #[schemars(range(min = 16, max = 65536))]
    pub batch: usize,
    /// A sentence is read if `entities.model` gives it at least this chance of having a name, 0 to 1, or if it begins with a small letter.
    /// 0: every sentence is read.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub doubt: f64,
}

impl Default for Neural {
    fn default() -> Self {
        let deadline = Period::from_millis(2_000);
        Self { path: None, library: None, threads: 0, deadline, window: 128, batch: 256, doubt: 0.03 }
    }
}

/// More copies of a model than this are a mistake.
const MOST_THREADS: usize = 1_024;
/// Fewest and most sub-words of a window; a sentence has some thirty.
const WINDOW: std::ops::RangeInclusive<usize> = 16..=8_192;
const BATCH: std::ops::RangeInclusive<usize> = 16..=65_536;
/// Shortest and longest time for an article: a batch takes no less, and a stop of the worker should wait no longer.
const DEADLINE: std::ops::RangeInclusive<Period> = Period::from_millis(1)..=Period::from_millis(300_000);

impl Neural {
    /// What is wrong. Files are looked at when they are opened.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut wrong = |key: &str, value: String, advice: String| {
            found.push(Finding::error(
                Code::OutOfRange,
                &format!("entities.neural.{key}"),
                format!("is {value}"),
                advice,
            ));
        };
        if self.threads > MOST_THREADS {
            wrong(
                "threads",
                self.threads.to_string(),
                format!("must be at most {MOST_THREADS}, or 0 for as many as threads"),
            );
        }
        if !DEADLINE.contains(&self.deadline) {
            let advice = format!("write a time between {} and {}", DEADLINE.start(), DEADLINE.end());
            wrong("deadline", self.deadline.to_string(), advice);
        }
        if !WINDOW.contains(&self.window) {
            let advice = format!("write a number between {} and {}", WINDOW.start(), WINDOW.end());
            wrong("window", self.window.to_string(), advice);
        }
        if !BATCH.contains(&self.batch) {
            let advice = format!("write a number between {} and {}", BATCH.start(), BATCH.end());
            wrong("batch", self.batch.to_string(), advice);
        }
        if !(0.0..=1.0).contains(&self.doubt) {
            wrong("doubt", self.doubt.to_string(), "write a number between 0 and 1".to_owned());
        }
        found
    }
}
