//! librdkafka's properties: the names that mean the same, those that belong to the worker, and those that hold secrets.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::Kafka;
use super::finding::{Code, Finding};

/// Properties by name. Secrets among them are not shown, in whatever way the properties are written out.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Properties(BTreeMap<String, String>);

/// What is shown for a secret.
pub const MASK: &str = "***";

impl Properties {
    /// Names and values as they may be shown.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), if is_secret(name) { MASK } else { value }))
    }
}

impl Deref for Properties {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FromIterator<(String, String)> for Properties {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(properties: I) -> Self {
        Self(properties.into_iter().collect())
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.shown()).finish()
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.shown())
    }
}

/// Parts of the names of properties whose values are secrets.
const SECRET: &[&str] = &["password", "passphrase", "secret", "key.pem", "private.key", "oauthbearer.config", "jaas"];

/// Whether a property's value is not to be shown.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// Another name of a property, and the one that it is an alias of (librdkafka's CONFIGURATION.md). Two names of one property
/// in one client would be set in no certain order.
const ALIASES: &[(&str, &str)] = &[
    ("metadata.broker.list", "bootstrap.servers"),
    ("compression.type", "compression.codec"),
    ("queue.buffering.max.ms", "linger.ms"),
    ("delivery.timeout.ms", "message.timeout.ms"),
    ("request.required.acks", "acks"),
    ("retries", "message.send.max.retries"),
    ("max.in.flight", "max.in.flight.requests.per.connection"),
    ("max.partition.fetch.bytes", "fetch.message.max.bytes"),
    ("auto.commit.enable", "enable.auto.commit"),
    ("sasl.mechanism", "sasl.mechanisms"),
];

/// Properties that the worker sets itself, with the reason why nobody else may.
const OWNED: &[(&str, &str)] = &[
    ("bootstrap.servers", "set kafka.brokers"),
    ("group.id", "set kafka.group"),
    ("group.instance.id", "set kafka.instance"),
    ("enable.auto.commit", "offsets are committed with the outputs, or records would be lost"),
    ("enable.auto.offset.store", "offsets are committed with the outputs, or records would be lost"),
    ("transactional.id", "it follows from kafka.group and kafka.instance"),
    ("transaction.timeout.ms", "set flow.transaction_timeout"),
    ("message.timeout.ms", "it follows from delivery and flow.transaction_timeout"),
    ("enable.idempotence", "delivery depends on it"),
    ("acks", "delivery depends on it"),
    ("isolation.level", "records of aborted transactions are not articles"),
    ("max.in.flight.requests.per.connection", "the order of outputs depends on it"),
];

/// The name that a property is set by.
pub fn canonical(name: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name)
}

/// Why a property may not be set, if it may not.
pub(super) fn owned(name: &str) -> Option<&'static str> {
    OWNED.iter().find(|(owned, _)| *owned == canonical(name)).map(|(_, reason)| *reason)
}

/// What is wrong with the names, and with secrets that stand where they should not.
pub(super) fn findings(kafka: &Kafka) -> Vec<Finding> {
    let key = |map: &str, name: &str| format!("kafka.{map}.{name}");
    let properties = kafka.properties.keys().map(|name| ("properties", name.as_str()));
    let all: Vec<(&str, &str)> = properties.chain(kafka.secrets.names().map(|name| ("secrets", name))).collect();
    let mut found = kafka.wrong_secrets();
    for (index, (map, name)) in all.iter().enumerate() {
        let same = |(_, other): &&(&str, &str)| canonical(other) == canonical(name);
        if let Some(reason) = owned(name) {
            found.push(Finding::error(Code::Property, &key(map, name), "belongs to the worker", reason));
        } else if let Some((other, twice)) = all.iter().take(index).find(same) {
            let message = format!("is the same as {}", key(other, twice));
            found.push(Finding::error(Code::Property, &key(map, name), message, "set one of them"));
        }
    }
    for (name, _) in kafka.properties.iter().filter(|(name, value)| is_secret(name) && *value == MASK) {
        let advice = format!("write the value, or name a file that holds it in kafka.secrets.{name}");
        found.push(Finding::error(Code::Secret, &key("properties", name), "is masked", advice));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_owned_as_its_property_is() {
        assert!(owned("request.required.acks").is_some() && owned("acks").is_some());
        assert_eq!(owned("compression.type"), None);
        assert_eq!(canonical("compression.type"), "compression.codec");
    }

    #[test]
    fn one_property_under_two_names_is_found() {
        let told = |properties: &[&str], secrets: &[&str]| {
            let properties = properties.iter().map(|name| ((*name).to_owned(), "1".to_owned())).collect();
            let secrets = secrets.iter().map(|name| ((*name).to_owned(), "/file".into())).collect();
            let found = findings(&Kafka { properties, secrets, ..Kafka::default() });
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let same = "kafka.properties.queue.buffering.max.ms is the same as kafka.properties.linger.ms: set one of them";
        assert_eq!(told(&["fetch.min.bytes", "linger.ms", "queue.buffering.max.ms"], &[]), [same]);
        let same = "kafka.secrets.sasl.password is the same as kafka.properties.sasl.password: set one of them";
        assert_eq!(told(&["sasl.password"], &["sasl.password"]), [same]);
        assert!(told(&[], &["group.id"])[0].contains("kafka.secrets.group.id belongs to the worker: set kafka.group"));
        assert_eq!(told(&["fetch.min.bytes", "linger.ms"], &["sasl.password"]), [""; 0]);
    }

    #[test]
    fn secrets_are_not_shown() {
        let names = [
            "sasl.password",
            "ssl.key.password",
            "ssl.key.pem",
            "sasl.oauthbearer.client.secret",
            "SSL.keystore.password",
        ];
        let secrets: Properties = names.iter().map(|name| ((*name).to_owned(), "hunter2".to_owned())).collect();
        for shown in [format!("{secrets:?}"), serde_json::to_string(&secrets).unwrap()] {
            assert!(!shown.contains("hunter2") && shown.matches(MASK).count() == names.len(), "{shown}");
        }
        let masked = [("sasl.password".to_owned(), MASK.to_owned())].into_iter().collect();
        let found = findings(&Kafka { properties: masked, ..Kafka::default() });
        assert!(
            found[0].to_string().contains("sasl.password is masked"),
            "what was shown is not read back as a password"
        );
    }
}
