//! What an error of the producer means: try later, abort, take a new producer, give a record another outcome, or stop.
//!
//! librdkafka tells for transactional calls whether an error is retriable, abortable or fatal. A commit that did not answer
//! in time is none of these: nobody knows whether it happened, so the producer is replaced (which ends the transaction one
//! way or the other) and the committed offsets are read again. A transaction older than its time limit and a zombie that
//! was replaced both come as `Fenced`, fatal: a new producer is right for both, since a zombie's partitions are lost.

use std::fmt;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// Why the broker takes no record like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is larger than the topic takes.
    Size,
    /// The topic has a rule against it: compacted topics want keys, clusters may have policies.
    Rule(RDKafkaErrorCode),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size => f.write_str("for its size"),
            Self::Rule(code) => write!(f, "by a rule of the topic or the cluster ({code})"),
        }
    }
}

impl Refusal {
    fn of(code: RDKafkaErrorCode) -> Option<Self> {
        match code {
            RDKafkaErrorCode::MessageSizeTooLarge
            | RDKafkaErrorCode::InvalidMessageSize
            | RDKafkaErrorCode::MessageBatchTooLarge => Some(Self::Size),
            RDKafkaErrorCode::InvalidRecord
            | RDKafkaErrorCode::PolicyViolation
            | RDKafkaErrorCode::InvalidTimestamp => Some(Self::Rule(code)),
            _ => None,
        }
    }
}

/// Why something could not be published or committed.
#[derive(Debug)]
pub enum Failure<Tag> {
    /// Nothing is lost or undone: the same call again, later.
    Later(String),
    /// The transaction must be aborted; its records are emitted again.
    Abort(String),
    /// The producer is of no use any more, or nobody knows how its transaction ended.
    Renew(String),
    /// The broker refuses batches with these records. The producer is of no use after that: the next transaction would fail
    /// too (seen).
    Refused(Vec<(Tag, Refusal)>),
    /// A right is missing: what is not allowed, and what to grant. It may come later, so a new producer tries again.
    Forbidden(String, String),
    /// No retry mends this.
    Fatal(String),
}

/// The class of an error of a transactional call.
pub fn classify<Tag>(call: &str, error: &KafkaError) -> Failure<Tag> {
    let text = format!("{call}: {error}");
    match error {
        KafkaError::Transaction(error) if error.is_fatal() => Failure::Renew(text),
        KafkaError::Transaction(error) if error.txn_requires_abort() => Failure::Abort(text),
        KafkaError::Transaction(error) if error.is_retriable() => Failure::Later(text),
        KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut) => Failure::Renew(text),
        // A state error ("transaction in wrong state") or something new: start from a clean producer.
        _ => Failure::Renew(text),
    }
}

/// The class of deliveries that failed, each with its code.
pub fn classify_deliveries<Tag>(failed: Vec<(Tag, RDKafkaErrorCode)>) -> Failure<Tag> {
    // Others fail with a refused record: what was in its batch, and what was purged.
    let other = failed.iter().map(|(_, code)| *code).find(|code| Refusal::of(*code).is_none());
    let refused: Vec<_> = failed.into_iter().filter_map(|(tag, code)| Some((tag, Refusal::of(code)?))).collect();
    match other {
        _ if !refused.is_empty() => Failure::Refused(refused),
        Some(code) => Failure::Renew(format!("delivery failed: {code}")),
        None => Failure::Renew("delivery failed".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_are_refused_are_told_apart_from_what_failed_with_them() {
        let failed = vec![(1, RDKafkaErrorCode::PurgeQueue), (2, RDKafkaErrorCode::MessageSizeTooLarge)];
        assert!(matches!(classify_deliveries(failed), Failure::Refused(tags) if tags == [(2, Refusal::Size)]));
        let failed = vec![(1, RDKafkaErrorCode::InvalidRecord)];
        assert!(matches!(classify_deliveries(failed), Failure::Refused(tags) if tags[0].1 != Refusal::Size));
        assert!(matches!(classify_deliveries(vec![(1, RDKafkaErrorCode::MessageTimedOut)]), Failure::Renew(_)));
    }

    #[test]
    fn an_unknown_end_takes_a_new_producer() {
        let error = KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut);
        assert!(matches!(classify::<()>("commit", &error), Failure::Renew(_)));
    }
}
