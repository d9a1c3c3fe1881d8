//! A part of the index: all hashes that begin alike.

use std::collections::BTreeSet;

use super::lines::{Line, Lines, Pair, SLOTS};
use super::measure::{Measure, Place, Told, hash_of};

/// How much of the slots is taken before a segment is made anew, in percent, at least.
const FULL: usize = 82;
/// So much more at most, by the hash: segments of one size are not all full at the same time.
const FULLER: usize = 6;
/// Where of so many holders one found no room in lines, the hashes' own order crowds some of them.
const CROWDED: usize = 8;
/// Segments of an index that is small anyhow: fewer than sixteen, some ten megabytes in all.
const FEW_BITS: u32 = 4;
/// Most holders of a hash in lines, which others need as well.
const MOST_HELD: usize = 8;
/// About how many slots of a segment are taken before it is made anew as two or more. Tests have few.
pub(super) const MOST_TAKEN: usize = if cfg!(test) { 1 << 9 } else { 1 << 16 };
/// Bits in which the hashes of the smallest part differ: the directory has two to the power of the rest of them.
pub(super) const LEAST_BITS: u32 = 16;

/// Which numbers hold a hash. A number is an article's; they ascend. What a search needs to find its line comes first, in one line of
/// memory itself.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Segment {
    pub(super) lines: Lines,
    pub(super) measure: Measure,
    /// The number that slots tell as 0.
    pub(super) base: u64,
    /// How many slots tell something, and how many may.
    pub(super) taken: usize,
    most: usize,
    /// Hashes and holders, from the base on, that are in no line: of a hash with many of them mostly.
    pub(super) spilled: BTreeSet<(u32, u32)>,
    most_spilled: usize,
}

impl Segment {
    /// A segment that takes no memory, and is full.
    pub(super) fn empty(hash: u32, bits: u32) -> Self {
        let (measure, spilled) = (Measure::new(hash, bits, 1, 1), BTreeSet::new());
        Self { lines: Lines::default(), measure, base: 0, taken: 0, most: 0, spilled, most_spilled: 0 }
    }

    /// A segment with room for so many slots and some more, and for numbers from the base on up to the next and some more.
    pub(super) fn with_room(hash: u32, bits: u32, slots: usize, base: u64, next: u64) -> Self {
        // A quarter to eleven twentieths, by the hash, and what rounding adds: else all segments would be full at the same time. As much again in an index that is small
        // anyhow. Less saves memory, and moves every key more often.
        let is_small = bits + FEW_BITS > u32::BITS;
        let more = if is_small { slots } else { slots / 4 + some_of(slots, hash) * 3 / 10 };
        Self::with(slots + more, hash, bits, base, next)
    }

    /// The same for a window that has its length: as they are found there, some nearly full, some made just now.
    pub(super) fn as_found(hash: u32, bits: u32, slots: usize, next: u64) -> Self {
        Self::with(slots + some_of(slots, hash) * 2 / 5, hash, bits, 0, next)
    }

    fn with(slots: usize, hash: u32, bits: u32, base: u64, next: u64) -> Self {
        let full = FULL + some_of(FULLER, hash_of(hash) ^ bits);
        let lines = ((slots + SLOTS) * 100).div_ceil(SLOTS * full);
        let numbers = next.saturating_sub(base);
        let numbers = u32::try_from(numbers + numbers / 4 + 64).unwrap_or(u32::MAX);
        let measure = Measure::new(hash, bits, u32::try_from(lines).unwrap_or(u32::MAX), numbers);
        let most = measure.home as usize * SLOTS * full / 100;
        let lines = Lines::new(measure.home);
        Self { lines, measure, base, most, most_spilled: most, ..Self::empty(hash, bits) }
    }

    /// The same with lines in another order of the hashes.
    pub(super) fn mixed(self) -> Self {
        Self { measure: self.measure.mixed(), ..self }
    }

    /// Whether lines had no room for many, or had not in their hashes' own order. Of a hash with many holders most are in no line anyhow.
    pub(super) fn is_crowded(&self) -> bool {
        let mut crowded = 0;
        let (mut last, mut of_hash) = (None, 0);
        for (hash, _) in &self.spilled {
            of_hash = if last == Some(*hash) { of_hash + 1 } else { 1 };
            last = Some(*hash);
            crowded += usize::from(of_hash < MOST_HELD);
        }
        self.measure.is_mixed() || crowded * CROWDED > self.len()
    }

    /// A number holds a hash. At most `cap` that are `open` or above are remembered. False, and nothing has changed, if the segment
    /// must be made anew first.
    #[inline]
    pub(super) fn insert(&mut self, hash: u32, number: u64, open: u64, cap: usize) -> bool {
        let has_room = self.taken < self.most
            && self.spilled.len() < self.most_spilled
            && number.saturating_sub(self.base) < self.measure.room.into();
        if has_room {
            self.put(hash, number, open, cap);
        }
        has_room
    }

