//! The demo: about sixty bundled articles on an embedded broker, the real worker on it, and what comes out, live.
//!
//! The articles are invented for it. What must become of each stands beside them (`expected.jsonl`), so that
//! `copydesk demo --check` is a test of a whole installation.

mod expected;
mod outcome;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::config::{CommitInterval, Config, Delivery, Period};
use crate::kafka::client::TopicNames;
use crate::kafka::embedded::EmbeddedBroker;
use crate::telemetry::Telemetry;
use crate::worker::{self, Ground};

use outcome::Outcome;
use view::View;

/// A line of `articles.jsonl`: a value as JSON, or the exact text of one that is broken.
#[derive(Deserialize)]
struct Article<'a> {
    key: Option<String>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    raw: Option<String>,
}

static ARTICLES: &str = include_str!("articles.jsonl");
/// A pace that eyes can follow, and that the embedded broker keeps up with.
const PACE: Duration = Duration::from_millis(25);
/// Longest wait for all outcomes.
const PATIENCE: Duration = Duration::from_secs(50);

/// Runs the demo; returns what is not as expected, a line each.
///
/// # Errors
/// The embedded broker or the worker cannot start.
pub fn run() -> anyhow::Result<Vec<String>> {
    let mut config = Config {
        delivery: Delivery::AtLeastOnce,
        commit_interval: CommitInterval(Period::from_millis(100)),
        ..Config::default()
    };
    config.kafka.group = "demo".into();
    let broker = EmbeddedBroker::start(TopicNames::new(&config)).context("the embedded broker cannot start")?;
    config.kafka.brokers = broker.brokers();
    let articles: Vec<Article<'_>> =
        ARTICLES.lines().map(serde_json::from_str).collect::<Result<_, _>>().context("the bundled articles")?;
    let mut view = View::start(articles.len(), &broker.brokers());
    let stop = Arc::new(AtomicBool::new(false));
    let worker = {
        let stop = Arc::clone(&stop);
        thread::spawn(move || worker::run(&config, Ground::EmbeddedBroker, &stop, &Arc::new(Telemetry::new(&config))))
    };
    let outcomes = watch(&broker, &articles, &mut view);
    stop.store(true, Ordering::Release);
    worker.join().map_err(|_| anyhow::anyhow!("the worker panicked"))??;
    let outcomes = outcomes?;
    view.finish(&outcomes);
    expected::differences(&outcomes)
}

/// Sends the articles and shows what comes out, until every article has its outcome.
fn watch(broker: &EmbeddedBroker, articles: &[Article<'_>], view: &mut View) -> anyhow::Result<BTreeMap<i64, Outcome>> {
    let (feed, reader) = (broker.producer()?, broker.outcomes()?);
    let (mut outcomes, mut waiting) = (BTreeMap::new(), articles.iter());
    let deadline = Instant::now() + PATIENCE;
    while outcomes.len() < articles.len() && Instant::now() < deadline {
        if let Some(article) = waiting.next() {
            let value = article.raw.as_deref().or(article.value.map(RawValue::get)).unwrap_or_default();
            feed.send(article.key.as_deref(), value.as_bytes()).context("the embedded broker takes no record")?;
        }
        let pause = Instant::now() + PACE;
        while let Some(out) = reader.next(pause.saturating_duration_since(Instant::now())) {
            if let Some((offset, outcome)) = Outcome::of(&out) {
                outcomes.entry(offset).or_insert(outcome);
            }
        }
        view.show(&outcomes);
    }
    Ok(outcomes)
}
