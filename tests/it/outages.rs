//! Brokers that are down, go away, refuse: one clear message, recovery, no crash loop, no silence.

use std::time::Duration;

use serde_json::json;

use super::kafka::articles::{Dice, Fate, Planted, plant};
use super::kafka::audit::Audit;
use super::kafka::broker::Broker;
use super::kafka::topics::{self, Sent};
use super::kafka::worker::Worker;
use super::kafka::{self, unique, wait_until};
use super::run::{MINUTE, audit, await_done, committed_records, stage};

/// Outage of the issue that asked for this: longer than every time-out of the defaults but the session's grace.
const OUTAGE: Duration = Duration::from_secs(30);

#[test]
fn a_broker_that_is_down_at_start_is_waited_for() {
    let Some(mut broker) = kafka::own() else { return };
    let (bootstrap, planted) = (broker.bootstrap(), plant(6, 200, 2));
    let prefix = stage(&bootstrap, "down", 2, &planted);
    broker.kill();
    let mut worker = Worker::start(&bootstrap, &prefix, &[]);
    worker.await_log(&["no broker of", &bootstrap, "copydesk keeps trying"], MINUTE);
    assert!(worker.is_running());
    broker.restart().unwrap();
    await_done(&bootstrap, &prefix, 2, &worker);
    let log = worker.stop();
    audit(&bootstrap, &prefix, &planted, false);
    let told = log.lines().filter(|line| line.contains("no broker of") && !line.contains("over:")).count();
    assert!(told <= 2, "told {told} times:\n{log}");
}

#[test]
fn a_broker_that_goes_away_for_half_a_minute_loses_and_doubles_nothing() {
    let Some(broker) = kafka::own() else { return };
    ride_out(broker, "exactly-once", OUTAGE);
}

#[test]
fn a_broker_that_goes_away_loses_nothing_at_least_once() {
    let Some(broker) = kafka::own() else { return };
    ride_out(broker, "at-least-once", OUTAGE / 2);
}

fn ride_out(mut broker: Broker, delivery: &str, outage: Duration) {
    let (bootstrap, planted) = (broker.bootstrap(), plant(7, 6_000, 4));
    let prefix = stage(&bootstrap, "away", 4, &planted);
    let delivery_is = format!("delivery={delivery}");
    let mut worker = Worker::start(&bootstrap, &prefix, &["flow.in_flight=300KiB", &delivery_is]);
    wait_until("a part committed", MINUTE, || committed_records(&bootstrap, &prefix, 4) > 500);
    broker.kill();
    // The one wait that is for time itself: an outage has a length.
    std::thread::sleep(outage);
    assert!(worker.is_running(), "{}", worker.log());
    broker.restart().unwrap();
    await_done(&bootstrap, &prefix, 4, &worker);
    let log = worker.stop();
    audit(&bootstrap, &prefix, &planted, delivery == "at-least-once");
    assert!(log.contains("failed") || log.contains("no broker"), "{log}");
    assert!(log.lines().count() < 80, "the log is a flood:\n{log}");
}

#[test]
fn a_worker_that_waits_for_a_broker_is_stopped_at_once() {
    let Some(mut broker) = kafka::own() else { return };
    broker.kill();
    let mut worker = Worker::start(&broker.bootstrap(), "x", &[]);
    worker.await_log(&["no broker of"], MINUTE);
    worker.signal("TERM");
    assert!(worker.ended(Duration::from_secs(5)).success(), "{}", worker.log());
}

/// What was taken cannot be committed: the worker gives up at the deadline, and nothing is lost or doubled by that.
#[test]
fn a_worker_that_cannot_drain_ends_all_the_same() {
    cannot_drain("exactly-once");
}

#[test]
fn a_worker_that_cannot_drain_ends_all_the_same_at_least_once() {
    cannot_drain("at-least-once");
}

