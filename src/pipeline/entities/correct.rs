//! Where the lists, or the way in which the news writes a thing, are surer than the model. Each rule mends what the model was seen to do
//! in articles; on test sets of single sentences they change little (data/model.md).

use std::ops::Range;

use super::Kind;
use super::cues;
use super::gazetteer::{CLUB, COMMON, FIRST, LAST, ORGANISATION, PLACE, STOP};
use super::overlooked;
use super::page::Page;
use super::somebody;
use super::span::{Evidence, Span};
use super::token::Shape;
use super::watch::{Candidate, Dropped, Watch};

/// The model is sure enough that the capital of an ordinary word is a name's.
const CERTAIN: f32 = 0.75;
const CERTAIN_ORGANISATION: f32 = 0.95;
/// The model says person, and might as well say something else.
const UNSURE: f32 = 0.6;

/// What is less likely than this is left out: a wrong name does more harm than a missing one.
const LEAST: f32 = 0.47;
/// The same of a neural model, which rather says too little of how sure it is of long names.
const LEAST_NEURAL: f32 = 0.35;

/// Corrects the names of a field, in the order of the text. `sport`: the article is about it. `neural`: the neural model found them, and
/// what it leaves out is seldom a name, whatever the lists say.
pub(super) fn correct<'g>(
    page: &Page<'_, 'g>,
    sport: bool,
    neural: bool,
    spans: &mut Vec<Span<'g>>,
    watch: &mut impl Watch,
) {
    part(page, spans);
    keep(page, spans, refused, watch);
    for span in spans.iter_mut() {
        untitle(page, span);
        cut(page, span);
        widen(page, span);
        house(page, span);
        settle(page, span);
        somebody::appose(page, span);
        somebody::lead(page, span);
    }
    // What was widened takes what stood in its way.
    spans.dedup_by(|next, span| next.first < span.end);
    let mut split: Vec<Span<'g>> = spans.iter_mut().filter_map(|span| split(page, span)).collect();
    if !split.is_empty() {
        spans.append(&mut split);
        spans.sort_by_key(|span| span.start_byte);
    }
    support(page, spans);
    keep(page, spans, unlikely, watch);
    if !neural {
        overlooked::add(page, spans, watch);
    }
    if sport {
        spans.iter_mut().for_each(|span| play(page, span));
    }
}

/// A name does not go on in the next sentence: in "it left La Paz. Bolivia said" are two.
fn part<'g>(page: &Page<'_, 'g>, spans: &mut Vec<Span<'g>>) {
    let stop = |span: &Span<'_>| {
        let inner = span.first + 1..span.end.saturating_sub(1);
        let long = |at: usize| page.word(at).chars().nth(3).is_some() && !page.cue(at, cues::ABBREVIATION);
        let ends = |at: &usize| page.word(*at) == "." && long(at - 1) && page.opens(at + 1);
        inner.into_iter().find(ends).filter(|_| span.kind == Kind::Location)
    };
    if spans.iter().all(|span| stop(span).is_none()) {
        return;
    }
    let mut parts = Vec::with_capacity(spans.len() + 1);
    for span in spans.drain(..) {
        let mut rest = span;
        while let Some(stop) = stop(&rest) {
            let end = page.names(rest.first..stop).next_back().map_or(stop, |last| last + 1);
            parts.push(page.span(rest.first..end, rest.kind, rest.evidence, rest.confidence));
            rest = page.span(stop + 1..rest.end, rest.kind, rest.evidence, rest.confidence);
        }
        parts.push(rest);
    }
    *spans = parts;
}

