//! Who published an article: a name, an object, a list of either, a domain, or the URL's host.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{json, url_identity};

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

/// What a member says about the source.
pub(super) fn parse(raw: &RawValue) -> Option<Source<'_>> {
    if let Some((text, _)) = json::text(raw) {
        return Some(match domain(&text) {
            Some(domain) => Source { name: None, domain: Some(Cow::Owned(domain)) },
            None => Source { name: Some(text), domain: None },
        });
    }
    if let Some(elements) = json::elements(raw) {
        return elements.into_iter().find_map(parse);
    }
    let text = |name: &&str| json::member(raw, name).and_then(json::text).map(|(text, _)| text);
    let name = NAMES.iter().find_map(text);
    let domain = DOMAINS.iter().filter_map(text).find_map(|text| domain(&text)).map(Cow::Owned);
    (name.is_some() || domain.is_some()).then_some(Source { name, domain })
}

/// The host of a URL or a bare domain, in lower case, whatever the device; none for a name that only has a dot in it.
pub(super) fn domain(text: &str) -> Option<String> {
    let text = text.trim();
    let host = match text.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', '#']).next()?.rsplit('@').next()?,
        None => text,
    };
    let host = host.split(':').next()?.trim_end_matches('.').to_lowercase();
    let host = url_identity::site(&host);
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let top = host.rsplit('.').next()?;
    let is_domain =
        host.len() <= 253 && host.contains('.') && host.split('.').all(is_label) && top.chars().count() >= 2;
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
            ("The Example", None),
            ("St. Example", None),
            ("U.S. News", None),
            ("10.0.0.1", None),
            ("", None),
        ] {
            assert_eq!(domain(text).as_deref(), expected, "{text}");
        }
    }
}
