//! What must hold of a world that has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use super::super::links::Links;
use super::super::log::{Decision, Identity, LogRecord, Verdict};
use super::super::stories::Stories;
use super::super::story_id::StoryId;
use super::Flaw;
use super::worker::Raw;
use super::world::World;

/// Kinds of problems.
pub(super) fn problems(world: &World) -> BTreeSet<&'static str> {
    let mut found: BTreeSet<&'static str> = world.found.iter().copied().collect();
    let told = told(world);
    found.extend(one(world));
    found.extend(judged_alike(world, &told));
    let own = told.iter().any(|(identity, verdict)| original(verdict) == Some(identity.short()));
    found.extend(own.then_some("self"));
    if world.faults.leave_quality() {
        found.extend(order(world, &told));
        found.extend(joined(world, &told));
    }
    found
}

/// What readers of the outputs were told of each article.
fn told(world: &World) -> BTreeMap<Identity, &Verdict> {
    let mut told = BTreeMap::new();
    for (partition, index, outcome) in &world.outcomes {
        if let (Raw::Article(proposal), Some(verdict)) = (&world.raw[*partition][*index], outcome) {
            told.insert(proposal.identity, verdict);
        }
    }
    told
}

fn original(verdict: &Verdict) -> Option<u64> {
    verdict.original.as_ref().map(|original| original.identity)
}

/// One outcome a record, none lost, none twice; and in the end nobody waits.
fn one(world: &World) -> Option<&'static str> {
    let mut counts = BTreeMap::new();
    for (partition, index, _) in &world.outcomes {
        *counts.entry((*partition, *index)).or_insert(0) += 1;
    }
    let done = world.committed.iter().zip(&world.raw).all(|(committed, raw)| *committed == raw.len());
    let records = world.raw.iter().map(Vec::len).sum::<usize>();
    match counts.len() == records && counts.values().all(|count| *count == 1) {
        true => None,
        false if !done => Some("stuck"),
        false => Some("one"),
    }
}

/// The log as the judge: what was told is the first verdict of its identity, and all workers hold it.
fn judged_alike(world: &World, told: &BTreeMap<Identity, &Verdict>) -> BTreeSet<&'static str> {
    let (mut found, mut lives) = (BTreeSet::new(), BTreeMap::<Identity, Vec<Verdict>>::new());
    let mut truth = Stories::new(*world.reader().params());
    let mut alive: BTreeMap<Identity, Verdict> = BTreeMap::new();
    let mut answered = BTreeSet::new();
    for (offset, (stamp, record)) in world.log.iter().enumerate() {
        truth.apply(offset as u64, *stamp, record).unwrap();
        alive.retain(|identity, _| truth.known(identity).is_some_and(|known| known.decided));
        let LogRecord::Verdicts { decisions, .. } = record else { continue };
        for Decision { identity, at, verdict } in decisions {
            if world.faults.short_retention {
                // Nobody remembers beyond the cut: the first verdict after some proposal of it.
                if answered.insert((*identity, *at)) {
                    lives.entry(*identity).or_default().push(verdict.clone());
                }
                continue;
            }
            let Some(known) = truth.known(identity).filter(|known| known.decided) else { continue };
            match alive.get(identity) {
                Some(first) if *first != known.verdict => drop(found.insert("first")),
                Some(_) => {}
                None => {
                    alive.insert(*identity, known.verdict.clone());
                    lives.entry(*identity).or_default().push(known.verdict.clone());
                }
            }
        }
    }
    let is_allowed = |(identity, verdict): (&Identity, &&Verdict)| {
        lives.get(identity).is_some_and(|verdicts| verdicts.contains(verdict))
    };
    if !told.iter().all(is_allowed) {
        found.insert("first");
    }
    if world.faults.short_retention {
        return found;
    }
    for worker in &world.workers {
        assert_eq!(worker.next, world.log.len(), "every worker has read to the end");
        for identity in told.keys() {
            let Some(known) = worker.tail.stories().known(identity).filter(|known| known.decided) else { continue };
            if truth.known(identity).is_none_or(|truth| truth.verdict != known.verdict) {
                found.insert("table");
            }
        }
    }
    if world.faults.leave_quality() {
        if truth.disagreements() > 0 {
            found.insert("agree");
        }
        if truth.unsettled(0).next().is_some() {
            found.insert("open");
        }
    }
    found
}

