//! The output record `copydesk.enriched/1`, for enriched articles and duplicates alike.
//!
//! It is written in three pieces, since the verdict comes last and from elsewhere: [`Content`] and [`Context`] are known
//! when an article has been analysed, [`Dedupe`] when it has been decided. The schema is that of the whole.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{entities, text};

/// The name and version of the record's schema. Additions are optional members and keep the version.
pub const SCHEMA: &str = "copydesk.enriched/1";

/// An enriched article.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Enriched")]
pub struct Enriched<'a> {
    /// The article and what it names.
    #[serde(flatten)]
    pub content: Content<'a>,
    /// What the article repeats; null when dedupe is switched off.
    pub dedupe: Option<Dedupe<'a>>,
    /// Where it came from and how it was made.
    #[serde(flatten)]
    pub context: Context<'a>,
}

/// The article and what it names.
#[derive(Serialize, JsonSchema)]
pub struct Content<'a> {
    /// What stands before the text.
    #[serde(flatten)]
    pub lead: Lead<'a>,
    /// Cleaned text; null when there is none or `output.text` is `none`.
    pub text: Option<&'a str>,
    /// What stands after it.
    #[serde(flatten)]
    pub details: Details<'a>,
    /// Who, which organisation and where: one entry an entity, every mention under it.
    pub entities: Vec<Entity<'a>>,
}

impl Content<'_> {
    /// Appends the members with their opening brace and no closing one: more follow.
    ///
    /// # Errors
    /// serde_json's; there are no maps with odd keys, so none is known.
    pub fn write_open(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(&mut *out, &self.lead)?;
        out.pop();
        out.extend_from_slice(b",\"text\":");
        match self.text {
            Some(text) => text::write(out, text),
            None => out.extend_from_slice(b"null"),
        }
        let brace = out.len();
        serde_json::to_writer(&mut *out, &self.details)?;
        out.pop();
        out.iter_mut().skip(brace).take(1).for_each(|brace| *brace = b',');
        out.extend_from_slice(b",\"entities\":");
        entities::write(out, &self.entities)
    }
}

/// What stands before the text.
#[derive(Serialize, JsonSchema)]
pub struct Lead<'a> {
    /// Always `copydesk.enriched/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: &'static str,
    /// The publisher's id, else a hash of the normalised URL, else of the record. At most 255 bytes.
    pub id: &'a str,
    /// The article's URL as given.
    pub url: Option<&'a str>,
    /// Cleaned title.
    pub title: Option<&'a str>,
}

/// What stands after the text.
#[derive(Serialize, JsonSchema)]
pub struct Details<'a> {
    /// Cleaned summary; null when there is none or `output.text` is `none`.
    pub summary: Option<&'a str>,
    /// RFC 3339, UTC.
    pub published_at: Option<&'a str>,
    /// RFC 3339, UTC.
    pub updated_at: Option<&'a str>,
    /// Who published it.
    pub source: Source<'a>,
    /// Authors.
    pub authors: &'a [Cow<'a, str>],
    /// The article's language; null when the stage is switched off.
    pub language: Option<Language<'a>>,
}

/// Who published an article.
#[derive(Serialize, JsonSchema)]
pub struct Source<'a> {
    /// Name as given.
    pub name: Option<&'a str>,
    /// Domain, else the URL's host.
    pub domain: Option<&'a str>,
}

/// The language of an article.
#[derive(Serialize, JsonSchema)]
pub struct Language<'a> {
    /// BCP 47; `und` when unsure, `zxx` for no language.
    pub code: &'a str,
    /// ISO 15924.
    pub script: Option<&'a str>,
    /// 0 to 1.
    #[serde(serialize_with = "as_rounded")]
    pub confidence: f32,
    /// What the publisher declared, as BCP 47.
    pub declared: Option<&'a str>,
    /// Runners-up, best first.
    pub alternatives: Vec<Alternative<'a>>,
    /// Where an article mixes languages, how much of it each takes, most first; else absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share<'a>>,
}

/// A language's part of an article.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Share")]
pub struct Share<'a> {
    /// BCP 47.
    pub code: &'a str,
    /// 0 to 1, of the letters.
    #[serde(serialize_with = "as_rounded")]
    pub share: f32,
}

/// A runner-up.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Alternative")]
pub struct Alternative<'a> {
    /// BCP 47.
    pub code: &'a str,
    /// 0 to 1.
    #[serde(serialize_with = "as_rounded")]
    pub confidence: f32,
}

/// A person, organisation or place.
#[derive(Serialize, JsonSchema)]
pub struct Entity<'a> {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// The most complete form of its name.
    pub name: &'a str,
    /// Identifiers, where one is certain.
    pub ids: Ids<'a>,
    /// 0 to 1.
    #[serde(serialize_with = "as_rounded")]
    pub confidence: f32,
    /// Every place where it is named, in order, spelling variants included; at most 250 an entity and 2500 an article, and the
    /// warning `mentions-truncated` tells of more.
    pub mentions: Vec<Mention<'a>>,
}

