//! `copydesk validate --connect`: do the brokers answer, and are the topics there.
//!
//! It joins no group and writes nothing. `copydesk topics check` looks at the topics' settings and at the worker's rights.

use std::time::{Duration, Instant};

use crate::config::{Code, Config, Finding};
use crate::kafka::client::TopicNames;
use crate::kafka::scan::{ScanError, Scanner};

/// No question is asked later than this: an answer may take ten seconds, and all of it fifteen.
const LAST_QUESTION: Duration = Duration::from_secs(5);

/// What of the cluster is not as the configuration says.
pub(super) fn check(config: &Config) -> Vec<Finding> {
    let begun = Instant::now();
    let cluster = |key: &str, error: &dyn std::fmt::Display| {
        let told = error.to_string();
        let (message, advice) = told.split_once(": ").unwrap_or((&told, ""));
        Finding::error(Code::Cluster, key, format!("does not fit the cluster: {message}"), advice)
    };
    let scanner = match Scanner::new(config) {
        Ok(scanner) => scanner,
        Err(error) => return vec![cluster("kafka.properties", &error)],
    };
    let mut found = Vec::new();
    for (key, name) in asked(config) {
        if begun.elapsed() > LAST_QUESTION {
            found.push(cluster("kafka.brokers", &"the brokers answer too slowly to ask for every topic"));
            break;
        }
        match scanner.partitions(&name) {
            Ok(partitions) if key == "topics.sketches" && partitions.len() != 1 => {
                let told = format!("topic {name} has {} partitions: the dedupe log must have one", partitions.len());
                found.push(cluster(&key, &told));
            }
            Ok(_) => {}
            Err(error @ (ScanError::NoTopic(_) | ScanError::NotAllowed { .. })) => found.push(cluster(&key, &error)),
            Err(error) => {
                found.push(cluster("kafka.brokers", &error));
                break;
            }
        }
    }
    found
}

/// The topics that the worker needs, with the keys that name them.
fn asked(config: &Config) -> Vec<(String, String)> {
    let names = TopicNames::new(config);
    let mut asked: Vec<(String, String)> = [
        ("topics.input", names.input),
        ("topics.enriched", names.enriched),
        ("topics.duplicates", names.duplicates),
        ("topics.dead_letters", names.dead_letters),
        ("topics.stories", names.stories),
    ]
    .into_iter()
    .map(|(key, name)| (key.to_owned(), name))
    .collect();
    if config.dedupe.enabled {
        asked.push(("topics.sketches".to_owned(), names.sketches));
    }
    let to = |(index, rule): (usize, &crate::config::RouteRule)| {
        (format!("output.routes[{index}].to"), format!("{}{}", config.topics.prefix, rule.to))
    };
    asked.extend(config.output.routes.iter().enumerate().map(to));
    asked.sort_by(|(_, a), (_, b)| a.cmp(b));
    asked.dedup_by(|(_, a), (_, b)| a == b);
    asked
}
