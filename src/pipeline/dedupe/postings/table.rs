//! The table of postings, bit by bit.

/// A search looks at so many slots at most. Chance takes no key that far from its start in a table that is ordered and [`FULL`]: one
/// in 10^8, as in a queue that is busy so much of the time; where it is closed ([`CLOSED`]) one in 10^7.
pub(super) const MOST_PROBES: usize = 1 << FAR_BITS;
const FAR_BITS: u32 = 6;
/// The furthest that a slot can stand from its start.
const FURTHEST: u64 = MOST_PROBES as u64 - 1;
/// How much of a table is taken before it grows by a fifth: six sevenths.
const FULL: (usize, usize) = (6, 7);
/// How much is taken where no key comes any more: seven eighths.
const CLOSED: (usize, usize) = (7, 8);
/// Most slots that are moved for a new one. Chance makes runs of a third of this.
const LONGEST_RUN: usize = 1_024;
/// Slots of the smallest table in which a search may begin.
const LEAST_HOME: usize = 64;
/// Bits of the smallest holder.
const LEAST_HOLDER: u32 = 8;
/// Bits behind its first slot within which nearly every search ends.
const MOST_ENDS: usize = 24 * 8;
/// A slot is read as eight bytes.
const WORD: usize = 8;

/// What a slot names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The only holder.
    Only(u32),
    /// A list of holders.
    List(u32),
}

/// Where a key is.
pub(super) enum Found {
    /// In this slot.
    At(usize, Slot),
    /// Not there; this slot is where it belongs.
    Free(usize),
    /// Not there, and as many slots as may be looked at are taken by others.
    Nowhere,
}

/// A slot has these bits, from the lowest on: a tag (a list), the holder or list, the rest of the hash, and how far from its
/// start it stands. A slot without a holder has ones in place of tag and holder.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) bits: Vec<u8>,
    /// Slots in which a search may begin. Those behind them take what the last of them cannot, so that none wraps around.
    pub(super) home: usize,
    pub(super) keys: usize,
    /// Bits of a holder.
    pub(super) holder: u32,
    /// Bits of what a start leaves open of a hash.
    pub(super) rest: u32,
    /// 2^64 / home.
    pub(super) hashes: u64,
}

impl Table {
    pub(super) fn new(home: usize, holder: u32) -> Self {
        let mut table = Self::empty(home, holder);
        table.bits = vec![u8::MAX; table.length()];
        table
    }

    /// The measures of a table, and no slots.
    pub(super) fn empty(home: usize, holder: u32) -> Self {
        let hashes = u64::MAX / home.max(1) as u64;
        // A start has 2^32 / home hashes, and one may be added where it begins and where it ends.
        let most = (hashes >> 32) + 2;
        Self { bits: Vec::new(), home, keys: 0, holder, rest: u64::BITS - most.leading_zeros(), hashes }
    }

    /// How many bytes there are.
    pub(super) fn length(&self) -> usize {
        ((self.home + MOST_PROBES) * self.width() as usize).div_ceil(8) + WORD
    }

    pub(super) fn bytes(&self) -> usize {
        self.bits.capacity()
    }

    /// Room for another key, and for holders and lists up to this number.
    #[inline]
    pub(super) fn make_room(&mut self, number: u32) {
        let is_full = (self.keys + 1) * FULL.1 > self.home * FULL.0;
        if is_full || holder_bits(number) > self.holder {
            self.grow(number, is_full);
        }
    }

    /// Grows by a fifth, and holders to what there will be then: a wider slot for them alone would move every key once more.
    #[inline(never)]
    fn grow(&mut self, number: u32, is_full: bool) {
        let holder = holder_bits(number.saturating_add(number / 5)).max(self.holder);
        self.move_to(if is_full { self.home + self.home / 5 } else { self.home }, holder);
    }

    /// Is made as small as a search allows, for holders and lists below this number: no key comes any more.
    pub(super) fn close(&mut self, number: u32) {
        if self.keys > 0 {
            self.move_to((self.keys * CLOSED.1).div_ceil(CLOSED.0), holder_bits(number));
        }
    }

