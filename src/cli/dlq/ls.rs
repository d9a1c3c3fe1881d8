//! `copydesk dlq ls`: a line a dead letter, or a line a code.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::super::moment::{exact, shown};
use super::super::plain::Line;
use super::super::{ConfigArguments, Format};
use super::filters::Filters;
use super::letters::{self, Letter};
use crate::kafka::client::TopicNames;
use crate::kafka::scan::Scanner;

/// Arguments of `copydesk dlq ls`.
#[derive(Args)]
pub(in super::super) struct Ls {
    #[command(flatten)]
    config: ConfigArguments,
    #[command(flatten)]
    filters: Filters,
    /// Counts by code instead of a line a dead letter.
    #[arg(long)]
    summary: bool,
    /// How lines look; json is an object a line.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How many dead letters there are of a code, and since when.
#[derive(Default)]
struct Count {
    records: u64,
    bytes: u64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Ls {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let (topic, scanner) = (TopicNames::new(&config).dead_letters, Scanner::new(&config)?);
        let mut out = io::BufWriter::new(io::stdout().lock());
        if self.summary {
            self.count(&scanner, &topic, &mut out)?;
        } else {
            self.list(&scanner, &topic, &mut out)?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self, scanner: &Scanner, topic: &str, out: &mut impl Write) -> anyhow::Result<()> {
        let mut is_first = true;
        letters::read(scanner, topic, &self.filters, |letter| {
            match self.format {
                Format::Json => writeln!(out, "{}", as_json(&letter))?,
                Format::Text => {
                    if std::mem::take(&mut is_first) {
                        write_line(out, ["PLACE", "TIME", "CODE", "TRIES", "BYTES", "ORIGIN", "CAUSE"])?;
                    }
                    write_letter(out, &letter)?;
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(())
    }

    fn count(&self, scanner: &Scanner, topic: &str, out: &mut impl Write) -> anyhow::Result<()> {
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        letters::read(scanner, topic, &self.filters, |letter| {
            let (time, bytes) = (letter.record.origin.timestamp, letter.size() as u64);
            let count = counts.entry(letter.cause.code).or_default();
            count.records += 1;
            count.bytes += bytes;
            count.first = count.first.into_iter().chain(time).min();
            count.last = count.last.into_iter().chain(time).max();
            Ok(ControlFlow::Continue(()))
        })?;
        if self.format == Format::Text {
            writeln!(out, "{:<20} {:>10} {:>14} {:<20} {:<20}", "CODE", "RECORDS", "BYTES", "FIRST", "LAST")?;
        }
        for (code, Count { records, bytes, first, last }) in counts {
            match self.format {
                Format::Json => writeln!(
                    out,
                    "{}",
                    json!({"code": code, "records": records, "bytes": bytes, "first": exact(first), "last": exact(last)})
                )?,
                Format::Text => {
                    let code = if code.is_empty() { "-".to_owned() } else { Line(&code).to_string() };
                    writeln!(out, "{code:<20} {records:>10} {bytes:>14} {:<20} {:<20}", shown(first), shown(last))?;
                }
            }
        }
        Ok(())
    }
}

fn write_letter(out: &mut impl Write, letter: &Letter) -> io::Result<()> {
    let cause = &letter.cause;
    let origin = cause.origin.as_ref().map_or_else(|| "-".to_owned(), |(topic, place)| format!("{topic}:{place}"));
    let code = if cause.code.is_empty() { "-" } else { &cause.code };
    write_line(
        out,
        [
            &letter.place.to_string(),
            &shown(letter.record.origin.timestamp),
            &Line(code).to_string(),
            &cause.attempts.to_string(),
            &letter.size().to_string(),
            &Line(&origin).to_string(),
            &Line(&cause.message).to_string(),
        ],
    )
}

fn write_line(out: &mut impl Write, columns: [&str; 7]) -> io::Result<()> {
    let [place, time, code, tries, bytes, origin, cause] = columns;
    writeln!(out, "{place:<12} {time:<20} {code:<17} {tries:>5} {bytes:>9} {origin:<26} {cause}")
}

fn as_json(letter: &Letter) -> Value {
    let Letter { place, record, cause } = letter;
    json!({
        "partition": place.partition,
        "offset": place.offset,
        "time": exact(record.origin.timestamp),
        "code": cause.code,
        "cause": cause.message,
        "origin": cause.origin.as_ref().map(|(topic, place)| {
            json!({"topic": topic, "partition": place.partition, "offset": place.offset})
        }),
        "bytes": letter.size(),
        "attempts": cause.attempts,
        "value_omitted": cause.is_value_omitted,
    })
}
