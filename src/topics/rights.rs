//! Which rights the worker needs, and no more.

use std::fmt;

use super::TopicNames;
use crate::config::{Config, Delivery};

/// What a right is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A topic.
    Topic(String),
    /// A consumer group.
    Group(String),
    /// Every transactional id that begins like this.
    TransactionalIds(String),
}

/// What may be done, by Kafka's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Reading; it brings Describe.
    Read,
    /// Writing; it brings Describe.
    Write,
    /// Seeing that it is there.
    Describe,
    /// Seeing a topic's settings.
    DescribeConfigs,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Describe => "Describe",
            Self::DescribeConfigs => "DescribeConfigs",
        })
    }
}

/// Operations on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// On what.
    pub resource: Resource,
    /// What may be done.
    pub operations: Vec<Operation>,
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, operation) in self.operations.iter().enumerate() {
            write!(f, "{}{operation}", if number > 0 { ", " } else { "" })?;
        }
        match &self.resource {
            Resource::Topic(name) => write!(f, " on topic {name}"),
            Resource::Group(name) => write!(f, " on group {name}"),
            Resource::TransactionalIds(prefix) => write!(f, " on transactional ids that begin with {prefix}"),
        }
    }
}

/// Every transactional id of a configuration's workers begins with this.
pub fn transactional_prefix(config: &Config) -> String {
    format!("{}-", config.kafka.group)
}

/// What a worker of this configuration needs.
pub fn rights(config: &Config) -> Vec<Right> {
    let names = TopicNames::new(config);
    let right = |resource, operations: &[Operation]| Right { resource, operations: operations.to_vec() };
    let topic = |name: &str, operations: &[Operation]| right(Resource::Topic(name.to_owned()), operations);
    let (read, write, describe, configs) =
        (Operation::Read, Operation::Write, Operation::Describe, Operation::DescribeConfigs);
    let mut rights = vec![topic(&names.input, &[read, describe, configs])];
    rights.extend(names.outputs().into_iter().map(|name| topic(name, &[write, describe, configs])));
    if config.dedupe.enabled {
        rights.push(topic(&names.sketches, &[read, write, describe, configs]));
    }
    rights.push(right(Resource::Group(config.kafka.group.clone()), &[read, describe]));
    if config.delivery == Delivery::ExactlyOnce {
        rights.push(right(Resource::TransactionalIds(transactional_prefix(config)), &[write, describe]));
    }
    rights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_once_needs_no_transactional_id() {
        let mut config = Config::default();
        let has = |config: &Config| {
            rights(config).iter().any(|right| right.resource == Resource::TransactionalIds("copydesk-".into()))
        };
        assert!(has(&config));
        config.delivery = Delivery::AtLeastOnce;
        assert!(!has(&config));
    }

    #[test]
    fn nobody_but_the_log_is_both_read_and_written() {
        let both = |right: &&Right| {
            right.operations.contains(&Operation::Read) && right.operations.contains(&Operation::Write)
        };
        let rights = rights(&Config::default());
        let found: Vec<_> = rights.iter().filter(both).map(|right| &right.resource).collect();
        assert_eq!(found, [&Resource::Topic("copydesk.sketches".into())]);
    }
}
