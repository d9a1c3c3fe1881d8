//! Where the words of a text are, sixty-four bytes at a time (as Langdale and Lemire find the signs of JSON, 2019).

use wide::u8x64;

/// Bytes of a block: a bit of a mask each.
pub(super) const BLOCK: usize = u64::BITS as usize;

/// Blocks that are looked at before the words of the first are taken: by then what is written of it is in the cache.
const AHEAD: usize = 8;

/// What a block has where, the first byte in the lowest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    /// Letters and digits of ASCII.
    pub(super) letters: u64,
    /// Apostrophes, typewritten or not.
    pub(super) apostrophes: u64,
    /// What is neither ASCII nor a whole sign of the general punctuation (quotation marks, dashes) or a space that does not break.
    pub(super) odd: u64,
    /// How many bytes are whole: what begins behind them may go on in the next block.
    pub(super) length: u32,
}

/// A block as it is normalised where it has no odd bytes: letters are small, and everything else is a space.
type Small = [u8; BLOCK];

/// Some blocks, each beginning where the whole bytes of the one before end.
pub(super) struct Blocks {
    marks: [Marks; AHEAD],
    /// As they are normalised, one behind the other, and room for what is read beyond the last.
    small: [u8; (AHEAD + 1) * BLOCK],
    count: usize,
}

impl Blocks {
    pub(super) const fn new() -> Self {
        let none = Marks { letters: 0, apostrophes: 0, odd: 0, length: 0 };
        Self { marks: [none; AHEAD], small: [0; _], count: 0 }
    }

    /// Looks at the blocks that a text begins with, up to one that has no whole bytes.
    #[inline(always)]
    pub(super) fn look(&mut self, mut text: &[u8]) {
        self.count = 0;
        let (smalls, _) = self.small.as_chunks_mut();
        for (marks, small) in self.marks.iter_mut().zip(smalls) {
            marks.look(text, small);
            self.count += 1;
            text = text.get(marks.length as usize..).unwrap_or_default();
            if marks.length == 0 || text.is_empty() {
                break;
            }
        }
    }

    /// All of them, and how they are normalised, with what is behind that.
    #[inline(always)]
    pub(super) fn all(&self) -> impl Iterator<Item = (&Marks, &[u8])> {
        let small = |number: usize| self.small.get(number * BLOCK..).unwrap_or_default();
        self.marks.iter().take(self.count).enumerate().map(move |(number, marks)| (marks, small(number)))
    }
}

impl Marks {
    /// Looks at the block that begins a text; one that is too short ends with spaces.
    #[inline(always)]
    fn look(&mut self, text: &[u8], small: &mut Small) {
        match text.first_chunk() {
            Some(whole) => self.look_at(whole, small),
            None => self.look_at_last(text, small),
        }
    }

    #[cold]
    #[inline(never)]
    fn look_at_last(&mut self, text: &[u8], small: &mut Small) {
        let mut spaced = [b' '; BLOCK];
        spaced.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
        self.look_at(&spaced, small);
    }

    #[inline(always)]
    fn look_at(&mut self, block: &[u8; BLOCK], small: &mut Small) {
        let bytes = u8x64::new(*block);
        // How far a byte is from being a letter, and a digit: 0 if it is one.
        let letter = ((bytes | all(0x20)) - all(b'a')).saturating_sub(all(25));
        let digit = (bytes - all(b'0')).saturating_sub(all(9));
        let is_letter = letter.min(digit).simd_eq(all(0));
        *small = ((bytes & is_letter) | all(0x20)).to_array();
        self.letters = is_letter.to_bitmask();
        self.apostrophes = bytes.simd_eq(all(b'\'')).to_bitmask();
        self.odd = bytes.to_bitmask();
        if self.odd != 0 {
            self.tell_signs(block);
        }
        self.length = u64::BITS - self.of_runs().leading_ones();
    }

