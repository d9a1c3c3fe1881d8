//! The sentences to learn from: gold ones, labelled by people, and silver ones, labelled by a larger model that is not always right.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::pipeline::entities::Kind;
use crate::pipeline::entities::training::{self, OUTSIDE, Reader, Words};

/// The token's label was not seen: any will do.
pub const UNSEEN: u8 = u8::MAX;

/// Every fiftieth gold sentence is kept apart to calibrate confidences.
const KEPT_APART: usize = 50;
/// Below this a span of the larger model says nothing about its words, nor, if the whole sentence has a word below it, the words outside.
const TRUSTED: f32 = 0.6;
/// What a silver sentence counts, beside a gold one.
const SILVER: f32 = 0.3;

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default = "sure")]
    score: f32,
}

fn sure() -> f32 {
    1.0
}

/// A sentence as the files have it.
#[derive(Deserialize)]
pub struct Row {
    pub lang: String,
    pub text: String,
    ents: Vec<Span>,
}

#[derive(Deserialize)]
struct Labels {
    line: usize,
    sure: f32,
    ents: Vec<Span>,
}

#[derive(Deserialize)]
struct Text {
    lang: String,
    licence: String,
    text: String,
}

impl Row {
    /// Its names: bytes and kind.
    pub fn names(&self) -> Vec<(std::ops::Range<usize>, Kind)> {
        spans(&self.text, &self.ents).into_iter().map(|(bytes, kind, _)| (bytes, kind)).collect()
    }
}

/// A sentence to learn from.
pub struct Example {
    pub words: Words,
    pub labels: Vec<u8>,
    /// What [`Word::spelled`](training::Word::spelled) says of each word.
    pub spelled: Vec<(u64, bool)>,
    /// Which of its words the model is asked about; the others are outside of names.
    pub asked: Vec<bool>,
    pub language: u32,
    pub weight: f32,
}

/// What there is to learn from.
pub struct Corpus {
    pub examples: Vec<Example>,
    /// Not learnt from.
    pub apart: Vec<Row>,
    pub gold: usize,
    pub silver: usize,
}

/// The rows of a file of JSON lines, packed or not.
pub fn rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let read: Box<dyn BufRead> =
        if packed { Box::new(BufReader::new(GzDecoder::new(file))) } else { Box::new(BufReader::new(file)) };
    read.lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<_>>()
        .with_context(|| path.display().to_string())
}

/// The word clusters: word, coarse, fine.
pub fn clusters(path: &Path) -> Result<Vec<(String, u32, u32)>> {
    let file = BufReader::new(GzDecoder::new(File::open(path).with_context(|| path.display().to_string())?));
    let parse = |line: String| {
        let mut columns = line.split('\t');
        let mut column = || columns.next().context("a line has three columns");
        Ok((column()?.to_owned(), column()?.parse()?, column()?.parse()?))
    };
    file.lines().map(|line| parse(line?)).collect()
}

impl Corpus {
    /// Reads `ner/train` and `text/sentences.jsonl.gz` in `data`.
    pub fn read(data: &Path, reader: &Reader) -> Result<Self> {
        let mut corpus = Self { examples: Vec::new(), apart: Vec::new(), gold: 0, silver: 0 };
        let mut known = HashSet::new();
        let folder = data.join("ner/train");
        let mut files: Vec<_> = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.sort();
        for path in files {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".jsonl.gz") && !name.starts_with("silver") {
                for row in rows::<Row>(&path)? {
                    known.insert(row.text.clone());
                    corpus.gold += 1;
                    if corpus.gold % KEPT_APART == 0 {
                        corpus.apart.push(row);
                        continue;
                    }
                    let mut example = example(reader, &row.text, &row.lang, &row.ents, 1.0, 1.0);
                    example.weight = weight(&name);
                    corpus.examples.push(example);
                }
            }
        }
        let texts: Vec<Text> = rows(&data.join("text/sentences.jsonl.gz"))?;
        for labels in rows::<Labels>(&folder.join("silver.jsonl.gz"))? {
            let text = texts.get(labels.line).context("a line of silver.jsonl.gz has no sentence")?;
            ensure!(!text.lang.is_empty(), "a sentence has no language");
            if may_be_used(&text.licence) && !known.contains(&text.text) {
                corpus.silver += 1;
                corpus.examples.push(example(reader, &text.text, &text.lang, &labels.ents, labels.sure, SILVER));
            }
        }
        Ok(corpus)
    }
}

/// What a gold sentence of this file counts. Tweets are not news; of English in sentences there is little.
fn weight(name: &str) -> f32 {
    let tweets = name.starts_with("btc") || name.starts_with("wnut");
    if tweets {
        0.5
    } else if name.starts_with("uner_en") {
        3.0
    } else {
        1.0
    }
}

/// Whether a model that is shipped may be trained on text with this licence.
fn may_be_used(licence: &str) -> bool {
    let open = ["CC0", "CC BY", "MIT", "Apache-2.0"].iter().any(|open| licence.starts_with(open));
    open && !["NC", "ND"].iter().any(|closed| licence.contains(closed))
}

fn example(reader: &Reader, text: &str, language: &str, ents: &[Span], sure: f32, weight: f32) -> Example {
    let sentence = reader.read(text);
    let mut labels = vec![OUTSIDE as u8; sentence.tokens.len()];
    for (bytes, kind, score) in spans(text, ents) {
        let [begin, on] = training::labels(kind).map(|label| label as u8);
        let mut next = begin;
        for (word, label) in sentence.tokens.iter().zip(&mut labels) {
            if word.bytes.start < bytes.end && word.bytes.end > bytes.start {
                // the larger model cannot tell whether a title belongs to the name
                let title =
                    weight < 1.0 && kind == Kind::Person && next == begin && word.title && word.bytes.end < bytes.end;
                *label = if score < TRUSTED {
                    UNSEEN
                } else if title {
                    OUTSIDE as u8
                } else {
                    next
                };
                next = if title { next } else { on };
            }
        }
    }
    if sure < TRUSTED {
        for (word, label) in sentence.tokens.iter().zip(&mut labels) {
            if *label == OUTSIDE as u8 && word.may_name {
                *label = UNSEEN;
            }
        }
    }
    let spelled = sentence.tokens.iter().map(|word| word.spelled).collect();
    Example {
        words: sentence.traits,
        labels,
        spelled,
        asked: Vec::new(),
        language: training::language(Some(language)),
        weight,
    }
}

/// Spans in bytes; the files count code points.
fn spans(text: &str, ents: &[Span]) -> Vec<(std::ops::Range<usize>, Kind, f32)> {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = |point: usize| bytes.get(point).copied().unwrap_or(text.len());
    let kind = |name: &str| match name {
        "PER" => Some(Kind::Person),
        "ORG" => Some(Kind::Organisation),
        "LOC" => Some(Kind::Location),
        _ => None,
    };
    ents.iter().filter_map(|span| Some((at(span.start)..at(span.end), kind(&span.kind)?, span.score))).collect()
}
