//! Samples as bits, for the log and for memory.
//!
//! Samples ascend, so each is told by how far its number lies above the one before, in Rice's code (Rice 1979): the low bits of
//! the distance as they are, the rest as so many ones and a zero. Numbers of a list are spread evenly, so that is within a
//! fraction of a bit of the least there can be. Cells (`cells`) are narrower where samples are fewer, so there a few more bits follow.
//!
//! Of a long text fewer sequences are kept, and are keys, than of its lead: its numbers are dense up to a threshold, and sparse above.
//! More ones than lead up to there say that what comes next is told by how far it lies above the threshold.

use super::cells;
use super::overlap::CONTEXT_BITS;
use super::sketch::Rate;

/// What a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Hashes as they are.
    Keys {
        /// Below this they are dense.
        below: u32,
    },
    /// What is told of them by cells: distances in cells of the widest, then what tells a narrower one.
    Samples {
        /// Below this they are dense: a text's rate.
        rate: Rate,
        /// Bits that tell of the words around each.
        alike: u32,
    },
}

impl Of {
    const fn are_keys(self) -> bool {
        matches!(self, Self::Keys { .. })
    }
}

/// How a list is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Bits that tell of the words around it.
    context: u32,
    /// Where numbers are dense.
    dense: Part,
    /// Where they are sparse.
    sparse: Part,
}

/// Hashes that are told in one way, by their numbers: they are in cells of the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    /// How many bits the widest cell is wider than a hash.
    widest: u32,
    /// Low bits of a distance that are told as they are.
    low: u32,
    /// The first number that may be there, and the first one that may not.
    from: u32,
    end: u32,
}

/// Low bits of a distance in hashes that are told as they are, where samples are sparse: of the 118 sequences of a lead, one lies
/// among 2^15 hashes.
const SPARSE: u32 = 14;
/// Where keys are sparse: one of three or four of these stands apart from others.
const SPARSE_KEYS: u32 = 16;
/// Bits of a hash.
const HASH_BITS: u32 = u32::BITS - CONTEXT_BITS;

impl Layout {
    /// The layout of a list, and the byte that tells it to a reader.
    pub(super) fn of(list: &[u32], of: Of) -> (Self, u8) {
        let last = list.last().copied().unwrap_or(0);
        let widest = if of.are_keys() { 0 } else { cells::coarseness(last) };
        let parts = Self::parts(of, widest, 0);
        let count = list.partition_point(|sample| u64::from(*sample) < parts.dense_end());
        let span = (last >> parts.dense.shift()).min(parts.dense.end.saturating_sub(1));
        // Where none is dense, few ones lead to the sparse ones.
        let low = (span / u32::try_from(count.max(1)).unwrap_or(u32::MAX)).checked_ilog2().unwrap_or(0);
        let told = u8::try_from(if of.are_keys() { low } else { widest << 4 | low }).unwrap_or(u8::MAX);
        (Self::parts(of, widest, low), told)
    }

    /// The layout that the byte tells.
    pub(super) fn told(of: Of, byte: u8) -> Option<Self> {
        let byte = u32::from(byte);
        let (widest, low) = if of.are_keys() { (0, byte) } else { (byte >> 4, byte & 15) };
        if widest > cells::coarseness(u32::MAX) {
            return None;
        }
        let layout = Self::parts(of, widest, low);
        let most = layout.dense.end.saturating_sub(1);
        (low == 0 || most.checked_shr(low).is_some_and(|most| most > 0)).then_some(layout)
    }

    fn parts(of: Of, widest: u32, low: u32) -> Self {
        let end = 1 << (HASH_BITS - widest);
        let (rate, alike) = match of {
            Of::Keys { below } => {
                let dense = Part { widest, low, from: 0, end: below >> CONTEXT_BITS };
                let sparse = Part { widest, low: SPARSE_KEYS, from: dense.end, end };
                return Self { context: CONTEXT_BITS, dense, sparse };
            }
            Of::Samples { rate, alike } => (rate, alike),
        };
        let hashes = if rate == Rate::ALL { 1 << HASH_BITS } else { rate.below() >> CONTEXT_BITS };
        let sparse = Part { widest, low: SPARSE.saturating_sub(widest), from: hashes >> widest, end };
        let widest = widest.min(cells::coarseness(hashes.saturating_sub(1) << CONTEXT_BITS));
        let dense = Part { widest, low, from: 0, end: hashes.div_ceil(1 << widest) };
        Self { context: alike, dense, sparse }
    }