    fn move_to(&mut self, home: usize, holder: u32) {
        let home = home.max(LEAST_HOME);
        let old = std::mem::replace(self, Self::new(home, holder));
        let mut bits = std::mem::take(&mut self.bits);
        self.keys = self.take(&mut bits, &old);
        self.bits = bits;
    }

    /// Writes the slots of another table to the bits of an empty one, in the order of their hashes, so that none has to move. How
    /// many there are.
    fn take(&self, bits: &mut [u8], old: &Self) -> usize {
        let (width, slot_ones, tag) = (self.width() as usize, ones(self.width()), self.holder + 1);
        let (mut keys, mut free, mut writer) = (0, 0, Appender::default());
        old.each_slot(|hash, tagged| {
            let (start, rest) = self.place(hash);
            let index = start.max(free);
            let far = index - start;
            if far < MOST_PROBES {
                let slot = tagged | (u64::from(rest) | (far as u64) << self.rest) << tag;
                writer.put(bits, index * width, slot ^ slot_ones, index == free);
                free = index + 1;
                keys += 1;
            }
        });
        keys
    }

    pub(super) fn find(&self, hash: u32) -> Found {
        if self.home == 0 {
            return Found::Nowhere;
        }
        let (start, rest) = self.place(hash);
        let (empty, width, shift) = (self.empty_slot(), self.width() as usize, self.holder + 1);
        // Keys are in the order of where they begin, then of the rest: of those that may stand here, what stands furthest from its
        // start is first.
        let furthest = FURTHEST << self.rest;
        let order = |bits: u64| (bits >> shift & ones(self.rest + FAR_BITS)) ^ furthest;
        let (mut at, mut own) = (start * width, u64::from(rest) | furthest);
        for far in 0..MOST_PROBES {
            let bits = self.get_at(at);
            let (is_empty, order) = (bits & empty == empty, order(bits));
            if is_empty | (order >= own) {
                let found = if is_empty || order > own { None } else { self.slot(bits) };
                return found.map_or(Found::Free(start + far), |slot| Found::At(start + far, slot));
            }
            (at, own) = (at + width, own.wrapping_sub(1 << self.rest));
        }
        Found::Nowhere
    }

    /// Puts a slot where it belongs; those behind it move on by one, up to the first that is empty. None may come further from
    /// its start than a search goes, or it would be lost: then it is the new one that is forgotten.
    pub(super) fn put(&mut self, index: usize, hash: u32, slot: Slot) {
        let Some(free) = self.next_free(index) else { return };
        let (start, rest) = self.place(hash);
        let (width, further) = (self.width() as usize, 1 << self.far_shift());
        let (bits, slot_ones) = (self.bits.as_mut_slice(), ones(self.holder + 1 + self.rest + FAR_BITS));
        let far = (index - start) as u64;
        let mut coming = Self::tagged(slot) | (u64::from(rest) | far << self.rest) << (self.holder + 1);
        let mut at = index * width;
        let mut behind = eight(bits, at);
        let mut before = behind & ones(at as u32 % 8);
        for _ in index..free {
            let (shift, next) = (at % 8, at + width);
            // Read before the slot in front of it is written.
            let next_behind = eight(bits, next);
            let written = before | coming << shift;
            put_eight(bits, at, written);
            coming = (behind >> shift & slot_ones).wrapping_add(further);
            before = written >> ((next & !7) - (at & !7));
            (at, behind) = (next, next_behind);
        }
        let shift = at % 8;
        put_eight(bits, at, before | coming << shift | behind & !(slot_ones << shift | ones(shift as u32)));
        self.keys += 1;
    }

