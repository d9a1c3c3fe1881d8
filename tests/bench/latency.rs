//! From a producer's send to a reader of committed records, at 70 % of what the worker can do; articles are sent when they
//! are due, whatever the worker does.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value, json};

use super::load::{Load, Run, sent};
use super::stops::reader;
use super::table::{print, quantile};
use super::wire::Wire;
use crate::kafka::topics::{self, Sent};
use crate::kafka::worker::Worker;
use crate::run::MINUTE;
use rdkafka::message::{Headers as _, Message as _};

const LENGTH: Duration = Duration::from_secs(20);
/// Of these the first are not counted: a broker that has just been started compiles itself meanwhile, as `stops` tells.
const WARM: f64 = 6.0;
/// Where nothing was measured before.
const RATE: u32 = 700;
const COMMIT_INTERVAL_MS: f64 = 500.0;

/// 70 % of what everything reached, if that was measured.
pub fn rate(told: &Map<String, Value>) -> u32 {
    let most = told.get("throughput").and_then(|rows| rows["everything, exactly-once, 2"]["per_second"].as_f64());
    most.map_or(RATE, |most| (most * 0.7) as u32).max(1)
}

pub fn measure(bootstrap: &str, wire: &Wire, programs: &[(String, PathBuf)], rate: u32) -> Value {
    let count = u64::from(rate) * LENGTH.as_secs();
    let records: Vec<Sent> = (0..=count).map(|number| sent(wire, number, super::PARTITIONS)).collect();
    let (mut told, mut table) = (Map::new(), Vec::new());
    for delivery in ["exactly-once", "at-least-once"] {
        for (name, binary) in programs {
            let mut waits = waits(bootstrap, &records, rate, (binary, delivery));
            let [p50, p99] = [0.5, 0.99].map(|share| quantile(&mut waits, share));
            let interval = if delivery == "exactly-once" { COMMIT_INTERVAL_MS } else { 0.0 };
            let key = format!("everything{name}, {delivery}");
            table.push(
                [
                    &key,
                    &format!("{rate}"),
                    &format!("{p50:.0}"),
                    &format!("{p99:.0}"),
                    &format!("{:.0}", p99 - interval),
                ]
                .map(ToOwned::to_owned)
                .to_vec(),
            );
            told.insert(
                key,
                json!({"rate": rate, "p50_ms": p50, "p99_ms": p99, "p99_beyond_interval_ms": p99 - interval}),
            );
        }
    }
    print(&["latency at 70 % load", "articles/s", "p50 ms", "p99 ms", "p99 beyond the commit interval"], &table);
    told.into()
}

fn now_us() -> u64 {
    u64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

/// How long each article took, in ms.
fn waits(bootstrap: &str, records: &[Sent], rate: u32, (binary, delivery): (&PathBuf, &str)) -> Vec<f64> {
    let load = Load::empty(bootstrap, super::PARTITIONS);
    let run = load.run();
    let mut sets = run.sets();
    sets.push(format!("delivery={delivery}"));
    let worker = Worker::of(binary, bootstrap, &run.name, &sets.iter().map(String::as_str).collect::<Vec<_>>());
    worker.await_log(&["partitions assigned"], MINUTE);
    let (producer, since) = (topics::producer(bootstrap), now_us());
    let waits = std::thread::scope(|scope| {
        let read = scope.spawn(|| read(&run, records.len(), since));
        for (number, record) in (0_u32..).zip(records) {
            let mut record = record.clone();
            record.headers = vec![("sent".into(), now_us().to_string().into_bytes())];
            topics::send(&producer, &load.input, &record);
            let due = Duration::from_secs(1) * (number + 1) / rate;
            std::thread::sleep(due.saturating_sub(Duration::from_micros(now_us() - since)));
        }
        read.join().unwrap()
    });
    worker.stop();
    waits
}

/// Waits of what was sent after the warm-up. Some articles go to two topics, so the end is told by silence.
fn read(run: &Run<'_>, count: usize, since: u64) -> Vec<f64> {
    let reader = reader(run);
    let (mut waits, mut last, mut seen) = (Vec::new(), Instant::now(), 0);
    while seen < count || last.elapsed() < Duration::from_secs(1) {
        assert!(last.elapsed() < MINUTE, "{seen} of {count} articles came out");
        let Some(Ok(message)) = reader.poll(Duration::from_millis(100)) else { continue };
        last = Instant::now();
        seen += 1;
        let header = message.headers().unwrap().get(0);
        let sent: u64 = std::str::from_utf8(header.value.unwrap()).unwrap().parse().unwrap();
        if (sent - since) as f64 > WARM * 1e6 {
            waits.push((now_us() - sent) as f64 / 1e3);
        }
    }
    waits
}