/// Leaves out the names for which `why` has a reason.
fn keep(
    page: &Page<'_, '_>,
    spans: &mut Vec<Span<'_>>,
    why: fn(&Page<'_, '_>, &Span<'_>) -> Option<Dropped>,
    watch: &mut impl Watch,
) {
    spans.retain(|span| {
        let why = why(page, span);
        let stays = why.is_none();
        if let Some(why) = why {
            watch.dropped(Candidate::of(page.field, span, why));
        }
        stays
    });
}

fn refused(page: &Page<'_, '_>, span: &Span<'_>) -> Option<Dropped> {
    if is_boilerplate(page, span) {
        return Some(Dropped::Boilerplate);
    }
    let origin = || span.kind == Kind::Location && is_origin(page, &(span.first..span.end));
    let ordinary = is_shouted(page, span) || is_ordinary(page, span) || is_adjective(page, span) || is_sign(page, span);
    (ordinary || origin()).then_some(Dropped::Ordinary)
}

/// Where letters are tokens, the model is less sure than it is right.
fn unlikely(page: &Page<'_, '_>, span: &Span<'_>) -> Option<Dropped> {
    let least = if span.evidence == Evidence::Neural { LEAST_NEURAL } else { LEAST };
    (span.confidence < least && page.shape(span.first) != Some(Shape::Run)).then_some(Dropped::Unlikely)
}

/// Words that belong to the page.
fn is_boilerplate(page: &Page<'_, '_>, span: &Span<'_>) -> bool {
    (span.first..span.end).any(|at| page.cue(at, cues::BOILERPLATE))
}

/// Australian, or Australians, for the place.
fn is_adjective(page: &Page<'_, '_>, span: &Span<'_>) -> bool {
    span.kind == Kind::Location && span.end == span.first + 1 && page.cue(span.first, cues::NATIONALITY)
}

/// The sign of an address: no letter, no digit.
fn is_sign(page: &Page<'_, '_>, span: &Span<'_>) -> bool {
    (span.first..span.end).all(|at| page.shape(at) == Some(Shape::Sign))
}

/// In a headline of capitals, words that are ordinary in small letters.
fn is_shouted(page: &Page<'_, '_>, span: &Span<'_>) -> bool {
    let ordinary = |at: usize| page.flag(at, COMMON | STOP) && !page.flag(at, FIRST | LAST | PLACE | ORGANISATION);
    page.roars && span.end > span.first + 1 && (span.first..span.end).any(ordinary)
}

/// One word that is ordinary in small letters, where its capital says nothing, or what somebody is.
fn is_ordinary(page: &Page<'_, '_>, span: &Span<'_>) -> bool {
    let least = match span.kind {
        Kind::Person => CERTAIN,
        Kind::Organisation => CERTAIN_ORGANISATION,
        Kind::Location => 0.0,
    };
    let title = span.kind == Kind::Person && page.cue(span.first, cues::TITLE) && !page.flag(span.first, FIRST | LAST);
    let opens = page.opens(span.first) && page.flag(span.first, COMMON | STOP) && span.confidence < least;
    // Customs house
    let small = span.kind == Kind::Organisation
        && page.flag(span.first, COMMON)
        && (span.first + 1..span.end).all(|at| page.shape(at) == Some(Shape::Lower))
        && page.find_listed(span.first..span.end).is_none();
    span.end == span.first + 1 && (title || opens) || small && opens
}

/// Where the model takes a place for something else: a country's name is a country, whatever it does, and so is a word after "of" or "in"
/// that is a country's and a given name; a word that the lists have as a place and as nothing else is one if the model is not sure.
fn settle<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    let name = span.first..span.end;
    let before = span.first.checked_sub(1);
    let within = before.is_some_and(|before| page.cue(before, cues::LOCATIVE) || page.word(before) == "of");
    let listed = page.find_listed(name.clone()).filter(|listed| listed.flags & (PLACE | ORGANISATION) == PLACE);
    let is_somebody = || somebody::is_aged(page, span.end) || somebody::is_borne(page, &name);
    if span.kind == Kind::Location && span.evidence != Evidence::Dateline && is_somebody() {
        *span = page.span(name, Kind::Person, span.evidence, span.confidence);
        return;
    }
    let is_place = listed.is_some_and(|listed| match span.kind {
        Kind::Location => false,
        Kind::Organisation => listed.flags & CLUB == 0 && page.is_country(listed),
        Kind::Person if name.len() > 1 => false,
        Kind::Person if within && page.is_country(listed) => true,
        Kind::Person => span.confidence < UNSURE && !page.flag(span.first, FIRST | LAST | COMMON | STOP),
    });
    if is_place {
        *span = page.span(name, Kind::Location, Evidence::Listed, span.confidence);
    }
}

/// The Panama hat, a Jersey cow: a thing or a breed that has its name from a place, of which nothing is told. In German Berlin hat much, so
/// the article must be English.
pub(super) fn is_origin(page: &Page<'_, '_>, place: &Range<usize>) -> bool {
    let article = place.start.checked_sub(1).is_some_and(|at| matches!(page.word(at), "the" | "The" | "a" | "A"));
    article && place.len() == 1 && page.cue(place.end, cues::ORIGIN) && page.shape(place.end) == Some(Shape::Lower)
}

/// A country and a person right after it, as the model has them: it is not sure of either only because it could have taken both for one.
fn support<'g>(page: &Page<'_, 'g>, spans: &mut [Span<'g>]) {
    for at in 1..spans.len() {
        let Some([country, person]) = spans.get_mut(at - 1..=at) else { continue };
        let is_country = page.find_listed(country.first..country.end).is_some_and(|listed| page.is_country(listed));
        let beside = country.end == person.first && person.kind == Kind::Person && person.end > person.first + 1;
        if beside && country.kind == Kind::Location && is_country {
            for span in [country, person].into_iter().filter(|span| span.confidence < LEAST) {
                *span = page.span(span.first..span.end, span.kind, Evidence::Listed, Evidence::Listed.share());
            }
        }
    }
}

/// The Deputy Minister of *Tajikistan* Farrukh Saidzoda: a country, and after it a name that is none of its.
fn split<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) -> Option<Span<'g>> {
    let name = span.first..span.end;
    let at = page.listed.partition_point(|listed| listed.first < name.start);
    let country = page.listed.get(at).filter(|listed| listed.first == name.start && listed.end < name.end)?;
    let person = country.end..name.end;
    let fits = span.kind == Kind::Location
        && person.len() > 1
        && page.names(person.clone()).count() == person.len()
        && page.is_country(country)
        && page.find_listed(name).is_none();
    if !fits {
        return None;
    }
    let confidence = Evidence::Listed.share();
    *span = page.span(span.first..country.end, Kind::Location, Evidence::Listed, confidence);
    Some(page.span(person, Kind::Person, Evidence::Listed, confidence))
}

