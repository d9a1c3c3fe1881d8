//! The state machine: applies the records of the log, in order, the same for everybody. Never iterates over a hash map
//! where the order could show, never looks at a clock.

use std::collections::VecDeque;
use std::fmt;

use super::defect::{Defect, Defects};
use super::index::{Index, Reach};
use super::links::Links;
use super::log::{Decision, Identity, LogRecord, Names, Params, Proposal, RULES, Verdict};
use super::slice::{Held, SLICE_BITS, Slice, State};
use super::story_id::StoryId;
use super::work::Work;
use crate::panic;

/// The stories of the window.
#[derive(Debug, Clone)]
pub struct Stories {
    pub(super) params: Params,
    /// The log's clock: it never goes back.
    pub(super) clock: i64,
    next_offset: u64,
    /// The log's clock at the first record that was read.
    began: Option<i64>,
    /// The log's clock when it last stated its parameters.
    stated: Option<i64>,
    /// Oldest first.
    pub(super) slices: VecDeque<Slice>,
    /// Which articles hold a key.
    pub(super) index: Index,
    links: Links,
    disagreements: u64,
    panics: u64,
    last_panic: Option<String>,
    pub(super) defects: Defects,
    #[cfg(test)]
    pub(super) work: std::cell::Cell<Work>,
    /// Only for defects: where this reader began, and articles by source over all history.
    #[cfg(test)]
    pub(super) history: (Option<(i64, u64)>, std::collections::HashMap<u32, u32>),
}

/// What is known of an article.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its verdict: binding once decided, else what this reader computed.
    pub verdict: Verdict,
    /// Offset of the proposal that the verdict answers.
    pub at: u64,
    /// The verdict was read from the log.
    pub decided: bool,
    /// A verdict was read after the article's last proposal.
    pub settled: bool,
    /// The log's clock at the proposal, in ms.
    pub since_ms: i64,
}

/// Why a record cannot be applied. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoriesError {
    /// Offsets ascend: this one was applied already, or skipped.
    OffsetGoesBack {
        /// The record's offset.
        offset: u64,
        /// The least that can follow.
        next: u64,
    },
    /// The log is judged by rules of a later version: going on would give other verdicts.
    UnknownRules {
        /// Rules that the log states.
        rules: u16,
    },
}

impl fmt::Display for StoriesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OffsetGoesBack { offset, next } => {
                write!(f, "offset {offset} of the dedupe log comes after {next} was due")
            }
            Self::UnknownRules { rules } => {
                write!(f, "the dedupe log is judged by rules {rules}, this version knows up to {RULES}")
            }
        }
    }
}

impl std::error::Error for StoriesError {}

impl Stories {
    /// Nothing is known yet.
    pub fn new(params: Params) -> Self {
        Self {
            params,
            clock: i64::MIN,
            next_offset: 0,
            began: None,
            stated: None,
            slices: VecDeque::new(),
            index: Index::default(),
            links: Links::default(),
            disagreements: 0,
            panics: 0,
            last_panic: None,
            defects: Defects::default(),
            #[cfg(test)]
            work: Default::default(),
            #[cfg(test)]
            history: Default::default(),
        }
    }

    /// What a snapshot holds. Counters begin anew.
    pub(super) fn restored(
        params: Params,
        clock: i64,
        next_offset: u64,
        stated: Option<i64>,
        slices: VecDeque<Slice>,
        index: Index,
    ) -> Self {
        let links = Links::of(&slices);
        Self { clock, next_offset, stated, slices, index, links, ..Self::new(params) }
    }

    /// Applies the record at an offset, appended at `timestamp_ms` of the log's clock.
    ///
    /// # Errors
    /// An offset that does not ascend; parameters with rules that are unknown here.
    pub fn apply(&mut self, offset: u64, timestamp_ms: i64, record: &LogRecord) -> Result<(), StoriesError> {
        if offset < self.next_offset {
            return Err(StoriesError::OffsetGoesBack { offset, next: self.next_offset });
        }
        let told = match record {
            LogRecord::Verdicts { clock_ms, .. } => *clock_ms,
            LogRecord::Epoch(params) if params.rules > RULES => {
                return Err(StoriesError::UnknownRules { rules: params.rules });
            }
            _ => i64::MIN,
        };
        self.advance(offset, timestamp_ms.max(told));
        match record {
            LogRecord::Proposal(proposal) => self.propose(offset, proposal),
            LogRecord::Verdicts { decisions, .. } => decisions.iter().for_each(|decision| self.decide(decision)),
            LogRecord::Takedown { identity, key } => self.take_down(offset, *identity, *key),
            LogRecord::Epoch(params) => self.state_params(*params),
        }
        Ok(())
    }

    /// What is known of an article, if it is in the window.
    pub fn known(&self, identity: &Identity) -> Option<Known> {
        self.newest(identity).map(known)
    }

