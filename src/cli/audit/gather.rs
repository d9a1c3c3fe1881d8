//! What the topics hold, read into a ledger a partition.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::super::moment::Moment;
use crate::audit::{Counts, Edge, Fault, Horizon, Kind, Ledger, Rules, judge, outcome};
use crate::config::{Config, Delivery, Duplicates};
use crate::kafka::client::TopicNames;
use crate::kafka::scan::{Scanner, Stretch};
use crate::kafka::standing::compacted;

/// How long before `--since` outputs are read: clocks differ, and an outcome may carry an older time than its input.
const BEFORE_MS: i64 = 3_600_000;
/// How much longer than `flow.transaction_timeout` an open transaction is waited for: brokers look for such ones every 10 s.
const GRACE: Duration = Duration::from_secs(15);
/// Most flaws that are named one by one.
const NAMED: usize = 1_000;

/// An input partition.
#[derive(Default)]
struct Part {
    ledger: Ledger,
    /// What is audited: from here to the committed offset.
    from: i64,
    to: i64,
    /// Outcomes of records before and after that.
    before: u64,
    ahead: u64,
}

/// A topic with outcomes.
struct Output {
    topic: String,
    article: Kind,
    stretches: Vec<Stretch>,
    /// Partitions whose beginning was cut off, with what is left.
    edges: BTreeMap<i32, Edge>,
}

/// A transaction that hides what comes after it.
#[derive(Serialize)]
pub(super) struct Open {
    pub(super) topic: String,
    pub(super) partition: i32,
    /// Readers of committed records see nothing from here on.
    pub(super) stable: i64,
    pub(super) end: i64,
}

/// A partition's line of the report.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) partition: i32,
    pub(super) from: i64,
    pub(super) to: i64,
    #[serde(flatten)]
    pub(super) counts: Counts,
    /// Outcomes of records that are not audited: before `from`, and not committed yet.
    pub(super) before: u64,
    pub(super) ahead: u64,
}

/// What was found.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) input: String,
    pub(super) group: String,
    pub(super) partitions: Vec<Line>,
    pub(super) open_transactions: Vec<Open>,
    /// The first of what is wrong.
    pub(super) faults: Vec<Fault>,
    /// What cannot be known, and why.
    pub(super) notes: Vec<String>,
}

impl Report {
    pub(super) fn is_clean(&self) -> bool {
        self.open_transactions.is_empty() && self.partitions.iter().all(|line| line.counts.flaws == 0)
    }
}

/// An audit under way.
pub(super) struct Gathering<'a> {
    config: &'a Config,
    scanner: Scanner,
    input: String,
    since: Option<i64>,
    parts: BTreeMap<i32, Part>,
    outputs: Vec<Output>,
    open: Vec<Open>,
    foreign: u64,
    rules: Rules,
    notes: Vec<String>,
}

impl<'a> Gathering<'a> {
    /// Asks for committed offsets: what is audited ends there.
    pub(super) fn new(config: &'a Config, since: Option<Moment>) -> anyhow::Result<Self> {
        let (scanner, topics) = (Scanner::new(config)?, TopicNames::new(config));
        let (input, since, mut notes) = (topics.input.clone(), since.map(|Moment(millis)| millis), Vec::new());
        let partitions = scanner.partitions(&input)?;
        let committed = scanner.committed(&input, &partitions)?;
        let mut parts = BTreeMap::new();
        for partition in partitions {
            let readable = scanner.readable(&input, partition)?;
            let first = match since {
                Some(since) => scanner.offset_at(&input, partition, since)?.unwrap_or(readable.to),
                None => readable.from,
            };
            let to = committed.get(&partition).copied().unwrap_or(first);
            if !committed.contains_key(&partition) && readable.from < readable.to {
                notes.push(format!("partition {partition}: group {} has committed nothing there", config.kafka.group));
            }
            parts.insert(partition, Part { from: first.min(to), to, ..Part::default() });
        }
        let outputs = outputs(config, &topics);
        let gathering = Self {
            config,
            scanner,
            input,
            since,
            parts,
            outputs,
            open: Vec::new(),
            foreign: 0,
            rules: Rules::default(),
            notes,
        };
        Ok(gathering)
    }

