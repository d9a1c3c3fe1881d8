//! Where the runs of a text are, sixty-four bytes at a time.

/// Bytes of a block: a bit of a mask each.
pub(super) const BLOCK: usize = u64::BITS as usize;
const EIGHT: usize = 8;
/// Every second bit.
const LOWER: u64 = u64::MAX / 3;

/// What a block has where, the first byte in the lowest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    /// Letters, digits, apostrophes, and what is not ASCII.
    pub(super) of_runs: u64,
    /// Those of them that are no letter or digit of ASCII.
    pub(super) odd: u64,
}

impl Marks {
    /// Of a block, which ends with spaces if it is too short.
    #[inline]
    pub(super) fn of(block: &[u8]) -> Self {
        match block.first_chunk() {
            Some(whole) => marks(whole),
            None => Self::of_last(block),
        }
    }

    #[cold]
    #[inline(never)]
    fn of_last(block: &[u8]) -> Self {
        let mut spaced = [b' '; BLOCK];
        spaced.iter_mut().zip(block).for_each(|(place, byte)| *place = *byte);
        marks(&spaced)
    }
}

fn marks(block: &[u8; BLOCK]) -> Marks {
    let kinds = block.map(kind);
    let (kinds, _) = kinds.as_chunks();
    // Every second of eight, two bits of each byte after the other.
    let gathered = |eights: [&[u8; EIGHT]; 4]| {
        let [first, second, third, fourth] = eights.map(|eight| u64::from_le_bytes(*eight));
        first | second << 2 | third << 4 | fourth << 6
    };
    let &[a, b, c, d, e, f, g, h] = kinds.first_chunk().map_or(&[[0; EIGHT]; EIGHT], |kinds| kinds);
    let (even, uneven) = (gathered([&a, &c, &e, &g]), gathered([&b, &d, &f, &h]));
    let of_runs = even & LOWER | (uneven & LOWER) << 1;
    let odd = (even & !LOWER) >> 1 | uneven & !LOWER;
    Marks { of_runs: turned(of_runs), odd: turned(odd) }
}

/// 1 for a letter or digit of ASCII, 3 for an apostrophe and what is not ASCII, 0 for what parts words.
const fn kind(byte: u8) -> u8 {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    let is_odd = byte == b'\'' || byte >= 0x80;
    let plain = if is_letter | is_digit { 1 } else { 0 };
    let odd = if is_odd { 3 } else { 0 };
    plain | odd
}

/// Eight bytes of eight bits, rows for columns (Warren, Hacker's Delight, 7-3).
const fn turned(mut bits: u64) -> u64 {
    let mut swapped = (bits ^ bits >> 7) & 0x00aa_00aa_00aa_00aa;
    bits ^= swapped ^ swapped << 7;
    swapped = (bits ^ bits >> 14) & 0x0000_cccc_0000_cccc;
    bits ^= swapped ^ swapped << 14;
    swapped = (bits ^ bits >> 28) & 0x0000_0000_f0f0_f0f0;
    bits ^ swapped ^ swapped << 28
}

/// Takes the lowest bit that is set; which it is. 64 if none is.
pub(super) const fn take_first(bits: &mut u64) -> u32 {
    let first = bits.trailing_zeros();
    *bits &= bits.wrapping_sub(1);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_marked_alike_at_every_place() {
        for byte in 0..=u8::MAX {
            for (place, others) in (0..BLOCK).zip([b' ', b'x', 0xe2, b'\''].into_iter().cycle()) {
                let mut block = [others; BLOCK];
                block[place] = byte;
                let marked = Marks::of(&block);
                let all =
                    |bit: u8| (0..).zip(block).fold(0, |all, (at, byte)| all | u64::from(kind(byte) >> bit & 1) << at);
                assert_eq!((marked.of_runs, marked.odd), (all(0), all(1)), "{byte} at {place}");
                assert_eq!(Marks::of(&block[..place]).of_runs, marked.of_runs & !(u64::MAX << place));
            }
        }
    }
}
