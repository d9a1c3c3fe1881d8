//! The tables of the main crate, by its own build script.
use std::error::Error;

#[path = "../../build.rs"]
mod tables;

fn main() -> Result<(), Box<dyn Error>> {
    std::env::set_current_dir("../..")?;
    tables::main()
}