fn cannot_drain(delivery: &str) {
    let Some(broker) = kafka::own() else { return };
    let (bootstrap, planted) = (broker.bootstrap(), plant(8, 500, 2));
    let prefix = stage(&bootstrap, "undrained", 2, &planted);
    let delivery_is = format!("delivery={delivery}");
    let settings = ["commit_interval=5s", "flow.drain_timeout=1s", &delivery_is];
    let mut worker = Worker::start(&bootstrap, &prefix, &settings);
    let written = || topics::written(&bootstrap, &format!("{prefix}articles.enriched"), 2);
    wait_until("outputs on the broker, not committed", MINUTE, || written() > 0);
    broker.freeze();
    worker.signal("TERM");
    let status = worker.ended(Duration::from_secs(30));
    assert!(status.success(), "{status}: {}", worker.log());
    assert!(worker.said(&["taken and not committed"]) > 0, "{}", worker.log());
    broker.thaw();
    let heir = Worker::start(&bootstrap, &prefix, &[&delivery_is]);
    await_done(&bootstrap, &prefix, 2, &heir);
    heir.stop();
    audit(&bootstrap, &prefix, &planted, delivery == "at-least-once");
}

#[test]
fn a_frozen_broker_and_two_signals() {
    let Some(broker) = kafka::own() else { return };
    let bootstrap = broker.bootstrap();
    let prefix = stage(&bootstrap, "frozen", 1, &plant(8, 50, 1));
    let mut worker = Worker::start(&bootstrap, &prefix, &["commit_interval=5s"]);
    worker.await_log(&["partitions assigned"], MINUTE);
    broker.freeze();
    worker.signal("TERM");
    worker.await_log(&["stopping"], MINUTE);
    worker.signal("TERM");
    let status = worker.ended(Duration::from_secs(2));
    assert_eq!(status.code(), Some(143), "{}", worker.log());
    broker.thaw();
}

#[test]
fn a_topic_that_is_missing_is_named_and_waited_for() {
    let Some(bootstrap) = kafka::shared() else { return };
    let (prefix, planted) = (unique("missing"), plant(9, 100, 1));
    for name in ["articles.raw", "articles.enriched", "articles.raw.dlq", "copydesk.stories"] {
        topics::create(bootstrap, &format!("{prefix}{name}"), 1, &[]);
    }
    topics::create_log(bootstrap, &prefix);
    let records: Vec<Sent> = planted.iter().map(|planted| planted.sent.clone()).collect();
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &records);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    let missing = format!("{prefix}articles.duplicates");
    worker.await_log(&[&format!("topic {missing} does not exist"), "create it"], MINUTE);
    topics::create(bootstrap, &missing, 1, &[]);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    audit(bootstrap, &prefix, &planted, false);
}

/// A compacted topic takes no record without a key. Nothing else can be done for a dead letter, so the worker says so and
/// ends, before the record: mend the topic, and it is all there.
#[test]
fn what_even_the_dead_letters_refuse_ends_the_worker_and_is_not_passed_over() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("refused");
    topics::create_all(bootstrap, &prefix, 1, &[("max.message.bytes", "30000000")]);
    let dead_letters = format!("{prefix}articles.raw.dlq");
    // At the start the worker would refuse such a topic.
    let mut worker = Worker::start(bootstrap, &prefix, &[]);
    worker.await_log(&["partitions assigned"], MINUTE);
    topics::alter(bootstrap, &dead_letters, "cleanup.policy", "compact");
    let good = json!({"id": "a", "text": noise(500)}).to_string().into_bytes();
    let bad = Sent { key: None, ..sent(b"{".to_vec()) };
    let planted = vec![
        Planted { sent: sent(good.clone()), fate: Fate::Article },
        Planted { sent: bad, fate: Fate::Dead("not-json") },
        Planted { sent: sent(good), fate: Fate::Article },
    ];
    let records: Vec<Sent> = planted.iter().map(|planted| planted.sent.clone()).collect();
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &records);
    let status = worker.ended(MINUTE);
    assert_eq!(status.code(), Some(1), "{}", worker.log());
    assert!(worker.said(&["refuses the last resort", &dead_letters]) > 0, "{}", worker.log());
    assert!(committed_records(bootstrap, &prefix, 1) <= 1);
    topics::alter(bootstrap, &dead_letters, "cleanup.policy", "delete");
    let heir = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 1, &heir);
    heir.stop();
    audit(bootstrap, &prefix, &planted, false);
}

