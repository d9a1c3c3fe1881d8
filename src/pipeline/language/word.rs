//! Words of a text, and what in it is none.

use super::script::Script;

/// Longest markup tag that is skipped.
const LONGEST_TAG: usize = 200;
/// Longest character reference.
const LONGEST_REFERENCE: usize = 10;

/// Where a markup tag at the start of a text ends.
pub(super) fn tag_end(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let named = inside.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/' || first == '!');
    if !named {
        return None;
    }
    inside.bytes().take(LONGEST_TAG).position(|byte| byte == b'>').map(|end| end + 2)
}

/// Where the first word of a text ends: at white space, before a tag, or after so many bytes.
pub(super) fn word_end(text: &str, most: usize) -> usize {
    let most = most.max(4);
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_whitespace()
            || (at > 0 && byte == b'<' && tag_end(text.get(at..).unwrap_or_default()).is_some())
        {
            return at;
        }
        if at > most && text.is_char_boundary(at) {
            return at;
        }
    }
    text.len()
}

/// URLs, e-mail addresses, handles, tags, character references.
pub(super) fn is_address(word: &str) -> bool {
    let bytes = word.as_bytes();
    match bytes.first() {
        Some(b'@' | b'#') => return true,
        Some(b'&') if word.len() <= LONGEST_REFERENCE && word.contains(';') => return true,
        Some(b'w') if word.starts_with("www.") => return true,
        _ => {}
    }
    bytes.iter().enumerate().any(|(at, byte)| {
        *byte == b'@' || (*byte == b':' && bytes.get(at..).is_some_and(|rest| rest.starts_with(b"://")))
    })
}

/// Whether a word mixes Cyrillic and Latin letters: a publisher's keyboard did, no language does.
pub(super) fn looks_alike(word: &str) -> bool {
    let (mut cyrillic, mut latin) = (false, false);
    for script in word.chars().filter_map(Script::of) {
        cyrillic |= script == Script::Cyrillic;
        latin |= script == Script::Latin;
    }
    cyrillic && latin
}

/// The Cyrillic letter that looks like a Latin one.
pub(super) fn fold(character: char) -> char {
    const LATIN: &str = "aceijopxyABCEHIJKMOPTX";
    const CYRILLIC: &str = "асеіјорхуАВСЕНІЈКМОРТХ";
    let found = LATIN.chars().zip(CYRILLIC.chars()).find(|(latin, _)| *latin == character);
    found.map_or(character, |(_, cyrillic)| cyrillic)
}
