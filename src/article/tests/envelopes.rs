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
