//! The user's librdkafka properties, tried before anything connects: each alone, then all together in every client.

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::BaseConsumer;
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, DefaultProducerContext};
use rdkafka::types::RDKafkaConfRes;

use super::client::{self, Batch, ClientError};
use crate::config::{Code, Config, Finding, canonical, is_secret};
use crate::nearest::nearest;

/// librdkafka's names (from its CONFIGURATION.md), to tell what was meant. Whether one exists is up to librdkafka.
const NAMES: &str = include_str!("properties.txt");

/// What librdkafka would refuse. All together they are tried only with the secrets' files.
pub fn check(config: &Config, with_secrets: bool) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        config.kafka.properties.iter().filter_map(|(name, value)| refused(name, value)).collect();
    found.extend(config.kafka.secrets.names().filter_map(unknown));
    if with_secrets {
        found.extend(config.kafka.properties.iter().filter_map(|(name, value)| unread(name, value)));
    }
    let is_plain = config.kafka.properties.is_empty() && config.kafka.secrets.is_empty();
    if found.is_empty() && with_secrets && !is_plain && !asks_a_server(config) {
        found.extend(together(config));
    }
    found
}

/// One property alone.
fn refused(name: &str, value: &str) -> Option<Finding> {
    let key = format!("kafka.properties.{name}");
    let error = ClientConfig::new().set(canonical(name), value).create_native_config().err()?;
    match error {
        KafkaError::ClientConfig(RDKafkaConfRes::RD_KAFKA_CONF_UNKNOWN, ..) => Some(unknown_at(&key, name)),
        KafkaError::ClientConfig(_, why, ..) if is_secret(name) && why.contains(value) => {
            Some(Finding::error(Code::Property, &key, "is refused by librdkafka", "write another value"))
        }
        KafkaError::ClientConfig(_, why, ..) => {
            Some(Finding::error(Code::Property, &key, "is refused by librdkafka", why))
        }
        _ => Some(Finding::error(Code::Property, &key, "has a zero byte in it", "write text")),
    }
}

/// A file that a property names and that cannot be read: OpenSSL would not tell its name.
fn unread(name: &str, value: &str) -> Option<Finding> {
    let is_file = canonical(name).starts_with("ssl.") && name.ends_with(".location") && value != "probe";
    let error = is_file.then(|| std::fs::metadata(value).err())??;
    let what = format!("is {value}, which cannot be read: {error}");
    Some(Finding::error(
        Code::Property,
        &format!("kafka.properties.{name}"),
        what,
        "write the path of a file that is there",
    ))
}

/// A secret's property, of which only the name is known here.
fn unknown(name: &str) -> Option<Finding> {
    let tried = ClientConfig::new().set(canonical(name), "").create_native_config();
    let is_unknown = matches!(tried, Err(KafkaError::ClientConfig(RDKafkaConfRes::RD_KAFKA_CONF_UNKNOWN, ..)));
    is_unknown.then(|| unknown_at(&format!("kafka.secrets.{name}"), name))
}

fn unknown_at(key: &str, name: &str) -> Finding {
    let advice = match nearest(name, NAMES.lines()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "see librdkafka's CONFIGURATION.md for those that there are".into(),
    };
    Finding::error(Code::Property, key, "is no property of librdkafka", advice)
}

/// OAUTHBEARER asks its server as soon as a client is made.
fn asks_a_server(config: &Config) -> bool {
    let is_oauth = |(name, value): (&String, &String)| {
        canonical(name) == "sasl.mechanisms" && value.eq_ignore_ascii_case("OAUTHBEARER")
    };
    config.kafka.properties.iter().any(is_oauth)
}

/// All together, in clients that know no broker and so connect to nothing.
fn together(config: &Config) -> Option<Finding> {
    let made = || -> Result<(), ClientError> {
        for reader in [client::consumer(config)?, client::log_reader(config)?] {
            alone(reader).create::<BaseConsumer>()?;
        }
        for writer in [client::producer(config, "check", Batch::AtMost(1 << 20))?, client::log_writer(config)?] {
            alone(writer).create::<BaseProducer<DefaultProducerContext>>()?;
        }
        Ok(())
    };
    match made() {
        Ok(()) => None,
        // Told with the place of the file's name.
        Err(ClientError::Secret(_)) => None,
        Err(ClientError::Refused(why)) => {
            Some(Finding::error(Code::Property, "kafka.properties", "are refused by librdkafka together", why))
        }
    }
}

fn alone(mut client: ClientConfig) -> ClientConfig {
    client.remove("bootstrap.servers").set_log_level(RDKafkaLogLevel::Emerg);
    client
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Properties;

    fn found(properties: &[(&str, &str)]) -> Vec<String> {
        let properties: Properties =
            properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut config = Config::default();
        config.kafka.properties = properties;
        check(&config, true).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_name_that_is_suggested_exists() {
        for name in NAMES.lines() {
            assert_eq!(unknown(name), None, "{name}");
        }
        assert!(NAMES.lines().count() > 150);
    }

    #[test]
    fn what_librdkafka_takes_is_taken() {
        assert_eq!(found(&[]), [""; 0]);
        assert_eq!(found(&[("compression.type", "zstd"), ("fetch.min.bytes", "100000"), ("linger.ms", "10")]), [""; 0]);
        assert_eq!(
            found(&[
                ("security.protocol", "SASL_PLAINTEXT"),
                ("sasl.mechanism", "PLAIN"),
                ("sasl.username", "a"),
                ("sasl.password", "b")
            ]),
            [""; 0]
        );
    }

    #[test]
    fn a_misspelt_name_and_a_bad_value_are_refused_without_a_broker() {
        let told = found(&[("fetch.min.byte", "1"), ("compression.type", "lzma"), ("fetch.min.bytes", "many")]);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("kafka.properties.compression.type is refused by librdkafka: "), "{told:?}");
        assert!(told[1].contains("did you mean fetch.min.bytes?"), "{told:?}");
        assert!(found(&[("colour", "red")])[0].contains("CONFIGURATION.md"));
        let told = found(&[("sasl.pasword", "hunter2"), ("ssl.key.password", "hun\0ter2")]);
        assert!(told[0].contains("did you mean sasl.password?") && !told.concat().contains("hunter2"), "{told:?}");
        assert!(!told.concat().contains("ter2"), "{told:?}");
    }

    #[test]
    fn what_contradicts_itself_is_refused_without_a_broker() {
        let told = found(&[("max.poll.interval.ms", "5000")]);
        assert!(
            told[0].starts_with("kafka.properties are refused by librdkafka together: ")
                && told[0].contains("session.timeout.ms"),
            "{told:?}"
        );
    }
}
