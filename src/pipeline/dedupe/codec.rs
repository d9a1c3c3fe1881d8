//! The bytes of the log's records: kind and format, a byte each, then the fields in order, little endian.
//!
//! Readers of every version share one log, so what a reader does not know it must not skip: an unknown kind or format is an
//! error that says which it is, and so is a byte too few or too many. The layout is the specification's (section 1), with
//! these departures: a proposal tells how much an article repeats itself, its headline, its numbers and its rate, its samples and keys are packed (`pack`); a verdict carries its coverages both
//! ways, the number of its merges takes two bytes, and verdicts do not repeat the epoch, which an epoch's own record states for every
//! offset after it, with more limits.

use std::num::NonZeroU64;

use super::cells;
use super::extent::Extent;
use super::headline::Headline;
use super::log::{Decision, Identity, LogRecord, Original, Proposal, Status, Verdict};
use super::numbers::Numbers;
use super::overlap::alike_bits;
use super::pack::{Layout, Of, pack, unpack};
use super::sketch::{Rate, Sketch};
use super::story_id::StoryId;

mod params;

pub(super) use params::{decode_params, encode_params};

/// The format of every kind of record. The first one told samples of five words apart, the second one all samples as keys are, the third one
/// no limits, the fourth one few of them and samples in one part, the fifth one all keys alike and as much of a long text's samples as of others, the sixth one
/// keys in two lists, the seventh one no numbers.
const FORMAT: u8 = 8;
/// Most keys are among about so many sequences with the least hashes, but for the lead's.
const DENSE_KEYS: u32 = 32;
/// Of fewer words so many sequences are keys that they are dense all over.
const ALL_DENSE: u16 = 300;
const PROPOSAL: u8 = b'P';
const VERDICTS: u8 = b'V';
const TAKEDOWN: u8 = b'T';
const EPOCH: u8 = b'E';

/// Why bytes are no record. Whoever reads the log must stop: what was skipped would be missing in every verdict after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Written by a later version.
    #[error(
        "record kind {kind}, format {format} is unknown: a later version of copydesk wrote it, and it takes one to read it"
    )]
    Unknown {
        /// First byte.
        kind: u8,
        /// Second byte.
        format: u8,
    },
    /// Written by an earlier version, in a format that was given up.
    #[error(
        "record kind {kind} has format {format} of an earlier version of copydesk, and this one reads {FORMAT}: name another one in topics.sketches"
    )]
    GivenUp {
        /// First byte.
        kind: u8,
        /// Second byte.
        format: u8,
    },
    /// Not written by copydesk, or damaged.
    #[error("a record of kind {kind} is damaged: only copydesk may write to the dedupe log")]
    Damaged {
        /// First byte.
        kind: u8,
    },
}

/// Appends a record's bytes. Lists and ids that are longer than the format can hold do not come from the pipeline; they are cut.
pub fn encode(record: &LogRecord, out: &mut Vec<u8>) {
    match record {
        LogRecord::Proposal(proposal) => {
            out.extend([PROPOSAL, FORMAT]);
            encode_proposal(proposal, out);
        }
        LogRecord::Verdicts { clock_ms, decisions } => {
            out.extend([VERDICTS, FORMAT]);
            out.extend(clock_ms.to_le_bytes());
            let decisions = decisions.get(..decisions.len().min(usize::from(u16::MAX))).unwrap_or_default();
            out.extend(two(decisions.len()));
            decisions.iter().for_each(|decision| encode_decision(decision, out));
        }
        LogRecord::Takedown { identity, key } => {
            out.extend([TAKEDOWN, FORMAT]);
            out.extend(identity.0);
            out.extend(key.to_le_bytes());
        }
        LogRecord::Epoch(params) => {
            out.extend([EPOCH, FORMAT]);
            encode_params(params, out);
        }
    }
}

