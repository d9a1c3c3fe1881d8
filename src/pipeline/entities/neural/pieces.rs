//! Words to the pieces that the model knows, each with its place in the field.

use std::io;
use std::ops::Range;

use tokenizers::Tokenizer;

use super::labels::{ModelConfig, wrong};

/// What opens and closes a window, by the pairs that vocabularies have for it: of a tokenizer that does not say so itself.
const FRAMES: &[(&str, &str)] = &[("<s>", "</s>"), ("[CLS]", "[SEP]")];
const PADDING: &[&str] = &["<pad>", "[PAD]"];

/// A piece of a word, and what the model says of it.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) id: u32,
    /// Bytes of the field; none of a piece that only stands for a space.
    pub(super) start: u32,
    pub(super) end: u32,
    /// A space is before it: a word begins.
    pub(super) spaced: bool,
    /// The likeliest label, and how likely its type is.
    pub(super) label: u16,
    pub(super) likelihood: f32,
}

/// The tokenizer, and what stands around a window.
pub(super) struct Pieces {
    tokenizer: Tokenizer,
    pub(super) opening: Vec<u32>,
    pub(super) closing: Vec<u32>,
    pub(super) padding: u32,
}

impl Pieces {
    pub(super) fn new(bytes: &[u8], config: &ModelConfig) -> io::Result<Self> {
        let unreadable = |error: tokenizers::Error| wrong(format!("tokenizer.json: {error}"));
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(unreadable)?;
        tokenizer.with_padding(None).with_truncation(None).map_err(unreadable)?;
        // What an article writes is text, whatever it looks like.
        tokenizer.set_encode_special_tokens(true);
        let id = |piece: &str| tokenizer.token_to_id(piece);
        let framed = tokenizer.encode("a", true).map_err(unreadable)?;
        let special = framed.get_special_tokens_mask().iter().map(|special| *special != 0);
        let special: Vec<(u32, bool)> = framed.get_ids().iter().copied().zip(special).collect();
        let ids = |run: &mut dyn Iterator<Item = &(u32, bool)>| -> Vec<u32> {
            run.take_while(|(_, special)| *special).map(|(id, _)| *id).collect()
        };
        let (mut opening, mut closing) = (ids(&mut special.iter()), ids(&mut special.iter().rev()));
        closing.reverse();
        if opening.is_empty() && closing.is_empty() {
            let frame = FRAMES.iter().find_map(|(open, close)| id(open).zip(id(close)));
            opening.extend(frame.map(|(open, _)| open));
            closing.extend(frame.map(|(_, close)| close));
        }
        let padding = config.padding().or_else(|| PADDING.iter().find_map(|piece| id(piece))).unwrap_or(0);
        Ok(Self { tokenizer, opening, closing, padding })
    }

    /// How many pieces stand around a window.
    pub(super) fn frame(&self) -> usize {
        self.opening.len() + self.closing.len()
    }

    /// Appends the pieces of a stretch of `text`.
    pub(super) fn cut(
        &self,
        text: &str,
        stretch: Range<usize>,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), tokenizers::Error> {
        let words = text.get(stretch.clone()).unwrap_or_default();
        let encoding = self.tokenizer.encode(words, false)?;
        let told = encoding.get_ids().iter().zip(encoding.get_offsets()).zip(encoding.get_tokens());
        for ((id, (start, end)), token) in told {
            // SentencePiece's and GPT's signs for a space
            let is_space = token.trim_matches(['\u{2581}', '\u{120}', ' ']).is_empty();
            let inside = words.get(*start..*end).unwrap_or_default();
            let letters = inside.trim_start();
            let start = start + inside.len() - letters.len();
            let end = if is_space { start } else { start + letters.trim_end().len() };
            let before = words.get(..start).and_then(|before| before.chars().next_back());
            let spaced = before.is_none_or(char::is_whitespace);
            let [start, end] = [start, end].map(|at| (stretch.start + at) as u32);
            pieces.push(Piece { id: *id, start, end, spaced, label: 0, likelihood: 0.0 });
        }
        Ok(())
    }
}
