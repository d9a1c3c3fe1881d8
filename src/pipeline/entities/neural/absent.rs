//! A build without ONNX Runtime: there is no neural model, and whoever asks for one is told.

use std::io;
use std::ops::Range;

use super::super::label::Labelled;
use super::super::page::Page;
use super::{LeftOut, NeuralOptions};

/// No value of it exists.
pub(in super::super) enum Neural {}

impl Neural {
    pub(in super::super) fn open(_: &NeuralOptions) -> io::Result<Self> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "this build has no neural mode: build with --features neural"))
    }

    pub(in super::super) fn name(&self) -> &str {
        match *self {}
    }

    pub(in super::super) fn doubt(&self) -> f64 {
        match *self {}
    }

    pub(in super::super) fn label(
        &self,
        _: &[Page<'_, '_>; 2],
        _: &[Vec<Range<usize>>; 2],
    ) -> Result<[Vec<Labelled>; 2], LeftOut> {
        match *self {}
    }
}
