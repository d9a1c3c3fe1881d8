//! Topics from outside: created, written, read as a consumer of committed records reads them.

use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

/// A record as a test sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub partition: i32,
    pub offset: i64,
    /// When it was appended or made, in ms, whichever the topic keeps.
    pub timestamp_ms: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| std::str::from_utf8(value).unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(self.value.as_deref().unwrap_or_default()).unwrap_or_default()
    }
}

/// A record to send.
#[derive(Debug, Clone)]
pub struct Sent {
    pub partition: i32,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Vec<u8>)>,
}

pub fn client(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("reconnect.backoff.max.ms", "200");
    config
}

/// The topics of a worker under a prefix; settings are for every one of them.
pub fn create_all(bootstrap: &str, prefix: &str, partitions: i32, settings: &[(&str, &str)]) {
    let names = ["articles.raw", "articles.enriched", "articles.duplicates", "articles.raw.dlq", "copydesk.stories"];
    for name in names {
        create(bootstrap, &format!("{prefix}{name}"), partitions, settings);
    }
    create_log(bootstrap, prefix);
}

/// The dedupe log, as operators are told to create it.
pub fn create_log(bootstrap: &str, prefix: &str) {
    let settings =
        [("cleanup.policy", "delete"), ("retention.ms", "1296000000"), ("message.timestamp.type", "LogAppendTime")];
    create(bootstrap, &format!("{prefix}copydesk.sketches"), 1, &settings);
}

pub fn create(bootstrap: &str, name: &str, partitions: i32, settings: &[(&str, &str)]) {
    let admin: AdminClient<DefaultClientContext> = client(bootstrap).create().unwrap();
    let mut topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
    for (key, value) in settings {
        topic = topic.set(key, value);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(admin.create_topics([&topic], &AdminOptions::new())).unwrap();
    told.into_iter().for_each(|result| drop(result.unwrap()));
    // Metadata follows a moment later.
    let consumer: BaseConsumer = client(bootstrap).create().unwrap();
    super::wait_until(&format!("topic {name}"), Duration::from_secs(10), || {
        consumer
            .fetch_metadata(Some(name), Duration::from_secs(1))
            .is_ok_and(|m| m.topics()[0].partitions().len() == usize::try_from(partitions).unwrap())
    });
}

/// Deletes a topic and waits until it is gone.
pub fn delete(bootstrap: &str, name: &str) {
    let admin: AdminClient<DefaultClientContext> = client(bootstrap).create().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(admin.delete_topics(&[name], &AdminOptions::new())).unwrap();
    told.into_iter().for_each(|result| drop(result.unwrap()));
    let consumer: BaseConsumer = client(bootstrap).create().unwrap();
    super::wait_until(&format!("topic {name} is gone"), Duration::from_secs(10), || {
        consumer
            .fetch_metadata(Some(name), Duration::from_secs(1))
            .is_ok_and(|m| m.topics().iter().all(|topic| topic.partitions().is_empty()))
    });
}

/// Writes in order and gives nothing up, however long the broker is away.
pub fn producer(bootstrap: &str) -> BaseProducer {
    client(bootstrap)
        .set("enable.idempotence", "true")
        .set("message.timeout.ms", "0")
        .set("compression.codec", "lz4")
        .set("message.max.bytes", "100000000")
        .set("linger.ms", "5")
        .create()
        .unwrap()
}

/// Hands a record to a producer, once there is room.
pub fn send(producer: &BaseProducer, topic: &str, record: &Sent) {
    let insert =
        |headers: OwnedHeaders, (key, value): &(String, Vec<u8>)| headers.insert(Header { key, value: Some(value) });
    loop {
        let mut message: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic).partition(record.partition);
        if let Some(key) = &record.key {
            message = message.key(key);
        }
        if let Some(value) = &record.value {
            message = message.payload(value);
        }
        message = message.headers(record.headers.iter().fold(OwnedHeaders::new(), insert));
        match producer.send(message) {
            Ok(()) => break,
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                producer.poll(Duration::from_millis(10))
            }
            Err((error, _)) => panic!("{error}"),
        }
    }
    producer.poll(Duration::ZERO);
}

/// Sends records in order, all confirmed.
pub fn produce(bootstrap: &str, topic: &str, records: &[Sent]) {
    let producer = producer(bootstrap);
    records.iter().for_each(|record| send(&producer, topic, record));
    producer.flush(Duration::from_secs(60)).unwrap();
}

/// Every committed record of a topic up to its end now, by partition and offset. Reading waits for open transactions to end.
pub fn read(bootstrap: &str, topic: &str) -> Vec<Seen> {
    read_as("read_committed", bootstrap, topic)
}

/// The same, with the records of aborted transactions.
pub fn read_aborted_too(bootstrap: &str, topic: &str) -> Vec<Seen> {
    read_as("read_uncommitted", bootstrap, topic)
}

