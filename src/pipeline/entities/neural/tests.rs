//! What needs no ONNX Runtime: how text is cut for a model, and what its labels come to. `tests/it/neural.rs` has a model read.

use proptest::prelude::*;

use super::super::{Field, Kind, Tagger};
use super::batches::{Window, batches, windows};
use super::labels::{Label, ModelConfig};
use super::pieces::Piece;
use super::{decode, sentences};
use crate::pipeline::entities::label::Labelled;
use crate::pipeline::entities::lexicon::Lexicon;
use crate::pipeline::entities::page::Page;

fn page<'a>(tagger: &Tagger, text: &'a str) -> Page<'a, 'static> {
    Page::new(&tagger.gazetteer, &tagger.model.known, &mut Lexicon::default(), Field::Text, text)
}

fn piece(bytes: std::ops::Range<usize>, label: u16, likelihood: f32) -> Piece {
    let [start, end] = [bytes.start as u32, bytes.end as u32];
    Piece { id: 0, start, end, spaced: true, label, likelihood }
}

fn labels(id2label: &[&str]) -> Vec<Label> {
    let named: std::collections::BTreeMap<_, _> =
        id2label.iter().enumerate().map(|(id, label)| (id.to_string(), label)).collect();
    let config = serde_json::json!({ "id2label": named }).to_string();
    ModelConfig::read(config.as_bytes()).unwrap().labels().unwrap()
}

/// The names of a text whose words have these labels.
fn names(text: &str, scheme: &[&str], told: &[(&str, u16)]) -> Vec<(String, Kind)> {
    let tagger = Tagger::builtin().unwrap();
    let page = page(&tagger, text);
    let mut at = 0;
    let pieces: Vec<Piece> = told
        .iter()
        .map(|(word, label)| {
            let start = at + text[at..].find(word).unwrap();
            at = start + word.len();
            piece(start..at, *label, 0.5)
        })
        .collect();
    let words = |name: &Labelled| {
        let [first, last] = [page.tokens[name.first], page.tokens[name.end - 1]];
        (text[first.start as usize..last.end as usize].to_owned(), name.kind)
    };
    decode::names(&page, &pieces, &labels(scheme)).iter().map(words).collect()
}

const BIO: &[&str] = &["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC"];

#[test]
fn every_scheme_of_labels_means_the_same() {
    let text = "Zoë Marlow Quen met Halvard Systems in Orvik";
    let expected = [
        ("Zoë Marlow".to_owned(), Kind::Person),
        ("Quen".to_owned(), Kind::Person),
        ("Halvard Systems".to_owned(), Kind::Organisation),
        ("Orvik".to_owned(), Kind::Location),
    ];
    let words = ["Zoë", "Marlow", "Quen", "met", "Halvard", "Systems", "in", "Orvik"];
    let with = |labels: [u16; 8]| words.into_iter().zip(labels).collect::<Vec<_>>();
    assert_eq!(names(text, BIO, &with([1, 2, 1, 0, 3, 4, 0, 5])), expected);
    let bioes = ["O", "B-PERSON", "E-PERSON", "S-PERSON", "B-ORGANIZATION", "E-ORGANIZATION", "S-GPE"];
    assert_eq!(names(text, &bioes, &with([1, 2, 3, 0, 4, 5, 0, 6])), expected);
    let bilou = ["O", "B-PER", "L-PER", "U-PER", "B-ORG", "L-ORG", "U-LOC"];
    assert_eq!(names(text, &bilou, &with([1, 2, 3, 0, 4, 5, 0, 6])), expected);
    // Types alone cannot part two names that touch.
    let io = ["O", "PER", "ORG", "LOCATION"];
    assert_eq!(names(text, &io, &with([1, 1, 0, 0, 2, 2, 0, 3])), [&expected[..1], &expected[2..]].concat());
    // An I after nothing, and one of another type, begin names; MISC is none.
    assert_eq!(names("Zoë Systems Quen", BIO, &[("Zoë", 2), ("Systems", 4), ("Quen", 7)]).len(), 2);
}

