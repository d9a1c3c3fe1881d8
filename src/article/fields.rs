//! One record's fields, each from the first of its names that is usable.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::value::RawValue;

use super::event::Event;
use super::json::{self, Member, Reader};
use super::mapping::{self, Mapping};
use super::names::{self, Field};
use super::origin::{Origin, Origins};
use super::sighting::Sighting;
use super::values::{names_within, paragraphs, scalar_or_first, words};
use super::{RawArticle, Source, Takedown, Warning};
use super::{authors, dates, language_tag, source, url_identity};

/// Longest id, in bytes: the dedupe log has one byte for its length.
const LONGEST_ID: usize = 255;
/// Longest name of a member that a warning repeats, in characters.
const LONGEST_NAME: usize = 40;

/// The members of one record, sorted into fields.
pub(super) struct Fields<'m, 'a> {
    /// The record as it came, envelopes and all; only kept if there is a mapping, whose paths may begin there.
    whole: &'m [Member<'a>],
    members: &'m [Member<'a>],
    outer: &'m [Member<'a>],
    event: Event<'m, 'a>,
    mapping: &'m Mapping,
    reader: Reader,
    /// Members that may fill a field by rank of their name, and their indices.
    candidates: Vec<(Field, usize, usize)>,
    /// Members that a field said all of: they are not extra.
    taken: Vec<bool>,
    /// Where the text stands: the member that holds it is the article and not extra.
    text_at: Option<&'a RawValue>,
    warnings: Vec<Warning>,
    origins: Origins<'a>,
}

/// Who an article is: what takedowns need, too.
struct Identity<'a> {
    id: Option<Cow<'a, str>>,
    url: Option<Cow<'a, str>>,
    identity_url: Option<String>,
    source: Source<'a>,
}

