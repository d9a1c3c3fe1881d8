//! The model's bytes, viewed in place, and the score that it gives a token. `training/entities` writes them.
//!
//! ```text
//! header    magic, BLAKE3 of all that follows it, sizes, scale, calibration, steps between labels      384 bytes
//! inside    see super::inside                                                                        16384 bytes
//! clusters  see super::clusters                                                                     4 bytes each
//! rows      for each of seven labels a weight plus 128, in units of the scale; the row's owner     8 bytes each
//! ```
//! A feature's number tells its row by the highest bits and its owner by the next ones; features that are asked for together have their
//! rows in one cache line ([`super::features`]). Many features fall on one row; the row belongs to the one that tells most, and the
//! others are worth nothing, which costs less than sharing it.

use zerocopy::little_endian::{F32, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

#[cfg(any(test, feature = "training"))]
use super::chain::Steps;
use super::chain::{LANES, OUTSIDE, Scores, Ways};
use super::clusters::Clusters;
use super::data::DataError;
use super::inside::Inside;

pub(super) const MAGIC: [u8; 8] = *b"CDCRF002";

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) hash: [u8; 32],
    pub(super) clusters: U32,
    /// The number of rows is two to this power.
    pub(super) row_bits: U32,
    /// Bits of a feature that tell its row's owner.
    pub(super) owner_bits: U32,
    /// What a weight of 1 is worth.
    pub(super) scale: F32,
    /// Taken off the score for being outside of every name, but for letters of scripts without spaces.
    pub(super) bias: F32,
    /// The odds of a likelihood to this power, and times e to this, are the odds that the name is right.
    pub(super) calibration: [F32; 2],
    pub(super) steps: [[F32; LANES]; LANES],
    /// Rows begin where a cache line does, if the clusters fill some.
    pub(super) nothing: [u8; 60],
}

/// The byte for a weight of nothing.
const ZERO: u8 = 128;
/// A row of such weights.
const NOTHING: u64 = 0x0080_8080_8080_8080;

/// Weights of each label, added up: sixteen bits for every other label, as one number, so that sums of sums are sums.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Sums {
    even: u64,
    odd: u64,
}

impl Sums {
    const ONES: u64 = 0x0001_0001_0001_0001;
    /// Makes every sum a positive number.
    const MIDDLE: u64 = 0x4000;

    #[inline]
    pub(super) fn add(&mut self, other: &Self) {
        self.even = self.even.wrapping_add(other.even);
        self.odd = self.odd.wrapping_add(other.odd);
    }

    /// One by one; the last stands for nothing.
    #[inline]
    fn each(&self) -> [i16; LANES] {
        let mut each = [0; LANES];
        let [even, odd] = [self.even, self.odd].map(|sums| sums.wrapping_add(Self::MIDDLE * Self::ONES));
        for (pair, each) in each.chunks_exact_mut(2).enumerate() {
            for (sum, sums) in each.iter_mut().zip([even, odd]) {
                *sum = ((sums >> (16 * pair)) as u16).wrapping_sub(Self::MIDDLE as u16).cast_signed();
            }
        }
        each
    }
}

/// Bytes of the bits of [`Inside`].
pub(super) const INSIDE: usize = 1 << 14;

/// What is known about words.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// Of the model that has it: the beginning of its hash.
    pub(super) id: u64,
    pub(super) inside: Inside<'a>,
    pub(super) clusters: Clusters<'a>,
}

/// A model, viewed.
#[derive(Clone, Copy)]
pub(super) struct Model<'a> {
    pub(super) known: Known<'a>,
    pub(super) ways: Ways,
    rows: &'a [U64],
    row_shift: u32,
    owner_shift: u32,
    owner_mask: u32,
    scale: f32,
    bias: f32,
    calibration: [f32; 2],
}

