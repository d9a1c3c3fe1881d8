//! The head: what [`Stories`] is but for its slices, and where to find those.

use std::collections::{HashSet, VecDeque};
use std::io::{self, Write};

use super::super::codec::{Input, decode_params, encode_params};
use super::super::index::{Index, Listed};
use super::super::log::Params;
use super::super::slice::{Digest, Slice};
use super::super::stories::Stories;

pub(super) struct Head {
    pub(super) topic: String,
    pub(super) mark: [u8; 16],
    pub(super) params: Params,
    next_offset: u64,
    clock: i64,
    stated: Option<i64>,
    /// Of the older slices, oldest first.
    pub(super) files: Vec<Digest>,
    /// The newer ones.
    parts: Vec<Part>,
}

/// A slice, and what its articles hold.
pub(super) type Part = (Slice, Listed);

/// Writes a head. The first slices stand in these files, the others follow as they are.
pub(super) fn write(
    stories: &Stories,
    topic: &str,
    mark: [u8; 16],
    files: &[Digest],
    out: &mut impl Write,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    bytes.extend((topic.len() as u64).to_le_bytes());
    bytes.extend(topic.as_bytes());
    bytes.extend(mark);
    encode_params(stories.params(), &mut bytes);
    bytes.extend(stories.next_offset().to_le_bytes());
    bytes.extend(stories.clock_ms().to_le_bytes());
    bytes.push(u8::from(stories.stated_ms().is_some()));
    bytes.extend(stories.stated_ms().unwrap_or_default().to_le_bytes());
    bytes.extend((files.len() as u64).to_le_bytes());
    for digest in files {
        bytes.extend(digest.bytes.to_le_bytes());
        bytes.extend(digest.hash);
    }
    let slices = stories.slices.iter().skip(files.len());
    bytes.extend((slices.len() as u64).to_le_bytes());
    out.write_all(&bytes)?;
    for slice in slices {
        write_parts(stories, &mut [(slice, &mut *out)])?;
    }
    Ok(())
}

/// Writes slices, oldest first, and what their articles hold.
pub(super) fn write_parts<W: Write>(stories: &Stories, slices: &mut [(&Slice, W)]) -> io::Result<()> {
    for (slice, out) in &mut *slices {
        slice.write(out)?;
    }
    let mut keys: Vec<_> = slices.iter_mut().map(|(slice, out)| (slice.numbers(), out)).collect();
    stories.index.write(&mut keys)
}

/// The head that the bytes are, all of them.
pub(super) fn read(mut input: Input<'_>) -> Option<Head> {
    let length = usize::try_from(input.u64()?).ok()?;
    let topic = std::str::from_utf8(input.take(length)?).ok()?.to_owned();
    let (mark, params) = (input.bytes()?, decode_params(&mut input)?);
    let (next_offset, clock) = (input.u64()?, input.i64()?);
    let stated = match (input.u8()?, input.i64()?) {
        (0, 0) => None,
        (1, stated) => Some(stated),
        _ => return None,
    };
    // The bytes end before a count that lies has taken memory.
    let files: Vec<Digest> = (0..input.u64()?).map(|_| read_digest(&mut input)).collect::<Option<_>>()?;
    // A slice is in one place.
    if files.iter().collect::<HashSet<_>>().len() < files.len() {
        return None;
    }
    let parts = (0..input.u64()?).map(|_| read_part(&mut input)).collect::<Option<_>>()?;
    let head = Head { topic, mark, params, next_offset, clock, stated, files, parts };
    input.0.is_empty().then_some(head)
}

/// The slice that comes next, and what its articles hold.
pub(super) fn read_part(input: &mut Input<'_>) -> Option<Part> {
    Some((Slice::read(input)?, Listed::read(input)?))
}

fn read_digest(input: &mut Input<'_>) -> Option<Digest> {
    Some(Digest { bytes: input.u64()?, hash: input.bytes()? })
}

impl Head {
    /// The stories, if the slices of the files and the head's own are such as come one after the other.
    pub(super) fn stories(self, mut parts: Vec<Part>) -> Option<Stories> {
        parts.extend(self.parts);
        let (mut slices, mut held, mut next) =
            (VecDeque::with_capacity(parts.len()), Vec::with_capacity(parts.len()), 0);
        for (mut slice, listed) in parts {
            slice.first = next;
            next = slice.numbers().end;
            held.push((slice.numbers(), listed));
            slices.push_back(slice);
        }
        let ascend = slices.iter().is_sorted_by(|a: &&Slice, b: &&Slice| a.last_offset < b.last_offset);
        let are_read = slices.back().is_none_or(|slice| slice.last_offset < self.next_offset);
        if !(ascend && are_read) {
            return None;
        }
        let index = Index::of(held)?;
        Some(Stories::restored(self.params, self.clock, self.next_offset, self.stated, slices, index))
    }
}
