//! What dedupe costs an article: `cargo bench --bench dedupe [-- articles [words]]`, a million unless said otherwise. With a file of
//! articles, `-- FILE.jsonl`: the seconds from their texts to their verdicts, in a first pass
//! and in a second one with an empty window again (`tests/peers/dedupe` has others beside it). `-- scale [articles [words]]`: a window of
//! ten million unless said otherwise, its snapshot and how long that takes to load; each million takes about a minute and 600 MB
//! of memory, twice when it is loaded. `-- index [articles]`: look-up and insertion of keys alone,
//! beside bare fetches and a flat table; a million take 370 MB.
//!
//! Made-up texts of the size that news has (500 words unless said otherwise, ids of 36 bytes), a tenth of them cut copies of one of the last 100,000. Time comes from one run on whatever machine this is: compare the rows, not the numbers.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "prints figures or fails loudly")]

mod index;

use std::collections::HashMap;
use std::hint::black_box;
use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use copydesk::pipeline::dedupe::{
    Desk, Identity, LogRecord, Names, Outbox, Params, Proposal, Snapshots, Stories, Tail, decode, encode, sketch,
};

// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Words of an article, unless said otherwise.
const WORDS: u64 = 500;
/// Different words that there are.
const VOCABULARY: u64 = 60_000;
const DAY: i64 = 86_400_000;

