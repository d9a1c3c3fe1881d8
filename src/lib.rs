//! copydesk: raw news articles in, enriched records out, on Kafka.
//!
//! In a newspaper the copy desk takes raw copy off the wire, throws out what already ran, marks it up and sends it on.
//! The house, from the top; arrows point down and nowhere else:
//!
//! | room | what |
//! |---|---|
//! | [`cli`] | the commands, one file each |
//! | [`demo`] | the bundled articles and what is expected of them |
//! | [`server`] | HTTP: `/metrics`, `/livez`, `/readyz` |
//! | [`worker`] | poll → analyse → decide → publish → commit, and how partitions come and go |
//! | [`kafka`] | the only room that names rdkafka: source, sink, topics, the demo's broker |
//! | [`pipeline`] | one article's whole life on one screen; no Kafka, no tokio: [`pipeline::text`], [`pipeline::language`], [`pipeline::entities`], [`pipeline::links`], [`pipeline::dedupe`] |
//! | [`audit`] | does every input record have its outcome, once: two bytes an offset |
//! | [`record`] | what goes in and out: plain data, the output contract |
//! | [`article`] | the input contract: bytes to an article, a takedown or a reject |
//! | [`telemetry`] | every metric and the worker's health: plain data, handed down |
//! | [`topics`] | what the topics must be like, and the rights on them: plain data |
//! | [`config`] | one typed tree with every default |
//! | [`routing`] | the language of routing rules' conditions |
//! | [`mod@panic`], [`processor`], `nearest`, `queue` | panics as values; the build for the processor; "did you mean"; chunks of work before a thread pool |
//!
//! `kafka` and `pipeline` never see each other; `worker` knows both. A failure of one article is a value
//! ([`article::Reject`]) and ends in the dead letters; a failure of the infrastructure is an `Err`: waited for, or a clean
//! exit. There is no third kind.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a test may fail loudly"
    )
)]

pub mod article;
pub mod audit;
pub mod cli;
pub mod config;
pub mod demo;
pub mod kafka;
mod nearest;
pub mod panic;
pub mod pipeline;
pub mod processor;
mod queue;
pub mod record;
pub mod routing;
pub mod server;
pub mod telemetry;
pub mod topics;
pub mod worker;

/// CPU time of this thread: what a test may bound without minding what else runs on the machine.
#[cfg(test)]
pub(crate) fn cpu_time() -> std::time::Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    std::time::Duration::try_from(spent).unwrap()
}
