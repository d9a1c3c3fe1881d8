//! What is wrong with the topics that are there.
//!
//! What loses records or verdicts is broken, and the worker does not start on it; what is only weak is a warning, since
//! clusters of one node must work.

use std::collections::BTreeMap;
use std::fmt;

use super::commands::{create, set};
use super::plan::{self, LOG_BATCH, Role};
use super::{Plan, Topic};
use crate::config::{Config, Period};

/// Least `max.message.bytes` of the dedupe log: a batch of what is sent together, with room to spare.
const LEAST_LOG_BATCH: i64 = 2 * LOG_BATCH as i64;
const ENRICHMENT: i64 = plan::ENRICHMENT as i64;

/// A topic as the broker tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Partitions.
    pub partitions: usize,
    /// Replicas of its first partition.
    pub replicas: usize,
    /// Settings, by Kafka's names; none: the broker does not tell.
    pub settings: Option<BTreeMap<String, String>>,
}

impl Seen {
    fn text(&self, name: &str) -> Option<&str> {
        self.settings.as_ref()?.get(name).map(String::as_str)
    }

    /// A setting that is a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Records or verdicts would be lost: the worker does not start.
    Broken,
    /// It works, and could be better.
    Weak,
}

/// How a finding is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mend {
    /// Setting a topic's setting.
    Set(String),
    /// Creating the topic.
    Create(Topic),
    /// Something that is no command.
    Do(String),
}

/// A topic is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The topic.
    pub topic: String,
    /// What of it, by Kafka's name where it has one.
    pub setting: &'static str,
    /// How it is.
    pub is: String,
    /// How it should be.
    pub should_be: String,
    /// What comes of it.
    pub why: String,
    /// How bad that is.
    pub weight: Weight,
    mend: Mend,
}

impl Finding {
    /// What to do about it; a command of Kafka's tools where there is one.
    pub fn mend(&self, config: &Config) -> String {
        match &self.mend {
            Mend::Set(value) => set(config, &self.topic, self.setting, value),
            Mend::Create(topic) => create(config, topic),
            Mend::Do(what) => what.clone(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, setting, is, should_be, why, .. } = self;
        write!(f, "topic {topic}: {setting} is {is}, should be {should_be}: {why}")
    }
}

/// The finding of a topic that does not exist.
pub fn missing(topic: &Topic) -> Finding {
    Finding {
        topic: topic.name.clone(),
        setting: "topic",
        is: "missing".into(),
        should_be: "there".into(),
        why: "the worker waits for it".into(),
        weight: Weight::Broken,
        mend: Mend::Create(topic.clone()),
    }
}

/// What is wrong with the topics that are there, the broken first.
pub fn findings(plan: &Plan, seen: &BTreeMap<String, Seen>) -> Vec<Finding> {
    let input = plan.topics.iter().find(|topic| topic.role == Role::Input);
    let told = input.and_then(|input| seen.get(&input.name)?.number("max.message.bytes"));
    let mut found = Vec::new();
    for topic in &plan.topics {
        let Some(seen) = seen.get(&topic.name) else { continue };
        let mut look = Look { topic, seen, found: &mut found };
        match topic.role {
            Role::Log => look.log(),
            Role::Input => look.input(),
            Role::Output => look.fits(told),
            Role::DeadLetters => {
                look.dead_letters();
                look.fits(told);
            }
            Role::Stories => look.stories(),
        }
        look.replicas();
    }
    found.sort_by_key(|finding| finding.weight == Weight::Weak);
    found
}

/// One topic, looked at.
struct Look<'a> {
    topic: &'a Topic,
    seen: &'a Seen,
    found: &'a mut Vec<Finding>,
}

