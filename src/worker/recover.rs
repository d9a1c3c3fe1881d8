//! How PUBLISH goes on after a failure: wait, abort, a new producer, another outcome for what the broker refuses, or the end.

use std::time::{Duration, Instant, SystemTime};

use tracing::info;

use super::outcome::{self, Settled};
use super::publish::{LEAST_COMMIT, Publisher, Waiting};
use super::tail::Ask;
use super::tickets::TicketId;
use crate::config::Delivery;
use crate::kafka::client::Batch;
use crate::kafka::failure::{Failure, Refusal};
use crate::kafka::sink::{self, Sink};
use crate::kafka::topics::{self, DEFAULT_LIMIT};
use crate::pipeline::Names;

/// Wait before the same is tried again.
const BACK_OFF: Duration = Duration::from_millis(250);
/// The same, where a right is missing: somebody has to grant it.
const FORBIDDEN: Duration = Duration::from_secs(1);
/// One try to make a producer ready; a longer one would leave events waiting.
const TRY: Duration = Duration::from_secs(2);
/// Least bytes of a batch, where the broker refuses some and does not tell its limits.
const LEAST_BATCH: usize = 16 << 10;

impl Publisher {
    /// A new producer; then, if a commit's end is unknown, the broker tells which records are done.
    pub(super) fn connect(&mut self) -> Result<(), Failure<TicketId>> {
        let shared = &self.shared;
        let super::publish::Shared { consumer, trouble, telemetry, .. } = shared;
        let sink = match self.starting.take() {
            Some(sink) => sink,
            None => Sink::new(&self.settings, consumer, trouble)?,
        };
        let sink = self.starting.insert(sink);
        sink.start(TRY)?;
        if self.in_doubt && self.settings.config.delivery == Delivery::ExactlyOnce {
            let partitions = self.tickets.partitions();
            let now = SystemTime::now();
            let positions = sink::committed(consumer, &self.settings.topics, &partitions)?;
            let mut freed = 0;
            for (partition, position) in positions {
                freed += self.tickets.committed_below(partition, position, |settled| shared.done(settled, now));
                telemetry.group.committed(partition, position);
            }
            telemetry.in_flight.release(freed);
            let commits = &telemetry.commits;
            if freed > 0 { commits.committed.add(1) } else { commits.aborted.add(1) }
        }
        self.tickets.aborted();
        self.in_doubt = false;
        self.restart_commit();
        self.sink = self.starting.take();
        Ok(())
    }

    pub(super) fn recover(&mut self, failure: Failure<TicketId>) -> anyhow::Result<()> {
        self.retry_at = Instant::now() + BACK_OFF;
        let trouble = &self.shared.trouble;
        match failure {
            Failure::Later(text) => {
                trouble.report("outputs cannot be committed", &format!("{text}. copydesk keeps trying"));
            }
            Failure::Abort(text) => {
                trouble.report("a transaction was aborted", &format!("{text}. Its records are emitted again"));
                self.commit_less();
                self.undo();
            }
            Failure::Renew(text) => {
                let advice = format!("{text}. Committed offsets are read again, the rest is emitted again");
                trouble.report("the producer had to be replaced", &advice);
                self.commit_less();
                self.drop_sink();
            }
            Failure::Forbidden(what, advice) => {
                trouble.report(&what, &format!("{advice}. copydesk keeps trying"));
                self.retry_at = Instant::now() + FORBIDDEN;
                self.drop_sink();
            }
            Failure::Refused(refused) => {
                self.undo();
                self.drop_sink();
                self.retry_at = Instant::now();
                self.refused(&refused)?;
            }
            Failure::Fatal(text) => anyhow::bail!(text),
        }
        Ok(())
    }

    /// What did not go out in time goes out in smaller parts.
    fn commit_less(&mut self) {
        self.commit_bytes = (self.commit_bytes / 2).max(LEAST_COMMIT.min(self.commit_bytes));
    }

    fn drop_sink(&mut self) {
        self.in_doubt = self.in_doubt || self.opened.is_some();
        self.sink = None;
        self.starting = None;
    }

    /// Takes back what was emitted and not committed. Only a transaction can; at-least-once repeats instead.
    pub(super) fn undo(&mut self) {
        if self.settings.config.delivery == Delivery::AtLeastOnce {
            return;
        }
        match self.sink.as_mut().map(Sink::abort) {
            Some(Ok(())) => {
                if self.opened.is_some() {
                    self.shared.telemetry.commits.aborted.add(1);
                }
                self.tickets.aborted();
                self.restart_commit();
            }
            Some(Err(_)) => self.drop_sink(),
            None => {}
        }
    }

    /// The broker refuses a batch as a whole. Records larger than the topic takes (the limits may have changed since the
    /// start) get another outcome; where none is, each is sent alone, and those get another that are refused again.
    fn refused(&mut self, refused: &[(TicketId, Refusal)]) -> anyhow::Result<()> {
        let told = topics::limits(&self.settings.config, &self.settings.topics);
        if let Some(limits) = told {
            self.pipeline.set_output_limit(limits.article());
            self.settings.limits = Some(limits);
        }
        let mut refused = refused.to_vec();
        refused.sort_unstable_by_key(|(id, _)| *id);
        refused.dedup_by_key(|(id, _)| *id);
        if self.settings.batch != Batch::Single {
            let limits = self.settings.limits.as_ref();
            let is_too_large = |(id, _): &(TicketId, Refusal)| {
                limits.zip(self.tickets.settled(*id)).is_some_and(|(limits, settled)| settled.is_larger_than(limits))
            };
            refused.retain(is_too_large);
            if refused.is_empty() {
                info!("the broker refuses a batch: its records are sent one by one");
                self.settings.batch = Batch::Single;
            }
        }
        refused.into_iter().try_for_each(|(id, refusal)| self.refuse(id, refusal))
    }

    /// After a commit of records that were sent one by one: together again, in smaller batches if nobody knows the limit.
    pub(super) fn batch_again(&mut self) {
        if self.settings.batch != Batch::Single {
            return;
        }
        let bytes = match &self.settings.limits {
            Some(limits) => limits.batch(),
            None => (self.unknown_batch / 2).max(LEAST_BATCH),
        };
        self.unknown_batch = bytes.min(DEFAULT_LIMIT);
        self.settings.batch = Batch::AtMost(bytes);
        self.sink = None;
    }

    /// The record gets the next of its outcomes, and what would have quoted it does not.
    fn refuse(&mut self, id: TicketId, refusal: Refusal) -> anyhow::Result<()> {
        let (partition, offset) = (id.partition, id.offset);
        if let Some(settled) = self.tickets.settled(id) {
            let what = format_args!("the broker refuses this record's outcome {refusal}");
            self.dead_letters.tell(&settled.record, None, what);
        }
        if self.tickets.settled(id).is_some_and(Settled::is_last_resort) {
            let topic = &self.settings.topics.dead_letters;
            anyhow::bail!(
                "the broker refuses the last resort of record {partition}:{offset} {refusal}: look at the settings of {topic}"
            );
        }
        let mut quotable = None;
        if self.tickets.settled(id).is_some_and(Settled::is_result) {
            self.shared.gate.refused(outcome::code(refusal));
        }
        self.tickets.replace(id, |settled| {
            quotable = settled.quotable;
            outcome::refused(settled, refusal)
        });
        // The dead letter waits until nothing quotes the article any more: a copy would repeat what nobody can read.
        if let Some((identity, key)) = quotable {
            self.tickets.hold(id, Waiting::Refused);
            self.ask(Ask::TakeDown(id, identity, key, Names::default()));
        }
        Ok(())
    }
}
