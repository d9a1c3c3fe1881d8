//! A worker's side of the log: what it appends, and when a ticket knows its verdict. Pure: whoever owns the log appends what
//! is asked for here and hands back every record that it reads, its own and the others'.
//!
//! ```text
//! ask --decided-----------------------------------------> answer
//!  |  --undecided--> due --flush--> append V --apply--> answer
//!  +  --unknown----> append P --apply--> due ^
//! ```
//! The first verdict that is read binds: a ticket is told what [`Stories`] holds after a verdict was applied, never what was
//! computed (but for what every reader forgets alike, see `read`). Nothing is decided by a timeout. Steps 3 to 6 of the project's note on deciding through the log.

use std::collections::{BTreeMap, BTreeSet};

use super::defect::Defect;
use super::log::{Decision, Identity, LogRecord, Names, Proposal, Verdict};
use super::stories::{Stories, StoriesError};

/// What has to be done after a step: records to append, in this order, and tickets that know.
#[derive(Debug)]
pub struct Outbox<W> {
    /// For the log.
    pub append: Vec<LogRecord>,
    /// Verdicts for tickets.
    pub decided: Vec<(W, Verdict)>,
    /// Tickets whose takedown holds from now on.
    pub taken_down: Vec<W>,
}

impl<W> Default for Outbox<W> {
    fn default() -> Self {
        Self { append: Vec::new(), decided: Vec::new(), taken_down: Vec::new() }
    }
}

#[derive(Debug)]
struct Waiting<W> {
    proposal: Proposal,
    tickets: Vec<W>,
    /// It was known: if it is not any more, it has left the window.
    seen: bool,
    asked: Asked,
}

/// When something was asked for: what is appended again keeps the order, and what is not read in time is appended again.
#[derive(Debug, Clone, Copy)]
struct Asked {
    number: u64,
    /// By the log's clock, in ms.
    clock: i64,
}

/// A takedown, and those of other keys that belong to it, until all are read.
#[derive(Debug)]
struct Unread<W> {
    keys: BTreeMap<Identity, u64>,
    ticket: Option<W>,
    asked: Asked,
}

/// How long a proposal may stay without a verdict, by the log's clock, before anybody who reads it helps, in ms.
pub const HELP_MS: i64 = 60_000;

/// Most bytes of verdicts in a record, about.
const MOST_BYTES: usize = 48 << 10;
/// Bytes of a verdict that are not on the heap, as the log has them, at most.
const DECISION: usize = 64;

/// Stories, and who waits for a verdict on what. `W` names a ticket.
#[derive(Debug)]
pub struct Tail<W> {
    stories: Stories,
    help_ms: i64,
    waiting: BTreeMap<Identity, Waiting<W>>,
    /// Proposals that were appended here and not read back.
    own: BTreeSet<Identity>,
    /// Takedowns that were appended here and not read back, by the record that asked.
    takedowns: BTreeMap<Identity, Unread<W>>,
    /// Which record asked for a takedown.
    asked_by: BTreeMap<Identity, Identity>,
    /// Known here, and a verdict is to be told by this worker.
    due: BTreeSet<Identity>,
    /// How often something was asked for.
    asks: u64,
    /// When it was last looked who needs help, by the log's clock.
    looked: Option<i64>,
}

impl<W> Tail<W> {
    /// A tail over what was read so far.
    pub fn new(stories: Stories, help_ms: i64) -> Self {
        let (waiting, takedowns, asked_by) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (own, due) = (BTreeSet::new(), BTreeSet::new());
        Self { stories, help_ms, waiting, own, takedowns, asked_by, due, asks: 0, looked: None }
    }

    /// What was read so far.
    pub fn stories(&self) -> &Stories {
        &self.stories
    }

    /// A ticket wants a verdict.
    pub fn ask(&mut self, ticket: W, proposal: Proposal, out: &mut Outbox<W>) {
        let identity = proposal.identity;
        let known = self.stories.known(&identity);
        let seen = known.is_some();
        match known {
            Some(known) if known.decided => return out.decided.push((ticket, known.verdict)),
            Some(_) => drop(self.due.insert(identity)),
            None if self.waiting.contains_key(&identity) => {}
            None => {
                self.own.insert(identity);
                out.append.push(LogRecord::Proposal(proposal.clone()));
            }
        }
        let waiting = Waiting { proposal, tickets: Vec::new(), seen, asked: self.asked() };
        self.waiting.entry(identity).or_insert(waiting).tickets.push(ticket);
    }

