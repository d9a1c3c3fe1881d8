//! Which words, numbers and signs stand inside of names, by the labels, and so what the model is asked about.

use std::collections::BTreeMap;

use crate::corpus::{Corpus, Example, UNSEEN};
use crate::pipeline::entities::training::{self, OUTSIDE, Reader};

/// Such a word does so in at least this share of the places in which it stands beside a word that may be a name...
const SHARE: f32 = 0.01;
/// ...and so often: once in a gold sentence, or twice in silver ones.
const LEAST: f32 = 0.5;

/// Counts them, tells the reader, and each example what is asked about in it.
pub fn choose(corpus: &mut Corpus, reader: &mut Reader) {
    let mut seen: BTreeMap<u64, (f32, f32)> = BTreeMap::new();
    for example in &corpus.examples {
        let near = training::asked(&example.spelled, |_| true);
        for (at, (key, asks)) in example.spelled.iter().enumerate() {
            let label = example.labels[at];
            if near[at] && !asks && label != UNSEEN {
                let (all, inside) = seen.entry(*key).or_default();
                let weight = example.weight.min(1.0);
                *all += weight;
                *inside += if label == OUTSIDE as u8 { 0.0 } else { weight };
            }
        }
    }
    let chosen = seen.iter().filter(|(_, (all, inside))| *inside >= LEAST && inside / all >= SHARE);
    println!("{} of {} words beside names stand inside of some", chosen.clone().count(), seen.len());
    reader.learn_inside(chosen.map(|(key, _)| *key));
    for example in &mut corpus.examples {
        example.asked = reader.asked(&example.spelled);
        forget(example);
    }
}

/// A name of which a word is not asked about cannot be found: nothing is learnt of its other words.
fn forget(example: &mut Example) {
    let goes_on = |label: u8| label == UNSEEN || training::goes_on(label.into());
    let mut at = 0;
    while at < example.labels.len() {
        let first = at;
        at += 1;
        if example.labels[first] == OUTSIDE as u8 {
            continue;
        }
        while at < example.labels.len() && example.labels[at] != OUTSIDE as u8 && goes_on(example.labels[at]) {
            at += 1;
        }
        if !example.asked[first..at].iter().all(|asked| *asked) {
            for at in first..at {
                example.labels[at] = if example.asked[at] { UNSEEN } else { OUTSIDE as u8 };
            }
        }
    }
}
