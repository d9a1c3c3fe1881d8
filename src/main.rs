//! The `copydesk` command. Everything it does is in the library; see its documentation for a map.

use std::process::ExitCode;

fn main() -> ExitCode {
    copydesk::cli::main()
}
