//! What the service costs, on a real broker: `cargo test --release --test it bench::figures -- --ignored --nocapture`.
//!
//! Figures, not tests: time depends on the machine, so everything stands beside a raw loop in the same run, and what a
//! process spent is told before how long it took. A table is printed; `target/bench.json`, or what `COPYDESK_BENCH_JSON`
//! names, gets the same for `tests/score`.
//!
//! | variable | what |
//! |---|---|
//! | `COPYDESK_BENCH_ONLY` | some of throughput, threads, latency, stops, memory, log |
//! | `COPYDESK_BENCH_ROUNDS` | runs of each row of throughput, and of latency, 1 |
//! | `COPYDESK_BENCH_ROWS` | rows of throughput whose names begin so, separated by semicolons |
//! | `COPYDESK_BENCH_RECORDS` | records of the input, 160,000 |
//! | `COPYDESK_BENCH_PROGRAM` | the program that is measured instead of cargo's: what ships is `target/image/bin/copydesk` of `deploy/build` |
//! | `COPYDESK_BENCH_OTHER` | another build of the program, measured in turn with this one |

mod latency;
mod load;
mod log;
mod memory;
mod program;
mod raw;
mod stops;
mod table;
mod threads;
mod throughput;
mod wire;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::kafka;
use load::Load;

/// Records of the input that most runs read, unless told otherwise.
const RECORDS: u64 = 160_000;
const PARTITIONS: i32 = 8;

#[test]
#[ignore = "prints figures"]
fn figures() {
    let Some(bootstrap) = kafka::shared() else { return };
    let only = std::env::var("COPYDESK_BENCH_ONLY").unwrap_or_default();
    let wants = |part: &str| only.is_empty() || only.split(',').any(|name| name == part);
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |number| number.parse().unwrap());
    let (rounds, records) = (number("COPYDESK_BENCH_ROUNDS", 1), number("COPYDESK_BENCH_RECORDS", RECORDS));
    let programs = programs();
    let wire = wire::Wire::new();
    let mut told = serde_json::Map::new();
    let mut tell = |part: &str, figures: &dyn Fn() -> Value| {
        if wants(part) {
            let figures = figures();
            told.insert(part.to_owned(), figures);
        }
    };
    let load = std::cell::LazyCell::new(|| Load::new(bootstrap, &wire, PARTITIONS, records));
    tell("throughput", &|| throughput::measure(&load, &programs, rounds));
    tell("threads", &|| threads::measure(&wire, &programs));
    tell("latency", &|| latency::measure(bootstrap, &wire, &programs, rounds));
    tell("stops", &|| stops::measure(&load, &programs));
    tell("memory", &|| memory::measure(bootstrap, &wire, &programs));
    tell("log", &|| log::measure(bootstrap));
    told.insert("machine".into(), json!({"cores": program::cores(), "rounds": rounds}));
    let path = std::env::var_os("COPYDESK_BENCH_JSON")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench.json")), PathBuf::from);
    std::fs::write(&path, serde_json::to_vec_pretty(&told).unwrap()).unwrap();
    println!("\n{}", path.display());
}

/// What is measured: one build, and another one if there is one. Their names come after those of rows.
fn programs() -> Vec<(String, PathBuf)> {
    let own = std::env::var_os("COPYDESK_BENCH_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_copydesk").into());
    let own = (String::new(), PathBuf::from(own));
    let other = std::env::var_os("COPYDESK_BENCH_OTHER").map(|path| (" (other)".to_owned(), PathBuf::from(path)));
    [own].into_iter().chain(other).collect()
}
