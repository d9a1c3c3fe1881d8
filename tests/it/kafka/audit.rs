//! The auditor: reads every topic as a reader of committed records does, and finds each input's outcome.

use std::collections::BTreeMap;

use serde_json::Value;

use super::articles::{Fate, Planted};
use super::topics::{self, Seen};

/// An input record's place.
type Place = (i32, i64);

/// What the topics hold.
pub struct Audit {
    pub enriched: Vec<Seen>,
    pub duplicates: Vec<Seen>,
    pub dead_letters: Vec<Seen>,
    pub input: Vec<Seen>,
}

/// How often each outcome was seen.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
pub struct Outcome {
    pub enriched: usize,
    pub duplicates: usize,
    pub dead_letters: usize,
    pub tombstones: (usize, usize),
}

impl Audit {
    pub fn read(bootstrap: &str, prefix: &str) -> Self {
        let read = |name: &str| topics::read(bootstrap, &format!("{prefix}{name}"));
        Self {
            enriched: read("articles.enriched"),
            duplicates: read("articles.duplicates"),
            dead_letters: read("articles.raw.dlq"),
            input: read("articles.raw"),
        }
    }

    /// Outcomes by input record.
    pub fn outcomes(&self) -> BTreeMap<Place, Outcome> {
        let mut found: BTreeMap<Place, Outcome> = BTreeMap::new();
        for record in &self.enriched {
            let outcome = found.entry(place(record)).or_default();
            if record.value.is_none() { outcome.tombstones.0 += 1 } else { outcome.enriched += 1 }
        }
        for record in &self.duplicates {
            let outcome = found.entry(place(record)).or_default();
            if record.value.is_none() { outcome.tombstones.1 += 1 } else { outcome.duplicates += 1 }
        }
        for record in &self.dead_letters {
            found.entry(place(record)).or_default().dead_letters += 1;
        }
        found
    }

    /// Everything that is wrong. With `repeats` an outcome may be seen more than once (at-least-once).
    pub fn problems(&self, planted: &[Planted], repeats: bool) -> Vec<String> {
        let mut problems = Vec::new();
        let mut outcomes = self.outcomes();
        assert_eq!(self.input.len(), planted.len(), "the input was not all produced");
        for (place, planted) in in_place(planted) {
            let outcome = outcomes.remove(&place).unwrap_or_default();
            if !is_right(&outcome, planted.fate, repeats) {
                problems.push(format!("{place:?}, {:?}: {outcome:?}", planted.fate));
            }
        }
        problems.extend(outcomes.keys().map(|place| format!("{place:?} is no input")));
        if !repeats {
            problems.extend(self.out_of_order());
        }
        problems.extend(self.changed_dead_letters(planted));
        problems.extend(self.lost_headers(planted));
        problems
    }

    /// Headers of the input are passed on, whatever its outcome.
    fn lost_headers(&self, planted: &[Planted]) -> Vec<String> {
        let planted: BTreeMap<Place, &Planted> = in_place(planted).collect();
        let lost = |record: &&Seen| {
            let sent = planted.get(&place(record)).map(|planted| &planted.sent.headers);
            sent.is_some_and(|sent| sent.iter().any(|header| !record.headers.contains(header)))
        };
        let outcomes = self.enriched.iter().chain(&self.duplicates).chain(&self.dead_letters);
        outcomes.filter(lost).map(|record| format!("{:?} lost headers", place(record))).collect()
    }

    /// Outputs of one input partition appear in its order: keyless input goes by source and id, so look at one output
    /// partition at a time.
    fn out_of_order(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, records) in
            [("enriched", &self.enriched), ("duplicates", &self.duplicates), ("dead letters", &self.dead_letters)]
        {
            let mut last: BTreeMap<(i32, i32), i64> = BTreeMap::new();
            for record in records {
                let (partition, offset) = place(record);
                let before = last.insert((record.partition, partition), offset);
                if before.is_some_and(|before| before > offset) {
                    problems.push(format!("{name}: {partition}:{offset} comes after {before:?}"));
                }
            }
        }
        problems
    }

    /// Dead letters are the input, byte for byte, with the code that was expected.
    fn changed_dead_letters(&self, planted: &[Planted]) -> Vec<String> {
        let planted: BTreeMap<Place, &Planted> = in_place(planted).collect();
        let wrong = |record: &&Seen| {
            let Some(planted) = planted.get(&place(record)) else { return true };
            let number = |headers: &[(String, Vec<u8>)]| headers.iter().find(|(name, _)| name == "number").cloned();
            let same = record.value == planted.sent.value
                && record.key == planted.sent.key
                && number(&record.headers) == number(&planted.sent.headers);
            !same || record.header("copydesk.error.code").map(ToOwned::to_owned) != code(planted.fate)
        };
        self.dead_letters
            .iter()
            .filter(wrong)
            .map(|record| format!("dead letter {:?} is not its input", place(record)))
            .collect()
    }
}

fn code(fate: Fate) -> Option<String> {
    if let Fate::Dead(code) = fate { Some(code.to_owned()) } else { None }
}

fn is_right(outcome: &Outcome, fate: Fate, repeats: bool) -> bool {
    let Outcome { enriched, duplicates, dead_letters, tombstones } = outcome;
    let once = |count: usize| count == 1 || (repeats && count > 1);
    match fate {
        // A near duplicate that is mostly new goes to both topics.
        Fate::Article => {
            (once(*enriched) || once(*duplicates))
                && (repeats || (*enriched <= 1 && *duplicates <= 1))
                && *dead_letters == 0
                && *tombstones == (0, 0)
        }
        Fate::Tombstone => once(tombstones.0) && once(tombstones.1) && *enriched + *duplicates + *dead_letters == 0,
        Fate::Dead(_) => once(*dead_letters) && *enriched + *duplicates == 0 && *tombstones == (0, 0),
    }
}

/// Records by partition and offset, given that they were produced in order to fresh topics.
pub fn in_place(planted: &[Planted]) -> impl Iterator<Item = (Place, &Planted)> {
    let mut next: BTreeMap<i32, i64> = BTreeMap::new();
    planted.iter().map(move |planted| {
        let offset = next.entry(planted.sent.partition).or_default();
        let place = (planted.sent.partition, *offset);
        *offset += 1;
        (place, planted)
    })
}

/// The input record that an output is about.
pub fn place(record: &Seen) -> Place {
    let number = |text: Option<&str>| text.unwrap_or("-1").parse::<i64>().unwrap();
    let (partition, offset) = if let Some(offset) = record.header("copydesk.input.offset") {
        (number(record.header("copydesk.input.partition")), number(Some(offset)))
    } else if let Some(offset) = record.header("__connect.errors.offset") {
        (number(record.header("__connect.errors.partition")), number(Some(offset)))
    } else {
        let Value::Object(input) = &record.json()["provenance"]["input"] else { return (-1, -1) };
        (input["partition"].as_i64().unwrap(), input["offset"].as_i64().unwrap())
    };
    (i32::try_from(partition).unwrap(), offset)
}
