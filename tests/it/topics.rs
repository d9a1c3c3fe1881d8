//! `copydesk topics`: printed, created, compared with what is there.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::kafka::articles::plant;
use super::kafka::tools::{copydesk, shell};
use super::kafka::topics::{self, Sent};
use super::kafka::worker::Worker;
use super::kafka::{self, unique};
use super::run::{MINUTE, audit, await_done};

const NAMES: [&str; 6] = [
    "articles.raw",
    "articles.enriched",
    "articles.duplicates",
    "articles.raw.dlq",
    "copydesk.stories",
    "copydesk.sketches",
];
/// Longest that a command may take to say that it reaches nobody.
const SOON: Duration = Duration::from_secs(15);

#[test]
fn what_is_created_is_found_to_be_right_and_the_worker_runs_on_it() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("created");
    let dry = copydesk(&["topics", "create", "--dry-run"], bootstrap, &prefix, &[]);
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    NAMES.iter().for_each(|name| dry.has(&[&format!("{prefix}{name}"), "would be created"]));
    let before = copydesk(&["topics", "check"], bootstrap, &prefix, &[]);
    assert_eq!(before.code, Some(1));
    NAMES.iter().for_each(|name| before.has(&["broken", &format!("{prefix}{name}"), "topic is missing"]));

    let created = copydesk(&["topics", "create", "--partitions", "2"], bootstrap, &prefix, &[]);
    assert_eq!(created.code, Some(0), "{}", created.stderr);
    NAMES.iter().for_each(|name| created.has(&[&format!("{prefix}{name}: created")]));
    let check = copydesk(&["topics", "check"], bootstrap, &prefix, &[]);
    assert_eq!(check.code, Some(0), "{}{}", check.stdout, check.stderr);
    check.has(&["6 topics: 0 broken, 0 weak; 0 rights missing"]);
    assert_eq!(check.stdout.lines().count(), 1, "{}", check.stdout);

    let again = copydesk(&["topics", "create", "--partitions", "5"], bootstrap, &prefix, &[]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    NAMES.iter().for_each(|name| again.has(&[&format!("{prefix}{name}: is there, left as it is")]));
    let input = format!("{prefix}articles.raw");
    assert_eq!(topics::ends(bootstrap, &input, 2), [0, 0], "the input still has two partitions");

    let planted = plant(31, 200, 2);
    let records: Vec<Sent> = planted.iter().map(|planted| planted.sent.clone()).collect();
    topics::produce(bootstrap, &input, &records);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &worker);
    let log = worker.stop();
    audit(bootstrap, &prefix, &planted, false);
    assert!(!log.contains("should be"), "{log}");
}

/// A topic's name, its partitions and settings, and what is said of it.
type Wrong = (&'static str, i32, &'static [(&'static str, &'static str)], &'static str);

/// The command and the worker say the same, and what the command says mends it.
#[test]
fn each_wrong_setting_is_found_by_the_command_and_the_worker_and_mended_as_told() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("wrong");
    let wrong: [Wrong; 6] = [
        ("articles.raw", 1, &[("max.message.bytes", "30000000")], ""),
        (
            "articles.enriched",
            1,
            &[("max.message.bytes", "1000000")],
            "max.message.bytes is 1000000, should be 17039360",
        ),
        ("articles.duplicates", 1, &[("min.insync.replicas", "3")], "min.insync.replicas is 3, should be 1"),
        ("articles.raw.dlq", 1, &[("cleanup.policy", "compact")], "cleanup.policy is compact, should be delete"),
        ("copydesk.stories", 1, &[("cleanup.policy", "delete")], "cleanup.policy is delete, should be compact"),
        (
            "copydesk.sketches",
            2,
            &[("retention.ms", "604800000"), ("message.timestamp.type", "LogAppendTime")],
            "retention.ms is 604800000 (7d), should be 777600000 (9d)",
        ),
    ];
    for (name, partitions, settings, _) in wrong {
        topics::create(bootstrap, &format!("{prefix}{name}"), partitions, settings);
    }
    let check = copydesk(&["topics", "check"], bootstrap, &prefix, &[]);
    assert_eq!(check.code, Some(1), "{}", check.stderr);
    let mut worker = Worker::start(bootstrap, &prefix, &[]);
    assert_eq!(worker.ended(MINUTE).code(), Some(1), "{}", worker.log());
    let both = |name: &str, what: &str| {
        let topic = format!("topic {prefix}{name}");
        check.has(&[&topic, what]);
        assert!(worker.said(&[&topic, what]) == 1, "{name} {what}:\n{}", worker.log());
    };
    for (name, _, _, what) in wrong.iter().filter(|(_, _, _, what)| !what.is_empty()) {
        both(name, what);
    }
    both("copydesk.sketches", "partitions is 2, should be 1");
    check.has(&["6 topics: 4 broken, 2 weak"]);

    let mends: Vec<&str> =
        check.stdout.lines().map(str::trim).filter(|line| line.starts_with("kafka-configs")).collect();
    assert_eq!(mends.len(), 5, "{}", check.stdout);
    shell(&mends.join("\n"));
    let mended = copydesk(&["topics", "check"], bootstrap, &prefix, &[]);
    assert_eq!(mended.code, Some(1));
    mended.has(&["6 topics: 1 broken, 0 weak"]);
    mended.has(&["broken", "partitions is 2"]);
}

