//! What each topic is created with.

use super::TopicNames;
use crate::config::{Config, Period};

/// Kafka's default `max.message.bytes`.
pub const DEFAULT_LIMIT: usize = 1_048_588;
/// Most bytes that the dedupe log's writer sends together; a record has at most a quarter of it.
pub const LOG_BATCH: usize = 256 << 10;
/// What an output may have more than its input: the members that enriching adds, the headers of a dead letter.
pub(super) const ENRICHMENT: u64 = 256 << 10;
/// Partitions unless told: so many workers can share the input.
const PARTITIONS: usize = 8;
/// Replicas unless told: one node may be down for repair, and another fail.
const REPLICAS: usize = 3;

/// What a topic is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Raw articles.
    Input,
    /// Enriched records: new articles and versions, or duplicates.
    Output,
    /// Dead letters.
    DeadLetters,
    /// The dedupe log.
    Log,
    /// Merges of stories.
    Stories,
}

/// How large topics are made, where that is a choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Partitions of every topic but the dedupe log.
    pub partitions: Option<usize>,
    /// Replicas of each partition.
    pub replicas: Option<usize>,
    /// Brokers, if known: there cannot be more replicas.
    pub brokers: Option<usize>,
}

/// A topic as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// What it is for.
    pub role: Role,
    /// Its name, with the prefix.
    pub name: String,
    /// Partitions.
    pub partitions: usize,
    /// Replicas of each.
    pub replicas: usize,
    /// Settings, by Kafka's names.
    pub settings: Vec<(&'static str, String)>,
}

impl Topic {
    /// A setting of the plan.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Every topic that the worker needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In the order of a record's way.
    pub topics: Vec<Topic>,
}

impl Plan {
    /// The topics of a configuration. `log_retention` is how long the dedupe log must keep its records.
    pub fn new(config: &Config, log_retention: Period, size: Size) -> Self {
        let names = TopicNames::new(config);
        let input = config.input.max_bytes.get() as u64;
        let largest = |bytes: u64| ("max.message.bytes", bytes.min(i32::MAX.unsigned_abs().into()).to_string());
        let policy = |policy: &str| ("cleanup.policy", policy.to_owned());
        let output = || vec![policy("delete"), largest(input.saturating_add(ENRICHMENT))];
        let log = || {
            vec![
                policy("delete"),
                ("retention.ms", log_retention.millis().to_string()),
                ("retention.bytes", "-1".to_owned()),
                ("message.timestamp.type", "LogAppendTime".to_owned()),
                ("unclean.leader.election.enable", "false".to_owned()),
                largest(DEFAULT_LIMIT as u64),
            ]
        };
        let mut topics = vec![
            size.topic(Role::Input, names.input, vec![policy("delete"), largest(input)]),
            size.topic(Role::Output, names.enriched, output()),
            size.topic(Role::Output, names.duplicates, output()),
            size.topic(Role::DeadLetters, names.dead_letters, output()),
            size.topic(Role::Stories, names.stories, vec![policy("compact")]),
        ];
        topics.extend(names.rules.into_iter().map(|name| size.topic(Role::Output, name, output())));
        if config.dedupe.enabled {
            topics.push(size.topic(Role::Log, names.sketches, log()));
        }
        Self { topics }
    }

    /// The topic of a name.
    pub fn topic(&self, name: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.name == name)
    }
}

/// Names of every topic that the worker needs, in the order of a record's way.
pub fn needed(config: &Config) -> Vec<String> {
    Plan::new(config, Period::from_millis(0), Size::default()).topics.into_iter().map(|topic| topic.name).collect()
}

impl Size {
    fn topic(self, role: Role, name: String, mut settings: Vec<(&'static str, String)>) -> Topic {
        let partitions = if role == Role::Log { 1 } else { self.partitions.unwrap_or(PARTITIONS) };
        let replicas = self.replicas();
        settings.push(("min.insync.replicas", least_in_sync(replicas).to_string()));
        Topic { role, name, partitions, replicas, settings }
    }

    fn replicas(self) -> usize {
        self.replicas.unwrap_or_else(|| self.brokers.map_or(REPLICAS, |brokers| brokers.clamp(1, REPLICAS)))
    }
}

/// Replicas that must have a record before it counts as written: with three, one may be away.
fn least_in_sync(replicas: usize) -> usize {
    if replicas >= REPLICAS { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(config: &Config, size: Size) -> Plan {
        Plan::new(config, Period::from_days(9), size)
    }

    #[test]
    fn outputs_take_what_the_input_takes_and_what_enriching_adds() {
        let plan = plan(&Config::default(), Size::default());
        let largest =
            |name: &str| plan.topic(name).unwrap().setting("max.message.bytes").unwrap().parse::<u64>().unwrap();
        assert_eq!(largest("articles.raw"), 16 << 20);
        for name in ["articles.enriched", "articles.duplicates", "articles.raw.dlq"] {
            assert_eq!(largest(name), (16 << 20) + (256 << 10), "{name}");
        }
    }

    #[test]
    fn the_log_has_one_partition_and_there_are_no_more_replicas_than_brokers() {
        let of = |size: Size| {
            let plan = plan(&Config::default(), size);
            let log = plan.topic("copydesk.sketches").unwrap().clone();
            let input = plan.topic("articles.raw").unwrap();
            (log.partitions, input.partitions, log.replicas, log.setting("min.insync.replicas").unwrap().to_owned())
        };
        assert_eq!(of(Size::default()), (1, 8, 3, "2".into()));
        assert_eq!(of(Size { partitions: Some(4), brokers: Some(1), ..Size::default() }), (1, 4, 1, "1".into()));
        assert_eq!(of(Size { replicas: Some(5), brokers: Some(9), ..Size::default() }), (1, 8, 5, "2".into()));
        assert_eq!(of(Size { brokers: Some(9), ..Size::default() }).2, 3);
    }

    #[test]
    fn topics_of_routes_are_outputs() {
        let mut config = Config::default();
        let rule =
            |to: &str| serde_json::from_value(serde_json::json!({"when": "language = \"de\"", "to": to})).unwrap();
        config.output.routes = vec![rule("articles.de"), rule("articles.enriched")];
        let plan = plan(&config, Size::default());
        let routes: Vec<_> = plan.topics.iter().filter(|topic| topic.role == Role::Output).collect();
        assert_eq!(
            routes.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(),
            ["articles.enriched", "articles.duplicates", "articles.de"]
        );
        let right = crate::topics::rights(&config)
            .into_iter()
            .any(|right| right.resource == crate::topics::Resource::Topic("articles.de".into()));
        assert!(right);
    }

    #[test]
    fn without_dedupe_there_is_no_log() {
        let mut config = Config::default();
        config.dedupe.enabled = false;
        assert_eq!(plan(&config, Size::default()).topic("copydesk.sketches"), None);
    }
}
