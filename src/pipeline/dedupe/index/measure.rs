//! How a segment tells a hash and a number by 32 bits.

/// Lines that a search looks at: the one where it begins, and the next.
pub(super) const REACH: u32 = 2;
/// Hashes of a line that rounding may add to its own.
const BESIDE: u64 = 3;
/// Odd multiplier of Fibonacci hashing, 2^32 / phi: it maps the keys one to one.
const ODD: u32 = 0x9E37_79B1;

/// The hash of a key.
pub(super) const fn hash_of(key: u32) -> u32 {
    key.wrapping_mul(ODD)
}

/// An odd number that nobody else knows, so that no keys can be crafted to be looked for in one line. What is found does not
/// depend on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secret {
    odd: u32,
    /// What undoes a multiplication by it.
    inverse: u32,
}

impl Secret {
    pub(super) const fn of(number: u64) -> Self {
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
    secret: Secret,
    /// The least hash of the segment.
    prefix: u32,
    /// Bits in which its hashes differ.
    bits: u32,
    /// Lines in which a search may begin.
    pub(super) home: u32,
    /// Hashes to a line, in 1/2^32.
    step: u64,
    /// Numbers that can be told apart.
    pub(super) room: u32,
    /// 2^64 / room, to divide by it.
    reciprocal: u64,
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
    /// The hash as lines are in the order of it ([`Measure::hash`]).
    pub(super) mixed: u32,
    /// From the base on.
    pub(super) number: u32,
}

impl Measure {
    /// Of the hashes that begin as this one does, with so many bits open, for at least so many lines and so many numbers.
    pub(super) fn new(secret: Secret, hash: u32, bits: u32, lines: u32, numbers: u32) -> Self {
        let prefix = hash & !mask(bits);
        // A line has 2^bits / home hashes, and a few may be added where they begin and where they end. Each is told by `numbers`.
        let most = u64::from(u32::MAX) / u64::from(numbers.max(2)) / u64::from(REACH);
        let least = (1_u64 << bits).div_ceil(most.saturating_sub(BESIDE).max(1));
        let home = lines.max(u32::try_from(least).unwrap_or(u32::MAX)).max(1);
        let step = (u64::MAX >> (u32::BITS - bits)) / u64::from(home);
        let hashes = (step >> u32::BITS) + BESIDE;
        let room = u32::try_from(u64::from(u32::MAX) / hashes / u64::from(REACH)).unwrap_or(u32::MAX).max(2);
        Self { secret, prefix, bits, home, step, room, reciprocal: u64::MAX / u64::from(room) + 1 }
    }

    #[inline(always)]
    pub(super) fn place(&self, hash: u32) -> Place {
        self.place_of(self.mixed(hash))
    }

    /// A hash as lines are in the order of it. The multiplication alone would spread multiples of a number unevenly.
    #[inline(always)]
    pub(super) fn mixed(&self, hash: u32) -> u32 {
        let open = hash & mask(self.bits);
        (open ^ (open >> self.half())).wrapping_mul(self.secret.odd) & mask(self.bits)
    }

    /// The same of a hash that is mixed.
    #[inline(always)]
    pub(super) fn place_of(&self, mixed: u32) -> Place {
        let line = (u64::from(mixed) * u64::from(self.home)) >> self.bits;
        let rest = mixed.wrapping_sub(self.first(line));
        Place { line: line as usize, low: rest.wrapping_mul(REACH).wrapping_mul(self.room) }
    }

    /// What the slots of a line mean.
    #[inline(always)]
    pub(super) fn of_line(&self, line: usize) -> OfLine<'_> {
        let line = line as u64;
        OfLine { measure: self, firsts: [self.first(line), self.first(line.wrapping_sub(1))] }
    }

    /// Whether a slot stands in the line behind that where its search begins.
    pub(super) fn is_moved(&self, slot: u32) -> bool {
        !self.quotient(slot).is_multiple_of(REACH)
    }

    /// The slot by `room`.
    #[inline(always)]
    fn quotient(&self, slot: u32) -> u32 {
        // Exact for any 32 bits (Lemire, Kaser, Kurz, Faster remainder by direct computation, 2019).
        ((u128::from(self.reciprocal) * u128::from(slot)) >> u64::BITS) as u32
    }

    /// The hash that is mixed so.
    #[inline(always)]
    pub(super) fn hash(&self, mixed: u32) -> u32 {
        let open = mixed.wrapping_mul(self.secret.inverse) & mask(self.bits);
        self.prefix | (open ^ (open >> self.half()))
    }

    /// The least of the mixed hashes that are looked for in a line, or one or two below it.
    #[inline(always)]
    fn first(&self, line: u64) -> u32 {
        (line.wrapping_mul(self.step) >> u32::BITS) as u32
    }

    /// Half of the bits: what is shifted by so many undoes itself.
    const fn half(&self) -> u32 {
        self.bits.div_ceil(2)
    }

    /// Hashes of the segment, from the least on; how many bits differ.
    pub(super) const fn hashes(&self) -> (u32, u32) {
        (self.prefix, self.bits)
    }

    pub(super) const fn secret(&self) -> Secret {
        self.secret
    }
}

/// What the slots of a line mean.
pub(super) struct OfLine<'a> {
    measure: &'a Measure,
    /// The least mixed hash that is looked for there, and in the line before.
    firsts: [u32; REACH as usize],
}

impl OfLine<'_> {
    /// What a slot tells.
    #[inline(always)]
    pub(super) fn told(&self, slot: u32) -> Told {
        let quotient = self.measure.quotient(slot);
        let number = slot.wrapping_sub(quotient.wrapping_mul(self.measure.room));
        let [own, before] = self.firsts;
        let first = if quotient.is_multiple_of(REACH) { own } else { before };
        Told { mixed: first.wrapping_add(quotient / REACH), number }
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
            secret: u64, hash: u32, bits in 12..33_u32, lines in 1..70_000_u32, numbers in 1..40_000_000_u32, pick: u32, far in 0..REACH,
        ) {
            let measure = Measure::new(Secret::of(secret), hash, bits, lines, numbers);
            prop_assert!(measure.room >= numbers.min(1 << 17) && measure.home >= lines, "{measure:?}");
            for hash in [hash, measure.prefix, measure.prefix | mask(bits)] {
                let (place, number) = (measure.place(hash), pick % measure.room);
                prop_assert!(place.line < measure.home as usize);
                let slot = u64::from(place.low) + u64::from(far) * u64::from(measure.room) + u64::from(number);
                prop_assert!(slot < u64::from(u32::MAX));
                let told = measure.of_line(place.line + far as usize).told(slot as u32);
                prop_assert_eq!((measure.hash(told.mixed), told.number), (hash, number));
            }
        }
    }
}
