//! JSON as it comes: members captured raw, strings borrowed where they have no escapes, depth bounded without recursion.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Deeper members are rejected: no article is nested like that, and readers of the output would fail on it.
pub(super) const MAX_DEPTH: usize = 100;

/// A member of an object.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) raw: &'a RawValue,
}

/// The members of an object, in order, repeated names included.
pub(super) struct Members<'a>(pub(super) Vec<Member<'a>>);

struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsName;
        impl<'de> Visitor<'de> for AsName {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(AsName)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsMembers;
        impl<'de> Visitor<'de> for AsMembers {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((name, raw)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push(Member { name: name.0, raw });
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(AsMembers)
    }
}

/// The members of a raw value, if it is an object.
pub(super) fn members(raw: &RawValue) -> Option<Vec<Member<'_>>> {
    raw.get()
        .starts_with('{')
        .then(|| serde_json::from_str::<Members<'_>>(raw.get()).ok())
        .flatten()
        .map(|members| members.0)
}

/// The elements of a raw value, if it is an array.
pub(super) fn elements(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get().starts_with('[').then(|| serde_json::from_str(raw.get()).ok()).flatten()
}

/// The member of an object with this name, in any case.
pub(super) fn member<'a>(raw: &'a RawValue, name: &str) -> Option<&'a RawValue> {
    members(raw)?.into_iter().find(|member| member.name.eq_ignore_ascii_case(name)).map(|member| member.raw)
}

/// What a scalar says, as text: a string without its escapes, a number as it is written. Blank strings say nothing. The
/// flag tells that half a surrogate pair was replaced.
pub(super) fn text(raw: &RawValue) -> Option<(Cow<'_, str>, bool)> {
    let json = raw.get();
    let (text, replaced) = match json.as_bytes().first()? {
        b'"' => {
            let quoted = json.get(1..json.len().checked_sub(1)?)?;
            match memchr::memchr(b'\\', quoted.as_bytes()) {
                None => (Cow::Borrowed(quoted), false),
                Some(first) => unescape(quoted, first),
            }
        }
        b'-' | b'0'..=b'9' => (Cow::Borrowed(json), false),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some((text, replaced))
}

/// serde_json has checked that every escape is one; it would refuse half a surrogate pair, which publishers do send.
fn unescape(quoted: &str, first: usize) -> (Cow<'_, str>, bool) {
    let mut text = String::with_capacity(quoted.len());
    let (mut rest, mut next, mut replaced) = (quoted, Some(first), false);
    while let Some(at) = next {
        text.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at + 1..).unwrap_or_default();
        let (character, length) = unescaped(escape);
        replaced |= character.is_none();
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = escape.get(length..).unwrap_or_default();
        next = memchr::memchr(b'\\', rest.as_bytes());
    }
    text.push_str(rest);
    (Cow::Owned(text), replaced)
}

/// The character after a backslash, and how many bytes it takes. None for half a surrogate pair.
fn unescaped(escape: &str) -> (Option<char>, usize) {
    let hex = |from: usize| escape.get(from..from + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match escape.as_bytes().first() {
        Some(b'n') => (Some('\n'), 1),
        Some(b't') => (Some('\t'), 1),
        Some(b'r') => (Some('\r'), 1),
        Some(b'b') => (Some('\u{8}'), 1),
        Some(b'f') => (Some('\u{c}'), 1),
        Some(b'u') => {
            let high = hex(1).unwrap_or(0xfffd);
            let low = (escape.get(5..7) == Some("\\u")).then(|| hex(7)).flatten();
            match (high, low) {
                (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                    (char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 11)
                }
                _ => (char::from_u32(high), 5),
            }
        }
        Some(other) if other.is_ascii() => (Some(char::from(*other)), 1),
        _ => (None, 0),
    }
}

/// Whether a value is nested deeper than [`MAX_DEPTH`]. One pass, no recursion: a hostile value costs its length.
pub(super) fn is_too_deep(json: &str) -> bool {
    let (mut depth, mut bytes) = (0_usize, json.as_bytes());
    while let Some((first, rest)) = bytes.split_first() {
        bytes = rest;
        match first {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => bytes = after_string(rest),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

fn after_string(mut bytes: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', bytes) {
        let is_escape = bytes.get(at) == Some(&b'\\');
        bytes = bytes.get(at + 1 + usize::from(is_escape)..).unwrap_or_default();
        if !is_escape {
            return bytes;
        }
    }
    &[]
}
