//! A segment that is full is made anew, by a quarter to nine tenths larger or as two or more, without what has left the window. Segments
//! come to that at different times, so no article waits for all of them; a key is moved some two times until it leaves.

use super::lines::is_second;
use super::measure::{Told, hash_of};
use super::segment::{LEAST_BITS, Segment, some_of};

/// Hashes that begin alike.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// The least.
    hash: u32,
    /// In how many bits they differ.
    bits: u32,
    /// How many holders they have.
    held: usize,
}

impl Part {
    #[inline(always)]
    fn has(&self, hash: u32) -> bool {
        begin_alike(hash, self.hash, self.bits)
    }

    /// How many it may hold: two thirds of the most to four thirds, by its hashes. So segments have all sizes at any time.
    fn may_hold(&self, most: usize) -> usize {
        let least = most / 3 * 2;
        least + some_of(least, hash_of(self.hash) ^ self.bits)
    }
}

impl Segment {
    /// Makes it anew with what is held from the oldest number on. What is more than about the most for one is put into others.
    #[inline(never)]
    pub(super) fn make_anew(&mut self, oldest: u64, next: u64, most: usize) -> Vec<Self> {
        let (hash, bits) = self.measure.hashes();
        let old = std::mem::replace(self, Self::empty(hash, bits));
        let passed = u32::try_from(oldest.saturating_sub(old.base)).unwrap_or(u32::MAX);
        let parts = old.parts(passed, most);
        let is_crowded = old.is_crowded();
        let with_room = |part: &Part| {
            let anew = Self::with_room(part.hash, part.bits, part.held, oldest, next);
            if is_crowded { anew.mixed() } else { anew }
        };
        let mut anew: Vec<Filling> = parts.iter().map(with_room).map(Filling::of).collect();
        if let [all] = anew.as_mut_slice() {
            old.each_from(passed, |told| all.put(told));
        } else {
            // Where lines are in the hashes' order, most are of the same part as the one before.
            let mut at = 0;
            old.each_from(passed, |told| {
                if !parts.get(at).is_some_and(|part| part.has(told.hash)) {
                    at = parts.partition_point(|part| part.hash <= told.hash) - 1;
                }
                anew.get_mut(at).into_iter().for_each(|part| part.put(told));
            });
        }
        let mut segments = anew.into_iter().map(|filling| filling.segment.with_spilled(&old, passed));
        *self = segments.next().unwrap_or(Self::empty(hash, bits));
        segments.collect()
    }

    /// Parts of what is held from a number on, halved until none has more than it may hold, or it has the least bits.
    fn parts(&self, passed: u32, most: usize) -> Vec<Part> {
        let (hash, bits) = self.measure.hashes();
        let held = if passed == 0 { self.len() } else { self.count(passed, hash, bits) };
        let (mut parts, mut at) = (vec![Part { hash, bits, held }], 0);
        while let Some(part) = parts.get_mut(at) {
            if part.held <= part.may_hold(most) || part.bits <= LEAST_BITS {
                at += 1;
                continue;
            }
            let bits = part.bits - 1;
            let half = part.hash | 1 << bits;
            let can_reckon = passed == 0 && !self.measure.is_mixed();
            let of_half = if can_reckon { self.reckon(half, bits) } else { self.count(passed, half, bits) };
            *part = Part { hash: part.hash, bits, held: part.held.saturating_sub(of_half) };
            parts.insert(at + 1, Part { hash: half, bits, held: of_half });
        }
        parts
    }

    /// An empty segment, with hashes and what holds them, from the base on: of a hash in the order of their numbers.
    pub(super) fn filled(self, held: &[(u32, u32)]) -> Self {
        let mut filling = Filling::of(self);
        for &(hash, number) in held {
            filling.put(Told { hash, number });
        }
        filling.segment.begin();
        filling.segment
    }

    /// How many are held from a number on, of the hashes that begin as one does, with so many bits open.
    fn count(&self, passed: u32, first: u32, bits: u32) -> usize {
        let is_one = |hash: u32| begin_alike(hash, first, bits);
        let mut count = 0;
        self.each_slot(|told| count += usize::from(told.number >= passed && is_one(told.hash)));
        count + self.spilled.all().filter(|(hash, number)| *number >= passed && is_one(*hash)).count()
    }