impl<'m, 'a> Fields<'m, 'a> {
    pub(super) fn new(
        whole: &'m [Member<'a>],
        members: &'m [Member<'a>],
        outer: &'m [Member<'a>],
        event: Event<'m, 'a>,
        mapping: &'m Mapping,
    ) -> Self {
        let candidate = |(index, member): (usize, &Member<'a>)| {
            names::look_up(&member.name).map(|(field, rank)| (field, rank, index))
        };
        let mut candidates: Vec<_> = members.iter().enumerate().filter_map(candidate).collect();
        candidates.sort_unstable();
        let (taken, warnings) = (vec![false; members.len()], Vec::new());
        let (reader, origins) = (Reader::default(), Origins::default());
        Self { whole, members, outer, event, mapping, reader, candidates, taken, text_at: None, warnings, origins }
    }

    /// What is there for each field that has a name of its own, in the order in which it is tried.
    pub(super) fn sightings(&self) -> Vec<(Field, Vec<Sighting>)> {
        let of_members = self.candidates.chunk_by(|(a, ..), (b, ..)| a == b).filter_map(|candidates| {
            let (field, ..) = candidates.first()?;
            let member = |(_, _, at): &(Field, usize, usize)| {
                self.members.get(*at).map(|member| Sighting::new(&member.name, *at, member.raw))
            };
            Some((*field, candidates.iter().filter_map(member).collect()))
        });
        let mapped = self.mapping.iter().map(|(field, paths)| {
            let path = |(at, path): (usize, &mapping::Path)| {
                let raw = path.find(self.members).or_else(|| path.find(self.whole))?;
                Some(Sighting::new(path.as_str(), at, raw))
            };
            (*field, paths.iter().enumerate().filter_map(path).collect())
        });
        let mut all: Vec<_> = of_members.filter(|(field, _)| !self.mapping.contains_key(field)).chain(mapped).collect();
        all.sort_by_key(|(field, _)| *field);
        all
    }

    /// An article that is taken back.
    pub(super) fn takedown(mut self) -> Takedown<'a> {
        let Identity { id, url, identity_url, source } = self.identity();
        Takedown { id, url, identity_url, source, origins: self.origins }
    }

    /// An article, not yet cleaned.
    pub(super) fn article(mut self, extra_max_bytes: usize) -> RawArticle<'a> {
        let Identity { id, url, identity_url, source } = self.identity();
        let title = self.text(Field::Title);
        let text = self.first(Field::Text, |reader, _, raw| paragraphs(reader, raw, names_within(Field::Text)));
        let summary = self.text(Field::Summary);
        let declared_language = self.language();
        let published_at = self.published_at();
        let updated_at = self.date(Field::UpdatedAt);
        let authors = self.authors();
        let extra = self.extra(extra_max_bytes);
        if self.reader.has_replaced() {
            self.warnings.push(Warning::LoneSurrogate);
        }
        let (warnings, origins) = (self.warnings, self.origins);
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
            origins,
        }
    }

    /// The first usable value of a field. `read` gets a member's name and value, and tells what is usable.
    fn first<T>(&mut self, field: Field, mut read: impl FnMut(&Reader, &str, &'a RawValue) -> Option<T>) -> Option<T> {
        if let Some(paths) = self.mapping.get(&field) {
            let (index, raw, value) = paths.iter().enumerate().find_map(|(index, path)| {
                let raw = path.find(self.members).or_else(|| path.find(self.whole))?;
                Some((index, raw, read(&self.reader, path.as_str(), raw)?))
            })?;
            self.origins.set(field, Origin::Mapping(index));
            self.take(field, raw, self.members.iter().position(|member| std::ptr::eq(member.raw, raw)));
            return Some(value);
        }
        let start = self.candidates.partition_point(|(candidate, ..)| *candidate < field);
        let of_field = self.candidates.iter().skip(start).take_while(|(candidate, ..)| *candidate == field);
        let (index, member, value) = of_field.map(|(_, _, index)| *index).find_map(|index| {
            let member = self.members.get(index)?;
            Some((index, member, read(&self.reader, &member.name, member.raw)?))
        })?;
        self.origins.set(field, Origin::Member { name: member.name.clone(), at: index });
        self.take(field, member.raw, Some(index));
        Some(value)
    }

    /// Notes that a field took a value, which may be a whole member.
    fn take(&mut self, field: Field, raw: &'a RawValue, index: Option<usize>) {
        if field == Field::Text {
            self.text_at = Some(raw);
        }
        // Of an object, or of a list of them, only a part was taken: the whole stays with the extra members.
        let has_objects = raw.get().starts_with(['[', '{']) && memchr::memchr(b'{', raw.get().as_bytes()).is_some();
        if let Some(taken) = index.and_then(|index| self.taken.get_mut(index)) {
            *taken = !has_objects;
        }
    }

    fn text(&mut self, field: Field) -> Option<Cow<'a, str>> {
        self.first(field, |reader, _, raw| words(reader, raw, names_within(field)))
    }

    fn identity(&mut self) -> Identity<'a> {
        let names = names_within(Field::Url);
        let is_address = |url: &Cow<'a, str>| source::domain(url).is_some();
        let url = self
            .first(Field::Url, |reader, _, raw| words(reader, raw, names).filter(is_address))
            .or_else(|| self.text(Field::Url));
        let identity_url = url.as_deref().and_then(url_identity::normalise);
        let id = self.id(identity_url.as_deref());
        // Of a page in an AMP cache, the site that it came from.
        let source = self.source(identity_url.as_deref().or(url.as_deref()));
        Identity { id, url, identity_url, source }
    }

    fn id(&mut self, identity_url: Option<&str>) -> Option<Cow<'a, str>> {
        let given = self.first(Field::Id, |reader, _, raw| scalar_or_first(reader, raw, names_within(Field::Id)));
        if given.is_none()
            && let Some(url) = identity_url
        {
            self.origins.set(Field::Id, Origin::Url);
            return Some(Cow::Owned(short_hash(url)));
        }
        let id = given.or_else(|| self.id_of_envelope())?;
        if id.len() <= LONGEST_ID {
            return Some(id);
        }
        self.warnings.push(Warning::IdHashed);
        Some(Cow::Owned(short_hash(&id)))
    }

    fn id_of_envelope(&mut self) -> Option<Cow<'a, str>> {
        let is_id = |member: &&Member<'a>| matches!(names::look_up(&member.name), Some((Field::Id, _)));
        let outer = self.outer.iter().filter(is_id).find_map(|member| self.reader.scalar(member.raw));
        let id = outer.or_else(|| self.event.attribute(&self.reader, "id"))?;
        self.origins.set(Field::Id, Origin::Envelope);
        Some(id)
    }

    /// The first member names the source; another may hold its domain, else the URL does, else an event names it.
    fn source(&mut self, url: Option<&str>) -> Source<'a> {
        let mut told = self.first(Field::Source, |reader, _, raw| source::parse(reader, raw)).unwrap_or_default();
        let mut domain = self.origins.of(Field::Source).cloned().filter(|_| told.domain.is_some());
        if !self.mapping.contains_key(&Field::Source) {
            for (_, _, index) in self.candidates.iter().filter(|(field, ..)| *field == Field::Source) {
                if told.name.is_some() && told.domain.is_some() {
                    break;
                }
                let Some(member) = self.members.get(*index) else { continue };
                let other = source::parse(&self.reader, member.raw).unwrap_or_default();
                told.name = told.name.or(other.name);
                if told.domain.is_none() && other.domain.is_some() {
                    told.domain = other.domain;
                    domain = Some(Origin::Member { name: member.name.clone(), at: *index });
                }
            }
        }
        if told.domain.is_none() {
            told.domain = url.and_then(source::domain).map(Cow::Owned);
            domain = told.domain.as_ref().map(|_| Origin::Url);
        }
        if told == Source::default()
            && let Some(host) = self.event.attribute(&self.reader, "source").and_then(|event| source::domain(&event))
        {
            // An event's source is an address within a system: only a site's tells who published the article.
            self.origins.set(Field::Source, Origin::Envelope);
            told.domain = Some(Cow::Owned(host));
            domain = Some(Origin::Envelope);
        }
        self.origins.set_domain(domain);
        told
    }

    fn published_at(&mut self) -> Option<String> {
        let before = self.warnings.len();
        let date = self.date(Field::PublishedAt);
        if date.is_some() || self.warnings.len() > before {
            return date;
        }
        let event = self.event.attribute(&self.reader, "time").and_then(|time| dates::parse(&time))?;
        self.origins.set(Field::PublishedAt, Origin::Envelope);
        Some(event)
    }

    /// The first date that can be read; a warning for one before it that cannot.
    fn date(&mut self, field: Field) -> Option<String> {
        let (mut unreadable, names) = (None, names_within(field));
        // Looked up once: a record may have a date in each of half a million members.
        let time = json::find(self.members, "time");
        let date = self.first(field, |reader, name, raw| {
            let says =
                !matches!(raw.get(), "null" | "false" | "[]" | "{}") && !raw.get().trim_matches(['"', ' ']).is_empty();
            let Some(text) = scalar_or_first(reader, raw, names) else {
                if says && unreadable.is_none() {
                    unreadable = Some(name.chars().take(LONGEST_NAME).collect());
                }
                return None;
            };
            let time = time.filter(|_| name.eq_ignore_ascii_case("date")).and_then(|time| reader.scalar(time));
            let date = time.and_then(|time| dates::join(&text, &time)).or_else(|| dates::parse(&text));
            if date.is_none() && unreadable.is_none() {
                unreadable = Some(name.chars().take(LONGEST_NAME).collect());
            }
            date
        });
        self.warnings.extend(unreadable.map(Warning::DateUnreadable));
        date
    }

    fn authors(&mut self) -> Vec<Cow<'a, str>> {
        let before = self.taken.clone();
        let authors = self.first(Field::Authors, |reader, _, raw| authors::parse(reader, raw)).unwrap_or_default();
        if authors.len() >= authors::MOST {
            // Not all of them are among the authors: the whole stays with the extra members.
            self.taken = before;
        }
        authors
    }

    fn language(&mut self) -> Option<String> {
        let mut is_unreadable = false;
        let tag = self.first(Field::Language, |reader, _, raw| {
            let tag = language_tag::parse(&words(reader, raw, names_within(Field::Language))?);
            is_unreadable |= tag.is_none();
            tag
        });
        self.warnings.extend(is_unreadable.then_some(Warning::LanguageUnreadable));
        tag
    }

    /// What no field took, byte for byte; of members of one name the first. What holds the text, and a second body (HTML
    /// beside text), is the article again and not extra: who asks for records without text shall find none here.
    fn extra(&mut self, most: usize) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        let text_at = self.text_at;
        let is_article = |member: &Member<'a>| {
            let Some(text) = text_at else { return false };
            let is_body = matches!(names::look_up(&member.name), Some((Field::Text, _)));
            member.raw.get().as_bytes().as_ptr_range().contains(&text.get().as_ptr())
                || is_body && member.raw.get().starts_with(['"', '[', '{'])
        };
        let inner = self.members.iter().zip(&self.taken).filter(|(_, taken)| !**taken).map(|(member, _)| member);
        let (mut extra, mut seen) = (Vec::new(), HashSet::new());
        let (mut bytes, mut dropped) = (0_usize, 0);
        for member in inner.chain(self.outer).filter(|member| !is_article(member)) {
            bytes = bytes.saturating_add(member.name.len() + member.raw.get().len());
            if bytes > most {
                dropped += 1;
            } else if seen.insert(&*member.name) {
                extra.push((member.name.clone(), member.raw));
            }
        }
        if dropped > 0 {
            self.warnings.push(Warning::ExtraTruncated(dropped));
        }
        extra
    }
}

/// 128 bits of blake3, in hexadecimal.
fn short_hash(text: &str) -> String {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes().first_chunk::<16>().map_or_else(String::new, |half| data_encoding::HEXLOWER.encode(half))
}
