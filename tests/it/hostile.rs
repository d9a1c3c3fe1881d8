//! Articles that are meant to hurt: what one takes is bounded by its size, in time and in memory.

use std::fs;
use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::enrich::STORY;

/// What `enrich` took for its input.
struct Taken {
    /// User CPU: unlike time on the wall it does not depend on what else runs, and unlike the system's not on how memory is found.
    seconds: f64,
    /// The most that it had.
    mebibytes: f64,
}

fn enrich(articles: &[Value]) -> Taken {
    let mut input = tempfile::NamedTempFile::new().unwrap();
    articles.iter().for_each(|article| writeln!(input, "{article}").unwrap());
    let output = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(["enrich", "--set", "input.max_bytes=32MiB"]).arg(input.path()).stdout(output.reopen().unwrap());
    let mut process = command.spawn().unwrap();
    let mut taken = Taken { seconds: 0.0, mebibytes: 0.0 };
    let deadline = Instant::now() + Duration::from_secs(60);
    let pid = process.id();
    while !is_over(pid) {
        taken.mebibytes = peak(pid).unwrap_or(taken.mebibytes);
        assert!(Instant::now() < deadline, "enrich has not ended");
        std::thread::sleep(Duration::from_millis(1));
    }
    taken.seconds = user_seconds(pid);
    assert!(process.wait().unwrap().success());
    let output = fs::read(output.path()).unwrap();
    assert_eq!(output.iter().filter(|byte| **byte == b'\n').count(), articles.len(), "a line for each");
    taken
}

/// What the kernel tells of a process behind its name, which may hold spaces.
fn stat(pid: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(')').unwrap().1.split_whitespace().map(str::to_owned).collect()
}

/// It has ended, and what it took can still be read.
fn is_over(pid: u32) -> bool {
    stat(pid)[0] == "Z"
}

fn user_seconds(pid: u32) -> f64 {
    // A tick is 10 ms.
    stat(pid)[11].parse::<f64>().unwrap() / 100.0
}

/// Nothing once it has ended.
fn peak(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(most.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0)
}

/// A hostile article costs what its size allows: a small multiple of what ordinary articles of the same size cost.
#[test]
fn hostile_articles_are_bounded() {
    let ordinary: Vec<Value> =
        (0..3_000).map(|number| json!({"id": number, "text": format!("{number} {}", STORY.repeat(30))})).collect();
    let size = |articles: &[Value]| articles.iter().map(|article| article.to_string().len()).sum::<usize>() as f64;
    let each = enrich(&ordinary).seconds / size(&ordinary);
    let hostile = [
        json!({"text": "a".repeat(10_000_000)}),
        json!({"text": "word ".repeat(2_000_000)}),
        json!({"text": "<div>".repeat(2_000_000)}),
        json!({"text": "<".repeat(10_000_000)}),
        json!({"text": "&amp;".repeat(2_000_000)}),
        json!({"text": "Mr Smith ".repeat(1_000_000)}),
        json!({"text": "\u{0301}".repeat(3_000_000)}),
        json!({"text": "北京".repeat(1_500_000)}),
        json!({"title": "Paris ".repeat(1_000_000)}),
        json!({"authors": vec!["A B"; 500_000], "title": "T"}),
        json!({"text": "Dr. \n".repeat(1_500_000)}),
    ];
    for article in hostile {
        let (start, size) =
            (article.to_string().chars().take(30).collect::<String>(), size(std::slice::from_ref(&article)));
        let Taken { seconds, mebibytes } = enrich(&[article]);
        let ratio = seconds / size / each;
        // Most is 2 on a quiet machine; what is not linear would be thousands.
        assert!(ratio < 15.0, "{start}… costs {ratio:.1} times as much a byte");
        // Most is 340, of which the program itself has 60: a worker of `docker-compose.yml` has 1,024.
        assert!(mebibytes < 500.0, "{start}… takes {mebibytes:.0} MiB");
    }
}
