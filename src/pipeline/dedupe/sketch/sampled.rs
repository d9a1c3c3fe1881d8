//! Which sequences of three words are samples.

use super::super::overlap::{CONTEXT_BITS, REPEATS};
use super::super::words::{Word, folded, mix};
use super::{FEW_WORDS, LEAD, LEAD_BELOW, LEAST, LEAST_OF_FEW, LENGTH, REST_BELOW, Rate, Sketching, VERSION};

/// Sequences that begin in the lead and end there.
pub(super) const IN_LEAD: usize = LEAD - LENGTH + 1;
/// Sequences that are looked at at once: as many as a byte counts.
const CHUNK: usize = u8::MAX as usize;

/// Groups that numbers are sorted into, by their first bits.
const GROUP_BITS: u32 = 9;
const GROUPS: usize = 1 << GROUP_BITS;
/// Most numbers of which it may be that chance, or somebody, has put all into one group.
const MOST_SPREAD: usize = 512;
/// Room for more sequences than that is given back.
const MOST_KEPT: usize = 1 << 12;

/// The samples of a text, and room to find those of the next.
#[derive(Debug, Default)]
pub(super) struct Sampled {
    /// Hashes, ascending, and the index of the first word of each one's first occurrence.
    pub(super) kept: Vec<(u32, u32)>,
    pub(super) rate: Rate,
    pub(super) repeats: u8,
    /// Sequences, not ordered or ordered.
    found: Vec<u64>,
    /// Room to order them.
    sorted: Vec<u64>,
    /// Sequences that were looked at, over all texts.
    #[cfg(test)]
    looked_at: usize,
}

impl Sampled {
    /// Samples a text in place of the one before.
    pub(super) fn sample(&mut self, words: &[Word], sketching: Sketching) {
        let (salt, most) = (mix((VERSION << 8 | LENGTH as u64) ^ sketching.salt.0), usize::from(sketching.samples));
        let rate = if words.len() <= LEAD { Rate::of(LEAD_BELOW) } else { REST_BELOW };
        let least = if words.len() < FEW_WORDS { LEAST_OF_FEW } else { LEAST };
        (self.rate, self.repeats) = (rate, 0);
        self.kept.clear();
        self.find(words, salt, LEAD_BELOW, REST_BELOW.below());
        // What is too little with its repetitions is too little without them.
        if self.found.len() >= least {
            self.order(words);
        }
        if self.count_below(rate) < least {
            self.rate = Rate::ALL;
            self.find(words, salt, u32::MAX, u32::MAX);
            self.order(words);
            self.raise(rate, least);
        }
        if self.kept.len() > most {
            self.lower(most);
        }
        // A long text's are many, and so are all sequences of a short one that says little.
        self.found.shrink_to(MOST_KEPT);
        self.kept.shrink_to(MOST_KEPT);
    }

    /// Ascending, each sequence once; and how often those below the threshold come again.
    fn order(&mut self, words: &[Word]) {
        sort(&mut self.found, &mut self.sorted);
        let below = self.rate.below() >> CONTEXT_BITS;
        let (mut last, mut again) = (None, 0);
        self.kept.clear();
        for found in self.found.drain(..) {
            #[expect(clippy::cast_possible_truncation, reason = "two halves")]
            let (hash, index) = ((found >> u32::BITS) as u32, found as u32);
            if last == Some(hash) {
                again += usize::from(self.rate == Rate::ALL || hash < below);
            } else {
                self.kept.push((hash << CONTEXT_BITS | context(words, index as usize), index));
            }
            last = Some(hash);
        }
        let once = self.count_below(self.rate);
        let repeats = (again * REPEATS as usize).checked_div(once).unwrap_or(0);
        self.repeats = u8::try_from(repeats).unwrap_or(u8::MAX);
    }

    /// Sequences of the lead whose hash is below one threshold, of the rest below another: the bits of the hash that tell it from
    /// others, and the index. Not ordered.
    fn find(&mut self, words: &[Word], salt: u64, lead: u32, rest: u32) {
        let all = (words.len() + 1).saturating_sub(LENGTH);
        let of_lead = all.min(IN_LEAD);
        let mut chunk = [0; CHUNK + 1];
        self.found.clear();
        #[cfg(test)]
        {
            self.looked_at += all;
        }
        for (from, to, below) in [(0, of_lead, lead), (of_lead, all, rest)] {
            for from in (from..to).step_by(CHUNK) {
                // Written whether it is one or not: whether one is nobody can foretell, the processor included.
                let mut count = 0_u8;
                let words = words.get(from..to.min(from + CHUNK) + LENGTH - 1).unwrap_or_default();
                for (sequence, index) in words.array_windows::<LENGTH>().zip(from as u64..) {
                    let [first, second, third] = sequence.each_ref().map(|word| word.hash);
                    #[expect(clippy::cast_possible_truncation, reason = "the low half of a mixed hash")]
                    let hash = folded(first.rotate_left(2) ^ second.rotate_left(1) ^ third ^ salt) as u32;
                    if let Some(place) = chunk.get_mut(usize::from(count)) {
                        *place = u64::from(hash >> CONTEXT_BITS) << u32::BITS | index;
                    }
                    count += u8::from(hash < below);
                }
                self.found.extend_from_slice(chunk.get(..usize::from(count)).unwrap_or_default());
            }
        }
    }

