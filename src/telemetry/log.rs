//! The dedupe log and the window that is made from it.

use super::values::{Durations, Gauge};

/// What TAIL tells.
#[derive(Debug)]
pub struct DedupeLog {
    /// Offset of the record that is applied next.
    pub next: Gauge,
    /// Offset after the last record.
    pub end: Gauge,
    /// Verdicts of other workers that this one would not have given.
    pub disagreements: Gauge,
    /// From asking for a verdict to having it.
    pub verdict_wait: Durations,
    /// The window: how long, in ms of the log's clock.
    pub window_ms: Gauge,
    /// How many articles.
    pub window_records: Gauge,
    /// How much memory, about.
    pub window_bytes: Gauge,
}

impl Default for DedupeLog {
    fn default() -> Self {
        Self {
            next: Gauge::default(),
            end: Gauge::default(),
            disagreements: Gauge::default(),
            verdict_wait: Durations::of_waits(),
            window_ms: Gauge::default(),
            window_records: Gauge::default(),
            window_bytes: Gauge::default(),
        }
    }
}
