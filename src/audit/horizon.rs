//! What retention took away, and what it cannot have taken.
//!
//! An output partition that does not begin at its first record any more may have held any older outcome. Two things bound
//! that. Outcomes of one input partition are written in its order: from the first one that is left on, every one is left.
//! And an outcome is written after its input: what is younger than the first record that is left was written after that one.

use std::collections::BTreeMap;

/// How far the clocks of those who write input and of those who write outcomes may differ, in ms.
pub const SKEW_MS: i64 = 60_000;

/// Where an output partition begins, if its beginning was cut off.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// The time of the first record that is left; none: nothing is left, or it has no time.
    pub first_ms: Option<i64>,
    /// By input partition, the first input offset that an outcome is left of.
    pub first_of: BTreeMap<i32, i64>,
}

impl Edge {
    /// A record of the output partition, in its order; an outcome if it is one.
    pub fn see(&mut self, is_first: bool, timestamp: Option<i64>, input: Option<(i32, i64)>) {
        if is_first {
            self.first_ms = timestamp;
        }
        if let Some((partition, offset)) = input {
            self.first_of.entry(partition).or_insert(offset);
        }
    }
}

/// From which offset on a missing outcome is a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon(pub i64);

impl Horizon {
    /// The horizon of an input partition: below it an outcome may have been cut off with one of these edges. `end` is where
    /// the audit ends; `offset_at` finds the first input offset of a time or later (`end` if there is none).
    ///
    /// # Errors
    /// Those of `offset_at`.
    pub fn new<E>(
        partition: i32,
        end: i64,
        edges: &[Edge],
        mut offset_at: impl FnMut(i64) -> Result<i64, E>,
    ) -> Result<Self, E> {
        let mut horizon = 0;
        for edge in edges {
            let by_time = edge.first_ms.map(|time| offset_at(time.saturating_add(SKEW_MS))).transpose()?;
            let by_order = edge.first_of.get(&partition).copied();
            let bound = by_time.into_iter().chain(by_order).min().unwrap_or(end);
            horizon = horizon.max(bound.min(end));
        }
        Ok(Self(horizon))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horizon(edges: &[Edge]) -> i64 {
        // A record a second.
        let Ok(horizon) = Horizon::new(0, 1_000, edges, |time| Ok::<_, ()>((time / 1_000).min(1_000))) else {
            panic!()
        };
        horizon.0
    }

    #[test]
    fn order_and_time_bound_what_may_have_been_cut() {
        assert_eq!(horizon(&[]), 0, "nothing was cut");
        assert_eq!(horizon(&[Edge::default()]), 1_000, "nothing is left: anything may have been there");
        let mut by_order = Edge::default();
        by_order.see(true, None, Some((0, 300)));
        by_order.see(false, None, Some((0, 301)));
        assert_eq!(horizon(std::slice::from_ref(&by_order)), 300);
        let mut by_time = Edge::default();
        by_time.see(true, Some(500_000), Some((7, 0)));
        assert_eq!(horizon(std::slice::from_ref(&by_time)), 560, "with a minute for the clocks");
        assert_eq!(horizon(&[by_order.clone(), by_time.clone()]), 560, "every cut counts");
        by_time.see(false, None, Some((0, 100)));
        assert_eq!(horizon(&[by_order, by_time]), 300, "the better bound of each");
    }
}
