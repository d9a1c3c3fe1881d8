//! The judge: what an article is, from the visible slices. Integers only, so every machine computes the same.
//!
//! ```text
//! 1 exact     the same words as an article that ran: the oldest
//! 2 version   the same source and id, or the same URL, as one that was published: the newest
//! 3 near      of those that are near enough ([`Overlap::is_near`]) the most alike, then published before not, then the oldest
//! 4 unique
//! ```
//! Undecided articles count with the verdict that was computed for them; an article never counts for itself.

use std::cmp::Reverse;

use super::defect::Defect;
use super::limits::{Boilerplate, Limits};
use super::log::{Original, Proposal, Status, Verdict};
use super::overlap::{Overlap, overlap};
use super::slice::{Entry, Held, Slice, exact_key, low};
use super::stories::Stories;
use super::story_id::StoryId;

/// Most samples that a verdict carries as evidence.
const EVIDENCE: usize = 3;

/// An article of the window, with what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) held: Held<'a>,
    /// Its newest entry: what is known of it.
    pub(super) newest: Held<'a>,
    /// Samples of five words that are in both, boilerplate not counted.
    pub(super) shared5: usize,
    /// Few hold what is shared, and the two are about as long: where words were changed, one key less is enough.
    pub(super) may_be_changed: bool,
    pub(super) overlap: Overlap,
}

/// A holder of a key: its article's number in the window.
type Hit = u64;

/// Who holds an article's keys, boilerplate left out.
#[derive(Default)]
pub(super) struct Holders {
    all: Vec<Hit>,
    /// Those of keys that few hold.
    of_rare: Vec<Hit>,
    /// Those of keys that are boilerplate.
    of_boilerplate: Vec<Hit>,
    /// How many keys are boilerplate.
    pub(super) boilerplate: usize,
}

/// What the window has that is like an article.
pub(super) struct Finds<'a> {
    /// The same words, oldest first.
    exact: Vec<Candidate<'a>>,
    /// Shared samples, oldest first.
    near: Vec<Candidate<'a>>,
    /// What the verdict is about; none for what is unique.
    pub(super) chosen: Option<(Status, Candidate<'a>)>,
}

impl Candidate<'_> {
    pub(super) fn score(&self) -> u16 {
        self.overlap.score
    }

    /// Whether it shares enough to be compared.
    pub(super) fn shares(&self, limits: &Limits) -> bool {
        let least = usize::from(limits.keys);
        let changed = self.shared5 + 1 == least
            && self.may_be_changed
            && self.overlap.shared >= u32::from(limits.lone_key.samples)
            && self.overlap.is_changed(limits);
        self.overlap.shared >= u32::from(limits.samples) && (self.shared5 >= least || changed)
    }

    /// What it shares with the proposal that has this status for its sake, and the samples of three words that show it.
    pub(super) fn compared(&self, proposal: &Proposal, status: Status, evidence: &mut Vec<u32>) -> Overlap {
        let mut samples = Vec::new();
        let shared = overlap(proposal.sketch.threes(), self.held.threes(&mut samples), |sample| evidence.push(sample));
        // Also where the words are too few for a sample.
        if status == Status::Exact { Overlap::SAME } else { shared }
    }
}

impl Stories {
    /// The verdict on a proposal at an offset.
    pub(super) fn judge(&self, offset: u64, proposal: &Proposal) -> Verdict {
        let Finds { exact, near, chosen } = self.find(proposal);
        let mut names: Vec<StoryId> = near
            .iter()
            .filter(|found| found.overlap.is_taken_over(self.params.story, &self.params.limits))
            .chain(&exact)
            .map(|found| found.newest.story())
            .collect();
        if let Some((_, found)) = &chosen {
            names.push(found.newest.story());
            names.extend(self.original_of(found).map(Held::story));
        }
        names.sort_unstable();
        names.dedup();
        let story =
            names.iter().map(|name| self.root(*name)).min().unwrap_or_else(|| StoryId::minted(self.clock, offset));
        names.retain(|name| *name != story);
        self.verdict(proposal, chosen, story, names.into())
    }