    /// An article is taken back: by its key, and by the keys of what else is called so. A ticket waits until all of it is
    /// read; a record that has its outcome already has none. Returns whether there is an article under another key.
    pub fn take_down(
        &mut self,
        ticket: Option<W>,
        identity: Identity,
        key: u64,
        names: &Names,
        out: &mut Outbox<W>,
    ) -> bool {
        let mut others = self.stories.keys_of(names);
        others.retain(|other| *other != key);
        let also = |other: &u64| (identity.of_takedown(*other), *other);
        let keys: BTreeMap<Identity, u64> = others.iter().map(also).chain([(identity, key)]).collect();
        self.asked_by.extend(keys.keys().map(|takedown| (*takedown, identity)));
        out.append.extend(keys.iter().map(takedown));
        let asked = self.asked();
        self.takedowns.insert(identity, Unread { keys, ticket, asked });
        !others.is_empty()
    }

    fn asked(&mut self) -> Asked {
        self.asks += 1;
        Asked { number: self.asks, clock: self.stories.clock_ms() }
    }

    /// Whether something that was appended here has not been read back.
    pub fn is_unread(&self) -> bool {
        !self.takedowns.is_empty() || self.waiting.values().any(|waiting| !waiting.seen)
    }

    /// A record was read from the log.
    ///
    /// # Errors
    /// It cannot be applied; nothing has changed.
    pub fn apply(
        &mut self,
        offset: u64,
        timestamp_ms: i64,
        record: &LogRecord,
        out: &mut Outbox<W>,
    ) -> Result<(), StoriesError> {
        self.stories.apply(offset, timestamp_ms, record)?;
        match record {
            LogRecord::Proposal(proposal) => self.read(offset, &proposal.identity, out),
            LogRecord::Verdicts { decisions, .. } => {
                decisions.iter().for_each(|decision| self.learn(&decision.identity, out));
            }
            LogRecord::Takedown { identity, .. } => self.read_takedown(identity, out),
            LogRecord::Epoch(_) => {}
        }
        Ok(())
    }

    /// A proposal was applied. A repeat of one's own is answered too, though nobody waits: readers whose history begins between
    /// the two need the verdict restated.
    fn read(&mut self, offset: u64, identity: &Identity, out: &mut Outbox<W>) {
        let is_own = self.own.remove(identity);
        let is_known = self.stories.known(identity).is_some();
        if self.stories.defects.has(Defect::EmitsComputed)
            && let Some(verdict) = self.stories.known(identity).map(|known| known.verdict)
        {
            self.tell(identity, &verdict, out);
        }
        match self.waiting.get_mut(identity) {
            Some(waiting) if is_known => waiting.seen = true,
            Some(_) => {
                // Crafted to collide with many others, and forgotten by every reader alike: see `postings`.
                let verdict = Verdict::alone(self.stories.clock_ms(), offset);
                self.tell(identity, &verdict, out);
                return;
            }
            None if is_own => {}
            None => return,
        }
        self.due.insert(*identity);
    }

    fn read_takedown(&mut self, takedown: &Identity, out: &mut Outbox<W>) {
        let Some(asker) = self.asked_by.remove(takedown) else { return };
        let Some(unread) = self.takedowns.get_mut(&asker) else { return };
        unread.keys.remove(takedown);
        if unread.keys.is_empty() {
            out.taken_down.extend(self.takedowns.remove(&asker).and_then(|unread| unread.ticket));
        }
    }

    fn tell(&mut self, identity: &Identity, verdict: &Verdict, out: &mut Outbox<W>) {
        let tickets = self.waiting.remove(identity).map(|waiting| waiting.tickets).unwrap_or_default();
        out.decided.extend(tickets.into_iter().map(|ticket| (ticket, verdict.clone())));
    }

