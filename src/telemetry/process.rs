//! The process itself, as every Prometheus client tells it; from `/proc`, so on Linux only.

use std::fs;

use super::page::Family;

/// Ticks of the kernel's clock in a second, as `/proc` counts them: the same on every architecture that Rust's tier 1 has.
const TICKS: f64 = 100.0;

/// What `/proc` tells; what it does not is left out.
pub(super) fn families(started: f64) -> Vec<Family> {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let files = fs::read_dir("/proc/self/fd").map(Iterator::count).ok();
    let start =
        Family::gauge("process_start_time_seconds", "When the process started, in seconds since 1970.", started);
    let cpu = cpu_seconds(&stat).map(|seconds| {
        Family::float_counter("process_cpu_seconds_total", "CPU time of the process, user and system.", seconds)
    });
    let memory = resident(&status)
        .map(|bytes| Family::gauge("process_resident_memory_bytes", "Memory that the process holds.", bytes));
    let files = files.map(|count| Family::gauge("process_open_fds", "Open files and sockets.", count as f64));
    [Some(start), cpu, memory, files].into_iter().flatten().collect()
}

/// User and system time, fields 14 and 15; the name before them is in brackets and may hold anything.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

fn resident(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_lines_are_read() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 9 0 0 0 250 50 0 0 20 0 1 0 99 5 6";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(resident("VmPeak:\t 9 kB\nVmRSS:\t   12 kB\n"), Some(12_288.0));
        assert_eq!(families(1.0).len(), 4);
    }
}
