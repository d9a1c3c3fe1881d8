//! PUBLISH: the one thread that owns the producer and the tickets. It proposes, emits and commits, and recovers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use tracing::{info, warn};

use super::assignment::{Action, Assignment};
use super::decide::{Answer, Ask};
use super::outcome::{self, Settled};
use super::tally::Tally;
use super::tickets::{TicketId, Tickets};
use crate::config::Delivery;
use crate::kafka::failure::Failure;
use crate::kafka::rebalance::GroupMetadata;
use crate::kafka::sink::{self, Sink, SinkSettings};
use crate::kafka::source::{Consumer, InFlight};
use crate::kafka::topics;
use crate::kafka::trouble::Trouble;
use crate::pipeline::{self, Draft, Pipeline, Takedown};
use crate::record::Record;

/// What PUBLISH is told.
pub(super) enum Event {
    /// Partitions are ours, each under an epoch.
    Assigned { partitions: Vec<(i32, u64)>, group: Option<GroupMetadata> },
    /// Records were taken, with their bytes.
    Taken(Vec<(TicketId, usize)>),
    /// Records were analysed.
    Analysed(Vec<(TicketId, Record, pipeline::Analysis)>),
    /// Verdicts.
    Decided(Vec<Answer>),
    /// Partitions leave; `done` is told when they may.
    Revoked { partitions: Vec<i32>, deadline: Instant, done: Sender<()> },
    /// Partitions are gone.
    Lost { partitions: Vec<i32>, done: Sender<()> },
    /// Nothing more comes.
    Closed,
}

/// What the threads share.
pub(super) struct Shared {
    pub(super) consumer: Consumer,
    pub(super) trouble: Arc<Trouble>,
    pub(super) in_flight: Arc<InFlight>,
    pub(super) tally: Arc<Tally>,
    pub(super) stop: Arc<AtomicBool>,
}

/// Stops the worker when PUBLISH ends, however it ends.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A record that waits for DECIDE.
#[derive(Debug)]
enum Waiting {
    Article(Record, Box<Draft>),
    Takedown(Record, Takedown),
}

/// Longest wait for an event; also how often the assignment's deadline is looked at.
const TICK: Duration = Duration::from_millis(10);
/// Wait before the same is tried again.
const BACK_OFF: Duration = Duration::from_millis(250);

pub(super) struct Publisher {
    settings: SinkSettings,
    shared: Shared,
    inbox: Receiver<Event>,
    decide: Sender<Ask>,
    pipeline: Arc<Pipeline>,
    tickets: Tickets<Waiting, Settled>,
    assignment: Assignment,
    /// Who waits for the assignment to change.
    waiting: Vec<Sender<()>>,
    group: Option<GroupMetadata>,
    /// None until connected, and after a failure that takes a new producer.
    sink: Option<Sink<TicketId>>,
    /// What was emitted may or may not be committed: the broker must be asked.
    in_doubt: bool,
    retry_at: Instant,
    /// When the first record of the open commit was emitted.
    opened: Option<Instant>,
    emitted_bytes: usize,
}

impl Publisher {
    pub(super) fn new(
        settings: SinkSettings,
        shared: Shared,
        inbox: Receiver<Event>,
        decide: Sender<Ask>,
        pipeline: Arc<Pipeline>,
    ) -> Self {
        Self {
            settings,
            shared,
            inbox,
            decide,
            pipeline,
            tickets: Tickets::default(),
            assignment: Assignment::default(),
            waiting: Vec::new(),
            group: None,
            sink: None,
            in_doubt: false,
            retry_at: Instant::now(),
            opened: None,
            emitted_bytes: 0,
        }
    }