    /// Inserts, whether it is time to make the segment anew or not.
    #[inline]
    pub(super) fn put(&mut self, hash: u32, number: u64, open: u64, cap: usize) {
        let (room, place) = (self.measure.room, self.measure.place(hash));
        // Of a window of more than 2^29 articles the newest would not be remembered; its memory would be 300 GB.
        let told = u32::try_from(number.saturating_sub(self.base)).ok().filter(|told| *told < room);
        let (Some(told), Some(pair)) = (told, self.lines.pair(place.line)) else { return };
        let open = u32::try_from(open.saturating_sub(self.base)).unwrap_or(u32::MAX);
        let (mut held, mut of_open) = (0, 0);
        for other in pair.holders(place.low, room) {
            if other == told {
                return;
            }
            held += 1;
            of_open += usize::from(other >= open);
        }
        if pair.is_spilling() {
            of_open += self.spilled.range((hash, open)..=(hash, u32::MAX)).take(cap).count();
            if self.spilled.contains(&(hash, told)) {
                return;
            }
        }
        if of_open >= cap {
            return;
        }
        self.take(hash, told, held);
    }

    /// Takes what is not there yet, where so many that hold the hash are in lines.
    #[inline(always)]
    fn take(&mut self, hash: u32, told: u32, held: usize) {
        let (room, place) = (self.measure.room, self.measure.place(hash));
        match self.lines.pair(place.line).and_then(Pair::free) {
            _ if held >= MOST_HELD => self.spill(hash, told),
            Some(free) => {
                let low = if free < SLOTS { place.low } else { place.low + room };
                self.lines.set(place.line, free, low + told);
                self.taken += 1;
            }
            None => {
                self.take_full(hash, told);
            }
        }
    }

    /// Takes what was in no line before.
    pub(super) fn take_spilled(&mut self, hash: u32, told: u32) {
        let (room, place) = (self.measure.room, self.measure.place(hash));
        let held = self.lines.pair(place.line).map_or(0, |pair| pair.holders(place.low, room).count());
        self.take(hash, told, held);
    }

    /// Takes what lines have no room for. The line that has one more, if way can be made.
    #[inline(never)]
    pub(super) fn take_full(&mut self, hash: u32, told: u32) -> Option<usize> {
        let (room, Place { line, low }) = (self.measure.room, self.measure.place(hash));
        let Some((free, last)) = self.lines.make_way(line + 1, &self.measure) else {
            self.spill(hash, told);
            return None;
        };
        self.lines.set(line + 1, free, low + room + told);
        self.taken += 1;
        Some(last)
    }

    /// Remembers it beside the lines. Slots give way to the marks that tell so.
    #[inline(never)]
    fn spill(&mut self, hash: u32, told: u32) {
        self.spilled.insert((hash, told));
        let Self { lines, measure, spilled, taken, .. } = self;
        lines.mark(measure.place(hash).line, measure, |line, slot| {
            let Told { hash, number } = measure.of_line(line).told(slot);
            spilled.insert((hash, number));
            *taken -= 1;
        });
    }

    /// Tells which numbers hold a hash; from the oldest on, and others.
    #[inline]
    pub(super) fn holders(&self, hash: u32, oldest: u64, mut tell: impl FnMut(u64)) {
        let (room, place) = (self.measure.room, self.measure.place(hash));
        let Some(pair) = self.lines.pair(place.line) else { return };
        pair.holders(place.low, room).for_each(|told| tell(self.base + u64::from(told)));
        if pair.is_spilling() {
            let oldest = u32::try_from(oldest.saturating_sub(self.base)).unwrap_or(u32::MAX);
            let spilled = self.spilled.range((hash, oldest)..=(hash, u32::MAX));
            spilled.for_each(|(_, told)| tell(self.base + u64::from(*told)));
        }
    }

    /// Some bits of the lines of a search.
    #[inline(always)]
    pub(super) fn peek(&self, line: usize) -> u32 {
        self.lines.pair(line).map_or(0, Pair::peek)
    }

    /// Tells all hashes and what holds them.
    pub(super) fn each(&self, mut tell: impl FnMut(u32, u64)) {
        self.each_slot(|told| tell(told.hash, self.base + u64::from(told.number)));
        self.spilled.iter().for_each(|(hash, told)| tell(*hash, self.base + u64::from(*told)));
    }

    #[inline(always)]
    pub(super) fn each_slot(&self, mut tell: impl FnMut(Told)) {
        for (index, line) in self.lines.0.iter().enumerate() {
            let measure = self.measure.of_line(index);
            for slot in line.told() {
                tell(measure.told(slot));
            }
        }
    }

    /// So many may be spilled again, and some more, before the segment is made anew.
    pub(super) fn allow_spilled(&mut self) {
        self.most_spilled = 2 * self.spilled.len() + self.most;
    }

    /// How many holders there are, of all hashes.
    pub(super) fn len(&self) -> usize {
        self.taken + self.spilled.len()
    }

    /// How many slots may be taken.
    #[cfg(test)]
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        // A tree has 7 or 8 in a node of 104 bytes.
        size_of::<Self>() + self.lines.0.capacity() * size_of::<Line>() + self.spilled.len() * 14
    }
}

/// None to all of a number, by the hash, always the same.
pub(super) fn some_of(all: usize, hash: u32) -> usize {
    all * (hash_of(hash) >> 28) as usize / 15
}

const _: () = assert!(std::mem::offset_of!(Segment, taken) <= 64);
