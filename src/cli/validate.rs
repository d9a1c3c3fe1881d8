//! `copydesk validate`: everything that is wrong with a configuration, for people and for programs.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::{ConfigArguments, WRONG_USE, check, connect};
use crate::config::{Code, Finding, Severity};

/// Arguments of `copydesk validate`.
#[derive(Args)]
pub(super) struct Validate {
    #[command(flatten)]
    config: ConfigArguments,
    /// Also ask the cluster: do the brokers answer, and are the topics there and as the worker needs them. Takes at most 15 s,
    /// joins no group and writes nothing.
    #[arg(long)]
    connect: bool,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A line each.
    #[default]
    Text,
    /// A list of objects: severity, code, file, line, column, option, key, message, advice.
    Json,
}

impl Validate {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let mut loaded = self.config.read(true);
        loaded.add(loaded.exposed_secrets());
        loaded.add(check::files(&loaded.config));
        let is_wrong = |finding: &Finding| finding.severity == Severity::Error;
        if self.connect && !loaded.findings.iter().any(is_wrong) {
            loaded.add(connect::check(&loaded.config));
        }
        self.print(&loaded.findings)?;
        let errors = || loaded.findings.iter().filter(|finding| is_wrong(finding));
        Ok(match errors().next() {
            None => ExitCode::SUCCESS,
            Some(_) if errors().all(|finding| finding.code == Code::Cluster) => ExitCode::FAILURE,
            Some(_) => ExitCode::from(WRONG_USE),
        })
    }

    fn print(&self, findings: &[Finding]) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if let Format::Json = self.format {
            writeln!(out, "{}", serde_json::to_string_pretty(findings)?)?;
            return Ok(());
        }
        for finding in findings {
            let severity = if finding.severity == Severity::Error { "error" } else { "warning" };
            writeln!(out, "{severity}: {finding}")?;
        }
        if findings.is_empty() {
            let more = if self.connect { ", and the cluster fits it" } else { "" };
            writeln!(out, "the configuration is valid{more}")?;
        }
        Ok(())
    }
}
