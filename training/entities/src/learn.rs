//! Learns the weights of the chain: the likelihood's gradient (forward-backward) with steps by AdaGrad (Duchi, Hazan, Singer, JMLR 12,
//! 2011). Where a label was not seen, all labels are summed over there. A sentence at a time, in one thread, from one seed: the same
//! data give the same model.

use crate::corpus::{Corpus, Example, UNSEEN};
use crate::pipeline::entities::training::{LABELS, LANES, OUTSIDE, START, exponentials};
use crate::random::Random;

type Scores = [f32; LANES];
type Steps = [Scores; LANES];

const RATE: f32 = 0.05;
/// Shares of features, of sentences' lists and of sentences' languages that are left out at random, so that the model does not lean
/// on them alone.
const FEATURES_OUT: f32 = 0.1;
const LISTS_OUT: f32 = 0.1;
const LANGUAGE_OUT: f32 = 0.05;
/// Gradients below this change nothing.
const LEAST: f32 = 0.002;

/// A feature's weights and the sums of their squared gradients, in one cache line. The last weight counts how often it was seen.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub struct Line {
    pub weights: Scores,
    squares: Scores,
}

/// What is learnt.
pub struct Learner {
    /// Features with the same highest bits share a line.
    pub bits: u32,
    pub lines: Vec<Line>,
    pub steps: Steps,
    step_squares: Steps,
    /// If there are any, only these features take part, a bit each.
    pub chosen: Vec<bool>,
    random: Random,
    work: Work,
}

#[derive(Default)]
struct Work {
    features: Vec<u32>,
    one: Vec<u32>,
    ends: Vec<usize>,
    weights: Vec<Scores>,
    seen_weights: Vec<Scores>,
    forward: Vec<Scores>,
    backward: Vec<Scores>,
    free: Sums,
    seen: Sums,
}

/// Sums over labellings: of each token's label, and of each step.
#[derive(Default)]
struct Sums {
    labels: Vec<Scores>,
    steps: Steps,
}

impl Learner {
    /// One that goes its own way through the data.
    pub fn new(bits: u32, seed: u64) -> Self {
        Self {
            bits,
            lines: vec![Line::default(); 1 << bits],
            steps: [[0.0; LANES]; LANES],
            step_squares: [[0.0; LANES]; LANES],
            chosen: Vec::new(),
            random: Random::new(12_345 + seed),
            work: Work::default(),
        }
    }

    /// Puts the mean of what all have learnt in place of what each has: each left out other features and went in another order, and what
    /// one of them owes to that is not worth keeping. The likelihood has one summit, so what lies between them is no lower.
    pub fn agree(learners: &mut [Self]) {
        let share = 1.0 / learners.len() as f32;
        let Some((first, others)) = learners.split_first_mut() else { return };
        for other in &*others {
            first.lines.iter_mut().zip(&other.lines).for_each(|(line, other)| line.add(other));
            add(&mut first.steps, &other.steps);
            add(&mut first.step_squares, &other.step_squares);
        }
        first.lines.iter_mut().for_each(|line| line.scale(share));
        for step in first.steps.iter_mut().chain(&mut first.step_squares).flatten() {
            *step *= share;
        }
        for other in others {
            other.lines.copy_from_slice(&first.lines);
            (other.steps, other.step_squares) = (first.steps, first.step_squares);
            other.chosen.clone_from(&first.chosen);
        }
    }

