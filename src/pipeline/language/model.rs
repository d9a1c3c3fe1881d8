//! The model: an Aho-Corasick automaton over bytes that finds features, and what each feature says of each language.
//!
//! A view of static bytes: nothing is copied. The layout is that of `data/convert.py`.

use zerocopy::FromBytes as _;
use zerocopy::little_endian::{F32, U32};

/// The model's bytes, unpacked by the build.
static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/language/model.bin"));

const MAGIC: u32 = 0x4449_4C43;
const NO_FEATURE: u32 = u32::MAX;
/// Features whose weights are fetched together. They lie anywhere in 14 MB, and a processor that asks for one after the other
/// waits for memory most of the time.
const TOGETHER: usize = 16;
/// Bytes that memory is fetched by.
const LINE: usize = 64;
/// Classes, padded to a multiple of the widest vector.
const WIDTH: usize = 144;

/// Names that publishers use for what the model tells apart more finely, or names differently.
const ALIASES: &[(&str, &str)] =
    &[("sdh", "ckb"), ("no", "nb"), ("uzs", "uz"), ("arz", "ar"), ("ary", "ar"), ("wuu", "zh")];

/// The built-in model is damaged.
#[derive(Debug, thiserror::Error)]
#[error("the built-in language model is damaged: {0}")]
pub struct ModelError(&'static str);

/// What scoring needs, kept between calls.
#[derive(Debug, Default)]
pub(super) struct Scores {
    /// How often each feature was seen; zero between calls.
    counts: Vec<u16>,
    seen: Vec<u32>,
    sums: Vec<f32>,
}

/// A state of the automaton: what a step asks of it, in one place of memory.
#[derive(Debug, Clone, Copy)]
struct State {
    first_child: u32,
    end_child: u32,
    fail: u32,
    feature: u32,
}

pub(super) struct Model {
    states: Vec<State>,
    scale: &'static [F32],
    prior: &'static [F32],
    label: &'static [u8],
    weights: &'static [i8],
    /// Class to language, aliases applied.
    codes: Vec<&'static str>,
    /// Children of the start, by byte: most bytes of a text begin there.
    start: Vec<u32>,
}

impl Model {
    pub(super) fn builtin() -> Result<Self, ModelError> {
        let mut bytes = BYTES;
        let [magic, version, states, features, classes, width, names, _] = *take::<U32>(&mut bytes, 8)? else {
            return Err(ModelError("header"));
        };
        let size = |number: U32| number.get() as usize;
        let (states, features, classes) = (size(states), size(features), size(classes));
        if (magic.get(), version.get(), size(width)) != (MAGIC, 1, WIDTH) || classes > WIDTH {
            return Err(ModelError("version"));
        }
        let first_child: &[U32] = take(&mut bytes, states + 1)?;
        let (fail, feature): (&[U32], &[U32]) = (take(&mut bytes, states)?, take(&mut bytes, states)?);
        let state = |((children, fail), feature): ((&[U32], &U32), &U32)| {
            let [first, end] = children else { return None };
            let (first_child, end_child) = (first.get(), end.get());
            Some(State { first_child, end_child, fail: fail.get(), feature: feature.get() })
        };
        let mut model = Self {
            states: first_child.windows(2).zip(fail).zip(feature).filter_map(state).collect(),
            scale: take(&mut bytes, features)?,
            prior: take(&mut bytes, WIDTH)?,
            label: take(&mut bytes, states.next_multiple_of(4))?,
            weights: take(&mut bytes, features * WIDTH)?,
            codes: Vec::new(),
            start: vec![0; 256],
        };
        let names =
            std::str::from_utf8(bytes.get(..size(names)).unwrap_or_default()).map_err(|_| ModelError("names"))?;
        let alias = |name| ALIASES.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| *to);
        model.codes = names.split('\n').map(alias).collect();
        model.check(states, features, classes)?;
        for child in model.children(0) {
            if let Some(start) =
                model.label.get(child as usize).and_then(|label| model.start.get_mut(usize::from(*label)))
            {
                *start = child;
            }
        }
        Ok(model)
    }

    /// Everything that the walk relies on, once, so that a damaged model is an error and never a wrong answer.
    fn check(&self, states: usize, features: usize, classes: usize) -> Result<(), ModelError> {
        let ascends = self.states.iter().all(|state| state.first_child <= state.end_child);
        let ends = self.states.last().is_some_and(|last| last.end_child as usize == states);
        let backwards = self.states.iter().zip(0..).all(|(state, number)| state.fail < number || number == 0);
        let starts = self.states.first().is_some_and(|start| (start.fail as usize) < states);
        let known = self.states.iter().all(|state| state.feature == NO_FEATURE || (state.feature as usize) < features);
        if !(ascends && ends && backwards && starts && known && self.codes.len() == classes) {
            return Err(ModelError("contents"));
        }
        Ok(())
    }

    fn children(&self, state: u32) -> std::ops::Range<u32> {
        self.states.get(state as usize).map_or(0..0, |state| state.first_child..state.end_child)
    }

    fn step(&self, mut state: u32, byte: u8) -> u32 {
        while state != 0 {
            let Some(at) = self.states.get(state as usize) else { break };
            let labels = self.label.get(at.first_child as usize..at.end_child as usize).unwrap_or_default();
            if let Some(index) = labels.iter().position(|label| *label == byte) {
                return at.first_child + u32::try_from(index).unwrap_or(0);
            }
            state = at.fail;
        }
        self.start.get(usize::from(byte)).copied().unwrap_or(0)
    }

    /// Sums what the features of a text say. Returns the bytes that were looked at, 0 if there was no feature.
    pub(super) fn score(&self, text: &str, scores: &mut Scores) -> usize {
        scores.counts.resize(self.scale.len(), 0);
        scores.seen.clear();
        let mut state = 0;
        for byte in text.bytes() {
            state = self.step(state, byte);
            let feature = self.states.get(state as usize).map_or(NO_FEATURE, |state| state.feature);
            if let Some(count) = scores.counts.get_mut(feature as usize) {
                if *count == 0 {
                    scores.seen.push(feature);
                }
                *count = count.saturating_add(1);
            }
        }
        scores.sums.clear();
        scores.sums.extend(self.prior.iter().map(|prior| prior.get()));
        for features in scores.seen.chunks(TOGETHER) {
            self.fetch(features);
            for feature in features {
                let index = *feature as usize;
                let count = scores.counts.get_mut(index).map_or(0, std::mem::take);
                let factor = f32::from(count).ln_1p() * self.scale.get(index).map_or(0.0, |scale| scale.get());
                for (sum, weight) in scores.sums.iter_mut().zip(self.weights(index)) {
                    *sum += factor * f32::from(*weight);
                }
            }
        }
        if scores.seen.is_empty() { 0 } else { text.len() }
    }

    fn weights(&self, feature: usize) -> &'static [i8] {
        self.weights.get(feature * WIDTH..(feature + 1) * WIDTH).unwrap_or_default()
    }

    /// Has memory bring all that is said of these features, at once: no read waits for another.
    fn fetch(&self, features: &[u32]) {
        let mut touched = 0_i8;
        for feature in features {
            let index = *feature as usize;
            let weights = self.weights(index);
            let lines = weights.iter().step_by(LINE).chain(weights.last());
            touched ^= lines.fold(0, |touched, weight| touched ^ weight);
            touched ^= self.scale.get(index).map_or(0, |scale| scale.get().is_sign_negative().into());
        }
        std::hint::black_box(touched);
    }

    /// Languages by probability, best first, aliases joined, among those that `allowed` lets through.
    pub(super) fn rank(
        &self,
        scores: &Scores,
        length: usize,
        allowed: impl Fn(&str) -> bool,
    ) -> Vec<(&'static str, f32)> {
        if length == 0 {
            return Vec::new();
        }
        let sharpness = sharpness(length) / (length as f32).sqrt();
        let possible: Vec<(&'static str, f32)> =
            self.codes.iter().copied().zip(scores.sums.iter().copied()).filter(|(code, _)| allowed(code)).collect();
        let best = possible.iter().map(|(_, score)| *score).fold(f32::MIN, f32::max);
        let mut total = 0.0;
        let mut ranked: Vec<(&'static str, f32)> = Vec::with_capacity(possible.len());
        for (code, score) in possible {
            let weight = ((score - best) * sharpness).exp();
            total += weight;
            match ranked.iter_mut().find(|(known, _)| *known == code) {
                Some((_, sum)) => *sum += weight,
                None => ranked.push((code, weight)),
            }
        }
        ranked.iter_mut().for_each(|(_, weight)| *weight /= total);
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }
}

/// Calibration: at the model's own temperature, the square root of the bytes, short texts are told with too little
/// confidence (research note: expected error .058 on headlines, .010 on articles).
fn sharpness(length: usize) -> f32 {
    match length {
        0..=160 => 1.35,
        161..=600 => 1.2,
        _ => 1.0,
    }
}

/// The next `count` elements of the model.
fn take<T>(bytes: &mut &'static [u8], count: usize) -> Result<&'static [T], ModelError>
where
    T: zerocopy::FromBytes + zerocopy::KnownLayout + zerocopy::Immutable + zerocopy::Unaligned,
{
    let (taken, rest) = <[T]>::ref_from_prefix_with_elems(bytes, count).map_err(|_| ModelError("length"))?;
    *bytes = rest;
    Ok(taken)
}
