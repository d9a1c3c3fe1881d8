//! `copydesk audit` and `copydesk lag` on real Kafka; the suite's own auditor says what the command must find.

use std::collections::BTreeSet;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::Value;

use super::kafka::articles::plant;
use super::kafka::audit::{Audit, Outcome, in_place};
use super::kafka::topics::{self, Sent};
use super::kafka::worker::{Worker, command, told};
use super::kafka::{self, wait_until};
use super::run::{MINUTE, await_done, committed_records, stage};

/// The report, and whether it says that all is well.
fn report(bootstrap: &str, prefix: &str, arguments: &[&str]) -> (Value, bool) {
    let done = command(bootstrap, prefix, &[&["audit", "--format", "json"], arguments].concat());
    let (out, complaint) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}\n{complaint}"));
    assert_eq!(report["clean"], done.status.success(), "{report:#}");
    (report, done.status.success())
}

fn sum(report: &Value, member: &str) -> u64 {
    report["partitions"].as_array().unwrap().iter().map(|line| line[member].as_u64().unwrap()).sum()
}

/// Places with this flaw.
fn places(report: &Value, flaw: &str) -> BTreeSet<(i32, i64)> {
    let faults = report["faults"].as_array().unwrap().iter().filter(|fault| fault["flaw"] == flaw);
    let place = |fault: &Value| {
        (i32::try_from(fault["partition"].as_i64().unwrap()).unwrap(), fault["offset"].as_i64().unwrap())
    };
    faults.map(place).collect()
}

#[test]
fn the_command_counts_what_the_suites_auditor_counts() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(7, 2_000, 4);
    let prefix = stage(bootstrap, "audit", 4, &planted);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 4, &worker);
    worker.stop();
    let outcomes = Audit::read(bootstrap, &prefix).outcomes();
    let (report, is_clean) = report(bootstrap, &prefix, &[]);
    assert!(is_clean, "{report:#}");
    for line in report["partitions"].as_array().unwrap() {
        let own: Vec<&Outcome> = outcomes
            .iter()
            .filter(|((partition, _), _)| line["partition"] == *partition)
            .map(|(_, outcome)| outcome)
            .collect();
        let count = |is_so: fn(&Outcome) -> bool| own.iter().filter(|outcome| is_so(outcome)).count();
        assert_eq!(line["records"], own.len());
        assert_eq!(line["enriched"], count(|outcome| outcome.enriched == 1));
        assert_eq!(line["duplicates"], count(|outcome| outcome.duplicates == 1));
        assert_eq!(line["both"], count(|outcome| outcome.enriched == 1 && outcome.duplicates == 1));
        assert_eq!(line["dead_letters"], count(|outcome| outcome.dead_letters == 1));
        assert_eq!(line["tombstones"], count(|outcome| outcome.tombstones == (1, 1)));
    }
    let text = told(bootstrap, &prefix, &["audit", "--since", "1h"]);
    assert!(text.contains("clean: 2000 records"), "{text}");
    let nothing = told(bootstrap, &prefix, &["audit", "--since", "2100-01-01T00:00:00Z"]);
    assert!(nothing.contains("clean: 0 records"), "{nothing}");
}

#[test]
fn what_a_worker_loses_is_found_by_the_command_too() {
    let Some(bootstrap) = kafka::shared() else { return };
    // Fewer than the report names one by one, so that all of them can be compared however many a fast worker loses.
    let planted = plant(4, 900, 4);
    let prefix = stage(bootstrap, "audit-canary", 4, &planted);
    let sets = ["delivery=at-least-once", "commit_interval=50ms", "kafka.properties.linger.ms=1000"];
    let mut worker = Worker::canary(bootstrap, &prefix, &sets);
    wait_until("a part committed", MINUTE, || committed_records(bootstrap, &prefix, 4) > 300);
    worker.signal("KILL");
    worker.ended(MINUTE);
    let second = Worker::start(bootstrap, &prefix, &["delivery=at-least-once"]);
    await_done(bootstrap, &prefix, 4, &second);
    second.stop();
    let outcomes = Audit::read(bootstrap, &prefix).outcomes();
    let lost: BTreeSet<(i32, i64)> =
        in_place(&planted).map(|(place, _)| place).filter(|place| !outcomes.contains_key(place)).collect();
    assert!(!lost.is_empty(), "the canary has lost nothing");
    let (report, is_clean) = report(bootstrap, &prefix, &["--set", "delivery=at-least-once"]);
    assert!(!is_clean);
    let is_half = |outcome: &Outcome| (outcome.tombstones.0 == 0) != (outcome.tombstones.1 == 0);
    let halves: BTreeSet<(i32, i64)> =
        outcomes.iter().filter(|(_, outcome)| is_half(outcome)).map(|(place, _)| *place).collect();
    assert_eq!(places(&report, "missing"), lost, "every loss, and nothing else");
    assert_eq!(places(&report, "half-takedown"), halves);
    assert_eq!(sum(&report, "flaws"), (lost.len() + halves.len()) as u64, "{:#}", report["faults"]);
}

fn produce(bootstrap: &str, topic: &str, value: Option<Vec<u8>>, headers: &[(&str, &str)]) {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    topics::produce(bootstrap, topic, &[Sent { partition: 0, key: Some(b"k".to_vec()), value, headers }]);
}

