//! Defects that a test can put in on purpose, to show that it would see them. Outside tests none is ever there.

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Defect {
    /// A ticket takes the verdict that was computed.
    EmitsComputed,
    /// Verdicts of the log are not applied.
    IgnoresVerdicts,
    /// Stories are united when an article is judged.
    UnitesAtProposal,
    /// Slices are counted from where the reader began.
    #[cfg(test)]
    RelativeSlices,
    /// The clock follows the records back.
    NoMax,
    /// Boilerplate is counted over all history.
    #[cfg(test)]
    CountsHistory,
    /// A repeat in a later slice is not remembered there.
    NoReinsert,
    /// The last verdict binds.
    LastWins,
    /// An article may be a duplicate of its duplicate.
    NoOrigin,
    /// A verdict of an earlier life is taken.
    NoAt,
    /// The log's parameters are not taken.
    NoEpochs,
}

/// The defects that are put in, if any. As large as nothing outside tests.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Defects(#[cfg(test)] pub(super) [Option<Defect>; 2]);

impl Defects {
    /// Whether this one is among them.
    #[cfg(test)]
    pub(super) fn has(self, defect: Defect) -> bool {
        self.0.contains(&Some(defect))
    }

    /// Never.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "what the tests' form looks at")]
    pub(super) const fn has(self, _: Defect) -> bool {
        false
    }
}
