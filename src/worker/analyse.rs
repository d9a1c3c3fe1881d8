//! ANALYSE: batches go from the POLL thread to the thread pool, results to PUBLISH.
//!
//! A batch is announced before it is analysed, so that PUBLISH knows of every record that was taken and can wait for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::flood::Mark;
use super::gate::Gate;
use super::publish::Event;
use super::tickets::TicketId;
use crate::config::Config;
use crate::kafka::rebalance::{GroupMetadata, Intake};
use crate::pipeline::{self, Pipeline};
use crate::record::Record;

/// Takes what the consumer reads.
pub(super) struct Analysis {
    pool: ThreadPool,
    pipeline: Arc<Pipeline>,
    events: Sender<Event>,
    gate: Arc<Gate>,
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
        Ok(Self { pool, pipeline, events, gate, drain_timeout: config.flow.drain_timeout.get() })
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
        let _ = self.events.send(Event::Assigned { partitions: partitions.to_vec(), group });
    }

    fn batch(&self, records: Vec<(u64, Record)>) {
        let ticket = |(epoch, record): &(u64, Record)| {
            let origin = &record.origin;
            (TicketId { partition: origin.partition, epoch: *epoch, offset: origin.offset }, record.size())
        };
        let tickets: Vec<_> = records.iter().map(ticket).collect();
        let ids: Vec<TicketId> = tickets.iter().map(|(id, _)| *id).collect();
        let _ = self.events.send(Event::Taken(tickets));
        let (pipeline, events, gate) = (Arc::clone(&self.pipeline), self.events.clone(), Arc::clone(&self.gate));
        let generation = gate.taken(records.len());
        self.pool.spawn_fifo(move || {
            let analyse = |((_, record), id): ((u64, Record), TicketId)| {
                let analysis = pipeline.analyse(&record);
                (id, record, analysis)
            };
            let analysed: Vec<_> = records.into_par_iter().zip(ids).map(analyse).collect();
            let marks: Vec<Mark> = analysed.iter().map(|(id, _, analysis)| mark(*id, analysis)).collect();
            gate.observe(generation, &marks);
            let _ = events.send(Event::Analysed(analysed));
        });
    }

    fn revoked(&self, partitions: Vec<i32>) {
        self.tell_and_wait(|done, deadline| Event::Revoked { partitions, deadline, done });
    }

    fn lost(&self, partitions: Vec<i32>) {
        self.tell_and_wait(|done, _| Event::Lost { partitions, done });
    }
}
