//! When a commit is due. Pure.
//!
//! ```text
//!        | commit |            open, outputs are emitted           | commit |
//!        began                                                     due      ended
//!        '---------------------- interval - expected --------------'
//! ```
//! What comes while a commit is under way waits for its end, for the interval and for the next commit. So commits begin an interval
//! apart, less what one is expected to take: then all of that together is no longer than the interval and one commit's tail.

use std::time::{Duration, Instant};

/// The most by which a commit begins early, as a share of the interval: where commits are slow, more of them would not help.
const EARLY: u32 = 10;
/// One commit's weight in what the next is expected to take.
const WEIGHT: u32 = 4;

/// When commits begin, and how long they take.
#[derive(Debug)]
pub(super) struct Cadence {
    interval: Duration,
    began: Instant,
    expected: Duration,
}

impl Cadence {
    pub(super) fn new(interval: Duration, now: Instant) -> Self {
        Self { interval, began: now, expected: Duration::ZERO }
    }

    /// A commit begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.began = now;
    }

    /// It was confirmed. Returns how long it took.
    pub(super) fn end(&mut self, now: Instant) -> Duration {
        let took = now.saturating_duration_since(self.began);
        self.expected = (self.expected * (WEIGHT - 1) + took) / WEIGHT;
        took
    }

    /// How long until the next is due.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        let period = self.interval - self.expected.min(self.interval / EARLY);
        period.saturating_sub(now.saturating_duration_since(self.began))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// One commit after the other, each as long as told: when each began.
    fn begins(interval: Duration, commits: &[Duration]) -> Vec<Instant> {
        let mut now = Instant::now();
        let mut cadence = Cadence::new(interval, now);
        let mut begins = vec![now];
        for took in commits {
            now += cadence.wait(now);
            assert_eq!(cadence.wait(now), Duration::ZERO);
            cadence.begin(now);
            begins.push(now);
            now += *took;
            assert_eq!(cadence.end(now), *took);
        }
        begins
    }

    #[test]
    fn steady_commits_end_an_interval_after_what_came_during_the_last_one() {
        let begins = begins(500 * MS, &[20 * MS; 60]);
        let last = begins[begins.len() - 1] - begins[begins.len() - 2];
        assert!((479 * MS..=481 * MS).contains(&last), "{last:?}");
    }

    proptest! {
        #[test]
        fn commits_begin_an_interval_apart_or_a_tenth_less_unless_one_takes_longer(
            interval in 0_u32..2_000, commits in proptest::collection::vec(0_u32..3_000, 1..40)
        ) {
            let (interval, commits) = (MS * interval, commits.iter().map(|took| MS * *took).collect::<Vec<_>>());
            let begins = begins(interval, &commits);
            for (index, pair) in begins.windows(2).enumerate() {
                let apart = pair[1] - pair[0];
                let before = index.checked_sub(1).map_or(Duration::ZERO, |before| commits[before]);
                prop_assert!(apart >= interval - interval / EARLY, "{apart:?}");
                prop_assert!(apart <= interval.max(before), "{apart:?}");
            }
        }
    }
}
