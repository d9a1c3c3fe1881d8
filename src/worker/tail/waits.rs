//! How long tickets wait for their verdicts: what the log adds to an article's way.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::super::tickets::TicketId;

/// Buckets of a histogram, four for each doubling from a microsecond on: the last ends after an hour.
const BUCKETS: usize = 4 * 32;

/// Waits that go on, and a histogram of those that are over.
pub(super) struct Waits {
    since: HashMap<TicketId, Instant>,
    buckets: [u64; BUCKETS],
}

impl Default for Waits {
    fn default() -> Self {
        Self { since: HashMap::new(), buckets: [0; BUCKETS] }
    }
}

impl Waits {
    pub(super) fn begin(&mut self, ticket: TicketId) {
        self.since.insert(ticket, Instant::now());
    }

    /// How long it has waited, if it has.
    pub(super) fn end(&mut self, ticket: &TicketId) -> Option<Duration> {
        let wait = self.since.remove(ticket)?.elapsed();
        self.record(wait);
        Some(wait)
    }

    /// Nobody waits any more.
    pub(super) fn forget(&mut self, partition: i32) {
        self.since.retain(|ticket, _| ticket.partition != partition);
    }

    fn record(&mut self, wait: Duration) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least 0, and cut to the last bucket"
        )]
        let bucket = ((wait.as_secs_f64() * 1e6).max(1.0).log2() * 4.0) as usize;
        if let Some(count) = self.buckets.get_mut(bucket.min(BUCKETS - 1)) {
            *count += 1;
        }
    }

    /// Waits that are over.
    pub(super) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// What this share of the waits did not exceed, in ms, as the upper end of its bucket: at most 19 % too much.
    pub(super) fn quantile_ms(&self, share: f64) -> f64 {
        let mut left = share * self.count() as f64;
        let is_here = |count: &u64| {
            left -= *count as f64;
            left <= 0.0
        };
        let bucket = self.buckets.iter().position(is_here).unwrap_or_default();
        2.0_f64.powf((bucket + 1) as f64 / 4.0) / 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_within_a_bucket() {
        let mut waits = Waits::default();
        (1..=1_000).for_each(|wait| waits.record(Duration::from_micros(wait * 10)));
        assert_eq!(waits.count(), 1_000);
        for (share, exact) in [(0.5, 5.0), (0.99, 9.9), (1.0, 10.0)] {
            let told = waits.quantile_ms(share);
            assert!((exact..exact * 1.2).contains(&told), "{share}: {told}");
        }
    }
}
