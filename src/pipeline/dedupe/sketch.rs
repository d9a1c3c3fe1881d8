//! The sketch of an article: a hash of all its words, and samples of its word sequences.
//!
//! A sample is a sequence of three words of title and text whose hash falls below a threshold, seven in 32; its low bits tell which
//! words stand before and after it. Two articles keep the same sequences, so what they share can be counted from the samples alone
//! (see `overlap`), and for that it is enough to know of each in which cell of hashes it lies (`cells`). Some samples are keys as
//! well ([`Sketch::keys`]): of those the whole hash is kept, which with its neighbours is a sequence of five words, rare enough to
//! look articles up by. They are the samples with the least hashes that stand apart, a fiftieth of the text at least: two keys of one
//! passage say little more than one, and of whatever passage is taken over some are wanted. Copies are most often cut, and keep the
//! beginning, so the first 120 words have more: one in 4 sequences at least is a sample, and a key if it stands as far from others, or
//! a dozen words; of the first 20 words whether it does or not, so that two paragraphs are enough to be found by. Below 96
//! samples (of few words 128) the threshold is raised, above [`Sketching::samples`] it is lowered; the sketch tells what it is.
//!
//! Method: sampled-fingerprint index with containment, the winner of the research note on dedupe (3a, "hybrid"), but from one
//! list of sequences instead of two. The rates and what they cost are measured in docs/dedupe.md.

use std::cell::RefCell;

mod sampled;

use sampled::{IN_LEAD, Sampled, is_of_lead};

use super::cells::{self, Samples};
use super::extent::Extent;
use super::headline::Headline;
use super::numbers::Numbers;
use super::overlap::{Threes, alike_bits};
use super::words::{Word, Words};

/// Changes whenever equal words give other hashes: samples of different versions never match by accident. How many are kept a
/// sketch tells.
const VERSION: u64 = 6;
/// Words of a sequence.
const LENGTH: usize = 3;
/// How many words at the beginning are the lead.
const LEAD: usize = 120;
/// Of the sequences that begin in so many words, with the title's, one in 4 is a key at least: two paragraphs may be a few words.
const FIRST_WORDS: usize = 20;
/// One in 4 sequences of the lead is kept.
pub(super) const LEAD_BELOW: u32 = 1 << 30;
/// Seven in 32 of the rest.
const REST_BELOW: Rate = Rate::of(7 << 27);
/// There are at least so many samples, if the article has as many sequences.
const LEAST: usize = 96;
/// And so many of a text of fewer words than [`FEW_WORDS`]: of few sequences few are left when words are changed.
const LEAST_OF_FEW: usize = 128;
/// Keys begin this part of the text apart...
const STRETCHES: usize = 50;
/// ... so many words at most in the lead.
const APART_IN_LEAD: usize = 12;
/// There is a key for so many words...
const WORDS_OF_A_KEY: usize = 36;
/// ... so many at least...
const LEAST_KEYS: usize = 18;
/// ... and, besides those of the lead, one of so many samples that are kept at most. Of 500 words one in 28, of 4,000 one in 143.
const SAMPLES_OF_A_KEY: usize = 8;
/// And so many in a text of few words.
const LEAST_KEYS_OF_FEW: usize = 40;
/// About a column of print.
const FEW_WORDS: usize = 300;
/// A text with fewer words is told from others by its title as well: "Video." under two headlines is two articles.
const SHORT_TEXT: usize = 30;

/// What dedupe knows of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// blake3 of the normalised words, 128 bits: nobody can craft an article that passes for another.
    pub exact: [u8; 16],
    /// How long what was sketched is, the title included.
    pub extent: Extent,
    /// Sequences of three words that the article had said before, in 1/64 of those that it says; saturates.
    pub repeats: u8,
    /// Below which threshold every sequence is a sample.
    pub rate: Rate,
    /// The title's words.
    pub headline: Headline,
    /// The text's numbers.
    pub numbers: Numbers,
    /// What the article is looked up by: hashes of three words, with the words around them in the low bits; ascending.
    pub keys: Box<[u32]>,
    /// What it is compared by, ascending (`cells`).
    pub samples: Box<[u32]>,
}

impl Sketch {
    /// Whether the article is no longer than a lead.
    pub fn is_short(&self) -> bool {
        usize::from(self.extent.words()) <= LEAD
    }

