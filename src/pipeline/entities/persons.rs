//! People by how the news introduces them: an office or a form of address, a given name that some country's list has, an age after
//! the name, a verb of saying beside it.

use std::ops::Range;

use super::Kind;
use super::cues;
use super::gazetteer::{COMMON, FIRST, LAST, ORGANISATION, PLACE, PREFIX, STOP};
use super::page::Page;
use super::span::{Evidence, Span};
use super::token::Shape;

/// A person's name has at most this many words that begin with a capital.
const LONGEST_NAME: usize = 5;

/// Proposes the people of one chunk. John Smith & Anna Lee are two.
pub(super) fn propose(page: &Page<'_>, chunk: &Range<usize>, out: &mut Vec<Span<'_>>) {
    let mut first = chunk.start;
    for at in chunk.clone() {
        if page.word(at) == "&" {
            one(page, &(first..at), out);
            first = at + 1;
        }
    }
    one(page, &(first..chunk.end), out);
}

/// Proposes the person of a chunk without &.
fn one(page: &Page<'_>, chunk: &Range<usize>, out: &mut Vec<Span<'_>>) {
    let found = titled(page, chunk)
        .or_else(|| given(page, chunk))
        .or_else(|| surname(page, chunk))
        .or_else(|| speaks(page, chunk))
        .or_else(|| alone(page, chunk));
    if let Some((name, evidence)) = found {
        out.push(page.span(name, Kind::Person, evidence));
    }
}

/// No part of a person's name.
fn is_foreign(page: &Page<'_>, at: usize) -> bool {
    page.cue(at, cues::HEAD | cues::LANDMARK | cues::COMPANY | cues::DEMONYM) && !page.flag(at, FIRST)
        || page.cue(at, cues::TITLE) && !page.flag(at, FIRST | LAST)
}

/// An ordinary word that is no surname.
fn is_ordinary(page: &Page<'_>, at: usize) -> bool {
    page.flag(at, COMMON | STOP) && !page.flag(at, FIRST | LAST)
}

/// Where the name that begins at `first` ends.
fn name_end(page: &Page<'_>, first: usize, limit: usize) -> usize {
    let mut end = first;
    let mut count = 0;
    for at in page.names(first..limit) {
        // right after a given name a capital makes any word a surname (Trump, Bush), later it does not
        let doubtful = is_ordinary(page, at) && (count > 1 || count == 1 && page.shouts);
        if is_foreign(page, at) || doubtful || count == LONGEST_NAME {
            break;
        }
        count += usize::from(!page.is_initial(at));
        end = at + 1;
    }
    end
}

/// Mr Brown, President Donald Trump, spokesman Dmitry Peskov.
fn titled(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let inside = page.names(chunk.clone()).rfind(|at| page.cue(*at, cues::TITLE) && !page.opens(*at + 1));
    let (title, mut first) = match inside {
        Some(title) => (title, title + 1 + usize::from(page.word(title + 1) == ".")),
        None => {
            let before = chunk.start.checked_sub(1)?;
            let lower = page.shape(before) == Some(Shape::Lower) && page.cue(before, cues::TITLE);
            (before, lower.then_some(chunk.start)?)
        }
    };
    // Chief Executive Tim Cook
    while first + 2 < chunk.end && is_ordinary(page, first) {
        first += 1;
    }
    let end = name_end(page, first, chunk.end);
    let names: Vec<usize> = page.names(first..end).collect();
    let one = match names.as_slice() {
        [] => return None,
        [one] => Some(*one),
        _ => None,
    };
    let abbreviated = page.cue(title, cues::ABBREVIATION);
    let known = one.is_some_and(|at| page.flag(at, ORGANISATION | PLACE) && !page.flag(at, FIRST | LAST));
    let plain = names.iter().any(|at| is_ordinary(page, *at)) && !(names.len() > 1 && page.flag(first, FIRST));
    let cut = end < chunk.end && !page.cue(end, cues::PARTICLE) && names.len() == 1 && is_foreign(page, end);
    let unsure = page.shouts && names.iter().all(|at| !page.flag(*at, FIRST | LAST));
    (!known && !cut && (abbreviated || !plain && !unsure)).then_some((first..end, Evidence::Titled))
}

