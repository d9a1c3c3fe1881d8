//! What holds for any input at all.

use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::names::FIELDS;
use super::*;

/// Any JSON, a few levels deep.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("https://www.example.org/a?utm_source=b")),
        Just(Value::from("2021-07-19")),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A name: of the table, of an envelope, or any other.
fn name() -> impl Strategy<Value = String> {
    let mut known: Vec<&str> = FIELDS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    known.extend([
        "data",
        "article",
        "_source",
        "payload",
        "schema",
        "specversion",
        "@graph",
        "@type",
        "value",
        "@id",
        "time",
        "takedown",
    ]);
    prop_oneof![3 => prop::sample::select(known).prop_map(str::to_owned), 1 => ".{0,8}"]
}

fn record() -> impl Strategy<Value = Vec<(String, Value)>> {
    prop::collection::vec((name(), json()), 0..8)
}

/// Members written as they are, so that names may repeat.
fn written(members: &[(String, Value)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("{} : {value}", Value::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(" , "))
}

proptest! {
    #[test]
    fn any_bytes_at_all_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decoder(&[]).decode(&bytes, &[]);
    }

    #[test]
    fn unfolding_never_makes_a_record_longer_and_never_spoils_it(members in record(), inner in record(), which in 0..3_usize) {
        let text = Value::from(written(&inner));
        let envelope = ["\"specversion\":1,\"data\"", "\"schema\":1,\"payload\"", "\"specversion\":1,\"data_base64\""][which];
        let rest = written(&members);
        let record = format!("{{{envelope}:{text},{}", &rest[1..]);
        let record = if members.is_empty() { record.replace(",}", "}") } else { record };
        let decoder = decoder(&[]);
        let value = decoder.unfold(record.as_bytes());
        prop_assert!(value.len() <= record.len());
        prop_assert!(serde_json::from_slice::<&RawValue>(&value).is_ok(), "{}", String::from_utf8_lossy(&value));
    }

    #[test]
    fn damaged_records_give_an_answer(members in record(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = written(&members).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = decoder(&[("title", "data.a[1].b")]).decode(&bytes, &[]);
    }

    #[test]
    fn any_object_is_an_article_or_a_takedown(members in record()) {
        let text = written(&members);
        let decoder = decoder(&[]);
        let Incoming::Article(article) = decoder.decode(text.as_bytes(), &[]).unwrap() else { return Ok(()) };
        let said = [&article.title, &article.text, &article.summary, &article.url, &article.id];
        prop_assert!(said.into_iter().flatten().all(|text| !text.trim().is_empty()));
        prop_assert!(article.id.is_none_or(|id| id.len() <= 255));
        for date in [&article.published_at, &article.updated_at].into_iter().flatten() {
            prop_assert!(date.ends_with('Z') && date.parse::<jiff::Timestamp>().is_ok(), "{}", date);
        }
    }

    #[test]
    fn extra_members_are_the_bytes_that_came(members in record()) {
        let text = written(&members);
        let decoder = decoder(&[]);
        let Incoming::Article(article) = decoder.decode(text.as_bytes(), &[]).unwrap() else { return Ok(()) };
        for (name, raw) in &article.extra {
            let from = raw.get().as_ptr() as usize - text.as_ptr() as usize;
            prop_assert_eq!(&text[from..from + raw.get().len()], raw.get());
            // The bytes are a whole value, and the one that stands behind this name.
            prop_assert!(serde_json::from_str::<Value>(raw.get()).is_ok());
            let written = Value::from(&**name).to_string();
            let before = text[..from].trim_end().trim_end_matches(':').trim_end();
            prop_assert!(before.ends_with(&written));
        }
    }

    #[test]
    fn unknown_members_are_all_there_in_order(values in prop::collection::vec(json(), 0..8)) {
        let members: Vec<(String, Value)> = values.into_iter().enumerate().map(|(index, value)| (format!("x{index}"), value)).collect();
        let text = written(&members);
        let decoder = Decoder::new(InputRules { max_bytes: MAX_BYTES, mapping: BTreeMap::new(), extra_max_bytes: MAX_BYTES }).unwrap();
        let Incoming::Article(article) = decoder.decode(text.as_bytes(), &[]).unwrap() else { panic!("a takedown") };
        let extra: Vec<(String, String)> = article.extra.iter().map(|(name, raw)| (name.to_string(), raw.get().to_owned())).collect();
        let came: Vec<(String, String)> = members.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        prop_assert_eq!(extra, came);
    }

    #[test]
    fn strings_read_as_serde_json_reads_them(inside in r#"(\\u[dD][89abAB][0-9]{2}|\\u00[0-9a-f]{2}|\\n|\\"|é|x| ){0,20}"#) {
        let text = format!("{{\"title\":\"{inside}\",\"{inside}\":1}}");
        let raw: &RawValue = serde_json::from_str(&text).unwrap();
        if let Ok(known) = serde_json::from_str::<Value>(raw.get()) {
            let article = article(text.as_bytes());
            prop_assert_eq!(known["title"].as_str().filter(|text| !text.trim().is_empty()), article.title.as_deref());
        }
    }
}