/// Dr. Kofi Aboagye is Kofi Aboagye.
fn untitle<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    if span.kind != Kind::Person {
        return;
    }
    while page.cue(span.first, cues::TITLE) {
        let dot = page.word(span.first + 1) == ".";
        let next = span.first + 1 + usize::from(dot);
        // Dean Martin, Sen Lin
        if next >= span.end || !dot && page.flag(span.first, FIRST | LAST) {
            break;
        }
        *span = page.span(next..span.end, span.kind, span.evidence, span.confidence);
    }
}

/// What follows a company's noun says where it is (Brightmoor Software *of Bristol*), and an ordinary word with which its sentence opens is
/// what it is (*Visitors* Ribeira Athletic). Small words after a listed organisation (World Health Organization *flew*), or after a name in
/// a script without capitals, are none of it.
fn cut<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    let corporate = |at: &usize| page.cue(*at, cues::CORPORATE) && page.shape(at + 1) == Some(Shape::Lower);
    let noun = (span.first + 1..span.end).rfind(corporate).filter(|_| span.kind == Kind::Organisation);
    let mut end = noun.map_or(span.end, |noun| noun + 1);
    let small = |at: &usize| page.shape(*at) == Some(Shape::Caseless) && page.cue(*at, cues::FUNCTION);
    end -= (span.first + 1..end).rev().take_while(small).count();
    let listed = page.organisation_from(span.first).filter(|listed| *listed < end);
    if let Some(listed) = listed.filter(|listed| (*listed..end).all(|at| page.shape(at) == Some(Shape::Lower))) {
        end = listed;
    }
    let subject =
        page.opens(span.first) && page.flag(span.first, COMMON) && !page.flag(span.first, PLACE | FIRST | LAST);
    let first = span.first + usize::from(subject && noun.is_some_and(|noun| noun > span.first + 1));
    if (first, end) != (span.first, span.end) {
        *span = page.span(first..end, span.kind, span.evidence, span.confidence);
    }
}

/// Ministry of Labour *and Social Affairs*.
fn widen<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    let subject = |at: usize| {
        page.is_name(at)
            && !page.opens(at)
            && page.flag(at, COMMON)
            && !page.flag(at, PLACE | FIRST)
            && !page.cue(at, cues::TITLE)
    };
    let department = span.kind == Kind::Organisation && page.cue(span.first, cues::DEPARTMENT);
    if !department || !page.cue(span.end, cues::AND) || !subject(span.end + 1) {
        return;
    }
    let end = span.end + 2 + (span.end + 2..page.tokens.len()).take_while(|at| subject(*at)).count();
    *span = page.span(span.first..end, span.kind, span.evidence, span.confidence);
}

/// The houses that have a place in their name: Banque de France.
const HOUSES: &[&str] = &[
    "Bank",
    "Banque",
    "Banco",
    "Banca",
    "University",
    "Universität",
    "Université",
    "Universidad",
    "Universidade",
    "Università",
    "Universiteit",
    // written small where they are no proper name of their own
    "université",
    "universidad",
    "universidade",
    "università",
];

/// Bank *of England*: the model has the place, and not the house.
fn house<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    let of = |at: usize| matches!(page.word(at), "of" | "de" | "von" | "di" | "do" | "da" | "van");
    let noun = span
        .first
        .checked_sub(2)
        .filter(|noun| span.kind == Kind::Location && of(noun + 1) && HOUSES.contains(&page.word(*noun)));
    if let Some(noun) = noun {
        *span = page.span(noun..span.end, Kind::Organisation, span.evidence, span.confidence);
    }
}

/// In a story about sport a city's name is mostly its club's.
fn play<'g>(page: &Page<'_, 'g>, span: &mut Span<'g>) {
    let name: Range<usize> = span.first..span.end;
    let club = page.find_listed(name.clone()).is_some_and(|listed| listed.flags & CLUB != 0);
    if club && span.kind == Kind::Location && span.evidence != Evidence::Dateline && !is_within(page, &name) {
        *span = page.span(name, Kind::Organisation, Evidence::Club, Evidence::Club.share());
    }
}

/// A club plays at Newcastle; in Newcastle is the city, and so is Porto, Portugal.
fn is_within(page: &Page<'_, '_>, name: &Range<usize>) -> bool {
    let before = name.start.checked_sub(1).map_or("", |before| page.word(before));
    let within = matches!(before, "in" | "from" | "of" | "near" | "outside" | "around" | "across" | "central");
    within || page.word(name.end) == "," && page.flag(name.end + 1, PLACE) && !page.flag(name.end + 1, CLUB)
}
