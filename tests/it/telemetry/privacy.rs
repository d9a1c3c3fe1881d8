//! Article text is published in records, and appears nowhere else: a canary word is planted in articles of every kind, and
//! searched for in the log at its most talkative, on the HTTP pages and in the headers of every output.

use super::super::kafka::topics::{self, Sent};
use super::super::kafka::worker::Worker;
use super::super::kafka::{self, unique};
use super::super::run::{MINUTE, await_done};
use super::scrape::{address, await_ready, get};

/// A word that no program has.
const CANARY: &str = "Qwyzzjibber";

/// Articles, good, odd and broken, each with the word where text would be.
fn values() -> Vec<Vec<u8>> {
    let text = |value: String| value.into_bytes();
    let words = format!("The {CANARY} said on Monday that Angela Merkel met {CANARY} in Berlin. ").repeat(12);
    let good = |id: &str| {
        serde_json::json!({"id": id, "title": format!("{CANARY} today"), "text": words, "authors": [CANARY],
            "summary": CANARY, "source": "wire", "language": CANARY, "datePublished": CANARY, "mood": {CANARY: [CANARY]}})
    };
    let mut values = vec![
        text(good("1").to_string()),
        text(good("2").to_string()),
        // Broken in every way that has a code.
        text(format!("{{\"title\": \"{CANARY}\", \"text\": {CANARY}}}")),
        text(format!("{{\"title\": \"{CANARY}")),
        [CANARY.as_bytes(), b"\xff\xfe", CANARY.as_bytes()].concat(),
        text(format!("<?xml version=\"1.0\"?><newsItem><headline>{CANARY}</headline></newsItem>")),
        text(format!("[\"{CANARY}\"]")),
        text(format!("\"{CANARY}\"")),
        text(format!("{{\"title\": {}\"{CANARY}\"{}}}", "[".repeat(400), "]".repeat(400))),
        text(format!("{{\"{CANARY}\": \"{CANARY}\"}}")),
        text(format!("{{\"takedown\": true, \"title\": \"{CANARY}\"}}")),
        text(format!("{{\"title\": \"{CANARY}\", \"text\": \"{}\"}}", CANARY.repeat(3_000))),
        // Hostile, and articles all the same.
        text(format!(
            "{{\"title\": {{\"{CANARY}\": 1}}, \"text\": [\"{CANARY}\", 2, null], \"id\": {{\"a\": \"{CANARY}\"}}}}"
        )),
        text(format!(
            "{{\"id\": \"3\", \"title\": \"<b {CANARY}=<<>&#x110000;&{CANARY};\\u0000\\u202e {CANARY}\", \"url\": \"ht!tp://{CANARY} /%zz\"}}"
        )),
        text(format!("{{\"specversion\": \"1.0\", \"datacontenttype\": \"{CANARY}\", \"data\": \"{CANARY}\"}}")),
        text(format!("{{\"schema\": \"{CANARY}\", \"payload\": \"{CANARY}\"}}")),
    ];
    values.push(text(
        serde_json::json!({"title": CANARY, "title2": CANARY, "body_html": format!("<p>{words}<script>{CANARY}")})
            .to_string(),
    ));
    values
}

#[test]
fn a_word_of_an_article_is_found_in_records_and_nowhere_else() {
    let Some(bootstrap) = kafka::shared() else { return };
    let prefix = unique("privacy");
    topics::create_all(bootstrap, &prefix, 1, &[("max.message.bytes", "1000000")]);
    let send = |value| Sent { partition: 0, key: None, value: Some(value), headers: Vec::new() };
    let sent: Vec<Sent> = values().into_iter().map(send).collect();
    topics::produce(bootstrap, &format!("{prefix}articles.raw"), &sent);
    let worker = Worker::start(bootstrap, &prefix, &["log.level=trace", "input.max_bytes=30kB"]);
    let address = address(&worker);
    await_done(bootstrap, &prefix, 1, &worker);
    await_ready(&address, 200, "ready", MINUTE);
    let pages = ["/metrics", "/readyz", "/livez"].map(|path| get(&address, path).unwrap().1);
    let log = worker.stop();
    assert!(log.contains("\"TRACE\"") || log.contains("\"DEBUG\""), "the log is not talkative");
    let word = CANARY.to_lowercase();
    let is_in = |text: &[u8]| String::from_utf8_lossy(text).to_lowercase().contains(&word);
    for line in log.lines() {
        assert!(!is_in(line.as_bytes()), "in the log: {line}");
    }
    pages.iter().for_each(|page| assert!(!is_in(page.as_bytes()), "on a page: {page}"));
    let names = ["articles.enriched", "articles.duplicates", "articles.raw.dlq", "copydesk.stories"];
    let outputs = names.map(|name| topics::read(bootstrap, &format!("{prefix}{name}")));
    for (name, header, value) in outputs
        .iter()
        .flatten()
        .flat_map(|record| record.headers.iter().map(move |(name, value)| (name, value, record.offset)))
    {
        assert!(!is_in(name.as_bytes()) && !is_in(header), "in a header of record {value}: {name}");
    }
    let [enriched, _, dead, _] = &outputs;
    let with_word = |records: &[topics::Seen]| {
        records.iter().filter(|seen| is_in(seen.value.as_deref().unwrap_or_default())).count()
    };
    assert!(with_word(enriched) >= 2 && with_word(dead) >= 9, "{} {}", with_word(enriched), with_word(dead));
}
