//! `/livez`, `/readyz`, `copydesk healthcheck`, and where they are listened on.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use super::super::kafka::articles::plant;
use super::super::kafka::worker::Worker;
use super::super::kafka::{self, wait_until};
use super::super::run::{MINUTE, await_done, stage};
use super::scrape::{address, await_ready, get, scrape};

/// Exit code and last words of `copydesk healthcheck`.
fn healthcheck(arguments: &[&str]) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_copydesk")).arg("healthcheck").args(arguments).output().unwrap();
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

/// Nothing comes from the input in this test: that brokers are back is seen all the same.
#[test]
fn readiness_follows_the_broker() {
    let Some(mut broker) = kafka::own() else { return };
    let bootstrap = broker.bootstrap();
    let prefix = stage(&bootstrap, "ready", 2, &plant(51, 50, 2));
    broker.kill();
    let worker = Worker::start(&bootstrap, &prefix, &[]);
    let address = address(&worker);
    await_ready(&address, 503, &format!("no broker of {bootstrap} answers"), MINUTE);
    let (status, told) = get(&address, "/readyz?format=json").unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((status, &told["ready"], &told["reasons"][0]), (503, &false.into(), &"connecting to Kafka".into()));
    assert_eq!(get(&address, "/livez").unwrap(), (200, "alive\n".into()), "a worker that waits is alive");
    assert_eq!(scrape(&address)["copydesk_ready"], 0.0);
    let url = format!("http://{address}/readyz");
    let (code, words) = healthcheck(&["--url", &url]);
    assert!(code == Some(1) && words.contains("not ready: connecting to Kafka"), "{code:?} {words}");
    broker.restart().unwrap();
    await_done(&bootstrap, &prefix, 2, &worker);
    await_ready(&address, 200, "ready", MINUTE);
    assert_eq!(healthcheck(&["--url", &url]), (Some(0), "ready\n".into()));
    broker.kill();
    await_ready(&address, 503, "no broker of", 2 * MINUTE);
    assert_eq!(scrape(&address)["copydesk_faults"].min(1.0), 1.0);
    broker.restart().unwrap();
    await_ready(&address, 200, "ready", 2 * MINUTE);
    // A frozen broker breaks no connection.
    broker.freeze();
    await_ready(&address, 503, "no broker of", 2 * MINUTE);
    broker.thaw();
    await_ready(&address, 200, "ready", 2 * MINUTE);
    assert_eq!(get(&address, "/livez").unwrap().0, 200);
    worker.stop();
}

#[test]
fn a_worker_that_reads_the_log_is_not_ready_and_says_how_far_it_is() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = stage(bootstrap, "catching", 2, &plant(52, 3_000, 2));
    let first = Worker::start(bootstrap, &prefix, &[]);
    await_done(bootstrap, &prefix, 2, &first);
    first.stop();
    let second = Worker::start(bootstrap, &prefix, &[]);
    let address = address(&second);
    let mut told = Vec::new();
    wait_until("ready", MINUTE, || {
        // Asked without a pause: reading takes a moment only.
        for _ in 0..50 {
            let (status, words) = get(&address, "/readyz").unwrap();
            if status == 200 {
                return true;
            }
            if told.last() != Some(&words) {
                told.push(words);
            }
        }
        false
    });
    assert!(
        told.iter().any(|words| words.starts_with("not ready: catching up ") && words.ends_with(" %\n")),
        "{told:?}"
    );
    second.stop();
}

/// One partition, two workers: one of them has nothing to do, and is ready to.
#[test]
fn a_worker_without_partitions_is_ready() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = stage(bootstrap, "idle", 1, &plant(53, 10, 1));
    let workers = [0, 1].map(|_| Worker::start(bootstrap, &prefix, &[]));
    let addresses = [0, 1].map(|index| address(&workers[index]));
    let partitions = || addresses.each_ref().map(|address| scrape(address)["copydesk_assigned_partitions"]);
    wait_until("one has the partition", MINUTE, || matches!(partitions(), [0.0, 1.0] | [1.0, 0.0]));
    addresses.iter().for_each(|address| await_ready(address, 200, "ready", MINUTE));
    workers.into_iter().for_each(|worker| drop(worker.stop()));
}

#[test]
fn a_port_that_is_taken_ends_the_start_and_names_the_key() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("server.listen={}", taken.local_addr().unwrap());
    let mut worker = Worker::start("127.0.0.1:1", "x", &[&listen]);
    let status = worker.ended(Duration::from_secs(30));
    let log = worker.log();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("server.listen: 127.0.0.1:") && log.contains("set server.listen to a free"), "{log}");
}

#[test]
fn what_is_off_is_not_listened_on() {
    let worker = Worker::start("127.0.0.1:1", "x", &["server.listen=off"]);
    worker.await_log(&["no broker of"], MINUTE);
    assert_eq!(worker.said(&["metrics and health"]), 0);
    worker.stop();
    let (code, words) = healthcheck(&["--set", "server.listen=off"]);
    assert!(code == Some(1) && words.contains("server.listen is off"), "{code:?} {words}");
}
