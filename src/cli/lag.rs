//! `copydesk lag`: how far the group is behind, partition by partition; and how many articles wait for a verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::moment::{exact, shown};
use super::{ConfigArguments, Format};
use crate::config::Config;
use crate::kafka::client::TopicNames;
use crate::kafka::scan::{ScanError, Scanner, Stretch};
use crate::kafka::standing::Standing;
use crate::pipeline::dedupe::{LogRecord, decode};

/// How often `--watch` looks.
const STEP: Duration = Duration::from_secs(2);
/// Records at the log's end that are looked at for articles without a verdict.
const TAIL: i64 = 20_000;

/// Arguments of `copydesk lag`.
#[derive(Args)]
pub(super) struct Lag {
    #[command(flatten)]
    config: ConfigArguments,
    /// How it looks; json is an object a look.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Looks again every two seconds, until it is stopped.
    #[arg(long)]
    watch: bool,
}

/// A partition of the input.
#[derive(Serialize)]
struct Part {
    partition: i32,
    /// What the group reads next; none: it has committed nothing.
    committed: Option<i64>,
    /// The end, with what open transactions of producers hide.
    end: i64,
    /// Offsets from the one to the other. Markers of transactions and what compaction took are counted as Kafka counts them.
    lag: i64,
    /// The time of the oldest record that is not committed, in ms since 1970.
    #[serde(skip)]
    oldest_ms: Option<i64>,
    /// Who has the partition.
    member: Option<String>,
}

/// The dedupe log's end.
#[derive(Serialize)]
struct LogEnd {
    end: i64,
    /// Articles near the end that have no verdict yet.
    waiting: usize,
    #[serde(skip)]
    oldest_ms: Option<i64>,
}

/// One look.
struct Look {
    parts: Vec<Part>,
    standing: Option<Standing>,
    log: Option<LogEnd>,
}

impl Lag {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let (scanner, topics) = (Scanner::new(&config)?, TopicNames::new(&config));
        loop {
            let look = look(&scanner, &config, &topics)?;
            let mut out = io::BufWriter::new(io::stdout().lock());
            if self.watch && self.format == Format::Text && io::stdout().is_terminal() {
                write!(out, "\x1b[H\x1b[2J")?;
            }
            match self.format {
                Format::Text => look.write(&mut out, &config, &topics)?,
                Format::Json => writeln!(out, "{}", look.as_json(&config, &topics))?,
            }
            out.flush()?;
            if !self.watch {
                return Ok(ExitCode::SUCCESS);
            }
            drop(out);
            std::thread::sleep(STEP);
        }
    }
}

fn look(scanner: &Scanner, config: &Config, topics: &TopicNames) -> anyhow::Result<Look> {
    let input = &topics.input;
    let partitions = scanner.partitions(input)?;
    let committed = scanner.committed(input, &partitions)?;
    let standing = scanner.standing(&config.kafka.group, input);
    let (mut parts, mut unread) = (Vec::new(), Vec::new());
    for partition in partitions {
        let (readable, end) = (scanner.readable(input, partition)?, scanner.end(input, partition)?);
        let committed = committed.get(&partition).copied();
        // Without a commit, or with one that retention has passed, the worker begins at the start.
        let next = committed.unwrap_or(readable.from).max(readable.from);
        unread.push(Stretch { partition, from: next, to: readable.to });
        let member = standing.iter().flat_map(|standing| &standing.members);
        let member =
            member.clone().find(|member| member.partitions.contains(&partition)).map(|member| member.client.clone());
        parts.push(Part { partition, committed, end, lag: (end - next).max(0), oldest_ms: None, member });
    }
    let oldest = oldest(scanner, input, &unread)?;
    for part in &mut parts {
        part.oldest_ms = oldest.get(&part.partition).copied().flatten();
    }
    let log = if config.dedupe.enabled { Some(log_end(scanner, &topics.sketches)?) } else { None };
    Ok(Look { parts, standing, log })
}

