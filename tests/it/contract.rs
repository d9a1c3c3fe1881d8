//! The output contract: the committed schema is the generated one, and what the program writes is valid by it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn program(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk")).args(arguments).output().unwrap()
}

fn generated() -> Value {
    serde_json::from_slice(&program(&["schema"]).stdout).unwrap()
}

/// To accept a change: `copydesk schema > config/enriched.schema.json`.
#[test]
fn the_committed_schema_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/enriched.schema.json");
    let committed: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(committed == generated(), "run: copydesk schema > config/enriched.schema.json");
}

#[test]
fn the_schema_is_closed() {
    let schema = generated();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["$defs"]["Provenance"]["additionalProperties"], false);
}

#[test]
fn whatever_the_cases_give_is_valid() {
    let validator = jsonschema::validator_for(&generated()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let inputs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("input.jsonl"))
        .filter(|path| path.exists())
        .collect();
    let switches: [&[&str]; 5] = [
        &[],
        &["--set", "output.text=none"],
        &["--set", "output.extra=string"],
        &["--set", "output.extra=off", "--set", "dedupe.enabled=false"],
        &["--set", "language.enabled=false", "--set", "entities.enabled=false"],
    ];
    for switch in switches {
        let done =
            Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("enrich").args(switch).args(&inputs).output().unwrap();
        let mut records = 0;
        for line in String::from_utf8(done.stdout).unwrap().lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            if record.get("error").is_some() || record.get("takedown").is_some() {
                continue;
            }
            records += 1;
            let errors: Vec<String> =
                validator.iter_errors(&record).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{switch:?}: {errors:?}\n{line}");
        }
        assert!(records > 20, "{switch:?}: only {records} records");
    }
}
