//! Where the runs of a text are, sixty-four bytes at a time.

/// Bytes of a block: a bit of a mask each.
pub(super) const BLOCK: usize = u64::BITS as usize;
const EIGHT: usize = 8;
/// A one in each of eight bytes.
const EACH: u64 = u64::MAX / 0xff;

/// What a block has where, the first byte in the lowest bit.
pub(super) struct Marks {
    /// Letters, digits, apostrophes, and what is not ASCII.
    pub(super) of_runs: u64,
    /// Those of them that are no letter or digit of ASCII.
    pub(super) odd: u64,
}

impl Marks {
    /// Of a block, which ends with spaces if it is too short.
    pub(super) fn of(block: &[u8]) -> Self {
        let mut spaced = [b' '; BLOCK];
        let whole = block.first_chunk().unwrap_or_else(|| {
            spaced.iter_mut().zip(block).for_each(|(place, byte)| *place = *byte);
            &spaced
        });
        let kinds = whole.map(kind);
        let (mut of_runs, mut odd) = (0, 0);
        for (shift, eight) in (0..).step_by(EIGHT).zip(kinds.as_chunks().0) {
            let eight = u64::from_le_bytes(*eight);
            of_runs |= gathered(eight) << shift;
            odd |= gathered(eight >> 1) << shift;
        }
        Self { of_runs, odd }
    }
}

/// 1 for a letter or digit of ASCII, 3 for an apostrophe and what is not ASCII, 0 for what parts words.
const fn kind(byte: u8) -> u8 {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    let is_odd = byte == b'\'' || byte >= 0x80;
    (is_letter | is_digit) as u8 | (is_odd as u8) << 1 | is_odd as u8
}

/// The lowest bits of eight bytes as one byte.
const fn gathered(bits: u64) -> u64 {
    (bits & EACH).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Takes the lowest bit that is set; which it is. 64 if none is.
pub(super) const fn take_first(bits: &mut u64) -> u32 {
    let first = bits.trailing_zeros();
    *bits &= bits.wrapping_sub(1);
    first
}