#[test]
fn a_broker_that_is_not_there_is_told_soon_and_once() {
    for command in ["check", "create"] {
        let done = copydesk(&["topics", command], "127.0.0.1:1", "x", &[]);
        assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{}", done.stderr);
        assert!(done.took < SOON, "{:?}", done.took);
        let [line] = done.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{}", done.stderr) };
        assert!(line.contains("no broker of 127.0.0.1:1 answers") && line.contains("nothing listens"), "{line}");
    }
}

/// Topic names with their settings, as commands of kafka-topics.sh have them.
fn commanded(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut topics = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("kafka-topics.sh")) {
        let words: Vec<&str> = line.split(' ').collect();
        let after = |option: &str| {
            let values = words.windows(2).filter(move |pair| pair[0] == option).map(|pair| pair[1].to_owned());
            values.collect::<Vec<_>>()
        };
        let mut settings: BTreeMap<String, String> = after("--config")
            .iter()
            .map(|setting| setting.split_once('=').map(|(key, value)| (key.into(), value.into())).unwrap())
            .collect();
        settings.insert("partitions".into(), after("--partitions")[0].clone());
        settings.insert("replicas".into(), after("--replication-factor")[0].clone());
        topics.insert(after("--topic")[0].clone(), settings);
    }
    topics
}

#[test]
fn strimzi_resources_say_what_the_commands_say() {
    let sets = ["output.routes=[{when: 'language = \"de\"', to: Articles_DE}]"];
    let print = |format: &str| {
        let arguments = ["topics", "print", "--format", format, "--principal", "User:desk", "--partitions", "6"];
        let done = copydesk(&arguments, "127.0.0.1:1", "news.", &sets);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        done.stdout
    };
    let commands = print("kafka-topics");
    let (mut topics, mut names, mut user) = (BTreeMap::new(), Vec::new(), None);
    for document in print("strimzi").split("---\n").filter(|text| !text.is_empty()) {
        let object: Value = serde_saphyr::from_str(document).unwrap();
        assert_eq!(object["apiVersion"], "kafka.strimzi.io/v1");
        assert_eq!(object["metadata"]["labels"]["strimzi.io/cluster"], "kafka");
        let spec = &object["spec"];
        match object["kind"].as_str().unwrap() {
            "KafkaTopic" => {
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let mut settings: BTreeMap<String, String> =
                    spec["config"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), text(value))).collect();
                settings.insert("partitions".into(), text(&spec["partitions"]));
                settings.insert("replicas".into(), text(&spec["replicas"]));
                names.push(object["metadata"]["name"].as_str().unwrap().to_owned());
                topics.insert(spec["topicName"].as_str().unwrap().to_owned(), settings);
            }
            "KafkaUser" => user = Some(object.clone()),
            kind => panic!("{kind}"),
        }
    }
    assert_eq!(topics, commanded(&commands));
    let wanted: Vec<String> = NAMES.iter().chain(&["Articles_DE"]).map(|name| format!("news.{name}")).collect();
    assert!(topics.len() == 7 && wanted.iter().all(|name| topics.contains_key(name)), "{topics:#?}");
    assert!(names.contains(&"news.articles-de".to_owned()), "{names:?}");

    let user = user.unwrap();
    assert_eq!(user["metadata"]["name"], "desk");
    for acl in user["spec"]["authorization"]["acls"].as_array().unwrap() {
        let resource = &acl["resource"];
        let (kind, name) = (resource["type"].as_str().unwrap(), resource["name"].as_str().unwrap());
        let option = match (kind, resource["patternType"].as_str().unwrap()) {
            ("topic", "literal") => format!("--topic {name}"),
            ("group", "literal") => format!("--group {name}"),
            ("transactionalId", "prefix") => format!("--transactional-id {name} --resource-pattern-type prefixed"),
            other => panic!("{other:?}"),
        };
        let operations: String = acl["operations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|operation| format!(" --operation {}", operation.as_str().unwrap()))
            .collect();
        let granted = |line: &&str| {
            format!("{line} ").contains(&format!("{option} ")) && line.contains(&format!("User:desk{operations} --"))
        };
        assert_eq!(commands.lines().filter(granted).count(), 1, "{option}{operations} in\n{commands}");
    }
}

#[test]
fn a_principal_that_strimzi_cannot_make_is_wrong_use() {
    let done = copydesk(
        &["topics", "print", "--format", "strimzi", "--principal", "User:CN=desk"],
        "127.0.0.1:1",
        "",
        &["kafka.group=g"],
    );
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert!(done.stderr.contains("User:CN=desk cannot be a KafkaUser"), "{}", done.stderr);
}
