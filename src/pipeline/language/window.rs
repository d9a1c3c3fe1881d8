//! What one window of the sample is told to be.

use super::script::Counts;
use super::{CERTAIN, Detection, Detector, Found, LEAST_LETTERS, Ranked, Reason, Script, Sums, chinese};

/// A window that is so surely in another language has no voice on the article's.
pub(super) const SURELY: f32 = 0.8;
/// A window that is so surely in another language is reason to look at more.
pub(super) const DOUBTED: f32 = 0.5;

/// A window that is so surely in a language counts for its share.
const CERTAINLY: f32 = 0.95;

/// A window's language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) code: &'static str,
    pub(super) script: Script,
    /// The script's code, with the forms of ideographs.
    pub(super) form: &'static str,
    pub(super) confidence: f32,
    pub(super) reason: Reason,
    /// Letters by their weight: how much of the article this is.
    pub(super) letters: u32,
}

impl Told {
    /// Whether nothing in this window speaks against an answer as surely as that.
    pub(super) fn agrees(&self, code: &str, surely: f32) -> bool {
        self.code == code || self.confidence < surely
    }

    /// Whether it is in the script of another, and not surely in another language.
    pub(super) fn may_join(&self, leading: &Self) -> bool {
        self.script == leading.script && self.agrees(leading.code, SURELY)
    }

    /// Whether its language is as good as certain.
    pub(super) fn is_certain(&self) -> bool {
        self.confidence >= CERTAINLY
    }

    /// The answer where the script alone decides.
    pub(super) fn certain(&self, (code, form): (&'static str, &'static str)) -> Detection {
        let nothing = Detection::nothing(code, Some(form), self.reason);
        Detection { confidence: self.confidence, ..nothing }
    }
}

impl Detector {
    /// What the model's features say in one window, if the model is asked there.
    pub(super) fn sum(&self, text: &str, scripts: &Counts, found: &mut Found) -> Sums {
        let part = scripts.leading().and_then(|(script, _)| self.model.part(script));
        part.map(|part| part.sum(text, found)).unwrap_or_default()
    }

    /// The language of one window.
    pub(super) fn look(&self, text: &str, scripts: &Counts, sums: &Sums, ranked: &mut Vec<Ranked>) -> Told {
        let (script, share) = scripts.leading().unwrap_or((Script::Other, 0.0));
        let told =
            |code, form, confidence, reason| Told { code, script, form, confidence, reason, letters: scripts.weight() };
        let certain = CERTAIN * share.clamp(0.5, 0.8) / 0.8;
        if scripts.letters() < LEAST_LETTERS && !script.is_dense() {
            return told("und", script.code(), 0.0, Reason::FewLetters);
        }
        if script == Script::Han {
            let (code, form) = chinese::variety(text);
            return told(code, form, certain, Reason::Ideographs);
        }
        if let Some(code) = script.only_language() {
            let reason = if script == Script::Kana { Reason::Kana } else { Reason::Script };
            return told(code, script.code(), certain, reason);
        }
        let Some(part) = self.model.part(script) else { return told("und", script.code(), 0.0, Reason::Unknown) };
        part.rank(sums, ranked);
        let (code, confidence) = ranked.first().copied().unwrap_or(("und", 0.0));
        told(code, script.code(), confidence, Reason::Model)
    }
}

/// The window that speaks for the article: of the language that most letters are told to be in.
pub(super) fn leading(told: &[Told]) -> Option<&Told> {
    let weight = |one: &Told| told.iter().filter(|other| other.code == one.code).map(Told::weight).sum::<f32>();
    let usable = told.iter().filter(|told| !matches!(told.reason, Reason::FewLetters));
    usable.max_by(|a, b| weight(a).total_cmp(&weight(b)).then(b.code.cmp(a.code)))
}

impl Told {
    fn weight(&self) -> f32 {
        self.letters as f32 * self.confidence.max(0.01)
    }
}
