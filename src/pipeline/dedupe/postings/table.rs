//! The table of postings, bit by bit.

/// A search looks at so many slots at most. Chance takes no key that far from its start in a table that is five sixths full and
/// ordered: one in 10^10, as in a queue that is busy five sixths of the time.
pub(super) const MOST_PROBES: usize = 1 << FAR_BITS;
const FAR_BITS: u32 = 6;
/// Most slots that are moved for a new one. Chance makes runs of a third of this.
const LONGEST_RUN: usize = 1_024;
/// Slots of the smallest table in which a search may begin.
const LEAST_HOME: usize = 64;
/// Bits of the smallest holder.
const LEAST_HOLDER: u32 = 8;
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
    pub(super) fn make_room(&mut self, number: u32) {
        let is_full = (self.keys + 1) * 6 > self.home * 5;
        let holder = (number.saturating_add(1).ilog2() + 1).max(self.holder).max(LEAST_HOLDER);
        if !is_full && holder == self.holder {
            return;
        }
        let home = if is_full { (self.home + self.home / 6).max(LEAST_HOME) } else { self.home };
        let old = std::mem::replace(self, Self::new(home, holder));
        // In the order of their hashes, so that none has to move.
        let (mut free, all) = (0, home + MOST_PROBES);
        let mut out = Stream::new(0);
        let mut bits = std::mem::take(&mut self.bits);
        for (hash, slot) in old.slots() {
            let (start, rest) = self.place(hash);
            let index = start.max(free);
            if index >= all || index - start >= MOST_PROBES {
                continue;
            }
            (free..index).for_each(|_| out.put(&mut bits, u64::MAX, self.width()));
            out.put(&mut bits, self.bits_of(slot, rest, index - start), self.width());
            free = index + 1;
            self.keys += 1;
        }
        out.finish(&mut bits);
        self.bits = bits;
    }

    pub(super) fn find(&self, hash: u32) -> Found {
        if self.home == 0 {
            return Found::Nowhere;
        }
        let (start, rest) = self.place(hash);
        let (empty, width) = (self.empty_slot(), self.width() as usize);
        let mut at = start * width;
        for far in 0..MOST_PROBES {
            let bits = self.get_at(at);
            if bits & empty == empty {
                return Found::Free(start + far);
            }
            let (other, other_rest) = (self.far(bits), self.rest(bits));
            if other == far && other_rest == rest {
                return self.slot(bits).map_or(Found::Nowhere, |slot| Found::At(start + far, slot));
            }
            if other < far || (other == far && other_rest > rest) {
                return Found::Free(start + far);
            }
            at += width;
        }
        Found::Nowhere
    }

    /// Puts a slot where it belongs; those behind it move on by one, up to the first that is empty. None may come further from
    /// its start than a search goes, or it would be lost: then it is the new one that is forgotten.
    pub(super) fn put(&mut self, index: usize, hash: u32, slot: Slot) {
        let (empty, all) = (self.empty_slot(), self.home + MOST_PROBES);
        let mut free = index;
        loop {
            let bits = self.get(free);
            if free >= all || free - index > LONGEST_RUN {
                return;
            }
            if bits & empty == empty {
                break;
            }
            if self.far(bits) + 1 >= MOST_PROBES {
                return;
            }
            free += 1;
        }
        let (start, rest) = self.place(hash);
        let (width, far) = (self.width(), 1 << self.far_shift());
        let mut coming = self.bits_of(slot, rest, index - start);
        let mut bits = std::mem::take(&mut self.bits);
        let mut out = Stream::at(&bits, index * width as usize);
        for at in (index..=free).map(|index| index * width as usize) {
            let leaving = word(&bits, at);
            out.put(&mut bits, coming, width);
            coming = leaving.wrapping_add(far);
        }
        out.finish(&mut bits);
        self.bits = bits;
        self.keys += 1;
    }

    /// Gives the key of a slot another holder.
    pub(super) fn set(&mut self, index: usize, slot: Slot) {
        let width = self.width();
        let bits = (self.get(index) & !self.empty_slot()) | Self::holder_bits(slot);
        let mut out = Stream::at(&self.bits, index * width as usize);
        out.put(&mut self.bits, bits, width);
        out.finish(&mut self.bits);
    }

    /// Some bits of where a search begins.
    pub(super) fn peek(&self, hash: u32) -> u64 {
        if self.home == 0 { 0 } else { self.get(self.place(hash).0) }
    }

    /// Hashes and what they name, in order.
    fn slots(&self) -> impl Iterator<Item = (u32, Slot)> {
        let all = if self.home == 0 { 0 } else { self.home + MOST_PROBES };
        (0..all).filter_map(|index| {
            let bits = self.get(index);
            let slot = self.slot(bits)?;
            let start = index.checked_sub(self.far(bits))?;
            Some((self.first_hash(start).wrapping_add(self.rest(bits)), slot))
        })
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
        keys == self.keys && keys * 6 <= self.home * 5
    }

    /// Whether a table can have these measures.
    pub(super) fn fits(&self) -> bool {
        self.home == 0
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
        let first = (start as u128 * u128::from(self.hashes)) >> 32;
        u32::try_from(first).unwrap_or(u32::MAX)
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

    fn rest(&self, bits: u64) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "what is above is masked")]
        let rest = (bits >> (self.holder + 1)) as u32 & ((1 << self.rest) - 1);
        rest
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

    fn holder_bits(slot: Slot) -> u64 {
        match slot {
            Slot::Only(entry) => u64::from(entry) << 1,
            Slot::List(list) => u64::from(list) << 1 | 1,
        }
    }

    fn bits_of(&self, slot: Slot, rest: u32, far: usize) -> u64 {
        Self::holder_bits(slot) | u64::from(rest) << (self.holder + 1) | (far as u64) << self.far_shift()
    }

    fn get(&self, index: usize) -> u64 {
        self.get_at(index * self.width() as usize)
    }

    /// The slot that begins with this bit, and some of the next.
    fn get_at(&self, at: usize) -> u64 {
        word(&self.bits, at)
    }
}

