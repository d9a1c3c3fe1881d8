//! What a worker answers over HTTP.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::super::kafka::wait_until_else;
use super::super::kafka::worker::Worker;

/// Status and body of a GET.
pub fn get(address: &str, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Ok((head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned()))
}

/// Where a worker listens: it says so before it does anything else.
pub fn address(worker: &Worker) -> String {
    worker.await_log(&["metrics and health"], Duration::from_secs(30));
    let log = worker.log();
    let line = log.lines().find(|line| line.contains("metrics and health")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["address"].as_str().unwrap().to_owned()
}

/// The samples of a metrics page, by name and labels as they stand there.
pub fn samples(page: &str) -> BTreeMap<String, f64> {
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    };
    page.lines().filter(|line| !line.starts_with('#')).map(sample).collect()
}

/// The samples of a worker's page now.
pub fn scrape(address: &str) -> BTreeMap<String, f64> {
    let (status, page) = get(address, "/metrics").unwrap();
    assert_eq!(status, 200, "{page}");
    samples(&page)
}

/// Waits until `/readyz` answers so, with these words.
pub fn await_ready(address: &str, status: u16, words: &str, limit: Duration) {
    let mut last = None;
    let is_so = || {
        last = get(address, "/readyz").ok();
        last.as_ref().is_some_and(|(told, body)| *told == status && body.contains(words))
    };
    // The borrow ends with the wait.
    let mut is_so = is_so;
    wait_until_else(limit, &mut is_so, || format!("/readyz {status} with {words:?}"));
}
