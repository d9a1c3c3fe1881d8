//! Configuration as a user meets it: what is wrong, where, what to write; exit code 2, and nothing was connected to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::kafka;

fn program(arguments: &[&str], file: Option<&Path>, sets: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(arguments).env("DESK_BROKERS", "broker-1:9092").env("DESK_SECRET", "hunter2").env_remove("DESK_NONE");
    if let Some(file) = file {
        command.arg("-c").arg(file);
    }
    command.args(sets.iter().flat_map(|set| ["--set", set]));
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with the file in it.
fn written(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copydesk.yaml");
    fs::write(&path, content).unwrap();
    (folder, path)
}

fn refused(file: Option<&str>, sets: &[&str]) -> String {
    let file = file.map(written);
    let done = program(&["run"], file.as_ref().map(|(_, path)| path.as_path()), sets);
    assert_eq!(done.status.code(), Some(2), "{}", text(&done.stderr));
    text(&done.stderr)
}

#[test]
fn a_wrong_key_is_refused_with_file_line_and_column() {
    let told = refused(Some("kafka:\n  brokers: localhost:9092\n  grupo: x\n"), &[]);
    assert!(told.contains("copydesk.yaml:3:3"), "{told}");
    assert!(told.contains("grupo") && told.contains("did you mean group?"), "{told}");
}

#[test]
fn a_wrong_option_is_refused_by_name() {
    let told = refused(None, &["dedupe.windw=7d"]);
    assert!(told.contains("dedupe.windw") && told.contains("window"), "{told}");
}

#[test]
fn a_property_that_the_worker_owns_is_refused_with_the_reason() {
    let told = refused(None, &["kafka.properties.enable.auto.commit=true"]);
    assert!(told.contains("enable.auto.commit") && told.contains("lost"), "{told}");
}

#[test]
fn a_misspelt_property_is_refused_with_its_place_and_the_name_that_was_meant() {
    let told =
        refused(Some("kafka:\n  properties:\n    linger.ms: 5\n    fetch.min.byte: 1\n    acks.timeout: 5\n"), &[]);
    assert!(told.contains("copydesk.yaml:4:5: kafka.properties.fetch.min.byte is no property of librdkafka: did you mean fetch.min.bytes?"), "{told}");
    assert!(told.contains("copydesk.yaml:5:5: kafka.properties.acks.timeout"), "{told}");
    let told = refused(None, &["kafka.properties.compression.codec=${DESK_SECRET}x"]);
    assert!(told.contains("--set kafka.properties.compression.codec: is refused by librdkafka"), "{told}");
}

#[test]
fn a_secret_whose_file_is_missing_is_refused_with_its_place() {
    let told = refused(Some("kafka:\n  secrets:\n    sasl.password: /nowhere/password\n"), &[]);
    assert!(told.contains("copydesk.yaml:3:5: kafka.secrets.sasl.password names the file /nowhere/password"), "{told}");
    // The pipeline without Kafka needs no password.
    let done = program(&["enrich", "/dev/null"], None, &["kafka.secrets.sasl.password=/nowhere/password"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
}

const WRONG: &str =
    "kafka:\n  broker: x\n  group: ${DESK_NONE}\nthreads: ${DESK_SECRET}\ndedupe: {near: 7}\nlog: {level: \"a=b=c\"}\n";

#[test]
fn validate_tells_everything_at_once_to_people_and_to_programs() {
    let (_folder, path) = written(WRONG);
    let done = program(&["validate"], Some(&path), &["flow.batch_records=0"]);
    let told = text(&done.stdout);
    assert_eq!(done.status.code(), Some(2), "{told}");
    assert_eq!(told.matches("error: ").count(), 6, "{told}");
    assert!(told.contains(":2:3: kafka.broker is no key: did you mean brokers?"), "{told}");
    assert!(told.contains(":3:3: kafka.group needs the variable DESK_NONE"), "{told}");
    assert!(
        told.contains(":4:10: threads is `${DESK_SECRET}`: write a whole number") && !told.contains("hunter2"),
        "{told}"
    );

    let done = program(&["validate", "--format", "json"], Some(&path), &["flow.batch_records=0"]);
    assert_eq!(done.status.code(), Some(2));
    let findings: Value = serde_json::from_slice(&done.stdout).unwrap();
    let codes: Vec<&str> =
        findings.as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["unknown-key", "variable", "wrong-value", "out-of-range", "wrong-value", "out-of-range"]);
    let first = &findings[0];
    assert_eq!((&first["line"], &first["column"], &first["severity"]), (&2.into(), &3.into(), &"error".into()));
    assert_eq!((&first["key"], &first["file"]), (&"kafka.broker".into(), &path.to_str().unwrap().into()));
    assert!(first["advice"].as_str().unwrap().contains("brokers") && first["message"].is_string());
    assert_eq!(findings[5]["option"], "flow.batch_records=0");
}

#[test]
fn validate_says_when_nothing_is_wrong_and_warns_of_a_secret_in_the_file() {
    let done = program(&["validate"], None, &[]);
    assert_eq!((done.status.code(), text(&done.stdout).trim()), (Some(0), "the configuration is valid"));
    let done = program(&["validate", "--format", "json"], None, &[]);
    assert_eq!((done.status.code(), text(&done.stdout).trim()), (Some(0), "[]"));
    let (_folder, path) = written("kafka:\n  properties:\n    sasl.password: hunter2\n");
    let done = program(&["validate"], Some(&path), &[]);
    let told = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{told}");
    assert!(told.starts_with("warning: ") && told.contains(":3:5: kafka.properties.sasl.password"), "{told}");
    assert!(told.contains("kafka.secrets.sasl.password") && !told.contains("hunter2"), "{told}");
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let done = program(&["validate"], Some(Path::new("/nowhere/copydesk.yaml")), &[]);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stdout).contains("/nowhere/copydesk.yaml"), "{}", text(&done.stdout));
}

