//! The lines of a segment: a slot stands in the line where its search begins, or in the next.

use wide::u32x16;

use super::measure::{Measure, REACH};

/// Slots of a line, which is what a processor fetches at once.
pub(super) const SLOTS: usize = 16;
/// A slot that tells nothing.
pub(super) const EMPTY: u32 = u32::MAX;
/// Most lines of which a slot is moved to the next, to make way for one.
const MOST_MOVED: usize = 8;

#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Line(pub(super) [u32; SLOTS]);

impl Line {
    /// Which slots are from `low` on, below `low + room`.
    #[inline(always)]
    pub(super) fn of(&self, low: u32, room: u32) -> Found {
        let above = u32x16::new(self.0) - u32x16::splat(low);
        Found(above.simd_lt(u32x16::splat(room)).to_bitmask())
    }

    /// Slots are taken from the first on.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.0.last().is_some_and(|last| *last != EMPTY)
    }

    /// The first slot that is free, in a line that is not full.
    #[inline(always)]
    pub(super) fn free(&self) -> usize {
        u32x16::new(self.0).simd_eq(u32x16::splat(EMPTY)).to_bitmask().trailing_zeros() as usize
    }

    pub(super) fn set(&mut self, place: usize, slot: u32) {
        if let Some(old) = self.0.get_mut(place) {
            *old = slot;
        }
    }
}

/// Slots of a line: a bit for each, the first the lowest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found(u32);

impl Found {
    pub(super) const fn is_none(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Their places.
    pub(super) fn places(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let place = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            Some(place as usize)
        })
    }
}

/// Lines in which a search may begin, and one more, so that none goes around.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines(pub(super) Vec<Line>);

impl Lines {
    pub(super) fn new(home: u32) -> Self {
        Self(vec![Line([EMPTY; SLOTS]); (home + REACH - 1) as usize])
    }

    #[inline(always)]
    pub(super) fn get(&self, at: usize) -> Option<&Line> {
        self.0.get(at)
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut Line> {
        self.0.get_mut(at)
    }

    /// Makes way in a line that is full: one of its slots moves to the next line, one of that to the one after, up to a line that is not
    /// full (Herlihy, Shavit, Tzafrir, Hopscotch hashing, 2008). Which slot of the line is to be written, and which line has one more.
    pub(super) fn make_way(&mut self, at: usize, measure: &Measure) -> Option<(usize, usize)> {
        let lines = self.0.get_mut(at..)?;
        let end = lines.iter().take(MOST_MOVED).position(|line| !line.is_full())?;
        let mut moving = [0; MOST_MOVED];
        for (moving, line) in moving.iter_mut().zip(&*lines).take(end) {
            *moving = line.0.iter().position(|slot| !measure.is_moved(*slot))?;
        }
        let mut free = lines.get(end)?.free();
        for (number, place) in moving.iter().enumerate().take(end).rev() {
            let slot = *lines.get(number)?.0.get(*place)?;
            lines.get_mut(number + 1)?.set(free, slot + measure.room);
            free = *place;
        }
        Some((free, at + end))
    }
}
