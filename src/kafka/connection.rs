//! Why a client does not reach its brokers, in words. librdkafka tells symptoms; a person needs the cause and the key to
//! change. What it tells for which mistake was tried one by one.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::config::{Config, canonical};

/// What a client was told about its connection.
#[derive(Debug, Clone)]
pub struct Connection {
    brokers: String,
    /// `security.protocol`, in capitals.
    protocol: String,
    authorities: Option<String>,
    mechanism: Option<String>,
}

/// A cause and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

/// What one error of a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// The cause, for certain.
    Cause(Cause),
    /// A connection to one broker failed, for this reason. One of several that is down is its cluster's business.
    Symptom(String),
    /// No broker is left.
    Down,
    /// Who made the call that failed is told too, and knows more.
    Other,
    /// Something else that librdkafka has a code for.
    Unnamed(Cause),
}

impl Connection {
    /// As configured.
    pub fn new(config: &Config) -> Self {
        let property = |name: &str| {
            let mut properties = config.kafka.properties.iter();
            properties.find(|(key, _)| canonical(key) == name).map(|(_, value)| value.clone())
        };
        Self {
            brokers: config.kafka.brokers.clone(),
            protocol: property("security.protocol").map_or_else(|| "PLAINTEXT".into(), |text| text.to_uppercase()),
            authorities: property("ssl.ca.location"),
            mechanism: property("sasl.mechanisms"),
        }
    }

    fn has_tls(&self) -> bool {
        self.protocol.ends_with("SSL")
    }

    /// What an error of librdkafka's callback says.
    pub fn sign(&self, error: &KafkaError, reason: &str) -> Sign {
        let reason = tidy(reason);
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::AllBrokersDown) => Sign::Down,
            Some(RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::OperationTimedOut) => {
                Sign::Symptom(reason.to_owned())
            }
            Some(RDKafkaErrorCode::Resolve) => Sign::Cause(Cause {
                what: format!("a host name in {} does not resolve", self.brokers),
                advice: "check kafka.brokers and the brokers' advertised.listeners. copydesk keeps trying".into(),
            }),
            Some(RDKafkaErrorCode::Authentication) => Sign::Cause(self.login(reason)),
            Some(RDKafkaErrorCode::SSL) => Sign::Cause(self.tls(reason)),
            None
            | Some(
                RDKafkaErrorCode::Fatal
                | RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::GroupAuthorizationFailed
                | RDKafkaErrorCode::TransactionalIdAuthorizationFailed
                | RDKafkaErrorCode::ClusterAuthorizationFailed,
            ) => Sign::Other,
            Some(code) => {
                Sign::Unnamed(Cause { what: format!("Kafka client error {code}"), advice: reason.to_owned() })
            }
        }
    }

    fn login(&self, reason: &str) -> Cause {
        let advice = match reason.split_once("supported mechanisms: ") {
            Some((_, offered)) => format!(
                "it does not take {}: set sasl.mechanism to one of {offered}",
                self.mechanism.as_deref().unwrap_or("this sasl.mechanism")
            ),
            None => format!("{reason}: check sasl.username, sasl.password and sasl.mechanism"),
        };
        Cause { what: "the broker refuses the login".into(), advice: advice + ". copydesk keeps trying" }
    }

    fn tls(&self, reason: &str) -> Cause {
        let advice = if reason.contains("certificate verify failed") {
            let authorities = match &self.authorities {
                Some(file) => format!("no authority in {file} has signed it (ssl.ca.location)"),
                None => "no authority that the system trusts has signed it (set ssl.ca.location)".to_owned(),
            };
            format!(
                "the broker's certificate is not accepted: {authorities}, or it is not for the host in kafka.brokers"
            )
        } else {
            format!("{reason}: check ssl.ca.location, and ssl.certificate.location if the broker wants one")
        };
        Cause { what: "TLS with the broker failed".into(), advice: advice + ". copydesk keeps trying" }
    }

    /// The likeliest cause of no broker being there, given why the last connection failed. `hung_up`: it was made, and ended
    /// before anything was said.
    pub fn down(&self, reason: Option<&str>, hung_up: bool) -> Cause {
        let reason = reason.unwrap_or_default();
        let told = if reason.is_empty() { String::new() } else { format!("{reason}: ") };
        let protocol = &self.protocol;
        let advice = if reason.contains("refused") {
            format!("{told}nothing listens there. Check the port in kafka.brokers and that the brokers run")
        } else if self.has_tls() && reason.contains("PLAINTEXT broker listener") {
            format!(
                "the port takes no TLS, and security.protocol is {protocol}: set kafka.brokers to the TLS port, or security.protocol to {}",
                if protocol.starts_with("SASL") { "SASL_PLAINTEXT" } else { "PLAINTEXT" }
            )
        } else if hung_up {
            let wanted = if self.has_tls() { "SASL_SSL, with a login" } else { "SSL or SASL_SSL" };
            format!(
                "the port is there and hangs up on {protocol}: check security.protocol, the brokers may want {wanted}"
            )
        } else {
            format!(
                "{told}check that kafka.brokers is right and the brokers run; if they do, check security.protocol (it is {protocol})"
            )
        };
        Cause { what: format!("no broker of {} answers", self.brokers), advice: advice + ". copydesk keeps trying" }
    }
}

/// The reason without librdkafka's thread and broker prefix.
fn tidy(reason: &str) -> &str {
    reason.split_once("]: ").map_or(reason, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(properties: &[(&str, &str)]) -> Connection {
        let mut config = Config::default();
        config.kafka.properties =
            properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Connection::new(&config)
    }

    #[test]
    fn each_mistake_has_a_cause_of_its_own() {
        let (plain, secure) = (connection(&[]), connection(&[("security.protocol", "sasl_ssl")]));
        for (connection, reason, hung_up, part) in [
            (&plain, Some("Connect to ipv4#127.0.0.1:1 failed: Connection refused"), false, "nothing listens"),
            (&plain, None, true, "may want SSL"),
            (&secure, None, true, "with a login"),
            (&plain, None, false, "check security.protocol (it is PLAINTEXT)"),
            (&secure, Some("SSL handshake failed: connecting to a PLAINTEXT broker listener?"), false, "takes no TLS"),
        ] {
            let cause = connection.down(reason, hung_up);
            assert!(cause.advice.contains(part) && cause.what.contains("localhost:9092"), "{cause:?}");
        }
    }

    #[test]
    fn a_mechanism_that_the_broker_does_not_have_is_told_with_those_that_it_has() {
        let connection = connection(&[("sasl.mechanism", "PLAIN")]);
        let reason = "SASL PLAIN mechanism handshake failed: broker's supported mechanisms: SCRAM-SHA-512";
        let cause = connection.login(reason);
        assert!(
            cause.advice.contains("does not take PLAIN") && cause.advice.contains("one of SCRAM-SHA-512"),
            "{cause:?}"
        );
        let cause = connection.login("Authentication failed");
        assert!(cause.advice.contains("sasl.password"), "{cause:?}");
    }

    #[test]
    fn a_certificate_that_is_not_accepted_names_the_file_of_authorities() {
        let told = |connection: &Connection| connection.tls("certificate verify failed: self-signed").advice;
        assert!(told(&connection(&[("ssl.ca.location", "/ca.pem")])).contains("/ca.pem"));
        assert!(told(&connection(&[])).contains("set ssl.ca.location"));
    }
}
