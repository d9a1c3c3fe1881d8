//! What is looked at before anything is consumed: do the topics exist, and how large may a record be.
//!
//! A broker that is down or a topic that is missing is waited for, with one message that says what to do: a container that
//! exits and restarts in a loop tells nobody anything.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, OwnedResourceSpecifier, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::RDKafkaErrorCode;
use tracing::{debug, info, warn};

use super::client::{TopicNames, asker};
use super::source::Consumer;
use super::trouble::Trouble;
use crate::config::Config;
use crate::record::Route;

/// Kafka's default `max.message.bytes`: what a batch may have where the broker does not tell.
pub const DEFAULT_LIMIT: usize = 1_048_588;

/// Largest records of the output topics, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    enriched: usize,
    duplicates: usize,
    dead_letters: usize,
    stories: usize,
    rules: Vec<usize>,
}

impl Limits {
    /// Of the topic that a record goes to.
    pub fn of(&self, route: Route) -> usize {
        match route {
            Route::Enriched => self.enriched,
            Route::Duplicates => self.duplicates,
            Route::DeadLetters => self.dead_letters,
            Route::Stories => self.stories,
            Route::Rule(index) => self.rules.get(usize::from(index)).copied().unwrap_or(usize::MAX),
        }
    }

    /// Of an enriched record, whatever its verdict and the rules.
    pub fn article(&self) -> usize {
        self.rules.iter().copied().fold(self.enriched.min(self.duplicates), usize::min)
    }

    /// Of a batch, to whichever topic: a topic's limit is on a batch, and librdkafka does not split one.
    pub fn batch(&self) -> usize {
        self.article().min(self.dead_letters).min(self.stories)
    }
}

/// Waits until the brokers answer and every topic exists. Returns false if `stop` came first.
pub fn await_topics(
    consumer: &Consumer,
    config: &Config,
    topics: &TopicNames,
    trouble: &Trouble,
    stop: &AtomicBool,
) -> bool {
    let brokers = &config.kafka.brokers;
    let mut names = vec![topics.input.as_str()];
    names.extend(topics.outputs());
    names.extend(config.dedupe.enabled.then_some(topics.sketches.as_str()));
    while !stop.load(Ordering::Acquire) {
        match missing(consumer, &names) {
            Ok(missing) if missing.is_empty() => {
                trouble.clear();
                info!(brokers, input = topics.input, "connected");
                return true;
            }
            Ok(missing) => trouble.report(
                &format!("topic {} does not exist", missing.join(", ")),
                "create it, or set topics.* to the right name. copydesk keeps looking",
            ),
            Err(error) => {
                debug!(%error, "metadata");
                trouble.report(
                    &format!("no broker of {brokers} answers"),
                    "check that kafka.brokers is right and the brokers run; if they do, check security.protocol. copydesk keeps trying",
                );
            }
        }
        wait(Duration::from_millis(500), stop);
    }
    false
}

/// Names of topics that do not exist.
fn missing(consumer: &Consumer, names: &[&str]) -> Result<Vec<String>, rdkafka::error::KafkaError> {
    let mut missing = Vec::new();
    for name in names {
        // A consumer that is not subscribed has to be polled for its error callbacks to be served.
        drop(consumer.poll(Duration::ZERO));
        let metadata = consumer.fetch_metadata(Some(name), Duration::from_secs(2))?;
        let exists = |topic: &rdkafka::metadata::MetadataTopic| {
            let error = topic.error().map(RDKafkaErrorCode::from);
            error.is_none_or(|error| error == RDKafkaErrorCode::LeaderNotAvailable) && !topic.partitions().is_empty()
        };
        if !metadata.topics().iter().any(exists) {
            missing.push((*name).to_owned());
        }
    }
    Ok(missing)
}

fn wait(time: Duration, stop: &AtomicBool) {
    let end = Instant::now() + time;
    while Instant::now() < end && !stop.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Asks the broker for the size limits of the output topics. None if it does not tell: nothing is concluded from that.
pub fn limits(config: &Config, topics: &TopicNames) -> Option<Limits> {
    let told = describe(config, &topics.outputs())?;
    let limit = |name: &str| {
        let topic =
            told.iter().find(|topic| matches!(&topic.specifier, OwnedResourceSpecifier::Topic(known) if known == name));
        topic?.get("max.message.bytes")?.value.as_ref()?.parse().ok()
    };
    let of = |route| limit(topics.of(route));
    let limits = Limits {
        enriched: of(Route::Enriched)?,
        duplicates: of(Route::Duplicates)?,
        dead_letters: of(Route::DeadLetters)?,
        stories: of(Route::Stories)?,
        rules: topics.rules.iter().map(|name| limit(name)).collect::<Option<_>>()?,
    };
    debug!(?limits, "record size limits");
    Some(limits)
}

/// The same at start, where a broker may need a moment to answer.
pub fn limits_at_start(config: &Config, topics: &TopicNames) -> Option<Limits> {
    let limits = (0..3).find_map(|_| limits(config, topics));
    if limits.is_none() {
        warn!(
            advice = "grant DescribeConfigs on the output topics",
            "the broker does not tell how large a record may be: too large ones are found when it refuses them"
        );
    }
    limits
}

pub(super) fn describe(config: &Config, topics: &[&str]) -> Option<Vec<ConfigResource>> {
    let admin: AdminClient<DefaultClientContext> = asker(config).ok()?.create().ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let options = AdminOptions::new().request_timeout(Some(Duration::from_secs(3)));
    let asked: Vec<ResourceSpecifier<'_>> = topics.iter().map(|name| ResourceSpecifier::Topic(name)).collect();
    let answers = runtime.block_on(admin.describe_configs(&asked, &options)).ok()?;
    Some(answers.into_iter().filter_map(Result::ok).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_must_fit_every_topic_that_a_rule_may_send_it_to() {
        let limits = Limits { enriched: 9, duplicates: 8, dead_letters: 7, stories: 6, rules: vec![10, 5] };
        assert_eq!((limits.article(), limits.batch()), (5, 5));
        assert_eq!((limits.of(Route::Rule(0)), limits.of(Route::Rule(1)), limits.of(Route::Enriched)), (10, 5, 9));
        assert_eq!(Limits { rules: Vec::new(), ..limits }.batch(), 6);
    }
}