    /// Articles whose verdict nobody has read in the log for `help_ms` of its clock, oldest first: whoever reads this may
    /// append it, or the article stays open when its owner died.
    pub fn unsettled(&self, help_ms: i64) -> impl Iterator<Item = (Identity, Known)> {
        let waits = move |held: &Held<'_>| self.clock.saturating_sub(held.since()) >= help_ms;
        let is_newest =
            |held: &Held<'_>| self.newest(&held.identity()).is_some_and(|newest| newest.offset() == held.offset());
        let all = self.slices.iter().flat_map(Slice::unsettled).filter(waits).filter(is_newest);
        all.map(|held| (held.identity(), known(held)))
    }

    /// Keys of the visible articles that are called so.
    pub fn keys_of(&mut self, names: &Names) -> Vec<u64> {
        let mut keys: Vec<u64> =
            self.slices.iter().flat_map(|slice| slice.called(names)).map(|entry| entry.key).collect();
        if let Some(id) = &names.id {
            keys.extend(self.slices.iter_mut().flat_map(|slice| slice.keys_of_id(id)));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The parameters that hold: the log's, once it has stated any.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The log's clock when it last stated its parameters, in ms.
    pub fn stated_ms(&self) -> Option<i64> {
        self.stated
    }

    /// How far back the window reaches now, in ms of the log's clock: less than the parameters say if `span` ends it earlier.
    pub fn covered_ms(&self) -> i64 {
        self.slices.front().map_or(0, |slice| self.clock.saturating_sub(slice.bucket.0))
    }

    /// How much of the log's time was read, in ms.
    pub fn read_ms(&self) -> i64 {
        self.clock.saturating_sub(self.began.unwrap_or(self.clock))
    }

    /// Verdicts that were not what this reader computed. More than 0 in a healthy group is an alarm.
    pub fn disagreements(&self) -> u64 {
        self.disagreements
    }

    /// Articles on which the judge panicked: they count as unique, for every reader alike. More than 0 is a defect of ours.
    pub fn panics(&self) -> u64 {
        self.panics
    }

    /// Where the judge panicked last.
    pub fn last_panic(&self) -> Option<&str> {
        self.last_panic.as_deref()
    }

    /// The log's clock, in ms; the smallest number before the first record.
    pub fn clock_ms(&self) -> i64 {
        self.clock
    }

    /// The offset of the log that comes next, at least.
    pub fn next_offset(&self) -> u64 {
        self.next_offset
    }

    /// Articles in the window, repeats included.
    pub fn len(&self) -> usize {
        self.slices.iter().map(|slice| slice.entries.len()).sum()
    }

    /// Whether the window has no article.
    pub fn is_empty(&self) -> bool {
        self.slices.iter().all(|slice| slice.entries.is_empty())
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.slices.iter().map(Slice::bytes).sum::<usize>() + self.index.bytes()
    }

    fn advance(&mut self, offset: u64, clock: i64) {
        self.clock = if self.defects.has(Defect::NoMax) { clock } else { self.clock.max(clock) };
        self.next_offset = offset.saturating_add(1);
        self.began.get_or_insert(self.clock);
        let (params, begin) = (self.params, self.slice_begin());
        let bucket = (begin, offset >> SLICE_BITS);
        match self.slices.back_mut() {
            Some(slice) if slice.bucket == bucket => slice.reach(offset),
            last => {
                let first = last.map_or(0, |last| {
                    last.close();
                    last.numbers().end
                });
                self.slices.push_back(Slice::new(bucket, offset, first));
            }
        }
        let before = self.slices.len();
        let is_recent = |slice: &Slice| offset - slice.last_offset < params.span.max(1);
        self.slices.retain(|slice| params.in_window(slice.bucket.0, begin) && is_recent(slice));
        if self.slices.len() < before {
            self.links = Links::of(&self.slices);
        }
    }

    #[cfg(not(test))]
    fn slice_begin(&self) -> i64 {
        self.params.slice_begin(self.clock)
    }

    #[cfg(test)]
    fn slice_begin(&mut self) -> i64 {
        let (began, _) = *self.history.0.get_or_insert((self.clock, self.next_offset));
        let from = if self.defects.has(Defect::RelativeSlices) { began } else { 0 };
        self.params.slice_begin(self.clock - from) + from
    }

    /// The log's parameters take the place of one's own, whatever their epoch: those were a guess. Then higher epochs count.
    fn state_params(&mut self, params: Params) {
        let counts = self.stated.is_none() || params.epoch > self.params.epoch;
        if counts && !self.defects.has(Defect::NoEpochs) {
            self.params = params;
        }
        self.stated = Some(self.clock);
    }

    fn propose(&mut self, offset: u64, proposal: &Proposal) {
        let since = self.clock;
        self.index.warm(&proposal.sketch.keys);
        self.slices.iter().for_each(|slice| slice.warm(proposal));
        let repeats =
            self.slices.back_mut().is_some_and(|slice| slice.update(&proposal.identity, |state| state.settled = false));
        if repeats {
            return;
        }
        #[cfg(test)]
        {
            *self.history.1.entry(proposal.source).or_default() += 1;
        }
        let state = match self.newest(&proposal.identity) {
            Some(_) if self.defects.has(Defect::NoReinsert) => return,
            Some(old) => State { since, settled: false, ..old.state() },
            None => State { verdict: self.judged(offset, proposal), since, decided: false, settled: false },
        };
        let unites = self.defects.has(Defect::UnitesAtProposal).then(|| state.verdict.clone());
        let (reach, cap) = (self.reach(), self.most_remembered());
        if let Some(slice) = self.slices.back_mut() {
            let number = slice.numbers().end;
            slice.insert(proposal, offset, state);
            if slice.numbers().end > number {
                self.index.insert(&proposal.sketch.keys, number, reach, cap);
            }
        }
        if let Some(verdict) = unites {
            self.merge(verdict.story, &verdict.merges);
        }
    }

    /// The judge's verdict. One article must not end every reader of the log, so a panic is a verdict too.
    fn judged(&mut self, offset: u64, proposal: &Proposal) -> Verdict {
        panic::caught(|| self.judge(offset, proposal)).unwrap_or_else(|place| {
            self.panics += 1;
            self.last_panic = Some(place);
            Verdict::alone(self.clock, offset)
        })
    }

    /// The first verdict that is read of an article binds.
    fn decide(&mut self, decision: &Decision) {
        let identity = &decision.identity;
        // Else it is of an earlier life, by a reader a window behind.
        let answers = self
            .slices
            .iter()
            .rev()
            .any(|slice| slice.known(identity).is_some_and(|held| held.offset() == decision.at));
        if !(answers || self.defects.has(Defect::NoAt)) || self.defects.has(Defect::IgnoresVerdicts) {
            return;
        }
        let (mut disagrees, mut stated) = (false, None);
        let last_wins = self.defects.has(Defect::LastWins);
        let read = |state: &mut State| {
            state.settled = true;
            if (!state.decided || last_wins) && state.verdict != decision.verdict {
                disagrees = true;
                state.verdict = decision.verdict.clone();
            }
            state.decided = true;
            stated = Some((state.verdict.story, state.verdict.merges.clone()));
        };
        if let Some(slice) = self.slices.iter_mut().rev().find(|slice| slice.known(identity).is_some()) {
            slice.update(identity, read);
        }
        self.disagreements += u64::from(disagrees);
        if let Some((story, merges)) = stated.filter(|_| !self.defects.has(Defect::UnitesAtProposal)) {
            self.merge(story, &merges);
        }
    }

    /// Stories change here and nowhere else. A verdict that is told again brings its edges along: the slice that first held
    /// them may leave before the label that needs them does.
    fn merge(&mut self, story: StoryId, merges: &[StoryId]) {
        let Some(slice) = self.slices.back_mut() else { return };
        for merged in merges {
            slice.unite(*merged, story);
            self.links.unite(*merged, story);
        }
    }

    fn take_down(&mut self, offset: u64, identity: Identity, key: u64) {
        if let Some(slice) = self.slices.back_mut() {
            slice.take_down(offset, identity, key);
        }
    }

    /// The story that a story is part of, by the edges of the visible slices.
    pub fn root(&self, story: StoryId) -> StoryId {
        self.links.root(story)
    }

    /// Counts steps of a judgement, where tests ask for them.
    #[inline(always)]
    pub(super) fn count(&self, count: impl FnOnce(&mut Work)) {
        #[cfg(test)]
        {
            let mut work = self.work.get();
            count(&mut work);
            self.work.set(work);
        }
        #[cfg(not(test))]
        drop(count);
    }

    /// Numbers of the window's articles.
    pub(super) fn reach(&self) -> Reach {
        let first = |slice: Option<&Slice>| slice.map_or(0, |slice| slice.first);
        Reach { oldest: first(self.slices.front()), open: first(self.slices.back()) }
    }

    /// A slice has left that was younger than another that is visible, as one may that is longer.
    pub(super) fn has_gap(&self) -> bool {
        let numbers = self.reach().oldest..self.slices.back().map_or(0, |slice| slice.numbers().end);
        numbers.end - numbers.start > self.len() as u64
    }

    /// How many holders of a key are remembered of a slice. A list that is full says nothing, and one holder is no full list.
    pub(super) fn most_remembered(&self) -> usize {
        usize::from(self.params.limits.holders).max(2)
    }

    /// The article with a number.
    pub(super) fn numbered(&self, number: u64) -> Option<Held<'_>> {
        let slice = self.slices.get(self.slices.partition_point(|slice| slice.first <= number).checked_sub(1)?)?;
        slice.held(usize::try_from(number - slice.first).ok()?)
    }

    pub(super) fn newest(&self, identity: &Identity) -> Option<Held<'_>> {
        self.slices.iter().rev().find_map(|slice| slice.known(identity))
    }

    /// Whether a takedown of a key lies above an offset.
    pub(super) fn is_void(&self, key: u64, offset: u64) -> bool {
        self.slices.iter().rev().filter_map(|slice| slice.takedowns.get(&key)).any(|takedown| *takedown > offset)
    }
}

fn known(held: Held<'_>) -> Known {
    let State { verdict, since, decided, settled } = held.state();
    Known { verdict, at: held.offset(), decided, settled, since_ms: since }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod limits;
#[cfg(test)]
pub(super) mod tests;
