//! `copydesk run` on real Kafka.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::kafka::articles::{Fate, Planted, plant, too_large};
use super::kafka::audit::{Audit, in_place, place};
use super::kafka::worker::Worker;
use super::kafka::{self, topics, unique, wait_until, wait_until_else};

pub const MINUTE: Duration = Duration::from_secs(60);

/// Produces what was planted to fresh topics under a fresh prefix.
pub fn stage(bootstrap: &str, name: &str, partitions: i32, planted: &[Planted]) -> String {
    let prefix = unique(name);
    topics::create_all(bootstrap, &prefix, partitions, &[("max.message.bytes", "30000000")]);
    let records: Vec<_> = planted.iter().map(|planted| planted.sent.clone()).collect();
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &records);
    prefix
}

fn is_done(bootstrap: &str, prefix: &str, partitions: i32) -> bool {
    let input = format!("{prefix}articles.raw");
    topics::committed(bootstrap, prefix, &input, partitions) == topics::ends(bootstrap, &input, partitions)
}

pub fn await_done(bootstrap: &str, prefix: &str, partitions: i32, worker: &Worker) {
    let log = || format!("every record committed; the log:\n{}", worker.log());
    wait_until_else(3 * MINUTE, || is_done(bootstrap, prefix, partitions), log);
}

pub fn committed_records(bootstrap: &str, prefix: &str, partitions: i32) -> i64 {
    topics::committed(bootstrap, prefix, &format!("{prefix}articles.raw"), partitions).iter().sum()
}

#[track_caller]
pub fn audit(bootstrap: &str, prefix: &str, planted: &[Planted], repeats: bool) -> Audit {
    let audit = Audit::read(bootstrap, prefix);
    let problems = audit.problems(planted, repeats);
    assert!(problems.is_empty(), "{} problems: {:#?}", problems.len(), &problems[..problems.len().min(10)]);
    audit
}

/// All of the input is taken within moments and takes seconds to analyse: most of it is the next worker's.
#[test]
fn a_stop_gives_back_what_was_not_begun() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(11, 20_000, 8);
    let prefix = stage(bootstrap, "given-back", 8, &planted);
    let first = Worker::start(bootstrap, &prefix, &["threads=1"]);
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 8) > 0);
    let log = first.stop();
    assert!(log.contains("taken and not committed: the next owner reads them again"), "{log}");
    assert!(log.contains("partitions drained"), "what was nearly done is finished:\n{log}");
    assert!(committed_records(bootstrap, &prefix, 8) < 15_000, "the stop waited for what was taken");
    let second = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 8, &second);
    second.stop();
    audit(bootstrap, &prefix, &planted, false);
}

#[test]
fn twenty_thousand_articles_each_end_in_one_place_over_a_restart() {
    let Some(bootstrap) = kafka::shared() else { return };
    let mut planted = plant(1, 20_000, 8);
    planted.insert(9_000, too_large(20_000));
    let prefix = stage(bootstrap, "restart", 8, &planted);
    // Little in flight makes it slow enough to be stopped half-way.
    let first = Worker::start(bootstrap, &prefix, &["flow.in_flight=300KiB"]);
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 8) > 2_000);
    let log = first.stop();
    assert!(log.contains("worker stopped"), "{log}");
    let before = committed_records(bootstrap, &prefix, 8);
    assert!(before < 20_000, "the restart came too late to show anything");
    let second = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 8, &second);
    second.stop();
    let audit = audit(bootstrap, &prefix, &planted, false);
    let dead = planted.iter().filter(|planted| matches!(planted.fate, Fate::Dead(_))).count();
    assert_eq!(audit.dead_letters.len(), dead);
    let codes: BTreeSet<_> =
        audit.dead_letters.iter().filter_map(|record| record.header("copydesk.error.code")).collect();
    assert_eq!(codes.len(), 9, "every kind of bad record: {codes:?}");
    // Every output was keyed by its article, so that versions and takedowns meet on one partition.
    assert!(audit.enriched.iter().all(|record| record.key.is_some()));
    assert!(audit.duplicates.len() > 1_000, "only {} duplicates", audit.duplicates.len());
}

