//! A part of the index: all hashes that begin alike.

use std::collections::BTreeSet;

use super::lines::{EMPTY, Line, Lines, SLOTS};
use super::measure::{Measure, Secret, Told, hash_of};

/// How much of the slots is taken before a segment is made anew, in percent.
const FULL: u64 = 84;
/// Segments of an index that is small anyhow: fewer than sixteen, eight megabytes in all.
const FEW_BITS: u32 = 4;
/// Most holders of a hash in lines, which others need as well.
const MOST_HELD: u32 = 8;
/// Most slots of a segment before it is made anew as two. Tests have few.
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
    /// How many slots are taken, and how many may be.
    pub(super) taken: usize,
    most: usize,
    /// Hashes and holders, from the base on, for which lines had no room: of a hash with many of them mostly.
    pub(super) spilled: BTreeSet<(u32, u32)>,
    most_spilled: usize,
    /// A bit for each line where a search begins that must look there.
    spilling: Vec<u64>,
}

impl Segment {
    /// A segment that takes no memory, and is full.
    pub(super) fn empty(secret: Secret, hash: u32, bits: u32) -> Self {
        let (measure, spilled) = (Measure::new(secret, hash, bits, 1, 1), BTreeSet::new());
        Self {
            lines: Lines::default(),
            measure,
            base: 0,
            taken: 0,
            most: 0,
            spilled,
            most_spilled: 0,
            spilling: Vec::new(),
        }
    }

    /// A segment with room for so many slots and some more, and for numbers from the base on up to the next and some more.
    pub(super) fn with_room(secret: Secret, hash: u32, bits: u32, slots: usize, base: u64, next: u64) -> Self {
        // From a fifth to two fifths, by the hash: else all segments would be full at the same time. As much again in an index that is
        // small anyhow.
        let is_small = bits + FEW_BITS > u32::BITS;
        let more = if is_small { slots } else { slots / 5 + slots * (hash_of(hash) >> 28) as usize / 80 };
        let lines = ((slots + more + SLOTS) as u64 * 100).div_ceil(SLOTS as u64 * FULL);
        let numbers = next.saturating_sub(base);
        let numbers = u32::try_from(numbers + numbers / 4 + 64).unwrap_or(u32::MAX);
        let measure = Measure::new(secret, hash, bits, u32::try_from(lines).unwrap_or(u32::MAX), numbers);
        let home = measure.home as usize;
        let most = (home as u64 * SLOTS as u64 * FULL / 100) as usize;
        let spilling = vec![0; home.div_ceil(64)];
        let lines = Lines::new(measure.home);
        Self { lines, measure, base, most, most_spilled: most, spilling, ..Self::empty(secret, hash, bits) }
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
        let Some(told) = told else { return };
        let open = u32::try_from(open.saturating_sub(self.base)).unwrap_or(room).min(room);
        let (mut slot, mut held, mut of_open) = (place.low, 0, 0);
        for at in [place.line, place.line + 1] {
            let Some(line) = self.lines.get_mut(at) else { return };
            let found = line.of(slot, room);
            if !found.is_none() {
                held += found.count();
                let found = line.of(slot + open, room - open);
                of_open += found.count() as usize;
                if !found.is_none() && (of_open >= cap || !line.of(slot + told, 1).is_none()) {
                    return;
                }
            }
            if !line.is_full() {
                if held >= MOST_HELD {
                    break;
                }
                line.set(line.free(), slot + told);
                self.taken += 1;
                return;
            }
            slot += room;
        }
        self.put_beside(hash, told, held, open, cap.saturating_sub(of_open));
    }

    /// The same where lines are full, or have many holders of the hash already.
    #[inline(never)]
    fn put_beside(&mut self, hash: u32, told: u32, held: u32, open: u32, cap: usize) {
        let (room, place) = (self.measure.room, self.measure.place(hash));
        let second = place.line + 1;
        let way = if held < MOST_HELD { self.lines.make_way(second, &self.measure) } else { None };
        if let (Some((free, _)), Some(line)) = (way, self.lines.get_mut(second)) {
            line.set(free, place.low + room + told);
            self.taken += 1;
            return;
        }
        if self.spilled.range((hash, open)..=(hash, u32::MAX)).take(cap).count() < cap {
            self.spill(hash, told);
        }
    }

    pub(super) fn spill(&mut self, hash: u32, told: u32) {
        self.spilled.insert((hash, told));
        let line = self.measure.place(hash).line;
        if let Some(bits) = self.spilling.get_mut(line / 64) {
            *bits |= 1 << (line % 64);
        }
    }

    fn is_spilling(&self, line: usize) -> bool {
        self.spilling.get(line / 64).is_some_and(|bits| bits >> (line % 64) & 1 != 0)
    }

    /// Tells which numbers hold a hash; from the oldest on, and others.
    #[inline]
    pub(super) fn holders(&self, hash: u32, oldest: u64, mut tell: impl FnMut(u64)) {
        let (room, place) = (self.measure.room, self.measure.place(hash));
        let (mut low, mut held) = (place.low, 0);
        for at in [place.line, place.line + 1] {
            let Some(line) = self.lines.get(at) else { return };
            let found = line.of(low, room);
            if !found.is_none() {
                held += found.count();
                let told = found.places().filter_map(|place| line.0.get(place)).map(|slot| slot.wrapping_sub(low));
                told.for_each(|told| tell(self.base + u64::from(told)));
            }
            if !line.is_full() {
                if held < MOST_HELD {
                    return;
                }
                break;
            }
            low += room;
        }
        if self.is_spilling(place.line) {
            let oldest = u32::try_from(oldest.saturating_sub(self.base)).unwrap_or(u32::MAX);
            let spilled = self.spilled.range((hash, oldest)..=(hash, u32::MAX));
            spilled.for_each(|(_, told)| tell(self.base + u64::from(*told)));
        }
    }

    /// Some bits of the lines of a search.
    #[inline(always)]
    pub(super) fn peek(&self, line: usize) -> u32 {
        let first = |line: Option<&Line>| line.and_then(|line| line.0.first()).map_or(0, |slot| *slot);
        first(self.lines.get(line)) | first(self.lines.get(line + 1))
    }

    /// Tells all hashes and what holds them.
    pub(super) fn each(&self, mut tell: impl FnMut(u32, u64)) {
        self.each_slot(|told| tell(self.measure.hash(told.mixed), self.base + u64::from(told.number)));
        self.spilled.iter().for_each(|(hash, told)| tell(*hash, self.base + u64::from(*told)));
    }

    #[inline(always)]
    pub(super) fn each_slot(&self, mut tell: impl FnMut(Told)) {
        for (index, line) in self.lines.0.iter().enumerate() {
            let measure = self.measure.of_line(index);
            for slot in line.0.iter().take_while(|slot| **slot != EMPTY) {
                tell(measure.told(*slot));
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

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        // A tree has 7 or 8 in a node of 104 bytes.
        let lines = self.lines.0.capacity() * size_of::<Line>() + self.spilling.capacity() * size_of::<u64>();
        size_of::<Self>() + lines + self.spilled.len() * 14
    }
}

const _: () = assert!(size_of::<Lines>() + size_of::<Measure>() <= 64);
