//! The one integration-test binary (librdkafka links once): what the built program does, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may fail loudly"
)]

mod audit;
#[path = "../bench/mod.rs"]
mod bench;
mod cases;
mod config;
mod contract;
mod demo;
mod deploy;
mod dlq;
mod docs;
mod enrich;
mod explain;
#[path = "../faults/mod.rs"]
mod faults;
mod flood;
mod hostile;
mod image;
mod kafka;
mod layers;
mod linking;
mod links;
mod log;
#[cfg(feature = "neural")]
mod neural;
mod outages;
mod processor;
mod rebalance;
mod routing;
mod run;
#[cfg(any(feature = "tls", feature = "tls-vendored"))]
mod secure;
mod telemetry;
mod topics;
