//! From a producer's send to a reader of committed records, at 70 % of what the worker does while a producer and a reader use
//! the same machine and broker; articles are sent when they are due, whatever the worker does.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value, json};

use super::load::{Load, Run, sent};
use super::stops::reader;
use super::table::{median, print, quantile};
use super::throughput::watch;
use super::wire::Wire;
use crate::kafka::topics::{self, Sent};
use crate::kafka::worker::Worker;
use crate::run::MINUTE;
use rdkafka::message::{Headers as _, Message as _};

const LENGTH: Duration = Duration::from_secs(20);
/// Of these the first are not counted: a broker that has just been started compiles itself meanwhile, as `stops` tells.
const WARM: f64 = 6.0;
/// Records that wait for the worker while it is asked for its most: some seconds of work.
const AHEAD: u64 = 6_000;
const LOAD: f64 = 0.7;
const COMMIT_INTERVAL_MS: f64 = 500.0;

/// What is told is the median of the rounds: one pause of the machine makes a run's p99. Each round asks first what the worker does
/// just then, since the machine is not equally fast in every minute.
pub fn measure(bootstrap: &str, wire: &Wire, programs: &[(String, PathBuf)], rounds: u64) -> Value {
    let (mut told, mut table) = (Map::new(), Vec::new());
    for delivery in ["exactly-once", "at-least-once"] {
        for (name, binary) in programs {
            let runs = (0..rounds).map(|_| {
                let most = most(bootstrap, wire, (binary, delivery));
                let rate = ((most * LOAD) as u32).max(1);
                let mut waits = waits(bootstrap, wire, rate, (binary, delivery));
                [most, f64::from(rate), quantile(&mut waits, 0.5), quantile(&mut waits, 0.99)]
            });
            let runs: Vec<[f64; 4]> = runs.collect();
            let [most, rate, p50, p99] = [0, 1, 2, 3].map(|index| median(runs.iter().map(|run| run[index])));
            let interval = if delivery == "exactly-once" { COMMIT_INTERVAL_MS } else { 0.0 };
            let key = format!("everything{name}, {delivery}");
            let figures = [most, rate, p50, p99, p99 - interval].map(|figure| format!("{figure:.0}"));
            table.push([key.clone()].into_iter().chain(figures).collect());
            told.insert(
                key,
                json!({"most": most, "rate": rate, "p50_ms": p50, "p99_ms": p99, "runs": runs, "p99_beyond_interval_ms": p99 - interval}),
            );
        }
    }
    let head = ["latency at 70 % load", "most/s", "articles/s", "p50 ms", "p99 ms", "p99 beyond the commit interval"];
    print(&head, &table);
    told.into()
}

fn start(load: &Load<'_>, run: &Run<'_>, (binary, delivery): (&Path, &str)) -> Worker {
    let mut sets = run.sets();
    sets.push(format!("delivery={delivery}"));
    let worker = Worker::of(binary, load.bootstrap, &run.name, &sets.iter().map(String::as_str).collect::<Vec<_>>());
    worker.await_log(&["partitions assigned"], MINUTE);
    worker
}

/// Articles a second that never have to be waited for, while somebody sends them and somebody reads what comes out.
fn most(bootstrap: &str, wire: &Wire, how: (&Path, &str)) -> f64 {
    // More than any run reads: the watch ends by its time.
    let load = Load { records: u64::MAX / 32, ..Load::empty(bootstrap, super::PARTITIONS) };
    let run = load.run();
    let worker = start(&load, &run, how);
    let (reader, producer, is_over) = (reader(&run), topics::producer(bootstrap), AtomicBool::new(false));
    let going = || !is_over.load(Ordering::Relaxed);
    let most = std::thread::scope(|scope| {
        scope.spawn(|| {
            while going() {
                let _ = reader.poll(Duration::from_millis(100));
            }
        });
        scope.spawn(|| {
            for number in 0.. {
                while number % 64 == 0 && going() && number > run.committed() + AHEAD {
                    std::thread::sleep(Duration::from_millis(20));
                }
                if !going() {
                    break;
                }
                topics::send(&producer, &load.input, &sent(wire, number, super::PARTITIONS));
            }
        });
        let most = watch(&run, worker.pid()).per_second;
        is_over.store(true, Ordering::Relaxed);
        most
    });
    worker.stop();
    most
}

fn now_us() -> u64 {
    u64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

/// How long each article took, in ms.
fn waits(bootstrap: &str, wire: &Wire, rate: u32, how: (&Path, &str)) -> Vec<f64> {
    let records: Vec<Sent> =
        (0..=u64::from(rate) * LENGTH.as_secs()).map(|number| sent(wire, number, super::PARTITIONS)).collect();
    let count = records.len();
    let load = Load::empty(bootstrap, super::PARTITIONS);
    let run = load.run();
    let worker = start(&load, &run, how);
    let (producer, since) = (topics::producer(bootstrap), now_us());
    let waits = std::thread::scope(|scope| {
        let read = scope.spawn(|| read(&run, count, since));
        for (number, mut record) in (0_u32..).zip(records) {
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
