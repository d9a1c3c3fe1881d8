//! Configuration as a user meets it: what is wrong, where, what to write; exit code 2, and nothing was connected to.

use std::fs;
use std::process::Command;

fn refused(file: Option<&str>, sets: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.arg("run");
    if let Some(text) = file {
        let path = folder.path().join("copydesk.yaml");
        fs::write(&path, text).unwrap();
        command.arg("-c").arg(path);
    }
    for set in sets {
        command.args(["--set", set]);
    }
    let done = command.output().unwrap();
    assert_eq!(done.status.code(), Some(2), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stderr).unwrap()
}

#[test]
fn a_wrong_key_is_refused_with_file_line_and_column() {
    let told = refused(Some("kafka:\n  brokers: localhost:9092\n  grupo: x\n"), &[]);
    assert!(told.contains("copydesk.yaml:3:3"), "{told}");
    assert!(told.contains("grupo"), "{told}");
}

#[test]
fn a_wrong_option_is_refused_by_name() {
    let told = refused(None, &["dedupe.windw=7d"]);
    assert!(told.contains("dedupe.windw") && told.contains("window"), "{told}");
}

#[test]
fn a_property_that_the_worker_owns_is_refused_with_the_reason() {
    let told = refused(None, &["kafka.properties.enable.auto.commit=true"]);
    assert!(told.contains("enable.auto.commit") && told.contains("lost"), "{told}");
}

#[test]
fn the_configuration_file_in_the_repository_is_the_default() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config/copydesk.yaml");
    let config = copydesk::config::load(Some(std::path::Path::new(file)), &[]).unwrap();
    assert_eq!(config, copydesk::config::Config::default());
}
