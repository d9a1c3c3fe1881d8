//! `dedupe.limits`: what decides beside `near` and `story`.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `dedupe.limits`: docs/dedupe-limits.md measures each. All workers of a log judge by the same ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Least number of keys (sampled passages by which articles are found) that two articles share, boilerplate not counted: 1 to 255.
    #[schemars(range(min = 1, max = 255))]
    pub keys: u16,
    /// Least number of samples (sequences of three words by which articles are compared) that two articles share: 1 to 255.
    #[schemars(range(min = 1, max = 255))]
    pub samples: u16,
    /// Share of the larger article from which on two articles cover each other: 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub mutual: f64,
    /// What an article shares with a larger one that is not covered may be a quotation.
    pub quotation: Quotation,
    /// Two long articles that cover each other are editions of one report, or reports of one event.
    pub edition: Edition,
    /// Two sources' articles under the same headline.
    pub headline: SameHeadline,
    /// Articles whose words were changed throughout: translated by machine, scanned, edited.
    pub changed: Changed,
    /// A short article whose words were changed may share one key less than `keys`.
    pub lone_key: LoneKey,
    /// What many articles of a source have in common says nothing.
    pub boilerplate: Boilerplate,
    /// Most articles that are remembered for a key, of each seventh of the window: 2 to 1024. A key with as many says nothing any more.
    #[schemars(range(min = 2, max = 1024))]
    pub holders: u16,
    /// Most articles that an article is compared with, those that share most keys first: 1 to 4096.
    #[schemars(range(min = 1, max = 4096))]
    pub scored: u16,
    /// Most articles with the same words, id or URL that are looked at, of each seventh of the window: 1 to 4096.
    #[schemars(range(min = 1, max = 4096))]
    pub same: u16,
}

/// `dedupe.limits.quotation`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Quotation {
    /// Fewer words than that may be one.
    pub words: u16,
    /// How much more than `near` and `story` is asked: a share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub more: f64,
}

/// `dedupe.limits.edition`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Edition {
    /// Words of the shorter one from which on they are long.
    pub words: u16,
    /// How much more than `near` and `story` is asked: a share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub more: f64,
}

/// `dedupe.limits.headline`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SameHeadline {
    /// Least share of the larger article that they share, so that a teaser counts for none: 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub mutual: f64,
    /// How much less than `near` and `story` is enough: a share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub less: f64,
}

/// `dedupe.limits.changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Changed {
    /// Least number of shared samples to tell: 1 to 255.
    #[schemars(range(min = 1, max = 255))]
    pub samples: u16,
    /// Least share of the numbers of the article with fewer that are in the other one, where both say four different ones at least in
    /// 700 words at most: a share, 0 to 1; 0: whatever numbers they say. Translators keep them, reports from one mould do not.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub numbers: f64,
    /// One of these holds, at most 8. None: changed words make no duplicates.
    #[schemars(length(max = 8))]
    pub rules: Vec<ChangedRule>,
}

/// An item of `dedupe.limits.changed.rules`: what holds together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedRule {
    /// At most so much of what they share stands between the same words in both: a share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub alike: f64,
    /// Least similarity: a share, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub similarity: f64,
    /// Least share of the text that was taken over before it was changed: 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub taken_over: f64,
    /// Least share of the longer one's words that the shorter one has: 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub balance: f64,
    /// Most words of the shorter one; 65535: any number.
    pub words: u16,
}

/// `dedupe.limits.lone_key`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoneKey {
    /// The article has fewer words; 0: none may.
    pub words: u16,
    /// At most so many articles of the window have the key: two of millions share one by chance.
    pub holders: u16,
    /// At least so many samples are shared.
    pub samples: u16,
}

/// `dedupe.limits.boilerplate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Boilerplate {
    /// A key that so many articles of one source have, 2 to 65535...
    #[schemars(range(min = 2, max = 65535))]
    pub articles: u16,
    /// ... and such a share of them, 0 to 1, is boilerplate of that source.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// Articles that share boilerplate share at most so many keys of it to one that is none: 1 to 255.
    #[schemars(range(min = 1, max = 255))]
    pub beside: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            keys: 2,
            samples: 6,
            mutual: 0.35,
            quotation: Quotation::default(),
            edition: Edition::default(),
            headline: SameHeadline::default(),
            changed: Changed::default(),
            lone_key: LoneKey::default(),
            boilerplate: Boilerplate::default(),
            holders: 64,
            scored: 256,
            same: 64,
        }
    }
}

