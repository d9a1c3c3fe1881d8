//! The neural mode, with a model of a few kilobytes (`tests/neural`) and a real ONNX Runtime: `COPYDESK_ONNXRUNTIME` names its library, as
//! the PyPI package onnxruntime has it. Without it these tests say plainly that they did not run; with `CI=true` that is a failure.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::{Value, json};

const TEXT: &str = "Quenby Farnaby and Zoë Marlow met Halvard Systems in Dushanbe. Farnaby said rain, rain in Orvik.";

fn library() -> Option<PathBuf> {
    let library = std::env::var_os("COPYDESK_ONNXRUNTIME").map(PathBuf::from);
    if library.is_none() {
        let reason = "COPYDESK_ONNXRUNTIME names no library of ONNX Runtime";
        assert!(std::env::var_os("CI").is_none(), "tests of the neural mode must run in CI: {reason}");
        // Not by a macro: the test runner would keep that to itself, since the test passes.
        let _ = writeln!(std::io::stderr(), "\ntests of the neural mode did NOT run: {reason}");
    }
    library
}

fn model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/neural/model")
}

/// Settings of the neural mode with the model in `folder`.
fn sets(library: &Path, folder: &Path, more: &[&str]) -> Vec<String> {
    let mut sets = vec![
        format!("entities.neural.library={}", library.display()),
        format!("entities.neural.path={}", folder.display()),
        "entities.neural.window=64".to_owned(),
        "entities.neural.deadline=1m".to_owned(),
        "dedupe.enabled=false".to_owned(),
    ];
    sets.extend(more.iter().map(|set| (*set).to_owned()));
    sets
}

