//! Kafka with TLS, logins and access rights: the worker runs with the rights that `copydesk topics print` tells and no other,
//! and each mistake is told once, soon, with what to do. docs/operations.md has the mistakes in a table.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rdkafka::producer::{BaseProducer, Producer as _};
use serde_json::json;

use super::kafka::articles::text;
use super::kafka::secure::{self, OTHER_PASSWORD, PASSWORD, Secure, USERS};
use super::kafka::tools::{Done, copydesk, shell};
use super::kafka::topics::{self, Sent};
use super::kafka::worker::Worker;
use super::kafka::{unique, wait_until, wait_until_else};
use super::run::MINUTE;

/// Longest that a mistake may take to be told.
const SOON: Duration = Duration::from_secs(15);
/// How long a mistake that was told is watched for a flood of the same.
const WATCH: Duration = Duration::from_secs(4);
const PARTITIONS: i32 = 2;

/// Topics on the secure broker, and users with rights on them. One worker at a time runs on them.
struct Desk {
    secure: &'static Secure,
    prefix: String,
    /// Commands that grant a worker's rights, one a line.
    grants: Vec<String>,
    turn: Mutex<()>,
}

fn desk() -> Option<(&'static Desk, MutexGuard<'static, ()>)> {
    static DESK: OnceLock<Option<Desk>> = OnceLock::new();
    let desk = DESK.get_or_init(|| secure::shared().map(Desk::new)).as_ref()?;
    let turn = desk.turn.lock().unwrap_or_else(PoisonError::into_inner);
    Some((desk, turn))
}

impl Desk {
    /// Runs what `topics print` prints, word for word but for further users who get most of the worker's rights.
    fn new(secure: &'static Secure) -> Self {
        let prefix = unique("secure");
        let arguments =
            ["topics", "print", "--partitions", "2", "--replication-factor", "1", "--principal", "User:worker"];
        let printed = copydesk(&arguments, &secure.admin(), &prefix, &[]);
        assert_eq!(printed.code, Some(0), "{}", printed.stderr);
        let (grants, topics): (Vec<_>, Vec<_>) =
            printed.stdout.lines().map(str::to_owned).partition(|line| line.starts_with("kafka-acls.sh"));
        assert_eq!(grants.len(), 5, "{}", printed.stdout);
        let mut commands = topics;
        for grant in &grants {
            let others = USERS.iter().filter(|user| **user != "worker" && !lacks(user, grant));
            commands.push(others.fold(grant.clone(), |grant, user| format!("{grant} --allow-principal User:{user}")));
        }
        // Who sees the outputs and may not write them, and who may see a topic that is not there.
        let outputs = grants.iter().find(|grant| lacks("no-write", grant)).unwrap();
        commands.push(outputs.replace(" --operation Write", "").replace("User:worker", "User:no-write"));
        let absent = outputs.split(" --operation").next().unwrap().replace("User:worker", "User:no-write");
        commands.push(format!("{absent} --operation Describe --topic {prefix}absent"));
        shell(&commands.join("\n"));
        // Kafka makes its own topics when they are first needed, which takes a while.
        let mut warm = topics::client(&secure.admin());
        let warm: BaseProducer = warm.set("transactional.id", "warm").create().unwrap();
        warm.init_transactions(MINUTE).unwrap();
        wait_until("a group's coordinator", MINUTE, || {
            !topics::committed(&secure.admin(), "warm", &format!("{prefix}articles.raw"), 1).is_empty()
        });
        Self { secure, prefix, grants, turn: Mutex::new(()) }
    }

    fn sets(&self, user: &str, more: &[&str]) -> Vec<String> {
        self.secure.login(user).into_iter().chain(more.iter().map(|set| (*set).to_owned())).collect()
    }

    fn worker(&self, user: &str, more: &[&str]) -> Worker {
        self.worker_at(&self.secure.bootstrap(), user, more)
    }

