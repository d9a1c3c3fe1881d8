//! One entity a person, organisation and place: gathers the forms in which the article names it, chooses the fullest as its name, gives
//! places their ids, and turns spans into mentions with offsets.

use super::alias::{Part, same_person, same_surname};
use super::atlas::{Naming, ids, locate};
use super::cues;
use super::data::Place;
use super::gazetteer::{COMMON, FIRST, Gazetteer, LAST, PLACE, STOP};
use super::key;
use super::key::KeyMap;
use super::lemmas;
use super::page::Page;
use super::span::{Evidence, Span};
use super::watch::Watch;
use super::{Entity, Ids, Kind, Mention};

/// A word that is known as a name, so that it is no other name in a wrong spelling.
pub(super) const ATTESTED: u16 = LAST | FIRST | PLACE;
/// With more different names of one kind than this only equal ones are merged: bounds the work on hostile input.
const MOST_FORMS: usize = 200;

/// Why a form of a name is one of another form's entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Joined {
    /// Another spelling of it.
    Spelling,
    /// The bare surname.
    Surname,
    /// The bare given name.
    Given,
    /// Its initials.
    Initials,
    /// The name begins with it.
    Beginning,
    /// The name ends with it.
    Ending,
    /// Another name of the same place.
    SamePlace,
    /// The mounted table gives both one id.
    SameId,
}

/// One way in which the article writes a name.
struct Form<'a, 'g> {
    kind: Kind,
    text: &'a str,
    parts: Vec<Part>,
    keys: Vec<u64>,
    /// How it is written as a place.
    naming: Naming<'g>,
    /// It is in the list of organisations, so it is nobody's short form.
    listed: bool,
    place: Option<&'g Place>,
    /// The form that stands for all of its entity's.
    entity: usize,
    /// Why that one.
    joined: Option<Joined>,
}

