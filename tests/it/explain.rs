//! `copydesk explain`. Golden cases: every folder of `tests/explain` has an input, and `expected.txt`, what the program says of it.
//! To accept a change, look at the difference and run `COPYDESK_ACCEPT=1 cargo test --release --test it explain`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::kafka::articles::text;
use super::kafka::topics::{self, Sent};
use super::kafka::worker::{Worker, command, told};
use super::kafka::{self, unique};
use super::run::await_done;

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn folders(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Standard output of a run that must end well, and nothing on a log.
#[track_caller]
fn said(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    let done = command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && complaint.is_empty(), "{arguments:?} in {}: {complaint}", folder.display());
    String::from_utf8(done.stdout).unwrap()
}

fn reports(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_case_is_explained_as_expected() {
    let accept = std::env::var_os("COPYDESK_ACCEPT").is_some();
    let cases = folders("tests/explain");
    assert!(cases.len() >= 4, "the cases are gone");
    for case in cases {
        let input = if case.join("input.json").exists() { "input.json" } else { "input.jsonl" };
        let told = said(&case, &["explain", input]);
        assert!(!told.contains('\u{1b}'), "there are no colours off a terminal");
        let file = case.join("expected.txt");
        if accept {
            fs::write(&file, &told).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        let differs = told.lines().zip(expected.lines()).find(|(told, expected)| told != expected);
        assert!(told == expected, "{}: {differs:#?}\n{told}\n(COPYDESK_ACCEPT=1 accepts it)", case.display());
    }
}

/// A record without the time at which it was made.
fn without_time(record: &str) -> String {
    let (before, rest) = record.split_once("\"processed_at\":\"").unwrap_or((record, ""));
    format!("{before}{}", rest.split_once('"').map_or("", |(_, rest)| rest))
}

/// The output record in a line of JSON, byte for byte: it is the last member.
fn record_of(report: &str) -> Option<String> {
    let (_, record) = report.split_once(",\"record\":").unwrap();
    let record = record.strip_suffix('}').unwrap();
    (record != "null").then(|| without_time(record))
}

/// Over every golden case of `enrich`: the record that is explained is the record that comes out.
#[test]
fn the_record_is_the_one_that_enrich_writes() {
    let mut records = 0;
    for case in folders("tests/cases").into_iter().chain(folders("tests/explain")) {
        if !case.join("input.jsonl").exists() {
            continue;
        }
        let enriched = said(&case, &["enrich", "input.jsonl"]);
        let explained = said(&case, &["explain", "--format", "json", "input.jsonl"]);
        assert_eq!(enriched.lines().count(), explained.lines().count(), "{}", case.display());
        for (enriched, line) in enriched.lines().zip(explained.lines()) {
            let (report, published): (Value, Value) =
                (serde_json::from_str(line).unwrap(), serde_json::from_str(enriched).unwrap());
            match record_of(line) {
                Some(record) => {
                    records += 1;
                    assert_eq!(record, without_time(enriched), "{}", case.display());
                    assert_eq!(report["language"]["code"], published["language"]["code"]);
                    let verdict = &report["dedupe"]["verdict"];
                    assert_eq!(
                        (&verdict["status"], &verdict["original"], &verdict["story"], &verdict["shared"]),
                        (
                            &published["dedupe"]["status"],
                            &published["dedupe"]["original"],
                            &published["dedupe"]["story"],
                            &published["dedupe"]["shared"]
                        )
                    );
                    let found = |list: &Value| list.as_array().map(Vec::len);
                    assert_eq!(found(&report["entities"]["found"]), found(&published["entities"]));
                }
                None if published["takedown"].is_object() => assert_eq!(report["outcome"]["outcome"], "tombstone"),
                None => {
                    let told = json!({"code": report["outcome"]["error"]["code"], "message": report["outcome"]["error"]["message"]});
                    assert_eq!(told, published["error"], "{}", case.display());
                }
            }
        }
    }
    assert!(records > 50, "{records}");
}

#[test]
fn articles_run_after_those_that_they_are_compared_with() {
    let folder = tempfile::tempdir().unwrap();
    let article = |id: &str, words: u64| json!({"id": id, "source": "wire", "text": text(words, 200)}).to_string();
    fs::write(folder.path().join("before.jsonl"), format!("{}\n{}\n", article("a", 1), article("b", 2))).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(
        fs::File::create(folder.path().join("new.gz")).unwrap(),
        flate2::Compression::fast(),
    );
    gzip.write_all(article("c", 2).as_bytes()).unwrap();
    gzip.finish().unwrap();
    fs::write(folder.path().join("alone.jsonl"), article("c", 2)).unwrap();
    let line = said(folder.path(), &["explain", "new.gz", "--against", "before.jsonl", "--format", "json"]);
    let report = &reports(&line)[0];
    assert_eq!(
        (&report["dedupe"]["match"]["id"], &report["dedupe"]["match"]["standing"]),
        (&json!("b"), &json!("same-words"))
    );
    assert_eq!((&report["place"]["offset"], &report["dedupe"]["compared_with"]), (&json!(2), &json!(2)));
    let enriched = said(folder.path(), &["enrich", "before.jsonl", "alone.jsonl"]);
    assert_eq!(record_of(line.trim_end()), enriched.lines().last().map(without_time));
    let alone = said(folder.path(), &["explain", "alone.jsonl", "--format", "json"]);
    assert_eq!(reports(&alone)[0]["dedupe"]["verdict"]["status"], "unique");
}

#[test]
fn settings_are_those_of_the_worker() {
    let folder = tempfile::tempdir().unwrap();
    let article = json!({"id": "a", "kopf": "Der Rat stimmte am Dienstag", "title": "lost"}).to_string();
    fs::write(folder.path().join("a.jsonl"), article).unwrap();
    let rule = r#"output.routes=[{when: 'status = "unique" and language = "de"', to: german, only: true}]"#;
    let line = said(
        folder.path(),
        &["explain", "a.jsonl", "--format", "json", "--set", "input.mapping.title=[kopf]", "--set", rule],
    );
    let report = &reports(&line)[0];
    assert_eq!(report["outcome"]["topics"], json!(["german"]));
    assert_eq!(report["outcome"]["rules"][0]["to"], "german");
    let title = report["input"]["fields"].as_array().unwrap().iter().find(|seen| seen["field"] == "title").unwrap();
    assert_eq!(title["members"], json!([{"name": "kopf", "value": "text", "fate": "won"}]));
}

fn article(id: &str, body: String) -> Sent {
    let value = json!({"id": id, "source": "wire", "text": body}).to_string().into_bytes();
    Sent { partition: 1, key: None, value: Some(value), headers: Vec::new() }
}

#[test]
fn a_record_in_kafka_is_explained_with_the_verdict_that_the_workers_gave() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("explain");
    topics::create_all(bootstrap, &prefix, 2, &[]);
    let input = format!("{prefix}articles.raw");
    let words = |text: &str, count: usize| text.split_inclusive(' ').take(count).collect::<String>();
    let original = text(1, 300);
    let sent = [
        article("original", original.clone()),
        article("other", format!("{}{}", words(&original, 60), text(2, 240))),
        article("copy", words(&original, 200)),
    ];
    topics::produce(bootstrap, &input, &sent);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &worker);
    worker.stop();

    // Later articles are in the log, and not what the workers saw then.
    topics::produce(bootstrap, &input, &[article("later", original)]);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &worker);
    worker.stop();

    let place = format!("{input}:1:2");
    let line = told(bootstrap, &prefix, &["explain", &place, "--with-log", "--format", "json"]);
    let report = &reports(&line)[0];
    let dedupe = &report["dedupe"];
    assert_eq!((&dedupe["verdict"]["status"], &dedupe["verdict"]["original"]), (&json!("near"), &json!("original")));
    assert_eq!((&dedupe["match"]["id"], &dedupe["nearest_miss"]["id"]), (&json!("original"), &json!("other")));
    assert_eq!((&dedupe["log"]["agrees"], &dedupe["compared_with"]), (&json!(true), &json!(2)));
    assert!(dedupe["verdict"]["shared"][0].as_str().is_some_and(|shared| shared.split(' ').count() == 3), "{line}");
    let published = topics::read(bootstrap, &format!("{prefix}articles.duplicates"));
    let published = published.iter().find(|seen| seen.json()["id"] == "copy").unwrap();
    let published = std::str::from_utf8(published.value.as_deref().unwrap()).unwrap();
    assert_eq!(record_of(line.trim_end()), Some(without_time(published)), "the record is the one that was published");

    let brief = told(bootstrap, &prefix, &["explain", "1:2"]);
    assert!(brief.starts_with(&format!("{place}, ")) && brief.contains("undecided"), "{brief}");
    let missing = |place: &str| {
        let done = command(bootstrap, &prefix, &["explain", place]);
        assert_eq!(done.status.code(), Some(1));
        String::from_utf8(done.stderr).unwrap()
    };
    assert!(missing("1:77").contains("has no offset 77: its committed records are 0 to 3"), "{}", missing("1:77"));
    assert!(missing("0:0").contains("has no records"), "{}", missing("0:0"));
    assert!(missing("9:0").contains("no partition 9: it has 0 to 1"), "{}", missing("9:0"));
    assert!(missing("nowhere:0:0").contains("topic nowhere does not exist"), "{}", missing("nowhere:0:0"));
}