/// The record that the bytes are, all of them.
///
/// # Errors
/// A [`CodecError`]; nothing is skipped.
pub fn decode(bytes: &[u8]) -> Result<LogRecord, CodecError> {
    let (kind, format) = match bytes {
        [kind, format, ..] => (*kind, *format),
        _ => return Err(CodecError::Damaged { kind: bytes.first().copied().unwrap_or_default() }),
    };
    if format > FORMAT || ![PROPOSAL, VERDICTS, TAKEDOWN, EPOCH].contains(&kind) {
        return Err(CodecError::Unknown { kind, format });
    }
    if format < FORMAT {
        return Err(CodecError::GivenUp { kind, format });
    }
    let mut input = Input(bytes.get(2..).unwrap_or_default());
    let record = match kind {
        PROPOSAL => decode_proposal(&mut input).map(LogRecord::Proposal),
        VERDICTS => decode_verdicts(&mut input),
        TAKEDOWN => decode_takedown(&mut input),
        _ => decode_params(&mut input).map(LogRecord::Epoch),
    };
    record.filter(|_| input.0.is_empty()).ok_or(CodecError::Damaged { kind })
}

fn encode_proposal(proposal: &Proposal, out: &mut Vec<u8>) {
    let Proposal { identity, key, article, url, source, sketch, id } = proposal;
    out.extend(identity.0);
    out.extend(key.to_le_bytes());
    out.extend(article.to_le_bytes());
    out.extend(url.map_or(0, NonZeroU64::get).to_le_bytes());
    out.extend(sketch.exact);
    out.extend(source.to_le_bytes());
    out.extend(sketch.extent.0.to_le_bytes());
    out.extend(sketch.headline.0.to_le_bytes());
    sketch.numbers.pack(sketch.extent, out);
    out.extend([sketch.repeats, sketch.rate.0]);
    let keys = listed(&sketch.keys);
    let others: Vec<u32> = cells::others(keys, &sketch.samples).collect();
    let others = listed(&others);
    encode_list(keys, keys_of(sketch.extent), out);
    encode_list(others, Of::Samples { rate: sketch.rate, alike: alike_bits(sketch.extent) }, out);
    encode_id(id, out);
}

fn decode_proposal(input: &mut Input<'_>) -> Option<Proposal> {
    let (identity, key, article) = (Identity(input.bytes()?), input.u64()?, input.u64()?);
    let (url, exact, source) = (NonZeroU64::new(input.u64()?), input.bytes()?, input.u32()?);
    let (extent, headline) = (Extent(input.u16()?), Headline(input.u32()?));
    let numbers = input.numbers(extent)?;
    let (repeats, rate) = (input.u8()?, Rate::told(input.u8()?)?);
    let alike = alike_bits(extent);
    let of = Of::Samples { rate, alike };
    let keys = decode_list(keys_of(extent), input)?;
    let others = decode_list(of, input)?;
    let samples = cells::joined(&keys, &others, alike)?;
    let sketch = Sketch { exact, extent, repeats, rate, headline, numbers, keys: keys.into(), samples };
    Some(Proposal { identity, key, article, url, source, sketch, id: input.id()? })
}

/// Where keys are dense, by what every reader knows: the least of a text are keys, then some of its lead. A guess, and part of the format.
fn keys_of(extent: Extent) -> Of {
    let below = u32::MAX.checked_div(extent.words().into()).map(|a_word| a_word.saturating_mul(DENSE_KEYS));
    Of::Keys { below: below.filter(|_| extent.words() >= ALL_DENSE).unwrap_or(u32::MAX) }
}

fn encode_list(list: &[u32], of: Of, out: &mut Vec<u8>) {
    let (layout, told) = Layout::of(list, of);
    out.extend([one(list.len()), told]);
    pack(list, layout, out);
}

/// A list as it was packed, and in no other layout: equal records, equal bytes.
fn decode_list(of: Of, input: &mut Input<'_>) -> Option<Vec<u32>> {
    let (count, told) = (input.u8()?, input.u8()?);
    let mut list = Vec::with_capacity(count.into());
    let taken = unpack(input.0, count, Layout::told(of, told)?, &mut list)?;
    input.take(taken)?;
    (Layout::of(&list, of).1 == told).then_some(list)
}

fn encode_decision(decision: &Decision, out: &mut Vec<u8>) {
    let Decision { identity, at, verdict } = decision;
    out.extend(identity.0);
    out.extend(at.to_le_bytes());
    encode_verdict(verdict, out);
}

