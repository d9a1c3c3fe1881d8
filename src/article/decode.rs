//! Bytes and headers to an article: the gate (size, UTF-8, JSON, depth), the envelopes, then field by field.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::envelope::{self, Unwrapped};
use super::event::{Event, Header};
use super::fields::Fields;
use super::folded;
use super::json::{self, Member, Members, Reader};
use super::mapping::{self, Mapping, MappingError};
use super::reject::{Reject, RejectCode};
use super::sighting::Sightings;
use super::{Incoming, InputRules};

/// Decodes values by the rules of one configuration.
#[derive(Debug)]
pub struct Decoder {
    rules: InputRules,
    mapping: Mapping,
}

impl Decoder {
    /// A decoder for these rules.
    ///
    /// # Errors
    /// A mapping that names no field or is no path.
    pub fn new(rules: InputRules) -> Result<Self, MappingError> {
        let mapping = mapping::parse(&rules.mapping)?;
        Ok(Self { rules, mapping })
    }

    /// What [`Self::decode`] and [`Self::examine`] are to be given: the record, where an article came as text within its
    /// envelope with the text in its place.
    pub fn unfold<'a>(&self, value: &'a [u8]) -> Cow<'a, [u8]> {
        if value.len() > self.rules.max_bytes { Cow::Borrowed(value) } else { folded::unfold(value) }
    }

    /// An article or a takedown. An empty value is the caller's: it takes its key back, which is not known here.
    ///
    /// # Errors
    /// A [`Reject`] that tells what and where.
    pub fn decode<'a>(&self, value: &'a [u8], headers: &'a [Header]) -> Result<Incoming<'a>, Reject> {
        let opened = self.open(value)?;
        Ok(self.resolve(&opened, self.fields(&opened, headers)))
    }

    /// The same, with what was there for each field beside what filled it. For people who ask: it costs a name a member.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn examine<'a>(&self, value: &'a [u8], headers: &'a [Header]) -> Result<(Incoming<'a>, Sightings), Reject> {
        let opened = self.open(value)?;
        let fields = self.fields(&opened, headers);
        let seen = fields.sightings();
        let incoming = self.resolve(&opened, fields);
        let origins = match &incoming {
            Incoming::Article(article) => &article.origins,
            Incoming::Takedown(takedown) => &takedown.origins,
        };
        let takedown = opened.taking_back().map(|member| member.name.clone().into_owned());
        let sightings = Sightings::new(opened.unwrapped.envelopes.clone(), takedown, seen, origins);
        Ok((incoming, sightings))
    }

    fn open<'a>(&self, value: &'a [u8]) -> Result<Opened<'a>, Reject> {
        let text = self.gate(value)?;
        let members = object(text.trim_end(), value.len() - text.len())?;
        let whole = if self.mapping.is_empty() { Vec::new() } else { members.clone() };
        Ok(Opened { whole, unwrapped: envelope::unwrap(members) })
    }

    fn fields<'m, 'a>(&'m self, opened: &'m Opened<'a>, headers: &'a [Header]) -> Fields<'m, 'a> {
        let Unwrapped { inner, outer, .. } = &opened.unwrapped;
        Fields::new(&opened.whole, inner, outer, Event::around(outer, headers), &self.mapping)
    }

    fn resolve<'a>(&self, opened: &Opened<'a>, fields: Fields<'_, 'a>) -> Incoming<'a> {
        match opened.taking_back() {
            Some(_) => Incoming::Takedown(fields.takedown()),
            None => Incoming::Article(Box::new(fields.article(self.rules.extra_max_bytes))),
        }
    }

    /// What can be said before parsing: the value as text.
    fn gate<'a>(&self, value: &'a [u8]) -> Result<&'a str, Reject> {
        if value.len() > self.rules.max_bytes {
            let what = format!("the record has {} bytes, input.max_bytes is {}", value.len(), self.rules.max_bytes);
            return Err(Reject::new(RejectCode::TooLarge, what));
        }
        let bytes = without_prefix(value);
        let text = simdutf8::compat::from_utf8(bytes).map_err(|error| {
            let at = value.len() - bytes.len() + error.valid_up_to();
            Reject::new(RejectCode::NotUtf8, format!("byte {at} is not UTF-8"))
        })?;
        Ok(text.trim_start_matches('\u{feff}'))
    }
}

/// A record's members, in and out of their envelopes.
struct Opened<'a> {
    /// As they came; empty if there is no mapping.
    whole: Vec<Member<'a>>,
    unwrapped: Unwrapped<'a>,
}

impl<'a> Opened<'a> {
    /// The member that takes the article back.
    fn taking_back(&self) -> Option<&Member<'a>> {
        self.unwrapped.inner.iter().chain(&self.unwrapped.outer).find(|member| takes_back(member))
    }
}

/// Without the five bytes (0 and a schema id) that Confluent's serialisers put before a value.
fn without_prefix(value: &[u8]) -> &[u8] {
    match value {
        [0, _, _, _, _, rest @ ..] if rest.trim_ascii_start().first() == Some(&b'{') => rest,
        _ => value,
    }
}

/// The members of a record, none of them nested too deep; `start` is where the text begins in the value.
fn object(text: &str, start: usize) -> Result<Vec<Member<'_>>, Reject> {
    let too_deep = |at| {
        Reject::new(RejectCode::TooDeep, format!("byte {} is nested more than {} deep", start + at, json::MAX_DEPTH))
    };
    let not_json = |error: serde_json::Error| {
        Reject::new(RejectCode::NotJson, format!("not JSON at line {} column {}", error.line(), error.column()))
    };
    let first = text.trim_ascii_start().bytes().next();
    match first {
        Some(b'{') => {
            let members = serde_json::from_str::<Members<'_>>(text).map_err(not_json)?.0;
            let begin = |member: &Member<'_>| member.raw.get().as_ptr().addr() - text.as_ptr().addr();
            let deep = members.iter().find_map(|member| Some(begin(member) + json::too_deep_at(member.raw.get())?));
            deep.map_or(Ok(members), |at| Err(too_deep(at)))
        }
        Some(b'<') => Err(Reject::new(RejectCode::Xml, "the record starts with `<`")),
        None => Err(Reject::new(RejectCode::NotJson, "the record is blank")),
        Some(first) => {
            if let Some(at) = json::too_deep_at(text) {
                return Err(too_deep(at));
            }
            serde_json::from_str::<&RawValue>(text).map_err(not_json)?;
            Err(match first {
                b'[' => Reject::new(RejectCode::Array, "the record is a JSON array"),
                _ => Reject::new(RejectCode::NotAnObject, "the record is a bare JSON value"),
            })
        }
    }
}

/// Whether a member takes the article back. The flag is read as leniently as the rest: to miss one publishes what must not be.
fn takes_back(member: &Member<'_>) -> bool {
    let says = |words: &[&str]| {
        Reader::default()
            .string(member.raw)
            .is_some_and(|text| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word)))
    };
    (member.name.eq_ignore_ascii_case("takedown")
        && (matches!(member.raw.get(), "true" | "1") || says(&["true", "1", "yes"])))
        || (member.name.eq_ignore_ascii_case("pubstatus") && says(&["canceled", "cancelled"]))
}
