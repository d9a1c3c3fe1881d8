//! Commits of offsets without a transaction, under a deadline.
//!
//! librdkafka's sync commit waits for the group's coordinator without any limit (seen: a broker that is frozen), and the end
//! of an async one is told by POLL, which waits for PUBLISH while partitions are revoked. So the wait happens on a thread of
//! its own, and whoever asks waits for that as long as it can.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::KafkaError;

use super::failure::Failure;
use super::source::Consumer;

/// Commits of one consumer, one at a time.
pub(super) struct Offsets {
    consumer: Consumer,
    /// A commit whose end nobody has seen.
    pending: Option<Receiver<Result<(), KafkaError>>>,
}

impl Offsets {
    pub(super) fn new(consumer: &Consumer) -> Self {
        Self { consumer: Arc::clone(consumer), pending: None }
    }

    /// Commits; at the deadline the commit goes on, and the next one waits for it first, so that an older one never comes
    /// after a newer.
    ///
    /// # Errors
    /// [`Failure::Later`]: it failed, or did not end in time.
    pub(super) fn commit<Tag>(&mut self, offsets: TopicPartitionList, deadline: Instant) -> Result<(), Failure<Tag>> {
        // Its result does not count: this one says what it said, and more.
        let _ = self.finish::<Tag>(deadline)?;
        let (told, result) = bounded(1);
        let consumer = Arc::clone(&self.consumer);
        let commit = move || {
            // nobody listens any more when the worker has ended
            let _ = told.send(consumer.commit(&offsets, CommitMode::Sync));
        };
        thread::Builder::new()
            .name("offsets".into())
            .spawn(commit)
            .map_err(|error| Failure::Later(format!("commit of offsets: {error}")))?;
        self.pending = Some(result);
        self.finish(deadline)?.map_err(|error| Failure::Later(format!("commit of offsets: {error}")))
    }

    /// Waits for what is pending.
    fn finish<Tag>(&mut self, deadline: Instant) -> Result<Result<(), KafkaError>, Failure<Tag>> {
        let Some(pending) = self.pending.take() else { return Ok(Ok(())) };
        match pending.recv_deadline(deadline) {
            Ok(result) => Ok(result),
            Err(RecvTimeoutError::Timeout) => {
                self.pending = Some(pending);
                Err(Failure::Later("the broker has not confirmed the commit of offsets in time".into()))
            }
            Err(RecvTimeoutError::Disconnected) => Err(Failure::Later("the commit of offsets panicked".into())),
        }
    }
}
