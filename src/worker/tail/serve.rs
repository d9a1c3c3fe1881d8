//! TAIL's life after it has caught up: asks and records in, verdicts and appended records out.

use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, select};
use tracing::{error, info, warn};

use super::super::publish::Event;
use super::super::tickets::TicketId;
use super::epoch::{self, Step};
use super::keep::Keeper;
use super::read::Batch;
use super::waits::Waits;
use super::{Answer, Ask, Base};
use crate::kafka::log::{LogWriter, is_forbidden};
use crate::kafka::trouble::Side;
use crate::pipeline::dedupe::{HELP_MS, LogRecord, Outbox, Params, Stories, Tail, encode};

/// Most asks, and most batches of the log, between two times that verdicts are appended.
const MOST_ASKS: usize = 256;
const MOST_BATCHES: usize = 4;
/// Wait before a writer that lost records is replaced.
const BACK_OFF: Duration = Duration::from_millis(250);
/// How long a record that was confirmed may stay unread in a log where nothing moves.
const MISSED: Duration = Duration::from_secs(30);
/// How often what goes on being wrong is told.
const REMINDER: Duration = Duration::from_secs(30);
/// How often the window is measured.
const SHOW: Duration = Duration::from_secs(1);

/// The thread's state.
pub(super) struct Serving {
    base: Base,
    tail: Tail<TicketId>,
    own: Params,
    asks: Receiver<Ask>,
    entries: Receiver<Batch>,
    writer: LogWriter,
    events: Sender<Event>,
    keeper: Keeper,
    waits: Waits,
    /// When the log had last stated its parameters, as this worker appended some: not twice for one reason.
    stated_before: Option<Option<i64>>,
    /// When a statement was last read, by this machine's clock, and which: a log that is idle forgets its parameters too.
    stated: (Instant, Option<i64>),
    /// Since when nothing was read, and nothing is under way.
    still: Instant,
    /// Epoch that is judged by, as told.
    epoch: Option<u32>,
    /// Disagreements and panics, as told, and when.
    told: (u64, u64),
    told_at: Option<Instant>,
    /// When the window was last measured.
    shown: Option<Instant>,
}

impl Serving {
    pub(super) fn new(
        base: Base,
        stories: Stories,
        own: Params,
        (asks, entries): (Receiver<Ask>, Receiver<Batch>),
        (events, keeper): (Sender<Event>, Keeper),
    ) -> anyhow::Result<Self> {
        let writer = LogWriter::new(&base.config, &base.topics, &base.trouble)?;
        Ok(Self {
            base,
            tail: Tail::new(stories, HELP_MS),
            own,
            asks,
            entries,
            writer,
            events,
            keeper,
            waits: Waits::default(),
            stated_before: None,
            stated: (Instant::now(), None),
            still: Instant::now(),
            epoch: None,
            told: (0, 0),
            told_at: None,
            shown: None,
        })
    }

    /// Goes on until the log states parameters that this worker may judge by. Returns false if the worker was stopped.
    ///
    /// # Errors
    /// It may not judge by them.
    pub(super) fn agree(&mut self) -> anyhow::Result<bool> {
        while !self.base.is_stopped() {
            if epoch::next(&self.own, self.tail.stories()) == Step::Hold {
                return Ok(true);
            }
            self.step()?;
        }
        Ok(false)
    }

    /// Until nobody can ask any more.
    ///
    /// # Errors
    /// The log cannot be read any more, or not be judged by this worker.
    pub(super) fn run(mut self) -> anyhow::Result<()> {
        while self.step()? {}
        self.keeper.save(self.tail.stories());
        let verdicts = self.waits.count();
        if verdicts > 0 {
            let (median_ms, p99_ms) = (self.waits.quantile_ms(0.5), self.waits.quantile_ms(0.99));
            info!(verdicts, median_ms, p99_ms, "waits for verdicts of the log");
        }
        Ok(())
    }

    /// Takes what has come, and appends and answers what follows. Returns false when nobody can ask any more. LOG tells ten
    /// times a second that there is nothing, so this never waits long.
    fn step(&mut self) -> anyhow::Result<bool> {
        let mut out = Outbox::default();
        select! {
            recv(self.asks) -> ask => match ask {
                Ok(ask) => self.ask(ask, &mut out),
                Err(_) => return Ok(false),
            },
            recv(self.entries) -> batch => self.read(batch.unwrap_or_else(|_| Err(anyhow::anyhow!("the LOG thread panicked"))), &mut out)?,
        }
        for _ in 0..MOST_BATCHES {
            let Ok(batch) = self.entries.try_recv() else { break };
            self.read(batch, &mut out)?;
        }
        for _ in 0..MOST_ASKS {
            let Ok(ask) = self.asks.try_recv() else { break };
            self.ask(ask, &mut out);
        }
        self.tail.flush(&mut out);
        self.state(&mut out)?;
        self.miss(&mut out);
        self.append(&mut out)?;
        self.answer(out);
        self.keeper.tick(self.tail.stories());
        self.show();
        self.tell();
        Ok(true)
    }

    fn read(&mut self, batch: Batch, out: &mut Outbox<TicketId>) -> anyhow::Result<()> {
        for read in batch? {
            self.still = Instant::now();
            self.tail.apply(read.offset, read.timestamp_ms, &read.record, out)?;
            self.keeper.applied(read.mark);
        }
        Ok(())
    }

