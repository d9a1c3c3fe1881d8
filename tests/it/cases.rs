//! Golden cases: every folder of `tests/cases` has `input.jsonl`, raw records one a line, and `expected.jsonl`, what
//! `copydesk enrich` makes of them. To accept a change, look at the difference and run
//! `COPYDESK_ACCEPT=1 cargo test --release --test it cases`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What may differ from run to run and from version to version.
fn settled(line: &str) -> Value {
    let mut record: Value = serde_json::from_str(line).unwrap();
    if let Some(provenance) = record.get_mut("provenance").and_then(Value::as_object_mut) {
        for member in ["processed_at", "worker", "config", "models"] {
            provenance.remove(member);
        }
    }
    record
}

#[test]
fn every_case_gives_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let accept = std::env::var_os("COPYDESK_ACCEPT").is_some();
    let mut cases: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(cases.len() > 20, "the cases are gone");
    let mut wrong = Vec::new();
    for case in &cases {
        let done =
            Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("enrich").arg(case.join("input.jsonl")).output().unwrap();
        assert!(done.status.success(), "{}: {}", case.display(), String::from_utf8_lossy(&done.stderr));
        let told: Vec<Value> = String::from_utf8(done.stdout).unwrap().lines().map(settled).collect();
        if accept {
            let lines: String = told.iter().map(|record| format!("{record}\n")).collect();
            fs::write(case.join("expected.jsonl"), lines).unwrap();
            continue;
        }
        let expected = fs::read_to_string(case.join("expected.jsonl")).unwrap_or_default();
        let expected: Vec<Value> = expected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for number in 0..told.len().max(expected.len()) {
            let (told, expected) = (told.get(number), expected.get(number));
            if told != expected {
                wrong.push(format!("{} line {}:\n{}", case.display(), number + 1, difference(expected, told)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n(COPYDESK_ACCEPT=1 accepts the change)", wrong.join("\n"));
}

fn difference(expected: Option<&Value>, told: Option<&Value>) -> String {
    let (Some(Value::Object(expected)), Some(Value::Object(told))) = (expected, told) else {
        return format!("  expected {expected:?}\n  got      {told:?}");
    };
    let names: std::collections::BTreeSet<&String> = expected.keys().chain(told.keys()).collect();
    let differs = |name: &&&String| expected.get(**name) != told.get(**name);
    let shown = |value: Option<&Value>| value.map_or("nothing".into(), Value::to_string);
    let lines = names.iter().filter(differs).map(|name| {
        format!("  {name}: expected {}\n  {name}: got      {}", shown(expected.get(*name)), shown(told.get(*name)))
    });
    lines.collect::<Vec<_>>().join("\n")
}