    fn count_below(&self, rate: Rate) -> usize {
        self.kept.partition_point(|(sample, _)| *sample < rate.below())
    }

    /// From all sequences, leaves those below the least threshold from `rate` on that has `least`, and the lead's.
    fn raise(&mut self, rate: Rate, least: usize) {
        self.rate = rate;
        while self.rate < Rate::ALL && self.count_below(self.rate) < least {
            self.rate = self.rate.next();
        }
        self.leave();
    }

    /// Leaves those below the greatest threshold that has not too many with the lead's: `most` in all.
    fn lower(&mut self, most: usize) {
        let of_lead = |(sample, index): &&(u32, u32)| *sample < LEAD_BELOW && is_of_lead(*index);
        let in_lead = self.kept.iter().filter(of_lead).count();
        let last = self.kept.get(most - in_lead.min(most)).map_or(0, |(sample, _)| *sample);
        self.rate = self.rate.min(Rate::of(last));
        self.leave();
        self.kept.truncate(most);
    }

    fn leave(&mut self) {
        let below = self.rate.below();
        let stays = |(sample, index): &(u32, u32)| *sample < below || (*sample < LEAD_BELOW && is_of_lead(*index));
        self.kept.retain(stays);
    }
}

pub(super) fn is_of_lead(index: u32) -> bool {
    (index as usize) < IN_LEAD
}

