//! Records of the dedupe log, as the state machine applies them. Their bytes are another matter.

use std::num::NonZeroU64;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::limits::Limits;
use super::sketch::Sketch;
use super::story_id::StoryId;

/// One record of the input: blake3-128 of topic, partition, offset and value. Redelivery is the same identity; the same
/// bytes at another offset are another article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(transparent)]
pub struct Identity(pub [u8; 16]);

impl Identity {
    /// The identity of a record.
    pub fn of(topic: &str, partition: i32, offset: i64, value: &[u8]) -> Self {
        // In one piece: blake3 takes several KiB side by side, where pieces of odd lengths are hashed block after block.
        let length = (topic.len() as u64).to_le_bytes();
        let (partition, offset) = (partition.to_le_bytes(), offset.to_le_bytes());
        let whole = [&length, topic.as_bytes(), &partition, &offset, value].concat();
        let mut bytes = [0; 16];
        blake3::Hasher::new().update(&whole).finalize_xof().fill(&mut bytes);
        Self(bytes)
    }

    /// A takedown of another key by the same record.
    pub(super) fn of_takedown(&self, key: u64) -> Self {
        let mut bytes = [0; 16];
        blake3::Hasher::new().update(&self.0).update(&key.to_le_bytes()).finalize_xof().fill(&mut bytes);
        Self(bytes)
    }

    /// 64 bits of it: enough for a verdict to name its original.
    pub(super) fn short(&self) -> u64 {
        self.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// Asks for a verdict on an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The record.
    pub identity: Identity,
    /// Hash of the Kafka key of what is published: what a takedown names.
    pub key: u64,
    /// Hash of source and id.
    pub article: u64,
    /// Hash of the normalised URL; none for a bare home page.
    pub url: Option<NonZeroU64>,
    /// Hash of the source: boilerplate is counted by source. 0 if it is unknown: then nothing counts as boilerplate.
    pub source: u32,
    /// What it says.
    pub sketch: Sketch,
    /// The published id, at most 255 bytes: a duplicate must be able to name its original.
    pub id: Box<str>,
}

/// What a takedown may call an article, other than by its key.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Hash of source and id.
    pub article: Option<u64>,
    /// Hash of the normalised URL.
    pub url: Option<NonZeroU64>,
    /// The published id, where no source is named. The first one asked for has every id of the window read.
    pub id: Option<Box<str>>,
}

/// What an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing like it in the window.
    Unique,
    /// The same article, published again with changes.
    Version,
    /// Mostly the same words as another.
    Near,
    /// The same words as another.
    Exact,
}

impl Status {
    /// Whether the article goes to the enriched topic.
    pub fn is_published(self) -> bool {
        matches!(self, Self::Unique | Self::Version)
    }
}

/// The article that a duplicate repeats or a version replaces. It carries what is needed of it after it left the window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Original {
    /// 64 bits of its identity.
    pub identity: u64,
    /// Hash of its Kafka key.
    pub key: u64,
    /// Its published id.
    pub id: Box<str>,
}

/// A verdict. Scores and coverages are in 1/10000.
///
/// The coverages are not in the project's note, whose verdict has the score alone: the output contract tells how much of
/// each article the other covers, and a router needs that to keep a long article that came after a cut copy of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    /// What the article is.
    pub status: Status,
    /// Its story.
    pub story: StoryId,
    /// Containment of the smaller in the larger, of this article and the one that was found.
    pub score: u16,
    /// How much of this article is in the one that was found.
    pub of_this: u16,
    /// How much of the one that was found is in this article.
    pub of_original: u16,
    /// Stories that turn out to be `story`.
    pub merges: Box<[StoryId]>,
    /// None for what is unique.
    pub original: Option<Box<Original>>,
    /// At most three shared samples of three words.
    pub evidence: Box<[u32]>,
}

impl Verdict {
    /// Whether the article is mostly or all of another.
    pub fn is_duplicate(&self) -> bool {
        matches!(self.status, Status::Near | Status::Exact)
    }

