//! What a slice's articles hold, as bytes: the same for every index that holds it. Hashes ascend, each told by how far it lies above
//! the one before, then which article of the slice it is, in three bytes. They are in parts, by their first bits, so that several
//! threads can list them.

use std::io;
use std::ops::Range;

use rayon::prelude::*;

use super::Index;
use super::segment::Segment;

const PART_BITS: u32 = 6;
/// Parts of what a slice's articles hold.
pub(in super::super) const PARTS: usize = 1 << PART_BITS;
/// Hashes of a part, as a power of two.
const IN_PART: u32 = u32::BITS - PART_BITS;
/// Bytes that tell an article of a slice.
const ARTICLE: usize = 3;
/// Slots of a segment that is made from what slices hold.
const SLOTS: usize = 48_000;

impl Index {
    /// Tells what the articles of some slices hold, whose numbers are given and ascend, part by part: all slices at once, since all
    /// that is held is looked through.
    pub(in super::super) fn write(
        &self,
        slices: &[Range<u64>],
        mut tell: impl FnMut(usize, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        if slices.is_empty() {
            return Ok(());
        }
        let mut held = vec![Vec::new(); slices.len()];
        let (mut begin, mut end) = (0, 0);
        for part in 0..PARTS as u32 {
            let end_of_part = u64::from(part + 1) << IN_PART;
            let mut segments = Vec::new();
            while let Some(segment) = self.directory.get(begin).and_then(|at| self.segments.get(*at as usize))
                && end < end_of_part
            {
                let (hash, bits) = segment.measure.hashes();
                end = u64::from(hash) + (1 << bits);
                begin = (end >> (u32::BITS - self.depth)) as usize;
                segments.push(segment);
            }
            let of_segments: Vec<_> = segments.into_par_iter().map(|segment| held_by(segment, slices)).collect();
            for of_segment in of_segments {
                held.iter_mut().zip(of_segment).for_each(|(held, more)| held.extend(more));
            }
            for (slice, held) in held.iter_mut().enumerate() {
                let of_part = held.partition_point(|one| one >> u32::BITS < end_of_part);
                tell(slice, &told(part << IN_PART, held.get(..of_part).unwrap_or_default()))?;
                held.drain(..of_part);
            }
        }
        Ok(())
    }

    /// The index of what slices hold, whose articles have these numbers, from 0 on, and which is told by so many bytes in all. `read`
    /// has those of a slice and part, which are asked for once. None if they tell no such thing.
    ///
    /// # Errors
    /// What `read` has for one.
    pub(in super::super) fn of<E: Send>(
        slices: &[Range<u64>],
        bytes: u64,
        read: impl Fn(usize, usize) -> Result<Vec<u8>, E> + Sync,
    ) -> Result<Option<Self>, E> {
        let segments = (bytes / (ARTICLE as u64 + 1)).div_ceil(SLOTS as u64).next_power_of_two();
        let depth = segments.ilog2().clamp(PART_BITS, 16);
        let part = |part| {
            let bytes = (0..slices.len()).map(|slice| read(slice, part)).collect::<Result<Vec<_>, E>>()?;
            Ok(segments_of(part as u32, slices, &bytes, depth))
        };
        let segments = (0..PARTS).into_par_iter().map(part).collect::<Result<Option<Vec<_>>, E>>()?;
        let index = |segments: Vec<_>| {
            let segments = segments.into_iter().flatten().collect();
            Self { directory: (0..1 << depth).collect(), depth, segments }
        };
        Ok(segments.map(index))
    }
}

/// The segments of a part, of so many bits in all, as slices' bytes tell them.
fn segments_of(part: u32, slices: &[Range<u64>], bytes: &[Vec<u8>], depth: u32) -> Option<Vec<Segment>> {
    let cursors = slices.iter().zip(bytes).map(|(numbers, bytes)| Cursor::new(part, bytes, numbers));
    let mut cursors = cursors.collect::<Option<Vec<_>>>()?;
    let (bits, next) = (u32::BITS - depth, slices.last().map_or(0, |numbers| numbers.end));
    let hashes = (0..1_u32 << (depth - PART_BITS)).map(|at| (part << IN_PART) | (at << bits));
    let segments = hashes.map(|hash| listed(&mut cursors, hash, bits, next)).collect::<Option<Vec<_>>>()?;
    cursors.iter().all(|cursor| cursor.next.is_none()).then_some(segments)
}

/// What a segment's hashes are held by of each slice, as hashes and articles of the slice, in order.
fn held_by(segment: &Segment, slices: &[Range<u64>]) -> Vec<Vec<u64>> {
    let mut held = vec![Vec::new(); slices.len()];
    segment.each(|hash, number| {
        let slice = slices.partition_point(|numbers| numbers.end <= number);
        if let (Some(numbers), Some(held)) = (slices.get(slice), held.get_mut(slice))
            && numbers.start <= number
        {
            held.push(u64::from(hash) << u32::BITS | (number - numbers.start));
        }
    });
    held.iter_mut().for_each(|held| held.sort_unstable());
    held
}

/// The segment with hashes from one on, and what all slices hold of them.
fn listed(slices: &mut [Cursor<'_>], hash: u32, bits: u32, next: u64) -> Option<Segment> {
    let end = hash | (u32::MAX >> (u32::BITS - bits));
    let mut held = Vec::with_capacity(SLOTS);
    for cursor in slices {
        while let Some((hash, article)) = cursor.next.filter(|(hash, _)| *hash <= end) {
            held.push((hash, u32::try_from(cursor.numbers.start).ok()?.checked_add(article)?));
            cursor.step(hash, Some(article))?;
        }
    }
    if held.is_empty() {
        return Some(Segment::empty(hash, bits));
    }
    let as_found = || Segment::as_found(hash, bits, held.len(), next);
    let segment = as_found().filled(&held);
    Some(if segment.is_crowded() { as_found().mixed().filled(&held) } else { segment })
}

/// The bytes that tell what is held of a part, whose first hash is given.
fn told(first: u32, held: &[u64]) -> Vec<u8> {
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
    bytes
}

/// Reads what a slice holds of a part.
struct Cursor<'a> {
    rest: &'a [u8],
    numbers: &'a Range<u64>,
    /// The last hash of the part.
    end: u32,
    /// The hash and article of the slice that come next.
    next: Option<(u32, u32)>,
}

impl<'a> Cursor<'a> {
    /// At the first; none if it is no such thing.
    fn new(part: u32, bytes: &'a [u8], numbers: &'a Range<u64>) -> Option<Self> {
        let first = part << IN_PART;
        let mut cursor = Self { rest: bytes, numbers, end: first | (u32::MAX >> PART_BITS), next: None };
        cursor.step(first, None)?;
        Some(cursor)
    }

    /// To the one after this; none if that is no such thing.
    fn step(&mut self, hash: u32, article: Option<u32>) -> Option<()> {
        if self.rest.is_empty() {
            self.next = None;
            return Some(());
        }
        let gap = take_gap(&mut self.rest)?;
        let (told, rest) = self.rest.split_first_chunk::<ARTICLE>()?;
        self.rest = rest;
        let [low, middle, high] = *told;
        let next = (hash.checked_add(gap)?, u32::from_le_bytes([low, middle, high, 0]));
        self.next = Some(next);
        // Nothing holds a hash twice.
        let is_sound = article.is_none_or(|article| next > (hash, article))
            && next.0 <= self.end
            && self.numbers.start + u64::from(next.1) < self.numbers.end;
        is_sound.then_some(())
    }
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
