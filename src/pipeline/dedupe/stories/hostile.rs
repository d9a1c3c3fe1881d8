//! Whatever is sent, a judgement costs no more than so many steps: counted, not timed.

use super::super::cells;
use super::super::desk::tests::{article, text};
use super::super::limits::Limits;
use super::super::log::{LogRecord, Params, Proposal};
use super::super::sketch::sketch;
use super::*;
use std::num::NonZeroU64;

/// As many keys as a record can tell.
const MOST: usize = 255;
/// Slices that are visible at a time: those of the window, and the open one.
const SLICES: usize = 8;

/// The most that any one of these articles takes, which come at these times by the log's clock.
fn most_work(articles: impl Iterator<Item = (i64, Proposal)>) -> Work {
    let (mut stories, mut most) = (Stories::new(Params::default()), Work::default());
    for (offset, (clock, proposal)) in (0..).zip(articles) {
        let before = stories.work.get();
        stories.apply(offset, clock, &LogRecord::Proposal(proposal)).unwrap();
        most = most.most(stories.work.get().since(before));
    }
    most
}

/// All of them in one slice.
fn at_once(articles: impl Iterator<Item = Proposal>) -> Work {
    most_work(articles.map(|article| (0, article)))
}

/// A list is never longer than the cap, of any slice, and a full one finds nobody. What has the same words, id or URL is looked at in each
/// slice: the newest 64, and the first.
fn is_bounded(work: Work, keys: usize, slices: usize) -> bool {
    let Limits { holders, scored, same, .. } = Limits::default();
    let (lists, same) = (keys * usize::from(holders) * slices, 3 * (usize::from(same) + 1) * slices);
    work.told <= lists && work.found < lists && work.scored <= scored.into() && work.same <= same
}

#[test]
fn many_copies_of_one_page_cost_no_more_each() {
    let page = sketch("", &text(1, 400)).0;
    let copy = |number: u64| Proposal { sketch: page.clone(), ..article(number, "") };
    let few = at_once((0..500).map(copy));
    assert!(few.found > 0 && few.scored < 64 && is_bounded(few, page.keys.len(), 1), "{few:?}");
    assert_eq!(at_once((0..200_000).map(copy)), few);
}

/// Eight slices hold eight times as much, and no more once the first ones have left.
#[test]
fn copies_that_never_end_cost_what_the_window_holds() {
    let page = sketch("", &text(1, 400)).0;
    let copies = |days: u64| {
        let copy = |number: u64| Proposal { url: NonZeroU64::new(7), sketch: page.clone(), ..article(number, "") };
        most_work((0..days * 1_000).map(|number| (number as i64 * 86_400, copy(number))))
    };
    let month = copies(30);
    assert!(is_bounded(month, page.keys.len(), SLICES) && !is_bounded(month, page.keys.len(), SLICES / 2), "{month:?}");
    assert_eq!(copies(60), month);
}

#[test]
fn a_source_that_is_nothing_but_boilerplate_costs_no_more_than_its_lists() {
    let page = |number: u64| {
        let body = format!("{}{}", text(1, 300), text(number + 9, 12));
        Proposal { source: 7, sketch: sketch("", &body).0, ..article(number, "") }
    };
    let most = at_once((0..3_000).map(page));
    assert!(most.found > 0 && is_bounded(most, 80, 1), "{most:?}");
}

/// Lists of keys that each share some with many others: as many holders as there can be, of which few are scored.
#[test]
fn fingerprints_that_all_collide_are_looked_at_and_scored_within_bounds() {
    let crafted = |number: u64| {
        let mut proposal = article(number, &text(number, 40));
        let key = |index: u64| ((number * 7 + index * (index + 1)) % 4_000) as u32 * 1_024;
        let mut samples: Vec<u32> = (0..MOST as u64).map(key).collect();
        samples.sort_unstable();
        samples.dedup();
        proposal.sketch.samples = cells::samples(&samples, std::iter::empty(), 4);
        proposal.sketch.keys = samples.into();
        proposal
    };
    let most = at_once((0..3_000).map(crafted));
    assert!(
        most.found > 2_000 && most.scored == usize::from(Limits::default().scored) && is_bounded(most, MOST, 1),
        "{most:?}"
    );
}
