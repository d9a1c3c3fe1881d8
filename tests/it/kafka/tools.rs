//! Kafka's own command-line tools, and copydesk's commands, run as a person runs them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::jars;

/// The tools that commands name, and the classes behind them.
const TOOLS: [(&str, &str); 3] = [
    ("kafka-topics.sh", "org.apache.kafka.tools.TopicCommand"),
    ("kafka-acls.sh", "org.apache.kafka.tools.AclCommand"),
    ("kafka-configs.sh", "kafka.admin.ConfigCommand"),
];

/// Runs commands of Kafka's tools in a shell, word for word; each must succeed.
pub fn shell(commands: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (name, class) in TOOLS {
        let jars = jars::folder().unwrap();
        let script = format!(
            "#!/bin/sh\nexec java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '{}/*' {class} \"$@\"\n",
            jars.display()
        );
        let path = folder.path().join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let done = Command::new("sh").args(["-euc", commands]).env("PATH", path).output().unwrap();
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(done.status.success(), "{commands}\n{}\n{}", told(&done.stdout), told(&done.stderr));
}

/// What a run of copydesk came to.
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Done {
    /// Lines of the output with all of these parts in them.
    #[track_caller]
    pub fn has(&self, parts: &[&str]) {
        let found = self.stdout.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(found, "{parts:?} in:\n{}\n{}", self.stdout, self.stderr);
    }
}

/// Runs copydesk on the topics under a prefix.
pub fn copydesk(arguments: &[&str], bootstrap: &str, prefix: &str, sets: &[&str]) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    let own =
        [format!("kafka.brokers={bootstrap}"), format!("topics.prefix={prefix}"), format!("kafka.group={prefix}")];
    command.args(arguments);
    for set in own.iter().map(String::as_str).chain(sets.iter().copied()) {
        command.args(["--set", set]);
    }
    let begun = Instant::now();
    let done = command.current_dir(Path::new(env!("CARGO_TARGET_TMPDIR"))).output().unwrap();
    Done {
        code: done.status.code(),
        stdout: String::from_utf8(done.stdout).unwrap(),
        stderr: String::from_utf8(done.stderr).unwrap(),
        took: begun.elapsed(),
    }
}
