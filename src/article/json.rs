//! JSON as it comes: members captured raw, strings borrowed where they have no escapes, depth bounded without recursion.
//!
//! serde_json skips over a raw value with a stack of its own and not by recursion, so capturing is safe at any depth; what
//! is too deep is found afterwards in one pass.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::escapes;

/// Deeper members are rejected: no article is nested like that, and readers of the output (128 in serde_json) would fail.
pub(super) const MAX_DEPTH: usize = 100;

/// A member of an object.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) raw: &'a RawValue,
}

/// The members of an object, in order, repeated names included.
pub(super) struct Members<'a>(pub(super) Vec<Member<'a>>);

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
                // A name is raw too: serde_json would refuse half a surrogate pair in it.
                while let Some((name, raw)) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
                    let name = quoted(name).map(|quoted| escapes::unescape(quoted).0).unwrap_or_default();
                    members.push(Member { name, raw });
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(AsMembers)
    }
}

/// The members of a raw value, if it is an object.
pub(super) fn members(raw: &RawValue) -> Option<Vec<Member<'_>>> {
    object(raw.get())
}

/// The members of a text, if it is an object.
pub(super) fn object(text: &str) -> Option<Vec<Member<'_>>> {
    text.starts_with('{').then(|| serde_json::from_str::<Members<'_>>(text).ok()).flatten().map(|members| members.0)
}

/// The elements of a raw value, if it is an array.
pub(super) fn elements(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get().starts_with('[').then(|| serde_json::from_str(raw.get()).ok()).flatten()
}

/// The first member with this name, in any case.
pub(super) fn find<'a>(members: &[Member<'a>], name: &str) -> Option<&'a RawValue> {
    members.iter().find(|member| member.name.eq_ignore_ascii_case(name)).map(|member| member.raw)
}

fn quoted(raw: &RawValue) -> Option<&str> {
    raw.get().strip_prefix('"')?.strip_suffix('"')
}

/// Reads raw values as text, and remembers whether anything had to be replaced.
#[derive(Debug, Default)]
pub(super) struct Reader {
    replaced: Cell<bool>,
}

impl Reader {
    /// Whether half a surrogate pair was replaced in anything that was read.
    pub(super) fn has_replaced(&self) -> bool {
        self.replaced.get()
    }

    /// A string without its escapes. Blank strings say nothing.
    pub(super) fn string<'a>(&self, raw: &'a RawValue) -> Option<Cow<'a, str>> {
        let (text, replaced) = escapes::unescape(quoted(raw)?);
        let text = (!text.trim().is_empty()).then_some(text)?;
        self.replaced.set(self.replaced.get() || replaced);
        Some(text)
    }

    /// A string, or a number as it is written.
    pub(super) fn scalar<'a>(&self, raw: &'a RawValue) -> Option<Cow<'a, str>> {
        match raw.get().as_bytes().first()? {
            b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw.get())),
            _ => self.string(raw),
        }
    }

    /// What an object says under the first usable of these names.
    pub(super) fn within<'a>(&self, raw: &'a RawValue, names: &[&str]) -> Option<Cow<'a, str>> {
        let members = members(raw)?;
        names.iter().find_map(|name| {
            let raw = find(&members, name)?;
            // MongoDB's extended JSON wraps a date's number once more.
            self.scalar(raw).or_else(|| self.scalar(find(&self::members(raw)?, "$numberLong")?))
        })
    }
}

/// Where a value gets nested deeper than [`MAX_DEPTH`], as a byte offset. One pass, no recursion: a hostile value costs its
/// length.
pub(super) fn too_deep_at(json: &str) -> Option<usize> {
    let (mut depth, mut bytes) = (0_usize, json.as_bytes());
    if !json.starts_with(['{', '[']) {
        return None;
    }
    while let Some((first, rest)) = bytes.split_first() {
        match first {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(json.len() - bytes.len());
        }
        bytes = if *first == b'"' { after_string(rest) } else { rest };
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_that_are_open_and_not_in_strings() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(too_deep_at(&nested(MAX_DEPTH)), None);
        assert_eq!(too_deep_at(&nested(MAX_DEPTH + 1)), Some(MAX_DEPTH));
        assert_eq!(too_deep_at(&format!(r#"{{"x":"\"{}"}}"#, "[".repeat(500))), None);
        assert_eq!(too_deep_at(&format!("[{}1]", "[],".repeat(500))), None);
    }

    #[test]
    fn what_has_no_escapes_is_borrowed() {
        let raw: &RawValue = serde_json::from_str(r#""plain""#).unwrap();
        assert!(matches!(Reader::default().string(raw), Some(Cow::Borrowed("plain"))));
    }
}
