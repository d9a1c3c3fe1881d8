//! Properties of every Kafka client: the worker's defaults, then the user's, then what the worker owns.

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;

use crate::config::{Config, Delivery, SESSION_TIMEOUT, SecretError, is_secret};
use crate::topics::LOG_BATCH;
pub use crate::topics::TopicNames;

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A secret's file cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// librdkafka refuses a property.
    #[error("librdkafka refuses the properties: {0}")]
    Refused(String),
}

impl From<KafkaError> for ClientError {
    fn from(error: KafkaError) -> Self {
        match error {
            // The error holds the value, which may be a secret.
            KafkaError::ClientConfig(_, _, name, _) if is_secret(&name) => {
                Self::Refused(format!("{name} has a bad value"))
            }
            KafkaError::ClientConfig(_, why, ..) | KafkaError::ClientCreation(why) => Self::Refused(why),
            other => Self::Refused(other.to_string()),
        }
    }
}

/// What every client has. Fast reconnects: librdkafka's default backs off to 10 s, which is how long an outage would seem
/// to go on after its end.
fn base(config: &Config) -> ClientConfig {
    let mut client = ClientConfig::new();
    client
        .set("client.id", format!("copydesk-{}", config.kafka.instance.as_deref().unwrap_or("worker")))
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000")
        .set("socket.keepalive.enable", "true")
        .set_log_level(RDKafkaLogLevel::Warning);
    client
}

fn user(client: &mut ClientConfig, config: &Config) -> Result<(), SecretError> {
    for (name, value) in config.kafka.all_properties()? {
        client.set(name, value);
    }
    client.set("bootstrap.servers", &config.kafka.brokers);
    Ok(())
}

/// The input consumer. `fetch.queue.backoff.ms`: at its default a full queue stalls fetching for a second.
/// `queued.max.messages.kbytes` bounds the prefetch, which counts towards the worker's memory. `socket.timeout.ms`: how soon a
/// connection to a broker that is frozen is given up.
///
/// # Errors
/// A secret's file cannot be read.
pub fn consumer(config: &Config) -> Result<ClientConfig, SecretError> {
    let mut client = reader(
        config,
        &[
            ("session.timeout.ms", &SESSION_TIMEOUT.millis().to_string()),
            ("heartbeat.interval.ms", "2000"),
            ("partition.assignment.strategy", "range"),
            ("auto.offset.reset", "earliest"),
            ("fetch.wait.max.ms", "100"),
        ],
    )?;
    client.set("isolation.level", "read_committed");
    if let Some(instance) = &config.kafka.instance {
        client.set("group.instance.id", instance);
    }
    Ok(client)
}

/// What both readers have; `defaults` give way to the user's properties.
fn reader(config: &Config, defaults: &[(&str, &str)]) -> Result<ClientConfig, SecretError> {
    let mut client = base(config);
    client
        .set("queued.max.messages.kbytes", "16384")
        .set("fetch.queue.backoff.ms", "10")
        .set("socket.timeout.ms", "10000")
        .set("allow.auto.create.topics", "false");
    for (name, value) in defaults {
        client.set(*name, *value);
    }
    user(&mut client, config)?;
    client
        .set("group.id", &config.kafka.group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false");
    Ok(client)
}

/// How records are sent together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// Up to so many bytes: the smallest limit of the output topics.
    AtMost(usize),
    /// Each alone: to find out which one the broker refuses.
    Single,
}

/// The output producer. Keys are hashed as Java clients hash them, so that outputs can be joined with topics that those
/// write. `message.max.bytes` is the broker's to enforce; `batch.size` is at most the smallest limit of the output topics,
/// since a topic's limit is on a batch and librdkafka does not split one: so a refused batch is one record. Linger: readers of
/// committed records see nothing before the commit, which waits for no linger; without transactions they wait for it.
///
/// # Errors
/// A secret's file cannot be read.
pub fn producer(config: &Config, transactional_id: &str, batch: Batch) -> Result<ClientConfig, SecretError> {
    let mut client = base(config);
    client
        .set("compression.codec", "lz4")
        .set("linger.ms", if config.delivery == Delivery::ExactlyOnce { "50" } else { "5" })
        .set("partitioner", "murmur2_random")
        .set("queue.buffering.max.messages", "1000000")
        .set("message.max.bytes", "1000000000");
    if let Batch::AtMost(bytes) = batch {
        client.set("batch.size", bytes.clamp(1_000, 1_000_000).to_string());
    }
    user(&mut client, config)?;
    client.set("enable.idempotence", "true");
    if batch == Batch::Single {
        client.set("batch.num.messages", "1");
    }
    match config.delivery {
        Delivery::ExactlyOnce => {
            let timeout = config.flow.transaction_timeout.millis().to_string();
            client
                .set("transactional.id", transactional_id)
                .set("transaction.timeout.ms", &timeout)
                .set("message.timeout.ms", timeout);
        }
        Delivery::AtLeastOnce => {
            client.set("message.timeout.ms", "0");
        }
    }
    Ok(client)
}

