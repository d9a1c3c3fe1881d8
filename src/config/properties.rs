//! librdkafka's properties: the names that mean the same, and those that belong to the worker.

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

/// Two of the names that are one property, if there are any.
pub(super) fn twice<'a>(names: impl Iterator<Item = &'a String>) -> Option<(&'a str, &'a str)> {
    let names: Vec<&str> = names.map(String::as_str).collect();
    let same = |(index, name): (usize, &&'a str)| {
        let other = names.iter().skip(index + 1).find(|other| canonical(other) == canonical(name))?;
        Some((*name, *other))
    };
    names.iter().enumerate().find_map(same)
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
        let names = ["fetch.min.bytes", "linger.ms", "queue.buffering.max.ms"].map(str::to_owned);
        assert_eq!(twice(names.iter()), Some(("linger.ms", "queue.buffering.max.ms")));
        assert_eq!(twice(names.iter().take(2)), None);
    }
}
