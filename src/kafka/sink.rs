//! The output producer: transactional (exactly-once) or idempotent with offsets after confirmed delivery (at-least-once).
//!
//! Both modes have one shape: [`Sink::send`] as often as needed, then [`Sink::commit`] with the positions that what was sent
//! stands for. A commit happens when every delivery is confirmed, and not before.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{Consumer as _, ConsumerGroupMetadata};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use tracing::debug;

use super::client::{self, Batch, ClientError, TopicNames};
use super::connection::Connection;
use super::failure::{Failure, Refusal, classify, classify_deliveries};
use super::offsets::Offsets;
use super::source::Consumer;
use super::topics::Limits;
use super::trouble::Trouble;
use crate::config::{Config, Delivery};
use crate::record::Outgoing;
use crate::topics::transactional_prefix;

/// One try of a call that may block; between tries the deadline is looked at.
const TRY: Duration = Duration::from_secs(2);

/// Between two looks at what is not confirmed yet, each of which tells the senders to ignore their linger. With a millisecond
/// at-least-once outputs came later (p99 320 ms where it is 149, one run each).
const DELIVERY: Duration = Duration::from_micros(200);

/// Deliveries of the open commit, as the callback tells them. It runs when the PUBLISH thread polls.
struct Deliveries {
    connection: Connection,
    failed: Mutex<Vec<(usize, RDKafkaErrorCode)>>,
    /// A topic that may not be written.
    forbidden: Mutex<Option<String>>,
    trouble: Trouble,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        debug!(?level, facility, "{message}");
        // The one place where librdkafka tells which topic a transaction may not write: its records are only purged.
        if facility == "ADDPARTS" && message.contains("Topic authorization failed") {
            let topic = message.split('"').nth(1).map(str::to_owned);
            *self.forbidden.lock().unwrap_or_else(PoisonError::into_inner) = topic;
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.client_error(&self.connection, &error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, number: usize) {
        if let Err((error, message)) = result {
            let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
            if code == RDKafkaErrorCode::TopicAuthorizationFailed {
                *self.forbidden.lock().unwrap_or_else(PoisonError::into_inner) = Some(message.topic().to_owned());
            }
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).push((number, code));
        }
    }
}

/// Where outputs go. `Tag` names the ticket that a record belongs to.
pub struct Sink<Tag> {
    config: Config,
    topics: TopicNames,
    transactional_id: String,
    producer: BaseProducer<Deliveries>,
    offsets: Offsets,
    /// A transaction is open.
    open: bool,
    commits_first: bool,
    /// Tags of the open commit; a delivery names its record by the index.
    sent: Vec<Tag>,
}

/// What a sink is made of, so that it can be made again.
#[derive(Clone)]
pub struct SinkSettings {
    /// The configuration.
    pub config: Config,
    /// Names of topics.
    pub topics: TopicNames,
    /// Stable for this worker while it lives.
    pub transactional_id: String,
    /// Of the output topics, if the broker tells.
    pub limits: Option<Limits>,
    /// How records are sent together.
    pub batch: Batch,
    /// The canary's defect, see `worker::Ground`.
    pub commits_first: bool,
}

impl<Tag: Copy> Sink<Tag> {
    /// Creates the producer, which connects in the background.
    ///
    /// # Errors
    /// [`Failure::Fatal`]: a property that librdkafka refuses. [`Failure::Later`]: a secret's file is away.
    pub fn new(settings: &SinkSettings, consumer: &Consumer, trouble: &Trouble) -> Result<Self, Failure<Tag>> {
        let context = Deliveries {
            connection: Connection::new(&settings.config),
            failed: Mutex::default(),
            forbidden: Mutex::default(),
            trouble: trouble.clone(),
        };
        let producer = client::producer(&settings.config, &settings.transactional_id, settings.batch)
            .map_err(|error| Failure::Later(error.to_string()))?
            .create_with_context(context)
            .map_err(|error| Failure::Fatal(format!("the producer cannot be created: {}", ClientError::from(error))))?;
        Ok(Self {
            config: settings.config.clone(),
            topics: settings.topics.clone(),
            transactional_id: settings.transactional_id.clone(),
            producer,
            offsets: Offsets::new(consumer),
            open: false,
            commits_first: settings.commits_first,
            sent: Vec::new(),
        })
    }

