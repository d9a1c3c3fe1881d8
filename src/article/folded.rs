//! Articles that come as text within their envelope: a CloudEvent's `data` as a JSON string or `data_base64`, Connect's
//! `payload` as a JSON string (its string converter makes such records).
//!
//! The text takes the place of the string, so that everything after this reads one record. It is never longer than the string
//! was. What is no JSON object inside stays as it is.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::envelope::{self, MOST};
use super::json::{self, Member, Reader};

/// A record with the articles in its strings unfolded, and those within these.
pub(super) fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    let mut whole = Cow::Borrowed(value);
    for _ in 0..MOST {
        let Some(unfolded) = once(&whole) else { break };
        whole = Cow::Owned(unfolded);
    }
    whole
}

fn once(value: &[u8]) -> Option<Vec<u8>> {
    // Nearly every record has neither, and is not parsed for this.
    let says = |name: &[u8]| memchr::memmem::find(value, name).is_some();
    if !says(b"\"specversion\"") && !says(b"\"payload\"") {
        return None;
    }
    let start = memchr::memchr(b'{', value)?;
    let text = simdutf8::basic::from_utf8(value.get(start..)?).ok()?;
    let folded = find(json::object(text.trim_end())?)?;
    let begin = start + (folded.raw.get().as_ptr().addr() - text.as_ptr().addr());
    let end = begin + folded.raw.get().len();
    let inside = text_in(&folded)?;
    Some([value.get(..begin)?, inside.as_bytes(), value.get(end..)?].concat())
}

/// The member whose string may be the article, through the envelopes around it.
fn find(mut members: Vec<Member<'_>>) -> Option<Member<'_>> {
    for _ in 0..MOST {
        let named = |name: &str| members.iter().find(|member| member.name.eq_ignore_ascii_case(name));
        let is_text = |member: &&Member<'_>| member.raw.get().starts_with('"');
        let folded = if named("specversion").is_some() {
            named("data").filter(is_text).or_else(|| named("data_base64").filter(is_text))
        } else if named("schema").is_some() {
            named("payload").filter(is_text)
        } else {
            None
        };
        if let Some(member) = folded {
            return Some(member.clone());
        }
        members = envelope::wrapped(&members)?.2;
    }
    None
}

/// The JSON object that is written in a string.
fn text_in(member: &Member<'_>) -> Option<String> {
    let text = Reader::default().string(member.raw)?;
    let text = if member.name.eq_ignore_ascii_case("data_base64") {
        String::from_utf8(data_encoding::BASE64.decode(text.trim().as_bytes()).ok()?).ok()?
    } else {
        text.into_owned()
    };
    let is_object = text.trim_start().starts_with('{') && serde_json::from_str::<&RawValue>(&text).is_ok();
    is_object.then_some(text)
}