/// What stands from this bit on, 57 bits at least.
fn word(bits: &[u8], at: usize) -> u64 {
    let word = bits.get(at / 8..).and_then(|bits| bits.first_chunk::<WORD>());
    word.map_or(u64::MAX, |word| u64::from_le_bytes(*word) >> (at % 8))
}

/// Writes slots one after the other. What was just written is not read again: the processor would wait until it is stored.
struct Stream {
    /// The next byte to write.
    byte: usize,
    held: u128,
    count: u32,
}

impl Stream {
    /// From the beginning of a byte on.
    const fn new(byte: usize) -> Self {
        Self { byte, held: 0, count: 0 }
    }

    /// From a bit on.
    fn at(bits: &[u8], at: usize) -> Self {
        let before = bits.get(at / 8).map_or(0, |byte| byte & ((1 << (at % 8)) - 1));
        Self { byte: at / 8, held: before.into(), count: (at % 8) as u32 }
    }

    /// So many of the lowest bits, at most 56.
    fn put(&mut self, out: &mut [u8], bits: u64, width: u32) {
        self.held |= u128::from(bits & ((1 << width) - 1)) << self.count;
        self.count += width;
        while self.count >= 32 {
            #[expect(clippy::cast_possible_truncation, reason = "its low 32 bits")]
            let low = (self.held as u32).to_le_bytes();
            if let Some(place) = out.get_mut(self.byte..).and_then(<[u8]>::first_chunk_mut) {
                *place = low;
            }
            self.byte += low.len();
            self.held >>= 32;
            self.count -= 32;
        }
    }

    /// What is left, before what stands there.
    fn finish(self, out: &mut [u8]) {
        if let Some(place) = out.get_mut(self.byte..).and_then(|bits| bits.first_chunk_mut::<WORD>()) {
            #[expect(clippy::cast_possible_truncation, reason = "fewer than 32 bits are left")]
            let left = self.held as u64;
            let after = u64::from_le_bytes(*place) >> self.count << self.count;
            *place = (left | after).to_le_bytes();
        }
    }
}