    fn worker_at(&self, bootstrap: &str, user: &str, more: &[&str]) -> Worker {
        let sets = self.sets(user, more);
        Worker::start(bootstrap, &self.prefix, &sets.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn check(&self, user: &str) -> Done {
        let sets = self.sets(user, &[]);
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        copydesk(&["topics", "check"], &self.secure.bootstrap(), &self.prefix, &sets)
    }

    fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn ends(&self) -> Vec<i64> {
        topics::ends(&self.secure.admin(), &self.topic("articles.raw"), PARTITIONS)
    }

    fn await_done(&self, worker: &Worker) {
        let (admin, input) = (self.secure.admin(), self.topic("articles.raw"));
        let is_done = || topics::committed(&admin, &self.prefix, &input, PARTITIONS) == self.ends();
        wait_until_else(MINUTE, is_done, || format!("every record committed; the log:\n{}", worker.log()));
    }

    /// Sends so many articles to each partition; returns their places.
    fn send(&self, count: usize) -> Vec<(i64, i64)> {
        let before = self.ends();
        let article = |partition: i32, number: usize| {
            let seed = (before[0] + before[1]) as u64 * 100 + number as u64 * 2 + partition as u64;
            let value = json!({"id": format!("a{seed}"), "source": "wire", "text": text(seed, 120)});
            Sent { partition, key: None, value: Some(value.to_string().into_bytes()), headers: Vec::new() }
        };
        let records: Vec<Sent> = (0..count).flat_map(|number| [article(0, number), article(1, number)]).collect();
        topics::produce(&self.secure.admin(), &self.topic("articles.raw"), &records);
        let places = |partition: usize| (0..count as i64).map(move |number| (partition as i64, number));
        places(0).chain(places(1)).map(|(partition, number)| (partition, before[partition as usize] + number)).collect()
    }

    /// How often each place of the input was published, for a reader of committed records.
    fn published(&self) -> BTreeMap<(i64, i64), usize> {
        let mut published = BTreeMap::new();
        for name in ["articles.enriched", "articles.duplicates"] {
            for record in topics::read(&self.secure.admin(), &self.topic(name)) {
                let input = &record.json()["provenance"]["input"];
                let place = (input["partition"].as_i64().unwrap(), input["offset"].as_i64().unwrap());
                *published.entry(place).or_default() += 1;
            }
        }
        published
    }
}

/// Whether a user is one who lacks what this command grants.
fn lacks(user: &str, grant: &str) -> bool {
    match user {
        "no-input" => grant.ends_with("articles.raw"),
        "no-group" => grant.contains("--group"),
        "no-output" | "no-write" | "late" => grant.contains("articles.enriched"),
        "no-log" => grant.contains("copydesk.sketches"),
        "no-id" => grant.contains("--transactional-id"),
        _ => false,
    }
}

/// Lines that somebody is woken for.
fn complaints(log: &str) -> Vec<&str> {
    log.lines().filter(|line| !line.contains("\"level\":\"INFO\"")).collect()
}

/// A row of the table in docs/operations.md has this line of the log: every part of its message in it.
#[track_caller]
fn documented(line: &str, then: &str) {
    let page = include_str!("../../docs/operations.md");
    let row = page.lines().filter(|row| row.starts_with("| ") && row.ends_with("|")).find(|row| {
        let columns: Vec<&str> = row.split(" | ").collect();
        let parts: Vec<&str> =
            columns.get(1).map(|message| message.split('`').skip(1).step_by(2).collect()).unwrap_or_default();
        columns.len() == 4
            && columns[3].starts_with(then)
            && !parts.is_empty()
            && parts.iter().all(|part| line.contains(part))
    });
    assert!(row.is_some(), "docs/operations.md has no row ({then}) for: {line}");
}

/// The mistake is told within 15 seconds, once, and waited for.
#[track_caller]
fn told_once(worker: &mut Worker, parts: &[&str]) {
    wait_until_else(SOON, || worker.said(parts) > 0, || format!("{parts:?} in the log:\n{}", worker.log()));
    // The wait that is for time itself: a flood takes some.
    std::thread::sleep(WATCH);
    let log = worker.log();
    let [line] = complaints(&log)[..] else { panic!("not one complaint:\n{log}") };
    assert!(parts.iter().all(|part| line.contains(part)) && line.contains("copydesk keeps"), "{line}");
    documented(line, "retries");
    assert!(worker.is_running() && !log.contains(PASSWORD), "{log}");
}

#[test]
fn the_worker_runs_with_the_rights_that_are_printed_and_no_other() {
    let Some((desk, _turn)) = desk() else { return };
    let places = desk.send(40);
    let worker = desk.worker("worker", &[]);
    desk.await_done(&worker);
    let log = worker.stop();
    assert!(!complaints(&log).iter().any(|line| line.contains("allowed") || line.contains("grant")), "{log}");
    let published = desk.published();
    assert!(places.iter().all(|place| published.get(place) == Some(&1)), "{published:?}");
    let check = desk.check("worker");
    assert_eq!(check.code, Some(0), "{}{}", check.stdout, check.stderr);
    check.has(&["6 topics: 0 broken, 0 weak; 0 rights missing"]);
}

#[test]
fn a_port_where_nothing_listens() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = desk.worker_at("127.0.0.1:1", "worker", &[]);
    told_once(&mut worker, &["no broker of 127.0.0.1:1 answers", "nothing listens there"]);
    worker.stop();
}

#[test]
fn plain_text_to_a_tls_port() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = Worker::start(&desk.secure.bootstrap(), &desk.prefix, &[]);
    told_once(&mut worker, &["no broker of", "answers", "check security.protocol", "SASL_SSL"]);
    worker.stop();
}

#[test]
fn tls_without_a_login_to_a_port_that_wants_one() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = desk.worker("worker", &["kafka.properties.security.protocol=SSL"]);
    told_once(&mut worker, &["no broker of", "answers", "check security.protocol", "SASL_SSL, with a login"]);
    worker.stop();
}

#[test]
fn tls_to_a_plain_port() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = desk.worker_at(&desk.secure.admin(), "worker", &[]);
    told_once(&mut worker, &["no broker of", "answers", "the port takes no TLS", "SASL_PLAINTEXT"]);
    worker.stop();
}

