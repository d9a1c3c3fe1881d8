//! The neural mode: a token classifier of the user's (ONNX, with the files that Hugging Face lays beside it) takes the place of the chain.
//!
//! ```text
//! field -> sentences that may have names -> pieces (tokenizer.json) -> windows -> batches (model.onnx) -> the label of each word's first piece -> names
//! ```
//! ONNX Runtime is a library that is loaded at start; nothing of it is in the program. The feature `neural` has all of this; without
//! it there is no value of [`Neural`], and opening one says so. An article never waits for another's words: its windows are batched
//! among themselves, so that it comes out the same whatever else is read at the time.

#[cfg(not(feature = "neural"))]
mod absent;
#[cfg(feature = "neural")]
mod batches;
#[cfg(feature = "neural")]
mod classifier;
#[cfg(feature = "neural")]
mod decode;
#[cfg(feature = "neural")]
mod labels;
#[cfg(feature = "neural")]
mod pieces;
#[cfg(feature = "neural")]
mod runtime;
#[cfg(feature = "neural")]
mod sentences;
#[cfg(all(test, feature = "neural"))]
mod tests;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

#[cfg(not(feature = "neural"))]
pub(super) use absent::Neural;
#[cfg(feature = "neural")]
pub(super) use classifier::Neural;

/// Which model, and how much of the machine it may take.
#[derive(Clone, PartialEq, Debug)]
pub struct NeuralOptions {
    /// The model, or the folder that has it as `model.onnx`; `tokenizer.json` and `config.json` lie beside it.
    pub path: PathBuf,
    /// ONNX Runtime; the system's loader looks for it if it is not told.
    pub library: Option<PathBuf>,
    /// Articles that are read at a time, each by a copy of the model.
    pub sessions: usize,
    /// What an article may take.
    pub deadline: Duration,
    /// Most pieces of a window, those that open and close it included.
    pub window: usize,
    /// Most pieces of a batch, padding included.
    pub batch: usize,
    /// A sentence is read if the other model gives it at least this chance of a name, 0 to 1; with 0 every one is.
    pub doubt: f64,
}

impl NeuralOptions {
    /// Opens the model, and has it read once.
    ///
    /// # Errors
    /// The library or a file of the model cannot be used, or this build has no neural mode.
    pub fn check(&self) -> io::Result<()> {
        Neural::open(&Self { sessions: 1, ..self.clone() }).map(drop)
    }
}

/// Why the model's answer is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftOut {
    /// The article's time was over.
    Deadline,
    /// ONNX Runtime or the tokenizer failed on it.
    Failed,
}

impl LeftOut {
    /// The reason's name, for metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Failed => "failed",
        }
    }
}
