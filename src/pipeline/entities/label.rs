//! Asks the model which tokens of a field are names. Only what stands within two words of a capital, or of a letter of a script that
//! has none, is asked about (The and I do not count): everything else is outside.

use std::ops::Range;

use super::Kind;
use super::chain::{self, Chain, OUTSIDE, START};
use super::cues;
use super::features::Features;
use super::model::Model;
use super::token::{Shape, Token};
use super::traits::Traits;

/// How near a word must be to one that may be a name.
const NEAR: usize = 2;
/// How far features look.
const SIGHT: usize = 2;

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
    /// The names among `tokens`, whose traits are `traits`, in the order of the text. A name ends with its line.
    pub(super) fn label(
        &mut self,
        model: &Model<'_>,
        tokens: &[Token],
        traits: &[Traits],
        language: u32,
    ) -> Vec<Labelled> {
        let mut found = Vec::new();
        let mut line_start = 0;
        for line in tokens.split(|token| token.shape == Shape::Break) {
            let end = line_start + line.len();
            let line_traits = traits.get(line_start..end).unwrap_or_default();
            self.line(model, line, line_traits, language, line_start, &mut found);
            line_start = end + 1;
        }
        found
    }

    fn line(
        &mut self,
        model: &Model<'_>,
        line: &[Token],
        traits: &[Traits],
        language: u32,
        offset: usize,
        found: &mut Vec<Labelled>,
    ) {
        let mut next = 0;
        while let Some((start, end)) = stretch(line, next) {
            self.score(model, traits, start..end, language);
            let (from, closed) = (if start == 0 { START } else { OUTSIDE }, end < line.len());
            self.chain.label(&model.ways, from, closed);
            self.take(model, from, closed, offset + start, found);
            next = end;
        }
    }

    /// Scores each token of a stretch.
    fn score(&mut self, model: &Model<'_>, traits: &[Traits], stretch: Range<usize>, language: u32) {
        let Self { chain, features, ends, rows } = self;
        features.clear();
        ends.clear();
        for at in stretch.clone() {
            Features(features).of(traits, at, language);
            ends.push(features.len());
        }
        model.gather(features, rows);
        chain.scores.clear();
        let mut first = 0;
        for (traits, end) in traits.get(stretch).unwrap_or_default().iter().zip(ends) {
            let own = first..*end;
            let (features, rows) = (features.get(own.clone()).unwrap_or_default(), rows.get(own).unwrap_or_default());
            chain.scores.push(model.score(features, rows, traits.run));
            first = *end;
        }
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

/// A word that may be a name, and is not just a small word with the capital that opens a sentence.
fn asks(token: &Token) -> bool {
    token.may_name() && (token.cues & cues::FUNCTION == 0 || !matches!(token.shape, Shape::Capital | Shape::Caseless))
}

/// The next stretch of tokens from `at` on that are near one that may be a name.
fn stretch(line: &[Token], at: usize) -> Option<(usize, usize)> {
    let first = at + line.get(at..)?.iter().position(asks)?;
    let mut last = first;
    while let Some(next) = line.get(last + 1..).and_then(|rest| rest.iter().take(2 * NEAR + 1).position(asks)) {
        last += next + 1;
    }
    Some((first.saturating_sub(NEAR).max(at), (last + NEAR + 1).min(line.len())))
}

/// The tokens that features look at: those that the model is asked about, and as many beside them as features see.
pub(super) fn nearby(tokens: &[Token]) -> impl Iterator<Item = Range<usize>> {
    let mut done = 0;
    let names = tokens.iter().enumerate().filter(|(_, token)| asks(token));
    names.filter_map(move |(at, _)| {
        let start = at.saturating_sub(NEAR + SIGHT).max(done);
        done = (at + NEAR + SIGHT + 1).min(tokens.len());
        (start < done).then_some(start..done)
    })
}