impl<'a> Model<'a> {
    /// Views `bytes` as a model.
    pub(super) fn view(bytes: &'a [u8]) -> Result<Self, DataError> {
        let (header, rest) = Header::ref_from_prefix(bytes).map_err(|_| DataError::model("it is too short"))?;
        if header.magic != MAGIC {
            return Err(DataError::model("it does not begin with CDCRF002"));
        }
        let hashed = bytes.get(MAGIC.len() + blake3::OUT_LEN..).unwrap_or_default();
        if *blake3::hash(hashed).as_bytes() != header.hash {
            return Err(DataError::model("it is damaged: its checksum does not fit"));
        }
        let (row_bits, owner_bits) = (header.row_bits.get(), header.owner_bits.get());
        if !(8..=24).contains(&row_bits) || owner_bits > 8 {
            return Err(DataError::model("its table has an impossible size"));
        }
        let sizes = DataError::model("it does not have the size that it tells");
        let (inside, rest) = <[u8]>::ref_from_prefix_with_elems(rest, INSIDE).map_err(|_| sizes.clone())?;
        let (clusters, rest) =
            <[U32]>::ref_from_prefix_with_elems(rest, header.clusters.get() as usize).map_err(|_| sizes.clone())?;
        let rows = <[U64]>::ref_from_bytes_with_elems(rest, 1 << row_bits).map_err(|_| sizes)?;
        let steps = header.steps.map(|steps| steps.map(F32::get));
        let calibration = header.calibration.map(F32::get);
        let (scale, bias) = (header.scale.get(), header.bias.get());
        if !steps.iter().flatten().chain(&calibration).chain([&scale, &bias]).all(|number| number.is_finite()) {
            return Err(DataError::model("it has a number that is none"));
        }
        let clusters = Clusters::view(clusters)
            .ok_or(DataError::model("its table of clusters is full or has an impossible size"))?;
        Ok(Self {
            known: Known {
                id: header.hash.first_chunk().map_or(0, |hash| u64::from_le_bytes(*hash)),
                inside: Inside(inside),
                clusters,
            },
            ways: Ways::new(&steps),
            rows,
            row_shift: u32::BITS - row_bits,
            owner_shift: u32::BITS - row_bits - owner_bits,
            owner_mask: (1 << owner_bits) - 1,
            scale,
            bias,
            calibration,
        })
    }

    /// The weights of these features, added up: fewer than 100.
    #[inline(always)]
    pub(super) fn sum(&self, features: &[u32]) -> Sums {
        let (mut even, mut all, mut owned) = (0_u64, 0_u64, 0);
        for feature in features {
            let row = self.rows.get((feature >> self.row_shift) as usize).map_or(NOTHING, |row| row.get());
            let owns = u64::from((row >> 56) as u32 == (feature >> self.owner_shift) & self.owner_mask);
            // half of the features own their row, and nobody can foresee which: so no branch
            let row = row & owns.wrapping_neg();
            even += row & 0x00ff_00ff_00ff_00ff;
            all = all.wrapping_add(row);
            owned += owns;
        }
        let zero = owned * u64::from(ZERO) * Sums::ONES;
        let odd = all.wrapping_sub(even) >> 8;
        Sums { even: even.wrapping_sub(zero), odd: odd.wrapping_sub(zero) }
    }

    /// The scores of a token whose features' weights are added up.
    #[inline]
    pub(super) fn scores(&self, sums: &Sums, run: bool) -> Scores {
        let mut scores = sums.each().map(|sum| f32::from(sum) * self.scale);
        scores[OUTSIDE] -= if run { 0.0 } else { self.bias };
        scores
    }

    /// The share of names with this likelihood that are right.
    pub(super) fn confidence(&self, likelihood: f32) -> f32 {
        let [power, shift] = self.calibration;
        let likelihood = likelihood.clamp(1e-6, 1.0 - 1e-6);
        let logit = power * (likelihood / (1.0 - likelihood)).ln() + shift;
        (1.0 / (1.0 + (-logit).exp())).clamp(0.01, 0.99)
    }
}