    /// One pass over everything, in another order each time; tells the mean surprise a token.
    pub fn pass(&mut self, corpus: &Corpus) -> f64 {
        let mut order: Vec<usize> = (0..corpus.examples.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        let (mut surprise, mut tokens) = (0.0, 0);
        for at in order {
            let example = &corpus.examples[at];
            if !example.labels.is_empty() {
                surprise += self.learn(example);
                tokens += example.labels.len();
            }
        }
        surprise / tokens as f64
    }

    /// The share of the weights that stands for all features, where some were left out while learning.
    pub fn share(&self) -> f32 {
        1.0 - FEATURES_OUT
    }

    fn learn(&mut self, example: &Example) -> f64 {
        let mut work = std::mem::take(&mut self.work);
        self.gather(example, &mut work);
        work.score(&self.lines, &example.asked);
        let factors = exponentials(&self.steps);
        sum(&work.weights, &factors, &mut work.forward, &mut work.backward, &mut work.free);
        let unseen = example.labels.contains(&UNSEEN);
        if unseen {
            work.see(&example.labels);
            sum(&work.seen_weights, &factors, &mut work.forward, &mut work.backward, &mut work.seen);
        } else {
            work.seen.set(&example.labels);
        }
        // what was seen cannot be, by the numbers at hand
        let fits = work.seen.labels.iter().all(|labels| labels.iter().sum::<f32>() > 0.5);
        let surprise = if fits { self.follow(example, &work, &factors) } else { 0.0 };
        self.work = work;
        surprise
    }

    /// The features of all tokens, but for those left out at random.
    fn gather(&mut self, example: &Example, work: &mut Work) {
        let unlisted = (self.random.unit() < LISTS_OUT).then(|| example.words.unlisted());
        let words = unlisted.as_ref().unwrap_or(&example.words);
        let language = if self.random.unit() < LANGUAGE_OUT { 0 } else { example.language };
        let shift = u32::BITS - self.bits;
        work.features.clear();
        work.ends.clear();
        for (at, asked) in example.asked.iter().enumerate() {
            if !asked {
                work.ends.push(work.features.len());
                continue;
            }
            words.features(at, language, &mut work.one);
            for feature in &work.one {
                let line = feature >> shift;
                let chosen = self.chosen.is_empty() || self.chosen[line as usize];
                if chosen && !self.random.leaves_out(FEATURES_OUT) {
                    work.features.push(line);
                }
            }
            work.ends.push(work.features.len());
        }
    }

    /// Goes a step along the gradient.
    fn follow(&mut self, example: &Example, work: &Work, factors: &Steps) -> f64 {
        let mut surprise = 0.0;
        let mut start = 0;
        for (at, end) in work.ends.iter().enumerate() {
            if let Some(free) = work.free.labels[at].get(example.labels[at] as usize) {
                surprise -= f64::from(free.max(1e-9)).ln();
            }
            let mut gradient = [0.0; LANES];
            for label in 0..LABELS {
                let difference = work.seen.labels[at][label] - work.free.labels[at][label];
                if difference.abs() >= LEAST {
                    gradient[label] = example.weight * difference;
                }
            }
            for line in &work.features[start..*end] {
                self.lines[*line as usize].step(&gradient);
            }
            start = *end;
        }
        for before in 0..LANES {
            for next in 0..LABELS {
                let gradient = example.weight * (work.seen.steps[before][next] - work.free.steps[before][next]);
                if factors[before][next] > 0.0 && gradient.abs() >= LEAST {
                    let square = &mut self.step_squares[before][next];
                    *square += gradient * gradient;
                    self.steps[before][next] += RATE * gradient / (square.sqrt() + 1e-3);
                }
            }
        }
        surprise
    }
}

fn add(sums: &mut Steps, others: &Steps) {
    sums.iter_mut().flatten().zip(others.iter().flatten()).for_each(|(sum, other)| *sum += other);
}

impl Line {
    fn add(&mut self, other: &Self) {
        self.weights.iter_mut().zip(other.weights).for_each(|(sum, other)| *sum += other);
        self.squares.iter_mut().zip(other.squares).for_each(|(sum, other)| *sum += other);
    }

    fn scale(&mut self, share: f32) {
        self.weights.iter_mut().chain(&mut self.squares).for_each(|sum| *sum *= share);
    }

