//! What the dedupe log's topic must be like, looked at before anything is read.
//!
//! What breaks the order or the window is refused with the reason; what is only weak is a warning, since clusters of one node
//! must work.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaError;
use tracing::{debug, warn};

use super::client::{LOG_BATCH, TopicNames};
use super::source::Consumer;
use super::topics::{DEFAULT_LIMIT, describe};
use super::trouble::Trouble;
use crate::config::{Config, Period};

/// The topic as the broker tells it; none: it does not tell.
#[derive(Debug, Clone, Default)]
struct LogTopic {
    partitions: usize,
    replicas: usize,
    cleanup: Option<String>,
    retention_ms: Option<i64>,
    retention_bytes: Option<i64>,
    timestamps: Option<String>,
    least_in_sync: Option<i64>,
    unclean: Option<String>,
    largest: Option<i64>,
}

/// Least `max.message.bytes`: a batch of what librdkafka sends together, with room to spare.
const LEAST_LARGEST: i64 = 2 * LOG_BATCH as i64;

/// Looks at the topic; warns of what is weak. `needed` is how long a record must stay. Returns false if `stop` came before the
/// broker told.
///
/// # Errors
/// What breaks the order or the window, and how to mend it.
pub fn check(
    consumer: &Consumer,
    config: &Config,
    topics: &TopicNames,
    needed: Period,
    (trouble, stop): (&Trouble, &AtomicBool),
) -> anyhow::Result<bool> {
    let name = &topics.sketches;
    let (mut topic, brokers) = loop {
        if stop.load(Ordering::Acquire) {
            return Ok(false);
        }
        match partitions(consumer, name) {
            Ok(Some(told)) => break told,
            Ok(None) => debug!(name, "no partitions yet"),
            Err(error) => {
                let advice = format!("{error}: copydesk keeps trying");
                trouble.report(&format!("the broker tells nothing of topic {name}"), &advice);
            }
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    match (0..3).find_map(|_| describe(config, &[name])).and_then(|told| told.into_iter().next()) {
        Some(told) => {
            let text = |key: &str| told.get(key).and_then(|entry| entry.value.clone());
            let number = |key: &str| text(key)?.parse().ok();
            topic.cleanup = text("cleanup.policy");
            topic.retention_ms = number("retention.ms");
            topic.retention_bytes = number("retention.bytes");
            topic.timestamps = text("message.timestamp.type");
            topic.least_in_sync = number("min.insync.replicas");
            topic.unclean = text("unclean.leader.election.enable");
            topic.largest = number("max.message.bytes");
        }
        None => warn!(
            advice = format!("grant DescribeConfigs on {name}"),
            "the broker does not tell the dedupe log's settings: it is taken as it is"
        ),
    }
    debug!(?topic, "dedupe log");
    let broken = broken(&topic, needed);
    if let Some(first) = broken.first() {
        let rest: String = broken.iter().skip(1).fold(String::new(), |mut rest, more| {
            let _ = write!(rest, "; and it {more}");
            rest
        });
        anyhow::bail!("the dedupe log {name} {first}{rest}");
    }
    for weakness in weaknesses(&topic, brokers) {
        warn!("the dedupe log {name} {weakness}");
    }
    Ok(true)
}

/// Partitions and replicas of the topic, and how many brokers there are; none while nobody leads it.
fn partitions(consumer: &Consumer, name: &str) -> Result<Option<(LogTopic, usize)>, KafkaError> {
    let metadata = consumer.fetch_metadata(Some(name), Duration::from_secs(2))?;
    let told = metadata.topics().iter().find(|told| told.name() == name && !told.partitions().is_empty());
    Ok(told.map(|told| {
        let replicas = told.partitions().first().map_or(0, |partition| partition.replicas().len());
        (LogTopic { partitions: told.partitions().len(), replicas, ..LogTopic::default() }, metadata.brokers().len())
    }))
}

/// What would break the order or the window.
fn broken(topic: &LogTopic, needed: Period) -> Vec<String> {
    let mut found = Vec::new();
    if topic.partitions != 1 {
        found.push(format!(
            "has {} partitions: it must have one, or there is no order in it that all workers see. Delete it and create it with --partitions 1",
            topic.partitions
        ));
    }
    if let Some(largest) = topic.largest.filter(|largest| *largest < LEAST_LARGEST) {
        found.push(format!("takes batches of {largest} bytes: set max.message.bytes={DEFAULT_LIMIT}"));
    }
    if topic.cleanup.as_ref().is_some_and(|policy| policy.contains("compact")) {
        found.push("is compacted, which would delete verdicts: set cleanup.policy=delete".to_owned());
    }
    if let Some(kept) = topic.retention_ms.filter(|kept| (0..needed.millis()).contains(kept)) {
        let kept = Period::from_millis(kept.unsigned_abs());
        found.push(format!(
            "keeps records for {kept}, less than the {needed} that dedupe.window takes with a reserve: set retention.ms={}, or a shorter dedupe.window",
            needed.millis()
        ));
    }
    found
}

/// What is only weak.
fn weaknesses(topic: &LogTopic, brokers: usize) -> Vec<String> {
    let mut found = Vec::new();
    if topic.timestamps.as_ref().is_some_and(|kind| kind != "LogAppendTime") {
        found.push("takes its time from the workers' clocks: set message.timestamp.type=LogAppendTime".to_owned());
    }
    if let Some(bytes) = topic.retention_bytes.filter(|bytes| *bytes >= 0) {
        found.push(format!("is cut at {bytes} bytes, which may be less than the window: set retention.bytes=-1"));
    }
    if topic.unclean.as_deref() == Some("true") {
        found.push("may lose its end at a change of leaders: set unclean.leader.election.enable=false".to_owned());
    }
    if topic.replicas < 3 {
        let advice = if brokers < 3 { "is lost with its node" } else { "should have three" };
        found.push(format!("has replication factor {}: {advice}", topic.replicas));
    } else if topic.least_in_sync.is_some_and(|least| least < 2) {
        found.push("counts a record as written when one broker has it: set min.insync.replicas=2".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: Period = Period::from_days(9);

    fn good() -> LogTopic {
        LogTopic {
            partitions: 1,
            replicas: 3,
            cleanup: Some("delete".into()),
            retention_ms: Some(NEEDED.millis()),
            retention_bytes: Some(-1),
            timestamps: Some("LogAppendTime".into()),
            least_in_sync: Some(2),
            unclean: Some("false".into()),
            largest: Some(1_048_588),
        }
    }

    #[test]
    fn what_breaks_the_order_or_the_window_is_refused() {
        assert_eq!(broken(&good(), NEEDED), [""; 0]);
        for (topic, part) in [
            (LogTopic { partitions: 8, ..good() }, "has 8 partitions"),
            (LogTopic { largest: Some(100_000), ..good() }, "set max.message.bytes=1048588"),
            (LogTopic { cleanup: Some("compact,delete".into()), ..good() }, "is compacted"),
            (LogTopic { retention_ms: Some(NEEDED.millis() - 1), ..good() }, "set retention.ms=777600000"),
        ] {
            assert!(broken(&topic, NEEDED)[0].contains(part), "{topic:?}");
        }
        assert!(broken(&LogTopic { retention_ms: Some(-1), ..good() }, NEEDED).is_empty(), "-1 is for ever");
    }

    #[test]
    fn what_is_weak_is_only_told() {
        assert_eq!(weaknesses(&good(), 3), [""; 0]);
        for (topic, part) in [
            (LogTopic { timestamps: Some("CreateTime".into()), ..good() }, "LogAppendTime"),
            (LogTopic { retention_bytes: Some(1 << 30), ..good() }, "retention.bytes=-1"),
            (LogTopic { unclean: Some("true".into()), ..good() }, "unclean.leader.election.enable=false"),
            (LogTopic { replicas: 1, ..good() }, "replication factor 1"),
            (LogTopic { least_in_sync: Some(1), ..good() }, "min.insync.replicas=2"),
        ] {
            assert!(weaknesses(&topic, 3)[0].contains(part) && broken(&topic, NEEDED).is_empty(), "{topic:?}");
        }
    }

    #[test]
    fn a_broker_that_tells_nothing_refuses_nothing() {
        let silent = LogTopic { partitions: 1, replicas: 3, ..LogTopic::default() };
        assert!(broken(&silent, NEEDED).is_empty() && weaknesses(&silent, 3).is_empty());
    }
}
