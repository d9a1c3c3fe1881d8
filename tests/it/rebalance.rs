//! Workers that come, go, freeze and wake up: partitions change hands, outcomes do not change in number.

use std::time::Duration;

use serde_json::json;

use super::kafka::articles::{Fate, Planted, plant, text};
use super::kafka::topics::Sent;
use super::kafka::worker::Worker;
use super::kafka::{self, wait_until};
use super::run::{MINUTE, audit, await_done, committed_records, stage};

/// Little in flight, so that there is something left to hand over.
const SLOW: &str = "flow.in_flight=200KiB";

#[test]
fn workers_that_come_and_go_neither_lose_nor_double() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(10, 12_000, 8);
    let prefix = stage(bootstrap, "scale", 8, &planted);
    let first = Worker::start(bootstrap, &prefix, &[SLOW]);
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 8) > 1_000);
    let second = Worker::start(bootstrap, &prefix, &[SLOW]);
    second.await_log(&["partitions assigned"], MINUTE);
    first.await_log(&["partitions revoked"], MINUTE);
    let before = committed_records(bootstrap, &prefix, 8);
    wait_until("both at work", MINUTE, || committed_records(bootstrap, &prefix, 8) > before + 500);
    first.stop();
    let third = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 8, &third);
    second.stop();
    third.stop();
    audit(bootstrap, &prefix, &planted, false);
}

#[test]
fn a_worker_that_wakes_up_after_its_partitions_are_gone_is_fenced() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(11, 6_000, 4);
    let prefix = stage(bootstrap, "zombie", 4, &planted);
    let short =
        ["kafka.properties.session.timeout.ms=3000", "flow.transaction_timeout=3s", "flow.drain_timeout=2s", SLOW];
    let mut zombie = Worker::start(bootstrap, &prefix, &short);
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 4) > 500);
    zombie.signal("STOP");
    let heir = Worker::start(bootstrap, &prefix, &short);
    let before = committed_records(bootstrap, &prefix, 4);
    wait_until("the heir at work", MINUTE, || committed_records(bootstrap, &prefix, 4) > before + 500);
    zombie.signal("CONT");
    zombie.await_log(&["lost"], MINUTE);
    assert!(zombie.is_running());
    await_done(bootstrap, &prefix, 4, &heir);
    heir.stop();
    zombie.signal("TERM");
    assert!(zombie.ended(Duration::from_secs(20)).success(), "{}", zombie.log());
    audit(bootstrap, &prefix, &planted, false);
}

/// A pause outlives an assignment in librdkafka: whoever is paused when partitions change hands must go on with those it keeps.
#[test]
fn a_worker_that_is_paused_at_a_rebalance_goes_on() {
    let Some(bootstrap) = kafka::shared() else { return };
    // Long articles, one thread and nothing else in flight: the worker is paused nearly all the time.
    let long = |number: u64| {
        let value = json!({"id": number, "text": text(number, 60_000)}).to_string().into_bytes();
        let headers = vec![("number".to_owned(), number.to_string().into_bytes())];
        let sent = Sent { partition: i32::try_from(number % 4).unwrap(), key: None, value: Some(value), headers };
        Planted { sent, fate: Fate::Article }
    };
    let planted: Vec<Planted> = (0..120).map(long).collect();
    let prefix = stage(bootstrap, "paused", 4, &planted);
    let paused = ["flow.in_flight=1", "threads=1"];
    let first = Worker::start(bootstrap, &prefix, &paused);
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 4) > 4);
    let second = Worker::start(bootstrap, &prefix, &paused);
    second.await_log(&["partitions assigned"], MINUTE);
    await_done(bootstrap, &prefix, 4, &first);
    assert_eq!(first.said(&["partitions assigned"]), 2, "{}", first.log());
    second.stop();
    first.stop();
    audit(bootstrap, &prefix, &planted, false);
}
