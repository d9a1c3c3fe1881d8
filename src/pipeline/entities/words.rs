//! What each kind of evidence is called: names for scripts, words for people.

use super::merge::Joined;
use super::span::Evidence;

impl Evidence {
    /// The evidence's name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Region => "region",
            Self::LargeCity => "large-city",
            Self::City => "city",
            Self::CityInContext => "city-in-context",
            Self::Dateline => "dateline",
            Self::Landmark => "landmark",
            Self::InRun => "in-run",
            Self::KnownOrganisation => "known-organisation",
            Self::Club => "club",
            Self::Company => "company",
            Self::OrganisationNoun => "organisation-noun",
            Self::Abbreviation => "abbreviation",
            Self::Capitals => "capitals",
            Self::Titled => "titled",
            Self::FullName => "full-name",
            Self::GivenName => "given-name",
            Self::Surname => "surname",
            Self::Speaks => "speaks",
            Self::Unknown => "unknown",
            Self::Alone => "alone",
            Self::Repeated => "repeated",
        }
    }

    /// The same for people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Country => "a country of the list",
            Self::Region => "a state, region, continent or sea of the list",
            Self::LargeCity => "a city of a million or a capital, by its name alone",
            Self::City => "a city whose name nothing else has",
            Self::CityInContext => "a city with “in” before it or its country after it",
            Self::Dateline => "the place with which the story begins",
            Self::Landmark => "a name with a noun for a landmark",
            Self::InRun => "a listed name inside text without spaces",
            Self::KnownOrganisation => "an organisation of the list",
            Self::Club => "a club of the list, in a story about sport",
            Self::Company => "what a company is called by law, a branch, or two names joined by &",
            Self::OrganisationNoun => "a name with a noun for an organisation",
            Self::Abbreviation => "an abbreviation in parentheses, or the name that it stands for",
            Self::Capitals => "capitals that nothing else explains",
            Self::Titled => "a title or an office before the name",
            Self::FullName => "a given name and a surname of the lists",
            Self::GivenName => "a given name of the lists and another name",
            Self::Surname => "a surname of the lists with a name before it",
            Self::Speaks => "an age after the name, or a verb of saying beside it",
            Self::Unknown => "two capitalised words that nothing else explains",
            Self::Alone => "a given name of the lists by itself",
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
        }
    }
}
