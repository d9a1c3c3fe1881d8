//! The tickets under random schedules: what was committed is always a prefix of what was taken, in order, each once.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Take(i32),
    Analyse(usize, bool),
    Decide(usize),
    Emit(usize),
    Commit,
    Abort,
    /// The commit's end is unknown; the flag tells how it ended on the broker.
    Unknown(bool),
    Revoke(i32),
    GiveBack(i32),
    Refuse,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3).prop_map(Step::Take),
        4 => (any::<usize>(), any::<bool>()).prop_map(|(pick, needs)| Step::Analyse(pick, needs)),
        4 => any::<usize>().prop_map(Step::Decide),
        3 => (0..5usize).prop_map(Step::Emit),
        2 => Just(Step::Commit),
        1 => Just(Step::Abort),
        1 => any::<bool>().prop_map(Step::Unknown),
        1 => (0..3).prop_map(Step::Revoke),
        1 => (0..3).prop_map(Step::GiveBack),
        1 => Just(Step::Refuse),
    ];
    prop::collection::vec(step, 0..400)
}

/// A world around the tickets: an input whose offsets have gaps, a broker that knows positions and committed outputs.
#[derive(Default)]
struct World {
    tickets: Tickets<i64, i64>,
    epoch: u64,
    /// Offset that the consumer of each partition reads next.
    next: BTreeMap<i32, i64>,
    committed: BTreeMap<i32, i64>,
    outputs: BTreeMap<i32, Vec<i64>>,
    open: BTreeMap<i32, Vec<i64>>,
    analysing: Vec<TicketId>,
    proposed: Vec<TicketId>,
    held: usize,
}

impl World {
    fn assign(&mut self, partition: i32) {
        self.epoch += 1;
        self.tickets.assign(partition, self.epoch);
        let position = self.committed.get(&partition).copied().unwrap_or(0);
        // a position in a gap reads on at the next record
        self.next.insert(partition, offsets().find(|offset| *offset >= position).unwrap());
    }

    fn end(&mut self, committed: bool, positions: &[(i32, i64)]) {
        let open = std::mem::take(&mut self.open);
        if committed {
            for (partition, offsets) in open {
                self.outputs.entry(partition).or_default().extend(offsets);
            }
            self.committed.extend(positions.iter().copied());
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Take(partition) => {
                let next = self.next.get_mut(&partition).unwrap();
                let offset = *next;
                *next += 1 + offset % 3; // transaction markers leave gaps
                let epoch = self.tickets.partitions[&partition].epoch;
                let id = TicketId { partition, epoch, offset };
                assert_eq!(self.tickets.take(id, 10), Taken::Yes);
                self.held += 10;
                self.analysing.push(id);
            }
            Step::Analyse(pick, needs_verdict) if !self.analysing.is_empty() => {
                let id = self.analysing.swap_remove(pick % self.analysing.len());
                if needs_verdict {
                    self.tickets.analysed(id, id.offset)
                } else {
                    self.tickets.settle(id, id.offset)
                }
                let proposed = &mut self.proposed;
                self.tickets.propose(|id, _| proposed.push(id));
            }
            Step::Decide(pick) if !self.proposed.is_empty() => {
                let id = self.proposed.swap_remove(pick % self.proposed.len());
                self.tickets.decide(id, |article| article);
            }
            Step::Emit(most) => {
                let (open, mut left) = (&mut self.open, most);
                let _ = self.tickets.emit(|id, outcome| {
                    left = left.checked_sub(1).ok_or(())?;
                    open.entry(id.partition).or_default().push(*outcome);
                    Ok::<(), ()>(())
                });
            }
            Step::Commit => {
                let positions = self.tickets.positions();
                self.end(true, &positions);
                self.held -= self.tickets.committed(|_| ());
            }
            Step::Abort => {
                self.end(false, &[]);
                self.tickets.aborted();
            }
            Step::Unknown(committed) => {
                let positions = self.tickets.positions();
                self.end(committed, &positions);
                for (partition, position) in self.committed.clone() {
                    self.held -= self.tickets.committed_below(partition, position, |_| ());
                }
                self.tickets.aborted();
            }
            Step::Revoke(partition) => {
                self.end(false, &[]);
                self.tickets.aborted();
                self.held -= self.tickets.drop_partition(partition).1;
                self.assign(partition);
            }
            Step::GiveBack(partition) => {
                self.held -= self.tickets.give_back(partition).1;
                let queue = &self.tickets.partitions[&partition];
                assert!(queue.tickets.iter().all(|ticket| !matches!(ticket.stage, Stage::Taken)));
                // the rest is committed, then the partition leaves: its next owner goes on where that ends
                for id in self.proposed.extract_if(.., |id| id.partition == partition) {
                    self.tickets.decide(id, |article| article);
                }
                self.step(Step::Emit(usize::MAX));
                assert!(self.tickets.is_emitted(&[partition]));
                self.step(Step::Commit);
                assert!(self.tickets.is_drained(&[partition]));
                self.assign(partition);
            }
            Step::Refuse => {
                if let Some((&partition, queue)) = self.tickets.partitions.iter().find(|(_, queue)| queue.emitted > 0) {
                    let id = TicketId { partition, epoch: queue.epoch, offset: queue.tickets[0].offset };
                    self.end(false, &[]);
                    self.tickets.replace(id, |outcome| outcome);
                    self.tickets.aborted();
                }
            }
            _ => {}
        }
        assert!(!self.tickets.partitions().is_empty());
    }
}

