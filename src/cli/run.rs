//! `copydesk run`: the worker.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::{ConfigArguments, signals, telemetry};
use crate::config::Listen;
use crate::server;
use crate::telemetry::Telemetry;
use crate::worker::{self, Ground};

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
        let counts = Arc::new(Telemetry::new(&config));
        // Before anything else, so that whoever probes is told what is waited for.
        if let Listen::At(address) = config.server.listen {
            server::start(address, Arc::clone(&counts))?;
        }
        worker::run(&config, Ground::Brokers, &stop, &counts)?;
        Ok(ExitCode::SUCCESS)
    }
}
