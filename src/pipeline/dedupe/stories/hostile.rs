//! Whatever is sent, a judgement costs no more than so many steps: counted, not timed.

use super::super::cells;
use super::super::desk::tests::{article, text};
use super::super::judge::MOST_SCORED;
use super::super::log::{LogRecord, Params, Proposal};
use super::super::sketch::{MOST, sketch};
use super::*;

/// The most holders that are found, and the most articles that are scored, for any one of these articles.
fn most_work(articles: impl Iterator<Item = Proposal>) -> (usize, usize) {
    let (mut stories, mut most, mut before) = (Stories::new(Params::default()), (0, 0), (0, 0));
    for (offset, proposal) in (0..).zip(articles) {
        stories.apply(offset, 0, &LogRecord::Proposal(proposal)).unwrap();
        let (found, scored) = stories.work.get();
        most = (most.0.max(found - before.0), most.1.max(scored - before.1));
        before = (found, scored);
    }
    most
}

/// A list is never longer than the cap, and a full one finds nobody.
fn bound(keys: usize) -> usize {
    keys * usize::from(Params::default().cap)
}

#[test]
fn many_copies_of_one_page_cost_no_more_each() {
    let page = sketch("", &text(1, 400)).0;
    let copy = |number: u64| Proposal { sketch: page.clone(), ..article(number, "") };
    let few = most_work((0..500).map(copy));
    assert!(few.0 > 0 && few.0 < bound(page.keys.len()) && few.1 < 64, "{few:?}");
    assert_eq!(most_work((0..20_000).map(copy)), few);
}

#[test]
fn a_source_that_is_nothing_but_boilerplate_costs_no_more_than_its_lists() {
    let page = |number: u64| {
        let body = format!("{}{}", text(1, 300), text(number + 9, 12));
        Proposal { source: 7, sketch: sketch("", &body).0, ..article(number, "") }
    };
    let most = most_work((0..3_000).map(page));
    assert!(most.0 > 0 && most.0 < bound(80), "{most:?}");
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
        proposal.sketch.samples = cells::samples(&samples, std::iter::empty());
        proposal.sketch.keys = samples.into();
        proposal
    };
    let most = most_work((0..3_000).map(crafted));
    assert!(most.0 > 2_000 && most.0 < bound(MOST) && most.1 == MOST_SCORED, "{most:?}");
}
