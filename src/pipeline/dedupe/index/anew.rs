//! A segment that is full is made anew, a little larger or as two, without what has left the window. Segments come to that at
//! different times, so no article waits for all of them; a key is moved five times or so until it leaves.

use super::measure::{REACH, Told};
use super::segment::{LEAST_BITS, Segment};

impl Segment {
    /// Makes it anew with what is held from the oldest number on; the second half of it, if that is more than the most for one.
    #[inline(never)]
    pub(super) fn make_anew(&mut self, oldest: u64, next: u64, most: usize) -> Option<Self> {
        let ((hash, bits), secret) = (self.measure.hashes(), self.measure.secret());
        let old = std::mem::replace(self, Self::empty(secret, hash, bits));
        let passed = u32::try_from(oldest.saturating_sub(old.base)).unwrap_or(u32::MAX);
        let half = 1 << (bits - 1);
        let may_split = old.len() > most && bits > LEAST_BITS;
        let [first, second] = if passed > 0 || may_split { old.count(passed, half) } else { [old.len(), 0] };
        let new = |hash, bits, slots| Filling::of(Self::with_room(secret, hash, bits, slots, oldest, next));
        if !may_split || first + second <= most {
            let mut all = new(hash, bits, first + second);
            old.each_from(passed, |told| all.put(told));
            *self = all.segment;
            self.take_spilled(&old, passed);
            return None;
        }
        let (mut low, mut high) = (new(hash, bits - 1, first), new(hash | half, bits - 1, second));
        old.each_from(passed, |Told { mixed, number }| {
            let hash = old.measure.hash(mixed);
            let of = if hash & half == 0 { &mut low } else { &mut high };
            of.put(Told { mixed: of.segment.measure.mixed(hash), number });
        });
        *self = low.segment;
        self.take_spilled(&old, passed);
        high.segment.take_spilled(&old, passed);
        Some(high.segment)
    }

    /// An empty segment, with hashes and what holds them, from the base on: of a hash in the order of their numbers.
    pub(super) fn filled(self, held: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut filling = Filling::of(self);
        for (hash, number) in held {
            filling.put(Told { mixed: filling.segment.measure.mixed(hash), number });
        }
        filling.segment.allow_spilled();
        filling.segment
    }

    /// How many are held from a number on, in either half of the hashes.
    fn count(&self, passed: u32, half: u32) -> [usize; 2] {
        let (mut all, mut of_high) = (0, 0);
        let mut count = |hash: u32| {
            all += 1;
            of_high += usize::from(hash & half != 0);
        };
        self.each_slot(|told| {
            if told.number >= passed {
                count(self.measure.hash(told.mixed));
            }
        });
        self.spilled.iter().filter(|(_, number)| *number >= passed).for_each(|(hash, _)| count(*hash));
        [all - of_high, of_high]
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

    /// Puts what another had no room for, of the hashes that are this one's.
    fn take_spilled(&mut self, old: &Self, passed: u32) {
        let (prefix, bits) = self.measure.hashes();
        let is_own = |hash: u32| u64::from(hash) >> bits == u64::from(prefix) >> bits;
        for (hash, number) in old.spilled.iter().filter(|(hash, _)| is_own(*hash)) {
            if let Some(number) = number.checked_sub(passed) {
                self.put(*hash, self.base + u64::from(number), 0, usize::MAX);
            }
        }
        self.allow_spilled();
    }
}

/// A segment to which another's slots are moved; what that spilled comes after them. Nobody asks how many hold a hash already: more
/// than lines may have were there before.
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
        let (place, room) = (segment.measure.place_of(told.mixed), segment.measure.room);
        let mut slot = place.low + told.number;
        for at in place.line..place.line + REACH as usize {
            let Some((line, taken)) = segment.lines.get_mut(at).zip(taken.get_mut(at)) else { break };
            if let Some(free) = line.0.get_mut(usize::from(*taken)) {
                *free = slot;
                *taken += 1;
                segment.taken += 1;
                return;
            }
            slot += room;
        }
        let second = place.line + 1;
        let way = segment.lines.make_way(second, &segment.measure);
        if let (Some((free, last)), Some(line)) = (way, segment.lines.get_mut(second)) {
            line.set(free, place.low + room + told.number);
            segment.taken += 1;
            taken.get_mut(last).into_iter().for_each(|taken| *taken += 1);
            return;
        }
        segment.spill(segment.measure.hash(told.mixed), told.number);
    }
}
