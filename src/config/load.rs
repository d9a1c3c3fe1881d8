//! Reads the file, then the `--set` options, then checks the whole. Everything that is wrong is told at once: what cannot be
//! read is left to its default and the rest is read on.

use std::path::Path;

use serde::Deserialize as _;

use super::finding::{Code, ConfigError, Finding, Place, Severity};
use super::node::{Node, Scalar, Value};
use super::variables::Lookup;
use super::yaml::{self, Reading};
use super::{Config, check, is_secret};

/// More findings than this help nobody.
const MOST_FINDINGS: usize = 100;

/// A configuration as far as it could be read, what is wrong with it, and where everything was said.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration; where something is wrong, the default.
    pub config: Config,
    /// What is wrong, in the order of the file, then of the options.
    pub findings: Vec<Finding>,
    pub(super) written: Node,
}

impl Loaded {
    /// Adds what somebody else found, with the places of its keys and without what variables hold.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            let node = finding.key.as_ref().and_then(|key| self.written.nearest(key));
            let place = match (&finding.place, node) {
                (Place::Default, Some(node)) => node.place.clone(),
                (place, _) => place.clone(),
            };
            let [message, advice] = [&finding.message, &finding.advice].map(|text| self.hidden(text, node));
            self.findings.push(Finding { message, advice, ..finding }.at(place));
        }
        self.findings.sort_by_key(|finding| match &finding.place {
            Place::File { line, column, .. } => (*line, *column),
            Place::Option(_) => (usize::MAX, 0),
            Place::Default => (usize::MAX, 1),
        });
    }

    /// Secrets that stand in the file itself, where whoever reads the file has them.
    pub fn exposed_secrets(&self) -> Vec<Finding> {
        let names = self.config.kafka.properties.keys().filter(|name| is_secret(name));
        let keys = names.map(|name| (name, format!("kafka.properties.{name}")));
        let is_in_file = |key: &str| {
            let node = self.written.find(key).filter(|node| matches!(node.place, Place::File { .. }));
            node.is_some_and(|node| node.variables().is_empty())
        };
        let warning = |(name, key): (&String, String)| {
            let advice = format!("name a file that holds it in kafka.secrets.{name}, or write ${{VARIABLE}}");
            Finding::error(Code::Secret, &key, "is a secret that stands in the file", advice).warning()
        };
        keys.filter(|(_, key)| is_in_file(key)).map(warning).collect()
    }

    /// A message without what variables hold: that of its own key, and any that is long enough to be one.
    fn hidden(&self, message: &str, node: Option<&Node>) -> String {
        let own = node.map(Node::variables).unwrap_or_default();
        let long = self.written.variables().into_iter().filter(|(text, _)| text.len() > 3);
        own.into_iter()
            .chain(long)
            .filter(|(text, _)| !text.is_empty())
            .fold(message.to_owned(), |message, (text, written)| message.replace(text, written))
    }

    /// The configuration, if nothing is wrong with it. Warnings do not count.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn into_config(self) -> Result<Config, ConfigError> {
        let findings: Vec<Finding> =
            self.findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        if findings.is_empty() { Ok(self.config) } else { Err(ConfigError { findings }) }
    }
}

/// Reads `file` (an empty configuration without one), applies `sets` (`a.b=value`, values as in YAML), and checks the whole.
///
/// # Errors
/// Everything that is wrong, named by file, line and column or by option.
pub fn load(file: Option<&Path>, sets: &[String]) -> Result<Config, ConfigError> {
    read(file, sets).into_config()
}

/// The same, with what is wrong beside what could be read.
pub fn read(file: Option<&Path>, sets: &[String]) -> Loaded {
    read_with(file, sets, &|name| std::env::var(name).ok())
}

