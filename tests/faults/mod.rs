//! Faults: real workers on a real broker, killed, frozen, stopped, added and removed while articles keep coming; the broker
//! too. Afterwards every topic is read and every promise checked. A seed decides what happens, so it can be run again.
//!
//! ```text
//! cargo test --release faults::short                                  in every test run
//! cargo test --release faults::long -- --ignored --nocapture          an hour of it; prints a line of figures a seed
//! COPYDESK_SEED=7    that seed's schedule, alone                      COPYDESK_SEEDS=20    so many seeds
//! ```

mod audit;
mod checks;
mod cluster;
mod made_up;
mod producing;
mod run;
mod schedule;
mod uncommitted;

use std::time::{SystemTime, UNIX_EPOCH};

use run::{HEAD, Plan, Report, run};

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is `{text}`: write a number")))
}

/// Both ways of delivery, each with one fault of each kind.
#[test]
fn short() {
    for exactly_once in [true, false] {
        let seed = number("COPYDESK_SEED").unwrap_or(1);
        let plan = Plan { seed, exactly_once, faults: 8, most_workers: 3, rate: 100, articles: 3_000 };
        let Some(report) = run(plan) else { return };
        report.tell();
        report.judge();
        assert!(report.caught > 0, "seed {seed}: no worker was killed with outputs that were not committed");
    }
}

/// The plan of a seed: even ones exactly once, odd ones at least once.
fn long_plan(seed: u64) -> Plan {
    let most_workers = 2 + usize::try_from(seed / 2 % 3).unwrap();
    Plan { seed, exactly_once: seed.is_multiple_of(2), faults: 24, most_workers, rate: 150, articles: 21_000 }
}

#[test]
#[ignore = "an hour of faults"]
fn long() {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % 10_000;
    let (seed, seeds) = (number("COPYDESK_SEED"), number("COPYDESK_SEEDS"));
    let count = seeds.unwrap_or(if seed.is_some() { 1 } else { 6 });
    let first = seed.unwrap_or_else(now);
    let mut reports: Vec<Report> = Vec::new();
    for seed in first..first + count {
        let Some(report) = run(long_plan(seed)) else { return };
        report.tell();
        reports.push(report);
    }
    println!("\n{HEAD}");
    reports.iter().for_each(|report| println!("{report}"));
    println!("{} articles", reports.iter().map(|report| report.articles).sum::<usize>());
    reports.iter().for_each(Report::judge);
    let caught: usize = reports.iter().map(|report| report.caught).sum();
    assert!(caught > 0, "no worker was killed with outputs that were not committed");
}