    /// What the window has that is like an article, and which of it the verdict is about.
    pub(super) fn find<'a>(&'a self, proposal: &Proposal) -> Finds<'a> {
        let exact = self.same(
            proposal,
            |slice| &slice.exact,
            exact_key(&proposal.sketch.exact),
            |entry| entry.exact == proposal.sketch.exact,
        );
        let near = self.similar(proposal, self.holders(proposal), &self.params.limits);
        let chosen = self
            .oldest_that_ran(&exact, proposal)
            .map(|found| (Status::Exact, found))
            .or_else(|| self.newest_version(proposal).map(|found| (Status::Version, found)))
            .or_else(|| self.best_near(&near, proposal).map(|found| (Status::Near, found)));
        Finds { exact, near, chosen }
    }

    fn verdict(
        &self,
        proposal: &Proposal,
        chosen: Option<(Status, Candidate<'_>)>,
        story: StoryId,
        merges: Box<[StoryId]>,
    ) -> Verdict {
        let Some((status, found)) = chosen else {
            return Verdict::unique(story, merges);
        };
        let mut evidence = Vec::new();
        let shared = found.compared(proposal, status, &mut evidence);
        evidence.truncate(EVIDENCE);
        let repeated = found.newest.original().filter(|_| !found.newest.status().is_published());
        let original = repeated.cloned().unwrap_or_else(|| Original {
            identity: found.held.identity().short(),
            key: found.held.entry.key,
            id: found.held.id().into(),
        });
        let (score, of_this, of_original) = (shared.score, shared.of_first, shared.of_second);
        Verdict {
            status,
            story,
            score,
            of_this,
            of_original,
            merges,
            original: Some(Box::new(original)),
            evidence: evidence.into(),
        }
    }

    /// The oldest visible entry of each identity that `is_same` finds under a key, oldest first; never the proposal's own.
    fn same<'a>(
        &'a self,
        proposal: &Proposal,
        postings: impl Fn(&'a Slice) -> &'a super::postings::Postings,
        key: u32,
        is_same: impl Fn(&Entry) -> bool,
    ) -> Vec<Candidate<'a>> {
        let mut found: Vec<Candidate<'a>> = Vec::new();
        let most = usize::from(self.params.limits.same);
        for slice in &self.slices {
            let held = postings(slice);
            let mut numbers: Vec<u32> = held.newest_first(key).take(most).chain(held.first(key)).collect();
            numbers.sort_unstable();
            numbers.dedup();
            self.count(|work| work.same += numbers.len());
            let entries = numbers.into_iter().filter_map(|number| slice.held(number as usize));
            found.extend(entries.filter(|held| is_same(held.entry)).filter_map(|held| self.candidate(proposal, held)));
        }
        once_each(found)
    }

    fn candidate<'a>(&'a self, proposal: &Proposal, held: Held<'a>) -> Option<Candidate<'a>> {
        let newest = self.newest(&held.identity()).filter(|_| held.identity() != proposal.identity)?;
        Some(Candidate { held, newest, shared5: 0, may_be_changed: false, overlap: Overlap::default() })
    }

    /// Who holds the samples of five words.
    pub(super) fn holders(&self, proposal: &Proposal) -> Holders {
        let keys = &proposal.sketch.keys;
        let Holders { mut of_rare, mut of_boilerplate, mut boilerplate, .. } = Holders::default();
        let mut hits = Vec::with_capacity(keys.len());
        let Limits { lone_key, boilerplate: Boilerplate { articles, .. }, .. } = self.params.limits;
        let is_few = proposal.sketch.extent.weight() < lone_key.words;
        let is_rare = |found: &&[Hit]| is_few && found.len() <= usize::from(lone_key.holders);
        let (mut sources, oldest, has_gap) = (Vec::new(), self.reach().oldest, self.has_gap());
        for sample in keys {
            let before = hits.len();
            self.index.holders(*sample, oldest, |number| {
                self.count(|work| work.told += 1);
                if !has_gap || self.numbered(number).is_some() {
                    hits.push(number);
                }
            });
            self.leave_full_lists(&mut hits, before);
            // Most have too few holders to ask what is boilerplate.
            let found = hits.get(before..).unwrap_or_default();
            if found.len() < usize::from(articles) {
                of_rare.extend_from_slice(Some(found).filter(is_rare).unwrap_or_default());
                continue;
            }
            self.leave_those_of_boilerplate(found, &mut sources);
            if sources.binary_search(&proposal.source).is_ok() {
                of_boilerplate.extend(hits.drain(before..));
                boilerplate += 1;
            } else {
                self.leave_boilerplate(&mut hits, before, &sources, &mut of_boilerplate);
                of_rare.extend_from_slice(hits.get(before..).filter(is_rare).unwrap_or_default());
            }
        }
        of_rare.sort_unstable();
        of_boilerplate.sort_unstable();
        Holders { all: hits, of_rare, of_boilerplate, boilerplate }
    }

    /// Articles that share enough samples of five words, scored by their samples of three.
    pub(super) fn similar<'a>(&'a self, proposal: &Proposal, holders: Holders, limits: &Limits) -> Vec<Candidate<'a>> {
        let Holders { all: mut hits, of_rare, of_boilerplate, .. } = holders;
        let (least, beside) = (usize::from(limits.keys), usize::from(limits.boilerplate.beside));
        hits.sort_unstable();
        let shared = |run: &[Hit]| Some((Reverse(run.len()), *run.first()?));
        let may_be_changed = |hit: &Hit| of_rare.binary_search(hit).is_ok() && self.may_be_changed(proposal, *hit);
        let is_enough = |run: &&[Hit]| {
            if run.len() * beside < run.first().map_or(0, |hit| count(&of_boilerplate, hit)) {
                return false;
            }
            run.len() >= least || (run.len() + 1 == least && run.first().is_some_and(&may_be_changed))
        };
        let mut runs: Vec<_> = hits.chunk_by(|a, b| a == b).filter(is_enough).filter_map(shared).collect();
        runs.sort_unstable();
        runs.truncate(limits.scored.into());
        let mut samples = Vec::new();
        self.count(|work| (work.found, work.scored) = (work.found + hits.len(), work.scored + runs.len()));
        let scored = runs.into_iter().filter_map(|(Reverse(shared5), hit)| {
            let mut found = self.candidate(proposal, self.numbered(hit)?)?;
            (found.shared5, found.may_be_changed) = (shared5, may_be_changed(&hit));
            found.overlap = overlap(proposal.sketch.threes(), found.held.threes(&mut samples), |_| ());
            // A source that repeats a headline has it on all its pages, a request to log in say.
            found.overlap.same_headline &= proposal.source == 0 || proposal.source != found.held.entry.source;
            found.shares(limits).then_some(found)
        });
        let mut found: Vec<Candidate<'a>> = scored.collect();
        found.sort_unstable_by_key(|found| found.held.offset());
        once_each(found)
    }

    /// Whether an article is as long as the proposal, so that words of one may have been changed throughout.
    fn may_be_changed(&self, proposal: &Proposal, hit: Hit) -> bool {
        let limits = &self.params.limits;
        self.entry(hit).is_some_and(|entry| limits.can_be_changed(proposal.sketch.extent, entry.extent()))
    }

    fn entry(&self, hit: Hit) -> Option<&Entry> {
        self.numbered(hit).map(|held| held.entry)
    }

    /// Leaves out holders, from a place in the list on, of slices that have as many as are remembered: the key is said by too many.
    fn leave_full_lists(&self, hits: &mut Vec<Hit>, from: usize) {
        let (cap, found) = (self.most_remembered(), hits.get_mut(from..).unwrap_or_default());
        if found.len() < cap {
            return;
        }
        found.sort_unstable();
        let mut kept = from;
        for slice in &self.slices {
            let found = hits.get(kept..).unwrap_or_default();
            let of_slice = found.partition_point(|hit| *hit < slice.numbers().end);
            if of_slice < cap {
                kept += of_slice;
            } else {
                hits.drain(kept..kept + of_slice);
            }
        }
    }

    /// Visible articles of a source.
    fn articles_of(&self, source: u32) -> u32 {
        #[cfg(test)]
        if self.defects.has(Defect::CountsHistory) {
            return self.history.1.get(&source).copied().unwrap_or_default();
        }
        self.slices.iter().filter_map(|slice| slice.by_source.get(&source)).sum()
    }

    /// Whether so many are at least such a share of a source's articles, in 1/10000.
    fn is_share_of(&self, count: usize, source: u32, share: u16) -> bool {
        count.saturating_mul(10_000) >= (self.articles_of(source) as usize).saturating_mul(share.into())
    }

    /// Of which sources a sample is boilerplate: many of their articles are among its listed holders. Full lists are not among
    /// them: where the list is full nobody can tell. Ascending.
    fn leave_those_of_boilerplate(&self, holders: &[Hit], sources: &mut Vec<u32>) {
        let Boilerplate { articles: least, share, .. } = self.params.limits.boilerplate;
        sources.clear();
        sources.extend(holders.iter().filter_map(|hit| self.entry(*hit)).map(|entry| entry.source));
        sources.sort_unstable();
        let (mut kept, mut from) = (0, 0);
        while let Some(source) = sources.get(from).copied() {
            let rest = sources.get(from..).unwrap_or_default();
            let count = rest.iter().take_while(|other| **other == source).count();
            // Most have too few for their articles to be counted.
            let is_boilerplate = source != 0 && count >= usize::from(least) && self.is_share_of(count, source, share);
            if let Some(place) = sources.get_mut(kept) {
                *place = source;
            }
            kept += usize::from(is_boilerplate);
            from += count;
        }
        sources.truncate(kept);
    }

    /// Leaves out the holders, from a place in the list on, of whose own sources the sample is boilerplate.
    fn leave_boilerplate(&self, hits: &mut Vec<Hit>, from: usize, sources: &[u32], left_out: &mut Vec<Hit>) {
        if sources.is_empty() {
            return;
        }
        let of_them = |hit: &Hit| self.entry(*hit).is_some_and(|entry| sources.binary_search(&entry.source).is_ok());
        let (of_boilerplate, left): (Vec<_>, Vec<_>) = hits.drain(from..).partition(of_them);
        left_out.extend(of_boilerplate);
        hits.extend(left);
    }

    fn oldest_that_ran<'a>(&self, found: &[Candidate<'a>], proposal: &Proposal) -> Option<Candidate<'a>> {
        found.iter().copied().find(|found| self.ran(found, proposal))
    }

    fn newest_version<'a>(&'a self, proposal: &Proposal) -> Option<Candidate<'a>> {
        let by_id = self.same(
            proposal,
            |slice| &slice.articles,
            low(proposal.article),
            |entry| entry.article == proposal.article,
        );
        let url = proposal.url.map_or(0, std::num::NonZero::get);
        let by_url = if url == 0 {
            Vec::new()
        } else {
            self.same(proposal, |slice| &slice.urls, low(url), |entry| entry.url == url)
        };
        let stands = |found: &Candidate<'a>| {
            found.newest.status().is_published() && !self.is_void(found.held.entry.key, found.held.offset())
        };
        by_id.into_iter().chain(by_url).filter(stands).max_by_key(|found| found.held.offset())
    }

    fn best_near<'a>(&self, found: &[Candidate<'a>], proposal: &Proposal) -> Option<Candidate<'a>> {
        // Whose words were changed throughout is most alike: passages taken from another tell that they were not.
        let most = found.iter().map(|found| found.overlap.resemblance()).max().unwrap_or_default();
        let is_near = |overlap: Overlap| {
            overlap.is_taken_over(self.params.near, &self.params.limits)
                || (overlap.resemblance() == most && overlap.is_changed(&self.params.limits))
        };
        let near = found.iter().filter(|found| is_near(found.overlap) && self.ran(found, proposal));
        let published = |found: &Candidate<'_>| found.newest.status().is_published();
        near.copied().max_by_key(|found| (found.overlap.resemblance(), published(found), Reverse(found.held.offset())))
    }

    /// Whether readers can find the article, or the one that it repeats. A duplicate of the proposal itself waits for it.
    pub(super) fn ran(&self, found: &Candidate<'_>, proposal: &Proposal) -> bool {
        let offset = found.held.offset();
        match found.newest.original() {
            Some(original) if !found.newest.status().is_published() => {
                let is_own = original.identity == proposal.identity.short() && !self.defects.has(Defect::NoOrigin);
                !is_own && !self.is_void(original.key, offset)
            }
            _ => !self.is_void(found.held.entry.key, offset),
        }
    }

    /// What is known of the article that a found one repeats, if it is still visible.
    fn original_of<'a>(&'a self, found: &Candidate<'a>) -> Option<Held<'a>> {
        let original = found.newest.original()?.identity;
        self.slices.iter().rev().find_map(|slice| slice.article_of(original))
    }
}

/// How often a hit is among hits in order.
fn count(hits: &[Hit], hit: &Hit) -> usize {
    let from = hits.partition_point(|other| other < hit);
    hits.get(from..).map_or(0, |hits| hits.partition_point(|other| other == hit))
}

/// One candidate an identity: its oldest entry.
fn once_each(found: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    if found.len() < 2 {
        return found;
    }
    let mut seen = std::collections::HashSet::with_capacity(found.len());
    found.into_iter().filter(|found| seen.insert(found.held.identity())).collect()
}
