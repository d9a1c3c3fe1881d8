//! Real workers and their broker, and what a schedule does to them.

use std::time::{Duration, Instant};

use super::schedule::{Fault, Step};
use super::uncommitted::{Held, Outputs};
use crate::kafka::broker::Broker;
use crate::kafka::topics;
use crate::kafka::wait_until_else;
use crate::kafka::worker::Worker;

/// Partitions of every topic.
pub const PARTITIONS: i32 = 8;
/// Short enough for a test that kills often, long enough for a machine that is busy.
const SETTINGS: [&str; 6] = [
    "commit_interval=300ms",
    "flow.transaction_timeout=4s",
    "flow.drain_timeout=3s",
    "kafka.properties.session.timeout.ms=4000",
    "kafka.properties.heartbeat.interval.ms=1000",
    "kafka.properties.max.poll.interval.ms=4500",
];
/// Tries to freeze a worker with outputs that are not committed.
const TRIES: usize = 20;
/// Longest wait for the workers to get over a fault.
const RECOVERY: Duration = Duration::from_secs(90);
/// Records that have to be committed before the workers count as being at work again.
const AT_WORK: i64 = 40;
/// Lines of each worker's log that are told when something is wrong.
const TOLD: usize = 30;

struct Member {
    name: String,
    worker: Worker,
}

/// Workers on a broker of their own.
pub struct Cluster {
    broker: Broker,
    pub prefix: String,
    delivery: &'static str,
    workers: Vec<Member>,
    gone: Vec<Member>,
    /// Records that were committed when the last fault was over.
    committed: i64,
    /// Kills with outputs of the victim not committed.
    pub caught: usize,
    /// What workers did that they should not.
    pub problems: Vec<String>,
}

impl Cluster {
    pub fn start(broker: Broker, prefix: &str, delivery: &'static str, workers: usize) -> Self {
        let (prefix, bootstrap) = (prefix.to_owned(), broker.bootstrap());
        topics::create_all(&bootstrap, &prefix, PARTITIONS, &[("max.message.bytes", "30000000")]);
        let (gone, problems) = (Vec::new(), Vec::new());
        let mut cluster =
            Self { broker, prefix, delivery, workers: Vec::new(), gone, committed: 0, caught: 0, problems };
        (0..workers).for_each(|_| cluster.add());
        cluster
    }

    pub fn bootstrap(&self) -> String {
        self.broker.bootstrap()
    }

    pub fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn add(&mut self) {
        let delivery = format!("delivery={}", self.delivery);
        let sets: Vec<&str> = SETTINGS.into_iter().chain([delivery.as_str()]).collect();
        let worker = Worker::start(&self.bootstrap(), &self.prefix, &sets);
        let name = format!("worker {}", self.workers.len() + self.gone.len() + 1);
        self.workers.push(Member { name, worker });
    }

    /// Does what the schedule says, where and when it says it.
    pub fn suffer(&mut self, step: &Step) {
        std::thread::sleep(step.pause);
        if step.settled {
            self.await_work();
        }
        self.bury();
        let victim = step.victim % self.workers.len();
        match step.fault {
            Fault::Kill => self.kill(victim),
            Fault::KillUncommitted => {
                if self.freeze_uncommitted(victim) {
                    self.caught += 1;
                }
                self.kill(victim);
            }
            Fault::Terminate => {
                self.terminate(victim);
                self.add();
            }
            Fault::Freeze => {
                self.workers[victim].worker.signal("STOP");
                std::thread::sleep(step.lasts);
                self.workers[victim].worker.signal("CONT");
            }
            Fault::Add => self.add(),
            Fault::Remove => self.terminate(victim),
            Fault::RestartBroker => {
                self.broker.stop();
                self.restart(step.lasts);
            }
            Fault::KillBroker => {
                self.broker.kill();
                self.restart(step.lasts);
            }
        }
        // Who cannot be asked now answers with less.
        self.committed = self.committed.max(self.committed());
    }

    fn restart(&mut self, outage: Duration) {
        std::thread::sleep(outage);
        self.broker.restart().unwrap();
    }

    fn kill(&mut self, victim: usize) {
        let mut member = self.workers.remove(victim);
        member.worker.signal("KILL");
        member.worker.ended(RECOVERY);
        self.gone.push(member);
        self.add();
    }

    fn terminate(&mut self, victim: usize) {
        let mut member = self.workers.remove(victim);
        member.worker.signal("TERM");
        let status = member.worker.ended(RECOVERY);
        if !status.success() {
            self.problems.push(format!("{} was told to end, and ended with {status}", member.name));
        }
        self.gone.push(member);
    }

    /// Whether it is frozen with outputs that are not committed. If it never had any in all tries, it is frozen all the same.
    fn freeze_uncommitted(&self, victim: usize) -> bool {
        let outputs = Outputs::new(&self.bootstrap(), &self.topic("articles.enriched"), PARTITIONS);
        let worker = &self.workers[victim].worker;
        for attempt in 0..TRIES {
            if attempt > 0 {
                worker.signal("CONT");
                // Not a multiple of the commit interval, or every try could meet the same moment.
                std::thread::sleep(Duration::from_millis(470));
            }
            worker.signal("STOP");
            let held = Held::by(worker);
            let is_caught = match self.delivery {
                "exactly-once" => outputs.is_open(&held),
                _ => outputs.are_ahead(&held, || self.committed_each()),
            };
            if is_caught {
                return true;
            }
        }
        false
    }

    fn committed_each(&self) -> Vec<i64> {
        topics::committed(&self.bootstrap(), &self.prefix, &self.topic("articles.raw"), PARTITIONS)
    }

    fn committed(&self) -> i64 {
        self.committed_each().iter().sum()
    }

    /// Waits until records are committed again.
    fn await_work(&mut self) {
        let least = self.committed + AT_WORK;
        wait_until_else(RECOVERY, || self.committed() >= least, || format!("at work again\n{}", self.logs()));
    }

    /// Who has ended unasked, which nobody may whatever happens. Another takes its place.
    fn bury(&mut self) {
        for index in (0..self.workers.len()).rev() {
            if self.workers[index].worker.is_running() {
                continue;
            }
            let mut member = self.workers.remove(index);
            let status = member.worker.ended(RECOVERY);
            self.problems.push(format!("{} ended by itself with {status}", member.name));
            self.gone.push(member);
            self.add();
        }
    }

    /// Waits until every record is committed, then ends the workers.
    pub fn rest(&mut self, limit: Duration) {
        let (bootstrap, input, prefix) = (self.bootstrap(), self.topic("articles.raw"), self.prefix.clone());
        let ends = topics::ends(&bootstrap, &input, PARTITIONS);
        let deadline = Instant::now() + limit;
        let is_done = || topics::committed(&bootstrap, &prefix, &input, PARTITIONS) == ends;
        while !is_done() && Instant::now() < deadline {
            self.bury();
            std::thread::sleep(Duration::from_millis(100));
        }
        assert!(is_done(), "after {limit:?} not every record is committed\n{}", self.logs());
        self.bury();
        (0..self.workers.len()).for_each(|_| self.terminate(0));
    }

    /// The end of each worker's log.
    pub fn logs(&self) -> String {
        let end = |member: &Member| {
            let log = member.worker.log();
            let lines: Vec<&str> = log.lines().collect();
            format!("--- {}\n{}\n", member.name, lines[lines.len().saturating_sub(TOLD)..].join("\n"))
        };
        self.gone.iter().chain(&self.workers).map(end).collect()
    }
}
