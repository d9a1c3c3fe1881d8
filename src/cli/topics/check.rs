//! `copydesk topics check`: what is there against the plan, and rights as far as a client can see them.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;

use super::super::ConfigArguments;
use super::SizeArguments;
use crate::config::{Config, Delivery};
use crate::kafka::admin::Admin;
use crate::kafka::look::Sight;
use crate::kafka::rights::{self as tries, Shown};
use crate::topics::{
    Finding, Operation, Plan, Resource, Right, Seen, TopicNames, Weight, findings, grant, missing, needed, rights,
    transactional_prefix,
};

/// Arguments of `copydesk topics check`.
#[derive(Args)]
pub(in crate::cli) struct Check {
    #[command(flatten)]
    config: ConfigArguments,
    #[command(flatten)]
    size: SizeArguments,
    /// Who the worker is to Kafka, for the commands that grant a right.
    #[arg(long, default_value = "User:copydesk")]
    principal: String,
}

impl Check {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.config.load()?;
        let names = TopicNames::new(&config);
        let admin = Admin::connect(&config, &names.input)?;
        let plan = self.size.plan(&config, Some(admin.brokers()));
        let sights = admin.look(&needed(&config))?;
        let found = compared(&plan, &sights);
        let tried = tried(&config, &names, &sights);
        let mut out = io::stdout().lock();
        for finding in &found {
            let weight = if finding.weight == Weight::Broken { "broken" } else { "weak" };
            writeln!(out, "{weight}: {finding}\n        {}", finding.mend(&config))?;
        }
        let mut refused = 0;
        for (right, shown) in &tried {
            match shown {
                Shown::Allowed => {}
                Shown::Refused => {
                    refused += 1;
                    writeln!(out, "right missing: {right}\n        {}", grant(&config, right, &self.principal))?;
                }
                Shown::Unknown(why) => writeln!(out, "not seen: {right} ({why})")?,
            }
        }
        let broken = found.iter().filter(|finding| finding.weight == Weight::Broken).count();
        let (topics, weak) = (plan.topics.len(), found.len() - broken);
        writeln!(
            out,
            "{topics} topics: {broken} broken, {weak} weak; {refused} rights missing. Write is not looked at: only writing shows it"
        )?;
        Ok(if broken + refused > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// What is wrong with the topics that are there or missing.
pub(in crate::cli) fn compared(plan: &Plan, sights: &BTreeMap<String, Sight>) -> Vec<Finding> {
    let absent = plan.topics.iter().filter(|topic| sights.get(&topic.name) == Some(&Sight::Missing)).map(missing);
    let there = |(name, sight): (&String, &Sight)| match sight {
        Sight::There(seen) => Some((name.clone(), seen.clone())),
        Sight::Missing | Sight::Hidden => None,
    };
    let seen: BTreeMap<String, Seen> = sights.iter().filter_map(there).collect();
    absent.chain(findings(plan, &seen)).collect()
}

/// The worker's rights that can be tried, with what came of it; those to write cannot.
fn tried(config: &Config, names: &TopicNames, sights: &BTreeMap<String, Sight>) -> Vec<(Right, Shown)> {
    let mut tried = Vec::new();
    for right in rights(config) {
        match &right.resource {
            Resource::Topic(name) => topic(config, name, &right.operations, sights.get(name), &mut tried),
            Resource::Group(_) => {
                let is_seen = matches!(sights.get(&names.input), Some(Sight::There(_)));
                let shown =
                    if is_seen { tries::group(config, &names.input) } else { unseen("the input topic is not seen") };
                tried.push((right, shown));
            }
            // Whoever takes a worker's id ends that worker's transactions: with a name for this instance, nobody knows of one
            // that is free and that the right would have to cover.
            Resource::TransactionalIds(_) if config.kafka.instance.is_some() => {
                tried.push((right, unseen("a worker with kafka.instance may be using it")));
            }
            Resource::TransactionalIds(_) => {
                let config = Config { delivery: Delivery::ExactlyOnce, ..config.clone() };
                let shown = tries::transactional_id(&config, &format!("{}check", transactional_prefix(&config)));
                tried.push((right, shown));
            }
        }
    }
    tried
}

fn unseen(why: &str) -> Shown {
    Shown::Unknown(why.to_owned())
}

fn topic(config: &Config, name: &str, needed: &[Operation], sight: Option<&Sight>, tried: &mut Vec<(Right, Shown)>) {
    let right = |operation| Right { resource: Resource::Topic(name.to_owned()), operations: vec![operation] };
    match sight {
        Some(Sight::Hidden) => {
            let all = Right { resource: Resource::Topic(name.to_owned()), operations: needed.to_vec() };
            tried.push((all, Shown::Refused));
        }
        Some(Sight::There(seen)) => {
            if seen.settings.is_none() {
                tried.push((right(Operation::DescribeConfigs), Shown::Refused));
            }
            if needed.contains(&Operation::Read) {
                tried.push((right(Operation::Read), tries::reading(config, name)));
            }
        }
        Some(Sight::Missing) | None => {}
    }
}
