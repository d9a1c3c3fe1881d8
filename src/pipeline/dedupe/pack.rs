//! Samples as bits, for the log and for memory.
//!
//! Samples ascend, so each is told by how far its number lies above the one before, in Rice's code (Rice 1979): the low bits of
//! the distance as they are, the rest as so many ones and a zero. Numbers of a list are spread evenly, so that is within a
//! fraction of a bit of the least there can be. Cells (`cells`) are narrower where samples are fewer, so there a few more bits follow.

use super::cells;
use super::overlap::{ALIKE_BITS, CONTEXT_BITS};

/// What a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Hashes as they are.
    Keys,
    /// What is told of them by cells: distances in cells of the widest, then what tells a narrower one.
    Samples,
}

/// How a list is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    of: Of,
    /// How many bits the widest cell is wider than a hash.
    widest: u32,
    /// Low bits of a distance that are told as they are.
    low: u32,
}

impl Layout {
    /// The layout of a list, and the byte that tells it to a reader.
    pub(super) fn of(list: &[u32], of: Of) -> (Self, u8) {
        let last = list.last().copied().unwrap_or(0);
        let widest = if of == Of::Samples { cells::coarseness(last) } else { 0 };
        let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
        let last = last >> (CONTEXT_BITS + widest);
        let low = last.checked_div(count).and_then(u32::checked_ilog2).unwrap_or(0);
        let layout = Self { of, widest, low };
        (layout, u8::try_from(if of == Of::Samples { widest << 4 | low } else { low }).unwrap_or(u8::MAX))
    }

    /// The layout that the byte tells.
    pub(super) fn told(of: Of, byte: u8) -> Option<Self> {
        let byte = u32::from(byte);
        let (widest, low) = if of == Of::Samples { (byte >> 4, byte & 15) } else { (0, byte) };
        let layout = Self { of, widest, low };
        (widest <= cells::coarseness(u32::MAX) && layout.most() >> low > 0).then_some(layout)
    }

    /// Low bits of a hash that the distances do not tell.
    const fn shift(self) -> u32 {
        CONTEXT_BITS + self.widest
    }

    /// The greatest number.
    const fn most(self) -> u32 {
        u32::MAX >> self.shift()
    }

    /// Bits that tell of the words around it.
    const fn context(self) -> u32 {
        match self.of {
            Of::Keys => CONTEXT_BITS,
            Of::Samples => ALIKE_BITS,
        }
    }

    /// How many more bits tell the cell of a sample with this number.
    fn narrower(self, number: u32) -> u32 {
        self.widest.saturating_sub(cells::coarseness(number << self.shift()))
    }
}

/// Appends a list, which ascends.
pub(super) fn pack(list: &[u32], layout: Layout, out: &mut Vec<u8>) {
    let mut bits = Writer { out, held: 0, count: 0 };
    let (shift, low, context) = (layout.shift(), layout.low, layout.context());
    let mut last = 0;
    for sample in list {
        let number = sample >> shift;
        let distance = number.saturating_sub(last);
        last = number;
        bits.ones(distance >> low);
        bits.put(distance & ((1 << low) - 1), low);
        let narrower = layout.narrower(number);
        bits.put((sample >> (shift - narrower)) & ((1 << narrower) - 1), narrower);
        bits.put(sample & ((1 << context) - 1), context);
    }
    bits.finish();
}

/// Appends so many from the beginning of the bytes; returns how many bytes they took, none if they are no such thing.
pub(super) fn unpack(bytes: &[u8], count: u8, layout: Layout, out: &mut Vec<u32>) -> Option<usize> {
    let mut bits = Reader { bytes, taken: 0, held: 0, count: 0 };
    let (shift, low, context) = (layout.shift(), layout.low, layout.context());
    let (mut number, most) = (0_u32, layout.most());
    for _ in 0..count {
        let ones = bits.ones(most >> low)?;
        let distance = ones << low | bits.take(low)?;
        number = number.checked_add(distance).filter(|number| *number <= most)?;
        let narrower = layout.narrower(number);
        let narrow = bits.take(narrower)? << (shift - narrower);
        out.push(number << shift | narrow | bits.take(context)?);
    }
    bits.finish()
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    held: u64,
    count: u32,
}