    /// The part that is told first: the last one, if nothing can be dense.
    const fn first(self) -> Part {
        if self.dense.end == 0 { self.sparse } else { self.dense }
    }

    /// Samples below this are dense.
    fn dense_end(self) -> u64 {
        u64::from(self.dense.end) << self.dense.shift()
    }

    /// The most ones that are read at once.
    fn longest(self) -> u32 {
        AT_ONCE - (1 + self.dense.low.max(self.sparse.low) + self.sparse.widest + self.context)
    }
}

impl Part {
    /// Low bits of a sample that numbers do not tell.
    const fn shift(self) -> u32 {
        CONTEXT_BITS + self.widest
    }

    /// How many more bits tell the cell of a sample with this number.
    fn narrower(self, number: u32) -> u32 {
        self.widest.saturating_sub(cells::coarseness_of(number, self.shift()))
    }

    /// The most ones that a distance from this number has, if it does not lead to the end: one more says that it does.
    const fn longest(self, number: u32) -> u32 {
        (self.end - 1 - number) >> self.low
    }
}

/// Bytes that are written or read at once.
const WORD: usize = size_of::<u64>();
/// Most bits that are written or read at once: eight bytes, less what the bytes before end in.
const AT_ONCE: u32 = u64::BITS - 7;

/// Appends a list, which ascends.
pub(super) fn pack(list: &[u32], layout: Layout, out: &mut Vec<u8>) {
    let mut bits = Writer::new(out, list.len());
    let (context, mut part) = (layout.context, layout.first());
    let mut last = part.from;
    for sample in list {
        if sample >> part.shift() >= part.end {
            bits.put(part.longest(last) + 1, 0, 0);
            part = layout.sparse;
            last = part.from;
        }
        let (low, shift) = (part.low, part.shift());
        let number = sample >> shift;
        let distance = number.saturating_sub(last);
        last = number;
        let narrower = part.narrower(number);
        let mut rest = u64::from(sample & ones(context));
        rest = rest << narrower | u64::from((sample >> (shift - narrower)) & ones(narrower));
        rest = rest << low | u64::from(distance & ones(low));
        bits.put(distance >> low, rest, low + narrower + context);
    }
    bits.finish();
}

/// Appends so many from the beginning of the bytes; returns how many bytes they took, none if they are no such thing.
pub(super) fn unpack(bytes: &[u8], count: u8, layout: Layout, out: &mut Vec<u32>) -> Option<usize> {
    let (context, longest, from) = (layout.context, layout.longest(), out.len());
    let mut reader = Reader { bytes, at: 0, layout, part: layout.first(), first_sparse: None };
    let (mut number, mut narrower, mut next) = (reader.part.from, 0, reader.part.from);
    out.resize(from + usize::from(count), 0);
    for (index, place) in out.get_mut(from..)?.iter_mut().enumerate() {
        let mut bits = word(bytes, reader.at);
        let mut run = bits.trailing_ones();
        if run <= reader.part.longest(number).min(longest) {
            (bits, reader.at) = (bits >> (run + 1), reader.at + run as usize + 1);
        } else {
            (number, run) = reader.far(number, index)?;
            (bits, next) = (word(bytes, reader.at), number);
        }
        let part = reader.part;
        #[expect(clippy::cast_possible_truncation, reason = "what is above is masked")]
        let mut take = |count: u32| {
            let taken = bits as u32 & ones(count);
            bits >>= count;
            taken
        };
        number += run << part.low | take(part.low);
        // It changes seldom, so what comes next need not wait for this one.
        if number >= next {
            if number >= part.end {
                return None;
            }
            let octave = number.checked_ilog2().map_or(1, |bits| 2_u32.checked_shl(bits).unwrap_or(u32::MAX));
            (narrower, next) = (part.narrower(number), octave.min(part.end));
        }
        let shift = part.shift();
        *place = number << shift | take(narrower) << (shift - narrower) | take(context);
        reader.at += (part.low + narrower + context) as usize;
    }
    // What is told as sparse is not dense, nothing is behind the last one, and all of it was there.
    let is_sparse = |sample: &u32| u64::from(*sample) >= layout.dense_end();
    let is_parted = reader.first_sparse.is_none_or(|index| out.get(from + index).is_none_or(is_sparse));
    let (taken, left) = (reader.at.div_ceil(8), reader.at % 8);
    let rest = if left == 0 { 0 } else { bytes.get(taken - 1)? >> left };
    (is_parted && taken <= bytes.len() && rest == 0).then_some(taken)
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// The next bit.
    at: usize,
    layout: Layout,
    part: Part,
    /// Which one the first sparse one is, once it has come.
    first_sparse: Option<usize>,
}

