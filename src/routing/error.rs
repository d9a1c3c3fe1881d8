//! What is wrong with a condition, with a caret under it.

use std::fmt;
use std::ops::Range;

/// Characters of a long line that are shown on either side.
const AROUND: usize = 50;

/// A condition that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError {
    message: String,
    /// The line, as far as it is shown.
    line: String,
    /// Where the caret stands under it, and how many there are, in characters.
    caret: (usize, usize),
    /// Line and column in the condition, from 1.
    place: (usize, usize),
}

impl ConditionError {
    pub(super) fn new(source: &str, place: Range<usize>, message: impl Into<String>) -> Self {
        let before = source.get(..place.start).unwrap_or(source);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = source.get(start..).unwrap_or_default().split('\n').next().unwrap_or_default();
        let column = before.get(start..).unwrap_or_default().chars().count();
        let marked = source.get(place).unwrap_or_default().split('\n').next().unwrap_or_default();
        let skipped = column.saturating_sub(AROUND);
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        let line: String = line.chars().skip(skipped).take(2 * AROUND).map(shown).collect();
        let left = line.chars().count().saturating_sub(column - skipped);
        Self {
            message: message.into(),
            line,
            caret: (column - skipped, marked.chars().count().clamp(1, left.max(1))),
            place: (before.matches('\n').count() + 1, column + 1),
        }
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Line and column in the condition, from 1.
    pub fn place(&self) -> (usize, usize) {
        self.place
    }
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (column, width) = self.caret;
        write!(f, "{}\n    {}\n    {:column$}{:^>width$}", self.message, self.line, "", "")
    }
}

impl std::error::Error for ConditionError {}
