//! What two articles share, counted from their samples of three words, and whether that makes them near duplicates.
//!
//! A list holds every sequence of its article below a threshold, so two lists are compared below the smaller one. Of its lead an
//! article may keep more: what is no longer than a lead is compared with that as well.
//!
//! Containment alone takes a page of photographs' captions for a copy of the report that prints the same photographs, an
//! interview for a copy of the report that quotes from it, a report for the one of the day before, and misses a copy in which
//! every fifth word was changed. Hence:
//! - what a text says twice is not covered by what another says once ([`Threes::repeats`]);
//! - what a small text shares with a large one must be more than a quotation, or most of the text;
//! - long texts must cover each other better than short ones, unless their headlines are the same: what they share is told surely,
//!   and so is what they do not;
//! - [`Overlap::alike`] tells cut copies from changed ones. Of a passage that was taken over as it is, nearly every sequence of
//!   three words stands between the same two neighbours; where a share q of all words was kept, q^2 of them do, and q^3 of the
//!   sequences are left. So the share of the text that was taken over and then edited (machine translations of one original,
//!   scanned print, another editor's words) is containment / q^3. Such a text is about as long as the other.
//! - whoever changes words keeps the numbers: those of a report from the same mould, of another company's quarter, are others.

use super::cells::PAIRS_BY_CHANCE;
use super::extent::Extent;
use super::headline::Headline;
use super::limits::{Changed, Limits, Rule, SameHeadline};
use super::numbers::Numbers;
use super::sketch::LEAD_BELOW;

/// The low bits of a sample, which tell the words that stand before and after it; the rest tells it from others.
pub(super) const CONTEXT_BITS: u32 = 10;
/// The lowest of them, by which two samples are told to stand between the same words. Others agree by chance in one of 16 cases.
const ALIKE_BITS: u32 = 4;
/// An article of more words, signs included, has so many samples that fewer bits of each tell nearly as much (docs/dedupe.md)...
const MANY_WORDS: u16 = 700;
/// ... so many, by which others agree by chance in one of two cases.
const ALIKE_BITS_OF_MANY: u32 = 1;
/// Repeats are told in so many parts of the number of sequences.
pub(super) const REPEATS: u32 = 64;

/// Samples that are looked at one by one for a shared one.
const NEAR: usize = 8;
/// Bits that tell which cells an article's samples lie in, as a power of two.
const CELLS_BITS: u32 = 13;
/// Odd multiplier of Fibonacci hashing, 2^32 / phi.
const ODD: u32 = 0x9E37_79B1;

/// How many bits of each sample of an article tell the words around it. Two articles are compared by those that both have.
pub(super) fn alike_bits(extent: Extent) -> u32 {
    if extent.words() > MANY_WORDS { ALIKE_BITS_OF_MANY } else { ALIKE_BITS }
}

/// An article's samples of three words.
#[derive(Debug, Clone, Copy)]
pub struct Threes<'a> {
    /// Ascending.
    pub list: &'a [u32],
    /// The list holds every sequence below this.
    pub below: u32,
    /// How long the article is.
    pub extent: Extent,
    /// The article is no longer than a lead.
    pub short: bool,
    /// Sequences that the article had said before, in 1/64 of those that it says; saturates.
    pub repeats: u8,
    /// The title's words.
    pub headline: Headline,
    /// The text's numbers.
    pub numbers: Numbers,
}

impl<'a> Threes<'a> {
    fn before(self, below: u32) -> &'a [u32] {
        self.list.get(..self.list.partition_point(|sample| *sample < below)).unwrap_or_default()
    }

    /// Samples below a threshold, and what they count where this article is the smaller one.
    fn size(self, below: u32) -> Size {
        let samples = u32::try_from(self.before(below).len()).unwrap_or(u32::MAX);
        Size { samples, said: samples + samples * u32::from(self.repeats) / REPEATS }
    }
}

#[derive(Clone, Copy)]
struct Size {
    samples: u32,
    /// With what it says again.
    said: u32,
}

/// What two articles share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overlap {
    /// Samples in both.
    pub shared: u32,
    /// Those of them that stand between the same words in both.
    pub alike: u32,
    /// Share of the first that is in the second, in 1/10000.
    pub of_first: u16,
    /// Share of the second that is in the first, in 1/10000.
    pub of_second: u16,
    /// Share of the smaller one that is in the other, in 1/10000; never below the share of the larger one.
    pub score: u16,
    /// Words of the shorter one, signs of scripts without spaces by what they weigh.
    pub shorter: u16,
    /// Words of the longer one.
    pub longer: u16,
    /// They have the same headline.
    pub same_headline: bool,
    /// Share of the numbers of the one with fewer that are in the other, in 1/10000; all where that tells nothing.
    pub numbers: u16,
}

