//! The judgement: counts of a partition, and everything that is wrong with it.

use serde::Serialize;

use super::ledger::Seen;
use super::{Horizon, Kind, Ledger};

/// What may be, by the configuration and the topics' settings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// An outcome may come twice (at-least-once).
    pub repeats: bool,
    /// Duplicates are published nowhere.
    pub drops_duplicates: bool,
    /// Rules name the enriched or the duplicates topic, so that any article may be on both.
    pub routes: bool,
    /// Compaction takes outcomes away.
    pub outcomes_compacted: bool,
    /// Compaction takes input records away.
    pub input_compacted: bool,
}

/// The counts of an input partition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Input records.
    pub records: u64,
    /// Those on the enriched topic.
    pub enriched: u64,
    /// Those on the duplicates topic.
    pub duplicates: u64,
    /// Those on both, as near duplicates that are mostly new are.
    pub both: u64,
    /// Those only on topics that rules name.
    pub routed: u64,
    /// Dead letters.
    pub dead_letters: u64,
    /// Takedowns.
    pub tombstones: u64,
    /// Those without an outcome that retention, compaction or `output.duplicates: drop` explains.
    pub unknown: u64,
    /// Those that one topic has twice.
    pub repeated: u64,
    /// What is wrong.
    pub flaws: u64,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flaw {
    /// No topic has an outcome of it.
    Missing,
    /// One topic has it twice.
    Twice,
    /// It has outcomes of two kinds.
    Contradictory,
    /// Its takedown is on one topic and not on the other.
    HalfTakedown,
    /// There is an outcome, and no such record in the input.
    WithoutInput,
}

impl Flaw {
    /// In words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Missing => "no topic has an outcome of it",
            Self::Twice => "a topic has its outcome twice",
            Self::Contradictory => "it has outcomes that exclude each other",
            Self::HalfTakedown => "its takedown is on one of the two topics",
            Self::WithoutInput => "there is an outcome of it, and no such record in the input",
        }
    }
}

/// A flaw and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Partition of the input.
    pub partition: i32,
    /// Offset there.
    pub offset: i64,
    /// What is wrong.
    pub flaw: Flaw,
}

/// Counts a partition and tells everything that is wrong. `cut` is the first offset that the input still has.
pub fn judge(
    partition: i32,
    ledger: &Ledger,
    horizon: Horizon,
    cut: i64,
    rules: Rules,
    mut tell: impl FnMut(Fault),
) -> Counts {
    let mut counts = Counts::default();
    for (offset, seen) in ledger.iter() {
        if !seen.has(Kind::Input) {
            // What retention or compaction took from the input is no sign of anything.
            if offset >= cut && !rules.input_compacted {
                counts.flaws += 1;
                tell(Fault { partition, offset, flaw: Flaw::WithoutInput });
            }
            continue;
        }
        count(&mut counts, seen);
        let is_judged = offset >= horizon.0 && !rules.outcomes_compacted;
        match flaw(seen, rules) {
            Some(Flaw::Missing) if !is_judged || rules.drops_duplicates => counts.unknown += 1,
            Some(Flaw::HalfTakedown) if !is_judged => counts.unknown += 1,
            Some(flaw) => {
                counts.flaws += 1;
                tell(Fault { partition, offset, flaw });
            }
            None => {}
        }
    }
    counts
}

fn count(counts: &mut Counts, seen: Seen) {
    let (enriched, duplicate) = (seen.has(Kind::Enriched), seen.has(Kind::Duplicate));
    counts.records += 1;
    counts.enriched += u64::from(enriched);
    counts.duplicates += u64::from(duplicate);
    counts.both += u64::from(enriched && duplicate);
    counts.routed += u64::from(seen.has(Kind::Routed) && !enriched && !duplicate);
    counts.dead_letters += u64::from(seen.has(Kind::DeadLetter));
    counts.tombstones += u64::from(is_taken_down(seen));
    counts.repeated += u64::from(seen.is_twice());
}

fn is_taken_down(seen: Seen) -> bool {
    [Kind::EnrichedTombstone, Kind::DuplicateTombstone, Kind::RoutedTombstone].iter().any(|kind| seen.has(*kind))
}

