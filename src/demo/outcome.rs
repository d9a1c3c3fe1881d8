//! An outcome as any reader of the output topics sees it.

use serde_json::Value;

use crate::record::{Outgoing, Route};

/// What became of an input record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// On the enriched topic.
    Enriched(Value),
    /// On the duplicates topic.
    Duplicate(Value),
    /// Among the dead letters: code and message.
    DeadLetter(String, String),
    /// Taken back: the key.
    Tombstone(String),
}

impl Outcome {
    /// The input offset that a record is about, and what became of it. Merges of stories are about no single input.
    pub(super) fn of(out: &Outgoing) -> Option<(i64, Self)> {
        let header = |name: &str| {
            let (_, value) = out.headers.iter().find(|(known, _)| known == name)?;
            String::from_utf8(value.clone()?).ok()
        };
        if out.route == Route::DeadLetters {
            let offset = header("__connect.errors.offset")?.parse().ok()?;
            return Some((
                offset,
                Self::DeadLetter(header("copydesk.error.code")?, header("__connect.errors.exception.message")?),
            ));
        }
        let Some(value) = &out.value else {
            let key = String::from_utf8_lossy(out.key.as_deref().unwrap_or_default()).into_owned();
            return Some((header("copydesk.input.offset")?.parse().ok()?, Self::Tombstone(key)));
        };
        let record: Value = serde_json::from_slice(value).ok()?;
        let offset = record.pointer("/provenance/input/offset")?.as_i64()?;
        match out.route {
            Route::Enriched => Some((offset, Self::Enriched(record))),
            Route::Duplicates => Some((offset, Self::Duplicate(record))),
            Route::DeadLetters | Route::Stories | Route::Rule(_) => None,
        }
    }

    /// The name of the outcome, as `expected.jsonl` has it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Enriched(_) => "enriched",
            Self::Duplicate(_) => "duplicate",
            Self::DeadLetter(..) => "dead-letter",
            Self::Tombstone(_) => "tombstone",
        }
    }

    /// The published record, if there is one.
    pub(super) fn record(&self) -> Option<&Value> {
        match self {
            Self::Enriched(record) | Self::Duplicate(record) => Some(record),
            Self::DeadLetter(..) | Self::Tombstone(_) => None,
        }
    }
}
