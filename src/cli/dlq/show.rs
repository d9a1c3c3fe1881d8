//! `copydesk dlq show`: one dead letter, and its value: the operator asked to see it. Nothing else prints what an article
//! says.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::super::ConfigArguments;
use super::super::moment::shown;
use super::super::plain::{Line, Text};
use super::letters::Letter;
use crate::kafka::client::TopicNames;
use crate::kafka::scan::Scanner;
use crate::record::Place;

/// Arguments of `copydesk dlq show`.
#[derive(Args)]
pub(in super::super) struct Show {
    #[command(flatten)]
    config: ConfigArguments,
    /// Where it stands in the dead-letter topic, as `dlq ls` tells it.
    #[arg(value_name = "PARTITION:OFFSET")]
    place: Place,
    /// The bytes of the value, and nothing else.
    #[arg(long)]
    raw: bool,
}

impl Show {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let (topic, scanner) = (TopicNames::new(&config).dead_letters, Scanner::new(&config)?);
        let found = scanner.record_at(&topic, self.place)?;
        let record = found.with_context(|| {
            format!(
                "{topic} has no record at {}: `copydesk dlq ls` tells the places of those that are there",
                self.place
            )
        })?;
        let mut out = io::BufWriter::new(io::stdout().lock());
        match self.raw {
            true => out.write_all(record.value.as_deref().unwrap_or_default())?,
            false => write_letter(&mut out, &topic, &Letter::new(record))?,
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn write_letter(out: &mut impl Write, topic: &str, letter: &Letter) -> io::Result<()> {
    let Letter { place, record, cause } = letter;
    writeln!(out, "place     {topic}:{place}")?;
    writeln!(out, "time      {}", shown(record.origin.timestamp))?;
    writeln!(out, "code      {}", Line(&cause.code))?;
    writeln!(out, "cause     {}", Line(&cause.message))?;
    if let Some((topic, place)) = &cause.origin {
        writeln!(out, "origin    {}:{place}", Line(topic))?;
    }
    writeln!(out, "attempts  {}", cause.attempts)?;
    match &record.key {
        Some(key) => writeln!(out, "key       {}", Line(&String::from_utf8_lossy(key)))?,
        None => writeln!(out, "key       none")?,
    }
    writeln!(out, "headers")?;
    for (name, value) in &record.headers {
        match value {
            Some(value) => writeln!(out, "  {}: {}", Line(name), Line(&String::from_utf8_lossy(value)))?,
            None => writeln!(out, "  {}", Line(name))?,
        }
    }
    let what = if cause.is_value_omitted { ", in place of the value, which was too large" } else { "" };
    match &record.value {
        Some(value) => writeln!(out, "value, {} bytes{what}\n{}", value.len(), Text(&String::from_utf8_lossy(value))),
        None => writeln!(out, "no value"),
    }
}
