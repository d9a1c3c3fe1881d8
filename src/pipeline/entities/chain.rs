//! A linear chain of labels (J. Lafferty, A. McCallum, F. Pereira, "Conditional Random Fields", ICML 2001): every token has a score for
//! each label, every pair of neighbours one for the step between theirs. Finds the likeliest labels of all tokens together, and how
//! likely a name in them is, whatever the labels around it are.

use super::Kind;

/// Outside every name, and the first and the further tokens of each kind's names. Arrays have one more, so that they fill a register.
pub const LABELS: usize = 7;
pub const LANES: usize = 8;
/// Where the chain begins, as a row of the steps.
pub const START: usize = 7;
pub const OUTSIDE: usize = 0;

/// A score for each label.
pub type Scores = [f32; LANES];
/// The score of the step from one label (the row) to the next.
pub type Steps = [Scores; LANES];

/// What cannot be.
const NEVER: f32 = -1e9;

/// The label of the first token of a name.
pub(super) fn begins(kind: Kind) -> usize {
    match kind {
        Kind::Person => 1,
        Kind::Organisation => 3,
        Kind::Location => 5,
    }
}

/// The kind of name that a label begins or goes on with.
pub(super) fn kind(label: usize) -> Option<Kind> {
    [Kind::Person, Kind::Organisation, Kind::Location].get(label.checked_sub(1)? / 2).copied()
}

/// Whether a label goes on with a name.
pub(super) fn goes_on(label: usize) -> bool {
    label != OUTSIDE && label.is_multiple_of(2)
}

/// Whether `next` may follow `label` (or [`START`]): a name goes on only after its own kind.
pub fn may_follow(label: usize, next: usize) -> bool {
    next < LABELS && (!goes_on(next) || label == next || label + 1 == next)
}

/// One stretch of tokens, worked on.
#[derive(Default)]
pub(super) struct Chain {
    /// Of each token.
    pub(super) scores: Vec<Scores>,
    /// The likeliest labels.
    pub(super) labels: Vec<u8>,
    back: Vec<[u8; LANES]>,
    forward: Vec<Scores>,
    backward: Vec<Scores>,
    weights: Vec<Scores>,
}

impl Chain {
    /// Finds the likeliest labels for `scores` (Viterbi). `from` is what comes before, [`START`] or [`OUTSIDE`]; `closed`: an
    /// outside token follows.
    pub(super) fn label(&mut self, steps: &Steps, from: usize, closed: bool) {
        let Self { scores, labels, back, .. } = self;
        back.clear();
        let mut best = [NEVER; LANES];
        let mut first = true;
        for scores in scores.iter() {
            let mut next = [NEVER; LANES];
            let mut came = [0; LANES];
            if first {
                for (label, (next, score)) in next.iter_mut().zip(scores).enumerate() {
                    if may_follow(from, label) && !goes_on(label) {
                        *next = step(steps, from, label) + score;
                    }
                }
                first = false;
            } else {
                for label in 0..LABELS {
                    let (value, before) = if goes_on(label) {
                        better(
                            (value(&best, label - 1, steps, label), label - 1),
                            (value(&best, label, steps, label), label),
                        )
                    } else {
                        let all = (0..LABELS).map(|before| (value(&best, before, steps, label), before));
                        all.fold((f32::MIN, 0), better)
                    };
                    if let (Some(next), Some(came), Some(score)) =
                        (next.get_mut(label), came.get_mut(label), scores.get(label))
                    {
                        (*next, *came) = (value + score, before as u8);
                    }
                }
            }
            best = next;
            back.push(came);
        }
        let ends = (0..LABELS).map(|label| {
            let end = if closed { step(steps, label, OUTSIDE) } else { 0.0 };
            (best.get(label).copied().unwrap_or(NEVER) + end, label)
        });
        let (_, mut label) = ends.fold((f32::MIN, 0), better);
        labels.clear();
        for came in back.iter().rev() {
            labels.push(label as u8);
            label = came.get(label).copied().unwrap_or(0).into();
        }
        labels.reverse();
    }

