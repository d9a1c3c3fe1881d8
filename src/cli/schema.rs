//! `copydesk schema`.

use std::io::Write as _;
use std::process::ExitCode;

use crate::record::enriched_schema;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    writeln!(std::io::stdout(), "{:#}", enriched_schema())?;
    Ok(ExitCode::SUCCESS)
}
