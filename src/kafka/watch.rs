//! WATCH: how far behind this worker is, and whether the brokers answer while nothing comes. On a thread of its own, since a
//! broker may take its time and POLL may not wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};
use tracing::debug;

use super::client::TopicNames;
use super::log;
use super::source::Consumer;
use super::trouble::{Side, Trouble};
use crate::config::Config;
use crate::telemetry::Telemetry;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(5);
/// One try to ask a broker; also how long a stop may have to wait.
const TRY: Duration = Duration::from_secs(2);
/// So many tries in a row without an answer are a fault.
const TRIES: u32 = 3;

/// The thread, until it is told to end.
pub struct Watch {
    end: Sender<()>,
    thread: JoinHandle<()>,
}

/// What the thread has.
struct Look {
    consumer: Consumer,
    topics: TopicNames,
    has_log: bool,
    trouble: Trouble,
    brokers: String,
    unanswered: u32,
}

impl Watch {
    /// Starts to look.
    ///
    /// # Errors
    /// No thread can be had.
    pub fn start(
        consumer: Consumer,
        (config, topics): (&Config, &TopicNames),
        trouble: &Trouble,
        stop: &Arc<AtomicBool>,
    ) -> std::io::Result<Self> {
        let (end, ended) = bounded(0);
        let look = Look {
            consumer,
            topics: topics.clone(),
            has_log: config.dedupe.enabled,
            trouble: trouble.of(Side::Watch),
            brokers: config.kafka.brokers.clone(),
            unanswered: 0,
        };
        let stop = Arc::clone(stop);
        let thread = thread::Builder::new().name("watch".into()).spawn(move || look.run(&ended, &stop))?;
        Ok(Self { end, thread })
    }

    /// Ends it; the consumer is free then.
    pub fn end(self) {
        let Self { end, thread } = self;
        drop(end);
        // It only looks: whatever happened to it is nobody's business now.
        let _ = thread.join();
    }
}

impl Look {
    fn run(mut self, ended: &Receiver<()>, stop: &AtomicBool) {
        while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            if stop.load(Ordering::Acquire) {
                continue;
            }
            match self.look() {
                Ok(()) => {
                    self.unanswered = 0;
                    self.trouble.clear();
                    self.trouble.answered();
                }
                Err(error) => {
                    debug!(%error, "ends of partitions");
                    self.unanswered += 1;
                }
            }
            if self.unanswered >= TRIES {
                let advice = "check that the brokers run and can be reached. copydesk keeps trying";
                self.trouble.report(&format!("no broker of {} answers", self.brokers), advice);
            }
        }
    }

    fn telemetry(&self) -> &Telemetry {
        self.trouble.telemetry()
    }

    fn look(&self) -> Result<(), KafkaError> {
        let Telemetry { group, log, .. } = self.telemetry();
        let input = self.topics.input.as_str();
        // A request for the offset at the time "end": one call for all partitions.
        let mut ends = TopicPartitionList::new();
        for partition in group.partitions() {
            ends.add_partition_offset(input, partition, Offset::End)?;
        }
        if self.has_log {
            ends.add_partition_offset(&self.topics.sketches, log::PARTITION, Offset::End)?;
        }
        if ends.count() == 0 {
            return self.consumer.fetch_metadata(Some(input), TRY).map(drop);
        }
        let told = self.consumer.offsets_for_times(ends, TRY)?;
        for element in told.elements() {
            let Offset::Offset(end) = element.offset() else { continue };
            if element.topic() == input {
                group.ends(element.partition(), end);
            } else {
                log.end.set(end);
            }
        }
        self.committed()
    }

    /// Where partitions stand of which this worker has committed nothing yet: at the group's position, else at the beginning.
    fn committed(&self) -> Result<(), KafkaError> {
        let group = &self.telemetry().group;
        let unknown = group.unknown();
        if unknown.is_empty() {
            return Ok(());
        }
        let input = self.topics.input.as_str();
        let mut list = TopicPartitionList::new();
        for partition in unknown {
            list.add_partition(input, partition);
        }
        for element in self.consumer.committed_offsets(list, TRY)?.elements() {
            let position = match element.offset() {
                Offset::Offset(position) => position,
                _ => self.consumer.fetch_watermarks(input, element.partition(), TRY)?.0,
            };
            group.committed(element.partition(), position);
        }
        Ok(())
    }
}
