//! The index: which articles of the window hold a key. One for all slices, so that to look a key up is to fetch two lines of
//! memory, side by side, whatever the window's length, and to insert it finds them in the cache.
//!
//! What is derived belongs to a slice (the project's note on deciding through the log, rule 2), and so it is here: an article's
//! number tells its slice, of each slice the first holders are remembered, those of slices that have left are not told, and how many
//! there are of another slice changes nothing. In which slot something stands nobody can see.
//!
//! A slot has 32 bits, whatever the size: the more articles there are, the more bits tell one of them, and the more lines, so the
//! fewer bits are left of a key by where it stands (Cleary, Compact hash tables using bidirectional linear probing, 1984). That takes
//! two and a half lines an article when a segment is made: about what 25 keys take anyhow, with room to grow.

use std::hint::black_box;

mod anew;
mod bytes;
mod lines;
mod measure;
mod segment;
mod spilled;

pub(super) use bytes::PARTS;
use measure::hash_of;
use segment::{MOST_TAKEN, Segment};

/// Keys that are fetched at once.
const WARMED: usize = 64;

/// Which articles are asked for and remembered, by their numbers.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// The first of the window's first slice.
    pub oldest: u64,
    /// The first of its last slice.
    pub open: u64,
}

/// Key to articles' numbers.
#[derive(Debug, Clone)]
pub struct Index {
    /// Which segment has the hashes that begin with these bits: two to the power of `depth`.
    directory: Vec<u32>,
    depth: u32,
    segments: Vec<Segment>,
}

impl Default for Index {
    fn default() -> Self {
        Self { directory: vec![0], depth: 0, segments: vec![Segment::empty(0, u32::BITS)] }
    }
}

impl Index {
    /// An article of the open slice, the newest, holds keys. Of a slice at most `cap` are remembered for each.
    pub fn insert(&mut self, keys: &[u32], number: u64, reach: Reach, cap: usize) {
        keys.iter().for_each(|key| self.insert_key(*key, number, reach, cap));
    }

    fn insert_key(&mut self, key: u32, number: u64, reach: Reach, cap: usize) {
        let hash = hash_of(key);
        let at = self.segment_of(hash);
        let Some(segment) = self.segments.get_mut(at) else { return };
        if segment.insert(hash, number, reach.open, cap) {
            return;
        }
        self.make_room(at, reach.oldest, number + 1);
        let at = self.segment_of(hash);
        if let Some(segment) = self.segments.get_mut(at) {
            segment.put(hash, number, reach.open, cap);
        }
    }

    /// Tells the remembered holders of a key in the window.
    #[inline]
    pub fn holders(&self, key: u32, oldest: u64, mut tell: impl FnMut(u64)) {
        let hash = hash_of(key);
        let Some(segment) = self.segments.get(self.segment_of(hash)) else { return };
        segment.holders(hash, oldest, |number| {
            if number >= oldest {
                tell(number);
            }
        });
    }

    /// Has the processor fetch where these keys are looked for, all at the same time: one after the other, each would wait
    /// for memory that is in no cache. Where that is, is worked out before, so that nothing but fetching is left to do.
    pub fn warm(&self, keys: &[u32]) {
        let mut places = [(0, 0); WARMED];
        for keys in keys.chunks(WARMED) {
            for (place, key) in places.iter_mut().zip(keys) {
                let hash = hash_of(*key);
                let at = self.segment_of(hash);
                *place = (at, self.segments.get(at).map_or(0, |segment| segment.measure.place(hash).line));
            }
            let peek = |&(at, line): &(usize, usize)| self.segments.get(at).map_or(0, |segment| segment.peek(line));
            black_box(places.iter().take(keys.len()).map(peek).fold(0, |sum, slot| sum | slot));
        }
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum::<usize>() + self.directory.capacity() * size_of::<u32>()
    }

    #[inline(always)]
    fn segment_of(&self, hash: u32) -> usize {
        let place = u64::from(hash) >> (u32::BITS - self.depth);
        self.directory.get(place as usize).map_or(usize::MAX, |segment| *segment as usize)
    }

    #[inline(never)]
    fn make_room(&mut self, at: usize, oldest: u64, next: u64) {
        let anew = self.segments.get_mut(at).map(|segment| segment.make_anew(oldest, next, MOST_TAKEN));
        for segment in anew.into_iter().flatten() {
            let (hash, bits) = segment.measure.hashes();
            let depth = u32::BITS - bits;
            while depth > self.depth {
                self.directory = self.directory.iter().flat_map(|segment| [*segment; 2]).collect();
                self.depth += 1;
            }
            let begin = (u64::from(hash) >> (u32::BITS - self.depth)) as usize;
            let places = self.directory.iter_mut().skip(begin).take(1 << (self.depth - depth));
            let number = u32::try_from(self.segments.len()).unwrap_or(u32::MAX);
            places.for_each(|place| *place = number);
            self.segments.push(segment);
        }
    }
}

#[cfg(test)]
mod tests;
