//! CPU-seconds a million records and records a second, of the raw loop and of the worker with this stage and that.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::load::Load;
use super::program;
use super::raw::Raw;
use super::table::{median, print};
use crate::kafka::worker::Worker;

/// How long a run is measured, once it is warm.
const WINDOW: Duration = Duration::from_secs(8);
/// Connections are made, buffers grow.
const WARM: Duration = Duration::from_millis(1_500);
/// A run that does not get so far is broken.
const LIMIT: Duration = Duration::from_secs(300);

/// Every stage off: bytes in, a record out.
pub const NONE: [&str; 4] =
    ["language.enabled=false", "entities.enabled=false", "dedupe.enabled=false", "text.clean=off"];

/// What is compared.
struct Row {
    name: &'static str,
    /// The raw loop, or the worker with these settings.
    sets: Option<Vec<&'static str>>,
    exactly_once: bool,
    threads: usize,
}

fn rows() -> Vec<Row> {
    let row = |name, sets, exactly_once, threads| Row { name, sets, exactly_once, threads };
    let with = |set| Some(NONE.into_iter().chain([set]).collect());
    let mut rows = vec![row("raw loop", None, true, 1), row("no stages", Some(NONE.into()), true, 1)];
    rows.push(row("no stages", Some(NONE.into()), true, 2));
    for (name, set) in [
        ("clean", "text.clean=full"),
        ("language", "language.enabled=true"),
        ("entities", "entities.enabled=true"),
        ("dedupe", "dedupe.enabled=true"),
    ] {
        rows.push(row(name, with(set), true, 2));
    }
    rows.extend([row("everything", Some(Vec::new()), true, 1), row("everything", Some(Vec::new()), true, 2)]);
    rows.extend([row("raw loop", None, false, 1), row("no stages", Some(NONE.into()), false, 2)]);
    rows.push(row("everything", Some(Vec::new()), false, 2));
    rows
}

impl Row {
    fn delivery(&self) -> &'static str {
        if self.exactly_once { "exactly-once" } else { "at-least-once" }
    }

    fn key(&self, program: &str) -> String {
        format!("{}{program}, {}, {}", self.name, self.delivery(), self.threads)
    }
}

/// What a run showed.
pub struct Sample {
    cpu_per_million: f64,
    pub per_second: f64,
}

/// Watches a process at work.
pub fn watch(run: &super::load::Run<'_>, pid: u32) -> Sample {
    let (since, most) = (Instant::now(), run.load.records);
    let (mut first, mut start, mut last): (Option<Instant>, Option<(Instant, f64, u64)>, _) = (None, None, 0);
    loop {
        assert!(since.elapsed() < LIMIT, "{} of {most} records in {LIMIT:?}", run.committed());
        std::thread::sleep(Duration::from_millis(20));
        let (cpu, committed) = (program::cpu(pid), run.committed());
        if committed == last {
            continue;
        }
        // A commit has come: what was spent stands for what is committed, but for what is under way, as at the other end.
        last = committed;
        let first = *first.get_or_insert_with(Instant::now);
        match start {
            None if (first.elapsed() >= WARM || committed >= most / 6) && committed < most * 3 / 4 => {
                start = Some((Instant::now(), cpu, committed))
            }
            Some((at, before, done)) if at.elapsed() >= WINDOW || committed >= most * 19 / 20 => {
                let records = (committed - done) as f64;
                let per_second = records / at.elapsed().as_secs_f64();
                return Sample { cpu_per_million: (cpu - before) * 1e6 / records, per_second };
            }
            // the first commit was late, and nothing is left to be measured
            None if committed >= most => {
                panic!("{most} records are too few: commits came for all of them before a window began")
            }
            _ => {}
        }
    }
}

fn sample(load: &Load<'_>, row: &Row, binary: &Path) -> Sample {
    let run = load.run();
    let Some(sets) = &row.sets else {
        let raw = Raw::start(load.bootstrap, &run.name, (&load.input, &run.output("enriched")), row.exactly_once);
        return watch(&run, raw.pid());
    };
    let mut all = run.sets();
    all.extend(sets.iter().map(|set| (*set).to_owned()));
    all.extend([format!("delivery={}", row.delivery()), format!("threads={}", row.threads)]);
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let worker = Worker::of(binary, load.bootstrap, &run.name, &all);
    let sample = watch(&run, worker.pid());
    worker.stop();
    sample
}

/// Every row, with each program, as often as asked for, one after the other so that what else the machine does meets all.
pub fn measure(load: &Load<'_>, programs: &[(String, PathBuf)], rounds: u64) -> Value {
    let (mut rows, mut samples): (_, BTreeMap<String, Vec<Sample>>) = (rows(), BTreeMap::new());
    if let Ok(wanted) = std::env::var("COPYDESK_BENCH_ROWS") {
        let is_wanted = |row: &Row| wanted.split(';').any(|name| row.key("").starts_with(name));
        // The raw loop stays: the others are compared with it.
        rows.retain(|row| row.sets.is_none() || is_wanted(row));
    }
    let mut order = Vec::new();
    for _ in 0..rounds {
        for row in &rows {
            let own = if row.sets.is_none() { &programs[..1] } else { programs };
            for (name, binary) in own {
                let key = row.key(if row.sets.is_none() { "" } else { name });
                if !order.contains(&key) {
                    order.push(key.clone());
                }
                samples.entry(key).or_default().push(sample(load, row, binary));
            }
        }
    }
    report(&order, &samples)
}

fn report(order: &[String], samples: &BTreeMap<String, Vec<Sample>>) -> Value {
    let cpu = |key: &str| median(samples[key].iter().map(|sample| sample.cpu_per_million));
    let rate = |key: &str| median(samples[key].iter().map(|sample| sample.per_second));
    let (mut table, mut told) = (Vec::new(), serde_json::Map::new());
    for key in order {
        let raw = format!("raw loop, {}, 1", key.split(", ").nth(1).unwrap());
        let (of_raw_cpu, of_raw_rate) = (cpu(key) / cpu(&raw), rate(key) / rate(&raw));
        let all: Vec<f64> = samples[key].iter().map(|sample| sample.cpu_per_million).collect();
        told.insert(
            key.clone(),
            json!({"cpu_s_per_million": cpu(key), "per_second": rate(key), "of_raw_cpu": of_raw_cpu, "of_raw_rate": of_raw_rate, "samples": all}),
        );
        table.push(vec![
            key.clone(),
            format!("{:.1}", cpu(key)),
            format!("{:.0} %", of_raw_cpu * 100.0),
            format!("{:.0}", 1e6 / cpu(key)),
            format!("{:.0}", rate(key)),
            format!("{:.0} %", of_raw_rate * 100.0),
            all.iter().map(|sample| format!("{sample:.1}")).collect::<Vec<_>>().join(" "),
        ]);
    }
    let head =
        ["stages, delivery, threads", "CPU-s/million", "of raw", "records/CPU-s", "records/s", "of raw", "each run"];
    print(&head, &table);
    told.into()
}
