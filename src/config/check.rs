//! Contradictions between keys: each is found before anything connects, and says what to write instead.

use super::{Config, Period, Topics, properties};

/// Shorter windows would forget an article while it is in flight.
const SHORTEST_WINDOW: Period = Period::from_millis(60_000);
/// More threads than this are a mistake.
const MOST_THREADS: usize = 1_024;
/// Kafka's own limit, in characters.
const LONGEST_TOPIC: usize = 249;

/// What is wrong with a topic's name, if anything is.
pub(super) fn illegal_topic(prefix: &str, name: &str) -> Option<String> {
    let whole = format!("{prefix}{name}");
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let is_wrong = name.is_empty() || whole.len() > LONGEST_TOPIC || !whole.chars().all(is_legal);
    is_wrong.then(|| {
        format!(
            "with its prefix is `{whole}`: write up to {LONGEST_TOPIC} letters, digits, dots, hyphens and underscores"
        )
    })
}

impl Config {
    /// The first contradiction, as a key and what is wrong with it.
    ///
    /// # Errors
    /// Says which key, what is wrong, and what to write instead.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let wrong = |key: &str, what: String| Err((key.to_owned(), what));
        let names = self.kafka.properties.keys();
        if let Some((name, reason)) = names.clone().find_map(|name| Some((name, properties::owned(name)?))) {
            return wrong(&format!("kafka.properties.{name}"), format!("belongs to the worker: {reason}"));
        }
        if let Some((name, other)) = properties::twice(names) {
            return wrong(&format!("kafka.properties.{name}"), format!("is the same as {other}: set one of them"));
        }
        for (key, text) in [("kafka.brokers", &self.kafka.brokers), ("kafka.group", &self.kafka.group)] {
            if text.trim().is_empty() {
                return wrong(key, "must not be empty".into());
            }
        }
        for (key, share) in [("dedupe.near", self.dedupe.near), ("dedupe.story", self.dedupe.story)] {
            if !(0.05..=1.0).contains(&share) {
                return wrong(key, format!("is {share}: write a share between 0.05 and 1"));
            }
        }
        if self.dedupe.span == 0 {
            return wrong(
                "dedupe.span",
                "is 0: write how many articles to remember, or set dedupe.enabled: false".into(),
            );
        }
        if self.dedupe.window < SHORTEST_WINDOW {
            return wrong("dedupe.window", format!("is {}: must be at least {SHORTEST_WINDOW}", self.dedupe.window));
        }
        if self.threads > MOST_THREADS {
            return wrong(
                "threads",
                format!("is {}: must be at most {MOST_THREADS}, or 0 for all cores", self.threads),
            );
        }
        self.check_security()?;
        self.check_topics()?;
        self.check_routes()?;
        self.check_flow()
    }

    /// A build without TLS must not be found out in the middle of an incident.
    fn check_security(&self) -> Result<(), (String, String)> {
        let has_tls = cfg!(any(feature = "tls", feature = "tls-vendored"));
        let property = |name: &str| self.kafka.properties.get(name).map(|value| value.to_lowercase());
        let (protocol, own, alias) =
            (property("security.protocol"), property("sasl.mechanisms"), property("sasl.mechanism"));
        // SASL with plain passwords needs no TLS; every other mechanism comes with it.
        let is_plain = own.or(alias).as_deref() == Some("plain");
        match protocol.as_deref() {
            Some("sasl_plaintext") if is_plain => Ok(()),
            Some("ssl" | "sasl_ssl" | "sasl_plaintext") if !has_tls => Err((
                "kafka.properties.security.protocol".into(),
                "needs TLS, which this build does not have: use the image, or build with --features tls".into(),
            )),
            _ => Ok(()),
        }
    }

    /// A worker that reads what it writes never ends.
    fn check_topics(&self) -> Result<(), (String, String)> {
        let Topics { prefix, input, enriched, duplicates, dead_letters, sketches, stories } = &self.topics;
        let topics = [
            ("topics.input", input),
            ("topics.enriched", enriched),
            ("topics.duplicates", duplicates),
            ("topics.dead_letters", dead_letters),
            ("topics.sketches", sketches),
            ("topics.stories", stories),
        ];
        for (index, (key, name)) in topics.iter().enumerate() {
            if let Some(what) = illegal_topic(prefix, name) {
                return Err(((*key).into(), what));
            }
            if let Some((other, _)) = topics.iter().take(index).find(|(_, other)| other == name) {
                return Err(((*key).into(), format!("is `{name}`, and so is {other}: give each a topic of its own")));
            }
        }
        Ok(())
    }

    fn check_flow(&self) -> Result<(), (String, String)> {
        let wrong = |key: &str, what: String| Err((key.to_owned(), what));
        let flow = &self.flow;
        if flow.batch_records == 0 || flow.in_flight.get() == 0 {
            return wrong("flow", "batch_records and in_flight must be more than 0".into());
        }
        if flow.drain_timeout >= flow.transaction_timeout {
            return wrong(
                "flow.drain_timeout",
                format!(
                    "is {}: must be less than flow.transaction_timeout ({})",
                    flow.drain_timeout, flow.transaction_timeout
                ),
            );
        }
        if self.commit_interval.0 >= flow.transaction_timeout {
            return wrong(
                "commit_interval",
                format!(
                    "is {}: must be less than flow.transaction_timeout ({})",
                    self.commit_interval.0, flow.transaction_timeout
                ),
            );
        }
        let session = self.kafka.properties.get("session.timeout.ms").and_then(|text| text.parse::<i64>().ok());
        if flow.transaction_timeout.millis() > session.unwrap_or(super::SESSION_TIMEOUT.millis()) {
            return wrong(
                "flow.transaction_timeout",
                format!(
                    "is {}: must be at most the session timeout, or a dead worker's transaction outlives its membership",
                    flow.transaction_timeout
                ),
            );
        }
        Ok(())
    }
}
