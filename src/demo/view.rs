//! The demo's live summary on a terminal or in a file: one article a paragraph, as outcomes come, then the totals.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use super::outcome::Outcome;

pub(super) struct View {
    shown: i64,
    colour: bool,
    /// Number and title of the articles that were shown, by id.
    titles: BTreeMap<String, (i64, String)>,
}

/// Longest title, fragment or list on a line, in characters.
const WIDTH: usize = 96;

impl View {
    pub(super) fn start(articles: usize, brokers: &str) -> Self {
        let view = Self {
            shown: 0,
            titles: BTreeMap::new(),
            colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        view.say(&format!(
            "copydesk demo: {articles} bundled articles through the real worker, on an embedded broker at {brokers}.\n\
             The broker is librdkafka's mock cluster: no real transactions, so this runs at-least-once. `copydesk run` on a real\n\
             Kafka is exactly-once. The worker joins its group now; that takes a few seconds.\n\n"
        ));
        view
    }

    /// Shows what came since the last time, in input order.
    pub(super) fn show(&mut self, outcomes: &BTreeMap<i64, Outcome>) {
        while let Some(outcome) = outcomes.get(&self.shown) {
            self.shown += 1;
            self.say(&self.paragraph(self.shown, outcome));
            if let Some(record) = outcome.record() {
                let title = (self.shown, text(record, "/title").to_owned());
                self.titles.insert(text(record, "/id").to_owned(), title);
            }
        }
    }

    fn paragraph(&self, number: i64, outcome: &Outcome) -> String {
        let mark = |code: &str, text: &str| {
            if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
        };
        match outcome {
            Outcome::DeadLetter(code, message) => {
                format!("{number:>3}  {}  {code}\n     {message}\n\n", mark("31", "dead letter"))
            }
            Outcome::Tombstone(key) => {
                format!("{number:>3}  {}  tombstones under the key {key}\n\n", mark("35", "taken down "))
            }
            Outcome::Enriched(record) | Outcome::Duplicate(record) => {
                let status = text(record, "/dedupe/status");
                let shown = format!("{status:<11}");
                let status =
                    if matches!(outcome, Outcome::Enriched(_)) { mark("32", &shown) } else { mark("33", &shown) };
                let title = short(text(record, "/title"));
                format!(
                    "{number:>3}  {status}  {:<3}  {title}\n{}{}\n",
                    text(record, "/language/code"),
                    self.repeats(record),
                    names(record)
                )
            }
        }
    }

    /// What an article repeats, how much of it, and the evidence.
    fn repeats(&self, record: &Value) -> String {
        let Some(original) = record.pointer("/dedupe/original").and_then(Value::as_str) else { return String::new() };
        let mut line = match self.titles.get(original) {
            Some((number, title)) => format!("     repeats       {number} “{}”", short(title)),
            None => format!("     repeats       {original}"),
        };
        let share =
            |pointer: &str| record.pointer(pointer).and_then(Value::as_f64).map(|share| (share * 100.0).round());
        if let (Some(this), Some(other)) = (share("/dedupe/coverage/of_this"), share("/dedupe/coverage/of_original")) {
            // Writing to a String cannot fail.
            let _ = write!(line, "\n                   {this} % of this is in it, {other} % of it is in this");
        }
        line.push('\n');
        let shared: Vec<String> = record
            .pointer("/dedupe/shared")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|shared| format!("“{}”", short(&shared.split_whitespace().collect::<Vec<_>>().join(" "))))
            .collect();
        if !shared.is_empty() {
            let _ = writeln!(line, "     shared        {}", shared.join(" · "));
        }
        line
    }

    pub(super) fn finish(&self, outcomes: &BTreeMap<i64, Outcome>) {
        let count = |name: &str| outcomes.values().filter(|outcome| outcome.name() == name).count();
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for record in outcomes.values().filter_map(Outcome::record) {
            *languages.entry(text(record, "/language/code")).or_default() += 1;
        }
        let languages: Vec<String> = languages.iter().map(|(code, count)| format!("{code} {count}")).collect();
        self.say(&format!(
            "in {}: {} enriched, {} duplicates, {} dead letters, {} taken down. Languages: {}.\n",
            outcomes.len(),
            count("enriched"),
            count("duplicate"),
            count("dead-letter"),
            count("tombstone"),
            languages.join(", ")
        ));
    }

    #[expect(clippy::unused_self, reason = "a view is what speaks")]
    fn say(&self, text: &str) {
        // Whoever closed the pipe has seen enough.
        let _ = std::io::stdout().write_all(text.as_bytes());
        let _ = std::io::stdout().flush();
    }
}

fn text<'a>(record: &'a Value, pointer: &str) -> &'a str {
    record.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn short(text: &str) -> String {
    if text.chars().count() <= WIDTH { text.to_owned() } else { text.chars().take(WIDTH - 1).chain(['…']).collect() }
}

/// Whom, which organisations and where an article names; ids where they are certain.
fn names(record: &Value) -> String {
    let mut lines = String::new();
    for (kind, label) in [("person", "people"), ("organisation", "organisations"), ("location", "places")] {
        let entities = record.pointer("/entities").and_then(Value::as_array).into_iter().flatten();
        let names: Vec<String> = entities.filter(|entity| text(entity, "/type") == kind).map(name).collect();
        if !names.is_empty() {
            let _ = writeln!(lines, "     {label:<14}{}", short(&names.join(", ")));
        }
    }
    lines
}

/// A name, its spelling variants and its country code.
fn name(entity: &Value) -> String {
    let name = text(entity, "/name");
    let mut others: Vec<&str> = entity
        .pointer("/mentions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|mention| text(mention, "/text"))
        .filter(|other| !name.contains(other))
        .collect();
    others.sort_unstable();
    others.dedup();
    let code = text(entity, "/ids/iso3166");
    others.extend(Some(code).filter(|code| !code.is_empty()));
    if others.is_empty() { name.to_owned() } else { format!("{name} ({})", others.join(", ")) }
}
