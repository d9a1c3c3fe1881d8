//! Every line of the contract's input table, every reject, every envelope.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn decoder(mapping: &[(&str, &str)]) -> Decoder {
    let mapping = mapping.iter().map(|(field, path)| ((*field).to_owned(), vec![(*path).to_owned()])).collect();
    Decoder::new(InputRules { max_bytes: 100_000, mapping, extra_max_bytes: 1_000 }).unwrap()
}

/// Decodes an article and shows one field of it.
fn field(value: &Value, field: &str) -> Option<String> {
    let text = value.to_string();
    let Incoming::Article(article) = decoder(&[]).decode(text.as_bytes(), &[]).unwrap() else { panic!("a takedown") };
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    match field {
        "id" => owned(article.id),
        "url" => owned(article.url),
        "title" => owned(article.title),
        "text" => owned(article.text),
        "summary" => owned(article.summary),
        "language" => article.declared_language,
        "published_at" => article.published_at,
        "updated_at" => article.updated_at,
        "source" => owned(article.source.name),
        "domain" => owned(article.source.domain),
        "authors" => (!article.authors.is_empty()).then(|| article.authors.join("|")),
        "extra" => Some(article.extra.iter().map(|(name, raw)| format!("{name}={raw}")).collect::<Vec<_>>().join("|")),
        "warnings" => Some(
            article
                .warnings
                .iter()
                .map(|w| w.to_string().split(':').next().unwrap().to_owned())
                .collect::<Vec<_>>()
                .join("|"),
        ),
        other => panic!("no field {other}"),
    }
}

fn reject(value: &[u8]) -> &'static str {
    decoder(&[]).decode(value, &[]).unwrap_err().code.as_str()
}

#[test]
fn every_name_of_the_table_fills_its_field() {
    for (_, name, members) in names::FIELDS {
        for member in members {
            let (value, expected) = match name {
                "published_at" | "updated_at" => (json!("2021-07-19"), "2021-07-19T00:00:00Z"),
                "language" => (json!("German"), "de"),
                "url" => (json!("https://example.org/a"), "https://example.org/a"),
                _ => (json!("something"), "something"),
            };
            let record = json!({"x": 1, *member: value});
            assert_eq!(field(&record, name).as_deref(), Some(expected), "{member}");
            let shouted = json!({member.to_uppercase(): value});
            assert_eq!(field(&shouted, name).as_deref(), Some(expected), "{member} in capitals");
        }
    }
}

#[test]
fn the_first_usable_name_wins_and_what_is_unusable_never_fails() {
    assert_eq!(field(&json!({"headline": "B", "title": "A"}), "title").as_deref(), Some("A"));
    assert_eq!(field(&json!({"headline": "B", "title": null}), "title").as_deref(), Some("B"));
    assert_eq!(field(&json!({"headline": "B", "title": "  "}), "title").as_deref(), Some("B"));
    assert_eq!(field(&json!({"headline": "B", "title": {"x": 1}}), "title").as_deref(), Some("B"));
    assert_eq!(field(&json!({"headline": "B", "title": []}), "title").as_deref(), Some("B"));
    assert_eq!(field(&json!({"title": true}), "title"), None);
}

