//! Log lines about single records: where each stands and to which trace it belongs, and never a flood of them.

use std::fmt;
use std::time::{Duration, Instant};

use tracing::warn;

use crate::record::{Origin, Record, trace_id};

/// Most lines in a [`WINDOW`]; further ones are counted.
const MOST: u64 = 10;
const WINDOW: Duration = Duration::from_secs(60);

/// Lines of one kind.
pub(super) struct Notices {
    /// What was not told is called so: `… more dead letters`.
    what: &'static str,
    advice: &'static str,
    since: Instant,
    seen: u64,
}

impl Notices {
    pub(super) fn new(what: &'static str, advice: &'static str) -> Self {
        Self { what, advice, since: Instant::now(), seen: 0 }
    }

    /// Something is to be said about a record.
    pub(super) fn tell(&mut self, record: &Record, code: Option<&str>, message: impl fmt::Display) {
        self.tick(Instant::now());
        self.seen += 1;
        if self.seen <= MOST {
            let Origin { topic, partition, offset, .. } = &record.origin;
            let trace_id = trace_id(record);
            warn!(%topic, partition, offset, trace_id, code, "{message}");
        }
    }

    /// Says how many were not told when a minute is over.
    pub(super) fn tick(&mut self, now: Instant) {
        if now.duration_since(self.since) < WINDOW {
            return;
        }
        let more = self.untold();
        if more > 0 {
            warn!(more, advice = self.advice, "more {} in the last minute", self.what);
        }
        (self.since, self.seen) = (now, 0);
    }

    fn untold(&self) -> u64 {
        self.seen.saturating_sub(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_ten_lines_and_the_rest_is_counted() {
        let origin = Origin { topic: "raw".into(), partition: 0, offset: 7, timestamp: None };
        let record = Record { origin, key: None, value: None, headers: Vec::new(), headers_omitted: 0 };
        let mut notices = Notices::new("dead letters", "");
        (0..25).for_each(|_| notices.tell(&record, None, "it is"));
        assert_eq!((notices.seen, notices.untold()), (25, 15));
        notices.tick(Instant::now());
        assert_eq!(notices.seen, 25, "the minute is not over");
        notices.tick(Instant::now() + WINDOW);
        assert_eq!((notices.seen, notices.untold()), (0, 0));
    }
}
