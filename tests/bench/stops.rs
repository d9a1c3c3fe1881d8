//! How long nothing comes out: at a start, over a SIGTERM and a start, over a kill -9 and a start.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{Map, Value, json};

use super::load::{Load, Run};
use super::table::{median, print};
use crate::kafka::topics;
use crate::kafka::worker::Worker;
use crate::run::MINUTE;

const RUNS: usize = 3;

/// Reads what a run publishes, as a reader of committed records.
pub fn reader(run: &Run<'_>) -> BaseConsumer {
    let reader: BaseConsumer = topics::client(run.load.bootstrap)
        .set("group.id", "reader")
        .set("enable.auto.commit", "false")
        .set("isolation.level", "read_committed")
        .set("auto.offset.reset", "earliest")
        .set("fetch.queue.backoff.ms", "5")
        .set("fetch.wait.max.ms", "20")
        .create()
        .unwrap();
    let mut list = TopicPartitionList::new();
    for output in ["enriched", "duplicates"] {
        for partition in 0..run.load.partitions {
            list.add_partition_offset(&run.output(output), partition, Offset::Beginning).unwrap();
        }
    }
    reader.assign(&list).unwrap();
    reader
}

/// Seconds until something comes out.
fn until_output(reader: &BaseConsumer, since: Instant) -> f64 {
    while since.elapsed() < MINUTE {
        if let Some(Ok(_)) = reader.poll(Duration::from_millis(20)) {
            return since.elapsed().as_secs_f64();
        }
    }
    panic!("nothing came out for {MINUTE:?}")
}

/// Reads what there is, until nothing comes for a while that is shorter than any start.
fn drain(reader: &BaseConsumer) {
    while reader.poll(Duration::from_millis(150)).is_some() {}
}

fn start(run: &Run<'_>, binary: &Path, set: Option<&str>) -> (Worker, Instant) {
    let mut sets = run.sets();
    sets.extend(set.map(ToOwned::to_owned));
    let since = Instant::now();
    (Worker::of(binary, run.load.bootstrap, &run.name, &sets.iter().map(String::as_str).collect::<Vec<_>>()), since)
}

/// How long one run of each took, by what was done.
fn once(load: &Load<'_>, binary: &Path, told: &mut Vec<(&'static str, f64)>) {
    let run = load.run();
    let reader = reader(&run);
    let (mut worker, since) = start(&run, binary, None);
    told.push(("start to first output", until_output(&reader, since)));
    std::thread::sleep(Duration::from_secs(2));
    let since = Instant::now();
    worker.signal("TERM");
    assert!(worker.ended(MINUTE).success());
    told.push(("SIGTERM to exit", since.elapsed().as_secs_f64()));
    drain(&reader);
    let (worker, since) = start(&run, binary, None);
    told.push(("restart to first output", until_output(&reader, since)));
    drop((worker, reader, run));
    for (what, set) in
        [("kill -9 to new output", None), ("kill -9 to new output, static membership", Some("kafka.instance=one"))]
    {
        told.push((what, killed(load, binary, set)));
    }
}

fn killed(load: &Load<'_>, binary: &Path, set: Option<&str>) -> f64 {
    let run = load.run();
    let reader = reader(&run);
    let (worker, since) = start(&run, binary, set);
    until_output(&reader, since);
    std::thread::sleep(Duration::from_secs(2));
    drop(worker);
    let since = Instant::now();
    let (_worker, _) = start(&run, binary, set);
    drain(&reader);
    until_output(&reader, since)
}

pub fn measure(load: &Load<'_>, programs: &[(String, PathBuf)]) -> Value {
    let (mut told, mut table) = (Map::new(), Vec::new());
    for (name, binary) in programs {
        let mut all = Vec::new();
        (0..RUNS).for_each(|_| once(load, binary, &mut all));
        for (what, _) in &all[..all.len() / RUNS] {
            let runs: Vec<f64> = all.iter().filter(|(other, _)| other == what).map(|(_, seconds)| *seconds).collect();
            let each = runs.iter().map(|run| format!("{run:.1}")).collect::<Vec<_>>().join(" ");
            table.push(vec![format!("{what}{name}"), format!("{:.2}", median(runs.clone())), each]);
            told.insert(format!("{what}{name}"), json!({"seconds": median(runs.clone()), "samples": runs}));
        }
    }
    print(&["starts and stops, everything on", "seconds", "each run"], &table);
    told.into()
}
