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

/// What bytes are, so that a word is gone over once.
mod class {
    pub(super) const WHITE: u8 = 1;
    pub(super) const BRACKET: u8 = 2;
    /// What makes an address, or the first letter of one.
    pub(super) const SIGN: u8 = 4;
    pub(super) const UPPER: u8 = 8;
    pub(super) const LOWER: u8 = 16;
    pub(super) const DIGIT: u8 = 32;
    /// No ASCII.
    pub(super) const FOREIGN: u8 = 64;
    /// May begin a Cyrillic letter.
    pub(super) const CYRILLIC: u8 = 128;

    const fn of(byte: u8) -> u8 {
        match byte {
            b'w' => LOWER | SIGN,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'@' | b'#' | b'&' | b':' => SIGN,
            b'<' => BRACKET,
            // U+0400 to U+052F, and U+1C80 to U+1C8F
            0xD0..=0xD4 | 0xE1 => FOREIGN | CYRILLIC,
            0x80.. => FOREIGN,
            _ if byte.is_ascii_whitespace() => WHITE,
            _ => 0,
        }
    }

    #[expect(clippy::indexing_slicing, reason = "reckoned when the program is built, which stops at a wrong index")]
    pub(super) static TABLE: [u8; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < table.len() {
            table[byte] = of(byte as u8);
            byte += 1;
        }
        table
    };
}

/// A word, and what was seen in going over it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// Its ASCII letters.
    pub(super) upper: u32,
    pub(super) lower: u32,
    seen: u8,
}

impl<'a> Word<'a> {
    /// The first word of a text, and the rest. It ends at white space, before a tag, or after so many bytes.
    pub(super) fn first(text: &'a str, most: usize) -> (Self, &'a str) {
        let most = most.max(4);
        let (mut upper, mut lower, mut seen) = (0, 0, 0);
        let mut end = text.len();
        for (at, byte) in text.bytes().enumerate() {
            let class = class::TABLE.get(usize::from(byte)).copied().unwrap_or_default();
            let ends = class & class::WHITE != 0
                || class & class::BRACKET != 0 && at > 0 && tag_end(text.get(at..).unwrap_or_default()).is_some()
                || at > most && text.is_char_boundary(at);
            if ends {
                end = at;
                break;
            }
            seen |= class;
            upper += u32::from(class & class::UPPER != 0);
            lower += u32::from(class & class::LOWER != 0);
        }
        let (text, rest) = text.split_at(end);
        (Self { text, upper, lower, seen }, rest)
    }

    pub(super) fn is_ascii(&self) -> bool {
        self.seen & class::FOREIGN == 0
    }

    pub(super) fn has_digits(&self) -> bool {
        self.seen & class::DIGIT != 0
    }

    /// URLs, e-mail addresses, handles, tags, character references.
    pub(super) fn is_address(&self) -> bool {
        if self.seen & class::SIGN == 0 {
            return false;
        }
        let bytes = self.text.as_bytes();
        match bytes.first() {
            Some(b'@' | b'#') => return true,
            Some(b'&') if bytes.len() <= LONGEST_REFERENCE && bytes.contains(&b';') => return true,
            Some(b'w') if bytes.starts_with(b"www.") => return true,
            _ => {}
        }
        bytes.iter().enumerate().any(|(at, byte)| {
            *byte == b'@' || (*byte == b':' && bytes.get(at..).is_some_and(|rest| rest.starts_with(b"://")))
        })
    }

    /// Whether it mixes Cyrillic and Latin letters: a publisher's keyboard did, no language does.
    pub(super) fn looks_alike(&self) -> bool {
        if self.seen & class::CYRILLIC == 0 {
            return false;
        }
        let (mut cyrillic, mut latin) = (false, false);
        for script in self.text.chars().filter_map(Script::of) {
            cyrillic |= script == Script::Cyrillic;
            latin |= script == Script::Latin;
        }
        cyrillic && latin
    }
}

/// The Cyrillic letter that looks like a Latin one.
pub(super) fn fold(character: char) -> char {
    const LATIN: &str = "aceijopxyABCEHIJKMOPTX";
    const CYRILLIC: &str = "асеіјорхуАВСЕНІЈКМОРТХ";
    let found = LATIN.chars().zip(CYRILLIC.chars()).find(|(latin, _)| *latin == character);
    found.map_or(character, |(_, cyrillic)| cyrillic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cyrillic_letter_is_known_by_its_first_byte() {
        let cyrillic = ('\0'..=char::MAX).filter(|c| Script::of(*c) == Some(Script::Cyrillic));
        assert!(cyrillic.clone().count() > 256);
        for c in cyrillic {
            let text = format!("a{c}");
            assert!(Word::first(&text, 100).0.looks_alike(), "{c}");
        }
    }

    #[test]
    fn a_word_ends_at_white_space_before_a_tag_or_after_so_many_bytes() {
        let first = |text| Word::first(text, 6).0.text;
        assert_eq!(
            ["one two", "a<b>c", "a<b c", "ääääääää", "abcdefghij", ""].map(first),
            ["one", "a", "a<b", "ääää", "abcdefg", ""]
        );
        let is_address = |text| Word::first(text, 100).0.is_address();
        assert!(["@a", "#a", "&amp;", "www.a", "a@b", "http://a"].into_iter().all(is_address));
        assert!(!["a", "wwa", "a:b", "&amplification;", "a&b", "ä"].into_iter().any(is_address));
    }
}