    /// The samples, as they are compared.
    pub fn threes(&self) -> Threes<'_> {
        let Self { extent, samples, rate, repeats, headline, numbers, .. } = self;
        let (short, headline, numbers) = (self.is_short(), *headline, *numbers);
        Threes { list: samples, below: rate.below(), extent: *extent, short, repeats: *repeats, headline, numbers }
    }
}

/// A threshold in one byte: three bits of mantissa, five of exponent. Steps of 6 to 12 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Rate(pub(super) u8);

impl Rate {
    /// Every sequence is a sample.
    pub const ALL: Self = Self(u8::MAX);

    /// The greatest rate whose threshold is not above `below`, which is 8 at least.
    const fn of(below: u32) -> Self {
        let exponent = (below | 8).ilog2() - 3;
        #[expect(clippy::cast_possible_truncation, reason = "below 2^8: the exponent is at most 28")]
        let rate = (exponent << 3 | ((below >> exponent) & 7)) as u8;
        Self(rate)
    }

    /// The threshold: samples are below it.
    pub const fn below(self) -> u32 {
        let exponent = self.0 >> 3;
        if exponent > 28 { u32::MAX } else { (8 | (self.0 & 7) as u32) << exponent }
    }

    /// The rate that a byte tells.
    pub(super) fn told(byte: u8) -> Option<Self> {
        (byte >> 3 <= 28 || byte == Self::ALL.0).then_some(Self(byte))
    }

    fn next(self) -> Self {
        Self::told(self.0.saturating_add(1)).unwrap_or(Self::ALL)
    }
}

/// Where the words of a sample of three stand in the text that was sketched, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// The sample.
    pub sample: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

thread_local! {
    /// Room for what is read of one article after the other.
    static READ: RefCell<(Words, Sampled)> = RefCell::default();
}

/// Which sequences are samples: sketches of different salts match by accident only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Salt(u64);

impl Salt {
    /// The salt of a text, none if it is empty.
    pub fn of(text: &str) -> Self {
        Self(Self::hash("copydesk dedupe salt", text))
    }

    /// Tells the salt of a text from others, for the log, without giving it away; 0 if there is none.
    pub fn name(text: &str) -> u64 {
        Self::hash("copydesk dedupe salt, as the log names it", text)
    }

    fn hash(context: &str, text: &str) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = blake3::derive_key(context, text.as_bytes());
        if text.is_empty() { 0 } else { u64::from_le_bytes([a, b, c, d, e, f, g, h]) }
    }
}

/// How articles are sketched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketching {
    /// Which sequences are samples.
    pub salt: Salt,
    /// Most samples of an article, 160 to 255: fewer than 160 would be too few where a text of few words has 128 at least. Sketches
    /// with more and with fewer are comparable.
    pub samples: u8,
}

impl Default for Sketching {
    /// As few as find what more of them find (docs/dedupe.md).
    fn default() -> Self {
        Self { salt: Salt::default(), samples: 224 }
    }
}

/// Sketches an article as it is done by default. Fragments refer to `text` (to the title if there is no text): there are none for
/// words of the title that stand before a text.
pub fn sketch(title: &str, text: &str) -> (Sketch, Vec<Fragment>) {
    sketch_as(Sketching::default(), title, text)
}

/// Sketches an article.
pub fn sketch_as(sketching: Sketching, title: &str, text: &str) -> (Sketch, Vec<Fragment>) {
    // Taken, so that what panics leaves nothing half read.
    let (mut words, mut sampled) = READ.take();
    words.read(title);
    let (of_title, bytes_of_title) = (words.all().len(), words.normalised_len());
    words.read(text);
    let exact = exact(title, text, &words, words.all().len() - of_title, bytes_of_title);
    let (extent, all) = (words.extent(), words.all());
    let headline = Headline::of(all.get(..of_title).unwrap_or_default());
    let numbers = Numbers::of(all.get(of_title..).unwrap_or_default(), text, extent);
    sampled.sample(all, sketching);
    let Sampled { kept, rate, repeats, .. } = &sampled;
    let alike = alike_bits(extent);
    let fragments = fragments(kept, all, alike, if text.is_empty() { 0 } else { of_title });
    let (keys, samples) = told(kept, extent, sketching);
    let sketch = Sketch { exact, extent, repeats: *repeats, rate: *rate, headline, numbers, keys, samples };
    words.clear();
    READ.set((words, sampled));
    (sketch, fragments)
}

