//! JSON's escapes in a string that serde_json has already found well-formed.
//!
//! serde_json refuses half a surrogate pair, which publishers do send when they cut a text; here it becomes U+FFFD.

use std::borrow::Cow;

/// What stands between the quotes, without escapes; borrowed if there are none. The flag tells that half a surrogate pair
/// was replaced.
pub(super) fn unescape(quoted: &str) -> (Cow<'_, str>, bool) {
    let Some(first) = memchr::memchr(b'\\', quoted.as_bytes()) else {
        return (Cow::Borrowed(quoted), false);
    };
    let mut text = String::with_capacity(quoted.len());
    let (mut rest, mut next, mut replaced) = (quoted, Some(first), false);
    while let Some(at) = next {
        text.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at + 1..).unwrap_or_default();
        let (character, length) = unescaped(escape);
        replaced |= character.is_none();
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = escape.get(length..).unwrap_or_default();
        // Scripts that are all escapes have one after the other.
        next = if rest.starts_with('\\') { Some(0) } else { memchr::memchr(b'\\', rest.as_bytes()) };
    }
    text.push_str(rest);
    (Cow::Owned(text), replaced)
}

/// The character after a backslash, and how many bytes it takes. None for half a surrogate pair.
fn unescaped(escape: &str) -> (Option<char>, usize) {
    match escape.as_bytes() {
        [b'n', ..] => (Some('\n'), 1),
        [b't', ..] => (Some('\t'), 1),
        [b'r', ..] => (Some('\r'), 1),
        [b'b', ..] => (Some('\u{8}'), 1),
        [b'f', ..] => (Some('\u{c}'), 1),
        [b'u', rest @ ..] => match (hex(rest), rest.get(4..)) {
            (Some(high @ 0xd800..=0xdbff), Some([b'\\', b'u', low @ ..])) => match hex(low) {
                Some(low @ 0xdc00..=0xdfff) => (char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 11),
                _ => (None, 5),
            },
            (code, _) => (code.and_then(char::from_u32), 5),
        },
        [other, ..] if other.is_ascii() => (Some(char::from(*other)), 1),
        _ => (None, 0),
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    let digits: &[u8; 4] = digits.first_chunk()?;
    digits.iter().try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape() {
        assert_eq!(unescape(r#"a\n\t\r\b\f\/\\\""#), (Cow::Borrowed("a\n\t\r\u{8}\u{c}/\\\""), false));
        assert_eq!(unescape(r"\u00e9\u0000\ud83d\uDE00."), (Cow::Borrowed("é\0😀."), false));
    }

    #[test]
    fn half_a_pair_is_replaced_and_what_follows_stays() {
        for (quoted, text) in [
            (r"\ud83d", "\u{fffd}"),
            (r"\ude00x", "\u{fffd}x"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud83d\u0041", "\u{fffd}A"),
        ] {
            assert_eq!(unescape(quoted), (Cow::Borrowed(text), true), "{quoted}");
        }
    }
}