    /// Makes [`Chain::likelihood`] ready: sums over all labels from both ends (forward and backward), for the same ends as `label` had.
    pub(super) fn weigh(&mut self, steps: &Steps, from: usize, closed: bool) -> Weighed<'_> {
        let Self { scores, forward, backward, weights, .. } = self;
        let steps = exponentials(steps);
        weights.clear();
        weights.extend(scores.iter().map(|scores| {
            let most = scores.iter().take(LABELS).fold(f32::MIN, |most, score| most.max(*score));
            let mut weights = scores.map(|score| (score - most).exp());
            if let Some(last) = weights.last_mut() {
                *last = 0.0;
            }
            weights
        }));
        forward.clear();
        let mut sums = [0.0; LANES];
        if let Some(start) = sums.get_mut(from) {
            *start = 1.0;
        }
        for weights in weights.iter() {
            let mut next = [0.0; LANES];
            for (sum, steps) in sums.iter().zip(&steps) {
                next.iter_mut().zip(steps).for_each(|(next, step)| *next += sum * step);
            }
            next.iter_mut().zip(weights).for_each(|(next, weight)| *next *= weight);
            sums = normal(next);
            forward.push(sums);
        }
        backward.clear();
        let mut sums = [1.0; LANES];
        if closed {
            sums = steps.map(|steps| steps.first().copied().unwrap_or(0.0));
        }
        for weights in weights.iter().rev() {
            backward.push(normal(sums));
            let mut after = sums;
            after.iter_mut().zip(weights).for_each(|(after, weight)| *after *= weight);
            sums = normal(steps.map(|steps| steps.iter().zip(&after).map(|(step, after)| step * after).sum()));
        }
        backward.reverse();
        Weighed { chain: self, steps }
    }
}

/// A chain whose sums are known.
pub(super) struct Weighed<'a> {
    chain: &'a Chain,
    steps: Steps,
}

impl Weighed<'_> {
    /// How likely it is that exactly the tokens from `first` to before `end` are a name of this kind, 0 to 1.
    pub(super) fn likelihood(&self, first: usize, end: usize, kind: Kind) -> f32 {
        let Chain { forward, backward, weights, .. } = self.chain;
        let get = |scores: &[Scores], at: usize, label: usize| {
            scores.get(at).and_then(|s| s.get(label)).copied().unwrap_or(0.0)
        };
        let begin = begins(kind);
        let on = begin + 1;
        let mut label = begin;
        // Everything relative to the sums of all labels, token by token: the scale of each sum cancels out.
        let mut share = get(forward, first, begin);
        for at in first + 1..end {
            let all: f32 = self.onward(forward.get(at - 1), at);
            share *= step(&self.steps, label, on) * get(weights, at, on) / all;
            label = on;
        }
        let last = end - 1;
        let after = |label: usize, but: Option<usize>| -> f32 {
            if end >= weights.len() {
                return get(backward, last, label);
            }
            (0..LABELS)
                .filter(|next| Some(*next) != but)
                .map(|next| step(&self.steps, label, next) * get(weights, end, next) * get(backward, end, next))
                .sum()
        };
        let all: f32 = (0..LABELS).map(|label| get(forward, last, label) * after(label, None)).sum();
        (share * after(label, Some(on)) / all).clamp(0.0, 1.0)
    }

    /// The sum over all labels of the step to the token `at`.
    fn onward(&self, before: Option<&Scores>, at: usize) -> f32 {
        let (Some(before), Some(weights)) = (before, self.chain.weights.get(at)) else { return 1.0 };
        let into = |next: usize| -> f32 {
            before.iter().enumerate().map(|(label, sum)| sum * step(&self.steps, label, next)).sum()
        };
        (0..LABELS)
            .map(|next| into(next) * weights.get(next).copied().unwrap_or(0.0))
            .sum::<f32>()
            .max(f32::MIN_POSITIVE)
    }
}

