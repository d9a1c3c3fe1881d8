//! One message a fault: librdkafka repeats an error for every broker and every attempt, a person needs it once, a reminder
//! while it lasts, and a word when it is over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;
use tracing::{debug, info, warn};

use super::connection::{Cause, Connection, Sign};
use crate::telemetry::{Phase, Telemetry};

/// How often a fault that lasts is told again.
const REMINDER: Duration = Duration::from_secs(30);

/// Who sees faults: one side that works says nothing of the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Side {
    /// The consumer.
    #[default]
    Input,
    /// The producer.
    Output,
    /// The dedupe log's reader.
    LogReader,
    /// The dedupe log's writer.
    LogWriter,
    /// Who looks how far behind the worker is.
    Watch,
}

const SIDES: usize = 5;
/// A connection that fails is tried again every second: what was not seen for so long while brokers answer is over.
const QUIET: Duration = Duration::from_secs(15);

#[derive(Debug)]
struct Fault {
    since: Instant,
    told: Instant,
    seen: Instant,
    is_of_connection: bool,
    seen_by: [bool; SIDES],
}

/// Faults that last, as one side sees them. What both see is told once.
#[derive(Debug, Clone)]
pub struct Trouble {
    side: Side,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Faults that last make the worker unready.
    telemetry: Arc<Telemetry>,
    any: [AtomicBool; SIDES],
    faults: Mutex<BTreeMap<String, Fault>>,
    /// Why the last connection failed.
    reason: Mutex<Option<String>>,
    /// A broker has answered once.
    reached: AtomicBool,
    /// When a client last told why no connection can be made.
    cause: Mutex<Option<Instant>>,
}

impl Trouble {
    /// Nothing is wrong yet.
    pub fn new(telemetry: &Arc<Telemetry>) -> Self {
        let shared = Shared {
            telemetry: Arc::clone(telemetry),
            any: Default::default(),
            faults: Mutex::default(),
            reason: Mutex::default(),
            reached: AtomicBool::default(),
            cause: Mutex::default(),
        };
        Self { side: Side::default(), shared: Arc::new(shared) }
    }

    /// What the worker tells about itself.
    pub fn telemetry(&self) -> &Arc<Telemetry> {
        &self.shared.telemetry
    }

    /// The same faults, as another side sees them.
    pub fn of(&self, side: Side) -> Self {
        Self { side, shared: Arc::clone(&self.shared) }
    }

