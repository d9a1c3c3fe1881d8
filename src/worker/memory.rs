//! Memory: what the configuration may come to need, against what the container may use. An answer at start is better than
//! the end that the kernel would give the worker some week, when the window is full.

use std::fs;
use std::path::{Path, PathBuf};

use tracing::{debug, warn};

use crate::config::Config;

/// Models and tables, threads, Kafka's clients and their queues: an estimate on the safe side, not a measurement.
const BASE: u64 = 200 << 20;
/// A record of the log in the window, in bytes, with what an allocator keeps for itself. An article is one record and a share of another. Of texts
/// of 290 words, with a fifth more keys than they have, 736 of a process with a million of them were measured, of 500 words 597; of
/// 20,000 words 614 without that. Pages of the news as they come take some 545 (docs/dedupe.md), and a window that moves on has more. While a snapshot is
/// loaded it is hardly more: 620 of three million such articles of 500 words, with eight threads.
const ARTICLE: u64 = 750;
/// A byte of input in flight becomes so many: the record, its draft, what the producer has of it.
const IN_FLIGHT: u64 = 5;

/// What this configuration may come to need, in bytes.
pub fn needed(config: &Config) -> u64 {
    let window = if config.dedupe.enabled { config.dedupe.span.saturating_mul(ARTICLE) } else { 0 };
    let in_flight = (config.flow.in_flight.get() as u64).saturating_mul(IN_FLIGHT);
    BASE.saturating_add(window).saturating_add(in_flight)
}

/// Compares the two.
///
/// # Errors
/// The container's limit is less than what may be needed. Where only the machine sets one, that is a warning.
pub(super) fn check(config: &Config) -> anyhow::Result<()> {
    let (needed, container) = (needed(config), container_limit(Path::new("/")));
    let Some(limit) = container.or_else(|| machine(&fs::read_to_string("/proc/meminfo").ok()?)) else { return Ok(()) };
    debug!(needed, limit, "memory");
    if needed <= limit {
        return Ok(());
    }
    let mib = |bytes: u64| bytes >> 20;
    let rest = limit.saturating_sub(needed - config.dedupe.span.saturating_mul(ARTICLE));
    let advice = match config.dedupe.enabled && rest / ARTICLE >= 1_000 {
        true => format!("raise the limit, or set dedupe.span to {} or less", rest / ARTICLE / 1_000 * 1_000),
        false => "raise the limit, or lower dedupe.span and flow.in_flight".to_owned(),
    };
    let what = format!("this configuration may come to need {} MiB of memory, and has {} MiB", mib(needed), mib(limit));
    anyhow::ensure!(container.is_none(), "{what}: {advice}");
    warn!(advice, "{what}");
    Ok(())
}

/// The least limit of the control groups that this process is in, versions 2 and 1; none if there is no limit.
fn container_limit(root: &Path) -> Option<u64> {
    let limit =
        |path: PathBuf| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok().filter(|limit| *limit < 1 << 60);
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/")).unwrap_or_default();
    let mount = root.join("sys/fs/cgroup");
    let of = |group: &Path| limit(mount.join(group).join("memory.max"));
    let second = Path::new(own).ancestors().filter_map(of).min();
    second.into_iter().chain(limit(mount.join("memory/memory.limit_in_bytes"))).min()
}

/// The machine's memory, from `/proc/meminfo`.
fn machine(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn the_least_limit_of_all_groups_counts() {
        for (files, expected) in [
            (&[("sys/fs/cgroup/memory.max", "1073741824\n")][..], Some(1 << 30)),
            (&[("sys/fs/cgroup/memory.max", "max\n")], None),
            (&[("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912")], Some(512 << 20)),
            (&[("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712")], None),
            (
                &[
                    ("proc/self/cgroup", "0::/pod/worker\n"),
                    ("sys/fs/cgroup/pod/memory.max", "1000"),
                    ("sys/fs/cgroup/pod/worker/memory.max", "2000"),
                ],
                Some(1_000),
            ),
            (&[], None),
        ] {
            assert_eq!(container_limit(root(files).path()), expected, "{files:?}");
        }
        assert_eq!(machine("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16 << 20));
    }

    #[test]
    fn what_is_needed_follows_from_the_window_and_what_is_in_flight() {
        let mut config = Config::default();
        let usual = needed(&config);
        assert!((1_000 << 20..2_000 << 20).contains(&usual), "{}", usual >> 20);
        config.dedupe.span = 100_000;
        assert!(needed(&config) < 700 << 20);
        config.dedupe.enabled = false;
        assert_eq!(needed(&config), BASE + (320 << 20));
    }
}