fn run(command: &str, sets: &[String], articles: &[Value]) -> Output {
    let mut lines = Vec::new();
    articles.iter().for_each(|article| writeln!(lines, "{article}").unwrap());
    let mut process = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    process.arg(command).args(sets.iter().flat_map(|set| ["--set", set]));
    if command != "validate" {
        process.arg("-");
    }
    let mut child = process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Who refuses its configuration reads nothing.
    let writer = thread::spawn(move || drop(stdin.write_all(&lines)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn records(sets: &[String], articles: &[Value]) -> Vec<Value> {
    let done = run("enrich", sets, articles);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(record: &Value) -> Vec<(&str, &str, usize)> {
    let entities = record["entities"].as_array().unwrap().iter();
    entities
        .map(|one| {
            (one["type"].as_str().unwrap(), one["name"].as_str().unwrap(), one["mentions"].as_array().unwrap().len())
        })
        .collect()
}

#[test]
fn names_are_the_models_and_the_record_says_so() {
    let Some(library) = library() else { return };
    let article = json!({"id": "a", "title": "Marlow said: rain", "text": TEXT});
    let sets = sets(&library, &model(), &[]);
    let record = records(&sets, std::slice::from_ref(&article)).remove(0);
    let expected = [
        ("person", "Zoë Marlow", 2),
        ("person", "Quenby Farnaby", 2),
        ("organisation", "Halvard Systems", 1),
        ("location", "Dushanbe", 1),
        ("location", "Orvik", 1),
    ];
    assert_eq!(names(&record), expected, "{record:#}");
    // Ids and merges are as with the other model.
    assert_eq!(record["entities"][3]["ids"]["geonames"], 1_221_874);
    let by = record["provenance"]["models"]["entities"].as_str().unwrap();
    assert!(by.starts_with("neural-") && by.contains("cldr"), "{by}");
    assert_eq!(record["warnings"], json!([]));
    let page = run("explain", &sets, &[article]);
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(page.contains("the neural model takes these words for a name"), "{page}");
    let schema = Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("schema").output().unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&record));
}

#[test]
fn offsets_are_those_of_the_text_whatever_it_has_in_it() {
    let Some(library) = library() else { return };
    let text = "👩‍👩‍👧 Zoë Marlow\u{301} met Quenby\u{a0}Farnaby,\r\nin 北京 and (Dushanbe) [SEP] [CLS] مرحبا Orvik 👍🏽";
    let article = json!({"id": "a", "text": text});
    let record = records(&sets(&library, &model(), &["text.clean=off"]), &[article]).remove(0);
    assert_eq!(record["text"], text);
    let points: Vec<char> = text.chars().collect();
    let mut seen = Vec::new();
    for entity in record["entities"].as_array().unwrap() {
        for mention in entity["mentions"].as_array().unwrap() {
            let at = |member: &str| mention[member].as_u64().unwrap() as usize;
            let words: String = points[at("start")..at("end")].iter().collect();
            assert_eq!(mention["text"], words.as_str());
            seen.push(words);
        }
    }
    for name in ["Quenby\u{a0}Farnaby", "北京", "Dushanbe", "Orvik"] {
        assert!(seen.iter().any(|word| word == name), "{name} in {seen:?}");
    }
    assert!(!seen.iter().any(|word| word.contains("SEP") || word.contains("CLS")), "{seen:?}");
}

#[test]
fn windows_and_batches_change_nothing_and_a_long_sentence_is_read_to_its_end() {
    let Some(library) = library() else { return };
    let text = format!("{TEXT} {} Dushanbe {}", "the rain and ".repeat(300), TEXT.repeat(20));
    let articles: Vec<Value> = (0..4).map(|n| json!({"id": n.to_string(), "title": "Orvik", "text": text})).collect();
    let usual = records(&sets(&library, &model(), &[]), &articles);
    assert!(names(&usual[0]).contains(&("location", "Dushanbe", 22)), "{:?}", names(&usual[0]));
    for more in [["entities.neural.window=16", "entities.neural.batch=16"], ["threads=3", "entities.neural.threads=1"]]
    {
        let other = records(&sets(&library, &model(), &more), &articles);
        let entities = |records: &[Value]| records.iter().map(|record| record["entities"].clone()).collect::<Vec<_>>();
        assert_eq!(entities(&other), entities(&usual), "{more:?}");
    }
}

#[test]
fn a_sentence_is_read_if_it_may_have_a_name_or_opens_with_a_small_letter() {
    let Some(library) = library() else { return };
    let article = json!({"id": "a", "text": "Farnaby said rain.\nrain in Orvik.\nThe rain, said Quen."});
    let read = |doubt: &str| {
        let sets = sets(&library, &model(), &[&format!("entities.neural.doubt={doubt}")]);
        let record = records(&sets, std::slice::from_ref(&article)).remove(0);
        names(&record).into_iter().map(|(_, name, _)| name.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(read("0"), ["Farnaby", "Orvik", "Quen"]);
    assert_eq!(read("1"), ["Orvik"], "nothing is quite certain to be a name");
}

#[test]
fn an_article_that_takes_too_long_has_the_names_of_the_other_model_and_says_so() {
    let Some(library) = library() else { return };
    // Half a megabyte is not even cut into pieces in a millisecond.
    let articles = [json!({"id": "a", "text": format!("{TEXT} ").repeat(5_000)}), json!({"id": "b", "text": TEXT})];
    let late = sets(&library, &model(), &["entities.neural.deadline=1ms"]);
    let left_out = records(&late, &articles).remove(0);
    let usual = records(&["dedupe.enabled=false".to_owned()], &articles).remove(0);
    let warning = json!("neural-left-out: deadline: the names are those of entities.model");
    assert!(left_out["warnings"].as_array().unwrap().contains(&warning), "{}", left_out["warnings"]);
    assert_eq!(left_out["entities"], usual["entities"]);
    assert_eq!(left_out["provenance"]["models"], usual["provenance"]["models"]);
    let page = String::from_utf8(run("explain", &late, &articles[..1]).stdout).unwrap();
    assert!(page.contains("left out (deadline): the names are those of entities.model"), "{page}");
}

/// Files of the model that are others; `None` takes one away.
type Changes<'a> = &'a [(&'a str, Option<&'a str>)];

/// A copy of the model with changed files.
fn changed(files: Changes<'_>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["model.onnx", "tokenizer.json", "config.json"] {
        fs::copy(model().join(name), folder.path().join(name)).unwrap();
    }
    for (name, content) in files {
        let path = folder.path().join(name);
        match content {
            Some(content) => fs::write(path, content).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
    }
    folder
}

#[test]
fn what_cannot_be_used_is_refused_at_start_with_what_is_wrong() {
    let Some(library) = library() else { return };
    let no_limit = r#"{"id2label": {"0": "O", "1": "B-PER"}, "pad_token_id": 0}"#;
    let cases: [(Changes<'_>, &[&str], &str); 9] = [
        (&[("model.onnx", None)], &[], "model.onnx: No such file"),
        (&[("tokenizer.json", None)], &[], "tokenizer.json: No such file"),
        (&[("config.json", Some("{}"))], &[], "config.json has no id2label"),
        (&[("tokenizer.json", Some("{}"))], &[], "tokenizer.json: "),
        (&[("model.onnx", Some("no model"))], &[], "ONNX Runtime cannot read"),
        (&[("config.json", Some(no_limit))], &[], "should have [1, 64, 2]"),
        (&[], &["entities.neural.window=65"], "the model reads 64 pieces at once, and window is 65"),
        (&[], &["entities.neural.library=/nowhere/libonnxruntime.so"], "ONNX Runtime cannot be loaded"),
        (&[], &["entities.neural.library=libc.so.6"], "does not export `OrtGetApiBase`"),
    ];
    for (files, more, what) in cases {
        let folder = changed(files);
        let sets = sets(&library, folder.path(), more);
        let validated = run("validate", &sets, &[]);
        let told = String::from_utf8(validated.stdout).unwrap();
        assert_eq!(validated.status.code(), Some(2), "{what}: {told}");
        assert!(told.contains(what) && told.contains("entities.neural.path"), "{what}: {told}");
        let enriched = run("enrich", &sets, &[]);
        let told = String::from_utf8(enriched.stderr).unwrap();
        assert_eq!(enriched.status.code(), Some(1), "{what}: {told}");
        assert!(told.contains(what) && told.contains("entities.neural"), "{what}: {told}");
    }
}