impl Overlap {
    /// The same words.
    pub(super) const SAME: Self = Self {
        shared: 1,
        alike: 1,
        of_first: 10_000,
        of_second: 10_000,
        score: 10_000,
        shorter: 1,
        longer: 1,
        same_headline: true,
        numbers: 10_000,
    };

    fn of(shared: Shared, first: Size, second: Size) -> Self {
        let (of_first, of_second) = (share(shared.all, first.samples), share(shared.all, second.samples));
        let smaller = if first.samples <= second.samples { first } else { second };
        let score = share(shared.all, smaller.said).max(of_first.min(of_second));
        Self { shared: shared.all, alike: shared.alike, of_first, of_second, score, ..Self::default() }
    }

    /// The surer of two counts of the same articles, `other` of more samples, but of less of the text: it counts if it is not
    /// less than chance could make it, two standard deviations of a share that so few samples show.
    fn or(self, other: Self) -> Self {
        let chance = (100_000_000 / (self.shared + 1)).isqrt();
        let is_surer = other.shared > self.shared && u32::from(other.score) + chance >= self.score.into();
        if is_surer || other.score > self.score { other } else { self }
    }

    /// Shared in relation to all that either says, in 1/10000 (Jaccard): of two that cover an article alike, the one that adds
    /// less is more like it.
    pub fn resemblance(self) -> u16 {
        let (first, second) = (u64::from(self.of_first), u64::from(self.of_second));
        let (both, all) = (first * second, (first + second) * 10_000);
        let whole = all.saturating_sub(both);
        (both * 10_000).checked_div(whole).and_then(|share| u16::try_from(share).ok()).unwrap_or(0)
    }

    /// Whether one repeats the other: passages were taken over, or words were changed throughout.
    pub fn is_near(self, near: u16, limits: &Limits) -> bool {
        self.is_taken_over(near, limits) || self.is_changed(limits)
    }

    /// Whether passages of one are most of the other, or both cover each other.
    pub fn is_taken_over(self, near: u16, limits: &Limits) -> bool {
        let taken = u32::from(self.shorter) * u32::from(self.score) / 10_000;
        let both = self.of_first.min(self.of_second);
        let more = match both >= limits.mutual {
            true if self.shorter >= limits.edition.words => limits.edition.more,
            false if taken < limits.quotation.words.into() => limits.quotation.more,
            _ => 0,
        };
        let SameHeadline { mutual, less } = limits.headline;
        let less = if self.same_headline && both >= mutual { less } else { 0 };
        self.score >= near.saturating_add(more).min(10_000).saturating_sub(less)
    }

    /// Whether most of a text was taken over, and then words were changed throughout.
    pub fn is_changed(self, limits: &Limits) -> bool {
        let Changed { samples, numbers, rules } = &limits.changed;
        self.shared >= u32::from(*samples) && self.numbers >= *numbers && rules.all().any(|rule| self.is_within(rule))
    }

    /// With s the containment and r the share of sequences between the same words (a half added to both counts, since few are
    /// few), s / r^1.5 is at least `taken_over`; compared as squares, in whole numbers.
    fn is_within(self, rule: &Rule) -> bool {
        let (alike, shared) = (2 * u64::from(self.alike) + 1, 2 * u64::from(self.shared) + 1);
        let (score, r, whole) = (u128::from(self.score), u128::from(alike), u128::from(shared));
        self.shorter <= rule.words
            && self.score >= rule.score
            && u32::from(self.shorter) * 10_000 >= u32::from(self.longer) * u32::from(rule.balance)
            && alike * 10_000 <= shared * u64::from(rule.alike)
            && score * score * whole.pow(3) >= u128::from(rule.taken_over).pow(2) * r.pow(3)
    }
}

fn share(part: u32, whole: u32) -> u16 {
    (u64::from(part) * 10_000)
        .checked_div(whole.into())
        .map_or(0, |share| u16::try_from(share).unwrap_or(10_000).min(10_000))
}

#[derive(Clone, Copy, Default)]
struct Shared {
    all: u32,
    alike: u32,
}

