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
/// What marks an AMP page or an index page at the end of a path.
const ENDS: &[&str] = &["/amp", "/index.html", "/index.htm", "/index.php", ".amp"];

/// A host without what tells the device.
pub(super) fn site(mut host: &str) -> &str {
    while let Some(rest) = DEVICES.iter().find_map(|device| host.strip_prefix(device).filter(|rest| rest.contains('.')))
    {
        host = rest;
    }
    host
}

/// The part of a URL that names the article; none for a bare home page, or for what is no web address.
pub(super) fn normalise(text: &str) -> Option<String> {
    let url = parse(text.trim())?;
    match cached(&url) {
        Some(original) => identity(&parse(original)?),
        None => identity(&url),
    }
}

fn parse(text: &str) -> Option<Url> {
    // What has no scheme is not asked for one: `example.org:8080/a` would have the scheme `example.org`.
    let url =
        if text.contains("://") { Url::parse(text).ok()? } else { Url::parse(&format!("https://{text}")).ok()? };
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.'));
    is_web.then_some(url)
}

/// The address of a page that an AMP cache or viewer shows: `https://….cdn.ampproject.org/c/s/example.org/a`.
fn cached(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    let path = url.path();
    let rest = match host.ends_with(".cdn.ampproject.org") {
        true => ["/c/", "/v/"].iter().find_map(|start| path.strip_prefix(start))?,
        false if host.strip_prefix("www.").unwrap_or(host).starts_with("google.") => path.strip_prefix("/amp/")?,
        false => return None,
    };
    Some(rest.strip_prefix("s/").unwrap_or(rest))
}

fn identity(url: &Url) -> Option<String> {
    let host = site(url.host_str()?.trim_end_matches('.'));
    let path = path(url.path());
    let mut kept: Vec<&str> =
        url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
    kept.sort_unstable();
    if path.is_empty() && kept.is_empty() {
        return None;
    }
    let mut identity = String::with_capacity(url.as_str().len());
    identity.push_str(host);
    if let Some(port) = url.port() {
        identity.push(':');
        identity.push_str(&port.to_string());
    }
    identity.push_str(path);
    for (index, pair) in kept.iter().enumerate() {
        identity.push(if index == 0 { '?' } else { '&' });
        identity.push_str(pair);
    }
    Some(identity)
}

/// The path without what marks an AMP page, an index page or a trailing slash.
fn path(path: &str) -> &str {
    let mut path = path.trim_end_matches('/');
    for end in ENDS {
        path = path.strip_suffix(end).unwrap_or(path);
    }
    let path = path.trim_end_matches('/');
    path.strip_prefix("/amp").filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    TRACKING.iter().any(|known| match known.ends_with('_') {
        true => {
            name.len() > known.len() && name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
        }
        false => name.eq_ignore_ascii_case(known),
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
            "https://mobile.example.org/news/storm",
            "https://amp.example.org/news/storm",
            "https://amp.www.example.org/news/storm",
            "https://example.org/news/storm/amp",
            "https://example.org/news/storm/amp/",
            "https://example.org/news/storm.amp",
            "https://example.org/amp/news/storm",
            "https://example.org/news/storm?utm_source=x&utm_medium=y",
            "https://example.org/news/storm?fbclid=1#top",
            "https://example.org/news/storm?gclid=1&&",
            "https://example.org:443/news/storm?amp=1",
            "https://EXAMPLE.org/news/storm?outputType=amp",
            "example.org/news/storm",
            "//example.org/news/storm",
            " https://user:word@example.org/news/storm ",
            "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/news/storm",
            "https://www.google.com/amp/s/example.org/news/storm/amp",
        ] {
            assert_eq!(normalise(variant), plain, "{variant}");
        }
    }

    #[test]
    fn what_names_the_article_stays() {
        assert_eq!(normalise("https://example.org/?p=12&utm_x=1").as_deref(), Some("example.org?p=12"));
        assert_eq!(normalise("https://example.org/a?b=2&a=1"), normalise("https://example.org/a?a=1&b=2"));
        assert_eq!(normalise("example.org:8080/a").as_deref(), Some("example.org:8080/a"));
        for (one, other) in [
            ("https://example.org/a?id=1", "https://example.org/a?id=2"),
            ("https://example.org:8080/a", "https://example.org/a"),
            ("https://example.org/a?a=b%26c=d", "https://example.org/a?a=b&c=d"),
            ("https://example.org/a", "https://example.org/A"),
            ("https://example.org/a?utm_=1", "https://example.org/a"),
            ("https://news.example.org/a", "https://example.org/a"),
        ] {
            assert_ne!(normalise(one), normalise(other), "{one}");
        }
    }

    #[test]
    fn a_home_page_is_no_identity() {
        for text in [
            "https://example.org/",
            "https://www.example.org",
            "http://m.example.org/?utm_source=x",
            "https://example.org/index.html",
            "https://example.org/#/a",
            "mailto:a@example.org",
            "not a url",
            "",
            "javascript:void(0)",
            "urn:newsml:1",
            "https://localhost/a",
            "ftp://example.org/a",
            "https://x.cdn.ampproject.org/c/s/example.org/",
        ] {
            assert_eq!(normalise(text), None, "{text}");
        }
    }
}
