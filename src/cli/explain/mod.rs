//! `copydesk explain`: why an article comes out as it does. It shows what an article says, since the operator asked for it, on
//! standard output and nowhere else.
//!
//! The output record comes from the same functions as everywhere (`Pipeline::analyse`, the desk's verdict, `Draft::finish`);
//! what is told beside it is what those functions decided on.

mod cleaning;
mod dedupe;
mod entities;
mod input;
mod judge;
mod language;
mod log;
mod outcome;
mod page;
mod report;
mod target;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{ConfigArguments, Format};
use crate::pipeline::Pipeline;

use judge::Judge;
use page::Page;
use report::Report;
use target::Target;

/// Arguments of `copydesk explain`.
#[derive(Args)]
pub(super) struct Explain {
    #[command(flatten)]
    config: ConfigArguments,
    /// A file of JSON lines or of one JSON document, plain or gzip; `-` for standard input; or a record in Kafka, as
    /// TOPIC:PARTITION:OFFSET or, of the input topic, PARTITION:OFFSET.
    #[arg(value_name = "FILE|TOPIC:PARTITION:OFFSET")]
    target: String,
    /// Articles that ran before, JSON lines; may be given often. Those of FILE run after them, each after the one before it.
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// Replays the dedupe log up to the record's verdict, and tells what the workers found. For a record in Kafka; needs the
    /// memory of a worker.
    #[arg(long, conflicts_with = "against")]
    with_log: bool,
    /// How the output looks: for people, or a JSON object an article and a line.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Explain {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let pipeline = Pipeline::new(&config)?;
        let target = Target::of(&self.target, &config);
        if self.with_log && !matches!(target, Target::Record(..)) {
            eprintln!("copydesk: --with-log explains a record in Kafka: give its TOPIC:PARTITION:OFFSET");
            return Ok(ExitCode::from(super::WRONG_USE));
        }
        let mut judge = match &target {
            Target::Record(..) if self.with_log => Judge::log(&config),
            Target::Record(..) if self.against.is_empty() => Judge::Nobody,
            _ => Judge::desk(&config),
        };
        let ran = judge.read(&pipeline, &config, &self.against)?;
        let mut out = io::BufWriter::new(io::stdout().lock());
        let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        for (number, record) in (1_usize..).zip(target.records(&config, ran)?) {
            let report = Report::of(&config, &pipeline, &mut judge, &record)?;
            match self.format {
                Format::Json => {
                    serde_json::to_writer(&mut out, &report)?;
                    out.write_all(b"\n")?;
                }
                Format::Text => {
                    let mut page = Page::new(colour);
                    report.tell(&target.name(&record, number), &mut page);
                    out.write_all(page.text().as_bytes())?;
                }
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
