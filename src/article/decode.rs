//! Bytes and headers to an article: the gate (UTF-8, JSON, size, depth), then the table of names, field by field.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json::{self, Member, Members};
use super::mapping::{self, Mapping, MappingError};
use super::names::{self, Field};
use super::reject::{Reject, RejectCode};
use super::{Incoming, InputRules, RawArticle, Source, Takedown, Warning};
use super::{authors, dates, envelope, language_tag, source, url_identity};

/// Longest id, in bytes: the dedupe log has one byte for its length.
const LONGEST_ID: usize = 255;

type Header = (String, Option<Vec<u8>>);

/// Decodes values by the rules of one configuration.
#[derive(Debug)]
pub struct Decoder {
    rules: InputRules,
    mapping: Mapping,
}

impl Decoder {
    /// # Errors
    /// A mapping that names no field or is no path.
    pub fn new(rules: InputRules) -> Result<Self, MappingError> {
        let mapping = mapping::parse(&rules.mapping)?;
        Ok(Self { rules, mapping })
    }

    /// An article or a takedown.
    ///
    /// # Errors
    /// A [`Reject`] that tells what and where.
    pub fn decode<'a>(&self, value: &'a [u8], headers: &'a [Header]) -> Result<Incoming<'a>, Reject> {
        let text = self.gate(value)?;
        let members = match serde_json::from_str::<Members<'a>>(text) {
            Ok(members) => members.0,
            Err(error) => return Err(not_an_object(text, &error)),
        };
        if json::is_too_deep(text) {
            return Err(Reject::new(
                RejectCode::TooDeep,
                format!("a member is nested more than {} deep", json::MAX_DEPTH),
            ));
        }
        let unwrapped = envelope::unwrap(members);
        let mut fields = Fields::new(&unwrapped.inner, &self.mapping);
        let id = fields.id(&unwrapped.outer, headers);
        let source = fields.source();
        if is_takedown(&unwrapped.inner) || is_takedown(&unwrapped.outer) {
            return Ok(Incoming::Takedown(Takedown { id, source }));
        }
        Ok(Incoming::Article(Box::new(fields.article(id, source, unwrapped.outer, self.rules.extra_max_bytes))))
    }

    /// What can be said before parsing.
    fn gate<'a>(&self, value: &'a [u8]) -> Result<&'a str, Reject> {
        if value.len() > self.rules.max_bytes {
            let what = format!("the record has {} bytes, input.max_bytes is {}", value.len(), self.rules.max_bytes);
            return Err(Reject::new(RejectCode::TooLarge, what));
        }
        let value = without_prefix(value);
        let text = simdutf8::compat::from_utf8(value)
            .map_err(|error| Reject::new(RejectCode::NotUtf8, format!("byte {} is not UTF-8", error.valid_up_to())))?;
        Ok(text.trim_start_matches('\u{feff}').trim())
    }
}

/// Without the five bytes (0 and a schema id) that Confluent's serialisers put before a value.
fn without_prefix(value: &[u8]) -> &[u8] {
    match value {
        [0, _, _, _, _, rest @ ..] if rest.trim_ascii_start().first() == Some(&b'{') => rest,
        _ => value,
    }
}

fn not_an_object(text: &str, error: &serde_json::Error) -> Reject {
    let place = |error: &serde_json::Error| format!("line {} column {}", error.line(), error.column());
    let is_json = || serde_json::from_str::<&RawValue>(text);
    match text.bytes().next() {
        Some(b'<') => Reject::new(RejectCode::Xml, "the record starts with `<`"),
        Some(b'[') if !json::is_too_deep(text) => match is_json() {
            Ok(_) => Reject::new(RejectCode::Array, "the record is a JSON array"),
            Err(error) => Reject::new(RejectCode::NotJson, format!("not JSON at {}", place(&error))),
        },
        Some(b'[') => {
            Reject::new(RejectCode::TooDeep, format!("an array is nested more than {} deep", json::MAX_DEPTH))
        }
        Some(b'{') | None => Reject::new(RejectCode::NotJson, format!("not JSON at {}", place(error))),
        Some(_) => match is_json() {
            Ok(_) => Reject::new(RejectCode::NotAnObject, "the record is a bare JSON value"),
            Err(error) => Reject::new(RejectCode::NotJson, format!("not JSON at {}", place(&error))),
        },
    }
}

