//! Who published an article: a name, an object, a list of either, a domain, or the URL's host.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json::{self, Reader};
use super::url_identity;

/// Who published an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source<'a> {
    /// Name as given.
    pub name: Option<Cow<'a, str>>,
    /// Domain in lower case, without `www.`, `m.`, `amp.` and the like: a site is one source on every device.
    pub domain: Option<Cow<'a, str>>,
}

/// Members that name a source, and members that hold its domain.
const NAMES: [&str; 3] = ["name", "title", "literal"];
const DOMAINS: [&str; 4] = ["domain", "uri", "url", "hostname"];

/// Longest name of a host (RFC 1035).
const LONGEST_HOST: usize = 253;

/// What a member says about the source.
pub(super) fn parse<'a>(reader: &Reader, raw: &'a RawValue) -> Option<Source<'a>> {
    match json::elements(raw) {
        Some(elements) => elements.into_iter().find_map(|element| one(reader, element)),
        None => one(reader, raw),
    }
}

fn one<'a>(reader: &Reader, raw: &'a RawValue) -> Option<Source<'a>> {
    if let Some(text) = reader.string(raw) {
        return Some(told(text));
    }
    let members = json::members(raw)?;
    let text = |name: &&str| json::find(&members, name).and_then(|raw| reader.string(raw));
    let name = NAMES.iter().find_map(text);
    let domain = DOMAINS.iter().filter_map(text).find_map(|text| domain(&text)).map(Cow::Owned);
    (name.is_some() || domain.is_some()).then_some(Source { name, domain })
}

/// A word that is either a domain or a name.
fn told(text: Cow<'_, str>) -> Source<'_> {
    match domain(&text) {
        Some(domain) => Source { name: None, domain: Some(Cow::Owned(domain)) },
        None => Source { name: Some(text), domain: None },
    }
}

/// The host of a URL (with or without its scheme) or a bare domain, in lower case, whatever the device; none for a name that only
/// has a dot in it.
pub(super) fn domain(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = text
        .split_once("//")
        .filter(|(scheme, _)| scheme.is_empty() || scheme.ends_with(':'))
        .map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()?.trim_end_matches('.');
    if host.len() > LONGEST_HOST || !host.contains('.') {
        return None;
    }
    let host = host.to_lowercase();
    let host = url_identity::site(&host);
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let top = host.rsplit('.').next()?;
    let is_domain = host.contains('.') && host.split('.').all(is_label) && top.chars().count() >= 2;
    (is_domain && !top.chars().all(|c| c.is_ascii_digit())).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_and_names_are_told_apart() {
        for (text, expected) in [
            ("Example.org", Some("example.org")),
            ("www.example.co.uk", Some("example.co.uk")),
            ("https://m.example.org/a", Some("example.org")),
            ("https://www.example.org:8080/a?b", Some("example.org")),
            ("//user@example.org/a", Some("example.org")),
            ("example.org/news/a", Some("example.org")),
            ("The Example", None),
            ("St. Example", None),
            ("U.S. News", None),
            ("News/Views.", None),
            ("/feeds/world.json", None),
            ("10.0.0.1", None),
            ("", None),
        ] {
            assert_eq!(domain(text).as_deref(), expected, "{text}");
        }
    }
}
