//! What the dedupe log adds to an article's way, beside a record's way through a topic of one partition.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseProducer, BaseRecord};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{Value, json};

use super::table::print;
use crate::kafka::articles::plant;
use crate::kafka::topics::{self, Sent};
use crate::kafka::unique;
use crate::kafka::worker::Worker;
use crate::run::{MINUTE, await_done};

/// How long a rate is kept.
const LENGTH: Duration = Duration::from_secs(10);
/// Of these the first are not counted: connections are made, metadata is fetched.
const WARM_UP: usize = 2;

/// Calls `send` at a rate, whatever each call takes.
fn paced(rate: u32, mut send: impl FnMut(u32)) {
    let since = Instant::now();
    for number in 0..rate * u32::try_from(LENGTH.as_secs()).unwrap() {
        send(number);
        let due = since + Duration::from_secs(1) * (number + 1) / rate;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// Median and 99th percentile, in ms, of appending a record of 400 bytes to a one-partition topic and reading it back.
fn raw(bootstrap: &str, rate: u32) -> (f64, f64) {
    let topic = unique("raw-log");
    topics::create(bootstrap, &topic, 1, &[]);
    let reader: BaseConsumer =
        topics::client(bootstrap).set("group.id", "raw").set("enable.auto.commit", "false").create().unwrap();
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(&topic, 0, Offset::Beginning).unwrap();
    reader.assign(&list).unwrap();
    let settings = [("enable.idempotence", "true"), ("acks", "all"), ("linger.ms", "2")];
    let mut config = topics::client(bootstrap);
    for (key, value) in settings {
        config.set(key, value);
    }
    let writer: BaseProducer = config.create().unwrap();
    let since = Instant::now();
    let count = rate * u32::try_from(LENGTH.as_secs()).unwrap();
    let mut waits = std::thread::scope(|scope| {
        let read = scope.spawn(|| {
            let mut waits = Vec::new();
            let until = Instant::now() + MINUTE;
            while waits.len() < count as usize {
                assert!(Instant::now() < until, "{} of {count} records were read back", waits.len());
                let Some(Ok(message)) = reader.poll(Duration::from_secs(1)) else { continue };
                let sent = u64::from_le_bytes(message.payload().unwrap()[..8].try_into().unwrap());
                waits.push(since.elapsed().as_secs_f64() * 1e3 - sent as f64 / 1e3);
            }
            waits
        });
        paced(rate, |_| {
            let mut value = [0; 400];
            value[..8].copy_from_slice(&u64::try_from(since.elapsed().as_micros()).unwrap().to_le_bytes());
            let record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(&topic).partition(0).payload(&value);
            writer.send(record).map_err(|(error, _)| error).unwrap();
            writer.poll(Duration::ZERO);
        });
        read.join().unwrap()
    });
    waits.drain(..rate as usize * WARM_UP);
    waits.sort_unstable_by(f64::total_cmp);
    (waits[waits.len() / 2], waits[waits.len() * 99 / 100])
}

/// The same of a ticket's wait for its verdict, which is two such ways, as the worker tells it at its end.
fn verdicts(bootstrap: &str, rate: u32) -> (f64, f64) {
    let prefix = unique("bench-log");
    topics::create_all(bootstrap, &prefix, 4, &[]);
    let count = u64::from(rate) * LENGTH.as_secs();
    let records: Vec<Sent> = plant(31, count + 1, 4).into_iter().map(|planted| planted.sent).collect();
    let worker = Worker::start(bootstrap, &prefix, &[]);
    worker.await_log(&["partitions assigned"], MINUTE);
    let (topic, producer) = (format!("{prefix}articles.raw"), topics::producer(bootstrap));
    // The first one waits for connections to be made.
    topics::send(&producer, &topic, &records[count as usize]);
    await_done(bootstrap, &prefix, 4, &worker);
    paced(rate, |number| topics::send(&producer, &topic, &records[number as usize]));
    await_done(bootstrap, &prefix, 4, &worker);
    let log = worker.stop();
    let line =
        log.lines().find(|line| line.contains("waits for verdicts")).expect("the worker tells how long it waited");
    let told: Value = serde_json::from_str(line).unwrap();
    let number = |key: &str| told.pointer(&format!("/fields/{key}")).or(told.get(key)).and_then(Value::as_f64).unwrap();
    (number("median_ms"), number("p99_ms"))
}

pub fn measure(bootstrap: &str) -> Value {
    let (mut told, mut table) = (serde_json::Map::new(), Vec::new());
    for rate in [100, 1_000] {
        let (raw, verdict) = (raw(bootstrap, rate), verdicts(bootstrap, rate));
        let figures = [raw.0, raw.1, verdict.0, verdict.1];
        table.push([rate.to_string()].into_iter().chain(figures.map(|figure| format!("{figure:.1}"))).collect());
        told.insert(rate.to_string(), json!({"append": {"p50_ms": raw.0, "p99_ms": raw.1}, "verdict": {"p50_ms": verdict.0, "p99_ms": verdict.1}}));
    }
    print(
        &["the dedupe log, articles/s", "append and read back p50 ms", "p99", "proposal to verdict p50 ms", "p99"],
        &table,
    );
    told.into()
}
