//! What takes an article back, and whose it is.

use serde_json::json;

use super::*;

#[test]
fn every_form_of_a_takedown() {
    for record in [
        json!({"id": "a", "takedown": true}),
        json!({"id": "a", "TakeDown": "true"}),
        json!({"id": "a", "takedown": 1}),
        json!({"id": "a", "takedown": "Yes"}),
        json!({"uri": "a", "pubstatus": "canceled"}),
        json!({"uri": "a", "pubStatus": "Cancelled", "headlines": [{"value": "A"}]}),
        json!({"data": {"id": "a", "takedown": true}}),
        json!({"takedown": true, "article": {"id": "a", "title": "A"}}),
    ] {
        assert_eq!(takedown(record.to_string().as_bytes()).id.as_deref(), Some("a"), "{record}");
    }
}

#[test]
fn what_only_looks_like_one_is_an_article() {
    for record in [
        json!({"title": "A", "takedown": false}),
        json!({"title": "A", "takedown": null}),
        json!({"title": "A", "takedown": 0}),
        json!({"title": "A", "pubstatus": "usable"}),
        json!({"title": "A", "x": {"takedown": true}}),
    ] {
        assert_eq!(field(&record, "title").as_deref(), Some("A"), "{record}");
    }
}

#[test]
fn a_takedown_and_its_article_have_the_same_id_and_source() {
    let long = "x".repeat(300);
    for identity in [
        json!({"id": "a", "source": {"name": "E", "domain": "example.org"}}),
        json!({"id": long, "site": "example.org"}),
        json!({"url": "https://www.example.org/a?utm_source=x"}),
    ] {
        let with = |name: &str, value| {
            let mut record = identity.clone();
            record[name] = value;
            record.to_string()
        };
        let (published, taken_back) = (with("title", json!("A")), with("takedown", json!(true)));
        let (published, taken_back) = (article(published.as_bytes()), takedown(taken_back.as_bytes()));
        assert!(published.id.is_some());
        assert_eq!(published.id, taken_back.id);
        assert_eq!(published.source, taken_back.source);
        assert_eq!((published.url, published.identity_url), (taken_back.url, taken_back.identity_url));
    }
}

#[test]
fn a_takedown_of_nobody_knows_has_no_id() {
    assert_eq!(takedown(br#"{"takedown": true, "url": "https://example.org/"}"#).id, None);
}
