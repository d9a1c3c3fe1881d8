//! Is the worker alive, is it ready, and if not, why not: what `/livez` and `/readyz` answer from.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::config::Flow;

/// How far the worker has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Phase {
    /// Models are loaded.
    #[default]
    Starting,
    /// Brokers and topics are waited for.
    Connecting,
    /// The dedupe log is read.
    CatchingUp {
        /// Records read.
        read: u64,
        /// Records to read.
        of: u64,
    },
    /// It takes records, if its group gives it any.
    Working,
    /// It gives up what it has.
    Stopping,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("starting"),
            Self::Connecting => f.write_str("connecting to Kafka"),
            // What is read is never more than there is; an empty log needs no time.
            Self::CatchingUp { read, of } => write!(f, "catching up {} %", read.saturating_mul(100) / (*of).max(1)),
            Self::Working => f.write_str("working"),
            Self::Stopping => f.write_str("stopping"),
        }
    }
}

/// When a thread was last seen to go round, in ms since the start; 0: never.
#[derive(Debug, Default)]
struct Heartbeat(AtomicU64);

/// A thread without which the worker does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thread {
    /// Polls the input.
    Poll,
    /// Publishes.
    Publish,
}

/// The state of a worker, as its threads tell it.
#[derive(Debug)]
pub struct Health {
    started: Instant,
    /// Longest silence of a thread that lives.
    silence: Duration,
    phase: Mutex<Phase>,
    is_member: AtomicBool,
    is_flooded: AtomicBool,
    poll: Heartbeat,
    publish: Heartbeat,
    faults: Mutex<Vec<String>>,
}

/// What a commit, an abort and a new producer may take beyond their time limits.
const GRACE: Duration = Duration::from_secs(30);

impl Health {
    /// Of a worker that starts. A thread may wait for a drain and for a transaction, and for a second one that ends the
    /// first: what is silent for longer hangs.
    pub fn new(flow: &Flow) -> Self {
        Self {
            started: Instant::now(),
            silence: GRACE + flow.drain_timeout.get() + 2 * flow.transaction_timeout.get(),
            phase: Mutex::default(),
            is_member: AtomicBool::default(),
            is_flooded: AtomicBool::default(),
            poll: Heartbeat::default(),
            publish: Heartbeat::default(),
            faults: Mutex::default(),
        }
    }

    /// The worker has come so far.
    pub fn enter(&self, phase: Phase) {
        *lock(&self.phase) = phase;
    }

    /// How far it has come.
    pub fn phase(&self) -> Phase {
        *lock(&self.phase)
    }

    /// Whether the group counts this worker in, with or without partitions.
    pub fn set_member(&self, is_member: bool) {
        self.is_member.store(is_member, Ordering::Relaxed);
    }

    /// Whether the input is paused because most of it is rejected.
    pub fn set_flooded(&self, is_flooded: bool) {
        self.is_flooded.store(is_flooded, Ordering::Relaxed);
    }

    /// Whether it is.
    pub fn is_flooded(&self) -> bool {
        self.is_flooded.load(Ordering::Relaxed)
    }

    /// These faults last, and no others.
    pub fn set_faults(&self, faults: Vec<String>) {
        *lock(&self.faults) = faults;
    }

    /// Number of faults that last.
    pub fn faults(&self) -> usize {
        lock(&self.faults).len()
    }

    /// A thread goes round.
    pub fn beat(&self, thread: Thread) {
        self.heartbeat(thread).0.store(self.now(), Ordering::Relaxed);
    }

    fn heartbeat(&self, thread: Thread) -> &Heartbeat {
        match thread {
            Thread::Poll => &self.poll,
            Thread::Publish => &self.publish,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// What speaks against this worker being alive: nothing, while its threads go round.
    pub fn dead(&self) -> Vec<String> {
        self.dead_at(self.now())
    }

    fn dead_at(&self, now: u64) -> Vec<String> {
        if self.phase() != Phase::Working {
            return Vec::new();
        }
        let hangs = |(thread, name): (Thread, &str)| {
            let last = self.heartbeat(thread).0.load(Ordering::Relaxed);
            let silent = Duration::from_millis(now.saturating_sub(last));
            (last > 0 && silent > self.silence)
                .then(|| format!("the {name} thread has hung for {} s", silent.as_secs()))
        };
        [(Thread::Poll, "POLL"), (Thread::Publish, "PUBLISH")].into_iter().filter_map(hangs).collect()
    }

    /// What speaks against this worker being ready: nothing, once it has caught up, its group counts it in, and no fault lasts.
    pub fn unready(&self) -> Vec<String> {
        let phase = self.phase();
        let mut reasons = Vec::new();
        if phase != Phase::Working {
            reasons.push(phase.to_string());
        } else if !self.is_member.load(Ordering::Relaxed) {
            reasons.push("joining the group".to_owned());
        }
        if self.is_flooded() {
            reasons.push("paused: flood".to_owned());
        }
        reasons.extend(self.dead());
        reasons.extend(lock(&self.faults).iter().cloned());
        reasons
    }
}

/// Nobody panics while one of these is held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_hangs_is_seen_after_the_longest_wait_it_may_have() {
        let health = Health::new(&Flow::default());
        health.enter(Phase::Working);
        assert_eq!(health.dead_at(u64::MAX), [""; 0], "what has not begun cannot hang");
        health.beat(Thread::Poll);
        health.beat(Thread::Publish);
        assert_eq!(health.dead_at(54_000), [""; 0]);
        assert_eq!(health.dead_at(56_002).len(), 2);
        health.publish.0.store(56_000, Ordering::Relaxed);
        assert_eq!(health.dead_at(56_002), ["the POLL thread has hung for 56 s"]);
        health.enter(Phase::Stopping);
        assert_eq!(health.dead_at(56_002), [""; 0], "POLL ends before the worker does");
    }

    #[test]
    fn every_reason_is_told() {
        let health = Health::new(&Flow::default());
        assert_eq!(health.unready(), ["starting"]);
        health.enter(Phase::CatchingUp { read: 632, of: 1_000 });
        assert_eq!(health.unready(), ["catching up 63 %"]);
        health.enter(Phase::CatchingUp { read: 0, of: 0 });
        assert_eq!(health.unready(), ["catching up 0 %"]);
        health.enter(Phase::Working);
        assert_eq!(health.unready(), ["joining the group"]);
        health.set_member(true);
        assert_eq!(health.unready(), [""; 0]);
        health.set_flooded(true);
        health.set_faults(vec!["no broker of a:1 answers".into()]);
        assert_eq!(health.unready(), ["paused: flood", "no broker of a:1 answers"]);
        health.set_member(false);
        health.enter(Phase::Stopping);
        assert_eq!(health.unready().first().map(String::as_str), Some("stopping"));
    }
}
