//! Every check can fail: each is shown what it is there to see.

use std::collections::BTreeMap;

use copydesk::pipeline::Identity;
use copydesk::pipeline::dedupe::{Decision, LogRecord, Params, Proposal, Status, Stories, Verdict, sketch};
use serde_json::json;

use super::checks::{Outputs, Place, Published, Told, again, agree, first, joined, same};
use crate::kafka::articles::{Fate, Planted, text};
use crate::kafka::audit::Audit;
use crate::kafka::topics::{Seen, Sent};

const PLACES: [Place; 3] = [(0, 0), (0, 1), (1, 0)];

fn identity(place: Place) -> Identity {
    Identity::of("raw", place.0, place.1, b"value")
}

fn identities() -> BTreeMap<Place, Identity> {
    PLACES.into_iter().map(|place| (place, identity(place))).collect()
}

/// A log on which each article was decided as the reader judged it, but for what `change` makes of it.
fn decided(change: impl Fn(usize, &mut Verdict)) -> Stories {
    let (mut lone, mut offset) = (Stories::new(Params::default()), 0);
    for (number, place) in PLACES.into_iter().enumerate() {
        // The second is a copy of the first.
        let sketch = sketch("", &text(number as u64 / 2 * 5, 200)).0;
        let number_is = number as u64 + 1;
        let (id, identity) = (format!("n{number}").into(), identity(place));
        let proposal = Proposal { identity, key: number_is, article: number_is, url: None, source: 1, sketch, id };
        lone.apply(offset, 1_000, &LogRecord::Proposal(proposal)).unwrap();
        let mut verdict = lone.known(&identity).unwrap().verdict.clone();
        change(number, &mut verdict);
        let decisions = vec![Decision { identity, at: offset, verdict }];
        lone.apply(offset + 1, 1_000, &LogRecord::Verdicts { clock_ms: 1_000, decisions }).unwrap();
        offset += 2;
    }
    lone
}

/// What healthy workers publish of it.
fn outputs(lone: &Stories) -> Outputs {
    let publish = |(number, place): (usize, Place)| {
        let told = Told::by(&lone.known(&identity(place)).unwrap().verdict);
        let topic = if told.status == "unique" { "enriched" } else { "duplicates" };
        (place, vec![Published { topic, id: format!("n{number}"), told }])
    };
    PLACES.into_iter().enumerate().map(publish).collect()
}

#[test]
fn what_is_right_is_no_problem() {
    let lone = decided(|_, _| ());
    let outputs = outputs(&lone);
    assert_eq!(outputs[&(0, 1)][0].told.status, "exact");
    assert_eq!(outputs[&(1, 0)][0].told.status, "unique");
    let none = [same(&outputs), first(&outputs, &identities(), &lone), joined(&outputs, &[]), agree(&lone)].concat();
    assert_eq!(none, [""; 0]);
}

#[test]
fn an_article_that_is_said_to_be_two_things_is_seen() {
    let mut outputs = outputs(&decided(|_, _| ()));
    let repeat = outputs[&(0, 1)][0].clone();
    outputs.get_mut(&(0, 1)).unwrap().push(repeat.clone());
    assert_eq!(same(&outputs), [""; 0]);
    let told = &repeat.told;
    for other in [
        Published { id: "n7".into(), ..repeat.clone() },
        Published { told: Told { status: "near".into(), ..told.clone() }, ..repeat.clone() },
        Published { told: Told { story: "s".into(), ..told.clone() }, ..repeat.clone() },
        Published { told: Told { original: Some("n7".into()), ..told.clone() }, ..repeat.clone() },
        Published { told: Told { similarity: Some(9), ..told.clone() }, ..repeat.clone() },
    ] {
        let mut outputs = outputs.clone();
        outputs.get_mut(&(0, 1)).unwrap().push(other.clone());
        assert_eq!(same(&outputs).len(), 1, "{other:?}");
    }
}

#[test]
fn a_verdict_that_the_log_does_not_hold_is_seen() {
    let lone = decided(|_, _| ());
    let mut outputs = outputs(&lone);
    outputs.get_mut(&(0, 1)).unwrap()[0].told.similarity = Some(9_000);
    assert_eq!(first(&outputs, &identities(), &lone).len(), 1);
    // A record that was never decided.
    let unknown = BTreeMap::from([((5, 5), outputs[&(0, 0)].clone())]);
    assert_eq!(first(&unknown, &identities(), &lone).len(), 1);
    // One that was proposed, and published before anybody decided.
    let mut lone = Stories::new(Params::default());
    let sketch = sketch("", &text(1, 200)).0;
    let identity = identity((0, 0));
    let proposal = Proposal { identity, key: 1, article: 1, url: None, source: 1, sketch, id: "n0".into() };
    lone.apply(0, 1_000, &LogRecord::Proposal(proposal)).unwrap();
    let told = Told::by(&lone.known(&identity).unwrap().verdict);
    let early = BTreeMap::from([((0, 0), vec![Published { topic: "enriched", id: "n0".into(), told }])]);
    assert_eq!(first(&early, &identities(), &lone).len(), 1);
}