#[test]
fn a_word_has_the_label_of_its_first_piece_and_signs_go() {
    assert_eq!(
        names("(Farnaby),", BIO, &[("(", 1), ("Farn", 2), ("aby", 5), (")", 2), (",", 2)]),
        [("Farnaby".into(), Kind::Person)]
    );
    // A piece may have several of our words.
    assert_eq!(
        names("东京北京", BIO, &[("东京", 5), ("北京", 5)]),
        [("东京".into(), Kind::Location), ("北京".into(), Kind::Location)]
    );
    assert_eq!(
        names("Halvard Co.", BIO, &[("Halvard", 3), ("Co", 4), (".", 4)]),
        [("Halvard Co.".into(), Kind::Organisation)]
    );
    assert_eq!(names("in Orvik.", BIO, &[("in", 0), ("Orvik", 5), (".", 6)]), [("Orvik".into(), Kind::Location)]);
    assert_eq!(names("Zoë\nMarlow", BIO, &[("Zoë", 1), ("Marlow", 2)]).len(), 2, "a name ends with its line");
}

#[test]
fn labels_that_are_of_no_use_are_refused_with_what_they_are() {
    let told =
        |config: &str| ModelConfig::read(config.as_bytes()).and_then(|config| config.labels()).unwrap_err().to_string();
    assert!(told("{}").contains("config.json has no id2label"));
    assert!(
        told(r#"{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}"#)
            .contains("none of PER, ORG and LOC, but LABEL_0, LABEL_1")
    );
    assert!(told(r#"{"id2label": {"0": "O", "2": "B-PER"}}"#).contains("has no label 1"));
    assert!(told("[").contains("config.json: "));
}

#[test]
fn roberta_counts_its_places_from_the_padding_on() {
    let longest = |config: &str| ModelConfig::read(config.as_bytes()).unwrap().longest();
    assert_eq!(longest(r#"{"model_type": "bert", "max_position_embeddings": 512}"#), Some(512));
    assert_eq!(
        longest(r#"{"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1}"#),
        Some(512)
    );
    assert_eq!(longest(r#"{"model_type": "deberta-v2"}"#), None);
}

#[test]
fn sentences_end_where_they_do() {
    let tagger = Tagger::builtin().unwrap();
    let cut = |text: &str| {
        let page = page(&tagger, text);
        sentences::of(&page).into_iter().map(|range| text[range].trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        cut("Mr. Quen left. \"It rained,\" he said! Then 3.5 more."),
        ["Mr. Quen left. \"", "It rained,\" he said!", "Then 3.5 more."]
    );
    assert_eq!(cut("One line\nanother"), ["One line", "another"]);
    assert_eq!(cut("下雨了。他走了。"), ["下雨了。", "他走了。"]);
    let long = "word ".repeat(1_000);
    assert!(cut(&long).len() > 4 && cut(&"x".repeat(50_000)).concat().len() == 1_024);
}

#[test]
fn sentences_are_read_that_may_have_names_or_open_with_a_small_letter() {
    let tagger = Tagger::builtin().unwrap();
    let kept = |text: &str, doubtful: &[&str]| {
        let page = page(&tagger, text);
        let token = |word: &&str| {
            let start = text.find(word).unwrap();
            let end = start + word.len();
            let at = |byte: usize| page.tokens.iter().position(|token| token.end as usize > byte).unwrap();
            at(start)..at(end - 1) + 1
        };
        let doubtful: Vec<_> = doubtful.iter().map(token).collect();
        let mut sentences = sentences::of(&page);
        sentences::keep(&page, &doubtful, &mut sentences);
        sentences.into_iter().map(|range| text[range].trim().to_owned()).collect::<Vec<_>>()
    };
    let text = "It rained. Zoë Marlow met 12 men. Nobody spoke. Quen did. Then it ended.";
    assert_eq!(kept(text, &["Zoë Marlow", "Quen"]), ["Zoë Marlow met 12 men.", "Quen did."]);
    assert_eq!(kept(text, &["rained. Zoë", "ended"]), ["It rained.", "Zoë Marlow met 12 men.", "Then it ended."]);
    assert!(kept(text, &[]).is_empty());
    assert_eq!(kept("下雨了。他走了。", &["他"]), ["他走了。"], "a sentence ends where the next begins");
    assert_eq!(kept("It rained.\n(12) it rained in orvik.\n12 Men.", &[]), ["(12) it rained in orvik."]);
}

proptest! {
    /// A sentence is read if and only if it has some of the tokens that may be names, or opens with a small letter.
    #[test]
    fn just_the_sentences_in_doubt_are_read(text in "([A-Z][a-z]{1,4}( [a-z]{1,4}){0,5}\\. ){0,12}", doubts in prop::collection::vec((0_usize..60, 1_usize..9), 0..6)) {
        let tagger = Tagger::builtin().unwrap();
        let page = page(&tagger, &text);
        let mut doubtful = Vec::<std::ops::Range<usize>>::new();
        for (gap, length) in doubts {
            let start = doubtful.last().map_or(0, |last| last.end) + gap;
            doubtful.push(start..start + length);
        }
        doubtful.retain(|range| range.end <= page.tokens.len());
        let mut kept = sentences::of(&page);
        let all = kept.clone();
        sentences::keep(&page, &doubtful, &mut kept);
        for sentence in all {
            let mut tokens = doubtful.iter().flat_map(Clone::clone).map(|at| page.tokens[at].start as usize);
            let in_doubt = tokens.any(|start| sentence.contains(&start));
            prop_assert_eq!(kept.contains(&sentence), in_doubt, "{:?} of {:?}", sentence, text);
        }
    }

    /// Sentences follow each other, end at borders of characters, and are never long.
    #[test]
    fn sentences_tile_the_text(text in "([A-Za-zé]{1,9}[ .!?,\n]{1,2}|👍🏽|北京。|ا ل|\u{301}|\r\n|x{300} ){0,60}") {
        let tagger = Tagger::builtin().unwrap();
        let page = page(&tagger, &text);
        let mut end = 0;
        for range in sentences::of(&page) {
            prop_assert!(range.start >= end && range.end > range.start && range.len() <= 1_024);
            prop_assert!(text.get(range.clone()).is_some());
            prop_assert!(text[end..range.start].trim().is_empty(), "nothing is left out");
            end = range.end;
        }
        prop_assert!(text[end..].trim().is_empty());
    }

    /// Each piece is in one window, windows are no longer than they may be and take what fits, and a sentence that fits is not cut.
    #[test]
    fn windows_hold_every_piece_once(sentences in prop::collection::vec(0_usize..70, 0..20), most in 1_usize..40) {
        let ends: Vec<usize> = sentences.iter().scan(0, |end, length| { *end += length; Some(*end) }).collect();
        let all = ends.last().copied().unwrap_or(0);
        let mut pieces = vec![piece(0..1, 0, 0.0); all];
        pieces.iter_mut().enumerate().for_each(|(at, piece)| piece.spaced = at % 3 == 0);
        let mut cut = Vec::new();
        windows(0, &pieces, &ends, most, &mut cut);
        let mut end = 0;
        for window in &cut {
            prop_assert!(window.pieces.start == end && !window.pieces.is_empty() && window.pieces.len() <= most);
            end = window.pieces.end;
        }
        prop_assert_eq!(end, all);
        for window in &cut {
            let after = ends.iter().find(|end| **end > window.pieces.end).filter(|_| ends.contains(&window.pieces.end));
            prop_assert!(after.is_none_or(|end| end - window.pieces.start > most), "the next sentence fits into {:?}", window);
        }
        let mut start = 0;
        for end in ends {
            if end - start <= most {
                prop_assert!(cut.iter().all(|window| window.pieces.end <= start || window.pieces.end >= end));
            }
            start = end;
        }
    }

    /// Each window is in one batch, and a batch is no larger than it may be, unless it is a single window; it has those that it can take
    /// with less filling than a run costs, and no others.
    #[test]
    fn batches_hold_every_window_once(lengths in prop::collection::vec(1_usize..50, 0..40), most in 60_usize..400) {
        let mut all: Vec<Window> = lengths.iter().enumerate().map(|(field, length)| Window { field, pieces: 0..*length }).collect();
        let mut seen = Vec::new();
        let mut last = None;
        for batch in batches(&mut all, 2, most) {
            let longest = batch.iter().map(|window| window.pieces.len() + 2).max().unwrap();
            prop_assert!(batch.len() * longest <= most || batch.len() == 1);
            for (at, pair) in batch.windows(2).enumerate() {
                let filled = (at + 1) * (pair[1].pieces.len() - pair[0].pieces.len());
                prop_assert!(filled <= 8, "a run is cheaper than to fill {filled} up");
            }
            let next = batch[0].pieces.len();
            if let Some((rows, longest)) = last {
                let full = (rows + 1) * (next + 2) > most;
                prop_assert!(full || rows * (next - longest) > 8, "{next} pieces fit into the batch before");
            }
            last = batch.last().map(|window| (batch.len(), window.pieces.len()));
            seen.extend(batch.iter().map(|window| window.field));
        }
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
    }
}
