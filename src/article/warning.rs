//! What is odd about an article and does not stop it: a stable code and an explanation.

use std::fmt;

/// Something odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// There is a title or a summary, and no text.
    NoBody,
    /// The id is longer than 255 bytes; its hash takes its place.
    IdHashed,
    /// A date that no known form fits; the member's name.
    DateUnreadable(String),
    /// A declared language that is no language.
    LanguageUnreadable,
    /// Unknown members were dropped; how many.
    ExtraTruncated(usize),
    /// Half of a surrogate pair became U+FFFD.
    LoneSurrogate,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBody => f.write_str("no-body: there is no text"),
            Self::IdHashed => f.write_str("id-hashed: the id is longer than 255 bytes, its hash takes its place"),
            Self::DateUnreadable(member) => write!(f, "date-unreadable: {member} is no date that is known"),
            Self::LanguageUnreadable => f.write_str("language-unreadable: the declared language is none that is known"),
            Self::ExtraTruncated(count) => {
                write!(f, "extra-truncated: {count} unknown members were dropped for their size")
            }
            Self::LoneSurrogate => f.write_str("lone-surrogate: half of a surrogate pair became U+FFFD"),
        }
    }
}
