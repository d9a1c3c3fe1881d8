//! The page as Prometheus itself reads it. Its Debian package is `prometheus`; without it these tests say plainly that they
//! did not run, and with `CI=true` that is a failure.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use super::super::kafka::articles::plant;
use super::super::kafka::worker::Worker;
use super::super::kafka::{self, wait_until, wait_until_else};
use super::super::run::{MINUTE, await_done, stage};
use super::scrape::{address, get};

/// Whether a program is there.
fn is_there(program: &str) -> bool {
    if Command::new(program).arg("--version").output().is_ok() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{program} must be there in CI: install Debian's package prometheus");
    let _ = writeln!(std::io::stderr(), "\nthe test with {program} did NOT run: install Debian's package prometheus");
    false
}

/// What promtool says of a page; none if it is content.
fn complaint(page: &str) -> Option<String> {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = promtool.spawn().unwrap();
    child.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    (!done.status.success() || !told.trim().is_empty()).then_some(told)
}

#[test]
fn promtool_accepts_the_page_of_a_running_worker() {
    let Some(bootstrap) = kafka::shared() else { return };
    if !is_there("promtool") {
        return;
    }
    assert!(complaint("a_ms 1\n").is_some(), "promtool is content with anything");
    let prefix = stage(bootstrap, "promtool", 2, &plant(41, 300, 2));
    let worker = Worker::start(bootstrap, &prefix, &[]);
    let address = address(&worker);
    assert_eq!(complaint(&get(&address, "/metrics").unwrap().1), None, "before it has begun");
    await_done(bootstrap, &prefix, 2, &worker);
    let page = || get(&address, "/metrics").unwrap().1;
    wait_until("every kind of metric on the page", MINUTE, || page().contains("copydesk_consumer_lag_records{"));
    assert!(page().contains("copydesk_languages_total{"));
    assert_eq!(complaint(&page()), None);
    worker.stop();
}

/// A Prometheus that scrapes one worker every second; killed when dropped.
struct Prometheus {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Prometheus {
    fn start(worker: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("prometheus.yml");
        let scrape = format!(
            "global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: copydesk, static_configs: [{{targets: ['{worker}']}}]}}]\n"
        );
        fs::write(&config, scrape).unwrap();
        // Free a moment ago: Prometheus takes no port 0.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self { process: command.spawn().unwrap(), address, _folder: folder }
    }

    /// The sum of a query's values; none if there are none yet.
    fn query(&self, query: &str) -> Option<f64> {
        let (status, body) = get(&self.address, &format!("/api/v1/query?query={query}")).ok()?;
        // The answer may come in chunks.
        let json = &body[body.find('{')?..=body.rfind('}')?];
        let told: serde_json::Value = serde_json::from_str(json).ok().filter(|_| status == 200)?;
        let values = told["data"]["result"].as_array().unwrap();
        let value = |one: &serde_json::Value| one["value"][1].as_str().unwrap().parse::<f64>().unwrap();
        (!values.is_empty()).then(|| values.iter().map(value).sum())
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn prometheus_scrapes_a_running_worker() {
    let Some(bootstrap) = kafka::shared() else { return };
    if !is_there("prometheus") {
        return;
    }
    let planted = plant(42, 400, 2);
    let prefix = stage(bootstrap, "prometheus", 2, &planted);
    let worker = Worker::start(bootstrap, &prefix, &[]);
    let prometheus = Prometheus::start(&address(&worker));
    wait_until("a scrape", 2 * MINUTE, || prometheus.query("up") == Some(1.0));
    let settled = || prometheus.query("copydesk_records_settled_total");
    let all = planted.len() as f64;
    wait_until_else(2 * MINUTE, || settled() == Some(all), || format!("{all} settled, not {:?}", settled()));
    assert_eq!(
        prometheus.query("copydesk_stage_duration_seconds_count%7Bstage%3D%22decode%22%7D").map(|n| n > 0.0),
        Some(true)
    );
    worker.stop();
    wait_until("Prometheus sees that the worker is gone", MINUTE, || prometheus.query("up") == Some(0.0));
}
