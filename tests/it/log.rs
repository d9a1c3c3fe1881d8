//! The dedupe log on real Kafka: what it makes workers agree on, and what they refuse to judge by.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::kafka::articles::{plant, text};
use super::kafka::audit::{Audit, place};
use super::kafka::topics::{self, Sent};
use super::kafka::worker::Worker;
use super::kafka::{self, unique, wait_until};
use super::run::{MINUTE, await_done, committed_records, stage};

fn article(partition: i32, id: &str, words: u64) -> Sent {
    let value = json!({"id": id, "source": "wire", "text": text(words, 200)}).to_string().into_bytes();
    Sent { partition, key: None, value: Some(value), headers: Vec::new() }
}

/// The dedupe member of every published article, by its place in the input.
fn verdicts(bootstrap: &str, prefix: &str) -> BTreeMap<(i32, i64), Vec<Value>> {
    let audit = Audit::read(bootstrap, prefix);
    let mut found: BTreeMap<_, Vec<Value>> = BTreeMap::new();
    for record in audit.enriched.iter().chain(&audit.duplicates).filter(|record| record.value.is_some()) {
        found.entry(place(record)).or_default().push(record.json()["dedupe"].clone());
    }
    found
}

#[test]
fn a_worker_knows_what_another_published_before_it_was_born() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("memory");
    topics::create_all(bootstrap, &prefix, 2, &[]);
    let input = format!("{prefix}articles.raw");
    topics::produce(bootstrap, &input, &[article(0, "first", 1)]);
    let first = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &first);
    first.stop();
    topics::produce(bootstrap, &input, &[article(1, "second", 1), article(1, "other", 2)]);
    let second = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &second);
    second.stop();
    let verdicts = verdicts(bootstrap, &prefix);
    let verdict = |partition, offset| &verdicts[&(partition, offset)][0];
    assert_eq!((&verdict(1, 0)["status"], &verdict(1, 0)["original"]), (&json!("exact"), &json!("first")));
    assert_eq!(verdict(1, 0)["story"], verdict(0, 0)["story"]);
    assert_eq!(verdict(1, 1)["status"], "unique");
}

#[test]
fn a_replay_gives_every_article_its_first_verdict() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(21, 2_000, 4);
    let prefix = stage(bootstrap, "replay", 4, &planted);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 4, &worker);
    worker.stop();
    let before = verdicts(bootstrap, &prefix);
    let group = format!("{prefix}again");
    let again = Worker::start(bootstrap, &prefix, &[&format!("kafka.group={group}")]);
    let input = format!("{prefix}articles.raw");
    wait_until("all read again", 3 * MINUTE, || {
        topics::committed(bootstrap, &group, &input, 4) == topics::ends(bootstrap, &input, 4)
    });
    again.stop();
    let after = verdicts(bootstrap, &prefix);
    assert!(before.len() > 1_800 && before.len() == after.len(), "{} and {}", before.len(), after.len());
    for (place, first) in &before {
        assert_eq!(after[place].len(), 2 * first.len(), "{place:?}");
        assert!(after[place].iter().all(|verdict| verdict == &first[0]), "{place:?}: {:?}", after[place]);
    }
}

#[test]
fn a_log_that_breaks_the_order_or_the_window_is_refused_with_the_reason() {
    let Some(bootstrap) = kafka::shared() else { return };
    let delete = ("cleanup.policy", "delete");
    for (partitions, settings, why) in [
        (2, [delete, ("retention.ms", "-1")], "partitions is 2, should be 1"),
        (1, [("cleanup.policy", "compact"), ("retention.ms", "-1")], "cleanup.policy is compact, should be delete"),
        (1, [delete, ("retention.ms", "604800000")], "retention.ms is 604800000 (7d), should be 777600000 (9d)"),
    ] {
        let prefix = unique("refused-log");
        for name in ["articles.raw", "articles.enriched", "articles.duplicates", "articles.raw.dlq", "copydesk.stories"]
        {
            topics::create(bootstrap, &format!("{prefix}{name}"), 1, &[]);
        }
        topics::create(bootstrap, &format!("{prefix}copydesk.sketches"), partitions, &settings);
        let mut worker = Worker::start(bootstrap, &prefix, &[]);
        assert_eq!(worker.ended(MINUTE).code(), Some(1), "{}", worker.log());
        assert!(worker.said(&["copydesk.sketches", why]) > 0, "{why}:\n{}", worker.log());
    }
}

