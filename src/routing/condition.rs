//! A condition as the configuration holds it: as it was written, and as it was understood.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::ConditionError;
use super::evaluate::Facts;
use super::field::Field;
use super::parse;
use super::tree::Node;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    written: String,
    pub(super) node: Node,
}

impl Condition {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether it holds of an article whose verdict is among the facts.
    pub fn holds(&self, facts: &dyn Facts) -> bool {
        self.node.holds(facts)
    }

    /// The first of its fields that is one of these.
    pub fn asks(&self, is_one: impl Fn(Field) -> bool) -> Option<&'static str> {
        let mut found = None;
        self.node.fields(&mut |field| {
            if found.is_none() && is_one(field) {
                found = field.known().map(|known| known.name);
            }
        });
        found
    }
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(written: &str) -> Result<Self, ConditionError> {
        Ok(Self { node: parse::parse(written)?, written: written.to_owned() })
    }
}

/// As it was understood: every condition has one form, with parentheses only where they matter.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