/// Where the words of the samples stand, of those that begin with this word or a later one.
fn fragments(kept: &[(u32, u32)], words: &[Word], alike: u32, from: usize) -> Vec<Fragment> {
    let fragment = |(sample, index): &(u32, u32)| {
        let sequence = words.get(*index as usize..)?.get(..LENGTH)?;
        let (first, last) = (sequence.first()?, sequence.last()?);
        let sample = cells::sample(*sample, alike);
        (*index as usize >= from).then_some(Fragment { sample, start: first.start, end: last.end })
    };
    let mut fragments = Vec::with_capacity(kept.len());
    fragments.extend(kept.iter().filter_map(fragment));
    fragments
}

/// What an article is looked up by, and what it is compared by.
fn told(kept: &[(u32, u32)], extent: Extent, sketching: Sketching) -> (Box<[u32]>, Box<[u32]>) {
    let least = least_keys(extent, sketching.samples);
    let end = kept.iter().map(|(_, index)| *index as usize + 1).max().unwrap_or_default();
    // What is said again and again, a table say, has no more samples: as long as a text is what it says first.
    let apart = usize::from(extent.words()).min(end + STRETCHES) / STRETCHES;
    let mut crowded = vec![false; end];
    let (mut keys, mut samples) =
        (Vec::with_capacity(kept.len()), Samples::with_capacity(kept.len(), alike_bits(extent)));
    for (hash, index) in kept {
        let at = *index as usize;
        let is_wanted = keys.len() < least || (is_of_lead(*index) && *hash < LEAD_BELOW);
        let is_key = is_wanted && !crowded.get(at).copied().unwrap_or_default();
        if is_key {
            keys.push(*hash);
            crowd(&mut crowded, at, apart);
        }
        samples.push(*hash, is_key);
    }
    (keys.into(), samples.told())
}

/// A key begins there: marks where no other may. In the first words any may.
fn crowd(crowded: &mut [bool], at: usize, apart: usize) {
    let all = crowded.len();
    for (from, to, apart) in [(FIRST_WORDS, IN_LEAD.min(all), apart.min(APART_IN_LEAD)), (IN_LEAD, all, apart)] {
        let near = (at + 1).saturating_sub(apart).max(from)..(at + apart).min(to);
        crowded.get_mut(near).unwrap_or_default().fill(true);
    }
}

/// How many keys a text has, those of its lead with greater hashes aside, if so many stand apart.
fn least_keys(extent: Extent, samples: u8) -> usize {
    let words = usize::from(extent.words());
    if words < FEW_WORDS {
        return LEAST_KEYS_OF_FEW;
    }
    let most = usize::from(samples) / SAMPLES_OF_A_KEY;
    (words / WORDS_OF_A_KEY).clamp(LEAST_KEYS, most.max(LEAST_KEYS))
}