impl Default for Quotation {
    fn default() -> Self {
        Self { words: 110, more: 0.24 }
    }
}

impl Default for Edition {
    fn default() -> Self {
        Self { words: 700, more: 0.1 }
    }
}

impl Default for SameHeadline {
    fn default() -> Self {
        Self { mutual: 0.2, less: 0.14 }
    }
}

impl Default for Changed {
    fn default() -> Self {
        let rule = |alike, similarity, taken_over, balance, words| ChangedRule {
            alike,
            similarity,
            taken_over,
            balance,
            words,
        };
        let rules = vec![
            rule(0.65, 0.12, 0.5, 0.8, 600),
            rule(0.9, 0.2, 0.45, 0.8, 700),
            rule(0.8, 0.25, 0.55, 0.8, u16::MAX),
            rule(0.75, 0.25, 0.6, 0.65, 450),
            rule(0.65, 0.15, 0.35, 0.8, 300),
        ];
        Self { samples: 6, numbers: 0.5, rules }
    }
}

impl Default for LoneKey {
    fn default() -> Self {
        Self { words: 600, holders: 16, samples: 10 }
    }
}

impl Default for Boilerplate {
    fn default() -> Self {
        Self { articles: 4, share: 0.1, beside: 4 }
    }
}

impl Limits {
    /// Most rules of changed words.
    pub const MOST_RULES: usize = 8;

    /// What is out of its range, by its key below `dedupe.limits`: its value, and what to write.
    pub(super) fn out_of_range(&self) -> Vec<(String, String, String)> {
        let shares = self.shares().into_iter().filter(|(_, share)| !(0.0..=1.0).contains(share));
        let shares = shares.map(|(key, share)| (key, share.to_string(), "write a share between 0 and 1".to_owned()));
        let counts =
            self.counts().into_iter().filter(|(_, count, range)| !range.contains(count)).map(|(key, count, range)| {
                let advice = format!("write a number between {} and {}", range.start(), range.end());
                (key.to_owned(), count.to_string(), advice)
            });
        let rules = self.changed.rules.len();
        let too_many = (rules > Self::MOST_RULES).then(|| {
            ("changed.rules".to_owned(), format!("{rules} rules"), format!("write {} at most", Self::MOST_RULES))
        });
        shares.chain(counts).chain(too_many).collect()
    }

    fn shares(&self) -> Vec<(String, f64)> {
        let named = [
            ("mutual", self.mutual),
            ("quotation.more", self.quotation.more),
            ("edition.more", self.edition.more),
            ("headline.mutual", self.headline.mutual),
            ("headline.less", self.headline.less),
            ("changed.numbers", self.changed.numbers),
            ("boilerplate.share", self.boilerplate.share),
        ];
        let of_rule = |(number, rule): (usize, &ChangedRule)| {
            let ChangedRule { alike, similarity, taken_over, balance, .. } = *rule;
            [("alike", alike), ("similarity", similarity), ("taken_over", taken_over), ("balance", balance)]
                .map(|(key, share)| (format!("changed.rules[{number}].{key}"), share))
        };
        let rules = self.changed.rules.iter().enumerate().flat_map(of_rule);
        named.map(|(key, share)| (key.to_owned(), share)).into_iter().chain(rules).collect()
    }

    fn counts(&self) -> [(&'static str, u16, RangeInclusive<u16>); 8] {
        [
            ("keys", self.keys, 1..=255),
            ("samples", self.samples, 1..=255),
            ("changed.samples", self.changed.samples, 1..=255),
            ("boilerplate.articles", self.boilerplate.articles, 2..=u16::MAX),
            ("boilerplate.beside", self.boilerplate.beside, 1..=255),
            ("holders", self.holders, 2..=1_024),
            ("scored", self.scored, 1..=4_096),
            ("same", self.same, 1..=4_096),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_rules_than_there_can_be_are_refused() {
        let rules = |count: usize| {
            let rules = Changed::default().rules.into_iter().cycle().take(count).collect();
            Limits { changed: Changed { rules, ..Changed::default() }, ..Limits::default() }.out_of_range()
        };
        let expected = ("changed.rules".to_owned(), "9 rules".to_owned(), "write 8 at most".to_owned());
        assert_eq!((rules(8), rules(9)), (Vec::new(), vec![expected]));
    }
}