    /// What was committed may still be hidden behind transactions that are open now; each ends within its time limit.
    pub(super) fn await_transactions(&mut self) -> anyhow::Result<()> {
        let mut hidden = Vec::new();
        for output in &mut self.outputs {
            for partition in self.scanner.partitions(&output.topic)? {
                hidden.push((output.topic.clone(), partition, self.scanner.end(&output.topic, partition)?));
            }
        }
        let deadline = Instant::now() + self.config.flow.transaction_timeout.get() + GRACE;
        loop {
            let mut open = Vec::new();
            for (topic, partition, end) in hidden {
                let stable = self.scanner.readable(&topic, partition)?.to;
                if stable < end {
                    open.push((Open { topic: topic.clone(), partition, stable, end }, (topic, partition, end)));
                }
            }
            if open.is_empty() || Instant::now() >= deadline {
                self.open = open.into_iter().map(|(open, _)| open).collect();
                return Ok(());
            }
            hidden = open.into_iter().map(|(_, asked)| asked).collect();
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Reads every topic with outcomes.
    pub(super) fn read_outputs(&mut self) -> anyhow::Result<()> {
        let Self { scanner, input, since, parts, outputs, foreign, .. } = self;
        for output in outputs {
            for partition in scanner.partitions(&output.topic)? {
                let mut stretch = scanner.readable(&output.topic, partition)?;
                let start =
                    since.map(|since| scanner.offset_at(&output.topic, partition, since - BEFORE_MS)).transpose()?;
                let from = start.map_or(stretch.from, |start| start.unwrap_or(stretch.to));
                if stretch.from > 0 && from <= stretch.from {
                    output.edges.insert(partition, Edge::default());
                }
                stretch.from = from;
                output.stretches.push(stretch);
            }
            parts.values_mut().for_each(|part| part.ledger.turn_page());
            let (edges, starts) = (&mut output.edges, &output.stretches);
            let mut begun: Vec<i32> = Vec::with_capacity(starts.len());
            scanner.read(&output.topic, starts, |record| {
                let told = outcome(&record, output.article).filter(|told| told.topic == *input);
                if let Some(edge) = edges.get_mut(&record.origin.partition) {
                    let is_first = !begun.contains(&record.origin.partition);
                    begun.extend(is_first.then_some(record.origin.partition));
                    let place = told.as_ref().map(|told| (told.place.partition, told.place.offset));
                    edge.see(is_first, record.origin.timestamp, place);
                }
                match told.map(|told| (parts.get_mut(&told.place.partition), told)) {
                    Some((Some(part), told)) => part.see(told.place.offset, told.kind, told.is_near),
                    _ => *foreign += 1,
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(())
    }

    /// Reads the input: which records there are.
    pub(super) fn read_input(&mut self) -> anyhow::Result<()> {
        let Self { scanner, input, parts, .. } = self;
        parts.values_mut().for_each(|part| part.ledger.turn_page());
        let stretch =
            |(partition, part): (&i32, &Part)| Stretch { partition: *partition, from: part.from, to: part.to };
        let stretches: Vec<Stretch> = parts.iter().map(stretch).collect();
        scanner.read(input, &stretches, |record| {
            if let Some(part) = parts.get_mut(&record.origin.partition) {
                part.see(record.origin.offset, Kind::Input, false);
            }
            ControlFlow::Continue(())
        })?;
        Ok(())
    }

    /// The report.
    pub(super) fn judge(mut self) -> anyhow::Result<Report> {
        self.settle_rules();
        let edges: Vec<Edge> = self.outputs.iter().flat_map(|output| output.edges.values().cloned()).collect();
        let (mut faults, mut lines) = (Vec::new(), Vec::new());
        for (partition, part) in &self.parts {
            let at = |millis| self.scanner.offset_at(&self.input, *partition, millis);
            let horizon =
                Horizon::new(*partition, part.to, &edges, |millis| at(millis).map(|at| at.unwrap_or(part.to)))?;
            // Retention may have gone on meanwhile.
            let cut = self.scanner.readable(&self.input, *partition)?.from;
            let counts = judge(*partition, &part.ledger, horizon, cut, self.rules, |fault| {
                if faults.len() < NAMED {
                    faults.push(fault);
                }
            });
            let Part { from, to, before, ahead, .. } = *part;
            lines.push(Line { partition: *partition, from, to, counts, before, ahead });
        }
        self.explain(&lines, !edges.is_empty());
        Ok(Report {
            input: self.input,
            group: self.config.kafka.group.clone(),
            partitions: lines,
            open_transactions: self.open,
            faults,
            notes: self.notes,
        })
    }

    fn settle_rules(&mut self) {
        let output = &self.config.output;
        let names: Vec<&str> =
            [self.input.as_str()].into_iter().chain(self.outputs.iter().map(|output| output.topic.as_str())).collect();
        let told = compacted(self.config, &names);
        if told.is_none() {
            self.notes.push("the broker does not tell whether topics are compacted: grant DescribeConfigs".to_owned());
        }
        let told = told.unwrap_or_default();
        let topics = &self.config.topics;
        self.rules = Rules {
            repeats: self.config.delivery == Delivery::AtLeastOnce,
            drops_duplicates: output.duplicates == Duplicates::Drop,
            routes: output.routes.iter().any(|rule| rule.to == topics.enriched || rule.to == topics.duplicates),
            outcomes_compacted: told.iter().skip(1).any(|is_compacted| *is_compacted),
            input_compacted: told.first().copied().unwrap_or_default(),
        };
    }

    /// What the numbers cannot tell.
    fn explain(&mut self, lines: &[Line], is_cut: bool) {
        let sum = |count: fn(&Line) -> u64| lines.iter().map(count).sum::<u64>();
        let (unknown, repeated, before) =
            (sum(|line| line.counts.unknown), sum(|line| line.counts.repeated), sum(|line| line.before));
        let mut note = |is_so: bool, text: String| self.notes.extend(is_so.then_some(text));
        note(
            unknown > 0 && self.rules.drops_duplicates,
            format!(
                "{unknown} records have no outcome: with output.duplicates: drop a dropped duplicate looks like a lost record"
            ),
        );
        note(
            unknown > 0 && self.rules.outcomes_compacted,
            format!(
                "{unknown} records have no outcome: an output topic is compacted, so it may have been replaced by a later one"
            ),
        );
        note(
            unknown > 0 && is_cut,
            format!("{unknown} records have no outcome, and retention has cut an output topic that may have had it"),
        );
        note(
            repeated > 0 && self.rules.repeats,
            format!("{repeated} outcomes came twice, as delivery: at-least-once may"),
        );
        note(before > 0, format!("{before} outcomes are of records before the audit's beginning (retention, --since)"));
        note(
            self.foreign > 0,
            format!("{} records on output topics are of another input topic or another program", self.foreign),
        );
    }
}

impl Part {
    fn see(&mut self, offset: i64, kind: Kind, is_near: bool) {
        match offset {
            offset if offset < self.from => self.before += 1,
            offset if offset >= self.to => self.ahead += 1,
            offset => self.ledger.see(offset, kind, is_near),
        }
    }
}

fn outputs(config: &Config, topics: &TopicNames) -> Vec<Output> {
    let own = [
        (topics.enriched.clone(), Kind::Enriched),
        (topics.duplicates.clone(), Kind::Duplicate),
        (topics.dead_letters.clone(), Kind::DeadLetter),
    ];
    let routed =
        config.route_topics().into_iter().map(|name| (format!("{}{name}", config.topics.prefix), Kind::Routed));
    let output = |(topic, article)| Output { topic, article, stretches: Vec::new(), edges: BTreeMap::new() };
    own.into_iter().chain(routed).map(output).collect()
}
