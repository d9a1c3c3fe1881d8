//! One script's part of the model: an automaton that finds features, and what each says of each language.

use zerocopy::little_endian::{F32, U32};

use super::ModelError;
use super::automaton::{Automaton, Trail};
use super::model::take;

/// Most classes that a part has room for.
pub(super) const WIDEST: usize = 96;
/// Features whose weights are fetched together: they lie anywhere in megabytes, and a processor that asks for one after the
/// other waits for memory.
const TOGETHER: usize = 32;
/// Bytes that memory is fetched by; a part's names and weights are padded to it.
pub(super) const LINE: usize = 64;
/// A part's classes are padded to a multiple of this.
const LANES: usize = 16;
/// Weights of one byte that 16 bits hold the sum of.
const HELD: usize = 256;

/// What finding features needs, kept between calls.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) trail: Trail,
    /// How often each feature was seen; zero between calls.
    counts: Vec<u16>,
    seen: Vec<u16>,
}

/// What the features of a text say of each class, and the bytes in which they were found.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    pub(super) classes: [f32; WIDEST],
    pub(super) bytes: u32,
}

impl Default for Sums {
    fn default() -> Self {
        Self { classes: [0.0; WIDEST], bytes: 0 }
    }
}

impl Sums {
    /// Joins what another text says.
    pub(super) fn join(&mut self, other: &Self) {
        self.classes.iter_mut().zip(&other.classes).for_each(|(sum, other)| *sum += other);
        self.bytes += other.bytes;
    }
}

pub(super) struct Part {
    pub(super) script: &'static str,
    /// Class to language; classes of one language lie together.
    pub(super) codes: Vec<&'static str>,
    /// Classes that are the first of their language.
    pub(super) firsts: Vec<bool>,
    pub(super) prior: &'static [F32],
    width: usize,
    scale: f32,
    pub(super) automaton: Automaton,
    weights: &'static [i8],
}

impl Part {
    /// The next part of the model's bytes.
    pub(super) fn take(bytes: &mut &'static [u8]) -> Result<Self, ModelError> {
        let whole = bytes.len();
        let script = std::str::from_utf8(take(bytes, 4)?).map_err(|_| ModelError("script"))?;
        let [cells, features, classes, width, names] = *take::<U32>(bytes, 5)? else { return Err(ModelError("head")) };
        let size = |number: U32| number.get() as usize;
        let [scale, _] = *take::<F32>(bytes, 2)? else { return Err(ModelError("head")) };
        let (features, classes, width) = (size(features), size(classes), size(width));
        if width > WIDEST || width % LANES != 0 || classes > width {
            return Err(ModelError("width"));
        }
        let automaton = Automaton::take(bytes, size(cells), features)?;
        let prior = take(bytes, width)?;
        let names = std::str::from_utf8(take(bytes, size(names))?).map_err(|_| ModelError("names"))?;
        let codes: Vec<_> = names.split('\n').collect();
        if codes.len() != classes {
            return Err(ModelError("names"));
        }
        let is_at_line = |rest: &[u8]| (whole - rest.len()) % LINE;
        take::<u8>(bytes, (LINE - is_at_line(bytes)) % LINE)?;
        let weights = take(bytes, features.saturating_mul(width))?;
        take::<u8>(bytes, (LINE - is_at_line(bytes)) % LINE)?;
        let firsts = (0..classes).map(|class| class == 0 || codes.get(class) != codes.get(class - 1)).collect();
        Ok(Self { script, codes, firsts, prior, width, scale: scale.get(), automaton, weights })
    }

    /// What the features of a text say.
    pub(super) fn sum(&self, text: &str, found: &mut Found) -> Sums {
        let features = self.weights.len() / self.width.max(1);
        found.counts.resize(features.max(found.counts.len()), 0);
        found.seen.clear();
        self.automaton.walk(text, &mut found.trail);
        for feature in &found.trail.features {
            if let Some(count) = found.counts.get_mut(usize::from(*feature)) {
                if *count == 0 {
                    found.seen.push(*feature);
                }
                *count = count.saturating_add(1);
            }
        }
        let mut sums = Sums { bytes: found.trail.bytes, ..Sums::default() };
        let mut once = [0_i16; WIDEST];
        let mut held = 0;
        for features in found.seen.chunks(TOGETHER) {
            self.fetch(features);
            for feature in features {
                let count = found.counts.get_mut(usize::from(*feature)).map_or(0, std::mem::take);
                let weights = self.weights(*feature);
                if count == 1 {
                    add_lanes(&mut once, weights);
                    held += 1;
                } else {
                    let factor = f32::from(count).ln_1p() * self.scale;
                    sums.classes.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += factor * f32::from(*weight));
                }
            }
            if held > HELD - TOGETHER {
                self.empty(&mut once, &mut sums.classes);
                held = 0;
            }
        }
        self.empty(&mut once, &mut sums.classes);
        sums
    }

    fn empty(&self, once: &mut [i16; WIDEST], sums: &mut [f32; WIDEST]) {
        let factor = std::f32::consts::LN_2 * self.scale;
        for (sum, once) in sums.iter_mut().zip(once) {
            *sum += factor * f32::from(std::mem::take(once));
        }
    }

    fn weights(&self, feature: u16) -> &'static [i8] {
        let from = usize::from(feature) * self.width;
        self.weights.get(from..from + self.width).unwrap_or_default()
    }

    /// Has memory bring all that is said of these features, at once: no read waits for another.
    fn fetch(&self, features: &[u16]) {
        let mut touched = 0_i8;
        for feature in features {
            let from = usize::from(*feature) * self.width;
            for at in [from, from + self.width - 1] {
                touched ^= self.weights.get(at).copied().unwrap_or(0);
            }
        }
        std::hint::black_box(touched);
    }
}

/// Adds weights, so many at a time as one instruction can.
fn add_lanes(sums: &mut [i16; WIDEST], weights: &[i8]) {
    let (sums, weights) = (sums.as_chunks_mut::<LANES>().0, weights.as_chunks::<LANES>().0);
    for (sums, weights) in sums.iter_mut().zip(weights) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += i16::from(*weight);
        }
    }
}
