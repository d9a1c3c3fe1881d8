//! The worker as the image has it. `deploy/check --image BINARY` builds the image's root filesystem and runs this test on it.

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use super::kafka::articles::{Fate, plant};
use super::kafka::worker::Worker;
use super::kafka::{self, wait_until_else};
use super::processor::is_of_level_3;
use super::run::{MINUTE, audit, await_done, committed_records, stage};

/// The image's user, as Kubernetes' `runAsNonRoot` wants it: a number.
const USER: &str = "65532";

#[test]
#[ignore = "deploy/check --image runs it"]
fn the_image_processes_articles_as_nobody_on_a_root_that_it_cannot_write_to() {
    let enter = std::env::var("COPYDESK_IMAGE").expect("deploy/check --image sets it");
    let state = std::env::var("COPYDESK_IMAGE_STATE").expect("deploy/check --image sets it");
    let Some(bootstrap) = kafka::shared() else { return };
    let planted = plant(11, 3_000, 4);
    let prefix = stage(bootstrap, "image", 4, &planted);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("server.listen=0.0.0.0:{port}");
    let sets = ["dedupe.state_dir=/var/lib/copydesk", "kafka.properties.compression.codec=zstd", &listen];
    let worker = Worker::of(&enter, bootstrap, &prefix, &sets);
    let log = || format!("records committed; the log:\n{}", worker.log());
    wait_until_else(MINUTE, || committed_records(bootstrap, &prefix, 4) > 0, log);

    let (status, mounts) = (worker.proc("status"), worker.proc("mountinfo"));
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!((line("Uid:"), line("Gid:")), (vec![USER.to_owned(); 4], vec![USER.to_owned(); 4]));
    assert_eq!((line("CapEff:"), line("NoNewPrivs:")), (vec!["0".repeat(16)], vec!["1".to_owned()]));
    let root = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()).find(|fields| fields[4] == "/");
    assert!(root.is_some_and(|fields| fields[5].split(',').any(|option| option == "ro")), "{mounts}");
    // Of two builds, the one for the processor runs.
    let runs = worker.log().lines().any(|line| line.contains("\"built_for\":\"x86-64-v3\""));
    let has_two = std::env::var_os("COPYDESK_IMAGE_HAS_TWO").is_some();
    assert_eq!(runs, has_two && is_of_level_3(), "{}", worker.log());
    // What the image's HEALTHCHECK runs.
    let health = Command::new(&enter).args(["healthcheck", "--set", &listen]).output().unwrap();
    assert!(health.status.success(), "{health:?}\n{}", worker.log());

    await_done(bootstrap, &prefix, 4, &worker);
    let log = worker.stop();
    let audit = audit(bootstrap, &prefix, &planted, false);
    assert_eq!(audit.dead_letters.len(), planted.iter().filter(|p| matches!(p.fate, Fate::Dead(_))).count());
    assert!(fs::read_dir(state).unwrap().count() > 0, "no snapshot of the window was saved:\n{log}");
    println!(
        "image: {} enriched, {} duplicates, {} dead letters, audited",
        audit.enriched.len(),
        audit.duplicates.len(),
        audit.dead_letters.len()
    );
}
