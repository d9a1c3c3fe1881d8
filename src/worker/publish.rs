//! PUBLISH: the one thread that owns the producer and the tickets. It proposes, emits and commits; how it goes on after a
//! failure stands in `recover`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use tracing::info;

use super::assignment::{Action, Assignment};
use super::gate::Gate;
use super::notices::Notices;
use super::outcome::{self, Settled};
use super::tail::{Answer, Ask};
use super::tickets::{Taken, TicketId, Tickets};
use crate::config::{Config, Delivery};
use crate::kafka::failure::Failure;
use crate::kafka::rebalance::GroupMetadata;
use crate::kafka::sink::{Sink, SinkSettings};
use crate::kafka::source::Consumer;
use crate::kafka::topics;
use crate::kafka::trouble::Trouble;
use crate::pipeline::{self, Draft, Pipeline, Takedown, Verdict};
use crate::record::Record;
use crate::telemetry::{Telemetry, Thread};

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
    /// A thread that PUBLISH waits for has failed.
    Broken(anyhow::Error),
    /// Nothing more comes.
    Closed,
}

/// What the threads share.
pub(super) struct Shared {
    pub(super) consumer: Consumer,
    pub(super) trouble: Trouble,
    pub(super) telemetry: Arc<Telemetry>,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) gate: Arc<Gate>,
}