/// How the weights of a model are told to [`write`].
#[cfg(any(test, feature = "training"))]
pub(super) struct Parts<'a> {
    pub(super) steps: Steps,
    pub(super) scale: f32,
    pub(super) bias: f32,
    pub(super) calibration: [f32; 2],
    pub(super) inside: &'a [u8],
    pub(super) clusters: &'a [U32],
    /// As many as two to the power of `row_bits`.
    pub(super) rows: &'a [[i8; super::chain::LABELS]],
    pub(super) owners: &'a [u8],
    pub(super) owner_bits: u32,
}

/// A model's bytes.
#[cfg(any(test, feature = "training"))]
pub(super) fn write(parts: &Parts<'_>) -> Vec<u8> {
    let mut header = Header {
        magic: MAGIC,
        hash: [0; 32],
        clusters: U32::new(parts.clusters.len() as u32),
        row_bits: U32::new(parts.rows.len().ilog2()),
        owner_bits: U32::new(parts.owner_bits),
        scale: F32::new(parts.scale),
        bias: F32::new(parts.bias),
        calibration: parts.calibration.map(F32::new),
        steps: parts.steps.map(|steps| steps.map(F32::new)),
        nothing: [0; 60],
    };
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(parts.inside);
    bytes.extend_from_slice(parts.clusters.as_bytes());
    for (row, owner) in parts.rows.iter().zip(parts.owners) {
        bytes.extend(row.iter().map(|weight| weight.cast_unsigned().wrapping_add(ZERO)));
        bytes.push(*owner);
    }
    let start = MAGIC.len() + blake3::OUT_LEN;
    header.hash = *blake3::hash(bytes.get(start..).unwrap_or_default()).as_bytes();
    bytes.splice(..size_of::<Header>(), header.as_bytes().iter().copied());
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::chain::LABELS;
    use super::*;

    /// A model of 256 rows; features whose next four bits are 5 own theirs.
    fn bytes(row: [i8; LABELS]) -> Vec<u8> {
        let clusters = [U32::new(0); 4];
        let (rows, owners) = ([row; 256], [5; 256]);
        let steps = [[0.25; LANES]; LANES];
        let (scale, bias, calibration) = (0.5, 0.125, [2.0, 0.0]);
        write(&Parts {
            steps,
            scale,
            bias,
            calibration,
            inside: &[0; INSIDE],
            clusters: &clusters,
            rows: &rows,
            owners: &owners,
            owner_bits: 4,
        })
    }

    #[test]
    fn a_score_is_the_sum_of_the_rows_that_features_own() {
        let bytes = bytes([-128, 127, 0, 1, -1, 3, -3]);
        let model = Model::view(&bytes).unwrap();
        let features = [0xab50_0000, 0x0050_1234, 0x0060_0000];
        let sums = model.sum(&features);
        // two of the three own their row, at half a point a weight
        let scores = model.scores(&sums, true);
        assert_eq!(scores[..LABELS], [-128.0, 127.0, 0.0, 1.0, -1.0, 3.0, -3.0]);
        assert_eq!(model.scores(&sums, false)[OUTSIDE], -128.125);
        assert!((model.confidence(0.5) - 0.5).abs() < 1e-6 && model.confidence(0.75) > 0.75);
    }

    #[test]
    fn damaged_models_are_refused() {
        let whole = bytes([0; LABELS]);
        assert!(Model::view(&whole).is_ok());
        let refused = |bytes: &[u8]| Model::view(bytes).err().map(|error| error.to_string());
        assert!(refused(&[]).is_some_and(|why| why.ends_with("it is too short")));
        assert!(refused(&whole[..whole.len() - 8]).is_some_and(|why| why.contains("checksum")));
        let mut other = whole.clone();
        other[0] ^= 1;
        assert!(refused(&other).is_some_and(|why| why.contains("CDCRF002")));
        for at in [9, 50, 60, 70, whole.len() - 1] {
            let mut other = whole.clone();
            other[at] ^= 1;
            assert!(refused(&other).is_some_and(|why| why.contains("checksum")), "byte {at}");
        }
    }
}
