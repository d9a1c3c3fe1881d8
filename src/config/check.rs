//! What the types cannot see: ranges, and contradictions between keys. All are found before anything connects, and each says
//! what to write instead.

use super::finding::{Code, Finding};
use super::{Config, EntityModel, Topics, properties};

/// More threads than this are a mistake.
const MOST_THREADS: usize = 1_024;
/// Kafka's own limit, in characters.
const LONGEST_TOPIC: usize = 249;

/// What is wrong with a topic's name and what to write, if anything is.
pub(super) fn illegal_topic(prefix: &str, name: &str) -> Option<(String, String)> {
    let whole = format!("{prefix}{name}");
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let is_wrong = name.is_empty() || whole.len() > LONGEST_TOPIC || !whole.chars().all(is_legal);
    let advice = || format!("write up to {LONGEST_TOPIC} letters, digits, dots, hyphens and underscores");
    is_wrong.then(|| (format!("with its prefix is `{whole}`"), advice()))
}

/// Everything that is wrong.
pub(super) fn all(config: &Config) -> Vec<Finding> {
    let mut found = Found(Vec::new());
    found.kafka(config);
    found.topics(&config.topics);
    found.0.extend(config.wrong_routes());
    found.flow(config);
    found.dedupe(config);
    found.entities(config);
    found.0.extend(config.dead_letters.findings());
    if config.threads > MOST_THREADS {
        let message = format!("is {}", config.threads);
        found.range("threads", message, format!("must be at most {MOST_THREADS}, or 0 for all cores"));
    }
    found.0
}

struct Found(Vec<Finding>);

impl Found {
    fn range(&mut self, key: &str, message: impl Into<String>, advice: impl Into<String>) {
        self.0.push(Finding::error(Code::OutOfRange, key, message, advice));
    }

    fn contradiction(&mut self, key: &str, message: impl Into<String>, advice: impl Into<String>) {
        self.0.push(Finding::error(Code::Contradiction, key, message, advice));
    }

    fn kafka(&mut self, config: &Config) {
        let kafka = &config.kafka;
        self.0.extend(properties::findings(kafka));
        for (key, text) in [("kafka.brokers", &kafka.brokers), ("kafka.group", &kafka.group)] {
            if text.trim().is_empty() {
                self.range(key, "must not be empty", "");
            }
        }
        // A build without TLS must not be found out in the middle of an incident.
        let has_tls = cfg!(any(feature = "tls", feature = "tls-vendored"));
        let property = |name: &str| kafka.properties.get(name).map(|value| value.to_lowercase());
        let (own, alias) = (property("sasl.mechanisms"), property("sasl.mechanism"));
        // SASL with plain passwords needs no TLS; every other mechanism comes with it.
        let is_plain = own.or(alias).as_deref() == Some("plain");
        let needs_tls = match property("security.protocol").as_deref() {
            Some("sasl_plaintext") => !is_plain,
            Some("ssl" | "sasl_ssl") => true,
            _ => false,
        };
        if needs_tls && !has_tls {
            let (message, advice) =
                ("needs TLS, which this build does not have", "use the image, or build with --features tls");
            self.contradiction("kafka.properties.security.protocol", message, advice);
        }
    }

    /// A worker that reads what it writes never ends.
    fn topics(&mut self, topics: &Topics) {
        let Topics { prefix, input, enriched, duplicates, dead_letters, sketches, stories } = topics;
        let topics = [
            ("topics.input", input),
            ("topics.enriched", enriched),
            ("topics.duplicates", duplicates),
            ("topics.dead_letters", dead_letters),
            ("topics.sketches", sketches),
            ("topics.stories", stories),
        ];
        for (index, (key, name)) in topics.iter().enumerate() {
            if let Some((message, advice)) = illegal_topic(prefix, name) {
                self.range(key, message, advice);
            } else if let Some((other, _)) = topics.iter().take(index).find(|(_, other)| other == name) {
                self.contradiction(key, format!("is `{name}`, and so is {other}"), "give each a topic of its own");
            }
        }
    }

    fn flow(&mut self, config: &Config) {
        let flow = &config.flow;
        for (key, is_none) in
            [("flow.batch_records", flow.batch_records == 0), ("flow.in_flight", flow.in_flight.get() == 0)]
        {
            if is_none {
                self.range(key, "is 0", "must be more than 0");
            }
        }
        let limit = flow.transaction_timeout;
        for (key, period) in [("flow.drain_timeout", flow.drain_timeout), ("commit_interval", config.commit_interval.0)]
        {
            if period >= limit {
                let advice = format!("must be less than flow.transaction_timeout ({limit})");
                self.contradiction(key, format!("is {period}"), advice);
            }
        }
        let session = config.kafka.properties.get("session.timeout.ms").and_then(|text| text.parse::<i64>().ok());
        if limit.millis() > session.unwrap_or(super::SESSION_TIMEOUT.millis()) {
            let advice = "must be at most the session timeout, or a dead worker's transaction outlives its membership";
            self.contradiction("flow.transaction_timeout", format!("is {limit}"), advice);
        }
    }

    fn entities(&mut self, config: &Config) {
        let has_model = cfg!(feature = "builtin-model");
        if config.entities.enabled && config.entities.model == EntityModel::Builtin && !has_model {
            let advice = "name the file of a model, or set entities.enabled: false";
            self.contradiction("entities.model", "is builtin, and this build has no model", advice);
        }
        let neural = &config.entities.neural;
        self.0.extend(neural.findings());
        if neural.path.is_some() && !cfg!(feature = "neural") {
            let advice = "build with --features neural, or take the key out";
            self.contradiction("entities.neural.path", "needs the neural mode, which this build does not have", advice);
        }
    }

    fn dedupe(&mut self, config: &Config) {
        self.0.extend(config.dedupe.findings());
    }
}