impl Look<'_> {
    fn find(
        &mut self,
        weight: Weight,
        setting: &'static str,
        (is, should_be): (String, String),
        why: String,
        mend: Mend,
    ) {
        self.found.push(Finding { topic: self.topic.name.clone(), setting, is, should_be, why, weight, mend });
    }

    /// A setting whose value the plan has.
    fn wrong(&mut self, weight: Weight, setting: &'static str, why: &str) {
        let planned = self.topic.setting(setting).unwrap_or_default().to_owned();
        let is = self.seen.text(setting).unwrap_or_default();
        let both = (readable(setting, is), readable(setting, &planned));
        self.find(weight, setting, both, why.to_owned(), Mend::Set(planned));
    }

    fn log(&mut self) {
        if self.seen.partitions != 1 {
            let what = "delete it and create it with --partitions 1: workers then know nothing of the window that was";
            let both = (self.seen.partitions.to_string(), "1".into());
            let why = "there is no order in it that all workers see".into();
            self.find(Weight::Broken, "partitions", both, why, Mend::Do(what.into()));
        }
        if self.seen.number("max.message.bytes").is_some_and(|largest| largest < LEAST_LOG_BATCH) {
            self.wrong(Weight::Broken, "max.message.bytes", "what workers append together would be refused");
        }
        if self.seen.text("cleanup.policy").is_some_and(|policy| policy.contains("compact")) {
            self.wrong(Weight::Broken, "cleanup.policy", "compaction would delete verdicts");
        }
        let planned = self.topic.setting("retention.ms").and_then(|planned| planned.parse().ok()).unwrap_or(0);
        if self.seen.number("retention.ms").is_some_and(|kept| (0..planned).contains(&kept)) {
            let why = "records would go that dedupe.window, with its reserve, still needs (or set a shorter window)";
            self.wrong(Weight::Broken, "retention.ms", why);
        }
        if self.seen.text("message.timestamp.type").is_some_and(|kind| kind != "LogAppendTime") {
            self.wrong(Weight::Weak, "message.timestamp.type", "its time is that of the workers' clocks");
        }
        if self.seen.number("retention.bytes").is_some_and(|bytes| bytes >= 0) {
            self.wrong(Weight::Weak, "retention.bytes", "that may be less than the window");
        }
        if self.seen.text("unclean.leader.election.enable") == Some("true") {
            self.wrong(Weight::Weak, "unclean.leader.election.enable", "it may lose its end when its leader changes");
        }
    }

    fn input(&mut self) {
        let setting = "max.message.bytes";
        let planned = self.topic.setting(setting).and_then(|planned| planned.parse().ok()).unwrap_or(0);
        if self.seen.number(setting).is_some_and(|largest| largest < planned) {
            self.wrong(Weight::Weak, setting, "producers cannot send what input.max_bytes lets in (or set that lower)");
        }
    }

    /// Outputs take what the input takes and what enriching adds: `told` is the input's own limit.
    fn fits(&mut self, told: Option<i64>) {
        let setting = "max.message.bytes";
        let planned: i64 = self.topic.setting(setting).and_then(|planned| planned.parse().ok()).unwrap_or(i64::MAX);
        let needed = told.map_or(planned, |input| planned.min(input.saturating_add(ENRICHMENT)));
        if self.seen.number(setting).is_some_and(|largest| largest < needed) {
            let why = match self.topic.role {
                Role::DeadLetters => "of the largest records only coordinates and a hash would be kept",
                _ => "the largest articles become dead letters",
            };
            self.wrong(Weight::Weak, setting, why);
        }
    }

    fn dead_letters(&mut self) {
        if self.seen.text("cleanup.policy").is_some_and(|policy| policy.contains("compact")) {
            let why = "compaction would delete dead letters of one key, and takes none without a key";
            self.wrong(Weight::Broken, "cleanup.policy", why);
        }
    }

    fn stories(&mut self) {
        if self.seen.text("cleanup.policy").is_some_and(|policy| !policy.contains("compact")) {
            self.wrong(Weight::Weak, "cleanup.policy", "it is a set of merges: retention would delete some of it");
        }
    }

    fn replicas(&mut self) {
        let (is, planned) = (self.seen.replicas, self.topic.replicas);
        let least = self.seen.number("min.insync.replicas");
        if least.is_some_and(|least| usize::try_from(least).is_ok_and(|least| least > is)) {
            let why = format!("with {is} replicas nothing can be written");
            self.wrong(Weight::Broken, "min.insync.replicas", &why);
        } else if is < planned {
            let what = format!("raise it to {planned} with kafka-reassign-partitions.sh");
            let why = "it is lost with its node, or stands still without it".into();
            self.find(Weight::Weak, "replicas", (is.to_string(), planned.to_string()), why, Mend::Do(what));
        } else if planned >= 3 && least.is_some_and(|least| least < 2) {
            let why = "a record counts as written when one broker has it";
            self.wrong(Weight::Weak, "min.insync.replicas", why);
        }
    }
}

