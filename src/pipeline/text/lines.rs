//! Matching a line against all phrases at once: by hash, never by trying one after another.
//!
//! A line is brought into the phrases' form (lower case, words and colons parted by single spaces, a CJK character
//! being a word, every number `0`), then looked up whole, by its first word, and, for the few phrases that may
//! stand anywhere, by each of its words. The [sieve](super::sieve) keeps nearly all prose away from here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::boilerplate::Rule;
use super::phrases;
use super::sieve::Sieve;
use crate::pipeline::letters::{Letter, lower};

/// Lines longer than this, in bytes, are prose.
const MAX_LINE: usize = 320;

/// Words that may follow an opening phrase (`phrase…`), and that a line with two phrases (`one…other`) may have.
const OPENING_WORDS: usize = 14;
const PAIR_WORDS: usize = 30;

/// The form in which lines are compared; a buffer that is used again for every line of a text.
#[derive(Default)]
pub(super) struct Reading {
    form: String,
    /// Something was dropped, so that a new word begins.
    gap: bool,
}

impl Reading {
    /// Reads a line.
    fn read(&mut self, line: &str) {
        self.form.clear();
        self.form.reserve(line.len());
        self.gap = false;
        let mut number = false;
        for c in line.chars() {
            let digit = c.is_ascii_digit();
            if digit && number {
                continue;
            }
            number = digit;
            match c {
                'a'..='z' | '_' => self.push(c),
                'A'..='Z' => self.push(c.to_ascii_lowercase()),
                _ if digit => self.push('0'),
                '\'' | '’' | 'ʼ' => {}
                ':' | '©' => self.push_word(c),
                _ if c.is_ascii() => self.gap = true,
                _ if is_cjk(c) => self.push_word(c),
                _ if Letter::of(c).is_alphanumeric() || is_mark(c) => self.push_letter(c),
                _ => self.gap = true,
            }
        }
        // a colon at the end ("Advertisement:") says nothing
        while self.form.ends_with([':', ' ']) {
            self.form.pop();
        }
    }

    fn push(&mut self, c: char) {
        if std::mem::take(&mut self.gap) {
            self.part();
        }
        self.form.push(c);
    }

    /// A letter that is not ASCII.
    fn push_letter(&mut self, c: char) {
        if std::mem::take(&mut self.gap) {
            self.part();
        }
        match c {
            // Turkish: a capital does not tell its two letters i apart once it is lowered as English is
            'ı' => self.form.push('i'),
            _ if !Letter::of(c).changes() && c != '\u{307}' => self.form.push(c),
            _ => self.form.extend(lower(c).filter(|c| *c != '\u{307}')),
        }
    }

    /// A sign that is a word by itself.
    fn push_word(&mut self, c: char) {
        self.part();
        self.form.push(c);
        self.gap = true;
    }

    fn part(&mut self) {
        if !self.form.is_empty() && !self.form.ends_with(' ') {
            self.form.push(' ');
        }
    }

    /// Whether the line read last is the heading of a comment form.
    pub(super) fn is_form_heading(&self) -> bool {
        Phrases::get().headings.contains(self.form.as_str())
    }
}

/// Characters that are words by themselves, because their scripts put no spaces between words.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// Vowel signs and accents that Unicode does not count as letters.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{900}'..='\u{DFF}')
}

/// A phrase that begins a line.
struct Opening {
    rule: Rule,
    phrase: String,
    /// What has to come later, if anything.
    then: Option<String>,
}

/// The compiled table.
pub(super) struct Phrases {
    whole: HashMap<String, Rule>,
    /// By first word.
    openings: HashMap<String, Vec<Opening>>,
    /// By longest word.
    anywhere: HashMap<String, Vec<(Rule, String)>>,
    headings: HashSet<String>,
    sieve: Sieve,
}

