//! `copydesk validate`: everything that is wrong with a configuration, for people and for programs.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::{ConfigArguments, WRONG_USE};
use crate::config::{Finding, Severity};

/// Arguments of `copydesk validate`.
#[derive(Args)]
pub(super) struct Validate {
    #[command(flatten)]
    config: ConfigArguments,
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
        let is_wrong = |finding: &Finding| finding.severity == Severity::Error;
        self.print(&loaded.findings)?;
        Ok(if loaded.findings.iter().any(is_wrong) { ExitCode::from(WRONG_USE) } else { ExitCode::SUCCESS })
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
            writeln!(out, "the configuration is valid")?;
        }
        Ok(())
    }
}
