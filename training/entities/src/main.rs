//! Trains the tagger's model: `cargo run --release -- DATA MODEL`, from this folder. `README.md` tells what DATA has in it.

mod corpus;
mod learn;
mod pack;
/// The tagger's own room, and the one that it stands on.
#[allow(dead_code, unused_imports, reason = "the trainer uses a part of them")]
#[path = "../../../src/pipeline"]
mod pipeline {
    pub mod entities;
    pub mod letters;
}
mod random;
mod score;

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use corpus::Corpus;
use learn::Learner;
use pipeline::entities::training::Reader;

/// Features are learnt in two to this power of lines, and packed into two to that power of rows.
const BITS: u32 = 22;
const ROW_BITS: u32 = 20;
/// Passes over all features, then over those that own a row.
const PASSES: usize = 4;
const OWNERS_PASSES: usize = 1;
/// See [`pack::pack`].
const BIAS: f32 = 0.2;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(model)) = (arguments.next(), arguments.next()) else {
        bail!("usage: train-entities DATA MODEL")
    };
    let data = Path::new(&data);
    let start = Instant::now();
    let since = || start.elapsed().as_secs();
    let reader = Reader::new(&corpus::clusters(&data.join("ner/clusters.tsv.gz"))?)?;
    let corpus = Corpus::read(data, &reader)?;
    let tokens: usize = corpus.examples.iter().map(|example| example.labels.len()).sum();
    println!("{} gold and {} silver sentences, {tokens} tokens, {} s", corpus.gold, corpus.silver, since());
    let mut learner = Learner::new(BITS);
    for pass in 0..PASSES + OWNERS_PASSES {
        if pass == PASSES {
            pack::choose(&mut learner, ROW_BITS);
        }
        println!("pass {pass}: surprise a token {:.4}, {} s", learner.pass(&corpus), since());
    }
    let mut weights = pack::pack(&learner, ROW_BITS, BIAS);
    let apart: Vec<_> = corpus.apart.iter().map(|row| (row.text.as_str(), Some(row.lang.as_str()))).collect();
    weights.calibration = pack::calibrate(&corpus.apart, &reader.label(&reader.write(&weights), &apart)?);
    let bytes = reader.write(&weights);
    fs::write(&model, &bytes).with_context(|| model.clone())?;
    println!("{model}: {} bytes, calibration {:?}, {} s", bytes.len(), weights.calibration, since());
    for folder in ["ner/eval", "ner/eval-nc"] {
        score::folder(&data.join(folder), &reader, &bytes)?;
    }
    Ok(())
}