#[test]
fn at_least_once_loses_nothing() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(2, 4_000, 4);
    let prefix = stage(bootstrap, "alo", 4, &planted);
    let mut first = Worker::start(bootstrap, &prefix, &["delivery=at-least-once", "commit_interval=100ms"]);
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 4) > 500);
    first.signal("KILL");
    first.ended(MINUTE);
    let second = Worker::start(bootstrap, &prefix, &["delivery=at-least-once"]);
    await_done(bootstrap, &prefix, 4, &second);
    second.stop();
    audit(bootstrap, &prefix, &planted, true);
}

#[test]
fn a_killed_worker_neither_loses_nor_doubles() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(3, 6_000, 4);
    let prefix = stage(bootstrap, "kill", 4, &planted);
    for round in 1..=3 {
        let mut worker = Worker::start(bootstrap, &prefix, &["commit_interval=200ms", "kafka.instance=desk-1"]);
        wait_until("some more committed", MINUTE, || committed_records(bootstrap, &prefix, 4) > round * 800);
        worker.signal("KILL");
        worker.ended(MINUTE);
    }
    let last = Worker::start(bootstrap, &prefix, &["kafka.instance=desk-1"]);
    await_done(bootstrap, &prefix, 4, &last);
    last.stop();
    audit(bootstrap, &prefix, &planted, false);
}

/// The audit finds what it is there to find: a worker that commits before it delivers loses records when it is killed.
#[test]
fn a_worker_that_commits_before_delivery_is_caught() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(4, 6_000, 4);
    let prefix = stage(bootstrap, "canary", 4, &planted);
    // What is committed lingers undelivered for a while, so that the kill cannot miss it.
    let mut worker = Worker::canary(
        bootstrap,
        &prefix,
        &["delivery=at-least-once", "commit_interval=50ms", "kafka.properties.linger.ms=1000"],
    );
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 4) > 1_000);
    worker.signal("KILL");
    worker.ended(MINUTE);
    let second = Worker::start(bootstrap, &prefix, &["delivery=at-least-once"]);
    await_done(bootstrap, &prefix, 4, &second);
    second.stop();
    let lost = Audit::read(bootstrap, &prefix).problems(&planted, true);
    assert!(!lost.is_empty(), "the audit did not see what was lost");
}

#[test]
fn verdicts_equal_those_of_enrich_where_the_order_is_the_same() {
    let Some(bootstrap) = kafka::shared() else { return };
    // Takedowns without a value have no line to stand for them.
    let planted: Vec<Planted> =
        plant(5, 3_000, 1).into_iter().filter(|planted| planted.fate == Fate::Article).collect();
    let prefix = stage(bootstrap, "verdicts", 1, &planted);
    let worker = Worker::start(bootstrap, &prefix, &["output.duplicates=together"]);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    let verdict = |record: &Value| {
        let dedupe = &record["dedupe"];
        (
            dedupe["status"].clone(),
            dedupe["original"].clone(),
            dedupe["similarity"].clone(),
            dedupe["coverage"].clone(),
            record["entities"].clone(),
        )
    };
    let audit = audit(bootstrap, &prefix, &planted, false);
    let told: BTreeMap<_, _> = audit.enriched.iter().map(|record| (place(record), verdict(&record.json()))).collect();
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .arg("enrich")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: Vec<u8> =
        planted.iter().flat_map(|planted| [planted.sent.value.clone().unwrap(), b"\n".to_vec()].concat()).collect();
    let writer = std::thread::spawn(move || input.write_all(&lines).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    for ((place, _), line) in in_place(&planted).zip(lines.lines()) {
        let expected = verdict(&serde_json::from_str(line).unwrap());
        *statuses.entry(expected.0.to_string()).or_default() += 1;
        assert_eq!(told.get(&place), Some(&expected), "{place:?}");
    }
    assert_eq!(statuses.len(), 4, "every status is among them: {statuses:?}");
}
