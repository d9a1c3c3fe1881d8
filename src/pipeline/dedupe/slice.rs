//! A slice of history: what was derived from its records alone. A slice leaves as a whole, and what it knew with it.

mod bytes;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use super::log::{Identity, Names, Proposal, Verdict};
use super::overlap::Threes;
use super::postings::{Postings, push, reserve};
use super::story_id::StoryId;

/// An article in a slice: what it says of itself, and what is known of it. Its samples and id stand in the slice's arenas.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) identity: Identity,
    /// Of its first proposal in this slice: what a verdict answers.
    pub(super) offset: u64,
    pub(super) key: u64,
    pub(super) article: u64,
    pub(super) url: u64,
    pub(super) exact: [u8; 16],
    pub(super) source: u32,
    samples: u32,
    ids: u32,
    sample_count: u8,
    id_bytes: u8,
    short: bool,
    repeats: u8,
    pub(super) state: State,
}

/// What is known of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) verdict: Verdict,
    /// The log's clock at the proposal, in ms.
    pub(super) since: i64,
    /// A verdict was read from the log: it binds.
    pub(super) decided: bool,
    /// A verdict was read after the last proposal.
    pub(super) settled: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Slice {
    /// When it begins by the log's clock, in ms, and its offsets over 2^20: absolute, so boundaries do not depend on where a
    /// reader began.
    pub(super) bucket: (i64, u64),
    pub(super) last_offset: u64,
    pub(super) entries: Vec<Entry>,
    samples: Vec<u32>,
    ids: Vec<u8>,
    pub(super) w5: Postings,
    pub(super) exact: Postings,
    pub(super) articles: Postings,
    pub(super) urls: Postings,
    identities: Postings,
    pub(super) by_source: HashMap<u32, u32>,
    pub(super) takedowns: HashMap<u64, u64>,
    pub(super) known_takedowns: HashMap<Identity, u64>,
    /// Pairs of stories that verdicts of this slice say are one.
    pub(super) edges: BTreeSet<(StoryId, StoryId)>,
    /// Everything before this entry is settled.
    settled: usize,
    /// What the slice is as bytes, if that was asked since it last changed.
    digest: OnceLock<Digest>,
}

/// A slice as bytes: how many, and their hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Digest {
    pub(super) bytes: u64,
    pub(super) hash: [u8; 32],
}

impl Slice {
    pub(super) fn new(bucket: (i64, u64), offset: u64) -> Self {
        Self { bucket, last_offset: offset, ..Self::default() }
    }

    pub(super) fn digest(&self) -> &OnceLock<Digest> {
        &self.digest
    }

    /// A record at this offset belongs to the slice.
    pub(super) fn reach(&mut self, offset: u64) {
        self.digest.take();
        self.last_offset = offset;
    }

    /// A verdict says that two stories are one.
    pub(super) fn unite(&mut self, merged: StoryId, story: StoryId) {
        self.digest.take();
        self.edges.insert((merged, story));
    }

    /// What has this key is taken back, unless the same record said so already.
    pub(super) fn take_down(&mut self, offset: u64, identity: Identity, key: u64) {
        self.digest.take();
        if self.known_takedowns.insert(identity, offset).is_none() {
            self.takedowns.insert(key, offset);
        }
    }

    /// Remembers an article.
    pub(super) fn insert(&mut self, proposal: &Proposal, offset: u64, state: State, cap: u16) {
        self.digest.take();
        // A slice has at most 2^20 offsets, hence entries.
        let Ok(number) = u32::try_from(self.entries.len()) else { return };
        let (Ok(samples), Ok(ids)) = (u32::try_from(self.samples.len()), u32::try_from(self.ids.len())) else { return };
        let Proposal { identity, key, article, url, source, sketch, id } = proposal;
        let w3 = sketch.w3.get(..sketch.w3.len().min(usize::from(u8::MAX))).unwrap_or_default();
        let id = id.get(..id.floor_char_boundary(usize::from(u8::MAX))).unwrap_or_default();
        reserve(&mut self.samples, w3.len());
        self.samples.extend_from_slice(w3);
        reserve(&mut self.ids, id.len());
        self.ids.extend_from_slice(id.as_bytes());
        let byte = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        let entry = Entry {
            identity: *identity,
            offset,
            key: *key,
            article: *article,
            url: url.map_or(0, std::num::NonZero::get),
            exact: sketch.exact,
            source: *source,
            samples,
            ids,
            sample_count: byte(w3.len()),
            id_bytes: byte(id.len()),
            short: sketch.is_short(),
            repeats: sketch.repeats,
            state,
        };
        self.list(&entry, &sketch.w5, number, u32::from(cap));
        push(&mut self.entries, entry);
    }

