//! Values as people write them: periods (`500ms`, `7d`), sizes (`16MiB`), `all` or a list.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{EntityModel, EntityTypes};

/// A length of time, written as a number and `ms`, `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(Duration);

impl Period {
    /// So many milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// So many days of 24 hours.
    pub const fn from_days(days: u64) -> Self {
        Self(Duration::from_secs(days * 86_400))
    }

    /// The same as a [`Duration`].
    pub const fn get(self) -> Duration {
        self.0
    }

    /// Whole milliseconds; saturates after 292 million years.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }
}

/// Most milliseconds a period may have: a hundred years.
const LONGEST: u64 = 100 * 365 * 86_400_000;

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is not a length of time: write a number and ms, s, m, h or d, such as 500ms or 7d");
        let (number, unit) = split(text);
        let scale = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        let number: u64 = number.parse().map_err(|_| wrong())?;
        match number.checked_mul(scale) {
            Some(millis) if millis <= LONGEST => Ok(Self::from_millis(millis)),
            _ => Err(format!("`{text}` is longer than a hundred years")),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let fits = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
        match fits.into_iter().find(|(scale, _)| millis > 0 && millis.is_multiple_of(*scale)) {
            Some((scale, unit)) => write!(f, "{}{unit}", millis / scale),
            None => write!(f, "{millis}ms"),
        }
    }
}

/// A size in bytes, written as a number, or a number and `kB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(usize);

impl Bytes {
    /// So many mebibytes.
    pub const fn mib(mebibytes: usize) -> Self {
        Self(mebibytes << 20)
    }

    /// The number of bytes.
    pub const fn get(self) -> usize {
        self.0
    }
}

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("`{text}` is not a size: write bytes, or a number and kB, MB, GB, KiB, MiB or GiB, such as 16MiB")
        };
        let (number, unit) = split(text);
        let scale = match unit {
            "" | "B" => 1,
            "kB" | "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return Err(wrong()),
        };
        let number: usize = number.parse().map_err(|_| wrong())?;
        number.checked_mul(scale).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = [(1_usize << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        match fits.into_iter().find(|(scale, _)| self.0 > 0 && self.0.is_multiple_of(*scale)) {
            Some((scale, unit)) => write!(f, "{}{unit}", self.0 / scale),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Number and unit, with or without a space between.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim_start())
}

/// Where to listen: an address and a port, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listen {
    /// Nowhere.
    Off,
    /// At this address and port.
    At(SocketAddr),
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            text => text.parse().map(Self::At).map_err(|_| {
                format!("`{text}` is no address and port: write one such as 127.0.0.1:9464 or 0.0.0.0:9464, or off")
            }),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::At(address) => write!(f, "{address}"),
        }
    }
}

impl FromStr for EntityModel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_path = ["/", "./", "../"].iter().any(|start| text.starts_with(start));
        match text {
            "builtin" => Ok(Self::Builtin),
            text if is_path => Ok(Self::File(text.into())),
            text => Err(format!("`{text}` is no model: write builtin, or a path that begins with / or ./")),
        }
    }
}

impl fmt::Display for EntityModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => f.write_str("builtin"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

macro_rules! as_text {
    ($type:ty, $name:literal, $what:literal, $schema:tt) => {
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct AsText;
                impl de::Visitor<'_> for AsText {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($what)
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                    fn visit_u64<E: de::Error>(self, number: u64) -> Result<$type, E> {
                        number.to_string().parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_any(AsText)
            }
        }
    };
}
as_text!(Period, "Period", "a length of time such as 500ms or 7d", {
    "type": "string",
    "pattern": "^ *[0-9]+ *(ms|s|m|min|h|d) *$",
    "description": "A length of time: a number and ms, s, m, h or d."
});
as_text!(Bytes, "Bytes", "a size such as 16MiB", {
    "type": ["string", "integer"],
    "pattern": "^ *[0-9]+ *(B|kB|KB|MB|GB|KiB|MiB|GiB)? *$",
    "minimum": 0,
    "description": "A size: bytes, or a number and kB, MB, GB, KiB, MiB or GiB."
});
as_text!(Listen, "Listen", "an address and port such as 127.0.0.1:9464, or off", {
    "type": "string",
    "pattern": "^(off|[0-9.]+:[0-9]+|\\[[0-9a-fA-F:.]+\\]:[0-9]+)$"
});

as_text!(EntityModel, "EntityModel", "builtin, or a path that begins with / or ./", {
    "type": "string",
    "pattern": "^(builtin$|/|\\./|\\.\\./)"
});

impl JsonSchema for EntityTypes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EntityTypes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<super::EntityType>();
        json_schema!({"anyOf": [{"const": "all"}, {"type": "array", "items": one}]})
    }
}

impl Serialize for EntityTypes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Only(types) => types.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for EntityTypes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AllOrList;
        impl<'de> de::Visitor<'de> for AllOrList {
            type Value = EntityTypes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`all` or a list of person, organisation, location")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<EntityTypes, E> {
                match text {
                    "all" => Ok(EntityTypes::All),
                    other => Err(E::custom(format!("`{other}`: write `all`, or a list such as [{other}]"))),
                }
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<EntityTypes, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(EntityTypes::Only)
            }
        }
        deserializer.deserialize_any(AllOrList)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_and_sizes_round_trip() {
        for text in ["500ms", "7d", "90s", "36h", "5m", "0ms"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in ["16MiB", "1000", "3GiB", "10KiB", "0"] {
            assert_eq!(text.parse::<Bytes>().unwrap().to_string(), text);
        }
        for text in ["off", "127.0.0.1:9464", "[::]:0"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        assert_eq!("2 MB".parse::<Bytes>().unwrap().get(), 2_000_000);
    }

    #[test]
    fn what_is_not_one_says_what_to_write() {
        for text in ["", "7", "7 weeks", "-1s", "1.5s", "99999999999d"] {
            text.parse::<Period>().unwrap_err();
        }
        for text in ["", "9464", "localhost:9464", "127.0.0.1", "127.0.0.1:99999"] {
            assert!(text.parse::<Listen>().unwrap_err().contains("0.0.0.0:9464"), "{text}");
        }
        assert!("16 megs".parse::<Bytes>().unwrap_err().contains("16MiB"));
    }
}
