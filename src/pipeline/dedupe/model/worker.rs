//! A worker of the model: the real tail, and around it what the worker's threads do, a step at a time.

use std::collections::{BTreeMap, VecDeque};

use super::super::log::{Identity, LogRecord, Names, Proposal, Verdict};
use super::super::stories::Stories;
use super::super::tail::{Outbox, Tail};
use super::Flaw;
use super::world::HELP;

/// An input record.
#[derive(Debug, Clone)]
pub(super) enum Raw {
    Article(Proposal),
    Takedown(Identity, u64),
}

/// What became of an input record: a verdict, or a tombstone.
pub(super) type Outcome = Option<Verdict>;

/// Partition, index, generation of the assignment.
pub(super) type Ticket = (usize, usize, u64);

#[derive(Debug)]
pub(super) struct Worker {
    pub(super) tail: Tail<Ticket>,
    /// Offset of the log that is read next.
    pub(super) next: usize,
    /// Appended, not yet with the broker: lost in a crash.
    pub(super) pending: VecDeque<LogRecord>,
    generation: u64,
    queues: BTreeMap<usize, VecDeque<(usize, Option<Outcome>)>>,
    positions: BTreeMap<usize, usize>,
}

impl Worker {
    pub(super) fn new(stories: Stories, next: usize, flaw: Flaw) -> Self {
        let help = if flaw == Flaw::NoHelp { i64::MAX } else { HELP };
        Self {
            tail: Tail::new(stories, help),
            next,
            pending: VecDeque::new(),
            generation: 0,
            queues: BTreeMap::new(),
            positions: BTreeMap::new(),
        }
    }

    /// Partitions are this worker's from their committed positions on; tickets of earlier assignments are dropped.
    pub(super) fn assign(&mut self, generation: u64, positions: BTreeMap<usize, usize>) {
        self.generation = generation;
        self.queues = positions.keys().map(|partition| (*partition, VecDeque::new())).collect();
        self.positions = positions;
        self.tail.forget(|_| true);
    }

    /// Takes the next record of a partition.
    pub(super) fn take(&mut self, pick: usize, raw: &[Vec<Raw>]) {
        let Some(partition) = self.positions.keys().copied().nth(pick % self.positions.len().max(1)) else { return };
        let position = self.positions.get_mut(&partition).unwrap();
        let (Some(record), Some(queue)) = (raw[partition].get(*position), self.queues.get_mut(&partition)) else {
            return;
        };
        if queue.len() >= 8 {
            return;
        }
        queue.push_back((*position, None));
        let (ticket, mut out) = ((partition, *position, self.generation), Outbox::default());
        *position += 1;
        match record {
            Raw::Article(proposal) => self.tail.ask(ticket, proposal.clone(), &mut out),
            Raw::Takedown(identity, key) => {
                self.tail.take_down(Some(ticket), *identity, *key, &Names::default(), &mut out);
            }
        }
        self.deliver(out);
    }

    /// Reads so many records of the log, as they are stamped or as the reader's own clock is.
    pub(super) fn read(&mut self, log: &[(i64, LogRecord)], most: usize, wall: Option<i64>) {
        for _ in 0..most {
            let Some((stamp, record)) = log.get(self.next) else { break };
            let mut out = Outbox::default();
            self.tail.apply(self.next as u64, wall.unwrap_or(*stamp), record, &mut out).unwrap();
            self.next += 1;
            self.deliver(out);
        }
    }

    pub(super) fn flush(&mut self) {
        let mut out = Outbox::default();
        self.tail.flush(&mut out);
        self.deliver(out);
    }

    /// What is under way is lost, and its writer replaced.
    pub(super) fn lose(&mut self) {
        self.pending.clear();
        let mut out = Outbox::default();
        self.tail.append_again(&mut out);
        self.deliver(out);
    }

    fn deliver(&mut self, out: Outbox<Ticket>) {
        self.pending.extend(out.append);
        let decided = out.decided.into_iter().map(|(ticket, verdict)| (ticket, Some(verdict)));
        for ((partition, index, generation), outcome) in decided.chain(out.taken_down.into_iter().map(|t| (t, None))) {
            let queue = self.queues.get_mut(&partition).filter(|_| generation == self.generation);
            if let Some(entry) = queue.and_then(|queue| queue.iter_mut().find(|(at, _)| *at == index)) {
                entry.1 = Some(outcome);
            }
        }
    }

    /// One transaction: what is decided in order, and the positions after it. None if another worker has the partitions.
    pub(super) fn commit(&mut self, generation: u64, flaw: Flaw) -> Vec<(usize, usize, Option<Outcome>)> {
        if generation != self.generation {
            self.queues.clear();
            self.positions.clear();
            self.tail.forget(|_| true);
            return Vec::new();
        }
        let mut committed = Vec::new();
        for (partition, queue) in &mut self.queues {
            while let Some((index, outcome)) = queue.front() {
                match outcome {
                    Some(outcome) => committed.push((*partition, *index, Some(outcome.clone()))),
                    None if flaw == Flaw::CommitsEarly => {
                        committed.push((*partition, *index, None));
                        break;
                    }
                    None => break,
                }
                queue.pop_front();
            }
        }
        committed
    }
}
