//! What publishers call things, in order of preference. One table: decoding, mapping and their tests read it.
//!
//! Names come from ninjs 3, schema.org, news-please, Media Cloud, CC-NEWS, Event Registry, webz.io and the news APIs (the
//! project's ecosystem note, section 1).

use std::sync::LazyLock;

/// A field of an article that a member may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What the publisher calls the article.
    Id,
    /// Where it is.
    Url,
    /// Its headline.
    Title,
    /// Its body.
    Text,
    /// Its abstract or lead.
    Summary,
    /// The language that it says it is in.
    Language,
    /// When it was published.
    PublishedAt,
    /// When it was last changed.
    UpdatedAt,
    /// Who published it.
    Source,
    /// Who wrote it.
    Authors,
}

impl Field {
    /// The name in the configuration and in the output record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Id => "id",
            Url => "url",
            Title => "title",
            Text => "text",
            Summary => "summary",
            Language => "language",
            PublishedAt => "published_at",
            UpdatedAt => "updated_at",
            Source => "source",
            Authors => "authors",
        }
    }
}

use Field::{Authors, Id, Language, PublishedAt, Source, Summary, Text, Title, UpdatedAt, Url};

/// Every field and its member names, best first. Names are lower case; members match in
/// any case.
pub(super) const FIELDS: [(Field, &[&str]); 10] = [
    (Id, &["id", "uri", "uuid", "guid", "article_id", "_id"]),
    (Url, &["url", "link", "canonical_url", "article_url", "original_url", "mainentityofpage"]),
    (Title, &["title", "headline", "headlines", "article_title", "name"]),
    (
        Text,
        &[
            "text",
            "body",
            "content",
            "maintext",
            "articlebody",
            "text_content",
            "body_text",
            "content_text",
            "full_text",
            "bodies",
            "html",
            "body_html",
            "raw_html",
            "content_html",
            "content_encoded",
        ],
    ),
    (Summary, &["description", "summary", "abstract", "lead"]),
    (Language, &["language", "lang", "inlanguage"]),
    (
        PublishedAt,
        &[
            "published_at",
            "publishedat",
            "published",
            "datepublished",
            "date_published",
            "date_publish",
            "pubdate",
            "publication_date",
            "created_at",
            "datetimepub",
            "firstcreated",
            "date",
        ],
    ),
    (UpdatedAt, &["updated_at", "datemodified", "versioncreated", "updated"]),
    (Source, &["source", "publisher", "source_domain", "domain", "site"]),
    (Authors, &["authors", "author", "by", "byline", "creator"]),
];

/// Longest name in the table, in bytes.
const LONGEST: usize = 20;

/// A name, the field that it fills, and its rank among the field's names.
type Entry = (&'static str, Field, usize);

/// The table by length of name: a name is compared with the few that are as long.
static BY_LENGTH: LazyLock<[Vec<Entry>; LONGEST + 1]> = LazyLock::new(|| {
    let entries =
        || FIELDS.iter().flat_map(|(field, names)| names.iter().enumerate().map(|(rank, name)| (*name, *field, rank)));
    std::array::from_fn(|length| entries().filter(|(name, ..)| name.len() == length).collect())
});

/// Field and rank of a member name, in any case.
pub(super) fn look_up(name: &str) -> Option<(Field, usize)> {
    let same = |(known, ..): &&Entry| known.eq_ignore_ascii_case(name);
    BY_LENGTH.get(name.len())?.iter().find(same).map(|(_, field, rank)| (*field, *rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_longer_than_the_index_or_stands_for_two_fields() {
        let names: Vec<&str> = FIELDS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(names.iter().all(|name| name.len() <= LONGEST && name.to_ascii_lowercase() == **name));
        let distinct: std::collections::BTreeSet<&&str> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn names_match_in_any_case() {
        assert_eq!(look_up("datePublished"), Some((PublishedAt, 3)));
        assert_eq!(look_up("TITLE"), Some((Title, 0)));
        assert_eq!(look_up("titles"), None);
        assert_eq!(look_up("a name much longer than any in the table"), None);
    }
}
