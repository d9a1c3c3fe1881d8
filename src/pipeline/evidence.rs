//! A look at one article's life: what each stage decided on. For whoever asks why (`copydesk explain`); the worker never does.
//!
//! The stages' own functions are asked again, so what is told here cannot be another decision than the one in the record.

use super::article::Article;
use super::text::{self, Clean, Removed, Taken};
use super::{Pipeline, entities, identity, language, links, tongue};
use crate::article::{Field, Incoming, Origin, Origins, RawArticle, Sightings, Source};
use crate::panic;
use crate::record::Record;

/// What the stages decided on. A record that cannot be read has none of it.
#[derive(Debug, Default)]
pub struct Evidence {
    /// How the record was read.
    pub input: Option<Reading>,
    /// What was cleaned.
    pub cleaning: Vec<Cleaning>,
    /// How the language was decided; none if the stage is off.
    pub language: Option<language::Examination>,
    /// How entities were found; none if the stage is off.
    pub entities: Option<entities::Examination>,
    /// How the table of links answered for people and organisations; nothing without one.
    pub linked: Vec<links::Linked>,
    /// The cleaned title, and the text that the stages read: mentions and candidates stand in them.
    pub title: String,
    /// See [`Evidence::title`].
    pub prose: String,
}

/// How a record was read.
#[derive(Debug)]
pub struct Reading {
    /// What was there.
    pub sightings: Sightings,
    /// The article's id, and where it came from; the hash of the record if nothing else gave one.
    pub id: Option<String>,
    /// Where the id came from.
    pub id_from: From,
    /// As given.
    pub url: Option<String>,
    /// What makes two URLs the same article.
    pub identity_url: Option<String>,
    /// Name of the source.
    pub source_name: Option<String>,
    /// Domain of the source, and where it came from.
    pub source_domain: Option<(String, From)>,
    /// The source as ids and keys have it.
    pub source: String,
    /// What the publisher says the language is.
    pub declared: Option<String>,
    /// Fields that an envelope filled.
    pub from_envelope: Vec<Field>,
    /// What was odd.
    pub warnings: Vec<String>,
}

/// Where a name came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// A member, or a path of `input.mapping`.
    Member(String),
    /// The URL.
    Url,
    /// An envelope around the article, or the record's headers.
    Envelope,
    /// The record's own hash: nothing else was there.
    Record,
}

/// What was cleaned off a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaning {
    /// Which field.
    pub field: Field,
    /// Bytes as it came.
    pub before: usize,
    /// Bytes of what is left.
    pub after: usize,
    /// Character references in it as it came.
    pub references: usize,
    /// What went with the markup.
    pub taken: Taken,
    /// Boilerplate that went.
    pub removed: Vec<Removed>,
}

impl Pipeline {
    /// What the stages decide on for this record. Where a stage panics there is nothing to tell, and
    /// [`Pipeline::analyse`] says so.
    pub fn evidence(&self, record: &Record) -> Evidence {
        panic::caught(|| self.look(record)).unwrap_or_default()
    }

    fn look(&self, record: &Record) -> Evidence {
        let value = self.decoder.unfold(record.value.as_deref().unwrap_or_default());
        let Ok((incoming, sightings)) = self.decoder.examine(&value, &record.headers) else {
            return Evidence::default();
        };
        let raw = match incoming {
            Incoming::Article(raw) => raw,
            Incoming::Takedown(takedown) => {
                let (id, url) = (takedown.id.map(Into::into), takedown.url.map(Into::into));
                let who = Reading {
                    id,
                    url,
                    identity_url: takedown.identity_url,
                    ..reading(&takedown.source, &takedown.origins, sightings)
                };
                return Evidence { input: Some(who), ..Evidence::default() };
            }
        };
        let input = Some(read(&raw, sightings));
        let cleaning = cleaning(&raw, self.settings.clean);
        let Ok(article) = Article::clean(*raw, self.settings.clean) else {
            return Evidence { input, cleaning, ..Evidence::default() };
        };
        let (title, prose) = (article.title(), article.prose());
        let language = self.language.as_ref().map(|detector| detector.examine(title, prose));
        let tongue = tongue(language.as_ref().map(|told| &told.detection), article.declared_language());
        let mut entities = self.entities.as_ref().map(|tagger| tagger.examine(title, prose, tongue));
        let mut linked = Vec::new();
        if let Some((told, table)) = entities.as_mut().zip(self.links()) {
            table.link(&mut told.entities, (title, prose), tongue, |link| linked.push(link));
        }
        Evidence { input, cleaning, language, entities, linked, title: title.to_owned(), prose: prose.to_owned() }
    }
}