    /// The first slot from one on that is empty; none if it is too far, or another could not be moved on.
    fn next_free(&self, index: usize) -> Option<usize> {
        let (bits, width, far_shift) = (self.bits.as_slice(), self.width() as usize, self.far_shift());
        let last = (index + LONGEST_RUN + 1).min(self.home + MOST_PROBES);
        let mut at = index * width;
        for free in index..last {
            let slot = word(bits, at);
            // An empty one has nothing but ones.
            if slot >> far_shift & FURTHEST == FURTHEST {
                return (slot & self.empty_slot() == self.empty_slot()).then_some(free);
            }
            at += width;
        }
        None
    }

    /// Gives the key of a slot another holder.
    pub(super) fn set(&mut self, index: usize, slot: Slot) {
        let at = index * self.width() as usize;
        let (eight, shift) = (eight(&self.bits, at), at % 8);
        let holder = eight & !(self.empty_slot() << shift) | Self::tagged(slot) << shift;
        put_eight(&mut self.bits, at, holder);
    }

    /// Some bits of where a search begins and of where most end, which may be in the next line of memory.
    pub(super) fn peek(&self, hash: u32) -> u64 {
        if self.home == 0 {
            return 0;
        }
        let at = self.place(hash).0 * self.width() as usize;
        eight(&self.bits, at) | eight(&self.bits, at + MOST_ENDS)
    }

    /// Tells hashes and what they name, tags and holders as they stand, in order.
    fn each_slot(&self, mut tell: impl FnMut(u32, u64)) {
        let (empty, width, hashes) = (self.empty_slot(), self.width() as usize, self.hashes);
        let (tag, far_shift) = (self.holder + 1, self.far_shift());
        let all = if self.home == 0 { 0 } else { (self.home + MOST_PROBES) as u64 };
        let mut at = 0;
        for index in 0..all {
            let bits = self.get_at(at);
            at += width;
            // Few are in a table that is full.
            if bits & empty == empty {
                continue;
            }
            let start = index.wrapping_sub(bits >> far_shift & FURTHEST);
            let rest = bits >> tag & ones(self.rest);
            tell((start.wrapping_mul(hashes) >> u32::BITS).wrapping_add(rest) as u32, bits & empty);
        }
    }

    /// Whether every slot can be found, and names one of so many entries or what is a list.
    pub(super) fn is_sound(&self, entries: usize, is_list: impl Fn(u32) -> bool) -> bool {
        let (mut keys, mut last, mut gap, width) = (0, 0, true, self.width() as usize);
        if self.home == 0 {
            return self.keys == 0 && self.bits.is_empty();
        }
        for index in 0..self.home + MOST_PROBES {
            let bits = self.get_at(index * width);
            let Some(slot) = self.slot(bits) else {
                if bits & ones(width as u32) != ones(width as u32) {
                    return false;
                }
                gap = true;
                continue;
            };
            let far = self.far(bits);
            let Some(start) = index.checked_sub(far) else { return false };
            let names = match slot {
                Slot::Only(entry) => (entry as usize) < entries,
                Slot::List(list) => is_list(list),
            };
            // Starts ascend, and no search passes an empty slot.
            if !names || start >= self.home || start < last || (gap && far > 0) {
                return false;
            }
            (keys, last, gap) = (keys + 1, start, false);
        }
        keys == self.keys && keys * CLOSED.1 <= self.home * CLOSED.0
    }

    /// Whether a table can have these measures.
    pub(super) fn fits(&self) -> bool {
        (self.home == 0 && self.holder == 0)
            || (self.home >= LEAST_HOME
                && u32::try_from(self.home).is_ok()
                && (LEAST_HOLDER..=32).contains(&self.holder)
                && self.width() <= 56)
    }

    /// Where a search for a hash begins, and what that leaves open of it.
    fn place(&self, hash: u32) -> (usize, u32) {
        let start = ((u64::from(hash) * self.home as u64) >> 32) as usize;
        (start, hash.wrapping_sub(self.first_hash(start)))
    }

    /// The least hash that begins there, or one below it.
    fn first_hash(&self, start: usize) -> u32 {
        // Below 2^64, since a start is below `home`.
        ((start as u64).wrapping_mul(self.hashes) >> u32::BITS) as u32
    }