    fn ask(&mut self, ask: Ask, out: &mut Outbox<TicketId>) {
        match ask {
            Ask::Judge(ticket, proposal) => {
                self.waits.begin(ticket);
                self.tail.ask(ticket, proposal, out);
            }
            Ask::TakeDown(ticket, identity, key, names) => {
                if self.tail.take_down(Some(ticket), identity, key, &names, out) {
                    // a worker that is stopping listens no more
                    let _ = self.events.send(Event::Decided(vec![Answer::OtherKey(ticket)]));
                }
            }
            Ask::Forget(partition) => {
                self.waits.forget(partition);
                self.tail.forget(|ticket| ticket.partition == partition);
            }
        }
    }

    /// States the log's parameters where that is due.
    fn state(&mut self, out: &mut Outbox<TicketId>) -> anyhow::Result<()> {
        let stories = self.tail.stories();
        match epoch::next(&self.own, stories) {
            Step::Hold
                if self.stated.0.elapsed().as_millis() >= u128::from(stories.params().window_ms.unsigned_abs() / 2) =>
            {
                self.stated.0 = Instant::now();
                out.append.push(LogRecord::Epoch(*stories.params()));
            }
            Step::Hold => {}
            Step::Append(_) if self.stated_before == Some(stories.stated_ms()) => {}
            Step::Append(params) => {
                self.stated_before = Some(stories.stated_ms());
                out.append.push(LogRecord::Epoch(params));
            }
            Step::Refuse(why) => anyhow::bail!(why),
        }
        if self.stated.1 != stories.stated_ms() {
            self.stated = (Instant::now(), stories.stated_ms());
        }
        let (log, own, salt) = (stories.params().epoch, self.own.epoch, stories.params().salt);
        if stories.stated_ms().is_some() && self.epoch != Some(log) {
            info!(epoch = log, "articles are judged by this epoch of the dedupe log");
            if own < log {
                let advice = "give this worker the settings of the others";
                warn!(advice, own, epoch = log, "this worker's dedupe settings are of an older epoch: the log's hold");
                if self.own.salt != salt {
                    warn!(
                        advice,
                        "dedupe.salt is not the log's: what this worker sketches is found by the same words, id or URL alone"
                    );
                }
            }
            self.epoch = Some(log);
        }
        Ok(())
    }

    /// The broker may confirm what a change of leaders then loses. What this worker misses in a log where nothing moves is
    /// appended again; where something does, the tail sees to it by the log's clock.
    fn miss(&mut self, out: &mut Outbox<TicketId>) {
        let misses = self.tail.is_unread() || self.tail.stories().stated_ms().is_none();
        if !misses || !self.writer.is_idle() {
            self.still = Instant::now();
        }
        if self.still.elapsed() >= MISSED {
            self.still = Instant::now();
            warn!("what this worker appended to the dedupe log is not there: it is appended again");
            self.stated_before = None;
            self.tail.append_again(out);
        }
    }

    fn append(&mut self, out: &mut Outbox<TicketId>) -> anyhow::Result<()> {
        for record in out.append.drain(..) {
            self.writer.append(bytes(&record));
        }
        let Err(error) = self.writer.serve() else { return Ok(()) };
        let (log, trouble) = (&self.base.topics.sketches, self.base.trouble.of(Side::LogWriter));
        if is_forbidden(&error) {
            let advice = "grant Read and Write on it to this worker's user. copydesk keeps trying";
            trouble.report(&format!("not allowed to write the dedupe log {log}"), advice);
        } else {
            trouble.report("the dedupe log cannot be written", &format!("{error}: check {log}. copydesk keeps trying"));
        }
        thread::sleep(BACK_OFF);
        let Base { config, topics, trouble, .. } = &self.base;
        self.writer = LogWriter::new(config, topics, trouble)?;
        self.stated_before = None;
        self.tail.append_again(out);
        for record in out.append.drain(..) {
            self.writer.append(bytes(&record));
        }
        Ok(())
    }

    fn answer(&mut self, out: Outbox<TicketId>) {
        let waits = &self.base.telemetry().log.verdict_wait;
        for (ticket, _) in &out.decided {
            if let Some(wait) = self.waits.end(ticket) {
                waits.observe(wait);
            }
        }
        let verdicts = out.decided.into_iter().map(|(ticket, verdict)| Answer::Verdict(ticket, verdict));
        let answers: Vec<Answer> = verdicts.chain(out.taken_down.into_iter().map(Answer::TakenDown)).collect();
        if !answers.is_empty() {
            // a worker that is stopping listens no more
            let _ = self.events.send(Event::Decided(answers));
        }
    }

    /// What the metrics tell of the log and the window.
    fn show(&mut self) {
        let (stories, log) = (self.tail.stories(), &self.base.telemetry().log);
        log.next.set_offset(stories.next_offset());
        log.disagreements.set_offset(stories.disagreements());
        // The window is summed up over its slices.
        if self.shown.is_none_or(|at| at.elapsed() >= SHOW) {
            self.shown = Some(Instant::now());
            log.window_ms.set(stories.covered_ms());
            log.window_records.set_count(stories.len());
            log.window_bytes.set_count(stories.bytes());
        }
    }

    /// Tells what should never be: that other workers judge otherwise, that the judge panics.
    fn tell(&mut self) {
        let stories = self.tail.stories();
        let now = (stories.disagreements(), stories.panics());
        if now == self.told || self.told_at.is_some_and(|at| at.elapsed() < REMINDER) {
            return;
        }
        if now.0 > self.told.0 {
            let advice =
                "the log's verdict holds; if all workers run one version with all of the log, please report this";
            error!(disagreements = now.0, advice, "another worker judged an article otherwise than this one");
        }
        if now.1 > self.told.1 {
            let place = stories.last_panic();
            error!(place, panics = now.1, "judging an article panicked: it counts as unique. Please report this");
        }
        (self.told, self.told_at) = (now, Some(Instant::now()));
    }
}

fn bytes(record: &LogRecord) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(record, &mut bytes);
    bytes
}
