//! Input for many runs, and a run's own group and output topics on it.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::Producer as _;
use rdkafka::{Offset, TopicPartitionList};

use super::wire::Wire;
use crate::kafka::topics::{self, Sent};
use crate::kafka::unique;

/// What a run writes to, and with how many partitions: the log has one.
const OUTPUTS: [&str; 4] = ["enriched", "duplicates", "dead", "stories"];

/// An input topic that is full, and is read again and again.
pub struct Load<'a> {
    pub bootstrap: &'a str,
    pub input: String,
    pub partitions: i32,
    pub records: u64,
}

impl<'a> Load<'a> {
    /// A topic in which nothing is, yet.
    pub fn empty(bootstrap: &'a str, partitions: i32) -> Self {
        let input = unique("bench-input");
        topics::create(bootstrap, &input, partitions, &[]);
        Self { bootstrap, input, partitions, records: 0 }
    }

    pub fn new(bootstrap: &'a str, wire: &Wire, partitions: i32, records: u64) -> Self {
        let load = Self { records, ..Self::empty(bootstrap, partitions) };
        let producer = topics::producer(bootstrap);
        for number in 0..records {
            topics::send(&producer, &load.input, &sent(wire, number, partitions));
        }
        producer.flush(Duration::from_secs(60)).unwrap();
        load
    }

    /// A group that has read nothing, and topics for what it writes.
    pub fn run(&self) -> Run<'_> {
        let name = unique("bench");
        // What a run wrote is deleted after it: the disk need not hold them all.
        let settings = [("file.delete.delay.ms", "1000")];
        for output in OUTPUTS {
            topics::create(self.bootstrap, &format!("{name}{output}"), self.partitions, &settings);
        }
        topics::create_log(self.bootstrap, &name);
        let mut input = TopicPartitionList::new();
        for partition in 0..self.partitions {
            input.add_partition(&self.input, partition);
        }
        let watcher = topics::client(self.bootstrap).set("group.id", &name).create().unwrap();
        Run { load: self, name, input, watcher }
    }
}

/// The record of a number, as the producer of a desk would send it.
pub fn sent(wire: &Wire, number: u64, partitions: i32) -> Sent {
    let partition = i32::try_from(number % u64::try_from(partitions).unwrap()).unwrap();
    let key = Some(format!("k{number}").into_bytes());
    Sent { partition, key, value: Some(wire.article(number)), headers: Vec::new() }
}

/// A group with its topics; they go with it.
pub struct Run<'a> {
    pub load: &'a Load<'a>,
    pub name: String,
    input: TopicPartitionList,
    watcher: BaseConsumer,
}

impl Run<'_> {
    /// How a worker is told of the topics.
    pub fn sets(&self) -> Vec<String> {
        let Self { load, name, .. } = self;
        vec![
            "topics.prefix=\"\"".into(),
            format!("topics.input={}", load.input),
            format!("topics.enriched={name}enriched"),
            format!("topics.duplicates={name}duplicates"),
            format!("topics.dead_letters={name}dead"),
            format!("topics.stories={name}stories"),
            format!("topics.sketches={name}copydesk.sketches"),
            format!("kafka.group={name}"),
        ]
    }

    pub fn output(&self, name: &str) -> String {
        format!("{}{name}", self.name)
    }

    /// Records whose offsets are committed.
    pub fn committed(&self) -> u64 {
        let told = self.watcher.committed_offsets(self.input.clone(), Duration::from_secs(10));
        let offset = |offset: Offset| offset.to_raw().and_then(|offset| u64::try_from(offset).ok()).unwrap_or_default();
        // Right after a start the coordinator may not know yet that it is one.
        told.map_or(0, |told| told.elements().iter().map(|element| offset(element.offset())).sum())
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        for output in OUTPUTS.into_iter().chain(["copydesk.sketches"]) {
            topics::delete(self.load.bootstrap, &self.output(output));
        }
    }
}
