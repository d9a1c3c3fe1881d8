//! A slice of history: what was derived from its records alone. A slice leaves as a whole, and what it knew with it.

mod bytes;

mod entry;
mod named;

use std::collections::{BTreeSet, HashMap};
use std::hint::black_box;
use std::ops::Range;
use std::sync::OnceLock;

use entry::{DECIDED, NONE, SETTLED, SHORT};
pub(super) use entry::{Entry, Held};
use named::Named;

use super::log::{Identity, Names, Proposal, Verdict};
use super::overlap::alike_bits;
use super::pack::{Layout, Of, pack};
use super::postings::{Postings, push, reserve};
use super::sections::Digest;
use super::story_id::StoryId;

/// Offsets of one slice share what is above so many bits.
pub(super) const SLICE_BITS: u32 = 20;

/// Bytes of a headline, which stands before the numbers and the samples.
const HEADLINE: usize = 4;

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
    /// The number of its first article. Articles of the window are numbered as they come; from where on, nobody asks.
    pub(super) first: u64,
    pub(super) entries: Vec<Entry>,
    /// Of those entries that do not begin a story and are like nothing.
    verdicts: Vec<Verdict>,
    samples: Vec<u8>,
    ids: Vec<u8>,
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
    /// Who has an id, if that was ever asked.
    named: Named,
    /// What the slice's file is, if that was asked since it last changed.
    digest: OnceLock<Digest>,
}

impl Slice {
    pub(super) fn new(bucket: (i64, u64), offset: u64, first: u64) -> Self {
        Self { bucket, last_offset: offset, first, ..Self::default() }
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

    /// The first offset that the slice may have.
    fn first_offset(&self) -> u64 {
        self.bucket.1.saturating_mul(1 << SLICE_BITS)
    }

    /// Numbers of its articles.
    pub(super) fn numbers(&self) -> Range<u64> {
        self.first..self.first + self.entries.len() as u64
    }

    /// Remembers an article.
    pub(super) fn insert(&mut self, proposal: &Proposal, offset: u64, state: State) {
        self.digest.take();
        let Proposal { identity, key, article, url, source, sketch, id } = proposal;
        // A slice has at most 2^20 offsets, hence entries.
        let Ok(number) = u32::try_from(self.entries.len()) else { return };
        let Ok(place) = u32::try_from(offset.saturating_sub(self.first_offset())) else { return };
        let (Ok(samples), Ok(ids)) = (u32::try_from(self.samples.len()), u32::try_from(self.ids.len())) else { return };
        let list = sketch.samples.get(..sketch.samples.len().min(usize::from(u8::MAX))).unwrap_or_default();
        let (layout, told) = Layout::of(list, Of::Samples { rate: sketch.rate, alike: alike_bits(sketch.extent) });
        let mut packed = Vec::with_capacity(HEADLINE + 4 * list.len());
        packed.extend_from_slice(&sketch.headline.0.to_le_bytes());
        sketch.numbers.pack(sketch.extent, &mut packed);
        pack(list, layout, &mut packed);
        reserve(&mut self.samples, packed.len());
        self.samples.extend_from_slice(&packed);
        let id = id.get(..id.floor_char_boundary(usize::from(u8::MAX))).unwrap_or_default();
        reserve(&mut self.ids, id.len());
        self.ids.extend_from_slice(id.as_bytes());
        let byte = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        let since = state.since.saturating_sub(self.bucket.0);
        let mut entry = Entry {
            identity: *identity,
            exact: sketch.exact,
            key: *key,
            article: *article,
            url: url.map_or(0, std::num::NonZero::get),
            source: *source,
            offset: place,
            since: u32::try_from(since).unwrap_or(if since < 0 { 0 } else { u32::MAX }),
            samples,
            id: ids,
            verdict: NONE,
            sample_count: byte(list.len()),
            layout: told,
            rate: sketch.rate.0,
            repeats: sketch.repeats,
            id_bytes: byte(id.len()),
            flags: 0,
            extent: sketch.extent.0,
        };
        entry.mark(SHORT, sketch.is_short());
        entry.mark(DECIDED, state.decided);
        entry.mark(SETTLED, state.settled);
        entry.verdict = self.kept(&entry, state.verdict);
        self.list(&entry, number);
        push(&mut self.entries, entry);
    }

    /// The next slice begins, so no article comes any more: the room for more is given back.
    pub(super) fn close(&mut self) {
        self.digest.take();
        self.entries.shrink_to_fit();
        self.verdicts.shrink_to_fit();
        self.samples.shrink_to_fit();
        self.ids.shrink_to_fit();
        let entries = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        for postings in [&mut self.exact, &mut self.articles, &mut self.urls, &mut self.identities] {
            postings.close(entries);
        }
    }

    /// Keeps a verdict on an entry, if there is something to keep; its number.
    fn kept(&mut self, entry: &Entry, verdict: Verdict) -> u32 {
        let bare = Held { slice: self, entry: &Entry { verdict: NONE, ..*entry } };
        if verdict == bare.verdict() {
            return NONE;
        }
        if let Some(kept) = self.verdicts.get_mut(entry.verdict as usize) {
            *kept = verdict;
            return entry.verdict;
        }
        push(&mut self.verdicts, verdict);
        u32::try_from(self.verdicts.len() - 1).unwrap_or(NONE)
    }

    fn list(&mut self, entry: &Entry, number: u32) {
        self.exact.insert(exact_key(&entry.exact), number);
        self.articles.insert(low(entry.article), number);
        if entry.url != 0 {
            self.urls.insert(low(entry.url), number);
        }
        self.identities.insert(low(entry.identity.short()), number);
        *self.by_source.entry(entry.source).or_default() += 1;
    }

    /// The entry of an identity.
    pub(super) fn known(&self, identity: &Identity) -> Option<Held<'_>> {
        self.held(self.number_of(identity)?)
    }

