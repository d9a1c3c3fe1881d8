//! The broker of the demo: librdkafka's mock cluster, in this process, with a producer and a reader of its own.
//!
//! It keeps 5 MiB a partition and drops what is older without a word, and its transactions mean nothing (measured, research
//! note on brokers). So it serves the demo, paced and at-least-once, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, DefaultProducerContext, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::client::TopicNames;
use crate::record::Outgoing;

/// A broker in this process; gone when dropped.
pub struct EmbeddedBroker {
    cluster: MockCluster<'static, DefaultProducerContext>,
    topics: TopicNames,
}

/// The demo's topics have one partition each, so that its outcomes come in the order of its input.
const PARTITION: i32 = 0;

impl EmbeddedBroker {
    /// Starts it on a free port of the loopback interface, with these topics.
    ///
    /// # Errors
    /// librdkafka's.
    pub fn start(topics: TopicNames) -> Result<Self, KafkaError> {
        let cluster = MockCluster::new(1)?;
        for topic in topics.outputs().into_iter().chain([topics.input.as_str(), topics.sketches.as_str()]) {
            cluster.create_topic(topic, 1, 1)?;
        }
        Ok(Self { cluster, topics })
    }

    /// `kafka.brokers` for its clients.
    pub fn brokers(&self) -> String {
        self.cluster.bootstrap_servers()
    }

    /// A producer of raw articles.
    ///
    /// # Errors
    /// librdkafka's.
    pub fn producer(&self) -> Result<Feed, KafkaError> {
        let producer = ClientConfig::new().set("bootstrap.servers", self.brokers()).set("linger.ms", "0").create()?;
        Ok(Feed { producer, topic: self.topics.input.clone() })
    }

    /// A reader of everything that comes out from now on.
    ///
    /// # Errors
    /// librdkafka's.
    pub fn outcomes(&self) -> Result<Outcomes, KafkaError> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.brokers())
            .set("group.id", "demo-reader")
            .set("enable.auto.commit", "false")
            .set("fetch.wait.max.ms", "50")
            .create()?;
        let mut list = TopicPartitionList::new();
        for topic in self.topics.outputs() {
            list.add_partition_offset(topic, PARTITION, Offset::Beginning)?;
        }
        consumer.assign(&list)?;
        Ok(Outcomes { consumer, topics: self.topics.clone() })
    }
}

/// A producer of raw articles.
pub struct Feed {
    producer: BaseProducer,
    topic: String,
}

impl Feed {
    /// Sends one record and waits until the broker has it.
    ///
    /// # Errors
    /// librdkafka's.
    pub fn send(&self, key: Option<&str>, value: &[u8]) -> Result<(), KafkaError> {
        let mut record = BaseRecord::<str, [u8]>::to(&self.topic).partition(PARTITION).payload(value);
        if let Some(key) = key {
            record = record.key(key);
        }
        self.producer.send(record).map_err(|(error, _)| error)?;
        self.producer.flush(Duration::from_secs(10))
    }
}

/// A reader of every output topic.
pub struct Outcomes {
    consumer: BaseConsumer,
    topics: TopicNames,
}

impl Outcomes {
    /// The next record that comes out, if one comes in this time.
    pub fn next(&self, wait: Duration) -> Option<Outgoing> {
        let message = self.consumer.poll(wait)?.ok()?;
        let route = self.topics.routes().find(|route| self.topics.of(*route) == message.topic())?;
        let headers = message.headers().map_or_else(Vec::new, |headers| {
            headers.iter().map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect()
        });
        let (key, value) = (message.key().map(<[u8]>::to_vec), message.payload().map(|value| Arc::new(value.to_vec())));
        Some(Outgoing { route, key, value, headers })
    }
}
