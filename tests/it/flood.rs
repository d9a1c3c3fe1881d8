//! A flood of records that cannot be read: the input is paused, most of the topic stays unread, and what comes after the
//! garbage flows again.

use std::time::{Duration, Instant};

use super::kafka;
use super::kafka::articles::{Fate, Planted, plant};
use super::kafka::topics::Sent;
use super::kafka::worker::Worker;
use super::run::{MINUTE, audit, await_done, committed_records, stage};
use super::telemetry::scrape;

const FLOOD: [&str; 2] = ["flood: ", "The input is paused"];

fn garbage(count: usize) -> Vec<Planted> {
    let sent = |number: usize| Sent {
        partition: i32::try_from(number % 2).unwrap(),
        key: None,
        value: Some(b"{\"title\": \"cut off".to_vec()),
        headers: vec![("number".to_owned(), number.to_string().into_bytes())],
    };
    (0..count).map(|number| Planted { sent: sent(number), fate: Fate::Dead("not-json") }).collect()
}

#[test]
fn a_flood_pauses_the_input_and_a_stop_ends_it_in_time() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = garbage(30_000);
    let prefix = stage(bootstrap, "flood", 2, &planted);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    worker.await_log(&FLOOD, MINUTE);
    worker.await_log(&["a probe was rejected too"], MINUTE);
    let log = worker.log();
    assert!(log.contains("of the last 200 records were rejected") && log.contains("200 of them as not-json"), "{log}");
    assert!(log.contains(&format!("since {prefix}articles.raw ")) && log.contains("copydesk dlq ls --code not-json"));
    assert_eq!(worker.said(&FLOOD), 1, "one message: {log}");
    let address = scrape::address(&worker);
    scrape::await_ready(&address, 503, "paused: flood", MINUTE);
    let metrics = scrape::scrape(&address);
    assert_eq!(metrics.get("copydesk_paused{reason=\"flood\"}"), Some(&1.0));
    assert_eq!(metrics.get("copydesk_paused{reason=\"in_flight\"}"), Some(&0.0));
    // What was read before the pause is committed as what it is; the next probe is seconds away.
    let committed = committed_records(bootstrap, &prefix, 2);
    assert!(committed < 15_000, "{committed} of 30000 were let through");
    let stopped = Instant::now();
    worker.stop();
    assert!(stopped.elapsed() < Duration::from_secs(8), "{:?}", stopped.elapsed());
}

#[test]
fn what_comes_after_the_garbage_flows_again() {
    let Some(bootstrap) = kafka::shared() else { return };
    let mut planted = garbage(1_500);
    planted.extend(plant(6, 400, 2));
    let prefix = stage(bootstrap, "flood-over", 2, &planted);
    let rule = ["dead_letters.flood={last: 60, share: 0.8, probe: 200ms}", "flow.in_flight=64KiB"];
    let worker = Worker::start(bootstrap, &prefix, &rule);
    worker.await_log(&FLOOD, MINUTE);
    worker.await_log(&["the flood is over"], MINUTE);
    await_done(bootstrap, &prefix, 2, &worker);
    let log = worker.stop();
    assert!(log.matches("a probe was rejected too").count() >= 3, "the garbage came through in probes: {log}");
    audit(bootstrap, &prefix, &planted, false);
}

#[test]
fn switched_off_nothing_pauses() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = garbage(1_000);
    let prefix = stage(bootstrap, "flood-off", 2, &planted);
    let worker = Worker::start(bootstrap, &prefix, &["dead_letters.flood=off"]);
    await_done(bootstrap, &prefix, 2, &worker);
    assert!(!worker.stop().contains("flood: "));
}
