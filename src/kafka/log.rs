//! The dedupe log's bytes: one partition, which every worker reads from where it is told to, and appends to.
//!
//! No group, no transaction: order comes from the partition, and whoever appends waits until it reads its own record.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};
use rdkafka::{ClientContext, Offset, Timestamp, TopicPartitionList};
use tracing::debug;

use super::client::{self, ClientError, TopicNames};
use super::connection::Connection;
use super::trouble::{Side, Trouble};
use crate::config::Config;

/// The log's only partition.
pub(super) const PARTITION: i32 = 0;
/// One try to ask the broker; between tries a stop is noticed.
const TRY: Duration = Duration::from_secs(2);

/// A record of the log, as bytes.
#[derive(Debug)]
pub struct Entry {
    /// Its offset.
    pub offset: u64,
    /// When it was appended, in ms, as the broker says.
    pub timestamp_ms: i64,
    /// What it says.
    pub bytes: Vec<u8>,
}

/// What is to be read next is not in the log: retention cut it off, or the topic was made anew.
#[derive(Debug, thiserror::Error)]
#[error("the next record of {topic} is not there any more: retention cut it off, or the topic was made anew")]
pub struct LogCut {
    topic: String,
}

/// Tells errors of both clients; keeps the writer's deliveries.
struct Context {
    connection: Connection,
    trouble: Trouble,
    failed: Mutex<Option<RDKafkaErrorCode>>,
}

impl Context {
    fn new(config: &Config, trouble: &Trouble, side: Side) -> Self {
        Self { connection: Connection::new(config), trouble: trouble.of(side), failed: Mutex::default() }
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        debug!(?level, facility, "{message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.client_error(&self.connection, &error, reason);
    }
}

impl ConsumerContext for Context {}

impl ProducerContext for Context {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(_) => self.trouble.clear(),
            Err((error, _)) => {
                let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
                // Others fail because the first did.
                self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(code);
            }
        }
    }
}

/// Reads the log in order.
pub struct LogReader {
    consumer: BaseConsumer<Context>,
    topic: String,
}

impl LogReader {
    /// Creates the reader, which connects in the background.
    ///
    /// # Errors
    /// A property that librdkafka refuses, or a secret's file that cannot be read.
    pub fn new(config: &Config, topics: &TopicNames, trouble: &Trouble) -> Result<Self, ClientError> {
        let consumer =
            client::log_reader(config)?.create_with_context(Context::new(config, trouble, Side::LogReader))?;
        Ok(Self { consumer, topic: topics.sketches.clone() })
    }

    /// The first offset, and the one after the last.
    ///
    /// # Errors
    /// The broker does not tell now.
    pub fn bounds(&self) -> Result<(u64, u64), KafkaError> {
        // Its error callbacks are served by polling.
        drop(self.consumer.poll(Duration::ZERO));
        let (first, end) = self.consumer.fetch_watermarks(&self.topic, PARTITION, TRY)?;
        Ok((offset(first), offset(end)))
    }

    /// What is read next.
    ///
    /// # Errors
    /// librdkafka's.
    pub fn seek(&self, position: u64) -> Result<(), KafkaError> {
        let mut list = TopicPartitionList::new();
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        list.add_partition_offset(&self.topic, PARTITION, Offset::Offset(position))?;
        self.consumer.assign(&list)
    }

    /// The next record, if one comes in this time.
    ///
    /// # Errors
    /// It is not in the log any more.
    pub fn next(&self, wait: Duration) -> Result<Option<Entry>, LogCut> {
        let trouble = &self.consumer.context().trouble;
        match self.consumer.poll(wait) {
            None => Ok(None),
            Some(Ok(message)) => {
                trouble.clear();
                let timestamp_ms = match message.timestamp() {
                    Timestamp::NotAvailable => i64::MIN,
                    Timestamp::CreateTime(millis) | Timestamp::LogAppendTime(millis) => millis,
                };
                let bytes = message.payload().unwrap_or_default().to_vec();
                Ok(Some(Entry { offset: offset(message.offset()), timestamp_ms, bytes }))
            }
            Some(Err(
                KafkaError::MessageConsumptionFatal(_)
                | KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset),
            )) => Err(LogCut { topic: self.topic.clone() }),
            Some(Err(KafkaError::MessageConsumption(RDKafkaErrorCode::TopicAuthorizationFailed))) => {
                let advice = "grant Read and Write on it to this worker's user. copydesk keeps trying";
                trouble.report(&format!("not allowed to read the dedupe log {}", self.topic), advice);
                Ok(None)
            }
            Some(Err(error)) => {
                debug!(%error, "dedupe log");
                Ok(None)
            }
        }
    }
}

/// Whether a record was not appended for want of a right. A user who may write nothing at all gets no producer id.
pub fn is_forbidden(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::ClusterAuthorizationFailed)
    )
}

fn offset(offset: i64) -> u64 {
    u64::try_from(offset).unwrap_or_default()
}

/// Appends to the log, in order.
pub struct LogWriter {
    producer: BaseProducer<Context>,
    topic: String,
    /// librdkafka has no room for these yet.
    waiting: VecDeque<Vec<u8>>,
}

impl LogWriter {
    /// Creates the writer, which connects in the background.
    ///
    /// # Errors
    /// A property that librdkafka refuses, or a secret's file that cannot be read.
    pub fn new(config: &Config, topics: &TopicNames, trouble: &Trouble) -> Result<Self, ClientError> {
        let producer =
            client::log_writer(config)?.create_with_context(Context::new(config, trouble, Side::LogWriter))?;
        Ok(Self { producer, topic: topics.sketches.clone(), waiting: VecDeque::new() })
    }

    /// A record to append. It is in the log when it is read there, and not before.
    pub fn append(&mut self, record: Vec<u8>) {
        self.waiting.push_back(record);
    }

    /// Sends what waits and serves delivery reports.
    ///
    /// # Errors
    /// Records are lost: what was appended and not read back is to be appended again, by a new writer.
    pub fn serve(&mut self) -> Result<(), KafkaError> {
        while let Some(record) = self.waiting.front() {
            let record: BaseRecord<'_, [u8], [u8]> =
                BaseRecord::to(&self.topic).partition(PARTITION).payload(record.as_slice());
            match self.producer.send(record).map_err(|(error, _)| error) {
                Ok(()) => drop(self.waiting.pop_front()),
                Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull) => break,
                Err(error) => return Err(error),
            }
        }
        self.producer.poll(Duration::ZERO);
        let failed = self.producer.context().failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.map_or(Ok(()), |code| Err(KafkaError::MessageProduction(code)))
    }

    /// Whether nothing is under way: what was appended is in the log, as far as the broker says.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.producer.in_flight_count() == 0
    }
}