    /// Whoever waits for this article takes what binds, whoever wrote it.
    fn learn(&mut self, identity: &Identity, out: &mut Outbox<W>) {
        if !self.waiting.contains_key(identity) {
            return;
        }
        if let Some(known) = self.stories.known(identity).filter(|known| known.decided) {
            self.tell(identity, &known.verdict, out);
        }
    }

    /// Tells the verdicts that are due in one record, helps what waits too long, and proposes anew what has left the window
    /// while it waited. To be called when what there is to read has been read.
    pub fn flush(&mut self, out: &mut Outbox<W>) {
        let mut due = std::mem::take(&mut self.due);
        let clock = self.stories.clock_ms();
        // Not every time: behind one that nobody answers stand all that came after it.
        let is_time = self.looked.is_none_or(|last| clock.saturating_sub(last) >= self.help_ms / 4);
        if is_time {
            self.looked = Some(clock);
            due.extend(self.stories.unsettled(self.help_ms).map(|(identity, _)| identity));
        }
        let decision = |identity: Identity| {
            let known = self.stories.known(&identity).filter(|known| !known.settled)?;
            Some(Decision { identity, at: known.at, verdict: known.verdict })
        };
        let mut decisions: Vec<Decision> = due.into_iter().filter_map(decision).collect();
        while !decisions.is_empty() {
            let mut bytes = 0;
            let fits = |decision: &&Decision| {
                bytes += DECISION + decision.verdict.heap_bytes();
                bytes <= MOST_BYTES
            };
            let count = decisions.iter().take_while(fits).count().max(1);
            let rest = decisions.split_off(count);
            out.append.push(LogRecord::Verdicts { clock_ms: clock, decisions });
            decisions = rest;
        }
        if is_time {
            self.append_unread(out, |asked| clock.saturating_sub(asked.clock) >= self.help_ms);
        }
        for waiting in self.waiting.values_mut().filter(|waiting| waiting.seen) {
            let identity = waiting.proposal.identity;
            if self.stories.known(&identity).is_none() {
                waiting.seen = false;
                self.own.insert(identity);
                out.append.push(LogRecord::Proposal(waiting.proposal.clone()));
            }
        }
    }

    /// What was appended and not read back may be lost: all that somebody waits for is appended again. Twice is once.
    pub fn append_again(&mut self, out: &mut Outbox<W>) {
        self.own.retain(|identity| self.waiting.contains_key(identity));
        let seen = self.waiting.iter().filter(|(_, waiting)| waiting.seen);
        self.due.extend(seen.map(|(identity, _)| *identity));
        self.append_unread(out, |_| true);
    }

    /// In the order in which it was asked for: a takedown must not come after what it does not mean.
    fn append_unread(&self, out: &mut Outbox<W>, is_lost: impl Fn(Asked) -> bool) {
        let proposals = self.waiting.values().filter(|waiting| !waiting.seen && is_lost(waiting.asked));
        let takedowns = self.takedowns.values().filter(|unread| is_lost(unread.asked));
        let mut lost: Vec<(u64, LogRecord)> = proposals
            .map(|waiting| (waiting.asked.number, LogRecord::Proposal(waiting.proposal.clone())))
            .chain(takedowns.flat_map(|unread| unread.keys.iter().map(|key| (unread.asked.number, takedown(key)))))
            .collect();
        lost.sort_by_key(|(number, _)| *number);
        out.append.extend(lost.into_iter().map(|(_, record)| record));
    }

    /// Tickets that nobody waits for any more: their partitions are gone. What they proposed stays in the log.
    pub fn forget(&mut self, gone: impl Fn(&W) -> bool) {
        self.waiting.retain(|_, waiting| {
            waiting.tickets.retain(|ticket| !gone(ticket));
            !waiting.tickets.is_empty()
        });
        let is_gone = |unread: &Unread<W>| unread.ticket.as_ref().is_some_and(&gone);
        self.takedowns.retain(|_, unread| !is_gone(unread));
        self.asked_by.retain(|_, asker| self.takedowns.contains_key(asker));
    }
}

fn takedown((identity, key): (&Identity, &u64)) -> LogRecord {
    LogRecord::Takedown { identity: *identity, key: *key }
}