/// Types of entities.
#[derive(Serialize, JsonSchema, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    /// A person.
    Person,
    /// A company, agency, party, team, …
    Organisation,
    /// A country, territory, city or other place.
    Location,
}

/// Identifiers of an entity.
#[derive(Serialize, JsonSchema, Default)]
pub struct Ids<'a> {
    /// Wikidata item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<Cow<'a, str>>,
    /// ISO 3166-1 alpha-2 of a country, ISO 3166-2 of a part of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso3166: Option<Cow<'a, str>>,
    /// GeoNames id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geonames: Option<u32>,
    /// What the table of `entities.links` has for a person or an organisation, where that is no Wikidata item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<Cow<'a, str>>,
}

/// A place where an entity is named.
#[derive(Serialize, JsonSchema)]
pub struct Mention<'a> {
    /// The member that holds it.
    pub field: Field,
    /// First code point, counted in the field as published.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// The words there; null when `output.text` is `none`.
    pub text: Option<&'a str>,
}

/// A member that mentions are found in.
#[derive(Serialize, JsonSchema, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// `title`.
    Title,
    /// `text`.
    Text,
    /// `summary`, of an article without text.
    Summary,
}

/// What an article repeats.
#[derive(Serialize, JsonSchema)]
pub struct Dedupe<'a> {
    /// New, a new version, or a duplicate.
    pub status: Status,
    /// The story; stories may merge later, see the topic of merges.
    pub story: String,
    /// The id of the article that this one repeats or replaces.
    pub original: Option<&'a str>,
    /// 0 to 1, how much the two share.
    pub similarity: Option<f64>,
    /// How much of each the two share.
    pub coverage: Coverage,
    /// At most three fragments that both have: the evidence.
    pub shared: Vec<&'a str>,
}

/// Verdicts.
#[derive(Serialize, JsonSchema, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing like it in the window.
    Unique,
    /// The same article, published again with changes.
    Version,
    /// Mostly the same words as another article.
    Near,
    /// The same words as another article.
    Exact,
}

/// Shares, 0 to 1.
#[derive(Serialize, JsonSchema, Default)]
pub struct Coverage {
    /// How much of this article is in the original.
    pub of_this: Option<f64>,
    /// How much of the original is in this article.
    pub of_original: Option<f64>,
}

/// Where a record came from and how it was made.
#[derive(Serialize, JsonSchema)]
pub struct Context<'a> {
    /// How it was made.
    pub provenance: Provenance<'a>,
    /// Members that the worker does not know, byte for byte.
    pub extra: ExtraMembers<'a>,
    /// What was odd about the input, as stable codes with an explanation.
    pub warnings: Vec<String>,
}

/// How a record was made.
#[derive(Serialize, JsonSchema)]
pub struct Provenance<'a> {
    /// Program and version.
    pub worker: &'static str,
    /// Hash of the settings that shape records.
    pub config: &'a str,
    /// Models that took part.
    pub models: Models<'a>,
    /// The input record.
    pub input: InputPlace<'a>,
    /// RFC 3339, UTC.
    pub processed_at: String,
}

/// Names of models; null where the stage is switched off.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct Models<'a> {
    /// Of the language stage.
    pub language: Option<&'a str>,
    /// Of the entity stage.
    pub entities: Option<&'a str>,
    /// Hash of the table of `entities.links`; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<&'a str>,
}

/// The input record.
#[derive(Serialize, JsonSchema)]
pub struct InputPlace<'a> {
    /// Topic.
    pub topic: &'a str,
    /// Partition.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
    /// Milliseconds since 1970.
    pub timestamp: Option<i64>,
}

/// Unknown members: an object, or a string that holds it (`output.extra: string`).
pub enum ExtraMembers<'a> {
    /// Member by member.
    Object(&'a [(Cow<'a, str>, &'a RawValue)]),
    /// The same object as text.
    Text(&'a [(Cow<'a, str>, &'a RawValue)]),
    /// None are published.
    Off,
}

struct Members<'a>(&'a [(Cow<'a, str>, &'a RawValue)]);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for ExtraMembers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(members) => Members(members).serialize(serializer),
            Self::Text(members) => {
                let text = serde_json::to_string(&Members(members)).map_err(serde::ser::Error::custom)?;
                serializer.serialize_str(&text)
            }
            Self::Off => Members(&[]).serialize(serializer),
        }
    }
}

impl JsonSchema for ExtraMembers<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Extra".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Members that the worker does not know, byte for byte; a string that holds the object with output.extra: string.",
            "type": ["object", "string"]
        })
    }
}

/// Four digits are more than any confidence is worth, and half the bytes.
pub fn rounded(share: f32) -> f64 {
    (f64::from(share) * 10_000.0).round() / 10_000.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's serialize_with passes a reference")]
fn as_rounded<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value))
}
