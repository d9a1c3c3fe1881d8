//! Where a record stands in its topic, as people write it: `3:812`.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Partition and offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// Partition.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once(':').and_then(|(partition, offset)| {
            let place = Self { partition: partition.parse().ok()?, offset: offset.parse().ok()? };
            (place.partition >= 0 && place.offset >= 0).then_some(place)
        });
        parsed.ok_or_else(|| format!("`{text}` is no place in a topic: write partition:offset, such as 3:812"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.partition, self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_it_is_read() {
        assert_eq!("3:812".parse::<Place>().unwrap().to_string(), "3:812");
        for text in ["", "3", "3:", ":1", "a:b", "-1:2", "1:-2", "articles.raw:3:812"] {
            assert!(text.parse::<Place>().unwrap_err().contains("partition:offset"), "{text}");
        }
    }
}
