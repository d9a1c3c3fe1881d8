//! One script's part of the model: an automaton over bytes that finds features, and what each says of each language.
//!
//! The automaton is Aho-Corasick's as a double array: a state's child by a byte lies at the state's base plus the byte's
//! class, if the cell there names the state as its parent, so that a step is one read. A state tells at most one feature.

use zerocopy::FromBytes as _;
use zerocopy::little_endian::{F32, U32};

use super::ModelError;

const NO_FEATURE: u32 = u32::MAX;
/// Most classes that a part has room for.
pub(super) const WIDEST: usize = 96;
/// Features whose weights are fetched together: they lie anywhere in megabytes, and a processor that asks for one after the
/// other waits for memory.
const TOGETHER: usize = 16;
/// Bytes that memory is fetched by.
const LINE: usize = 64;
/// A part's classes are padded to a multiple of this.
const LANES: usize = 16;
/// Weights of one byte that 16 bits hold the sum of.
const HELD: usize = 256;

/// A state, or room between states.
#[derive(Debug, Clone, Copy, zerocopy::FromBytes, zerocopy::KnownLayout, zerocopy::Immutable, zerocopy::Unaligned)]
#[repr(C)]
struct Cell {
    check: U32,
    base: U32,
    fail: U32,
    feature: U32,
}

/// What finding features needs, kept between calls.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How often each feature was seen; zero between calls.
    counts: Vec<u16>,
    seen: Vec<u32>,
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
    pub(super) prior: &'static [F32],
    width: usize,
    scale: f32,
    class: &'static [u8; 256],
    cells: &'static [Cell],
    weights: &'static [i8],
}

impl Part {
    /// The next part of the model's bytes.
    pub(super) fn take(bytes: &mut &'static [u8]) -> Result<Self, ModelError> {
        let script = std::str::from_utf8(take(bytes, 4)?).map_err(|_| ModelError("script"))?;
        let [cells, features, classes, width, names] = *take::<U32>(bytes, 5)? else { return Err(ModelError("head")) };
        let size = |number: U32| number.get() as usize;
        let [scale, _] = *take::<F32>(bytes, 2)? else { return Err(ModelError("head")) };
        if size(width) > WIDEST || size(width) % LANES != 0 || size(classes) > size(width) {
            return Err(ModelError("width"));
        }
        let class = take(bytes, 256)?.try_into().map_err(|_| ModelError("classes"))?;
        let mut part = Self {
            script,
            width: size(width),
            scale: scale.get(),
            class,
            cells: take(bytes, size(cells))?,
            prior: take(bytes, size(width))?,
            weights: take(bytes, size(features).saturating_mul(size(width)))?,
            codes: Vec::new(),
        };
        let names = take(bytes, size(names).next_multiple_of(4))?.get(..size(names)).unwrap_or_default();
        part.codes = std::str::from_utf8(names).map_err(|_| ModelError("names"))?.split('\n').collect();
        part.check(size(features), size(classes))?;
        Ok(part)
    }

    /// Everything that the walk relies on, once, so that a damaged model is an error and never a wrong answer.
    fn check(&self, features: usize, classes: usize) -> Result<(), ModelError> {
        let last_class = self.class.iter().max().map_or(0, |last| usize::from(*last));
        let inside = |cell: &Cell| {
            let feature = cell.feature.get();
            cell.base.get() as usize + last_class < self.cells.len()
                && (cell.fail.get() as usize) < self.cells.len()
                && (feature == NO_FEATURE || (feature as usize) < features)
        };
        if self.cells.iter().all(inside) && self.codes.len() == classes && self.falls_back() {
            Ok(())
        } else {
            Err(ModelError("contents"))
        }
    }

