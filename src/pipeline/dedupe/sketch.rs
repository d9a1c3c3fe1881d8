//! The sketch of an article: a hash of all its words, and samples of its word sequences.
//!
//! Samples are the sequences (of five words for the index, of three for the score) whose hash falls below a threshold: one
//! in 16 of a long article. Two articles keep the same sequences, so what they share can be counted from the samples alone.
//! A short article keeps its 32 smallest, or it would have too few; one that is very long keeps no more than 255. The
//! threshold of a list follows from the list, so two lists are compared below the smaller of their thresholds.
//!
//! Method: sampled-fingerprint index with containment, the winner of the research note on dedupe (3a, "hybrid").

use super::words::{Word, Words, mix};

/// Changes whenever equal text gives another sketch: samples of different versions never match by accident.
const VERSION: u64 = 1;
/// One sequence in 16 is kept.
const THRESHOLD: u32 = u32::MAX / 16;
/// A list has at least so many samples, if the article has as many sequences.
const LEAST: usize = 32;
/// A list has at most so many: the log has one byte for their number.
const MOST: usize = 255;
/// A text with fewer words is sketched with its title: "Video." under two headlines is two articles.
const SHORT_TEXT: usize = 30;

/// What dedupe knows of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// blake3 of the normalised words, 128 bits: nobody can craft an article that passes for another.
    pub exact: [u8; 16],
    /// Number of words; saturates.
    pub words: u16,
    /// Sampled hashes of five words, ascending.
    pub w5: Box<[u32]>,
    /// Sampled hashes of three words, ascending.
    pub w3: Box<[u32]>,
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

/// Sketches an article: its text, or title and text if the text is short. Fragments refer to `text` (to the title if there
/// is no text), and are empty for words of the title that stand before a short text.
pub fn sketch(title: &str, text: &str) -> (Sketch, Vec<Fragment>) {
    let mut words = Words::default();
    words.read(text);
    let mut from_text = 0;
    if words.words.len() < SHORT_TEXT {
        words = Words::default();
        words.read(title);
        from_text = if text.is_empty() { 0 } else { words.words.len() };
        words.read(text);
    }
    let (w5, _) = sample(&words.words, 5);
    let (w3, places) = sample(&words.words, 3);
    let fragment = |(sample, index): (&u32, &u32)| {
        let sequence = words.words.get(*index as usize..)?.get(..3)?;
        let (first, last) = (sequence.first()?, sequence.last()?);
        (*index as usize >= from_text).then_some(Fragment { sample: *sample, start: first.start, end: last.end })
    };
    let fragments = w3.iter().zip(&places).filter_map(fragment).collect();
    // What has no words is compared byte by byte: all of them together are no story.
    let compared = if words.words.is_empty() { [title, "\0", text].concat() } else { words.normalised };
    let mut exact = [0; 16];
    blake3::Hasher::new().update(compared.as_bytes()).finalize_xof().fill(&mut exact);
    let count = u16::try_from(words.words.len()).unwrap_or(u16::MAX);
    (Sketch { exact, words: count, w5: w5.into(), w3: w3.into() }, fragments)
}

/// Samples of sequences of `length` words, ascending, and the index of the first word of each one's first occurrence.
fn sample(words: &[Word], length: u32) -> (Vec<u32>, Vec<u32>) {
    let count = words.len().saturating_sub(length as usize - 1);
    // All of a short article's, those below the threshold of another's.
    let below = if count <= LEAST * 8 { u32::MAX } else { THRESHOLD };
    let mut kept: Vec<(u32, u32)> = Vec::with_capacity(if below == u32::MAX { count } else { count / 12 });
    keep(words, length, below, &mut kept);
    if kept.len() < LEAST && below != u32::MAX {
        kept.clear();
        keep(words, length, u32::MAX, &mut kept);
    }
    kept.sort_unstable();
    kept.dedup_by_key(|(hash, _)| *hash);
    let within = kept.partition_point(|(hash, _)| *hash < THRESHOLD);
    kept.truncate(within.clamp(LEAST, MOST));
    kept.into_iter().unzip()
}