/// The hash of the text's words, or of title and text if the text is short.
fn exact(title: &str, text: &str, words: &Words, of_text: usize, bytes_of_title: usize) -> [u8; 16] {
    let from = if of_text < SHORT_TEXT { 0 } else { bytes_of_title };
    let mut hasher = blake3::Hasher::new();
    if words.all().is_empty() {
        // What has no words is compared byte by byte: all of them together are no story.
        hasher.update(title.as_bytes()).update(b"\0").update(text.as_bytes());
    } else {
        hasher.update(words.normalised_from(from));
    }
    let mut exact = [0; 16];
    hasher.finalize_xof().fill(&mut exact);
    exact
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::overlap::{CONTEXT_BITS, overlap};
    use super::super::words::mix;
    use super::*;

    fn text(seed: u64, words: usize) -> String {
        (0..words as u64).map(|i| format!("w{} ", mix(seed * 1_000_003 + i) % 50_000)).collect()
    }

    #[test]
    fn a_copy_has_the_same_sketch_whatever_its_case_and_space() {
        let text = text(1, 400);
        let loud = text.to_uppercase().replace(' ', "  \n");
        assert_eq!(sketch("Storm", &text).0, sketch("storm", &loud).0);
        assert_eq!(sketch("", &text).0.exact, sketch("other title", &loud).0.exact);
        assert_ne!(sketch("", &text).0.exact, sketch("", &(text + "more")).0.exact);
    }

    #[test]
    fn a_cut_copy_is_contained_in_its_original() {
        for words in [200, 600, 2_000, 20_000] {
            let of_first = (0..40).map(|seed| {
                let whole = text(100 + seed, words);
                let cut: String = whole.split_inclusive(' ').take(words / 4).collect();
                let overlap = overlap(sketch("", &whole).0.threes(), sketch("", &cut).0.threes(), |_| ());
                assert!(overlap.score > 9_000, "{words}: {overlap:?}");
                u32::from(overlap.of_first)
            });
            // The estimate is unbiased: its mean is the quarter that was kept.
            let mean = of_first.sum::<u32>() / 40;
            assert!((2_100..2_900).contains(&mean), "{words}: {mean}");
        }
    }

    #[test]
    fn articles_that_share_nothing_share_hardly_a_sample() {
        for (samples, most) in [(160, 650), (224, 500), (255, 500)] {
            let sketch = |seed| sketch_as(Sketching { samples, ..Sketching::default() }, "", &text(seed, 900)).0;
            let shared = |seed: u64| {
                let (a, b) = (sketch(seed), sketch(seed + 1));
                let keys = a.keys.iter().filter(|key| b.keys.contains(key)).count();
                (keys, overlap(a.threes(), b.threes(), |_| ()).score)
            };
            let (keys, scores): (Vec<usize>, Vec<u16>) = (0..100).map(|seed| shared(2 * seed)).unzip();
            assert_eq!(keys.iter().sum::<usize>(), 0);
            // Some lie in one cell by chance; as many as are expected are taken off.
            let mean = scores.iter().map(|score| u32::from(*score)).sum::<u32>() / 100;
            assert!(mean < 100 && scores.iter().all(|score| *score < most), "{mean} {scores:?}");
        }
    }

    #[test]
    fn of_the_beginning_more_samples_are_keys() {
        // One in 256 hashes, 64 of them below the lead's threshold, each a dozen words behind the last one.
        let keys = |from: u32, step: u32, words: usize| {
            let kept: Vec<_> = (0..128).map(|number| (number << 24, from + number * step % 96)).collect();
            told(&kept, Extent::of(words, 0), Sketching::default()).0.len()
        };
        let places_of_lead = 96 / 12;
        assert_eq!([0, 19].map(|from| keys(from, 0, 600)), [64, 64]);
        assert_eq!((keys(20, 0, 600), keys(20, 12, 600), keys(20, 12, 2_000)), (1, places_of_lead, places_of_lead));
        // Behind the lead those with the least hashes, if they stand apart.
        let keys = |samples: u8, words: usize, step: u32| {
            let kept: Vec<_> = (0..224).map(|number| (number << 8, 118 + number * step)).collect();
            let sketching = Sketching { samples, ..Sketching::default() };
            told(&kept, Extent::of(words, 0), sketching).0.len()
        };
        let all =
            |samples: u8| [FEW_WORDS - 1, FEW_WORDS, 648, 800, 1_280, 1 << 20].map(|words| keys(samples, words, 700));
        assert_eq!((all(160), all(224)), ([40, 18, 18, 20, 20, 20], [40, 18, 18, 22, 28, 28]));
        // A text that ends there says the same again: a fiftieth is of what it says first.
        assert_eq!([1, 3, 12, 36].map(|step| keys(224, 5_000, step)), [28, 28, 28, 28]);
        let whole = |step: u32| {
            let kept: Vec<_> =
                (0..224).map(|number| (number << 8, 118 + number * step)).chain([(1 << 31, 4_999)]).collect();
            told(&kept, Extent::of(5_000, 0), Sketching::default()).0.len()
        };
        assert_eq!([1, 3, 12, 36].map(whole), [4, 8, 26, 28]);
    }

    #[test]
    fn fragments_are_three_words_of_the_text() {
        let text = text(5, 100);
        let (sketch, fragments) = sketch("Title", &text);
        // One sample may begin with the title.
        assert!((sketch.samples.len() - 1..=sketch.samples.len()).contains(&fragments.len()));
        assert!(fragments.iter().all(|f| text[f.start as usize..f.end as usize].split(' ').count() == 3));
    }

    #[test]
    fn a_short_text_is_sketched_with_its_title() {
        assert_ne!(sketch("Storm hits coast", "Video.").0, sketch("Markets fall", "Video.").0);
        let (headline, fragments) = sketch("Storm hits the northern coast at night", "");
        assert!(headline.extent.words() == 7 && !fragments.is_empty());
    }

    /// Many publishers put a date or a count into theirs.
    #[test]
    fn the_titles_numbers_are_not_the_texts() {
        let text = format!("{} 7 16 25 34 43", text(1, 60));
        let numbers = |title: &str| sketch(title, &text).0.numbers;
        assert_eq!(numbers("On 24 May 2019, 11 of 12"), numbers(""));
        assert_ne!(numbers(""), Numbers::default());
    }

    #[test]
    fn sketches_of_two_salts_have_nothing_in_common() {
        let salted = |salt| sketch_as(Sketching { salt: Salt::of(salt), ..Sketching::default() }, "", &text(1, 500)).0;
        assert_eq!((salted(""), salted("ours").exact), (sketch("", &text(1, 500)).0, salted("theirs").exact));
        let all = ["", "ours", "theirs", "1", "2", "3"].map(salted);
        for (number, one) in all.iter().enumerate() {
            for other in &all[..number] {
                assert!(one.keys.iter().all(|key| !other.keys.contains(key)));
                assert!(overlap(one.threes(), other.threes(), |_| ()).score < 800);
            }
        }
        assert!(Salt::name("ours") != Salt::name("theirs") && Salt::name("ours") != Salt::of("ours").0);
    }

    #[test]
    fn texts_without_words_are_not_copies_of_each_other() {
        assert_ne!(sketch("", "!!!").0.exact, sketch("", "???").0.exact);
        assert_eq!(sketch("", "!!!").0.exact, sketch("", "!!!").0.exact);
    }

    /// Where no space parts words, each sign is a word: sequences of three signs are the samples.
    #[test]
    fn scripts_without_spaces_are_sketched_by_their_signs() {
        for first in ['\u{4e00}', '\u{0e01}', '\u{1780}'] {
            let sign = |number: u64| char::from_u32(first as u32 + (mix(number) % 40) as u32).unwrap();
            let whole: String = (0..1_500).map(sign).collect();
            let cut: String = whole.chars().take(500).collect();
            let (whole, cut) = (sketch("", &whole).0, sketch("", &cut).0);
            let overlap = overlap(whole.threes(), cut.threes(), |_| ());
            assert!(cut.samples.len() >= LEAST && overlap.score > 9_000 && overlap.of_first < 5_000, "{overlap:?}");
        }
    }

    #[test]
    fn a_hostile_text_is_bounded() {
        let (same, _) = sketch("", &"word ".repeat(2_000_000));
        assert_eq!((same.samples.len(), same.extent), (1, Extent::of(2_000_000, 0)));
        for samples in [160, 255] {
            let (long, _) = sketch_as(Sketching { samples, ..Sketching::default() }, "", &text(6, 1_500_000));
            let most = usize::from(samples);
            assert!((most * 7 / 8..=most).contains(&long.samples.len()), "{}", long.samples.len());
        }
    }

    proptest! {
        /// Whatever sample is no key has a key with a lesser hash beside it, or there are enough of them.
        #[test]
        fn keys_are_the_least_that_stand_apart(
            hashes in prop::collection::btree_map(prop_oneof![any::<u32>(), 0..1_u32 << 28], 0..900_u32, 0..120),
            words in prop_oneof![0..9_000_usize, 9_000..99_000_usize],
            samples in 160..=255_u8,
        ) {
            let kept: Vec<_> = hashes.into_iter().collect();
            let (keys, _) = told(&kept, Extent::of(words, 0), Sketching { samples, ..Sketching::default() });
            let least = least_keys(Extent::of(words, 0), samples);
            let said = kept.iter().map(|(_, index)| index + 51).max().unwrap_or(0);
            let all = (words as u32).min(0x7fff).min(said) / 50;
            let apart = |index: u32| match index {
                0..20 => 0,
                20..118 => all.min(12),
                _ => all,
            };
            for (number, &(hash, index)) in kept.iter().enumerate() {
                let lesser = kept[..number].iter().filter(|(hash, _)| keys.contains(hash));
                let stands_apart = lesser.clone().all(|(_, begin)| begin.abs_diff(index) >= apart(index));
                let is_wanted = lesser.count() < least || (index < 118 && hash < LEAD_BELOW);
                prop_assert_eq!(keys.contains(&hash), stands_apart && is_wanted, "{}", index);
            }
        }

        #[test]
        fn any_text_gives_a_sketch(title in ".{0,40}", text in "(\\PC|\\s){0,400}") {
            let (sketch, fragments) = sketch(&title, &text);
            let stands_in = if text.is_empty() { &title } else { &text };
            prop_assert!(sketch.samples.is_sorted_by(|a, b| a >> CONTEXT_BITS < b >> CONTEXT_BITS));
            for fragment in fragments {
                prop_assert!(stands_in.get(fragment.start as usize..fragment.end as usize).is_some());
            }
        }
    }
}