/// A value with what it means, where it is a time.
fn readable(setting: &str, value: &str) -> String {
    match value.parse() {
        Ok(millis) if setting == "retention.ms" => format!("{value} ({})", Period::from_millis(millis)),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Size;
    use super::*;

    const BROKERS: Size = Size { partitions: None, replicas: None, brokers: Some(3) };

    fn plan(size: Size) -> Plan {
        Plan::new(&Config::default(), Period::from_days(9), size)
    }

    /// Topics as the plan has them.
    fn good(plan: &Plan) -> BTreeMap<String, Seen> {
        let seen = |topic: &Topic| {
            let settings = topic.settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
            Seen { partitions: topic.partitions, replicas: topic.replicas, settings: Some(settings) }
        };
        plan.topics.iter().map(|topic| (topic.name.clone(), seen(topic))).collect()
    }

    fn found(name: &str, spoil: impl FnOnce(&mut Seen)) -> Vec<Finding> {
        let plan = plan(BROKERS);
        let mut seen = good(&plan);
        spoil(seen.get_mut(name).unwrap());
        findings(&plan, &seen)
    }

    fn with(name: &str, key: &str, value: &str) -> Vec<Finding> {
        found(name, |seen| drop(seen.settings.as_mut().unwrap().insert(key.into(), value.into())))
    }

    #[test]
    fn what_the_plan_makes_is_as_it_should_be() {
        for size in [BROKERS, Size { brokers: Some(1), ..BROKERS }, Size { replicas: Some(2), ..BROKERS }] {
            let plan = plan(size);
            assert_eq!(findings(&plan, &good(&plan)), []);
        }
    }

    #[test]
    fn each_wrong_setting_is_found_and_nothing_else() {
        use Weight::{Broken, Weak};
        let log = "copydesk.sketches";
        for (topic, key, value, weight) in [
            (log, "cleanup.policy", "compact", Broken),
            (log, "cleanup.policy", "compact,delete", Broken),
            (log, "retention.ms", "604800000", Broken),
            (log, "max.message.bytes", "100000", Broken),
            (log, "min.insync.replicas", "4", Broken),
            (log, "message.timestamp.type", "CreateTime", Weak),
            (log, "retention.bytes", "1000000", Weak),
            (log, "unclean.leader.election.enable", "true", Weak),
            (log, "min.insync.replicas", "1", Weak),
            ("articles.raw", "max.message.bytes", "1048588", Weak),
            ("articles.enriched", "max.message.bytes", "1048588", Weak),
            ("articles.raw.dlq", "max.message.bytes", "16777216", Weak),
            ("articles.raw.dlq", "cleanup.policy", "compact", Broken),
            ("articles.duplicates", "min.insync.replicas", "1", Weak),
            ("copydesk.stories", "cleanup.policy", "delete", Weak),
        ] {
            let found = with(topic, key, value);
            let [finding] = found.as_slice() else { panic!("{topic} {key}={value}: {found:#?}") };
            assert_eq!((finding.topic.as_str(), finding.setting, finding.weight), (topic, key, weight), "{value}");
            let mend = finding.mend(&Config::default());
            assert!(finding.to_string().contains(value) && mend.contains(&format!("{key}=")), "{finding} {mend}");
        }
        for (found, setting) in
            [(found(log, |log| log.partitions = 2), "partitions"), (found(log, |log| log.replicas = 2), "replicas")]
        {
            assert_eq!(found.iter().map(|finding| finding.setting).collect::<Vec<_>>(), [setting]);
        }
    }

    #[test]
    fn what_is_as_good_is_no_finding() {
        let log = "copydesk.sketches";
        for (topic, key, value) in [
            (log, "retention.ms", "-1"),
            (log, "retention.ms", "999999999999"),
            ("articles.enriched", "cleanup.policy", "compact"),
            ("copydesk.stories", "cleanup.policy", "compact,delete"),
            ("articles.raw", "max.message.bytes", "99999999"),
        ] {
            assert_eq!(with(topic, key, value), [], "{topic} {key}={value}");
        }
    }

    #[test]
    fn outputs_need_not_take_more_than_the_input_lets_in() {
        let plan = plan(BROKERS);
        let mut seen = good(&plan);
        for (name, largest) in [("articles.raw", 1_000_000), ("articles.enriched", 1_262_144)] {
            let settings = seen.get_mut(name).unwrap().settings.as_mut().unwrap();
            settings.insert("max.message.bytes".into(), largest.to_string());
        }
        let found = findings(&plan, &seen);
        assert_eq!(found.iter().map(|finding| finding.topic.as_str()).collect::<Vec<_>>(), ["articles.raw"]);
    }

    #[test]
    fn a_broker_that_tells_no_settings_refuses_nothing() {
        for topic in plan(BROKERS).topics {
            assert_eq!(found(&topic.name, |seen| seen.settings = None), []);
        }
    }
}