fn flaw(seen: Seen, rules: Rules) -> Option<Flaw> {
    let (enriched, duplicate) = (seen.has(Kind::Enriched), seen.has(Kind::Duplicate));
    let is_article = enriched || duplicate || seen.has(Kind::Routed);
    let (is_dead, is_taken_down) = (seen.has(Kind::DeadLetter), is_taken_down(seen));
    match usize::from(is_article) + usize::from(is_dead) + usize::from(is_taken_down) {
        0 => return Some(Flaw::Missing),
        1 => {}
        _ => return Some(Flaw::Contradictory),
    }
    if enriched && duplicate && !seen.is_near() && !rules.routes {
        return Some(Flaw::Contradictory);
    }
    if is_taken_down && !(seen.has(Kind::EnrichedTombstone) && seen.has(Kind::DuplicateTombstone)) {
        return Some(Flaw::HalfTakedown);
    }
    (seen.is_twice() && !rules.repeats).then_some(Flaw::Twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ledger of input records 0, 1, 2, … with these outcomes.
    fn ledger(outcomes: &[&[Kind]]) -> Ledger {
        let mut ledger = Ledger::default();
        for (offset, kinds) in (0..).zip(outcomes) {
            ledger.see(offset, Kind::Input, false);
            for kind in *kinds {
                ledger.turn_page();
                ledger.see(offset, *kind, false);
            }
            ledger.turn_page();
        }
        ledger
    }

    fn flaws(ledger: &Ledger, horizon: i64, rules: Rules) -> (Counts, Vec<(i64, Flaw)>) {
        let mut told = Vec::new();
        let counts = judge(0, ledger, Horizon(horizon), 0, rules, |fault| told.push((fault.offset, fault.flaw)));
        (counts, told)
    }

    #[test]
    fn each_outcome_once_is_clean() {
        use Kind::{DeadLetter, Duplicate, DuplicateTombstone, Enriched, EnrichedTombstone, Routed};
        let mut ledger = ledger(&[
            &[Enriched],
            &[Duplicate],
            &[DeadLetter],
            &[EnrichedTombstone, DuplicateTombstone],
            &[Routed],
            &[Enriched, Routed],
        ]);
        // Near, and mostly new: on both.
        ledger.see(6, Kind::Input, false);
        ledger.turn_page();
        ledger.see(6, Enriched, true);
        ledger.turn_page();
        ledger.see(6, Duplicate, true);
        let (counts, told) = flaws(&ledger, 0, Rules::default());
        assert_eq!(told, []);
        let expected = Counts {
            records: 7,
            enriched: 3,
            duplicates: 2,
            both: 1,
            routed: 1,
            dead_letters: 1,
            tombstones: 1,
            ..counts
        };
        assert_eq!((counts, counts.unknown), (expected, 0));
    }

    #[test]
    fn every_flaw_is_found() {
        use Kind::{DeadLetter, Duplicate, Enriched, EnrichedTombstone};
        let mut ledger =
            ledger(&[&[], &[Enriched, Duplicate], &[Enriched, DeadLetter], &[EnrichedTombstone], &[Enriched]]);
        ledger.turn_page();
        ledger.see(4, Enriched, false);
        ledger.see(4, Enriched, false);
        ledger.see(5, Enriched, false);
        let (counts, told) = flaws(&ledger, 0, Rules::default());
        let expected = [
            (0, Flaw::Missing),
            (1, Flaw::Contradictory),
            (2, Flaw::Contradictory),
            (3, Flaw::HalfTakedown),
            (4, Flaw::Twice),
            (5, Flaw::WithoutInput),
        ];
        assert_eq!((told.as_slice(), counts.flaws), (expected.as_slice(), 6));
    }

    #[test]
    fn what_the_settings_explain_is_no_flaw() {
        let all = |rules: Rules, horizon| {
            let mut ledger = ledger(&[&[], &[Kind::EnrichedTombstone], &[Kind::Enriched, Kind::Duplicate]]);
            ledger.see(2, Kind::Enriched, false);
            ledger.see(2, Kind::Enriched, false);
            ledger.see(3, Kind::Enriched, false);
            let (counts, told) = flaws(&ledger, horizon, rules);
            (counts.unknown, told.into_iter().map(|(_, flaw)| flaw).collect::<Vec<_>>())
        };
        use Flaw::{Contradictory, HalfTakedown, Missing, WithoutInput};
        let none = Rules::default();
        assert_eq!(all(none, 0), (0, vec![Missing, HalfTakedown, Contradictory, WithoutInput]));
        assert_eq!(all(none, 2), (2, vec![Contradictory, WithoutInput]), "cut off with retention");
        let compacted = Rules { outcomes_compacted: true, input_compacted: true, ..none };
        assert_eq!(all(compacted, 0), (2, vec![Contradictory]));
        let dropped = Rules { drops_duplicates: true, routes: true, repeats: true, ..none };
        assert_eq!(all(dropped, 0), (1, vec![HalfTakedown, WithoutInput]));
    }
}
