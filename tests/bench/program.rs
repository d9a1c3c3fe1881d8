//! A process that is measured: what it has used so far, as the kernel counts it.

use std::fs;
use std::process::Command;

/// CPU-seconds of all of its threads, user and system, those that have ended among them.
pub fn cpu(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name may hold spaces: what follows its bracket is counted. A tick is 10 ms.
    let mut fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    assert_ne!(fields.next(), Some("Z"), "the process {pid} has ended");
    let ticks = fields.skip(10).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

/// A line of its status, in MiB: `VmRSS`, or `VmHWM` for the most that it ever had.
pub fn memory(pid: u32, line: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let value = status.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(':')).unwrap();
    value.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// Cores that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().unwrap().get()
}

/// CPU-seconds of a command that runs to its end, and how long it took.
pub fn spent(command: &mut Command) -> (f64, f64) {
    let (since, before) = (std::time::Instant::now(), children());
    assert!(command.status().unwrap().success(), "{command:?}");
    (children() - before, since.elapsed().as_secs_f64())
}

/// CPU-seconds of children that have ended and were waited for.
fn children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let ticks = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(13).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}
