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

/// The same, without numbers: a number under a text's name is a count of something. What has nothing in it but markup says
/// nothing; of a list, the first that says something.
pub(super) fn words<'a>(reader: &Reader, raw: &'a RawValue, within: &[&str]) -> Option<Cow<'a, str>> {
    let is_number = |raw: &RawValue| raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let one = |raw: &'a RawValue| {
        let text = reader.scalar(raw).filter(|_| !is_number(raw)).or_else(|| reader.within(raw, within));
        text.filter(|text| says_something(text))
    };
    match json::elements(raw) {
        Some(elements) => elements.into_iter().find_map(one),
        None => one(raw),
    }
}

/// A text; a list of strings is a list of its paragraphs.
pub(super) fn paragraphs<'a>(reader: &Reader, raw: &'a RawValue, within: &[&str]) -> Option<Cow<'a, str>> {
    let elements = json::elements(raw).filter(|elements| elements.len() > 1);
    let Some(elements) = elements.filter(|elements| elements.iter().all(|raw| raw.get().starts_with('"'))) else {
        return words(reader, raw, within);
    };
    let text = elements.into_iter().filter_map(|raw| reader.string(raw)).collect::<Vec<_>>().join("\n\n");
    Some(Cow::Owned(text)).filter(|text| says_something(text))
}

/// Whether anything stands outside of tags and character references. Most texts say so with their first letter.
fn says_something(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        let skipped = match rest.chars().next() {
            None => return false,
            // A `<` that nothing closes is text.
            Some('<') => rest.find('>').map(|end| end + 1),
            Some('&') => rest.find(';').filter(|end| *end <= LONGEST_REFERENCE).map(|end| end + 1),
            Some(_) => None,
        };
        let Some(skipped) = skipped else { return true };
        rest = rest.get(skipped..).unwrap_or_default().trim_start();
    }
}

/// `&CounterClockwiseContourIntegral;`
const LONGEST_REFERENCE: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_alone_says_nothing() {
        for (text, says) in [
            ("<p></p>", false),
            (" <b> &nbsp; </b>\n", false),
            ("<p>x</p>", true),
            ("&eacute;", false),
            ("< 5", true),
            ("&", true),
            ("a", true),
        ] {
            assert_eq!(says_something(text), says, "{text}");
        }
    }
}
