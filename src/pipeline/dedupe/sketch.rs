//! The sketch of an article: a hash of all its words, and samples of its word sequences.
//!
//! Samples are the sequences of title and text whose hash falls below a threshold: of five words for the index, one in 32, and
//! of three words for the score, one in 8. Two articles keep the same sequences, so what they share can be counted from the
//! samples alone. Copies are most often cut, and keep the beginning: of the first 120 words one in 5 and one in 4 are kept, so
//! that two paragraphs are enough to be found by. An article keeps its 32 smallest of either kind, or it would have too few, and
//! no more than 255.
//!
//! The low byte of a sample of three words tells which words stand before and after it (see `overlap`).
//!
//! Method: sampled-fingerprint index with containment, the winner of the research note on dedupe (3a, "hybrid"); the rates and
//! what they cost are measured in docs/dedupe.md.

use super::overlap::{CONTEXT_BITS, REPEATS, Threes};
use super::words::{Word, Words, mix};

/// Changes whenever equal text gives another sketch: samples of different versions never match by accident.
const VERSION: u64 = 2;
/// How many words at the beginning are the lead.
const LEAD: usize = 120;
/// One in 5 sequences of five words of the lead is kept.
const LEAD_FIVES: u32 = u32::MAX / 5;
/// One in 32 of the rest.
const REST_FIVES: u32 = 1 << 27;
/// One in 4 sequences of three words of the lead is kept.
pub(super) const LEAD_THREES: u32 = 1 << 30;
/// One in 8 of the rest.
pub(super) const REST_THREES: u32 = 1 << 29;
/// A list has at least so many samples, if the article has as many sequences.
pub(super) const LEAST: usize = 32;
/// A list has at most so many: the log has one byte for their number.
pub(super) const MOST: usize = 255;
/// A text with fewer words is told from others by its title as well: "Video." under two headlines is two articles.
const SHORT_TEXT: usize = 30;

/// What dedupe knows of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// blake3 of the normalised words, 128 bits: nobody can craft an article that passes for another.
    pub exact: [u8; 16],
    /// Number of words that were sketched, the title's included; saturates.
    pub words: u16,
    /// Sequences of three words that the article had said before, in 1/64 of those that it says; saturates.
    pub repeats: u8,
    /// Sampled hashes of five words, ascending.
    pub w5: Box<[u32]>,
    /// Sampled hashes of three words, ascending.
    pub w3: Box<[u32]>,
}

impl Sketch {
    /// Whether the article is no longer than a lead.
    pub fn is_short(&self) -> bool {
        usize::from(self.words) <= LEAD
    }

