//! What publishers call things, in order of preference. One table: decoding, mapping and their tests read it.
//!
//! Names come from ninjs 3, schema.org, news-please, Media Cloud, CC-NEWS, Event Registry, webz.io and the news APIs (the
//! project's ecosystem note, section 1).

/// A field of an article that a member may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Id,
    Url,
    Title,
    Text,
    Summary,
    Language,
    PublishedAt,
    UpdatedAt,
    Source,
    Authors,
}

use Field::{Authors, Id, Language, PublishedAt, Source, Summary, Text, Title, UpdatedAt, Url};

/// Every field with its name in the configuration, and its member names, best first. Names are lower case; members match in
/// any case.
pub(super) const FIELDS: [(Field, &str, &[&str]); 10] = [
    (Id, "id", &["id", "uri", "uuid", "guid", "article_id", "_id"]),
    (Url, "url", &["url", "link", "canonical_url", "article_url", "original_url", "mainentityofpage"]),
    (Title, "title", &["title", "headline", "headlines", "article_title", "name"]),
    (
        Text,
        "text",
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
    (Summary, "summary", &["description", "summary", "abstract", "lead"]),
    (Language, "language", &["language", "lang", "inlanguage"]),
    (
        PublishedAt,
        "published_at",
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
    (UpdatedAt, "updated_at", &["updated_at", "datemodified", "versioncreated", "updated"]),
    (Source, "source", &["source", "publisher", "source_domain", "domain", "site"]),
    (Authors, "authors", &["authors", "author", "by", "byline", "creator"]),
];

/// Longest name in the table, in bytes.
const LONGEST: usize = 20;

/// Field and rank of a member name, in any case.
pub(super) fn look_up(name: &str) -> Option<(Field, usize)> {
    let mut lower = [0_u8; LONGEST];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let first = *lower.first()?;
    FIELDS.iter().find_map(|(field, _, names)| {
        let same = |known: &&str| known.as_bytes().first() == Some(&first) && known.as_bytes() == &*lower;
        names.iter().position(same).map(|rank| (*field, rank))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_longer_than_the_buffer_or_stands_for_two_fields() {
        let names: Vec<&str> = FIELDS.iter().flat_map(|(_, _, names)| names.iter().copied()).collect();
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