fn read(raw: &RawArticle<'_>, sightings: Sightings) -> Reading {
    Reading {
        id: raw.id.as_deref().map(Into::into),
        url: raw.url.as_deref().map(Into::into),
        identity_url: raw.identity_url.clone(),
        declared: raw.declared_language.clone(),
        warnings: raw.warnings.iter().map(ToString::to_string).collect(),
        ..reading(&raw.source, &raw.origins, sightings)
    }
}

/// What is told of articles and takedowns alike.
fn reading(source: &Source<'_>, origins: &Origins<'_>, sightings: Sightings) -> Reading {
    let name_of = |field: Field, origin: &Origin<'_>| match origin {
        Origin::Member { name, .. } => From::Member(name.clone().into_owned()),
        Origin::Mapping(_) => From::Member(sightings.winner(field).unwrap_or_default().to_owned()),
        Origin::Url => From::Url,
        Origin::Envelope => From::Envelope,
    };
    let domain_from = origins.of_domain().map(|origin| name_of(Field::Source, origin));
    let is_envelope = |(_, origin): &(Field, &Origin<'_>)| **origin == Origin::Envelope;
    Reading {
        id: None,
        id_from: origins.of(Field::Id).map_or(From::Record, |origin| name_of(Field::Id, origin)),
        url: None,
        identity_url: None,
        source_name: source.name.as_deref().map(Into::into),
        source_domain: source.domain.as_deref().map(Into::into).zip(domain_from),
        source: identity::source(source).to_owned(),
        declared: None,
        from_envelope: origins.iter().filter(is_envelope).map(|(field, _)| field).collect(),
        warnings: Vec::new(),
        sightings,
    }
}

fn cleaning(raw: &RawArticle<'_>, mode: Clean) -> Vec<Cleaning> {
    let one = |field: Field, text: &str, body: bool| {
        let cleaned = if body { text::clean(text, mode) } else { text::clean_line(text, mode) };
        let (before, after, references) = (text.len(), cleaned.text.len(), text::references(text));
        Cleaning { field, before, after, references, taken: cleaned.taken, removed: cleaned.removed }
    };
    let title = raw.title.as_deref().map(|text| one(Field::Title, text, false));
    let text = raw.text.as_deref().map(|text| one(Field::Text, text, true));
    let summary = raw.summary.as_deref().map(|text| one(Field::Summary, text, false));
    title.into_iter().chain(text).chain(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::pipeline::text::Rule;
    use crate::record::Origin as Place;

    fn evidence(value: &str) -> Evidence {
        let origin = Place { topic: "raw".into(), partition: 0, offset: 7, timestamp: None };
        let record = Record { origin, key: None, value: Some(value.into()), headers: Vec::new(), headers_omitted: 0 };
        Pipeline::new(&Config::default()).unwrap().evidence(&record)
    }

    #[test]
    fn a_record_tells_where_its_names_came_from() {
        let input = evidence(
            r#"{"specversion": "1.0", "id": "e1", "data": {"title": "T", "link": "https://m.example.org/a?utm_x=1"}}"#,
        );
        let input = input.input.unwrap();
        assert_eq!((input.id_from, input.source_domain), (From::Url, Some(("example.org".into(), From::Url))));
        assert_eq!(input.identity_url.as_deref(), Some("example.org/a"));
        let input = evidence(r#"{"publisher": "The Example", "domain": "example.org", "title": "T"}"#).input.unwrap();
        assert_eq!(input.id_from, From::Record);
        assert_eq!(input.source_domain, Some(("example.org".into(), From::Member("domain".into()))));
    }

    #[test]
    fn what_was_cleaned_is_told_by_field() {
        let text = format!("<p>{}</p><p>Share this</p>", "The harbour reopened on Friday, and boats left. ".repeat(4));
        let told = evidence(&serde_json::json!({"title": "A &amp; B", "body": text}).to_string());
        let [title, body] = &told.cleaning[..] else { panic!("{:?}", told.cleaning) };
        assert_eq!((title.field, title.before, title.after, title.references), (Field::Title, 9, 5, 1));
        assert_eq!((body.removed[0].rule, body.removed[0].text.as_str()), (Rule::Share, "Share this"));
        assert!(body.after == told.prose.len() && body.taken.tags == 4, "{body:?}");
    }

    #[test]
    fn what_cannot_be_read_has_no_evidence() {
        let none = evidence("not json");
        assert!(none.input.is_none() && none.cleaning.is_empty() && none.language.is_none());
    }
}
