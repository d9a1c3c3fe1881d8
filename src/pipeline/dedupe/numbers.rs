//! Which numbers a text says: one of 64 bits for each that a word begins with, in digits of ASCII (Bloom 1970, with one hash).
//!
//! Whoever words a report anew, a translator, an editor, keeps its numbers. Reports from one mould, of another company's quarter or
//! of the next day's weather, share as many of their sequences of words as two translations do, and not the numbers. Such reports
//! are short: of long texts none are told, and they take no byte.

use super::extent::Extent;
use super::words::{Word, mix};

/// Numbers are told by so many bits.
const BITS: u32 = u64::BITS;
/// Texts that say fewer, by their bits, may have them in common, or not, by chance.
const LEAST: u32 = 4;
/// Of a text of more words nothing is told, signs of scripts without spaces counted by what they weigh. Part of the formats of log
/// and snapshot, as is which bit a number has: a change of either is a new format.
const MOST_WORDS: u16 = 700;

/// The numbers of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers(pub(super) u64);

impl Numbers {
    /// Of the words of a text so long, and the text that they stand in.
    pub(super) fn of(words: &[Word], text: &str, extent: Extent) -> Self {
        if !Self::are_told(extent) {
            return Self::default();
        }
        let is_number = |word: &&Word| text.as_bytes().get(word.start as usize).is_some_and(u8::is_ascii_digit);
        Self(words.iter().filter(is_number).fold(0, |bits, word| bits | bit(text.as_bytes(), word)))
    }

    /// The share of the numbers of the text with fewer that are in the other, in 1/10000. What the two have in common by chance,
    /// since so many bits of either are set, is taken off what they share and off all. 10,000 where either says too few to tell, or
    /// where every bit of one is set.
    pub fn in_common(self, other: Self) -> u16 {
        let (first, second, both) = (self.0.count_ones(), other.0.count_ones(), (self.0 & other.0).count_ones());
        let fewer = first.min(second);
        let beyond_chance = |shared: u32| (BITS * shared).saturating_sub(first * second);
        let share = (beyond_chance(both) * 10_000).checked_div(beyond_chance(fewer));
        share.filter(|_| fewer >= LEAST).map_or(10_000, |share| u16::try_from(share).unwrap_or(10_000))
    }

    fn are_told(extent: Extent) -> bool {
        extent.weight() <= MOST_WORDS
    }

    /// Which of the eight bytes are not zero, a bit each, and those; nothing of a long text.
    pub(super) fn pack(self, extent: Extent, out: &mut Vec<u8>) {
        if !Self::are_told(extent) {
            return;
        }
        let bytes = self.0.to_le_bytes();
        out.push((0..).zip(bytes).fold(0, |which, (place, byte)| which | u8::from(byte != 0) << place));
        out.extend(bytes.into_iter().filter(|byte| *byte != 0));
    }

    /// Reads what was packed, in no other way, and what is behind it.
    pub(super) fn unpack(extent: Extent, bytes: &[u8]) -> Option<(Self, &[u8])> {
        if !Self::are_told(extent) {
            return Some((Self::default(), bytes));
        }
        let (which, rest) = bytes.split_first()?;
        let (said, rest) = rest.split_at_checked(which.count_ones() as usize)?;
        let mut said = said.iter().copied();
        let mut all = [0; size_of::<u64>()];
        for (place, byte) in (0..).zip(&mut all) {
            if which >> place & 1 != 0 {
                *byte = said.next().filter(|byte| *byte != 0)?;
            }
        }
        Some((Self(u64::from_le_bytes(all)), rest))
    }
}

