//! `copydesk topics`: what the topics must be like, printed, compared with what is there, created where it is missing.

mod check;
mod create;

pub(super) use check::compared;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::ConfigArguments;
use crate::config::Config;
use crate::pipeline::log_retention;
use crate::topics::{self, Plan, Size, rights};

/// Subcommands of `copydesk topics`.
#[derive(Subcommand)]
pub(super) enum Topics {
    /// Prints the topics and the worker's rights, for Kafka's own tools or for Strimzi. Connects to nothing.
    Print(Print),
    /// Compares the topics that are there, and the rights of the user that connects, with what the worker needs.
    ///
    /// Exit code 1 if the worker would not start, or a right is missing; what is only weak is told. To try the transactional
    /// id, one is taken that no worker has; nothing else is changed.
    Check(check::Check),
    /// Creates the topics that are missing. What is there is left as it is.
    Create(create::Create),
}

impl Topics {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Print(print) => print.run(),
            Self::Check(check) => check.run(),
            Self::Create(create) => create.run(),
        }
    }
}

/// How large topics are.
#[derive(Args)]
struct SizeArguments {
    /// Partitions of every topic but the dedupe log, which has one; 8 unless given.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    partitions: Option<u32>,
    /// Replicas of each partition; 3 unless given, or as many as there are brokers.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    replication_factor: Option<u16>,
}

impl SizeArguments {
    fn plan(&self, config: &Config, brokers: Option<usize>) -> Plan {
        let partitions = self.partitions.and_then(|partitions| partitions.try_into().ok());
        let size = Size { partitions, replicas: self.replication_factor.map(usize::from), brokers };
        Plan::new(config, log_retention(config), size)
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Commands of kafka-topics.sh and kafka-acls.sh.
    KafkaTopics,
    /// KafkaTopic and KafkaUser resources of the Strimzi operator.
    Strimzi,
}

/// Arguments of `copydesk topics print`.
#[derive(Args)]
pub(super) struct Print {
    #[command(flatten)]
    config: ConfigArguments,
    #[command(flatten)]
    size: SizeArguments,
    /// For whom.
    #[arg(long, value_enum, default_value_t = Format::KafkaTopics)]
    format: Format,
    /// Who the worker is to Kafka.
    #[arg(long, default_value = "User:copydesk")]
    principal: String,
    /// Name of the Strimzi cluster (label strimzi.io/cluster).
    #[arg(long, default_value = "kafka")]
    cluster: String,
}

impl Print {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let (plan, rights) = (self.size.plan(&config, None), rights(&config));
        let text = match self.format {
            Format::KafkaTopics => topics::commands(&config, &plan, &rights, &self.principal),
            Format::Strimzi => topics::strimzi(&plan, &rights, &self.principal, &self.cluster)?,
        };
        io::stdout().write_all(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}
