//! Where records go, on real Kafka: rules, duplicates, takedowns, and a kill in between.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use copydesk::config::load;
use copydesk::pipeline::{self, Analysis, Pipeline};
use copydesk::record::{Origin, Record, Route};
use copydesk::routing::{FIELDS, Knows};
use serde_json::json;

use super::kafka::articles::{Planted, plant};
use super::kafka::audit::{Audit, place};
use super::kafka::topics::{self, Seen, Sent};
use super::kafka::worker::Worker;
use super::kafka::{self, unique, wait_until};
use super::run::{MINUTE, audit, await_done, committed_records, stage};

const GERMAN: &str = "Der Hafenrat hat am Dienstag beschlossen, den alten Anleger nach zwei stürmischen Wintern neu zu bauen, damit die \
    Insel wieder einen sicheren Landeplatz für die Boote hat, die jede Woche Brot, Briefe und den Arzt bringen.";
const ENGLISH: &str = "The harbour council voted on Tuesday to rebuild the old ferry pier after two winters of storms. Mr Peter Marsh of the \
    council said in Kyiv, the capital of Ukraine, that the island needs a safe landing for the boats that bring its bread and letters.";

fn article(id: &str, text: &str) -> Sent {
    let value = json!({"id": id, "source": "wire", "title": format!("Report {id}"), "text": text});
    Sent { partition: 0, key: None, value: Some(value.to_string().into_bytes()), headers: Vec::new() }
}

/// Ids on a topic, a tombstone as `-` and its key.
fn ids(bootstrap: &str, topic: &str) -> Vec<String> {
    let shown = |record: &Seen| match &record.value {
        Some(_) => record.json()["id"].as_str().unwrap().to_owned(),
        None => format!("-{}", String::from_utf8_lossy(record.key.as_deref().unwrap_or_default())),
    };
    topics::read(bootstrap, topic).iter().map(shown).collect()
}

#[test]
fn rules_send_records_and_their_tombstones_to_further_topics() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("rules");
    topics::create_all(bootstrap, &prefix, 1, &[]);
    let topic = |name: &str| format!("{prefix}{name}");
    topics::create(bootstrap, &topic("ua"), 1, &[]);
    let taken_back = json!({"id": "a", "source": "wire", "takedown": true}).to_string().into_bytes();
    let sent = [
        article("a", GERMAN),
        article("b", GERMAN),
        article("c", ENGLISH),
        Sent { partition: 0, key: None, value: Some(taken_back), headers: Vec::new() },
    ];
    topics::produce(bootstrap, &topic("articles.raw"), &sent);
    let rules = r#"output.routes=[
        {when: 'language = "de" and status in ["unique", "version"]', to: de},
        {when: 'entity(type = "location" and iso3166 = "UA")', to: ua, only: true}]"#;
    let worker = Worker::start(bootstrap, &prefix, &[rules]);
    // A topic that only a rule names is waited for like the others.
    worker.await_log(&[&format!("topic {} does not exist", topic("de"))], MINUTE);
    topics::create(bootstrap, &topic("de"), 1, &[]);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    for (name, expected) in [
        ("articles.enriched", &["a", "-wire:a"][..]),
        ("articles.duplicates", &["b", "-wire:a"]),
        ("de", &["a", "-wire:a"]),
        ("ua", &["c", "-wire:a"]),
        ("articles.raw.dlq", &[]),
    ] {
        assert_eq!(ids(bootstrap, &topic(name)), expected, "{name}");
    }
}