    /// Makes the producer ready; with exactly-once it fences its predecessor and ends what that left open.
    ///
    /// # Errors
    /// [`Failure::Later`]: the same call goes on where this one stopped. Else a [`Failure`] of the producer.
    pub fn start(&self, wait: Duration) -> Result<(), Failure<Tag>> {
        match self.config.delivery {
            Delivery::AtLeastOnce => Ok(()),
            Delivery::ExactlyOnce => {
                let started = self.producer.init_transactions(wait);
                started.map_err(|error| self.failure("the producer cannot start", &error))
            }
        }
    }

    /// Queues a record.
    ///
    /// # Errors
    /// A [`Failure`]; the record is not queued.
    pub fn send(&mut self, tag: Tag, out: &Outgoing) -> Result<(), Failure<Tag>> {
        self.begin()?;
        let deadline = Instant::now() + self.config.flow.drain_timeout.get();
        loop {
            match self.producer.send(self.message(out)).map_err(|(error, _)| error) {
                Ok(()) => {
                    self.sent.push(tag);
                    return Ok(());
                }
                Err(error)
                    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull) && Instant::now() < deadline =>
                {
                    self.producer.poll(Duration::from_millis(10));
                }
                Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge) => {
                    return Err(Failure::Refused(vec![(tag, Refusal::Size)]));
                }
                Err(error) => return Err(Failure::Renew(format!("send: {error}"))),
            }
        }
    }

    fn message<'a>(&'a self, out: &'a Outgoing) -> BaseRecord<'a, [u8], [u8], usize> {
        let mut message = BaseRecord::with_opaque_to(self.topics.of(out.route), self.sent.len());
        if let Some(key) = &out.key {
            message = message.key(key.as_slice());
        }
        if let Some(value) = &out.value {
            message = message.payload(value.as_slice());
        }
        if !out.headers.is_empty() {
            let empty = OwnedHeaders::new_with_capacity(out.headers.len());
            let insert = |headers: OwnedHeaders, (key, value): &crate::record::Header| {
                headers.insert(Header { key, value: value.as_ref() })
            };
            message = message.headers(out.headers.iter().fold(empty, insert));
        }
        message
    }

    fn begin(&mut self) -> Result<(), Failure<Tag>> {
        if self.config.delivery == Delivery::ExactlyOnce && !self.open {
            self.producer.begin_transaction().map_err(|error| classify("begin", &error))?;
            self.open = true;
        }
        Ok(())
    }

    /// Serves delivery reports.
    ///
    /// # Errors
    /// A delivery failed, which need not wait for the commit.
    pub fn poll(&mut self) -> Result<(), Failure<Tag>> {
        self.producer.poll(Duration::ZERO);
        self.deliveries()
    }

    /// The class of an error, with the name of what is not allowed.
    fn failure(&self, call: &str, error: &KafkaError) -> Failure<Tag> {
        let (group, id) = (&self.config.kafka.group, &self.transactional_id);
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::TransactionalIdAuthorizationFailed) => {
                let prefix = transactional_prefix(&self.config);
                let advice = format!(
                    "grant Write and Describe on transactional ids that begin with {prefix} to this worker's user, or set delivery: at-least-once"
                );
                Failure::Forbidden(format!("not allowed to use the transactional id {id}"), advice)
            }
            Some(RDKafkaErrorCode::GroupAuthorizationFailed) => {
                let advice = format!("grant Read on group {group} to this worker's user");
                Failure::Forbidden(format!("not allowed to use the group {group}"), advice)
            }
            _ => classify(call, error),
        }
    }

    fn deliveries(&self) -> Result<(), Failure<Tag>> {
        let failed =
            std::mem::take(&mut *self.producer.context().failed.lock().unwrap_or_else(PoisonError::into_inner));
        if failed.is_empty() {
            return Ok(());
        }
        let forbidden = self.producer.context().forbidden.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(topic) = forbidden {
            let advice = format!("grant Write on {topic} to this worker's user");
            return Err(Failure::Forbidden(format!("not allowed to write topic {topic}"), advice));
        }
        let tagged = failed.into_iter().filter_map(|(number, code)| Some((*self.sent.get(number)?, code))).collect();
        Err(classify_deliveries(tagged))
    }

    /// Confirms every delivery, then commits: `positions` are the next offsets of what was sent, in the input topic.
    ///
    /// # Errors
    /// A [`Failure`]. After [`Failure::Later`] the same call may be made again.
    pub fn commit(
        &mut self,
        positions: &[(i32, i64)],
        group: Option<&ConsumerGroupMetadata>,
        deadline: Instant,
    ) -> Result<(), Failure<Tag>> {
        self.begin()?;
        if !self.commits_first {
            self.drain(deadline)?;
        }
        let mut offsets = TopicPartitionList::new();
        for (partition, position) in positions {
            offsets
                .add_partition_offset(&self.topics.input, *partition, Offset::Offset(*position))
                .map_err(|error| Failure::Renew(error.to_string()))?;
        }
        match self.config.delivery {
            Delivery::ExactlyOnce => self.commit_transaction(&offsets, group, deadline)?,
            Delivery::AtLeastOnce if positions.is_empty() => {}
            Delivery::AtLeastOnce => self.offsets.commit(offsets, deadline)?,
        }
        self.open = false;
        self.sent.clear();
        Ok(())
    }

    fn commit_transaction(
        &self,
        offsets: &TopicPartitionList,
        group: Option<&ConsumerGroupMetadata>,
        deadline: Instant,
    ) -> Result<(), Failure<Tag>> {
        let group = group.ok_or_else(|| Failure::Abort("the consumer has no group metadata yet".into()))?;
        let failure = |call: &'static str| move |error: &KafkaError| self.failure(call, error);
        retry(failure("send_offsets"), deadline, || self.producer.send_offsets_to_transaction(offsets, group, TRY))?;
        retry(failure("commit"), deadline, || self.producer.commit_transaction(TRY))
    }

    /// Waits for every delivery. `flush` itself waits in steps of 100 ms (seen): a flush of zero length only makes the
    /// senders ignore their linger.
    fn drain(&mut self, deadline: Instant) -> Result<(), Failure<Tag>> {
        while self.producer.in_flight_count() > 0 {
            if Instant::now() >= deadline {
                let text = "the broker has not confirmed every delivery in time".to_owned();
                return Err(match self.config.delivery {
                    Delivery::ExactlyOnce => Failure::Renew(text),
                    // No transaction runs out: what is under way stays under way.
                    Delivery::AtLeastOnce => Failure::Later(text),
                });
            }
            // Ok or timed out: what counts is the number in flight.
            let _ = self.producer.flush(Duration::ZERO);
            self.poll()?;
            // Not by a poll that waits: its last part of a millisecond is spent asking (seen).
            std::thread::sleep(DELIVERY);
        }
        self.poll()
    }

    /// Aborts the open transaction: nothing of it is seen by readers of committed records.
    ///
    /// # Errors
    /// [`Failure::Renew`]: the producer is of no use any more.
    pub fn abort(&mut self) -> Result<(), Failure<Tag>> {
        self.sent.clear();
        if !std::mem::take(&mut self.open) {
            return Ok(());
        }
        let deadline = Instant::now() + TRY;
        // An abort with unserved delivery reports times out (seen).
        while self.producer.in_flight_count() > 0 && Instant::now() < deadline {
            let _ = self.producer.flush(Duration::ZERO);
            self.producer.poll(Duration::from_millis(1));
        }
        let aborted = self.producer.abort_transaction(TRY).map_err(|error| Failure::Renew(format!("abort: {error}")));
        self.producer.poll(Duration::ZERO);
        self.producer.context().failed.lock().unwrap_or_else(PoisonError::into_inner).clear();
        aborted
    }
}

