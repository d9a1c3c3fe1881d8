//! The input contract: bytes and headers to an article, a takedown or a reject. Lenient, pure, borrowing where it can.
//!
//! Publishers write the same things under many names. A table (`names.rs`) lists them in order of preference; the first that
//! is usable wins, and `null`, an empty string or a second name never fail a record. serde's aliases cannot do that (two
//! names present are an error there), so members are captured as raw JSON first and read by need.

mod authors;
mod dates;
mod decode;
mod envelope;
mod escapes;
mod event;
mod fields;
mod folded;
mod json;
mod language_tag;
mod mapping;
mod names;
mod origin;
mod reference;
mod reject;
mod sighting;
mod source;
mod url_identity;
mod values;
mod warning;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

pub use decode::Decoder;
pub use envelope::Envelope;
pub use mapping::MappingError;
pub use names::Field;
pub use origin::{Origin, Origins};
pub use reference::code_reference;
pub use reject::{Reject, RejectCode};
pub use sighting::{Fate, Shape, Sighting, Sightings};
pub use source::Source;
pub use warning::Warning;

/// Rules of the input, from the configuration.
#[derive(Debug, Clone)]
pub struct InputRules {
    /// Larger values are rejected, in bytes.
    pub max_bytes: usize,
    /// Field to member names or paths that replace the built-in ones of that field.
    pub mapping: BTreeMap<String, Vec<String>>,
    /// Unknown members beyond so many bytes are dropped, with a warning.
    pub extra_max_bytes: usize,
}

/// What a value turns out to be.
#[derive(Debug)]
pub enum Incoming<'a> {
    /// An article, not yet cleaned.
    Article(Box<RawArticle<'a>>),
    /// An article that is taken back.
    Takedown(Takedown<'a>),
}

/// An article as the publisher sent it, each field resolved from whatever it was called.
#[derive(Debug)]
pub struct RawArticle<'a> {
    /// As given (a long one as its hash), else a hash of the normalised URL; none: the record's identity serves.
    pub id: Option<Cow<'a, str>>,
    /// As given.
    pub url: Option<Cow<'a, str>>,
    /// What makes two URLs the same article; none for a bare home page.
    pub identity_url: Option<String>,
    /// Title, markup and all.
    pub title: Option<Cow<'a, str>>,
    /// Text, markup and all.
    pub text: Option<Cow<'a, str>>,
    /// Summary, markup and all.
    pub summary: Option<Cow<'a, str>>,
    /// BCP 47.
    pub declared_language: Option<String>,
    /// RFC 3339, UTC.
    pub published_at: Option<String>,
    /// RFC 3339, UTC.
    pub updated_at: Option<String>,
    /// Who published it.
    pub source: Source<'a>,
    /// Names of authors.
    pub authors: Vec<Cow<'a, str>>,
    /// Members that no field took, byte for byte, in order.
    pub extra: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Which input filled each field.
    pub origins: Origins<'a>,
}

/// An article that is taken back.
#[derive(Debug)]
pub struct Takedown<'a> {
    /// The article's id, made as an article's is: as given, else a hash of its normalised URL. None, and the record's Kafka
    /// key is all that can tell which article is meant.
    pub id: Option<Cow<'a, str>>,
    /// As given.
    pub url: Option<Cow<'a, str>>,
    /// What makes two URLs the same article; none for a bare home page.
    pub identity_url: Option<String>,
    /// Who published it.
    pub source: Source<'a>,
    /// Which input filled each field.
    pub origins: Origins<'a>,
}

/// Whether a member of this name holds the article's words: its text or its summary, by any of their names.
pub fn names_words(name: &str) -> bool {
    matches!(names::look_up(name), Some((Field::Text | Field::Summary, _)))
}

#[cfg(test)]
mod tests;
