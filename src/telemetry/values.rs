//! What metrics are made of: atomics that a hot path adds to and a page reads. No lock, no allocation, no text.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Goes up only.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// So many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// The count now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// It is this from now on.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// The same for a count.
    pub fn set_count(&self, count: usize) {
        self.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// The same for an offset.
    pub fn set_offset(&self, offset: u64) {
        self.set(i64::try_from(offset).unwrap_or(i64::MAX));
    }

    /// So much more, or less.
    pub fn add(&self, change: i64) {
        self.0.fetch_add(change, Ordering::Relaxed);
    }

    /// The value now.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Upper ends of buckets, in seconds: what a stage takes for one article.
const STAGE: [f64; BUCKETS] = [
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0,
];
/// The same for what waits for Kafka, up to an hour of backlog.
const WAIT: [f64; BUCKETS] =
    [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0, 3_600.0];
const BUCKETS: usize = 15;

/// How long something took, as a histogram with fixed buckets.
#[derive(Debug)]
pub struct Durations {
    ends: &'static [f64; BUCKETS],
    counts: [AtomicU64; BUCKETS],
    /// Above the last end.
    longer: AtomicU64,
    sum_nanos: AtomicU64,
}

impl Durations {
    /// For stages of one article.
    pub fn of_stages() -> Self {
        Self::new(&STAGE)
    }

    /// For waits.
    pub fn of_waits() -> Self {
        Self::new(&WAIT)
    }

    fn new(ends: &'static [f64; BUCKETS]) -> Self {
        Self { ends, counts: Default::default(), longer: AtomicU64::default(), sum_nanos: AtomicU64::default() }
    }

    /// Something took this long.
    pub fn observe(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = self.ends.iter().zip(&self.counts).find(|(end, _)| seconds <= **end);
        bucket.map_or(&self.longer, |(_, count)| count).fetch_add(1, Ordering::Relaxed);
        // Wraps after five centuries of waiting.
        self.sum_nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The result of `work`, which is measured.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let since = Instant::now();
        let result = work();
        self.observe(since.elapsed());
        result
    }

    /// The upper end of each bucket with the count up to it, then the count of all and the sum in seconds.
    pub(super) fn read(&self) -> Distribution {
        let mut count = 0;
        let up_to = |(end, own): (&f64, &AtomicU64)| {
            count += own.load(Ordering::Relaxed);
            (*end, count)
        };
        let buckets = self.ends.iter().zip(&self.counts).map(up_to).collect();
        count += self.longer.load(Ordering::Relaxed);
        let sum = Duration::from_nanos(self.sum_nanos.load(Ordering::Relaxed)).as_secs_f64();
        Distribution { buckets, count, sum }
    }
}

/// A histogram as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Distribution {
    pub(super) buckets: Vec<(f64, u64)>,
    pub(super) count: u64,
    pub(super) sum: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_in_one_bucket_and_in_the_sum() {
        let waits = Durations::of_waits();
        for millis in [0, 1, 2, 999, 4_000_000] {
            waits.observe(Duration::from_millis(millis));
        }
        let told = waits.read();
        let up_to = |end: f64| told.buckets.iter().find(|(known, _)| *known == end).unwrap().1;
        assert_eq!((up_to(0.001), up_to(0.002_5), up_to(1.0), up_to(3_600.0), told.count), (2, 3, 4, 4, 5));
        assert!((told.sum - 4_001.002).abs() < 1e-6, "{}", told.sum);
    }

    #[test]
    fn ends_of_buckets_ascend() {
        for ends in [STAGE, WAIT] {
            assert!(ends.is_sorted_by(|a, b| a < b));
        }
    }
}
