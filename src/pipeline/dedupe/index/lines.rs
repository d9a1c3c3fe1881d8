//! The lines of a segment. A slot stands in the line where its search begins, or in the next: once two thirds of the first are taken,
//! in whichever has more room (Azar, Broder, Karlin, Upfal, Balanced allocations, 1994). So both are full less often than if the first
//! were filled up first. Who finds both full waits for lines behind them, which nobody has fetched.
//!
//! Slots of a line are taken from the first on, and a line that was full stays so.

use wide::bytemuck::cast;
use wide::i32x16;

use super::measure::{Measure, REACH};

/// So many slots of a line are taken before the next is looked at for room.
const EVEN: usize = 11;
/// Most lines of which a slot is moved to the next, to make way for one.
const MOST_MOVED: usize = 8;
/// Slots of a line, which is what a processor fetches at once.
pub(super) const SLOTS: usize = 16;
/// A slot that tells nothing.
const EMPTY: u32 = u32::MAX;
/// The first slot of a line if not all holders of the hashes that are looked for from it on are in lines.
const SPILLING: u32 = EMPTY - 1;

/// Whether the second of a search's lines, by how many slots of both are taken, is the one to take another.
#[inline(always)]
pub(super) const fn is_second(first: usize, second: usize) -> bool {
    (first >= EVEN) & (second < first)
}

#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Line(pub(super) [u32; SLOTS]);

impl Line {
    /// Which slots are from `low` on, below `low + room`.
    #[inline(always)]
    fn of(&self, low: u32, room: u32) -> u32 {
        // As signed numbers, counted from the least of them on: others not every processor compares.
        let above = self.vector() - i32x16::splat(low.cast_signed() ^ i32::MIN);
        above.simd_lt(i32x16::splat(room.cast_signed() ^ i32::MIN)).to_bitmask()
    }

    /// How many slots are taken, from the first on.
    #[inline(always)]
    pub(super) fn taken(&self) -> usize {
        let empty = self.vector().simd_eq(i32x16::splat(EMPTY.cast_signed())).to_bitmask();
        (empty | 1 << SLOTS).trailing_zeros() as usize
    }

    #[inline(always)]
    fn vector(&self) -> i32x16 {
        cast(self.0)
    }

    /// Slots are taken from the first on.
    #[inline(always)]
    fn is_full(&self) -> bool {
        self.0.last().is_some_and(|last| *last != EMPTY)
    }

    /// The first slot whose search begins here.
    fn own(&self, measure: &Measure) -> Option<usize> {
        self.0.iter().position(|slot| *slot < SPILLING && !measure.is_moved(*slot))
    }

    /// Whether there are holders beside the lines, of hashes whose search begins here.
    #[inline(always)]
    fn is_spilling(&self) -> bool {
        self.0.first().is_some_and(|first| *first == SPILLING)
    }

    /// The slots that tell something.
    #[inline(always)]
    pub(super) fn told(&self) -> impl Iterator<Item = u32> {
        let slots = self.0.get(usize::from(self.is_spilling())..self.taken()).unwrap_or_default();
        slots.iter().copied()
    }

    /// Marks the line as spilling; a slot that must give way, one whose search begins here if there is any. In a line that has
    /// room none must.
    fn mark(&mut self, measure: &Measure) -> Option<u32> {
        let way = if self.is_full() { self.own(measure).unwrap_or(0) } else { self.taken() };
        self.0.swap(0, way);
        let first = self.0.first_mut()?;
        Some(std::mem::replace(first, SPILLING)).filter(|slot| *slot != EMPTY)
    }
}

/// The two lines of a search; their slots are told apart by a place, from 0 to 31.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a>(&'a [Line; REACH as usize]);