fn is_takedown(members: &[Member<'_>]) -> bool {
    members.iter().any(|member| {
        let says = |words: &[&str]| {
            json::text(member.raw).is_some_and(|(text, _)| words.iter().any(|word| text.eq_ignore_ascii_case(word)))
        };
        (member.name.eq_ignore_ascii_case("takedown") && member.raw.get() == "true")
            || (member.name.eq_ignore_ascii_case("pubstatus") && says(&["canceled", "cancelled"]))
    })
}

/// The members of one record, sorted into fields.
struct Fields<'m, 'a> {
    members: &'m [Member<'a>],
    mapping: &'m Mapping,
    /// Indices of members that may fill a field, best name first.
    candidates: Vec<(Field, usize, usize)>,
    /// Members whose whole value a field took: they are not extra.
    taken: Vec<bool>,
    warnings: Vec<Warning>,
}

impl<'m, 'a> Fields<'m, 'a> {
    fn new(members: &'m [Member<'a>], mapping: &'m Mapping) -> Self {
        let candidate = |(index, member): (usize, &Member<'a>)| {
            names::look_up(&member.name).map(|(field, rank)| (field, rank, index))
        };
        let mut candidates: Vec<_> = members.iter().enumerate().filter_map(candidate).collect();
        candidates.sort_unstable();
        Self { members, mapping, candidates, taken: vec![false; members.len()], warnings: Vec::new() }
    }

    /// The first usable candidate of a field. `read` takes what is usable.
    fn first<T>(&mut self, field: Field, read: impl Fn(&'a RawValue) -> Option<T>) -> Option<(T, &'m str)> {
        if let Some(paths) = self.mapping.get(&field) {
            let found = paths.iter().find_map(|path| read(path.find(self.members)?));
            return found.map(|value| (value, "input.mapping"));
        }
        let of_field = self.candidates.iter().filter(|(candidate, ..)| *candidate == field);
        let (index, value) =
            of_field.filter_map(|(_, _, index)| Some((*index, read(self.members.get(*index)?.raw)?))).next()?;
        let member = self.members.get(index)?;
        // What is taken from an object is only a part of it: the whole stays with the extra members.
        if let Some(taken) = self.taken.get_mut(index) {
            *taken = !member.raw.get().starts_with('{');
        }
        Some((value, &member.name))
    }

    fn text(&mut self, field: Field) -> Option<Cow<'a, str>> {
        let ((text, replaced), _) = self.first(field, scalar_or_first)?;
        if replaced && !self.warnings.contains(&Warning::LoneSurrogate) {
            self.warnings.push(Warning::LoneSurrogate);
        }
        Some(text)
    }

    fn id(&mut self, outer: &[Member<'a>], headers: &'a [Header]) -> Option<Cow<'a, str>> {
        let id = self.text(Field::Id).or_else(|| {
            let url = self
                .candidates
                .iter()
                .find(|(field, ..)| *field == Field::Url)
                .and_then(|(_, _, index)| self.members.get(*index));
            let hashed =
                url.and_then(|member| json::text(member.raw)).and_then(|(url, _)| url_identity::normalise(&url));
            hashed.map(|url| Cow::Owned(short_hash(&url)))
        });
        let id = id.or_else(|| {
            let is_id = |member: &&Member<'a>| matches!(names::look_up(&member.name), Some((Field::Id, _)));
            outer.iter().filter(is_id).find_map(|member| json::text(member.raw)).map(|(text, _)| text)
        });
        let id = id.or_else(|| {
            let header = headers.iter().find(|(name, _)| name == "ce_id")?.1.as_deref()?;
            std::str::from_utf8(header).ok().filter(|id| !id.trim().is_empty()).map(Cow::Borrowed)
        })?;
        if id.len() <= LONGEST_ID {
            return Some(id);
        }
        self.warnings.push(Warning::IdHashed);
        Some(Cow::Owned(short_hash(&id)))
    }

    fn source(&mut self) -> Source<'a> {
        let mut told = self.first(Field::Source, source::parse).map(|(source, _)| source).unwrap_or_default();
        // The first member names it; another may hold its domain.
        if told.domain.is_none() {
            let others = self.candidates.iter().filter(|(field, ..)| *field == Field::Source);
            told.domain =
                others.filter_map(|(_, _, index)| source::parse(self.members.get(*index)?.raw)?.domain).next();
        }
        if told.domain.is_none() {
            let url = self.candidates.iter().filter(|(field, ..)| *field == Field::Url);
            let host =
                |index: usize| json::text(self.members.get(index)?.raw).and_then(|(url, _)| source::domain(&url));
            told.domain = url.filter_map(|(_, _, index)| host(*index)).next().map(Cow::Owned);
        }
        told
    }

    fn date(&mut self, field: Field) -> Option<String> {
        let found = self.first(field, |raw| json::text(raw).map(|(text, _)| text));
        let (text, name) = found?;
        let time = self
            .members
            .iter()
            .find(|member| member.name.eq_ignore_ascii_case("time"))
            .and_then(|member| json::text(member.raw));
        let joined = time
            .filter(|_| name.eq_ignore_ascii_case("date") && text.len() == 10)
            .map(|(time, _)| format!("{text}T{time}"));
        let date = joined.and_then(|joined| dates::parse(&joined)).or_else(|| dates::parse(&text));
        if date.is_none() {
            self.warnings.push(Warning::DateUnreadable(name.chars().take(40).collect()));
        }
        date
    }

    fn language(&mut self) -> Option<String> {
        let text = self.text(Field::Language)?;
        let tag = language_tag::parse(&text);
        if tag.is_none() {
            self.warnings.push(Warning::LanguageUnreadable);
        }
        tag
    }

    fn article(
        mut self,
        id: Option<Cow<'a, str>>,
        source: Source<'a>,
        outer: Vec<Member<'a>>,
        extra_max_bytes: usize,
    ) -> RawArticle<'a> {
        let url = self.text(Field::Url);
        let title = self.text(Field::Title);
        let text = self.text(Field::Text);
        let summary = self.text(Field::Summary);
        let declared_language = self.language();
        let published_at = self.date(Field::PublishedAt);
        let updated_at = self.date(Field::UpdatedAt);
        let authors = self.first(Field::Authors, authors::parse).map(|(authors, _)| authors).unwrap_or_default();
        let identity_url = url.as_deref().and_then(url_identity::normalise);
        let extra = self.extra(outer, extra_max_bytes);
        let warnings = self.warnings;
        RawArticle {
            id,
            url,
            identity_url,
            title,
            text,
            summary,
            declared_language,
            published_at,
            updated_at,
            source,
            authors,
            extra,
            warnings,
        }
    }

    /// What no field took, byte for byte. A second body (HTML beside text) is the article again and not extra.
    fn extra(&mut self, outer: Vec<Member<'a>>, most: usize) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        let has_body = self
            .candidates
            .iter()
            .any(|(field, _, index)| *field == Field::Text && self.taken.get(*index) == Some(&true));
        let is_body = |member: &Member<'a>| matches!(names::look_up(&member.name), Some((Field::Text, _)));
        let inner =
            self.members.iter().zip(&self.taken).filter(|(member, taken)| !(**taken || has_body && is_body(member)));
        let mut extra: Vec<(Cow<'a, str>, &'a RawValue)> = Vec::new();
        let (mut bytes, mut dropped) = (0, 0);
        for member in inner.map(|(member, _)| member.clone()).chain(outer) {
            bytes += member.name.len() + member.raw.get().len();
            if bytes > most {
                dropped += 1;
            } else if !extra.iter().any(|(name, _)| *name == member.name) {
                extra.push((member.name, member.raw));
            }
        }
        if dropped > 0 {
            self.warnings.push(Warning::ExtraTruncated(dropped));
        }
        extra
    }
}

/// A scalar; or the first of a list, itself or its `value`; or what an object says as `value`, `@id` or `name`.
fn scalar_or_first(raw: &RawValue) -> Option<(Cow<'_, str>, bool)> {
    if let Some(text) = json::text(raw) {
        return Some(text);
    }
    let inside = |raw| ["value", "@id", "name"].into_iter().find_map(|name| json::text(json::member(raw, name)?));
    match json::elements(raw) {
        Some(elements) => elements.into_iter().find_map(|element| json::text(element).or_else(|| inside(element))),
        None => inside(raw),
    }
}

/// 128 bits of blake3, in hexadecimal.
fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().as_str().chars().take(32).collect()
}
