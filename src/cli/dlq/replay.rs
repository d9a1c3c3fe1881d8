//! `copydesk dlq replay`: dead letters go to the input topic again, byte for byte.
//!
//! Kafka takes nothing out of the middle of a topic, so a dead letter stays where it is and a second replay sends it a second
//! time. What guards against a loop is a count that the record carries and its next dead letter keeps.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::plain::Line;
use super::super::{ConfigArguments, WRONG_USE};
use super::filters::Filters;
use super::letters::{self, Letter};
use crate::config::Config;
use crate::kafka::client::TopicNames;
use crate::kafka::replay::{Replay, Replayed, Replayer};
use crate::kafka::scan::{ScanError, Scanner};
use crate::record::{Place, Record, replay_headers};

/// How many of a kind are named one by one.
const NAMED: usize = 20;

/// Arguments of `copydesk dlq replay`.
#[derive(Args)]
pub(in super::super) struct ReplayArguments {
    #[command(flatten)]
    config: ConfigArguments,
    #[command(flatten)]
    filters: Filters,
    /// Every dead letter: needed where nothing filters.
    #[arg(long)]
    all: bool,
    /// Says what would be sent, and sends nothing.
    #[arg(long)]
    dry_run: bool,
    /// Another topic than the input topic; the name as it is, without the prefix.
    #[arg(long, value_name = "TOPIC")]
    to: Option<String>,
    /// Leaves out what was sent again so often already.
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    max_attempts: u32,
}

/// What is left out: how many, and the first ones with the reason.
#[derive(Default)]
struct Skipped {
    count: u64,
    named: BTreeMap<Place, String>,
}

impl Skipped {
    fn add(&mut self, place: Place, reason: String) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.insert(place, reason);
        }
    }
}