#[test]
fn what_is_twice_and_what_is_of_nothing_is_found_and_what_retention_took_is_said() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(8, 400, 1);
    let prefix = stage(bootstrap, "audit-flaws", 1, &planted);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    let enriched = format!("{prefix}articles.enriched");
    let first = topics::read(bootstrap, &enriched).into_iter().find(|record| record.value.is_some()).unwrap();
    let offset = first.json()["provenance"]["input"]["offset"].as_i64().unwrap();
    assert!(report(bootstrap, &prefix, &[]).1);

    produce(bootstrap, &enriched, first.value.clone(), &[]);
    let input = format!("{prefix}articles.raw");
    let cause = [
        ("__connect.errors.topic", input.as_str()),
        ("__connect.errors.partition", "0"),
        ("__connect.errors.offset", &offset.to_string()),
    ];
    let (found, _) = report(bootstrap, &prefix, &[]);
    assert_eq!((places(&found, "twice"), sum(&found, "flaws")), (BTreeSet::from([(0, offset)]), 1));
    let (found, is_clean) = report(bootstrap, &prefix, &["--set", "delivery=at-least-once"]);
    assert!(is_clean && found["notes"].to_string().contains("came twice"), "{found:#}");
    produce(bootstrap, &format!("{prefix}articles.raw.dlq"), None, &cause);
    let (found, _) = report(bootstrap, &prefix, &[]);
    assert_eq!(places(&found, "contradictory"), BTreeSet::from([(0, offset)]));

    // Retention takes the beginning of the enriched topic, and both with it.
    let before = report(bootstrap, &prefix, &[]).0;
    delete_up_to(bootstrap, &enriched, topics::ends(bootstrap, &enriched, 1)[0] / 2);
    delete_up_to(
        bootstrap,
        &format!("{prefix}articles.raw.dlq"),
        topics::ends(bootstrap, &format!("{prefix}articles.raw.dlq"), 1)[0],
    );
    let (after, is_clean) = report(bootstrap, &prefix, &[]);
    assert!(is_clean, "{after:#}");
    assert!(sum(&after, "unknown") > 0 && sum(&after, "enriched") < sum(&before, "enriched"));
    assert!(after["notes"].to_string().contains("retention has cut"), "{after:#}");

    // And then the beginning of the input: outcomes of it are of nothing that is audited.
    delete_up_to(bootstrap, &input, 300);
    let (after, is_clean) = report(bootstrap, &prefix, &[]);
    assert!(is_clean && sum(&after, "records") <= 100 && sum(&after, "before") > 0, "{after:#}");
}

fn delete_up_to(bootstrap: &str, topic: &str, offset: i64) {
    let admin: AdminClient<DefaultClientContext> = topics::client(bootstrap).create().unwrap();
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, 0, Offset::Offset(offset)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(admin.delete_records(&list, &AdminOptions::new())).unwrap();
}

#[test]
fn an_open_transaction_is_told() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(9, 50, 1);
    let prefix = stage(bootstrap, "audit-open", 1, &planted);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 1, &worker);
    worker.stop();
    let enriched = format!("{prefix}articles.enriched");
    let producer: BaseProducer = topics::client(bootstrap).set("transactional.id", &prefix).create().unwrap();
    producer.init_transactions(MINUTE).unwrap();
    producer.begin_transaction().unwrap();
    producer.send(BaseRecord::<[u8], [u8]>::to(&enriched).key(b"k").payload(b"x")).map_err(|(error, _)| error).unwrap();
    producer.flush(Duration::from_secs(20)).unwrap();
    let short =
        ["--set", "flow.drain_timeout=100ms", "--set", "commit_interval=100ms", "--set", "flow.transaction_timeout=1s"];
    let (found, is_clean) = report(bootstrap, &prefix, &short);
    assert!(!is_clean);
    assert_eq!(found["open_transactions"][0]["topic"], enriched);
    assert_eq!(sum(&found, "flaws"), 0, "{found:#}");
    producer.abort_transaction(MINUTE).unwrap();
    assert!(report(bootstrap, &prefix, &[]).1);
}

#[test]
fn lag_tells_what_waits_since_when_and_who_has_it() {
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(10, 200, 2);
    let prefix = stage(bootstrap, "lag", 2, &planted);
    let lag = || -> Value { serde_json::from_str(&told(bootstrap, &prefix, &["lag", "--format", "json"])).unwrap() };
    let before = lag();
    assert_eq!((&before["lag"], &before["partitions"][0]["committed"]), (&200.into(), &Value::Null));
    assert!(before["partitions"][1]["oldest"].is_string() && before["partitions"][1]["oldest_seconds"].is_u64());
    let worker = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &worker);
    let during = lag();
    assert_eq!((&during["lag"], &during["state"]), (&0.into(), &"Stable".into()), "{during:#}");
    assert_eq!(during["members"][0]["partitions"], serde_json::json!([0, 1]));
    assert_eq!(during["partitions"][0]["member"], "copydesk-worker");
    assert_eq!((&during["log"]["waiting"], &during["partitions"][0]["oldest"]), (&0.into(), &Value::Null));
    worker.stop();
    let text = told(bootstrap, &prefix, &["lag"]);
    assert!(text.contains("is Empty with 0 members, 0 behind"), "{text}");
    for name in ["lag", "audit"] {
        let none = command("127.0.0.1:1", &prefix, &[name]);
        assert_eq!(none.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&none.stderr).contains("no broker of 127.0.0.1:1 answers"), "{none:?}");
    }
}
