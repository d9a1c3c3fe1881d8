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
    /// The best score of all labels up to a token, for each of its own.
    best: Vec<Scores>,
    forward: Vec<Scores>,
    /// What each token's sums were before they were made shares.
    sums: Vec<f32>,
    backward: Vec<Scores>,
    weights: Vec<Scores>,
}

impl Chain {
    /// Finds the likeliest labels for `scores` (Viterbi). `from` is what comes before, [`START`] or [`OUTSIDE`]; `closed`: an outside
    /// token follows.
    pub(super) fn label(&mut self, ways: &Ways, from: usize, closed: bool) {
        let Self { scores, labels, best, .. } = self;
        best.clear();
        let mut last = [NEVER; LANES];
        if let Some(start) = last.get_mut(from) {
            *start = 0.0;
        }
        for scores in scores.iter() {
            let mut next = [f32::MIN; LANES];
            for (best, steps) in last.iter().zip(&ways.onward) {
                for (next, step) in next.iter_mut().zip(steps) {
                    *next = if best + step > *next { best + step } else { *next };
                }
            }
            next.iter_mut().zip(scores).for_each(|(next, score)| *next += score);
            best.push(next);
            last = next;
        }
        // from the end: the label from which the next one has its score
        let open = [0.0; LANES];
        let mut to = if closed { ways.into.first().unwrap_or(&open) } else { &open };
        labels.clear();
        for best in best.iter().rev() {
            let mut likeliest = (f32::MIN, OUTSIDE);
            for (label, (best, step)) in best.iter().zip(to).enumerate().take(LABELS) {
                if best + step > likeliest.0 {
                    likeliest = (best + step, label);
                }
            }
            labels.push(likeliest.1 as u8);
            to = ways.into.get(likeliest.1).unwrap_or(&open);
        }
        labels.reverse();
    }

    /// Makes [`Weighed::likelihood`] ready: sums over all labels from both ends (forward and backward), for the same ends as `label`
    /// had.
    pub(super) fn weigh<'a>(&'a mut self, ways: &'a Ways, from: usize, closed: bool) -> Weighed<'a> {
        let Self { scores, forward, sums: all, backward, weights, .. } = self;
        weights.clear();
        weights.extend(scores.iter().map(weigh));
        forward.clear();
        all.clear();
        let mut sums = [0.0; LANES];
        if let Some(start) = sums.get_mut(from) {
            *start = 1.0;
        }
        for weights in weights.iter() {
            let next = product(&through(&sums, &ways.factors), weights);
            all.push(next.iter().sum::<f32>().max(f32::MIN_POSITIVE));
            sums = normal(next);
            forward.push(sums);
        }
        backward.clear();
        let mut sums = [1.0; LANES];
        if closed {
            sums = ways.factors_into.first().copied().unwrap_or(sums);
        }
        for weights in weights.iter().rev() {
            backward.push(normal(sums));
            sums = normal(through(&product(&sums, weights), &ways.factors_into));
        }
        backward.reverse();
        Weighed { chain: self, steps: &ways.factors }
    }
}

/// The scores of a token as weights: the largest is 1.
#[inline]
fn weigh(scores: &Scores) -> Scores {
    let most = scores.iter().take(LABELS).fold(f32::MIN, |most, score| most.max(*score));
    let mut weights = [0.0; LANES];
    for (weight, score) in weights.iter_mut().zip(scores).take(LABELS) {
        *weight = exponential(score - most);
    }
    weights
}

/// Sums over the labels before, or after, a step.
#[inline]
fn through(sums: &Scores, factors: &Steps) -> Scores {
    let mut through = [0.0; LANES];
    for (sum, factors) in sums.iter().zip(factors) {
        through.iter_mut().zip(factors).for_each(|(through, factor)| *through += sum * factor);
    }
    through
}

#[inline]
fn product(a: &Scores, b: &Scores) -> Scores {
    let mut product = *a;
    product.iter_mut().zip(b).for_each(|(a, b)| *a *= b);
    product
}

/// A chain whose sums are known.
pub(super) struct Weighed<'a> {
    chain: &'a Chain,
    steps: &'a Steps,
}

