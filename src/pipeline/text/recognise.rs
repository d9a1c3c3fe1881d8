//! Is this text markup? Asked of the content, because a member called `body` may hold either.
//!
//! One sign is not enough: "a <b", "<3", an address in angle brackets, or a sentence about the `<p>` tag are text. An end
//! tag, a tag with attributes, a line break, a comment are; so are two lone tags.

/// Elements whose tags are taken for markup.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "noscript",
    "object",
    "ol",
    "option",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Signs that make a text markup.
const ENOUGH: u32 = 2;

/// What the tags of a text say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// No markup.
    Plain,
    /// Inline tags only: line breaks are the author's.
    Inline,
    /// Has `<p>` or `<br>`: single line breaks mean nothing, as in HTML.
    Blocks,
}

/// Recognises markup. Looks at a bounded number of bytes behind each `<`.
pub(super) fn nature(text: &str) -> Nature {
    let bytes = text.as_bytes();
    let (mut signs, mut blocks) = (0u32, false);
    for at in memchr::memchr_iter(b'<', bytes) {
        let (sign, block) = sign(bytes.get(at + 1..).unwrap_or_default());
        signs = signs.saturating_add(sign);
        blocks |= block;
        if blocks && signs >= ENOUGH {
            return Nature::Blocks;
        }
    }
    if signs >= ENOUGH { Nature::Inline } else { Nature::Plain }
}

/// How much what follows a `<` speaks for markup, and whether it is a `<p>` or `<br>`.
fn sign(rest: &[u8]) -> (u32, bool) {
    // Asked of every `<`, of which a hostile text may have millions.
    if !rest.first().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!')) {
        return (0, false);
    }
    if rest.starts_with(b"!--") || rest.starts_with(b"![CDATA[") {
        return (ENOUGH, false);
    }
    if rest.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"!doctype")) {
        return (ENOUGH, false);
    }
    let (end_tag, rest) = match rest.strip_prefix(b"/") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let length = rest.iter().take(11).take_while(|b| b.is_ascii_alphanumeric()).count();
    let (name, rest) = rest.split_at_checked(length).unwrap_or_default();
    let mut lower = [0u8; 11];
    lower.iter_mut().zip(name).for_each(|(to, from)| *to = from.to_ascii_lowercase());
    let name = lower.get(..length).unwrap_or_default();
    if ELEMENTS.binary_search_by(|element| element.as_bytes().cmp(name)).is_err() {
        return (0, false);
    }
    let empty = matches!(name, b"br" | b"hr");
    let block = matches!(name, b"p" | b"br");
    match rest {
        [b'>', ..] | [b'/', b'>', ..] | [b' ', b'/', b'>', ..] if end_tag || empty => (ENOUGH, block),
        [b'>', ..] | [b'/', b'>', ..] => (1, block),
        [b' ', rest @ ..] if !end_tag && has_attribute(rest) => (ENOUGH, block),
        _ => (0, false),
    }
}

/// Whether `name=` comes next.
fn has_attribute(rest: &[u8]) -> bool {
    let spaces = rest.iter().take(8).take_while(|b| **b == b' ').count();
    let rest = rest.get(spaces..).unwrap_or_default();
    let name =
        rest.iter().take(40).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':')).count();
    name > 0 && matches!(rest.get(name..), Some([b'=', b'"' | b'\'' | b'#' | b'/', ..])) || quoteless(rest, name)
}

/// `name=value` without quotes: the value has to begin like one, so that "a <b x=..." in a formula is left alone.
fn quoteless(rest: &[u8], name: usize) -> bool {
    name > 1 && matches!(rest.get(name..), Some([b'=', value, ..]) if value.is_ascii_alphanumeric())
}