impl Shared {
    /// A commit up to these positions was confirmed.
    fn committed(&self, positions: &[(i32, i64)], took: Duration) {
        let Telemetry { commits, group, .. } = &*self.telemetry;
        commits.committed.add(1);
        commits.duration.observe(took);
        commits.last_ms.set(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis));
        positions.iter().for_each(|(partition, position)| group.committed(*partition, *position));
    }

    /// A record's outcome is committed.
    pub(super) fn done(&self, settled: &Settled, now: SystemTime) {
        self.telemetry.tally.done(settled.terminal);
        let came = settled.record.origin.timestamp.and_then(|millis| u64::try_from(millis).ok());
        // A producer's clock may be ahead of this one.
        let took = came.and_then(|came| now.duration_since(UNIX_EPOCH + Duration::from_millis(came)).ok());
        took.into_iter().for_each(|took| self.telemetry.commits.end_to_end.observe(took));
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Stops the worker when PUBLISH ends, however it ends.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A record that waits for TAIL.
#[derive(Debug)]
pub(super) enum Waiting {
    Article(Record, Box<Draft>),
    Takedown(Record, Takedown),
    /// An article that the broker refused, and what it gets instead.
    Refused(Settled),
}

/// Longest wait for an event; also how often the assignment's deadline is looked at.
const TICK: Duration = Duration::from_millis(10);
/// The part of the commit interval by which a commit begins early.
const EARLY: u32 = 10;
/// Least bytes of input that one commit stands for, where outputs are slow.
pub(super) const LEAST_COMMIT: usize = 64 << 10;

const ODD_TAKEDOWN: &str =
    "a takedown meets an article that was published under another key: nothing quotes it any more, its record stays";
const TAKEDOWN_ADVICE: &str = "give takedowns the key of their article, or its source and id";

/// Why emitting stops.
enum Stop {
    /// The commit is as large as it may be.
    Full,
    Failed(Failure<TicketId>),
}

/// Most bytes of input that one commit stands for.
fn largest_commit(config: &Config) -> usize {
    (config.flow.in_flight.get() / 4).max(1)
}

pub(super) struct Publisher {
    pub(super) settings: SinkSettings,
    pub(super) shared: Shared,
    inbox: Receiver<Event>,
    /// None: there is no dedupe.
    asks: Option<Sender<Ask>>,
    pub(super) pipeline: Arc<Pipeline>,
    pub(super) tickets: Tickets<Waiting, Settled>,
    assignment: Assignment,
    /// Who waits for the assignment to change.
    waiting: Vec<Sender<()>>,
    group: Option<GroupMetadata>,
    /// None until connected, and after a failure that takes a new producer.
    pub(super) sink: Option<Sink<TicketId>>,
    /// A producer that is not ready yet.
    pub(super) starting: Option<Sink<TicketId>>,
    /// What was emitted may or may not be committed: the broker must be asked.
    pub(super) in_doubt: bool,
    pub(super) retry_at: Instant,
    /// When the first record of the open commit was emitted.
    pub(super) opened: Option<Instant>,
    emitted_bytes: usize,
    /// When the last commit began.
    began: Instant,
    /// Bytes of input after which nothing more is emitted before a commit: what slow outputs can take in time.
    pub(super) commit_bytes: usize,
    /// Bytes of a batch, where the broker does not tell its limits.
    pub(super) unknown_batch: usize,
    pub(super) dead_letters: Notices,
    odd_takedowns: Notices,
}

impl Publisher {
    pub(super) fn new(
        settings: SinkSettings,
        shared: Shared,
        inbox: Receiver<Event>,
        asks: Option<Sender<Ask>>,
        pipeline: Arc<Pipeline>,
    ) -> Self {
        let commit_bytes = largest_commit(&settings.config);
        Self {
            settings,
            shared,
            inbox,
            asks,
            pipeline,
            tickets: Tickets::default(),
            assignment: Assignment::default(),
            waiting: Vec::new(),
            group: None,
            sink: None,
            starting: None,
            in_doubt: false,
            retry_at: Instant::now(),
            opened: None,
            emitted_bytes: 0,
            began: Instant::now(),
            commit_bytes,
            unknown_batch: topics::DEFAULT_LIMIT,
            dead_letters: Notices::new("dead letters", "see copydesk_dead_letters_total, and `copydesk dlq ls`"),
            odd_takedowns: Notices::new("takedowns under another key than their article's", TAKEDOWN_ADVICE),
        }
    }

    /// Until nothing more comes. An error or a panic stops the worker: without PUBLISH it would take records for nobody.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        let _stop = StopOnDrop(Arc::clone(&self.shared.stop));
        let served = self.serve();
        match served {
            Ok(()) => self.close(),
            // A transaction that is left open hides what others write until it times out.
            Err(_) => self.undo(),
        }
        served
    }

    fn serve(&mut self) -> anyhow::Result<()> {
        loop {
            self.shared.telemetry.health.beat(Thread::Publish);
            match self.inbox.recv_timeout(self.patience()) {
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

    /// POLL gave up at the deadline and is gone before PUBLISH has seen it pass: what is left is given up here.
    fn close(&mut self) {
        let action = self.assignment.assigned();
        self.act(action);
    }

    fn handle(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Assigned { partitions, group } => {
                let action = self.assignment.assigned();
                self.act(action);
                for (partition, epoch) in partitions {
                    let left = self.tickets.assign(partition, epoch);
                    self.dropped(partition, left);
                }
                self.group = group;
            }
            Event::Taken(taken) => self.take(&taken)?,
            Event::Analysed(analysed) => {
                for (id, record, analysis) in analysed {
                    self.analysed(id, record, analysis);
                }
            }
            Event::Decided(answers) => answers.into_iter().for_each(|answer| self.decided(answer)),
            Event::Revoked { partitions, deadline, done } => {
                for partition in &partitions {
                    let given = self.tickets.give_back(*partition);
                    self.returned(*partition, given);
                }
                self.assignment.revoke(partitions, deadline);
                self.waiting.push(done);
            }
            Event::Lost { partitions, done } => {
                self.waiting.push(done);
                let action = self.assignment.lost(partitions);
                self.act(action);
            }
            Event::Broken(error) => return Err(error),
            Event::Closed => {}
        }
        Ok(())
    }

    fn take(&mut self, taken: &[(TicketId, usize)]) -> anyhow::Result<()> {
        for (id, bytes) in taken {
            match self.tickets.take(*id, *bytes) {
                Taken::Yes => self.shared.telemetry.tally.taken(1),
                Taken::Late => self.shared.telemetry.in_flight.release(*bytes),
                Taken::Back(last) => anyhow::bail!(
                    "partition {}: offset {} comes after {last}, so the input topic was made anew or cut off; a restart reads it from the committed offset, or from its beginning",
                    id.partition,
                    id.offset
                ),
            }
        }
        Ok(())
    }

    fn analysed(&mut self, id: TicketId, record: Record, analysis: pipeline::Analysis) {
        match analysis {
            pipeline::Analysis::Rejected(reject) => {
                self.dead_letters.tell(
                    &record,
                    Some(reject.code.as_str()),
                    format_args!("dead letter: {}", reject.message),
                );
                self.tickets.settle(id, outcome::rejected(record, reject));
            }
            pipeline::Analysis::Takedown(takedown) => self.tickets.analysed(id, Waiting::Takedown(record, takedown)),
            pipeline::Analysis::Article(draft) => self.tickets.analysed(id, Waiting::Article(record, draft)),
        }
    }

    /// Asks TAIL for every article whose turn it is; without dedupe there is nothing to ask.
    fn propose(&mut self) -> anyhow::Result<()> {
        let (mut asks, mut undisputed) = (Vec::new(), Vec::new());
        self.tickets.propose(|id, waiting| match waiting {
            Waiting::Takedown(_, takedown) if self.asks.is_some() => {
                let names = std::mem::take(&mut takedown.names);
                asks.push(Ask::TakeDown(id, takedown.identity, takedown.key_hash, names));
            }
            Waiting::Takedown(..) | Waiting::Refused(_) => undisputed.push(id),
            Waiting::Article(_, draft) => match draft.proposal.take() {
                Some(proposal) => asks.push(Ask::Judge(id, proposal)),
                None => undisputed.push(id),
            },
        });
        undisputed.into_iter().for_each(|id| self.settle(id, None));
        asks.into_iter().for_each(|ask| self.ask(ask));
        Ok(())
    }

    /// A TAIL that is gone says so itself.
    pub(super) fn ask(&self, ask: Ask) {
        if let Some(asks) = &self.asks {
            let _ = asks.send(ask);
        }
    }

    fn decided(&mut self, answer: Answer) {
        match answer {
            Answer::Verdict(id, verdict) => self.settle(id, Some(&verdict)),
            Answer::TakenDown(id) => self.settle(id, None),
            Answer::OtherKey(id) => {
                if let Some(Waiting::Takedown(record, _)) = self.tickets.waiting(id) {
                    self.odd_takedowns.tell(record, None, format_args!("{ODD_TAKEDOWN}: {TAKEDOWN_ADVICE}"));
                }
            }
        }
    }

    fn settle(&mut self, id: TicketId, verdict: Option<&Verdict>) {
        let router = self.pipeline.router();
        let articles = &self.shared.telemetry.articles;
        self.tickets.decide(id, |waiting| match waiting {
            Waiting::Article(record, draft) => {
                outcome::count(articles, &draft, verdict);
                let routes = draft.routes(router, verdict);
                outcome::article(record, *draft, verdict, routes)
            }
            Waiting::Takedown(record, takedown) => outcome::takedown(record, &takedown.key, router.everywhere()),
            Waiting::Refused(settled) => settled,
        });
    }

    /// Emits what is settled, in order, and commits when it is time.
    fn advance(&mut self) -> Result<(), Failure<TicketId>> {
        let Some(sink) = &mut self.sink else { return self.connect() };
        let (opened, bytes, most) = (&mut self.opened, &mut self.emitted_bytes, self.commit_bytes);
        let emitted = self.tickets.emit(|id, settled| {
            if *bytes >= most {
                return Err(Stop::Full);
            }
            settled.out.iter().try_for_each(|out| sink.send(id, out)).map_err(Stop::Failed)?;
            opened.get_or_insert_with(Instant::now);
            *bytes += settled.record.size();
            Ok(())
        });
        if let Err(Stop::Failed(failure)) = emitted {
            return Err(failure);
        }
        sink.poll()?;
        if self.is_commit_due() { self.commit() } else { Ok(()) }
    }

    /// Commits begin nine tenths of the interval apart, whenever their first record came: what just missed one waits for the next
    /// to end, and the last tenth is for the articles' own way and for that.
    fn until_commit(&self) -> Duration {
        let interval = self.settings.config.commit_interval.0.get();
        (interval - interval / EARLY).saturating_sub(self.began.elapsed())
    }

    fn is_commit_due(&self) -> bool {
        let leaving = self.assignment.leaving();
        self.opened.is_some()
            && (self.until_commit().is_zero()
                || self.emitted_bytes >= self.commit_bytes
                || (!leaving.is_empty() && self.tickets.is_emitted(leaving)))
    }

    /// How long to wait for an event.
    fn patience(&self) -> Duration {
        if self.opened.is_some() { self.until_commit().min(TICK) } else { TICK }
    }

    fn commit(&mut self) -> Result<(), Failure<TicketId>> {
        let Some(sink) = &mut self.sink else { return Ok(()) };
        let flow = &self.settings.config.flow;
        // The broker counts a transaction's time from its first record.
        let limit = match self.settings.config.delivery {
            Delivery::ExactlyOnce => self.opened.unwrap_or_else(Instant::now) + flow.transaction_timeout.get(),
            Delivery::AtLeastOnce => Instant::now() + flow.drain_timeout.get(),
        };
        let deadline = self.assignment.deadline().map_or(limit, |drain| drain.min(limit));
        let positions = self.tickets.positions();
        self.began = Instant::now();
        sink.commit(&positions, self.group.as_ref(), deadline)?;
        self.shared.committed(&positions, self.began.elapsed());
        let (shared, now) = (&self.shared, SystemTime::now());
        let freed = self.tickets.committed(|settled| shared.done(settled, now));
        shared.telemetry.in_flight.release(freed);
        self.shared.trouble.clear();
        self.commit_bytes = self.commit_bytes.saturating_mul(2).min(largest_commit(&self.settings.config));
        self.restart_commit();
        self.batch_again();
        Ok(())
    }

    pub(super) fn restart_commit(&mut self) {
        self.opened = None;
        self.emitted_bytes = 0;
    }

    fn tick(&mut self) {
        let (tickets, now) = (&self.tickets, Instant::now());
        let action = self.assignment.tick(now, |partitions| tickets.is_drained(partitions));
        self.act(action);
        self.dead_letters.tick(now);
        self.odd_takedowns.tick(now);
        self.shared.telemetry.tally.in_flight(self.tickets.len());
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
            let left = self.tickets.drop_partition(partition);
            self.dropped(partition, left);
        }
        if self.assignment.leaving().is_empty() {
            for done in self.waiting.drain(..) {
                // who waited may have given up at the deadline
                let _ = done.send(());
            }
        }
    }

    fn dropped(&self, partition: i32, left: (usize, usize)) {
        self.ask(Ask::Forget(partition));
        self.returned(partition, left);
    }

    fn returned(&self, partition: i32, (tickets, bytes): (usize, usize)) {
        if tickets > 0 {
            info!(partition, tickets, "taken and not committed: the next owner reads them again");
        }
        self.shared.telemetry.tally.returned(tickets as u64);
        self.shared.telemetry.in_flight.release(bytes);
    }
}
