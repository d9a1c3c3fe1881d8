//! `copydesk dlq` on real Kafka: listed, shown, sent again, each dead letter as often as it may be.

use serde_json::Value;

use super::kafka::articles::{Fate, Planted};
use super::kafka::topics::{self, Seen, Sent};
use super::kafka::worker::{Worker, command, told};
use super::kafka::{self, unique};
use super::run::{await_done, stage};

fn planted(code: &'static str, value: &[u8]) -> Planted {
    let headers = vec![("number".to_owned(), b"7".to_vec())];
    let sent = Sent { partition: 1, key: Some(b"a key".to_vec()), value: Some(value.to_vec()), headers };
    Planted { sent, fate: Fate::Dead(code) }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn work(bootstrap: &str, prefix: &str, sets: &[&str]) {
    let worker = Worker::start(bootstrap, prefix, sets);
    await_done(bootstrap, prefix, 2, &worker);
    worker.stop();
}

fn raw(bootstrap: &str, prefix: &str) -> Vec<Seen> {
    topics::read(bootstrap, &format!("{prefix}articles.raw"))
}

/// Three that are not JSON, one that is XML; the first holds what a terminal would obey.
fn four() -> [Planted; 4] {
    [
        planted("not-json", b"{\"title\": \"\x1b[2Jcanary"),
        planted("xml", b"<?xml version=\"1.0\"?><item/>"),
        planted("not-json", b"{\"title\": \"two"),
        planted("not-json", b"{\"title\": \"three"),
    ]
}

#[test]
fn dead_letters_are_listed_counted_and_shown() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = four();
    let prefix = stage(bootstrap, "dlq-ls", 2, &planted);
    work(bootstrap, &prefix, &[]);
    let told = |arguments: &[&str]| told(bootstrap, &prefix, arguments);

    let all = lines(&told(&["dlq", "ls", "--format", "json"]));
    let codes: Vec<&str> = all.iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["not-json", "xml", "not-json", "not-json"]);
    assert_eq!(all[1]["origin"]["offset"], 1);
    assert_eq!(all[1]["origin"]["topic"], format!("{prefix}articles.raw"));
    assert_eq!((&all[1]["bytes"], &all[1]["attempts"]), (&28.into(), &0.into()));
    let text = told(&["dlq", "ls"]);
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(!text.contains("canary"), "only show prints what an article says: {text}");

    let chosen = |filters: &[&str]| lines(&told(&[&["dlq", "ls", "--format", "json"], filters].concat())).len();
    let (partition, offset) = (all[1]["partition"].to_string(), all[1]["offset"].as_i64().unwrap());
    assert_eq!(chosen(&["--code", "not-json"]), 3);
    assert_eq!(chosen(&["--code", "not-json", "--code", "xml"]), 4);
    assert_eq!(chosen(&["--code", "not-json", "--limit", "2"]), 2);
    assert_eq!(chosen(&["--from", &format!("{partition}:{offset}")]), 3);
    assert_eq!(chosen(&["--since", "1h"]), 4);
    assert_eq!(chosen(&["--until", "1h"]), 0);
    assert_eq!(chosen(&["--since", "2100-01-01T00:00:00Z"]), 0);
    assert_eq!(chosen(&["--partition", if partition == "0" { "1" } else { "0" }]), 0);

    let counts = lines(&told(&["dlq", "ls", "--summary", "--format", "json"]));
    let counts: Vec<_> = counts.iter().map(|line| (line["code"].as_str().unwrap(), line["records"].as_u64())).collect();
    assert_eq!(counts, [("not-json", Some(3)), ("xml", Some(1))]);

    let place = format!("{partition}:{}", all[0]["offset"]);
    let shown = told(&["dlq", "show", &place]);
    assert!(shown.contains("code      not-json") && shown.contains("number: 7"), "{shown}");
    assert!(shown.contains("\\u{1b}[2Jcanary") && !shown.contains('\x1b'), "{shown}");
    let raw = command(bootstrap, &prefix, &["dlq", "show", &place, "--raw"]);
    assert_eq!(Some(raw.stdout), planted[0].sent.value);
    let none = command(bootstrap, &prefix, &["dlq", "show", "0:4711"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("has no record at 0:4711"));
}

