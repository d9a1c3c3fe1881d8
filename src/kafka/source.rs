//! The POLL thread: it owns the input consumer and polls at least every second or two.
//!
//! A `BaseConsumer` and no other: `StreamConsumer` cannot wait in its callbacks, `split_partition_queue` has known silent
//! stalls. When too much is in flight it waits a moment for commits; then the partitions are paused and polling goes on, or the
//! broker would take them away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use tracing::{debug, info};

use super::client::{self, ClientError, TopicNames};
use super::connection::Connection;
use super::message::record;
use super::rebalance::{Buffer, Context, Intake};
use super::trouble::Trouble;
use crate::config::{Config, Flow};
use crate::telemetry::{Phase, Telemetry, Thread};

/// Longest wait for a record; also how soon a stop is noticed.
const IDLE: Duration = Duration::from_millis(50);
/// The same while paused; also how soon the input is resumed.
const PAUSED: Duration = Duration::from_millis(5);
/// How long commits are waited for to make room before the input is paused; rebalances wait as long.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two looks whether there is room.
const LOOK: Duration = Duration::from_millis(2);

/// The input consumer, shared with the sink, which commits through it and asks it for committed offsets.
pub type Consumer = Arc<BaseConsumer<Context>>;

/// Serves the callbacks of a consumer that is not subscribed yet, and keeps what librdkafka tells only once.
pub(super) fn serve(consumer: &Consumer, wait: Duration) {
    let told = consumer.poll(wait).and_then(Result::err);
    if told == Some(KafkaError::MessageConsumption(RDKafkaErrorCode::GroupAuthorizationFailed)) {
        consumer.context().forbidden.store(true, Ordering::Release);
    }
}

/// The input: a consumer and who takes what it reads.
pub struct Source {
    consumer: Consumer,
    topic: Arc<str>,
    group: String,
    flow: Flow,
    telemetry: Arc<Telemetry>,
    trouble: Trouble,
    /// More is in flight than may be.
    full: bool,
    /// The input is paused, for that or because nothing more is wanted.
    paused: bool,
}

impl Source {
    /// Creates the consumer; it joins the group when [`Self::run`] starts.
    ///
    /// # Errors
    /// A property that librdkafka refuses, or a secret's file that cannot be read.
    pub fn new(
        config: &Config,
        topics: &TopicNames,
        intake: Box<dyn Intake>,
        trouble: Trouble,
    ) -> Result<Self, ClientError> {
        let connection = Connection::new(config);
        let telemetry = Arc::clone(trouble.telemetry());
        let (buffer, told) = (Buffer::default().into(), Arc::clone(&telemetry));
        let context = Context {
            connection,
            forbidden: AtomicBool::default(),
            intake,
            buffer,
            trouble: trouble.clone(),
            telemetry: told,
        };
        let consumer = Arc::new(client::consumer(config)?.create_with_context(context)?);
        Ok(Self {
            consumer,
            topic: topics.input.as_str().into(),
            group: config.kafka.group.clone(),
            flow: config.flow.clone(),
            telemetry,
            trouble,
            full: false,
            paused: false,
        })
    }

    /// The consumer, for the sink.
    pub fn consumer(&self) -> Consumer {
        Arc::clone(&self.consumer)
    }

    /// Polls until `stop`, then drains and leaves the group.
    ///
    /// # Errors
    /// What no retry mends: a duplicate instance id, say.
    pub fn run(mut self, stop: &AtomicBool) -> Result<(), KafkaError> {
        self.consumer.subscribe(&[&self.topic])?;
        let mut oldest = None;
        while !stop.load(Ordering::Acquire) {
            self.telemetry.health.beat(Thread::Poll);
            self.throttle(stop)?;
            let linger = oldest.map(|oldest| self.linger(oldest));
            let idle = if self.paused { PAUSED } else { IDLE };
            match self.consumer.poll(linger.unwrap_or(idle)) {
                Some(Ok(message)) => {
                    self.trouble.clear();
                    self.consumer.context().buffer().push(record(&self.topic, &message));
                    oldest = oldest.or_else(|| Some(Instant::now()));
                }
                Some(Err(error)) => self.fault(error)?,
                None => self.group_fault(),
            }
            if self.is_due(oldest) {
                self.hand_on();
                oldest = None;
            }
        }
        self.telemetry.health.enter(Phase::Stopping);
        self.leave();
        Ok(())
    }

    fn is_due(&self, oldest: Option<Instant>) -> bool {
        let buffer = self.consumer.context().buffer();
        let full = buffer.records.len() >= self.flow.batch_records || buffer.bytes >= self.flow.batch_bytes.get();
        full || oldest.is_some_and(|oldest| self.linger(oldest).is_zero())
    }

    /// How long a batch waits for more, in whole milliseconds: librdkafka takes less than one for none, and polling would spin.
    fn linger(&self, oldest: Instant) -> Duration {
        let left = self.flow.linger.get().saturating_sub(oldest.elapsed());
        if left < Duration::from_millis(1) { Duration::ZERO } else { left }
    }

