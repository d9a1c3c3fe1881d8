//! What is read, what is refused, and in which words.

use std::fs;

use proptest::prelude::*;

use super::super::{Clean, Delivery, Extra, FloodGuard, FloodRule, Period};
use super::*;

fn set(option: &str) -> Result<Config, String> {
    load(None, &[option.to_owned()]).map_err(|error| error.to_string())
}

fn held(name: &str) -> Option<String> {
    match name {
        "BROKERS" => Some("broker-1:9092".into()),
        "LINES" => Some("a\n  group: stolen".into()),
        "SEVEN" => Some("7".into()),
        "PRIVATE" => Some("hunter2".into()),
        _ => None,
    }
}

fn file(text: &str) -> Result<Config, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    let name = format!("{}:", file.path().display());
    read_with(Some(file.path()), &[], &held).into_config().map_err(|error| error.to_string().replace(&name, ""))
}

#[test]
fn an_option_changes_one_key() {
    assert_eq!(set("kafka.brokers=host:9092").unwrap().kafka.brokers, "host:9092");
    assert_eq!(set("text.clean=off").unwrap().text.clean, Clean::Off);
    assert_eq!(set("delivery=at-least-once").unwrap().delivery, Delivery::AtLeastOnce);
    assert_eq!(set("commit_interval=100ms").unwrap().commit_interval.0, Period::from_millis(100));
    assert_eq!(set("dead_letters.flood=off").unwrap().dead_letters.flood, FloodGuard::Off);
    let rule = FloodRule { last: 50, ..FloodRule::default() };
    assert_eq!(set("dead_letters.flood.last=50").unwrap().dead_letters.flood, FloodGuard::On(rule));
    assert!(!set("dedupe.enabled=false").unwrap().dedupe.enabled);
    assert_eq!(set("topics.prefix=7").unwrap().topics.prefix, "7");
    assert_eq!(set("topics.prefix=1.10-").unwrap().topics.prefix, "1.10-");
    assert_eq!(set("kafka.instance=desk-1").unwrap().kafka.instance.as_deref(), Some("desk-1"));
    assert_eq!(set("kafka.instance=null").unwrap().kafka.instance, None);
    assert_eq!(set("input.mapping.title=[a.b, c]").unwrap().input.mapping["title"], ["a.b", "c"]);
    let properties = set("kafka.properties.fetch.min.bytes=100000").unwrap().kafka.properties;
    assert_eq!(properties.get("fetch.min.bytes").map(String::as_str), Some("100000"));
    assert!(set("kafka.properties={security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN}").is_ok());
    assert_eq!(set("kafka.properties={fetch.min.bytes: 100000}").unwrap().kafka.properties, properties);
    assert_eq!(set("kafka.group=${SEVEN}").unwrap().kafka.group, "${SEVEN}", "options have the shell's variables");
}

#[test]
fn a_wrong_option_is_named() {
    for (option, part) in [
        ("kafka.broker=x", "--set kafka.broker=x: is no key: did you mean brokers?"),
        ("kafka", "key=value"),
        ("threads=many", "--set threads=many: is `many`: write a whole number"),
        ("threads=-1", "write a whole number"),
        ("delivery=twice", "Write one of exactly-once, at-least-once"),
        ("delivery=at_least_once", "did you mean at-least-once?"),
        ("dedupe.near=7", "between 0.05 and 1"),
        ("dedupe.near=.nan", "write a number"),
        ("dedupe.limits.edition.more=1.5", "between 0 and 1"),
        ("dedupe.limits.mutual=-0.1", "between 0 and 1"),
        ("dedupe.limits.headline.words=3", "mutual"),
        ("dedupe.limits.keys=0", "between 1 and 255"),
        ("dedupe.limits.boilerplate.articles=1", "between 2 and 65535"),
        ("dedupe.limits.scored=0", "between 1 and 4096"),
        ("dedupe.limits.holders=5000", "between 2 and 1024"),
        (
            "dedupe.limits.changed.rules=[{alike: 2, similarity: 0, taken_over: 0, balance: 0, words: 1}]",
            "between 0 and 1",
        ),
        ("dedupe.limits.changed.rules=[{alike: 0.5}]", "similarity"),
        ("dedupe.samples=100", "between 160 and 255"),
        ("dedupe.enabled=maybe", "write true or false"),
        ("dedupe=7d", "write these keys below it: enabled, window"),
        ("flow.drain_timeout=1m", "less than flow.transaction_timeout"),
        ("kafka.properties.group.id=x", "set kafka.group"),
        #[cfg(not(any(feature = "tls", feature = "tls-vendored")))]
        ("kafka.properties.security.protocol=SSL", "--features tls"),
        ("topics.enriched=articles.raw", "so is topics.input"),
        ("topics.dead_letters=copydesk.stories", "give each a topic of its own"),
        ("topics.input=a b", "letters, digits"),
        ("topics.input={a b", "not YAML"),
        ("dedupe.window=1s", "at least 1m"),
        ("threads=100000", "at most 1024"),
        ("dead_letters.flood=on", "write `off`, or keys"),
        ("dead_letters.flood.last=1", "write 10 to 100000"),
        ("dead_letters.flood.share=1", "less than 1, or dead_letters.flood: off"),
        ("dead_letters.flood.probe=1ms", "write 100ms to 1h"),
        ("dead_letters.flood.most=1", "is no key"),
        ("output.entities.types=[people]", "Write one of person, organisation, location"),
        ("output.entities.types=person", "write `all`, or a list"),
    ] {
        let message = set(option).unwrap_err();
        assert!(message.contains(part), "{option}: {message}");
    }
}

