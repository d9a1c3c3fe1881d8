//! Articles that keep coming while things go wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rdkafka::producer::Producer as _;

use crate::kafka::articles::{Planted, endless};
use crate::kafka::topics;

/// How much is produced, of what.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    pub seed: u64,
    pub partitions: i32,
    /// Articles a second while faults happen.
    pub rate: usize,
    /// At least so many in the end.
    pub least: usize,
}

/// A thread that produces until it is told that the faults are over.
pub struct Producing {
    over: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
    thread: JoinHandle<Vec<Planted>>,
}

/// How often a part of the rate goes out: in bursts, as articles come.
const TICK: Duration = Duration::from_millis(250);

impl Producing {
    pub fn start(bootstrap: &str, topic: &str, flow: Flow) -> Self {
        let (over, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (bootstrap, topic) = (bootstrap.to_owned(), topic.to_owned());
        let (is_over, count) = (Arc::clone(&over), Arc::clone(&sent));
        let thread = std::thread::spawn(move || produce(&bootstrap, &topic, flow, &is_over, &count));
        Self { over, sent, thread }
    }

    /// How many were handed over so far.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// The faults are over: what was produced, all confirmed.
    pub fn finish(self) -> Vec<Planted> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

fn produce(bootstrap: &str, topic: &str, flow: Flow, over: &AtomicBool, sent: &AtomicUsize) -> Vec<Planted> {
    let producer = topics::producer(bootstrap);
    let ticks = usize::try_from(Duration::from_secs(1).as_millis() / TICK.as_millis()).unwrap();
    let (burst, mut planted) = ((flow.rate / ticks).max(1), Vec::new());
    for article in endless(flow.seed, flow.partitions) {
        let is_over = over.load(Ordering::Relaxed);
        if is_over && planted.len() >= flow.least {
            break;
        }
        topics::send(&producer, topic, &article.sent);
        planted.push(article);
        sent.store(planted.len(), Ordering::Relaxed);
        let next = Instant::now() + TICK;
        while planted.len().is_multiple_of(burst) && Instant::now() < next && !over.load(Ordering::Relaxed) {
            producer.poll(Duration::from_millis(20));
        }
    }
    producer.flush(Duration::from_secs(120)).unwrap();
    planted
}
