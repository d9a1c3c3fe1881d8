//! The commands: arguments in, exit code out.

mod audit;
mod check;
mod config;
mod connect;
mod demo;
mod dlq;
mod enrich;
mod explain;
mod healthcheck;
mod lag;
mod lines;
mod moment;
mod plain;
mod progress;
mod run;
mod schema;
mod signals;
mod telemetry;
mod topics;
mod validate;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::article::MappingError;
use crate::config::{self as configuration, Config, ConfigError, Loaded};
use crate::processor;
use crate::topics::NotStrimzi;

/// Dedupes, language-tags and entity-tags raw news articles, from Kafka to Kafka.
#[derive(Parser)]
#[command(name = "copydesk", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the whole thing on an embedded broker with bundled articles; nothing else to install.
    Demo(demo::Demo),
    /// Runs the worker.
    Run(run::Run),
    /// The same pipeline without Kafka: JSON lines in, one output record a line out, in input order.
    ///
    /// Every line gives one, whatever output.duplicates says: a record, {"error": …} or {"takedown": …}. Stories are named
    /// within one run.
    Enrich(enrich::Enrich),
    /// Says why an article comes out as it does: which names won, what cleaning took, each entity's evidence, the match.
    ///
    /// It prints what the article says.
    Explain(explain::Explain),
    /// Lists dead letters, shows one, sends them to the input topic again.
    #[command(subcommand)]
    Dlq(dlq::Dlq),
    /// Looks whether every input record has its outcome, once; exit code 1 if not.
    Audit(audit::Audit),
    /// Tells how far the group is behind.
    Lag(lag::Lag),
    /// Asks a running worker whether it is ready; exit code 0 or 1.
    Healthcheck(healthcheck::Healthcheck),
    /// Prints, checks or creates the topics that the worker needs, and tells the rights on them.
    #[command(subcommand)]
    Topics(topics::Topics),
    /// Prints the JSON Schema of the output record.
    Schema,
    /// Says everything that is wrong with a configuration, where, and what to write instead.
    ///
    /// Exit code 0: nothing is. 2: something is. With --connect also 1: the configuration is fine, and the cluster does not fit it.
    Validate(validate::Validate),
    /// Shows the configuration as it takes effect, its JSON Schema, or every key there is.
    Config(config::Config),
}

/// Where the configuration comes from.
#[derive(Args)]
struct ConfigArguments {
    /// Configuration file.
    #[arg(short, long, value_name = "FILE", env = "COPYDESK_CONFIG")]
    config: Option<PathBuf>,
    /// Sets one key, such as kafka.brokers=host:9092; may be given often.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl ConfigArguments {
    /// For whatever talks to Kafka.
    fn load(&self) -> Result<Config, ConfigError> {
        self.read(true).into_config()
    }

    /// For what needs no Kafka: secrets' files may be away.
    fn load_without_secrets(&self) -> Result<Config, ConfigError> {
        self.read(false).into_config()
    }

    /// The configuration with everything that is wrong with it, as far as can be known without connecting.
    fn read(&self, with_secrets: bool) -> Loaded {
        let mut loaded = configuration::read(self.config.as_deref(), &self.set);
        loaded.add(check::beyond_types(&loaded, with_secrets));
        loaded
    }
}

/// How a command's output looks.
#[derive(ValueEnum, Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Exit code of a wrong configuration or wrong arguments, as with `validate`.
const WRONG_USE: u8 = 2;

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    if let Err(error) = processor::become_the_best() {
        eprintln!("copydesk: {error}");
        return ExitCode::FAILURE;
    }
    let result = match Arguments::parse().command {
        Command::Demo(demo) => demo.run(),
        Command::Run(run) => run.run(),
        Command::Enrich(enrich) => enrich.run(),
        Command::Explain(explain) => explain.run(),
        Command::Dlq(dlq) => dlq.run(),
        Command::Audit(audit) => audit.run(),
        Command::Lag(lag) => lag.run(),
        Command::Healthcheck(healthcheck) => healthcheck.run(),
        Command::Topics(topics) => topics.run(),
        Command::Schema => schema::run(),
        Command::Validate(validate) => validate.run(),
        Command::Config(config) => config.run(),
    };
    result.unwrap_or_else(|error| {
        if error.chain().any(is_closed_pipe) {
            // Whoever reads our output has seen enough.
            return ExitCode::SUCCESS;
        }
        eprintln!("copydesk: {error:#}");
        let is_wrong_use = error.is::<ConfigError>() || error.is::<MappingError>() || error.is::<NotStrimzi>();
        if is_wrong_use { ExitCode::from(WRONG_USE) } else { ExitCode::FAILURE }
    })
}

fn is_closed_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let kind = kind.or_else(|| error.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind));
    kind == Some(io::ErrorKind::BrokenPipe)
}