#[test]
fn settings_change_with_an_epoch_and_not_without() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = stage(bootstrap, "epoch", 1, &[]);
    let old = Worker::start(bootstrap, &prefix, &[]);
    old.await_log(&["partitions assigned"], MINUTE);
    let mut sly = Worker::start(bootstrap, &prefix, &["dedupe.near=0.3"]);
    assert_eq!(sly.ended(MINUTE).code(), Some(1), "{}", sly.log());
    assert!(sly.said(&["dedupe.near 0.57, here 0.3", "raise dedupe.epoch to 2"]) > 0, "{}", sly.log());
    let new = Worker::start(bootstrap, &prefix, &["dedupe.near=0.3", "dedupe.epoch=2"]);
    new.await_log(&["judged by this epoch", "2"], MINUTE);
    old.await_log(&["of an older epoch"], MINUTE);
    old.stop();
    new.stop();
}

#[test]
fn workers_of_one_epoch_have_one_salt_and_none_tells_it() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = stage(bootstrap, "salt", 1, &[]);
    let input = format!("{prefix}articles.raw");
    topics::produce(bootstrap, &input, &[article(0, "first", 1)]);
    let salted = |salt: &str, more: &[&str]| {
        let salt = format!("dedupe.salt={salt:?}");
        Worker::start(bootstrap, &prefix, &[&[&salt[..]], more].concat())
    };
    let old = salted("the salt of before", &[]);
    await_done(bootstrap, &prefix, 1, &old);
    for salt in ["another salt", ""] {
        let mut sly = salted(salt, &[]);
        assert_eq!(sly.ended(MINUTE).code(), Some(1), "{}", sly.log());
        assert!(sly.said(&["dedupe.salt with hash", "raise dedupe.epoch to 2"]) > 0, "{}", sly.log());
        assert!(!sly.log().contains("salt of before") && !sly.log().contains("another salt"), "{}", sly.log());
    }
    let new = salted("another salt", &["dedupe.epoch=2"]);
    new.await_log(&["judged by this epoch", "2"], MINUTE);
    old.await_log(&["dedupe.salt is not the log's"], MINUTE);
    old.stop();
    // Of other sequences, but of the same words.
    topics::produce(bootstrap, &input, &[article(0, "second", 1)]);
    await_done(bootstrap, &prefix, 1, &new);
    new.stop();
    let verdict = &verdicts(bootstrap, &prefix)[&(0, 1)][0];
    assert_eq!((&verdict["status"], &verdict["original"]), (&json!("exact"), &json!("first")));
}

#[test]
fn a_record_of_a_later_version_ends_the_worker_and_says_so() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = stage(bootstrap, "later", 1, &[]);
    let mut worker = Worker::start(bootstrap, &prefix, &[]);
    worker.await_log(&["partitions assigned"], MINUTE);
    let record = Sent { partition: 0, key: None, value: Some(b"P\x09...".to_vec()), headers: Vec::new() };
    topics::produce(bootstrap, &format!("{prefix}copydesk.sketches"), &[record]);
    assert_eq!(worker.ended(MINUTE).code(), Some(1), "{}", worker.log());
    let mut heir = Worker::start(bootstrap, &prefix, &[]);
    assert_eq!(heir.ended(MINUTE).code(), Some(1), "{}", heir.log());
    for log in [worker.log(), heir.log()] {
        assert!(log.contains("a later version of copydesk wrote it"), "{log}");
    }
}

