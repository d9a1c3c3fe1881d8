//! `copydesk demo`: the whole thing, nothing to install.

use std::process::ExitCode;

use clap::Args;

use super::telemetry;
use crate::config::Log;
use crate::demo;

/// Arguments of `copydesk demo`.
#[derive(Args)]
pub(super) struct Demo {
    /// Exit with 1 unless every outcome is the expected one.
    #[arg(long)]
    check: bool,
}

impl Demo {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        telemetry::start(&Log { level: "warn".into(), ..Log::default() })?;
        let differences = demo::run()?;
        for difference in &differences {
            eprintln!("not as expected: {difference}");
        }
        let is_wrong = self.check && !differences.is_empty();
        if self.check && !is_wrong {
            eprintln!("every outcome is the expected one");
        }
        Ok(if is_wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