#[test]
fn a_property_that_is_refused_keeps_its_value_to_itself() {
    let told = set("kafka.properties.group.id=hunter2").unwrap_err();
    assert!(told.starts_with("--set kafka.properties.group.id: belongs to the worker"), "{told}");
    assert!(!set("kafka.properties.sasl.password={a: hunter2}").unwrap_err().contains("hunter2"));
}

#[test]
fn a_wrong_file_is_refused_with_line_and_column() {
    for (text, told) in [
        ("kafka:\n  brokers: a:1\n  grupo: b\n", "3:3: kafka.grupo is no key: did you mean group?"),
        ("commit_interval: soon\n", "1:18: commit_interval `soon` is not a length of time"),
        ("kafka: {brokers: a:1}\nkafka: {}\n", "2:1: kafka stands here and at 1:1: write it once"),
        ("threads: [1]\n", "1:10: threads is a list: write a whole number"),
        ("threads: \"1\"\n", "1:10: threads is `1`: write a whole number"),
        ("dedupe: {window: 1d, near: 3}\n", "1:22: dedupe.near is 3: write a share"),
        ("a: b: c\n", "1:"),
        ("- a\n", "1:1: the configuration is a list: write these keys"),
        ("kafka: !vault x\n", "1:15: the tag !vault means nothing here"),
        ("threads: 1\n---\nthreads: 2\n", "2:1: a second document begins here"),
        ("kafka:\n  properties: {a: [1]}\n", "2:19: kafka.properties.a is a list: write text"),
    ] {
        let message = file(text).unwrap_err();
        assert!(message.starts_with(told), "{text}: {message}");
    }
    let latin = tempfile::NamedTempFile::new().unwrap();
    fs::write(latin.path(), b"# a\n# caf\xe9\n").unwrap();
    assert!(load(Some(latin.path()), &[]).unwrap_err().to_string().contains(":2:6: the file is not UTF-8"));
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = "kafka:\n  grupo: b\n  brokers: \"\"\nthreads: many\ndedupe:\n  near: 3\n  window: soon\noutput:\n  text: some\n";
    let told = file(text).unwrap_err();
    for part in [
        "6 things are wrong",
        "2:3: kafka.grupo",
        "3:3: kafka.brokers must not be empty",
        "4:10: threads",
        "6:3: dedupe.near is 3",
        "7:11: dedupe.window",
        "9:9: output.text",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let order: Vec<usize> =
        ["grupo", "brokers", "threads", "near", "window", "some"].map(|part| told.find(part).unwrap()).into();
    assert!(order.is_sorted(), "{told}");
}

#[test]
fn a_key_that_was_left_to_its_default_contradicts_nothing() {
    let told = file("flow: {drain_timeout: 3s, transaction_timeout: fast}\ncommit_interval: 11s\n").unwrap_err();
    assert!(!told.contains("commit_interval") && told.contains("fast"), "{told}");
}

#[test]
fn a_contradiction_is_told_with_its_place() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "dedupe:\n  window: 1d\n  near: 3\n").unwrap();
    let told = |sets: &[String]| load(Some(file.path()), sets).unwrap_err().to_string();
    assert!(told(&[]).contains(":3:3: dedupe.near is 3: write a share"), "{}", told(&[]));
    let set = ["dedupe.near=7".to_owned()];
    assert!(told(&set).starts_with("--set dedupe.near=7: is 7"), "{}", told(&set));
    let other = ["dedupe.near=0.5".to_owned(), "flow.batch_records=0".to_owned()];
    assert!(told(&other).starts_with("--set flow.batch_records=0"), "{}", told(&other));
    let default = ["flow.transaction_timeout=4s".to_owned()];
    assert!(told(&default).contains("flow.drain_timeout is 5s"), "{}", told(&default));
}

#[test]
fn variables_are_read_from_the_environment_and_stay_in_their_place() {
    let config = file(
        "kafka:\n  brokers: ${BROKERS}\n  group: ${NONE:-desk}\nthreads: ${SEVEN}\ntopics:\n  prefix: '${SEVEN}'\n",
    );
    assert!(
        config.unwrap_err().contains("topics.input with its prefix is `${SEVEN}articles.raw`"),
        "quoted text is as it is"
    );
    let config =
        file("kafka:\n  brokers: ${BROKERS}\n  group: ${NONE:-desk}\n  instance: ${NONE:-}\nthreads: ${SEVEN}\n")
            .unwrap();
    assert_eq!((config.kafka.brokers.as_str(), config.kafka.group.as_str()), ("broker-1:9092", "desk"));
    assert_eq!((config.threads, config.kafka.instance), (7, None));
    assert_eq!(file("kafka:\n  brokers: ${LINES}\n").unwrap().kafka.brokers, "a\n  group: stolen");
}