    /// Whether every state falls back to one with a shorter way from the start, so that each walk has an end.
    fn falls_back(&self) -> bool {
        const UNKNOWN: u8 = u8::MAX;
        let mut depths = vec![UNKNOWN; self.cells.len()];
        if let Some(start) = depths.first_mut() {
            *start = 0;
        }
        let depth_of = |depths: &[u8], cell: u32| depths.get(cell as usize).copied().unwrap_or(UNKNOWN);
        // No feature is longer than six bytes.
        for depth in 1..=6 {
            for (at, cell) in self.cells.iter().enumerate() {
                if depth_of(&depths, cell.check.get()) == depth - 1
                    && let Some(known) = depths.get_mut(at)
                {
                    *known = depth;
                }
            }
        }
        let shorter = |(cell, depth): (&Cell, &u8)| *depth == 0 || depth_of(&depths, cell.fail.get()) < *depth;
        self.cells.iter().zip(&depths).filter(|(_, depth)| **depth != UNKNOWN).all(shorter)
    }

    /// What the features of a text say.
    pub(super) fn sum(&self, text: &str, found: &mut Found) -> Sums {
        let features = self.weights.len() / self.width.max(1);
        found.counts.resize(features.max(found.counts.len()), 0);
        found.seen.clear();
        let bytes = self.find(text.as_bytes(), &mut found.counts, &mut found.seen);
        let mut sums = Sums { bytes, ..Sums::default() };
        let mut once = [0_i16; WIDEST];
        let mut held = 0;
        for features in found.seen.chunks(TOGETHER) {
            self.fetch(features);
            for feature in features {
                let count = found.counts.get_mut(*feature as usize).map_or(0, std::mem::take);
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

    /// Walks over the text and counts what is found. Returns the bytes that the script has.
    fn find(&self, text: &[u8], counts: &mut [u16], seen: &mut Vec<u32>) -> u32 {
        let Some(start) = self.cells.first() else { return 0 };
        let (mut at, mut state, mut bytes) = (0, start, 0);
        for byte in text {
            let class = self.class.get(usize::from(*byte)).map_or(0, |class| u32::from(*class));
            if class == 0 {
                (at, state) = (0, start);
                continue;
            }
            bytes += 1;
            loop {
                let next = state.base.get() + class;
                match self.cells.get(next as usize) {
                    Some(cell) if cell.check.get() == at => {
                        (at, state) = (next, cell);
                        break;
                    }
                    _ if at == 0 => break,
                    _ => {
                        at = state.fail.get();
                        state = self.cells.get(at as usize).unwrap_or(start);
                    }
                }
            }
            let feature = state.feature.get();
            if let Some(count) = counts.get_mut(feature as usize) {
                if *count == 0 {
                    seen.push(feature);
                }
                *count = count.saturating_add(1);
            }
        }
        bytes
    }

    fn empty(&self, once: &mut [i16; WIDEST], sums: &mut [f32; WIDEST]) {
        let factor = std::f32::consts::LN_2 * self.scale;
        for (sum, once) in sums.iter_mut().zip(once) {
            *sum += factor * f32::from(std::mem::take(once));
        }
    }

    fn weights(&self, feature: u32) -> &'static [i8] {
        let from = feature as usize * self.width;
        self.weights.get(from..from + self.width).unwrap_or_default()
    }

    /// Has memory bring all that is said of these features, at once: no read waits for another.
    fn fetch(&self, features: &[u32]) {
        let mut touched = 0_i8;
        for feature in features {
            let weights = self.weights(*feature);
            let lines = weights.iter().step_by(LINE).chain(weights.last());
            touched ^= lines.fold(0, |touched, weight| touched ^ weight);
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

/// The next `count` elements of the model.
pub(super) fn take<T>(bytes: &mut &'static [u8], count: usize) -> Result<&'static [T], ModelError>
where
    T: zerocopy::FromBytes + zerocopy::KnownLayout + zerocopy::Immutable + zerocopy::Unaligned,
{
    let (taken, rest) = <[T]>::ref_from_prefix_with_elems(bytes, count).map_err(|_| ModelError("length"))?;
    *bytes = rest;
    Ok(taken)
}
