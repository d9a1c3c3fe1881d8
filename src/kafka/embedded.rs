//! The broker of the demo: librdkafka's mock cluster, in this process.
//!
//! It keeps 5 MiB a partition and drops what is older without a word, and its transactions mean nothing (measured, research
//! note on brokers). So it serves the demo, paced and at-least-once, and nothing else.

use rdkafka::error::KafkaError;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;

use super::client::TopicNames;

/// A broker in this process; gone when dropped.
pub struct EmbeddedBroker(MockCluster<'static, DefaultProducerContext>);

impl EmbeddedBroker {
    /// Starts it on a free port of the loopback interface, with these topics of `partitions` partitions each.
    ///
    /// # Errors
    /// librdkafka's.
    pub fn start(topics: &TopicNames, partitions: i32) -> Result<Self, KafkaError> {
        let cluster = MockCluster::new(1)?;
        cluster.create_topic(&topics.input, partitions, 1)?;
        for topic in topics.outputs() {
            cluster.create_topic(topic, partitions, 1)?;
        }
        Ok(Self(cluster))
    }

    /// `kafka.brokers` for its clients.
    pub fn brokers(&self) -> String {
        self.0.bootstrap_servers()
    }
}