/// A given name and what follows it.
fn given(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let names: Vec<usize> = page.names(chunk.clone()).collect();
    for (i, &at) in names.iter().enumerate() {
        let initial = page.is_initial(at) && page.word(at + 1) == "."
            || page.shape(at) == Some(Shape::Dotted) && !page.flag(at, PLACE);
        let given = page.flag(at, FIRST) && !is_foreign(page, at) && !page.flag(at, ORGANISATION);
        if !initial && !given {
            continue;
        }
        let end = name_end(page, at, chunk.end);
        let rest: Vec<usize> = page.names(at + 1..end).filter(|at| !page.is_initial(*at)).collect();
        let (Some(&next), Some(&last)) = (rest.first(), rest.last()) else { continue };
        let attested = page.flag(last, LAST);
        let weak = page.flag(at, COMMON | STOP | PLACE) || initial;
        if page.word(at + 1) == "-" && rest.len() == 1 {
            continue;
        }
        let place = page.flag(next, PLACE) && !page.flag(next, FIRST | LAST);
        let ordinary = page.flag(last, COMMON | STOP);
        if weak && page.cue(last, cues::LANDMARK | cues::HEAD) {
            continue;
        }
        // Jordan Pickford: a given name that is also a country's, and a word that is nothing else
        let named = rest.len() == 1
            && !initial
            && !page.shouts
            && !page.nouns
            && next == at + 1
            && page.flag(at, PLACE)
            && !page.flag(at, COMMON | STOP)
            && page.shape(next) == Some(Shape::Capital)
            && page.token(next).is_some_and(|token| token.flags & !PREFIX == 0 && token.cues == 0);
        let capital_tells = !page.shouts && !page.nouns && !weak;
        if place
            || weak && !named && (!attested || page.opens(at) && ordinary)
            || !attested && (page.shouts || ordinary && !capital_tells)
        {
            continue;
        }
        let first = before_given(page, names.get(..i).unwrap_or_default(), at);
        return Some((first..end, if attested && !initial { Evidence::FullName } else { Evidence::GivenName }));
    }
    None
}

/// A name that no list has may stand before a given name: "Tedros Adhanom", "Kim Jong Un".
fn before_given(page: &Page<'_>, before: &[usize], at: usize) -> usize {
    match before {
        // D'Angelo
        [.., one] if one + 2 == at && page.is_initial(*one) && page.word(one + 1) != "." => *one,
        [.., one] if one + 1 == at && !is_foreign(page, *one) && !page.opens(*one) && !page.nouns => {
            let open =
                page.flag(*one, COMMON | STOP | PLACE | ORGANISATION) || page.shape(*one) != Some(Shape::Capital);
            if open || page.shouts { at } else { *one }
        }
        _ => at,
    }
}

/// Two or three names of which the last is a surname.
fn surname(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let names: Vec<usize> = page.names(chunk.clone()).collect();
    let (2..=3, Some((&last, others))) = (names.len(), names.split_last()) else { return None };
    let surname = page.flag(last, LAST) && !page.flag(last, COMMON | STOP | PLACE) && !is_foreign(page, last);
    let named = |at: &usize| {
        !page.flag(*at, COMMON | STOP | PLACE | ORGANISATION)
            && !is_foreign(page, *at)
            && page.shape(*at) == Some(Shape::Capital)
    };
    let alone = !page.shouts && !page.nouns && names.iter().all(|at| !page.cue(*at, cues::TITLE));
    let unknown = names.len() == 2
        && !page.flag(last, COMMON | STOP | PLACE | ORGANISATION)
        && !is_foreign(page, last)
        && page.shape(last) == Some(Shape::Capital)
        && names.iter().all(|at| page.token(*at).is_some_and(|token| token.cues == 0) && !page.is_initial(*at));
    if alone && others.iter().all(named) {
        if surname {
            return Some((chunk.clone(), Evidence::Surname));
        }
        if unknown {
            return Some((chunk.clone(), Evidence::Unknown));
        }
    }
    None
}

/// "Name Surname, 54, …", "Name said".
fn speaks(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let names: Vec<usize> = page.names(chunk.clone()).collect();
    // PolitiFact, YouGov: a capital inside is a brand's
    let brand = |at: usize| {
        names.len() == 1 && page.word(at).chars().skip(1).any(char::is_uppercase) && !page.word(at).starts_with("Mc")
    };
    let fits = |at: &usize| {
        !brand(*at)
            && !is_foreign(page, *at)
            && !page.cue(*at, cues::TITLE)
            && page.shape(*at) == Some(Shape::Capital)
            && !page.flag(*at, PLACE | ORGANISATION | STOP)
            && (!page.flag(*at, COMMON) || page.flag(*at, LAST) && names.len() > 1)
    };
    if page.shouts || names.len() > 3 || !names.iter().all(fits) {
        return None;
    }
    let aged = names.len() > 1
        && page.word(chunk.end) == ","
        && is_age(page.word(chunk.end + 1))
        && !page.opens(chunk.end + 1);
    let verb = |at: usize| page.shape(at) == Some(Shape::Lower) && page.cue(at, cues::SAYING);
    let says = verb(chunk.end) || chunk.start.checked_sub(1).is_some_and(verb);
    let attested = names.iter().any(|at| page.flag(*at, LAST));
    let likely = !page.nouns && (names.len() > 1 || attested || !page.opens(chunk.start));
    (aged || says && likely).then_some((chunk.clone(), Evidence::Speaks))
}

/// A given name alone.
fn alone(page: &Page<'_>, chunk: &Range<usize>) -> Option<(Range<usize>, Evidence)> {
    let one = chunk.len() == 1 && page.flag(chunk.start, FIRST) && page.shape(chunk.start) == Some(Shape::Capital);
    let else_too = page.flag(chunk.start, COMMON | STOP | PLACE | ORGANISATION) || page.cue(chunk.start, u32::MAX);
    (one && !else_too && !page.shouts && !page.nouns).then_some((chunk.clone(), Evidence::Alone))
}

fn is_age(word: &str) -> bool {
    word.parse::<u8>().is_ok_and(|age| (1..=119).contains(&age))
}
