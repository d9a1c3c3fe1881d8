//! Sends dead letters again: an idempotent producer, and no word of success before the broker has confirmed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header as Borrowed, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};
use tracing::debug;

use super::client::{self, ClientError};
use crate::config::Config;
use crate::record::{Header, Place};

/// How long the end waits for deliveries: longer than `message.timeout.ms`, which ends them all.
const FLUSH: Duration = Duration::from_secs(60);

/// What became of dead letters that were sent.
#[derive(Debug, Default)]
struct Deliveries {
    confirmed: Mutex<u64>,
    failed: Mutex<BTreeMap<Place, String>>,
    last_word: Mutex<Option<String>>,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        debug!(?level, facility, "{message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            *self.last_word.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.to_owned());
        }
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Place>;

    fn delivery(&self, result: &DeliveryResult<'_>, place: Box<Place>) {
        match result {
            Ok(_) => *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner) += 1,
            Err((error, _)) => self.fail(*place, error),
        }
    }
}

impl Deliveries {
    fn fail(&self, place: Place, error: &KafkaError) {
        let code = error.rdkafka_error_code();
        let word = self.last_word.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = match (code, word) {
            (Some(RDKafkaErrorCode::MessageTimedOut), Some(word)) => format!("not confirmed in time ({word})"),
            (Some(RDKafkaErrorCode::MessageTimedOut), None) => "not confirmed in time".to_owned(),
            (Some(code), _) => code.to_string(),
            (None, _) => error.to_string(),
        };
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).insert(place, text);
    }
}

/// A dead letter to send again.
#[derive(Debug)]
pub struct Replay<'a> {
    /// Where it stands in the dead-letter topic.
    pub place: Place,
    /// The partition to send it to; none: by its key.
    pub partition: Option<i32>,
    /// Key, as it came.
    pub key: Option<&'a [u8]>,
    /// Value, as it came.
    pub value: Option<&'a [u8]>,
    /// Its own headers.
    pub headers: &'a [Header],
}

/// Sends dead letters to one topic.
pub struct Replayer {
    producer: BaseProducer<Deliveries>,
    topic: String,
}

/// How it ended.
#[derive(Debug)]
pub struct Replayed {
    /// Dead letters that the broker has confirmed.
    pub confirmed: u64,
    /// Those that it has not, each with the reason.
    pub failed: BTreeMap<Place, String>,
}

impl Replayer {
    /// Creates the producer, which connects in the background.
    ///
    /// # Errors
    /// A property that librdkafka refuses, or a secret's file that cannot be read.
    pub fn new(config: &Config, topic: &str) -> Result<Self, ClientError> {
        let producer = client::replayer(config)?.create_with_context(Deliveries::default())?;
        Ok(Self { producer, topic: topic.to_owned() })
    }

    /// Hands a dead letter to the producer; waits for room. Returns false if one has failed by now: there is no sense in
    /// sending more.
    pub fn send(&self, replay: &Replay<'_>) -> bool {
        loop {
            match self.producer.send(self.message(replay)).map_err(|(error, _)| error) {
                Ok(()) => break,
                Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull) => {
                    self.producer.poll(Duration::from_millis(50));
                }
                Err(error) => {
                    self.producer.context().fail(replay.place, &error);
                    break;
                }
            }
        }
        self.producer.poll(Duration::ZERO);
        self.producer.context().failed.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn message<'a>(&'a self, replay: &Replay<'a>) -> BaseRecord<'a, [u8], [u8], Box<Place>> {
        let mut message = BaseRecord::with_opaque_to(&self.topic, Box::new(replay.place));
        message.partition = replay.partition;
        message.key = replay.key;
        message.payload = replay.value;
        let insert =
            |headers: OwnedHeaders, (key, value): &Header| headers.insert(Borrowed { key, value: value.as_ref() });
        message.headers(replay.headers.iter().fold(OwnedHeaders::new_with_capacity(replay.headers.len()), insert))
    }

    /// Waits until the broker has confirmed or refused every one.
    pub fn finish(self) -> Replayed {
        // What is not told by then has failed by its own time limit; its report is counted below.
        if let Err(error) = self.producer.flush(FLUSH) {
            debug!(%error, "flush");
        }
        let deliveries = self.producer.context();
        Replayed {
            confirmed: *deliveries.confirmed.lock().unwrap_or_else(PoisonError::into_inner),
            failed: std::mem::take(&mut deliveries.failed.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}
