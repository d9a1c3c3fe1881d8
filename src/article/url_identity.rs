//! When two URLs are one article: without what tells where a reader came from or on what device.

use url::Url;

/// Query parameters that say where a reader came from. Those that end in `_` are prefixes.
const TRACKING: &[&str] = &[
    "utm_",
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "msclkid",
    "yclid",
    "mc_cid",
    "mc_eid",
    "igshid",
    "cmpid",
    "cmp",
    "ref",
    "ref_src",
    "referrer",
    "ito",
    "ocid",
    "smid",
    "smtyp",
    "ncid",
    "sr_share",
    "share",
    "spm",
    "_ga",
    "_gl",
    "hsCtaTracking",
    "mkt_tok",
    "xtor",
    "ftag",
    "icid",
    "ns_",
    "wt_",
    "at_",
    "pk_",
    "trk",
    "trkCampaign",
    "amp",
    "outputType",
    "amp_js_v",
    "usqp",
    "source",
];
/// Hosts of the same site for other devices.
const DEVICES: &[&str] = &["www.", "m.", "mobile.", "amp.", "touch."];

/// A host without what tells the device.
pub(super) fn site(host: &str) -> &str {
    DEVICES.iter().find_map(|device| host.strip_prefix(device).filter(|rest| rest.contains('.'))).unwrap_or(host)
}

/// The part of a URL that names the article; none for a bare home page, or for what is no web address.
pub(super) fn normalise(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).or_else(|_| Url::parse(&format!("https://{}", text.trim()))).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?.trim_end_matches('.');
    if !host.contains('.') {
        return None;
    }
    let host =
        DEVICES.iter().find_map(|device| host.strip_prefix(device).filter(|rest| rest.contains('.'))).unwrap_or(host);
    let path = path(url.path());
    let mut kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracking(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    kept.sort_unstable();
    if path.is_empty() && kept.is_empty() {
        return None;
    }
    let mut identity = match url.port() {
        Some(port) => format!("{host}:{port}{path}"),
        None => format!("{host}{path}"),
    };
    for (index, (name, value)) in kept.iter().enumerate() {
        identity.push(if index == 0 { '?' } else { '&' });
        identity.push_str(name);
        identity.push('=');
        identity.push_str(value);
    }
    Some(identity)
}

/// The path without what marks an AMP page, an index page or a trailing slash.
fn path(path: &str) -> &str {
    let mut path = path.trim_end_matches('/');
    for end in ["/amp", "/index.html", "/index.htm", "/index.php", ".amp"] {
        path = path.strip_suffix(end).unwrap_or(path);
    }
    let path = path.trim_end_matches('/');
    path.strip_prefix("/amp").filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

fn is_tracking(name: &str) -> bool {
    TRACKING.iter().any(|known| match known.strip_suffix('_') {
        Some(_) => {
            name.len() > known.len() && name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
        }
        None => name.eq_ignore_ascii_case(known),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_one_page_are_one() {
        let plain = normalise("https://example.org/news/storm");
        assert_eq!(plain.as_deref(), Some("example.org/news/storm"));
        for variant in [
            "http://example.org/news/storm",
            "https://www.example.org/news/storm/",
            "https://m.example.org/news/storm",
            "https://amp.example.org/news/storm",
            "https://example.org/news/storm/amp",
            "https://example.org/amp/news/storm",
            "https://example.org/news/storm?utm_source=x&utm_medium=y",
            "https://example.org/news/storm?fbclid=1#top",
            "https://example.org:443/news/storm?amp=1",
            "https://EXAMPLE.org/news/storm?outputType=amp",
            "example.org/news/storm",
        ] {
            assert_eq!(normalise(variant), plain, "{variant}");
        }
    }

    #[test]
    fn what_names_the_article_stays() {
        assert_eq!(normalise("https://example.org/?p=12&utm_x=1").as_deref(), Some("example.org?p=12"));
        assert_eq!(normalise("https://example.org/a?b=2&a=1"), normalise("https://example.org/a?a=1&b=2"));
        assert_ne!(normalise("https://example.org/a?id=1"), normalise("https://example.org/a?id=2"));
        assert_ne!(normalise("https://example.org:8080/a"), normalise("https://example.org/a"));
    }

    #[test]
    fn a_home_page_is_no_identity() {
        for text in [
            "https://example.org/",
            "https://www.example.org",
            "http://m.example.org/?utm_source=x",
            "https://example.org/index.html",
            "mailto:a@example.org",
            "not a url",
            "",
            "javascript:void(0)",
            "urn:newsml:1",
            "https://localhost/a",
        ] {
            assert_eq!(normalise(text), None, "{text}");
        }
    }
}