    /// Of an array with one value a side, this side's.
    fn own<'a, T>(&self, [input, output, reader, writer, watch]: &'a [T; SIDES]) -> &'a T {
        match self.side {
            Side::Input => input,
            Side::Output => output,
            Side::LogReader => reader,
            Side::LogWriter => writer,
            Side::Watch => watch,
        }
    }

    fn see(&self, fault: &mut Fault, sees: bool) {
        let [input, output, reader, writer, watch] = &mut fault.seen_by;
        *match self.side {
            Side::Input => input,
            Side::Output => output,
            Side::LogReader => reader,
            Side::LogWriter => writer,
            Side::Watch => watch,
        } = sees;
    }

    /// A fault was seen. `what` names the kind of fault, `advice` what to do; told when new and every 30 s while it lasts.
    pub fn report(&self, what: &str, advice: &str) {
        self.report_as(false, what, advice);
    }

    fn report_as(&self, is_of_connection: bool, what: &str, advice: &str) {
        let now = Instant::now();
        let Ok(mut faults) = self.shared.faults.lock() else { return };
        self.own(&self.shared.any).store(true, Ordering::Release);
        let fault = faults.entry(what.to_owned()).or_insert_with(|| {
            warn!(advice, "{what}");
            Fault { since: now, told: now, seen: now, is_of_connection, seen_by: [false; SIDES] }
        });
        fault.seen = now;
        self.see(fault, true);
        if now - fault.told >= REMINDER {
            warn!(advice, seconds = (now - fault.since).as_secs(), "still: {what}");
            fault.told = now;
        }
        self.tell(&faults);
    }

    /// Something worked on this side: what only this side saw is over. Cheap when there is none.
    pub fn clear(&self) {
        if !self.own(&self.shared.any).swap(false, Ordering::AcqRel) {
            return;
        }
        let Ok(mut faults) = self.shared.faults.lock() else { return };
        faults.retain(|what, fault| {
            self.see(fault, false);
            let lasts = fault.seen_by.contains(&true);
            if !lasts {
                info!(seconds = fault.since.elapsed().as_secs(), "over: {what}");
            }
            lasts
        });
        self.tell(&faults);
    }

    /// Brokers answer: a connection that has not failed for a while works, though nothing has come by it.
    pub fn answered(&self) {
        if self.shared.telemetry.health.faults() == 0 {
            return;
        }
        let Ok(mut faults) = self.shared.faults.lock() else { return };
        faults.retain(|what, fault| {
            let lasts = !fault.is_of_connection || fault.seen.elapsed() < QUIET;
            if !lasts {
                info!(seconds = fault.since.elapsed().as_secs(), "over: {what}");
            }
            lasts
        });
        self.tell(&faults);
    }

    /// Whoever asks for the worker's health is told of what lasts.
    fn tell(&self, faults: &BTreeMap<String, Fault>) {
        self.shared.telemetry.health.set_faults(faults.keys().cloned().collect());
    }

    /// An error of a client as librdkafka's error callback gives it.
    pub fn client_error(&self, connection: &Connection, error: &KafkaError, reason: &str) {
        match connection.sign(error, reason) {
            Sign::Cause(Cause { what, advice }) => {
                if let Ok(mut last) = self.shared.cause.lock() {
                    *last = Some(Instant::now());
                }
                self.report_as(true, &what, &advice);
            }
            Sign::Symptom(reason) => {
                debug!(reason, "connection to a broker failed");
                if let Ok(mut last) = self.shared.reason.lock() {
                    *last = Some(reason);
                }
            }
            // A client that has never been let in, and was told no reason: the port speaks another protocol.
            // Who leaves hangs up himself; what a drain needs of the brokers, PUBLISH tells.
            Sign::Down if self.telemetry().health.phase() == Phase::Stopping => debug!(reason, "hung up"),
            Sign::Down => {
                let has_reason = self.shared.reason.lock().is_ok_and(|reason| reason.is_some());
                self.no_broker(connection, !has_reason && !self.shared.reached.load(Ordering::Acquire));
            }
            Sign::Unnamed(Cause { what, advice }) => self.report(&what, &advice),
            Sign::Other => debug!(%error, reason, "client"),
        }
    }

    /// No broker answers. Where a client has told the cause for certain, nothing is added to it.
    pub fn down(&self, connection: &Connection) {
        self.no_broker(connection, false);
    }

    /// A broker has answered.
    pub fn reached(&self) {
        self.shared.reached.store(true, Ordering::Release);
        self.clear();
    }

    fn no_broker(&self, connection: &Connection, hung_up: bool) {
        let is_told = self.shared.cause.lock().is_ok_and(|last| last.is_some_and(|last| last.elapsed() < REMINDER));
        if !is_told {
            let reason = self.shared.reason.lock().map_or_else(|_| None, |reason| reason.clone());
            let Cause { what, advice } = connection.down(reason.as_deref(), hung_up);
            self.report_as(true, &what, &advice);
        }
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::error::RDKafkaErrorCode;

    use super::*;
    use crate::config::Config;

    #[test]
    fn a_fault_is_over_when_nobody_sees_it_any_more() {
        let telemetry = Arc::new(Telemetry::new(&Config::default()));
        let input = Trouble::new(&telemetry);
        let output = input.of(Side::Output);
        input.report("no broker answers", "");
        output.report("no broker answers", "");
        output.report("outputs cannot be committed", "");
        let lasting = || input.shared.faults.lock().unwrap().keys().cloned().collect::<Vec<_>>();
        input.answered();
        assert_eq!(lasting().len(), 2, "neither is of a connection");
        input.clear();
        assert_eq!(lasting(), ["no broker answers", "outputs cannot be committed"]);
        assert_eq!(telemetry.health.faults(), 2);
        output.clear();
        assert_eq!((lasting(), telemetry.health.faults()), (Vec::new(), 0));
    }

    #[test]
    fn a_connection_that_works_again_is_no_fault_though_nothing_comes_by_it() {
        let trouble = Trouble::new(&Arc::new(Telemetry::new(&Config::default())));
        trouble.client_error(
            &Connection::new(&Config::default()),
            &KafkaError::Global(RDKafkaErrorCode::AllBrokersDown),
            "",
        );
        trouble.answered();
        assert_eq!(trouble.telemetry().health.faults(), 1, "it failed a moment ago");
        for fault in trouble.shared.faults.lock().unwrap().values_mut() {
            fault.seen -= QUIET;
        }
        trouble.answered();
        assert_eq!(trouble.telemetry().health.faults(), 0);
    }
}