/// The time of the first record of each stretch.
fn oldest(scanner: &Scanner, topic: &str, unread: &[Stretch]) -> Result<BTreeMap<i32, Option<i64>>, ScanError> {
    let wanted = unread.iter().filter(|stretch| stretch.from < stretch.to).count();
    let mut found = BTreeMap::new();
    scanner.read(topic, unread, |record| {
        found.entry(record.origin.partition).or_insert(record.origin.timestamp);
        if found.len() == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(found)
}

/// Articles that were proposed near the log's end and have no verdict there. How far each worker has read the log it alone
/// knows (`copydesk_log_lag_records`): it commits nothing there.
fn log_end(scanner: &Scanner, topic: &str) -> Result<LogEnd, ScanError> {
    let stretch = scanner.readable(topic, 0)?;
    let end = stretch.to;
    let (mut waiting, mut decided) = (BTreeMap::new(), BTreeSet::new());
    scanner.read(topic, &[Stretch { from: stretch.from.max(end - TAIL), ..stretch }], |record| {
        match decode(record.value.as_deref().unwrap_or_default()) {
            Ok(LogRecord::Proposal(proposal)) if !decided.contains(&proposal.identity) => {
                waiting.entry(proposal.identity).or_insert(record.origin.timestamp);
            }
            Ok(LogRecord::Verdicts { decisions, .. }) => decisions.iter().for_each(|decision| {
                waiting.remove(&decision.identity);
                decided.insert(decision.identity);
            }),
            _ => {}
        }
        ControlFlow::Continue(())
    })?;
    Ok(LogEnd { end, waiting: waiting.len(), oldest_ms: waiting.into_values().flatten().min() })
}

fn age(millis: Option<i64>) -> Option<i64> {
    millis.map(|millis| (Timestamp::now().as_millisecond() - millis).max(0) / 1_000)
}

impl Look {
    fn lag(&self) -> i64 {
        self.parts.iter().map(|part| part.lag).sum()
    }

    fn as_json(&self, config: &Config, topics: &TopicNames) -> serde_json::Value {
        let timed = |value: serde_json::Result<serde_json::Value>, oldest_ms| {
            let mut value = value.unwrap_or_default();
            if let Some(members) = value.as_object_mut() {
                members.insert("oldest".to_owned(), json!(exact(oldest_ms)));
                members.insert("oldest_seconds".to_owned(), json!(age(oldest_ms)));
            }
            value
        };
        let parts: Vec<_> = self.parts.iter().map(|part| timed(serde_json::to_value(part), part.oldest_ms)).collect();
        let members = self.standing.iter().flat_map(|standing| &standing.members).map(|member| {
            json!({"id": member.id, "client": member.client, "host": member.host, "partitions": member.partitions})
        });
        json!({
            "input": topics.input,
            "group": config.kafka.group,
            "state": self.standing.as_ref().map(|standing| &standing.state),
            "members": members.collect::<Vec<_>>(),
            "lag": self.lag(),
            "partitions": parts,
            "log": self.log.as_ref().map(|log| timed(serde_json::to_value(log), log.oldest_ms)),
        })
    }

    fn write(&self, out: &mut impl Write, config: &Config, topics: &TopicNames) -> io::Result<()> {
        let group = &config.kafka.group;
        match &self.standing {
            Some(Standing { state, members }) => {
                writeln!(
                    out,
                    "{}: group {group} is {state} with {} members, {} behind",
                    topics.input,
                    members.len(),
                    self.lag()
                )?;
            }
            None => {
                writeln!(out, "{}: the broker tells nothing of group {group}, {} behind", topics.input, self.lag())?
            }
        }
        writeln!(
            out,
            "{:>9} {:>12} {:>12} {:>10} {:<20} {:>8} MEMBER",
            "PARTITION", "COMMITTED", "END", "LAG", "OLDEST UNREAD", "AGE"
        )?;
        for Part { partition, committed, end, lag, oldest_ms, member } in &self.parts {
            let committed = committed.map_or_else(|| "-".to_owned(), |offset| offset.to_string());
            let age = age(*oldest_ms).map_or_else(|| "-".to_owned(), |seconds| format!("{seconds} s"));
            let member = member.as_deref().unwrap_or("-");
            let oldest = shown(*oldest_ms);
            writeln!(out, "{partition:>9} {committed:>12} {end:>12} {lag:>10} {oldest:<20} {age:>8} {member}")?;
        }
        if let Some(LogEnd { end, waiting, oldest_ms }) = &self.log {
            let oldest = age(*oldest_ms).map_or_else(String::new, |seconds| format!(", the oldest for {seconds} s"));
            writeln!(out, "{}: end {end}, {waiting} articles wait for a verdict{oldest}", topics.sketches)?;
        }
        Ok(())
    }
}