/// The bit of the number that a word begins with: what follows is said in another way by whoever words it anew ("5m", "5mn"; Turkish
/// "1986'da", "1986'nın").
fn bit(text: &[u8], word: &Word) -> u64 {
    let word = text.get(word.start as usize..word.end as usize).unwrap_or_default();
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit());
    let number = digits.fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add((digit - b'0').into()));
    1 << (mix(number) >> (u64::BITS - BITS.ilog2()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::words::Words;
    use super::*;

    const SHORT: Extent = Extent(MOST_WORDS);

    fn of(text: &str) -> Numbers {
        let mut words = Words::default();
        words.read(text);
        Numbers::of(words.all(), text, SHORT)
    }

    #[test]
    fn numbers_are_what_words_begin_with() {
        let bits = |text: &str| of(text).0.count_ones();
        assert_eq!((bits("Shr 54 cts vs 47, 2nd quarter"), bits("no G7 in it"), bits("")), (3, 0, 0));
        assert_eq!(of("1,987 people on 24 May"), of("on 24 May: 987, not 1"));
        assert_eq!(of("1986'da 50th 5m"), of("5mn, in 1986'nın, 50."));
        assert_eq!(bits("18446744073709551616184467440737095516161844674407370955161"), 1, "however many digits");
    }

    /// What is in logs and snapshots.
    #[test]
    fn its_bytes_stay_as_they_are() {
        let packed = |extent: Extent| {
            let (mut words, mut out, text) = (Words::default(), Vec::new(), "7 in 1987, 24 on 9 May");
            words.read(text);
            Numbers::of(words.all(), text, extent).pack(extent, &mut out);
            out
        };
        let signs = |words: usize| Extent::of(words, words);
        assert_eq!(packed(Extent(700)), [0b1100_1001, 128, 64, 2, 16]);
        assert_eq!(packed(signs(1_401)), [0b1100_1001, 128, 64, 2, 16]);
        assert_eq!((packed(Extent(701)), packed(signs(1_402))), (Vec::new(), Vec::new()));
    }

    #[test]
    fn who_words_a_report_anew_keeps_its_numbers() {
        let report = of("Net 8,940 vs 7,311 in 1986, sales 52.6 vs 48.3 mln");
        assert_eq!(report.in_common(of("In 1986 sold for 52,6 million after 48,3; earned 8.940 after 7.311")), 10_000);
        assert_eq!(report.in_common(of("Net 2,205 vs 4,112 in 1987, sales 33.9 vs 21.5 mln")), 0);
        let (three, others) = ("54 cts vs 47 in 1986", "22 cts vs 12 in 1987");
        assert_eq!(of(three).in_common(of(others)), 10_000, "too few to tell");
        let (four, others) = (of(&format!("{three}, up 15 pct")), of(&format!("{others}, up 3 pct")));
        assert_eq!((four.0.count_ones(), others.0.count_ones(), four.in_common(others)), (4, 4, 0));
    }

    #[test]
    fn what_many_numbers_have_in_common_by_chance_does_not_count() {
        let said =
            |from: u32, count: u32| of(&(from..from + count).map(|number| format!("{number} ")).collect::<String>());
        for count in [8, 20, 40, 80, 120] {
            let share = |shared: u32| {
                let all = (0..50).map(|n| said(1_000 * n, count).in_common(said(1_000 * n + count - shared, count)));
                all.map(u32::from).sum::<u32>() / 50
            };
            assert!(share(0) < 1_500 && share(count) == 10_000, "{count}: {}", share(0));
            // Where most bits are set, half looks like less.
            let least = if count > 80 { 2_500 } else { 4_000 };
            assert!((least..6_000).contains(&share(count / 2)), "{count}: {}", share(count / 2));
        }
        assert_eq!(said(0, 9_999).in_common(said(50_000, 9_999)), 10_000, "nobody can tell");
    }

    #[test]
    fn of_a_long_text_none_are_told_and_they_take_no_byte() {
        let (long, mut packed) = (Extent(MOST_WORDS + 1), Vec::new());
        let told = Numbers::of(&[Word { start: 0, end: 1, hash: 9 }], "7", long);
        told.pack(long, &mut packed);
        assert_eq!((told, packed.len()), (Numbers::default(), 0));
        assert_eq!(Numbers::unpack(long, &[1, 2]), Some((told, &[1, 2][..])));
    }

    proptest! {
        #[test]
        fn what_is_packed_is_read_again(bits in prop_oneof![any::<u64>(), any::<u64>().prop_map(|bits| bits & 0xff00_ff00_0000_00ff)]) {
            let mut packed = Vec::new();
            Numbers(bits).pack(SHORT, &mut packed);
            packed.push(7);
            prop_assert_eq!(Numbers::unpack(SHORT, &packed), Some((Numbers(bits), &[7][..])));
            prop_assert!(Numbers::unpack(SHORT, &packed[..packed.len() - 2]).is_none());
        }

        /// Equal numbers, equal bytes.
        #[test]
        fn it_is_packed_in_one_way(bytes in prop::collection::vec(prop_oneof![Just(0), any::<u8>()], 0..10)) {
            if let Some((numbers, rest)) = Numbers::unpack(SHORT, &bytes) {
                let mut packed = Vec::new();
                numbers.pack(SHORT, &mut packed);
                prop_assert_eq!([&packed[..], rest].concat(), bytes);
            }
        }
    }
}
