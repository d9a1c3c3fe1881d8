//! What dedupe judges by, as the configuration has it.

use super::super::dedupe::{
    Boilerplate, Changed, Desk, Limits, LoneKey, More, Params, Rule, Rules, Salt, SameHeadline,
};
use super::SLICES;
use crate::config::{self, Config};

/// The stories of one file, judged in the order in which they come.
pub fn desk(config: &Config) -> Desk {
    Desk::new(params(config))
}

/// What this configuration proposes to judge by.
pub fn params(config: &Config) -> Params {
    let dedupe = &config.dedupe;
    let window_ms = dedupe.window.millis();
    Params {
        epoch: dedupe.epoch,
        window_ms,
        slice_ms: window_ms / SLICES,
        span: dedupe.span,
        near: share(dedupe.near),
        story: share(dedupe.story),
        limits: limits(&dedupe.limits),
        salt: Salt::name(dedupe.salt.as_str()),
        ..Params::default()
    }
}

fn limits(limits: &config::Limits) -> Limits {
    let config::Limits { quotation, edition, headline, changed, lone_key, boilerplate, .. } = limits;
    Limits {
        keys: limits.keys,
        samples: limits.samples,
        mutual: share(limits.mutual),
        quotation: More { words: quotation.words, more: share(quotation.more) },
        edition: More { words: edition.words, more: share(edition.more) },
        headline: SameHeadline { mutual: share(headline.mutual), less: share(headline.less) },
        changed: Changed {
            samples: changed.samples,
            numbers: share(changed.numbers),
            rules: changed
                .rules
                .iter()
                .map(|rule| Rule {
                    alike: share(rule.alike),
                    score: share(rule.similarity),
                    taken_over: share(rule.taken_over),
                    balance: share(rule.balance),
                    words: rule.words,
                })
                .collect::<Rules>(),
        },
        lone_key: LoneKey { words: lone_key.words, holders: lone_key.holders, samples: lone_key.samples },
        boilerplate: Boilerplate {
            articles: boilerplate.articles,
            share: share(boilerplate.share),
            beside: boilerplate.beside,
        },
        holders: limits.holders,
        scored: limits.scored,
        same: limits.same,
    }
}

/// A share in 1/10000.
fn share(share: f64) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be 0 to 1 when the configuration was read"
    )]
    let score = (share * 10_000.0).round() as u16;
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured_by_default_is_what_the_state_machine_has_by_default() {
        let Params { epoch, window_ms, slice_ms, span, .. } = params(&Config::default());
        assert_eq!(params(&Config::default()), Params { epoch, window_ms, slice_ms, span, ..Params::default() });
    }

    #[test]
    fn as_many_rules_can_be_written_as_the_state_machine_has() {
        assert_eq!(config::Limits::MOST_RULES, Rules::MOST);
    }

    /// No two numbers are the same, so that none reaches another's place.
    #[test]
    fn every_limit_reaches_the_state_machine() {
        let written = [
            "salt=ours",
            "limits.keys=1",
            "limits.samples=2",
            "limits.mutual=0.03",
            "limits.quotation={words: 4, more: 0.05}",
            "limits.edition={words: 6, more: 0.07}",
            "limits.headline={mutual: 0.08, less: 0.09}",
            "limits.changed.samples=10",
            "limits.changed.numbers=0.25",
            "limits.changed.rules=[{alike: 0.11, similarity: 0.12, taken_over: 0.13, balance: 0.14, words: 15}]",
            "limits.lone_key={words: 16, holders: 17, samples: 18}",
            "limits.boilerplate={articles: 19, share: 0.2, beside: 21}",
            "limits.holders=22",
            "limits.scored=23",
            "limits.same=24",
        ];
        let config = config::load(None, &written.map(|set| format!("dedupe.{set}"))).unwrap();
        let rule = Rule { alike: 1_100, score: 1_200, taken_over: 1_300, balance: 1_400, words: 15 };
        let expected = Limits {
            keys: 1,
            samples: 2,
            mutual: 300,
            quotation: More { words: 4, more: 500 },
            edition: More { words: 6, more: 700 },
            headline: SameHeadline { mutual: 800, less: 900 },
            changed: Changed { samples: 10, numbers: 2_500, rules: [rule].into_iter().collect() },
            lone_key: LoneKey { words: 16, holders: 17, samples: 18 },
            boilerplate: Boilerplate { articles: 19, share: 2_000, beside: 21 },
            holders: 22,
            scored: 23,
            same: 24,
        };
        let Params { limits, salt, .. } = params(&config);
        assert_eq!((limits, salt), (expected, Salt::name("ours")));
    }
}
