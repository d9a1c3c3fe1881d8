//! Articles through the real stages, and the topics that they go to.

use std::collections::BTreeMap;

use super::super::{Analysis, Desk, Pipeline, desk};
use crate::config::{Config, load};
use crate::record::{Origin, Record, Route};

const GERMAN: &str = "Der Hafenrat hat am Dienstag beschlossen, den alten Anleger nach zwei stürmischen Wintern neu zu bauen, damit die \
    Insel wieder einen sicheren Landeplatz für die Boote hat, die jede Woche Brot, Briefe und den Arzt bringen.";
const ENGLISH: &str = "The harbour council voted on Tuesday to rebuild the old ferry pier after two winters of storms. Mr Peter Marsh of the \
    council said in Kyiv, the capital of Ukraine, that the island needs a safe landing for the boats that bring its bread and letters.";

fn config(sets: &[&str]) -> Config {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load(None, &sets).unwrap()
}

fn rules(rules: &[(&str, &str, bool)]) -> String {
    let rule = |(when, to, only): &(&str, &str, bool)| format!("{{when: '{when}', to: {to}, only: {only}}}");
    format!("output.routes=[{}]", rules.iter().map(rule).collect::<Vec<_>>().join(", "))
}

struct Flow {
    config: Config,
    pipeline: Pipeline,
    desk: Desk,
    offset: i64,
}

impl Flow {
    fn new(sets: &[&str]) -> Self {
        let config = config(sets);
        Self { pipeline: Pipeline::new(&config).unwrap(), desk: desk(&config), config, offset: 0 }
    }

    /// Names of the topics that an article goes to.
    fn topics(&mut self, article: serde_json::Value) -> Vec<String> {
        let origin = Origin { topic: "raw".into(), partition: 0, offset: self.offset, timestamp: None };
        self.offset += 1;
        let value = Some(article.to_string().into_bytes());
        let record = Record { origin, key: None, value, headers: Vec::new(), headers_omitted: 0 };
        let Analysis::Article(mut draft) = self.pipeline.analyse(&record) else { panic!("no article: {article}") };
        let verdict = draft.proposal.take().map(|proposal| self.desk.judge(proposal, 0));
        let routes = draft.routes(self.pipeline.router(), verdict.as_ref());
        self.names(routes.iter())
    }

    fn names(&self, routes: impl Iterator<Item = Route>) -> Vec<String> {
        let rules = self.config.route_topics();
        let name = |route| match route {
            Route::Enriched => "enriched",
            Route::Duplicates => "duplicates",
            Route::Rule(index) => rules[usize::from(index)],
            other => panic!("{other:?}"),
        };
        routes.map(|route| name(route).to_owned()).collect()
    }
}

fn article(id: &str, text: &str) -> serde_json::Value {
    serde_json::json!({"id": id, "source": {"name": "The Wire", "domain": "wire.example.org"}, "title": format!("Title {id}"), "text": text, "author": ["A. Writer", "B. Author"]})
}

