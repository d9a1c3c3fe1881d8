//! The house: who may know whom, how large a room may be, what a room must say.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Files under `room` (all of them for "") with a line of code that has `word` in it.
fn naming(room: &str, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for path in sources(&src().join(room)) {
        let text = fs::read_to_string(&path).unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        if text.lines().filter(is_code).any(|line| line.contains(word)) {
            found.push(path.strip_prefix(src()).unwrap().display().to_string());
        }
    }
    found
}

#[test]
fn only_the_kafka_room_names_rdkafka() {
    let outside: Vec<String> = naming("", "rdkafka::").into_iter().filter(|path| !path.starts_with("kafka/")).collect();
    assert_eq!(outside, [""; 0]);
}

#[test]
fn the_pipeline_knows_neither_kafka_nor_the_worker_nor_tokio() {
    for word in ["tokio::", "crate::kafka", "crate::worker", "crate::cli"] {
        assert_eq!(naming("pipeline", word), [""; 0], "{word}");
    }
}

#[test]
fn the_kafka_room_knows_nothing_of_articles() {
    for word in ["crate::pipeline", "crate::article", "crate::worker", "crate::cli"] {
        assert_eq!(naming("kafka", word), [""; 0], "{word}");
    }
}

#[test]
fn telemetry_is_plain_data_and_its_server_only_reads_it() {
    for word in ["crate::pipeline", "crate::kafka", "crate::worker", "crate::server", "crate::cli", "tokio::"] {
        assert_eq!(naming("telemetry", word), [""; 0], "telemetry: {word}");
    }
    for word in ["crate::pipeline", "crate::kafka", "crate::worker", "crate::cli", "crate::article"] {
        assert_eq!(naming("server", word), [""; 0], "server: {word}");
    }
}

#[test]
fn the_contracts_know_nobody() {
    for room in ["article", "record", "config"] {
        for word in ["crate::pipeline", "crate::kafka", "crate::worker", "crate::cli"] {
            assert_eq!(naming(room, word), [""; 0], "{room}: {word}");
        }
    }
}

#[test]
fn every_room_says_what_it_is_and_none_is_too_large() {
    for path in sources(&src()) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not say what it is", path.display());
        assert!(text.lines().count() <= 500, "{} has more than 500 lines", path.display());
    }
}