#[test]
fn an_authority_that_has_not_signed_the_certificate() {
    let Some((desk, _turn)) = desk() else { return };
    let other = desk.secure.file("other.pem").display().to_string();
    let mut worker = desk.worker("worker", &[&format!("kafka.properties.ssl.ca.location={other}")]);
    told_once(&mut worker, &["TLS with the broker failed", &other, "ssl.ca.location"]);
    worker.stop();
}

#[test]
fn a_file_of_authorities_that_is_missing_ends_the_worker() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = desk.worker("worker", &["kafka.properties.ssl.ca.location=/nowhere/ca.pem"]);
    let status = worker.ended(SOON);
    let log = worker.log();
    assert!(log.contains("ssl.ca.location") && log.contains("/nowhere/ca.pem") && log.lines().count() <= 3, "{log}");
    documented(&log, "exits, code 2");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn a_wrong_password() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = desk.worker("worker", &[&desk.secure.password("other-password")]);
    told_once(&mut worker, &["the broker refuses the login", "check sasl.username, sasl.password"]);
    assert!(!worker.log().contains(OTHER_PASSWORD), "{}", worker.log());
    worker.stop();
}

#[test]
fn a_mechanism_that_the_broker_does_not_have() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = desk.worker("worker", &["kafka.properties.sasl.mechanism=PLAIN"]);
    told_once(&mut worker, &["the broker refuses the login", "does not take PLAIN", "SCRAM-SHA-512"]);
    worker.stop();
}

#[test]
fn a_topic_that_is_missing() {
    let Some((desk, _turn)) = desk() else { return };
    let mut worker = desk.worker("no-write", &["topics.enriched=absent"]);
    let what = format!("topic {}absent does not exist", desk.prefix);
    told_once(&mut worker, &[&what, "copydesk topics create"]);
    worker.stop();
}

/// A user who lacks a right: the worker says so, and so does `topics check`, with the command that grants it.
#[track_caller]
fn lacking(user: &str, told: &[&str], checked: &[&str]) {
    let Some((desk, _turn)) = desk() else { return };
    desk.send(1);
    let whole =
        |parts: &[&str]| -> Vec<String> { parts.iter().map(|part| part.replace("PREFIX", &desk.prefix)).collect() };
    let (told, checked) = (whole(told), whole(checked));
    let mut worker = desk.worker(user, &[]);
    told_once(&mut worker, &told.iter().map(String::as_str).collect::<Vec<_>>());
    worker.stop();
    let check = desk.check(user);
    assert_eq!(check.code, Some(1), "{}{}", check.stdout, check.stderr);
    check.has(&checked.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn no_right_to_the_input() {
    lacking(
        "no-input",
        &["not allowed to see topic PREFIXarticles.raw\"", "grant this worker's user its rights there"],
        &["right missing: Read, Describe, DescribeConfigs on topic PREFIXarticles.raw"],
    );
}

#[test]
fn no_right_to_the_group() {
    lacking(
        "no-group",
        &["not allowed to use the group PREFIX", "grant Read on it"],
        &["right missing: Read, Describe on group PREFIX"],
    );
}

#[test]
fn no_right_to_an_output() {
    lacking(
        "no-output",
        &["not allowed to see topic PREFIXarticles.enriched, ", "grant this worker's user its rights there"],
        &["right missing: Write, Describe, DescribeConfigs on topic PREFIXarticles.enriched"],
    );
}

#[test]
fn no_right_to_the_dedupe_log() {
    lacking(
        "no-log",
        &["not allowed to see topic PREFIXcopydesk.sketches\"", "grant this worker's user its rights there"],
        &["right missing: Read, Write, Describe, DescribeConfigs on topic PREFIXcopydesk.sketches"],
    );
}

#[test]
fn no_right_to_the_transactional_id() {
    lacking(
        "no-id",
        &[
            "not allowed to use the transactional id PREFIX-",
            "grant Write and Describe on transactional ids that begin with PREFIX-",
        ],
        &["right missing: Write, Describe on transactional ids that begin with PREFIX-"],
    );
}

/// A right that is granted while the worker waits for it: it goes on by itself, and nothing is published twice.
#[track_caller]
fn granted_later(user: &str, told: &str) {
    let Some((desk, _turn)) = desk() else { return };
    let places = desk.send(5);
    let mut worker = desk.worker(user, &[]);
    told_once(&mut worker, &[told, "grant"]);
    let grant = desk.grants.iter().find(|grant| lacks(user, grant)).unwrap();
    shell(&grant.replace("User:worker", &format!("User:{user}")));
    desk.await_done(&worker);
    wait_until("a word that it is over", MINUTE, || worker.said(&["over: ", told]) > 0);
    worker.stop();
    let published = desk.published();
    assert!(places.iter().all(|place| published.get(place) == Some(&1)), "{places:?} in {published:?}");
}

#[test]
fn the_right_to_see_the_outputs_is_granted_later() {
    granted_later("late", "not allowed to see topic");
}

#[test]
fn the_right_to_write_is_granted_later() {
    granted_later("no-write", "not allowed to write topic");
}
