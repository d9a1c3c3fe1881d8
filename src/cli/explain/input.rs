//! How the record was read: what it came in, which member won each field, who the article is.

use serde::Serialize;

use super::page::Page;
use crate::article::{Fate, Sighting};
use crate::config::IdScope;
use crate::pipeline::{From, Reading};
use crate::record::Record;

#[derive(Serialize)]
pub(super) struct Input {
    /// The outermost first.
    envelopes: Vec<&'static str>,
    /// The member that takes the article back.
    takedown: Option<String>,
    id: Named,
    url: Option<String>,
    identity_url: Option<String>,
    source: Source,
    key: Option<Named>,
    fields: Vec<Seen>,
    /// Fields that an envelope or a header filled.
    from_envelope: Vec<&'static str>,
    warnings: Vec<String>,
}

/// A name and where it came from.
#[derive(Serialize)]
struct Named {
    value: Option<String>,
    from: String,
}

#[derive(Serialize)]
struct Source {
    name: Option<String>,
    domain: Option<String>,
    domain_from: Option<String>,
}

/// What was there for a field, in the order in which it is tried.
#[derive(Serialize)]
struct Seen {
    field: &'static str,
    members: Vec<Member>,
}

#[derive(Serialize)]
struct Member {
    name: String,
    value: &'static str,
    fate: &'static str,
}

impl Input {
    /// `id` is the published one; `key` that of what is published.
    pub(super) fn of(
        reading: &Reading,
        scope: IdScope,
        record: &Record,
        id: Option<String>,
        key: Option<&[u8]>,
    ) -> Self {
        let (domain, domain_from) = match &reading.source_domain {
            Some((domain, from)) => (Some(domain.clone()), Some(told(from))),
            None => (None, None),
        };
        let has_key = record.key.as_ref().is_some_and(|key| !key.is_empty());
        let key_from = match scope {
            _ if has_key => "the record's key",
            IdScope::Source => "source and id",
            IdScope::Global => "the id",
        };
        let key =
            key.map(|key| Named { value: Some(String::from_utf8_lossy(key).into_owned()), from: key_from.to_owned() });
        let member =
            |seen: &Sighting| Member { name: seen.name.clone(), value: seen.shape.as_str(), fate: seen.fate.as_str() };
        let field = |(field, seen): &(crate::article::Field, Vec<Sighting>)| Seen {
            field: field.as_str(),
            members: seen.iter().map(member).collect(),
        };
        Self {
            envelopes: reading.sightings.envelopes.iter().map(|envelope| envelope.as_str()).collect(),
            takedown: reading.sightings.takedown.clone(),
            id: Named { value: reading.id.clone().or(id), from: told(&reading.id_from) },
            url: reading.url.clone(),
            identity_url: reading.identity_url.clone(),
            source: Source { name: reading.source_name.clone(), domain, domain_from },
            key,
            fields: reading.sightings.fields.iter().map(field).collect(),
            from_envelope: reading.from_envelope.iter().map(|field| field.as_str()).collect(),
            warnings: reading.warnings.clone(),
        }
    }

    /// The warnings of the published record: some come later than those of reading.
    pub(super) fn warn(&mut self, warnings: Vec<String>) {
        self.warnings = warnings;
    }

    pub(super) fn tell(&self, page: &mut Page) {
        let envelopes = match self.envelopes.as_slice() {
            [] => "not in an envelope".to_owned(),
            some => format!("in {}", some.join(", in it ")),
        };
        page.section("input", &envelopes);
        if let Some(member) = &self.takedown {
            page.row("takedown", &format!("`{member}` says so"));
        }
        page.row("id", &self.id.shown());
        if let Some(url) = &self.url {
            page.row("url", url);
            let identity =
                self.identity_url.as_deref().unwrap_or("none: a home page or no web address names no article");
            page.row("url identity", identity);
        }
        page.row("source", &self.source.shown());
        if let Some(key) = &self.key {
            page.row("key", &key.shown());
        }
        for seen in self.fields.iter().filter(|seen| !seen.is_told()) {
            page.row(seen.field, &seen.shown());
        }
        if !self.from_envelope.is_empty() {
            page.row("envelope gave", &self.from_envelope.join(", "));
        }
        for warning in &self.warnings {
            page.row("warning", warning);
        }
    }
}

impl Named {
    fn shown(&self) -> String {
        match &self.value {
            Some(value) => format!("{value}, from {}", self.from),
            None => "none".to_owned(),
        }
    }
}

impl Source {
    fn shown(&self) -> String {
        let domain =
            self.domain.as_ref().zip(self.domain_from.as_ref()).map(|(domain, from)| format!("{domain}, from {from}"));
        let parts: Vec<String> = self.name.iter().cloned().chain(domain).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join("; ") }
    }
}

impl Seen {
    /// Whether the rows above say all of it: who the article is, of the only member that was there.
    fn is_told(&self) -> bool {
        let is_only = matches!(self.members.as_slice(), [one] if one.fate == Fate::Won.as_str());
        is_only && matches!(self.field, "id" | "url" | "source")
    }

    fn shown(&self) -> String {
        let of = |fate: Fate| {
            let members = self.members.iter().filter(move |member| member.fate == fate.as_str());
            members.map(|member| format!("`{}` ({})", member.name, member.value)).collect::<Vec<_>>().join(", ")
        };
        let all = [("", Fate::Won), ("unusable ", Fate::Unusable), ("lost ", Fate::Lost)];
        let parts = all.map(|(label, fate)| (label, of(fate)));
        let parts: Vec<String> = parts
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(label, names)| format!("{label}{names}"))
            .collect();
        parts.join("; ")
    }
}

fn told(from: &From) -> String {
    match from {
        From::Member(name) => format!("`{name}`"),
        From::Url => "the URL".to_owned(),
        From::Envelope => "the envelope".to_owned(),
        From::Record => "the record's own hash".to_owned(),
    }
}
