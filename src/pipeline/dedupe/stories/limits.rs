//! Every limit of judging decides something: what it lets pass on one side, it does not on the other. Those of `overlap` are tried there.

use super::super::desk::Desk;
use super::super::desk::tests::{article, text};
use super::super::limits::{Boilerplate, Limits, LoneKey};
use super::super::log::{Params, Proposal, Status, Verdict};
use super::super::words::mix;
use super::*;

/// How the last one of these is judged.
fn judged(limits: Limits, articles: impl IntoIterator<Item = Proposal>) -> Verdict {
    let mut desk = Desk::new(Params { limits, ..Params::default() });
    articles.into_iter().map(|article| desk.judge(article, 0)).last().unwrap()
}

fn part(whole: &str, words: usize) -> String {
    whole.split_inclusive(' ').take(words).collect()
}

/// Of so many words every fourth is another.
fn changed(whole: &str) -> String {
    let change = |(index, word): (usize, &str)| match mix(index as u64) % 4 {
        0 => format!("x{} ", mix(index as u64 + 31) % 90_000),
        _ => word.to_owned(),
    };
    whole.split_inclusive(' ').enumerate().map(change).collect()
}

#[test]
fn articles_share_so_many_keys_and_samples() {
    let whole = text(1, 400);
    let pair = || [article(1, &whole), article(2, &part(&whole, 100))];
    let [first, second] = pair();
    let common = |a: &[u32], b: &[u32]| u16::try_from(a.iter().filter(|key| b.contains(key)).count()).unwrap();
    let keys = common(&first.sketch.keys, &second.sketch.keys);
    let status = |limits| judged(limits, pair()).status;
    assert_eq!(status(Limits { keys, ..Limits::default() }), Status::Near);
    // With one key less than asked it is found only if words were changed.
    assert_eq!(status(Limits { keys: keys + 1, ..Limits::default() }), Status::Unique);
    let samples = common(&first.sketch.samples, &second.sketch.samples);
    assert_eq!(status(Limits { samples: samples / 2, ..Limits::default() }), Status::Near);
    assert_eq!(status(Limits { samples: samples + 1, ..Limits::default() }), Status::Unique);
}

#[test]
fn one_key_is_enough_within_its_limits() {
    let whole = text(1, 200);
    let status = |lone_key: LoneKey| {
        let (first, mut second) = (article(1, &whole), article(2, &changed(&whole)));
        let key = second.sketch.keys.iter().copied().find(|key| first.sketch.keys.contains(key)).unwrap();
        second.sketch.keys = [key].into();
        let others = (0..3).map(|number| {
            let mut other = article(100 + number, &text(100 + number, 100));
            other.sketch.keys = [key].into();
            Proposal { source: 0, ..other }
        });
        let all: Vec<_> = [first].into_iter().chain(others).chain([second]).collect();
        judged(Limits { lone_key, ..Limits::default() }, all).status
    };
    let usual = Limits::default().lone_key;
    assert_eq!(status(usual), Status::Near);
    assert_eq!(status(LoneKey { words: 200, ..usual }), Status::Unique);
    assert_eq!(status(LoneKey { words: 201, ..usual }), Status::Near);
    assert_eq!(status(LoneKey { holders: 3, ..usual }), Status::Unique);
    assert_eq!(status(LoneKey { holders: 4, ..usual }), Status::Near);
    assert_eq!(status(LoneKey { samples: 200, ..usual }), Status::Unique);
}

/// Five pages of a source that end alike, among so many of its own; then another source's page that ends so too.
#[test]
fn boilerplate_is_what_so_many_articles_of_a_source_have_and_such_a_share_of_them() {
    let footer = text(1, 300);
    let status = |boilerplate: Boilerplate, others: u64| {
        let page =
            |number: u64| Proposal { source: 7, ..article(number, &format!("{}{footer}", text(100 + number, 60))) };
        let other = |number: u64| Proposal { source: 7, ..article(number, &text(1_000 + number, 100)) };
        let last = Proposal { source: 8, ..article(9_999, &format!("{}{footer}", text(99, 60))) };
        let all: Vec<_> = (0..5).map(page).chain((100..100 + others).map(other)).chain([last]).collect();
        judged(Limits { boilerplate, ..Limits::default() }, all).status
    };
    let usual = Limits::default().boilerplate;
    assert_eq!(status(usual, 0), Status::Unique);
    assert_eq!(status(Boilerplate { articles: 5, ..usual }, 0), Status::Unique);
    assert_eq!(status(Boilerplate { articles: 6, ..usual }, 0), Status::Near);
    assert_eq!((status(usual, 45), status(usual, 46)), (Status::Unique, Status::Near), "a tenth of them");
    assert_eq!(status(Boilerplate { share: 900, ..usual }, 46), Status::Unique);
}

/// A footer's keys that are told as boilerplate, and so many that are not.
#[test]
fn beside_boilerplate_so_many_keys_are_its_too() {
    let status = |beside: u16| {
        let page = |number: u64| Proposal { source: 7, ..article(number, &text(1, 300)) };
        let mut pages: Vec<_> = (0..4).map(page).collect();
        // Ten keys that four have, and two that two have.
        let keys: Vec<u32> = pages[0].sketch.keys.iter().copied().take(12).collect();
        for (number, page) in pages.iter_mut().enumerate() {
            page.sketch.keys = keys.iter().copied().take(if number < 2 { 12 } else { 10 }).collect();
            page.sketch.exact = [u8::try_from(number).unwrap(); 16];
        }
        let mut last = Proposal { source: 8, ..article(9, &format!("{}{}", text(1, 300), text(2, 9))) };
        last.sketch.keys = keys.into();
        let limits =
            Limits { boilerplate: Boilerplate { beside, ..Limits::default().boilerplate }, ..Limits::default() };
        judged(limits, pages.into_iter().chain([last])).status
    };
    assert_eq!((status(4), status(5)), (Status::Unique, Status::Near));
}

/// All have the same keys; the last one that is looked at has the same words as well.
#[test]
fn of_many_that_share_as_much_so_many_are_scored() {
    let whole = text(1, 400);
    let last = article(99, &format!("{whole}{}", text(3, 9)));
    let with_its_keys = |number: u64, text: &str| {
        let mut other = Proposal { source: 0, ..article(number, text) };
        other.sketch.keys = last.sketch.keys.clone();
        other
    };
    let status = |scored: u16| {
        let others = (0..9).map(|number| with_its_keys(number, &text(50 + number, 400)));
        let all = others.chain([with_its_keys(40, &whole), last.clone()]);
        judged(Limits { scored, ..Limits::default() }, all).status
    };
    assert_eq!((status(9), status(10)), (Status::Unique, Status::Near));
}

#[test]
fn of_the_same_words_so_many_are_looked_at() {
    let body = text(1, 300);
    for same in [1, 5, 64] {
        let mut stories = Stories::new(Params { limits: Limits { same, ..Limits::default() }, ..Params::default() });
        let looked_at = (0..90).map(|number| {
            let before = stories.work.get();
            stories.apply(number, 0, &LogRecord::Proposal(article(number, &body))).unwrap();
            stories.work.get().since(before).same
        });
        // And the first.
        assert_eq!(looked_at.max(), Some(usize::from(same) + 1));
    }
}