impl<'a, 'g> Form<'a, 'g> {
    /// The form of a span that is the first of its name, number `entity`.
    fn of(
        page: &Page<'_, 'g>,
        span: &Span<'g>,
        text: &'a str,
        keys: Vec<u64>,
        entity: usize,
        (gazetteer, language): (&Gazetteer<'g>, Option<&str>),
    ) -> Self {
        let kind = span.kind;
        let parts = if kind == Kind::Person { parts(page, span) } else { Vec::new() };
        let unknown = kind == Kind::Location && span.items.is_empty();
        let items = if unknown { lemmas::find(text, language, gazetteer) } else { span.items };
        let naming = Naming { items, ..Naming::default() };
        Self { kind, text, parts, keys, naming, listed: false, place: None, entity, joined: None }
    }
}

/// Merges what the fields propose.
pub(super) fn merge<'g>(
    gazetteer: &Gazetteer<'g>,
    pages: &[Page<'_, 'g>; 2],
    spans: &[Vec<Span<'g>>; 2],
    language: Option<&str>,
    watch: &mut impl Watch,
) -> Vec<Entity> {
    let mut forms: Vec<Form<'_, 'g>> = Vec::new();
    let mut index = KeyMap::default();
    let mut form_of: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
    for ((page, spans), form_of) in pages.iter().zip(spans).zip(&mut form_of) {
        for (i, span) in spans.iter().enumerate() {
            let text = page.text.get(span.start_byte as usize..span.end_byte as usize).unwrap_or_default();
            let name = (span.kind, keys(page, span, text));
            let at = index.get(&name).copied().unwrap_or_else(|| {
                forms.push(Form::of(page, span, text, name.1.clone(), forms.len(), (gazetteer, language)));
                index.insert(name, forms.len() - 1);
                forms.len() - 1
            });
            if let Some(form) = forms.get_mut(at) {
                form.naming.count += 1;
                if !is_spelled(form.text) && is_spelled(text) {
                    form.text = text;
                }
                form.naming.states += usize::from(page.word(span.end) == "state");
                form.naming.ordinary += usize::from(is_ordinary(page, span));
                form.naming.dateline |= span.evidence == Evidence::Dateline;
                form.listed |= span.kind == Kind::Organisation && page.is_listed(span.first..span.end);
                if !form.naming.items.is_empty() {
                    form.naming.beside.note(page, spans, i, gazetteer);
                }
            }
            form_of.push(at);
        }
    }
    let named = |form: &&Form<'_, 'g>| !form.naming.items.is_empty();
    let names: Vec<&Naming<'g>> = forms.iter().filter(named).map(|form| &form.naming).collect();
    let places = locate(&names, gazetteer, language);
    for (form, place) in forms.iter_mut().filter(|form| !form.naming.items.is_empty()).zip(places) {
        form.place = place;
        watch.located(form.text, form.naming.items.len(), place.is_some());
    }
    group_people(&mut forms);
    group_organisations(&mut forms);
    group_places(&mut forms);
    entities(pages, spans, &form_of, &forms)
}

/// The words by which equal names are known; initials and small words do not count.
fn keys(page: &Page<'_, '_>, span: &Span<'_>, text: &str) -> Vec<u64> {
    let skip = |at: &usize| span.kind == Kind::Person && page.is_initial(*at) || page.cue(*at, cues::COMPANY);
    let keys: Vec<u64> = page
        .names(span.first..span.end)
        .filter(|at| !skip(at))
        .filter_map(|at| page.token(at).map(|token| token.key))
        .collect();
    let whole = page.token(span.first).is_some_and(|token| token.start == span.start_byte);
    if keys.is_empty() || !whole { vec![key::of_word(text)] } else { keys }
}

/// A word that is ordinary in small letters, where its capital says nothing.
fn is_ordinary(page: &Page<'_, '_>, span: &Span<'_>) -> bool {
    span.end == span.first + 1 && page.opens(span.first) && page.flag(span.first, COMMON | STOP)
}

fn parts(page: &Page<'_, '_>, span: &Span<'_>) -> Vec<Part> {
    let names = page.names(span.first..span.end);
    names.map(|at| Part::new(page.word(at), page.flag(at, ATTESTED))).collect()
}

/// The forms of one kind, those of most words first; none if there are too many to compare.
fn comparable(forms: &[Form<'_, '_>], kind: Kind) -> Vec<usize> {
    let mut all: Vec<usize> =
        (0..forms.len()).filter(|i| forms.get(*i).is_some_and(|form| form.kind == kind)).collect();
    if all.len() > MOST_FORMS {
        return Vec::new();
    }
    all.sort_by_key(|i| std::cmp::Reverse(forms.get(*i).map_or(0, |form| form.keys.len())));
    all
}

/// A full name takes other spellings of itself; a bare surname goes to the person of that name whom the article names in full most.
fn group_people(forms: &mut [Form<'_, '_>]) {
    let all = comparable(forms, Kind::Person);
    for (done, &i) in all.iter().enumerate() {
        let Some(form) = forms.get(i) else { continue };
        let earlier = all.iter().take(done).filter_map(|j| forms.get(*j).map(|other| (*j, other)));
        let fits = |other: &Form<'_, '_>| match (form.parts.as_slice(), other.parts.as_slice()) {
            ([a], [b]) => same_surname(a, b, false).then_some(Joined::Spelling),
            ([a], [.., b]) if a.equals(b) => Some(Joined::Surname),
            ([a], [.., b]) => same_surname(a, b, false).then_some(Joined::Spelling),
            (a, b) => same_person(a, b).then_some(Joined::Spelling),
        };
        let exact = |other: &Form<'_, '_>| form.keys.last() == other.keys.last();
        let best = earlier
            .filter_map(|(j, other)| Some((j, other, fits(other)?)))
            .max_by_key(|(j, other, _)| (exact(other), other.naming.count, usize::MAX - j));
        let given = || {
            // Hillary, after Hillary Clinton
            let same = |other: &Form<'_, '_>| form.keys.len() == 1 && other.keys.first() == form.keys.first();
            let other = all.iter().take(done).filter_map(|j| Some((*j, forms.get(*j)?))).find(|(_, other)| same(other));
            other.map(|(j, other)| (j, other, Joined::Given))
        };
        if let Some((entity, joined)) = best.or_else(given).map(|(_, other, joined)| (other.entity, joined))
            && let Some(form) = forms.get_mut(i)
        {
            (form.entity, form.joined) = (entity, Some(joined));
        }
    }
}

/// An abbreviation goes to the name with those initials, a short form to the name that begins with it (Brightmoor, of Brightmoor
/// Software) and a listed one to the listed name that ends with it (Lakers).
fn group_organisations(forms: &mut [Form<'_, '_>]) {
    let all = comparable(forms, Kind::Organisation);
    for (done, &i) in all.iter().enumerate() {
        let Some(form) = forms.get(i) else { continue };
        let letters: String = form.text.chars().filter(|c| *c != '.').collect();
        let abbreviation = letters.len() >= 2 && letters.chars().all(char::is_uppercase);
        let fits = |other: &Form<'_, '_>| {
            let words = other.text.split(|c: char| !c.is_alphanumeric());
            let initials = || words.filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase());
            let longer = other.keys.len() > form.keys.len();
            if abbreviation && initials().eq(letters.chars()) {
                return Some(Joined::Initials);
            }
            if longer && !form.listed && other.keys.starts_with(&form.keys) {
                return Some(Joined::Beginning);
            }
            let ends = longer && other.listed && !abbreviation && other.keys.ends_with(&form.keys);
            ends.then_some(Joined::Ending)
        };
        let long = all.iter().take(done).filter_map(|j| forms.get(*j)).find_map(|other| Some((other, fits(other)?)));
        if let Some((entity, joined)) = long.map(|(other, joined)| (other.entity, joined))
            && let Some(form) = forms.get_mut(i)
        {
            (form.entity, form.joined) = (entity, Some(joined));
        }
    }
}

