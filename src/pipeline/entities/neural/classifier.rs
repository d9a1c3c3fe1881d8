//! The model with all that belongs to it, and the way of an article through it.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::super::label::Labelled;
use super::super::page::Page;
use super::batches::{Window, batches, windows};
use super::labels::{Label, ModelConfig, wrong};
use super::pieces::{Piece, Pieces};
use super::runtime::Reader;
use super::{LeftOut, NeuralOptions, decode, sentences};

/// A token classifier.
pub(in super::super) struct Neural {
    name: String,
    pieces: Pieces,
    labels: Vec<Label>,
    /// Readers that nobody uses at the moment.
    idle: (Sender<Reader>, Receiver<Reader>),
    deadline: Duration,
    window: usize,
    batch: usize,
    doubt: f64,
}

/// A reader that goes back when it is done with, whatever happens.
struct Borrowed<'a> {
    reader: Option<Reader>,
    home: &'a Sender<Reader>,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        // There is room for every reader.
        let _ = self.reader.take().map(|reader| self.home.try_send(reader));
    }
}

impl Neural {
    /// Loads ONNX Runtime and the model, and has it read once, so that what cannot work is told now.
    pub(in super::super) fn open(options: &NeuralOptions) -> io::Result<Self> {
        let model = if options.path.is_dir() { options.path.join("model.onnx") } else { options.path.clone() };
        let beside = |name: &str| model.parent().unwrap_or(Path::new("")).join(name);
        let config = bytes(&beside("config.json"))?;
        let tokenizer = beside("tokenizer.json");
        let name = name([&model, &tokenizer, &beside("config.json")])?;
        let config = ModelConfig::read(&config)?;
        let labels = config.labels()?;
        if let Some(longest) = config.longest().filter(|longest| options.window > *longest) {
            return Err(wrong(format!("the model reads {longest} pieces at once, and window is {}", options.window)));
        }
        // Before the tokenizer, since to load a model takes twice its size for a while.
        let sessions = options.sessions.max(1);
        let readers = (0..sessions).map(|_| Reader::open(&model, options.library.as_deref()));
        let readers = readers.collect::<io::Result<Vec<_>>>()?;
        let neural = Self {
            name,
            pieces: Pieces::new(&bytes(&tokenizer)?, &config)?,
            labels,
            idle: bounded(sessions),
            deadline: options.deadline,
            window: options.window,
            batch: options.batch,
            doubt: options.doubt,
        };
        for mut reader in readers {
            neural.attempt(&mut reader)?;
            // There is room for each.
            let _ = neural.idle.0.try_send(reader);
        }
        Ok(neural)
    }

    /// What it is, for the provenance of the output.
    pub(in super::super) fn name(&self) -> &str {
        &self.name
    }

    /// Sentences in which a name is less likely, as the other model reckons, are not read.
    pub(in super::super) fn doubt(&self) -> f64 {
        self.doubt
    }

    /// Has the longest window read.
    fn attempt(&self, reader: &mut Reader) -> io::Result<()> {
        let failed = |error: &dyn std::fmt::Display| {
            wrong(format!("the model fails on a window of {} pieces: {error}", self.window))
        };
        let mut pieces = Vec::new();
        self.pieces.cut("a", 0..1, &mut pieces).map_err(|error| failed(&error))?;
        let longest = pieces.into_iter().cycle().take(self.window.saturating_sub(self.pieces.frame())).collect();
        let window = Window { field: 0, pieces: 0..Vec::len(&longest) };
        self.read(reader, &[window], &mut [longest]).map_err(|error| failed(&error))
    }

    /// The names of both fields, in the order of the text. `doubtful`: the tokens of each among which there may be names.
    pub(in super::super) fn label(
        &self,
        pages: &[Page<'_, '_>; 2],
        doubtful: &[Vec<Range<usize>>; 2],
    ) -> Result<[Vec<Labelled>; 2], LeftOut> {
        self.label_until(pages, doubtful, Instant::now() + self.deadline)
    }

