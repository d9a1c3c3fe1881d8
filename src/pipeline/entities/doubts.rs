//! Names that one sentence alone does not settle: a small city, or a brand that is also a word, at the beginning of a sentence. The rest
//! of the article does: what is meant once is meant wherever the same word stands, and a place in headline and text is what they are about.

use std::collections::{HashMap, HashSet};

use super::Kind;
use super::cues;
use super::gazetteer::{COMMON, STOP};
use super::page::Page;
use super::span::Span;
use super::watch::{Candidate, Dropped, Watch};

/// What the article says about the doubtful words.
#[derive(Default)]
struct Settled {
    /// Single words that are an organisation or a place somewhere.
    meant: HashSet<(Kind, u64)>,
    /// The words of people's names.
    people: HashSet<u64>,
    /// In which fields each doubtful word stands, a bit each.
    fields: HashMap<u64, u8>,
}

/// Adds the doubtful spans that the article settles to those of each field.
pub(super) fn settle<'g>(
    pages: &[Page<'_>; 2],
    spans: &mut [Vec<Span<'g>>; 2],
    doubts: [Vec<Span<'g>>; 2],
    watch: &mut impl Watch,
) {
    if doubts.iter().all(Vec::is_empty) {
        return;
    }
    let mut settled = Settled::default();
    for ((page, spans), (doubts, bit)) in pages.iter().zip(spans.iter()).zip(doubts.iter().zip([1, 2])) {
        for span in spans {
            let mut keys = page.names(span.first..span.end).filter_map(|at| page.token(at)).map(|token| token.key);
            if span.kind == Kind::Person {
                settled.people.extend(keys);
            } else if span.end == span.first + 1 {
                settled.meant.extend(keys.next().map(|key| (span.kind, key)));
            }
        }
        for key in doubts.iter().filter_map(|doubt| page.token(doubt.first)).map(|token| token.key) {
            *settled.fields.entry(key).or_insert(0) |= bit;
        }
    }
    for ((page, spans), doubts) in pages.iter().zip(spans).zip(doubts) {
        let before = spans.len();
        for doubt in doubts {
            let next = spans.get(..before).map_or(0, |spans| spans.partition_point(|span| span.end <= doubt.first));
            let free = next >= before || spans.get(next).is_none_or(|span| doubt.end <= span.first);
            if free && settled.is_meant(page, &doubt) {
                spans.push(doubt);
            } else {
                let why = match spans.get(next).filter(|_| !free) {
                    Some(other) => Dropped::Overlaps(other.start_byte..other.end_byte),
                    None => Dropped::Unsettled,
                };
                watch.dropped(Candidate::of(page.field, &doubt, why));
            }
        }
        if spans.len() > before {
            spans.sort_by_key(|span| span.start_byte);
        }
    }
}

impl Settled {
    fn is_meant(&self, page: &Page<'_>, doubt: &Span<'_>) -> bool {
        let Some(token) = page.token(doubt.first) else { return false };
        if self.people.contains(&token.key) || page.cue(doubt.end, cues::SAYING) {
            return false;
        }
        let both = self.fields.get(&token.key) == Some(&3);
        self.meant.contains(&(doubt.kind, token.key))
            || both && doubt.kind == Kind::Location && !page.flag(doubt.first, COMMON | STOP)
    }
}
