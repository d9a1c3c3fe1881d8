//! The metrics page.

use std::fs;
use std::path::Path;

use copydesk::telemetry;

use super::super::kafka::articles::{Fate, plant};
use super::super::kafka::worker::Worker;
use super::super::kafka::{self, wait_until};
use super::super::run::{MINUTE, audit, await_done, stage};
use super::scrape::{address, await_ready, scrape};

#[test]
fn the_reference_tells_every_metric() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md");
    let page = format!(
        "# Metrics\n\nWhat `/metrics` of a worker tells. Made from `src/telemetry/metrics.rs`; see [operations.md](operations.md) for what to watch.\n\n{}",
        telemetry::reference()
    );
    if std::env::var_os("COPYDESK_ACCEPT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let told = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(told, page, "docs/metrics.md is out of date: run the tests with COPYDESK_ACCEPT=1");
}

/// Invariant 1 on the page: what was taken is settled, returned or in flight.
#[test]
fn the_ledger_balances_on_the_page() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(31, 2_000, 4);
    let prefix = stage(bootstrap, "ledger", 4, &planted);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    let address = address(&worker);
    await_done(bootstrap, &prefix, 4, &worker);
    await_ready(&address, 200, "ready", MINUTE);
    wait_until("nothing in flight", MINUTE, || scrape(&address)["copydesk_records_in_flight"] == 0.0);
    let told = scrape(&address);
    let settled = |outcome: &str| told[&format!("copydesk_records_settled_total{{outcome=\"{outcome}\"}}")];
    let (enriched, duplicates, dead, tombstones) =
        (settled("enriched"), settled("duplicate"), settled("dead_letter"), settled("tombstone"));
    let count = |is: fn(&Fate) -> bool| planted.iter().filter(|planted| is(&planted.fate)).count() as f64;
    assert_eq!(told["copydesk_records_taken_total"], planted.len() as f64);
    assert_eq!(told["copydesk_records_returned_total"], 0.0);
    assert_eq!(enriched + duplicates + dead + tombstones, planted.len() as f64);
    assert_eq!(
        (dead, tombstones),
        (count(|fate| matches!(fate, Fate::Dead(_))), count(|fate| *fate == Fate::Tombstone))
    );
    assert!(enriched > 0.0 && duplicates > 0.0 && dead > 0.0 && tombstones > 0.0);
    let all =
        |name: &str| -> f64 { told.iter().filter(|(key, _)| key.starts_with(name)).map(|(_, value)| value).sum() };
    assert_eq!(all("copydesk_dead_letters_total{"), dead);
    assert_eq!(all("copydesk_articles_decided_total{"), enriched + duplicates);
    assert_eq!(all("copydesk_languages_total{"), enriched + duplicates);
    assert_eq!(told["copydesk_in_flight_bytes"], 0.0);
    assert_eq!(told["copydesk_assigned_partitions"], 4.0);
    assert_eq!(told["copydesk_faults"], 0.0);
    assert_eq!(told["copydesk_ready"], 1.0);
    worker.stop();
    audit(bootstrap, &prefix, &planted, false);
}

/// What is not committed yet is lag, and a partition that goes takes its series along.
#[test]
fn lag_is_told_of_own_partitions_only() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(32, 40, 2);
    let prefix = stage(bootstrap, "lag", 2, &planted);
    // Commits are further apart than looks.
    let first = Worker::start(bootstrap, &prefix, &["commit_interval=9s"]);
    let address = address(&first);
    let lag = || -> Vec<f64> {
        let told = scrape(&address);
        told.iter()
            .filter(|(name, _)| name.starts_with("copydesk_consumer_lag_records{"))
            .map(|(_, lag)| *lag)
            .collect()
    };
    wait_until("all is behind", MINUTE, || lag().iter().sum::<f64>() == planted.len() as f64);
    wait_until("nothing is behind", MINUTE, || lag() == [0.0, 0.0]);
    let second = Worker::start(bootstrap, &prefix, &[]);
    wait_until("one partition has gone", 2 * MINUTE, || lag().len() == 1);
    let told = scrape(&address);
    assert_eq!(told["copydesk_assigned_partitions"], 1.0);
    assert_eq!(
        (told["copydesk_rebalances_total{kind=\"revoked\"}"], told["copydesk_rebalances_total{kind=\"lost\"}"]),
        (1.0, 0.0)
    );
    second.stop();
    first.stop();
}
