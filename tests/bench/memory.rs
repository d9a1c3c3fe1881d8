//! The most memory that a process had, over 64 partitions with a backlog.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::load::{Load, Run};
use super::program;
use super::raw::Raw;
use super::table::print;
use super::throughput::NONE;
use super::wire::Wire;
use crate::kafka::worker::Worker;

const PARTITIONS: i32 = 64;
const RECORDS: u64 = 100_000;
/// Buffers are as large as they get long before the end.
const LENGTH: Duration = Duration::from_secs(15);

/// Its peak, once it has read the backlog or time is up.
fn peak(run: &Run<'_>, pid: u32) -> f64 {
    let since = Instant::now();
    while since.elapsed() < LENGTH && run.committed() < RECORDS {
        std::thread::sleep(Duration::from_millis(100));
    }
    program::memory(pid, "VmHWM")
}

pub fn measure(bootstrap: &str, wire: &Wire, programs: &[(String, PathBuf)]) -> Value {
    let load = Load::new(bootstrap, wire, PARTITIONS, RECORDS);
    let (mut told, mut table) = (Map::new(), Vec::new());
    let mut tell = |key: String, peak: f64| {
        table.push(vec![key.clone(), format!("{peak:.0}")]);
        told.insert(key, json!({"peak_mib": peak}));
    };
    let run = load.run();
    let raw = Raw::start(bootstrap, &run.name, (&load.input, &run.output("enriched")), true);
    tell("raw loop".into(), peak(&run, raw.pid()));
    drop((raw, run));
    for (name, binary) in programs {
        for (what, stages) in [("no stages", &NONE[..]), ("everything", &[])] {
            let run = load.run();
            let sets = run.sets();
            let sets: Vec<&str> = sets.iter().map(String::as_str).chain(stages.iter().copied()).collect();
            let worker = Worker::of(binary, bootstrap, &run.name, &sets);
            tell(format!("{what}{name}"), peak(&run, worker.pid()));
            worker.stop();
        }
    }
    print(&["memory, 64 partitions, exactly-once", "peak MiB"], &table);
    told.into()
}
