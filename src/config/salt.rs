//! `dedupe.salt`: not shown, in whatever way the configuration is written out.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::properties::MASK;

/// A text that nobody else is to know.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Salt(String);

impl Salt {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was taken from where it is not shown.
    pub(super) fn is_masked(&self) -> bool {
        self.0 == MASK
    }

    const fn shown(&self) -> &str {
        if self.0.is_empty() { "" } else { MASK }
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Loaded, read};

    #[test]
    fn it_is_read_and_not_shown() {
        let loaded = |salt: &str| -> Loaded { read(None, &[format!("dedupe.salt={salt}")]) };
        let ours = loaded("quite long and at random");
        assert_eq!(ours.config.dedupe.salt.as_str(), "quite long and at random");
        let shown = format!("{} {:?} {}", ours.as_yaml(), ours.config.dedupe, ours.as_json());
        assert!(shown.contains("***") && !shown.contains("quite long"), "{shown}");
        let masked = loaded("\"***\"").into_config().unwrap_err().to_string();
        assert!(masked.contains("dedupe.salt") && masked.contains("is masked"), "{masked}");
    }
}
