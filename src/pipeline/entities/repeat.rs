//! Names that the article introduced once and then uses short: the bare surname, the abbreviation, a surname in another spelling. Also
//! settles what a bare word is that could be a city or the surname of somebody in the article.

use super::Kind;
use super::alias::{Part, same_surname};
use super::cues;
use super::gazetteer::{COMMON, FIRST, LAST, ORGANISATION, PLACE, STOP};
use super::key::KeyMap;
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

/// What the article has introduced under a word.
const SURNAME: u8 = 1;
const ABBREVIATION: u8 = 1 << 1;
/// The first word of a company's name: Halvard, of Halvard Systems.
const FIRM: u8 = 1 << 2;
/// A place of one word.
const LOCATION: u8 = 1 << 3;
/// The first word of a person's name.
const GIVEN: u8 = 1 << 4;

/// What the article has introduced.
#[derive(Default)]
struct Introduced {
    words: KeyMap<u64, u8>,
    parts: Vec<Part>,
}

impl Introduced {
    fn collect<'g>(pages: &[Page<'_, 'g>; 2], spans: &[Vec<Span<'g>>; 2]) -> Self {
        let mut known = Self::default();
        for (page, spans) in pages.iter().zip(spans) {
            spans.iter().filter_map(|span| firm(page, span)).for_each(|key| known.note(key, FIRM));
        }
        for (page, spans) in pages.iter().zip(spans) {
            spans.iter().for_each(|span| known.introduce(page, span));
        }
        known
    }

    fn introduce(&mut self, page: &Page<'_, '_>, span: &Span<'_>) {
        let Some(last) = page.names(span.first..span.end).next_back() else { return };
        let Some(token) = page.token(last) else { return };
        let one = span.end == span.first + 1;
        if let Some(first) = page.token(span.first).filter(|_| span.kind == Kind::Person && !one) {
            self.note(first.key, GIVEN);
        }
        let before = self.roles(token.key);
        if span.kind == Kind::Person && !page.is_initial(last) && !(one && before & FIRM != 0) {
            let bare = one && span.confidence < CONFIDENT;
            if !bare {
                self.note(token.key, SURNAME);
            }
            if !bare && before & SURNAME == 0 && !one && self.parts.len() < MOST_SURNAMES {
                self.parts.push(Part::new(page.word(last), page.flag(last, ATTESTED)));
            }
        } else if span.kind == Kind::Organisation && one && token.shape == Shape::Upper {
            self.note(token.key, ABBREVIATION);
        } else if span.kind == Kind::Location && one && span.confidence >= CONFIDENT {
            self.note(token.key, LOCATION);
        }
    }

    fn note(&mut self, key: u64, role: u8) {
        *self.words.entry(key).or_insert(0) |= role;
    }

    fn roles(&self, key: u64) -> u8 {
        self.words.get(&key).copied().unwrap_or(0)
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
    let mut spellings = KeyMap::default();
    for (page, spans) in pages.iter().zip(spans.iter_mut()) {
        for span in spans.iter_mut() {
            reconsider(page, &known, span);
        }
        let mut found = Vec::new();
        let mut taken = spans.iter().peekable();
        for (at, _) in page.tokens.iter().enumerate().filter(|(_, token)| token.is_name()) {
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
    let roles = known.roles(key);
    let [surname, given, firm] = [SURNAME, GIVEN, FIRM].map(|role| roles & role != 0);
    let introduced = surname || given;
    let located = span.first.checked_sub(1).is_some_and(|before| page.cue(before, cues::LOCATIVE));
    let kind = match span.kind {
        Kind::Person if firm && !surname => Kind::Organisation,
        Kind::Person if located && !introduced && span.confidence < UNSURE && is_bare(page, span) => {
            *span = page.span(span.first..span.end, Kind::Location, span.evidence, span.confidence);
            return;
        }
        Kind::Location if introduced && !located => Kind::Person,
        // firms have no name that is a place's
        Kind::Location if firm => Kind::Organisation,
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

fn repeats(page: &Page<'_, '_>, at: usize, known: &Introduced, spellings: &mut KeyMap<u64, bool>) -> Option<Kind> {
    let token = page.token(at)?;
    let roles = known.roles(token.key);
    let ordinary = page.flag(at, COMMON | STOP);
    let says = page.cue(at + 1, cues::SAYING);
    if roles & ABBREVIATION != 0 && token.shape == Shape::Upper {
        return Some(Kind::Organisation);
    }
    if page.is_initial(at) || token.opens && !page.shouts && !says && page.flag(at, STOP) {
        return None;
    }
    if roles & SURNAME != 0 {
        return Some(Kind::Person);
    }
    let alone = !page.is_name(at + 1) && !at.checked_sub(1).is_some_and(|before| page.is_name(before));
    if roles & FIRM != 0 && alone && token.shape == Shape::Capital {
        return Some(Kind::Organisation);
    }
    if roles & LOCATION != 0 && alone && !says {
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
    if known.parts.is_empty() || word.chars().count() < SHORTEST {
        return false;
    }
    let part = Part::new(word, attested);
    known.parts.iter().any(|surname| same_surname(surname, &part, false))
}
