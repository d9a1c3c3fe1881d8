//! What a second thread brings: `enrich` on a file, no broker beside it, with one and with two, in turn.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::program;
use super::table::{median, print};
use super::wire::Wire;

const ARTICLES: u64 = 5_000;
const RUNS: usize = 5;

pub fn measure(wire: &Wire, programs: &[(String, PathBuf)]) -> Value {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for number in 0..ARTICLES {
        file.write_all(&wire.article(number)).unwrap();
        file.write_all(b"\n").unwrap();
    }
    let run = |binary: &PathBuf, threads: usize| {
        let mut command = Command::new(binary);
        command.args(["enrich", "--set", &format!("threads={threads}")]).arg(file.path());
        program::spent(command.stdout(Stdio::null()).stderr(Stdio::null()))
    };
    let (mut told, mut table) = (serde_json::Map::new(), Vec::new());
    for (name, binary) in programs {
        let runs: Vec<_> = (0..RUNS).map(|_| (run(binary, 1), run(binary, 2))).collect();
        let speed_up = median(runs.iter().map(|(one, two)| one.1 / two.1));
        let cpu = [median(runs.iter().map(|(one, _)| one.0)), median(runs.iter().map(|(_, two)| two.0))];
        let per_cpu_second = ARTICLES as f64 / cpu[0];
        told.insert(
            format!("enrich{name}"),
            json!({"speed_up": speed_up, "per_cpu_second": per_cpu_second, "cpu_of_two": cpu[1] / cpu[0]}),
        );
        table.push(vec![
            format!("enrich{name}"),
            format!("{speed_up:.2}"),
            format!("{per_cpu_second:.0}"),
            format!("{:.2}", cpu[1] / cpu[0]),
        ]);
    }
    print(&["1 -> 2 threads", "speed-up", "articles/CPU-s", "CPU of 2 / of 1"], &table);
    told.into()
}
