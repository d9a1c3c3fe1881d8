//! Properties whose values stand in files of their own, such as a mounted secret. They are read when a client is made, so that
//! the next client takes a secret that was changed, and are kept nowhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Code, Finding};
use super::{Kafka, canonical};

/// Files by the name of the property that each holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secrets(BTreeMap<String, PathBuf>);

/// Why a secret cannot be had. It names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
#[error("kafka.secrets.{name} {message}: {advice}")]
pub struct SecretError {
    name: String,
    message: String,
    advice: String,
}

impl SecretError {
    fn finding(self) -> Finding {
        Finding::error(Code::Secret, &format!("kafka.secrets.{}", self.name), self.message, self.advice)
    }
}

impl Secrets {
    /// Names of the properties.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, PathBuf)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, PathBuf)>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

impl Kafka {
    /// All properties as librdkafka knows them, secrets read from their files.
    ///
    /// # Errors
    /// A file that cannot be read or has nothing in it.
    pub fn all_properties(&self) -> Result<Vec<(&str, String)>, SecretError> {
        let properties = self.properties.iter().map(|(name, value)| Ok((canonical(name), value.clone())));
        let secrets = self.secrets.0.iter().map(|(name, path)| Ok((canonical(name), content(name, path)?)));
        properties.chain(secrets).collect()
    }

    /// Secrets that name no path.
    pub(super) fn wrong_secrets(&self) -> Vec<Finding> {
        let wrong = self.secrets.0.iter().filter(|(_, path)| !is_path(path));
        wrong.filter_map(|(name, path)| content(name, path).err()).map(SecretError::finding).collect()
    }

    /// The secrets whose files cannot be read.
    pub fn missing_secrets(&self) -> Vec<Finding> {
        let wrong = self.secrets.0.iter().filter_map(|(name, path)| content(name, path).err());
        wrong
            .map(|error| {
                Finding::error(Code::Secret, &format!("kafka.secrets.{}", error.name), error.message, error.advice)
            })
            .collect()
    }
}

/// Whoever wrote the secret itself here by mistake must not find it in the logs: what is shown begins as a path does.
fn is_path(path: &Path) -> bool {
    [".", "..", "/"].iter().any(|start| path.starts_with(start))
}

/// What is in the file, without the line's end that editors and `echo` put there.
fn content(name: &str, path: &Path) -> Result<String, SecretError> {
    let wrong =
        |message: String, advice: &str| SecretError { name: name.to_owned(), message, advice: advice.to_owned() };
    if !is_path(path) {
        return Err(wrong(
            "is not a path that begins with / or ./".into(),
            "write that of a file that holds the value",
        ));
    }
    let shown = format!("names the file {}", path.display());
    let advice = "write the path of a file that holds the value and that this user may read";
    let text = std::fs::read_to_string(path).map_err(|error| wrong(format!("{shown}: {error}"), advice))?;
    let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() {
        return Err(wrong(format!("{shown}, which is empty"), "write the value into it"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kafka(path: &Path) -> Kafka {
        Kafka { secrets: [("sasl.password".to_owned(), path.to_owned())].into_iter().collect(), ..Kafka::default() }
    }

    #[test]
    fn a_secret_is_read_anew_each_time_and_loses_its_last_line_end_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let kafka = kafka(&path);
        for (written, read) in [("one\n", "one"), ("two\r\n", "two"), ("three", "three"), (" a\nb\n\n", " a\nb\n")] {
            std::fs::write(&path, written).unwrap();
            assert_eq!(kafka.all_properties().unwrap(), [("sasl.password", read.to_owned())]);
        }
        assert!(kafka.missing_secrets().is_empty());
    }

    #[test]
    fn a_file_that_is_missing_or_empty_is_told_and_what_is_no_path_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        assert!(kafka(&path).missing_secrets()[0].to_string().contains(path.to_str().unwrap()));
        std::fs::write(&path, "\n").unwrap();
        assert!(kafka(&path).all_properties().unwrap_err().to_string().contains("which is empty"));
        let told = kafka(Path::new("hunter2")).wrong_secrets()[0].to_string();
        assert!(told.contains("kafka.secrets.sasl.password is not a path") && !told.contains("hunter2"), "{told}");
    }
}
