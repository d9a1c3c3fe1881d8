//! The raw loop that everything is compared with: rdkafka as it is, one thread, consume, parse, add two members, produce,
//! with the worker's own client settings. It runs in a process of its own, since the process is what is measured.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use serde_json::Value;

use crate::kafka::topics;

/// What tells the process that it is one.
const ENV: &str = "COPYDESK_BENCH_RAW";
const COMMIT_INTERVAL: Duration = Duration::from_millis(500);

/// The loop as a process; killed when dropped.
pub struct Raw(Child);

impl Raw {
    pub fn start(bootstrap: &str, group: &str, (input, output): (&str, &str), exactly_once: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "bench::raw::raw_loop", "--ignored", "--nocapture"]);
        command.env(ENV, [bootstrap, group, input, output, &exactly_once.to_string()].join(" "));
        Self(command.stdout(Stdio::null()).stdin(Stdio::null()).spawn().unwrap())
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "a part of the bench, which starts it"]
fn raw_loop() {
    let Ok(arguments) = std::env::var(ENV) else { return };
    let [bootstrap, group, input, output, exactly_once] = arguments.split(' ').collect::<Vec<_>>()[..] else {
        panic!()
    };
    run(bootstrap, group, (input, output), exactly_once == "true");
}

fn consumer(bootstrap: &str, group: &str) -> BaseConsumer {
    let settings = [
        ("group.id", group),
        ("enable.auto.commit", "false"),
        ("auto.offset.reset", "earliest"),
        ("isolation.level", "read_committed"),
        ("session.timeout.ms", "10000"),
        ("queued.max.messages.kbytes", "16384"),
        ("fetch.queue.backoff.ms", "10"),
        ("fetch.wait.max.ms", "100"),
    ];
    with(topics::client(bootstrap), &settings).create().unwrap()
}

fn producer(bootstrap: &str, group: &str, exactly_once: bool) -> BaseProducer {
    let settings = [
        ("enable.idempotence", "true"),
        ("compression.codec", "lz4"),
        ("linger.ms", "5"),
        ("batch.size", "1000000"),
        ("partitioner", "murmur2_random"),
        ("queue.buffering.max.messages", "1000000"),
    ];
    let config = with(topics::client(bootstrap), &settings);
    if exactly_once { with(config, &[("transactional.id", group)]) } else { config }.create().unwrap()
}

fn with(mut config: ClientConfig, settings: &[(&str, &str)]) -> ClientConfig {
    for (name, value) in settings {
        config.set(*name, *value);
    }
    config
}

fn run(bootstrap: &str, group: &str, (input, output): (&str, &str), exactly_once: bool) {
    let (consumer, producer) = (consumer(bootstrap, group), producer(bootstrap, group, exactly_once));
    if exactly_once {
        producer.init_transactions(Duration::from_secs(10)).unwrap();
    }
    consumer.subscribe(&[input]).unwrap();
    let mut opened: Option<Instant> = None;
    loop {
        if let Some(message) = consumer.poll(Duration::from_millis(5)) {
            let message = message.unwrap();
            if opened.is_none() && exactly_once {
                producer.begin_transaction().unwrap();
            }
            opened.get_or_insert_with(Instant::now);
            let value = enrich(message.payload().unwrap(), message.offset());
            let mut record: BaseRecord<'_, [u8], [u8]> =
                BaseRecord::to(output).key(message.key().unwrap_or_default()).payload(&value);
            while let Err((_, refused)) = producer.send(record) {
                producer.poll(Duration::from_millis(1));
                record = refused;
            }
            producer.poll(Duration::ZERO);
        }
        if opened.is_some_and(|opened| opened.elapsed() >= COMMIT_INTERVAL) {
            commit(&consumer, &producer, exactly_once);
            opened = None;
        }
    }
}

/// What most would write: parse it, add two members, write it.
fn enrich(value: &[u8], offset: i64) -> Vec<u8> {
    let mut article: Value = serde_json::from_slice(value).unwrap();
    article["worker"] = "raw".into();
    article["offset"] = offset.into();
    serde_json::to_vec(&article).unwrap()
}

fn commit(consumer: &BaseConsumer, producer: &BaseProducer, exactly_once: bool) {
    while producer.in_flight_count() > 0 {
        // Ok or timed out: what counts is the number in flight. A flush of zero length has the senders ignore their linger.
        let _ = producer.flush(Duration::ZERO);
        producer.poll(Duration::ZERO);
        std::thread::sleep(Duration::from_micros(200));
    }
    let mut read = TopicPartitionList::new();
    for element in consumer.position().unwrap().elements() {
        if let Offset::Offset(offset) = element.offset() {
            read.add_partition_offset(element.topic(), element.partition(), Offset::Offset(offset)).unwrap();
        }
    }
    if exactly_once {
        let group = consumer.group_metadata().unwrap();
        producer.send_offsets_to_transaction(&read, &group, Duration::from_secs(10)).unwrap();
        producer.commit_transaction(Duration::from_secs(10)).unwrap();
    } else {
        consumer.commit(&read, CommitMode::Sync).unwrap();
    }
}