const SHOWN: &str = "kafka:\n  brokers: ${DESK_BROKERS}\n  properties:\n    sasl.username: desk\n    sasl.password: ${DESK_SECRET}\n  \
                     secrets:\n    sasl.oauthbearer.client.secret: /run/secrets/client\ninput:\n  mapping: {title: [a.b, c]}\n";

#[test]
fn show_tells_where_each_value_comes_from_and_no_secret() {
    let (_folder, path) = written(SHOWN);
    let done = program(&["config", "show"], Some(&path), &["dedupe.near=0.3"]);
    let told = text(&done.stdout);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let line = |part: &str| told.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}: {told}"));
    assert!(
        line("brokers:").starts_with("  brokers: broker-1:9092  # ")
            && line("brokers:").ends_with("copydesk.yaml:2, ${DESK_BROKERS}")
    );
    assert!(line("near:").ends_with("near: 0.3  # --set"), "{told}");
    assert!(line("story:").ends_with("# default"), "{told}");
    assert!(line("sasl.password").contains("***"), "{told}");
    assert!(line("client.secret").contains("/run/secrets/client"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");

    let done = program(&["config", "show", "--format", "json"], Some(&path), &[]);
    let shown: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(shown["kafka.brokers"]["value"], "broker-1:9092");
    assert_eq!((&shown["kafka.brokers"]["origin"], &shown["kafka.brokers"]["line"]), (&"file".into(), &2.into()));
    assert_eq!(shown["dedupe.window"], serde_json::json!({"value": "7d", "origin": "default"}));
    assert_eq!(shown["kafka.properties.sasl.password"]["value"], "***");
    assert!(!text(&done.stdout).contains("hunter2"));
}

#[test]
fn what_show_prints_is_read_back_as_the_same_configuration_but_for_masks() {
    let (folder, path) = written(&SHOWN.replace("    sasl.password: ${DESK_SECRET}\n", ""));
    let shown = text(&program(&["config", "show"], Some(&path), &["topics.prefix=a-"]).stdout);
    let again = folder.path().join("again.yaml");
    fs::write(&again, &shown).unwrap();
    let second = text(&program(&["config", "show"], Some(&again), &[]).stdout);
    let values =
        |text: &str| text.lines().map(|line| line.split("  # ").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&shown), values(&second));
    assert!(values(&shown).iter().any(|line| line.contains("a-")) && !shown.contains("***"), "{shown}");

    let (_folder, masked) = written("kafka:\n  properties: {sasl.password: \"***\"}\n");
    let done = program(&["validate"], Some(&masked), &[]);
    assert!(text(&done.stdout).contains("is masked") && done.status.code() == Some(2), "{}", text(&done.stdout));
}

