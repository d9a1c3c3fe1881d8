//! What each kind of evidence is called: names for scripts, words for people.

use super::merge::Joined;
use super::span::Evidence;

impl Evidence {
    /// The evidence's name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Neural => "neural",
            Self::Listed => "listed",
            Self::Company => "company",
            Self::Titled => "titled",
            Self::Club => "club",
            Self::Dateline => "dateline",
            Self::Repeated => "repeated",
        }
    }

    /// The same for people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Model => "the model takes these words for a name",
            Self::Neural => "the neural model takes these words for a name",
            Self::Listed => "the lists have the name, and it is nothing else",
            Self::Company => "what a company is called by law or does, or two names joined by &",
            Self::Titled => "a title with a full stop before the name",
            Self::Club => "a club of the list, in a story about sport",
            Self::Dateline => "the place with which the story begins",
            Self::Repeated => "part or another spelling of a name that the article introduces elsewhere",
        }
    }
}

impl Joined {
    /// The reason's name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spelling => "spelling",
            Self::Surname => "surname",
            Self::Given => "given-name",
            Self::Initials => "initials",
            Self::Beginning => "beginning",
            Self::Ending => "ending",
            Self::SamePlace => "same-place",
            Self::SameId => "same-id",
        }
    }

    /// The same for people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Spelling => "another spelling of the same name",
            Self::Surname => "the bare surname",
            Self::Given => "the bare given name",
            Self::Initials => "the initials of the name",
            Self::Beginning => "the beginning of the name",
            Self::Ending => "the end of the name",
            Self::SamePlace => "another name of the same place",
            Self::SameId => "the table of links gives both one id",
        }
    }
}
