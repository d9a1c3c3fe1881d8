//! `copydesk topics create`: what is missing, and nothing else.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;

use super::super::ConfigArguments;
use super::SizeArguments;
use crate::kafka::admin::Admin;
use crate::kafka::look::Sight;
use crate::topics::{TopicNames, needed};

/// Arguments of `copydesk topics create`.
#[derive(Args)]
pub(in crate::cli) struct Create {
    #[command(flatten)]
    config: ConfigArguments,
    #[command(flatten)]
    size: SizeArguments,
    /// Asks the broker whether it would, and creates nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Create {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let admin = Admin::connect(&config, &TopicNames::new(&config).input)?;
        let plan = self.size.plan(&config, Some(admin.brokers()));
        let sights = admin.look(&needed(&config))?;
        let (mut created, mut out) = (Vec::new(), io::stdout().lock());
        for topic in &plan.topics {
            let name = &topic.name;
            match sights.get(name) {
                Some(Sight::There(_)) => writeln!(out, "{name}: is there, left as it is")?,
                Some(Sight::Hidden) | None => {
                    anyhow::bail!("not allowed to see topic {name}: have somebody create it who may, or grant Describe")
                }
                Some(Sight::Missing) => {
                    let word = match (admin.create(topic, self.dry_run)?, self.dry_run) {
                        (false, _) => "is there, left as it is",
                        (true, true) => "would be created",
                        (true, false) => {
                            created.push(topic);
                            "created"
                        }
                    };
                    writeln!(out, "{name}: {word}")?;
                }
            }
        }
        admin.await_visible(&created)?;
        Ok(ExitCode::SUCCESS)
    }
}
