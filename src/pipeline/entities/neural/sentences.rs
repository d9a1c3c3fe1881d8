//! Cuts a field into what a model may read together: sentences. A long one is cut between words.

use std::ops::Range;

use super::super::page::Page;
use super::super::token::Shape;

/// Longest stretch of text that is cut into pieces at once, in bytes: bounds the work between two looks at the clock. Of a word that is
/// longer only the beginning is read.
const LONGEST: usize = 1_024;

/// The sentences of a field, in bytes of it. Each begins where the one before ends, with the space between them.
pub(super) fn of(page: &Page<'_, '_>) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let (mut start, mut end) = (0, 0);
    // A sign that ends a sentence was the last word, and then perhaps a space.
    let (mut stopped, mut spaced) = (false, false);
    for token in &page.tokens {
        let next = token.end as usize;
        spaced |= token.spaced;
        let closes = stopped && (spaced && token.opens || token.shape == Shape::Run);
        if token.shape == Shape::Break || closes || next - start > LONGEST {
            sentences.extend((end > start).then_some(start..end));
            start = end;
        }
        if token.shape == Shape::Break {
            start = next;
        } else if next - start > LONGEST {
            sentences.push(start..page.text.floor_char_boundary(start + LONGEST));
            start = next;
        }
        let sign = if token.shape == Shape::Sign { token.of(page.text) } else { "" };
        (stopped, spaced) = match sign {
            _ if is_stop(sign) => (true, false),
            "" | "," | ";" | ":" => (false, false),
            _ => (stopped, spaced),
        };
        end = next;
    }
    sentences.extend((end > start).then_some(start..end));
    sentences
}

/// Keeps the sentences that have some of the tokens `doubtful`, and those that open with a small letter: who writes them leaves out
/// capitals, and names cannot be told by them.
pub(super) fn keep(page: &Page<'_, '_>, doubtful: &[Range<usize>], sentences: &mut Vec<Range<usize>>) {
    let mut next = 0;
    sentences.retain(|sentence| {
        let place = |at: usize| page.token(at).map_or(0, |token| token.start as usize);
        let before = |range: &Range<usize>| place(range.end.saturating_sub(1)) < sentence.start;
        while doubtful.get(next).is_some_and(before) {
            next += 1;
        }
        let has = doubtful.get(next).is_some_and(|range| place(range.start) < sentence.end);
        has || is_small(page, sentence)
    });
}

/// The first letter of the sentence is a small one.
fn is_small(page: &Page<'_, '_>, sentence: &Range<usize>) -> bool {
    let first = page.tokens.partition_point(|token| (token.start as usize) < sentence.start);
    let own = page.tokens.iter().skip(first).take_while(|token| (token.start as usize) < sentence.end);
    own.map(|token| token.shape).find(|shape| !matches!(shape, Shape::Sign | Shape::Number)) == Some(Shape::Lower)
}

/// A sign that ends a sentence, where the next word opens one; in scripts without capitals it does so by itself.
fn is_stop(sign: &str) -> bool {
    matches!(sign, "." | "!" | "?" | "…" | "。" | "！" | "？" | "।" | "؟" | "۔")
}
