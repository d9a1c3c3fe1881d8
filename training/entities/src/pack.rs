//! From learnt weights to the model's table: which features own a row, weights of one byte, and what likelihoods are worth.

use crate::corpus::Row;
use crate::learn::{Learner, strength};
use crate::pipeline::entities::Kind;
use crate::pipeline::entities::training::{LABELS, Weights};

/// Weights beyond this share of all are cut off, so that the others are told more finely.
const WITHIN: f64 = 0.9995;

/// Chooses the feature that owns each of two to the power of `row_bits` rows.
pub fn choose(learner: &mut Learner, row_bits: u32) {
    let owner_bits = learner.bits - row_bits;
    let mut chosen = vec![false; learner.lines.len()];
    for row in 0..1_usize << row_bits {
        let lines = row << owner_bits..(row + 1) << owner_bits;
        let best = lines.max_by(|a, b| strength(&learner.lines[*a]).total_cmp(&strength(&learner.lines[*b])));
        chosen[best.unwrap_or(0)] = true;
    }
    learner.chosen = chosen;
}

/// The table. `bias` is taken off the score of every label outside names: a chain that is trained to be likely finds too few names.
pub fn pack(learner: &Learner, row_bits: u32, bias: f32) -> Weights {
    let owner_bits = learner.bits - row_bits;
    let share = learner.share();
    let mut sizes: Vec<f32> = learner
        .lines
        .iter()
        .zip(&learner.chosen)
        .filter(|(_, chosen)| **chosen)
        .flat_map(|(line, _)| line.weights[..LABELS].iter().map(|weight| (weight * share).abs()))
        .filter(|size| *size > 0.0)
        .collect();
    let within = ((sizes.len() as f64 * WITHIN) as usize).min(sizes.len() - 1);
    let (_, largest, _) = sizes.select_nth_unstable_by(within, f32::total_cmp);
    let scale = *largest / 127.0;
    let (mut rows, mut owners) = (vec![[0_i8; LABELS]; 1 << row_bits], vec![0_u8; 1 << row_bits]);
    for (at, line) in learner.lines.iter().enumerate().filter(|(at, _)| learner.chosen[*at]) {
        let row = &mut rows[at >> owner_bits];
        for (packed, weight) in row.iter_mut().zip(line.weights) {
            *packed = (weight * share / scale).round().clamp(-127.0, 127.0) as i8;
        }
        owners[at >> owner_bits] = (at & ((1 << owner_bits) - 1)) as u8;
    }
    Weights { steps: learner.steps, scale, bias, calibration: [1.0, 0.0], rows, owners, owner_bits }
}

/// Fits power and shift of the odds (J. Platt's method) to which of the names found in `apart` were right.
pub fn calibrate(apart: &[Row], found: &[Vec<(std::ops::Range<usize>, Kind, f32)>]) -> [f32; 2] {
    let mut told = Vec::new();
    for (row, found) in apart.iter().zip(found) {
        let names = row.names();
        told.extend(found.iter().map(|(bytes, kind, likelihood)| {
            let likelihood = f64::from(likelihood.clamp(1e-6, 1.0 - 1e-6));
            ((likelihood / (1.0 - likelihood)).ln(), names.contains(&(bytes.clone(), *kind)))
        }));
    }
    let (mut power, mut shift) = (1.0_f64, 0.0_f64);
    for _ in 0..2_000 {
        let (mut slope, mut offset) = (0.0, 0.0);
        for (logit, right) in &told {
            let error = f64::from(u8::from(*right)) - 1.0 / (1.0 + (-(power * logit + shift)).exp());
            slope += error * logit;
            offset += error;
        }
        power += 0.1 * slope / told.len() as f64;
        shift += 0.1 * offset / told.len() as f64;
    }
    [power as f32, shift as f32]
}
