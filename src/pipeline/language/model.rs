//! The model: an Aho-Corasick automaton over bytes that finds features, and what each feature says of each language.
//!
//! A view of static bytes: nothing is copied. The layout is that of `data/convert.py`.

use zerocopy::FromBytes as _;
use zerocopy::little_endian::{F32, U32};

/// The model's bytes, unpacked by the build.
static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/language/model.bin"));

const MAGIC: u32 = 0x4449_4C43;
const NO_FEATURE: u32 = u32::MAX;
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

pub(super) struct Model {
    first_child: &'static [U32],
    fail: &'static [U32],
    feature: &'static [U32],
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
        let mut model = Self {
            first_child: take(&mut bytes, states + 1)?,
            fail: take(&mut bytes, states)?,
            feature: take(&mut bytes, states)?,
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
        let below = |list: &[U32], limit: usize| list.iter().all(|number| (number.get() as usize) < limit);
        let ascends = self.first_child.windows(2).all(|pair| matches!(pair, [a, b] if a <= b));
        let ends = self.first_child.last().is_some_and(|last| last.get() as usize == states);
        let backwards = self.fail.iter().zip(0..).skip(1).all(|(fail, state)| fail.get() < state);
        let known =
            self.feature.iter().all(|feature| feature.get() == NO_FEATURE || (feature.get() as usize) < features);
        if !(ascends && ends && backwards && known && below(self.fail, states) && self.codes.len() == classes) {
            return Err(ModelError("contents"));
        }
        Ok(())
    }

    fn children(&self, state: u32) -> std::ops::Range<u32> {
        let first = |state: u32| self.first_child.get(state as usize).map_or(0, |first| first.get());
        first(state)..first(state + 1)
    }

    fn step(&self, mut state: u32, byte: u8) -> u32 {
        while state != 0 {
            let children = self.children(state);
            let labels = self.label.get(children.start as usize..children.end as usize).unwrap_or_default();
            if let Some(index) = labels.iter().position(|label| *label == byte) {
                return children.start + u32::try_from(index).unwrap_or(0);
            }
            state = self.fail.get(state as usize).map_or(0, |fail| fail.get());
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
            let feature = self.feature.get(state as usize).map_or(NO_FEATURE, |feature| feature.get());
            if let Some(count) = scores.counts.get_mut(feature as usize) {
                if *count == 0 {
                    scores.seen.push(feature);
                }
                *count = count.saturating_add(1);
            }
        }
        scores.sums.clear();
        scores.sums.extend(self.prior.iter().map(|prior| prior.get()));
        for feature in &scores.seen {
            let index = *feature as usize;
            let count = scores.counts.get_mut(index).map_or(0, std::mem::take);
            let factor = f32::from(count).ln_1p() * self.scale.get(index).map_or(0.0, |scale| scale.get());
            let weights = self.weights.get(index * WIDTH..(index + 1) * WIDTH).unwrap_or_default();
            for (sum, weight) in scores.sums.iter_mut().zip(weights) {
                *sum += factor * f32::from(*weight);
            }
        }
        if scores.seen.is_empty() { 0 } else { text.len() }
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
