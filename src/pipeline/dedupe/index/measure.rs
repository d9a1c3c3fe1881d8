//! How a segment tells a hash and a number by 32 bits.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

/// Lines that a search looks at: the one where it begins, and the next.
pub(super) const REACH: u32 = 2;
/// Hashes of a line that rounding may add to its own.
const BESIDE: u64 = 3;
/// Sizes of segments from one power of two to the next, as a power of two.
const CLASS_BITS: u32 = 2;
/// Odd multiplier of Fibonacci hashing, 2^32 / phi: it maps the keys one to one.
const ODD: u32 = 0x9E37_79B1;

/// The hash of a key.
pub(super) const fn hash_of(key: u32) -> u32 {
    key.wrapping_mul(ODD)
}

/// What nobody else knows: with it no keys can be crafted to crowd lines ([`Measure::mixed`]). What is found does not depend on it.
/// Two: mixed by one alone, crafted keys took more memory than a test allows in one of forty processes.
static SECRETS: LazyLock<[Secret; 2]> =
    LazyLock::new(|| [0, 1].map(|one| Secret::of(RandomState::new().hash_one(one))));

/// An odd number.
#[derive(Debug, Clone, Copy)]
struct Secret {
    odd: u32,
    /// What undoes a multiplication by it.
    inverse: u32,
}

impl Secret {
    const fn of(number: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "some of the bits are enough")]
        let odd = number as u32 | 1;
        // Newton's iteration: each step doubles the number of bits that are right, three at first.
        let (mut inverse, mut step) = (odd, 0);
        while step < 4 {
            inverse = inverse.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(inverse)));
            step += 1;
        }
        Self { odd, inverse }
    }
}

/// What a segment's slots mean. A slot is one number: how far the hash lies behind the first that is looked for in its line,
/// times [`REACH`], and one more if the slot stands in the line behind that; times `room`, and the article's number from a base on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// The least hash of the segment.
    prefix: u32,
    /// Bits in which its hashes differ.
    bits: u8,
    /// Whether lines are in an order of hashes that nobody knows.
    is_mixed: bool,
    /// Lines in which a search may begin.
    pub(super) home: u32,
    /// Hashes to a line, in 1/2^32.
    step: u64,
    /// Numbers that can be told apart.
    pub(super) room: u32,
}

/// Where a search begins, and the least slot that is of its hash there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) low: u32,
}

/// What a slot tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) hash: u32,
    /// From the base on.
    pub(super) number: u32,
}

impl Measure {
    /// Of the hashes that begin as this one does, with so many bits open, for at least so many lines and so many numbers.
    pub(super) fn new(hash: u32, bits: u32, lines: u32, numbers: u32) -> Self {
        let prefix = hash & !mask(bits);
        // A line has 2^bits / home hashes, and a few may be added where they begin and where they end. Each is told by `numbers`.
        let most = u64::from(u32::MAX - 1) / u64::from(numbers.max(2)) / u64::from(REACH);
        let least = (1_u64 << bits).div_ceil(most.saturating_sub(BESIDE).max(1));
        let home = u32::try_from(in_classes(least.max(lines.into()).max(1))).unwrap_or(u32::MAX);
        let step = (u64::MAX >> (u32::BITS - bits)) / u64::from(home);
        let hashes = (step >> u32::BITS) + BESIDE;
        let room = u32::try_from(u64::from(u32::MAX - 1) / hashes / u64::from(REACH)).unwrap_or(u32::MAX).max(2);
        Self { prefix, bits: u8::try_from(bits).unwrap_or(u8::MAX), is_mixed: false, home, step, room }
    }

    /// The same, but lines are in another order of the hashes. Their own spreads keys most evenly where a window has most of the numbers
    /// below a sample's threshold ([`hash_of`] makes a low-discrepancy sequence of these); but whoever crafts keys may crowd some lines.
    pub(super) const fn mixed(self) -> Self {
        Self { is_mixed: true, ..self }
    }

    pub(super) const fn is_mixed(&self) -> bool {
        self.is_mixed
    }

    #[inline(always)]
    pub(super) fn place(&self, hash: u32) -> Place {
        let mut above = hash.wrapping_sub(self.prefix);
        if self.is_mixed {
            for secret in &*SECRETS {
                above = (above ^ (above >> self.half())).wrapping_mul(secret.odd) & self.mask();
            }
        }
        let line = (u64::from(above) * u64::from(self.home)) >> self.bits;
        let rest = above.wrapping_sub(self.first(line));
        Place { line: line as usize, low: rest.wrapping_mul(REACH).wrapping_mul(self.room) }
    }