impl Pair<'_> {
    /// How many slots both have.
    pub(super) const ROOM: usize = SLOTS * REACH as usize;

    /// Which slots are of a hash, of which the least slot is given.
    #[inline(always)]
    fn of(self, low: u32, room: u32) -> u32 {
        let [first, second] = self.0;
        first.of(low, room) | second.of(low + room, room) << SLOTS
    }

    /// How many slots are of a hash.
    #[inline(always)]
    pub(super) fn held(self, low: u32, room: u32) -> usize {
        self.of(low, room).count_ones() as usize
    }

    /// Whether a slot of a hash tells this number.
    #[inline(always)]
    pub(super) fn has(self, low: u32, room: u32, told: u32) -> bool {
        let [first, second] = self.0;
        first.of(low + told, 1) | second.of(low + room + told, 1) > 0
    }

    /// The numbers that slots of a hash tell.
    #[inline(always)]
    pub(super) fn holders(self, low: u32, room: u32) -> impl Iterator<Item = u32> {
        let mut found = self.of(low, room);
        std::iter::from_fn(move || {
            let place = found.trailing_zeros() as usize;
            found &= found.checked_sub(1)?;
            let slot = self.0.get(place / SLOTS).and_then(|line| line.0.get(place % SLOTS))?;
            Some(slot.wrapping_sub(low).wrapping_sub(if place < SLOTS { 0 } else { room }))
        })
    }

    /// The first free place of the line that has more of them.
    #[inline(always)]
    pub(super) fn free(self) -> Option<usize> {
        let [first, second] = self.0.each_ref().map(Line::taken);
        let place = if is_second(first, second) { SLOTS + second } else { first };
        (first.min(second) < SLOTS).then_some(place)
    }

    /// Some bits of both.
    #[inline(always)]
    pub(super) fn peek(self) -> u32 {
        self.0.iter().filter_map(|line| line.0.first()).fold(0, |bits, slot| bits | slot)
    }

    /// Whether there are holders beside the lines, of hashes whose search begins in the first.
    #[inline(always)]
    pub(super) fn is_spilling(self) -> bool {
        let [first, _] = self.0;
        first.is_spilling()
    }
}

/// Lines in which a search may begin, and one more, so that none goes around.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines(pub(super) Box<[Line]>);

impl Lines {
    pub(super) fn new(home: u32) -> Self {
        Self(vec![Line([EMPTY; SLOTS]); (home + REACH - 1) as usize].into_boxed_slice())
    }

    #[inline(always)]
    pub(super) fn pair(&self, at: usize) -> Option<Pair<'_>> {
        self.0.get(at..)?.first_chunk().map(Pair)
    }

    /// Sets the slot at a place, counted from the first of a line on.
    #[inline(always)]
    pub(super) fn set(&mut self, at: usize, place: usize, slot: u32) {
        let line = self.0.get_mut(at + place / SLOTS);
        if let Some(old) = line.and_then(|line| line.0.get_mut(place % SLOTS)) {
            *old = slot;
        }
    }

    /// Makes way in a line that is full: one of its slots moves to the next line, one of that to the one after, up to a line that is not
    /// full (Herlihy, Shavit, Tzafrir, Hopscotch hashing, 2008). Which slot of the line is to be written, and which line has one more.
    pub(super) fn make_way(&mut self, at: usize, measure: &Measure) -> Option<(usize, usize)> {
        let lines = self.0.get_mut(at..)?;
        let end = lines.iter().take(MOST_MOVED).position(|line| !line.is_full())?;
        let mut moving = [0; MOST_MOVED];
        for (moving, line) in moving.iter_mut().zip(&*lines).take(end) {
            *moving = line.own(measure)?;
        }
        let mut free = lines.get(end)?.taken();
        for (number, place) in moving.iter().enumerate().take(end).rev() {
            let slot = *lines.get(number)?.0.get(*place)?;
            let new = lines.get_mut(number + 1)?.0.get_mut(free)?;
            *new = slot + measure.room;
            free = *place;
        }
        Some((free, at + end))
    }

    /// Marks a line as spilling, and the line before if a slot gives way whose search began there, and so on. Tells those that gave way,
    /// each with its line. Such a slot gives way where a full line has no other, and that takes a full line before it: so of a full line
    /// and those before it as many slots stay taken.
    pub(super) fn mark(&mut self, mut at: usize, measure: &Measure, mut tell: impl FnMut(usize, u32)) {
        while let Some(line) = self.0.get_mut(at).filter(|line| !line.is_spilling()) {
            let Some(slot) = line.mark(measure) else { return };
            tell(at, slot);
            if !measure.is_moved(slot) {
                return;
            }
            at -= 1;
        }
    }
}
