//! One walk over a field's tokens that finds every place and organisation of the gazetteer, longest first, none inside another. The
//! model gets what the lists have on each word as a trait; a place that is named exactly so takes its ids from here.

use super::data::{Item, PlaceKind};
use super::gazetteer::{BEGINS, CLUB, COMMON, FIRST, Gazetteer, LAST, ORGANISATION, STOP};
use super::token::{Shape, Token};
use super::traits::Traits;

/// The lowest three bits are the kind of place: 0 for none, from a small city up to a country.
const KIND: u16 = 7;
const COUNTRY: u16 = 6;
const LISTED_ORGANISATION: u16 = 1 << 3;
const LISTED_CLUB: u16 = 1 << 4;
/// Not the first word of the name.
const INSIDE: u16 = 1 << 5;
const GIVEN: u16 = 1 << 6;
const SURNAME: u16 = 1 << 7;
const ORDINARY: u16 = 1 << 8;
const FREQUENT: u16 = 1 << 9;

/// Inhabitants (log10) of a middling and of a large city.
const MIDDLING: f32 = 5.0;
const LARGE: f32 = 6.0;

/// A name of the tables in a field.
#[derive(Clone, Copy)]
pub(super) struct Listed<'g> {
    /// Its first token and the token after its last.
    pub(super) first: usize,
    pub(super) end: usize,
    /// What it can be: [`ORGANISATION`], [`CLUB`], [`super::gazetteer::PLACE`].
    pub(super) flags: u16,
    /// The places that it can mean.
    pub(super) items: &'g [Item],
}

/// The listed names of a field, in the order of the text.
pub(super) fn find<'g>(gazetteer: &Gazetteer<'g>, text: &str, tokens: &[Token]) -> Vec<Listed<'g>> {
    let mut found = Vec::new();
    let mut at = 0;
    let begins_name = |token: &Token| token.flags & BEGINS != 0;
    while let Some(ahead) = tokens.get(at..).and_then(|rest| rest.iter().position(begins_name)) {
        at += ahead;
        let longest = match tokens.get(at).map(|token| token.shape) {
            Some(Shape::Run) if !begins(text, tokens, at) => None,
            Some(Shape::Run) => gazetteer.longest_in_run(text, tokens, at),
            Some(Shape::Lower) if !is_article(text, tokens, at) => None,
            _ => gazetteer.longest(text, tokens, at),
        };
        at = match longest {
            Some(longest) => {
                found.push(Listed { first: at, end: longest.end, flags: longest.flags, items: longest.items });
                longest.end
            }
            None => at + 1,
        };
    }
    found
}

fn is_article(text: &str, tokens: &[Token], at: usize) -> bool {
    let piece = |at: usize| tokens.get(at).map(|token| token.of(text));
    piece(at) == Some("al") && piece(at + 1) == Some("-")
}

/// Hangul has spaces, so a name begins with its word; a katakana word is not cut in two.
fn begins(text: &str, tokens: &[Token], at: usize) -> bool {
    let letter = |at: usize| tokens.get(at).filter(|token| token.shape == Shape::Run)?.of(text).chars().next();
    let (Some(c), Some(before)) = (letter(at), at.checked_sub(1).and_then(letter)) else { return true };
    let spaced = tokens.get(at).is_some_and(|token| token.spaced);
    spaced || !(is_hangul(c) && is_hangul(before) || is_katakana(c) && is_katakana(before))
}

fn is_hangul(c: char) -> bool {
    ('\u{ac00}'..='\u{d7af}').contains(&c)
}

fn is_katakana(c: char) -> bool {
    ('\u{30a1}'..='\u{30fa}').contains(&c) || c == 'ー'
}

/// Tells the traits of words what the lists have on them as parts of `listed`.
pub(super) fn tell(gazetteer: &Gazetteer<'_>, listed: &[Listed<'_>], traits: &mut [Traits]) {
    for name in listed {
        let bits = of_name(name, gazetteer);
        for (at, traits) in traits.get_mut(name.first..name.end).unwrap_or_default().iter_mut().enumerate() {
            traits.listed |= bits | if at > 0 { INSIDE } else { 0 };
        }
    }
}

fn of_name(listed: &Listed<'_>, gazetteer: &Gazetteer<'_>) -> u16 {
    let places = listed.items.iter().filter_map(|item| gazetteer.place(*item));
    let kind = places.map(|place| match place.kind() {
        PlaceKind::Country => COUNTRY,
        PlaceKind::Area => 5,
        PlaceKind::Region => 4,
        PlaceKind::City if place.score() >= LARGE => 3,
        PlaceKind::City if place.score() >= MIDDLING => 2,
        PlaceKind::City => 1,
    });
    let organisation = if listed.flags & ORGANISATION != 0 { LISTED_ORGANISATION } else { 0 };
    let club = if listed.flags & CLUB != 0 { LISTED_CLUB } else { 0 };
    kind.max().unwrap_or(0) | organisation | club
}

/// Whether a word's trait tells that it is, or begins, the name of a country.
pub(super) fn is_country(listed: u16) -> bool {
    listed & KIND == COUNTRY
}

/// Whether it tells that it is, or begins, the name of a city and of nothing larger.
pub(super) fn is_city(listed: u16) -> bool {
    (1..4).contains(&(listed & KIND))
}

/// What the lists have on a word by itself.
pub(super) fn of_word(flags: u16) -> u16 {
    [(FIRST, GIVEN), (LAST, SURNAME), (COMMON, ORDINARY), (STOP, FREQUENT)]
        .iter()
        .filter(|(flag, _)| flags & flag != 0)
        .fold(0, |listed, (_, bit)| listed | bit)
}