fn read_with(file: Option<&Path>, sets: &[String], lookup: Lookup<'_>) -> Loaded {
    let mut findings = Vec::new();
    let parsed = file.map(|path| {
        let text = text_of(path)?;
        let reading = Reading { file: Some(path), place: &Place::Default, lookup: Some(lookup) };
        yaml::parse(&text, "", reading, &mut findings)
    });
    let parsed = parsed.transpose().unwrap_or_else(|finding| {
        findings.push(*finding);
        None
    });
    let mut written = parsed.flatten().unwrap_or_else(|| Node::empty(""));
    for set in sets {
        if let Err(finding) = apply(&mut written, set, &mut findings) {
            findings.push(*finding);
        }
    }
    // What needs a variable that is not set has been told; it is not wrong a second time.
    for finding in findings.iter().filter(|finding| finding.code == Code::Variable) {
        written.take_out(finding.key.as_deref().unwrap_or_default());
    }
    let config = typed(&mut written, &mut findings);
    let is_whole = findings.is_empty();
    // Keys that were left to their default because they are wrong contradict nothing.
    let contradictions = check::all(&config).into_iter().filter(|found| is_whole || found.code != Code::Contradiction);
    let mut loaded = Loaded { config, findings, written };
    loaded.add(contradictions.collect::<Vec<_>>());
    loaded
}

fn text_of(path: &Path) -> Result<String, Box<Finding>> {
    let at = |line, column| Place::File { path: path.to_owned(), line, column };
    let bytes = std::fs::read(path).map_err(|error| {
        let message = format!("{}: {error}", path.display());
        Finding::error(Code::Unreadable, "", message, "name a file that can be read with -c")
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let good = String::from_utf8_lossy(good);
        let line = good.rsplit('\n').next().unwrap_or_default();
        let place = at(good.matches('\n').count() + 1, line.chars().count() + 1);
        Box::new(Finding::error(Code::Syntax, "", "the file is not UTF-8", "save it as UTF-8").at(place))
    })
}

/// Puts what an option says into the tree.
fn apply(written: &mut Node, set: &str, findings: &mut Vec<Finding>) -> Result<(), Box<Finding>> {
    let Some((key, text)) = set.split_once('=') else {
        let place = Place::Option(set.to_owned());
        let advice = "write it as key=value, such as kafka.brokers=host:9092";
        return Err(Box::new(Finding::error(Code::Syntax, "", "there is no value", advice).at(place)));
    };
    let (key, text) = (key.trim(), text.trim());
    // A property's value may be a secret.
    let is_private = key == "kafka" || key.starts_with("kafka.properties") || key.starts_with("kafka.secrets");
    let place = Place::Option(if is_private { key } else { set }.to_owned());
    let node = if text.starts_with(['{', '[', '"', '\'']) {
        let reading = Reading { file: None, place: &place, lookup: None };
        yaml::parse(text, key, reading, findings)?
    } else {
        None
    };
    // `1:2`, `- a` and the like are text to whoever types them.
    let plain = || Value::Scalar(Scalar { text: text.to_owned(), is_plain: true, written: None });
    let value = node.map_or_else(plain, |node| node.value);
    let node = Node { key: key.to_owned(), place: place.clone(), value_place: place, value };
    written.put(&names(key), node);
    Ok(())
}

/// The parts of a dotted key. Where the keys are up to the user, as those of properties are, the rest is one name.
fn names(key: &str) -> Vec<&str> {
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    let (mut names, mut rest, mut known) = (Vec::new(), key, Some(&defaults));
    while let Some((name, below)) = rest.split_once('.') {
        if known.and_then(serde_json::Value::as_object).is_some_and(serde_json::Map::is_empty) {
            break;
        }
        known = known.and_then(|known| known.get(name));
        names.push(name);
        rest = below;
    }
    names.push(rest);
    names
}

/// The tree as the types understand it. What they refuse is told and taken out.
fn typed(written: &mut Node, findings: &mut Vec<Finding>) -> Config {
    while findings.len() < MOST_FINDINGS {
        match Config::deserialize(&*written) {
            Ok(config) => return config,
            Err(wrong) => {
                let finding = wrong.finding();
                let is_out = finding.key.as_ref().is_some_and(|key| written.take_out(key));
                findings.push(finding);
                if !is_out {
                    break;
                }
            }
        }
    }
    Config::default()
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
