//! Whether a frozen worker has outputs that are not committed, as the broker shows it: whoever takes its place must make them
//! again.
//!
//! At least once, they are there and their input is not committed. Exactly once, they are in an open transaction. A reader of
//! committed records reads up to the last stable offset: the first record of the oldest open transaction, or the end. Whose
//! transaction that is, its first record says: it names the input that it came from, and that belongs to one worker. A frozen
//! worker's requests that were under way are answered soon; what is still open after others could have committed twice stays
//! open.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::Value;

use crate::kafka::audit::place;
use crate::kafka::topics::{self, Seen};
use crate::kafka::worker::Worker;

/// An offset that does not move for so long is a transaction that nobody ends: twice the commit interval, and some more.
const STILL: Duration = Duration::from_millis(900);
const PATIENCE: Duration = Duration::from_secs(5);

/// The outputs on the broker.
pub struct Outputs {
    bootstrap: String,
    topic: String,
    partitions: i32,
    committed: BaseConsumer,
    everything: BaseConsumer,
}

impl Outputs {
    pub fn new(bootstrap: &str, topic: &str, partitions: i32) -> Self {
        let consumer = |isolation| {
            let mut client = topics::client(bootstrap);
            client.set("group.id", "sampler").set("isolation.level", isolation).create().unwrap()
        };
        let (committed, everything) = (consumer("read_committed"), consumer("read_uncommitted"));
        Self { bootstrap: bootstrap.to_owned(), topic: topic.to_owned(), partitions, committed, everything }
    }

    /// Whether some are there of what a worker that is frozen holds, where the input is committed up to `committed` each.
    pub fn are_ahead(&self, held: &Held, committed: impl FnOnce() -> Vec<i64>) -> bool {
        let outputs = topics::read_aborted_too(&self.bootstrap, &self.topic);
        // Afterwards: a commit that was under way when the worker froze has come through by then.
        let committed = committed();
        let is_ahead = |(partition, offset): (i32, i64)| {
            let next = usize::try_from(partition).ok().and_then(|partition| committed.get(partition));
            next.is_some_and(|next| offset >= *next)
        };
        outputs.iter().any(|seen| held.is_of(seen) && is_ahead(place(seen)))
    }

    /// Whether a worker that is frozen and holds this holds a transaction open.
    pub fn is_open(&self, held: &Held) -> bool {
        (0..self.partitions).any(|partition| {
            let Some(offset) = self.open(partition) else { return false };
            self.at(partition, offset).is_some_and(|first| held.is_of(&first)) && self.stays(partition, offset)
        })
    }

    /// Where the oldest open transaction of a partition begins.
    fn open(&self, partition: i32) -> Option<i64> {
        let end = |consumer: &BaseConsumer| {
            consumer.fetch_watermarks(&self.topic, partition, PATIENCE).map(|(_, end)| end).ok()
        };
        // In this order: an offset below the end that was there before.
        let (end, stable) = (end(&self.everything)?, end(&self.committed)?);
        (stable < end).then_some(stable)
    }

    fn stays(&self, partition: i32, offset: i64) -> bool {
        let until = Instant::now() + STILL;
        while Instant::now() < until {
            if self.open(partition) != Some(offset) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        true
    }

    fn at(&self, partition: i32, offset: i64) -> Option<Seen> {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&self.topic, partition, Offset::Offset(offset)).unwrap();
        self.everything.assign(&list).unwrap();
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(Ok(message)) = self.everything.poll(Duration::from_millis(50)) {
                return Some(topics::seen_as(&message)).filter(|seen| seen.offset == offset);
            }
        }
        None
    }
}

/// What a worker has of the input, and since when: what is older is its predecessor's.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Held {
    inputs: Vec<i32>,
    since_ms: i64,
}

impl Held {
    /// As the worker's log tells.
    pub fn by(worker: &Worker) -> Self {
        Self::told(&worker.log()).unwrap_or_default()
    }

    fn is_of(&self, output: &Seen) -> bool {
        self.inputs.contains(&place(output).0) && output.timestamp_ms >= self.since_ms
    }

    fn told(log: &str) -> Option<Self> {
        let changes = ["partitions assigned", "partitions revoked", "partitions lost"];
        let last = log.lines().rev().find(|line| changes.iter().any(|change| line.contains(change)))?;
        let line: Value = serde_json::from_str(Some(last).filter(|line| line.contains("partitions assigned"))?).ok()?;
        let since: jiff::Timestamp = line["timestamp"].as_str()?.parse().ok()?;
        Some(Self {
            inputs: serde_json::from_str(line["partitions"].as_str()?).ok()?,
            since_ms: since.as_millisecond(),
        })
    }
}

#[test]
fn the_last_assignment_counts() {
    let line = |second: i64, message: &str, partitions: &str| {
        format!(r#"{{"timestamp":"1970-01-01T00:00:0{second}.5Z","message":"{message}","partitions":"{partitions}"}}"#)
    };
    let first = line(1, "partitions assigned", "[0, 1]");
    assert_eq!(Held::told(&first), Some(Held { inputs: vec![0, 1], since_ms: 1_500 }));
    assert_eq!(Held::told(&format!("{first}\n{}", line(2, "partitions revoked: draining", "[0, 1]"))), None);
    let later = format!("{first}\n{}\n{}", line(3, "partitions assigned", "[1]"), line(4, "something else", "[7]"));
    assert_eq!(Held::told(&later), Some(Held { inputs: vec![1], since_ms: 3_500 }));
}
