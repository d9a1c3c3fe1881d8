//! `copydesk run`: the worker.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::{ConfigArguments, signals, telemetry};
use crate::worker::{self, Ground, Tally};

/// Arguments of `copydesk run`.
#[derive(Args)]
pub(super) struct Run {
    #[command(flatten)]
    config: ConfigArguments,
}

impl Run {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        telemetry::start(&config.log)?;
        let stop = signals::stop_flag()?;
        worker::run(&config, Ground::Brokers, &stop, &Arc::new(Tally::default()))?;
        Ok(ExitCode::SUCCESS)
    }
}
