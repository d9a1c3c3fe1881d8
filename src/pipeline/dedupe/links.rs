//! Which stories are one: union-find over the edges of the visible slices, made anew when a slice leaves.
//!
//! The project's note keeps an edge only if it joins two roots at that moment. Then a verdict told again adds no edge while
//! the first one is visible, the first leaves with its slice, and a reader whose history begins in between holds another
//! story (found by `a_cut_log_gives_the_state_of_the_whole`). So every slice keeps the edges that its own verdicts state.

use std::collections::{HashMap, VecDeque};

use super::slice::Slice;
use super::story_id::StoryId;

/// A forest: every story points to a smaller one, roots to nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Links(HashMap<StoryId, StoryId>);

impl Links {
    /// The links that the slices' edges make.
    pub(super) fn of(slices: &VecDeque<Slice>) -> Self {
        let mut links = Self::default();
        for (merged, story) in slices.iter().flat_map(|slice| &slice.edges) {
            links.unite(*merged, *story);
        }
        links
    }

    /// The smallest story that is one with this.
    pub(super) fn root(&self, story: StoryId) -> StoryId {
        // Every link leads to a smaller name, so this ends.
        std::iter::successors(Some(story), |story| self.0.get(story).copied()).last().unwrap_or(story)
    }

    pub(super) fn unite(&mut self, a: StoryId, b: StoryId) {
        let (a, b) = (self.compress(a), self.compress(b));
        if a != b {
            self.0.insert(a.max(b), a.min(b));
        }
    }

    /// The root, with every story on the way pointed straight at it.
    fn compress(&mut self, story: StoryId) -> StoryId {
        let (root, mut next) = (self.root(story), story);
        while next != root {
            match self.0.insert(next, root) {
                Some(parent) => next = parent,
                None => break,
            }
        }
        root
    }
}
