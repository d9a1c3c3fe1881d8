//! The worker as a process, as a container would run it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use super::wait_until_else;

/// Runs a command on the topics under a prefix, in the group of that name, to its end.
pub fn command(bootstrap: &str, prefix: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(arguments);
    for set in own_settings(bootstrap, prefix) {
        command.args(["--set", &set]);
    }
    command.output().unwrap()
}

/// The standard output of a command that must end well.
#[track_caller]
pub fn told(bootstrap: &str, prefix: &str, arguments: &[&str]) -> String {
    let done = command(bootstrap, prefix, arguments);
    let (out, complaint) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{arguments:?}: {}\n{out}\n{complaint}", done.status);
    out.into_owned()
}

fn own_settings(bootstrap: &str, prefix: &str) -> [String; 3] {
    [format!("kafka.brokers={bootstrap}"), format!("topics.prefix={prefix}"), format!("kafka.group={prefix}")]
}

/// A running `copydesk run`; killed when dropped.
pub struct Worker {
    process: Child,
    folder: tempfile::TempDir,
}

impl Worker {
    /// Starts a worker on the topics under a prefix, in the group of that name.
    pub fn start(bootstrap: &str, prefix: &str, sets: &[&str]) -> Self {
        Self::of(env!("CARGO_BIN_EXE_copydesk"), bootstrap, prefix, sets)
    }

    /// The worker of another build than the one that is tested.
    pub fn of(program: impl AsRef<OsStr>, bootstrap: &str, prefix: &str, sets: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.arg("run");
        Self::spawn(command, bootstrap, prefix, sets)
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The same worker with a defect put in on purpose (`tests/canary.rs`).
    pub fn canary(bootstrap: &str, prefix: &str, sets: &[&str]) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_copydesk")).with_file_name("examples").join("canary");
        Self::spawn(Command::new(program), bootstrap, prefix, sets)
    }

    fn spawn(mut command: Command, bootstrap: &str, prefix: &str, sets: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        command.stderr(log).stdout(Stdio::null()).stdin(Stdio::null());
        let own = own_settings(bootstrap, prefix);
        // Workers of one machine: each takes a port that is free.
        let own = own.iter().map(String::as_str).chain(["server.listen=127.0.0.1:0"]);
        for set in own.chain(sets.iter().copied()) {
            command.args(["--set", set]);
        }
        Self { process: command.spawn().unwrap(), folder }
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// What the worker has said.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    /// Lines of the log with all of these parts in them.
    pub fn said(&self, parts: &[&str]) -> usize {
        self.log().lines().filter(|line| parts.iter().all(|part| line.contains(part))).count()
    }

    pub fn await_log(&self, parts: &[&str], limit: Duration) {
        wait_until_else(limit, || self.said(parts) > 0, || format!("{parts:?} in the log:\n{}", self.log()));
    }

    pub fn signal(&self, signal: &str) {
        let done = Command::new("kill").args([format!("-{signal}"), self.process.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// A file of the process under `/proc`.
    pub fn proc(&self, name: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{name}", self.process.id())).unwrap()
    }

    pub fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Waits for the end.
    pub fn ended(&mut self, limit: Duration) -> ExitStatus {
        let Self { process, folder } = self;
        let log = folder.path().join("log");
        wait_until_else(
            limit,
            || process.try_wait().unwrap().is_some(),
            || format!("the worker's end; its log:\n{}", fs::read_to_string(log).unwrap_or_default()),
        );
        process.wait().unwrap()
    }

    /// SIGTERM, and the clean end that must follow.
    pub fn stop(mut self) -> String {
        self.signal("TERM");
        let status = self.ended(Duration::from_secs(20));
        assert!(status.success(), "{status}:\n{}", self.log());
        self.log()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