    /// Has the processor fetch where an article's names are looked for, all at the same time.
    pub(super) fn warm(&self, proposal: &Proposal) {
        let url = proposal.url.map_or(0, std::num::NonZero::get);
        black_box(
            self.identities.peek(low(proposal.identity.short()))
                | self.exact.peek(exact_key(&proposal.sketch.exact))
                | self.articles.peek(low(proposal.article))
                | self.urls.peek(low(url)),
        );
    }

    /// The entry with this number.
    pub(super) fn held(&self, number: usize) -> Option<Held<'_>> {
        self.entries.get(number).map(|entry| Held { slice: self, entry })
    }

    /// All entries.
    pub(super) fn all(&self) -> impl Iterator<Item = Held<'_>> {
        self.entries.iter().map(|entry| Held { slice: self, entry })
    }

    /// The article that 64 bits of an identity name.
    pub(super) fn article_of(&self, short: u64) -> Option<Held<'_>> {
        let mut numbers = self.identities.newest_first(low(short)).map(|number| number as usize);
        numbers.find_map(|number| self.held(number).filter(|held| held.identity().short() == short))
    }

    /// Articles that are called so, but for the id.
    pub(super) fn called<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = &'a Entry> {
        let url = names.url.map_or(0, std::num::NonZero::get);
        let by_article = names.article.into_iter().flat_map(|article| self.articles.newest_first(low(article)));
        let by_url = names.url.into_iter().flat_map(move |_| self.urls.newest_first(low(url)));
        let is_called = move |entry: &&Entry| Some(entry.article) == names.article || (url != 0 && entry.url == url);
        let listed = by_article.chain(by_url).filter_map(|number| self.entries.get(number as usize));
        listed.filter(is_called)
    }

    /// Keys of the articles that have this id, whatever their source.
    pub(super) fn keys_of_id(&mut self, id: &str) -> Vec<u64> {
        let mut named = std::mem::take(&mut self.named);
        named.read(self.entries.len(), |number| self.held(number).map_or("", Held::id));
        let held = named.may_have(id).filter_map(|number| self.held(number));
        let keys = held.filter(|held| held.id() == id).map(|held| held.entry.key).collect();
        self.named = named;
        keys
    }

    fn number_of(&self, identity: &Identity) -> Option<usize> {
        let mut numbers = self.identities.newest_first(low(identity.short())).map(|number| number as usize);
        numbers.find(|number| self.entries.get(*number).is_some_and(|entry| entry.identity == *identity))
    }

    /// Changes what is known of an identity; false if it is not known here.
    pub(super) fn update(&mut self, identity: &Identity, change: impl FnOnce(&mut State)) -> bool {
        let Some(number) = self.number_of(identity) else { return false };
        let Some(mut state) = self.held(number).map(Held::state) else { return false };
        let was = state.verdict.clone();
        change(&mut state);
        self.digest.take();
        let Some(mut entry) = self.entries.get(number).copied() else { return false };
        entry.mark(DECIDED, state.decided);
        entry.mark(SETTLED, state.settled);
        if state.verdict != was {
            entry.verdict = self.kept(&entry, state.verdict);
        }
        if let Some(place) = self.entries.get_mut(number) {
            *place = entry;
        }
        if !state.settled {
            self.settled = self.settled.min(number);
        }
        let rest = self.entries.get(self.settled..).unwrap_or_default();
        self.settled += rest.iter().take_while(|entry| entry.has(SETTLED)).count();
        true
    }

    /// Entries that wait for a verdict to be read.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = Held<'_>> {
        self.all().skip(self.settled).filter(|held| !held.is_settled())
    }

    /// Bytes of memory, give or take what the allocator keeps for itself.
    pub(super) fn bytes(&self) -> usize {
        let kept: usize = self.verdicts.iter().map(Verdict::heap_bytes).sum();
        let arenas = self.entries.capacity() * size_of::<Entry>()
            + self.verdicts.capacity() * size_of::<Verdict>()
            + self.samples.capacity()
            + self.ids.capacity();
        let postings = [&self.exact, &self.articles, &self.urls, &self.identities];
        let postings: usize = postings.iter().map(|postings| postings.bytes()).sum();
        let maps = (self.by_source.capacity() + self.edges.len() * 3) * 9
            + (self.takedowns.capacity() + self.known_takedowns.capacity()) * 25;
        arenas + kept + postings + maps + self.named.bytes()
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