/// Names of one place are one entity.
fn group_places(forms: &mut [Form<'_, '_>]) {
    let mut first: KeyMap<(Option<u32>, Option<u32>), usize> = KeyMap::default();
    for (i, form) in forms.iter_mut().enumerate() {
        let Some(place) = form.place else { continue };
        let id = (place.geonames(), place.wikidata());
        if id != (None, None) {
            form.entity = *first.entry(id).or_insert(i);
            form.joined = (form.entity != i).then_some(Joined::SamePlace);
        }
    }
}

/// Puts the entities together, in the order of their first mention.
fn entities(
    pages: &[Page<'_, '_>; 2],
    spans: &[Vec<Span<'_>>; 2],
    form_of: &[Vec<usize>; 2],
    forms: &[Form<'_, '_>],
) -> Vec<Entity> {
    let names = names(forms);
    // of each form that stands for others, the entity
    let mut places = vec![None; forms.len()];
    let mut entities: Vec<Entity> = Vec::new();
    for ((page, spans), form_of) in pages.iter().zip(spans).zip(form_of) {
        let points = page.code_points(spans.iter().flat_map(|span| [span.start_byte, span.end_byte]));
        for ((span, form), points) in spans.iter().zip(form_of).zip(points.chunks_exact(2)) {
            let Some(form) = forms.get(*form) else { continue };
            let &[start, end] = points else { continue };
            let Some(place) = places.get_mut(form.entity) else { continue };
            let place = *place.get_or_insert_with(|| {
                let name = names.get(form.entity).and_then(|leader| forms.get((*leader)?)).map_or("", |form| form.text);
                entities.push(Entity {
                    kind: form.kind,
                    name: in_one_line(name),
                    ids: form.place.map_or_else(Ids::default, ids),
                    confidence: 0.0,
                    mentions: Vec::new(),
                });
                entities.len() - 1
            });
            if let Some(entity) = entities.get_mut(place) {
                entity.confidence = entity.confidence.max(span.confidence);
                let (byte_start, byte_end) = (span.start_byte, span.end_byte);
                let (field, evidence, confidence, joined) = (page.field, span.evidence, span.confidence, form.joined);
                entity.mentions.push(Mention { field, start, end, byte_start, byte_end, evidence, confidence, joined });
            }
        }
    }
    entities
}

/// Whether a name is written in more than capitals, as far as its script has any.
fn is_spelled(name: &str) -> bool {
    name.chars().any(char::is_lowercase) || !name.is_ascii()
}

/// A name with one space for all that stands between two of its words.
fn in_one_line(name: &str) -> String {
    let mut line = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The form that gives each entity its name: that with most words, of those the most frequent, of those the first. An abbreviation is
/// the last choice.
fn names(forms: &[Form<'_, '_>]) -> Vec<Option<usize>> {
    let rank = |i: usize| {
        let form = forms.get(i)?;
        let spelled = is_spelled(form.text);
        let words = if form.kind == Kind::Location { 0 } else { form.keys.len() };
        let attested = form.parts.last().is_some_and(|part| part.attested);
        Some((spelled, words, form.naming.count, attested, usize::MAX - i))
    };
    let mut best = vec![None; forms.len()];
    for (i, form) in forms.iter().enumerate() {
        if let Some(leader) = best.get_mut(form.entity)
            && leader.is_none_or(|leader| rank(i) > rank(leader))
        {
            *leader = Some(i);
        }
    }
    best
}
