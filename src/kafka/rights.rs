//! Rights, as far as a client can see its own: Kafka tells nobody his rights unless he may see everybody's, so each is tried
//! that can be tried without changing anything.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, Producer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::client::{Batch, log_reader, producer};
use crate::config::{Config, SecretError};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a try has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// It is allowed.
    Allowed,
    /// It is not.
    Refused,
    /// The broker did not answer the question, for this reason.
    Unknown(String),
}

impl Shown {
    /// What a failure shows.
    fn of(error: &KafkaError) -> Self {
        match error.rdkafka_error_code() {
            Some(
                RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::GroupAuthorizationFailed
                | RDKafkaErrorCode::TransactionalIdAuthorizationFailed,
            ) => Self::Refused,
            _ => Self::Unknown(error.to_string()),
        }
    }
}

impl From<KafkaError> for Shown {
    fn from(error: KafkaError) -> Self {
        Self::of(&error)
    }
}

impl From<SecretError> for Shown {
    fn from(error: SecretError) -> Self {
        Self::Unknown(error.to_string())
    }
}

/// Whether a topic may be read: its end is read, where nothing is.
pub fn reading(config: &Config, topic: &str) -> Shown {
    let attempt = || -> Result<Shown, Shown> {
        let mut client = log_reader(config)?;
        client.set("enable.partition.eof", "true").set("auto.offset.reset", "latest");
        let consumer: BaseConsumer = client.create()?;
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, 0, Offset::End)?;
        consumer.assign(&list)?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match consumer.poll(Duration::from_millis(100)) {
                None => {}
                Some(Ok(_) | Err(KafkaError::PartitionEOF(_))) => return Ok(Shown::Allowed),
                Some(Err(KafkaError::MessageConsumption(RDKafkaErrorCode::TopicAuthorizationFailed))) => {
                    return Ok(Shown::Refused);
                }
                // A connection that is not there yet; the deadline ends the wait.
                Some(Err(_)) => {}
            }
        }
        Ok(Shown::Unknown("no answer in time".into()))
    };
    attempt().unwrap_or_else(|shown| shown)
}

/// Whether the group may be used, as far as asking for its offsets tells.
pub fn group(config: &Config, topic: &str) -> Shown {
    let attempt = || -> Result<Shown, Shown> {
        let consumer: BaseConsumer = log_reader(config)?.create()?;
        let mut list = TopicPartitionList::new();
        list.add_partition(topic, 0);
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Without the right there is no coordinator to ask, and librdkafka waits for one; it says so here, once.
            let told = consumer.poll(Duration::from_millis(50)).and_then(Result::err);
            if told == Some(KafkaError::MessageConsumption(RDKafkaErrorCode::GroupAuthorizationFailed)) {
                return Ok(Shown::Refused);
            }
            match consumer.committed_offsets(list.clone(), Duration::from_millis(500)) {
                Ok(told) => {
                    told.elements().iter().try_for_each(|element| element.error())?;
                    return Ok(Shown::Allowed);
                }
                Err(error) if Instant::now() >= deadline || Shown::of(&error) == Shown::Refused => {
                    return Ok(Shown::of(&error));
                }
                Err(_) => {}
            }
        }
    };
    attempt().unwrap_or_else(|shown| shown)
}

/// Whether a transactional id may be used: it is taken, and no transaction is begun. Whoever has it loses it.
pub fn transactional_id(config: &Config, id: &str) -> Shown {
    let attempt = || -> Result<Shown, Shown> {
        let producer: BaseProducer = producer(config, id, Batch::Single)?.create()?;
        producer.init_transactions(PATIENCE)?;
        Ok(Shown::Allowed)
    };
    attempt().unwrap_or_else(|shown| shown)
}