#[test]
fn a_duplicate_outside_its_originals_story_is_seen() {
    let mut outputs = outputs(&decided(|_, _| ()));
    let story = outputs[&(0, 0)][0].told.story.clone();
    outputs.get_mut(&(0, 1)).unwrap()[0].told.story = "other".into();
    assert_eq!(joined(&outputs, &[]).len(), 1);
    let edge = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(joined(&outputs, &[edge("other", "between"), edge("between", &story)]), [""; 0]);
    assert_eq!(joined(&outputs, &[edge("other", "between"), edge("elsewhere", &story)]).len(), 1);
    let mut orphan = outputs.clone();
    orphan.remove(&(0, 0));
    assert_eq!(joined(&orphan, &[edge("other", &story)]).len(), 1, "its original is nowhere");
    let mut odd = outputs;
    odd.get_mut(&(0, 1)).unwrap()[0].told.original = None;
    assert_eq!(joined(&odd, &[]).len(), 1, "a duplicate of nothing");
}

#[test]
fn a_disagreement_is_seen() {
    let is_copy = |number: usize, verdict: &mut Verdict| {
        if number == 1 {
            verdict.status = Status::Near;
        }
    };
    let lone = decided(is_copy);
    assert_eq!(agree(&lone).len(), 1);
    // It binds all the same.
    assert_eq!(first(&outputs(&lone), &identities(), &lone), [""; 0]);
}

#[test]
fn articles_that_were_taken_twice_are_counted() {
    let mut outputs = outputs(&decided(|_, _| ()));
    let once: BTreeMap<Identity, usize> = identities().into_values().map(|identity| (identity, 1)).collect();
    let both = Published { topic: "enriched", ..outputs[&(0, 1)][0].clone() };
    outputs.get_mut(&(0, 1)).unwrap().push(both.clone());
    assert_eq!(again(&outputs, &identities(), &once), (0, 0), "one in each topic is no repeat");
    outputs.get_mut(&(0, 1)).unwrap().push(both);
    let mut twice = once;
    twice.insert(identity((1, 0)), 2);
    assert_eq!(again(&outputs, &identities(), &twice), (1, 1));
}

fn seen(place: Place, value: Option<String>) -> Seen {
    let headers = [("copydesk.input.partition", i64::from(place.0)), ("copydesk.input.offset", place.1)];
    let headers = headers.map(|(name, number)| (name.to_owned(), number.to_string().into_bytes())).into();
    let value = value.map(String::into_bytes);
    Seen { partition: 0, offset: 0, timestamp_ms: 0, key: Some(b"k".to_vec()), value, headers }
}

#[test]
fn an_outcome_that_is_missing_or_there_twice_is_seen() {
    let article = |place| seen(place, Some(json!({"id": "a"}).to_string()));
    let planted = |partition| {
        let sent = Sent { partition, key: None, value: Some(b"{}".to_vec()), headers: Vec::new() };
        Planted { sent, fate: Fate::Article }
    };
    let planted: Vec<Planted> = [0, 0, 1].map(planted).into();
    let audit = |outcomes: &[Place]| Audit {
        enriched: outcomes.iter().map(|place| article(*place)).collect(),
        duplicates: Vec::new(),
        dead_letters: Vec::new(),
        input: PLACES.map(article).into(),
    };
    let [a, b, c] = PLACES;
    assert_eq!(audit(&PLACES).problems(&planted, false), [""; 0]);
    assert_eq!(audit(&[a, c]).problems(&planted, false).len(), 1);
    assert_eq!(audit(&[a, c]).problems(&planted, true).len(), 1, "repeats are allowed, losses are not");
    assert_eq!(audit(&[a, b, b, c]).problems(&planted, false).len(), 1);
    assert_eq!(audit(&[a, b, b, c]).problems(&planted, true), [""; 0]);
    assert_eq!(audit(&[a, b, c, (3, 3)]).problems(&planted, true).len(), 1, "nobody sent that");
}
