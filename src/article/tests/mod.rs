//! The contract's input, line by line. The texts are invented.

mod envelopes;
mod fields;
mod hostile;
mod properties;
mod rejects;
mod takedowns;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Decoder, Incoming, InputRules, RawArticle, Reject, Takedown};

const MAX_BYTES: usize = 20_000_000;
const EXTRA_MAX_BYTES: usize = 1_000;

fn decoder(mapping: &[(&str, &str)]) -> Decoder {
    let mut paths = BTreeMap::<String, Vec<String>>::new();
    for (field, path) in mapping {
        paths.entry((*field).to_owned()).or_default().push((*path).to_owned());
    }
    Decoder::new(InputRules { max_bytes: MAX_BYTES, mapping: paths, extra_max_bytes: EXTRA_MAX_BYTES }).unwrap()
}

fn article(value: &[u8]) -> RawArticle<'_> {
    match decoder(&[]).decode(value, &[]).unwrap() {
        Incoming::Article(article) => *article,
        Incoming::Takedown(_) => panic!("a takedown"),
    }
}

fn takedown(value: &[u8]) -> Takedown<'_> {
    match decoder(&[]).decode(value, &[]).unwrap() {
        Incoming::Article(_) => panic!("an article"),
        Incoming::Takedown(takedown) => takedown,
    }
}

fn reject(value: &[u8]) -> Reject {
    decoder(&[]).decode(value, &[]).unwrap_err()
}

/// Decodes an article and shows one field of it.
fn field(record: &Value, field: &str) -> Option<String> {
    show(&article(record.to_string().as_bytes()), field)
}

fn show(article: &RawArticle<'_>, field: &str) -> Option<String> {
    let some = |list: Vec<String>| (!list.is_empty()).then(|| list.join("|"));
    match field {
        "id" => article.id.as_deref().map(str::to_owned),
        "url" => article.url.as_deref().map(str::to_owned),
        "identity_url" => article.identity_url.clone(),
        "title" => article.title.as_deref().map(str::to_owned),
        "text" => article.text.as_deref().map(str::to_owned),
        "summary" => article.summary.as_deref().map(str::to_owned),
        "language" => article.declared_language.clone(),
        "published_at" => article.published_at.clone(),
        "updated_at" => article.updated_at.clone(),
        "source" => article.source.name.as_deref().map(str::to_owned),
        "domain" => article.source.domain.as_deref().map(str::to_owned),
        "authors" => some(article.authors.iter().map(|name| name.clone().into_owned()).collect()),
        "extra" => some(article.extra.iter().map(|(name, raw)| format!("{name}={raw}")).collect()),
        "warnings" => some(article.warnings.iter().map(|warning| warning.code().to_owned()).collect()),
        other => panic!("no field {other}"),
    }
}
