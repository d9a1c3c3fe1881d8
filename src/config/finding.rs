//! What is wrong with a configuration: each thing with its code, its place, what it is and what to write instead.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing starts with it.
    Error,
    /// It works, and should be changed.
    Warning,
}

/// What kind of mistake it is. Scripts may rely on the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The file cannot be read.
    Unreadable,
    /// The file is not YAML, or the option is not `key=value`.
    Syntax,
    /// A `${VARIABLE}` that is not set, or is written wrongly.
    Variable,
    /// There is no such key.
    UnknownKey,
    /// The value is of another kind than the key takes, or is none of those that it takes.
    WrongValue,
    /// The value is too small, too large or empty.
    OutOfRange,
    /// Two keys contradict each other, or a key and the build.
    Contradiction,
    /// A librdkafka property that does not exist, has a bad value, or belongs to the worker.
    Property,
    /// A secret's file is missing or cannot be read, or a secret stands where others can read it.
    Secret,
    /// The cluster is not as the configuration says (`validate --connect`).
    Cluster,
}

/// Where something was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// Nowhere: it is a default.
    #[default]
    Default,
    /// In the file, at line and column, from 1.
    File {
        /// The file as it was named.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// By a `--set` option, as far as it may be shown.
    Option(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Option(option) => write!(f, "--set {option}"),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of mistake it is.
    pub code: Code,
    /// Where it was said.
    pub place: Place,
    /// The key, where one is to blame.
    pub key: Option<String>,
    /// What is wrong, as the end of a sentence that begins with the key.
    pub message: String,
    /// What to write or do instead.
    pub advice: String,
}

impl Finding {
    /// An error.
    pub fn error(code: Code, key: &str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            place: Place::Default,
            key: (!key.is_empty()).then(|| key.to_owned()),
            message: message.into(),
            advice: advice.into(),
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.place, &self.key) {
            (Place::Default, _) => {}
            // The option names the key already.
            (Place::Option(option), Some(key)) if option.split('=').next() == Some(key) => {
                write!(f, "--set {option}: {}", self.message)?;
                return advice(f, &self.advice);
            }
            (place, _) => write!(f, "{place}: ")?,
        }
        if let Some(key) = &self.key {
            write!(f, "{key} ")?;
        }
        f.write_str(&self.message)?;
        advice(f, &self.advice)
    }
}

fn advice(f: &mut fmt::Formatter<'_>, advice: &str) -> fmt::Result {
    if advice.is_empty() { Ok(()) } else { write!(f, ": {advice}") }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let (file, line, column, option) = match &self.place {
            Place::Default => (None, None, None, None),
            Place::File { path, line, column } => (Some(path.display().to_string()), Some(line), Some(column), None),
            Place::Option(option) => (None, None, None, Some(option)),
        };
        let mut members = serializer.serialize_struct("Finding", 9)?;
        members.serialize_field("severity", &self.severity)?;
        members.serialize_field("code", &self.code)?;
        members.serialize_field("file", &file)?;
        members.serialize_field("line", &line)?;
        members.serialize_field("column", &column)?;
        members.serialize_field("option", &option)?;
        members.serialize_field("key", &self.key)?;
        members.serialize_field("message", &self.message)?;
        members.serialize_field("advice", &self.advice)?;
        members.end()
    }
}

/// Why a configuration is refused: everything that is wrong with it, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong; never empty.
    pub findings: Vec<Finding>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.findings.len() > 1 {
            write!(f, "{} things are wrong with the configuration", self.findings.len())?;
        }
        for finding in &self.findings {
            if self.findings.len() > 1 {
                f.write_str("\n  ")?;
            }
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