/// The offsets of a partition's input: transaction markers leave gaps.
fn offsets() -> impl Iterator<Item = i64> {
    std::iter::successors(Some(0), |offset| Some(offset + 1 + offset % 3))
}

/// Every offset that a partition's input has below `end`.
fn input(end: i64) -> Vec<i64> {
    offsets().take_while(|offset| *offset < end).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn what_is_committed_is_a_prefix_in_order_each_once(steps in steps()) {
        let mut world = World::default();
        for partition in 0..3 {
            world.assign(partition);
        }
        for step in steps {
            world.step(step);
            let held: usize = world.tickets.partitions.values().flat_map(|q| &q.tickets).map(|t| t.bytes).sum();
            prop_assert_eq!(held, world.held);
            for (partition, position) in &world.committed {
                let outputs = world.outputs.get(partition).cloned().unwrap_or_default();
                prop_assert_eq!(outputs, input(*position), "partition {} at {}", partition, position);
            }
        }
    }
}

#[test]
fn what_comes_late_from_an_earlier_assignment_is_ignored() {
    let mut tickets: Tickets<(), ()> = Tickets::default();
    tickets.assign(0, 1);
    let old = TicketId { partition: 0, epoch: 1, offset: 7 };
    assert_eq!(tickets.take(old, 1), Taken::Yes);
    assert_eq!(tickets.assign(0, 2), (1, 1));
    assert_eq!(tickets.take(old, 1), Taken::Late);
    let new = TicketId { epoch: 2, ..old };
    assert_eq!(tickets.take(new, 1), Taken::Yes);
    assert_eq!(tickets.take(TicketId { offset: 6, ..new }, 1), Taken::Back(7));
    tickets.settle(old, ());
    let mut emitted = 0;
    tickets
        .emit(|_, ()| {
            emitted += 1;
            Ok::<(), ()>(())
        })
        .unwrap();
    assert_eq!(emitted, 0);
}

#[test]
fn an_article_waits_for_those_before_it_to_be_proposed() {
    let mut tickets: Tickets<i64, ()> = Tickets::default();
    tickets.assign(0, 1);
    let id = |offset| TicketId { partition: 0, epoch: 1, offset };
    tickets.take(id(0), 1);
    tickets.take(id(5), 1);
    tickets.analysed(id(5), 5);
    let mut order = vec![];
    tickets.propose(|id, _| order.push(id.offset));
    assert!(order.is_empty());
    tickets.analysed(id(0), 0);
    tickets.propose(|id, _| order.push(id.offset));
    assert_eq!(order, [0, 5]);
}

/// Where only a part fits into a transaction, no partition waits for another to be empty.
#[test]
fn partitions_take_turns() {
    let mut tickets: Tickets<(), i32> = Tickets::default();
    for partition in 0..3 {
        tickets.assign(partition, 1);
        for offset in 0..4 {
            let id = TicketId { partition, epoch: 1, offset };
            tickets.take(id, 1);
            tickets.settle(id, partition);
        }
    }
    let mut order = vec![];
    for _ in 0..6 {
        let mut left = 2;
        let _ = tickets.emit(|_, partition| {
            left = i32::checked_sub(left, 1).filter(|left| *left >= 0).ok_or(())?;
            order.push(*partition);
            Ok::<(), ()>(())
        });
        tickets.committed(|_| ());
    }
    assert_eq!(order, [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
}