    /// Tells apostrophes and what parts words from what is odd. The general punctuation from U+2000 on is e2 80 and another byte,
    /// the space that does not break c2 a0.
    #[inline(never)]
    fn tell_signs(&mut self, block: &[u8; BLOCK]) {
        let bytes = u8x64::new(*block);
        let equal = |byte: u8| bytes.simd_eq(all(byte)).to_bitmask();
        let sign = equal(0xe2) & equal(0x80) >> 1 & u64::MAX >> 2;
        let space = equal(0xc2) & equal(0xa0) >> 1;
        let apostrophe = sign & equal(0x99) >> 2;
        self.apostrophes |= apostrophe | apostrophe << 1 | apostrophe << 2;
        self.odd &= !(sign | sign << 1 | sign << 2 | space | space << 1);
    }

    /// The bits of the run that has this one.
    pub(super) const fn run_at(&self, bit: u32) -> u64 {
        let parts = !self.of_runs();
        let start = u64::BITS - (parts & below(bit)).leading_zeros();
        let end = (parts & !below(bit)).trailing_zeros();
        below(end) & !below(start)
    }

    /// Whatever a run of letters may be made of. Others part words.
    pub(super) const fn of_runs(&self) -> u64 {
        self.letters | self.apostrophes | self.odd
    }
}

fn all(byte: u8) -> u8x64 {
    u8x64::splat(byte)
}

/// So many of the lowest bits.
pub(super) const fn below(bits: u32) -> u64 {
    if bits >= u64::BITS { u64::MAX } else { (1 << bits) - 1 }
}

/// Takes the lowest bit that is set; which it is. 64 if none is.
#[inline(always)]
pub(super) const fn take_first(bits: &mut u64) -> u32 {
    let first = bits.trailing_zeros();
    *bits &= bits.wrapping_sub(1);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &[u8]) -> (Marks, Small) {
        let (mut marks, mut small) = (Marks::default(), [0; BLOCK]);
        marks.look(text, &mut small);
        (marks, small)
    }

    /// The marks of a byte that stands alone.
    fn kind(byte: u8) -> [bool; 3] {
        [byte.is_ascii_alphanumeric(), byte == b'\'', byte >= 0x80]
    }

    #[test]
    fn every_byte_is_marked_alike_at_every_place() {
        for byte in 0..=u8::MAX {
            for (place, others) in (0..BLOCK).zip([b' ', b'x', 0xe9, b'\''].into_iter().cycle()) {
                let mut block = [others; BLOCK];
                block[place] = byte;
                let (marked, small) = marks(&block);
                let all = |of: usize| (0..).zip(block).fold(0, |all, (at, byte)| all | u64::from(kind(byte)[of]) << at);
                let told = [marked.letters, marked.apostrophes, marked.odd];
                assert_eq!(told, [0, 1, 2].map(all), "{byte} at {place}");
                assert_eq!(small, block.map(|byte| if kind(byte)[0] { byte.to_ascii_lowercase() } else { b' ' }));
                assert_eq!(marks(&block[..place]).0.letters, marked.letters & below(place as u32));
            }
        }
    }

    #[test]
    fn punctuation_is_told_from_letters_unless_the_block_ends_within() {
        for (sign, is_sign, is_apostrophe) in [
            ("\u{201c}", true, false),
            ("\u{2013}", true, false),
            ("\u{a0}", true, false),
            ("\u{2019}", true, true),
            ("\u{e9}", false, false),
            ("\u{2190}", false, false),
            ("\u{20ac}", false, false),
        ] {
            for place in 0..BLOCK {
                let text = format!("{}{sign}{}", "x ".repeat(32).split_at(place).0, " x".repeat(32));
                let (marked, _) = marks(text.as_bytes());
                let bits = below((place + sign.len()) as u32) & !below(place as u32);
                let is_whole = place + sign.len() <= BLOCK;
                assert_eq!(marked.odd, if is_sign && is_whole { 0 } else { bits }, "{sign} at {place}");
                assert_eq!(marked.apostrophes, if is_apostrophe && is_whole { bits } else { 0 });
                let ends = marked.of_runs() >> (BLOCK - 1) == 0;
                assert_eq!(marked.length as usize == BLOCK, ends, "{sign} at {place}");
            }
        }
    }
}
