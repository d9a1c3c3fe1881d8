//! The model: a part for each script that several languages of the news share. A view of static bytes: nothing is copied.
//!
//! The layout is that of `data/compact.py`; where the weights come from, `data/model.md` says.

use zerocopy::little_endian::U32;

use super::part::{LINE, Part, Sums};
use super::script::Script;
use zerocopy::FromBytes as _;

/// The model's bytes, unpacked by the build.
static BYTES: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/language/model.bin")));

/// Begins where memory is fetched from.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

const MAGIC: u32 = 0x4449_4C43;
const VERSION: u32 = 3;

/// How sure a score makes, divided by the square root of the bytes: the model was tuned with it (`data/train.py`).
const SHARPNESS: f32 = 1.35;
/// Texts of fewer bytes than that make surer, by this power of how many fewer: what is right of short held-out texts is more
/// than the tuned model trusts itself with (`data/calibrate.py`).
const SHORT: f32 = 60.0;
const SURER: f32 = 0.35;
/// Languages that are ranked; nobody asks for more.
const KEPT: usize = 6;
/// The logarithm of a probability that is none.
const NOTHING: f32 = -20.0;

/// The built-in model is damaged.
#[derive(Debug, thiserror::Error)]
#[error("the built-in language model is damaged: {0}")]
pub struct ModelError(pub(super) &'static str);

/// A language and its probability.
pub(super) type Ranked = (&'static str, f32);

pub(super) struct Model {
    pub(super) parts: Vec<Part>,
}

impl Model {
    pub(super) fn builtin() -> Result<Self, ModelError> {
        Self::of(&BYTES.0)
    }

    fn of(mut bytes: &'static [u8]) -> Result<Self, ModelError> {
        let [magic, version, parts, ..] = *take::<U32>(&mut bytes, LINE / 4)? else { return Err(ModelError("head")) };
        if (magic.get(), version.get()) != (MAGIC, VERSION) {
            return Err(ModelError("version"));
        }
        let parts = (0..parts.get()).map(|_| Part::take(&mut bytes)).collect::<Result<_, _>>()?;
        Ok(Self { parts })
    }

    /// The part that tells the languages of a script apart.
    pub(super) fn part(&self, script: Script) -> Option<&Part> {
        self.parts.iter().find(|part| part.script == script.code())
    }
}

impl Part {
    /// Languages by probability, best first; none if nothing was found.
    pub(super) fn rank(&self, sums: &Sums, ranked: &mut Vec<Ranked>) {
        ranked.clear();
        if sums.bytes == 0 {
            return;
        }
        let sharpness = sharpness(sums.bytes);
        let said = self.prior.iter().zip(&sums.classes).map(|(prior, sum)| prior.get() + sum);
        let best = said.clone().fold(f32::MIN, f32::max);
        let mut total = 0.0;
        for ((code, is_first), said) in self.codes.iter().copied().zip(&self.firsts).zip(said) {
            let behind = (said - best) * sharpness;
            let weight = if behind > NOTHING { behind.exp() } else { 0.0 };
            total += weight;
            match ranked.last_mut() {
                Some((_, sum)) if !is_first => *sum += weight,
                _ => ranked.push((code, weight)),
            }
        }
        ranked.iter_mut().for_each(|(_, weight)| *weight /= total);
        let best_first = |a: &Ranked, b: &Ranked| b.1.total_cmp(&a.1);
        if ranked.len() > KEPT {
            ranked.select_nth_unstable_by(KEPT, best_first);
            ranked.truncate(KEPT);
        }
        ranked.sort_unstable_by(best_first);
    }
}

/// How sure a score makes, by the bytes that it was summed over.
fn sharpness(bytes: u32) -> f32 {
    let bytes = bytes as f32;
    SHARPNESS / bytes.sqrt() * (SHORT / bytes).max(1.0).powf(SURER)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_make_surer() {
        let factor = |bytes: u32| sharpness(bytes) * (bytes as f32).sqrt() / SHARPNESS;
        assert!((factor(60) - 1.0).abs() < 1e-3 && (factor(1_000) - 1.0).abs() < 1e-3);
        assert!((1..60).all(|bytes| factor(bytes) > factor(bytes + 1)));
    }

    #[test]
    fn a_damaged_model_is_refused() {
        assert_eq!(Model::builtin().unwrap().parts.len(), 5);
        for at in [0, 4, 68, 72, 80, 84, 1_000] {
            let mut bytes = BYTES.0.to_vec();
            bytes[at] ^= 0x41;
            assert!(Model::of(bytes.leak()).is_err(), "{at}");
        }
        assert!(Model::of(&BYTES.0[..BYTES.0.len() - 64]).is_err());
    }
}
