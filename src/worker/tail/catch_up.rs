//! The start: all of the log that is there is read, and its parameters are agreed on. Only then may the worker join its group.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use tracing::{debug, info, warn};

use super::super::publish::Event;
use super::read::{self, Batch};
use super::serve::Serving;
use super::{Ask, Ground};
use crate::kafka::log::{LogCut, LogReader};
use crate::kafka::trouble::Side;
use crate::pipeline::dedupe::{Params, Stories};
use crate::pipeline::params;

/// How often a stop is noticed.
const TICK: Duration = Duration::from_millis(100);
/// How often progress is told.
const TELL: Duration = Duration::from_secs(2);

/// Reads the log. None: the worker was stopped.
///
/// # Errors
/// The log cannot be read, or not be judged by this worker.
pub(super) fn run(ground: Ground, asks: Receiver<Ask>, events: Sender<Event>) -> anyhow::Result<Option<Serving>> {
    let own = Params { log_id: log_id(), ..params(&ground.config) };
    loop {
        let reader = LogReader::new(&ground.config, &ground.topics, &ground.trouble)?;
        let Some((first, end)) = bounds(&ground, &reader) else { return Ok(None) };
        let mut replay = Replay { stories: Stories::new(own), first, end, since: Instant::now(), told: Instant::now() };
        reader.seek(first)?;
        let entries = read::start(reader)?;
        match replay.run(&ground, &entries) {
            Ok(true) => {
                replay.finished();
                let mut serving = Serving::new(ground, replay.stories, own, (asks, entries), events)?;
                return Ok(serving.agree()?.then_some(serving));
            }
            Ok(false) => return Ok(None),
            Err(error) if error.is::<LogCut>() => {
                warn!(%error, "the dedupe log was cut while it was read: from its start")
            }
            Err(error) => return Err(error),
        }
    }
}

/// A name for a log that has none.
fn log_id() -> [u8; 16] {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let mut id = [0; 16];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&now.to_le_bytes()).update(&std::process::id().to_le_bytes());
    hasher.finalize_xof().fill(&mut id);
    id
}

/// Where the log begins and ends, once the broker tells; none if the worker is stopped.
fn bounds(ground: &Ground, reader: &LogReader) -> Option<(u64, u64)> {
    while !ground.is_stopped() {
        match reader.bounds() {
            Ok(bounds) => return Some(bounds),
            Err(error) => {
                debug!(%error, "bounds of the dedupe log");
                let advice = format!("{error}: check {}. copydesk keeps trying", ground.topics.sketches);
                ground.trouble.of(Side::LogReader).report("the dedupe log cannot be read", &advice);
                thread::sleep(TICK);
            }
        }
    }
    None
}

/// A replay under way.
struct Replay {
    stories: Stories,
    first: u64,
    end: u64,
    since: Instant,
    told: Instant,
}

impl Replay {
    /// Returns false if the worker was stopped.
    fn run(&mut self, ground: &Ground, entries: &Receiver<Batch>) -> anyhow::Result<bool> {
        while self.stories.next_offset() < self.end && self.first < self.end {
            if ground.is_stopped() {
                return Ok(false);
            }
            match entries.recv_timeout(TICK) {
                Ok(batch) => {
                    for read in batch? {
                        self.stories.apply(read.offset, read.timestamp_ms, &read.record)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the LOG thread panicked"),
            }
            if self.told.elapsed() >= TELL {
                self.told = Instant::now();
                let (read, all) = (self.stories.next_offset().saturating_sub(self.first), self.end - self.first);
                info!(records = read, of = all, percent = read * 100 / all.max(1), "catching up with the dedupe log");
            }
        }
        Ok(true)
    }

    fn finished(&self) {
        let Self { stories, first, end, since, .. } = self;
        let (articles, records) = (stories.len(), end - first);
        info!(records, articles, seconds = since.elapsed().as_secs_f32(), "caught up with the dedupe log");
        let params = stories.params();
        let needed = params.window_ms.saturating_add(params.slice_ms);
        if *first > 0 && stories.read_ms() < needed {
            let advice = "duplicates of older articles are missed until the window has passed once";
            warn!(advice, "the dedupe log begins within the window");
        }
    }
}
