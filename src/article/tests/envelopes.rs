//! Every envelope, alone and within another.

use serde_json::{Value, json};

use super::super::{Field, Origin};
use super::*;

fn within() -> Value {
    json!({"headline": "A", "articleBody": "B"})
}

#[test]
fn every_envelope_is_taken_off() {
    let article = within();
    for envelope in [
        json!({"specversion": "1.0", "type": "t", "source": "/s", "id": "e1", "data": article}),
        json!({"schema": {"type": "struct"}, "payload": article}),
        json!({"schema": null, "payload": article}),
        json!({"article": article}),
        json!({"_index": "news", "_id": "e1", "_source": article}),
        json!({"status": "ok", "name": "an envelope's name is no title", "data": article}),
        json!({"title": null, "text": "", "data": article}),
        json!({"specversion": "1.0", "id": "e1", "data": {"schema": {}, "payload": {"data": {"article": article}}}}),
    ] {
        assert_eq!(field(&envelope, "title").as_deref(), Some("A"), "{envelope}");
        assert_eq!(field(&envelope, "text").as_deref(), Some("B"), "{envelope}");
    }
}

#[test]
fn the_article_of_a_graph_is_found_by_its_type() {
    for kind in [
        json!("NewsArticle"),
        json!(["Thing", "Article"]),
        json!("https://schema.org/NewsArticle"),
        json!("schema:BlogPosting"),
    ] {
        let page = json!({"@type": "WebPage", "name": "X", "headline": "no"});
        let node = json!({"@type": kind, "headline": "A", "articleBody": "B"});
        for graph in [json!([page, node]), json!([node, page]), node.clone()] {
            let record = json!({"@context": "https://schema.org", "@graph": graph});
            assert_eq!(field(&record, "title").as_deref(), Some("A"), "{record}");
        }
    }
    let untyped = json!({"@graph": [{"@type": "WebSite", "name": "X"}, {"headline": "A"}]});
    assert_eq!(field(&untyped, "title").as_deref(), Some("A"));
}

#[test]
fn envelopes_within_envelopes_come_to_an_end() {
    let wrapped = |levels: usize| (0..levels).fold(within(), |inner, _| json!({"data": inner}));
    assert_eq!(field(&wrapped(4), "title").as_deref(), Some("A"));
    assert_eq!(field(&wrapped(5), "title"), None);
}

#[test]
fn a_record_with_words_of_its_own_is_no_envelope() {
    for record in
        [json!({"title": "T", "data": {"title": "inner"}}), json!({"title": "T", "article": {"title": "inner"}})]
    {
        assert_eq!(field(&record, "title").as_deref(), Some("T"));
    }
    assert_eq!(field(&json!({"headline": "T", "article": "a text and no object"}), "title").as_deref(), Some("T"));
}