/// Committed positions of partitions of the input topic, as the group coordinator tells them once open transactions have
/// ended.
///
/// # Errors
/// [`Failure::Later`]: try again.
pub fn committed<Tag>(
    consumer: &Consumer,
    topics: &TopicNames,
    partitions: &[i32],
) -> Result<Vec<(i32, i64)>, Failure<Tag>> {
    let mut list = TopicPartitionList::new();
    for partition in partitions {
        list.add_partition(&topics.input, *partition);
    }
    let committed =
        consumer.committed_offsets(list, TRY).map_err(|error| Failure::Later(format!("committed offsets: {error}")))?;
    let position = |offset: Offset| if let Offset::Offset(offset) = offset { Some(offset) } else { None };
    Ok(committed
        .elements()
        .iter()
        .filter_map(|element| Some((element.partition(), position(element.offset())?)))
        .collect())
}

fn retry<Tag>(
    failure: impl Fn(&KafkaError) -> Failure<Tag>,
    deadline: Instant,
    attempt: impl Fn() -> Result<(), KafkaError>,
) -> Result<(), Failure<Tag>> {
    loop {
        let Err(error) = attempt() else { return Ok(()) };
        match failure(&error) {
            Failure::Later(text) if Instant::now() >= deadline => {
                return Err(Failure::Renew(format!("{text}, given up")));
            }
            Failure::Later(_) => std::thread::sleep(Duration::from_millis(20)),
            failure => return Err(failure),
        }
    }
}
