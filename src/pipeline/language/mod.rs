//! The language of an article: tag, script, confidence, runners-up.
//!
//! Scripts that one language uses answer at once. Everything else is asked of a naive Bayes model over byte sequences, that
//! of py3langid 0.4 (`data/convert.py`), which the research note found the best of fourteen engines for its size. Around
//! it: a bounded sample without URLs, handles and digits; classes limited to the script's; `und` when nothing is certain.

mod chinese;
mod examine;
mod model;
mod sample;
mod script;

use std::cell::RefCell;

use model::{Model, Scores};
use sample::Sample;
use script::Script;

pub use examine::Examination;
pub use model::ModelError;

/// Name of the model, as records tell it.
pub const MODEL_NAME: &str = "py3langid-0.4-i8";

/// Least confidence of an answer; below it the language is `und`.
const LEAST: f32 = 0.35;
/// Runners-up that are told, and the least confidence of one.
const RUNNERS_UP: usize = 3;
const LEAST_RUNNER_UP: f32 = 0.005;
/// Fewer letters name no language.
const LEAST_LETTERS: u32 = 3;
/// A script with this share of the letters decides alone, if one language uses it.
const MOSTLY: f32 = 0.8;
/// Confidence where the script decides.
const CERTAIN: f32 = 0.99;

/// What decided on a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There is no letter.
    NoLetters,
    /// There are too few letters to tell.
    FewLetters,
    /// Kana among the ideographs: Chinese has none.
    Kana,
    /// One language is written in this script.
    Script,
    /// Ideographs without kana, and which of their forms.
    Ideographs,
    /// The model, of the languages that are written in this script.
    Model,
    /// The model's best answer is too unlikely.
    Unsure,
    /// The model takes it for no language.
    NoLanguage,
    /// The model knows nothing of what is in the sample.
    Unknown,
}

impl Reason {
    /// The reason's name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLetters => "no-letters",
            Self::FewLetters => "few-letters",
            Self::Kana => "kana",
            Self::Script => "script",
            Self::Ideographs => "ideographs",
            Self::Model => "model",
            Self::Unsure => "unsure",
            Self::NoLanguage => "no-language",
            Self::Unknown => "unknown",
        }
    }

    /// The same for people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::NoLetters => "there is no letter in it",
            Self::FewLetters => "there are too few letters to tell",
            Self::Kana => "there is kana among the ideographs, and Chinese has none",
            Self::Script => "one language of the news is written in this script, so the model was not asked",
            Self::Ideographs => "ideographs without kana are Chinese; their forms tell which",
            Self::Model => "the model's best answer, of the languages that are written in this script",
            Self::Unsure => "the model's best answer is too unlikely to be given",
            Self::NoLanguage => "the model takes it for no language",
            Self::Unknown => "the model knows nothing of what is in the sample",
        }
    }
}

/// What language an article is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// BCP 47 primary language; `und` when unsure, `zxx` for no language.
    pub code: &'static str,
    /// ISO 15924 script of most letters.
    pub script: Option<&'static str>,
    /// 0 to 1.
    pub confidence: f32,
    /// Runners-up, best first, at most three.
    pub alternatives: Vec<Alternative>,
    /// What decided.
    pub reason: Reason,
}

/// A runner-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// BCP 47 primary language.
    pub code: &'static str,
    /// 0 to 1.
    pub confidence: f32,
}

/// The language stage. The model is a view of static bytes.
pub struct Detector {
    model: Model,
}

thread_local! {
    static WORKSPACE: RefCell<(Sample, Scores)> = RefCell::default();
}

impl Detector {
    /// The built-in model.
    ///
    /// # Errors
    /// The model's bytes are damaged.
    pub fn builtin() -> Result<Self, ModelError> {
        Ok(Self { model: Model::builtin()? })
    }

    /// The language of an article. Costs at most what a sample of 2 KB costs, however long the text.
    pub fn detect(&self, title: &str, text: &str) -> Detection {
        WORKSPACE.with_borrow_mut(|(sample, scores)| {
            sample.take(title, text);
            self.decide(sample, scores)
        })
    }

    fn decide(&self, sample: &Sample, scores: &mut Scores) -> Detection {
        let counts = sample.scripts();
        let Some((script, letters)) = counts.most() else { return nothing("zxx", None, Reason::NoLetters) };
        let share = letters as f32 / counts.letters() as f32;
        if counts.letters() < LEAST_LETTERS && !script.is_dense() {
            return nothing("und", Some(script.code()), Reason::FewLetters);
        }
        if counts.is_japanese() {
            return certain("ja", "Jpan", share, Reason::Kana);
        }
        if let (Some(code), true) = (script.only_language(), share >= MOSTLY) {
            return certain(code, script.code(), share, Reason::Script);
        }
        if script == Script::Han && share >= MOSTLY {
            let (code, variant) = chinese::variety(sample.text());
            return certain(code, variant, share, Reason::Ideographs);
        }
        self.ask(sample, script, scores)
    }

    fn ask(&self, sample: &Sample, script: Script, scores: &mut Scores) -> Detection {
        let length = self.model.score(sample.text(), scores);
        let ranked = self.ranking(scores, length, script);
        let Some(&(code, confidence)) = ranked.first() else {
            return nothing("und", Some(script.code()), Reason::Unknown);
        };
        let others = ranked.iter().skip(1).take(RUNNERS_UP).filter(|(_, confidence)| *confidence >= LEAST_RUNNER_UP);
        let mut alternatives: Vec<Alternative> =
            others.map(|&(code, confidence)| Alternative { code, confidence }).collect();
        if code == "zxx" {
            return nothing("zxx", Some(script.code()), Reason::NoLanguage);
        }
        if confidence < LEAST {
            alternatives.insert(0, Alternative { code, confidence });
            alternatives.truncate(RUNNERS_UP);
            return Detection { alternatives, ..nothing("und", Some(script.code()), Reason::Unsure) };
        }
        Detection { code, script: Some(script.code()), confidence, alternatives, reason: Reason::Model }
    }

    /// Languages by what was summed, best first, of those that are written in this script.
    fn ranking(&self, scores: &Scores, length: usize, script: Script) -> Vec<(&'static str, f32)> {
        self.model.rank(scores, length, |code| script.may_be(code))
    }
}

fn nothing(code: &'static str, script: Option<&'static str>, reason: Reason) -> Detection {
    Detection { code, script, confidence: 0.0, alternatives: Vec::new(), reason }
}

fn certain(code: &'static str, script: &'static str, share: f32, reason: Reason) -> Detection {
    Detection { confidence: CERTAIN * share.max(MOSTLY), ..nothing(code, Some(script), reason) }
}

#[cfg(test)]
mod tests;