#[test]
fn no_secret_is_told_when_a_worker_is_refused_or_a_log_is_written() {
    let told = refused(
        Some("kafka:\n  properties:\n    sasl.pasword: hunter2\n    ssl.key.pem: hunter2\n"),
        &["kafka.properties.sasl.pass=hunter2"],
    );
    assert!(!told.contains("hunter2") && told.contains("did you mean sasl.password?"), "{told}");
    let done = program(&["config", "show"], None, &["kafka.properties.sasl.pasword=hunter2"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(!text(&done.stdout).contains("hunter2") && !text(&done.stderr).contains("hunter2"));
}

#[test]
fn validate_asks_a_broker_that_is_not_there_for_no_longer_than_it_says() {
    let begun = std::time::Instant::now();
    let done = program(&["validate", "--connect"], None, &["kafka.brokers=127.0.0.1:1"]);
    let told = text(&done.stdout);
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("no broker of 127.0.0.1:1 answers"), "{told}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    // What is wrong with the file is told first, and nothing is asked.
    let done = program(&["validate", "--connect"], None, &["kafka.brokers=127.0.0.1:1", "dedupe.near=7"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(!text(&done.stdout).contains("answers"), "{}", text(&done.stdout));
}

#[test]
fn validate_names_the_topics_that_the_cluster_lacks() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = kafka::unique("validate-");
    let connect = || {
        let (brokers, prefix) = (format!("kafka.brokers={bootstrap}"), format!("topics.prefix={prefix}"));
        let done = program(&["validate", "--connect", "--format", "json"], None, &[&brokers, &prefix]);
        let findings: Value = serde_json::from_slice(&done.stdout).unwrap();
        // A cluster of one node is weak, which is only a warning.
        let errors = findings.as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
        let keys = errors.map(|finding| {
            assert_eq!(finding["code"], "cluster", "{finding}");
            finding["key"].as_str().unwrap().to_owned()
        });
        let mut keys: Vec<String> = keys.collect();
        keys.dedup();
        (done.status.code().unwrap(), keys)
    };
    let (code, mut keys) = connect();
    keys.sort();
    let all =
        ["dead_letters", "duplicates", "enriched", "input", "sketches", "stories"].map(|name| format!("topics.{name}"));
    assert_eq!((code, keys), (1, all.to_vec()));
    kafka::topics::create(bootstrap, &format!("{prefix}copydesk.sketches"), 2, &[]);
    for name in ["articles.raw", "articles.enriched", "articles.duplicates", "articles.raw.dlq", "copydesk.stories"] {
        kafka::topics::create(bootstrap, &format!("{prefix}{name}"), 1, &[]);
    }
    assert_eq!(connect(), (1, vec!["topics.sketches".to_owned()]), "the log has two partitions");
    kafka::topics::delete(bootstrap, &format!("{prefix}copydesk.sketches"));
    kafka::topics::create_log(bootstrap, &prefix);
    assert_eq!(connect(), (0, Vec::new()));
}

fn committed(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// `COPYDESK_ACCEPT=1 cargo test --test it config` accepts a change.
#[test]
fn what_is_made_from_the_types_is_up_to_date() {
    let made: [(&str, &[&str]); 3] = [
        ("config/copydesk.schema.json", &["config", "schema"]),
        ("config/reference.yaml", &["config", "reference"]),
        ("docs/configuration.md", &["config", "reference", "--format", "markdown"]),
    ];
    for (path, arguments) in made {
        let now = text(&program(arguments, None, &[]).stdout);
        if std::env::var_os("COPYDESK_ACCEPT").is_some() {
            fs::write(committed(path), &now).unwrap();
        }
        let then = fs::read_to_string(committed(path)).unwrap_or_default();
        assert!(
            now == then,
            "{path}: run copydesk {} > {path} (COPYDESK_ACCEPT=1 accepts the change)",
            arguments.join(" ")
        );
    }
}

#[test]
fn the_reference_is_the_default_and_the_short_file_is_too_but_for_what_it_sets() {
    let default = copydesk::config::Config::default();
    let read = |path: &str| copydesk::config::load(Some(&committed(path)), &[]).unwrap();
    assert_eq!(read("config/reference.yaml"), default);
    assert_eq!(read("config/copydesk.yaml"), default);
}

#[test]
fn the_files_are_valid_by_the_schema_and_mistakes_are_not() {
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(committed("config/copydesk.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = |text: &str| -> Value { serde_saphyr::from_str(text).unwrap() };
    for path in ["config/reference.yaml", "config/copydesk.yaml"] {
        let text = fs::read_to_string(committed(path)).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&value(&text)).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{path}: {wrong:?}");
        let line = text.lines().next().unwrap();
        assert_eq!(line, "# yaml-language-server: $schema=copydesk.schema.json", "{path}");
    }
    for (text, is_valid) in [
        ("threads: 4", true),
        ("threads: ${CORES:-4}", true),
        ("flow: {in_flight: 1024, linger: 5ms}", true),
        ("kafka: {properties: {acks: all}}", true),
        ("output: {entities: {types: [person]}, routes: [{when: 'language = \"de\"', to: de}]}", true),
        ("thread: 4", false),
        ("threads: many", false),
        ("threads: 5000", false),
        ("dedupe: {near: 2}", false),
        ("delivery: twice", false),
        ("flow: {linger: soon}", false),
        ("output: {entities: {types: [people]}}", false),
        ("output: {routes: [{when: 'language = \"de\"'}]}", false),
    ] {
        assert_eq!(validator.is_valid(&value(text)), is_valid, "{text}");
    }
}
