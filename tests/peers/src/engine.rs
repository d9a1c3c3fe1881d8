//! The detectors, behind one door.

use fasttext_pure_rs::FastText;
use lingua::{LanguageDetector, LanguageDetectorBuilder};

use crate::language::Detector;

/// Names of the detectors; the first is this project's stage.
pub const NAMES: [&str; 4] = ["copydesk", "lid.176", "whatlang", "lingua"];

/// Of lingua's texts one in so many is timed: it takes a hundred times as long as the others.
const SPARSE: usize = 20;

/// A detector that is ready.
pub enum Engine {
    Copydesk(Detector),
    Lid176(FastText),
    Whatlang,
    Lingua(Box<LanguageDetector>),
}

impl Engine {
    /// The detector of a name. `lid176` is the file of fastText's model.
    pub fn load(name: &str, lid176: &str) -> Self {
        match name {
            "copydesk" => Self::Copydesk(Detector::builtin().unwrap()),
            "lid.176" => Self::Lid176(FastText::load(lid176).unwrap()),
            "whatlang" => Self::Whatlang,
            "lingua" => Self::Lingua(Box::new(LanguageDetectorBuilder::from_all_languages().build())),
            _ => panic!("no detector is called {name}"),
        }
    }

    /// The language, by the detector's own code.
    pub fn code(&self, text: &str) -> String {
        match self {
            Self::Copydesk(detector) => detector.detect("", text).code.to_owned(),
            Self::Lid176(model) => {
                let told = model.predict(text, 1, 0.0).unwrap();
                told.first().map(|first| first.label.trim_start_matches("__label__").to_owned()).unwrap_or_default()
            }
            Self::Whatlang => whatlang::detect_lang(text).map(|lang| lang.code().to_owned()).unwrap_or_default(),
            Self::Lingua(detector) => {
                detector.detect_language_of(text).map(|told| told.iso_code_639_1().to_string()).unwrap_or_default()
            }
        }
    }

    /// One in so many texts is timed.
    pub fn step(&self) -> usize {
        if matches!(self, Self::Lingua(_)) { SPARSE } else { 1 }
    }
}