#[test]
fn what_is_dropped_is_committed_and_on_no_topic() {
    let Some(bootstrap) = kafka::shared() else { return };
    for (how, enriched, duplicates, de) in [
        ("drop", &["a", "c"][..], &[][..], &["a"][..]),
        ("together", &["a", "b", "c", "d"], &[], &["a", "b"]),
        ("split", &["a", "c"], &["b", "d"], &["a", "b"]),
    ] {
        let prefix = unique(how);
        topics::create_all(bootstrap, &prefix, 1, &[]);
        topics::create(bootstrap, &format!("{prefix}de"), 1, &[]);
        let sent = [article("a", GERMAN), article("b", GERMAN), article("c", ENGLISH), article("d", ENGLISH)];
        topics::produce(bootstrap, &format!("{prefix}articles.raw"), &sent);
        let rules = r#"output.routes=[{when: 'language = "de"', to: de}]"#;
        let worker = Worker::start(bootstrap, &prefix, &[rules, &format!("output.duplicates={how}")]);
        await_done(bootstrap, &prefix, 1, &worker);
        assert!(worker.stop().contains("worker stopped"));
        for (name, expected) in [("articles.enriched", enriched), ("articles.duplicates", duplicates), ("de", de)] {
            assert_eq!(ids(bootstrap, &format!("{prefix}{name}")), expected, "{how}: {name}");
        }
    }
}

/// What only fits some of the topics that an article may go to is a dead letter before anything is proposed.
#[test]
fn a_rules_topic_counts_for_the_size() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("small");
    topics::create_all(bootstrap, &prefix, 1, &[]);
    topics::create(bootstrap, &format!("{prefix}de"), 1, &[("max.message.bytes", "20000")]);
    let long = (0..3_000).map(|number| format!("Wort{number}")).collect::<Vec<_>>().join(" ");
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &[article("long", &long), article("a", GERMAN)]);
    let worker = Worker::start(bootstrap, &prefix, &[r#"output.routes=[{when: 'language = "de"', to: de}]"#]);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    let dead = topics::read(bootstrap, &format!("{prefix}articles.raw.dlq"));
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].header("copydesk.error.code"), Some("output-too-large"));
    assert_eq!(ids(bootstrap, &format!("{prefix}de")), ["a"]);
}

/// Routed records are part of the same transaction: whatever dies, a topic has what its rule says, once, in order.
#[test]
fn routed_records_are_there_once_over_kills() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted: Vec<Planted> = plant(11, 4_000, 4);
    let prefix = stage(bootstrap, "routed", 4, &planted);
    let long = format!("{prefix}articles.long");
    topics::create(bootstrap, &long, 4, &[("max.message.bytes", "30000000")]);
    let rules = r#"output.routes=[{when: 'text.words > 350 and topic = "enriched"', to: articles.long}]"#;
    for round in 1..=2 {
        let sets = [rules, "commit_interval=200ms", "kafka.instance=desk-1", "flow.in_flight=1MiB"];
        let mut worker = Worker::start(bootstrap, &prefix, &sets);
        wait_until("some more committed", MINUTE, || committed_records(bootstrap, &prefix, 4) > round * 800);
        worker.signal("KILL");
        worker.ended(MINUTE);
    }
    let last = Worker::start(bootstrap, &prefix, &[rules, "kafka.instance=desk-1"]);
    await_done(bootstrap, &prefix, 4, &last);
    last.stop();
    let Audit { enriched, .. } = audit(bootstrap, &prefix, &planted, false);
    let is_long =
        |record: &&Seen| record.json()["text"].as_str().is_some_and(|text| text.split_whitespace().count() > 350);
    let expected: BTreeSet<_> = enriched.iter().filter(is_long).map(place).collect();
    let routed = topics::read(bootstrap, &long);
    let (tombstones, articles): (Vec<&Seen>, Vec<&Seen>) = routed.iter().partition(|record| record.value.is_none());
    let told: BTreeSet<_> = articles.iter().map(|record| place(record)).collect();
    assert_eq!(told.len(), articles.len(), "an article is there twice");
    assert_eq!(told, expected);
    assert!(told.len() > 500 && told.len() < enriched.len() / 2, "{} of {}", told.len(), enriched.len());
    let taken_back: BTreeSet<_> = enriched.iter().filter(|record| record.value.is_none()).map(place).collect();
    assert_eq!(tombstones.into_iter().map(place).collect::<BTreeSet<_>>(), taken_back);
    // The key decides the partition on every topic alike, and the order there is the input's.
    let order = |records: &[Seen], partition: i32| -> Vec<_> {
        let here =
            |record: &&Seen| record.partition == partition && (record.value.is_none() || told.contains(&place(record)));
        records.iter().filter(here).map(place).collect()
    };
    for partition in 0..4 {
        assert_eq!(order(&routed, partition), order(&enriched, partition), "partition {partition}");
    }
}

