//! What an error of the producer means: try later, abort, take a new producer, or give a record another outcome.
//!
//! librdkafka tells for transactional calls whether an error is retriable, abortable or fatal. A commit that did not answer
//! in time is none of these: nobody knows whether it happened, so the producer is replaced (which ends the transaction one
//! way or the other) and the committed offsets are read again. A transaction older than its time limit and a zombie that
//! was replaced both come as `Fenced`, fatal: a new producer is right for both, since a zombie's partitions are lost.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// Why something could not be published or committed.
#[derive(Debug)]
pub enum Failure<Tag> {
    /// Nothing is lost or undone: the same call again, later.
    Later(String),
    /// The transaction must be aborted; its records are emitted again.
    Abort(String),
    /// The producer is of no use any more, or nobody knows how its transaction ended.
    Renew(String),
    /// The broker refuses these records for their size. The producer is of no use after that: the next transaction would
    /// fail too (seen).
    Refused(Vec<Tag>),
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
    let too_large = |code: &RDKafkaErrorCode| {
        matches!(code, RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidMessageSize)
    };
    let other = failed.iter().find(|(_, code)| !too_large(code)).map(|(_, code)| *code);
    let refused: Vec<Tag> = failed.into_iter().filter(|(_, code)| too_large(code)).map(|(tag, _)| tag).collect();
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
    fn records_that_are_too_large_are_told_apart_from_what_failed_with_them() {
        let failed = vec![(1, RDKafkaErrorCode::PurgeQueue), (2, RDKafkaErrorCode::MessageSizeTooLarge)];
        assert!(matches!(classify_deliveries(failed), Failure::Refused(tags) if tags == [2]));
        assert!(matches!(classify_deliveries(vec![(1, RDKafkaErrorCode::MessageTimedOut)]), Failure::Renew(_)));
    }

    #[test]
    fn an_unknown_end_takes_a_new_producer() {
        let error = KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut);
        assert!(matches!(classify::<()>("commit", &error), Failure::Renew(_)));
    }
}
