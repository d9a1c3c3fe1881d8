//! What is to be explained: a file, or a record in Kafka.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::de::IgnoredAny;

use super::super::lines;
use crate::config::Config;
use crate::kafka::client::TopicNames;
use crate::kafka::scan::Scanner;
use crate::record::{Place, Record};

/// What is to be explained.
pub(super) enum Target {
    /// A file; `-` is standard input.
    File(PathBuf),
    /// A record of a topic.
    Record(String, Place),
}

impl Target {
    /// A file that is there is a file, whatever it is called.
    pub(super) fn of(text: &str, config: &Config) -> Self {
        if Path::new(text).exists() {
            return Self::File(text.into());
        }
        let input = || TopicNames::new(config).input;
        if let Ok(place) = text.parse() {
            return Self::Record(input(), place);
        }
        let topic = text.rmatch_indices(':').nth(1).and_then(|(at, _)| {
            let (topic, place) = text.split_at(at);
            Some((topic, place.strip_prefix(':')?.parse().ok()?))
        });
        match topic {
            Some((topic, place)) if !topic.is_empty() => Self::Record(topic.to_owned(), place),
            _ => Self::File(text.into()),
        }
    }

    /// The records, in order; `before` ran before them.
    ///
    /// # Errors
    /// There is nothing, or it cannot be read.
    pub(super) fn records(&self, config: &Config, before: i64) -> anyhow::Result<Vec<Record>> {
        match self {
            Self::File(path) => file(path, before),
            Self::Record(topic, place) => fetch(config, topic, *place).map(|record| vec![record]),
        }
    }

    /// What a record is called.
    pub(super) fn name(&self, record: &Record, number: usize) -> String {
        match self {
            Self::File(path) if path.as_os_str() == "-" => format!("article {number} of standard input"),
            Self::File(path) => format!("article {number} of {}", path.display()),
            Self::Record(topic, place) => {
                let time = super::super::moment::shown(record.origin.timestamp);
                format!("{topic}:{place}, {time}")
            }
        }
    }
}

fn file(path: &Path, before: i64) -> anyhow::Result<Vec<Record>> {
    let mut bytes = Vec::new();
    lines::open(path)?.read_to_end(&mut bytes).with_context(|| format!("{} cannot be read", path.display()))?;
    if is_document(&bytes) {
        return Ok(vec![lines::record(bytes, before)]);
    }
    let filled = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    Ok(filled.zip(before..).map(|(line, offset)| lines::record(line.to_vec(), offset)).collect())
}

/// Whether the bytes are one document of many lines, and not many records of one each: all of it is JSON, or no line is.
fn is_document(bytes: &[u8]) -> bool {
    let is_json = |bytes: &[u8]| serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    let is_object = |line: &[u8]| line.trim_ascii().starts_with(b"{") && is_json(line);
    let mut filled = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let is_many = filled.clone().nth(1).is_some();
    is_many && (is_json(bytes) || bytes.trim_ascii().starts_with(b"{") && !filled.any(is_object))
}

fn fetch(config: &Config, topic: &str, place: Place) -> anyhow::Result<Record> {
    let scanner = Scanner::new(config)?;
    let partitions = scanner.partitions(topic)?;
    let Place { partition, offset } = place;
    anyhow::ensure!(
        partitions.contains(&partition),
        "{topic} has no partition {partition}: it has {} to {}",
        partitions.first().copied().unwrap_or_default(),
        partitions.last().copied().unwrap_or_default()
    );
    if let Some(record) = scanner.record_at(topic, place)? {
        return Ok(record);
    }
    let readable = scanner.readable(topic, partition)?;
    anyhow::ensure!(readable.from < readable.to, "{topic}:{partition} has no records that are committed");
    anyhow::ensure!(
        !(readable.from..readable.to).contains(&offset),
        "{topic}:{place} holds no record: a transaction's mark stands there, a transaction that was aborted, or what compaction took"
    );
    anyhow::bail!(
        "{topic}:{partition} has no offset {offset}: its committed records are {} to {}",
        readable.from,
        readable.to - 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_file_or_a_place() {
        let (mut config, none) = (Config::default(), "/nowhere/7:812");
        config.topics.prefix = "a.".into();
        let told = |text: &str| match Target::of(text, &config) {
            Target::File(path) => path.display().to_string(),
            Target::Record(topic, place) => format!("{topic} at {place}"),
        };
        for (text, expected) in [
            ("3:812", "a.articles.raw at 3:812"),
            ("other:topic:3:812", "other:topic at 3:812"),
            ("Cargo.toml", "Cargo.toml"),
            ("-", "-"),
            ("page.json", "page.json"),
            (":3:812", ":3:812"),
            ("t:3:x", "t:3:x"),
        ] {
            assert_eq!(told(text), expected);
        }
        assert_eq!(told(none), "/nowhere/7 at ".replace(" at ", ":812"), "no partition, so a file");
    }

    #[test]
    fn one_document_and_many_lines_are_told_apart() {
        for (text, expected) in [
            ("{\"a\": 1}\n", false),
            ("{\"a\": 1}\n{\"b\": 2}\n", false),
            ("{\n \"a\": 1\n}\n", true),
            ("[\n {\"a\": 1},\n 2\n]", true),
            // Broken: a document whose end is missing, and lines of which one is no JSON.
            ("{\n \"a\": 1,\n", true),
            ("{\"a\": \n{\"b\": 2}\n", false),
            ("<xml/>\n<xml/>\n", false),
            ("", false),
        ] {
            assert_eq!(is_document(text.as_bytes()), expected, "{text}");
        }
    }
}
