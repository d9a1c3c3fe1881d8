//! `copydesk validate --connect`: do the brokers answer, and are the topics as the worker needs them.
//!
//! It joins no group and writes nothing. `copydesk topics check` looks at the worker's rights too.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::topics::compared;
use crate::config::{Code, Config, Finding};
use crate::kafka::admin::Admin;
use crate::kafka::look::Sight;
use crate::pipeline::log_retention;
use crate::topics::{self, Plan, Size, TopicNames, Weight, needed};

/// How long the cluster is asked; with the rest of `validate` that is at most fifteen seconds.
const LIMIT: Duration = Duration::from_secs(13);

/// What of the cluster is not as the configuration says.
pub(super) fn check(config: &Config) -> Vec<Finding> {
    let (answer, answers) = mpsc::channel();
    let asked = config.clone();
    // Whoever asks a broker that hangs may wait longer than anybody here.
    thread::spawn(move || answer.send(ask(&asked)));
    let slow = || anyhow::anyhow!("the brokers answer too slowly: try again, or see `copydesk topics check`");
    let told = answers.recv_timeout(LIMIT).unwrap_or_else(|_| Err(slow()));
    told.unwrap_or_else(|error| vec![cluster("kafka.brokers", &format!("{error:#}"))])
}

fn ask(config: &Config) -> anyhow::Result<Vec<Finding>> {
    let admin = Admin::connect(config, &TopicNames::new(config).input)?;
    let plan = Plan::new(config, log_retention(config), Size { brokers: Some(admin.brokers()), ..Size::default() });
    let sights = admin.look(&needed(config))?;
    let hidden = sights.iter().filter(|(_, sight)| **sight == Sight::Hidden).map(|(name, _)| {
        let told = format!("topic {name} is not to be seen: grant Describe on it, see `copydesk topics check`");
        cluster(&key(config, name), &told)
    });
    let wrong = compared(&plan, &sights);
    Ok(hidden.chain(wrong.iter().map(|wrong| finding(config, wrong))).collect())
}

fn finding(config: &Config, wrong: &topics::Finding) -> Finding {
    let message = format!("does not fit the cluster: {wrong}");
    let finding = Finding::error(Code::Cluster, &key(config, &wrong.topic), message, wrong.mend(config));
    if wrong.weight == Weight::Weak { finding.warning() } else { finding }
}

fn cluster(key: &str, told: &str) -> Finding {
    let (message, advice) = told.split_once(": ").unwrap_or((told, ""));
    Finding::error(Code::Cluster, key, format!("does not fit the cluster: {message}"), advice)
}

/// The key that names a topic.
fn key(config: &Config, topic: &str) -> String {
    let names = TopicNames::new(config);
    let own = [
        ("topics.input", names.input),
        ("topics.enriched", names.enriched),
        ("topics.duplicates", names.duplicates),
        ("topics.dead_letters", names.dead_letters),
        ("topics.stories", names.stories),
        ("topics.sketches", names.sketches),
    ];
    let rule = || {
        let prefix = &config.topics.prefix;
        let rules = config.output.routes.iter();
        let index = rules.map(|rule| format!("{prefix}{}", rule.to)).position(|name| name == topic);
        index.map(|index| format!("output.routes[{index}].to"))
    };
    let known = own.into_iter().find(|(_, name)| name == topic).map(|(key, _)| key.to_owned());
    known.or_else(rule).unwrap_or_else(|| "topics".to_owned())
}
