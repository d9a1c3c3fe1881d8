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
        let is_one =
            widest <= cells::coarseness(u32::MAX) && layout.most().checked_shr(low).is_some_and(|most| most > 0);
        is_one.then_some(layout)
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
        self.widest.saturating_sub(cells::coarseness_of(number, self.shift()))
    }
}

/// Bytes that are written or read at once.
const WORD: usize = size_of::<u64>();
/// Most bits that are written or read at once: eight bytes, less what the bytes before end in.
const AT_ONCE: u32 = u64::BITS - 7;

/// Appends a list, which ascends.
pub(super) fn pack(list: &[u32], layout: Layout, out: &mut Vec<u8>) {
    let mut bits = Writer::new(out, list.len());
    let (shift, low, context) = (layout.shift(), layout.low, layout.context());
    let mut last = 0;
    for sample in list {
        let number = sample >> shift;
        let distance = number.saturating_sub(last);
        last = number;
        let narrower = layout.narrower(number);
        let mut rest = u64::from(sample & ones(context));
        rest = rest << narrower | u64::from((sample >> (shift - narrower)) & ones(narrower));
        rest = rest << low | u64::from(distance & ones(low));
        bits.put(distance >> low, rest, low + narrower + context);
    }
    bits.finish();
}

/// Appends so many from the beginning of the bytes; returns how many bytes they took, none if they are no such thing.
pub(super) fn unpack(bytes: &[u8], count: u8, layout: Layout, out: &mut Vec<u32>) -> Option<usize> {
    let (shift, low, context) = (layout.shift(), layout.low, layout.context());
    let longest = AT_ONCE - (1 + low + layout.widest + context);
    let (mut at, mut number, from) = (0, 0_u64, out.len());
    let (mut narrower, mut next) = (layout.narrower(0), 2);
    out.resize(from + usize::from(count), 0);
    for place in out.get_mut(from..)? {
        let (mut bits, mut far) = (word(bytes, at), 0);
        if bits.trailing_ones() > longest {
            (far, at) = run(bytes, at, longest, layout.most() >> low)?;
            bits = word(bytes, at);
        }
        let run = bits.trailing_ones();
        bits >>= run + 1;
        #[expect(clippy::cast_possible_truncation, reason = "what is above is masked")]
        let mut take = |count: u32| {
            let taken = bits as u32 & ones(count);
            bits >>= count;
            taken
        };
        number += u64::from(far + run) << low | u64::from(take(low));
        #[expect(clippy::cast_possible_truncation, reason = "what is too large is refused below")]
        let known = number as u32;
        // It changes seldom, so what comes next need not wait for this one.
        if known >= next {
            (narrower, next) = (layout.narrower(known), 2_u32.checked_shl(known.ilog2()).unwrap_or(u32::MAX));
        }
        *place = known << shift | take(narrower) << (shift - narrower) | take(context);
        at += (run + 1 + low + narrower + context) as usize;
    }
    // They ascend, so the last is the greatest. Nothing is behind it, and all of it was there.
    let (taken, left) = (at.div_ceil(8), at % 8);
    let rest = if left == 0 { 0 } else { bytes.get(taken - 1)? >> left };
    (number <= layout.most().into() && taken <= bytes.len() && rest == 0).then_some(taken)
}

/// A long run of ones, which comes from nobody who packed: how many are passed until `longest` are left at most, and what is there.
#[cold]
#[inline(never)]
fn run(bytes: &[u8], mut at: usize, longest: u32, most: u32) -> Option<(u32, usize)> {
    let mut far = 0;
    loop {
        let run = word(bytes, at).trailing_ones().min(AT_ONCE);
        if run <= longest {
            return Some((far, at));
        }
        (at, far) = (at + run as usize, far + run);
        if far > most {
            return None;
        }
    }
}

/// So many ones, at most 31.
const fn ones(bits: u32) -> u32 {
    (1 << bits) - 1
}

/// What stands from this bit on, 57 bits at least; zeros behind the end.
fn word(bytes: &[u8], at: usize) -> u64 {
    let word = bytes
        .get(at / 8..at / 8 + WORD)
        .and_then(<[u8]>::first_chunk)
        .map_or_else(|| last(bytes, at), |word| u64::from_le_bytes(*word));
    word >> (at % 8)
}

#[cold]
#[inline(never)]
fn last(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; WORD];
    let rest = bytes.get(at / 8..).unwrap_or_default();
    word.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    u64::from_le_bytes(word)
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// How many bytes are full; behind them there is room.
    full: usize,
    /// What fills no byte yet.
    held: u64,
    count: u32,
}

impl<'a> Writer<'a> {
    /// Behind what is there; with room for so many numbers, if they are spread evenly.
    fn new(out: &'a mut Vec<u8>, numbers: usize) -> Self {
        let full = out.len();
        out.resize(full + (numbers + 1) * size_of::<u32>() + WORD, 0);
        Self { out, full, held: 0, count: 0 }
    }

    /// So many ones, a zero, and a number of so many bits.
    #[inline]
    fn put(&mut self, mut run: u32, rest: u64, bits: u32) {
        while run + 1 + bits > AT_ONCE {
            let some = run.min(AT_ONCE - 1);
            self.all((1 << some) - 1, some);
            run -= some;
        }
        self.all(rest << (run + 1) | ((1 << run) - 1), run + 1 + bits);
    }

    /// At most [`AT_ONCE`] bits.
    #[inline]
    fn all(&mut self, value: u64, bits: u32) {
        self.held |= value << self.count;
        self.count += bits;
        let room = self.out.get_mut(self.full..).and_then(<[u8]>::first_chunk_mut::<WORD>);
        match room {
            Some(room) => *room = self.held.to_le_bytes(),
            None => self.grow(),
        }
        self.full += (self.count / 8) as usize;
        self.held = self.held.checked_shr(self.count & !7).unwrap_or(0);
        self.count %= 8;
    }

    /// Numbers are not spread evenly.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        self.out.truncate(self.full);
        self.out.extend_from_slice(&self.held.to_le_bytes());
        self.out.resize(self.full + self.full / 2 + 2 * WORD, 0);
    }

    fn finish(self) {
        // What is held was written behind what is full.
        self.out.truncate(self.full + usize::from(self.count > 0));
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

    /// In a layout that nobody would choose: a distance is so many ones.
    #[test]
    fn long_runs_of_ones_are_read_and_have_an_end() {
        let layout = Layout::told(Of::Keys, 0).unwrap();
        for number in (0..200_u32).chain([1 << 12, layout.most()]) {
            let (list, mut bytes, mut read) = ([number << CONTEXT_BITS | 5], Vec::new(), Vec::new());
            pack(&list, layout, &mut bytes);
            assert_eq!(unpack(&bytes, 1, layout, &mut read), Some(bytes.len()), "{number}");
            assert_eq!(read, list);
        }
        let ones = vec![u8::MAX; (layout.most() / 8) as usize + 2];
        let (bytes, mut read) = ([&ones[..], &[0; 8]].concat(), Vec::new());
        assert_eq!((unpack(&bytes, 1, layout, &mut read), unpack(&ones, 1, layout, &mut read)), (None, None));
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
                    // In its own layout a list of samples has nothing else.
                    let is_other = layout.of == Of::Keys || Layout::of(&read, layout.of).0 != layout;
                    prop_assert!(is_other || read.iter().all(|read| cells::sample(*read) == *read), "{:?}", read);
                }
            }
        }
    }
}
