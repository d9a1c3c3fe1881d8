//! One message a fault: librdkafka repeats an error for every broker and every attempt, a person needs it once, a reminder
//! while it lasts, and a word when it is over.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;
use tracing::{info, warn};

/// How often a fault that lasts is told again.
const REMINDER: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Fault {
    since: Instant,
    told: Instant,
}

/// Faults that last.
#[derive(Debug, Default)]
pub struct Trouble {
    any: AtomicBool,
    faults: Mutex<BTreeMap<String, Fault>>,
}

impl Trouble {
    /// A fault was seen. `what` names the kind of fault, `advice` what to do; told when new and every 30 s while it lasts.
    pub fn report(&self, what: &str, advice: &str) {
        let now = Instant::now();
        let Ok(mut faults) = self.faults.lock() else { return };
        self.any.store(true, Ordering::Release);
        match faults.get_mut(what) {
            None => {
                warn!(advice, "{what}");
                faults.insert(what.to_owned(), Fault { since: now, told: now });
            }
            Some(fault) if now - fault.told >= REMINDER => {
                warn!(advice, seconds = (now - fault.since).as_secs(), "still: {what}");
                fault.told = now;
            }
            Some(_) => {}
        }
    }

    /// Something worked: every fault is over. Cheap when there is none.
    pub fn clear(&self) {
        if !self.any.swap(false, Ordering::AcqRel) {
            return;
        }
        let Ok(mut faults) = self.faults.lock() else { return };
        for (what, fault) in std::mem::take(&mut *faults) {
            info!(seconds = fault.since.elapsed().as_secs(), "over: {what}");
        }
    }

    /// An error of a client as librdkafka's error callback gives it.
    pub fn client_error(&self, brokers: &str, error: &KafkaError, reason: &str) {
        let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
        match code {
            // Follows every other connection error, and a broker that was only retired.
            RDKafkaErrorCode::AllBrokersDown => self.report(
                &format!("no broker of {brokers} answers"),
                "check that kafka.brokers is right and the brokers run; if they do, check security.protocol. copydesk keeps trying",
            ),
            RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::OperationTimedOut => self.report(
                &format!("connection to a broker of {brokers} failed"),
                &format!("{}. copydesk keeps trying", tidy(reason)),
            ),
            RDKafkaErrorCode::Resolve => {
                self.report(&format!("a host name in {brokers} does not resolve"), "check kafka.brokers and the brokers' advertised.listeners");
            }
            RDKafkaErrorCode::Authentication => {
                self.report("the broker refuses the login", &format!("{}: check sasl.username, sasl.password and sasl.mechanism", tidy(reason)));
            }
            RDKafkaErrorCode::SSL => {
                self.report("TLS with the broker failed", &format!("{}: check ssl.ca.location and the broker's host name", tidy(reason)));
            }
            // The sink and the source handle these where they happen.
            _ if error.rdkafka_error_code().is_none() => {}
            code => self.report(&format!("Kafka client error {code}"), tidy(reason)),
        }
    }
}

/// The reason without librdkafka's thread and broker prefix.
fn tidy(reason: &str) -> &str {
    reason.split_once("]: ").map_or(reason, |(_, rest)| rest)
}