impl ReplayArguments {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        if self.filters.is_all() && !self.all {
            eprintln!(
                "copydesk: say which dead letters to send again (--code, --since, --limit, …), or --all for every one"
            );
            return Ok(ExitCode::from(WRONG_USE));
        }
        let topics = TopicNames::new(&config);
        let target = self.to.as_deref().unwrap_or(&topics.input);
        let scanner = Scanner::new(&config)?;
        let partitions = scanner.partitions(target)?;
        let replayer = if self.dry_run { None } else { Some(Replayer::new(&config, target)?) };
        let originals = Originals { config: &config, scanner: OnceCell::new() };
        let (mut codes, mut skipped): (BTreeMap<String, u64>, _) = (BTreeMap::new(), Skipped::default());
        let next = letters::read(&scanner, &topics.dead_letters, &self.filters, |letter| {
            let (sent, place) = match self.prepare(&originals, &letter)? {
                Ok(original) => (original, letter.place),
                Err(reason) => {
                    skipped.add(letter.place, reason);
                    return Ok(ControlFlow::Continue(()));
                }
            };
            *codes.entry(letter.cause.code.clone()).or_default() += 1;
            let Some(replayer) = &replayer else { return Ok(ControlFlow::Continue(())) };
            let own = sent.as_ref().unwrap_or(&letter.record);
            let headers = replay_headers(&own.headers, letter.cause.attempts.saturating_add(1));
            let (key, value) = (own.key.as_deref(), own.value.as_deref());
            let partition = self.partition(&config, &letter).filter(|partition| partitions.contains(partition));
            let goes_on = replayer.send(&Replay { place, partition, key, value, headers: &headers });
            Ok(if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        let replayed = replayer.map(Replayer::finish);
        let is_fine = self.tell(target, (&codes, &skipped), replayed.as_ref(), next)?;
        Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Back to the partition that it came from, whoever chose that; elsewhere its key decides.
    fn partition(&self, config: &Config, letter: &Letter) -> Option<i32> {
        let (topic, place) = letter.cause.origin.as_ref()?;
        (self.to.is_none() && *topic == TopicNames::new(config).input).then_some(place.partition)
    }

    /// The original in place of a dead letter without its value; nothing where the dead letter has it; or why it stays.
    fn prepare(&self, originals: &Originals<'_>, letter: &Letter) -> anyhow::Result<Result<Option<Record>, String>> {
        let attempts = letter.cause.attempts;
        if attempts >= self.max_attempts {
            return Ok(Err(format!(
                "was sent again {attempts} times already: raise --max-attempts if the cause is gone"
            )));
        }
        if !letter.cause.is_value_omitted {
            return Ok(Ok(None));
        }
        originals.find(letter).map(|found| found.map(Some))
    }

    /// Says how it went; true if nothing has failed.
    fn tell(
        &self,
        target: &str,
        (codes, skipped): (&BTreeMap<String, u64>, &Skipped),
        replayed: Option<&Replayed>,
        next: Place,
    ) -> io::Result<bool> {
        let mut out = io::stdout().lock();
        let selected: u64 = codes.values().sum();
        for (code, count) in codes {
            writeln!(out, "{:<20} {count:>10}", Line(code))?;
        }
        write_places(&mut out, "left out", &skipped.named, skipped.count)?;
        let Some(Replayed { confirmed, failed }) = replayed else {
            writeln!(
                out,
                "{selected} dead letters would be sent to {target}, {} left out; nothing was sent",
                skipped.count
            )?;
            return Ok(true);
        };
        write_places(&mut out, "failed", failed, failed.len() as u64)?;
        // What was handed to the producer and neither confirmed nor refused is not sent either, as far as anybody knows.
        let unknown = selected.saturating_sub(*confirmed).saturating_sub(failed.len() as u64);
        let is_fine = failed.is_empty() && unknown == 0;
        writeln!(
            out,
            "{confirmed} of {selected} dead letters sent to {target} and confirmed, {} failed, {} left out",
            failed.len() as u64 + unknown,
            skipped.count
        )?;
        let first_failed = failed.keys().next().copied();
        let what = if first_failed.is_some() { " (what was confirmed after it would be sent twice)" } else { "" };
        writeln!(out, "to go on from here: --from {}{what}", first_failed.unwrap_or(next))?;
        Ok(is_fine)
    }
}

fn write_places(out: &mut impl Write, what: &str, places: &BTreeMap<Place, String>, count: u64) -> io::Result<()> {
    for (place, reason) in places.iter().take(NAMED) {
        writeln!(out, "{what}: {place} {}", Line(reason))?;
    }
    match count.saturating_sub(NAMED as u64) {
        0 => Ok(()),
        more => writeln!(out, "{what}: {more} more"),
    }
}

/// Finds what a dead letter without its value stands for.
struct Originals<'a> {
    config: &'a Config,
    /// One of its own, since dead letters are read meanwhile; few need it.
    scanner: OnceCell<Scanner>,
}

impl Originals<'_> {
    fn scanner(&self) -> Result<&Scanner, ScanError> {
        if let Some(scanner) = self.scanner.get() {
            return Ok(scanner);
        }
        let scanner = Scanner::new(self.config)?;
        Ok(self.scanner.get_or_init(|| scanner))
    }

    /// The record at the place that the dead letter names, if it is still there and the same.
    fn find(&self, letter: &Letter) -> anyhow::Result<Result<Record, String>> {
        let Some((topic, place)) = &letter.cause.origin else {
            return Ok(Err("has no value, and does not name the original".to_owned()));
        };
        let told: Value =
            serde_json::from_slice(letter.record.value.as_deref().unwrap_or_default()).unwrap_or_default();
        let Some(record) = self.scanner()?.record_at(topic, *place)? else {
            return Ok(Err(format!("has no value, and the original at {topic}:{place} is not there any more")));
        };
        let hash = Sha256::digest(record.value.as_deref().unwrap_or_default());
        let is_same = told.get("sha256").and_then(Value::as_str) == Some(&data_encoding::HEXLOWER.encode(&hash));
        Ok(if is_same {
            Ok(record)
        } else {
            Err(format!("has no value, and what stands at {topic}:{place} now is another record"))
        })
    }
}
