//! `dead_letters`: when rejected records pause the input.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Period;
use super::finding::{Code, Finding};

/// `dead_letters`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeadLetters {
    /// When nearly every record is rejected, the input is paused instead of drained into the dead letters; `off` drains.
    pub flood: FloodGuard,
}

/// `dead_letters.flood`: `off`, or when it is a flood.
#[derive(Debug, Clone, PartialEq)]
pub enum FloodGuard {
    /// Nothing pauses the input, however many records are rejected.
    Off,
    /// A flood pauses the input.
    On(FloodRule),
}

/// When it is a flood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FloodRule {
    /// How many records are looked at, 10 to 100000: the last ones, and in a pause each time so many to see whether it goes on.
    #[schemars(range(min = 10, max = 100_000))]
    pub last: usize,
    /// The share of them, 0.05 to less than 1; more than that rejected is a flood.
    #[schemars(range(min = 0.05, max = 1.0))]
    pub share: f64,
    /// The longest wait in a pause until some records are tried again: a time, 100 ms to 1 hour. It begins with a second and
    /// doubles.
    pub probe: Period,
}

impl Default for FloodRule {
    fn default() -> Self {
        Self { last: 200, share: 0.9, probe: Period::from_millis(10_000) }
    }
}

impl Default for FloodGuard {
    fn default() -> Self {
        Self::On(FloodRule::default())
    }
}

/// Fewest and most records that are looked at: fewer say nothing, more take memory for nothing.
const LAST: std::ops::RangeInclusive<usize> = 10..=100_000;
/// Shortest and longest wait between probes.
const PROBE: std::ops::RangeInclusive<Period> = Period::from_millis(100)..=Period::from_millis(3_600_000);

impl DeadLetters {
    /// What is out of range.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let FloodGuard::On(FloodRule { last, share, probe }) = &self.flood else { return Vec::new() };
        let mut found = Vec::new();
        let mut wrong = |key: &str, value: String, advice: String| {
            let key = format!("dead_letters.flood.{key}");
            found.push(Finding::error(Code::OutOfRange, &key, format!("is {value}"), advice));
        };
        if !LAST.contains(last) {
            wrong("last", last.to_string(), format!("write {} to {}", LAST.start(), LAST.end()));
        }
        if !(0.05..1.0).contains(share) {
            let advice = "write a share from 0.05 to less than 1, or dead_letters.flood: off";
            wrong("share", share.to_string(), advice.to_owned());
        }
        if !PROBE.contains(probe) {
            wrong("probe", probe.to_string(), format!("write {} to {}", PROBE.start(), PROBE.end()));
        }
        found
    }
}

/// The rule's keys, or the word.
impl JsonSchema for FloodGuard {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FloodGuard".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = FloodRule::json_schema(generator);
        schema.insert("type".into(), serde_json::json!(["object", "string"]));
        schema.insert("pattern".into(), "^off$".into());
        schema
    }
}

impl Serialize for FloodGuard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::On(rule) => rule.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FloodGuard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OffOrRule;
        impl<'de> de::Visitor<'de> for OffOrRule {
            type Value = FloodGuard;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`off`, or keys such as {last: 200, share: 0.9}")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<FloodGuard, E> {
                match text {
                    "off" => Ok(FloodGuard::Off),
                    other => {
                        Err(E::custom(format!("`{other}`: write `off`, or keys such as {{last: 200, share: 0.9}}")))
                    }
                }
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<FloodGuard, A::Error> {
                FloodRule::deserialize(de::value::MapAccessDeserializer::new(map)).map(FloodGuard::On)
            }
        }
        deserializer.deserialize_any(OffOrRule)
    }
}