#[test]
fn rules_add_topics_and_each_is_there_once() {
    let rules = rules(&[
        (r#"language = "de" and status in ["unique", "version"]"#, "de", false),
        (r#"title contains "Title""#, "all", false),
        (r#"source.domain = "wire.example.org""#, "all", false),
        (r#"entity.iso3166 = "UA""#, "articles.enriched", false),
    ]);
    let mut flow = Flow::new(&[&rules]);
    assert_eq!(flow.topics(article("a", GERMAN)), ["enriched", "de", "all"]);
    assert_eq!(flow.topics(article("b", GERMAN)), ["duplicates", "all"]);
    assert_eq!(flow.topics(article("c", ENGLISH)), ["enriched", "all"]);
    assert_eq!(flow.topics(article("d", ENGLISH)), ["duplicates", "enriched", "all"]);
}

#[test]
fn only_takes_the_usual_topics_away_and_a_second_rule_still_adds() {
    let rules = rules(&[
        (r#"entity(type = "location" and iso3166 = "UA")"#, "ua", true),
        (r#"language = "en""#, "en", false),
        (r#"topic = "duplicates""#, "again", true),
    ]);
    let mut flow = Flow::new(&[&rules]);
    assert_eq!(flow.topics(article("a", ENGLISH)), ["ua", "en"]);
    assert_eq!(flow.topics(article("b", GERMAN)), ["enriched"]);
    assert_eq!(flow.topics(article("c", GERMAN)), ["again"]);
    assert_eq!(flow.topics(article("d", ENGLISH)), ["ua", "en", "again"]);
}

#[test]
fn a_tombstone_goes_wherever_the_article_may_have_gone() {
    let rules = rules(&[(r#"language = "de""#, "de", true), (r#"language = "en""#, "articles.duplicates", true)]);
    let flow = Flow::new(&[&rules]);
    assert_eq!(flow.names(flow.pipeline.router().everywhere().iter()), ["duplicates", "enriched", "de"]);
}

#[test]
fn duplicates_are_split_or_stay_together_or_go_nowhere_at_all() {
    let rules = rules(&[(r#"language = "de""#, "de", false)]);
    for (how, second) in [("split", &["duplicates", "de"][..]), ("together", &["enriched", "de"]), ("drop", &[])] {
        let mut flow = Flow::new(&[&rules, &format!("output.duplicates={how}")]);
        assert_eq!(flow.topics(article("a", GERMAN)), ["enriched", "de"], "{how}");
        assert_eq!(flow.topics(article("b", GERMAN)), second, "{how}");
    }
}

#[test]
fn a_near_duplicate_that_is_mostly_new_goes_to_both_topics() {
    let text = |numbers: std::ops::Range<usize>| -> String {
        numbers
            .map(|number| format!("word{number} said{} pier{}", number * 7, number * 13))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (how, topics) in [("split", &["duplicates", "enriched"][..]), ("together", &["enriched"]), ("drop", &[])] {
        let mut flow = Flow::new(&[&format!("output.duplicates={how}")]);
        flow.topics(article("cut", &text(0..80)));
        assert_eq!(flow.topics(article("long", &text(0..300))), topics, "{how}");
    }
}

#[test]
fn without_dedupe_an_article_is_new() {
    let rules = rules(&[(r#"topic = "enriched""#, "x", true)]);
    assert_eq!(Flow::new(&[&rules, "dedupe.enabled=false"]).topics(article("a", GERMAN)), ["x"]);
}

/// Every field that the table has is filled by the stages: a condition on it holds for an article that has it.
#[test]
fn every_field_is_known_of_some_article() {
    let conditions: BTreeMap<&str, &str> = [
        ("id", r#"id = "b""#),
        ("url", r#"url starts_with "https://wire.example.org/""#),
        ("title", r#"title = "Title b""#),
        ("title.words", "title.words = 2"),
        ("text", r#"text contains "old ferry pier""#),
        ("text.words", "text.words > 40 and text.words < 60"),
        ("language.code", r#"language.code = "en""#),
        ("language.script", r#"language.script = "Latn""#),
        ("language.confidence", "language.confidence > 0.5"),
        ("language.declared", r#"language.declared = "en-GB""#),
        ("source.name", r#"source.name = "The Wire""#),
        ("source.domain", r#"source.domain ends_with ".example.org""#),
        ("author", r#"author = "B. Author""#),
        ("warning", r#"warning = "date-unreadable""#),
        ("entity.type", r#"entity.type = "person""#),
        ("entity.name", r#"entity.name = "Peter Marsh""#),
        ("entity.wikidata", r#"entity.wikidata = "Q212""#),
        ("entity.iso3166", r#"entity.iso3166 = "UA""#),
        ("entity.geonames", "entity.geonames = 690791"),
        ("entity.confidence", "entity.confidence > 0.5"),
        ("entity.mentions", "entity.mentions >= 1"),
        ("status", r#"status = "exact""#),
        ("similarity", "similarity = 1"),
        ("topic", r#"topic = "duplicates""#),
    ]
    .into();
    let fields: Vec<&str> = crate::routing::FIELDS.iter().map(|known| known.name).collect();
    assert!(fields.iter().all(|field| conditions.contains_key(field)) && fields.len() == conditions.len());
    for (field, condition) in conditions {
        let rules = rules(&[(condition, "found", false)]);
        let mut flow = Flow::new(&[&rules]);
        let mut told = article("b", ENGLISH);
        flow.topics(article("a", ENGLISH));
        told["url"] = "https://wire.example.org/b".into();
        told["language"] = "en-GB".into();
        told["published_at"] = "some day".into();
        assert_eq!(flow.topics(told), ["duplicates", "found"], "{field}");
        // And a condition that cannot fail would show nothing.
        assert_eq!(
            Flow::new(&[&rules]).topics(serde_json::json!({"id": "z", "summary": "…"})),
            ["enriched"],
            "{field}"
        );
    }
}