    /// The samples of three words.
    pub fn threes(&self) -> Threes<'_> {
        Threes { list: &self.w3, short: self.is_short(), repeats: self.repeats }
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

/// Sketches an article. Fragments refer to `text` (to the title if there is no text): there are none for words of the title
/// that stand before a text.
pub fn sketch(title: &str, text: &str) -> (Sketch, Vec<Fragment>) {
    let mut words = Words::default();
    words.read(title);
    let (of_title, bytes_of_title) = (words.words.len(), words.normalised.len());
    words.read(text);
    let exact = exact(title, text, &words, words.words.len() - of_title, bytes_of_title);
    let words = &words.words;
    let short = words.len() <= LEAD;
    let fives = sample(words, short, &FIVES);
    let threes = sample(words, short, &THREES);
    let from_text = if text.is_empty() { 0 } else { of_title };
    let fragment = |(sample, index): &(u32, u32)| {
        let sequence = words.get(*index as usize..)?.get(..3)?;
        let (first, last) = (sequence.first()?, sequence.last()?);
        (*index as usize >= from_text).then_some(Fragment { sample: *sample, start: first.start, end: last.end })
    };
    let fragments = threes.kept.iter().filter_map(fragment).collect();
    let samples = |sampled: &Sampled| sampled.kept.iter().map(|(sample, _)| *sample).collect();
    let count = u16::try_from(words.len()).unwrap_or(u16::MAX);
    let sketch = Sketch { exact, words: count, repeats: threes.repeats, w5: samples(&fives), w3: samples(&threes) };
    (sketch, fragments)
}

/// The hash of the text's words, or of title and text if the text is short.
fn exact(title: &str, text: &str, words: &Words, of_text: usize, bytes_of_title: usize) -> [u8; 16] {
    let from = if of_text < SHORT_TEXT { 0 } else { bytes_of_title };
    let mut hasher = blake3::Hasher::new();
    if words.words.is_empty() {
        // What has no words is compared byte by byte: all of them together are no story.
        hasher.update(title.as_bytes()).update(b"\0").update(text.as_bytes());
    } else {
        hasher.update(words.normalised.as_bytes().get(from..).unwrap_or_default());
    }
    let mut exact = [0; 16];
    hasher.finalize_xof().fill(&mut exact);
    exact
}

/// Which sequences are kept.
struct Rate {
    length: u32,
    /// Bits of a sample that tell which words stand around it.
    context: u32,
    lead: u32,
    rest: u32,
}

const FIVES: Rate = Rate { length: 5, context: 0, lead: LEAD_FIVES, rest: REST_FIVES };
const THREES: Rate = Rate { length: 3, context: CONTEXT_BITS, lead: LEAD_THREES, rest: REST_THREES };

impl Rate {
    fn of_all(&self) -> Self {
        Self { lead: u32::MAX, rest: u32::MAX, ..*self }
    }
}

#[derive(Default)]
struct Sampled {
    /// Samples, ascending, and the index of the first word of each one's first occurrence.
    kept: Vec<(u32, u32)>,
    repeats: u8,
}

/// The samples of a text.
fn sample(words: &[Word], short: bool, rate: &Rate) -> Sampled {
    let count = words.len().saturating_sub(rate.length as usize - 1);
    let complete = if short { rate.lead } else { rate.rest };
    let mut sampled = Sampled { kept: Vec::with_capacity(count.min(LEAD) / 4 + count / 6), repeats: 0 };
    keep(words, rate, &mut sampled.kept);
    sampled.order(rate, complete);
    if sampled.kept.partition_point(|(sample, _)| *sample < complete) < LEAST {
        let mut all = Sampled { kept: Vec::with_capacity(count), repeats: 0 };
        keep(words, &rate.of_all(), &mut all.kept);
        all.order(rate, u32::MAX);
        all.kept.truncate(LEAST);
        sampled.repeats = all.repeats;
        sampled.kept.extend(all.kept);
        sampled.order(rate, 0);
    }
    sampled.kept.truncate(MOST);
    sampled
}

impl Sampled {
    /// Ascending, each sequence once; and how often those below a threshold come again.
    fn order(&mut self, rate: &Rate, complete: u32) {
        self.kept.sort_unstable_by_key(|(sample, index)| (sample >> rate.context, *index));
        let below = |kept: &[(u32, u32)]| kept.partition_point(|(sample, _)| *sample < complete);
        let said = below(&self.kept);
        self.kept.dedup_by_key(|(sample, _)| *sample >> rate.context);
        let once = below(&self.kept);
        if complete > 0 {
            let repeats = ((said - once) * REPEATS as usize).checked_div(once).unwrap_or(0);
            self.repeats = u8::try_from(repeats).unwrap_or(u8::MAX);
        }
    }
}

fn keep(words: &[Word], rate: &Rate, kept: &mut Vec<(u32, u32)>) {
    let length = rate.length as usize;
    let Some((first, _)) = words.split_at_checked(length) else { return };
    let salt = mix(VERSION << 8 | u64::from(rate.length));
    let mut rolling = first.iter().fold(0_u64, |hash, word| hash.rotate_left(1) ^ word.hash);
    let (mut before, mut leaving) = (0, words.iter());
    let mut coming = words.iter().skip(length);
    let last_of_lead = LEAD.saturating_sub(length);
    for index in 0.. {
        let (old, new) = (leaving.next(), coming.next());
        #[expect(clippy::cast_possible_truncation, reason = "the low half of a mixed hash")]
        let mut hash = mix(rolling ^ salt) as u32;
        let below = if index as usize <= last_of_lead { rate.lead } else { rate.rest };
        if hash < below {
            if rate.context > 0 {
                let context = mix(u64::rotate_left(before, 7) ^ new.map_or(0, |word| word.hash));
                #[expect(clippy::cast_possible_truncation, reason = "a byte of a mixed hash")]
                let context = context as u32 & ((1 << rate.context) - 1);
                hash = hash >> rate.context << rate.context | context;
            }
            kept.push((hash, index));
        }
        let (Some(old), Some(new)) = (old, new) else { return };
        rolling = rolling.rotate_left(1) ^ old.hash.rotate_left(rate.length) ^ new.hash;
        before = old.hash;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::overlap::overlap;
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
    fn articles_that_share_nothing_share_no_samples() {
        let (a, b) = (sketch("", &text(3, 900)).0, sketch("", &text(4, 900)).0);
        assert_eq!(overlap(a.threes(), b.threes(), |_| ()).shared, 0);
    }

    #[test]
    fn fragments_are_three_words_of_the_text() {
        let text = text(5, 100);
        let (sketch, fragments) = sketch("Title", &text);
        assert_eq!(fragments.len(), sketch.w3.len());
        assert!(fragments.iter().all(|f| text[f.start as usize..f.end as usize].split(' ').count() == 3));
    }

    #[test]
    fn a_short_text_is_sketched_with_its_title() {
        assert_ne!(sketch("Storm hits coast", "Video.").0, sketch("Markets fall", "Video.").0);
        let (headline, fragments) = sketch("Storm hits the northern coast at night", "");
        assert!(headline.words == 7 && !fragments.is_empty());
    }

    #[test]
    fn texts_without_words_are_not_copies_of_each_other() {
        assert_ne!(sketch("", "!!!").0.exact, sketch("", "???").0.exact);
        assert_eq!(sketch("", "!!!").0.exact, sketch("", "!!!").0.exact);
    }

    #[test]
    fn a_hostile_text_is_bounded() {
        let (same, _) = sketch("", &"word ".repeat(200_000));
        assert_eq!((same.w5.len(), same.w3.len(), same.words), (1, 1, u16::MAX));
        let (long, _) = sketch("", &text(6, 100_000));
        assert!(long.w5.len() == MOST && long.w3.len() == MOST);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_sketch(title in ".{0,40}", text in "(\\PC|\\s){0,400}") {
            let (sketch, fragments) = sketch(&title, &text);
            let stands_in = if text.is_empty() { &title } else { &text };
            prop_assert!(sketch.w3.is_sorted() && sketch.w5.is_sorted());
            for fragment in fragments {
                prop_assert!(stands_in.get(fragment.start as usize..fragment.end as usize).is_some());
            }
        }
    }
}
