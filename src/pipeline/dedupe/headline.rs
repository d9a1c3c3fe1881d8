//! What a headline says, in four bytes: one of 32 bits for every word (Bloom 1970, with one hash). Of two headlines the bits of
//! the shorter one are in the longer one if its words are, whatever order they stand in, and with the publisher's name behind.

use super::words::Word;

/// The words of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Headline(pub(super) u32);

/// Fewer bits are a section's name, or "Video".
const LEAST: u32 = 5;
/// More are a sentence of the text, and so many bits would have any other's among them.
const MOST: u32 = 16;

impl Headline {
    pub(super) fn of(title: &[Word]) -> Self {
        Self(title.iter().fold(0, |bits, word| bits | 1 << (word.hash >> 59)))
    }

    /// Whether two say the same: nine tenths of the shorter one's words are in the longer one.
    pub fn is_same(self, other: Self) -> bool {
        let (first, second, both) = (self.0.count_ones(), other.0.count_ones(), (self.0 & other.0).count_ones());
        let (shorter, longer) = (first.min(second), first.max(second));
        shorter >= LEAST && longer <= MOST && both * 10 >= shorter * 9
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::Words;
    use super::*;

    fn of(title: &str) -> Headline {
        let mut words = Words::default();
        words.read(title);
        Headline::of(words.all())
    }

    #[test]
    fn a_headline_is_the_same_with_the_publisher_behind_it_and_in_any_case() {
        let bare = of("Ministers agree on the river after a night of talks");
        assert!(bare.is_same(of("MINISTERS AGREE on the river after a night of talks | The Daily Example")));
        assert!(!bare.is_same(of("Ministers disagree about the river, talks end at night")));
        let others = (0..500).map(|n| of(&format!("{n} tell{n} what{n} grew{n} in{n} the north{n} this{n} year{n}")));
        assert!(others.filter(|other| bare.is_same(*other)).count() == 0);
    }

    #[test]
    fn what_says_too_little_or_too_much_is_no_headline() {
        assert!(!of("Latest news").is_same(of("Latest news")) && !of("").is_same(of("")));
        let long: String = (0..300).map(|n| format!("word{n} ")).collect();
        assert!(!of(&long).is_same(of("Ministers agree on the river after a night of talks")));
    }
}
