//! The `copydesk` command. Everything it does is in the library; see its documentation for a map.

use std::process::ExitCode;

/// Records are allocated by one thread and freed by another, which the C library's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    copydesk::cli::main()
}
