//! An article in a slice, as it lies in memory.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::super::extent::Extent;
use super::super::headline::Headline;
use super::super::log::{Identity, Original, Status, Verdict};
use super::super::numbers::Numbers;
use super::super::overlap::{Threes, alike_bits};
use super::super::pack::{Layout, Of, unpack};
use super::super::sketch::Rate;
use super::super::story_id::StoryId;
use super::{HEADLINE, Slice, State};

/// No verdict is kept.
pub(super) const NONE: u32 = u32::MAX;
pub(super) const SHORT: u8 = 1;
pub(super) const DECIDED: u8 = 2;
pub(super) const SETTLED: u8 = 4;

/// What an article says of itself, and where in the slice's arenas the rest stands. No pointers and no gaps, so a snapshot has
/// the bytes as they are.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(in super::super) struct Entry {
    pub(in super::super) identity: Identity,
    pub(in super::super) exact: [u8; 16],
    pub(in super::super) key: u64,
    pub(in super::super) article: u64,
    pub(in super::super) url: u64,
    pub(in super::super) source: u32,
    /// Of its first proposal in this slice, from the slice's first offset on.
    pub(super) offset: u32,
    /// The log's clock at the proposal, in ms from when the slice begins; saturates.
    pub(super) since: u32,
    /// Where its headline, numbers and samples begin.
    pub(super) samples: u32,
    /// Where its id begins.
    pub(super) id: u32,
    /// Which verdict is known of it; [`NONE`]: nothing is like it, and its story begins with it.
    pub(super) verdict: u32,
    pub(super) sample_count: u8,
    pub(super) layout: u8,
    pub(super) rate: u8,
    pub(super) repeats: u8,
    pub(super) id_bytes: u8,
    pub(super) flags: u8,
    /// How long it is ([`Extent`]).
    pub(super) extent: u16,
}

impl Entry {
    pub(in super::super) fn extent(&self) -> Extent {
        Extent(self.extent)
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(super) fn mark(&mut self, flag: u8, is_so: bool) {
        self.flags = if is_so { self.flags | flag } else { self.flags & !flag };
    }
}

/// An article of a slice, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Held<'a> {
    pub(in super::super) slice: &'a Slice,
    pub(in super::super) entry: &'a Entry,
}

impl<'a> Held<'a> {
    pub(in super::super) fn identity(self) -> Identity {
        self.entry.identity
    }

    /// Of its first proposal in this slice: what a verdict answers.
    pub(in super::super) fn offset(self) -> u64 {
        self.slice.first_offset().saturating_add(self.entry.offset.into())
    }

    /// The log's clock at the proposal, in ms.
    pub(in super::super) fn since(self) -> i64 {
        self.slice.bucket.0.saturating_add(self.entry.since.into())
    }

    /// A verdict was read from the log: it binds.
    pub(in super::super) fn is_decided(self) -> bool {
        self.entry.has(DECIDED)
    }

    /// A verdict was read after the last proposal.
    pub(in super::super) fn is_settled(self) -> bool {
        self.entry.has(SETTLED)
    }

    pub(in super::super) fn verdict(self) -> Verdict {
        self.kept().cloned().unwrap_or_else(|| Verdict::alone(self.since(), self.offset()))
    }

    pub(in super::super) fn status(self) -> Status {
        self.kept().map_or(Status::Unique, |verdict| verdict.status)
    }

    pub(in super::super) fn story(self) -> StoryId {
        self.kept().map_or_else(|| StoryId::minted(self.since(), self.offset()), |verdict| verdict.story)
    }

    pub(in super::super) fn original(self) -> Option<&'a Original> {
        self.kept()?.original.as_deref()
    }

    pub(in super::super) fn id(self) -> &'a str {
        let start = self.entry.id as usize;
        let bytes = self.slice.ids.get(start..start + usize::from(self.entry.id_bytes)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The samples, in the room given.
    pub(in super::super) fn threes(self, samples: &mut Vec<u32>) -> Threes<'_> {
        let entry = self.entry;
        let rate = Rate(entry.rate);
        let layout = Layout::told(Of::Samples { rate, alike: alike_bits(entry.extent()) }, entry.layout);
        samples.clear();
        let bytes = self.slice.samples.get(entry.samples as usize..).unwrap_or_default();
        let (headline, bytes) = bytes.split_first_chunk().unwrap_or((&[0; HEADLINE], bytes));
        let (numbers, bytes) = Numbers::unpack(entry.extent(), bytes).unwrap_or((Numbers::default(), bytes));
        layout.and_then(|layout| unpack(bytes, entry.sample_count, layout, samples));
        let (short, headline) = (entry.has(SHORT), Headline(u32::from_le_bytes(*headline)));
        let Entry { repeats, .. } = *entry;
        Threes { list: samples, below: rate.below(), extent: entry.extent(), short, repeats, headline, numbers }
    }

    pub(in super::super) fn state(self) -> State {
        let (decided, settled) = (self.is_decided(), self.is_settled());
        State { verdict: self.verdict(), since: self.since(), decided, settled }
    }

    fn kept(self) -> Option<&'a Verdict> {
        self.slice.verdicts.get(self.entry.verdict as usize)
    }
}