    fn step(&mut self, gradient: &Scores) {
        for label in 0..LABELS {
            let gradient = gradient[label];
            self.squares[label] += gradient * gradient;
            self.weights[label] += RATE * gradient / (self.squares[label].sqrt() + 1e-3);
        }
        self.weights[LABELS] += 1.0;
    }
}

impl Work {
    fn score(&mut self, lines: &[Line], asked: &[bool]) {
        self.weights.clear();
        let mut start = 0;
        for (end, asked) in self.ends.iter().zip(asked) {
            if !asked {
                let mut weights = [0.0; LANES];
                weights[OUTSIDE] = 1.0;
                self.weights.push(weights);
                continue;
            }
            let mut scores = [0.0; LANES];
            for line in &self.features[start..*end] {
                for (score, weight) in scores.iter_mut().zip(lines[*line as usize].weights) {
                    *score += weight;
                }
            }
            start = *end;
            let most = scores[..LABELS].iter().fold(f32::MIN, |most, score| most.max(*score));
            let mut weights = scores.map(|score| (score - most).exp());
            weights[LABELS] = 0.0;
            self.weights.push(weights);
        }
    }

    /// The weights of the labels that were seen.
    fn see(&mut self, labels: &[u8]) {
        self.seen_weights.clear();
        for (weights, seen) in self.weights.iter().zip(labels) {
            let mut weights = *weights;
            if *seen != UNSEEN {
                for (label, weight) in weights.iter_mut().enumerate() {
                    *weight = if label == usize::from(*seen) { weight.max(1e-6) } else { 0.0 };
                }
            }
            self.seen_weights.push(weights);
        }
    }
}

impl Sums {
    /// One labelling, and nothing else.
    fn set(&mut self, labels: &[u8]) {
        self.labels.clear();
        self.steps = [[0.0; LANES]; LANES];
        let mut before = START;
        for label in labels {
            let mut one = [0.0; LANES];
            one[usize::from(*label)] = 1.0;
            self.labels.push(one);
            self.steps[before][usize::from(*label)] += 1.0;
            before = usize::from(*label);
        }
    }
}

/// Forward and backward over factors.
fn sum(weights: &[Scores], factors: &Steps, forward: &mut Vec<Scores>, backward: &mut Vec<Scores>, sums: &mut Sums) {
    forward.clear();
    let mut current = [0.0; LANES];
    current[START] = 1.0;
    for weights in weights {
        current = times(into(&current, factors), weights);
        forward.push(current);
    }
    backward.clear();
    let mut current = [1.0; LANES];
    for weights in weights.iter().rev() {
        backward.push(current);
        let after = times(current, weights);
        current = normal(factors.map(|factors| factors.iter().zip(&after).map(|(factor, after)| factor * after).sum()));
    }
    backward.reverse();
    sums.labels.clear();
    sums.labels.extend(forward.iter().zip(&*backward).map(|(forward, backward)| times(*forward, backward)));
    sums.steps = [[0.0; LANES]; LANES];
    sums.steps[START] = sums.labels[0];
    for at in 1..weights.len() {
        let after = times(weights[at], &backward[at]);
        let mut pairs = [[0.0; LANES]; LANES];
        let mut all = 0.0;
        for before in 0..LABELS {
            for next in 0..LABELS {
                let pair = forward[at - 1][before] * factors[before][next] * after[next];
                pairs[before][next] = pair;
                all += pair;
            }
        }
        let share = 1.0 / f32::max(all, 1e-30);
        for (sums, pairs) in sums.steps.iter_mut().zip(&pairs) {
            sums.iter_mut().zip(pairs).for_each(|(sum, pair)| *sum += pair * share);
        }
    }
}

fn into(sums: &Scores, factors: &Steps) -> Scores {
    let mut next = [0.0; LANES];
    for (sum, factors) in sums.iter().zip(factors) {
        next.iter_mut().zip(factors).for_each(|(next, factor)| *next += sum * factor);
    }
    next
}

fn times(a: Scores, b: &Scores) -> Scores {
    let mut product = a;
    product.iter_mut().zip(b).for_each(|(product, b)| *product *= b);
    normal(product)
}

fn normal(scores: Scores) -> Scores {
    let all = scores.iter().sum::<f32>().max(1e-30);
    scores.map(|score| score / all)
}

/// How much a line tells: how far its weights differ, and how often it was seen.
pub fn strength(line: &Line) -> f32 {
    let most = line.weights[..LABELS].iter().fold(f32::MIN, |most, weight| most.max(*weight));
    let least = line.weights[..LABELS].iter().fold(f32::MAX, |least, weight| least.min(*weight));
    (most - least) * line.weights[LABELS].sqrt()
}
