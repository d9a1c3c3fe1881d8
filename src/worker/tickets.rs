//! Tickets: what was taken from each partition and how far each record has come. Pure.
//!
//! Order comes from here and from nowhere else. Every partition has a queue of tickets in offset order; articles are
//! analysed and decided in any order, but proposed, emitted and committed as a prefix of the queue. So outputs of one
//! partition keep its order, and no offset is ever committed past a record without an outcome (invariant 2).
//!
//! ```text
//! taken -> analysed -> proposed -> settled -> emitted -> committed (gone)
//!      (prefix only: ^ proposed            ^ emitted   ^ committed)
//! ```
//! An aborted transaction turns emitted tickets back into settled ones; they are emitted again.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound::{Excluded, Included, Unbounded};

/// Which record, in which assignment of its partition. A partition that was lost and came back has another epoch, so what
/// comes late from the earlier one finds no ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId {
    /// Partition of the input topic.
    pub partition: i32,
    /// Assignment of the partition.
    pub epoch: u64,
    /// Offset of the record.
    pub offset: i64,
}

#[derive(Debug)]
enum Stage<A, S> {
    Taken,
    Analysed(A),
    Proposed(A),
    Settled(S),
    /// Only while a value moves from one stage to the next.
    Moving,
}

#[derive(Debug)]
struct Ticket<A, S> {
    offset: i64,
    bytes: usize,
    stage: Stage<A, S>,
}

#[derive(Debug)]
struct Queue<A, S> {
    epoch: u64,
    tickets: VecDeque<Ticket<A, S>>,
    /// So many from the front have been proposed (or needed no verdict).
    proposed: usize,
    /// So many from the front have been emitted in the open transaction.
    emitted: usize,
}

/// Every ticket of this worker. `A` is an analysed record that waits for its verdict, `S` what is to be published.
#[derive(Debug)]
pub struct Tickets<A, S> {
    partitions: BTreeMap<i32, Queue<A, S>>,
    /// The partition that was emitted last: the next one begins, or the first would always be served first.
    turn: i32,
}

/// What became of a record that was to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It has a ticket.
    Yes,
    /// Its assignment is over: nothing is kept.
    Late,
    /// It stands at or before this offset, which was taken already: the topic was made anew or cut off under the reader.
    Back(i64),
}

impl<A, S> Default for Tickets<A, S> {
    fn default() -> Self {
        Self { partitions: BTreeMap::new(), turn: i32::MIN }
    }
}

impl<A, S> Tickets<A, S> {
    /// A partition is ours from now on, under this epoch. What an earlier assignment left is dropped, as by
    /// [`Self::drop_partition`].
    pub fn assign(&mut self, partition: i32, epoch: u64) -> (usize, usize) {
        let left = self.drop_partition(partition);
        self.partitions.insert(partition, Queue { epoch, tickets: VecDeque::new(), proposed: 0, emitted: 0 });
        left
    }

    /// A partition is no longer ours: its tickets are dropped. Returns their number and the bytes that they held.
    pub fn drop_partition(&mut self, partition: i32) -> (usize, usize) {
        let queue = self.partitions.remove(&partition);
        queue.map_or((0, 0), |queue| (queue.tickets.len(), queue.tickets.iter().map(|ticket| ticket.bytes).sum()))
    }

    /// A partition is leaving: records that were not even proposed are given back, their next owner takes them again. What
    /// stays is near its end. Returns the number of tickets that are dropped and the bytes that they held.
    pub fn give_back(&mut self, partition: i32) -> (usize, usize) {
        let Some(queue) = self.partitions.get_mut(&partition) else { return (0, 0) };
        let kept = queue.proposed.max(queue.emitted).min(queue.tickets.len());
        let given = queue.tickets.drain(kept..);
        given.fold((0, 0), |(count, bytes), ticket| (count + 1, bytes + ticket.bytes))
    }

    /// Partitions that are ours.
    pub fn partitions(&self) -> Vec<i32> {
        self.partitions.keys().copied().collect()
    }

    /// Tickets that are open.
    pub fn len(&self) -> usize {
        self.partitions.values().map(|queue| queue.tickets.len()).sum()
    }

