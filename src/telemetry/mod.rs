//! What the worker tells about itself: plain data that every room below and above it may hold, and no global.
//!
//! - [`Telemetry`]: every count and gauge, as fields that are handed down; `metrics` is the one place where each has its name,
//!   its unit and its meaning. `page` writes them.
//! - [`Tally`]: the ledger. [`Health`]: alive, ready, and if not, why not.
//!
//! It serves nobody: `server` does. Hot paths pay an atomic add.

mod group;
mod health;
mod links;
mod log;
mod metrics;
mod page;
mod process;
mod stages;
mod tally;
mod values;

use std::sync::Arc;
use std::time::SystemTime;

pub use group::Group;
pub use health::{Health, Phase, Thread};
pub use links::Links;
pub use log::DedupeLog;
pub use page::CONTENT_TYPE;
pub use stages::{Articles, Stages};
pub use tally::{Counts, Tally, Terminal};
pub use values::{Counter, Durations, Gauge};

use crate::config::Config;

/// Everything that one worker counts.
#[derive(Debug)]
pub struct Telemetry {
    started: SystemTime,
    /// Alive, ready, and why not.
    pub health: Health,
    /// The ledger.
    pub tally: Tally,
    /// Input that is taken and not committed.
    pub in_flight: InFlight,
    /// What each stage of the pipeline takes.
    pub stages: Arc<Stages>,
    /// What articles were found to be.
    pub articles: Articles,
    /// What was published.
    pub commits: Commits,
    /// The consumer group.
    pub group: Group,
    /// The dedupe log.
    pub log: DedupeLog,
    /// The table of links.
    pub links: Links,
}

impl Telemetry {
    /// Of a worker that starts.
    pub fn new(config: &Config) -> Self {
        Self {
            started: SystemTime::now(),
            health: Health::new(&config.flow),
            tally: Tally::default(),
            in_flight: InFlight::new(config.flow.in_flight.get()),
            stages: Arc::default(),
            articles: Articles::default(),
            commits: Commits::default(),
            group: Group::default(),
            log: DedupeLog::default(),
            links: Links::default(),
        }
    }

    /// The page that Prometheus scrapes.
    pub fn page(&self) -> String {
        page::text(&self.families())
    }
}

/// The reference of all metrics, in Markdown.
pub fn reference() -> String {
    page::table(&Telemetry::new(&Config::default()).families())
}

/// Bytes of input that were taken and not committed: the source adds, the publisher releases.
#[derive(Debug)]
pub struct InFlight {
    bytes: Gauge,
    limit: usize,
    paused: Gauge,
}

impl InFlight {
    fn new(limit: usize) -> Self {
        Self { bytes: Gauge::default(), limit, paused: Gauge::default() }
    }

    /// So many bytes more.
    pub fn add(&self, bytes: usize) {
        self.bytes.add(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// So many bytes less.
    pub fn release(&self, bytes: usize) {
        self.bytes.add(-i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// Bytes now.
    pub fn bytes(&self) -> usize {
        usize::try_from(self.bytes.get()).unwrap_or_default()
    }

    /// Whether the input is paused because there are too many.
    pub fn set_paused(&self, is_paused: bool) {
        self.paused.set(is_paused.into());
    }
}

/// Commits of outputs and offsets.
#[derive(Debug)]
pub struct Commits {
    /// Those that the broker confirmed.
    pub committed: Counter,
    /// Transactions that were aborted.
    pub aborted: Counter,
    /// What a confirmed one took.
    pub duration: Durations,
    /// From a record's timestamp to its commit.
    pub end_to_end: Durations,
    /// When the last one was confirmed, in ms since 1970.
    pub last_ms: Gauge,
}

impl Default for Commits {
    fn default() -> Self {
        Self {
            committed: Counter::default(),
            aborted: Counter::default(),
            duration: Durations::of_waits(),
            end_to_end: Durations::of_waits(),
            last_ms: Gauge::default(),
        }
    }
}
