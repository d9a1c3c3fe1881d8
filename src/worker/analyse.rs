//! ANALYSE: batches go from the POLL thread to the thread pool in chunks, results to PUBLISH.
//!
//! A batch is announced before it is analysed, so that PUBLISH knows of every record that was taken and can wait for it. What
//! has not begun when its partition leaves is not analysed any more: PUBLISH gives it back.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use super::flood::Mark;
use super::gate::Gate;
use super::publish::Event;
use super::tickets::TicketId;
use crate::config::Config;
use crate::kafka::rebalance::{GroupMetadata, Intake};
use crate::pipeline::{self, Pipeline};
use crate::queue::Queue;
use crate::record::Record;

/// The partitions that are ours, each with its epoch.
#[derive(Default)]
struct Held(RwLock<BTreeMap<i32, u64>>);

impl Held {
    fn change(&self, change: impl FnOnce(&mut BTreeMap<i32, u64>)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn has(&self, id: TicketId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id.partition) == Some(&id.epoch)
    }
}

/// Most records in a chunk: each wakes PUBLISH, which costs as much as a few records without stages.
const CHUNK: usize = 64;

/// How long results wait for the rest of their chunk: with all stages a whole one takes some 30 ms.
const PROMPT: Duration = Duration::from_millis(2);

/// Records of one batch, and what the gate has to be told with them.
struct Chunk {
    records: Vec<(TicketId, Record)>,
    generation: u64,
}

/// Works on chunks.
struct Analyst {
    pipeline: Arc<Pipeline>,
    events: Sender<Event>,
    gate: Arc<Gate>,
    held: Arc<Held>,
}

impl Analyst {
    fn analyse(&self, Chunk { records, generation }: Chunk) {
        let (mut analysed, mut since, mut back) = (Vec::with_capacity(records.len()), Instant::now(), 0);
        for (id, record) in records {
            if !self.held.has(id) {
                back += 1;
                continue;
            }
            let analysis = self.pipeline.analyse(&record);
            analysed.push((id, record, analysis));
            if since.elapsed() >= PROMPT {
                self.hand_on(generation, std::mem::take(&mut analysed));
                since = Instant::now();
            }
        }
        self.gate.returned(generation, back);
        self.hand_on(generation, analysed);
    }

    fn hand_on(&self, generation: u64, analysed: Vec<(TicketId, Record, pipeline::Analysis)>) {
        let marks: Vec<Mark> = analysed.iter().map(|(id, _, analysis)| mark(*id, analysis)).collect();
        self.gate.observe(generation, &marks);
        let _ = self.events.send(Event::Analysed(analysed));
    }
}

/// Takes what the consumer reads.
pub(super) struct Analysis {
    queue: Arc<Queue<Chunk>>,
    events: Sender<Event>,
    gate: Arc<Gate>,
    held: Arc<Held>,
    drain_timeout: Duration,
}

impl Analysis {
    pub(super) fn new(
        config: &Config,
        pipeline: Arc<Pipeline>,
        events: Sender<Event>,
        gate: Arc<Gate>,
    ) -> anyhow::Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(config.threads)
            .thread_name(|index| format!("analyse-{index}"))
            .build()?;
        let held = Arc::<Held>::default();
        let analyst = Analyst { pipeline, events: events.clone(), gate: Arc::clone(&gate), held: Arc::clone(&held) };
        let queue = Queue::new(pool, move |chunk| analyst.analyse(chunk));
        Ok(Self { queue, events, gate, held, drain_timeout: config.flow.drain_timeout.get() })
    }

    /// Tells PUBLISH and waits for its word, until the deadline at the latest.
    fn tell_and_wait(&self, event: impl FnOnce(Sender<()>, Instant) -> Event) {
        let deadline = Instant::now() + self.drain_timeout;
        let (done, wait) = crossbeam_channel::bounded(1);
        if self.events.send(event(done, deadline)).is_ok() {
            // Late is late: PUBLISH sees the deadline too and aborts.
            let _ = wait.recv_deadline(deadline);
        }
    }
}

fn mark(id: TicketId, analysis: &pipeline::Analysis) -> Mark {
    let code = match analysis {
        pipeline::Analysis::Rejected(reject) => Some(reject.code),
        pipeline::Analysis::Article(_) | pipeline::Analysis::Takedown(_) => None,
    };
    Mark { partition: id.partition, offset: id.offset, code }
}

impl Intake for Analysis {
    fn wanted(&self) -> usize {
        self.gate.wanted()
    }

    fn assigned(&self, partitions: &[(i32, u64)], group: Option<GroupMetadata>) {
        self.held.change(|held| held.extend(partitions.iter().copied()));
        let _ = self.events.send(Event::Assigned { partitions: partitions.to_vec(), group });
    }

    fn batch(&self, records: Vec<(u64, Record)>) {
        let ticket = |(epoch, record): (u64, Record)| {
            let origin = &record.origin;
            (TicketId { partition: origin.partition, epoch, offset: origin.offset }, record)
        };
        let mut records: Vec<(TicketId, Record)> = records.into_iter().map(ticket).collect();
        let _ = self.events.send(Event::Taken(records.iter().map(|(id, record)| (*id, record.size())).collect()));
        let generation = self.gate.taken(records.len());
        let size = records.len().div_ceil(self.queue.threads()).clamp(1, CHUNK);
        while !records.is_empty() {
            let rest = records.split_off(size.min(records.len()));
            self.queue.push(Chunk { records: std::mem::replace(&mut records, rest), generation });
        }
    }

    fn revoked(&self, partitions: Vec<i32>) {
        self.held.change(|held| held.retain(|partition, _| !partitions.contains(partition)));
        self.tell_and_wait(|done, deadline| Event::Revoked { partitions, deadline, done });
    }

    fn lost(&self, partitions: Vec<i32>) {
        self.held.change(|held| held.retain(|partition, _| !partitions.contains(partition)));
        self.tell_and_wait(|done, _| Event::Lost { partitions, done });
    }
}
