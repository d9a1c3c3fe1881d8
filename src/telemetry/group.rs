//! The consumer group: partitions that come and go, and how far behind each is.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::values::Counter;

/// This worker's place in its group.
#[derive(Debug, Default)]
pub struct Group {
    /// Rebalances that gave partitions, or none.
    pub assigned: Counter,
    /// Rebalances that took partitions back.
    pub revoked: Counter,
    /// Partitions that were gone before anybody asked.
    pub lost: Counter,
    partitions: Mutex<BTreeMap<i32, Positions>>,
}

/// Where a partition stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Positions {
    committed: Option<i64>,
    end: Option<i64>,
}

impl Group {
    /// Partitions are this worker's.
    pub fn assign(&self, partitions: &[i32]) {
        self.lock().extend(partitions.iter().map(|partition| (*partition, Positions::default())));
    }

    /// They are no longer: nothing is told of them any more.
    pub fn forget(&self, partitions: &[i32]) {
        self.lock().retain(|partition, _| !partitions.contains(partition));
    }

    /// Everything below this offset is committed. A later word holds, whoever says it.
    pub fn committed(&self, partition: i32, position: i64) {
        if let Some(known) = self.lock().get_mut(&partition) {
            known.committed = known.committed.max(Some(position));
        }
    }

    /// The partition ends before this offset.
    pub fn ends(&self, partition: i32, end: i64) {
        if let Some(known) = self.lock().get_mut(&partition) {
            known.end = Some(end);
        }
    }

    /// This worker's partitions.
    pub fn partitions(&self) -> Vec<i32> {
        self.lock().keys().copied().collect()
    }

    /// Those of which nobody knows what is committed.
    pub fn unknown(&self) -> Vec<i32> {
        self.lock().iter().filter(|(_, known)| known.committed.is_none()).map(|(partition, _)| *partition).collect()
    }

    /// Offsets between what is committed and the end, of partitions where both are known.
    pub(super) fn lag(&self) -> Vec<(i32, f64)> {
        let lag =
            |(partition, known): (&i32, &Positions)| Some((*partition, (known.end? - known.committed?).max(0) as f64));
        self.lock().iter().filter_map(lag).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<i32, Positions>> {
        // Nobody panics while it is held.
        self.partitions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_is_told_of_own_partitions_and_of_no_others() {
        let group = Group::default();
        group.assign(&[1, 2, 3]);
        group.ends(1, 10);
        group.ends(2, 10);
        group.ends(9, 10);
        group.committed(1, 4);
        group.committed(1, 3);
        group.committed(9, 3);
        assert_eq!(group.lag(), [(1, 6.0)]);
        assert_eq!(group.unknown(), [2, 3]);
        group.committed(2, 11);
        assert_eq!(group.lag(), [(1, 6.0), (2, 0.0)]);
        group.forget(&[1, 3]);
        assert_eq!((group.lag(), group.partitions()), (vec![(2, 0.0)], vec![2]));
        group.assign(&[2]);
        assert_eq!(group.lag(), [], "an earlier assignment's positions are old");
    }
}
