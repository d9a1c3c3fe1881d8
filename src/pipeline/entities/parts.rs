//! What single words, and the manners in which tokens are written, add to the scores of tokens, kept while they come again: of a
//! token's forty features, two thirds follow from one word alone and a fifth from manners ([`super::features`]).

use super::features::{Features, Manner, Role};
use super::lexicon;
use super::model::{Model, Sums};
use super::traits::Traits;

/// A language is kept as a number of so many bits; more languages begin anew.
const LANGUAGE_BITS: u32 = 8;
/// Manners that are kept, by the highest bits of their hashes.
const MANNER_BITS: u32 = 10;

/// The sums of what was met last.
#[derive(Default)]
pub(super) struct Parts {
    /// A slot for each of the lexicon's.
    words: Vec<OfWord>,
    manners: Vec<OfManner>,
    model: u64,
    /// The languages that were met, in this order.
    languages: Vec<u32>,
}

#[derive(Clone, Default)]
#[repr(align(128))]
struct OfWord {
    /// Of the word and the language.
    tag: u64,
    /// A bit for each role whose sums are here.
    known: u64,
    sums: [Sums; Role::ALL],
}

#[derive(Clone, Default)]
struct OfManner {
    manner: Manner,
    /// One more than the number of the language.
    language: u32,
    sums: Sums,
}

/// A language of an article that is being labelled.
#[derive(Clone, Copy)]
pub(super) struct Language {
    feature: u32,
    number: u32,
}

impl Parts {
    /// Makes ready for a text in a language, as features tell it.
    pub(super) fn prepare(&mut self, model: &Model<'_>, language: u32) -> Language {
        if self.words.is_empty() || self.model != model.known.id || self.languages.len() >= 1 << LANGUAGE_BITS {
            *self = Self {
                words: vec![OfWord::default(); lexicon::SLOTS],
                manners: vec![OfManner::default(); 1 << MANNER_BITS],
                model: model.known.id,
                languages: Vec::new(),
            };
        }
        let number = self.languages.iter().position(|known| *known == language).unwrap_or_else(|| {
            self.languages.push(language);
            self.languages.len() - 1
        });
        Language { feature: language, number: number as u32 }
    }

    /// What a word tells in a role.
    #[inline(always)]
    pub(super) fn word(&mut self, model: &Model<'_>, role: Role, word: &Traits, language: Language) -> Sums {
        let Some(slot) = self.words.get_mut(lexicon::slot_of(word.id)) else { return Sums::default() };
        let tag = word.id << LANGUAGE_BITS | u64::from(language.number);
        if slot.tag != tag {
            (slot.tag, slot.known) = (tag, 0);
        }
        let Some(sums) = slot.sums.get_mut(role as usize) else { return Sums::default() };
        if slot.known >> role as u32 & 1 == 0 {
            slot.known |= 1 << role as u32;
            *sums = of_word(model, role, word, language.feature);
        }
        *sums
    }

    /// What a manner tells.
    #[inline]
    pub(super) fn manner(&mut self, model: &Model<'_>, manner: &Manner, language: Language) -> Sums {
        let at = manner.hash() >> (u32::BITS - MANNER_BITS);
        let Some(slot) = self.manners.get_mut(at as usize) else { return Sums::default() };
        if (slot.language, &slot.manner) != (language.number + 1, manner) {
            let sums = of_manner(model, manner, language.feature);
            *slot = OfManner { manner: *manner, language: language.number + 1, sums };
        }
        slot.sums
    }
}

#[inline(never)]
fn of_word(model: &Model<'_>, role: Role, word: &Traits, language: u32) -> Sums {
    let mut features = Features::new();
    features.part(role, word, language);
    model.sum(features.numbers())
}

#[inline(never)]
fn of_manner(model: &Model<'_>, manner: &Manner, language: u32) -> Sums {
    let mut features = Features::new();
    features.manner(manner, language);
    model.sum(features.numbers())
}
