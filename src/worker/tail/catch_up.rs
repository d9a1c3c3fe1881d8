//! The start: all of the log that is there is read, and its parameters are agreed on. Only then may the worker join its group.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use tracing::{debug, info, warn};

use super::super::publish::Event;
use super::keep::Keeper;
use super::read::{self, Batch, Mark, Read};
use super::serve::Serving;
use super::{Ask, Base};
use crate::kafka::log::{LogCut, LogReader};
use crate::kafka::trouble::Side;
use crate::pipeline::dedupe::{Params, Snapshots, Stories};
use crate::pipeline::params;
use crate::telemetry::{Phase, Telemetry};

/// How often a stop is noticed.
const TICK: Duration = Duration::from_millis(100);
/// How often progress is told.
const TELL: Duration = Duration::from_secs(2);

/// Reads the log. None: the worker was stopped.
///
/// # Errors
/// The log cannot be read, or not be judged by this worker.
pub(super) fn run(base: Base, asks: Receiver<Ask>, events: Sender<Event>) -> anyhow::Result<Option<Serving>> {
    let own = Params { log_id: log_id(), ..params(&base.config) };
    let mut snapshots = base.config.dedupe.state_dir.clone().map(Snapshots::new);
    let mut is_trusted = true;
    loop {
        let reader = LogReader::new(&base.config, &base.topics, &base.trouble)?;
        let Some((first, end)) = bounds(&base, &reader) else { return Ok(None) };
        let loaded = snapshots.as_mut().filter(|_| is_trusted).and_then(|all| load(all, &base, first, end));
        let mut replay = Replay::new(loaded, own, first, end);
        reader.seek(replay.next)?;
        let entries = read::start(reader)?;
        match replay.run(&base, &entries) {
            Ok(true) => {
                replay.finished();
                let Replay { stories, mark, .. } = replay;
                let keeper = Keeper::new(snapshots, &base.topics.sketches, mark);
                let mut serving = Serving::new(base, stories, own, (asks, entries), (events, keeper))?;
                return Ok(serving.agree()?.then_some(serving));
            }
            Ok(false) => return Ok(None),
            Err(error) if error.is::<OtherLog>() => {
                warn!("{error}");
                is_trusted = false;
            }
            Err(error) if error.is::<LogCut>() => {
                warn!(%error, "the dedupe log was cut while it was read: from its start")
            }
            Err(error) => return Err(error),
        }
    }
}

/// The snapshot is of a log that this one is not, whatever its topic is called.
#[derive(Debug, thiserror::Error)]
#[error("the dedupe log is replayed, since the snapshot ends with a record that the log does not have")]
struct OtherLog;

/// The snapshot, if there is one that ends within the log.
fn load(snapshots: &mut Snapshots, base: &Base, first: u64, end: u64) -> Option<(Stories, Mark)> {
    match snapshots.load(&base.topics.sketches) {
        Ok(None) => None,
        Ok(Some((stories, _))) if stories.next_offset() <= first || stories.next_offset() > end => {
            let (next, advice) = (stories.next_offset(), "the dedupe log is replayed");
            warn!(next, first, end, advice, "the snapshot does not end within the log");
            None
        }
        Ok(loaded) => loaded,
        Err(error) => {
            warn!("{error}");
            None
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
fn bounds(base: &Base, reader: &LogReader) -> Option<(u64, u64)> {
    while !base.is_stopped() {
        match reader.bounds() {
            Ok(bounds) => return Some(bounds),
            Err(error) => {
                debug!(%error, "bounds of the dedupe log");
                let advice = format!("{error}: check {}. copydesk keeps trying", base.topics.sketches);
                base.trouble.of(Side::LogReader).report("the dedupe log cannot be read", &advice);
                thread::sleep(TICK);
            }
        }
    }
    None
}

/// A replay under way.
struct Replay {
    stories: Stories,
    /// Of the last record that was applied.
    mark: Mark,
    /// The snapshot's last record is read again first: it shows that the log is the snapshot's.
    is_proven: bool,
    from_snapshot: bool,
    /// The record that is read first, and the one after the last.
    next: u64,
    end: u64,
    since: Instant,
    told: Instant,
}

impl Replay {
    fn new(loaded: Option<(Stories, Mark)>, own: Params, first: u64, end: u64) -> Self {
        let from_snapshot = loaded.is_some();
        let (stories, mark) = loaded.unwrap_or_else(|| (Stories::new(own), Mark::default()));
        let next = if from_snapshot { stories.next_offset().saturating_sub(1) } else { first };
        let now = Instant::now();
        Self { stories, mark, is_proven: !from_snapshot, from_snapshot, next, end, since: now, told: now }
    }

    /// Returns false if the worker was stopped.
    fn run(&mut self, base: &Base, entries: &Receiver<Batch>) -> anyhow::Result<bool> {
        while !self.is_proven || (self.stories.next_offset() < self.end && self.next < self.end) {
            if base.is_stopped() {
                return Ok(false);
            }
            self.show(base.telemetry());
            match entries.recv_timeout(TICK) {
                Ok(batch) => batch?.iter().try_for_each(|read| self.apply(read))?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the LOG thread panicked"),
            }
            if self.told.elapsed() >= TELL {
                self.told = Instant::now();
                let (read, all) = (self.stories.next_offset().saturating_sub(self.next), self.end - self.next);
                info!(records = read, of = all, percent = read * 100 / all.max(1), "catching up with the dedupe log");
            }
        }
        Ok(true)
    }

    /// Progress, for whoever asks for the worker's health.
    fn show(&self, telemetry: &Telemetry) {
        let (next, end) = (self.stories.next_offset().max(self.next), self.end);
        telemetry.health.enter(Phase::CatchingUp { read: next - self.next, of: end.saturating_sub(self.next) });
        telemetry.log.next.set_offset(next);
        telemetry.log.end.set_offset(end);
    }

    fn apply(&mut self, read: &Read) -> anyhow::Result<()> {
        if !self.is_proven {
            anyhow::ensure!(read.offset == self.next && read.mark == self.mark, OtherLog);
            self.is_proven = true;
            return Ok(());
        }
        self.stories.apply(read.offset, read.timestamp_ms, &read.record)?;
        self.mark = read.mark;
        Ok(())
    }

    fn finished(&self) {
        let Self { stories, from_snapshot, next, end, since, .. } = self;
        let (articles, records) = (stories.len(), end.saturating_sub(*next));
        let seconds = since.elapsed().as_secs_f32();
        info!(records, articles, from_snapshot, seconds, "caught up with the dedupe log");
        let params = stories.params();
        let needed = params.window_ms.saturating_add(params.slice_ms);
        if !from_snapshot && *next > 0 && stories.read_ms() < needed {
            let advice = "duplicates of older articles are missed until the window has passed once";
            warn!(advice, "the dedupe log begins within the window");
        }
    }
}