impl Shared {
    fn add(&mut self, alike: bool) {
        self.all += 1;
        self.alike += u32::from(alike);
    }

    /// Without those that lie in one cell by chance, and those that agree on their neighbours by chance.
    fn without_chance(self, first: Size, second: Size, bits: u32) -> Self {
        let left = |size: Size| u64::from(size.samples.saturating_sub(self.all));
        let by_chance = (left(first) * left(second) + PAIRS_BY_CHANCE / 2) / PAIRS_BY_CHANCE;
        let all = self.all.saturating_sub(u32::try_from(by_chance).unwrap_or(u32::MAX));
        let alike = self.alike.saturating_sub((self.all - self.alike) / ((1 << bits) - 1));
        Self { all, alike: alike.min(all) }
    }
}

/// Counts what two lists share; `found` is told each sample that stands between the same words in both.
pub fn overlap(first: Threes<'_>, second: Threes<'_>, mut found: impl FnMut(u32)) -> Overlap {
    let (of_first, of_second) = (first.below, second.below);
    let below = of_first.min(of_second);
    // What is no longer than a lead is complete up to here, and the other's lead is.
    let lead = of_first.max(of_second).min(LEAD_BELOW);
    let bits = alike_bits(first.extent).min(alike_bits(second.extent));
    let (mut shared, mut in_lead) = (Shared::default(), Shared::default());
    each_shared(first, second, |a, b| {
        let alike = (a ^ b) & ((1 << bits) - 1) == 0;
        if alike {
            found(a);
        }
        if a < below && b < below {
            shared.add(alike);
        }
        if a < lead && b < lead {
            in_lead.add(alike);
        }
    });
    let (n, m) = (first.size(below), second.size(below));
    let shared = shared.without_chance(n, m, bits);
    let whole = Overlap {
        shorter: first.extent.weight().min(second.extent.weight()),
        longer: first.extent.weight().max(second.extent.weight()),
        same_headline: first.headline.is_same(second.headline),
        numbers: first.numbers.in_common(second.numbers),
        ..Overlap::of(shared, n, m)
    };
    let short = if of_first > of_second { first.short } else { second.short };
    if lead <= below || !short {
        return whole;
    }
    let lead_first = of_first > of_second;
    let in_lead = in_lead.without_chance(first.size(lead), second.size(lead), bits);
    let size = if lead_first { first.size(lead) } else { second.size(lead) };
    let covered = share(in_lead.all, size.samples);
    let (of_first, of_second) = if lead_first { (covered, whole.of_second) } else { (whole.of_first, covered) };
    let score = share(in_lead.all, size.said);
    whole.or(Overlap { shared: in_lead.all, alike: in_lead.alike, of_first, of_second, score, ..whole })
}

fn each_shared(first: Threes<'_>, second: Threes<'_>, mut found: impl FnMut(u32, u32)) {
    let cells = Cells::of(first.list);
    let mut rest = first.list;
    for b in second.list.iter().filter(|b| cells.may_have(**b)) {
        let cell = b >> CONTEXT_BITS;
        let is_before = |a: &u32| a >> CONTEXT_BITS < cell;
        // Of a copy the next ones are shared as well, of others hardly any.
        let near = rest.iter().take(NEAR).take_while(|a| is_before(a)).count();
        let at = if near < NEAR { near } else { rest.partition_point(is_before) };
        rest = rest.get(at..).unwrap_or_default();
        if let [a, behind @ ..] = rest
            && a >> CONTEXT_BITS == cell
        {
            found(*a, *b);
            rest = behind;
        }
    }
}

/// Which cells an article's samples lie in, and one of thirty others (Bloom 1970, with one hash).
struct Cells([u64; 1 << (CELLS_BITS - 6)]);

impl Cells {
    fn of(samples: &[u32]) -> Self {
        let mut cells = Self([0; _]);
        for sample in samples {
            let (word, bit) = Self::place(*sample);
            if let Some(word) = cells.0.get_mut(word) {
                *word |= bit;
            }
        }
        cells
    }

    fn may_have(&self, sample: u32) -> bool {
        let (word, bit) = Self::place(sample);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    #[inline(always)]
    const fn place(sample: u32) -> (usize, u64) {
        let hash = (sample >> CONTEXT_BITS).wrapping_mul(ODD) >> (u32::BITS - CELLS_BITS);
        (hash as usize / 64, 1 << (hash % 64))
    }
}

#[cfg(test)]
mod tests;