    fn list(&mut self, entry: &Entry, w5: &[u32], number: u32, cap: u32) {
        for sample in w5 {
            self.w5.insert(*sample, number, cap);
        }
        self.exact.insert(exact_key(&entry.exact), number, u32::MAX);
        self.articles.insert(low(entry.article), number, u32::MAX);
        if entry.url != 0 {
            self.urls.insert(low(entry.url), number, u32::MAX);
        }
        self.identities.insert(low(entry.identity.short()), number, u32::MAX);
        *self.by_source.entry(entry.source).or_default() += 1;
    }

    /// The entry of an identity.
    pub(super) fn known(&self, identity: &Identity) -> Option<&Entry> {
        self.entries.get(self.number_of(identity)?)
    }

    /// The article that 64 bits of an identity name.
    pub(super) fn article_of(&self, short: u64) -> Option<&Entry> {
        let numbers = self.identities.newest_first(low(short));
        numbers.filter_map(|number| self.entries.get(number as usize)).find(|entry| entry.identity.short() == short)
    }

    /// Articles that are called so.
    pub(super) fn called<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = &'a Entry> {
        let url = names.url.map_or(0, std::num::NonZero::get);
        let by_article = names.article.into_iter().flat_map(|article| self.articles.newest_first(low(article)));
        let by_url = names.url.into_iter().flat_map(move |_| self.urls.newest_first(low(url)));
        let by_id =
            names.id.iter().flat_map(move |id| self.entries.iter().filter(move |entry| self.id(entry) == &**id));
        let is_called = move |entry: &&Entry| Some(entry.article) == names.article || (url != 0 && entry.url == url);
        let listed = by_article.chain(by_url).filter_map(|number| self.entries.get(number as usize));
        listed.filter(is_called).chain(by_id)
    }

    fn number_of(&self, identity: &Identity) -> Option<usize> {
        let mut numbers = self.identities.newest_first(low(identity.short())).map(|number| number as usize);
        numbers.find(|number| self.entries.get(*number).is_some_and(|entry| entry.identity == *identity))
    }

    /// Changes what is known of an identity; false if it is not known here.
    pub(super) fn update(&mut self, identity: &Identity, change: impl FnOnce(&mut State)) -> bool {
        let Some(number) = self.number_of(identity) else { return false };
        let Some(entry) = self.entries.get_mut(number) else { return false };
        self.digest.take();
        change(&mut entry.state);
        if !entry.state.settled {
            self.settled = self.settled.min(number);
        }
        let rest = self.entries.get(self.settled..).unwrap_or_default();
        self.settled += rest.iter().take_while(|entry| entry.state.settled).count();
        true
    }

    /// Entries that wait for a verdict to be read.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = &Entry> {
        self.entries.get(self.settled..).unwrap_or_default().iter().filter(|entry| !entry.state.settled)
    }

    pub(super) fn threes(&self, entry: &Entry) -> Threes<'_> {
        let start = entry.samples as usize;
        let list = self.samples.get(start..start + usize::from(entry.sample_count)).unwrap_or_default();
        Threes { list, short: entry.short, repeats: entry.repeats }
    }

    pub(super) fn id(&self, entry: &Entry) -> &str {
        let start = entry.ids as usize;
        let bytes = self.ids.get(start..start + usize::from(entry.id_bytes)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Bytes of memory, give or take what the allocator keeps for itself.
    pub(super) fn bytes(&self) -> usize {
        let arenas = self.entries.capacity() * size_of::<Entry>() + self.samples.capacity() * 4 + self.ids.capacity();
        let postings = [&self.w5, &self.exact, &self.articles, &self.urls, &self.identities];
        let postings: usize = postings.iter().map(|postings| postings.bytes()).sum();
        let maps = (self.by_source.capacity() + self.edges.len() * 3) * 9
            + (self.takedowns.capacity() + self.known_takedowns.capacity()) * 25;
        arenas + postings + maps + self.entries.iter().map(|entry| entry.state.verdict.heap_bytes()).sum::<usize>()
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
