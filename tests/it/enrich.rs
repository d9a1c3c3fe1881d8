//! `copydesk enrich` as scripts use it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::kafka::wait_until;

fn enrich(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.arg("enrich").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn records(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::str::from_utf8(&output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn lines(values: &[Value]) -> Vec<u8> {
    values.iter().map(|value| format!("{value}\n")).collect::<String>().into_bytes()
}

pub const STORY: &str = "The harbour council voted on Tuesday to rebuild the old ferry pier after two winters of storms had broken its \
    timbers and left the island without a safe landing for the boats that bring its bread, its letters and its doctor every week.";

#[test]
fn records_come_in_input_order_one_a_line() {
    let input: Vec<Value> = (0..3_000)
        .map(|number| json!({"id": format!("n{number}"), "title": "T", "text": format!("{number} {STORY}")}))
        .collect();
    let told = records(&enrich(&["--set", "entities.enabled=false"], &lines(&input)));
    assert_eq!(told.len(), 3_000);
    assert!(told.iter().enumerate().all(|(number, record)| record["id"] == format!("n{number}")));
}

#[test]
fn what_cannot_be_enriched_is_a_line_too() {
    let mut input = b"not json\n".to_vec();
    input.extend(lines(&[json!({"id": "a", "takedown": true}), json!({"id": "b", "title": "T"})]));
    input.extend(b"\n{\"title\": \"\xff\"}");
    let told = records(&enrich(&["-"], &input));
    assert_eq!(told[0]["error"]["code"], "not-json");
    assert!(told[0]["error"]["message"].as_str().unwrap().contains("line 1"));
    assert_eq!(told[1], json!({"takedown": {"id": "a"}}));
    assert_eq!(told[2]["warnings"][0].as_str().unwrap().split(':').next(), Some("no-body"));
    assert_eq!(told[3]["error"]["code"], "not-utf8");
    assert_eq!(told.len(), 4);
}

#[test]
fn files_may_be_compressed_and_many() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = (folder.path().join("a.jsonl"), folder.path().join("b.jsonl.gz"));
    fs::write(&plain, lines(&[json!({"id": "a", "text": STORY})])).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(fs::File::create(&packed).unwrap(), flate2::Compression::fast());
    gzip.write_all(&lines(&[json!({"id": "b", "text": STORY})])).unwrap();
    gzip.finish().unwrap();
    let merges = folder.path().join("merges.jsonl");
    let told = records(&enrich(
        &["--merges", merges.to_str().unwrap(), plain.to_str().unwrap(), packed.to_str().unwrap()],
        b"",
    ));
    assert_eq!((&told[1]["dedupe"]["status"], &told[1]["dedupe"]["original"]), (&json!("exact"), &json!("a")));
    assert_eq!(told[1]["dedupe"]["story"], told[0]["dedupe"]["story"]);
    assert!(merges.exists());
    let missing = enrich(&[folder.path().join("none").to_str().unwrap()], b"");
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("none cannot be opened"));
}

#[test]
fn the_same_input_gives_the_same_output() {
    let input = lines(&(0..400).map(|n| json!({"id": n, "text": format!("{STORY} {}", n % 7)})).collect::<Vec<_>>());
    let without_time = |output: &Output| -> Vec<Value> {
        let mut told = records(output);
        told.iter_mut().for_each(|record| record["provenance"]["processed_at"] = Value::Null);
        told
    };
    let one = enrich(&["--set", "threads=1"], &input);
    let two = enrich(&["--set", "threads=2"], &input);
    let differ = |output: &Output| {
        without_time(output)
            .into_iter()
            .map(|mut record| {
                record["provenance"]["config"] = Value::Null;
                record
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(differ(&one), differ(&two));
    assert_eq!(without_time(&one), without_time(&enrich(&["--set", "threads=1"], &input)));
}

#[test]
fn text_that_is_not_cleaned_is_published_byte_for_byte() {
    let text = "  <b>odd</b>\u{0}  &amp; spaced \r\n\r\n\r\n text \u{200b} ";
    let told = records(&enrich(&["--set", "text.clean=off"], &lines(&[json!({"id": "a", "text": text})])));
    assert_eq!(told[0]["text"], text);
}

/// More lines than fit between the steps, so that a writer that ends must end the others.
fn many() -> tempfile::NamedTempFile {
    let articles: Vec<Value> =
        (0..6_000).map(|number| json!({"id": number, "text": format!("{number} {STORY}")})).collect();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&lines(&articles)).unwrap();
    file
}

fn ended(mut process: std::process::Child) -> std::process::ExitStatus {
    wait_until("the end of enrich", Duration::from_secs(60), || process.try_wait().unwrap().is_some());
    process.wait().unwrap()
}

#[test]
fn whoever_has_read_enough_ends_it() {
    let file = many();
    for arguments in [&["enrich"][..], &["schema"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        if arguments == ["enrich"] {
            command.arg(file.path());
        }
        let mut process = command.spawn().unwrap();
        let mut first = [0; 1];
        process.stdout.take().unwrap().read_exact(&mut first).unwrap();
        assert!(ended(process).success(), "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_told() {
    let file = many();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    let mut process = command.arg("enrich").arg(file.path()).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    process.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(!ended(process).success() && told.contains("No space left"), "{told}");
}

/// `output.text: none`: nothing that the article says is published, but its title and the names in it.
#[test]
fn without_text_nothing_of_the_article_is_published_but_title_and_names() {
    let text = format!("Mr Peter Marsh spoke in Oslo. {STORY}");
    let article = |id: &str| {
        json!({"id": id, "title": "Pier to be rebuilt", "text": text, "html": format!("<p>{text}</p>"), "description": "A quibblish lead.",
            "summary": "A second quibblish lead.", "custom_body": text, "section": "Coast", "author": "A. Writer"})
    };
    let headline_only = json!({"id": "c", "title": "Ferry", "summary": "Mrs Vera Lund quibblish in Bergen."});
    let input = lines(&[article("a"), article("b"), headline_only]);
    let output = enrich(&["--set", "output.text=none"], &input);
    let told = records(&output);
    let whole = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!whole.contains("ferry pier") && !whole.contains("quibblish"), "{whole}");
    for record in &told {
        assert_eq!((&record["text"], &record["summary"], &record["extra"]), (&Value::Null, &Value::Null, &json!({})));
        for entity in record["entities"].as_array().unwrap() {
            assert!(entity["mentions"].as_array().unwrap().iter().all(|mention| mention["text"].is_null()), "{entity}");
        }
    }
    assert_eq!(
        (&told[0]["title"], &told[0]["entities"][0]["name"]),
        (&json!("Pier to be rebuilt"), &json!("Peter Marsh"))
    );
    assert_eq!((&told[1]["dedupe"]["status"], &told[1]["dedupe"]["shared"]), (&json!("exact"), &json!([])));
    assert_eq!(told[2]["entities"][0]["mentions"][0]["field"], "summary");
    // Who asks for extra members all the same gets those whose names the worker does not know.
    let told = records(&enrich(&["--set", "output.text=none", "--set", "output.extra=object"], &input));
    assert_eq!(told[0]["extra"], json!({"custom_body": text, "section": "Coast"}));
}

#[test]
fn only_the_types_that_are_asked_for_are_published() {
    let input = lines(&[json!({"id": "a", "text": format!("Mr Peter Marsh of Acme Corp. spoke in Oslo. {STORY}")})]);
    let types = |set: &str| -> Vec<String> {
        let told = records(&enrich(&["--set", set], &input));
        told[0]["entities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entity| entity["type"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(types("output.entities.types=all"), ["person", "organisation", "location"]);
    assert_eq!(types("output.entities.types=[location, person]"), ["person", "location"]);
    assert_eq!(types("output.entities.types=[]"), [""; 0]);
}

#[test]
fn unknown_members_are_an_object_a_string_or_nothing() {
    let input = b"{\"id\": \"a\", \"title\": \"T\", \"mood\": [1.50, \"\\u00e9\"], \"section\": \"Coast\"}\n";
    let extra = |set: &str| records(&enrich(&["--set", set], input))[0]["extra"].clone();
    let members = json!({"mood": [1.5, "é"], "section": "Coast"});
    assert_eq!(extra("output.extra=auto"), members);
    assert_eq!(extra("output.extra=object"), members);
    // Byte for byte: the number and the escape as they came.
    assert_eq!(extra("output.extra=string"), r#"{"mood":[1.50, "\u00e9"],"section":"Coast"}"#);
    assert_eq!(extra("output.extra=off"), json!({}));
}
