//! The table of names, one test a line of the contract.

use serde_json::{Value, json};

use super::super::names::FIELDS;
use super::super::{Field, MappingError, Origin};
use super::*;

/// Each row: a record, a field, what it must say (`""`: nothing).
fn check(rows: &[(Value, &str, &str)]) {
    for (record, name, expected) in rows {
        assert_eq!(field(record, name).unwrap_or_default(), *expected, "{name} of {record}");
    }
}

#[test]
fn every_name_of_the_table_fills_its_field_in_any_case() {
    for (filled, members) in FIELDS {
        for member in members {
            let (value, expected) = match filled {
                Field::PublishedAt | Field::UpdatedAt => (json!("2021-07-19"), "2021-07-19T00:00:00Z"),
                Field::Language => (json!("German"), "de"),
                Field::Url => (json!("https://example.org/a"), "https://example.org/a"),
                _ => (json!("something"), "something"),
            };
            check(&[
                (json!({"x": 1, *member: value}), filled.as_str(), expected),
                (json!({member.to_uppercase(): value}), filled.as_str(), expected),
            ]);
        }
    }
}

#[test]
fn the_table_is_the_contracts() {
    let names = |field: Field| FIELDS.iter().find(|(known, _)| *known == field).unwrap().1.join(" ");
    assert_eq!(names(Field::Id), "id uri uuid guid article_id _id");
    assert_eq!(names(Field::Url), "url link canonical_url article_url original_url mainentityofpage");
    assert_eq!(names(Field::Title), "title headline headlines article_title name");
    assert_eq!(
        names(Field::Text),
        "text body content maintext articlebody text_content body_text content_text full_text bodies \
         html body_html raw_html content_html content_encoded"
    );
    assert_eq!(names(Field::Summary), "description summary abstract lead");
    assert_eq!(names(Field::Language), "language lang inlanguage");
    assert_eq!(
        names(Field::PublishedAt),
        "published_at publishedat published datepublished date_published date_publish pubdate publication_date created_at \
         datetimepub firstcreated date"
    );
    assert_eq!(names(Field::UpdatedAt), "updated_at datemodified versioncreated updated");
    assert_eq!(names(Field::Source), "source publisher source_domain domain site");
    assert_eq!(names(Field::Authors), "authors author by byline creator");
}