/// The page has the fields of the code. `COPYDESK_ACCEPT=1` writes them.
#[test]
fn the_page_on_routing_has_every_field() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/routing.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("-->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    let mut table = "| field | values | what | known with |\n|---|---|---|---|\n".to_owned();
    for known in FIELDS {
        let several = if known.knows == Knows::Any { ", any" } else { "" };
        let when = if known.is_of_verdict() { "the verdict" } else { "the article" };
        writeln!(table, "| `{}` | {}{several} | {} | {when} |", known.name, known.values(), known.what).unwrap();
    }
    let expected = format!("{before}-->\n{table}<!-- end -->{after}");
    if std::env::var_os("COPYDESK_ACCEPT").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert!(page == expected, "run: COPYDESK_ACCEPT=1 cargo test --test it the_page_on_routing");
    }
}

/// What the page shows, run: an article through the stages, and the topics that it goes to.
#[test]
fn the_examples_of_the_page_on_routing_do_what_it_says() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/routing.md")).unwrap();
    let examples: Vec<&str> = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let (german, english) = (article("g", GERMAN), article("e", ENGLISH));
    let wire = |text: &str| {
        let value = json!({"id": text.len(), "source": "wire.example.org", "title": "T", "text": text});
        Sent { value: Some(value.to_string().into_bytes()), ..german.clone() }
    };
    let half: String = ENGLISH.split_inclusive(' ').take(26).collect();
    let expected: [&[(Sent, &[&str])]; 4] = [
        &[
            (german.clone(), &["enriched", "articles.enriched.de"]),
            (german.clone(), &["duplicates"]),
            (english.clone(), &["enriched"]),
        ],
        &[(english.clone(), &["desk.ukraine"]), (english.clone(), &["duplicates"]), (german.clone(), &["enriched"])],
        &[
            (wire(ENGLISH), &["enriched", "wire.long"]),
            (wire("…"), &["enriched", "review"]),
            (german.clone(), &["enriched"]),
        ],
        &[(german.clone(), &["enriched"]), (german.clone(), &["copies"]), (wire(&half), &["enriched"])],
    ];
    assert_eq!(examples.len(), expected.len());
    for (example, articles) in examples.into_iter().zip(expected) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), example).unwrap();
        let config = load(Some(file.path()), &[]).unwrap_or_else(|error| panic!("{example}: {error}"));
        let (pipeline, mut desk) = (Pipeline::new(&config).unwrap(), pipeline::desk(&config));
        let rules = config.route_topics();
        for (offset, (sent, topics)) in (0..).zip(articles) {
            let origin = Origin { topic: "raw".into(), partition: 0, offset, timestamp: None };
            let record =
                Record { origin, key: None, value: sent.value.clone(), headers: Vec::new(), headers_omitted: 0 };
            let Analysis::Article(mut draft) = pipeline.analyse(&record) else { panic!("no article") };
            let verdict = desk.judge(draft.proposal.take().unwrap(), 0);
            let routes = draft.routes(pipeline.router(), Some(&verdict));
            let told: Vec<&str> = routes
                .iter()
                .map(|route| match route {
                    Route::Enriched => "enriched",
                    Route::Duplicates => "duplicates",
                    Route::Rule(index) => rules[usize::from(index)],
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(told, *topics, "article {offset} of {example}");
        }
    }
}