    /// Until nothing more comes. An error or a panic stops the worker: without PUBLISH it would take records for nobody.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        let _stop = StopOnDrop(Arc::clone(&self.shared.stop));
        self.serve()
    }

    fn serve(&mut self) -> anyhow::Result<()> {
        loop {
            match self.inbox.recv_timeout(TICK) {
                Ok(Event::Closed) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Ok(event) => self.handle(event)?,
                Err(RecvTimeoutError::Timeout) => {}
            }
            // The commit must not wait for a flood of events to end.
            for event in self.inbox.try_iter().take(64).collect::<Vec<_>>() {
                if matches!(event, Event::Closed) {
                    return Ok(());
                }
                self.handle(event)?;
            }
            self.propose()?;
            if Instant::now() >= self.retry_at
                && let Err(failure) = self.advance()
            {
                self.recover(failure)?;
            }
            self.tick();
        }
    }

    fn handle(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Assigned { partitions, group } => {
                let action = self.assignment.assigned();
                self.act(action);
                for (partition, epoch) in partitions {
                    self.tickets.assign(partition, epoch);
                }
                self.group = group;
            }
            Event::Taken(taken) => self.take(&taken),
            Event::Analysed(analysed) => {
                for (id, record, analysis) in analysed {
                    self.analysed(id, record, analysis);
                }
            }
            Event::Decided(answers) => answers.into_iter().for_each(|answer| self.decided(answer)),
            Event::Revoked { partitions, deadline, done } => {
                self.assignment.revoke(partitions, deadline);
                self.waiting.push(done);
            }
            Event::Lost { partitions, done } => {
                self.waiting.push(done);
                let action = self.assignment.lost(partitions);
                self.act(action);
            }
            Event::Closed => {}
        }
        Ok(())
    }

    fn take(&mut self, taken: &[(TicketId, usize)]) {
        for (id, bytes) in taken {
            if self.tickets.take(*id, *bytes) {
                self.shared.tally.taken(1);
            } else {
                self.shared.in_flight.release(*bytes);
            }
        }
    }

    fn analysed(&mut self, id: TicketId, record: Record, analysis: pipeline::Analysis) {
        match analysis {
            pipeline::Analysis::Rejected(reject) => self.tickets.settle(id, outcome::rejected(record, reject)),
            pipeline::Analysis::Takedown(takedown) => self.tickets.analysed(id, Waiting::Takedown(record, takedown)),
            pipeline::Analysis::Article(draft) => self.tickets.analysed(id, Waiting::Article(record, draft)),
        }
    }

    /// Asks DECIDE for every article whose turn it is; without dedupe there is nothing to ask.
    fn propose(&mut self) -> anyhow::Result<()> {
        let (mut asks, mut undisputed) = (Vec::new(), Vec::new());
        self.tickets.propose(|id, waiting| match waiting {
            Waiting::Takedown(_, takedown) if self.settings.config.dedupe.enabled => {
                asks.push(Ask::TakeDown(Some(id), takedown.identity, takedown.key_hash));
            }
            Waiting::Takedown(..) => undisputed.push(id),
            Waiting::Article(_, draft) => match draft.proposal.take() {
                Some(proposal) => asks.push(Ask::Judge(id, proposal)),
                None => undisputed.push(id),
            },
        });
        let rule = self.settings.config.output.duplicates;
        for id in undisputed {
            self.tickets.decide(id, |waiting| match waiting {
                Waiting::Article(record, draft) => outcome::article(record, &draft, None, rule),
                Waiting::Takedown(record, takedown) => outcome::takedown(record, &takedown.key),
            });
        }
        for ask in asks {
            self.decide.send(ask).map_err(|_| anyhow::anyhow!("the DECIDE thread is gone"))?;
        }
        Ok(())
    }

    fn decided(&mut self, answer: Answer) {
        let rule = self.settings.config.output.duplicates;
        let (id, verdict) = match answer {
            Answer::Verdict(id, verdict) => (id, Some(verdict)),
            Answer::TakenDown(id) => (id, None),
        };
        self.tickets.decide(id, |waiting| match waiting {
            Waiting::Article(record, draft) => outcome::article(record, &draft, verdict.as_ref(), rule),
            Waiting::Takedown(record, takedown) => outcome::takedown(record, &takedown.key),
        });
    }

    /// Emits what is settled, in order, and commits when it is time.
    fn advance(&mut self) -> Result<(), Failure<TicketId>> {
        let Some(sink) = &mut self.sink else { return self.connect() };
        let (opened, bytes) = (&mut self.opened, &mut self.emitted_bytes);
        self.tickets.emit(|id, settled| {
            settled.out.iter().try_for_each(|out| sink.send(id, out))?;
            opened.get_or_insert_with(Instant::now);
            *bytes += settled.record.size();
            Ok(())
        })?;
        sink.poll()?;
        if self.is_commit_due() { self.commit() } else { Ok(()) }
    }

    fn is_commit_due(&self) -> bool {
        let Some(opened) = self.opened else { return false };
        let config = &self.settings.config;
        let leaving = self.assignment.leaving();
        opened.elapsed() >= config.commit_interval.0.get()
            || self.emitted_bytes >= config.flow.in_flight.get() / 4
            || (!leaving.is_empty() && self.tickets.is_emitted(leaving))
    }

    fn commit(&mut self) -> Result<(), Failure<TicketId>> {
        let Some(sink) = &mut self.sink else { return Ok(()) };
        let limit = Instant::now() + self.settings.config.flow.transaction_timeout.get();
        let deadline = self.assignment.deadline().map_or(limit, |drain| drain.min(limit));
        sink.commit(&self.tickets.positions(), self.group.as_ref(), deadline)?;
        let tally = &self.shared.tally;
        let freed = self.tickets.committed(|settled| tally.done(settled.terminal));
        self.shared.in_flight.release(freed);
        self.shared.trouble.clear();
        self.restart_commit();
        Ok(())
    }

    fn restart_commit(&mut self) {
        self.opened = None;
        self.emitted_bytes = 0;
    }

    /// A new producer; then, if a commit's end is unknown, the broker tells which records are done.
    fn connect(&mut self) -> Result<(), Failure<TicketId>> {
        let Shared { consumer, trouble, in_flight, tally, .. } = &self.shared;
        let sink = Sink::connect(&self.settings, consumer, trouble, Duration::from_secs(2))?;
        if self.in_doubt && self.settings.config.delivery == Delivery::ExactlyOnce {
            let partitions = self.tickets.partitions();
            let positions = sink::committed(consumer, &self.settings.topics, &partitions)?;
            for (partition, position) in positions {
                in_flight
                    .release(self.tickets.committed_below(partition, position, |settled| tally.done(settled.terminal)));
            }
        }
        self.tickets.aborted();
        self.in_doubt = false;
        self.restart_commit();
        self.sink = Some(sink);
        Ok(())
    }

    fn recover(&mut self, failure: Failure<TicketId>) -> anyhow::Result<()> {
        self.retry_at = Instant::now() + BACK_OFF;
        match failure {
            Failure::Later(text) => {
                self.shared.trouble.report("outputs cannot be committed", &format!("{text}. copydesk keeps trying"))
            }
            Failure::Abort(text) => {
                warn!(cause = text, "transaction aborted, its records are emitted again");
                self.undo();
            }
            Failure::Renew(text) => {
                warn!(cause = text, "new producer; committed offsets are read again");
                self.drop_sink();
            }
            Failure::Refused(ids) => {
                self.drop_sink();
                self.retry_at = Instant::now();
                self.refuse_largest(&ids)?;
            }
        }
        Ok(())
    }

    fn drop_sink(&mut self) {
        self.in_doubt = self.in_doubt || self.opened.is_some();
        self.sink = None;
    }

    /// The broker refuses a batch as a whole, so small records are among those that it refused: only those that do not fit
    /// get another outcome, at least the largest, the others are emitted again. The limits may have changed since the start.
    fn refuse_largest(&mut self, ids: &[TicketId]) -> anyhow::Result<()> {
        let limits = topics::limits(&self.settings.config, &self.settings.topics);
        self.settings.limits = limits;
        self.pipeline.set_output_limit(limits.article());
        let excess = |id: &TicketId| self.tickets.settled(*id).map(|settled| (settled.excess(limits), *id));
        let mut sizes: Vec<(isize, TicketId)> = ids.iter().filter_map(excess).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let largest = sizes.pop().into_iter();
        let others = sizes.into_iter().filter(|(excess, _)| *excess > 0);
        let refused: Vec<TicketId> = largest.chain(others).map(|(_, id)| id).collect();
        refused.into_iter().try_for_each(|id| self.refuse(id))
    }

    /// The record's outcome becomes a dead letter, and what would have quoted it does not.
    fn refuse(&mut self, id: TicketId) -> anyhow::Result<()> {
        warn!(
            partition = id.partition,
            offset = id.offset,
            "the broker refuses this record's outcome for its size: dead letter"
        );
        let mut quotable = None;
        self.tickets.replace(id, |settled| {
            quotable = settled.quotable;
            outcome::refused(settled)
        });
        if let Some((identity, key)) = quotable {
            self.decide
                .send(Ask::TakeDown(None, identity, key))
                .map_err(|_| anyhow::anyhow!("the DECIDE thread is gone"))?;
        }
        Ok(())
    }

    /// Takes back what was emitted and not committed. Only a transaction can; at-least-once repeats instead.
    fn undo(&mut self) {
        if self.settings.config.delivery == Delivery::AtLeastOnce {
            return;
        }
        match self.sink.as_mut().map(Sink::abort) {
            Some(Ok(())) => {
                self.tickets.aborted();
                self.restart_commit();
            }
            Some(Err(_)) => self.drop_sink(),
            None => {}
        }
    }

    fn tick(&mut self) {
        let (tickets, now) = (&self.tickets, Instant::now());
        let action = self.assignment.tick(now, |partitions| tickets.is_drained(partitions));
        self.act(action);
    }

    fn act(&mut self, action: Action) {
        let (partitions, is_clean) = match action {
            Action::None | Action::Drain(_) => return,
            Action::Release(partitions) => (partitions, true),
            Action::Abort(partitions) => (partitions, false),
        };
        if is_clean {
            info!(?partitions, "partitions drained");
        } else {
            self.undo();
        }
        for partition in partitions {
            let (tickets, bytes) = self.tickets.drop_partition(partition);
            if tickets > 0 {
                info!(partition, tickets, "taken and not committed: the next owner reads them again");
            }
            self.shared.tally.dropped(tickets as u64);
            self.shared.in_flight.release(bytes);
        }
        if self.assignment.leaving().is_empty() {
            for done in self.waiting.drain(..) {
                // who waited may have given up at the deadline
                let _ = done.send(());
            }
        }
    }
}