#[test]
fn what_is_replayed_comes_back_as_it_was_until_it_was_tried_too_often() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = four();
    let prefix = stage(bootstrap, "dlq-replay", 2, &planted);
    work(bootstrap, &prefix, &[]);
    let told = |arguments: &[&str]| told(bootstrap, &prefix, arguments);

    let by_accident = command(bootstrap, &prefix, &["dlq", "replay"]);
    assert_eq!(by_accident.status.code(), Some(2));
    assert!(told(&["dlq", "replay", "--all", "--dry-run"]).contains("4 dead letters would be sent"));
    assert_eq!(raw(bootstrap, &prefix).len(), 4, "neither sends anything");

    let said = told(&["dlq", "replay", "--code", "not-json", "--limit", "2"]);
    assert!(said.contains("2 of 2 dead letters sent"), "{said}");
    let next = said.split("--from ").nth(1).unwrap().trim().to_owned();
    let sent = raw(bootstrap, &prefix);
    assert_eq!(sent.len(), 6);
    for (copy, original) in [(&sent[4], &sent[0]), (&sent[5], &sent[2])] {
        assert_eq!((&copy.value, &copy.key, copy.partition), (&original.value, &original.key, original.partition));
        let headers: Vec<_> = copy.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(headers, ["number", "copydesk.replay.attempts"], "its own headers and the count");
        assert_eq!(copy.header("copydesk.replay.attempts"), Some("1"));
    }
    let said = told(&["dlq", "replay", "--code", "not-json", "--from", &next]);
    assert!(said.contains("1 of 1 dead letters sent"), "it goes on where it stopped: {said}");

    // Each round the dead letters of the last one are sent again, until they were sent twice.
    work(bootstrap, &prefix, &[]);
    let letters = lines(&told(&["dlq", "ls", "--format", "json"]));
    let attempts: Vec<u64> = letters.iter().map(|line| line["attempts"].as_u64().unwrap()).collect();
    assert_eq!(attempts, [0, 0, 0, 0, 1, 1, 1], "the next dead letter keeps the count");
    let from = format!("{}:{}", letters[4]["partition"], letters[4]["offset"]);
    let said = told(&["dlq", "replay", "--from", &from, "--max-attempts", "1"]);
    assert!(said.contains("0 of 0 dead letters sent") && said.contains("sent again 1 times already"), "{said}");
    let said = told(&["dlq", "replay", "--from", &from, "--max-attempts", "2"]);
    assert!(said.contains("3 of 3 dead letters sent"), "{said}");
}

#[test]
fn a_dead_letter_without_its_value_is_replayed_from_the_original() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("dlq-omitted");
    topics::create_all(bootstrap, &prefix, 2, &[]);
    topics::alter(bootstrap, &format!("{prefix}articles.raw.dlq"), "max.message.bytes", "1000000");
    let planted = planted("not-json", &[b"{".as_slice(), &b"x".repeat(2_000_000)].concat());
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), std::slice::from_ref(&planted.sent));
    // The broker counts what it gets, and this would be little when compressed.
    work(bootstrap, &prefix, &["kafka.properties.compression.codec=none"]);
    let letters = lines(&told(bootstrap, &prefix, &["dlq", "ls", "--format", "json"]));
    assert_eq!((letters.len(), &letters[0]["value_omitted"]), (1, &true.into()));
    let said = told(bootstrap, &prefix, &["dlq", "replay", "--all"]);
    assert!(said.contains("1 of 1 dead letters sent"), "{said}");
    let sent = raw(bootstrap, &prefix);
    assert_eq!((sent.len(), &sent[1].value), (2, &planted.sent.value));
    assert_eq!(sent[1].header("number"), Some("7"));

    // What the broker refuses is told, and the command fails.
    topics::alter(bootstrap, &format!("{prefix}articles.raw"), "max.message.bytes", "1000");
    let refused =
        command(bootstrap, &prefix, &["dlq", "replay", "--all", "--set", "kafka.properties.compression.codec=none"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stdout);
    assert!(said.contains("0 of 1 dead letters sent") && said.contains("failed: "), "{said}");
}