#[test]
fn an_envelopes_members_come_after_the_articles() {
    let record = br#"{"_index": "news", "tag": 1, "_source": {"title": "A", "tag": 2, "x": 3}}"#;
    assert_eq!(show(&article(record), "extra").as_deref(), Some(r#"tag=2|x=3|_index="news""#));
    assert_eq!(field(&json!({"schema": {"type": "struct"}, "payload": within()}), "extra"), None);
}

#[test]
fn an_envelopes_id_serves_if_the_article_has_none() {
    let search_hit = json!({"_id": "e1", "_source": within()});
    assert_eq!(field(&search_hit, "id").as_deref(), Some("e1"));
    let long = field(&json!({"_id": "x".repeat(300), "_source": within()}), "id").unwrap();
    assert_eq!(long.len(), 32);
}

#[test]
fn an_event_serves_only_where_the_article_lacks_something() {
    let structured = |data: Value| json!({"specversion": "1.0", "type": "t", "id": "e1", "source": "https://wire.example.org/feed", "time": "2021-07-19T10:00:00Z", "data": data});
    let headers: Vec<(String, Option<Vec<u8>>)> = [
        ("trace", "x"),
        ("ce_specversion", "1.0"),
        ("ce_id", "e1"),
        ("CE_TIME", "no header of an event"),
        ("ce_source", "https://wire.example.org/feed"),
        ("ce_time", "2021-07-19T10:00:00Z"),
    ]
    .map(|(name, value)| (name.to_owned(), Some(value.as_bytes().to_vec())))
    .into();
    for (data, expected) in [
        (json!({"title": "A"}), ["e1", "wire.example.org", "2021-07-19T10:00:00Z"]),
        (json!({"title": "A", "id": 7, "source": "E", "date": "2020-01-01"}), ["7", "", "2020-01-01T00:00:00Z"]),
        (json!({"title": "A", "id": 7, "url": "https://example.org/a", "date": "soon"}), ["7", "example.org", ""]),
    ] {
        let (structured, binary) = (structured(data.clone()).to_string(), data.to_string());
        for (value, headers) in [(&structured, &[][..]), (&binary, &headers)] {
            let decoder = decoder(&[]);
            let Incoming::Article(article) = decoder.decode(value.as_bytes(), headers).unwrap() else {
                panic!("a takedown")
            };
            let told = ["id", "domain", "published_at"].map(|name| show(&article, name).unwrap_or_default());
            assert_eq!(told, expected, "{value}");
        }
    }
}

#[test]
fn what_an_event_lends_is_told() {
    let headers = [
        ("ce_id".to_owned(), Some(b"e1".to_vec())),
        ("ce_time".to_owned(), None),
        ("ce_source".to_owned(), Some(vec![0xff])),
    ];
    let decoder = decoder(&[]);
    let Incoming::Article(article) = decoder.decode(br#"{"title":"A"}"#, &headers).unwrap() else {
        panic!("a takedown")
    };
    assert_eq!(article.origins.of(Field::Id), Some(&Origin::Envelope));
    assert_eq!((article.source.name, article.published_at), (None, None));
}

/// What a record says once an article that came as text within it is unfolded.
fn unfolded(record: &Value, name: &str) -> Option<String> {
    let (record, decoder) = (record.to_string(), decoder(&[]));
    let value = decoder.unfold(record.as_bytes());
    match decoder.decode(&value, &[]).unwrap() {
        Incoming::Article(article) => show(&article, name),
        Incoming::Takedown(_) => panic!("a takedown"),
    }
}

fn base64(value: &Value) -> String {
    data_encoding::BASE64.encode(value.to_string().as_bytes())
}

#[test]
fn an_article_that_is_text_in_its_envelope_is_unfolded() {
    let text = within().to_string();
    let event =
        |name: &str, data: String| json!({"specversion": "1.0", "id": "e1", "source": "/s", name: data, "type": "t"});
    let connect = |payload: String| json!({"schema": {"type": "string"}, "payload": payload});
    for record in [
        event("data", text.clone()),
        event("data", format!("  {text}\n")),
        event("data_base64", base64(&within())),
        json!({"specversion": "1.0", "id": "e1", "data": null, "data_base64": base64(&within())}),
        connect(text.clone()),
        connect(event("data", text.clone()).to_string()),
        connect(connect(event("data_base64", base64(&within())).to_string()).to_string()),
        json!({"data": event("data", text.clone())}),
        json!({"article": {"schema": null, "payload": text}}),
    ] {
        assert_eq!(unfolded(&record, "title").as_deref(), Some("A"), "{record}");
        assert_eq!(unfolded(&record, "text").as_deref(), Some("B"), "{record}");
        // The article is not published a second time among the extra members.
        let extra = unfolded(&record, "extra").unwrap_or_default();
        assert!(!extra.contains("payload") && !extra.contains("headline") && !extra.contains("data_base64"), "{extra}");
    }
    let lent = event("data", text);
    assert_eq!(unfolded(&lent, "id").as_deref(), Some("e1"));
}

#[test]
fn what_is_text_and_no_article_stays_text() {
    let text = within().to_string();
    for record in [
        json!({"specversion": "1.0", "data": "plain words", "title": "T"}),
        json!({"specversion": "1.0", "data": "[1]", "title": "T"}),
        json!({"specversion": "1.0", "data": "{\"title\": ", "title": "T"}),
        json!({"specversion": "1.0", "data_base64": "not base64!", "title": "T"}),
        json!({"specversion": "1.0", "data_base64": data_encoding::BASE64.encode(b"{\xff}"), "title": "T"}),
        json!({"schema": null, "payload": "plain", "title": "T"}),
        // Only envelopes that say what they are: these members are text in many records.
        json!({"data": text, "title": "T"}),
        json!({"article": text, "title": "T"}),
        json!({"payload": text, "title": "T"}),
    ] {
        assert_eq!(unfolded(&record, "title").as_deref(), Some("T"), "{record}");
    }
}

#[test]
fn text_within_text_comes_to_an_end_and_is_checked_as_the_rest() {
    let folded =
        |levels: usize| (0..levels).fold(within(), |inner, _| json!({"schema": null, "payload": inner.to_string()}));
    assert_eq!(unfolded(&folded(4), "title").as_deref(), Some("A"));
    assert_eq!(unfolded(&folded(5), "title"), None);
    let deep = format!("{{\"title\":\"A\",\"x\":{}{}}}", "[".repeat(200), "]".repeat(200));
    let record = json!({"specversion": "1.0", "data": deep}).to_string();
    let value = decoder(&[]).unfold(record.as_bytes()).into_owned();
    assert_eq!(decoder(&[]).decode(&value, &[]).unwrap_err().code.as_str(), "too-deep");
    let taken = json!({"schema": null, "payload": json!({"id": "a", "takedown": true}).to_string()}).to_string();
    let decoder = decoder(&[]);
    let value = decoder.unfold(taken.as_bytes());
    assert!(
        matches!(decoder.decode(&value, &[]).unwrap(), Incoming::Takedown(takedown) if takedown.id.as_deref() == Some("a"))
    );
}
