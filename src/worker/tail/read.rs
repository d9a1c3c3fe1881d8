//! LOG: reads and decodes, so that TAIL need not wait for Kafka, and a replay has two threads to work on.

use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use crossbeam_channel::{Receiver, bounded};

use crate::kafka::log::{Entry, LogReader};
use crate::pipeline::dedupe::{LogRecord, decode};

/// A record of the log.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) offset: u64,
    pub(super) timestamp_ms: i64,
    pub(super) record: LogRecord,
    /// Hash of the record and its place: two logs that have it at one offset are one.
    pub(super) mark: Mark,
}

/// See [`Read::mark`].
pub(super) type Mark = [u8; 16];
/// What LOG hands on: records in order, none when idle; or why it ends.
pub(super) type Batch = anyhow::Result<Vec<Read>>;

/// Most records in a batch.
const MOST: usize = 256;
/// Batches that wait for TAIL.
const WAITING: usize = 32;
/// How long an empty log is waited on before TAIL is told that there is nothing.
const IDLE: Duration = Duration::from_millis(100);

/// Reads on from where the reader stands, until nobody takes what it hands on.
pub(super) fn start(reader: LogReader) -> anyhow::Result<Receiver<Batch>> {
    let (batches, taken) = bounded(WAITING);
    thread::Builder::new().name("log".into()).spawn(move || {
        loop {
            let batch = batch(&reader);
            let ends = batch.is_err();
            if batches.send(batch).is_err() || ends {
                return;
            }
        }
    })?;
    Ok(taken)
}

fn batch(reader: &LogReader) -> Batch {
    let mut batch = Vec::new();
    while batch.len() < MOST {
        let wait = if batch.is_empty() { IDLE } else { Duration::ZERO };
        let Some(Entry { offset, timestamp_ms, bytes }) = reader.next(wait)? else { break };
        let record = decode(&bytes).with_context(|| format!("the dedupe log cannot be read at offset {offset}"))?;
        batch.push(Read { offset, timestamp_ms, record, mark: mark(offset, timestamp_ms, &bytes) });
    }
    Ok(batch)
}

fn mark(offset: u64, timestamp_ms: i64, bytes: &[u8]) -> Mark {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&offset.to_le_bytes()).update(&timestamp_ms.to_le_bytes()).update(bytes);
    let mut mark = Mark::default();
    hasher.finalize_xof().fill(&mut mark);
    mark
}