/// A text that no codec makes smaller.
fn noise(bytes: usize) -> String {
    let mut dice = Dice::new(11);
    let alphabet: Vec<char> = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789äöüéèß".chars().collect();
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        text.push(if dice.roll(7) == 0 { ' ' } else { alphabet[dice.roll(alphabet.len())] });
    }
    text
}

fn sent(value: Vec<u8>) -> Sent {
    Sent { partition: 0, key: Some(b"k".to_vec()), value: Some(value), headers: vec![("number".into(), b"0".to_vec())] }
}

#[test]
fn what_does_not_fit_goes_to_the_dead_letters_and_what_fits_nowhere_leaves_its_coordinates() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("large");
    let limit = |name: &str, bytes: &str| {
        topics::create(bootstrap, &format!("{prefix}{name}"), 1, &[("max.message.bytes", bytes)])
    };
    limit("articles.raw", "30000000");
    limit("articles.enriched", "300000");
    limit("articles.duplicates", "300000");
    limit("articles.raw.dlq", "1000000");
    limit("copydesk.stories", "300000");
    let article = |bytes: usize| json!({"id": format!("n{bytes}"), "text": noise(bytes)}).to_string().into_bytes();
    let records = [
        sent(article(1_000)),
        sent(article(500_000)),
        sent(article(2_000_000)),
        sent(vec![b'{'; 17 << 20]),
        sent(article(2_000)),
    ];
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &records);
    let worker = Worker::start(bootstrap, &prefix, &["dedupe.enabled=false"]);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    let audit = Audit::read(bootstrap, &prefix);
    assert_eq!(audit.enriched.len(), 2, "what is small is enriched");
    let [fits, omitted, invalid] = audit.dead_letters.as_slice() else {
        panic!("{} dead letters", audit.dead_letters.len())
    };
    assert_eq!((fits.header("copydesk.error.code"), &fits.value), (Some("output-too-large"), &records[1].value));
    assert_eq!(omitted.header("copydesk.error.code"), Some("output-too-large"));
    assert_eq!(
        omitted.header("copydesk.value.omitted"),
        Some(records[2].value.as_ref().unwrap().len().to_string().as_str())
    );
    let told = omitted.json();
    assert_eq!((&told["offset"], &told["partition"]), (&json!(2), &json!(0)));
    assert_eq!(told["sha256"].as_str().unwrap().len(), 64);
    // 17 MiB of braces compress well: the broker takes the bytes themselves.
    assert_eq!((invalid.header("copydesk.error.code"), &invalid.value), (Some("too-large"), &records[3].value));
}

#[test]
fn a_topic_whose_limit_shrinks_while_the_worker_runs_loses_nothing() {
    let Some(bootstrap) = kafka::shared() else { return };
    let large = json!({"id": "large", "text": noise(400_000)}).to_string().into_bytes();
    let planted: Vec<Planted> = vec![
        Planted { sent: sent(json!({"id": "a", "text": noise(500)}).to_string().into_bytes()), fate: Fate::Article },
        Planted { sent: sent(large.clone()), fate: Fate::Dead("output-too-large") },
        Planted { sent: sent(large), fate: Fate::Dead("output-too-large") },
        Planted { sent: sent(json!({"id": "b", "text": noise(600)}).to_string().into_bytes()), fate: Fate::Article },
    ];
    let prefix = stage(bootstrap, "shrink", 1, &[]);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    worker.await_log(&["partitions assigned"], MINUTE);
    for name in ["articles.enriched", "articles.duplicates"] {
        topics::alter(bootstrap, &format!("{prefix}{name}"), "max.message.bytes", "100000");
    }
    let records: Vec<Sent> = planted.iter().map(|planted| planted.sent.clone()).collect();
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &records);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    audit(bootstrap, &prefix, &planted, false);
}
