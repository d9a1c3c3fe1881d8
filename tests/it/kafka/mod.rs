//! A real Apache Kafka for tests: its jars come from Maven, a one-node KRaft broker runs on free ports.
//!
//! `COPYDESK_TEST_BOOTSTRAP` names a broker that is there already. Without Java or Maven the Kafka tests say plainly that
//! they did not run; with `CI=true` that is a failure.

pub mod articles;
pub mod audit;
pub mod broker;
pub mod jars;
#[cfg(any(feature = "tls", feature = "tls-vendored"))]
pub mod secure;
pub mod tools;
pub mod topics;
pub mod worker;

use std::io::Write as _;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use broker::Broker;

/// The broker that the tests of a run share, or none where there can be none.
pub fn shared() -> Option<&'static str> {
    static SHARED: OnceLock<Option<(String, Option<Broker>)>> = OnceLock::new();
    let start = || {
        if let Ok(bootstrap) = std::env::var("COPYDESK_TEST_BOOTSTRAP") {
            return Some((bootstrap, None));
        }
        own().map(|broker| (broker.bootstrap(), Some(broker)))
    };
    SHARED.get_or_init(start).as_ref().map(|(bootstrap, _)| bootstrap.as_str())
}

/// A broker of one's own, to be stopped and started, or none where there can be none.
pub fn own() -> Option<Broker> {
    or_tell(Broker::start())
}

/// The broker, or a plain word that there is none.
pub fn or_tell(started: Result<Broker, String>) -> Option<Broker> {
    match started {
        Ok(broker) => Some(broker),
        Err(reason) => {
            assert!(std::env::var_os("CI").is_none(), "Kafka tests must run in CI: {reason}");
            // Not by a macro: the test runner would keep that to itself, since the test passes.
            let _ = writeln!(std::io::stderr(), "\nKafka tests did NOT run: {reason}");
            None
        }
    }
}

/// Waits for a condition. A test that has to wait waits for something, and says what it waited for.
pub fn wait_until(what: &str, limit: Duration, condition: impl FnMut() -> bool) {
    wait_until_else(limit, condition, || what.to_owned());
}

/// The same; `what` is asked when the wait was in vain.
pub fn wait_until_else(limit: Duration, mut condition: impl FnMut() -> bool, what: impl FnOnce() -> String) {
    let deadline = Instant::now() + limit;
    while !condition() {
        if Instant::now() >= deadline {
            panic!("after {limit:?} still not: {}", what());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A name that no other test of this or another run has.
pub fn unique(name: &str) -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("{name}-{:x}{count}-", since.as_micros() & 0xff_ffff_ffff)
}