fn keep(words: &[Word], length: u32, below: u32, kept: &mut Vec<(u32, u32)>) {
    let Some((first, _)) = words.split_at_checked(length as usize) else { return };
    let salt = mix(VERSION << 8 | u64::from(length));
    let mut rolling = first.iter().fold(0_u64, |hash, word| hash.rotate_left(1) ^ word.hash);
    let mut leaving = words.iter();
    let mut coming = words.iter().skip(length as usize);
    for index in 0.. {
        #[expect(clippy::cast_possible_truncation, reason = "the low half of a mixed hash")]
        let hash = mix(rolling ^ salt) as u32;
        if hash < below {
            kept.push((hash, index));
        }
        let (Some(old), Some(new)) = (leaving.next(), coming.next()) else { return };
        rolling = rolling.rotate_left(1) ^ old.hash.rotate_left(length) ^ new.hash;
    }
}

/// The threshold below which a list holds every sequence of its article.
fn threshold(samples: &[u32]) -> u32 {
    let last = samples.last().map_or(u32::MAX, |last| last.saturating_add(1));
    match samples.len() {
        MOST.. => last.min(THRESHOLD),
        LEAST => last.max(THRESHOLD),
        0..LEAST => u32::MAX,
        _ => THRESHOLD,
    }
}

/// What two lists of samples share, counted where both are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// In both.
    pub shared: u32,
    /// In the first.
    pub first: u32,
    /// In the second.
    pub second: u32,
}

impl Overlap {
    /// Share of the smaller one that is in the other, in 1/10000.
    pub fn containment(self) -> u16 {
        share(self.shared, self.first.min(self.second))
    }

    /// Share of the first that is in the second, in 1/10000.
    pub fn of_first(self) -> u16 {
        share(self.shared, self.first)
    }

    /// Share of the second that is in the first, in 1/10000.
    pub fn of_second(self) -> u16 {
        share(self.shared, self.second)
    }
}

fn share(part: u32, whole: u32) -> u16 {
    (part * 10_000).checked_div(whole).and_then(|share| u16::try_from(share).ok()).unwrap_or(0)
}

/// Counts what two ascending lists share; `found` is told each shared sample.
pub fn overlap(first: &[u32], second: &[u32], mut found: impl FnMut(u32)) -> Overlap {
    let below = threshold(first).min(threshold(second));
    let complete = |list: &[u32]| list.partition_point(|sample| *sample < below);
    let (n, m) = (complete(first), complete(second));
    let (mut left, mut right) = (first.iter().take(n).peekable(), second.iter().take(m).peekable());
    let mut shared = 0;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                found(**a);
                shared += 1;
                left.next();
                right.next();
            }
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Overlap { shared, first: count(n), second: count(m) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(seed: u64, words: usize) -> String {
        (0..words as u64).map(|i| format!("w{} ", mix(seed * 1_000_003 + i) % 50_000)).collect()
    }

    #[test]
    fn a_copy_has_the_same_sketch_whatever_its_case_and_space() {
        let text = text(1, 400);
        let loud = text.to_uppercase().replace(' ', "  \n");
        assert_eq!(sketch("", &text).0, sketch("other title", &loud).0);
        assert_ne!(sketch("", &text).0.exact, sketch("", &(text + "more")).0.exact);
    }

    #[test]
    fn a_cut_copy_is_contained_in_its_original() {
        for words in [200, 600, 2_000, 20_000] {
            let of_first = (0..40).map(|seed| {
                let whole = text(100 + seed, words);
                let cut: String = whole.split_inclusive(' ').take(words / 4).collect();
                let overlap = overlap(&sketch("", &whole).0.w3, &sketch("", &cut).0.w3, |_| ());
                assert!(overlap.containment() > 9_000, "{words}: {overlap:?}");
                u32::from(overlap.of_first())
            });
            // The estimate is unbiased: its mean is the quarter that was kept.
            let mean = of_first.sum::<u32>() / 40;
            assert!((2_100..2_900).contains(&mean), "{words}: {mean}");
        }
    }

    #[test]
    fn articles_that_share_nothing_share_no_samples() {
        let (a, b) = (sketch("", &text(3, 900)).0, sketch("", &text(4, 900)).0);
        assert_eq!(overlap(&a.w3, &b.w3, |_| ()).shared, 0);
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
