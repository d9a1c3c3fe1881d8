//! `copydesk config`: what takes effect, what editors need, what there is.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::ConfigArguments;
use crate::config::{ConfigError, Severity, reference_markdown, reference_yaml, schema};

/// Arguments of `copydesk config`.
#[derive(Args)]
pub(super) struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Prints the configuration as it takes effect, each value with where it comes from. Secrets are masked.
    Show(Show),
    /// Prints the JSON Schema of the file, for editors.
    Schema,
    /// Prints every key with its default and what it means.
    Reference(Reference),
}

#[derive(Args)]
struct Show {
    #[command(flatten)]
    config: ConfigArguments,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t)]
    format: ShowFormat,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum ShowFormat {
    /// A file that can be read back, origins as comments.
    #[default]
    Yaml,
    /// One object: each key with value and origin.
    Json,
}

#[derive(Args)]
struct Reference {
    /// How it is printed.
    #[arg(long, value_enum, default_value_t)]
    format: ReferenceFormat,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum ReferenceFormat {
    /// A commented file with every default.
    #[default]
    Yaml,
    /// A page with a table.
    Markdown,
}

impl Config {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let mut out = std::io::stdout().lock();
        match &self.what {
            What::Show(show) => write!(out, "{}", show.text()?)?,
            What::Schema => writeln!(out, "{:#}", schema())?,
            What::Reference(Reference { format: ReferenceFormat::Yaml }) => write!(out, "{}", reference_yaml())?,
            What::Reference(Reference { format: ReferenceFormat::Markdown }) => {
                write!(out, "{}", reference_markdown())?
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    fn text(&self) -> anyhow::Result<String> {
        let loaded = self.config.read(false);
        // A property whose name is misspelt is not known to be a secret, so what is wrong is not shown.
        if loaded.findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(ConfigError { findings: loaded.findings }.into());
        }
        Ok(match self.format {
            ShowFormat::Yaml => loaded.as_yaml(),
            ShowFormat::Json => format!("{:#}\n", loaded.as_json()),
        })
    }
}
