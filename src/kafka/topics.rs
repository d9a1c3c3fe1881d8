//! What is looked at before anything is consumed: do the topics exist, what are their settings, how large may a record be.
//!
//! A broker that is down, a topic that is missing and a right that is not granted are waited for, with one message that says
//! what to do: a container that exits and restarts in a loop tells nobody anything.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;
use tracing::{debug, info, warn};

use super::client::TopicNames;
use super::connection::Connection;
use super::look::{Sight, settings, sight};
use super::source::{Consumer, serve};
use super::trouble::Trouble;
use crate::config::Config;
use crate::record::Route;
pub use crate::topics::DEFAULT_LIMIT;
use crate::topics::{Seen, needed};

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
    /// As the topics' settings tell them, if all do.
    pub fn new(topics: &TopicNames, seen: &BTreeMap<String, Seen>) -> Option<Self> {
        let limit = |name: &str| seen.get(name)?.number("max.message.bytes")?.try_into().ok();
        let of = |route| limit(topics.of(route));
        let limits = Self {
            enriched: of(Route::Enriched)?,
            duplicates: of(Route::Duplicates)?,
            dead_letters: of(Route::DeadLetters)?,
            stories: of(Route::Stories)?,
            rules: topics.rules.iter().map(|name| limit(name)).collect::<Option<_>>()?,
        };
        debug!(?limits, "record size limits");
        Some(limits)
    }

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

/// The topics as the broker tells them.
#[derive(Debug)]
pub struct Found {
    /// By name.
    pub topics: BTreeMap<String, Seen>,
    /// How many brokers there are.
    pub brokers: usize,
}

/// Waits until the brokers answer and every topic exists and may be seen. None if `stop` came first.
pub fn await_topics(consumer: &Consumer, config: &Config, trouble: &Trouble, stop: &AtomicBool) -> Option<Found> {
    let (brokers, input) = (&config.kafka.brokers, TopicNames::new(config).input);
    let names = needed(config);
    while !stop.load(Ordering::Acquire) {
        match look(consumer, &names) {
            Ok((mut found, absent)) if absent.is_empty() => {
                trouble.reached();
                info!(brokers, input, "connected");
                describe(config, &mut found);
                return Some(found);
            }
            Ok((_, absent)) => report(&absent, trouble),
            Err(error) => {
                debug!(%error, "metadata");
                // The reasons come by callbacks, which this serves.
                serve(consumer, Duration::from_millis(100));
                trouble.down(&Connection::new(config));
            }
        }
        wait(Duration::from_millis(500), stop);
    }
    None
}

/// Topics that are there, and those that are not to be seen.
fn look(consumer: &Consumer, names: &[String]) -> Result<(Found, Vec<(String, Sight)>), KafkaError> {
    let (mut found, mut absent) = (Found { topics: BTreeMap::new(), brokers: 0 }, Vec::new());
    for name in names {
        // A consumer that is not subscribed has to be polled for its error callbacks to be served.
        serve(consumer, Duration::ZERO);
        let (sight, brokers) = sight(consumer, name)?;
        found.brokers = found.brokers.max(brokers);
        match sight {
            Sight::There(seen) => drop(found.topics.insert(name.clone(), seen)),
            sight => absent.push((name.clone(), sight)),
        }
    }
    Ok((found, absent))
}

fn report(absent: &[(String, Sight)], trouble: &Trouble) {
    let of = |wanted: &Sight| {
        let names: Vec<&str> =
            absent.iter().filter(|(_, sight)| sight == wanted).map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    };
    let (missing, hidden) = (of(&Sight::Missing), of(&Sight::Hidden));
    if !missing.is_empty() {
        let advice = "create it (`copydesk topics create`), or set topics.* to the right name. copydesk keeps looking";
        trouble.report(&format!("topic {missing} does not exist"), advice);
    }
    if !hidden.is_empty() {
        let advice = "grant this worker's user its rights there (`copydesk topics print` has the commands), or set topics.* to the right name. copydesk keeps looking";
        trouble.report(&format!("not allowed to see topic {hidden}"), advice);
    }
}

/// Adds the settings. A broker may need a moment to answer; what it does not tell is taken as it is.
fn describe(config: &Config, found: &mut Found) {
    let names: Vec<&str> = found.topics.keys().map(String::as_str).collect();
    let told = (0..3).find_map(|_| settings(config, &names)).unwrap_or_default();
    let mut untold = Vec::new();
    for (name, seen) in &mut found.topics {
        seen.settings = told.get(name).cloned().flatten();
        if seen.settings.is_none() {
            untold.push(name.as_str());
        }
    }
    if !untold.is_empty() {
        let topics = untold.join(", ");
        let advice = "grant DescribeConfigs on them (`copydesk topics print` has the commands)";
        warn!(
            topics,
            advice,
            "the broker does not tell these topics' settings: they are taken as they are, and too large records are found when they are refused"
        );
    }
}

fn wait(time: Duration, stop: &AtomicBool) {
    let end = Instant::now() + time;
    while Instant::now() < end && !stop.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Asks the broker for the size limits of the output topics. None if it does not tell: nothing is concluded from that.
pub fn limits(config: &Config, topics: &TopicNames) -> Option<Limits> {
    let told = settings(config, &topics.outputs())?;
    let seen = |(name, settings)| (name, Seen { settings, ..Seen::default() });
    Limits::new(topics, &told.into_iter().map(seen).collect())
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
