//! Trains the tagger's model: `cargo run --release -- DATA MODEL`, from this folder. `README.md` tells what DATA has in it.

mod corpus;
mod inside;
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
/// Learners whose mean is the model.
const LEARNERS: u64 = 4;
/// Passes over all features, then over those that own a row.
const PASSES: usize = 4;
const OWNERS_PASSES: usize = 1;
/// See [`pack::pack`].
const BIAS: f32 = 0.2;

/// So many passes of each over everything, then the mean of what they have learnt. Tells the surprise a token of each one's last pass.
fn learn(learners: &mut [Learner], corpus: &Corpus, passes: usize) -> Vec<f64> {
    let surprises = std::thread::scope(|scope| {
        let run = |learner: &mut Learner| (0..passes).map(|_| learner.pass(corpus)).last();
        let running: Vec<_> = learners.iter_mut().map(|learner| scope.spawn(move || run(learner))).collect();
        running.into_iter().filter_map(|learner| learner.join().ok().flatten()).collect()
    });
    Learner::agree(learners);
    surprises
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(model)) = (arguments.next(), arguments.next()) else {
        bail!("usage: train-entities DATA MODEL")
    };
    let data = Path::new(&data);
    let start = Instant::now();
    let since = || start.elapsed().as_secs();
    let mut reader = Reader::new(&corpus::clusters(&data.join("ner/clusters.tsv.gz"))?)?;
    let mut corpus = Corpus::read(data, &reader)?;
    inside::choose(&mut corpus, &mut reader);
    let tokens: usize = corpus.examples.iter().map(|example| example.labels.len()).sum();
    println!("{} gold and {} silver sentences, {tokens} tokens, {} s", corpus.gold, corpus.silver, since());
    let mut learners: Vec<Learner> = (0..LEARNERS).map(|seed| Learner::new(BITS, seed)).collect();
    println!("surprises a token {:.4?}, {} s", learn(&mut learners, &corpus, PASSES), since());
    pack::choose(&mut learners[0], ROW_BITS);
    Learner::agree(&mut learners);
    println!("with those that own a row {:.4?}, {} s", learn(&mut learners, &corpus, OWNERS_PASSES), since());
    let mut weights = pack::pack(&learners[0], ROW_BITS, BIAS);
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
