//! Flood: when nearly every record is rejected, the input is paused instead of drained into the dead letters. Pure.
//!
//! ```text
//!            more than `share` of the last `last` rejected          back-off is over
//! Watching ---------------------------------------------> Paused --------------------> Probing
//!    ^                                                      ^                             |
//!    |                                                      +---- still a flood ----------+
//!    +------------------------------ records can be read again --------------------------+
//! ```
//! Nobody can tell from here whether the publisher sends garbage or this worker is broken. So a probe lets `last` records
//! through now and then, at most every `probe` once it has backed off: garbage comes to its end by itself, at the pace of
//! the probes, and of a good topic under a broken worker as good as everything is left for the next one.
//!
//! Marks come from ANALYSE, where rejected and accepted records are seen nearly in the order of the input; the broker's refusals
//! (which come much later) turn a mark that was good.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::article::RejectCode;
use crate::config::FloodRule;

/// The first wait before a probe; each further one is twice as long, up to `probe`.
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) partition: i32,
    pub(super) offset: i64,
    /// None: it was accepted.
    pub(super) code: Option<RejectCode>,
}

/// What a person is told when the flood begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Alarm {
    pub(super) rejected: usize,
    pub(super) last: usize,
    /// The code that most of them have, and how many have it.
    pub(super) code: RejectCode,
    pub(super) of_code: usize,
    /// The oldest of them: partition and offset.
    pub(super) since: (i32, i64),
}

/// A change that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The flood begins.
    Begun(Alarm),
    /// The probe was rejected too; the next is after this wait.
    StillThere(Duration),
    /// It is over; it took so long.
    Over(Duration),
}

#[derive(Debug, Clone, Copy)]
enum State {
    Watching,
    Paused {
        until: Instant,
    },
    /// `left` records may still be taken; of those that were analysed so many were rejected and accepted.
    Probing {
        left: usize,
        rejected: usize,
        accepted: usize,
    },
}

/// The flood of one worker.
#[derive(Debug)]
pub(super) struct Flood {
    rule: FloodRule,
    marks: VecDeque<Mark>,
    rejected: usize,
    state: State,
    /// Records that were taken before a turn say nothing of what comes after it.
    generation: u64,
    back_off: Duration,
    /// When it began, and when the last one was over.
    begun: Instant,
    over: Option<Instant>,
}

impl Flood {
    pub(super) fn new(rule: FloodRule, now: Instant) -> Self {
        let mut flood = Self {
            rule,
            marks: VecDeque::new(),
            rejected: 0,
            state: State::Watching,
            generation: 0,
            back_off: Duration::ZERO,
            begun: now,
            over: None,
        };
        flood.back_off = flood.first_back_off();
        flood
    }

    fn first_back_off(&self) -> Duration {
        FIRST_BACK_OFF.min(self.rule.probe.get())
    }

    /// Whether the input flows freely.
    pub(super) fn is_watching(&self) -> bool {
        matches!(self.state, State::Watching)
    }

    /// How many more records may be taken now.
    pub(super) fn wanted(&mut self, now: Instant) -> usize {
        match self.state {
            State::Watching => usize::MAX,
            State::Paused { until } if now < until => 0,
            State::Paused { .. } => {
                self.generation += 1;
                self.state = State::Probing { left: self.rule.last, rejected: 0, accepted: 0 };
                self.rule.last
            }
            State::Probing { left, .. } => left,
        }
    }

    /// Records are taken; their marks come with the generation that is returned.
    pub(super) fn taken(&mut self, records: usize) -> u64 {
        if let State::Probing { left, .. } = &mut self.state {
            *left = left.saturating_sub(records);
        }
        self.generation
    }

    /// So many of a batch were given back unread: others are read in their place.
    pub(super) fn returned(&mut self, generation: u64, records: usize) {
        if generation == self.generation
            && let State::Probing { left, .. } = &mut self.state
        {
            *left += records;
        }
    }