    /// Reads slots, many of them.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { measure: self, reciprocal: u64::MAX / u64::from(self.divisor()) + 1 }
    }

    /// Whether a slot stands in the line behind that where its search begins.
    pub(super) fn is_moved(&self, slot: u32) -> bool {
        // Asked of few: a division.
        !(slot / self.divisor()).is_multiple_of(REACH)
    }

    /// `room`, which is never less: so whoever divides by it need not ask whether it is 0.
    fn divisor(&self) -> u32 {
        self.room.max(2)
    }

    /// The hash that lies so far above the least, in the order of lines.
    #[inline(always)]
    fn hash(&self, mut above: u32) -> u32 {
        if !self.is_mixed {
            return self.prefix.wrapping_add(above);
        }
        for secret in SECRETS.iter().rev() {
            above = above.wrapping_mul(secret.inverse) & self.mask();
            above ^= above >> self.half();
        }
        self.prefix | above
    }

    /// Half of the bits: what is shifted by so many undoes itself.
    const fn half(&self) -> u8 {
        self.bits.div_ceil(2)
    }

    const fn mask(&self) -> u32 {
        mask(self.bits as u32)
    }

    /// How far above the segment's least hash the least lies that is looked for in a line, or one or two below that.
    #[inline(always)]
    fn first(&self, line: u64) -> u32 {
        (line.wrapping_mul(self.step) >> u32::BITS) as u32
    }

    /// Hashes of the segment, from the least on; how many bits differ.
    pub(super) const fn hashes(&self) -> (u32, u32) {
        (self.prefix, self.bits as u32)
    }
}

/// So many lines or up to a quarter more: segments have few sizes, those that allocators have, so what one gives back is just the room
/// that another takes. With any size a fifth of the memory lay between them.
fn in_classes(lines: u64) -> u64 {
    // With the line behind them, and one that alignment may take.
    let all = lines + 2;
    all.next_multiple_of(1 << all.ilog2().saturating_sub(CLASS_BITS)) - 2
}

/// Reads a segment's slots; what dividing by `room` takes is worked out once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    measure: &'a Measure,
    /// 2^64 / room, to divide by it.
    reciprocal: u64,
}

impl<'a> Reader<'a> {
    /// Those of a line.
    #[inline(always)]
    pub(super) fn of_line(self, line: usize) -> OfLine<'a> {
        let line = line as u64;
        OfLine { reader: self, firsts: [self.measure.first(line), self.measure.first(line.wrapping_sub(1))] }
    }

    /// A slot by `room`.
    #[inline(always)]
    fn quotient(self, slot: u32) -> u32 {
        // Exact for any 32 bits (Lemire, Kaser, Kurz, Faster remainder by direct computation, 2019).
        ((u128::from(self.reciprocal) * u128::from(slot)) >> u64::BITS) as u32
    }
}

/// What the slots of a line mean.
pub(super) struct OfLine<'a> {
    reader: Reader<'a>,
    /// How far above the least lies the least that is looked for there, and in the line before.
    firsts: [u32; REACH as usize],
}

impl OfLine<'_> {
    /// What a slot tells.
    #[inline(always)]
    pub(super) fn told(&self, slot: u32) -> Told {
        let Reader { measure, .. } = self.reader;
        let quotient = self.reader.quotient(slot);
        let number = slot.wrapping_sub(quotient.wrapping_mul(measure.room));
        let [own, before] = self.firsts;
        let first = if quotient.is_multiple_of(REACH) { own } else { before };
        Told { hash: measure.hash(first.wrapping_add(quotient / REACH)), number }
    }
}

/// So many ones, at most 32.
const fn mask(bits: u32) -> u32 {
    if bits == 0 { 0 } else { u32::MAX >> (u32::BITS - bits) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_slot_tells_its_hash_and_number(
            hash: u32, bits in 12..33_u32, lines in 1..70_000_u32, numbers in 1..40_000_000_u32, pick: u32, far in 0..REACH, mixes: bool,
        ) {
            let measure = Measure::new(hash, bits, lines, numbers);
            let measure = if mixes { measure.mixed() } else { measure };
            prop_assert!(measure.room >= numbers.min(1 << 17) && measure.home >= lines, "{measure:?}");
            for hash in [hash, measure.prefix, measure.prefix | mask(bits)] {
                let (place, number) = (measure.place(hash), pick % measure.room);
                prop_assert!(place.line < measure.home as usize);
                let slot = u64::from(place.low) + u64::from(far) * u64::from(measure.room) + u64::from(number);
                prop_assert!(slot < u64::from(u32::MAX - 1));
                let told = measure.reader().of_line(place.line + far as usize).told(slot as u32);
                prop_assert_eq!(told, Told { hash, number });
            }
        }
    }
}
