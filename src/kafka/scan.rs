//! Reads topics from outside, for commands: no group is joined, nothing is committed, only committed records are seen, and
//! reading ends where the topic ended when it was asked.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{ClientContext, Message as _, Offset, TopicPartitionList};
use tracing::debug;

use super::client::{self, ClientError};
use super::message::record;
use crate::config::Config;
use crate::record::{Place, Record};

/// How long a broker may take to answer.
pub(super) const ANSWER: Duration = Duration::from_secs(10);
/// How long nothing may come while there is more to read.
const STALL: Duration = Duration::from_secs(30);

/// Why a topic could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// No client can be made.
    #[error(transparent)]
    NoClient(#[from] ClientError),
    /// Nobody answers, or nobody lets us in.
    #[error(
        "no broker of {brokers} answers{reason}: check that kafka.brokers is right and the brokers run; if they do, check security.protocol"
    )]
    NoAnswer {
        /// `kafka.brokers`.
        brokers: String,
        /// What the client said, in brackets.
        reason: String,
    },
    /// The topic is not there.
    #[error("topic {0} does not exist: create it, or set topics.* to the right name")]
    NoTopic(String),
    /// A right is missing.
    #[error("not allowed to {what} {name}: grant {right} on it to whoever runs this command")]
    NotAllowed {
        /// To do what.
        what: &'static str,
        /// Topic or group.
        name: String,
        /// The right.
        right: &'static str,
    },
    /// Reading does not go on.
    #[error("nothing came of {topic} for {} s while there is more to read{reason}: is a leader missing?", STALL.as_secs())]
    Stalled {
        /// The topic.
        topic: String,
        /// What the client said, in brackets.
        reason: String,
    },
    /// Something else.
    #[error(transparent)]
    Client(#[from] KafkaError),
}

/// What the client said last, for when nothing comes.
#[derive(Default)]
pub(super) struct LastWord(Mutex<Option<String>>);

impl LastWord {
    fn in_brackets(&self) -> String {
        let word = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        word.as_ref().map(|word| format!(" ({word})")).unwrap_or_default()
    }
}

impl ClientContext for LastWord {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        debug!(?level, facility, "{message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        debug!(%error, reason, "scan");
        // This one follows every other and says less.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            let word = reason.split_once("]: ").map_or(reason, |(_, rest)| rest);
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(word.to_owned());
        }
    }
}

impl ConsumerContext for LastWord {}

/// A part of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Partition.
    pub partition: i32,
    /// First offset.
    pub from: i64,
    /// One past the last.
    pub to: i64,
}

/// A reader of topics.
pub struct Scanner {
    pub(super) consumer: BaseConsumer<LastWord>,
    /// Sees what open transactions hide.
    everything: BaseConsumer<LastWord>,
    brokers: String,
}

impl Scanner {
    /// Creates the clients, which connect in the background.
    ///
    /// # Errors
    /// A property that librdkafka refuses, or a secret's file that cannot be read.
    pub fn new(config: &Config) -> Result<Self, ScanError> {
        let client = |isolation| -> Result<BaseConsumer<LastWord>, ClientError> {
            Ok(client::scanner(config, isolation)?.create_with_context(LastWord::default())?)
        };
        let (consumer, everything) = (client("read_committed")?, client("read_uncommitted")?);
        Ok(Self { consumer, everything, brokers: config.kafka.brokers.clone() })
    }

    /// The partitions of a topic, in order.
    ///
    /// # Errors
    /// A [`ScanError`].
    pub fn partitions(&self, topic: &str) -> Result<Vec<i32>, ScanError> {
        // Its error callbacks are served by polling.
        drop(self.consumer.poll(Duration::ZERO));
        let metadata =
            self.consumer.fetch_metadata(Some(topic), ANSWER).map_err(|error| self.explained(error, topic))?;
        let told = metadata.topics().first().ok_or_else(|| ScanError::NoTopic(topic.to_owned()))?;
        if let Some(code) = told.error().map(RDKafkaErrorCode::from)
            && code != RDKafkaErrorCode::LeaderNotAvailable
        {
            return Err(self.explained(KafkaError::MetadataFetch(code), topic));
        }
        let mut partitions: Vec<i32> = told.partitions().iter().map(rdkafka::metadata::MetadataPartition::id).collect();
        partitions.sort_unstable();
        if partitions.is_empty() { Err(ScanError::NoTopic(topic.to_owned())) } else { Ok(partitions) }
    }

    /// What readers of committed records may read of a partition now: from its start to its last stable offset.
    ///
    /// # Errors
    /// A [`ScanError`].
    pub fn readable(&self, topic: &str, partition: i32) -> Result<Stretch, ScanError> {
        let told = self.consumer.fetch_watermarks(topic, partition, ANSWER);
        let (from, to) = told.map_err(|error| self.explained(error, topic))?;
        Ok(Stretch { partition, from, to })
    }

