//! Dedupe: what ran already, which article it repeats, and which story both belong to.
//!
//! Two halves. [`sketch()`] is a pure function of one article and runs in parallel. [`Stories`] is a deterministic state
//! machine that applies the records of a log in order; whoever applies the same records holds the same verdicts. The
//! specification is the project's note on deciding through the log; [`Desk`] feeds the machine where there is no log.
//!
//! Why sampled fingerprints and not MinHash bands: a copy that is cut to a quarter shares most of *its* words with the
//! original and few of the original's, which containment sees and Jaccard bands do not (research note on dedupe, 3b).
//!
//! Where this departs from the note: verdicts carry coverages both ways ([`Verdict`]); a slice keeps every edge that its
//! verdicts state (`links`); slices are told apart by when they begin, not by their number, so that an epoch may change
//! their length; an unknown source has no boilerplate ([`Proposal::source`]); the near score needs so many samples of
//! three words as well, and is more than containment (`overlap`); who holds a key stands in one index for all slices (`index`), which
//! tells of each slice what a table of its own would.

mod cells;
mod codec;
mod defect;
mod desk;
mod examine;
mod extent;
mod headline;
mod index;
mod judge;
mod limits;
mod links;
mod log;
#[cfg(test)]
mod model;
mod numbers;
mod overlap;
mod pack;
mod postings;
mod sections;
mod sketch;
mod slice;
mod snapshot;
mod stories;
mod story_id;
mod tail;
mod words;
mod work;

pub use codec::{CodecError, decode, encode};
pub use desk::Desk;
pub use examine::{Comparison, Judgement, Standing};
pub use extent::Extent;
pub use headline::Headline;
pub use index::{Index, Reach};
pub use limits::{Boilerplate, Changed, Limits, LoneKey, More, Rule, Rules, SameHeadline};
pub use log::{Decision, Identity, LogRecord, Names, Original, Params, Proposal, RULES, Status, Verdict};
pub use numbers::Numbers;
pub use overlap::{Overlap, Threes, overlap};
pub use sketch::{Fragment, Rate, Salt, Sketch, Sketching, sketch, sketch_as};
pub use snapshot::{Saved, SnapshotError, Snapshots};
pub use stories::{Known, Stories, StoriesError};
pub use story_id::StoryId;
pub use tail::{HELP_MS, Outbox, Tail};
pub use words::count as count_words;
