//! The demo as a new user runs it.

use std::process::Command;

#[test]
fn the_demo_shows_what_is_expected() {
    let done = Command::new(env!("CARGO_BIN_EXE_copydesk")).args(["demo", "--check"]).output().unwrap();
    let (shown, told) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    assert!(done.status.success(), "{told}");
    for part in ["at-least-once", "dead letter", "taken down", "repeats", "places"] {
        assert!(shown.contains(part), "{part} is not shown:\n{shown}");
    }
}
