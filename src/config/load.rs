//! Reads the file, then the `--set` options, then checks the whole.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Config, place};

/// Why a configuration is refused. The message names file, line and column, or the option.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The file is no such configuration; the message begins with line and column.
    #[error("{path}:{message}")]
    File {
        /// The file.
        path: String,
        /// What is wrong, with the place.
        message: String,
    },
    /// A `--set` option is wrong.
    #[error("--set {option}: {message}")]
    Option {
        /// The option as given.
        option: String,
        /// What is wrong.
        message: String,
    },
    /// Keys that contradict each other.
    #[error("{key} {message}")]
    Contradiction {
        /// The key.
        key: String,
        /// What is wrong and what to write.
        message: String,
    },
}

/// Reads `file` (an empty configuration without one), applies `sets` (`a.b=value`, values as in YAML), and checks the whole.
///
/// # Errors
/// Anything wrong, named by file, line and column or by option.
pub fn load(file: Option<&Path>, sets: &[String]) -> Result<Config, ConfigError> {
    let mut config = match file {
        Some(path) => read(path)?,
        None => Config::default(),
    };
    for set in sets {
        config = apply(&config, set).map_err(|message| ConfigError::Option { option: set.clone(), message })?;
    }
    config.check().map_err(|(key, message)| contradiction(file, sets, key, message))?;
    Ok(config)
}

/// A contradiction, with the option or the place in the file that says so.
fn contradiction(file: Option<&Path>, sets: &[String], key: String, message: String) -> ConfigError {
    let is_of = |set: &&String| set.split_once('=').is_some_and(|(set, _)| set == key);
    if let Some(option) = sets.iter().rev().find(is_of) {
        return ConfigError::Option { option: option.clone(), message };
    }
    let place = |path: &Path| place::of(&fs::read_to_string(path).ok()?, &key);
    match file.and_then(|path| Some((path, place(path)?))) {
        Some((path, (line, column))) => {
            ConfigError::File { path: path.display().to_string(), message: format!("{line}:{column}: {key} {message}") }
        }
        None => ConfigError::Contradiction { key, message },
    }
}

fn read(path: &Path) -> Result<Config, ConfigError> {
    let shown = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: shown.clone(), cause })?;
    parse(&text, &shown)
}

fn parse(text: &str, path: &str) -> Result<Config, ConfigError> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Config::default());
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location().map_or(" ".into(), |at| format!("{}:{}: ", at.line(), at.column()));
        let message = error.without_snippet().to_string();
        // The place is told once, in front.
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        ConfigError::File { path: path.to_owned(), message: format!("{place}{message}") }
    })
}

/// The configuration with one key changed. Unknown keys are found because the changed tree is read back by the same types.
fn apply(config: &Config, set: &str) -> Result<Config, String> {
    let (key, text) = set.split_once('=').ok_or("write it as key=value, such as kafka.brokers=host:9092")?;
    let value: Value = serde_saphyr::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let mut tree = serde_json::to_value(config).map_err(|error| error.to_string())?;
    let mut place = &mut tree;
    let parts = place::names(key);
    for part in &parts {
        let members = place.as_object_mut().ok_or_else(|| format!("there is no key `{key}`"))?;
        place = members.entry(*part).or_insert(Value::Null);
    }
    let is_property = parts.first() == Some(&"kafka") && parts.len() == 3;
    let wants_text = place.is_string() || is_property || value.is_object();
    *place = match value {
        // `off` and `no` are words here, as in the file, where the types tell
        Value::Bool(_) if !matches!(text, "true" | "false") => Value::String(text.to_owned()),
        Value::Number(number) if wants_text => Value::String(number.to_string()),
        Value::Bool(flag) if wants_text => Value::String(flag.to_string()),
        // `1:2` and the like are text to whoever types them
        Value::Object(_) if !text.trim_start().starts_with('{') => Value::String(text.to_owned()),
        // properties are text, however they look
        Value::Object(members) if key == "kafka.properties" => members.into_iter().map(as_text).collect(),
        other => other,
    };
    serde_json::from_value(tree).map_err(|error| error.to_string())
}

fn as_text((name, value): (String, Value)) -> (String, Value) {
    let text = match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        other => other,
    };
    (name, text)
}

#[cfg(test)]
mod tests {
    use super::super::{Clean, Config, Delivery, Period};
    use super::*;

