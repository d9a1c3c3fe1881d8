//! What `training/entities` uses of this room, so that a model is trained on what the tagger sees: its tokens, its lists, its features,
//! its bytes. Not in the program.

use std::ops::Range;

use zerocopy::little_endian::U32;

use super::chain::{self, Steps};
use super::clusters::{self, Clusters};
use super::cues;
use super::data::{self, DataError};
use super::features::{self, Around, Features};
use super::gazetteer::Gazetteer;
use super::inside::{self, Inside};
use super::key;
use super::label::Labeller;
use super::lexicon::Lexicon;
use super::model::{self, Known, Model, Parts};
use super::page::Page;
use super::stretch;
use super::token::{Shape, Token};
use super::traits::Traits;
use super::{Field, Kind};

pub use super::chain::{LABELS, LANES, OUTSIDE, START, exponentials};

/// The labels of a name's first and of its further tokens.
pub fn labels(kind: Kind) -> [usize; 2] {
    [chain::begins(kind), chain::begins(kind) + 1]
}

/// A language as features tell it; 0 for none.
pub fn language(tag: Option<&str>) -> u32 {
    features::language(tag)
}

/// Whether a label is that of a further token.
pub fn goes_on(label: usize) -> bool {
    chain::goes_on(label)
}

/// Which words of a line the model is asked about, where `inside` tells of a key whether the word stands inside of names.
pub fn asked(line: &[(u64, bool)], inside: impl Fn(u64) -> bool) -> Vec<bool> {
    let mut asked = vec![false; line.len()];
    stretch::of_line(
        line,
        |(_, asks)| *asks,
        |(key, _)| inside(*key),
        |stretch| {
            asked.get_mut(stretch).into_iter().flatten().for_each(|asked| *asked = true);
        },
    );
    asked
}

/// Reads sentences as the tagger does.
pub struct Reader {
    gazetteer: Gazetteer<'static>,
    clusters: Vec<U32>,
    inside: Vec<u8>,
}

/// A sentence that was read.
pub struct Sentence {
    /// Its tokens.
    pub tokens: Vec<Word>,
    /// What the model is told about them.
    pub traits: Words,
}

/// A token of a sentence.
pub struct Word {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// Its letters tell that it may be a name.
    pub may_name: bool,
    /// It is a title that stands before a name: Mrs.
    pub title: bool,
    /// Its key, and whether the model is asked about it wherever it stands.
    pub spelled: (u64, bool),
}

/// The traits of a sentence's words.
#[derive(Clone)]
pub struct Words(Vec<Traits>);

impl Words {
    /// The same without what the lists have.
    pub fn unlisted(&self) -> Self {
        Self(self.0.iter().map(|traits| Traits { listed: 0, ..*traits }).collect())
    }

    /// Puts the features of the word `at` into `out`.
    pub fn features(&self, at: usize, language: u32, out: &mut Vec<u32>) {
        let mut features = Features::new();
        features.all(&Around::of(&self.0, at), language);
        out.clear();
        out.extend_from_slice(features.numbers());
    }
}

impl Reader {
    /// With the built-in gazetteer and these clusters: word, coarse and fine cluster from 0.
    ///
    /// # Errors
    /// The gazetteer is damaged.
    pub fn new(words: &[(String, u32, u32)]) -> Result<Self, DataError> {
        let cased = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
        let words = words.iter().map(|(word, coarse, fine)| (key::of_word(word), cased(word), *coarse, *fine));
        Ok(Self { gazetteer: Gazetteer::new(data::builtin()?), clusters: clusters::table(words), inside: Vec::new() })
    }

    /// Tells it the words that stand inside of names, by their keys.
    pub fn learn_inside(&mut self, keys: impl Iterator<Item = u64>) {
        self.inside = inside::table(keys);
    }

    /// Which words of a line the model is asked about, given what [`Word::spelled`] says of each.
    pub fn asked(&self, line: &[(u64, bool)]) -> Vec<bool> {
        let inside = Inside(&self.inside);
        asked(line, |key| inside.has(key))
    }

    /// Reads one sentence.
    pub fn read(&self, text: &str) -> Sentence {
        let Some(clusters) = Clusters::view(&self.clusters) else {
            return Sentence { tokens: Vec::new(), traits: Words(Vec::new()) };
        };
        let known = Known { id: 0, inside: Inside(&self.inside), clusters };
        // its words are of these clusters, so it is none to keep
        let lexicon = &mut Lexicon::default();
        let Page { tokens, traits, .. } = Page::new(&self.gazetteer, &known, lexicon, Field::Text, text);
        let of = |token: &Token| Word {
            bytes: token.start as usize..token.end as usize,
            may_name: token.shape.may_name(),
            title: token.cues & cues::TITLE != 0,
            spelled: (token.key, stretch::may_name(token.shape, token.cues)),
        };
        let is_word = |token: &&Token| token.shape != Shape::Break;
        let traits = tokens.iter().zip(traits).filter(|(token, _)| is_word(token)).map(|(_, traits)| traits).collect();
        Sentence { tokens: tokens.iter().filter(is_word).map(of).collect(), traits: Words(traits) }
    }

    /// What a model finds in a text: bytes, kind and likelihood.
    ///
    /// # Errors
    /// The bytes are no model.
    pub fn label(
        &self,
        models: &[u8],
        texts: &[(&str, Option<&str>)],
    ) -> Result<Vec<Vec<(Range<usize>, Kind, f32)>>, DataError> {
        let model = Model::view(models)?;
        let (mut labeller, mut lexicon) = (Labeller::default(), Lexicon::default());
        Ok(texts
            .iter()
            .map(|(text, language)| {
                let page = Page::new(&self.gazetteer, &model.known, &mut lexicon, Field::Text, text);
                let found = labeller.label(&model, &page.stretches, &page.traits, features::language(*language));
                let bytes = |first: usize, end: usize| {
                    let start = page.tokens.get(first).map_or(0, |token| token.start);
                    start as usize..page.tokens.get(end - 1).map_or(0, |token| token.end) as usize
                };
                found.iter().map(|one| (bytes(one.first, one.end), one.kind, one.likelihood)).collect()
            })
            .collect())
    }

    /// The bytes of a model. `rows` has two to some power of weights, `owners` the owner of each.
    pub fn write(&self, weights: &Weights) -> Vec<u8> {
        model::write(&Parts {
            steps: weights.steps,
            scale: weights.scale,
            bias: weights.bias,
            calibration: weights.calibration,
            inside: &self.inside,
            clusters: &self.clusters,
            rows: &weights.rows,
            owners: &weights.owners,
            owner_bits: weights.owner_bits,
        })
    }
}

/// What was learnt.
pub struct Weights {
    /// The scores of steps between labels.
    pub steps: Steps,
    /// What a weight of 1 is worth.
    pub scale: f32,
    /// What is taken off the score for being outside of every name.
    pub bias: f32,
    /// Power and shift of the odds.
    pub calibration: [f32; 2],
    /// The table.
    pub rows: Vec<[i8; LABELS]>,
    /// The owner of each row.
    pub owners: Vec<u8>,
    /// Bits of an owner.
    pub owner_bits: u32,
}