pub(super) fn encode_verdict(verdict: &Verdict, out: &mut Vec<u8>) {
    out.push(match verdict.status {
        Status::Unique => 0,
        Status::Version => 1,
        Status::Near => 2,
        Status::Exact => 3,
    });
    out.extend(verdict.story.bytes());
    let merges = verdict.merges.get(..verdict.merges.len().min(usize::from(u16::MAX))).unwrap_or_default();
    out.extend(two(merges.len()));
    merges.iter().for_each(|story| out.extend(story.bytes()));
    let Some(original) = &verdict.original else { return };
    for share in [verdict.score, verdict.of_this, verdict.of_original] {
        out.extend(share.to_le_bytes());
    }
    out.extend(original.identity.to_le_bytes());
    out.extend(original.key.to_le_bytes());
    encode_id(&original.id, out);
    let evidence = listed(&verdict.evidence);
    out.push(one(evidence.len()));
    out.extend(evidence.iter().flat_map(|sample| sample.to_le_bytes()));
}

fn decode_verdicts(input: &mut Input<'_>) -> Option<LogRecord> {
    let (clock_ms, count) = (input.i64()?, input.u16()?);
    let decisions = (0..count).map(|_| decode_decision(input)).collect::<Option<Vec<_>>>()?;
    Some(LogRecord::Verdicts { clock_ms, decisions })
}

fn decode_decision(input: &mut Input<'_>) -> Option<Decision> {
    Some(Decision { identity: Identity(input.bytes()?), at: input.u64()?, verdict: decode_verdict(input)? })
}

pub(super) fn decode_verdict(input: &mut Input<'_>) -> Option<Verdict> {
    let status = match input.u8()? {
        0 => Status::Unique,
        1 => Status::Version,
        2 => Status::Near,
        3 => Status::Exact,
        _ => return None,
    };
    let (story, count) = (StoryId::from_bytes(input.bytes()?), input.u16()?);
    let merges = (0..count).map(|_| input.bytes().map(StoryId::from_bytes)).collect::<Option<Box<[_]>>>()?;
    if status == Status::Unique {
        return Some(Verdict::unique(story, merges));
    }
    let (score, of_this, of_original) = (input.u16()?, input.u16()?, input.u16()?);
    let original = Original { identity: input.u64()?, key: input.u64()?, id: input.id()? };
    let count = input.u8()?;
    let evidence = input.samples(count)?;
    let original = Some(Box::new(original));
    Some(Verdict { status, story, score, of_this, of_original, merges, original, evidence })
}

fn decode_takedown(input: &mut Input<'_>) -> Option<LogRecord> {
    Some(LogRecord::Takedown { identity: Identity(input.bytes()?), key: input.u64()? })
}

fn encode_id(id: &str, out: &mut Vec<u8>) {
    let id = id.get(..id.floor_char_boundary(usize::from(u8::MAX))).unwrap_or_default();
    out.push(one(id.len()));
    out.extend(id.as_bytes());
}

/// As many samples as one byte can count.
fn listed(samples: &[u32]) -> &[u32] {
    samples.get(..samples.len().min(usize::from(u8::MAX))).unwrap_or_default()
}

fn one(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

fn two(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes()
}

/// What is left to read.
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.bytes().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.bytes().map(u64::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Option<i64> {
        self.bytes().map(i64::from_le_bytes)
    }

    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn samples(&mut self, count: u8) -> Option<Box<[u32]>> {
        let samples = self.take(usize::from(count) * 4)?;
        let (samples, _) = samples.as_chunks();
        Some(samples.iter().map(|sample| u32::from_le_bytes(*sample)).collect())
    }

    fn numbers(&mut self, extent: Extent) -> Option<Numbers> {
        let (numbers, rest) = Numbers::unpack(extent, self.0)?;
        self.0 = rest;
        Some(numbers)
    }

    fn id(&mut self) -> Option<Box<str>> {
        let length = self.u8()?;
        Some(std::str::from_utf8(self.take(usize::from(length))?).ok()?.into())
    }
}

#[cfg(test)]
mod tests;