#[test]
fn the_first_usable_of_two_names_wins_in_the_tables_order() {
    for (field, names) in FIELDS {
        let [first, second, ..] = names else { panic!("one name") };
        let (a, b, shown) = match field {
            Field::PublishedAt | Field::UpdatedAt => ("2021-07-19", "2020-01-01", "2021-07-19T00:00:00Z"),
            Field::Language => ("en", "de", "en"),
            Field::Url => ("https://example.org/a", "https://example.org/b", "https://example.org/a"),
            _ => ("A", "B", "A"),
        };
        for unusable in [json!(null), json!(""), json!(" \n"), json!([]), json!({}), json!(true)] {
            check(&[(json!({*first: unusable, *second: a}), field.as_str(), shown)]);
        }
        // serde_json's map sorts members, so both orders are written out.
        for text in
            [format!(r#"{{"{second}":"{b}","{first}":"{a}"}}"#), format!(r#"{{"{first}":"{a}","{second}":"{b}"}}"#)]
        {
            assert_eq!(show(&article(text.as_bytes()), field.as_str()).as_deref(), Some(shown), "{text}");
        }
    }
}

#[test]
fn ids() {
    let long = "x".repeat(256);
    check(&[
        (json!({"id": 812}), "id", "812"),
        (json!({"_id": {"$oid": "5f"}}), "id", "5f"),
        (json!({"id": "x".repeat(255)}), "id", &"x".repeat(255)),
        (json!({"id": long}), "warnings", "id-hashed"),
        (json!({"url": "https://example.org/"}), "id", ""),
        (json!({"title": "A"}), "id", ""),
    ]);
    assert_eq!(field(&json!({"id": long}), "id").unwrap().len(), 32);
    assert_ne!(field(&json!({"id": long}), "id"), field(&json!({"id": "y".repeat(256)}), "id"));
    let by_url = field(&json!({"url": "https://example.org/a"}), "id").unwrap();
    assert_eq!(Some(by_url), field(&json!({"url": "http://m.example.org/a/?utm_source=x"}), "id"));
}

#[test]
fn urls() {
    let page = "https://example.org/a";
    check(&[
        (json!({"mainEntityOfPage": {"@id": page}}), "url", page),
        (json!({"url": "urn:newsml:1", "link": page}), "url", page),
        (json!({"url": "urn:newsml:1"}), "url", "urn:newsml:1"),
        (json!({"url": page}), "identity_url", "example.org/a"),
        (json!({"url": "https://example.org/?utm_source=x"}), "identity_url", ""),
    ]);
}

#[test]
fn titles_texts_and_summaries() {
    check(&[
        (json!({"headlines": [{"role": "main", "value": "A"}, {"value": "B"}]}), "title", "A"),
        (json!({"bodies": [{"value": "<p>A</p>"}]}), "text", "<p>A</p>"),
        (json!({"content": [{"type": "text/html", "value": "A"}]}), "text", "A"),
        (json!({"content": {"rendered": "A"}}), "text", "A"),
        (json!({"html": "<p>A", "content_text": "B"}), "text", "B"),
        (json!({"content": 12, "maintext": "B"}), "text", "B"),
        (json!({"abstract": "A", "lead": "B"}), "summary", "A"),
    ]);
}

#[test]
fn a_name_given_twice_does_not_fail() {
    let decoded = article(br#"{"title": null, "title": "A", "title": "B", "x": 1, "x": 2}"#);
    assert_eq!(decoded.title.as_deref(), Some("A"));
    assert_eq!(show(&decoded, "extra").as_deref(), Some("title=null|x=1"));
}

#[test]
fn dates() {
    let day = "2021-07-19T10:00:00Z";
    check(&[
        (json!({"published": 1_626_688_800}), "published_at", day),
        (json!({"published": 1_626_688_800_000_u64}), "published_at", day),
        (json!({"published": "1626688800"}), "published_at", day),
        (json!({"published": 1_626_688_800.0}), "published_at", day),
        (json!({"created_at": {"$date": day}}), "published_at", day),
        (json!({"pubDate": "Mon, 19 Jul 2021 10:00:00 GMT"}), "published_at", day),
        (json!({"updated": "2021-07-19 10:00:00"}), "updated_at", day),
        (json!({"date": "2021-07-19", "time": "10:00:00"}), "published_at", day),
        (json!({"date": "2021-07-19", "time": "noon"}), "published_at", "2021-07-19T00:00:00Z"),
        (json!({"dateTimePub": day, "date": "2020-01-01", "time": "00:00"}), "published_at", day),
    ]);
}

#[test]
fn an_unreadable_date_is_a_warning_and_the_next_is_tried() {
    let record = json!({"published_at": "soon", "date": "2021-07-19"});
    check(&[
        (record.clone(), "published_at", "2021-07-19T00:00:00Z"),
        (record.clone(), "warnings", "date-unreadable"),
        (record, "extra", "published_at=\"soon\""),
        (json!({"date": "soon"}), "published_at", ""),
        (json!({"date": "soon"}), "warnings", "date-unreadable"),
        (json!({"date": 2021}), "warnings", "date-unreadable"),
        (json!({"date": null}), "warnings", ""),
    ]);
    let warning = article(br#"{"pubDate": "soon"}"#).warnings[0].to_string();
    assert_eq!(warning, "date-unreadable: pubDate is no date that is known");
}

#[test]
fn languages() {
    check(&[
        (json!({"language": "pt_br"}), "language", "pt-BR"),
        (json!({"language": ["eng"]}), "language", "en"),
        (json!({"inLanguage": {"@type": "Language", "name": "English", "alternateName": "en"}}), "language", "en"),
        (json!({"language": "?", "lang": "de"}), "language", "de"),
        (json!({"language": "?", "lang": "de"}), "warnings", "language-unreadable"),
        (json!({"language": "?"}), "extra", "language=\"?\""),
    ]);
}

#[test]
fn sources() {
    check(&[
        (json!({"source": "The Example"}), "source", "The Example"),
        (json!({"source": {"name": "The Example", "domain": "example.org"}}), "source", "The Example"),
        (json!({"source": {"name": "The Example", "domain": "example.org"}}), "domain", "example.org"),
        (json!({"source": {"uri": "https://www.example.org/x", "title": "E"}}), "domain", "example.org"),
        (json!({"source": [{"name": "The Example"}]}), "source", "The Example"),
        (json!({"source": "example.org", "publisher": {"name": "E"}}), "source", "E"),
        (json!({"source_domain": "example.org"}), "domain", "example.org"),
        (json!({"source": "The Example", "domain": "example.org"}), "domain", "example.org"),
        (json!({"url": "https://www.example.org/a"}), "domain", "example.org"),
        (json!({"source": "The Example", "url": "example.org/a"}), "domain", "example.org"),
    ]);
}

#[test]
fn authors() {
    check(&[
        (json!({"authors": "By Ana Example and Bo Sample"}), "authors", "Ana Example|Bo Sample"),
        (json!({"authors": ["Ana Example", "Sample, Bo"]}), "authors", "Ana Example|Sample, Bo"),
        (json!({"authors": {"name": "Ana Example"}}), "authors", "Ana Example"),
        (json!({"authors": [{"name": "Ana, the Example"}, {"@type": "Person"}]}), "authors", "Ana, the Example"),
        (json!({"authors": [], "byline": "Bo"}), "authors", "Bo"),
    ]);
}

#[test]
fn unknown_members_stay_byte_for_byte() {
    let decoded = article(br#"{"title":"A","Rating":1.50e3 ,"tags":[ "x" , {"y":null} ],"body":"B","html":"<p>B"}"#);
    assert_eq!(show(&decoded, "extra").as_deref(), Some(r#"Rating=1.50e3|tags=[ "x" , {"y":null} ]"#));
    let parts = json!({"authors": [{"name": "Ana", "mail": "a@example.org"}]});
    check(&[(parts, "extra", r#"authors=[{"mail":"a@example.org","name":"Ana"}]"#)]);
}

#[test]
fn too_many_unknown_members_are_cut_from_the_end() {
    let text = format!(r#"{{"a":1,"b":"{}","c":2}}"#, "x".repeat(EXTRA_MAX_BYTES));
    let decoded = article(text.as_bytes());
    assert_eq!(show(&decoded, "extra").as_deref(), Some("a=1"));
    assert_eq!(decoded.warnings[0].to_string(), "extra-truncated: 2 unknown members were dropped for their size");
}

#[test]
fn a_mapping_replaces_the_names_of_its_field() {
    let record = br#"{"title": "no", "meta": {"heads": [{"t": "yes"}]}, "address": "https://www.example.org/a"}"#;
    let decoder =
        decoder(&[("title", "nothing"), ("title", "meta.heads[0].t"), ("url", "address"), ("text", "nothing")]);
    let Incoming::Article(decoded) = decoder.decode(record, &[]).unwrap() else { panic!("a takedown") };
    assert_eq!(decoded.title.as_deref(), Some("yes"));
    assert_eq!(decoded.text, None);
    // What hangs on the URL follows it.
    assert_eq!(decoded.identity_url.as_deref(), Some("example.org/a"));
    assert_eq!(decoded.source.domain.as_deref(), Some("example.org"));
    assert_eq!(decoded.id, article(br#"{"url": "example.org/a"}"#).id);
    assert_eq!(decoded.origins.of(Field::Title), Some(&Origin::Mapping(1)));
}

#[test]
fn a_mapping_may_begin_within_the_envelope_or_around_it() {
    let record = br#"{"data": {"id": "1", "attributes": {"h": "A"}}}"#;
    for path in ["data.attributes.h", "attributes.h"] {
        let decoder = decoder(&[("title", path)]);
        let Incoming::Article(decoded) = decoder.decode(record, &[]).unwrap() else { panic!("a takedown") };
        assert_eq!(decoded.title.as_deref(), Some("A"), "{path}");
    }
}

#[test]
fn what_holds_a_mapped_text_is_not_extra() {
    for record in [
        r#"{"x": 1, "story": "secret"}"#,
        r#"{"x": 1, "meta": {"story": "secret", "y": 2}}"#,
        r#"{"x": 1, "meta": {"story": "secret"}, "html": "<p>secret"}"#,
        r#"{"x": 1, "data": {"meta": {"story": "secret"}}}"#,
        r#"{"x": 1, "story": "secret", "data": {"id": 1}}"#,
    ] {
        let decoder = decoder(&[("text", "story"), ("text", "meta.story"), ("id", "z")]);
        let Incoming::Article(decoded) = decoder.decode(record.as_bytes(), &[]).unwrap() else { panic!("a takedown") };
        assert_eq!(decoded.text.as_deref(), Some("secret"), "{record}");
        let extra = show(&decoded, "extra").unwrap();
        assert!(extra.contains("x=1") && !extra.contains("secret"), "{extra}");
    }
    let decoder = decoder(&[("title", "meta.head"), ("source", "who")]);
    let record = br#"{"meta": {"head": "A", "y": 2}, "who": "E"}"#;
    let Incoming::Article(decoded) = decoder.decode(record, &[]).unwrap() else { panic!("a takedown") };
    assert_eq!(show(&decoded, "extra").as_deref(), Some(r#"meta={"head": "A", "y": 2}"#));
}

#[test]
fn a_mapping_that_cannot_work_is_refused() {
    let wrong = |field: &str, path: &str| {
        let mapping = BTreeMap::from([(field.to_owned(), vec![path.to_owned()])]);
        Decoder::new(InputRules { max_bytes: 1, mapping, extra_max_bytes: 1 }).unwrap_err()
    };
    assert_eq!(wrong("titel", "x"), MappingError::UnknownField("titel".into()));
    assert_eq!(wrong("title", "a[x]"), MappingError::BadPath("title".into(), "a[x]".into()));
}

#[test]
fn every_field_tells_where_it_came_from() {
    let decoded = article(br#"{"HeadLine": "A", "link": "https://example.org/a"}"#);
    let origins: Vec<_> = decoded.origins.iter().map(|(field, origin)| (field.as_str(), origin.clone())).collect();
    let member = |name: &'static str, at| Origin::Member { name: name.into(), at };
    assert_eq!(origins, [("url", member("link", 1)), ("id", Origin::Url), ("title", member("HeadLine", 0))]);
}

#[test]
fn what_is_only_markup_is_not_usable_and_the_next_name_is_tried() {
    check(&[
        (json!({"text": "<p></p>", "body": "Real"}), "text", "Real"),
        (json!({"title": "<b> &nbsp;</b>", "headline": "Real"}), "title", "Real"),
        (json!({"description": "", "summary": "<p>\n</p>", "lead": "L"}), "summary", "L"),
        (json!({"text": "<p>Real</p>", "body": "Other"}), "text", "<p>Real</p>"),
        (json!({"text": ["<p></p>", {"value": "Real"}]}), "text", "Real"),
    ]);
}

#[test]
fn a_list_of_strings_is_a_text_of_paragraphs() {
    check(&[
        (json!({"text": ["One.", "Two.", " "]}), "text", "One.\n\nTwo."),
        (json!({"text": ["One."]}), "text", "One."),
        (json!({"text": ["", " "], "body": "Real"}), "text", "Real"),
        (json!({"headline": ["One", "Two"]}), "title", "One"),
        (json!({"text": ["One.", "Two."]}), "extra", ""),
    ]);
}

#[test]
fn more_authors_than_a_by_line_has_stay_with_the_extra_members() {
    let authors: Vec<String> = (0..60).map(|number| format!("A{number}")).collect();
    let record = json!({"title": "T", "authors": authors});
    assert_eq!(field(&record, "authors").unwrap().split('|').count(), 50);
    assert!(field(&record, "extra").unwrap().starts_with("authors=["));
}

#[test]
fn a_date_that_is_no_date_at_all_is_a_warning_too() {
    check(&[
        (json!({"title": "T", "pubDate": true}), "warnings", "date-unreadable"),
        (json!({"title": "T", "pubDate": {"x": 1}}), "warnings", "date-unreadable"),
        (json!({"title": "T", "pubDate": null, "date": "", "published": []}), "warnings", ""),
        (json!({"date": {"$date": {"$numberLong": "1626688800000"}}}), "published_at", "2021-07-19T10:00:00Z"),
    ]);
}

#[test]
fn a_cached_page_is_its_sites() {
    check(&[(json!({"url": "https://www.google.com/amp/s/www.example.org/a"}), "domain", "example.org")]);
}
