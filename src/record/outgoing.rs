//! What leaves the worker: records for a topic, dead letters and tombstones among them.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cause::{ATTEMPTS, is_cause};
use super::{Header, Origin, Record, Route, trace};

/// A record for a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Where to.
    pub route: Route,
    /// Kafka key.
    pub key: Option<Vec<u8>>,
    /// Value; none is a tombstone. Shared by the topics that it goes to.
    pub value: Option<Arc<Vec<u8>>>,
    /// Headers.
    pub headers: Vec<Header>,
}

impl Outgoing {
    /// Bytes of key, value and headers, as the broker's size limit counts them, give or take the framing.
    pub fn size(&self) -> usize {
        let headers: usize =
            self.headers.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, Vec::len) + 8).sum();
        self.key.as_ref().map_or(0, Vec::len) + self.value.as_ref().map_or(0, |value| value.len()) + headers
    }
}

/// Headers of Kafka Connect's convention for dead letters start so; a second failure replaces the first's.
pub(super) const CONNECT: &str = "__connect.errors.";
/// Our own headers start so.
pub(super) const OWN: &str = "copydesk.";

/// The record as it came, bytes and headers, with its cause in further headers.
pub fn dead_letter(record: &Record, code: &str, message: &str) -> Outgoing {
    let mut headers = record.continued_headers();
    headers.retain(|(name, _)| !is_cause(name));
    headers.extend(cause(&record.origin, code, message));
    if record.headers_omitted > 0 {
        headers.push((format!("{OWN}headers.omitted"), Some(record.headers_omitted.to_string().into_bytes())));
    }
    let value = record.value.clone().map(Arc::new);
    Outgoing { route: Route::DeadLetters, key: record.key.clone(), value, headers }
}

fn cause(origin: &Origin, code: &str, message: &str) -> Vec<Header> {
    let header = |prefix: &str, name: &str, value: String| (format!("{prefix}{name}"), Some(value.into_bytes()));
    vec![
        header(CONNECT, "topic", origin.topic.to_string()),
        header(CONNECT, "partition", origin.partition.to_string()),
        header(CONNECT, "offset", origin.offset.to_string()),
        header(CONNECT, "connector.name", "copydesk".into()),
        header(CONNECT, "stage", "copydesk".into()),
        header(CONNECT, "exception.class.name", code.into()),
        header(CONNECT, "exception.message", message.into()),
        header(OWN, "error.code", code.into()),
    ]
}

/// What takes the place of a dead letter that the broker refuses for its size: where the original stands, and its hash.
pub fn last_resort(record: &Record, code: &str, message: &str) -> Outgoing {
    #[derive(Serialize)]
    struct Omitted<'a> {
        topic: &'a str,
        partition: i32,
        offset: i64,
        timestamp: Option<i64>,
        size: usize,
        sha256: String,
        code: &'a str,
        message: &'a str,
    }
    let value = record.value.as_deref().unwrap_or_default();
    let mut sha256 = String::with_capacity(64);
    for byte in Sha256::digest(value) {
        // writing to a String cannot fail
        let _ = write!(sha256, "{byte:02x}");
    }
    let Origin { topic, partition, offset, timestamp } = &record.origin;
    let omitted = Omitted {
        topic,
        partition: *partition,
        offset: *offset,
        timestamp: *timestamp,
        size: value.len(),
        sha256,
        code,
        message,
    };
    let mut headers = cause(&record.origin, code, message);
    headers.extend(record.headers.iter().filter(|(name, _)| name == ATTEMPTS).cloned());
    headers.extend(trace::parent(record));
    headers.push((format!("{OWN}value.omitted"), Some(value.len().to_string().into_bytes())));
    // A key above a kilobyte could be what is too large: the coordinates name the record all the same.
    let key = record.key.clone().filter(|key| key.len() <= 1024);
    Outgoing { route: Route::DeadLetters, key, value: serde_json::to_vec(&omitted).ok().map(Arc::new), headers }
}

/// Takes an article back downstream: an empty value under its key.
pub fn tombstone(route: Route, key: Vec<u8>, record: &Record) -> Outgoing {
    let mut headers = record.continued_headers();
    headers.retain(|(name, _)| !name.starts_with("copydesk.input."));
    let Origin { topic, partition, offset, .. } = &record.origin;
    let place = [("topic", topic.to_string()), ("partition", partition.to_string()), ("offset", offset.to_string())];
    headers.extend(place.map(|(name, value)| (format!("{OWN}input.{name}"), Some(value.into_bytes()))));
    Outgoing { route, key: Some(key), value: None, headers }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            origin: Origin { topic: "raw".into(), partition: 3, offset: 812, timestamp: Some(5) },
            key: Some(b"k".to_vec()),
            value: Some(b"\xff{".to_vec()),
            headers: vec![("h".into(), Some(b"1".to_vec())), ("__connect.errors.topic".into(), Some(b"old".to_vec()))],
            headers_omitted: 0,
        }
    }

    fn header<'a>(out: &'a Outgoing, name: &str) -> Vec<&'a [u8]> {
        out.headers.iter().filter(|(n, _)| n == name).filter_map(|(_, v)| v.as_deref()).collect()
    }

    #[test]
    fn a_dead_letter_keeps_bytes_and_headers_and_replaces_an_older_cause() {
        let out = dead_letter(&record(), "not-utf8", "byte 0");
        assert_eq!(out.value.as_deref().map(Vec::as_slice), Some(&b"\xff{"[..]));
        assert_eq!(out.key.as_deref(), Some(&b"k"[..]));
        assert_eq!(header(&out, "h"), [b"1"]);
        assert_eq!(header(&out, "__connect.errors.topic"), [b"raw"]);
        assert_eq!(header(&out, "__connect.errors.offset"), [b"812"]);
        assert_eq!(header(&out, "copydesk.error.code"), [b"not-utf8"]);
    }

    #[test]
    fn a_last_resort_says_what_was_omitted() {
        let out = last_resort(&record(), "too-large", "17 MiB");
        let value: serde_json::Value = serde_json::from_slice(&out.value.clone().unwrap()).unwrap();
        assert_eq!(value["size"], 2);
        assert_eq!(value["offset"], 812);
        assert_eq!(value["sha256"].as_str().unwrap().len(), 64);
        assert_eq!(header(&out, "copydesk.value.omitted"), [b"2"]);
    }

    #[test]
    fn a_trace_goes_on_in_every_kind_of_output() {
        let mut record = record();
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        record.headers.push(("traceparent".into(), Some(parent.as_bytes().to_vec())));
        let outputs = [
            dead_letter(&record, "not-utf8", "byte 0"),
            last_resort(&record, "too-large", "17 MiB"),
            tombstone(Route::Enriched, b"key".to_vec(), &record),
        ];
        for out in outputs {
            let told = header(&out, "traceparent");
            assert!(told.len() == 1 && told[0].starts_with(&parent.as_bytes()[..36]), "{out:?}");
            assert_ne!(told[0], parent.as_bytes(), "{out:?}");
        }
    }

    #[test]
    fn a_tombstone_has_no_value_and_names_its_input() {
        let out = tombstone(Route::Enriched, b"key".to_vec(), &record());
        assert_eq!((out.value.as_ref(), out.key.as_deref()), (None, Some(&b"key"[..])));
        assert_eq!(header(&out, "copydesk.input.offset"), [b"812"]);
    }
}
