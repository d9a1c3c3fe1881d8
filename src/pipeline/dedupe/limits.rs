//! What decides whether articles are near, beside the least score: `dedupe.limits` of the configuration. docs/dedupe-limits.md
//! measures the defaults.
//!
//! Shares are in 1/10000, words count as an article's extent does: a sign of a script without spaces is half a word.

use super::extent::Extent;

/// What decides, beside the least score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Least number of keys that two articles share, boilerplate not counted.
    pub keys: u16,
    /// Least number of samples that two articles share.
    pub samples: u16,
    /// Share of the larger article from which on the two cover each other.
    pub mutual: u16,
    /// Fewer words taken over, of a larger article that is not covered, may be a quotation: so much more is asked.
    pub quotation: More,
    /// Two that cover each other and have so many words are editions of one report, or reports of one event: so much more is asked.
    pub edition: More,
    /// What the same headline is worth.
    pub headline: SameHeadline,
    /// When words were changed throughout.
    pub changed: Changed,
    /// When one key is enough.
    pub lone_key: LoneKey,
    /// What is boilerplate.
    pub boilerplate: Boilerplate,
    /// Most holders of a key that are remembered in a slice.
    pub holders: u16,
    /// Most articles that are scored, those that share most first: what bounds the cost of a hostile page.
    pub scored: u16,
    /// Most articles with the same words, id or URL that are looked at in a slice.
    pub same: u16,
}

/// So many words, and so much more of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct More {
    /// Fewer of them, or at least so many.
    pub words: u16,
    /// How much more of the score is asked.
    pub more: u16,
}

/// What the same headline is worth, of two sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SameHeadline {
    /// Least share of the larger article: a teaser has the headline, too.
    pub mutual: u16,
    /// How much less of the score is enough.
    pub less: u16,
}

/// When words were changed throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// Least number of shared samples to tell.
    pub samples: u16,
    /// Least share of the numbers of the text with fewer that are in the other, where both say enough to tell.
    pub numbers: u16,
    /// One of them holds.
    pub rules: Rules,
}

/// A rule of changed words: limits that hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// At most so much of the shared samples stands between the same words.
    pub alike: u16,
    /// Least score.
    pub score: u16,
    /// Least share of a text that was taken over, then edited.
    pub taken_over: u16,
    /// Least share of the longer one's words that the shorter one has.
    pub balance: u16,
    /// Most words of the shorter one: among many words more passages are taken from another report as they are.
    pub words: u16,
}

/// Rules of changed words, at most [`Rules::MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// The first ones are there.
    rules: [Option<Rule>; Self::MOST],
    /// The least of their balances.
    balance: u16,
}

/// When a short text, changed throughout, may be left with one key less than others must share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoneKey {
    /// It has fewer words.
    pub words: u16,
    /// The key has so many holders at most: chance makes millions of articles share one.
    pub holders: u16,
    /// It shares at least so many samples.
    pub samples: u16,
}

/// What is boilerplate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boilerplate {
    /// A key that so many articles of one source have...
    pub articles: u16,
    /// ... and such a share of them is boilerplate of that source.
    pub share: u16,
    /// Of articles that share boilerplate, so many keys of it at most to one that is none: which of its keys an article has is chance
    /// where it keeps the least, so one that few of a source's articles have may be of its boilerplate.
    pub beside: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            keys: 2,
            samples: 6,
            mutual: 3_500,
            quotation: More { words: 110, more: 2_400 },
            edition: More { words: 700, more: 1_000 },
            headline: SameHeadline { mutual: 2_000, less: 1_400 },
            changed: Changed { samples: 6, numbers: 5_000, rules: Rules::usual() },
            lone_key: LoneKey { words: 600, holders: 16, samples: 10 },
            boilerplate: Boilerplate { articles: 4, share: 1_000, beside: 4 },
            holders: 64,
            scored: 256,
            same: 64,
        }
    }
}

impl Limits {
    /// Whether one text may be the other with words changed throughout, by how long they are.
    pub(super) fn can_be_changed(&self, first: Extent, second: Extent) -> bool {
        let (first, second) = (u32::from(first.weight()), u32::from(second.weight()));
        !self.changed.rules.is_empty()
            && first.min(second) * 10_000 >= first.max(second) * u32::from(self.changed.rules.balance)
    }
}

impl Rules {
    /// Most rules.
    pub const MOST: usize = 8;

    /// Those of docs/dedupe.md.
    fn usual() -> Self {
        let all = [
            (6_500, 1_200, 5_000, 8_000, 600),
            (9_000, 2_000, 4_500, 8_000, 700),
            (8_000, 2_500, 5_500, 8_000, u16::MAX),
            (7_500, 2_500, 6_000, 6_500, 450),
            (6_500, 1_500, 3_500, 8_000, 300),
        ];
        all.into_iter()
            .map(|(alike, score, taken_over, balance, words)| Rule { alike, score, taken_over, balance, words })
            .collect()
    }

    /// The rules, in order.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().flatten()
    }

    fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

/// The first [`Rules::MOST`] of them.
impl FromIterator<Rule> for Rules {
    fn from_iter<T: IntoIterator<Item = Rule>>(all: T) -> Self {
        let mut rules = Self::default();
        rules.rules.iter_mut().zip(all).for_each(|(place, rule)| *place = Some(rule));
        rules.balance = rules.all().map(|rule| rule.balance).min().unwrap_or_default();
        rules
    }
}
