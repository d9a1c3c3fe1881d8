//! What a CloudEvent says about itself, in the envelope (structured) or in headers (binary). It serves only where the
//! article lacks it: an event's id and time are not the article's, but better than none.

use std::borrow::Cow;

use super::json::{self, Member, Reader};

/// Headers of a record, in order.
pub(super) type Header = (String, Option<Vec<u8>>);

/// An event's attributes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event<'m, 'a> {
    outer: Option<&'m [Member<'a>]>,
    headers: &'a [Header],
}

impl<'m, 'a> Event<'m, 'a> {
    /// The event around an article; one without attributes if there is none.
    pub(super) fn around(outer: &'m [Member<'a>], headers: &'a [Header]) -> Self {
        Self { outer: json::find(outer, "specversion").map(|_| outer), headers }
    }

    /// An attribute by its name in the CloudEvents specification; in headers `ce_` stands before it.
    pub(super) fn attribute(&self, reader: &Reader, name: &str) -> Option<Cow<'a, str>> {
        let told = self.outer.and_then(|outer| reader.string(json::find(outer, name)?));
        told.or_else(|| self.header(name).map(Cow::Borrowed))
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        let is_named = |header: &str| header.strip_prefix("ce_").is_some_and(|rest| rest.eq_ignore_ascii_case(name));
        let value = self.headers.iter().find(|(header, _)| is_named(header))?.1.as_deref()?;
        std::str::from_utf8(value).ok().filter(|value| !value.trim().is_empty())
    }
}