    fn hand_on(&self) {
        let context = self.consumer.context();
        let (bytes, records) = {
            let mut buffer = context.buffer();
            (buffer.bytes, buffer.take())
        };
        if !records.is_empty() {
            self.telemetry.in_flight.add(bytes);
            context.intake.batch(records);
        }
    }

    /// Pauses above the limit if commits make no room in time, resumes below half of it: a pause throws the prefetch away, so it
    /// must not flutter. Pauses too while nothing more is wanted: two reasons, one state.
    fn throttle(&mut self, stop: &AtomicBool) -> Result<(), KafkaError> {
        let limit = self.flow.in_flight.get();
        if !self.full {
            self.await_room(limit, stop);
        }
        let bytes = self.telemetry.in_flight.bytes();
        let context = self.consumer.context();
        let wanted = context.intake.wanted();
        let (changed, buffered) = {
            let mut buffer = context.buffer();
            (std::mem::take(&mut buffer.changed), buffer.records.len())
        };
        self.full = if self.full { bytes > limit / 2 } else { bytes >= limit };
        let pause = self.full || buffered >= wanted;
        // A pause outlives an assignment in librdkafka: whoever keeps a partition that was paused has to resume it.
        if pause == self.paused && !changed {
            return Ok(());
        }
        let partitions = self.partitions();
        if pause {
            self.consumer.pause(&partitions)?;
        } else {
            self.consumer.resume(&partitions)?;
            self.wake();
        }
        if pause != self.paused {
            debug!(bytes, full = self.full, wanted, paused = pause, "input");
        }
        self.telemetry.in_flight.set_paused(self.full);
        self.paused = pause;
        Ok(())
    }

    /// Until less is in flight than may be, or for as long as polling can wait.
    fn await_room(&self, limit: usize, stop: &AtomicBool) {
        let since = Instant::now();
        while self.telemetry.in_flight.bytes() >= limit && since.elapsed() < PATIENCE && !stop.load(Ordering::Acquire) {
            std::thread::sleep(LOOK);
        }
    }

    /// Has fetching go on at once. librdkafka's broker threads look for resumed partitions once a second (seen, and read in
    /// `rd_kafka_broker_consumer_serve`), but a seek wakes them: to where each partition stands.
    fn wake(&self) {
        let mut known = TopicPartitionList::new();
        for (partition, position) in self.consumer.context().buffer().positions() {
            // A position that was read is one that can be set; if not, that partition goes on a second later.
            let _ = known.add_partition_offset(&self.topic, partition, Offset::Offset(position));
        }
        // No wait: the seek is under way, and what it reads comes by polling.
        if known.count() > 0
            && let Err(error) = self.consumer.seek_partitions(known, Duration::ZERO)
        {
            debug!(%error, "resumed partitions are read on within a second");
        }
    }

    fn partitions(&self) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for partition in self.consumer.context().buffer().partitions() {
            list.add_partition(&self.topic, partition);
        }
        list
    }

    /// librdkafka tells this once, and goes on trying.
    fn group_fault(&self) {
        if self.consumer.context().forbidden.load(Ordering::Acquire) {
            let advice = "grant Read on it to this worker's user, or set kafka.group to a group that it may use. copydesk keeps trying";
            self.trouble.report(&format!("not allowed to use the group {}", self.group), advice);
        }
    }

    fn fault(&self, error: KafkaError) -> Result<(), KafkaError> {
        match error {
            // Where `auto.offset.reset` is `error`: nothing would be read of that partition any more.
            KafkaError::MessageConsumptionFatal(_)
            | KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset) => Err(error),
            KafkaError::MessageConsumption(
                RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic,
            ) => {
                let advice =
                    format!("create it: `copydesk` reads raw articles from {}. copydesk keeps trying", self.topic);
                self.trouble.report(&format!("topic {} does not exist", self.topic), &advice);
                Ok(())
            }
            KafkaError::MessageConsumption(RDKafkaErrorCode::PollExceeded) => {
                info!("this worker was stopped for longer than max.poll.interval.ms: it joins the group anew");
                Ok(())
            }
            KafkaError::MessageConsumption(RDKafkaErrorCode::GroupAuthorizationFailed) => {
                self.consumer.context().forbidden.store(true, Ordering::Release);
                Ok(())
            }
            KafkaError::MessageConsumption(RDKafkaErrorCode::TopicAuthorizationFailed) => {
                let advice = "grant Read on it to this worker's user. copydesk keeps trying";
                self.trouble.report(&format!("not allowed to read topic {}", self.topic), advice);
                Ok(())
            }
            // Connection errors come through the error callback too, with a reason.
            other => {
                debug!(error = %other, "poll");
                Ok(())
            }
        }
    }

    /// Leaves the group: the revoke callback that follows drains what was taken.
    fn leave(self) {
        let context = self.consumer.context();
        context.buffer().take();
        self.consumer.unsubscribe();
        let deadline = Instant::now() + self.flow.drain_timeout.get() + Duration::from_secs(1);
        while !context.buffer().partitions().is_empty() && Instant::now() < deadline {
            // Records of the last fetch may still come: they were not taken, the next owner reads them.
            drop(self.consumer.poll(IDLE));
        }
    }
}
