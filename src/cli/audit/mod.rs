//! `copydesk audit`: conservation on live topics. Every input record up to the group's committed offset has its outcome,
//! once, or it is said why that cannot be known.
//!
//! What is asked when matters. Committed offsets first: what was committed by then must have its outcome on the topics. Then
//! the outputs' ends with what open transactions hide, and a wait until those have ended. The input comes last, so that no
//! outcome is read whose input was not there yet.

mod gather;
mod show;

use std::process::ExitCode;

use clap::Args;

use super::moment::Moment;
use super::{ConfigArguments, Format};
use gather::Gathering;

/// Arguments of `copydesk audit`.
#[derive(Args)]
pub(super) struct Audit {
    #[command(flatten)]
    config: ConfigArguments,
    /// Only input from this moment on: RFC 3339, or a period before now such as 2h. Outputs are then read from an hour
    /// before it.
    #[arg(long, value_name = "MOMENT")]
    since: Option<Moment>,
    /// How the report looks; json is one object.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Audit {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let mut gathering = Gathering::new(&config, self.since)?;
        gathering.await_transactions()?;
        gathering.read_outputs()?;
        gathering.read_input()?;
        let report = gathering.judge()?;
        match self.format {
            Format::Text => show::text(&report)?,
            Format::Json => show::json(&report)?,
        }
        Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
