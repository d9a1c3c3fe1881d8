//! What judging takes, in steps. Only tests count them: whatever is sent, there is a most.

/// Steps of all judgements so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Holders of keys that the index told.
    pub(super) told: usize,
    /// Those of them that count: of no full list, and no boilerplate.
    pub(super) found: usize,
    /// Articles that were scored by their samples.
    pub(super) scored: usize,
    /// Entries of the same words, id or URL that were looked at.
    pub(super) same: usize,
}

#[cfg(test)]
impl Work {
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            told: self.told - before.told,
            found: self.found - before.found,
            scored: self.scored - before.scored,
            same: self.same - before.same,
        }
    }

    /// The most of either, each by itself.
    pub(super) fn most(self, other: Self) -> Self {
        Self {
            told: self.told.max(other.told),
            found: self.found.max(other.found),
            scored: self.scored.max(other.scored),
            same: self.same.max(other.same),
        }
    }
}