#[test]
fn a_name_given_twice_does_not_fail() {
    let Incoming::Article(article) =
        decoder(&[]).decode(br#"{"title": null, "title": "A", "title": "B"}"#, &[]).unwrap()
    else {
        panic!()
    };
    assert_eq!(article.title.as_deref(), Some("A"));
}

#[test]
fn names_within_lists_and_objects() {
    assert_eq!(field(&json!({"headlines": [{"role": "main", "value": "A"}]}), "title").as_deref(), Some("A"));
    assert_eq!(field(&json!({"bodies": [{"value": "<p>A</p>"}]}), "text").as_deref(), Some("<p>A</p>"));
    assert_eq!(field(&json!({"content": [{"type": "text/html", "value": "A"}]}), "text").as_deref(), Some("A"));
    assert_eq!(
        field(&json!({"mainEntityOfPage": {"@id": "https://example.org/a"}}), "url").as_deref(),
        Some("https://example.org/a")
    );
}

#[test]
fn ids() {
    assert_eq!(field(&json!({"id": 812}), "id").as_deref(), Some("812"));
    let long = "x".repeat(300);
    assert_eq!(field(&json!({"id": long}), "id").unwrap().len(), 32);
    assert_eq!(field(&json!({"id": long}), "warnings").as_deref(), Some("id-hashed"));
    let by_url = field(&json!({"url": "https://example.org/a"}), "id").unwrap();
    assert_eq!(Some(by_url), field(&json!({"url": "http://m.example.org/a/?utm_source=x"}), "id"));
    assert_eq!(field(&json!({"url": "https://example.org/"}), "id"), None);
}

#[test]
fn dates() {
    assert_eq!(field(&json!({"published": 1_626_688_800}), "published_at").as_deref(), Some("2021-07-19T10:00:00Z"));
    assert_eq!(
        field(&json!({"pubDate": "Mon, 19 Jul 2021 10:00:00 GMT"}), "published_at").as_deref(),
        Some("2021-07-19T10:00:00Z")
    );
    assert_eq!(
        field(&json!({"date": "2021-07-19", "time": "10:00:00"}), "published_at").as_deref(),
        Some("2021-07-19T10:00:00Z")
    );
    assert_eq!(field(&json!({"date": "soon"}), "published_at"), None);
    assert_eq!(field(&json!({"date": "soon"}), "warnings").as_deref(), Some("date-unreadable"));
}

#[test]
fn languages() {
    assert_eq!(field(&json!({"language": "pt_br"}), "language").as_deref(), Some("pt-BR"));
    assert_eq!(field(&json!({"language": "?"}), "warnings").as_deref(), Some("language-unreadable"));
}

#[test]
fn sources() {
    let name = |value: Value| field(&json!({"source": value}), "source");
    assert_eq!(name(json!("The Example")).as_deref(), Some("The Example"));
    assert_eq!(name(json!({"name": "The Example", "domain": "example.org"})).as_deref(), Some("The Example"));
    assert_eq!(name(json!([{"name": "The Example"}])).as_deref(), Some("The Example"));
    let domain = |record: Value| field(&record, "domain");
    assert_eq!(
        domain(json!({"source": {"name": "E", "uri": "https://www.example.org/x"}})).as_deref(),
        Some("example.org")
    );
    assert_eq!(domain(json!({"source_domain": "example.org"})).as_deref(), Some("example.org"));
    assert_eq!(domain(json!({"source": "The Example", "domain": "example.org"})).as_deref(), Some("example.org"));
    assert_eq!(domain(json!({"url": "https://www.example.org/a"})).as_deref(), Some("example.org"));
}

#[test]
fn authors() {
    let names = |value: Value| field(&json!({"authors": value}), "authors");
    assert_eq!(names(json!("By Ana Example and Bo Sample")).as_deref(), Some("Ana Example|Bo Sample"));
    assert_eq!(names(json!(["Ana Example", "Bo Sample"])).as_deref(), Some("Ana Example|Bo Sample"));
    assert_eq!(names(json!({"name": "Ana Example"})).as_deref(), Some("Ana Example"));
    assert_eq!(names(json!([{"name": "Ana Example"}, {"@type": "Person"}])).as_deref(), Some("Ana Example"));
}

#[test]
fn unknown_members_stay_byte_for_byte() {
    let text = r#"{"title":"A","Rating":1.50e3 ,"tags":[ "x" , {"y":null} ],"body":"B","html":"<p>B"}"#;
    let Incoming::Article(article) = decoder(&[]).decode(text.as_bytes(), &[]).unwrap() else { panic!() };
    let extra: Vec<_> = article.extra.iter().map(|(name, raw)| (name.as_ref(), raw.get())).collect();
    assert_eq!(extra, [("Rating", "1.50e3"), ("tags", r#"[ "x" , {"y":null} ]"#)]);
    let large = json!({"title": "A", "a": "x".repeat(2_000), "b": 1});
    assert_eq!(field(&large, "warnings").as_deref(), Some("extra-truncated"));
}

#[test]
fn a_mapping_replaces_the_names_of_its_field() {
    let text = json!({"title": "no", "meta": {"heads": [{"t": "yes"}]}}).to_string();
    let decoder = decoder(&[("title", "meta.heads[0].t")]);
    let Incoming::Article(article) = decoder.decode(text.as_bytes(), &[]).unwrap() else { panic!() };
    assert_eq!(article.title.as_deref(), Some("yes"));
    let wrong = |field: &str, path: &str| {
        let mapping = BTreeMap::from([(field.to_owned(), vec![path.to_owned()])]);
        Decoder::new(InputRules { max_bytes: 1, mapping, extra_max_bytes: 1 }).unwrap_err()
    };
    assert_eq!(wrong("titel", "x"), MappingError::UnknownField("titel".into()));
    assert_eq!(wrong("title", "a[x]"), MappingError::BadPath("title".into(), "a[x]".into()));
}

#[test]
fn envelopes() {
    let article = json!({"headline": "A", "articleBody": "B"});
    for envelope in [
        json!({"specversion": "1.0", "type": "t", "source": "/s", "id": "e1", "data": article}),
        json!({"schema": {"type": "struct"}, "payload": article}),
        json!({"article": article}),
        json!({"_index": "news", "_id": "e1", "_source": article}),
        json!({"data": {"article": article}}),
        json!({"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "X"}, {"@type": ["NewsArticle"], "headline": "A", "articleBody": "B"}]}),
    ] {
        assert_eq!(field(&envelope, "title").as_deref(), Some("A"), "{envelope}");
        assert_eq!(field(&envelope, "text").as_deref(), Some("B"), "{envelope}");
    }
    assert_eq!(field(&json!({"_id": "e1", "_source": article}), "id").as_deref(), Some("e1"));
    assert_eq!(field(&json!({"_index": "news", "_source": article}), "extra").as_deref(), Some("_index=\"news\""));
    assert_eq!(field(&json!({"title": "T", "data": {"title": "inner"}}), "title").as_deref(), Some("T"));
}

#[test]
fn a_binary_cloud_event_lends_its_id() {
    let headers = [("ce_id".to_owned(), Some(b"e1".to_vec()))];
    let decoder = decoder(&[]);
    let Incoming::Article(article) = decoder.decode(br#"{"title":"A"}"#, &headers).unwrap() else { panic!() };
    assert_eq!(article.id.as_deref(), Some("e1"));
}

#[test]
fn takedowns() {
    for value in [
        json!({"id": "a", "takedown": true}),
        json!({"uri": "a", "pubstatus": "canceled"}),
        json!({"data": {"id": "a", "takedown": true}}),
    ] {
        let text = value.to_string();
        let Incoming::Takedown(takedown) = decoder(&[]).decode(text.as_bytes(), &[]).unwrap() else {
            panic!("{value}")
        };
        assert_eq!(takedown.id.as_deref(), Some("a"));
    }
    assert!(field(&json!({"title": "A", "takedown": false, "pubstatus": "usable"}), "title").is_some());
}

#[test]
fn every_kind_of_bad_record_has_its_code() {
    assert_eq!(reject(b"{\"title\": "), "not-json");
    assert_eq!(reject(b"hello"), "not-json");
    assert_eq!(reject(b"   "), "not-json");
    assert_eq!(reject(b"{\"title\": \"\x00\"}"), "not-json");
    assert_eq!(reject(b"{\"title\": \"\xff\"}"), "not-utf8");
    assert_eq!(reject(b"<?xml version=\"1.0\"?><item/>"), "xml");
    assert_eq!(reject(b"[{\"title\": \"A\"}]"), "array");
    assert_eq!(reject(b"\"A\""), "not-an-object");
    assert_eq!(reject(b"7"), "not-an-object");
    assert_eq!(reject(b"null"), "not-an-object");
    assert_eq!(reject(&vec![b'x'; 100_001]), "too-large");
    for depth in [101, 10_000, 40_000] {
        let deep = format!("{{\"title\":\"A\",\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(reject(deep.as_bytes()), "too-deep", "{depth}");
    }
    assert_eq!(reject("[".repeat(90_000).as_bytes()), "too-deep");
    assert_eq!(reject(format!("{{\"a\":{}", "{\"a\":".repeat(10_000)).as_bytes()), "not-json");
}

#[test]
fn odd_bytes_are_no_obstacle() {
    let title = |value: &[u8]| match decoder(&[]).decode(value, &[]).unwrap() {
        Incoming::Article(article) => article.title.unwrap().into_owned(),
        Incoming::Takedown(_) => panic!("a takedown"),
    };
    assert_eq!(title("\u{feff}{\"title\": \"A\"}".as_bytes()), "A");
    assert_eq!(title(b"\0\0\0\0\x07{\"title\": \"A\"}"), "A");
    assert_eq!(title(br#"{"title": "\ud83d\ude00 \ud83d x \n\u0000\/\""}"#), "😀 \u{fffd} x \n\0/\"");
    assert_eq!(field(&json!({"title": "A"}), "warnings").as_deref(), Some(""));
}

proptest! {
    #[test]
    fn any_bytes_at_all_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decoder(&[]).decode(&bytes, &[]);
    }

    #[test]
    fn any_escapes_at_all_give_an_answer(inside in r#"(\\u[dD][89abAB][0-9]{2}|\\u00[0-9a-f]{2}|\\n|\\"|é|x| ){0,20}"#) {
        let text = format!("{{\"title\":\"{inside}\"}}");
        let told = decoder(&[]);
        if let Ok(Incoming::Article(article)) = told.decode(text.as_bytes(), &[]) {
            let known: Result<Value, _> = serde_json::from_str(&text);
            if let (Ok(known), Some(title)) = (known, article.title) {
                prop_assert_eq!(known["title"].as_str(), Some(&*title));
            }
        }
    }
}
