//! A message of librdkafka as a record of ours.

use std::sync::Arc;

use rdkafka::Timestamp;
use rdkafka::message::{BorrowedMessage, Header as Borrowed, Headers as _, Message as _};

use crate::panic;
use crate::record::{Header, Origin, Record};

/// Copies a message of the input topic.
pub(super) fn record(topic: &Arc<str>, message: &BorrowedMessage<'_>) -> Record {
    let timestamp = match message.timestamp() {
        Timestamp::NotAvailable => None,
        Timestamp::CreateTime(millis) | Timestamp::LogAppendTime(millis) => Some(millis),
    };
    let (headers, headers_omitted) = message.headers().map_or_else(Default::default, |headers| {
        readable(headers.count(), |index| {
            headers.try_get(index).map(|Borrowed { key, value }| (key.to_owned(), value.map(<[u8]>::to_vec)))
        })
    });
    Record {
        origin: Origin {
            topic: Arc::clone(topic),
            partition: message.partition(),
            offset: message.offset(),
            timestamp,
        },
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers,
        headers_omitted,
    }
}

/// Headers whose names are UTF-8, and how many are not. rdkafka panics on such a name, Kafka allows it, and the worker would
/// meet the record again after every restart.
fn readable(count: usize, get: impl Fn(usize) -> Option<Header>) -> (Vec<Header>, usize) {
    let (mut headers, mut omitted) = (Vec::with_capacity(count), 0);
    for index in 0..count {
        match panic::caught(|| get(index)) {
            Ok(header) => headers.extend(header),
            Err(_) => omitted += 1,
        }
    }
    (headers, omitted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_cannot_be_read_takes_no_other_with_it() {
        panic::stay_silent();
        let names: [&[u8]; 3] = [b"first", b"\xff", b"last"];
        let get = |index: usize| Some((std::str::from_utf8(names[index]).unwrap().to_owned(), None));
        let (headers, omitted) = readable(3, get);
        assert_eq!((headers, omitted), (vec![("first".into(), None), ("last".into(), None)], 1));
    }
}