impl Reader<'_> {
    /// Many ones: the number from which on the next one is told, and how many ones tell it. It may be the first sparse one.
    #[cold]
    #[inline(never)]
    fn far(&mut self, number: u32, index: usize) -> Option<(u32, u32)> {
        let (run, sparse) = (self.run()?, self.layout.sparse);
        let longest = self.part.longest(number);
        if run <= longest {
            return Some((number, run));
        }
        let leads_there = run == longest + 1 && self.part != sparse && sparse.from < sparse.end;
        (self.part, self.first_sparse) = (sparse, Some(index));
        let run = self.run().filter(|run| leads_there && *run <= sparse.longest(sparse.from))?;
        Some((sparse.from, run))
    }

    /// So many ones come next, and a zero.
    fn run(&mut self) -> Option<u32> {
        let mut all = 0;
        while all <= 1 << HASH_BITS {
            let run = word(self.bytes, self.at).trailing_ones().min(AT_ONCE);
            (self.at, all) = (self.at + run as usize, all + run);
            if run < AT_ONCE {
                self.at += 1;
                return Some(all);
            }
        }
        None
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
    use super::super::words::mix;
    use super::*;

    fn lists() -> impl Strategy<Value = Vec<u32>> {
        let bits = (0..=32_u32).prop_map(|bits| u32::MAX.checked_shl(32 - bits).map_or(0, |high| !high));
        (bits, prop::collection::vec(any::<u32>(), 0..=255)).prop_map(|(mask, mut list)| {
            list.iter_mut().for_each(|sample| *sample &= !mask | 0x3ff);
            list.sort_unstable();
            list
        })
    }

    fn samples(list: Vec<u32>, alike: u32) -> Vec<u32> {
        cells::samples(&[], list.into_iter(), alike).into_vec()
    }

    fn thresholds() -> impl Strategy<Value = u32> {
        prop_oneof![any::<u32>(), 0..2_048_u32, (0..32_u32).prop_map(|bits| u32::MAX >> bits)]
    }

    fn rates() -> impl Strategy<Value = Rate> {
        any::<u8>().prop_map(|byte| Rate::told(byte).unwrap_or(Rate::ALL))
    }

    /// A text of many words: one sequence in a hundred of it is kept, and one in four of its lead.
    #[test]
    fn what_is_dense_takes_as_few_bits_as_if_it_stood_alone() {
        let (rate, below) = (Rate(16 << 3 | 7), 15 << 16);
        assert_eq!(rate.below(), below);
        let mut dense: Vec<u32> = (0..130).map(|number| mix(number) as u32 % below).collect();
        let mut lead: Vec<u32> = (0..30).map(|number| below + mix(1_000 + number) as u32 % (1 << 30)).collect();
        dense.sort_unstable();
        lead.sort_unstable();
        let bytes = |list: &[u32], rate: Rate| {
            let list = samples(list.to_vec(), 4);
            let (layout, _) = Layout::of(&list, Of::Samples { rate, alike: 4 });
            let mut bytes = Vec::new();
            pack(&list, layout, &mut bytes);
            bytes.len()
        };
        let (alone, both) = (bytes(&dense, rate) + bytes(&lead, Rate::ALL), bytes(&[&dense[..], &lead].concat(), rate));
        let as_one = bytes(&[&dense[..], &lead].concat(), Rate::ALL);
        assert!(both <= alone + 6 && both + 30 < as_one, "{both} for {alone}, {as_one}");
    }

    /// Of two ways to tell a list one is none: a number that may be dense told as a sparse one.
    #[test]
    fn what_is_dense_is_not_told_as_if_it_were_sparse() {
        let told = |rate: Rate, count: u8, layout: u8, bytes: &[u8]| {
            let layout = Layout::told(Of::Samples { rate, alike: 4 }, layout).unwrap();
            let mut read = Vec::new();
            unpack(bytes, count, layout, &mut read).map(|_| read)
        };
        assert_eq!(told(Rate::ALL, 1, 0xab, &[0x03, 0x00]), None);
        let rate = Rate(0x38);
        let list = [0, 0xfff0_0000];
        let (layout, byte) = Layout::of(&list, Of::Samples { rate, alike: 4 });
        let mut bytes = Vec::new();
        pack(&list, layout, &mut bytes);
        assert_eq!(told(rate, 2, byte, &bytes), Some(list.to_vec()));
        // The first number leads to the sparse ones, where it is told once more; sixteen bits and four tell it, then the other one.
        let first = [0b0000_0001_u8, 0, 0];
        assert_eq!(told(rate, 1, byte, &first), None);
    }

    /// A change of this is a change of the log's format.
    #[test]
    fn keys_above_the_threshold_are_told_in_sixteen_bits_and_more() {
        let of = Of::Keys { below: 1 << 15 << CONTEXT_BITS };
        let list = [5 << CONTEXT_BITS | 0x155, ((1 << 15) + 3) << CONTEXT_BITS | 0x2aa];
        let (layout, byte) = Layout::of(&list, of);
        let (mut bytes, mut read) = (Vec::new(), Vec::new());
        pack(&list, layout, &mut bytes);
        // A zero, 14 bits, 10 bits; one distance more than is dense, two ones and a zero; a zero, 16 bits, 10 bits.
        assert_eq!((byte, &bytes[..]), (14, &[0x0a, 0x80, 0xaa, 0x66, 0x00, 0x40, 0x55][..]));
        assert_eq!((unpack(&bytes, 2, layout, &mut read), &read[..]), (Some(bytes.len()), &list[..]));
    }

    /// In a layout that nobody would choose: a distance is so many ones.
    #[test]
    fn long_runs_of_ones_are_read_and_have_an_end() {
        let layout = Layout::told(Of::Keys { below: u32::MAX }, 0).unwrap();
        for number in (0..200_u32).chain([1 << 12, (1 << HASH_BITS) - 1]) {
            let (list, mut bytes, mut read) = ([number << CONTEXT_BITS | 5], Vec::new(), Vec::new());
            pack(&list, layout, &mut bytes);
            assert_eq!(unpack(&bytes, 1, layout, &mut read), Some(bytes.len()), "{number}");
            assert_eq!(read, list);
        }
        let ones = vec![u8::MAX; (1 << (HASH_BITS - 3)) + 16];
        let (bytes, mut read) = ([&ones[..], &[0; 8]].concat(), Vec::new());
        assert_eq!((unpack(&bytes, 1, layout, &mut read), unpack(&ones, 1, layout, &mut read)), (None, None));
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(list in lists(), is_keys: bool, below in thresholds(), rate in rates(), alike in 0..=4_u32, after in prop::collection::vec(any::<u8>(), 0..9)) {
            let of = if is_keys { Of::Keys { below } } else { Of::Samples { rate, alike } };
            let list = if is_keys { list } else { samples(list, alike) };
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
        fn any_bytes_at_all_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..99), count: u8, byte: u8, below in thresholds(), rate in rates(), alike in 0..=4_u32) {
            for of in [Of::Keys { below }, Of::Samples { rate, alike }] {
                let Some(layout) = Layout::told(of, byte) else { continue };
                let mut read = Vec::new();
                if let Some(taken) = unpack(&bytes, count, layout, &mut read) {
                    let mut again = Vec::new();
                    pack(&read, layout, &mut again);
                    prop_assert_eq!(&again, &bytes[..taken]);
                    // In its own layout a list of samples has nothing else.
                    let is_other = of.are_keys() || Layout::of(&read, of).0 != layout;
                    prop_assert!(is_other || read.iter().all(|read| cells::sample(*read, alike) == *read), "{:?}", read);
                }
            }
        }
    }
}
