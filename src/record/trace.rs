//! W3C trace context: outputs go on with the trace of the record that they come from.
//!
//! The span's id follows from the record's place, so that the same input gives the same output, whoever publishes it and how
//! often. `tracestate` passes as it is; what is no valid `traceparent` of version 00 passes as it is too.

use std::fmt::Write as _;

use super::{Header, Origin, Record};

const TRACEPARENT: &str = "traceparent";
/// `00-` trace id `-` span id `-` flags.
const LENGTH: usize = 55;

/// The parts of a valid header.
struct Traceparent<'a> {
    trace: &'a str,
    flags: &'a str,
}

impl<'a> Traceparent<'a> {
    fn of(value: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok().filter(|text| text.len() == LENGTH)?;
        let mut parts = text.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_id = |part: &str, length| part.len() == length && is_hex(part) && part.bytes().any(|byte| byte != b'0');
        let is_valid = version == "00" && is_id(trace, 32) && is_id(span, 16) && flags.len() == 2 && is_hex(flags);
        (is_valid && parts.next().is_none()).then_some(Self { trace, flags })
    }

    /// The one that these headers have; several are as good as none.
    fn among(headers: &'a [Header]) -> Option<(usize, Self)> {
        let is_one = |(_, (name, _)): &(usize, &Header)| name.eq_ignore_ascii_case(TRACEPARENT);
        let mut all = headers.iter().enumerate().filter(is_one);
        let (index, (_, value)) = all.next()?;
        if all.next().is_some() {
            return None;
        }
        Some((index, Self::of(value.as_deref()?)?))
    }
}

/// Id of the trace that a record belongs to: for log lines about it.
pub fn trace_id(record: &Record) -> Option<&str> {
    Some(Traceparent::among(&record.headers)?.1.trace)
}

/// The record's headers for what is made from it: a trace goes on in a span of this worker.
pub(super) fn continued(record: &Record) -> Vec<Header> {
    let mut headers = record.headers.clone();
    if let Some((index, Traceparent { trace, flags })) = Traceparent::among(&record.headers)
        && let Some((_, value)) = headers.get_mut(index)
    {
        *value = Some(format!("00-{trace}-{}-{flags}", span(&record.origin)).into_bytes());
    }
    headers
}

/// The `traceparent` alone, for what carries no other header of the record.
pub(super) fn parent(record: &Record) -> Option<Header> {
    let (index, _) = Traceparent::among(&record.headers)?;
    continued(record).into_iter().nth(index)
}

/// The id of the span in which a record is processed.
fn span(origin: &Origin) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(origin.topic.as_bytes()).update(&[0]);
    hasher.update(&origin.partition.to_le_bytes()).update(&origin.offset.to_le_bytes());
    let mut id = String::with_capacity(16);
    for byte in hasher.finalize().as_bytes().iter().take(8) {
        // writing to a String cannot fail
        let _ = write!(id, "{byte:02x}");
    }
    // All zeros would be no id: one chance in 2^64.
    if id.bytes().all(|byte| byte == b'0') { "0000000000000001".into() } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn record(headers: &[(&str, &str)], offset: i64) -> Record {
        let headers =
            headers.iter().map(|(name, value)| ((*name).to_owned(), Some(value.as_bytes().to_vec()))).collect();
        let origin = Origin { topic: "raw".into(), partition: 3, offset, timestamp: None };
        Record { origin, key: None, value: None, headers, headers_omitted: 0 }
    }

    fn text(header: &Header) -> &str {
        std::str::from_utf8(header.1.as_deref().unwrap()).unwrap()
    }

    #[test]
    fn a_trace_goes_on_in_a_span_of_the_record() {
        let one = record(&[("a", "1"), ("traceparent", VALID), ("tracestate", "x=1")], 7);
        let out = continued(&one);
        assert_eq!((text(&out[0]), text(&out[2])), ("1", "x=1"));
        let parent_of = |out: &[Header]| text(&out[1]).to_owned();
        let told = parent_of(&out);
        assert!(told.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && told.ends_with("-01"), "{told}");
        assert!(told != VALID && Traceparent::of(told.as_bytes()).is_some(), "{told}");
        assert_eq!(parent_of(&continued(&one)), told, "the same input gives the same output");
        let other = record(&[("a", "1"), ("traceparent", VALID)], 8);
        assert_ne!(parent_of(&continued(&other)), told, "every record has a span of its own");
        assert_eq!(trace_id(&one), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert_eq!(parent(&one).as_ref().map(text), Some(told.as_str()));
    }

    #[test]
    fn what_is_no_traceparent_of_version_00_passes_as_it_is() {
        for wrong in [
            "",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        ] {
            let record = record(&[("traceparent", wrong)], 7);
            assert_eq!(continued(&record), record.headers, "{wrong}");
            assert_eq!((trace_id(&record), parent(&record)), (None, None), "{wrong}");
        }
        let twice = record(&[("traceparent", VALID), ("Traceparent", VALID)], 7);
        assert_eq!(continued(&twice), twice.headers);
    }
}
