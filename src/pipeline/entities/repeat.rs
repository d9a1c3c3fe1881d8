//! Names that the article introduced once and then uses short: the bare surname, the abbreviation, a surname in another spelling. Also
//! settles what a bare word is that could be a city or the surname of somebody in the article.

use std::collections::{HashMap, HashSet};

use super::Kind;
use super::alias::{Part, fold, same_surname};
use super::cues;
use super::gazetteer::{COMMON, LAST, ORGANISATION, PLACE, STOP};
use super::page::Page;
use super::span::{Evidence, Span};
use super::token::Shape;

/// An article introduces no more people than this, as far as spellings are compared: bounds the work on hostile input.
const MOST_SURNAMES: usize = 64;
/// Different words that are compared with the surnames.
const MOST_WORDS: usize = 512;
/// Letters that a word needs before another spelling is considered.
const SHORTEST: usize = 5;

/// What the article has introduced.
#[derive(Default)]
struct Introduced {
    surnames: HashSet<u64>,
    parts: Vec<Part>,
    abbreviations: HashSet<u64>,
    /// The first words of companies' names: Halvard, of Halvard Systems.
    firms: HashSet<u64>,
}

impl Introduced {
    fn collect(pages: &[Page<'_>; 2], spans: &[Vec<Span<'_>>; 2]) -> Self {
        let mut known = Self::default();
        for (page, spans) in pages.iter().zip(spans) {
            known.firms.extend(spans.iter().filter_map(|span| firm(page, span)));
        }
        for (page, spans) in pages.iter().zip(spans) {
            for span in spans {
                let Some(last) = page.names(span.first..span.end).next_back() else { continue };
                let Some(token) = page.token(last) else { continue };
                let one = span.end == span.first + 1;
                let bare = one && (span.evidence == Evidence::Speaks || known.firms.contains(&token.key));
                if span.kind == Kind::Person && !page.is_initial(last) && !bare {
                    if known.surnames.insert(token.key) && known.parts.len() < MOST_SURNAMES {
                        known.parts.push(Part { folded: fold(page.word(last)), attested: page.flag(last, LAST) });
                    }
                } else if span.evidence == Evidence::Abbreviation && one {
                    known.abbreviations.insert(token.key);
                }
            }
        }
        known
    }
}

/// The word by which the article may go on to call a company.
fn firm(page: &Page<'_>, span: &Span<'_>) -> Option<u64> {
    if !matches!(span.evidence, Evidence::OrganisationNoun | Evidence::Company) {
        return None;
    }
    let mut names = page.names(span.first..span.end);
    let (first, last) = (names.next()?, names.next_back()?);
    // not the Clinton of the Clinton Foundation
    let own = page.cue(last, cues::CORPORATE | cues::COMPANY) || page.cue(last, cues::HEAD) && !page.flag(first, LAST);
    let token = page.token(first)?;
    let telling = token.shape == Shape::Capital
        && token.cues == 0
        && !page.is_initial(first)
        && !page.flag(first, COMMON | STOP | PLACE | ORGANISATION);
    (own && telling).then_some(token.key)
}

/// Adds the repetitions to what each field proposed.
pub(super) fn propose(pages: &[Page<'_>; 2], spans: &mut [Vec<Span<'static>>; 2]) {
    let known = Introduced::collect(pages, spans);
    if known.surnames.is_empty() && known.abbreviations.is_empty() && known.firms.is_empty() {
        return;
    }
    let mut spellings = HashMap::new();
    for (page, spans) in pages.iter().zip(spans.iter_mut()) {
        for span in spans.iter_mut() {
            reconsider(page, &known, span);
        }
        let mut found = Vec::new();
        let mut taken = spans.iter().peekable();
        for at in 0..page.tokens.len() {
            while taken.next_if(|span| span.end <= at).is_some() {}
            if taken.peek().is_some_and(|span| span.first <= at) || !page.is_name(at) {
                continue;
            }
            if let Some(kind) = repeats(page, at, &known, &mut spellings) {
                found.push(page.span(at..at + 1, kind, Evidence::Repeated));
            }
        }
        if !found.is_empty() {
            spans.append(&mut found);
            spans.sort_by_key(|span| span.start_byte);
        }
    }
}

/// A city that is also the surname of somebody in the article is that person, unless "in" stands before it; a given name that is also a
/// company's is the company.
fn reconsider(page: &Page<'_>, known: &Introduced, span: &mut Span<'_>) {
    let single = span.end == span.first + 1;
    let key = page.token(span.first).map_or(0, |token| token.key);
    if single && span.kind == Kind::Person && known.firms.contains(&key) && !known.surnames.contains(&key) {
        *span = page.span(span.first..span.end, Kind::Organisation, Evidence::Repeated);
        return;
    }
    let one = single && matches!(span.evidence, Evidence::City | Evidence::LargeCity);
    let located = span.first.checked_sub(1).is_some_and(|before| page.cue(before, cues::LOCATIVE));
    if one && !located && known.surnames.contains(&key) {
        *span = page.span(span.first..span.end, Kind::Person, Evidence::Repeated);
    }
}

fn repeats(page: &Page<'_>, at: usize, known: &Introduced, spellings: &mut HashMap<u64, bool>) -> Option<Kind> {
    let token = page.token(at)?;
    let ordinary = page.flag(at, COMMON | STOP);
    let says = page.cue(at + 1, cues::SAYING);
    if known.abbreviations.contains(&token.key) && token.shape == Shape::Upper {
        return Some(Kind::Organisation);
    }
    if page.is_initial(at) || token.opens && !page.shouts && !says && page.flag(at, STOP) {
        return None;
    }
    if known.surnames.contains(&token.key) {
        return Some(Kind::Person);
    }
    let alone = !page.is_name(at + 1) && !at.checked_sub(1).is_some_and(|before| page.is_name(before));
    if known.firms.contains(&token.key) && alone && token.shape == Shape::Capital {
        return Some(Kind::Organisation);
    }
    if ordinary || !alone || token.shape != Shape::Capital || page.flag(at, PLACE | ORGANISATION) {
        return None;
    }
    let full = spellings.len() >= MOST_WORDS;
    let same = spellings.get(&token.key).copied().unwrap_or_else(|| {
        let same = !full && spelled(page.word(at), page.flag(at, LAST), known);
        if !full {
            spellings.insert(token.key, same);
        }
        same
    });
    same.then_some(Kind::Person)
}

/// Whether the word is another spelling of a surname that was introduced.
fn spelled(word: &str, attested: bool, known: &Introduced) -> bool {
    if word.chars().count() < SHORTEST {
        return false;
    }
    let part = Part { folded: fold(word), attested };
    known.parts.iter().any(|surname| same_surname(surname, &part, false))
}