impl Weighed<'_> {
    /// How likely it is that no token is in a name, 0 to 1.
    pub(super) fn outside(&self) -> f32 {
        let Chain { forward, sums, backward, weights, .. } = self.chain;
        let ends = forward.first().zip(forward.last()).zip(backward.last());
        let Some(((first, last), after)) = ends else { return 1.0 };
        let onward = step(self.steps, OUTSIDE, OUTSIDE);
        let further = weights.iter().zip(sums).skip(1).map(|(weights, all)| onward * weights[OUTSIDE] / all);
        let all: f32 = last.iter().zip(after).map(|(before, after)| before * after).sum();
        (first[OUTSIDE] * further.product::<f32>() * after[OUTSIDE] / all).clamp(0.0, 1.0)
    }

    /// How likely it is that exactly the tokens from `first` to before `end` are a name of this kind, 0 to 1.
    pub(super) fn likelihood(&self, first: usize, end: usize, kind: Kind) -> f32 {
        let Chain { forward, sums, backward, weights, .. } = self.chain;
        let get = |scores: &[Scores], at: usize, label: usize| {
            scores.get(at).and_then(|s| s.get(label)).copied().unwrap_or(0.0)
        };
        let begin = begins(kind);
        let on = begin + 1;
        let mut label = begin;
        // Everything relative to the sums of all labels, token by token: the scale of each sum cancels out.
        let mut share = get(forward, first, begin);
        for at in first + 1..end {
            let all = sums.get(at).copied().unwrap_or(1.0);
            share *= step(self.steps, label, on) * get(weights, at, on) / all;
            label = on;
        }
        let last = end - 1;
        let after = |label: usize, but: Option<usize>| -> f32 {
            if end >= weights.len() {
                return get(backward, last, label);
            }
            (0..LABELS)
                .filter(|next| Some(*next) != but)
                .map(|next| step(self.steps, label, next) * get(weights, end, next) * get(backward, end, next))
                .sum()
        };
        let all: f32 = (0..LABELS).map(|label| get(forward, last, label) * after(label, None)).sum();
        (share * after(label, Some(on)) / all).clamp(0.0, 1.0)
    }
}

fn step(steps: &Steps, label: usize, next: usize) -> f32 {
    steps.get(label).and_then(|steps| steps.get(next)).copied().unwrap_or(NEVER)
}

/// The steps with those that cannot be marked so.
fn possible(steps: &Steps) -> Steps {
    let mut possible = [[NEVER; LANES]; LANES];
    for (label, (possible, steps)) in possible.iter_mut().zip(steps).enumerate() {
        for (next, (possible, step)) in possible.iter_mut().zip(steps).enumerate() {
            if may_follow(label, next) {
                *possible = *step;
            }
        }
    }
    possible
}

/// As shares of their sum.
#[inline]
fn normal(mut sums: Scores) -> Scores {
    let share = 1.0 / sums.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    sums.iter_mut().for_each(|sum| *sum *= share);
    sums
}

/// The steps of a chain as its sums need them.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    /// A row for the label before, and one for the label after; what cannot be is marked so.
    onward: Steps,
    into: Steps,
    /// The same as factors.
    factors: Steps,
    factors_into: Steps,
}

impl Ways {
    pub(super) fn new(steps: &Steps) -> Self {
        let (onward, factors) = (possible(steps), exponentials(steps));
        Self { onward, into: turned(&onward), factors, factors_into: turned(&factors) }
    }
}

/// Rows as columns.
fn turned(steps: &Steps) -> Steps {
    let mut turned = [[0.0; LANES]; LANES];
    for (label, steps) in steps.iter().enumerate() {
        for (turned, step) in turned.iter_mut().zip(steps) {
            if let Some(turned) = turned.get_mut(label) {
                *turned = *step;
            }
        }
    }
    turned
}

/// e to the power of a number that is not above zero, to six digits: the whole power of two by its bits, the rest by the first terms of
/// the series. The standard library's function takes one number at a time, this one fills a register.
#[inline]
fn exponential(number: f32) -> f32 {
    /// Added, it rounds to a whole number that stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let power = number.max(-87.0) * std::f32::consts::LOG2_E;
    let rounded = power + ROUND;
    let rest = (power - (rounded - ROUND)) * std::f32::consts::LN_2;
    let series = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0)))));
    f32::from_bits(series.to_bits().wrapping_add(rounded.to_bits() << 23))
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

    #[test]
    fn powers_of_e_are_as_the_standard_library_has_them() {
        for step in 0..100_000 {
            let number = -0.001 * step as f32;
            let (told, right) = (exponential(number), number.max(-87.0).exp());
            assert!((told / right - 1.0).abs() < 2e-5, "{number}: {told}, not {right}");
        }
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
            let ways = Ways::new(&steps);
            chain.label(&ways, from, closed);
            let labels: Vec<usize> = chain.labels.iter().map(|label| usize::from(*label)).collect();
            let told = score(&scores, &steps, from, closed, &labels);
            let all = all(scores.len(), from);
            let best = all.iter().map(|labels| score(&scores, &steps, from, closed, labels)).fold(f32::MIN, f32::max);
            prop_assert!((told - best).abs() < 1e-3, "{labels:?} has {told}, not {best}");
            let weighed = chain.weigh(&ways, from, closed);
            let sum: f64 = all.iter().map(|labels| f64::from(score(&scores, &steps, from, closed, labels)).exp()).sum();
            let none = f64::from(score(&scores, &steps, from, closed, &vec![OUTSIDE; scores.len()])).exp();
            let told = f64::from(weighed.outside());
            prop_assert!((told - none / sum).abs() < 1e-3, "no name: {told}, not {}", none / sum);
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
