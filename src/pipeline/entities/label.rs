//! Asks the model which tokens of a field's stretches are names.

use std::ops::Range;

use super::Kind;
use super::chain::{self, Chain, OUTSIDE, START};
use super::features::{Around, Joined};
use super::model::Model;
use super::parts::{Language, Parts};
use super::stretch::Stretch;
use super::traits::Traits;

/// A name that the model found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Labelled {
    /// Its first token and the token after its last.
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// How likely it is that just these words are a name of this kind, as the model reckons.
    pub(super) likelihood: f32,
}

/// What labelling needs while it works: kept from article to article.
#[derive(Default)]
pub(super) struct Labeller {
    chain: Chain,
    parts: Parts,
}

impl Labeller {
    /// The names in the stretches of a field whose tokens' traits are `traits`, in the order of the text. A name ends with its line.
    pub(super) fn label(
        &mut self,
        model: &Model<'_>,
        stretches: &[Stretch],
        traits: &[Traits],
        language: u32,
    ) -> Vec<Labelled> {
        let mut found = Vec::new();
        let language = self.parts.prepare(model, language);
        for stretch in stretches {
            let (from, closed) = self.score(model, stretch, traits, language);
            self.chain.label(&model.ways, from, closed);
            self.take(model, from, closed, stretch.asked.start, &mut found);
        }
        found
    }

    /// The tokens of those stretches in which a name is at least as likely as `least`, in the order of the text.
    pub(super) fn doubtful(
        &mut self,
        model: &Model<'_>,
        stretches: &[Stretch],
        traits: &[Traits],
        language: u32,
        least: f64,
    ) -> Vec<Range<usize>> {
        let mut doubtful = Vec::new();
        let language = self.parts.prepare(model, language);
        for stretch in stretches {
            let (from, closed) = self.score(model, stretch, traits, language);
            let outside = self.chain.weigh(&model.ways, from, closed).outside();
            if 1.0 - f64::from(outside) >= least {
                doubtful.push(stretch.asked.clone());
            }
        }
        doubtful
    }

    /// Scores each token of a stretch. The label that stands before it, and whether its line goes on after it.
    fn score(&mut self, model: &Model<'_>, stretch: &Stretch, traits: &[Traits], language: Language) -> (usize, bool) {
        let Self { chain, parts } = self;
        let Stretch { line, asked } = stretch;
        let traits = traits.get(line.clone()).unwrap_or_default();
        chain.scores.clear();
        for at in asked.start - line.start..asked.end - line.start {
            let around = Around::of(traits, at);
            let mut sums = match around.joined() {
                Joined::Word(features) => model.sum(&features),
                Joined::Listed(features) => model.sum(&features),
                Joined::Letter(features) => model.sum(&features),
            };
            sums.add(&parts.manner(model, &around.manner(), language));
            around.parts(|role, word| sums.add(&parts.word(model, role, word, language)));
            chain.scores.push(model.scores(&sums, around.t.run));
        }
        (if asked.start == line.start { START } else { OUTSIDE }, asked.end < line.end)
    }

    /// Puts the names of the stretch that was just labelled into `found`.
    fn take(&mut self, model: &Model<'_>, from: usize, closed: bool, offset: usize, found: &mut Vec<Labelled>) {
        let before = found.len();
        for (at, label) in self.chain.labels.iter().enumerate() {
            let label = usize::from(*label);
            if chain::goes_on(label) {
                if let Some(last) = found.last_mut() {
                    last.end = offset + at + 1;
                }
            } else if let Some(kind) = chain::kind(label) {
                found.push(Labelled { first: offset + at, end: offset + at + 1, kind, likelihood: 0.0 });
            }
        }
        let Some(new) = found.get_mut(before..).filter(|new| !new.is_empty()) else { return };
        let weighed = self.chain.weigh(&model.ways, from, closed);
        for name in new {
            name.likelihood = weighed.likelihood(name.first - offset, name.end - offset, name.kind);
        }
    }
}
