//! `copydesk demo`.
use std::process::ExitCode;
use clap::Args;
/// Arguments of `copydesk demo`.
#[derive(Args)]
pub(super) struct Demo {}
impl Demo { pub(super) fn run(&self) -> anyhow::Result<ExitCode> { Ok(ExitCode::SUCCESS) } }
