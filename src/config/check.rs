//! Contradictions between keys: each is found before anything connects, and says what to write instead.

use super::Config;

/// librdkafka properties that the worker sets itself, with the reason why nobody else may.
const OWNED: &[(&str, &str)] = &[
    ("bootstrap.servers", "set kafka.brokers"),
    ("metadata.broker.list", "set kafka.brokers"),
    ("group.id", "set kafka.group"),
    ("group.instance.id", "set kafka.instance"),
    ("enable.auto.commit", "offsets are committed with the outputs, or records would be lost"),
    ("enable.auto.offset.store", "offsets are committed with the outputs, or records would be lost"),
    ("transactional.id", "it follows from kafka.group and kafka.instance"),
    ("transaction.timeout.ms", "set flow.transaction_timeout"),
    ("enable.idempotence", "delivery depends on it"),
    ("acks", "delivery depends on it"),
    ("request.required.acks", "delivery depends on it"),
    ("isolation.level", "records of aborted transactions are not articles"),
    ("max.in.flight", "the order of outputs depends on it"),
    ("max.in.flight.requests.per.connection", "the order of outputs depends on it"),
];

impl Config {
    /// The first contradiction, as a key and what is wrong with it.
    ///
    /// # Errors
    /// Says which key, what is wrong, and what to write instead.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let wrong = |key: &str, what: String| Err((key.to_owned(), what));
        if let Some((name, reason)) = OWNED.iter().find(|(name, _)| self.kafka.properties.contains_key(*name)) {
            return wrong(&format!("kafka.properties.{name}"), format!("belongs to the worker: {reason}"));
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
        self.check_flow()
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