    fn far_shift(&self) -> u32 {
        self.holder + 1 + self.rest
    }

    fn width(&self) -> u32 {
        self.far_shift() + FAR_BITS
    }

    fn far(&self, bits: u64) -> usize {
        (bits >> self.far_shift()) as usize & (MOST_PROBES - 1)
    }

    /// Tag and holder of a slot that is empty: nothing but ones.
    const fn empty_slot(&self) -> u64 {
        (1 << (self.holder + 1)) - 1
    }

    fn slot(&self, bits: u64) -> Option<Slot> {
        let (empty, tagged) = (self.empty_slot(), bits & self.empty_slot());
        let number = u32::try_from(tagged >> 1).ok()?;
        match tagged & 1 {
            0 => Some(Slot::Only(number)),
            _ if tagged == empty => None,
            _ => Some(Slot::List(number)),
        }
    }

    fn tagged(slot: Slot) -> u64 {
        match slot {
            Slot::Only(entry) => u64::from(entry) << 1,
            Slot::List(list) => u64::from(list) << 1 | 1,
        }
    }

    /// The slot that begins with this bit, and some of the next.
    fn get_at(&self, at: usize) -> u64 {
        word(&self.bits, at)
    }
}

/// Bits of a holder or list with this number.
fn holder_bits(number: u32) -> u32 {
    (number.saturating_add(1).ilog2() + 1).max(LEAST_HOLDER)
}

/// What stands from this bit on, 57 bits at least.
#[inline(always)]
fn word(bits: &[u8], at: usize) -> u64 {
    eight(bits, at) >> (at % 8)
}

/// The eight bytes from the one on that has this bit; ones behind the end.
#[inline(always)]
fn eight(bits: &[u8], at: usize) -> u64 {
    let bytes = bits.get(at / 8..at / 8 + WORD).and_then(<[u8]>::first_chunk);
    bytes.map_or(u64::MAX, |bytes| u64::from_le_bytes(*bytes))
}

/// Writes them.
#[inline(always)]
fn put_eight(bits: &mut [u8], at: usize, eight: u64) {
    if let Some(bytes) = bits.get_mut(at / 8..at / 8 + WORD).and_then(<[u8]>::first_chunk_mut) {
        *bytes = eight.to_le_bytes();
    }
}

/// So many ones, fewer than 64.
const fn ones(bits: u32) -> u64 {
    (1 << bits) - 1
}

/// Writes slots to bits that are all ones, from the first on, each eight bytes at once: what stands in them before the slot is
/// known, and behind it there are ones. All of it is kept upside down, so that nothing is zeros.
#[derive(Default)]
struct Appender {
    at: usize,
    held: u64,
}

impl Appender {
    /// Writes a slot at its place, which may be the next one.
    fn put(&mut self, out: &mut [u8], at: usize, upside_down: u64, is_next: bool) {
        let passed = (at & !7) - (self.at & !7);
        let before = if is_next { self.held.wrapping_shr(passed as u32) } else { 0 };
        self.held = before | upside_down << (at % 8);
        self.at = at;
        put_eight(out, at, !self.held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equal tables, equal bytes: what a slot held before shows nowhere.
    #[test]
    fn an_empty_slot_has_nothing_but_ones() {
        let mut table = Table::default();
        for number in 0..3_000_u32 {
            table.make_room(number);
            let hash = number.wrapping_mul(0x9E37_79B1);
            if let Found::Free(index) = table.find(hash) {
                table.put(index, hash, Slot::Only(number));
            }
            if number % 50 == 0 {
                let width = table.width() as usize;
                let slots =
                    (0..table.home + MOST_PROBES).map(|index| table.get_at(index * width) & ones(table.width()));
                let empty: Vec<u64> = slots.filter(|bits| table.slot(*bits).is_none()).collect();
                assert!(empty.iter().all(|bits| *bits == ones(table.width())), "{number}");
                assert_eq!(table.home + MOST_PROBES - empty.len(), table.keys);
            }
        }
    }
}
