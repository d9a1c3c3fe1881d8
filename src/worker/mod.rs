//! The worker: take, analyse, propose, decide, emit, commit. This module wires the threads; nothing here decides anything.
//!
//! ```text
//!   POLL (kafka::source)  --batch-->  ANALYSE (rayon)  --analysed-->  PUBLISH  <--verdict--  TAIL  <-->  the dedupe log
//!      ^    ^                                                          |   |   --proposal-->
//!      |    +---------- bytes released (counter) ----------------------+   +--> transactional producer
//!      +-- waits for PUBLISH only in the revoke callback, with a deadline
//! ```
//! PUBLISH waits for nobody but Kafka, TAIL for nobody but Kafka, ANALYSE is pure: hence no cycle, hence no deadlock.

mod analyse;
mod assignment;
mod flood;
mod gate;
mod inspect;
mod links;
mod memory;
mod notices;
mod outcome;
mod publish;
mod recover;
mod tail;
mod tickets;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use anyhow::Context as _;
use tracing::info;

use crate::config::Config;
use crate::kafka::client::{Batch, TopicNames};
use crate::kafka::sink::SinkSettings;
use crate::kafka::source::Source;
use crate::kafka::topics::{self, DEFAULT_LIMIT, Limits};
use crate::kafka::trouble::{Side, Trouble};
use crate::kafka::watch::Watch;
use crate::pipeline::Pipeline;
use crate::processor::BUILT_FOR;
use crate::telemetry::{Counts, Phase, Telemetry};
use crate::topics::transactional_prefix;

use gate::Gate;
pub use memory::needed as memory_needed;
use tail::Tail;

/// What a worker runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Real brokers: topics and their limits are looked at first.
    Brokers,
    /// The demo's broker, which answers no admin requests.
    EmbeddedBroker,
    /// Real brokers, and a defect put in on purpose: offsets are committed before outputs are delivered. For the test that
    /// shows that the audit sees such a defect, and for nothing else.
    #[doc(hidden)]
    Canary,
}

/// Runs until `stop` is set and what was taken is committed or given back, or until something fails that no retry mends.
///
/// # Errors
/// A property or a group membership that cannot work; everything else is waited for.
pub fn run(config: &Config, ground: Ground, stop: &Arc<AtomicBool>, telemetry: &Arc<Telemetry>) -> anyhow::Result<()> {
    // The demo has sixty articles, whatever its window may hold.
    if ground != Ground::EmbeddedBroker {
        memory::check(config)?;
    }
    let topics = TopicNames::new(config);
    let trouble = Trouble::new(telemetry);
    let (events, inbox) = crossbeam_channel::unbounded();
    let gate = Arc::new(Gate::new(config, Arc::clone(telemetry)));
    let pipeline = Arc::new(Pipeline::new(config)?.measured(&telemetry.stages));
    links::start(&pipeline, telemetry)?;
    let intake = analyse::Analysis::new(config, Arc::clone(&pipeline), events.clone(), Arc::clone(&gate))?;
    let source = Source::new(config, &topics, Box::new(intake), trouble.clone())
        .context("the Kafka consumer cannot be created")?;
    let consumer = source.consumer();
    telemetry.health.enter(Phase::Connecting);
    let mut limits = None;
    if ground != Ground::EmbeddedBroker {
        let Some(found) = topics::await_topics(&consumer, config, &trouble, stop) else { return Ok(()) };
        inspect::inspect(config, &found)?;
        limits = Limits::new(&topics, &found.topics);
    }
    pipeline.set_output_limit(limits.as_ref().map_or(usize::MAX, Limits::article));
    let tail = match config.dedupe.enabled {
        true => {
            let (config, topics, trouble) = (config.clone(), topics.clone(), trouble.clone());
            Some(Tail::start(tail::Base { config, topics, trouble, stop: Arc::clone(stop) }, events.clone())?)
        }
        false => None,
    };
    if let Some(tail) = &tail
        && !tail.await_ready()?
    {
        return Ok(());
    }
    let settings = SinkSettings {
        config: config.clone(),
        topics,
        transactional_id: transactional_id(config),
        batch: Batch::AtMost(limits.as_ref().map_or(DEFAULT_LIMIT, Limits::batch)),
        limits,
        commits_first: ground == Ground::Canary,
    };
    let asks = tail.as_ref().map(|tail| tail.asks.clone());
    let trouble = trouble.of(Side::Output);
    let shared = publish::Shared { consumer, trouble, telemetry: Arc::clone(telemetry), stop: Arc::clone(stop), gate };
    let watch = Watch::start(Arc::clone(&shared.consumer), (config, &settings.topics), &shared.trouble, stop)?;
    let publisher = publish::Publisher::new(settings, shared, inbox, asks, pipeline);
    let publish = thread::Builder::new().name("publish".into()).spawn(move || publisher.run())?;
    telemetry.health.enter(Phase::Working);
    info!(
        version = env!("CARGO_PKG_VERSION"),
        built_for = BUILT_FOR,
        delivery = ?config.delivery,
        group = config.kafka.group,
        "worker started"
    );
    let poll = thread::scope(|scope| {
        let poll = thread::Builder::new().name("poll".into()).spawn_scoped(scope, || source.run(stop))?;
        poll.join().map_err(|_| anyhow::anyhow!("the POLL thread panicked"))
    })?;
    // POLL has left the group and drained: nothing more comes.
    let _ = events.send(publish::Event::Closed);
    let published = publish.join().map_err(|_| anyhow::anyhow!("the PUBLISH thread panicked"))?;
    watch.end();
    tail.into_iter().for_each(Tail::join);
    let Counts { taken, enriched, duplicates, dead_letters, tombstones, .. } = telemetry.tally.counts();
    info!(taken, enriched, duplicates, dead_letters, tombstones, "worker stopped");
    poll.context("the Kafka consumer failed")?;
    published
}

/// Stable per instance, so that a restart ends its predecessor's open transaction at once; unique without an instance name,
/// so that two workers never fence each other (group metadata fences zombies, KIP-447).
fn transactional_id(config: &Config) -> String {
    let prefix = transactional_prefix(config);
    match &config.kafka.instance {
        Some(instance) => format!("{prefix}{instance}"),
        None => {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            format!("{prefix}{:x}-{:x}", std::process::id(), since.as_nanos())
        }
    }
}
