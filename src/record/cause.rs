//! Why a record is a dead letter, read back from the headers that [`super::dead_letter`] wrote, and the headers that are left
//! when it is sent again.

use super::outgoing::{CONNECT, OWN};
use super::{Header, Place};

/// How often a dead letter was sent again: the guard against a loop. Dead letters keep it.
pub const ATTEMPTS: &str = "copydesk.replay.attempts";

/// Why a record is a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The stable code; of another program's dead letter the name that it gives the failure, or nothing.
    pub code: String,
    /// What, where, and what to do.
    pub message: String,
    /// The input record: topic and place.
    pub origin: Option<(String, Place)>,
    /// How often it was sent again already.
    pub attempts: u32,
    /// The value was too large even for a dead letter: only its coordinates are there.
    pub is_value_omitted: bool,
}

impl Cause {
    /// The cause as headers tell it. The last of several headers with one name counts.
    pub fn of(headers: &[Header]) -> Self {
        let text = |prefix: &str, name: &str| {
            let found = headers.iter().rev().find(|(known, _)| known.strip_prefix(prefix) == Some(name))?;
            found.1.as_deref().map(|value| String::from_utf8_lossy(value).into_owned())
        };
        let origin = || {
            let (partition, offset) = (text(CONNECT, "partition")?, text(CONNECT, "offset")?);
            let place = Place { partition: partition.parse().ok()?, offset: offset.parse().ok()? };
            Some((text(CONNECT, "topic")?, place))
        };
        let code = text(OWN, "error.code").or_else(|| text(CONNECT, "exception.class.name"));
        Self {
            code: code.unwrap_or_default(),
            message: text(CONNECT, "exception.message").unwrap_or_default(),
            origin: origin(),
            attempts: text(ATTEMPTS, "").and_then(|count| count.parse().ok()).unwrap_or_default(),
            is_value_omitted: text(OWN, "value.omitted").is_some(),
        }
    }
}

/// A header that tells of a cause. A second failure replaces it, and a replay leaves it behind.
pub(super) fn is_cause(name: &str) -> bool {
    name.starts_with(CONNECT)
        || name.strip_prefix(OWN).is_some_and(|rest| rest.starts_with("error.") || rest == "headers.omitted")
}

/// The headers that a dead letter is sent again with: its own, and the number of this attempt.
pub fn replay_headers(headers: &[Header], attempt: u32) -> Vec<Header> {
    let own = headers.iter().filter(|(name, _)| !is_cause(name) && name != ATTEMPTS);
    let mut kept: Vec<Header> = own.cloned().collect();
    kept.push((ATTEMPTS.to_owned(), Some(attempt.to_string().into_bytes())));
    kept
}

#[cfg(test)]
mod tests {
    use super::super::{Origin, Record, dead_letter, last_resort};
    use super::*;

    fn record(headers: Vec<Header>) -> Record {
        let origin = Origin { topic: "raw".into(), partition: 3, offset: 812, timestamp: None };
        Record { origin, key: None, value: Some(b"{".to_vec()), headers, headers_omitted: 1 }
    }

    #[test]
    fn a_cause_is_read_as_it_was_written() {
        let own = vec![("h".to_owned(), Some(b"1".to_vec())), (ATTEMPTS.to_owned(), Some(b"2".to_vec()))];
        let letter = dead_letter(&record(own), "not-json", "byte 1");
        let cause = Cause::of(&letter.headers);
        let place = Place { partition: 3, offset: 812 };
        assert_eq!((cause.code.as_str(), cause.message.as_str()), ("not-json", "byte 1"));
        assert_eq!((cause.origin, cause.attempts), (Some(("raw".to_owned(), place)), 2));
        assert!(!cause.is_value_omitted);
    }

    #[test]
    fn a_last_resort_keeps_the_count_of_attempts() {
        let own = vec![("h".to_owned(), Some(b"1".to_vec())), (ATTEMPTS.to_owned(), Some(b"2".to_vec()))];
        let cause = Cause::of(&last_resort(&record(own), "too-large", "17 MiB").headers);
        assert_eq!((cause.attempts, cause.is_value_omitted), (2, true));
    }

    #[test]
    fn a_replay_carries_the_records_own_headers_and_its_count() {
        let own = vec![
            ("h".to_owned(), Some(b"1".to_vec())),
            (ATTEMPTS.to_owned(), Some(b"1".to_vec())),
            ("none".to_owned(), None),
        ];
        let letter = dead_letter(&record(own), "not-json", "byte 1");
        let kept = replay_headers(&letter.headers, 2);
        let expected = [("h", Some("1")), ("none", None), (ATTEMPTS, Some("2"))];
        let kept: Vec<_> = kept
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_deref().map(|v| std::str::from_utf8(v).unwrap())))
            .collect();
        assert_eq!(kept, expected);
    }

    #[test]
    fn headers_of_nobody_we_know_are_no_cause() {
        let cause = Cause::of(&[("h".to_owned(), None)]);
        assert_eq!((cause.code.as_str(), cause.origin, cause.attempts), ("", None, 0));
    }
}
