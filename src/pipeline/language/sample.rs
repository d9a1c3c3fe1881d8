//! The sample: what of an article the model is shown. Title, start and middle; words of a language only.
//!
//! URLs, addresses, handles, tags and digits say nothing about the language and cost every engine dearly (research note,
//! robustness). Text that shouts is lower-cased, decomposed accents are composed, Latin look-alikes inside Cyrillic words
//! are folded, since the model has seen none of these.

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::script::{Counts, Script};

/// Bytes of the sample from the start of the text, and from its middle. More than 2 KB together gains nothing (measured).
const START: usize = 1_200;
const MIDDLE: usize = 600;
/// Bytes of the title.
const TITLE: usize = 400;
/// A text is shouted if so many per cent of its cased letters are capitals.
const SHOUTED: u32 = 60;
/// Longest markup tag that is skipped.
const LONGEST_TAG: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Sample {
    text: String,
    other: String,
    scripts: Counts,
}

impl Sample {
    /// Takes the sample of an article in place of the last one's.
    pub(super) fn take(&mut self, title: &str, text: &str) {
        self.text.clear();
        self.add(title, TITLE);
        self.add(text, START);
        if let Some(middle) = middle(text) {
            self.add(middle, MIDDLE);
        }
        self.lower_shouting();
        self.compose();
        self.scripts = Counts::default();
        for script in self.text.chars().filter_map(Script::of) {
            self.scripts.add(script);
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn scripts(&self) -> &Counts {
        &self.scripts
    }

    /// Adds words of a text until so many bytes are added. What is skipped counts a quarter: a page of links has an end.
    fn add(&mut self, text: &str, most: usize) {
        let (mut rest, mut left) = (text, most * 4);
        while left > 3 && !rest.is_empty() {
            rest = rest.trim_start_matches(char::is_whitespace);
            if let Some(end) = tag_end(rest) {
                rest = rest.get(end..).unwrap_or_default();
                left = left.saturating_sub(end);
                continue;
            }
            let end = word_end(rest, left / 4);
            let word = rest.get(..end).unwrap_or_default();
            rest = rest.get(end..).unwrap_or_default();
            if word.is_empty() {
                return;
            }
            let before = self.text.len();
            self.add_word(word);
            left = left.saturating_sub(word.len() + (self.text.len() - before) * 3);
        }
        self.text.push('\n');
    }

    fn add_word(&mut self, word: &str) {
        if is_address(word) {
            return;
        }
        let foreign = looks_alike(word);
        let kept = word.chars().filter(|character| !character.is_numeric());
        self.text.extend(kept.map(|character| if foreign { fold(character) } else { character }));
        self.text.push(' ');
    }

    fn lower_shouting(&mut self) {
        let (mut upper, mut lower) = (0_u32, 0_u32);
        for character in self.text.chars() {
            upper += u32::from(character.is_uppercase());
            lower += u32::from(character.is_lowercase());
        }
        if upper * 100 > (upper + lower) * SHOUTED {
            self.other.clear();
            self.other.extend(self.text.chars().flat_map(char::to_lowercase));
            std::mem::swap(&mut self.text, &mut self.other);
        }
    }

    fn compose(&mut self) {
        if !self.text.is_ascii() && is_nfc_quick(self.text.chars()) != IsNormalized::Yes {
            self.other.clear();
            self.other.extend(self.text.nfc());
            std::mem::swap(&mut self.text, &mut self.other);
        }
    }
}

/// The middle of a text that is much longer than what is taken from its start.
fn middle(text: &str) -> Option<&str> {
    let from = (text.len() / 2).max(START * 2);
    let from = (from..text.len()).find(|at| text.is_char_boundary(*at))?;
    let from = from + text.get(from..)?.find(char::is_whitespace).unwrap_or(0);
    text.get(from..)
}

/// Where a markup tag at the start of a text ends.
fn tag_end(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let named = inside.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/' || first == '!');
    let end = inside.bytes().take(LONGEST_TAG).position(|byte| byte == b'>')?;
    named.then_some(end + 2)
}

/// Where the first word of a text ends: at white space, before a tag, or after so many bytes.
fn word_end(text: &str, most: usize) -> usize {
    let mut end = 0;
    for (at, character) in text.char_indices() {
        if at > most.max(4)
            || character.is_whitespace()
            || (at > 0 && character == '<' && tag_end(text.get(at..).unwrap_or_default()).is_some())
        {
            return at;
        }
        end = at + character.len_utf8();
    }
    end
}

/// URLs, e-mail addresses, handles, tags, character references.
fn is_address(word: &str) -> bool {
    let is_reference = word.starts_with('&') && word.contains(';') && word.len() <= 10;
    word.starts_with(['@', '#'])
        || word.contains("://")
        || word.starts_with("www.")
        || word.contains('@')
        || is_reference
}

/// Whether a word mixes Cyrillic and Latin letters: a publisher's keyboard did, no language does.
fn looks_alike(word: &str) -> bool {
    let (mut cyrillic, mut latin) = (false, false);
    for script in word.chars().filter_map(Script::of) {
        cyrillic |= script == Script::Cyrillic;
        latin |= script == Script::Latin;
    }
    cyrillic && latin
}

fn fold(character: char) -> char {
    const LATIN: &str = "aceijopxyABCEHIJKMOPTX";
    const CYRILLIC: &str = "асеіјорхуАВСЕНІЈКМОРТХ";
    let found = LATIN.chars().zip(CYRILLIC.chars()).find(|(latin, _)| *latin == character);
    found.map_or(character, |(_, cyrillic)| cyrillic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> String {
        let mut sample = Sample::default();
        sample.take("", text);
        sample.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_words_of_a_language_are_taken() {
        assert_eq!(sample("See https://example.org/a @ana #storm a.b@example.org in 2024 <b>now</b>"), "See in now");
        assert_eq!(sample("STORM HITS COAST"), "storm hits coast");
        assert_eq!(sample("cafe\u{301}"), "café");
        assert_eq!(sample("прeзидент"), "президент");
        assert_eq!(sample("3 < 4 and a<b"), "< and a<b");
    }

    #[test]
    fn a_long_text_is_sampled_at_its_start_and_middle() {
        let text = format!("{}{}{}", "start ".repeat(2_000), "centre ".repeat(2_000), "end ".repeat(6_000));
        let taken = sample(&text);
        assert!(
            taken.len() < 2_100 && taken.contains("start") && taken.contains("centre") && !taken.contains("end "),
            "{}",
            taken.len()
        );
        assert!(sample(&"x".repeat(10_000_000)).len() < 2_100);
    }
}