    /// A record was taken.
    pub fn take(&mut self, id: TicketId, bytes: usize) -> Taken {
        let Some(queue) = self.queue(id) else { return Taken::Late };
        if let Some(last) = queue.tickets.back().filter(|last| last.offset >= id.offset) {
            return Taken::Back(last.offset);
        }
        queue.tickets.push_back(Ticket { offset: id.offset, bytes, stage: Stage::Taken });
        Taken::Yes
    }

    /// An article was analysed and needs a verdict. Ignored if its assignment is over.
    pub fn analysed(&mut self, id: TicketId, article: A) {
        if let Some(ticket) = self.ticket(id) {
            ticket.stage = Stage::Analysed(article);
        }
    }

    /// A record needs no verdict (any more). Ignored if its assignment is over.
    pub fn settle(&mut self, id: TicketId, outcome: S) {
        if let Some(ticket) = self.ticket(id) {
            ticket.stage = Stage::Settled(outcome);
        }
    }

    /// A verdict came: `finish` makes the outcome. Ignored if the assignment is over or the ticket was settled before.
    pub fn decide(&mut self, id: TicketId, finish: impl FnOnce(A) -> S) {
        let Some(ticket) = self.ticket(id) else { return };
        ticket.stage = match std::mem::replace(&mut ticket.stage, Stage::Moving) {
            Stage::Analysed(article) | Stage::Proposed(article) => Stage::Settled(finish(article)),
            other => other,
        };
    }

    /// Hands every article whose turn it is to `propose`: the longest prefix of each queue that has been analysed.
    pub fn propose(&mut self, mut propose: impl FnMut(TicketId, &mut A)) {
        for (&partition, queue) in &mut self.partitions {
            let epoch = queue.epoch;
            for ticket in queue.tickets.iter_mut().skip(queue.proposed) {
                ticket.stage = match std::mem::replace(&mut ticket.stage, Stage::Moving) {
                    Stage::Taken => {
                        ticket.stage = Stage::Taken;
                        break;
                    }
                    Stage::Analysed(mut article) => {
                        propose(TicketId { partition, epoch, offset: ticket.offset }, &mut article);
                        Stage::Proposed(article)
                    }
                    other => other,
                };
                queue.proposed += 1;
            }
        }
    }

    /// Hands every outcome whose turn it is to `emit`, the longest settled prefix of each queue, until `emit` refuses one.
    ///
    /// # Errors
    /// The first error of `emit`; that outcome counts as not emitted.
    pub fn emit<E>(&mut self, mut emit: impl FnMut(TicketId, &S) -> Result<(), E>) -> Result<(), E> {
        let (after, before) = ((Excluded(self.turn), Unbounded), (Unbounded, Included(self.turn)));
        for range in [after, before] {
            for (&partition, queue) in self.partitions.range_mut(range) {
                for ticket in queue.tickets.iter().skip(queue.emitted) {
                    let Stage::Settled(outcome) = &ticket.stage else { break };
                    emit(TicketId { partition, epoch: queue.epoch, offset: ticket.offset }, outcome)?;
                    queue.emitted += 1;
                    self.turn = partition;
                }
            }
        }
        Ok(())
    }

    /// Where each partition stands if what was emitted is committed: the offset after the last emitted record.
    pub fn positions(&self) -> Vec<(i32, i64)> {
        let last = |queue: &Queue<A, S>| {
            queue.emitted.checked_sub(1).and_then(|index| queue.tickets.get(index)).map(|t| t.offset + 1)
        };
        self.partitions.iter().filter_map(|(&partition, queue)| Some((partition, last(queue)?))).collect()
    }

    /// What was emitted is committed: its tickets go. Returns the bytes that they held and hands each outcome to `done`.
    pub fn committed(&mut self, mut done: impl FnMut(&S)) -> usize {
        let mut freed = 0;
        for queue in self.partitions.values_mut() {
            for ticket in queue.tickets.drain(..queue.emitted.min(queue.tickets.len())) {
                freed += ticket.bytes;
                if let Stage::Settled(outcome) = &ticket.stage {
                    done(outcome);
                }
            }
            queue.proposed = queue.proposed.saturating_sub(queue.emitted);
            queue.emitted = 0;
        }
        freed
    }