#[test]
fn what_cannot_be_had_is_said_in_one_line() {
    let run = |arguments: &[&str]| {
        let started = std::time::Instant::now();
        let done = Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("explain").args(arguments).output().unwrap();
        assert!(started.elapsed().as_secs() < 15, "{arguments:?}");
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, told) = run(&["articles.raw:0:1", "--set", "kafka.brokers=localhost:1"]);
    assert!(
        code == Some(1) && told.lines().count() == 1 && told.contains("no broker of localhost:1 answers"),
        "{told}"
    );
    let (code, told) = run(&["none.jsonl"]);
    assert!(code == Some(1) && told.contains("none.jsonl cannot be opened"), "{told}");
    let (code, told) = run(&[concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "--with-log"]);
    assert!(code == Some(2) && told.contains("TOPIC:PARTITION:OFFSET"), "{told}");
}

/// The guide's example is what the program says.
#[test]
fn the_example_in_the_operations_guide_is_the_programs() {
    let case = root("tests/explain/copies-and-misses");
    let told = said(&case, &["explain", "input.jsonl"]);
    let third = told.split("\n\n").nth(2).unwrap();
    let guide = fs::read_to_string(root("docs/operations.md")).unwrap();
    assert!(guide.contains(third.trim_end()), "docs/operations.md should have:\n{third}");
}
