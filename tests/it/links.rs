//! The table of links, as users mount it: `enrich`, `validate`, `explain`, and a worker that runs while it is replaced.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::kafka::topics::{self, Sent};
use super::kafka::worker::Worker;
use super::kafka::{self, unique, wait_until};
use super::run::MINUTE;
use super::telemetry::scrape::{address, scrape};

const TEXT: &str = "Andrei Rudenko, the Deputy Foreign Minister, met the Collective Security Treaty Organization (CSTO) in Dushanbe on \
    Monday. According to Rodenko, the talks on the border will go on, and the ministry in Moscow will send a list of what is needed.";

fn row(id: &str) -> String {
    format!("name\ttype\tid\tweight\nAndrei Rudenko\tperson\t{id}\t5\nCSTO\torganisation\tcrm:77\t\n")
}

fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("links.tsv");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn run(command: &str, links: &Path, more: &[&str]) -> Output {
    let set = format!("entities.links={}", links.display());
    Command::new(env!("CARGO_BIN_EXE_copydesk")).args([command, "--set", &set]).args(more).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The ids of an entity of a record.
fn ids(record: &Value, name: &str) -> Value {
    let entities = record["entities"].as_array().unwrap();
    entities.iter().find(|entity| entity["name"] == name).map_or(Value::Null, |entity| entity["ids"].clone())
}

#[test]
fn people_and_organisations_take_their_ids_from_the_table_and_explain_tells_the_line() {
    let (folder, links) = written(&row("Q4402"));
    let article = folder.path().join("in.jsonl");
    fs::write(&article, json!({"id": "a", "text": TEXT}).to_string()).unwrap();
    let done = run("enrich", &links, &[article.to_str().unwrap()]);
    let record: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{}", text(&done.stderr)));
    assert_eq!(ids(&record, "Andrei Rudenko"), json!({"wikidata": "Q4402"}));
    assert_eq!(ids(&record, "Collective Security Treaty Organization"), json!({"own": "crm:77"}));
    assert_eq!(record["provenance"]["models"]["links"].as_str().map(str::len), Some(12));
    let told = text(&run("explain", &links, &[article.to_str().unwrap()]).stdout);
    for line in [
        "Andrei Rudenko: line 2 of entities.links, which has 1 id for that name",
        "CSTO: line 3 of entities.links, which has 1 id for that name",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let schema: Value =
        serde_json::from_slice(&Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("schema").output().unwrap().stdout)
            .unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&record));
    let switched_off = run("enrich", &links, &["--set", "entities.enabled=false", article.to_str().unwrap()]);
    assert!(switched_off.status.success());
}

#[test]
fn a_table_with_a_bad_row_is_refused_with_its_place() {
    let (_folder, links) = written("name\ttype\tid\nAnna\tpersn\tQ1\n");
    let place = format!("{}:2:6: `type` is `persn`: write person or organisation", links.display());
    let validated = run("validate", &links, &[]);
    assert_eq!(validated.status.code(), Some(2));
    assert!(text(&validated.stdout).contains(&place), "{}", text(&validated.stdout));
    let enriched = run("enrich", &links, &["/dev/null"]);
    assert_eq!(enriched.status.code(), Some(1));
    assert!(text(&enriched.stderr).contains(&format!("entities.links: {place}")), "{}", text(&enriched.stderr));
    let (_folder, links) = written(&row("Q1"));
    assert!(run("validate", &links, &[]).status.success());
}

#[test]
fn a_worker_takes_a_new_table_and_keeps_the_old_one_when_the_new_one_is_bad() {
    let Some(bootstrap) = kafka::shared() else { return };
    let (folder, links) = written(&row("Q1"));
    let prefix = unique("links");
    topics::create_all(bootstrap, &prefix, 1, &[]);
    let worker = Worker::start(bootstrap, &prefix, &[&format!("entities.links={}", links.display())]);
    let address = address(&worker);
    let replace = |text: &str| {
        let next = folder.path().join("next");
        fs::write(&next, text).unwrap();
        fs::rename(&next, &links).unwrap();
    };
    let reloads = |result: &str| scrape(&address)[&format!("copydesk_links_reloads_total{{result=\"{result}\"}}")];
    let sent = |number: usize| {
        let value = json!({"id": number.to_string(), "text": format!("{number} {TEXT}")}).to_string().into_bytes();
        let record = Sent { partition: 0, key: None, value: Some(value), headers: Vec::new() };
        topics::produce(bootstrap, &format!("{prefix}articles.raw"), &[record]);
        let output = || {
            topics::read(bootstrap, &format!("{prefix}articles.enriched"))
                .into_iter()
                .chain(topics::read(bootstrap, &format!("{prefix}articles.duplicates")))
        };
        let name = number.to_string();
        let of = |record: &topics::Seen| record.json()["id"] == name.as_str();
        wait_until("the article", MINUTE, || output().any(|record| of(&record)));
        output().find(of).unwrap().json()["entities"].as_array().unwrap().iter().find_map(|entity| {
            (entity["name"] == "Andrei Rudenko").then(|| entity["ids"]["wikidata"].as_str().unwrap().to_owned())
        })
    };
    assert_eq!(sent(1).as_deref(), Some("Q1"));
    assert_eq!(scrape(&address)["copydesk_links_rows"], 2.0);
    replace(&row("Q2"));
    wait_until("the new table", MINUTE, || reloads("taken") == 1.0);
    assert_eq!(sent(2).as_deref(), Some("Q2"));
    replace("name\ttype\tid\nAndrei Rudenko\tpersn\tQ3\n");
    wait_until("the bad table", MINUTE, || reloads("refused") == 1.0);
    assert_eq!(sent(3).as_deref(), Some("Q2"));
    let log = worker.stop();
    assert!(log.contains("entities.links stays as it was") && log.contains(":2:16: "), "{log}");
}

#[test]
fn a_model_from_a_file_tags_and_its_hash_is_told() {
    let (folder, _) = written("");
    let (model, article) = (folder.path().join("model.bin"), folder.path().join("in.jsonl"));
    fs::write(&article, json!({"id": "a", "text": TEXT}).to_string()).unwrap();
    // The built-in model, as the build unpacked it.
    fs::copy(concat!(env!("OUT_DIR"), "/entities/model.bin"), &model).unwrap();
    let set = format!("entities.model={}", model.display());
    let run = |command: &str, more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_copydesk")).args([command, "--set", &set]).args(more).output().unwrap()
    };
    let record = |output: &Output| serde_json::from_slice::<Value>(&output.stdout).unwrap();
    let own = record(&run("enrich", &[article.to_str().unwrap()]));
    let usual = Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("enrich").arg(&article).output().unwrap();
    assert_eq!(own["entities"], record(&usual)["entities"]);
    assert_ne!(own["provenance"]["models"]["entities"], record(&usual)["provenance"]["models"]["entities"]);
    assert_eq!(own["provenance"]["config"], record(&usual)["provenance"]["config"]);
    assert!(run("validate", &[]).status.success());
    fs::write(&model, b"CDCRF001").unwrap();
    let validated = run("validate", &[]);
    assert_eq!(validated.status.code(), Some(2));
    assert!(text(&validated.stdout).contains("the entity model cannot be used: it is too short"), "{validated:?}");
}