    /// The same, until a moment. A batch that has begun is read to its end.
    pub(super) fn label_until(
        &self,
        pages: &[Page<'_, '_>; 2],
        doubtful: &[Vec<Range<usize>>; 2],
        until: Instant,
    ) -> Result<[Vec<Labelled>; 2], LeftOut> {
        let frame = self.pieces.frame();
        let mut fields = [Vec::new(), Vec::new()];
        let mut all = Vec::new();
        for (field, ((page, pieces), doubtful)) in pages.iter().zip(&mut fields).zip(doubtful).enumerate() {
            let mut ends = Vec::new();
            let mut sentences = sentences::of(page);
            if self.doubt > 0.0 {
                sentences::keep(page, doubtful, &mut sentences);
            }
            for sentence in sentences {
                in_time(until)?;
                self.pieces.cut(page.text, sentence, pieces).map_err(|_| LeftOut::Failed)?;
                ends.push(pieces.len());
            }
            windows(field, pieces, &ends, self.window.saturating_sub(frame), &mut all);
        }
        let mut borrowed = self.borrow(until)?;
        let reader = borrowed.reader.as_mut().ok_or(LeftOut::Failed)?;
        for batch in batches(&mut all, frame, self.batch) {
            in_time(until)?;
            self.read(reader, batch, &mut fields).map_err(|_| LeftOut::Failed)?;
        }
        let [title, text] = pages;
        let [of_title, of_text] = &fields;
        Ok([decode::names(title, of_title, &self.labels), decode::names(text, of_text, &self.labels)])
    }

    fn borrow(&self, until: Instant) -> Result<Borrowed<'_>, LeftOut> {
        let reader = self.idle.1.recv_deadline(until).map_err(|_| LeftOut::Deadline)?;
        Ok(Borrowed { reader: Some(reader), home: &self.idle.0 })
    }

    /// Reads a batch and tells the pieces what they are.
    fn read(&self, reader: &mut Reader, batch: &[Window], fields: &mut [Vec<Piece>]) -> ort::Result<()> {
        let Pieces { opening, closing, padding, .. } = &self.pieces;
        let longest = batch.iter().map(|window| window.pieces.len()).max().unwrap_or(0) + self.pieces.frame();
        let mut ids = Vec::with_capacity(batch.len() * longest);
        let mut mask = Vec::with_capacity(batch.len() * longest);
        for (row, window) in batch.iter().enumerate() {
            let pieces =
                fields.get(window.field).and_then(|pieces| pieces.get(window.pieces.clone())).unwrap_or_default();
            let own = pieces.iter().map(|piece| piece.id);
            ids.extend(opening.iter().copied().chain(own).chain(closing.iter().copied()).map(i64::from));
            mask.resize(ids.len(), 1);
            ids.resize((row + 1) * longest, i64::from(*padding));
            mask.resize(ids.len(), 0);
        }
        let labels = self.labels.len();
        let shape = [batch.len(), longest, labels].map(|size| size as i64);
        let take = |told: &[i64], logits: &[f32]| {
            if told != shape {
                let message = format!(
                    "its output has the shape {told:?}, and should have {shape:?}: the labels of config.json are {labels}"
                );
                return Err(ort::Error::new(message));
            }
            for (row, window) in batch.iter().enumerate() {
                let first = (row * longest + opening.len()) * labels;
                let answers = logits.get(first..).unwrap_or_default().chunks_exact(labels);
                let pieces = fields.get_mut(window.field).and_then(|pieces| pieces.get_mut(window.pieces.clone()));
                for (piece, answer) in pieces.unwrap_or_default().iter_mut().zip(answers) {
                    (piece.label, piece.likelihood) = self.likeliest(answer);
                }
            }
            Ok(())
        };
        reader.read(batch.len(), &ids, &mask, take)?
    }

    /// The label with the largest logit, and the softmax's share of all labels of its type.
    fn likeliest(&self, logits: &[f32]) -> (u16, f32) {
        let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        let Some((best, most)) = best else { return (0, 0.0) };
        let kind = self.labels.get(best).map(|label| label.kind);
        let (mut own, mut all) = (0.0, 0.0);
        for (logit, label) in logits.iter().zip(&self.labels) {
            let weight = (logit - most).exp();
            all += weight;
            own += if Some(label.kind) == kind { weight } else { 0.0 };
        }
        (best as u16, own / all)
    }
}

fn in_time(until: Instant) -> Result<(), LeftOut> {
    if Instant::now() < until { Ok(()) } else { Err(LeftOut::Deadline) }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

/// Tells models apart by what shapes their answers: the hash of all three files.
fn name(files: [&Path; 3]) -> io::Result<String> {
    let mut hash = blake3::Hasher::new();
    for path in files {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        hash.update_reader(fs::File::open(path).map_err(named)?).map_err(named)?;
    }
    Ok(format!("neural-{}", hash.finalize().to_hex().as_str().get(..12).unwrap_or_default()))
}
