//! The language of an article: tag, script, confidence, runners-up, and the shares of the languages that it mixes.
//!
//! Scripts that one language uses answer at once. Everything else is asked of a linear model over byte sequences that began
//! as that of py3langid 0.4, which the research note found the best of fourteen engines for its size (`data/model.md`).
//! Around it: a bounded sample without URLs, handles and digits, in windows; `und` when nothing is certain. Most articles are as
//! good as certain after a quarter of a kilobyte. Where that is not sure, or windows do not agree, a whole one is looked at, then
//! windows all over the text.

mod automaton;
mod chinese;
mod detection;
mod examine;
mod model;
mod part;
mod sample;
mod script;
mod shares;
mod window;
mod word;

use std::cell::RefCell;

use model::{Model, Ranked};
use part::{Found, Sums};
use sample::Sample;
use script::Script;
use shares::Shares;
use window::{DOUBTED, SURELY, Told};

pub use detection::{Alternative, Detection, Reason};
pub use examine::Examination;
pub use model::ModelError;

/// Name of the model, as records tell it.
pub const MODEL_NAME: &str = "py3langid-0.4-tuned-1";

/// Least confidence of an answer; below it the language is `und`. Of held-out texts' first guesses between .35 and .4, two in
/// five are right, of those below one in three (`data/calibrate.py`).
const LEAST: f32 = 0.35;
/// Runners-up that are told, and the least confidence of one.
const RUNNERS_UP: usize = 3;
const LEAST_RUNNER_UP: f32 = 0.005;
/// Fewer letters name no language.
const LEAST_LETTERS: u32 = 3;
/// Confidence where the script decides.
const CERTAIN: f32 = 0.99;
/// The first windows' answer is taken from so much confidence on.
const SURE: f32 = 0.9;
/// That of a brief sample, from so much on. Where the script decides, that is no question.
const SETTLED: f32 = 0.98;

/// What one article's detection needs, kept between calls.
#[derive(Default)]
struct Workspace {
    sample: Sample,
    /// What each window was told to be.
    told: Vec<Told>,
    /// What the model's features said in each window.
    sums: Vec<Sums>,
    found: Found,
    ranked: Vec<Ranked>,
    /// Bytes that the last decision went over.
    passed: usize,
}

/// The language stage. The model is a view of static bytes.
pub struct Detector {
    model: Model,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Detector {
    /// The built-in model.
    ///
    /// # Errors
    /// The model's bytes are damaged.
    pub fn builtin() -> Result<Self, ModelError> {
        Ok(Self { model: Model::builtin()? })
    }

    /// The language of an article. Costs at most what 4 KB cost, however long the text, and mostly what a quarter of one costs.
    pub fn detect(&self, title: &str, text: &str) -> Detection {
        WORKSPACE.with_borrow_mut(|work| self.decide(title, text, work))
    }

    fn decide(&self, title: &str, text: &str, work: &mut Workspace) -> Detection {
        (work.passed, work.found.trail.turns) = (0, 0);
        let is_all = text.len() <= sample::WHOLE;
        if !is_all {
            work.sample.take(title, text, &sample::BRIEF);
            let brief = self.answer(work);
            if brief.is_settled() && work.told.iter().all(|told| told.agrees(brief.code, DOUBTED)) {
                return brief;
            }
        }
        work.sample.take(title, text, &sample::USUAL);
        let first = self.answer(work);
        if is_all || (first.confidence >= SURE && work.told.iter().all(|told| told.agrees(first.code, SURELY))) {
            return first;
        }
        work.sample.take_wide(title, text);
        let mut answer = self.answer(work);
        answer.shares = Shares::of(&work.told).listed();
        answer
    }

    /// What the windows of the sample say together.
    fn answer(&self, work: &mut Workspace) -> Detection {
        work.told.clear();
        work.sums.clear();
        work.passed += work.sample.passed;
        for (text, window) in work.sample.windows() {
            let sums = self.sum(text, &window.scripts, &mut work.found);
            work.told.push(self.look(text, &window.scripts, &sums, &mut work.ranked));
            work.sums.push(sums);
        }
        let Some(leading) = window::leading(&work.told) else {
            let reason = if work.told.is_empty() { Reason::NoLetters } else { Reason::FewLetters };
            let code = if work.told.is_empty() { "zxx" } else { "und" };
            return Detection::nothing(code, work.told.first().map(|told| told.script.code()), reason);
        };
        let Some(part) = self.model.part(leading.script).filter(|_| leading.reason == Reason::Model) else {
            return match leading.reason {
                Reason::Ideographs => leading.certain(chinese::variety(work.sample.text())),
                _ => leading.certain((leading.code, leading.form)),
            };
        };
        if work.told.len() > 1 {
            // Windows that are surely in another language have no voice on this one.
            let voices = work.sums.iter().zip(&work.told).filter(|(_, told)| told.may_join(leading));
            let mut joined = Sums::default();
            voices.for_each(|(sums, _)| joined.join(sums));
            part.rank(&joined, &mut work.ranked);
        }
        detection::ranked(leading.script, &work.ranked)
    }
}

#[cfg(test)]
mod tests;
