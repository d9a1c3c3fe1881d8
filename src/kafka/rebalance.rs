//! What the consumer's callbacks do. They run inside `poll`, on the POLL thread, and may wait there: nobody waits for POLL.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rdkafka::ClientContext;
use rdkafka::TopicPartitionList;
use rdkafka::config::RDKafkaLogLevel;
pub use rdkafka::consumer::ConsumerGroupMetadata as GroupMetadata;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use tracing::{debug, info, warn};

use super::connection::Connection;
use super::trouble::Trouble;
use crate::record::Record;
use crate::telemetry::Telemetry;

/// Who takes what the consumer reads. Every call comes from the POLL thread.
pub trait Intake: Send + Sync + 'static {
    /// How many more records may be read now; asked before every one. Less than there are already pauses the input.
    fn wanted(&self) -> usize;
    /// Partitions are ours, each under an epoch; `group` proves it to the broker when offsets are committed.
    fn assigned(&self, partitions: &[(i32, u64)], group: Option<GroupMetadata>);
    /// Records in order, each with its partition's epoch.
    fn batch(&self, records: Vec<(u64, Record)>);
    /// Partitions leave. Returns when what was taken from them is committed, or the drain deadline has passed.
    fn revoked(&self, partitions: Vec<i32>);
    /// Partitions are already another worker's. Returns when nothing can be committed for them any more, or the deadline has passed.
    fn lost(&self, partitions: Vec<i32>);
}

/// Records that were read and not handed on, and the epochs of partitions.
#[derive(Default)]
pub(super) struct Buffer {
    pub(super) records: Vec<(u64, Record)>,
    pub(super) bytes: usize,
    epochs: BTreeMap<i32, u64>,
    last_epoch: u64,
    /// What is read next of each partition of which something was read in this assignment.
    positions: BTreeMap<i32, i64>,
    /// Partitions changed: a pause must be made again.
    pub(super) changed: bool,
}

impl Buffer {
    pub(super) fn push(&mut self, record: Record) {
        let Some(&epoch) = self.epochs.get(&record.origin.partition) else { return };
        self.bytes += record.size();
        self.positions.insert(record.origin.partition, record.origin.offset + 1);
        self.records.push((epoch, record));
    }

    pub(super) fn positions(&self) -> Vec<(i32, i64)> {
        self.positions.iter().map(|(partition, position)| (*partition, *position)).collect()
    }

    pub(super) fn take(&mut self) -> Vec<(u64, Record)> {
        self.bytes = 0;
        std::mem::take(&mut self.records)
    }

    /// Forgets partitions and what was read of them: it was not taken, so the next owner reads it.
    fn forget(&mut self, partitions: &[i32]) {
        self.epochs.retain(|partition, _| !partitions.contains(partition));
        self.positions.retain(|partition, _| !partitions.contains(partition));
        self.records.retain(|(_, record)| !partitions.contains(&record.origin.partition));
        self.bytes = self.records.iter().map(|(_, record)| record.size()).sum();
        self.changed = true;
    }

    fn assign(&mut self, partitions: &[i32]) -> Vec<(i32, u64)> {
        self.last_epoch += 1;
        self.changed = true;
        self.positions.retain(|partition, _| !partitions.contains(partition));
        self.epochs.extend(partitions.iter().map(|partition| (*partition, self.last_epoch)));
        partitions.iter().map(|partition| (*partition, self.last_epoch)).collect()
    }

    pub(super) fn partitions(&self) -> Vec<i32> {
        self.epochs.keys().copied().collect()
    }
}

/// The input consumer's context.
pub struct Context {
    pub(super) connection: Connection,
    /// This worker may not use its group.
    pub(super) forbidden: AtomicBool,
    pub(super) intake: Box<dyn Intake>,
    pub(super) buffer: Mutex<Buffer>,
    pub(super) trouble: Trouble,
    pub(super) telemetry: Arc<Telemetry>,
}

impl Context {
    pub(super) fn buffer(&self) -> MutexGuard<'_, Buffer> {
        // Only the POLL thread takes it, and it does not panic while it holds it.
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match facility {
            // The one place where librdkafka tells that records were skipped, or will be read again.
            "OFFSET" => warn!("{message}"),
            _ => debug!(?level, facility, "{message}"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.client_error(&self.connection, &error, reason);
    }
}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Revoke(list) => {
                let partitions = partitions(list);
                self.buffer().forget(&partitions);
                let Telemetry { group, health, .. } = &*self.telemetry;
                health.set_member(false);
                group.forget(&partitions);
                if partitions.is_empty() {
                } else if consumer.assignment_lost() {
                    group.lost.add(1);
                    warn!(?partitions, "partitions lost: another worker has them");
                    self.intake.lost(partitions);
                } else {
                    group.revoked.add(1);
                    info!(?partitions, "partitions revoked: draining");
                    self.intake.revoked(partitions);
                }
            }
            Rebalance::Assign(_) => {}
            Rebalance::Error(error) => warn!(%error, "rebalance failed"),
        }
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(list) = rebalance {
            let partitions = partitions(list);
            info!(?partitions, "partitions assigned");
            self.trouble.reached();
            if self.forbidden.swap(false, Ordering::AcqRel) {
                self.trouble.clear();
            }
            let assigned = self.buffer().assign(&partitions);
            let Telemetry { group, health, .. } = &*self.telemetry;
            group.assigned.add(1);
            group.assign(&partitions);
            health.set_member(true);
            self.intake.assigned(&assigned, consumer.group_metadata());
        }
    }
}

fn partitions(list: &TopicPartitionList) -> Vec<i32> {
    list.elements().iter().map(|element| element.partition()).collect()
}