    /// Records were analysed.
    pub(super) fn observe(&mut self, generation: u64, marks: &[Mark], now: Instant) -> Option<Turn> {
        if generation != self.generation {
            return None;
        }
        // A batch may turn at most once: what follows in it was taken before the turn.
        marks.iter().find_map(|mark| self.mark(*mark, now))
    }

    fn mark(&mut self, mark: Mark, now: Instant) -> Option<Turn> {
        match &mut self.state {
            State::Watching => {
                self.remember(mark);
                self.alarm(now)
            }
            State::Paused { .. } => None,
            State::Probing { rejected, accepted, .. } => {
                let count = if mark.code.is_some() { &mut *rejected } else { &mut *accepted };
                *count += 1;
                let (rejected, accepted) = (*rejected, *accepted);
                self.judge_probe(rejected, accepted, now)
            }
        }
    }

    fn judge_probe(&mut self, rejected: usize, accepted: usize, now: Instant) -> Option<Turn> {
        if !self.is_flood(self.rule.last.saturating_sub(accepted)) {
            self.state = State::Watching;
            self.over = Some(now);
            return Some(Turn::Over(now.saturating_duration_since(self.begun)));
        }
        if rejected + accepted < self.rule.last {
            return None;
        }
        self.back_off = (self.back_off * 2).min(self.rule.probe.get());
        self.pause(now);
        Some(Turn::StillThere(self.back_off))
    }

    /// The broker refuses the outcome of a record that was accepted: another becomes its dead letter.
    pub(super) fn refused(&mut self, code: RejectCode, now: Instant) -> Option<Turn> {
        if !self.is_watching() {
            return None;
        }
        let accepted = self.marks.iter_mut().rev().find(|mark| mark.code.is_none())?;
        accepted.code = Some(code);
        self.rejected += 1;
        self.alarm(now)
    }

    fn remember(&mut self, mark: Mark) {
        if self.marks.len() >= self.rule.last
            && let Some(oldest) = self.marks.pop_front()
        {
            self.rejected -= usize::from(oldest.code.is_some());
        }
        self.rejected += usize::from(mark.code.is_some());
        self.marks.push_back(mark);
    }

    #[expect(clippy::cast_precision_loss, reason = "counts below a million")]
    fn is_flood(&self, rejected: usize) -> bool {
        rejected as f64 > self.rule.share * self.rule.last as f64
    }

    fn alarm(&mut self, now: Instant) -> Option<Turn> {
        if self.marks.len() < self.rule.last || !self.is_flood(self.rejected) {
            return None;
        }
        let alarm = self.describe()?;
        // One that comes back soon is the same one: its probes stay rare.
        let soon = 2 * self.rule.probe.get();
        if self.over.is_none_or(|over| now.saturating_duration_since(over) > soon) {
            self.back_off = self.first_back_off();
        }
        self.begun = now;
        self.pause(now);
        Some(Turn::Begun(alarm))
    }

    fn pause(&mut self, now: Instant) {
        self.generation += 1;
        self.marks.clear();
        self.rejected = 0;
        self.state = State::Paused { until: now + self.back_off };
    }

    fn describe(&self) -> Option<Alarm> {
        let count = |code: RejectCode| self.marks.iter().filter(|mark| mark.code == Some(code)).count();
        let code = RejectCode::ALL.into_iter().max_by_key(|code| count(*code))?;
        let mut rejected = self.marks.iter().filter(|mark| mark.code.is_some());
        let first = rejected.next()?;
        // Several threads read them: what was read first need not be the first in its partition.
        let earlier = rejected.filter(|mark| mark.partition == first.partition).map(|mark| mark.offset);
        let since = (first.partition, earlier.fold(first.offset, i64::min));
        Some(Alarm { rejected: self.rejected, last: self.rule.last, code, of_code: count(code), since })
    }
}

#[cfg(test)]
#[path = "flood_tests.rs"]
mod tests;