    /// About how many are held of these hashes, while nothing has left the window, if lines are in their order: at either end others
    /// stand in their lines, three lines' worth at most.
    fn reckon(&self, first: u32, bits: u32) -> usize {
        let last = first | ((1 << bits) - 1);
        let lines = self.measure.place(first).line..=self.measure.place(last).line;
        let lines = self.lines.0.get(lines).unwrap_or_default();
        let in_lines: usize = lines.iter().map(|line| line.told().count()).sum();
        in_lines + self.spilled.between(first, last)
    }

    /// What slots tell from a number on, which is 0 then.
    #[inline(always)]
    fn each_from(&self, passed: u32, mut tell: impl FnMut(Told)) {
        self.each_slot(|told| {
            if let Some(number) = told.number.checked_sub(passed) {
                tell(Told { number, ..told });
            }
        });
    }

    /// With what another had no room for, of the hashes that are this one's.
    fn with_spilled(mut self, old: &Self, passed: u32) -> Self {
        let (prefix, bits) = self.measure.hashes();
        let is_own = |hash: u32| begin_alike(hash, prefix, bits);
        for (hash, number) in old.spilled.all().filter(|(hash, _)| is_own(*hash)) {
            if let Some(number) = number.checked_sub(passed) {
                self.take_spilled(hash, number);
            }
        }
        self.begin();
        self
    }
}

/// Whether hashes are the same but for so many bits at the end.
#[inline(always)]
fn begin_alike(hash: u32, other: u32, bits: u32) -> bool {
    u64::from(hash ^ other) >> bits == 0
}

/// A segment to which another's slots are moved; what that spilled comes after them. Nobody asks how many hold a hash: lines had these
/// before.
struct Filling {
    segment: Segment,
    /// How many slots of a line are taken.
    taken: Vec<u8>,
}

impl Filling {
    fn of(segment: Segment) -> Self {
        Self { taken: vec![0; segment.lines.0.len()], segment }
    }

    #[inline(always)]
    fn put(&mut self, told: Told) {
        let Self { segment, taken } = self;
        let (place, room) = (segment.measure.place(told.hash), segment.measure.room);
        let counts = taken.get_mut(place.line..).and_then(<[u8]>::first_chunk_mut);
        let Some([first, second]) = counts else { return };
        let has_second_more = is_second((*first).into(), (*second).into());
        let (count, low, line) =
            if has_second_more { (second, place.low + room, place.line + 1) } else { (first, place.low, place.line) };
        let free = segment.lines.0.get_mut(line).and_then(|line| line.0.get_mut(usize::from(*count)));
        if let Some(free) = free {
            *free = low + told.number;
            *count += 1;
            segment.taken += 1;
            return;
        }
        // Where none has one more, full lines stay full.
        let longer = segment.take_full(told.hash, told.number).and_then(|line| taken.get_mut(line));
        longer.into_iter().for_each(|taken| *taken += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::words::mix;
    use super::super::lines::SLOTS;
    use super::*;

    #[test]
    fn what_is_reckoned_is_near_what_is_counted() {
        let mut segment = Segment::with_room(0, 20, 900, 0, 1_000);
        for number in 0..900_u32 {
            // Half of them in an eighth of the hashes.
            let hash = mix(number.into()) as u32 >> if number % 2 == 0 { 12 } else { 15 };
            segment.put(hash, number.into(), 0, 64);
        }
        assert!(segment.spilled.len() > 0);
        for (first, bits) in [(1 << 19, 19), (0, 19), (1 << 18, 18), (1 << 17, 17), (1 << 16, 16), (7 << 17, 17)] {
            let (reckoned, counted) = (segment.reckon(first, bits), segment.count(0, first, bits));
            assert!(reckoned.abs_diff(counted) <= 3 * SLOTS, "{first:x}: {reckoned}, {counted}");
        }
    }
}
