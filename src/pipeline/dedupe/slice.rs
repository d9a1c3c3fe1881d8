//! A slice of history: what was derived from its records alone. A slice leaves as a whole, and what it knew with it.

use std::collections::{BTreeSet, HashMap};

use super::log::{Identity, Proposal, Verdict};
use super::postings::Postings;
use super::story_id::StoryId;

/// An article in a slice. Its samples stand in the slice's arena.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) identity: Identity,
    pub(super) offset: u64,
    pub(super) key: u64,
    pub(super) article: u64,
    pub(super) url: u64,
    pub(super) exact: [u8; 16],
    pub(super) source: u32,
    w3: (u32, u8),
    id: (u32, u8),
}

/// What is known of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) verdict: Verdict,
    /// Offset of the proposal that it answers.
    pub(super) at: u64,
    /// A verdict was read from the log: it binds.
    pub(super) decided: bool,
    /// A verdict was read after the last proposal.
    pub(super) settled: bool,
}

#[derive(Debug)]
pub(super) struct Slice {
    /// Clock over slice length, and offset over 2^20: absolute, so boundaries do not depend on where a reader began.
    pub(super) bucket: (i64, u64),
    pub(super) last_offset: u64,
    pub(super) entries: Vec<Entry>,
    samples: Vec<u32>,
    ids: String,
    pub(super) w5: Postings,
    pub(super) exact: Postings,
    pub(super) articles: Postings,
    pub(super) urls: Postings,
    pub(super) by_source: HashMap<u32, u32>,
    pub(super) takedowns: HashMap<u64, u64>,
    pub(super) known_takedowns: HashMap<Identity, u64>,
    /// Pairs of stories that verdicts of this slice say are one.
    pub(super) edges: BTreeSet<(StoryId, StoryId)>,
    pub(super) known: HashMap<Identity, State>,
    /// A verdict names its original by 64 bits.
    by_short: HashMap<u64, Identity>,
}

impl Slice {
    pub(super) fn new(bucket: (i64, u64), offset: u64) -> Self {
        Self {
            bucket,
            last_offset: offset,
            entries: Vec::new(),
            samples: Vec::new(),
            ids: String::new(),
            w5: Postings::default(),
            exact: Postings::default(),
            articles: Postings::default(),
            urls: Postings::default(),
            by_source: HashMap::new(),
            takedowns: HashMap::new(),
            known_takedowns: HashMap::new(),
            edges: BTreeSet::new(),
            known: HashMap::new(),
            by_short: HashMap::new(),
        }
    }

    /// Remembers an article.
    pub(super) fn insert(&mut self, proposal: &Proposal, offset: u64, cap: u16) {
        let Ok(number) = u32::try_from(self.entries.len()) else { return };
        let (Ok(samples), Ok(ids)) = (u32::try_from(self.samples.len()), u32::try_from(self.ids.len())) else { return };
        let Proposal { identity, key, article, url, source, sketch, id } = proposal;
        let byte = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        self.samples.extend(sketch.w3.iter().take(usize::from(u8::MAX)));
        let id = id.get(..id.len().min(usize::from(u8::MAX))).unwrap_or_default();
        self.ids.push_str(id);
        let url = url.map_or(0, std::num::NonZero::get);
        self.entries.push(Entry {
            identity: *identity,
            offset,
            key: *key,
            article: *article,
            url,
            exact: sketch.exact,
            source: *source,
            w3: (samples, byte(sketch.w3.len())),
            id: (ids, byte(id.len())),
        });
        for sample in &sketch.w5 {
            self.w5.insert(*sample, number, u32::from(cap));
        }
        self.exact.insert(exact_key(&sketch.exact), number, u32::MAX);
        self.articles.insert(low(*article), number, u32::MAX);
        if url != 0 {
            self.urls.insert(low(url), number, u32::MAX);
        }
        *self.by_source.entry(*source).or_default() += 1;
        self.by_short.insert(identity.short(), *identity);
    }

    /// The article that 64 bits of an identity name.
    pub(super) fn article_of(&self, short: u64) -> Option<&Identity> {
        self.by_short.get(&short)
    }

    pub(super) fn w3(&self, entry: &Entry) -> &[u32] {
        let (start, length) = (entry.w3.0 as usize, usize::from(entry.w3.1));
        self.samples.get(start..start + length).unwrap_or_default()
    }

    pub(super) fn id(&self, entry: &Entry) -> &str {
        let (start, length) = (entry.id.0 as usize, usize::from(entry.id.1));
        self.ids.get(start..start + length).unwrap_or_default()
    }

    /// Bytes of memory, give or take what the allocator keeps for itself.
    pub(super) fn bytes(&self) -> usize {
        let arenas = self.entries.capacity() * size_of::<Entry>() + self.samples.capacity() * 4 + self.ids.capacity();
        let postings: usize =
            [&self.w5, &self.exact, &self.articles, &self.urls].iter().map(|postings| postings.bytes()).sum();
        let verdicts = self.known.capacity() * (size_of::<State>() + 17) + self.by_short.capacity() * 25;
        let carried: usize = self
            .known
            .values()
            .map(|known| known.verdict.original.as_ref().map_or(0, |original| original.id.len() + 12))
            .sum();
        arenas + postings + verdicts + carried
    }
}

/// Key of an exact hash in its postings; who asks compares the whole.
pub(super) fn exact_key(exact: &[u8; 16]) -> u32 {
    exact.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Low half of a hash.
pub(super) fn low(hash: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
    let half = hash as u32;
    half
}