fn step(steps: &Steps, label: usize, next: usize) -> f32 {
    steps.get(label).and_then(|steps| steps.get(next)).copied().unwrap_or(NEVER)
}

fn value(best: &Scores, before: usize, steps: &Steps, label: usize) -> f32 {
    best.get(before).copied().unwrap_or(NEVER) + step(steps, before, label)
}

fn better(a: (f32, usize), b: (f32, usize)) -> (f32, usize) {
    if b.0 > a.0 { b } else { a }
}

fn normal(sums: Scores) -> Scores {
    let all: f32 = sums.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    sums.map(|sum| sum / all)
}

/// Steps as factors; one that cannot be is zero.
pub fn exponentials(steps: &Steps) -> Steps {
    let mut factors = [[0.0; LANES]; LANES];
    for (label, (factors, steps)) in factors.iter_mut().zip(steps).enumerate() {
        for (next, (factor, step)) in factors.iter_mut().zip(steps).enumerate() {
            if may_follow(label, next) {
                *factor = step.exp();
            }
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every way to label so many tokens.
    fn all(tokens: usize, from: usize) -> Vec<Vec<usize>> {
        let mut all = vec![vec![]];
        for _ in 0..tokens {
            all = all
                .iter()
                .flat_map(|labels: &Vec<usize>| {
                    let last = labels.last().copied().unwrap_or(from);
                    (0..LABELS)
                        .filter(move |next| may_follow(last, *next))
                        .map(|next| [labels.as_slice(), &[next]].concat())
                })
                .collect();
        }
        all
    }

    fn score(scores: &[Scores], steps: &Steps, from: usize, closed: bool, labels: &[usize]) -> f32 {
        let mut last = from;
        let mut sum = 0.0;
        for (scores, label) in scores.iter().zip(labels) {
            sum += scores[*label] + steps[last][*label];
            last = *label;
        }
        sum + if closed { steps[last][OUTSIDE] } else { 0.0 }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Against all labellings, one by one.
        #[test]
        fn labels_are_the_likeliest_and_likelihoods_are_shares(
            scores in prop::collection::vec(prop::array::uniform8(-3.0_f32..3.0), 1..5),
            steps in prop::array::uniform8(prop::array::uniform8(-2.0_f32..2.0)),
            starts in any::<bool>(),
            closed in any::<bool>(),
        ) {
            let from = if starts { START } else { OUTSIDE };
            let mut chain = Chain { scores: scores.clone(), ..Chain::default() };
            chain.label(&steps, from, closed);
            let labels: Vec<usize> = chain.labels.iter().map(|label| usize::from(*label)).collect();
            let told = score(&scores, &steps, from, closed, &labels);
            let all = all(scores.len(), from);
            let best = all.iter().map(|labels| score(&scores, &steps, from, closed, labels)).fold(f32::MIN, f32::max);
            prop_assert!((told - best).abs() < 1e-3, "{labels:?} has {told}, not {best}");
            let weighed = chain.weigh(&steps, from, closed);
            let sum: f64 = all.iter().map(|labels| f64::from(score(&scores, &steps, from, closed, labels)).exp()).sum();
            for first in 0..scores.len() {
                for end in first + 1..=scores.len() {
                    for kind in [Kind::Person, Kind::Organisation, Kind::Location] {
                        let begin = begins(kind);
                        let is = |labels: &&Vec<usize>| {
                            labels[first] == begin
                                && labels[first + 1..end].iter().all(|label| *label == begin + 1)
                                && labels.get(end).is_none_or(|label| *label != begin + 1)
                        };
                        let with: f64 = all.iter().filter(is).map(|labels| f64::from(score(&scores, &steps, from, closed, labels)).exp()).sum();
                        let told = f64::from(weighed.likelihood(first, end, kind));
                        prop_assert!((told - with / sum).abs() < 1e-3, "{told}, not {}", with / sum);
                    }
                }
            }
        }
    }
}
