//! Which partitions are ours, and how they leave: an explicit state machine. Pure.
//!
//! ```text
//!            assign                revoke                 drained / deadline
//! Unassigned -------> Consuming ----------> Draining ---------------------> Unassigned
//!                         |                     |
//!                         +------- lost --------+-- assigned again ------------^
//! ```
//! Drain first, fence second: while draining, what was proposed is still finished and committed (the tickets give the rest
//! back at once); after that nothing is.

use std::time::Instant;

/// What is to be done about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Finish and commit what is left of these partitions, until the deadline.
    Drain(Vec<i32>),
    /// Abort the transaction, drop every ticket of these partitions, commit nothing.
    Abort(Vec<i32>),
    /// All of these partitions' tickets are committed: let them go.
    Release(Vec<i32>),
}

/// The state of this worker's assignment.
#[derive(Debug, Default)]
pub enum Assignment {
    /// No partition is leaving.
    #[default]
    Steady,
    /// Partitions leave as soon as they are drained, at the deadline at the latest.
    Draining {
        /// Those that leave.
        partitions: Vec<i32>,
        /// When to give up.
        deadline: Instant,
    },
}

impl Assignment {
    /// Partitions are to be given up by the deadline.
    pub fn revoke(&mut self, partitions: Vec<i32>, deadline: Instant) -> Action {
        let mut leaving = match std::mem::take(self) {
            Self::Steady => Vec::new(),
            Self::Draining { partitions, .. } => partitions,
        };
        leaving.extend(partitions);
        leaving.sort_unstable();
        leaving.dedup();
        *self = Self::Draining { partitions: leaving.clone(), deadline };
        Action::Drain(leaving)
    }

    /// Partitions are already another worker's.
    pub fn lost(&mut self, partitions: Vec<i32>) -> Action {
        if let Self::Draining { partitions: leaving, .. } = self {
            leaving.retain(|partition| !partitions.contains(partition));
            if leaving.is_empty() {
                *self = Self::Steady;
            }
        }
        Action::Abort(partitions)
    }

    /// Partitions are assigned although some are still leaving: who revoked them has waited until the deadline and gone on,
    /// so nothing of theirs may be committed any more.
    pub fn assigned(&mut self) -> Action {
        match std::mem::take(self) {
            Self::Steady => Action::None,
            Self::Draining { partitions, .. } => Action::Abort(partitions),
        }
    }

    /// Time passed or tickets moved: `drained` tells whether a set of partitions has no open tickets.
    pub fn tick(&mut self, now: Instant, drained: impl FnOnce(&[i32]) -> bool) -> Action {
        let Self::Draining { partitions, deadline } = self else { return Action::None };
        let (late, done) = (now >= *deadline, drained(partitions));
        if !late && !done {
            return Action::None;
        }
        let partitions = std::mem::take(partitions);
        *self = Self::Steady;
        if done { Action::Release(partitions) } else { Action::Abort(partitions) }
    }

    /// Partitions that are leaving.
    pub fn leaving(&self) -> &[i32] {
        match self {
            Self::Steady => &[],
            Self::Draining { partitions, .. } => partitions,
        }
    }

    /// When a drain gives up.
    pub fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Steady => None,
            Self::Draining { deadline, .. } => Some(*deadline),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_revoke_releases_when_drained() {
        let (now, mut state) = (Instant::now(), Assignment::default());
        assert_eq!(state.tick(now, |_| true), Action::None);
        assert_eq!(state.revoke(vec![1, 2], now + Duration::from_secs(1)), Action::Drain(vec![1, 2]));
        assert_eq!(state.tick(now, |_| false), Action::None);
        assert_eq!(state.tick(now, |_| true), Action::Release(vec![1, 2]));
        assert!(state.leaving().is_empty());
    }

    #[test]
    fn a_drain_that_takes_too_long_is_aborted() {
        let (now, mut state) = (Instant::now(), Assignment::default());
        state.revoke(vec![1], now);
        assert_eq!(state.tick(now, |_| false), Action::Abort(vec![1]));
        assert_eq!(state.tick(now, |_| false), Action::None);
    }

    #[test]
    fn an_assignment_ends_a_drain_that_nobody_waits_for_any_more() {
        let (now, mut state) = (Instant::now(), Assignment::default());
        assert_eq!(state.assigned(), Action::None);
        state.revoke(vec![1, 2], now);
        assert_eq!(state.assigned(), Action::Abort(vec![1, 2]));
        assert_eq!(state.tick(now, |_| true), Action::None);
    }

    #[test]
    fn what_is_lost_while_draining_is_aborted_and_the_rest_drains_on() {
        let (now, mut state) = (Instant::now(), Assignment::default());
        state.revoke(vec![1, 2], now + Duration::from_secs(1));
        assert_eq!(state.lost(vec![2]), Action::Abort(vec![2]));
        assert_eq!(state.leaving(), [1]);
        assert_eq!(state.lost(vec![1]), Action::Abort(vec![1]));
        assert_eq!(state.deadline(), None);
    }
}
