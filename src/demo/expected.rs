//! What must become of every bundled article.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

use super::outcome::Outcome;

static EXPECTED: &str = include_str!("expected.jsonl");

/// A line of `expected.jsonl`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Line of `articles.jsonl`, from 1.
    line: i64,
    outcome: String,
    status: Option<String>,
    original: Option<String>,
    /// Of a dead letter.
    code: Option<String>,
    language: Option<String>,
    /// Entities that must be named, among others.
    names: Vec<String>,
    /// Names that must not be among them: words that are nobody's name, or parts and mixtures of names.
    #[serde(default)]
    not: Vec<String>,
    /// Known errors of the tagger: names that it does not find, and what it takes for names. Kept until it does better.
    #[serde(default)]
    missed: Vec<String>,
    #[serde(default)]
    mistaken: Vec<String>,
}

/// What is not as expected, a line each.
pub(super) fn differences(outcomes: &BTreeMap<i64, Outcome>) -> anyhow::Result<Vec<String>> {
    let mut differences = Vec::new();
    for line in EXPECTED.lines() {
        let expected: Expected = serde_json::from_str(line).context("the expected outcomes")?;
        let number = expected.line;
        match outcomes.get(&(number - 1)) {
            None => differences.push(format!("article {number}: no outcome")),
            Some(outcome) => differences
                .extend(expected.differs(outcome).into_iter().map(|what| format!("article {number}: {what}"))),
        }
    }
    Ok(differences)
}

impl Expected {
    fn differs(&self, outcome: &Outcome) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: Option<&str>, told: Option<&str>| {
            if expected.is_some() && expected != told {
                differences.push(format!(
                    "{what} is {}, expected {}",
                    told.unwrap_or("none"),
                    expected.unwrap_or("none")
                ));
            }
        };
        compare("outcome", Some(&self.outcome), Some(outcome.name()));
        if let Outcome::DeadLetter(code, _) = outcome {
            compare("code", self.code.as_deref(), Some(code));
        }
        let Some(record) = outcome.record() else { return differences };
        let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
        compare("status", self.status.as_deref(), text("/dedupe/status"));
        compare("original", self.original.as_deref(), text("/dedupe/original"));
        compare("language", self.language.as_deref(), text("/language/code"));
        let named: Vec<&str> = record
            .pointer("/entities")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|entity| entity.get("name")?.as_str())
            .collect();
        let missing = self.names.iter().filter(|name| !named.contains(&name.as_str()));
        differences.extend(missing.map(|name| format!("{name} is not named; named are {}", named.join(", "))));
        let found = self.missed.iter().filter(|name| named.contains(&name.as_str()));
        differences.extend(found.map(|name| format!("{name} is named now: it belongs among `names`")));
        let gone = self.mistaken.iter().filter(|name| !named.contains(&name.as_str()));
        differences.extend(gone.map(|name| format!("{name} is not named any more: it belongs among `not`")));
        let wrong = self.not.iter().filter(|name| named.contains(&name.as_str()));
        differences.extend(wrong.map(|name| format!("{name} is named, and nobody and nothing here has that name")));
        differences
    }
}
