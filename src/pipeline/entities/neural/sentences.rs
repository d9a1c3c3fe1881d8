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

/// A sign that ends a sentence, where the next word opens one; in scripts without capitals it does so by itself.
fn is_stop(sign: &str) -> bool {
    matches!(sign, "." | "!" | "?" | "…" | "。" | "！" | "？" | "।" | "؟" | "۔")
}
