//! Samples as bits, for the log and for memory.
//!
//! Samples ascend, so each is told by how far its number lies above the one before, in Rice's code (Rice 1979): the low bits of
//! the distance as they are, the rest as so many ones and a zero. Numbers of a list are spread evenly, so that is within a
//! fraction of a bit of the least there can be.

use super::overlap::{ALIKE_BITS, CONTEXT_BITS};

/// In memory a list's numbers are told in cells so small that between two samples lie 2^8 to 2^9 of them: a sample that
/// another article does not have passes for one of its samples in fewer than one of 256 cases, whatever the length of the two.
const CELLS: u32 = 8;

/// How the samples of a list are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Low bits of a sample that do not belong to its number.
    shift: u32,
    /// Bits that tell of the words around it.
    context: u32,
    /// Low bits of a distance that are told as they are.
    low: u32,
}

impl Layout {
    /// Samples as they are, and the byte that tells a reader the layout.
    pub(super) fn whole(samples: &[u32]) -> (Self, u8) {
        let last = samples.last().map_or(0, |last| last >> CONTEXT_BITS);
        let distance = last.checked_div(count(samples)).unwrap_or(0);
        let low = distance.checked_ilog2().unwrap_or(0);
        (Self { shift: CONTEXT_BITS, context: CONTEXT_BITS, low }, byte(low))
    }

    /// The layout that the byte tells.
    pub(super) fn of_whole(low: u8) -> Option<Self> {
        let low = u32::from(low);
        (low < 32 - CONTEXT_BITS).then_some(Self { shift: CONTEXT_BITS, context: CONTEXT_BITS, low })
    }

    /// Samples as they are kept in memory, and the byte that tells the layout.
    pub(super) fn coarse(samples: &[u32]) -> (Self, u8) {
        let distance = samples.last().copied().unwrap_or(0).checked_div(count(samples)).unwrap_or(0);
        let shift = distance.checked_ilog2().unwrap_or(0).saturating_sub(CELLS).max(CONTEXT_BITS);
        (Self::cells(shift), byte(shift))
    }

    /// The layout that the byte tells.
    pub(super) fn of_coarse(shift: u8) -> Option<Self> {
        (CONTEXT_BITS..u32::BITS).contains(&shift.into()).then(|| Self::cells(shift.into()))
    }

    const fn cells(shift: u32) -> Self {
        Self { shift, context: ALIKE_BITS, low: CELLS }
    }

    /// Low bits of a sample that do not belong to its number.
    pub(super) const fn shift(self) -> u32 {
        self.shift
    }
}

fn count(samples: &[u32]) -> u32 {
    u32::try_from(samples.len()).unwrap_or(u32::MAX)
}

fn byte(bits: u32) -> u8 {
    u8::try_from(bits).unwrap_or(u8::MAX)
}

/// Appends samples, which ascend.
pub(super) fn pack(samples: &[u32], layout: Layout, out: &mut Vec<u8>) {
    let mut bits = Writer { out, held: 0, count: 0 };
    let mut last = 0;
    for sample in samples {
        let number = sample >> layout.shift;
        let distance = number.saturating_sub(last);
        last = number;
        bits.ones(distance >> layout.low);
        bits.put(distance & ((1 << layout.low) - 1), layout.low);
        bits.put(sample & ((1 << layout.context) - 1), layout.context);
    }
    bits.finish();
}

/// Appends so many samples from the beginning of the bytes; returns how many bytes they took, none if they are no such thing.
pub(super) fn unpack(bytes: &[u8], count: u8, layout: Layout, out: &mut Vec<u32>) -> Option<usize> {
    let mut bits = Reader { bytes, taken: 0, held: 0, count: 0 };
    let mut number = 0_u32;
    let most = u32::MAX >> layout.shift;
    for _ in 0..count {
        let ones = bits.ones(most >> layout.low)?;
        let distance = ones << layout.low | bits.take(layout.low)?;
        number = number.checked_add(distance).filter(|number| *number <= most)?;
        out.push(number << layout.shift | bits.take(layout.context)?);
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

    use super::*;

    fn lists() -> impl Strategy<Value = Vec<u32>> {
        let bits = (0..=32_u32).prop_map(|bits| u32::MAX.checked_shl(32 - bits).map_or(0, |high| !high));
        (bits, prop::collection::vec(any::<u32>(), 0..=255)).prop_map(|(mask, mut list)| {
            list.iter_mut().for_each(|sample| *sample &= !mask | 0x3ff);
            list.sort_unstable();
            list.dedup_by_key(|sample| *sample >> CONTEXT_BITS);
            list
        })
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(list in lists(), after in prop::collection::vec(any::<u8>(), 0..9)) {
            let (layout, byte) = Layout::whole(&list);
            prop_assert_eq!(Layout::of_whole(byte), Some(layout));
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
        fn in_memory_a_sample_keeps_its_cell(list in lists()) {
            let (layout, byte) = Layout::coarse(&list);
            prop_assert_eq!(Layout::of_coarse(byte), Some(layout));
            let (mut bytes, mut read) = (Vec::new(), Vec::new());
            pack(&list, layout, &mut bytes);
            prop_assert_eq!(unpack(&bytes, list.len() as u8, layout, &mut read), Some(bytes.len()));
            for (whole, coarse) in list.iter().zip(&read) {
                prop_assert_eq!(whole >> layout.shift(), coarse >> layout.shift());
                prop_assert_eq!((whole ^ coarse) & ((1 << ALIKE_BITS) - 1), 0);
            }
            prop_assert!(bytes.len() <= 2 * list.len() + list.len() / 8 + 1, "{} for {}", bytes.len(), list.len());
        }

        #[test]
        fn any_bytes_at_all_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..99), count: u8, byte: u8) {
            for layout in [Layout::of_whole(byte), Layout::of_coarse(byte)].into_iter().flatten() {
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
