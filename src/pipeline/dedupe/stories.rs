//! The state machine: applies the records of the log, in order, the same for everybody. Never iterates over a hash map
//! where the order could show, never looks at a clock.

use std::collections::VecDeque;

use super::links::Links;
use super::log::{Decision, Identity, LogRecord, Params, Proposal, Verdict};
use super::slice::{Slice, State};
use super::story_id::StoryId;

/// Offsets of one slice share what is above so many bits.
const SLICE_BITS: u32 = 20;

/// The stories of the window.
#[derive(Debug)]
pub struct Stories {
    pub(super) params: Params,
    /// The log's clock: it never goes back.
    pub(super) clock: i64,
    pub(super) last_offset: u64,
    /// Oldest first.
    pub(super) slices: VecDeque<Slice>,
    links: Links,
    disagreements: u64,
}

/// What is known of an article.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its verdict: binding once decided, else what this reader computed.
    pub verdict: &'a Verdict,
    /// Offset of the proposal that the verdict answers.
    pub at: u64,
    /// The verdict was read from the log.
    pub decided: bool,
    /// A verdict was read after the article's last proposal.
    pub settled: bool,
}

impl Stories {
    /// Nothing is known yet.
    pub fn new(params: Params) -> Self {
        Self {
            params,
            clock: i64::MIN,
            last_offset: 0,
            slices: VecDeque::new(),
            links: Links::default(),
            disagreements: 0,
        }
    }

    /// Applies the record at an offset, appended at `timestamp_ms` of the log's clock. Offsets ascend.
    pub fn apply(&mut self, offset: u64, timestamp_ms: i64, record: &LogRecord) {
        let told = if let LogRecord::Verdicts { clock_ms, .. } = record { *clock_ms } else { i64::MIN };
        self.advance(offset, timestamp_ms.max(told));
        match record {
            LogRecord::Proposal(proposal) => self.propose(offset, proposal),
            LogRecord::Verdicts { decisions, .. } => decisions.iter().for_each(|decision| self.decide(decision)),
            LogRecord::Takedown { identity, key } => self.take_down(offset, *identity, *key),
            LogRecord::Epoch(params) => {
                if params.epoch > self.params.epoch {
                    self.params = *params;
                }
            }
        }
    }

    /// What is known of an article, if it is in the window.
    pub fn known(&self, identity: &Identity) -> Option<Known<'_>> {
        let State { verdict, at, decided, settled } = self.newest(identity)?;
        Some(Known { verdict, at: *at, decided: *decided, settled: *settled })
    }

    /// Verdicts that were not what this reader computed. More than 0 in a healthy group is an alarm.
    pub fn disagreements(&self) -> u64 {
        self.disagreements
    }

    /// The log's clock, in ms; the smallest number before the first record.
    pub fn clock_ms(&self) -> i64 {
        self.clock
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
        self.slices.iter().map(Slice::bytes).sum()
    }

    fn advance(&mut self, offset: u64, clock: i64) {
        self.clock = self.clock.max(clock);
        self.last_offset = offset;
        let bucket = (self.clock.div_euclid(self.params.slice_ms.max(1)), offset >> SLICE_BITS);
        match self.slices.back_mut() {
            Some(slice) if slice.bucket == bucket => slice.last_offset = offset,
            _ => self.slices.push_back(Slice::new(bucket, offset)),
        }
        let Params { window_ms, slice_ms, span, .. } = self.params;
        let length = (window_ms / slice_ms.max(1)).max(1);
        let is_visible = |slice: &Slice| bucket.0 - slice.bucket.0 < length && offset - slice.last_offset < span;
        let gone = self.slices.iter().take_while(|slice| !is_visible(slice)).count();
        if gone > 0 {
            self.slices.drain(..gone);
            self.links = Links::of(&self.slices);
        }
    }

    fn propose(&mut self, offset: u64, proposal: &Proposal) {
        let cap = self.params.cap;
        if let Some(known) = self.slices.back_mut().and_then(|slice| slice.known.get_mut(&proposal.identity)) {
            known.settled = false;
            return;
        }
        let state = match self.newest(&proposal.identity) {
            Some(old) => State { at: offset, settled: false, ..old.clone() },
            None => State { verdict: self.judge(offset, proposal), at: offset, decided: false, settled: false },
        };
        if let Some(slice) = self.slices.back_mut() {
            slice.known.insert(proposal.identity, state);
            slice.insert(proposal, offset, cap);
        }
    }

    /// The first verdict that is read of an article binds.
    fn decide(&mut self, decision: &Decision) {
        let answers = self
            .slices
            .iter()
            .any(|slice| slice.known.get(&decision.identity).is_some_and(|known| known.at == decision.at));
        let newest = self.slices.iter_mut().rev().find_map(|slice| slice.known.get_mut(&decision.identity));
        let (true, Some(known)) = (answers, newest) else { return };
        known.settled = true;
        if !known.decided && known.verdict != decision.verdict {
            self.disagreements += 1;
            known.verdict = decision.verdict.clone();
        }
        known.decided = true;
        let (story, merges) = (known.verdict.story, known.verdict.merges.clone());
        self.merge(story, &merges);
    }

    /// Stories change here and nowhere else. A verdict that is told again brings its edges along: the slice that first held
    /// them may leave before the label that needs them does.
    fn merge(&mut self, story: StoryId, merges: &[StoryId]) {
        let Some(slice) = self.slices.back_mut() else { return };
        for merged in merges {
            slice.edges.insert((*merged, story));
            self.links.unite(*merged, story);
        }
    }

    fn take_down(&mut self, offset: u64, identity: Identity, key: u64) {
        let Some(slice) = self.slices.back_mut() else { return };
        if slice.known_takedowns.insert(identity, offset).is_none() {
            slice.takedowns.insert(key, offset);
        }
    }

    /// The story that a story is part of, by the edges of the visible slices.
    pub fn root(&self, story: StoryId) -> StoryId {
        self.links.root(story)
    }

    pub(super) fn newest(&self, identity: &Identity) -> Option<&State> {
        self.slices.iter().rev().find_map(|slice| slice.known.get(identity))
    }

    /// Whether a takedown of a key lies above an offset.
    pub(super) fn is_void(&self, key: u64, offset: u64) -> bool {
        self.slices.iter().rev().filter_map(|slice| slice.takedowns.get(&key)).any(|takedown| *takedown > offset)
    }
}

#[cfg(test)]
mod tests;
