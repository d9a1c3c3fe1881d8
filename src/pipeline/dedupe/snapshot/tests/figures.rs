//! What a snapshot costs.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use super::super::super::desk::tests::text;
use super::super::super::log::{Decision, Params, Proposal};
use super::super::super::sketch::{Sketch, sketch};
use super::super::super::words::mix;
use super::*;

const ARTICLES: u64 = 300_000;
const WINDOW_MS: i64 = 7 * 86_400_000;

/// 500 words, a tenth of them copies of an article before.
fn article(number: u64) -> Proposal {
    let body = if mix(number).is_multiple_of(10) { mix(number + 1) % (number + 1) } else { number };
    let (mut identity, mut exact) = ([0; 16], [0; 16]);
    identity[..8].copy_from_slice(&mix(number + 1).to_le_bytes());
    exact[..8].copy_from_slice(&mix(body + 7).to_le_bytes());
    Proposal {
        identity: Identity(identity),
        key: mix(number + 3),
        article: mix(number + 5),
        url: NonZeroU64::new(mix(number + 9)),
        source: (mix(number + 11) % 500) as u32,
        sketch: Sketch { exact, ..sketch("", &text(body, 500)).0 },
        id: format!("{:036}", mix(number)).into(),
    }
}

#[test]
#[ignore = "prints figures"]
fn figures() {
    let mut stories = Stories::new(Params::default());
    let mut spent = Duration::ZERO;
    for number in 0..ARTICLES {
        let (now, proposal) = (number as i64 * (WINDOW_MS / ARTICLES as i64), article(number));
        let begin = Instant::now();
        let identity = proposal.identity;
        stories.apply(number * 2, now, &LogRecord::Proposal(proposal)).unwrap();
        let verdict = stories.known(&identity).unwrap().verdict.clone();
        let decisions = vec![Decision { identity, at: number * 2, verdict }];
        stories.apply(number * 2 + 1, now, &LogRecord::Verdicts { clock_ms: now, decisions }).unwrap();
        spent += begin.elapsed();
    }
    eprintln!("replay {:.2} s, {} B of memory an article", spent.as_secs_f64(), stories.bytes() as u64 / ARTICLES);
    let folder = tempfile::tempdir().unwrap();
    let mut snapshots = Snapshots::new(folder.path().to_owned());
    let told = |what: &str, bytes: u64, begin: Instant| {
        let (seconds, bytes) = (begin.elapsed().as_secs_f64(), bytes as f64);
        let article = bytes / ARTICLES as f64;
        eprintln!(
            "{what}: {:.1} MB in {seconds:.3} s, {:.0} MB/s, {article:.0} B an article",
            bytes / 1e6,
            bytes / 1e6 / seconds
        );
    };
    let begin = Instant::now();
    let first = snapshots.save(&stories, TOPIC, MARK).unwrap();
    told("first save", first.bytes, begin);
    let begin = Instant::now();
    let second = snapshots.save(&stories, TOPIC, MARK).unwrap();
    told("second save", second.bytes, begin);
    let begin = Instant::now();
    let files = to_files(&stories);
    told("encode", files.iter().map(|file| file.len() as u64).sum(), begin);
    let begin = Instant::now();
    let (loaded, _) = load(folder.path()).unwrap().unwrap();
    told("load", first.bytes, begin);
    assert!(to_files(&loaded) == files);
}