    /// The end of a partition, with what open transactions hide.
    ///
    /// # Errors
    /// A [`ScanError`].
    pub fn end(&self, topic: &str, partition: i32) -> Result<i64, ScanError> {
        let told = self.everything.fetch_watermarks(topic, partition, ANSWER);
        told.map(|(_, end)| end).map_err(|error| self.explained(error, topic))
    }

    /// The first place of a partition whose record is of this time (ms since 1970) or later; none if there is none.
    ///
    /// # Errors
    /// A [`ScanError`].
    pub fn offset_at(&self, topic: &str, partition: i32, millis: i64) -> Result<Option<i64>, ScanError> {
        let mut asked = TopicPartitionList::new();
        asked.add_partition_offset(topic, partition, Offset::Offset(millis.max(0)))?;
        let told = self.consumer.offsets_for_times(asked, ANSWER).map_err(|error| self.explained(error, topic))?;
        Ok(told.elements().iter().find_map(|element| match element.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        }))
    }

    /// Reads these stretches; records of one partition come in order. Ends early when `take` says so.
    ///
    /// # Errors
    /// A [`ScanError`].
    pub fn read(
        &self,
        topic: &str,
        stretches: &[Stretch],
        mut take: impl FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), ScanError> {
        let (name, mut list): (Arc<str>, _) = (topic.into(), TopicPartitionList::new());
        let mut open: Vec<Stretch> = stretches.iter().copied().filter(|stretch| stretch.from < stretch.to).collect();
        for Stretch { partition, from, .. } in &open {
            list.add_partition_offset(topic, *partition, Offset::Offset(*from))?;
        }
        self.consumer.assign(&list)?;
        let mut moved = Instant::now();
        while !open.is_empty() {
            let ended = match self.consumer.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => {
                    moved = Instant::now();
                    let (partition, offset) = (message.partition(), message.offset());
                    let Some(stretch) = open.iter().find(|stretch| stretch.partition == partition) else { continue };
                    if offset < stretch.to && take(record(&name, &message)).is_break() {
                        break;
                    }
                    (offset + 1 >= stretch.to).then_some(partition)
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => Some(partition),
                Some(Err(error)) => self.fault(error, topic)?,
                None if moved.elapsed() > STALL => {
                    let reason = self.consumer.context().in_brackets();
                    return Err(ScanError::Stalled { topic: topic.to_owned(), reason });
                }
                None => None,
            };
            if let Some(ended) = ended {
                moved = Instant::now();
                open.retain(|stretch| stretch.partition != ended);
                self.unassign(topic, ended)?;
            }
        }
        Ok(self.consumer.unassign()?)
    }

    /// The record at this place, if it is there.
    ///
    /// # Errors
    /// A [`ScanError`].
    pub fn record_at(&self, topic: &str, place: Place) -> Result<Option<Record>, ScanError> {
        let Place { partition, offset } = place;
        let readable = self.readable(topic, partition)?;
        if !(readable.from..readable.to).contains(&offset) {
            return Ok(None);
        }
        let mut found = None;
        self.read(topic, &[Stretch { partition, from: offset, to: offset + 1 }], |record| {
            found = (record.origin.offset == offset).then_some(record);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    fn unassign(&self, topic: &str, partition: i32) -> Result<(), ScanError> {
        let mut list = TopicPartitionList::new();
        list.add_partition(topic, partition);
        Ok(self.consumer.incremental_unassign(&list)?)
    }

    /// What no waiting mends ends the reading.
    fn fault(&self, error: KafkaError, topic: &str) -> Result<Option<i32>, ScanError> {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::UnknownTopicOrPartition) => {
                Err(self.explained(error, topic))
            }
            _ if matches!(error, KafkaError::MessageConsumptionFatal(_)) => Err(error.into()),
            _ => {
                debug!(%error, "scan");
                Ok(None)
            }
        }
    }

    /// The error with what to do about it.
    pub(super) fn explained(&self, error: KafkaError, topic: &str) -> ScanError {
        let name = topic.to_owned();
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::TopicAuthorizationFailed) => {
                ScanError::NotAllowed { what: "read", name, right: "Read and Describe" }
            }
            Some(RDKafkaErrorCode::GroupAuthorizationFailed) => {
                ScanError::NotAllowed { what: "look at the group of", name, right: "Describe" }
            }
            Some(
                RDKafkaErrorCode::UnknownTopicOrPartition
                | RDKafkaErrorCode::UnknownTopic
                | RDKafkaErrorCode::UnknownPartition,
            ) => ScanError::NoTopic(name),
            Some(
                RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::OperationTimedOut
                | RDKafkaErrorCode::AllBrokersDown
                | RDKafkaErrorCode::Resolve
                | RDKafkaErrorCode::Authentication
                | RDKafkaErrorCode::SSL,
            ) => {
                // The reason may still be on its way.
                drop(self.consumer.poll(Duration::from_millis(200)));
                let reason = self.consumer.context().in_brackets();
                ScanError::NoAnswer { brokers: self.brokers.clone(), reason }
            }
            _ => error.into(),
        }
    }
}
