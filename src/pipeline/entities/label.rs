//! Asks the model which tokens of a field's stretches are names.

use std::ops::Range;

use super::Kind;
use super::chain::{self, Chain, OUTSIDE, START};
use super::features::Features;
use super::model::Model;
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
    /// The features of a stretch, where those of each token end, and the rows of the model that they fall on.
    features: Vec<u32>,
    ends: Vec<usize>,
    rows: Vec<u64>,
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
    fn score(&mut self, model: &Model<'_>, stretch: &Stretch, traits: &[Traits], language: u32) -> (usize, bool) {
        let Self { chain, features, ends, rows } = self;
        let Stretch { line, asked } = stretch;
        let traits = traits.get(line.clone()).unwrap_or_default();
        let own = asked.start - line.start..asked.end - line.start;
        features.clear();
        ends.clear();
        for at in own.clone() {
            Features(features).of(traits, at, language);
            ends.push(features.len());
        }
        model.gather(features, rows);
        chain.scores.clear();
        let mut first = 0;
        for (traits, end) in traits.get(own).unwrap_or_default().iter().zip(ends) {
            let these = first..*end;
            let (features, rows) =
                (features.get(these.clone()).unwrap_or_default(), rows.get(these).unwrap_or_default());
            chain.scores.push(model.score(features, rows, traits.run));
            first = *end;
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
