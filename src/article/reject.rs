//! Why a record cannot be enriched: stable codes that dead letters carry.

/// Stable codes of rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectCode {
    /// The value is not JSON.
    NotJson,
    /// The value is not UTF-8.
    NotUtf8,
    /// The value is XML.
    Xml,
    /// The value is a JSON array.
    Array,
    /// The value is a JSON string, number, flag or null.
    NotAnObject,
    /// A member is nested deeper than any article is.
    TooDeep,
    /// The value is larger than `input.max_bytes`.
    TooLarge,
    /// There is nothing to read in title, text and summary together.
    NothingToRead,
    /// A takedown that names no article.
    TakedownUnclear,
    /// The enriched record is larger than the output topics take.
    OutputTooLarge,
    /// The broker refuses the enriched record by a rule of the topic or the cluster.
    OutputRefused,
    /// A stage panicked on this article.
    StagePanicked,
}

impl RejectCode {
    /// Every code.
    pub const ALL: [Self; 12] = [
        Self::NotJson,
        Self::NotUtf8,
        Self::Xml,
        Self::Array,
        Self::NotAnObject,
        Self::TooDeep,
        Self::TooLarge,
        Self::NothingToRead,
        Self::TakedownUnclear,
        Self::OutputTooLarge,
        Self::OutputRefused,
        Self::StagePanicked,
    ];

    /// The code as dead letters carry it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::NotUtf8 => "not-utf8",
            Self::Xml => "xml",
            Self::Array => "array",
            Self::NotAnObject => "not-an-object",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
            Self::NothingToRead => "nothing-to-read",
            Self::TakedownUnclear => "takedown-unclear",
            Self::OutputTooLarge => "output-too-large",
            Self::OutputRefused => "output-refused",
            Self::StagePanicked => "stage-panicked",
        }
    }

    /// What is wrong.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NotJson => "the value is not JSON",
            Self::NotUtf8 => "the value is not UTF-8",
            Self::Xml => "the value is XML",
            Self::Array => "the value is a JSON array",
            Self::NotAnObject => "the value is a JSON string, number, flag or null",
            Self::TooDeep => "a member is nested deeper than any article is",
            Self::TooLarge => "the value is larger than `input.max_bytes`",
            Self::NothingToRead => "there is nothing to read in title, text and summary together",
            Self::TakedownUnclear => "a takedown that names no article",
            Self::OutputTooLarge => "the enriched record is larger than the output topics take",
            Self::OutputRefused => "the broker refuses the enriched record by a rule of the topic or the cluster",
            Self::StagePanicked => "a stage panicked on this article",
        }
    }

    /// What the producer or the operator can do.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NotJson => "send one JSON object a record",
            Self::NotUtf8 => "encode the record as UTF-8",
            Self::Xml => "convert feeds and NewsML to JSON before the topic",
            Self::Array => "send one article a record",
            Self::NotAnObject => "send a JSON object with title and text",
            Self::TooDeep => "flatten the nested member",
            Self::TooLarge => "raise input.max_bytes, or send less than it",
            Self::NothingToRead => "send a title, a text or a summary",
            Self::TakedownUnclear => "give it the article's id, or the record the article's key",
            Self::OutputTooLarge => "raise max.message.bytes of the output topics",
            Self::OutputRefused => "change the rule, or the key that the producer gives the record",
            Self::StagePanicked => "report the record: this is a defect of copydesk",
        }
    }
}

/// Why a record is rejected. The message tells what and where, and never quotes the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Stable code.
    pub code: RejectCode,
    /// What, where, and what to do.
    pub message: String,
}

impl Reject {
    /// A reject whose message ends with the code's advice.
    pub fn new(code: RejectCode, what: impl AsRef<str>) -> Self {
        Self { code, message: format!("{}: {}", what.as_ref(), code.advice()) }
    }
}
