//! A look at how a language was decided: the same decision, and what it was decided on.

use super::script::Counts;
use super::{Detection, Detector, Reason, WORKSPACE};

/// Languages that are told of the model's list.
const MOST: usize = 5;

/// A decision and its grounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// The decision.
    pub detection: Detection,
    /// Letters of the sample by script (ISO 15924), most first.
    pub scripts: Vec<(&'static str, u32)>,
    /// Bytes of the sample that was looked at.
    pub sample_bytes: usize,
    /// What each window of the sample is told to be, and how surely.
    pub windows: Vec<(&'static str, f32)>,
    /// What the model says, best first; empty if it was not asked.
    pub ranked: Vec<(&'static str, f32)>,
}

impl Detector {
    /// Decides as [`Detector::detect`] does, and tells on what.
    pub fn examine(&self, title: &str, text: &str) -> Examination {
        WORKSPACE.with_borrow_mut(|work| {
            let detection = self.decide(title, text, work);
            let asked = matches!(detection.reason, Reason::Model | Reason::Unsure | Reason::NoLanguage);
            // What was ranked for the decision is still there.
            let ranked = work.ranked.iter().take(if asked { MOST } else { 0 }).copied().collect();
            let mut scripts = Counts::default();
            work.sample.windows().for_each(|(_, window)| scripts.add_all(&window.scripts));
            let windows = work.told.iter().map(|told| (told.code, told.confidence)).collect();
            Examination {
                detection,
                scripts: scripts.shares(),
                sample_bytes: work.sample.text().len(),
                windows,
                ranked,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examine(text: &str) -> Examination {
        let detector = Detector::builtin().unwrap();
        let told = detector.examine("", text);
        assert_eq!(told.detection, detector.detect("", text), "the decision is the same");
        told
    }

    #[test]
    fn a_script_of_one_language_is_not_asked_of_the_model() {
        let told = examine("Η κυβέρνηση ανακοίνωσε νέα μέτρα");
        assert_eq!((told.detection.code, told.detection.reason), ("el", Reason::Script));
        assert!(told.ranked.is_empty() && told.scripts[0].0 == "Grek");
    }

    #[test]
    fn the_model_tells_the_answer_and_what_came_after_it() {
        let told = examine("The harbour council voted on Tuesday to rebuild the old ferry pier.");
        assert_eq!((told.detection.code, told.detection.reason), ("en", Reason::Model));
        assert_eq!(told.ranked.len(), MOST);
        assert_eq!(told.ranked[0], ("en", told.detection.confidence));
        let runners_up = told.detection.alternatives.iter().map(|one| (one.code, one.confidence));
        assert!(runners_up.zip(&told.ranked[1..]).all(|(told, ranked)| told == *ranked));
    }

    #[test]
    fn each_rule_names_itself() {
        for (text, reason) in [
            ("123 456", Reason::NoLetters),
            ("a", Reason::FewLetters),
            ("東京でおきたこと", Reason::Kana),
            ("总统在国会发表讲话", Reason::Ideographs),
        ] {
            assert_eq!(examine(text).detection.reason, reason, "{text}");
        }
    }
}