    /// The transaction was aborted: what was emitted in it is to be emitted again.
    pub fn aborted(&mut self) {
        for queue in self.partitions.values_mut() {
            queue.emitted = 0;
        }
    }

    /// After a commit whose end is unknown: the broker's committed position tells which emitted tickets are done. Call with
    /// each partition before [`Self::aborted`]. Returns the bytes freed and hands each outcome to `done`.
    pub fn committed_below(&mut self, partition: i32, position: i64, mut done: impl FnMut(&S)) -> usize {
        let Some(queue) = self.partitions.get_mut(&partition) else { return 0 };
        let count = queue.tickets.iter().take(queue.emitted).take_while(|ticket| ticket.offset < position).count();
        let mut freed = 0;
        for ticket in queue.tickets.drain(..count) {
            freed += ticket.bytes;
            if let Stage::Settled(outcome) = &ticket.stage {
                done(outcome);
            }
        }
        queue.proposed = queue.proposed.saturating_sub(count);
        queue.emitted = queue.emitted.saturating_sub(count);
        freed
    }

    /// The record of a ticket that waits for its verdict.
    pub fn waiting(&self, id: TicketId) -> Option<&A> {
        let queue = self.partitions.get(&id.partition).filter(|queue| queue.epoch == id.epoch)?;
        let index = queue.tickets.binary_search_by_key(&id.offset, |ticket| ticket.offset).ok()?;
        match &queue.tickets.get(index)?.stage {
            Stage::Analysed(article) | Stage::Proposed(article) => Some(article),
            Stage::Taken | Stage::Settled(_) | Stage::Moving => None,
        }
    }

    /// The outcome of a settled ticket.
    pub fn settled(&self, id: TicketId) -> Option<&S> {
        let queue = self.partitions.get(&id.partition).filter(|queue| queue.epoch == id.epoch)?;
        let index = queue.tickets.binary_search_by_key(&id.offset, |ticket| ticket.offset).ok()?;
        queue
            .tickets
            .get(index)
            .and_then(|ticket| if let Stage::Settled(outcome) = &ticket.stage { Some(outcome) } else { None })
    }

    /// Replaces the outcome of a settled ticket, emitted or not: the broker refused the first one.
    pub fn replace(&mut self, id: TicketId, replace: impl FnOnce(S) -> S) {
        let Some(ticket) = self.ticket(id) else { return };
        ticket.stage = match std::mem::replace(&mut ticket.stage, Stage::Moving) {
            Stage::Settled(outcome) => Stage::Settled(replace(outcome)),
            other => other,
        };
    }

    /// The outcome of a settled ticket has to wait once more, as by [`Self::propose`], for [`Self::decide`].
    pub fn hold(&mut self, id: TicketId, hold: impl FnOnce(S) -> A) {
        let Some(ticket) = self.ticket(id) else { return };
        ticket.stage = match std::mem::replace(&mut ticket.stage, Stage::Moving) {
            Stage::Settled(outcome) => Stage::Proposed(hold(outcome)),
            other => other,
        };
    }

    /// Whether nothing of these partitions is open.
    pub fn is_drained(&self, partitions: &[i32]) -> bool {
        partitions.iter().all(|partition| self.partitions.get(partition).is_none_or(|queue| queue.tickets.is_empty()))
    }

    /// Whether everything of these partitions that is open has been emitted: a commit would drain them.
    pub fn is_emitted(&self, partitions: &[i32]) -> bool {
        let emitted = |queue: &Queue<A, S>| queue.emitted == queue.tickets.len();
        partitions.iter().all(|partition| self.partitions.get(partition).is_none_or(emitted))
    }

    fn queue(&mut self, id: TicketId) -> Option<&mut Queue<A, S>> {
        self.partitions.get_mut(&id.partition).filter(|queue| queue.epoch == id.epoch)
    }

    fn ticket(&mut self, id: TicketId) -> Option<&mut Ticket<A, S>> {
        let queue = self.queue(id)?;
        let index = queue.tickets.binary_search_by_key(&id.offset, |ticket| ticket.offset).ok()?;
        queue.tickets.get_mut(index)
    }
}

#[cfg(test)]
#[path = "tickets_tests.rs"]
mod tests;
