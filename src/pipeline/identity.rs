//! Who an article is: the names by which Kafka, the stories and takedowns know it.

use std::num::NonZeroU64;

use super::dedupe::Identity;
use crate::article::Source;
use crate::config::IdScope;
use crate::record::Record;

/// The identity of a record.
pub(super) fn of(record: &Record) -> Identity {
    let origin = &record.origin;
    Identity::of(&origin.topic, origin.partition, origin.offset, record.value.as_deref().unwrap_or_default())
}

/// An identity as an id, for articles that have none.
pub(super) fn hex(identity: &Identity) -> String {
    data_encoding::HEXLOWER.encode(&identity.0)
}

/// The source as one word: its domain if it is known, since names are written in many ways.
pub(super) fn source<'a>(source: &'a Source<'_>) -> &'a str {
    source.domain.as_deref().or(source.name.as_deref()).unwrap_or_default()
}

/// The source as the stories know it; 0 if it is unknown.
pub(super) fn source_hash(source: &str) -> u32 {
    if source.is_empty() { 0 } else { ((hash(&[source.as_bytes()]) >> 32) as u32).max(1) }
}

/// Kafka key: the input's, else source and id; where an id names one article whatever its source, the id alone.
pub(super) fn key(scope: IdScope, record: &Record, source: &str, id: &str) -> Vec<u8> {
    let source = if scope == IdScope::Global { "" } else { source };
    record.key.clone().filter(|key| !key.is_empty()).unwrap_or_else(|| format!("{source}:{id}").into_bytes())
}

/// The article as versions of it are recognised.
pub(super) fn article(scope: IdScope, source: &str, id: &str) -> u64 {
    match scope {
        IdScope::Source => hash(&[source.as_bytes(), b"\0", id.as_bytes()]),
        IdScope::Global => hash(&[b"\0\0", id.as_bytes()]),
    }
}

/// A normalised URL.
pub(super) fn url(normalised: &str) -> Option<NonZeroU64> {
    NonZeroU64::new(hash(&[normalised.as_bytes()]))
}

/// 64 bits of blake3: nobody can make two articles collide on purpose at this price.
pub(super) fn hash(parts: &[&[u8]]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
