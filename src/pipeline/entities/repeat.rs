//! Names that the article introduced once and then uses short: the bare surname, the abbreviation, a surname in another spelling. Also
//! settles what a bare word is that could be a city or the surname of somebody in the article.

use std::collections::{HashMap, HashSet};

use super::Kind;
use super::alias::{Part, same_surname};
use super::cues;
use super::gazetteer::{COMMON, FIRST, LAST, ORGANISATION, PLACE, STOP};
use super::merge::ATTESTED;
use super::page::Page;
use super::span::{Evidence, Span};
use super::token::Shape;

/// An article introduces no more people than this, as far as spellings are compared: bounds the work on hostile input.
const MOST_SURNAMES: usize = 64;
/// Different words that are compared with the surnames.
const MOST_WORDS: usize = 512;
/// Letters that a word needs before another spelling is considered.
const SHORTEST: usize = 5;

/// So sure must a single word be a name for the article to repeat it.
const CONFIDENT: f32 = 0.7;

/// A person that is less sure might as well be a place.
const UNSURE: f32 = 0.6;

/// What the article has introduced.
#[derive(Default)]
struct Introduced {
    surnames: HashSet<u64>,
    parts: Vec<Part>,
    abbreviations: HashSet<u64>,
    /// The first words of companies' names: Halvard, of Halvard Systems.
    firms: HashSet<u64>,
    /// Places of one word.
    places: HashSet<u64>,
    /// First words of people's names.
    given: HashSet<u64>,
}

impl Introduced {
    fn collect<'g>(pages: &[Page<'_, 'g>; 2], spans: &[Vec<Span<'g>>; 2]) -> Self {
        let mut known = Self::default();
        for (page, spans) in pages.iter().zip(spans) {
            known.firms.extend(spans.iter().filter_map(|span| firm(page, span)));
        }
        for (page, spans) in pages.iter().zip(spans) {
            for span in spans {
                let Some(last) = page.names(span.first..span.end).next_back() else { continue };
                let Some(token) = page.token(last) else { continue };
                let one = span.end == span.first + 1;
                let firm = one && known.firms.contains(&token.key);
                let first = page.token(span.first).filter(|_| span.kind == Kind::Person && !one);
                known.given.extend(first.map(|token| token.key));
                if span.kind == Kind::Person && !page.is_initial(last) && !firm {
                    let bare = one && span.confidence < CONFIDENT;
                    if !bare && known.surnames.insert(token.key) && !one && known.parts.len() < MOST_SURNAMES {
                        known.parts.push(Part::new(page.word(last), page.flag(last, ATTESTED)));
                    }
                } else if span.kind == Kind::Organisation && one && token.shape == Shape::Upper {
                    known.abbreviations.insert(token.key);
                } else if span.kind == Kind::Location && one && span.confidence >= CONFIDENT {
                    known.places.insert(token.key);
                }
            }
        }
        known
    }
}

/// The word by which the article may go on to call a company: the first of several, if it is nothing else.
fn firm(page: &Page<'_, '_>, span: &Span<'_>) -> Option<u64> {
    if span.kind != Kind::Organisation {
        return None;
    }
    let mut names = page.names(span.first..span.end);
    let (first, _) = (names.next()?, names.next()?);
    let token = page.token(first)?;
    let telling = token.shape == Shape::Capital
        && token.cues == 0
        && !page.is_initial(first)
        && !page.flag(first, COMMON | STOP | PLACE | ORGANISATION | FIRST | LAST);
    telling.then_some(token.key)
}

/// Adds the repetitions to what each field proposed.
pub(super) fn propose<'g>(pages: &[Page<'_, 'g>; 2], spans: &mut [Vec<Span<'g>>; 2]) {
    let known = Introduced::collect(pages, spans);
    if spans.iter().all(Vec::is_empty) {
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
                found.push(page.span(at..at + 1, kind, Evidence::Repeated, Evidence::Repeated.share()));
            }
        }
        if !found.is_empty() {
            spans.append(&mut found);
            spans.sort_by_key(|span| span.start_byte);
        }
    }
}

/// A city that is also a name of somebody in the article is that person, unless "in" stands before it; a given name that is also a
/// company's is the company, and so is a place that no list has. The weather station at *Holt*: of a word after "at" or "in" that might as
/// well be a person and that the article names nowhere else, it is said where something is.
fn reconsider<'g>(page: &Page<'_, 'g>, known: &Introduced, span: &mut Span<'g>) {
    if span.end != span.first + 1 {
        return;
    }
    let key = page.token(span.first).map_or(0, |token| token.key);
    let surname = known.surnames.contains(&key);
    let given = known.given.contains(&key);
    let introduced = surname || given;
    let located = span.first.checked_sub(1).is_some_and(|before| page.cue(before, cues::LOCATIVE));
    let kind = match span.kind {
        Kind::Person if known.firms.contains(&key) && !surname => Kind::Organisation,
        Kind::Person if located && !introduced && span.confidence < UNSURE && is_bare(page, span) => {
            *span = page.span(span.first..span.end, Kind::Location, span.evidence, span.confidence);
            return;
        }
        Kind::Location if introduced && !located => Kind::Person,
        // firms have no name that is a place's
        Kind::Location if known.firms.contains(&key) => Kind::Organisation,
        _ => return,
    };
    *span = page.span(span.first..span.end, kind, Evidence::Repeated, Evidence::Repeated.share());
}

/// No name goes on after it, and nothing follows that belongs to somebody (in Grant's campaign); nor is "en" before it, which is "and" in
/// Dutch.
fn is_bare(page: &Page<'_, '_>, span: &Span<'_>) -> bool {
    let and = span.first.checked_sub(1).is_some_and(|before| page.word(before) == "en");
    !and && !page.is_name(span.end) && !matches!(page.word(span.end), "'" | "’" | "-")
}

fn repeats(page: &Page<'_, '_>, at: usize, known: &Introduced, spellings: &mut HashMap<u64, bool>) -> Option<Kind> {
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
    if known.places.contains(&token.key) && alone && !says {
        return Some(Kind::Location);
    }
    if ordinary || !alone || token.shape != Shape::Capital || page.flag(at, PLACE | ORGANISATION) {
        return None;
    }
    let full = spellings.len() >= MOST_WORDS;
    let same = spellings.get(&token.key).copied().unwrap_or_else(|| {
        let same = !full && spelled(page.word(at), page.flag(at, ATTESTED), known);
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
    let part = Part::new(word, attested);
    known.parts.iter().any(|surname| same_surname(surname, &part, false))
}
