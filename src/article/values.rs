//! What a value says, whether it is a scalar, an object around one, or a list of either.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json::{self, Reader};
use super::names::Field;

/// Where an object, in place of a scalar, has what a field asks for: JSON-LD, ninjs, WordPress, MongoDB.
pub(super) const fn names_within(field: Field) -> &'static [&'static str] {
    match field {
        Field::Id => &["value", "@id", "$oid"],
        Field::Url => &["@id", "url", "value", "href"],
        Field::Language => &["value", "@value", "alternateName", "name"],
        Field::PublishedAt | Field::UpdatedAt => &["value", "@value", "$date"],
        _ => &["value", "@value", "rendered"],
    }
}

/// A scalar; or what an object says; or the first of a list that is either.
pub(super) fn scalar_or_first<'a>(reader: &Reader, raw: &'a RawValue, within: &[&str]) -> Option<Cow<'a, str>> {
    let one = |raw| reader.scalar(raw).or_else(|| reader.within(raw, within));
    match json::elements(raw) {
        Some(elements) => elements.into_iter().find_map(one),
        None => one(raw),
    }
}

/// The same, without numbers: a number under a text's name is a count of something.
pub(super) fn words<'a>(reader: &Reader, raw: &'a RawValue, within: &[&str]) -> Option<Cow<'a, str>> {
    let is_number = raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if is_number { None } else { scalar_or_first(reader, raw, within) }
}
