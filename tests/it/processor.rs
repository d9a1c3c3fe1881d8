//! The build for the processor, beside the one for all: `copydesk` becomes `copydesk-x86-64-v3` where it can.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// The program and, if told, another beside it.
fn said(folder: &Path, other: Option<(&str, u32)>) -> (String, String) {
    let program = folder.join("copydesk");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_copydesk"), &program).unwrap();
    }
    if let Some((script, mode)) = other {
        let other = folder.join("copydesk-x86-64-v3");
        fs::write(&other, script).unwrap();
        fs::set_permissions(other, fs::Permissions::from_mode(mode)).unwrap();
    }
    let output = Command::new(program).args(["--version", "and more"]).env("KEPT", "kept").output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// As the kernel tells.
pub fn is_of_level_3() -> bool {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has = |flag: &str| told.split_ascii_whitespace().any(|word| word == flag);
    ["avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"].into_iter().all(has)
}

#[test]
fn the_program_becomes_the_build_for_the_processor_and_works_without() {
    let folder = tempfile::tempdir().unwrap();
    let own = format!("copydesk {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(said(folder.path(), None).0, own);
    let script = "#!/bin/sh\necho \"$1\" \"$2\" \"$KEPT\"\n";
    let becomes = is_of_level_3() && copydesk::processor::BUILT_FOR != "x86-64-v3";
    let other = "--version and more kept\n";
    assert_eq!(said(folder.path(), Some((script, 0o755))).0, if becomes { other } else { own.as_str() });
    let (_, error) = said(folder.path(), Some((script, 0o644)));
    assert_eq!(becomes, error.contains("copydesk-x86-64-v3 cannot be started"), "{error}");
}
