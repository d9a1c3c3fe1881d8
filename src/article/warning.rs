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
    /// Headers whose names are not UTF-8 are not passed on; how many.
    HeadersOmitted(usize),
    /// Mentions beyond what one record holds are left out; how many.
    MentionsTruncated(usize),
    /// A field is longer than what is read for names.
    EntitiesTruncated,
    /// The neural model did not tag it; why.
    NeuralLeftOut(&'static str),
}

impl Warning {
    /// Every code.
    pub const CODES: &[&str] = &[
        "no-body",
        "id-hashed",
        "date-unreadable",
        "language-unreadable",
        "extra-truncated",
        "lone-surrogate",
        "headers-omitted",
        "mentions-truncated",
        "entities-truncated",
        "neural-left-out",
    ];

    /// Every code with what it means and what to do.
    pub const REFERENCE: &[(&str, &str, &str)] = &[
        (
            "no-body",
            "there is a title or a summary, and no text",
            "send the text, or leave it: a headline alone is an article",
        ),
        ("id-hashed", "the id is longer than 255 bytes; its hash takes its place", "send a shorter id"),
        (
            "date-unreadable",
            "a date that no known form fits; the member is named",
            "send RFC 3339, RFC 2822, `YYYY-MM-DD HH:MM:SS`, or seconds or milliseconds since 1970",
        ),
        (
            "language-unreadable",
            "the declared language is none that is known",
            "send a BCP 47 tag such as `en` or `pt-BR`",
        ),
        (
            "extra-truncated",
            "unknown members were dropped for their size",
            "send less beside the article, or set `output.extra: off`",
        ),
        ("lone-surrogate", "half of a surrogate pair became U+FFFD", "mend the producer's JSON escapes"),
        ("headers-omitted", "headers whose names are not UTF-8 are not passed on", "name headers in UTF-8"),
        (
            "mentions-truncated",
            "mentions beyond what one record holds are left out",
            "nothing: so many are a list, not an article",
        ),
        (
            "entities-truncated",
            "a field has more than 500000 words and signs, and names were looked for in so many only",
            "nothing: no article is so long. Records of several articles in one are better split by the producer",
        ),
        (
            "neural-left-out",
            "the neural model did not tag the article, and `entities.model` did: the deadline was over, or the model failed",
            "give `entities.neural` a later deadline, more threads or a smaller model; one that fails is not fit for the text",
        ),
    ];

    /// The stable code, which readers may count.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoBody => "no-body",
            Self::IdHashed => "id-hashed",
            Self::DateUnreadable(_) => "date-unreadable",
            Self::LanguageUnreadable => "language-unreadable",
            Self::ExtraTruncated(_) => "extra-truncated",
            Self::LoneSurrogate => "lone-surrogate",
            Self::HeadersOmitted(_) => "headers-omitted",
            Self::MentionsTruncated(_) => "mentions-truncated",
            Self::EntitiesTruncated => "entities-truncated",
            Self::NeuralLeftOut(_) => "neural-left-out",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code())?;
        match self {
            Self::NoBody => f.write_str("there is no text"),
            Self::IdHashed => f.write_str("the id is longer than 255 bytes, its hash takes its place"),
            Self::DateUnreadable(member) => write!(f, "{member} is no date that is known"),
            Self::LanguageUnreadable => f.write_str("the declared language is none that is known"),
            Self::ExtraTruncated(count) => write!(f, "{count} unknown members were dropped for their size"),
            Self::LoneSurrogate => f.write_str("half of a surrogate pair became U+FFFD"),
            Self::HeadersOmitted(count) => write!(f, "{count} headers have names that are not UTF-8"),
            Self::MentionsTruncated(count) => write!(f, "{count} mentions are more than one record holds"),
            Self::EntitiesTruncated => f.write_str("names behind the first 500000 words and signs are left out"),
            Self::NeuralLeftOut(why) => write!(f, "{why}: the names are those of entities.model"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed() {
        let all = [
            Warning::NoBody,
            Warning::IdHashed,
            Warning::DateUnreadable(String::new()),
            Warning::LanguageUnreadable,
            Warning::ExtraTruncated(1),
            Warning::LoneSurrogate,
            Warning::HeadersOmitted(1),
            Warning::MentionsTruncated(1),
            Warning::EntitiesTruncated,
            Warning::NeuralLeftOut(""),
        ];
        assert_eq!(all.each_ref().map(Warning::code).as_slice(), Warning::CODES);
        let explained: Vec<&str> = Warning::REFERENCE.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(explained, Warning::CODES);
        // A variant that is not above does not compile here.
        all.iter().for_each(|warning| match warning {
            Warning::NoBody
            | Warning::IdHashed
            | Warning::DateUnreadable(_)
            | Warning::LanguageUnreadable
            | Warning::ExtraTruncated(_)
            | Warning::LoneSurrogate
            | Warning::HeadersOmitted(_)
            | Warning::MentionsTruncated(_)
            | Warning::EntitiesTruncated
            | Warning::NeuralLeftOut(_) => {}
        });
    }
}