    /// Whether it compares the article with another: a version may be found by its id alone.
    pub fn compares(&self) -> bool {
        self.is_duplicate() || (self.status == Status::Version && self.score > 0)
    }

    /// How much the two share, 0 to 1.
    pub fn similarity(&self) -> Option<f64> {
        self.compares().then(|| f64::from(self.score) / 10_000.0)
    }

    /// What nothing in the window resembles.
    pub(super) fn unique(story: StoryId, merges: Box<[StoryId]>) -> Self {
        Self {
            status: Status::Unique,
            story,
            score: 0,
            of_this: 0,
            of_original: 0,
            merges,
            original: None,
            evidence: Box::default(),
        }
    }

    /// The verdict on an article that nothing can be said of.
    pub(super) fn alone(clock_ms: i64, offset: u64) -> Self {
        Self::unique(StoryId::minted(clock_ms, offset), Box::default())
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let original = self.original.as_ref().map_or(0, |original| size_of::<Original>() + original.id.len());
        original + self.merges.len() * size_of::<StoryId>() + self.evidence.len() * 4
    }
}

/// A verdict as a record of the log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Of which article.
    pub identity: Identity,
    /// Offset of the proposal that it answers.
    pub at: u64,
    /// The verdict.
    pub verdict: Verdict,
}

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogRecord {
    /// An article asks.
    Proposal(Proposal),
    /// Verdicts, the first of an article binds.
    Verdicts {
        /// Clock of who decided, in ms: teaches readers of a cut log.
        clock_ms: i64,
        /// The verdicts.
        decisions: Vec<Decision>,
    },
    /// What has this key is not quoted any more.
    Takedown {
        /// The record that says so.
        identity: Identity,
        /// Hash of the Kafka key.
        key: u64,
    },
    /// Other parameters hold from here on, if they are the first that are read or their epoch is higher.
    Epoch(Params),
}

/// The newest rules of judging that this version knows. They get another number with every change once a version with them is
/// released: until then workers of two builds may judge one log in two ways.
pub const RULES: u16 = 1;
/// A window has at most so many slices by time: every question is asked of each.
const MOST_SLICES: i64 = 64;

/// Parameters of the state machine; every reader of a log has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Names the log; one that was made anew has another.
    pub log_id: [u8; 16],
    /// Rules of judging, at most [`RULES`].
    pub rules: u16,
    /// Higher epochs replace lower ones.
    pub epoch: u32,
    /// How far back an article is looked for, in ms of the log's clock.
    pub window_ms: i64,
    /// Length of a slice, in ms: history is forgotten a slice at a time.
    pub slice_ms: i64,
    /// Most offsets of the log that are looked back.
    pub span: u64,
    /// Least score of a near duplicate, in 1/10000; more or less by `limits`.
    pub near: u16,
    /// The same for what joins stories.
    pub story: u16,
    /// What else decides.
    pub limits: Limits,
    /// Names the salt of the sketches ([`super::Salt`]) without giving it away; 0 where there is none.
    pub salt: u64,
}

impl Default for Params {
    fn default() -> Self {
        const DAY: i64 = 86_400_000;
        Self {
            log_id: [0; 16],
            rules: RULES,
            epoch: 0,
            window_ms: 7 * DAY,
            slice_ms: DAY,
            span: 4_000_000,
            near: 5_700,
            story: 5_700,
            limits: Limits::default(),
            salt: 0,
        }
    }
}

impl Params {
    /// When the slice of a clock begins, in ms.
    pub(super) fn slice_begin(&self, clock: i64) -> i64 {
        clock.div_euclid(self.slice()).saturating_mul(self.slice())
    }

    /// Whether a slice that began at `slice` is visible while the one that began at `now` is open: whole slices only.
    pub(super) fn in_window(&self, slice: i64, now: i64) -> bool {
        let window = (self.window_ms / self.slice()).max(1).saturating_mul(self.slice());
        now.saturating_sub(slice) < window
    }

    fn slice(&self) -> i64 {
        self.slice_ms.max(self.window_ms / MOST_SLICES).max(1)
    }
}
