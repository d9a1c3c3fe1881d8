//! Made-up wire copy: about 4 KB an article, a dozen languages, one in ten a re-run. Seeded: number n is always the same.
//!
//! Sentences come from the bundled articles, and half of the words of each are replaced by others of their language and
//! kind, so that words are as frequent and as long as they are in news while no two articles share more than chance has it.

use std::collections::BTreeMap;

use copydesk::pipeline::language::Detector;
use serde_json::{Value, json};

use crate::kafka::articles::Dice;

/// Kinds of words that may stand for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Number,
    Name,
    Word,
    /// Punctuation and what else is neither: it stays.
    Mark,
}

/// What articles of one language are made of.
struct Language {
    code: String,
    sentences: Vec<Vec<(String, Kind)>>,
    words: BTreeMap<Kind, Vec<String>>,
    /// Whether words stand apart.
    spaced: bool,
}

/// A newsroom that never runs out.
pub struct Wire {
    languages: Vec<Language>,
}

/// Texts of the bundled articles that are long enough to tell their language.
fn bundled() -> Vec<String> {
    let lines = include_str!("../../src/demo/articles.jsonl").lines();
    let values = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()?.get_mut("value").map(Value::take));
    let text = |value: Value| {
        ["text", "articleBody", "body"].iter().find_map(|name| Some(value.get(*name)?.as_str()?.to_owned()))
    };
    values.filter_map(text).filter(|text| text.len() > 600 && !text.contains('<')).collect()
}

fn kind(word: &str) -> Kind {
    match word.chars().next() {
        Some(first) if first.is_numeric() => Kind::Number,
        Some(first) if first.is_uppercase() => Kind::Name,
        Some(first) if first.is_alphabetic() => Kind::Word,
        _ => Kind::Mark,
    }
}

impl Wire {
    pub fn new() -> Self {
        let detector = Detector::builtin().unwrap();
        let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for text in bundled() {
            texts.entry(detector.detect("", &text).code.to_owned()).or_default().push(text);
        }
        Self { languages: texts.into_iter().map(|(code, texts)| Language::new(code, &texts)).collect() }
    }

    /// English is half of it, as in most archives; the others share the rest.
    fn language(&self, dice: &mut Dice) -> &Language {
        let english = self.languages.iter().find(|language| language.code == "en").unwrap();
        if dice.roll(2) == 0 { english } else { &self.languages[dice.roll(self.languages.len())] }
    }

    /// A story of its own: its language, title and text.
    fn story(&self, number: u64) -> (&str, String, String) {
        let mut dice = Dice::new(number + 1);
        let language = self.language(&mut dice);
        let (length, mut text) = (1_000 + dice.roll(5_200), String::new());
        let title: String = language.sentence(&mut dice).chars().take(90).collect();
        while text.len() < length {
            for _ in 0..2 + dice.roll(3) {
                text.push_str(&language.sentence(&mut dice));
                text.push_str(if language.spaced { " " } else { "" });
            }
            text.push_str("\n\n");
        }
        (&language.code, title, text)
    }

    /// The record of a number. Of a hundred, four repeat an earlier text, four its first half, two are versions of it.
    pub fn article(&self, number: u64) -> Vec<u8> {
        let mut dice = Dice::new(!number);
        let earlier = number.saturating_sub(1 + dice.roll(2_000) as u64);
        let (of, id) = match dice.roll(100) {
            0..=7 => (earlier, number),
            8..=9 => (earlier, earlier),
            _ => (number, number),
        };
        let (language, title, mut text) = self.story(of);
        if of != number {
            match id == of {
                true => text.push_str(&self.story(number).2.chars().take(400).collect::<String>()),
                false if dice.roll(2) == 0 => text = text.chars().take(text.chars().count() / 2).collect(),
                false => {}
            }
        }
        let source = dice.roll(40);
        let (day, hour) = (1 + id / 1_000 % 28, id % 24);
        let mut article = json!({
            "id": format!("w-{id:09}"), "url": format!("https://site{source}.example/2026/{language}/{id}"),
            "source": {"name": format!("Site {source}"), "domain": format!("site{source}.example")},
            "title": title, "published_at": format!("2026-02-{day:02}T{hour:02}:00:00Z"),
            "authors": [format!("Reporter {}", dice.roll(300))], "section": "news", "tags": ["wire", language]
        });
        let body = match dice.roll(8) {
            0 => ("body_html", format!("<p>{}</p>", text.trim_end().replace("\n\n", "</p><p>"))),
            _ => ("text", text),
        };
        article[body.0] = body.1.into();
        if dice.roll(3) > 0 {
            article["language"] = language.into();
        }
        serde_json::to_vec(&article).unwrap()
    }
}

impl Language {
    fn new(code: String, texts: &[String]) -> Self {
        let spaced =
            texts.iter().flat_map(|text| text.chars()).filter(|character| *character == ' ').count() > texts.len() * 50;
        let mut language = Self { code, sentences: Vec::new(), words: BTreeMap::new(), spaced };
        for text in texts {
            let mut sentence = Vec::new();
            for word in words(text, spaced) {
                let kind = kind(&word);
                language.words.entry(kind).or_default().push(word.clone());
                let is_end = word.ends_with(['.', '?', '!', '。', '؟']);
                sentence.push((word, kind));
                if is_end {
                    language.sentences.push(std::mem::take(&mut sentence));
                }
            }
        }
        language.sentences.retain(|sentence| sentence.len() > 3);
        language
    }

    fn sentence(&self, dice: &mut Dice) -> String {
        let mut text = String::new();
        for (word, kind) in &self.sentences[dice.roll(self.sentences.len())] {
            let other = &self.words[kind];
            let is_kept = *kind == Kind::Mark || word.ends_with(['.', ',', '。', '、', ',']) || dice.roll(2) == 0;
            text.push_str(if is_kept { word } else { other[dice.roll(other.len())].trim_matches(['.', ',']) });
            text.push_str(if self.spaced { " " } else { "" });
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Words with the marks that follow them; of a script that does not set them apart, characters.
fn words(text: &str, spaced: bool) -> Vec<String> {
    match spaced {
        true => text.split_whitespace().map(ToOwned::to_owned).collect(),
        false => text.chars().filter(|character| !character.is_whitespace()).map(String::from).collect(),
    }
}

#[test]
fn made_up_copy_is_as_long_and_as_varied_as_news() {
    let wire = Wire::new();
    assert!(wire.languages.len() >= 10, "{} languages", wire.languages.len());
    let articles: Vec<Vec<u8>> = (0..400).map(|number| wire.article(number)).collect();
    assert_eq!(articles[7], wire.article(7));
    let mean = articles.iter().map(Vec::len).sum::<usize>() / articles.len();
    assert!((3_500..4_600).contains(&mean), "{mean} bytes an article");
    let distinct: std::collections::BTreeSet<&Vec<u8>> = articles.iter().collect();
    assert_eq!(distinct.len(), articles.len());
}
