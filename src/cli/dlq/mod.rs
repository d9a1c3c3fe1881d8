//! `copydesk dlq`: dead letters listed, shown, sent again.

mod filters;
mod letters;
mod ls;
mod replay;
mod show;

use std::process::ExitCode;

use clap::Subcommand;

/// Arguments of `copydesk dlq`.
#[derive(Subcommand)]
pub(super) enum Dlq {
    /// Lists dead letters, partition by partition; with --summary, counts by code.
    Ls(ls::Ls),
    /// Shows one dead letter: its headers, its cause, and its value.
    Show(show::Show),
    /// Sends dead letters to the input topic again, byte for byte.
    ///
    /// They stay in the dead-letter topic, so a second replay sends them a second time. The end says where to go on.
    Replay(replay::ReplayArguments),
}

impl Dlq {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Ls(ls) => ls.run(),
            Self::Show(show) => show.run(),
            Self::Replay(replay) => replay.run(),
        }
    }
}
