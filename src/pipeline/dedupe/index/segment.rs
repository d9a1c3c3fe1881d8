//! A part of the index: all hashes that begin alike.

use super::lines::{Line, Lines, Pair, SLOTS};
use super::measure::{Measure, Place, Told, hash_of};
use super::spilled::Spilled;

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

/// Which numbers hold a hash. A number is an article's; they ascend. All of it is one line of memory, so that what an
/// insertion asks has come with the look-up.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct Segment {
    pub(super) lines: Lines,
    pub(super) measure: Measure,
    /// The number that slots tell as 0.
    pub(super) base: u64,
    /// How many slots tell something.
    pub(super) taken: u32,
    /// How many may, before it is made anew; none if too many are spilled.
    most: u32,
    /// What is in no line, from the base on.
    pub(super) spilled: Spilled,
}

impl Segment {
    /// A segment that takes no memory, and is full.
    pub(super) fn empty(hash: u32, bits: u32) -> Self {
        let (lines, measure, spilled) = (Lines::default(), Measure::new(hash, bits, 1, 1), Spilled::default());
        Self { lines, measure, base: 0, taken: 0, most: 0, spilled }
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
        let lines = ((slots + SLOTS) * 100).div_ceil(SLOTS * full(hash, bits));
        let numbers = next.saturating_sub(base);
        let numbers = u32::try_from(numbers + numbers / 4 + 64).unwrap_or(u32::MAX);
        let measure = Measure::new(hash, bits, u32::try_from(lines).unwrap_or(u32::MAX), numbers);
        let lines = Lines::new(measure.home);
        Self { lines, measure, base, most: most_of(&measure), ..Self::empty(hash, bits) }
    }

    /// The same with lines in another order of the hashes.
    pub(super) fn mixed(self) -> Self {
        Self { measure: self.measure.mixed(), ..self }
    }

    /// Whether lines had no room for many, or had not in their hashes' own order. Of a hash with many holders most are in no line anyhow.
    pub(super) fn is_crowded(&self) -> bool {
        let mut crowded = 0;
        let (mut last, mut of_hash) = (None, 0);
        for (hash, _) in self.spilled.all() {
            of_hash = if last == Some(hash) { of_hash + 1 } else { 1 };
            last = Some(hash);
            crowded += usize::from(of_hash < MOST_HELD);
        }
        self.measure.is_mixed() || crowded * CROWDED > self.len()
    }

    /// A number holds a hash. At most `cap` that are `open` or above are remembered. False, and nothing has changed, if the segment
    /// must be made anew first.
    #[inline]
    pub(super) fn insert(&mut self, hash: u32, number: u64, open: u64, cap: usize) -> bool {
        let has_room = self.taken < self.most && number.saturating_sub(self.base) < self.measure.room.into();
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
        // A cap above what two lines have is not reached while nothing is spilled.
        let wants = if pair.is_spilling() || cap <= Pair::ROOM {
            let open = u32::try_from(open.saturating_sub(self.base)).unwrap_or(u32::MAX);
            self.wants(pair, place, (hash, told), open, cap)
        } else {
            !pair.has(place.low, room, told)
        };
        if wants {
            self.take(hash, place, told);
        }
    }

    /// Whether a holder is to be remembered: it is not yet, and of the open slice fewer than `cap` are.
    #[inline(never)]
    fn wants(&self, pair: Pair<'_>, place: Place, (hash, told): (u32, u32), open: u32, cap: usize) -> bool {
        let room = self.measure.room;
        let spilled = self.spilled.holders(hash, open).take(cap).count();
        let of_open = spilled + pair.holders(place.low, room).filter(|other| *other >= open).count();
        of_open < cap && !pair.has(place.low, room, told) && !self.spilled.contains(hash, told)
    }

    /// Takes what is not there yet.
    #[inline(always)]
    fn take(&mut self, hash: u32, place: Place, told: u32) {
        let room = self.measure.room;
        let Some(pair) = self.lines.pair(place.line) else { return };
        if pair.held(place.low, room) >= MOST_HELD {
            return self.spill(hash, told);
        }
        let Some(free) = pair.free() else {
            self.take_full(hash, told);
            return;
        };
        let low = if free < SLOTS { place.low } else { place.low + room };
        self.lines.set(place.line, free, low + told);
        self.taken += 1;
    }

    /// Takes what was in no line before.
    pub(super) fn take_spilled(&mut self, hash: u32, told: u32) {
        self.take(hash, self.measure.place(hash), told);
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
        let Self { lines, measure, spilled, taken, most, .. } = self;
        spilled.insert(hash, told);
        lines.mark(measure.place(hash).line, measure, |line, slot| {
            let Told { hash, number } = measure.reader().of_line(line).told(slot);
            spilled.insert(hash, number);
            *taken -= 1;
        });
        if spilled.is_full(most_of(measure)) {
            *most = 0;
        }
    }

    /// Tells which numbers hold a hash; from the oldest on, and others.
    #[inline]
    pub(super) fn holders(&self, hash: u32, oldest: u64, mut tell: impl FnMut(u64)) {
        let (room, place) = (self.measure.room, self.measure.place(hash));
        let Some(pair) = self.lines.pair(place.line) else { return };
        pair.holders(place.low, room).for_each(|told| tell(self.base + u64::from(told)));
        if pair.is_spilling() {
            let oldest = u32::try_from(oldest.saturating_sub(self.base)).unwrap_or(u32::MAX);
            self.spilled.holders(hash, oldest).for_each(|told| tell(self.base + u64::from(told)));
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
        self.spilled.all().for_each(|(hash, told)| tell(hash, self.base + u64::from(told)));
    }

    #[inline(always)]
    pub(super) fn each_slot(&self, mut tell: impl FnMut(Told)) {
        let reader = self.measure.reader();
        for (index, line) in self.lines.0.iter().enumerate() {
            let of_line = reader.of_line(index);
            for slot in line.told() {
                tell(of_line.told(slot));
            }
        }
    }

    /// The segment is made: whatever was spilled on the way, it takes as much as it has room for, and spills as many again, and some
    /// more, before it is made anew.
    pub(super) fn begin(&mut self) {
        self.most = most_of(&self.measure);
        self.spilled.begin();
    }

    /// How many holders there are, of all hashes.
    pub(super) fn len(&self) -> usize {
        self.taken as usize + self.spilled.len()
    }

    /// How many slots may be taken.
    #[cfg(test)]
    pub(super) fn most(&self) -> usize {
        most_of(&self.measure) as usize
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.lines.0.len() * size_of::<Line>() + self.spilled.bytes()
    }
}

/// How much of its slots is taken before a segment is made anew, in percent, by its least hash and in how many bits they differ.
fn full(hash: u32, bits: u32) -> usize {
    FULL + some_of(FULLER, hash_of(hash) ^ bits)
}

/// How many slots are taken then.
fn most_of(measure: &Measure) -> u32 {
    let (hash, bits) = measure.hashes();
    u32::try_from(measure.home as usize * SLOTS * full(hash, bits) / 100).unwrap_or(u32::MAX)
}

/// None to all of a number, by the hash, always the same.
pub(super) fn some_of(all: usize, hash: u32) -> usize {
    all * (hash_of(hash) >> 28) as usize / 15
}

const _: () = assert!(size_of::<Segment>() == 64);