/// Verdicts are those of a lone reader of the same proposals in the same order, who decides at once.
fn order(world: &World, told: &BTreeMap<Identity, &Verdict>) -> Option<&'static str> {
    let mut lone = Stories::new(*world.reader().params());
    let mut judged: BTreeMap<Identity, Vec<_>> = BTreeMap::new();
    let key = |verdict: &Verdict| (verdict.status, original(verdict), verdict.score);
    for (offset, (stamp, record)) in world.log.iter().enumerate() {
        let offset = offset as u64 * 2;
        if let LogRecord::Verdicts { clock_ms, .. } = record {
            let heard = LogRecord::Verdicts { clock_ms: *clock_ms, decisions: Vec::new() };
            lone.apply(offset, *stamp, &heard).unwrap();
            continue;
        }
        lone.apply(offset, *stamp, record).unwrap();
        let LogRecord::Proposal(proposal) = record else { continue };
        let Some(known) = lone.known(&proposal.identity).filter(|known| !known.decided) else { continue };
        judged.entry(proposal.identity).or_default().push(key(&known.verdict));
        let decisions = vec![Decision { identity: proposal.identity, at: known.at, verdict: known.verdict.clone() }];
        let clock_ms = lone.clock_ms();
        lone.apply(offset + 1, *stamp, &LogRecord::Verdicts { clock_ms, decisions }).unwrap();
    }
    let same = |(identity, verdict): (&Identity, &&Verdict)| {
        judged.get(identity).is_some_and(|judged| judged.contains(&key(verdict)))
    };
    (!told.iter().all(same)).then_some("order")
}

/// A duplicate ends in the story of its original, by the published edges alone. What was judged twice, because its outcome came
/// later than the window, has a story in each of its lives, and only one of them is published: any of them will do.
fn joined(world: &World, told: &BTreeMap<Identity, &Verdict>) -> Option<&'static str> {
    let mut edges: BTreeMap<(StoryId, Option<StoryId>), StoryId> = BTreeMap::new();
    for verdict in world.outcomes.iter().filter_map(|(_, _, outcome)| outcome.as_ref()) {
        for merged in &verdict.merges {
            let to = (world.flaw != Flaw::KeyedByFrom).then_some(verdict.story);
            edges.insert((*merged, to), verdict.story);
        }
    }
    let mut links = Links::default();
    edges.iter().for_each(|((from, _), to)| links.unite(*from, *to));
    let lives = lives(world);
    let several = || lives.values().filter(|verdicts| verdicts.len() > 1).flatten();
    several().for_each(|verdict| verdict.merges.iter().for_each(|merged| links.unite(*merged, verdict.story)));
    let by_short: BTreeMap<u64, &Identity> = told.keys().map(|identity| (identity.short(), identity)).collect();
    let is_apart = |(identity, verdict): (&Identity, &&Verdict)| {
        let Some(target) = original(verdict).and_then(|original| by_short.get(&original)) else { return false };
        let is_once = lives.get(identity).is_none_or(|verdicts| verdicts.len() == 1);
        let stories = lives.get(*target).into_iter().flatten().map(|verdict| links.root(verdict.story));
        is_once && !stories.chain([links.root(told[*target].story)]).any(|story| story == links.root(verdict.story))
    };
    told.iter().any(is_apart).then_some("joined")
}

/// Verdicts of every identity, one for each of its lives.
fn lives(world: &World) -> BTreeMap<Identity, Vec<Verdict>> {
    let (mut truth, mut lives) = (Stories::new(*world.reader().params()), BTreeMap::<Identity, Vec<Verdict>>::new());
    for (offset, (stamp, record)) in world.log.iter().enumerate() {
        truth.apply(offset as u64, *stamp, record).unwrap();
        let LogRecord::Verdicts { decisions, .. } = record else { continue };
        for Decision { identity, .. } in decisions {
            let Some(known) = truth.known(identity).filter(|known| known.decided) else { continue };
            let verdicts = lives.entry(*identity).or_default();
            if !verdicts.contains(&known.verdict) {
                verdicts.push(known.verdict.clone());
            }
        }
    }
    lives
}
