//! Names of stories: when and where in the log a story began. Older stories have smaller names, as numbers and as text.

use std::fmt;

/// A story's name: 48 bits of milliseconds, 48 bits of log offset. Unique even after the log is made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryId([u8; 12]);

impl StoryId {
    /// A story that begins with the record at this offset.
    pub fn minted(clock_ms: i64, offset: u64) -> Self {
        let (clock, offset) = (clock_ms.max(0).cast_unsigned().to_be_bytes(), offset.to_be_bytes());
        let ([_, _, clock @ ..], [_, _, offset @ ..]) = (clock, offset);
        let mut bytes = [0; 12];
        bytes.iter_mut().zip(clock.into_iter().chain(offset)).for_each(|(byte, value)| *byte = value);
        Self(bytes)
    }
}

impl StoryId {
    pub(super) const fn bytes(self) -> [u8; 12] {
        self.0
    }

    pub(super) const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for StoryId {
    /// 20 characters of base32 (RFC 4648's extended alphabet, which sorts as the bytes do), lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::BASE32HEX_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_age_as_numbers_and_as_text() {
        let ids = [(0, 0), (0, 1), (0, 300), (5, 2), (1_700_000_000_000, 9), (1_700_000_000_001, 0)];
        let ids: Vec<StoryId> = ids.into_iter().map(|(clock, offset)| StoryId::minted(clock, offset)).collect();
        assert!(ids.is_sorted());
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        assert!(texts.is_sorted() && texts.iter().all(|text| text.len() == 20), "{texts:?}");
    }
}
