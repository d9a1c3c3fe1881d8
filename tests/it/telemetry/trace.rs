//! A trace goes through the worker, and log lines about a record name it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::kafka::topics::{self, Sent};
use super::super::kafka::worker::Worker;
use super::super::kafka::{self, unique};
use super::super::run::await_done;

fn parent(trace: u32) -> String {
    format!("00-{trace:032x}-00f067aa0ba902b7-01")
}

fn sent(value: Option<&str>, key: &str, traceparent: &str) -> Sent {
    let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    let headers = vec![header("traceparent", traceparent), header("tracestate", "desk=1,x=2")];
    Sent { partition: 0, key: Some(key.into()), value: value.map(Into::into), headers }
}

#[test]
fn traces_go_on_in_outputs_and_in_the_log() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("trace");
    topics::create_all(bootstrap, &prefix, 1, &[]);
    let article = r#"{"id": "a", "title": "The harbour reopens after the storm of last week"}"#;
    let malformed = "00-XYZ";
    let mut records = vec![
        sent(Some(article), "a", &parent(1)),
        sent(Some(article), "b", &parent(2)),
        sent(None, "a", &parent(3)),
        sent(Some(article), "c", malformed),
    ];
    // Broken ones, more than a minute has lines for.
    records.extend((4..34).map(|trace| sent(Some("{"), "d", &parent(trace))));
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &records);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 1, &worker);
    let log = worker.stop();
    let names = ["articles.enriched", "articles.duplicates", "articles.raw.dlq"];
    let outputs = names.map(|name| topics::read(bootstrap, &format!("{prefix}{name}")));
    let mut traces: BTreeMap<String, usize> = BTreeMap::new();
    for out in outputs.iter().flatten() {
        let told = out.header("traceparent").unwrap();
        assert_eq!(out.header("tracestate"), Some("desk=1,x=2"));
        if told == malformed {
            *traces.entry(told.to_owned()).or_default() += 1;
            continue;
        }
        let parts: Vec<&str> = told.split('-').collect();
        assert!(matches!(parts[..], ["00", trace, span, "01"] if trace.len() == 32 && span.len() == 16), "{told}");
        assert_ne!(parts[2], "00f067aa0ba902b7", "the span is this worker's");
        *traces.entry(parts[1].to_owned()).or_default() += 1;
    }
    // The takedown leaves a tombstone on two topics, all others one record.
    let expected =
        (1..34).filter(|trace| *trace != 0).map(|trace| (format!("{trace:032x}"), if trace == 3 { 2 } else { 1 }));
    assert_eq!(traces, expected.chain([(malformed.to_owned(), 1)]).collect());
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let about: Vec<_> =
        lines.iter().filter(|line| line["message"].as_str().unwrap_or_default().starts_with("dead letter: ")).collect();
    assert_eq!(about.len(), 10, "a minute has ten lines about dead letters:\n{log}");
    // Several threads read them, so the first to be told need not be the first in the input.
    let mut told = BTreeSet::new();
    for line in about {
        assert_eq!(line["topic"], format!("{prefix}articles.raw"));
        assert_eq!((&line["partition"], &line["code"]), (&0.into(), &"not-json".into()));
        let offset = line["offset"].as_u64().unwrap();
        assert!((4..34).contains(&offset) && told.insert(offset), "{line}");
        assert_eq!(line["trace_id"], format!("{offset:032x}"));
    }
    for line in &lines {
        assert!(["timestamp", "level", "target", "message"].iter().all(|name| line[name].is_string()), "{line}");
    }
}
