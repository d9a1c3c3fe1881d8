//! Which input record an output is about, and what it says of it.

use std::borrow::Cow;

use serde::Deserialize;

use super::Kind;
use crate::record::{Cause, Place, Record};

/// An outcome of an input record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The input record.
    pub topic: String,
    /// Where it stands.
    pub place: Place,
    /// What became of it.
    pub kind: Kind,
    /// It is a near duplicate, which may be on two topics.
    pub is_near: bool,
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    dedupe: Option<Dedupe<'a>>,
    #[serde(borrow)]
    provenance: Provenance<'a>,
}

#[derive(Deserialize)]
struct Dedupe<'a> {
    #[serde(borrow)]
    status: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Provenance<'a> {
    #[serde(borrow)]
    input: Input<'a>,
}

#[derive(Deserialize)]
struct Input<'a> {
    #[serde(borrow)]
    topic: Cow<'a, str>,
    partition: i32,
    offset: i64,
}

/// The outcome that a record tells; `article` is what an article on this topic is. None: it is not of copydesk.
pub fn outcome(record: &Record, article: Kind) -> Option<Outcome> {
    match (&record.value, article) {
        (_, Kind::DeadLetter) => {
            let (topic, place) = Cause::of(&record.headers).origin?;
            Some(Outcome { topic, place, kind: Kind::DeadLetter, is_near: false })
        }
        (None, _) => tombstone(record, article),
        (Some(value), _) => {
            let Told { dedupe, provenance } = serde_json::from_slice(value).ok()?;
            let Input { topic, partition, offset } = provenance.input;
            let is_near = dedupe.is_some_and(|dedupe| dedupe.status == "near");
            Some(Outcome { topic: topic.into_owned(), place: Place { partition, offset }, kind: article, is_near })
        }
    }
}

fn tombstone(record: &Record, article: Kind) -> Option<Outcome> {
    let header = |name: &str| {
        let name = format!("copydesk.input.{name}");
        let value = record.headers.iter().rev().find(|(known, _)| *known == name)?.1.as_deref()?;
        std::str::from_utf8(value).ok()
    };
    let kind = match article {
        Kind::Enriched => Kind::EnrichedTombstone,
        Kind::Duplicate => Kind::DuplicateTombstone,
        _ => Kind::RoutedTombstone,
    };
    let place = Place { partition: header("partition")?.parse().ok()?, offset: header("offset")?.parse().ok()? };
    Some(Outcome { topic: header("topic")?.to_owned(), place, kind, is_near: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Origin, Route, dead_letter, tombstone};

    fn record() -> Record {
        let origin = Origin { topic: "raw".into(), partition: 3, offset: 812, timestamp: None };
        Record { origin, key: None, value: Some(b"{".to_vec()), headers: Vec::new(), headers_omitted: 0 }
    }

    fn told(kind: Kind, is_near: bool) -> Option<Outcome> {
        Some(Outcome { topic: "raw".into(), place: Place { partition: 3, offset: 812 }, kind, is_near })
    }

    #[test]
    fn every_kind_of_output_names_its_input() {
        let letter = Record { headers: dead_letter(&record(), "not-json", "").headers, ..record() };
        assert_eq!(outcome(&letter, Kind::DeadLetter), told(Kind::DeadLetter, false));
        let buried = tombstone(Route::Enriched, b"k".to_vec(), &record());
        let buried = Record { headers: buried.headers, value: None, ..record() };
        assert_eq!(outcome(&buried, Kind::Duplicate), told(Kind::DuplicateTombstone, false));
        let value =
            br#"{"dedupe":{"status":"near","x":1},"provenance":{"input":{"topic":"raw","partition":3,"offset":812}}}"#;
        let article = Record { value: Some(value.to_vec()), ..letter };
        assert_eq!(outcome(&article, Kind::Enriched), told(Kind::Enriched, true));
        let value = br#"{"dedupe":null,"provenance":{"input":{"topic":"raw","partition":3,"offset":812}}}"#;
        assert_eq!(
            outcome(&Record { value: Some(value.to_vec()), ..record() }, Kind::Routed),
            told(Kind::Routed, false)
        );
    }

    #[test]
    fn what_others_write_is_no_outcome() {
        for kind in [Kind::Enriched, Kind::DeadLetter] {
            assert_eq!(outcome(&record(), kind), None);
            assert_eq!(outcome(&Record { value: None, ..record() }, kind), None);
        }
    }
}