    fn set(option: &str) -> Result<Config, String> {
        load(None, &[option.to_owned()]).map_err(|error| error.to_string())
    }

    #[test]
    fn an_option_changes_one_key() {
        assert_eq!(set("kafka.brokers=host:9092").unwrap().kafka.brokers, "host:9092");
        assert_eq!(set("text.clean=off").unwrap().text.clean, Clean::Off);
        assert_eq!(set("delivery=at-least-once").unwrap().delivery, Delivery::AtLeastOnce);
        assert_eq!(set("commit_interval=100ms").unwrap().commit_interval.0, Period::from_millis(100));
        assert!(!set("dedupe.enabled=false").unwrap().dedupe.enabled);
        assert_eq!(set("topics.prefix=7").unwrap().topics.prefix, "7");
        assert_eq!(set("kafka.instance=desk-1").unwrap().kafka.instance.as_deref(), Some("desk-1"));
        let properties = set("kafka.properties.fetch.min.bytes=100000").unwrap().kafka.properties;
        assert_eq!(properties.get("fetch.min.bytes").map(String::as_str), Some("100000"));
        assert!(set("kafka.properties={security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN}").is_ok());
        assert_eq!(set("kafka.properties={fetch.min.bytes: 100000}").unwrap().kafka.properties, properties);
    }

    #[test]
    fn a_wrong_option_is_named() {
        for (option, part) in [
            ("kafka.broker=x", "unknown field `broker`"),
            ("kafka", "key=value"),
            ("threads=many", "threads=many"),
            ("delivery=twice", "unknown variant `twice`"),
            ("dedupe.near=7", "between 0.05 and 1"),
            ("flow.drain_timeout=1m", "less than flow.transaction_timeout"),
            ("kafka.properties.group.id=x", "set kafka.group"),
            #[cfg(not(any(feature = "tls", feature = "tls-vendored")))]
            ("kafka.properties.security.protocol=SSL", "--features tls"),
            ("topics.enriched=articles.raw", "so is topics.input"),
            ("topics.dead_letters=copydesk.stories", "give each a topic of its own"),
            ("topics.input=a b", "letters, digits"),
            ("dedupe.window=1s", "at least 1m"),
            ("threads=100000", "at most 1024"),
            ("output.entities.types=[people]", "unknown variant `people`"),
            ("output.entities.types=person", "write `all`, or a list"),
        ] {
            let message = set(option).unwrap_err();
            assert!(message.contains(part), "{option}: {message}");
        }
    }

    #[test]
    fn a_wrong_file_is_refused_with_line_and_column() {
        let message = |text: &str| parse(text, "copydesk.yaml").unwrap_err().to_string();
        assert!(
            message("kafka:\n  brokers: a:1\n  grupo: b\n").starts_with("copydesk.yaml:"),
            "{}",
            message("kafka:\n  grupo: b\n")
        );
        assert!(message("kafka:\n  brokers: a:1\n  grupo: b\n").contains("3:3"), "{}", message("kafka:\n  grupo: b\n"));
        assert!(message("commit_interval: soon\n").contains("1:18"), "{}", message("commit_interval: soon\n"));
    }

    #[test]
    fn a_contradiction_is_told_with_its_place() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "dedupe:\n  window: 1d\n  near: 3\n").unwrap();
        let told = |sets: &[String]| load(Some(file.path()), sets).unwrap_err().to_string();
        assert!(told(&[]).contains(":3:3: dedupe.near is 3: write a share"), "{}", told(&[]));
        let set = ["dedupe.near=7".to_owned()];
        assert!(told(&set).starts_with("--set dedupe.near=7: is 7"), "{}", told(&set));
        let other = ["dedupe.near=0.5".to_owned(), "flow.batch_records=0".to_owned()];
        assert!(told(&other).starts_with("flow"), "{}", told(&other));
    }

    #[test]
    fn words_that_yaml_once_took_for_flags_stay_words() {
        assert_eq!(parse("text: {clean: off}\n", "x").unwrap().text.clean, Clean::Off);
        assert_eq!(
            parse("output: {extra: off, entities: {types: [person]}}\n", "x").unwrap().output.extra,
            super::super::Extra::Off
        );
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(parse("# nothing\n", "x").unwrap(), Config::default());
    }
}