impl Writer<'_> {
    /// At most 32 bits.
    fn put(&mut self, value: u32, bits: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.byte();
        }
    }

    /// So many ones and a zero.
    fn ones(&mut self, mut ones: u32) {
        while ones >= 16 {
            self.put(0xffff, 16);
            ones -= 16;
        }
        self.put((1 << ones) - 1, ones + 1);
    }

    fn finish(mut self) {
        if self.count > 0 {
            self.byte();
        }
    }

    fn byte(&mut self) {
        let [first, ..] = self.held.to_le_bytes();
        self.out.push(first);
        self.held >>= 8;
        self.count = self.count.saturating_sub(8);
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    taken: usize,
    held: u64,
    count: u32,
}

impl Reader<'_> {
    /// Holds 32 bits at least, or all that are left.
    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(byte) = self.bytes.get(self.taken) else { return };
            self.held |= u64::from(*byte) << self.count;
            self.taken += 1;
            self.count += 8;
        }
    }

    fn take(&mut self, bits: u32) -> Option<u32> {
        if self.count < bits {
            self.fill();
        }
        self.count = self.count.checked_sub(bits)?;
        #[expect(clippy::cast_possible_truncation, reason = "fewer than 32 bits are left of it")]
        let value = (self.held & ((1 << bits) - 1)) as u32;
        self.held >>= bits;
        Some(value)
    }

    /// How many ones stand before the next zero; none if there are more than `most`.
    fn ones(&mut self, most: u32) -> Option<u32> {
        let mut ones = 0;
        loop {
            self.fill();
            let run = self.held.trailing_ones().min(self.count);
            ones += run;
            if ones > most || self.count == 0 {
                return None;
            }
            self.held = self.held.checked_shr(run).unwrap_or(0);
            self.count -= run;
            if self.count > 0 {
                self.held >>= 1;
                self.count -= 1;
                return Some(ones);
            }
        }
    }

    /// How many bytes were taken; none if what is left of the last one is not zero.
    fn finish(self) -> Option<usize> {
        let whole = (self.count / 8) as usize;
        let rest = self.held & ((1 << (self.count % 8)) - 1);
        (rest == 0).then(|| self.taken - whole)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cells;
    use super::*;

    fn lists() -> impl Strategy<Value = Vec<u32>> {
        let bits = (0..=32_u32).prop_map(|bits| u32::MAX.checked_shl(32 - bits).map_or(0, |high| !high));
        (bits, prop::collection::vec(any::<u32>(), 0..=255)).prop_map(|(mask, mut list)| {
            list.iter_mut().for_each(|sample| *sample &= !mask | 0x3ff);
            list.sort_unstable();
            list
        })
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(list in lists(), is_keys: bool, after in prop::collection::vec(any::<u8>(), 0..9)) {
            let of = if is_keys { Of::Keys } else { Of::Samples };
            let list = if is_keys { list } else { cells::samples(&[], list.into_iter()).into_vec() };
            let (layout, byte) = Layout::of(&list, of);
            prop_assert_eq!(Layout::told(of, byte), Some(layout));
            let mut bytes = Vec::new();
            pack(&list, layout, &mut bytes);
            let (length, mut read) = (bytes.len(), Vec::new());
            bytes.extend(after);
            prop_assert_eq!(unpack(&bytes, list.len() as u8, layout, &mut read), Some(length));
            prop_assert_eq!(&read, &list);
            let cut = unpack(&bytes[..length.saturating_sub(1)], list.len() as u8, layout, &mut read);
            prop_assert!(cut.is_none() || list.is_empty());
        }

        #[test]
        fn any_bytes_at_all_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..99), count: u8, byte: u8) {
            for layout in [Layout::told(Of::Keys, byte), Layout::told(Of::Samples, byte)].into_iter().flatten() {
                let mut read = Vec::new();
                if let Some(taken) = unpack(&bytes, count, layout, &mut read) {
                    let mut again = Vec::new();
                    pack(&read, layout, &mut again);
                    prop_assert_eq!(&again, &bytes[..taken]);
                }
            }
        }
    }
}
