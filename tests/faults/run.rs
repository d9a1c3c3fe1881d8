//! A run: workers at work, faults by a schedule while articles keep coming, and the audit of what became of them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use super::audit::{Evidence, Figures};
use super::cluster::{Cluster, PARTITIONS};
use super::producing::{Flow, Producing};
use super::schedule::{Fault, schedule};
use crate::kafka::{self, unique};

/// What is run. The seed decides everything that is not said here.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    pub exactly_once: bool,
    pub faults: usize,
    pub most_workers: usize,
    /// Articles a second while faults happen, and how many there are in the end at least.
    pub rate: usize,
    pub articles: usize,
}

/// What came of it.
pub struct Report {
    plan: Plan,
    faults: BTreeMap<Fault, usize>,
    pub articles: usize,
    pub figures: Figures,
    /// Kills with outputs of the victim not committed.
    pub caught: usize,
    pub problems: Vec<String>,
    logs: String,
    took: Duration,
}

/// Longest wait for the end of the work, after the faults.
const REST: Duration = Duration::from_secs(300);
/// Most problems that are told.
const TOLD: usize = 20;

/// Runs a plan on a broker of its own; none where there can be none.
pub fn run(plan: Plan) -> Option<Report> {
    let (started, delivery) = (Instant::now(), if plan.exactly_once { "exactly-once" } else { "at-least-once" });
    println!("seed {}, {delivery}: COPYDESK_SEED={0} runs it again", plan.seed);
    let (broker, schedule) = (kafka::own()?, schedule(plan.seed, plan.faults, plan.most_workers));
    let mut cluster = Cluster::start(broker, &unique("faults"), delivery, schedule.workers);
    let (bootstrap, input) = (cluster.bootstrap(), cluster.topic("articles.raw"));
    let flow = Flow { seed: plan.seed, partitions: PARTITIONS, rate: plan.rate, least: plan.articles };
    let producing = Producing::start(&bootstrap, &input, flow);
    let mut faults: BTreeMap<Fault, usize> = BTreeMap::new();
    for step in &schedule.steps {
        println!("{:>4} s, {} articles: {step:?}", started.elapsed().as_secs(), producing.sent());
        cluster.suffer(step);
        *faults.entry(step.fault).or_default() += 1;
    }
    let planted = producing.finish();
    println!("{:>4} s, {} articles: all produced", started.elapsed().as_secs(), planted.len());
    cluster.rest(REST);
    let evidence = Evidence::read(&bootstrap, &cluster.prefix);
    let mut problems = std::mem::take(&mut cluster.problems);
    problems.extend(evidence.problems(&planted, !plan.exactly_once));
    Some(Report {
        plan,
        faults,
        articles: planted.len(),
        figures: evidence.figures(),
        caught: cluster.caught,
        problems,
        logs: cluster.logs(),
        took: started.elapsed(),
    })
}

impl Report {
    /// Says what came of it, and all that there is to know of what is wrong.
    pub fn tell(&self) {
        println!("{HEAD}\n{self}");
        if !self.problems.is_empty() {
            let told = &self.problems[..self.problems.len().min(TOLD)];
            println!("seed {}: {} problems: {told:#?}\n{}", self.plan.seed, self.problems.len(), self.logs);
        }
    }

    /// Fails if anything is wrong, or if the run could not have shown it.
    pub fn judge(&self) {
        let seed = self.plan.seed;
        assert!(self.problems.is_empty(), "seed {seed}: {} problems, see above", self.problems.len());
        let again = self.figures.emitted_again + self.figures.proposed_again;
        assert!(again > 0, "seed {seed}: no article was taken twice, so no verdict had to be kept");
    }
}

/// What the columns of a report are.
pub const HEAD: &str = "seed delivery      articles duplicates edges emitted-again proposed-again uncommitted problems \
    seconds faults";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delivery = if self.plan.exactly_once { "exactly-once" } else { "at-least-once" };
        let Figures { duplicates, edges, emitted_again, proposed_again } = self.figures;
        write!(f, "{:<4} {delivery:<13} {:>8} {duplicates:>10} {edges:>5} ", self.plan.seed, self.articles)?;
        write!(f, "{emitted_again:>13} {proposed_again:>14} {:>11} {:>8} ", self.caught, self.problems.len())?;
        write!(f, "{:>7}", self.took.as_secs())?;
        self.faults.iter().try_for_each(|(fault, count)| write!(f, " {fault:?} {count}"))
    }
}