#[test]
fn a_variable_that_is_not_set_is_told_with_its_place_and_no_value_ever_is() {
    let told = file("kafka:\n  brokers: ${NONE}\n  group: ${NONE:?ask the platform team}\n").unwrap_err();
    assert!(
        told.contains(
            "2:3: kafka.brokers needs the variable NONE, which is not set: set it, or write ${NONE:-default}"
        ),
        "{told}"
    );
    assert!(told.contains("3:3: kafka.group") && told.contains("ask the platform team"), "{told}");
    for text in [
        "threads: ${PRIVATE}",
        "commit_interval: ${PRIVATE}",
        "delivery: ${PRIVATE}",
        "topics:\n  prefix: ${PRIVATE}/",
        "topics:\n  input: ${PRIVATE}/",
        "output:\n  entities:\n    types: ${PRIVATE}",
        "dedupe:\n  enabled: ${PRIVATE}",
        "kafka: ${PRIVATE}",
        "flow:\n  in_flight: ${PRIVATE}",
    ] {
        let told = file(text).unwrap_err();
        assert!(!told.contains("hunter2") && told.contains("${PRIVATE}"), "{text}: {told}");
    }
}

#[test]
fn words_that_yaml_once_took_for_flags_stay_words() {
    assert_eq!(file("text: {clean: off}\n").unwrap().text.clean, Clean::Off);
    assert_eq!(file("output: {extra: off, entities: {types: [person]}}\n").unwrap().output.extra, Extra::Off);
}

#[test]
fn an_alias_is_what_it_stands_for_and_a_bomb_of_them_is_refused() {
    let config = file("topics: {input: &name raw, enriched: new}\nkafka: {group: *name}\n").unwrap();
    assert_eq!(config.kafka.group, "raw");
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..10 {
        let before = format!("*a{}, ", n - 1).repeat(10);
        bomb.push_str(&format!("a{n}: &a{n} [{before}]\n"));
    }
    assert!(file(&bomb).unwrap_err().contains("too many values"), "{}", file(&bomb).unwrap_err());
    assert!(file(&"[".repeat(10_000)).is_err());
    assert!(file(&format!("a: {}", "{a: ".repeat(200))).is_err());
}

#[test]
fn an_empty_file_is_the_default() {
    for text in ["# nothing\n", "", "kafka:\n  # nothing\n", "---\n", "\u{feff}threads: 0\n"] {
        assert_eq!(file(text).unwrap(), Config::default(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_loader_panic(
        pieces in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(vec![
                    "kafka:", "\n", "  ", "properties", ": ", "{", "}", "[", "]", ",", "- ", "&a ", "*a", "<<: ", "${", "}", ":-", "|\n",
                    ">\n", "!!str ", "!x ", "\"", "'", "#", "null", "true", "1e9", ".nan", "7d", "dedupe", "near", "output:", "\t", "---\n",
                    "? ", "%YAML 1.1\n", "\u{feff}", "é",
                ]).prop_map(|piece| piece.as_bytes().to_vec()),
                proptest::collection::vec(any::<u8>(), 0..4),
            ],
            0..40,
        ),
    ) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), pieces.concat()).unwrap();
        let loaded = read_with(Some(file.path()), &[], &held);
        prop_assert!(loaded.findings.len() <= MOST_FINDINGS + 20);
        // whatever is refused is refused in words
        prop_assert!(loaded.findings.iter().all(|finding| !finding.message.is_empty()));
        drop(read_with(None, &[String::from_utf8_lossy(&pieces.concat()).into_owned()], &held));
    }

    #[test]
    fn what_is_shown_is_read_back_as_the_same(
        (group, prefix, instance) in (any::<String>(), any::<String>(), any::<Option<String>>()),
        properties in proptest::collection::btree_map("[a-z.]{1,9}|.{1,5}", any::<String>(), 0..4),
        mapping in proptest::collection::btree_map(any::<String>(), proptest::collection::vec(any::<String>(), 0..3), 0..3),
        (near, span, millis, folder) in (any::<f64>(), any::<u64>(), 0..1_000_000_000_u64, any::<Option<String>>()),
    ) {
        let mut config = Config::default();
        (config.kafka.group, config.topics.prefix, config.kafka.instance) = (group, prefix, instance);
        config.kafka.properties = properties.into_iter().filter(|(name, _)| !is_secret(name)).collect();
        config.input.mapping = mapping;
        config.dedupe.span = span;
        config.dedupe.window = Period::from_millis(millis);
        config.dedupe.state_dir = folder.map(Into::into);
        if near.is_finite() {
            config.dedupe.near = near;
        }
        let shown = Loaded { config: config.clone(), findings: Vec::new(), written: Node::empty("") }.as_yaml();
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &shown).unwrap();
        prop_assert_eq!(read_with(Some(file.path()), &[], &held).config, config, "{}", shown);
    }
}