/// A reader from outside, see [`super::scan`]: it joins no group (its name is only what its rights hang on) and tells where
/// a partition ends.
///
/// # Errors
/// A secret's file cannot be read.
pub fn scanner(config: &Config, isolation: &str) -> Result<ClientConfig, SecretError> {
    let mut client = reader(config, &[("fetch.wait.max.ms", "100")])?;
    client.set("isolation.level", isolation).set("auto.offset.reset", "earliest").set("enable.partition.eof", "true");
    Ok(client)
}

/// Most bytes that wait to be sent when dead letters are sent again.
const REPLAY_QUEUE_KIB: &str = "65536";

/// The producer that sends dead letters again: idempotent, and a record that is not confirmed in half a minute has failed.
/// How large a record may be is the broker's to say.
///
/// # Errors
/// A secret's file cannot be read.
pub fn replayer(config: &Config) -> Result<ClientConfig, SecretError> {
    let mut client = base(config);
    client
        .set("compression.codec", "lz4")
        .set("linger.ms", "5")
        .set("partitioner", "murmur2_random")
        .set("queue.buffering.max.kbytes", REPLAY_QUEUE_KIB)
        .set("message.max.bytes", "1000000000");
    user(&mut client, config)?;
    client.set("enable.idempotence", "true").set("acks", "all").set("message.timeout.ms", "30000");
    Ok(client)
}

/// The dedupe log's reader: it is told its partition and joins no group (the group's name is only what its rights hang on).
/// What is not in the log any more is an error: a reader that began anew on its own would judge by a part of the history.
///
/// # Errors
/// A secret's file cannot be read.
pub fn log_reader(config: &Config) -> Result<ClientConfig, SecretError> {
    let mut client = reader(config, &[])?;
    client.set("isolation.level", "read_uncommitted").set("auto.offset.reset", "error");
    Ok(client)
}

/// The dedupe log's writer: idempotent, so that the log has what was appended once and in order, and without a time limit,
/// so that nothing is given up. Linger: two milliseconds cost less than what they save above 1,000 records a second.
///
/// # Errors
/// A secret's file cannot be read.
pub fn log_writer(config: &Config) -> Result<ClientConfig, SecretError> {
    let mut client = base(config);
    client.set("linger.ms", "2").set("socket.timeout.ms", "10000");
    user(&mut client, config)?;
    client
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("message.timeout.ms", "0")
        .set("batch.size", LOG_BATCH.to_string());
    Ok(client)
}

/// A client that only asks (admin requests).
///
/// # Errors
/// A secret's file cannot be read.
pub fn asker(config: &Config) -> Result<ClientConfig, SecretError> {
    let mut client = base(config);
    let consumer_only =
        |name: &str| ["session.timeout.ms", "auto.offset.reset", "partition.assignment.strategy"].contains(&name);
    for (name, value) in config.kafka.all_properties()?.into_iter().filter(|(name, _)| !consumer_only(name)) {
        client.set(name, value);
    }
    client.set("bootstrap.servers", &config.kafka.brokers);
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_takes_the_secret_as_its_file_is_now() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let mut config = Config::default();
        config.kafka.secrets = [("sasl.password".to_owned(), path.clone())].into_iter().collect();
        let all = |config: &Config| {
            [
                consumer(config),
                producer(config, "id", Batch::Single),
                scanner(config, "read_committed"),
                replayer(config),
                log_reader(config),
                log_writer(config),
                asker(config),
            ]
        };
        assert!(all(&config).iter().all(Result::is_err), "the file is missing");
        for secret in ["hunter1", "hunter2"] {
            std::fs::write(&path, format!("{secret}\n")).unwrap();
            for client in all(&config).map(Result::unwrap) {
                assert_eq!(client.get("sasl.password"), Some(secret));
                assert!(!format!("{client:?}").contains(secret));
            }
        }
    }
}
