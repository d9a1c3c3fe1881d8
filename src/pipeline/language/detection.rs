//! The answer, and what decided it.

use super::script::Script;
use super::shares::Share;
use super::{LEAST, LEAST_RUNNER_UP, RUNNERS_UP, Ranked, SETTLED};

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
    /// No language of the news is known in this script.
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
            Self::Unknown => "no language of the news is known in this script",
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
    /// Where an article mixes languages, how much of it each takes, most first; else empty.
    pub shares: Vec<Share>,
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

impl Detection {
    /// Whether more of the text would not change the answer. Cantonese is told by few characters, so a brief sample of
    /// ideographs settles nothing.
    pub(super) fn is_settled(&self) -> bool {
        self.confidence >= SETTLED && self.reason != Reason::Ideographs
    }

    pub(super) fn nothing(code: &'static str, script: Option<&'static str>, reason: Reason) -> Self {
        Self { code, script, confidence: 0.0, alternatives: Vec::new(), shares: Vec::new(), reason }
    }
}

/// The answer that the model's list gives.
pub(super) fn ranked(script: Script, ranked: &[Ranked]) -> Detection {
    let script = Some(script.code());
    let Some(&(code, confidence)) = ranked.first() else { return Detection::nothing("und", script, Reason::Unknown) };
    let alternative = |&(code, confidence): &Ranked| Alternative { code, confidence };
    if code == "zxx" {
        return Detection::nothing("zxx", script, Reason::NoLanguage);
    }
    let is_unsure = confidence < LEAST || code == "und";
    let others = ranked.iter().filter(|(other, _)| *other != "und").skip(usize::from(!is_unsure)).take(RUNNERS_UP);
    let alternatives = others.filter(|(_, confidence)| *confidence >= LEAST_RUNNER_UP).map(alternative).collect();
    if is_unsure {
        return Detection { alternatives, ..Detection::nothing("und", script, Reason::Unsure) };
    }
    Detection { code, script, confidence, alternatives, shares: Vec::new(), reason: Reason::Model }
}
