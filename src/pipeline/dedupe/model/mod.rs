//! A model of several workers on one log: crashes, zombies, rebalances, cut history, snapshots, epochs, clocks that step,
//! idle hours; then what must hold of it, and the defects that must be seen.
//!
//! No Kafka: the log is a list, a transaction one assignment, a schedule a seeded walk. What runs in it is the real
//! [`super::Tail`] and [`super::Stories`]. `COPYDESK_SEED=n` runs one schedule, `COPYDESK_SEEDS=n` that many.

mod verify;
mod worker;
mod world;

use std::collections::BTreeSet;

use super::defect::Defect;
use world::{Faults, World};

/// Defects of the worker around the tail, and of its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    Inside(Defect),
    /// Offsets are committed before outcomes.
    CommitsEarly,
    /// Nobody helps what its owner left.
    NoHelp,
    /// Time is what the reader's own clock says.
    WallClock,
    /// Edges are compacted by `from` alone.
    KeyedByFrom,
}

fn seeds(usual: u64) -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    match number("COPYDESK_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("COPYDESK_SEEDS").unwrap_or(usual),
    }
}

/// Kinds of problems that a schedule shows.
fn problems(seed: u64, faults: Faults, flaw: Flaw) -> BTreeSet<&'static str> {
    let mut world = World::new(seed, faults, flaw);
    world.run();
    verify::problems(&world)
}

fn holds(faults: Faults) {
    for seed in seeds(60) {
        let found = problems(seed, faults, Flaw::None);
        assert!(found.is_empty(), "COPYDESK_SEED={seed}: {found:?}");
    }
}

#[test]
fn calm() {
    holds(Faults::default());
}

#[test]
fn crashes_zombies_and_rebalances() {
    holds(Faults { crashes: true, ..Faults::default() });
}

#[test]
fn cut_history_snapshots_clock_steps_and_idle_hours() {
    holds(Faults { crashes: true, cuts: true, skews: true, ..Faults::default() });
}

#[test]
fn epochs_and_everything() {
    holds(Faults::all());
}

/// Where only defects' own kinds of problems are looked for, others may show; without a defect these must not.
#[test]
fn readers_that_judge_otherwise_or_forget_early_cause_no_problems_of_those_kinds() {
    let short = Faults { short_retention: true, ..Faults::all() };
    let mixed = Faults { mixed: true, ..Faults::all() };
    for (faults, kinds) in [(mixed, &["first", "table"][..]), (short, &["first"])] {
        for seed in seeds(200) {
            let found = problems(seed, faults, Flaw::None);
            assert!(!kinds.iter().any(|kind| found.contains(kind)), "COPYDESK_SEED={seed}: {found:?}");
        }
    }
}

/// Each must be caught, by one of the kinds of problems that it is known to cause.
#[test]
fn every_defect_is_seen() {
    let crashes = Faults { crashes: true, ..Faults::default() };
    let history = Faults { crashes: true, cuts: true, skews: true, ..Faults::default() };
    let short = Faults { short_retention: true, ..Faults::all() };
    let mixed = Faults { mixed: true, ..Faults::all() };
    let inside = Flaw::Inside;
    for (flaw, faults, kinds) in [
        (Flaw::CommitsEarly, crashes, &["one"][..]),
        (inside(Defect::EmitsComputed), mixed, &["first"]),
        (inside(Defect::EmitsComputed), short, &["first"]),
        (inside(Defect::IgnoresVerdicts), history, &["state", "stuck"]),
        (inside(Defect::UnitesAtProposal), history, &["state", "agree"]),
        (inside(Defect::RelativeSlices), history, &["state"]),
        (Flaw::WallClock, history, &["state"]),
        (inside(Defect::NoMax), history, &["state", "agree", "order"]),
        (inside(Defect::CountsHistory), history, &["state", "agree"]),
        (inside(Defect::NoReinsert), Faults::all(), &["state", "agree", "stuck"]),
        (Flaw::NoHelp, Faults::all(), &["state", "open"]),
        (inside(Defect::LastWins), mixed, &["first", "table"]),
        (Flaw::KeyedByFrom, Faults::all(), &["joined"]),
        (inside(Defect::NoEpochs), Faults::all(), &["agree", "state", "order"]),
        (inside(Defect::NoOrigin), Faults::all(), &["self"]),
        (inside(Defect::NoAt), Faults::all(), &["agree", "order", "state"]),
    ] {
        let seen = (0..600).any(|seed| problems(seed, faults, flaw).iter().any(|kind| kinds.contains(kind)));
        assert!(seen, "{flaw:?} is not seen");
    }
}
