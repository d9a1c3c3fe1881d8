//! The Kafka edge: the only folder that names rdkafka.
//!
//! - [`source`]: the POLL thread, which owns the consumer and never stops polling; [`rebalance`]: what its callbacks do.
//! - [`sink`]: the producer, transactional or not; [`failure`]: what each error means for it.
//! - [`log`]: the dedupe log's reader and writer.
//! - [`topics`]: what is looked at before anything is consumed. [`trouble`]: one message a fault, not thousands;
//!   [`connection`]: the causes behind librdkafka's errors.
//! - [`admin`]: topics looked at and created by commands; [`look`]: what the broker tells of a topic; [`rights`]: what it allows.
//! - [`scan`]: reads topics from outside, for commands; [`standing`]: where a group
//!   stands; [`replay`]: sends dead letters again.
//! - [`watch`]: how far behind the worker is.
//! - [`client`]: the properties of every client; [`properties`]: the user's, tried before anything connects. [`embedded`]: the broker of the demo.
//!
//! It knows records and positions, nothing of articles. What was measured of each setting and each error stands in the
//! project's research note on Kafka; the numbers in comments are from there.

pub mod admin;
pub mod client;
pub mod connection;
pub mod embedded;
pub mod failure;
pub mod log;
pub mod look;
mod message;
mod offsets;
pub mod properties;
pub mod rebalance;
pub mod replay;
pub mod rights;
pub mod scan;
pub mod sink;
pub mod source;
pub mod standing;
pub mod topics;
pub mod trouble;
pub mod watch;
