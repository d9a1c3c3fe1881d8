//! What the entity stage takes: `cargo bench --bench entities -- FILE.jsonl`. A line of FILE has a `body` or `text` (and a `title`);
//! one thread, English. Prints the seconds from the texts to their entities, and how many those are (`tests/peers/entities` has
//! others beside it).
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "prints figures or fails loudly")]

use std::fs;
use std::time::Instant;

use copydesk::pipeline::entities::Tagger;
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap();
    let text =
        |row: &Value, names: &[&str]| names.iter().find_map(|name| row[name].as_str()).unwrap_or_default().to_owned();
    let rows = fs::read_to_string(path).unwrap();
    let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let articles: Vec<_> = rows.map(|row| (text(&row, &["title"]), text(&row, &["body", "text"]))).collect();
    let tagger = Tagger::builtin().unwrap();
    let since = Instant::now();
    let tag = |(title, text): &(String, String)| tagger.tag(&tagger.read(title, text), Some("en")).entities.len();
    let entities: usize = articles.iter().map(tag).sum();
    println!("{} {entities}", since.elapsed().as_secs_f64());
}