/// Sorts numbers that are spread evenly, as hashes are: each is put near its place by its first bits, then moved there.
fn sort(numbers: &mut Vec<u64>, sorted: &mut Vec<u64>) {
    if numbers.len() > MOST_SPREAD {
        return numbers.sort_unstable();
    }
    let all = numbers.iter().fold(0, |all, number| all | number);
    let shift = (u64::BITS - all.leading_zeros()).saturating_sub(GROUP_BITS);
    let group = |number: u64| (number >> shift) as usize % GROUPS;
    let mut places = [0_u16; GROUPS];
    for number in &*numbers {
        if let Some(count) = places.get_mut(group(*number)) {
            *count += 1;
        }
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    sorted.resize(numbers.len(), 0);
    for number in &*numbers {
        if let Some(place) = places.get_mut(group(*number)) {
            if let Some(free) = sorted.get_mut(usize::from(*place)) {
                *free = *number;
            }
            *place += 1;
        }
    }
    for end in 2..=sorted.len() {
        let mut unsorted = sorted.get_mut(..end).unwrap_or_default();
        while let [.., before, last] = unsorted
            && before > last
        {
            std::mem::swap(before, last);
            unsorted = unsorted.split_last_mut().map_or(&mut [], |(_, rest)| rest);
        }
    }
    std::mem::swap(numbers, sorted);
}

/// Some bits of the words around a sequence.
fn context(words: &[Word], index: usize) -> u32 {
    let hash = |index: usize| words.get(index).map_or(0, |word| word.hash);
    // None is before the first one, and none at the last number.
    let before = hash(index.wrapping_sub(1));
    #[expect(clippy::cast_possible_truncation, reason = "a few bits of a mixed hash")]
    let context = folded(before.rotate_left(7) ^ hash(index + LENGTH)) as u32;
    context & ((1 << CONTEXT_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::words::Words;
    use super::*;

    /// Every sequence below its threshold, ascending, once each; and how many below `rate` come again.
    fn plainly_below(words: &[Word], lead: u32, rest: u32, rate: Rate) -> (Vec<(u32, u32)>, usize) {
        let salt = mix(VERSION << 8 | LENGTH as u64);
        let hash = |index: usize| words.get(index).map_or(0, |word| word.hash);
        let mut kept: Vec<(u32, u32)> = Vec::new();
        for index in 0..words.len().saturating_sub(LENGTH - 1) {
            let sequence = (index..index + LENGTH).fold(0_u64, |all, index| all.rotate_left(1) ^ hash(index));
            let own = folded(sequence ^ salt) as u32;
            if own < if index + LENGTH <= LEAD { lead } else { rest } {
                let before = if index == 0 { 0 } else { hash(index - 1) };
                let context = folded(before.rotate_left(7) ^ hash(index + LENGTH)) as u32 % (1 << CONTEXT_BITS);
                kept.push((own >> CONTEXT_BITS << CONTEXT_BITS | context, index as u32));
            }
        }
        kept.sort_by_key(|(sample, index)| (sample >> CONTEXT_BITS, *index));
        let below = |kept: &[(u32, u32)]| kept.iter().filter(|(sample, _)| *sample < rate.below()).count();
        let said = below(&kept);
        kept.dedup_by_key(|(sample, _)| *sample >> CONTEXT_BITS);
        let again = said - below(&kept);
        (kept, again)
    }

    fn plainly(words: &[Word], samples: u8) -> Sampled {
        let most = usize::from(samples);
        let mut rate = if words.len() <= LEAD { Rate::of(LEAD_BELOW) } else { REST_BELOW };
        let below = |kept: &[(u32, u32)], rate: Rate| kept.iter().filter(|(sample, _)| *sample < rate.below()).count();
        let (mut kept, mut again) = plainly_below(words, LEAD_BELOW, REST_BELOW.below(), rate);
        let mut once = below(&kept, rate);
        let least = if words.len() < FEW_WORDS { LEAST_OF_FEW } else { LEAST };
        if once < least {
            (kept, again) = plainly_below(words, u32::MAX, u32::MAX, Rate::ALL);
            once = below(&kept, Rate::ALL);
            while rate < Rate::ALL && below(&kept, rate) < least {
                rate = rate.next();
            }
            let of_lead = |index: u32| index as usize + LENGTH <= LEAD;
            kept.retain(|(sample, index)| *sample < rate.below() || (*sample < LEAD_BELOW && of_lead(*index)));
        }
        let repeats = u8::try_from((again * REPEATS as usize).checked_div(once).unwrap_or(0)).unwrap_or(u8::MAX);
        let mut sampled = Sampled { kept, rate, repeats, ..Sampled::default() };
        if sampled.kept.len() > most {
            sampled.lower(most);
        }
        sampled
    }

    /// A page of ten megabytes, the same word again and again, and a text that says little: each is looked at twice at most, and what is
    /// ordered is a sample of it, but for what says little with all that it has.
    #[test]
    fn whatever_is_sent_is_looked_at_twice_at_most() {
        let word = |number: u64, vocabulary: u64| format!("w{:06} ", mix(number) % vocabulary);
        let page = |words: u64, vocabulary: u64| (0..words).map(|number| word(number, vocabulary)).collect::<String>();
        for (text, least) in [(page(1_250_000, 1_000_000), 1), (page(2_000_000, 1), 2), (page(1_000_000, 3), 2)] {
            let (mut words, mut sampled) = (Words::default(), Sampled::default());
            words.read(&text);
            sampled.sample(words.all(), Sketching::default());
            let sequences = words.all().len() - 2;
            assert_eq!(sampled.looked_at, least * sequences);
            assert!(sampled.kept.len() <= 224 && sampled.found.capacity() <= MOST_KEPT);
        }
    }

    proptest! {
        #[test]
        fn samples_are_those_that_are_found_plainly(
            counts in prop_oneof![0..40_usize, 100..500_usize, 600..1_000_usize, 900..4_000_usize],
            vocabulary in prop_oneof![2..9_u32, 9..13_u32, 100..9_000_u32],
            seed: u64,
            samples in 160..=255_u8,
        ) {
            let text: String = (0..counts as u64).map(|i| format!("w{} ", mix(seed ^ i) as u32 % vocabulary)).collect();
            let mut words = Words::default();
            words.read(&text);
            let (mut told, plainly) = (Sampled { found: vec![7; 9], ..plainly(&words.all()[..counts / 2], samples) }, plainly(words.all(), samples));
            told.sample(words.all(), Sketching { samples, ..Sketching::default() });
            prop_assert_eq!((told.rate, told.repeats), (plainly.rate, plainly.repeats));
            prop_assert_eq!(told.kept, plainly.kept);
        }

        #[test]
        fn numbers_are_sorted(mut numbers in prop::collection::vec(prop_oneof![any::<u64>(), 0..9_u64, any::<u64>().prop_map(|number| number >> 12)], 0..600)) {
            let mut sorted = numbers.clone();
            sorted.sort_unstable();
            sort(&mut numbers, &mut Vec::new());
            prop_assert_eq!(numbers, sorted);
        }
    }
}
