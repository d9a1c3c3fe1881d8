//! The fields that a condition may ask for: one table, which parsing, checking, and the reference in docs/routing.md read.

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the table says what each is")]
pub enum Field {
    Id,
    Url,
    Title,
    TitleWords,
    Text,
    TextWords,
    LanguageCode,
    LanguageScript,
    LanguageConfidence,
    LanguageDeclared,
    SourceName,
    SourceDomain,
    Author,
    Warning,
    EntityType,
    EntityName,
    EntityWikidata,
    EntityIso3166,
    EntityGeonames,
    EntityConfidence,
    EntityMentions,
    Status,
    Similarity,
    Topic,
}

/// What values a field has: what a condition may compare it with.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// Text of a form; the reason that another can never be is told.
    Formed(fn(&str) -> bool, &'static str),
    /// One of these words.
    Word(&'static [&'static str]),
    /// 0 to 1.
    Share,
    /// A whole number.
    Count,
}

/// How many values a record has of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knows {
    /// One, or none.
    One,
    /// Any number: a comparison holds if one of them passes it.
    Any,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The field.
    pub field: Field,
    /// As conditions write it.
    pub name: &'static str,
    /// What values it has.
    pub(super) kind: Kind,
    /// How many.
    pub knows: Knows,
    /// What it is.
    pub what: &'static str,
}

const STATUSES: &[&str] = &["unique", "version", "near", "exact"];
const TYPES: &[&str] = &["person", "organisation", "location"];
const TOPICS: &[&str] = &["enriched", "duplicates"];

const fn one(field: Field, name: &'static str, kind: Kind, what: &'static str) -> Known {
    Known { field, name, kind, knows: Knows::One, what }
}

const fn any(field: Field, name: &'static str, kind: Kind, what: &'static str) -> Known {
    Known { field, name, kind, knows: Knows::Any, what }
}

/// Short for the language's code.
pub(super) const SHORT: &str = "language";

/// Every field. Names are those of the output record, where it has the member.
pub const FIELDS: [Known; 24] = [
    one(Field::Id, "id", Kind::Text, "the article's id"),
    one(Field::Url, "url", Kind::Text, "its URL as given"),
    one(Field::Title, "title", Kind::Text, "the cleaned title"),
    one(Field::TitleWords, "title.words", Kind::Count, "its words; each Chinese or Japanese character is one"),
    one(Field::Text, "text", Kind::Text, "the cleaned text"),
    one(Field::TextWords, "text.words", Kind::Count, "its words, counted alike"),
    one(
        Field::LanguageCode,
        "language.code",
        Kind::Formed(is_language, "a language is a code such as \"en\", \"und\" when unsure"),
        "the language that was found; `language` for short",
    ),
    one(
        Field::LanguageScript,
        "language.script",
        Kind::Formed(is_script, "a script is a code such as \"Latn\" or \"Cyrl\""),
        "its script (ISO 15924)",
    ),
    one(Field::LanguageConfidence, "language.confidence", Kind::Share, "how sure that is"),
    one(Field::LanguageDeclared, "language.declared", Kind::Text, "what the publisher declared, such as \"en-GB\""),
    one(Field::SourceName, "source.name", Kind::Text, "the publisher's name"),
    one(
        Field::SourceDomain,
        "source.domain",
        Kind::Formed(is_domain, "a domain has neither capitals nor a path, as \"example.org\""),
        "its domain, without `www.`",
    ),
    any(Field::Author, "author", Kind::Text, "an author"),
    any(Field::Warning, "warning", Kind::Word(crate::article::Warning::CODES), "the code of a warning"),
    any(Field::EntityType, "entity.type", Kind::Word(TYPES), "what an entity is"),
    any(Field::EntityName, "entity.name", Kind::Text, "its name"),
    any(
        Field::EntityWikidata,
        "entity.wikidata",
        Kind::Formed(is_wikidata, "a Wikidata item is written \"Q863\""),
        "its Wikidata item",
    ),
    any(
        Field::EntityIso3166,
        "entity.iso3166",
        Kind::Formed(is_iso3166, "a country is written \"TJ\", a part of one \"US-GA\""),
        "a country's ISO 3166-1 code, a part's 3166-2",
    ),
    any(Field::EntityGeonames, "entity.geonames", Kind::Count, "its GeoNames id"),
    any(Field::EntityConfidence, "entity.confidence", Kind::Share, "how sure it is"),
    any(Field::EntityMentions, "entity.mentions", Kind::Count, "how often the article names it"),
    one(Field::Status, "status", Kind::Word(STATUSES), "the verdict"),
    one(Field::Similarity, "similarity", Kind::Share, "how much it shares with the original"),
    any(Field::Topic, "topic", Kind::Word(TOPICS), "where the record goes without rules, as `topics` names it"),
];

impl Field {
    /// Its row.
    pub(super) fn known(self) -> Option<&'static Known> {
        FIELDS.iter().find(|known| known.field == self)
    }

    /// The field of a name; `language` is short for its code.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = if name == SHORT { "language.code" } else { name };
        FIELDS.iter().find(|known| known.name == name).map(|known| known.field)
    }

    /// Whether it is one of an entity.
    pub fn is_of_entity(self) -> bool {
        matches!(
            self,
            Self::EntityType
                | Self::EntityName
                | Self::EntityWikidata
                | Self::EntityIso3166
                | Self::EntityGeonames
                | Self::EntityConfidence
                | Self::EntityMentions
        )
    }

    /// Whether it is known only with the verdict.
    pub(super) fn is_of_verdict(self) -> bool {
        matches!(self, Self::Status | Self::Similarity | Self::Topic)
    }
}

impl Kind {
    /// What it is called in messages and in the reference.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text | Self::Formed(..) => "text",
            Self::Word(_) => "word",
            Self::Share => "0 to 1",
            Self::Count => "number",
        }
    }
}

impl Known {
    /// What values it has, in words.
    pub fn values(&self) -> String {
        match self.kind {
            Kind::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
            kind => kind.as_str().to_owned(),
        }
    }

    /// What it takes to know it.
    pub fn is_of_verdict(&self) -> bool {
        self.field.is_of_verdict()
    }
}

fn is_language(text: &str) -> bool {
    matches!(text.len(), 2 | 3) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_script(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() == 4
        && bytes.next().is_some_and(|byte| byte.is_ascii_uppercase())
        && bytes.all(|byte| byte.is_ascii_lowercase())
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && !text.chars().any(|c| c.is_uppercase() || c.is_whitespace() || matches!(c, '/' | ':'))
}

fn is_wikidata(text: &str) -> bool {
    text.strip_prefix('Q').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_iso3166(text: &str) -> bool {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let is_upper = |byte: u8| byte.is_ascii_uppercase();
    let is_part =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| is_upper(byte) || byte.is_ascii_digit());
    country.len() == 2 && country.bytes().all(is_upper) && part.is_none_or(is_part)
}