fn mix(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A text of its own for every number.
fn text(number: u64, words: u64) -> String {
    (0..words).map(|i| format!("word{} ", mix(number << 20 | i) % VOCABULARY)).collect()
}

fn proposal(number: u64, words: u64) -> Proposal {
    let is_copy = number > 0 && mix(number).is_multiple_of(10);
    let body = if is_copy { number - 1 - mix(number + 7) % number.min(100_000) } else { number };
    let (sketch, _) = sketch("", &text(body, if is_copy { words / 2 } else { words }));
    Proposal { sketch, ..identified(number) }
}

/// An article that says nothing yet.
fn identified(number: u64) -> Proposal {
    let mut wide = [0; 16];
    wide[..8].copy_from_slice(&mix(number).to_le_bytes());
    wide[8..].copy_from_slice(&mix(number + 1).to_le_bytes());
    Proposal {
        identity: Identity(wide),
        key: mix(number + 2),
        article: mix(number + 3),
        url: NonZeroU64::new(mix(number + 4)),
        source: (number % 500) as u32,
        sketch: sketch("", "").0,
        id: format!("https://news.example/{number:015}").into(),
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let since = Instant::now();
    work();
    since.elapsed()
}

/// Bytes of memory that the process has, with what its allocator keeps.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

/// The tail of the log that a lone worker would write, whose records and what each article took are told in turn.
fn run(
    [articles, words]: [u64; 2],
    params: Params,
    mut logged: impl FnMut(Vec<u8>),
    mut took: impl FnMut(Duration),
) -> Tail<()> {
    let mut tail = Tail::new(Stories::new(params), 60_000);
    let mut offset = 0;
    let clock = |number: u64| i64::try_from(number).unwrap() * 7 * DAY / i64::try_from(articles).unwrap();
    for number in 0..articles {
        let (proposal, mut out) = (proposal(number, words), Outbox::default());
        let mut spent = timed(|| tail.ask((), proposal, &mut out));
        while !out.append.is_empty() {
            for record in std::mem::take(&mut out.append) {
                let mut bytes = Vec::new();
                encode(&record, &mut bytes);
                logged(bytes);
                spent += timed(|| tail.apply(offset, clock(number), &record, &mut out).unwrap());
                offset += 1;
            }
            spent += timed(|| tail.flush(&mut out));
        }
        took(spent);
    }
    tail
}

/// Takedowns by an id alone: the first one has all ids read.
fn takedowns(tail: &mut Tail<()>, articles: u64) {
    let mut by_id = |number: u64| {
        let id = identified(number).id;
        let (names, identity) =
            (Names { id: Some(id), ..Names::default() }, Identity(u128::from(number).to_le_bytes()));
        let (mut found, mut out) = (false, Outbox::default());
        let spent = timed(|| found = tail.take_down(None, identity, 0, &names, &mut out));
        assert!(found, "no article has the id of number {number}");
        spent
    };
    let first = by_id(0);
    let others: Duration = (1..=1_000).map(|number| by_id(number * articles / 1_001)).sum();
    println!(
        "takedown     {:.1} ms by an id alone, {:.1} us for each after it",
        first.as_secs_f64() * 1e3,
        others.as_secs_f64() * 1e3
    );
}

/// A large window: what the last articles took, and its snapshot.
fn scale(articles: u64, words: u64) {
    let params = Params { span: 10 * articles, ..Params::default() };
    let last = (articles / 100).max(1);
    let (mut number, mut whole, mut end) = (0, Duration::ZERO, Duration::ZERO);
    let mut tail = run([articles, words], params, drop, |spent| {
        number += 1;
        whole += spent;
        end += if number > articles - last { spent } else { Duration::ZERO };
    });
    let stories = tail.stories();
    let us = |time: Duration, of: u64| time.as_secs_f64() * 1e6 / of as f64;
    let each = |bytes: u64| bytes / articles.max(1);
    let (window, process) = (each(stories.bytes() as u64), each(resident()));
    println!("window       {} articles, {window} bytes each, {process} of the process", stories.len());
    println!("tail         {:.2} us an article, {:.2} of the last hundredth", us(whole, articles), us(end, last));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let since = Instant::now();
    let saved = Snapshots::new(folder.path().into()).save(stories, "log", [0; 16]).unwrap();
    let saving = since.elapsed();
    println!("snapshot     {} bytes an article, saved in {:.1} s", saved.bytes / articles, saving.as_secs_f64());
    // The second time in memory that this process, and so the machine, has had before.
    for of in ["new", "used"] {
        let since = Instant::now();
        let (loaded, _) = Snapshots::new(folder.path().into()).load("log").unwrap().unwrap();
        let loading = since.elapsed();
        assert_eq!((loaded.len(), loaded.next_offset()), (stories.len(), stories.next_offset()));
        println!("restore      {:.1} s, all threads, the files in the page cache, {of} memory", loading.as_secs_f64());
    }
    takedowns(&mut tail, articles);
}

/// From texts to verdicts, one after the other; in seconds, of a first pass and of one when everything is warm.
fn judged(path: &str) -> [f64; 2] {
    let lines = std::fs::read_to_string(path).unwrap();
    let text = |line: &str| {
        let article: serde_json::Value = serde_json::from_str(line).unwrap();
        article.get("body").and_then(serde_json::Value::as_str).unwrap().to_owned()
    };
    let texts: Vec<String> = lines.lines().map(text).collect();
    [(); 2].map(|()| {
        let mut desk = Desk::new(Params::default());
        let named: Vec<Proposal> = (0..).zip(&texts).map(|(number, _)| identified(number)).collect();
        let spent = timed(|| {
            for (named, text) in named.into_iter().zip(&texts) {
                let sketch = sketch("", text).0;
                black_box(desk.judge(Proposal { sketch, source: 0, ..named }, 0));
            }
        });
        spent.as_secs_f64()
    })
}

fn main() {
    if let Some(path) = std::env::args().skip(1).find(|argument| argument.ends_with(".jsonl")) {
        let [first, warm] = judged(&path);
        println!("{first:.4} {warm:.4}");
        return;
    }
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (articles, words) = (numbers.next(), numbers.next().unwrap_or(WORDS));
    if std::env::args().any(|argument| argument == "scale") {
        return scale(articles.unwrap_or(10_000_000), words);
    }
    if std::env::args().any(|argument| argument == "index") {
        return index::measure(articles.unwrap_or(10_000_000));
    }
    let articles = articles.unwrap_or(1_000_000_u64);
    let (mut log, mut spent) = (Vec::new(), Duration::ZERO);
    let tail = run([articles, words], Params::default(), |record| log.push(record), |took| spent += took);
    let bytes: usize = log.iter().map(Vec::len).sum();
    let each = |time: Duration| time.as_secs_f64() * 1e6 / articles as f64;
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{articles} articles, {} records of the log, {} bytes an article", log.len(), bytes as u64 / articles);
    let stories = tail.stories();
    println!("memory       {} bytes an article in the window", stories.bytes() / stories.len().max(1));
    let texts: Vec<String> = (0..2_000).map(|number| text(number, words)).collect();
    let size: usize = texts.iter().map(String::len).sum();
    let sketching = timed(|| texts.iter().for_each(|text| drop(black_box(sketch("", text)))));
    let each_sketch = sketching.as_secs_f64() * 1e6 / texts.len() as f64;
    println!("sketch       {each_sketch:.2} us an article, {:.0} MB/s", size as f64 / 1e6 / sketching.as_secs_f64());
    println!("tail         {:.2} us an article (ask, apply, flush; codec apart)", each(spent));

    let since = Instant::now();
    let records: Vec<LogRecord> = log.iter().map(|bytes| decode(bytes).unwrap()).collect();
    let decoding = since.elapsed();
    println!("decode       {:.0} MB/s, {:.2} us an article", rate(decoding), each(decoding));
    let since = Instant::now();
    let mut buffer = Vec::new();
    for record in &records {
        buffer.clear();
        encode(black_box(record), &mut buffer);
        black_box(&buffer);
    }
    let encoding = since.elapsed();
    println!("encode       {:.0} MB/s, {:.2} us an article", rate(encoding), each(encoding));

    let clock = |offset: usize| i64::try_from(offset).unwrap() * 7 * DAY / i64::try_from(log.len()).unwrap();
    let since = Instant::now();
    let mut replayed = Stories::new(Params::default());
    for (offset, bytes) in log.iter().enumerate() {
        replayed.apply(offset as u64, clock(offset), &decode(bytes).unwrap()).unwrap();
    }
    let replaying = since.elapsed();
    println!("replay       {:.1} s for all, {:.2} us an article", replaying.as_secs_f64(), each(replaying));

    let mut statuses: HashMap<&str, u64> = HashMap::new();
    for record in &records {
        if let LogRecord::Verdicts { decisions, .. } = record {
            for decision in decisions {
                *statuses.entry(if decision.verdict.status.is_published() { "new" } else { "copies" }).or_default() +=
                    1;
            }
        }
    }
    println!("verdicts     {statuses:?}");
}
