//! What a character is, by two reads: the standard library searches its tables, which cost text in a dozen
//! languages 7 % of all stages. The table is made from those very functions when the program is built (`build.rs`).
//!
//! ```text
//! letters.bin = block of each 128 characters (8704 bytes) | blocks, 128 bytes each: the bits below
//! ```

static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/letters.bin"));

const BLOCKS: usize = 0x11_0000 / 128;

// The bits, as `build.rs` has them.
const ALPHANUMERIC: u8 = 1;
const MARK: u8 = 2;
const NUMERIC: u8 = 4;
const UPPER: u8 = 8;
const LOWER: u8 = 16;
const CHANGES: u8 = 32;
const COMPOSED: u8 = 64;
const SPACE: u8 = 128;

/// What a character is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Letter(u8);

impl Letter {
    /// Looks it up.
    #[inline]
    pub(crate) fn of(character: char) -> Self {
        let code = character as usize;
        let block = TABLE.get(code / 128).copied().map_or(0, usize::from);
        Self(TABLE.get(BLOCKS + block * 128 + code % 128).copied().unwrap_or_default())
    }

    /// A letter or a digit, as [`char::is_alphanumeric`] has it.
    pub(crate) fn is_alphanumeric(self) -> bool {
        self.0 & ALPHANUMERIC != 0
    }

    /// A mark that stands on, under or in a letter: general category M.
    pub(crate) fn is_mark(self) -> bool {
        self.0 & MARK != 0
    }

    /// As [`char::is_numeric`] has it.
    pub(crate) fn is_numeric(self) -> bool {
        self.0 & NUMERIC != 0
    }

    /// As [`char::is_uppercase`] has it.
    pub(crate) fn is_upper(self) -> bool {
        self.0 & UPPER != 0
    }

    /// As [`char::is_lowercase`] has it.
    pub(crate) fn is_lower(self) -> bool {
        self.0 & LOWER != 0
    }

    /// Whether it is another character in lower case.
    pub(crate) fn changes(self) -> bool {
        self.0 & CHANGES != 0
    }

    /// As [`char::is_whitespace`] has it.
    pub(crate) fn is_space(self) -> bool {
        self.0 & SPACE != 0
    }
}

/// A character in lower case: one or more, as [`char::to_lowercase`] has it.
#[inline]
pub(crate) fn lower(character: char) -> impl Iterator<Item = char> {
    let changed = Letter::of(character).changes();
    let lowered = changed.then(|| character.to_lowercase()).into_iter().flatten();
    (!changed).then_some(character).into_iter().chain(lowered)
}

/// Whether a text is its own NFC form for certain: no character of it can change or join another.
pub(crate) fn is_composed(text: &str) -> bool {
    text.chars().all(|character| Letter::of(character).0 & COMPOSED != 0)
}

/// Every character with its letter.
#[cfg(test)]
fn all() -> impl Iterator<Item = (char, Letter)> {
    ('\0'..=char::MAX).map(|character| (character, Letter::of(character)))
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization as _;
    use unicode_normalization::char::is_combining_mark;

    use super::*;

    #[test]
    fn every_character_is_what_the_standard_library_says() {
        for (character, letter) in all() {
            let told = (letter.is_alphanumeric(), letter.is_numeric(), letter.is_upper(), letter.is_lower());
            let known = (
                character.is_alphanumeric(),
                character.is_numeric(),
                character.is_uppercase(),
                character.is_lowercase(),
            );
            assert_eq!(told, known, "{character:?}");
            assert_eq!(letter.is_mark(), is_combining_mark(character), "{character:?}");
            assert_eq!(letter.is_space(), character.is_whitespace(), "{character:?}");
            assert!(lower(character).eq(character.to_lowercase()), "{character:?}");
        }
    }

    #[test]
    fn a_composed_text_stays_as_it_is() {
        for (character, _) in all() {
            let pair: String = ['a', character].iter().collect();
            assert!(!is_composed(&pair) || pair.nfc().eq(pair.chars()), "{character:?}");
        }
        assert!(is_composed("Владимир Зеленський, Müller, 東京"));
        assert!(!is_composed("Mu\u{308}ller"));
        assert!(!is_composed("각\u{11a8}"));
    }
}