#[test]
fn a_log_that_is_made_anew_under_a_worker_ends_it_and_the_next_begins_afresh() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(22, 500, 2);
    let prefix = stage(bootstrap, "anew", 2, &planted);
    let mut worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &worker);
    topics::delete(bootstrap, &format!("{prefix}copydesk.sketches"));
    topics::create_log(bootstrap, &prefix);
    assert_eq!(worker.ended(MINUTE).code(), Some(1), "{}", worker.log());
    assert!(worker.said(&["the topic was made anew"]) > 0, "{}", worker.log());
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &[article(0, "late", 77)]);
    let heir = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &heir);
    heir.stop();
    assert_eq!(committed_records(bootstrap, &prefix, 2), 501);
}

/// The log is gone for a while: nothing is decided by a timeout, and the worker is not stopped by it either.
#[test]
fn without_the_log_nothing_is_decided() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("without");
    for name in ["articles.raw", "articles.enriched", "articles.duplicates", "articles.raw.dlq", "copydesk.stories"] {
        topics::create(bootstrap, &format!("{prefix}{name}"), 1, &[]);
    }
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &[article(0, "a", 5)]);
    let mut worker = Worker::start(bootstrap, &prefix, &[]);
    let log = format!("topic {prefix}copydesk.sketches does not exist");
    worker.await_log(&[&log, "create it"], MINUTE);
    assert!(worker.is_running() && topics::written(bootstrap, &format!("{prefix}articles.enriched"), 1) == 0);
    topics::create_log(bootstrap, &prefix);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.signal("TERM");
    assert!(worker.ended(Duration::from_secs(20)).success(), "{}", worker.log());
}

/// A snapshot is loaded where it is sound and of this log; else the log is replayed, with a word about it.
#[test]
fn a_snapshot_is_read_if_it_is_sound_and_of_this_log() {
    let Some(bootstrap) = kafka::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let state = format!("dedupe.state_dir={}", folder.path().display());
    let prefix = stage(bootstrap, "snapshot", 2, &plant(23, 1_500, 2));
    let run = |sent: Option<Sent>| {
        topics::produce(bootstrap, &format!("{prefix}articles.raw"), &sent.into_iter().collect::<Vec<_>>());
        let worker = Worker::start(bootstrap, &prefix, &[&state]);
        worker.await_log(&["partitions assigned"], MINUTE);
        await_done(bootstrap, &prefix, 2, &worker);
        worker.stop()
    };
    let said = |log: &str, parts: &[&str]| log.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    let (loaded, replayed) = ("\"from_snapshot\":true", "\"from_snapshot\":false");
    let log = run(None);
    assert!(said(&log, &[replayed]) && said(&log, &["snapshot of the dedupe window"]), "{log}");
    let log = run(Some(article(0, "first", 90_001)));
    assert!(said(&log, &[loaded, "\"records\":1,"]), "{log}");
    let log = run(Some(article(1, "copy", 90_001)));
    assert!(said(&log, &[loaded]), "{log}");
    let verdicts = verdicts(bootstrap, &prefix);
    let copy = &verdicts[&(1, 750)][0];
    assert_eq!((&copy["status"], &copy["original"]), (&json!("exact"), &json!("first")));
    // A byte that is wrong.
    let head = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    for path in head {
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    let log = run(None);
    assert!(said(&log, &["the dedupe log is replayed"]) && said(&log, &[replayed]), "{log}");
    // Another log of the same name, and longer than the snapshot.
    topics::delete(bootstrap, &format!("{prefix}copydesk.sketches"));
    topics::create_log(bootstrap, &prefix);
    let other = format!("{prefix}other");
    let worker = Worker::start(bootstrap, &prefix, &[&format!("kafka.group={other}")]);
    let input = format!("{prefix}articles.raw");
    wait_until("a longer log", MINUTE, || {
        topics::committed(bootstrap, &other, &input, 2) == topics::ends(bootstrap, &input, 2)
    });
    let last = [article(0, "last", 90_002), article(1, "last", 90_003)];
    topics::produce(bootstrap, &input, &last);
    wait_until("a still longer log", MINUTE, || {
        topics::committed(bootstrap, &other, &input, 2) == topics::ends(bootstrap, &input, 2)
    });
    worker.stop();
    let log = run(None);
    assert!(said(&log, &["the dedupe log is replayed"]) && said(&log, &[replayed]), "{log}");
}
