//! What two articles share, counted from their samples of three words, and whether that makes them near duplicates.
//!
//! A list holds every sequence of its article below a threshold, so two lists are compared below the smaller one. Of its lead an article keeps more: what is no longer than a lead is compared with that as well.
//!
//! Containment alone takes a page of photographs' captions for a copy of the report that prints the same photographs, and
//! misses a copy in which every fifth word was changed. Hence two corrections:
//! - what a text says twice is not covered by what another says once ([`Threes::repeats`]);
//! - [`Overlap::alike`] tells cut copies from changed ones. Of a passage that was taken over as it is, nearly every sequence of
//!   three words stands between the same two neighbours; where a share q of all words was kept, q^2 of them do, and q^3 of the
//!   sequences are left. So the share of the text that was taken over and then edited (machine translations of one original,
//!   scanned print, another editor's words) is containment / q^3.

use super::sketch::LEAD_BELOW;

/// The low bits of a sample, which tell the words that stand before and after it; the rest tells it from others.
pub(super) const CONTEXT_BITS: u32 = 10;
/// The lowest of them, by which two samples are told to stand between the same words. Others agree by chance in one of 16 cases.
pub(super) const ALIKE_BITS: u32 = 4;
/// Repeats are told in so many parts of the number of sequences.
pub(super) const REPEATS: u32 = 64;

/// Least share of the larger one: below, the smaller one must be covered well.
const MUTUAL: u16 = 2_000;
/// How much better than `near` what is small must be covered by what is large.
const ONE_SIDED: u16 = 1_200;
/// At most so much of the shared sequences, in percent, stands between the same words where words were changed.
const CHANGED: u64 = 85;
/// Least number of shared sequences to tell that.
const CHANGED_LEAST: u32 = 6;
/// Least containment of a changed copy.
const CHANGED_SCORE: u16 = 2_000;
/// Least share of a text that was taken over, then edited, in 1/10000.
const TAKEN_OVER: u128 = 6_000;

/// An article's samples of three words.
#[derive(Debug, Clone, Copy)]
pub struct Threes<'a> {
    /// Ascending.
    pub list: &'a [u32],
    /// Low bits of a sample that do not tell it from others.
    pub shift: u32,
    /// The list holds every sequence below this.
    pub below: u32,
    /// The article is no longer than a lead.
    pub short: bool,
    /// Sequences that the article had said before, in 1/64 of those that it says; saturates.
    pub repeats: u8,
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
}

impl Overlap {
    /// The same words.
    pub(super) const SAME: Self = Self { shared: 1, alike: 1, of_first: 10_000, of_second: 10_000, score: 10_000 };

    fn of(shared: Shared, first: Size, second: Size) -> Self {
        let (of_first, of_second) = (share(shared.all, first.samples), share(shared.all, second.samples));
        let smaller = if first.samples <= second.samples { first } else { second };
        let score = share(shared.all, smaller.said).max(of_first.min(of_second));
        Self { shared: shared.all, alike: shared.alike(), of_first, of_second, score }
    }

    /// The better of two counts of the same articles, `other` of more samples.
    fn or(self, other: Self) -> Self {
        let shows_more =
            other.score > self.score || (other.shared > self.shared && other.score.saturating_add(1_000) > self.score);
        if !shows_more {
            return self;
        }
        let (of_first, of_second) = (self.of_first.max(other.of_first), self.of_second.max(other.of_second));
        Self { of_first, of_second, score: self.score.max(other.score), ..other }
    }

    /// Shared in relation to all that either says, in 1/10000 (Jaccard): of two that cover an article alike, the one that adds
    /// less is more like it.
    pub fn resemblance(self) -> u16 {
        let (first, second) = (u64::from(self.of_first), u64::from(self.of_second));
        let (both, all) = (first * second, (first + second) * 10_000);
        let whole = all.saturating_sub(both);
        (both * 10_000).checked_div(whole).and_then(|share| u16::try_from(share).ok()).unwrap_or(0)
    }

    /// Whether one repeats the other: they cover each other, or one covers the other well, or words were changed throughout.
    pub fn is_near(self, near: u16) -> bool {
        let mutual = self.of_first.min(self.of_second) >= MUTUAL;
        self.score >= near.saturating_add(ONE_SIDED).min(10_000)
            || (mutual && (self.score >= near || self.is_changed()))
    }

    /// Whether most of a text was taken over, and then words were changed throughout. With s the containment and r the share of
    /// sequences between the same words (a half added to both counts, since few are few), s / r^1.5 is at least
    /// [`TAKEN_OVER`]; compared as squares, in whole numbers.
    fn is_changed(self) -> bool {
        let (alike, shared) = (2 * u64::from(self.alike) + 1, 2 * u64::from(self.shared) + 1);
        let (score, r, whole) = (u128::from(self.score), u128::from(alike), u128::from(shared));
        self.shared >= CHANGED_LEAST
            && self.score >= CHANGED_SCORE
            && alike * 100 <= shared * CHANGED
            && score * score * whole.pow(3) >= TAKEN_OVER * TAKEN_OVER * r.pow(3)
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

    /// Without those that agree by chance.
    fn alike(self) -> u32 {
        let chance = (self.all - self.alike) / ((1 << ALIKE_BITS) - 1);
        self.alike.saturating_sub(chance)
    }
}

/// Counts what two lists share; `found` is told each shared sample as the first list has it.
pub fn overlap(first: Threes<'_>, second: Threes<'_>, mut found: impl FnMut(u32)) -> Overlap {
    let (of_first, of_second) = (first.below, second.below);
    let below = of_first.min(of_second);
    // What is no longer than a lead is complete up to here, and the other's lead is.
    let lead = of_first.max(of_second).min(LEAD_BELOW);
    let (mut shared, mut in_lead) = (Shared::default(), Shared::default());
    each_shared(first, second, |a, b| {
        found(a);
        let alike = (a ^ b) & ((1 << ALIKE_BITS) - 1) == 0;
        if a < below && b < below {
            shared.add(alike);
        }
        if a < lead && b < lead {
            in_lead.add(alike);
        }
    });
    let (n, m) = (first.size(below), second.size(below));
    let whole = Overlap::of(shared, n, m);
    let short = if of_first > of_second { first.short } else { second.short };
    if lead <= below || !short {
        return whole;
    }
    let lead_first = of_first > of_second;
    let size = if lead_first { first.size(lead) } else { second.size(lead) };
    let covered = share(in_lead.all, size.samples);
    let (of_first, of_second) = if lead_first { (covered, whole.of_second) } else { (whole.of_first, covered) };
    let score = share(in_lead.all, size.said);
    whole.or(Overlap { shared: in_lead.all, alike: in_lead.alike(), of_first, of_second, score })
}

fn each_shared(first: Threes<'_>, second: Threes<'_>, mut found: impl FnMut(u32, u32)) {
    let shift = first.shift.max(second.shift);
    let (mut left, mut right) = (first.list.iter().peekable(), second.list.iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match (**a >> shift).cmp(&(**b >> shift)) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                found(**a, **b);
                left.next();
                right.next();
            }
        }
    }
}

#[cfg(test)]
mod tests;
