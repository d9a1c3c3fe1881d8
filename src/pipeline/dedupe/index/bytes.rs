//! What a slice's articles hold, as bytes: the same for every index that holds it. Hashes ascend, each told by how far it lies above
//! the one before, then which article of the slice it is, in three bytes. They are in parts, by their first bits, so that several
//! threads can list them.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::super::codec::Input;
use super::Index;
use super::segment::Segment;

const PART_BITS: u32 = 6;
const PARTS: u32 = 1 << PART_BITS;
/// Hashes of a part, as a power of two.
const IN_PART: u32 = u32::BITS - PART_BITS;
/// Bytes that tell an article of a slice.
const ARTICLE: usize = 3;
/// Slots of a segment when an index is made to be loaded.
const SLOTS: u64 = 48_000;

/// What a slice's articles hold, not yet in an index.
#[derive(Debug)]
pub struct Listed {
    parts: Vec<Vec<u8>>,
}

impl Listed {
    pub(in super::super) fn read(input: &mut Input<'_>) -> Option<Self> {
        let mut part = || {
            let length = usize::try_from(input.u64()?).ok()?;
            Some(input.take(length)?.to_vec())
        };
        let parts = (0..PARTS).map(|_| part()).collect::<Option<_>>()?;
        Some(Self { parts })
    }
}

impl Index {
    /// Writes what the articles of some slices hold, whose numbers are given and ascend, to each its own: all at once, since all that
    /// is held is looked through.
    pub(in super::super) fn write<W: Write>(&self, slices: &mut [(Range<u64>, W)]) -> io::Result<()> {
        let mut held = vec![Vec::new(); slices.len()];
        let mut next = 0;
        let mut begin = 0;
        while let Some(segment) = self.directory.get(begin).and_then(|at| self.segments.get(*at as usize)) {
            let before: Vec<usize> = held.iter().map(Vec::len).collect();
            segment.each(|hash, number| {
                let slice = slices.partition_point(|(numbers, _)| numbers.end <= number);
                if let (Some((numbers, _)), Some(held)) = (slices.get(slice), held.get_mut(slice))
                    && numbers.start <= number
                {
                    held.push(u64::from(hash) << u32::BITS | (number - numbers.start));
                }
            });
            for (held, from) in held.iter_mut().zip(before) {
                held.get_mut(from..).unwrap_or_default().sort_unstable();
            }
            let (hash, bits) = segment.measure.hashes();
            let end = u64::from(hash) + (1 << bits);
            begin = (end >> (u32::BITS - self.depth)) as usize;
            // Parts that no later segment has hashes of.
            while u64::from(next + 1) << IN_PART <= end && next < PARTS {
                for (held, (_, out)) in held.iter_mut().zip(&mut *slices) {
                    let of_part = held.partition_point(|one| one >> (u32::BITS + IN_PART) <= next.into());
                    write_part(next << IN_PART, held.get(..of_part).unwrap_or_default(), out)?;
                    held.drain(..of_part);
                }
                next += 1;
            }
        }
        Ok(())
    }

    /// An index with room for about so many keys, of so many articles, from which what slices hold can be listed.
    pub(in super::super) fn for_listed(keys: u64, articles: u64) -> Self {
        let secret = Self::default().secret;
        let depth = keys.div_ceil(SLOTS).next_power_of_two().ilog2().clamp(PART_BITS, 16);
        let slots = usize::try_from(keys >> depth).unwrap_or(0);
        let bits = u32::BITS - depth;
        let segment = |at: u32| match slots {
            0 => Segment::empty(secret, at << bits, bits),
            _ => Segment::with_room(secret, at << bits, bits, slots, 0, articles),
        };
        let directory: Vec<u32> = (0..1 << depth).collect();
        let segments = directory.par_iter().map(|at| segment(*at)).collect();
        Self { secret, directory, depth, segments }
    }

    /// Lists what slices hold, in their order, each with the numbers of its articles; only in an index that was made for it. None if
    /// the bytes tell no such thing.
    pub(in super::super) fn list(&mut self, slices: &[(Range<u64>, Listed)]) -> Option<()> {
        let of_part = 1_usize << self.depth.checked_sub(PART_BITS)?;
        let all = self.segments.par_chunks_mut(of_part).enumerate();
        let list = |(part, segments): (usize, &mut [Segment])| {
            let first = u32::try_from(part).ok()? << IN_PART;
            for (numbers, listed) in slices {
                list_part(first, listed.parts.get(part)?, numbers, segments)?;
            }
            Some(())
        };
        all.map(list).collect()
    }
}

fn write_part(first: u32, held: &[u64], out: &mut impl Write) -> io::Result<()> {
    let (mut bytes, mut last) = (Vec::with_capacity(held.len() * (ARTICLE + 2)), first);
    for one in held {
        #[expect(clippy::cast_possible_truncation, reason = "two halves")]
        let (hash, article) = ((one >> u32::BITS) as u32, *one as u32);
        let mut gap = hash - last;
        while gap > 0x7f {
            bytes.push(0x80 | (gap & 0x7f) as u8);
            gap >>= 7;
        }
        bytes.push(gap as u8);
        bytes.extend_from_slice(article.to_le_bytes().get(..ARTICLE).unwrap_or_default());
        last = hash;
    }
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(&bytes)
}

/// Lists a part in its segments, all of the same number of hashes.
fn list_part(first: u32, bytes: &[u8], numbers: &Range<u64>, segments: &mut [Segment]) -> Option<()> {
    let shift = IN_PART - segments.len().ilog2();
    let (mut rest, mut last) = (bytes, (first, 0));
    while !rest.is_empty() {
        let gap = take_gap(&mut rest)?;
        let (article, behind) = rest.split_first_chunk::<ARTICLE>()?;
        rest = behind;
        let [low, middle, high] = *article;
        let article = u32::from_le_bytes([low, middle, high, 0]);
        let hash = last.0.checked_add(gap)?;
        let number = numbers.start + u64::from(article);
        let ascends = (hash, article) >= last && hash >> IN_PART == first >> IN_PART;
        if !ascends || number >= numbers.end {
            return None;
        }
        let segment = segments.get_mut(((hash - first) >> shift) as usize)?;
        segment.list(hash, number);
        last = (hash, article);
    }
    Some(())
}

/// The gap that comes next; none if it is told in more bytes than it takes.
fn take_gap(bytes: &mut &[u8]) -> Option<u32> {
    let (mut gap, mut shift) = (0_u64, 0);
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        gap |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(gap).ok().filter(|_| *byte > 0 || shift == 0);
        }
        shift += 7;
        if shift > 28 {
            return None;
        }
    }
}
