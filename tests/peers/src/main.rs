//! What detectors answer, how fast, and in how much memory. `run` beside this builds it, calls it and makes a table of it.
//!
//! `peers answers|speed|memory LID176 FILE...`: LID176 is fastText's model; a line of a FILE is a language, a tab and a text.

mod engine;
#[allow(
    dead_code,
    unused_imports,
    reason = "compiled from the worker's source, of which only the detector is asked here"
)]
#[path = "../../../src/pipeline/language/mod.rs"]
mod language;

use std::hint::black_box;
use std::time::Instant;

use engine::{Engine, NAMES};

/// Rounds over all texts, each of every detector in turn.
const ROUNDS: usize = 5;

struct Texts {
    path: String,
    texts: Vec<String>,
}

fn read(path: &String) -> Texts {
    let lines = std::fs::read_to_string(path).unwrap();
    let texts = lines.lines().filter_map(|line| line.split_once('\t')).map(|(_, text)| text.to_owned()).collect();
    Texts { path: path.clone(), texts }
}

/// Each detector's answer to each text: file, number of the text, detector, code.
fn answers(lid176: &str, files: &[Texts]) {
    for name in NAMES {
        let engine = Engine::load(name, lid176);
        for file in files {
            for (number, text) in file.texts.iter().enumerate() {
                println!("{}\t{number}\t{name}\t{}", file.path, engine.code(text));
            }
        }
    }
}

/// Seconds and bytes of each round: file, round, detector, texts, bytes, seconds. One thread; detectors take turns.
fn speed(lid176: &str, files: &[Texts]) {
    let engines = NAMES.map(|name| (name, Engine::load(name, lid176)));
    // The round before the first is for caches, and for what detectors load late.
    for round in 0..=ROUNDS {
        for file in files {
            for (name, engine) in &engines {
                let texts = || file.texts.iter().step_by(engine.step());
                let start = Instant::now();
                texts().for_each(|text| drop(black_box(engine.code(black_box(text)))));
                let seconds = start.elapsed().as_secs_f64();
                if round > 0 {
                    let bytes: usize = texts().map(String::len).sum();
                    println!("{}\t{round}\t{name}\t{}\t{bytes}\t{seconds}", file.path, texts().count());
                }
            }
        }
    }
}

/// What each detector adds to the process's peak, in KiB; each in a process of its own.
fn memory(arguments: &[String]) {
    for name in NAMES {
        let program = std::env::current_exe().unwrap();
        let status = std::process::Command::new(program).arg(format!("memory-of:{name}")).args(arguments).status();
        assert!(status.unwrap().success(), "{name}");
    }
}

fn memory_of(name: &str, lid176: &str, files: &[Texts]) {
    // The peak begins anew: reading the texts was one.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    let engine = Engine::load(name, lid176);
    for file in files {
        file.texts.iter().step_by(engine.step()).for_each(|text| drop(black_box(engine.code(text))));
    }
    println!("{name}\t{}", peak() - before);
}

/// The most that was resident, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, lid176, paths @ ..] = arguments.as_slice() else { panic!("peers answers|speed|memory LID176 FILE...") };
    let files: Vec<Texts> = if what == "memory" { Vec::new() } else { paths.iter().map(read).collect() };
    match what.as_str() {
        "answers" => answers(lid176, &files),
        "speed" => speed(lid176, &files),
        "memory" => memory(&arguments[1..]),
        _ => memory_of(what.strip_prefix("memory-of:").unwrap(), lid176, &files),
    }
}
