//! The sample: what of an article is looked at, in windows; words of a language only.
//!
//! URLs, addresses, handles, tags and digits say nothing about the language and cost every engine dearly (research note,
//! robustness). Text that shouts is lower-cased, decomposed accents are composed, Latin look-alikes inside Cyrillic words
//! are folded, since the model has seen none of these.

use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::script::{Counts, Script};
use super::word::{Word, fold, tag_end};

/// How many bytes a sample takes.
#[derive(Debug)]
pub(super) struct Size {
    title: usize,
    /// The first window, with the title.
    first: usize,
    /// The windows at the middle and near the end.
    later: usize,
}

/// What is enough for most articles, and what for nearly all.
pub(super) const BRIEF: Size = Size { title: 64, first: 128, later: 64 };
pub(super) const USUAL: Size = Size { title: 320, first: 512, later: 256 };
/// A text that is shorter has one window.
pub(super) const WHOLE: usize = USUAL.first + 2 * USUAL.later;
/// Windows of a wide sample: 2 KB together, and more gains nothing (measured). A short text has shorter ones, not fewer.
const WIDE: usize = 8;
const SHORT: usize = 192;
/// A text is shouted if so many per cent of its cased letters are capitals.
const SHOUTED: u32 = 60;
/// How far the start of a window is moved to the start of a word.
const MOVED: usize = 40;

/// A stretch of the sample.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    bytes: Range<usize>,
    /// Letters by script.
    pub(super) scripts: Counts,
}

#[derive(Debug, Default)]
pub(super) struct Sample {
    text: String,
    other: String,
    windows: Vec<Window>,
    /// Bytes of the article that were gone over.
    pub(super) passed: usize,
    /// Of the piece that is being added.
    scripts: Counts,
    upper: u32,
    lower: u32,
    plain: bool,
}

impl Sample {
    /// Takes the sample of an article in place of the last one's: the title with the start, the middle, and near the end.
    pub(super) fn take(&mut self, title: &str, text: &str, size: &Size) {
        self.clear();
        let length = if text.len() <= WHOLE { WHOLE } else { size.first };
        self.open();
        self.add(title, size.title);
        let titled = self.text.len();
        self.add(text, length.saturating_sub(titled).max(size.later));
        self.close();
        if text.len() > WHOLE {
            for from in [text.len() / 2, text.len() - text.len() / 16 - size.later] {
                self.window(text, from, size.later);
            }
        }
    }

    /// Takes windows all over the text instead, for what the first ones left open.
    pub(super) fn take_wide(&mut self, title: &str, text: &str) {
        self.clear();
        self.open();
        self.add(title, USUAL.title);
        self.close();
        let windows = (text.len() / SHORT).clamp(1, WIDE);
        let step = text.len() / windows;
        for number in 0..windows {
            self.window(text, step * number, (step + SHORT / 4).min(USUAL.later));
        }
    }