impl Phrases {
    /// The table, compiled on first use.
    pub(super) fn get() -> &'static Self {
        static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::compile);
        &PHRASES
    }

    fn compile() -> Self {
        let mut table = Self {
            whole: HashMap::new(),
            openings: HashMap::new(),
            anywhere: HashMap::new(),
            headings: phrases::FORM_HEADINGS.iter().map(|heading| form(heading)).collect(),
            sieve: Sieve::new(),
        };
        for (rule, notation) in phrases::all() {
            table.add(rule, notation);
        }
        table
    }

    fn add(&mut self, rule: Rule, notation: &str) {
        let parts: Vec<String> = notation.split('…').map(form).collect();
        match parts.as_slice() {
            [whole] => {
                self.sieve.add_whole(whole);
                self.whole.insert(whole.trim_end_matches([' ', ':']).to_owned(), rule);
            }
            [empty, phrase, ..] if empty.is_empty() => {
                let anchor = phrase.split(' ').max_by_key(|word| word.len()).unwrap_or_default();
                self.sieve.add_anchor(anchor);
                self.anywhere.entry(anchor.to_owned()).or_default().push((rule, phrase.clone()));
            }
            [phrase, then, ..] => {
                let first = phrase.split(' ').next().unwrap_or_default();
                self.sieve.add_opening(phrase);
                let then = Some(then.clone()).filter(|then| !then.is_empty());
                let opening = Opening { rule, phrase: phrase.clone(), then };
                self.openings.entry(first.to_owned()).or_default().push(opening);
            }
            [] => {}
        }
    }

    /// Why a line should go, if it should.
    pub(super) fn verdict(&self, line: &str, reading: &mut Reading) -> Option<Rule> {
        if line.is_empty() || line.len() > MAX_LINE || !self.sieve.lets_through(line) {
            return None;
        }
        self.look_up(line, reading)
    }

    fn look_up(&self, line: &str, reading: &mut Reading) -> Option<Rule> {
        reading.read(line);
        let read = reading.form.as_str();
        let first = read.split(' ').next().unwrap_or_default();
        self.whole
            .get(read)
            .copied()
            .or_else(|| self.openings.get(first)?.iter().find(|opening| opening.fits(read)).map(|opening| opening.rule))
            .or_else(|| {
                read.split(' ')
                    .filter(|word| self.sieve.is_anchor(word.as_bytes()))
                    .find_map(|word| self.around(word, read))
            })
    }

    fn around(&self, word: &str, read: &str) -> Option<Rule> {
        self.anywhere.get(word)?.iter().find(|(_, phrase)| has_phrase(read, phrase)).map(|(rule, _)| *rule)
    }
}

impl Opening {
    fn fits(&self, read: &str) -> bool {
        let Some(rest) =
            read.strip_prefix(self.phrase.as_str()).filter(|rest| rest.is_empty() || rest.starts_with(' '))
        else {
            return false;
        };
        let words = rest.split(' ').count();
        match &self.then {
            Some(then) => words <= PAIR_WORDS && has_phrase(rest, then),
            None => words <= OPENING_WORDS + 1,
        }
    }
}

/// Whether a phrase stands in a line, as whole words.
fn has_phrase(line: &str, phrase: &str) -> bool {
    line.match_indices(phrase).any(|(at, _)| {
        let before = line.get(..at).is_some_and(|head| head.is_empty() || head.ends_with(' '));
        let behind = line.get(at + phrase.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        before && behind
    })
}

fn form(phrase: &str) -> String {
    let mut reading = Reading::default();
    reading.read(phrase);
    // a colon at the end of an opening is what tells "Read more: …" from a sentence, and has to stay
    if phrase.ends_with(':') {
        reading.form.push_str(" :");
    }
    reading.form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_finds_its_own_rule() {
        let table = Phrases::get();
        for (rule, notation) in phrases::all() {
            let line = notation.replace('…', " x ");
            for line in [line.clone(), line.to_uppercase(), format!("— {line}")].map(|line| line.trim().to_owned()) {
                let found = table.verdict(&line, &mut Reading::default());
                assert!(found.is_some(), "{rule:?} {notation:?}: {line:?}");
            }
        }
    }

    #[test]
    fn the_sieve_loses_nothing() {
        let table = Phrases::get();
        for (_, notation) in phrases::all() {
            let phrase = notation.trim_matches('…').replace('…', " x ");
            for line in [
                format!("Don't {phrase} again"),
                format!("\u{2014} “{phrase}”"),
                format!("{phrase}: more of it"),
                phrase,
            ] {
                let slow = table.look_up(&line, &mut Reading::default());
                assert_eq!(table.verdict(&line, &mut Reading::default()), slow, "{line:?}");
            }
        }
    }

    #[test]
    fn whole_phrases_are_short_enough_for_the_sieve() {
        assert!(Phrases::get().whole.keys().all(|phrase| phrase.len() * 2 <= super::super::sieve::MAX_WHOLE));
    }
}
