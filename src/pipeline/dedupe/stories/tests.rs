//! The state machine under random logs: any history that holds the window gives the same state.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::desk::tests::{article, text};
use super::super::log::{Decision, Identity, LogRecord, Params, Status};
use super::*;

impl Stories {
    /// Everything that a later verdict may depend on, in a fixed order. Edges show in the stories that labels lead to: which
    /// of two slices holds an edge that both need depends on where a reader began.
    fn dump(&self) -> String {
        let mut out = format!("clock {} offset {}\n", self.clock, self.last_offset);
        for slice in self.slices.iter().filter(|slice| !slice.entries.is_empty() || !slice.takedowns.is_empty()) {
            let entries: Vec<_> = slice.entries.iter().map(|entry| (entry.identity, entry.offset)).collect();
            let rooted = |verdict: &Verdict| Verdict { story: self.root(verdict.story), ..verdict.clone() };
            let known: BTreeMap<_, _> = slice
                .known
                .iter()
                .map(|(identity, k)| (identity, (rooted(&k.verdict), k.at, k.decided, k.settled)))
                .collect();
            let takedowns: BTreeMap<_, _> = slice.takedowns.iter().collect();
            writeln!(out, "{:?} {entries:?}\n {known:?}\n {takedowns:?}", slice.bucket).unwrap();
        }
        out
    }
}

/// Seven slices of 10 ms, as the default has seven of a day.
fn params() -> Params {
    Params { window_ms: 70, slice_ms: 10, span: 1 << 40, ..Params::default() }
}

#[derive(Debug, Clone)]
enum Step {
    /// Article `number` of family `family`, whole or cut, is proposed (again).
    Propose(u64, u64, bool),
    TakeDown(u64),
    /// So much later; a leader change may step back.
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..40_u64, 0..6_u64, any::<bool>()).prop_map(|(number, family, cut)| Step::Propose(number, family, cut)),
        1 => (0..40_u64).prop_map(Step::TakeDown),
        4 => (-3..6_i64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..250)
}

/// The log that workers would write who answer every proposal at once.
fn log(steps: &[Step]) -> Vec<(i64, LogRecord)> {
    let (mut now, mut lone, mut log) = (0, Stories::new(params()), Vec::new());
    for (step, turn) in steps.iter().zip(0_u64..) {
        let mut append = |lone: &mut Stories, record: LogRecord| {
            lone.apply(log.len() as u64, now, &record);
            log.push((now, record));
        };
        match step {
            Step::Wait(ms) => now = (now + ms).max(0),
            Step::TakeDown(key) => {
                append(&mut lone, LogRecord::Takedown { identity: Identity([turn as u8; 16]), key: *key })
            }
            Step::Propose(number, family, cut) => {
                let proposal = article(*number, &text(*family + 10 * (*number % 3), if *cut { 90 } else { 160 }));
                let identity = proposal.identity;
                append(&mut lone, LogRecord::Proposal(proposal));
                let known = lone.known(&identity).unwrap();
                let decision = Decision { identity, at: known.at, verdict: known.verdict.clone() };
                let clock_ms = lone.clock_ms();
                append(&mut lone, LogRecord::Verdicts { clock_ms, decisions: vec![decision] });
            }
        }
    }
    log
}

fn read(log: &[(i64, LogRecord)], from: usize) -> Stories {
    let mut stories = Stories::new(params());
    for (offset, (time, record)) in log.iter().enumerate().skip(from) {
        stories.apply(offset as u64, *time, record);
    }
    stories
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_cut_log_gives_the_state_of_the_whole(steps in steps()) {
        let log = log(&steps);
        let whole = read(&log, 0);
        prop_assert_eq!(whole.disagreements(), 0);
        // Retention keeps window + slice of the log's clock.
        let keep = params().window_ms + params().slice_ms;
        let mut clock = 0;
        let clocks: Vec<i64> = log.iter().map(|(time, _)| { clock = clock.max(*time); clock }).collect();
        let from = clocks.partition_point(|time| *time < clock - keep);
        prop_assert_eq!(read(&log, from).dump(), whole.dump());
    }

    #[test]
    fn no_article_is_its_own_duplicate_and_the_first_verdict_binds(steps in steps()) {
        let log = log(&steps);
        let mut first: BTreeMap<Identity, Verdict> = BTreeMap::new();
        let mut reader = Stories::new(params());
        for (offset, (time, record)) in log.iter().enumerate() {
            reader.apply(offset as u64, *time, record);
            let LogRecord::Verdicts { decisions, .. } = record else { continue };
            for Decision { identity, verdict, .. } in decisions {
                let original = verdict.original.as_ref().map(|original| original.identity);
                prop_assert_ne!(original, Some(identity.short()));
                prop_assert_eq!(verdict.original.is_none(), verdict.status == Status::Unique);
                if reader.known(identity).is_some_and(|known| known.decided) {
                    let told = reader.known(identity).unwrap().verdict.clone();
                    let bound = first.entry(*identity).or_insert_with(|| told.clone()).clone();
                    let left_the_window = bound != told;
                    prop_assert!(!left_the_window || log[..offset].iter().any(|(t, _)| *t + params().window_ms <= *time + params().slice_ms));
                }
            }
        }
    }
}

#[test]
fn a_later_verdict_of_another_worker_changes_nothing() {
    let mut stories = Stories::new(params());
    let proposal = article(1, &text(1, 100));
    let identity = proposal.identity;
    stories.apply(0, 0, &LogRecord::Proposal(proposal));
    let computed = stories.known(&identity).unwrap().verdict.clone();
    let tell = |score| LogRecord::Verdicts {
        clock_ms: 0,
        decisions: vec![Decision { identity, at: 0, verdict: Verdict { score, ..computed.clone() } }],
    };
    stories.apply(1, 0, &tell(7));
    stories.apply(2, 0, &tell(8));
    assert_eq!(stories.known(&identity).unwrap().verdict.score, 7);
    assert_eq!(stories.disagreements(), 1);
}

#[test]
fn a_verdict_of_an_earlier_life_is_ignored() {
    let mut stories = Stories::new(params());
    let proposal = article(1, &text(1, 100));
    let decision = |at| {
        let verdict = Verdict {
            score: 7,
            ..read(&[(0, LogRecord::Proposal(proposal.clone()))], 0).known(&proposal.identity).unwrap().verdict.clone()
        };
        LogRecord::Verdicts { clock_ms: 0, decisions: vec![Decision { identity: proposal.identity, at, verdict }] }
    };
    stories.apply(5, 0, &LogRecord::Proposal(proposal.clone()));
    stories.apply(6, 0, &decision(3));
    assert!(!stories.known(&proposal.identity).unwrap().decided);
    stories.apply(7, 0, &decision(5));
    assert!(stories.known(&proposal.identity).unwrap().decided);
}

#[test]
fn a_higher_epoch_holds_from_its_offset_on() {
    let mut stories = Stories::new(params());
    let tell = |epoch, near| LogRecord::Epoch(Params { epoch, near, ..params() });
    stories.apply(0, 0, &tell(2, 9_999));
    stories.apply(1, 0, &tell(1, 1));
    assert_eq!(stories.params.near, 9_999);
}