    pub(super) fn windows(&self) -> impl Iterator<Item = (&str, &Window)> {
        self.windows.iter().map(|window| (self.text.get(window.bytes.clone()).unwrap_or_default(), window))
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn clear(&mut self) {
        self.text.clear();
        self.windows.clear();
        self.passed = 0;
    }

    fn window(&mut self, text: &str, from: usize, most: usize) {
        self.open();
        self.add(starting(text, from), most);
        self.close();
    }

    fn open(&mut self) {
        let at = self.text.len();
        self.windows.push(Window { bytes: at..at, scripts: Counts::default() });
    }

    fn close(&mut self) {
        let end = self.text.len();
        if let Some(window) = self.windows.last_mut() {
            window.bytes.end = end;
            if window.scripts.letters() == 0 {
                self.windows.pop();
            }
        }
    }

    /// Adds words of a text until so many bytes are added. What is skipped counts a quarter: a page of links has an end, and
    /// so has white space, of which a byte before each word is free.
    fn add(&mut self, text: &str, most: usize) {
        let from = self.text.len();
        (self.upper, self.lower, self.plain) = (0, 0, true);
        self.scripts = Counts::default();
        let (mut rest, mut left) = (text, most * 4);
        while left > 3 {
            let white = rest.bytes().take(left).take_while(u8::is_ascii_whitespace).count();
            rest = rest.get(white..).unwrap_or_default();
            left -= white.saturating_sub(1);
            if rest.is_empty() || left <= 3 {
                break;
            }
            if let Some(end) = tag_end(rest) {
                rest = rest.get(end..).unwrap_or_default();
                left = left.saturating_sub(end);
                continue;
            }
            let (word, after) = Word::first(rest, left / 4);
            rest = after;
            let before = self.text.len();
            self.add_word(&word);
            left = left.saturating_sub(word.text.len() + (self.text.len() - before) * 3);
        }
        self.passed += text.len() - rest.len();
        self.finish(from);
    }

    fn add_word(&mut self, word: &Word<'_>) {
        if word.is_address() {
            return;
        }
        if word.is_ascii() {
            self.add_ascii(word);
        } else {
            let foreign = word.looks_alike();
            for character in word.text.chars() {
                self.add_character(if foreign { fold(character) } else { character });
            }
        }
        self.text.push(' ');
    }

    fn add_ascii(&mut self, word: &Word<'_>) {
        self.upper += word.upper;
        self.lower += word.lower;
        self.scripts.add_latin(word.upper + word.lower);
        if word.has_digits() {
            self.text.extend(word.text.chars().filter(|character| !character.is_ascii_digit()));
        } else {
            self.text.push_str(word.text);
        }
    }

    fn add_character(&mut self, character: char) {
        let script = Script::of(character);
        self.plain &= is_composed(character);
        if let Some(script) = script {
            self.scripts.add(script);
            if script.is_cased() {
                self.upper += u32::from(character.is_uppercase());
                self.lower += u32::from(character.is_lowercase());
            }
        } else if character.is_numeric() {
            return;
        }
        self.text.push(if character.is_whitespace() { ' ' } else { character });
    }

    /// Lower-cases and composes what was added since.
    fn finish(&mut self, from: usize) {
        if let Some(window) = self.windows.last_mut() {
            window.scripts.add_all(&self.scripts);
        }
        let added = self.text.get(from..).unwrap_or_default();
        let shouted = self.upper * 100 > (self.upper + self.lower) * SHOUTED;
        let composed = self.plain || is_nfc_quick(added.chars()) == IsNormalized::Yes;
        if shouted || !composed {
            self.other.clear();
            if shouted {
                self.other.extend(added.chars().flat_map(char::to_lowercase).nfc());
            } else {
                self.other.extend(added.nfc());
            }
            self.text.truncate(from);
            self.text.push_str(&self.other);
        }
        self.text.push('\n');
    }
}

/// Whether a letter is surely composed, and no part of another.
fn is_composed(character: char) -> bool {
    matches!(character, '\0'..='\u{2ff}' | 'Ѐ'..='\u{482}' | '\u{48a}'..='\u{52f}' | 'ぁ'..='ゖ' | '一'..='\u{9fff}' | '가'..='힣')
}

/// A text from about a place on, from the next word.
fn starting(text: &str, from: usize) -> &str {
    let from = (from.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let rest = text.get(from..).unwrap_or_default();
    if from == 0 {
        return rest;
    }
    let ahead = rest.char_indices().take_while(|(at, _)| *at < MOVED);
    let word = ahead.clone().find(|(_, character)| character.is_whitespace()).map_or(0, |(at, _)| at);
    rest.get(word..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> String {
        let mut sample = Sample::default();
        sample.take("", text, &USUAL);
        sample.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_words_of_a_language_are_taken() {
        assert_eq!(sample("See https://example.org/a @ana #storm a.b@example.org in 2024 <b>now</b>"), "See in now");
        assert_eq!(sample("STORM HITS COAST"), "storm hits coast");
        assert_eq!(sample("cafe\u{301}"), "café");
        assert_eq!(sample("CAFE\u{301} NOIR"), "café noir");
        assert_eq!(sample("прeзидент"), "президент");
        assert_eq!(sample("3 < 4 and a<b"), "< and a<b");
    }

    #[test]
    fn a_long_text_is_sampled_at_its_start_middle_and_near_its_end() {
        let text = format!(
            "{}{}{}{}",
            "start ".repeat(2_000),
            "centre ".repeat(2_000),
            "end ".repeat(6_000),
            "foot ".repeat(20)
        );
        let taken = sample(&text);
        let has = |word| taken.contains(word);
        assert!(taken.len() < 1_100 && has("start") && has("centre") && has("end") && !has("foot"), "{}", taken.len());
        assert!(sample(&"x".repeat(10_000_000)).len() < 1_100);
    }

    #[test]
    fn a_wide_sample_is_two_kilobytes_at_most() {
        let mut sample = Sample::default();
        sample.take_wide("the title", &"word ".repeat(100_000));
        assert_eq!(sample.windows().count(), WIDE + 1);
        assert!(sample.text().len() < 3_000);
    }
}
