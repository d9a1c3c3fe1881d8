//! Kafka's jars, of the server and its tools: fetched once by Maven into the build folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Fewer jars than this are half a download.
const LEAST: usize = 40;

/// The folder with the jars. Tests that ask at once wait for one download.
pub fn folder() -> Result<PathBuf, String> {
    static FETCHED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FETCHED.get_or_init(fetched).clone()
}

fn fetched() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let jars = target.join("kafka-4.1.0-tools");
    if is_complete(&jars) {
        return Ok(jars);
    }
    let java = Command::new("java").arg("-version").output();
    if !java.is_ok_and(|done| done.status.success()) {
        return Err("there is no java".into());
    }
    // Fetched beside and renamed into place, so that two test runs at once do no harm.
    let part = target.join(format!("kafka-part-{}", std::process::id()));
    let pom = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/kafka/pom.xml");
    let done = Command::new("mvn")
        .args(["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", "-f"])
        .arg(pom)
        .arg(format!("-DoutputDirectory={}", part.display()))
        .output()
        .map_err(|error| format!("Maven cannot be started: {error}"))?;
    if !done.status.success() {
        return Err(format!("Maven cannot fetch Kafka's jars: {}", String::from_utf8_lossy(&done.stdout)));
    }
    let _ = fs::remove_dir_all(&jars);
    if fs::rename(&part, &jars).is_err() && !is_complete(&jars) {
        return Err(format!("{} cannot be moved to {}", part.display(), jars.display()));
    }
    Ok(jars)
}

fn is_complete(jars: &Path) -> bool {
    fs::read_dir(jars).is_ok_and(|entries| entries.count() >= LEAST)
}