fn read_as(isolation: &str, bootstrap: &str, topic: &str) -> Vec<Seen> {
    let consumer: BaseConsumer = client(bootstrap)
        .set("group.id", "reader")
        .set("enable.auto.commit", "false")
        .set("isolation.level", isolation)
        .set("auto.offset.reset", "earliest")
        .set("enable.partition.eof", "true")
        .set("fetch.queue.backoff.ms", "5")
        .create()
        .unwrap();
    let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(10)).unwrap();
    let partitions: Vec<i32> = metadata.topics()[0].partitions().iter().map(|partition| partition.id()).collect();
    // A dead worker's open transaction hides what comes after it until it times out.
    let everything: BaseConsumer = client(bootstrap).set("isolation.level", "read_uncommitted").create().unwrap();
    let end = |consumer: &BaseConsumer, partition| {
        consumer.fetch_watermarks(topic, partition, Duration::from_secs(10)).map(|(_, end)| end).ok()
    };
    super::wait_until(&format!("open transactions on {topic} have ended"), Duration::from_secs(30), || {
        partitions.iter().all(|partition| end(&consumer, *partition) == end(&everything, *partition))
    });
    let mut list = TopicPartitionList::new();
    let mut open = Vec::new();
    for partition in partitions {
        let (_, end) = consumer.fetch_watermarks(topic, partition, Duration::from_secs(10)).unwrap();
        if end > 0 {
            open.push(partition);
            list.add_partition_offset(topic, partition, Offset::Beginning).unwrap();
        }
    }
    consumer.assign(&list).unwrap();
    let (mut seen, deadline) = (Vec::new(), Instant::now() + Duration::from_secs(60));
    while !open.is_empty() {
        assert!(Instant::now() < deadline, "{topic} cannot be read to its end: {open:?}");
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => seen.push(seen_as(&message)),
            Some(Err(KafkaError::PartitionEOF(ended))) => open.retain(|partition| *partition != ended),
            _ => {}
        }
    }
    seen.sort_by_key(|record| (record.partition, record.offset));
    seen
}

pub fn seen_as(message: &BorrowedMessage<'_>) -> Seen {
    let headers = message.headers().map_or_else(Vec::new, |headers| {
        headers.iter().map(|h| (h.key.to_owned(), h.value.unwrap_or_default().to_vec())).collect()
    });
    Seen {
        partition: message.partition(),
        offset: message.offset(),
        timestamp_ms: message.timestamp().to_millis().unwrap_or_default(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers,
    }
}

/// The committed position of a group in each partition.
pub fn committed(bootstrap: &str, group: &str, topic: &str, partitions: i32) -> Vec<i64> {
    let consumer: BaseConsumer = client(bootstrap).set("group.id", group).create().unwrap();
    let mut list = TopicPartitionList::new();
    for partition in 0..partitions {
        list.add_partition(topic, partition);
    }
    // Right after a start the coordinator may not know yet that it is one; who asks asks again.
    let Ok(told) = consumer.committed_offsets(list, Duration::from_secs(10)) else { return Vec::new() };
    told.elements()
        .iter()
        .map(|element| if let Offset::Offset(offset) = element.offset() { offset } else { 0 })
        .collect()
}

/// Records of a topic that are on the broker, those of open and aborted transactions among them.
pub fn written(bootstrap: &str, topic: &str, partitions: i32) -> i64 {
    let consumer: BaseConsumer = client(bootstrap).set("isolation.level", "read_uncommitted").create().unwrap();
    (0..partitions).map(|partition| end(&consumer, topic, partition)).sum()
}

/// The end of each partition. A partition whose leader is being elected is asked again.
pub fn ends(bootstrap: &str, topic: &str, partitions: i32) -> Vec<i64> {
    let consumer: BaseConsumer = client(bootstrap).create().unwrap();
    (0..partitions).map(|partition| end(&consumer, topic, partition)).collect()
}

/// The end of a partition. A new topic's leader may not know yet that it is one; who asks asks again.
fn end(consumer: &BaseConsumer, topic: &str, partition: i32) -> i64 {
    let mut end = None;
    super::wait_until(&format!("the end of {topic}:{partition}"), Duration::from_secs(30), || {
        end = consumer.fetch_watermarks(topic, partition, Duration::from_secs(10)).ok();
        end.is_some()
    });
    end.unwrap().1
}

/// Changes one setting of a topic.
pub fn alter(bootstrap: &str, topic: &str, key: &str, value: &str) {
    let admin: AdminClient<DefaultClientContext> = client(bootstrap).create().unwrap();
    let config = AlterConfig::new(ResourceSpecifier::Topic(topic)).set(key, value);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(admin.alter_configs([&config], &AdminOptions::new())).unwrap();
    told.into_iter().for_each(|result| drop(result.unwrap()));
}
