//! The state machine under random logs: any history that holds the window gives the same state.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::desk::tests::{article, text};
use super::super::limits::Limits;
use super::super::log::{Decision, Identity, LogRecord, Params, Status};
use super::*;

impl Stories {
    /// Everything that a later verdict may depend on, in a fixed order. Edges show in the stories that labels lead to: which
    /// of two slices holds an edge that both need depends on where a reader began. Of an identity's entries the newest speaks:
    /// whether an older one was decided before a later proposal took its place nobody asks.
    pub(in super::super) fn dump(&self) -> String {
        let mut out = format!("clock {} offset {}\n", self.clock, self.next_offset);
        for slice in self.slices.iter().filter(|slice| !slice.entries.is_empty() || !slice.takedowns.is_empty()) {
            let entries: Vec<_> = slice.all().map(|held| (held.identity(), held.offset())).collect();
            let rooted = |verdict: &Verdict| Verdict { story: self.root(verdict.story), ..verdict.clone() };
            let known: BTreeMap<_, _> = slice
                .all()
                .filter(|held| self.newest(&held.identity()).is_some_and(|newest| newest.offset() == held.offset()))
                .map(|held| (held.identity(), State { verdict: rooted(&held.verdict()), ..held.state() }))
                .collect();
            let takedowns: BTreeMap<_, _> = slice.takedowns.iter().collect();
            writeln!(out, "{:?} {entries:?}\n {known:?}\n {takedowns:?}", slice.bucket).unwrap();
        }
        out
    }
}

/// Seven slices of 10 ms, as the default has seven of a day.
pub(in super::super) fn params() -> Params {
    Params { window_ms: 70, slice_ms: 10, span: 1 << 40, ..Params::default() }
}

#[derive(Debug, Clone)]
pub(in super::super) enum Step {
    /// Article `number` of family `family`, whole or cut, is proposed (again).
    Propose(u64, u64, bool),
    TakeDown(u64),
    /// So much later; a leader change may step back.
    Wait(i64),
    /// The next epoch: another threshold, slices of another length.
    State(u16, i64),
}

pub(in super::super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..40_u64, 0..6_u64, any::<bool>()).prop_map(|(number, family, cut)| Step::Propose(number, family, cut)),
        1 => (0..40_u64).prop_map(Step::TakeDown),
        4 => (-3..6_i64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..250)
}

fn next_epoch(epoch: u64, near: u16, slice_ms: i64) -> LogRecord {
    LogRecord::Epoch(Params { epoch: epoch as u32, near, slice_ms, ..params() })
}

/// The log that workers would write who answer every proposal at once.
pub(in super::super) fn log(steps: &[Step]) -> Vec<(i64, LogRecord)> {
    let (mut now, mut lone, mut log) = (0, Stories::new(params()), Vec::new());
    for (step, turn) in steps.iter().zip(0_u64..) {
        let mut append = |lone: &mut Stories, record: LogRecord| {
            lone.apply(log.len() as u64, now, &record).unwrap();
            log.push((now, record));
        };
        match step {
            Step::Wait(ms) => now = (now + ms).max(0),
            Step::State(near, slice_ms) => append(&mut lone, next_epoch(turn, *near, *slice_ms)),
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

pub(in super::super) fn read(log: &[(i64, LogRecord)], from: usize) -> Stories {
    let mut stories = Stories::new(params());
    for (offset, (time, record)) in log.iter().enumerate().skip(from) {
        stories.apply(offset as u64, *time, record).unwrap();
    }
    stories
}

/// The log that several workers write: verdicts come late, from whoever helps first, again, and from a zombie that repeats
/// what stands in the log already. In the end everything is answered.
pub(in super::super) fn contended_log(steps: &[Step]) -> Vec<(i64, LogRecord)> {
    let (mut now, mut lone, mut log) = (0, Stories::new(params()), Vec::<(i64, LogRecord)>::new());
    let answer = |lone: &Stories, (identity, known): (Identity, Known)| {
        let decisions = vec![Decision { identity, at: known.at, verdict: known.verdict.clone() }];
        LogRecord::Verdicts { clock_ms: lone.clock_ms(), decisions }
    };
    for (step, turn) in steps.iter().chain(std::iter::repeat_n(&Step::Wait(0), 600)).zip(0_u64..) {
        let record = match step {
            Step::TakeDown(key) => Some(LogRecord::Takedown { identity: Identity([turn as u8; 16]), key: *key }),
            Step::Propose(number, family, cut) => Some(LogRecord::Proposal(article(
                *number,
                &text(*family + 10 * (*number % 3), if *cut { 90 } else { 160 }),
            ))),
            Step::State(near, slice_ms) => Some(next_epoch(turn, *near, *slice_ms)),
            Step::Wait(ms) => {
                now = (now + ms).max(0);
                // slack: what waits too long is answered by somebody, before it could leave the window
                let late = lone.unsettled(12).next().or_else(|| lone.unsettled(0).nth(turn as usize % 3));
                late.or_else(|| lone.unsettled(0).next()).map(|waits| answer(&lone, waits))
            }
        };
        let again = log
            .iter()
            .rev()
            .nth(turn as usize % 7)
            .filter(|(_, r)| turn % 5 == 0 && matches!(r, LogRecord::Verdicts { .. }));
        for record in again.map(|(_, record)| record.clone()).into_iter().chain(record) {
            lone.apply(log.len() as u64, now, &record).unwrap();
            log.push((now, record));
        }
    }
    log
}

/// Where retention cuts: window + slice + slack of the log's clock.
fn cut(log: &[(i64, LogRecord)], slack: i64) -> usize {
    let mut clock = 0;
    let clocks: Vec<i64> = log
        .iter()
        .map(|(time, _)| {
            clock = clock.max(*time);
            clock
        })
        .collect();
    let keep = params().window_ms + params().slice_ms + slack;
    clocks.partition_point(|time| *time < clock - keep)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn late_repeated_and_stale_verdicts_lead_every_reader_to_one_state(steps in steps()) {
        let log = contended_log(&steps);
        let whole = read(&log, 0);
        prop_assert_eq!(whole.unsettled(0).count(), 0);
        prop_assert_eq!(whole.disagreements(), 0);
        prop_assert_eq!(read(&log, 0).dump(), whole.dump());
        prop_assert_eq!(read(&log, cut(&log, 20)).dump(), whole.dump());
    }

    #[test]
    fn a_duplicate_ends_in_the_story_of_its_original_by_the_published_edges(steps in steps()) {
        // Time stands still: who leaves the window and comes back is judged twice.
        let steps: Vec<Step> = steps.into_iter().filter(|step| !matches!(step, Step::Wait(_))).collect();
        let (mut told, mut links) = (BTreeMap::<u64, (StoryId, Option<u64>)>::new(), Links::default());
        for (_, record) in &log(&steps) {
            let LogRecord::Verdicts { decisions, .. } = record else { continue };
            for Decision { identity, verdict, .. } in decisions {
                verdict.merges.iter().for_each(|merged| links.unite(*merged, verdict.story));
                let original = verdict.original.as_ref().map(|original| original.identity);
                told.insert(identity.short(), (verdict.story, original));
            }
        }
        for (story, original) in told.values().filter_map(|(story, original)| Some((*story, (*original)?))) {
            prop_assert_eq!(links.root(told[&original].0), links.root(story));
        }
    }

    #[test]
    fn a_cut_log_gives_the_state_of_the_whole(steps in steps()) {
        let log = log(&steps);
        let whole = read(&log, 0);
        prop_assert_eq!(whole.disagreements(), 0);
        prop_assert_eq!(read(&log, cut(&log, 0)).dump(), whole.dump());
    }

    #[test]
    fn no_article_is_its_own_duplicate_and_the_first_verdict_binds(steps in steps(), contended in any::<bool>()) {
        let log = if contended { contended_log(&steps) } else { log(&steps) };
        let mut first: BTreeMap<Identity, Verdict> = BTreeMap::new();
        let mut reader = Stories::new(params());
        for (offset, (time, record)) in log.iter().enumerate() {
            reader.apply(offset as u64, *time, record).unwrap();
            // Who leaves the window is judged again.
            first.retain(|identity, _| reader.known(identity).is_some_and(|known| known.decided));
            let LogRecord::Verdicts { decisions, .. } = record else { continue };
            for Decision { identity, verdict, .. } in decisions {
                let original = verdict.original.as_ref().map(|original| original.identity);
                prop_assert_ne!(original, Some(identity.short()));
                prop_assert_eq!(verdict.original.is_none(), verdict.status == Status::Unique);
                if reader.known(identity).is_some_and(|known| known.decided) {
                    let told = reader.known(identity).unwrap().verdict.clone();
                    prop_assert_eq!(first.entry(*identity).or_insert_with(|| told.clone()), &told);
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
    stories.apply(0, 0, &LogRecord::Proposal(proposal)).unwrap();
    let computed = stories.known(&identity).unwrap().verdict.clone();
    let tell = |score| LogRecord::Verdicts {
        clock_ms: 0,
        decisions: vec![Decision { identity, at: 0, verdict: Verdict { score, ..computed.clone() } }],
    };
    stories.apply(1, 0, &tell(7)).unwrap();
    stories.apply(2, 0, &tell(8)).unwrap();
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
    stories.apply(5, 0, &LogRecord::Proposal(proposal.clone())).unwrap();
    stories.apply(6, 0, &decision(3)).unwrap();
    assert!(!stories.known(&proposal.identity).unwrap().decided);
    stories.apply(7, 0, &decision(5)).unwrap();
    assert!(stories.known(&proposal.identity).unwrap().decided);
}

#[test]
fn a_higher_epoch_holds_from_its_offset_on() {
    let mut stories = Stories::new(params());
    let tell = |epoch, near| LogRecord::Epoch(Params { epoch, near, ..params() });
    stories.apply(0, 0, &tell(2, 9_999)).unwrap();
    stories.apply(1, 0, &tell(1, 1)).unwrap();
    assert_eq!(stories.params.near, 9_999);
}

fn proposed(number: u64, body: u64) -> LogRecord {
    LogRecord::Proposal(article(number, &text(body, 100)))
}

fn identity(number: u64) -> Identity {
    article(number, "").identity
}

#[test]
fn what_waits_too_long_is_listed_for_help_until_somebody_answers() {
    let mut stories = Stories::new(params());
    stories.apply(0, 0, &proposed(1, 1)).unwrap();
    stories.apply(1, 5, &proposed(2, 2)).unwrap();
    let waiting = |stories: &Stories, ms| stories.unsettled(ms).map(|(identity, _)| identity).collect::<Vec<_>>();
    assert_eq!(waiting(&stories, 0), [identity(1), identity(2)]);
    assert_eq!(waiting(&stories, 5), [identity(1)]);
    let known = stories.known(&identity(1)).unwrap();
    let decisions = vec![Decision { identity: identity(1), at: known.at, verdict: known.verdict.clone() }];
    let answer = LogRecord::Verdicts { clock_ms: 9, decisions };
    stories.apply(2, 5, &answer).unwrap();
    assert_eq!((stories.clock_ms(), waiting(&stories, 0)), (9, vec![identity(2)]));
    // proposed again, by a new owner that has not read the answer: it wants a restatement
    stories.apply(3, 9, &proposed(1, 1)).unwrap();
    assert_eq!(waiting(&stories, 0), [identity(1), identity(2)]);
    assert!(stories.known(&identity(1)).unwrap().decided);
}

#[test]
fn a_repeat_in_a_later_slice_keeps_an_article_in_the_window() {
    let mut stories = Stories::new(params());
    for (offset, time) in [(0, 0), (1, 60), (2, 120)] {
        stories.apply(offset, time, &proposed(1, 1)).unwrap();
    }
    stories.apply(3, 185, &proposed(2, 1)).unwrap();
    assert_eq!(stories.known(&identity(2)).unwrap().verdict.status, Status::Exact);
    assert_eq!(stories.slices.iter().map(|slice| slice.bucket.0).collect::<Vec<_>>(), [120, 180]);
}

#[test]
fn span_ends_the_window_whatever_the_clock_does() {
    let mut stories = Stories::new(Params { span: 10, ..params() });
    stories.apply(0, i64::MAX, &proposed(1, 1)).unwrap();
    stories.apply((1 << SLICE_BITS) + 9, 0, &proposed(2, 1)).unwrap();
    assert!(stories.known(&identity(1)).is_none() && stories.clock_ms() == i64::MAX);
    assert_eq!(stories.known(&identity(2)).unwrap().verdict.status, Status::Unique);
}

#[test]
fn the_first_parameters_that_the_log_states_replace_ones_own() {
    let mut stories = Stories::new(Params { epoch: 5, near: 1, ..params() });
    stories.apply(0, 3, &LogRecord::Epoch(Params { epoch: 2, near: 4_321, ..params() })).unwrap();
    assert_eq!((stories.params().near, stories.stated_ms()), (4_321, Some(3)));
    stories.apply(1, 4, &LogRecord::Epoch(Params { epoch: 2, near: 7, ..params() })).unwrap();
    assert_eq!((stories.params().near, stories.stated_ms()), (4_321, Some(4)));
}

#[test]
fn a_new_length_of_slices_forgets_nothing_and_keeps_nothing_for_ever() {
    for slice_ms in [1, 35, 70] {
        let mut stories = Stories::new(params());
        stories.apply(0, 1_000, &proposed(1, 1)).unwrap();
        stories.apply(1, 1_005, &LogRecord::Epoch(Params { epoch: 1, slice_ms, ..params() })).unwrap();
        stories.apply(2, 1_030, &proposed(2, 1)).unwrap();
        assert_eq!(stories.known(&identity(2)).unwrap().verdict.status, Status::Exact, "{slice_ms}");
        stories.apply(3, 1_200, &proposed(3, 1)).unwrap();
        assert_eq!(stories.known(&identity(3)).unwrap().verdict.status, Status::Unique, "{slice_ms}");
    }
}

/// A slice that is longer begins before those that are there, so it leaves before them: what it held is not found any more.
#[test]
fn a_slice_that_leaves_before_older_ones_takes_its_articles_along() {
    let mut stories = Stories::new(params());
    stories.apply(0, 100, &next_epoch(1, 5_700, 10)).unwrap();
    let steps = [
        (150, proposed(1, 1)),
        (160, proposed(2, 2)),
        (165, next_epoch(2, 5_700, 70)),
        (166, proposed(3, 3)),
        (167, next_epoch(3, 5_700, 10)),
        (168, proposed(4, 4)),
        (215, proposed(5, 5)),
    ];
    (1..).zip(steps).for_each(|(offset, (time, record))| stories.apply(offset, time, &record).unwrap());
    let begins: Vec<i64> = stories.slices.iter().map(|slice| slice.bucket.0).collect();
    assert_eq!((&begins[..], stories.has_gap()), (&[150, 160, 160, 210][..], true));
    let mut found = |offset: u64, body: u64| {
        let before = stories.work.get().found;
        stories.apply(offset, 215, &proposed(offset, body)).unwrap();
        stories.work.get().found - before
    };
    assert_eq!(found(20, 3), 0);
    assert!(found(21, 2) > 0 && found(22, 4) > 0);
}

#[test]
fn what_cannot_be_applied_changes_nothing() {
    let mut stories = Stories::new(params());
    stories.apply(7, 0, &proposed(1, 1)).unwrap();
    let before = stories.dump();
    assert_eq!(stories.apply(7, 9, &proposed(2, 1)), Err(StoriesError::OffsetGoesBack { offset: 7, next: 8 }));
    let unknown = LogRecord::Epoch(Params { rules: RULES + 1, epoch: 9, ..params() });
    assert_eq!(stories.apply(8, 9, &unknown), Err(StoriesError::UnknownRules { rules: RULES + 1 }));
    assert_eq!(stories.dump(), before);
}

#[test]
fn a_copy_of_a_copy_is_void_once_the_original_is_taken_down() {
    let mut stories = Stories::new(params());
    stories.apply(0, 0, &proposed(1, 1)).unwrap();
    stories.apply(1, 0, &proposed(2, 1)).unwrap();
    stories.apply(2, 0, &LogRecord::Takedown { identity: Identity([9; 16]), key: 1 }).unwrap();
    stories.apply(3, 0, &proposed(3, 1)).unwrap();
    let verdict = stories.known(&identity(3)).unwrap().verdict.clone();
    assert_eq!((verdict.status, verdict.story), (Status::Unique, stories.known(&identity(1)).unwrap().verdict.story));
}

/// A copy judged while its original was out of the window names it; the original comes back, and is no copy of its copy.
#[test]
fn an_original_that_comes_back_is_no_duplicate_of_its_duplicate() {
    let mut stories = Stories::new(params());
    stories.apply(0, 0, &proposed(1, 1)).unwrap();
    stories.apply(1, 65, &proposed(2, 1)).unwrap();
    assert_eq!(stories.known(&identity(2)).unwrap().verdict.status, Status::Exact);
    stories.apply(2, 80, &proposed(1, 1)).unwrap();
    let verdict = stories.known(&identity(1)).unwrap().verdict;
    assert_eq!((verdict.status, verdict.original.as_ref()), (Status::Unique, None));
}

#[test]
fn a_slice_that_no_article_comes_to_any_more_keeps_no_room() {
    let mut stories = Stories::new(params());
    let slice = |stories: &Stories| (stories.slices[0].entries.capacity(), stories.slices[0].bytes());
    (0..100).for_each(|number| stories.apply(number, 0, &proposed(number, number)).unwrap());
    let open = slice(&stories);
    stories.apply(100, 10, &proposed(100, 100)).unwrap();
    let closed = slice(&stories);
    assert!(open.0 > 100 && closed.0 == 100 && closed.1 < open.1, "{open:?} {closed:?}");
}

#[test]
fn the_window_is_whole_slices() {
    for (time, status) in [(69, Status::Exact), (70, Status::Unique)] {
        let mut stories = Stories::new(params());
        stories.apply(0, 5, &proposed(1, 1)).unwrap();
        stories.apply(1, time, &proposed(2, 1)).unwrap();
        let known = stories.known(&identity(2)).unwrap();
        assert_eq!(known.verdict.status, status, "{time}");
        assert!(status == Status::Exact || known.verdict.story == StoryId::minted(70, 1));
    }
}

#[test]
fn what_is_published_under_a_key_after_its_takedown_is_quoted() {
    let mut stories = Stories::new(params());
    stories.apply(0, 0, &proposed(1, 1)).unwrap();
    stories.apply(1, 0, &LogRecord::Takedown { identity: Identity([9; 16]), key: 1 }).unwrap();
    let again = Proposal { key: 1, ..article(2, &text(1, 100)) };
    stories.apply(2, 0, &LogRecord::Proposal(again)).unwrap();
    stories.apply(3, 0, &proposed(3, 1)).unwrap();
    let original = stories.known(&identity(3)).unwrap().verdict.original.clone();
    assert_eq!(original.unwrap().id, "id-2".into());
}

#[test]
fn a_sample_with_a_full_list_finds_nobody() {
    let proposed = |number| LogRecord::Proposal(article(number, &format!("{}{}", text(1, 100), text(50 + number, 5))));
    for (holders, status) in [(4, Status::Near), (3, Status::Unique)] {
        let limits = Limits { holders, ..Limits::default() };
        let mut stories = Stories::new(Params { limits, ..params() });
        for number in 1..=4 {
            stories.apply(number, 0, &proposed(number)).unwrap();
        }
        assert_eq!(stories.known(&identity(4)).unwrap().verdict.status, status, "{holders}");
    }
}

/// Two stories and an article that has half of each.
fn bridged() -> Stories {
    let mut stories = Stories::new(params());
    stories.apply(0, 0, &proposed(1, 1)).unwrap();
    stories.apply(1, 0, &proposed(2, 2)).unwrap();
    let both = article(3, &format!("{}{}", text(1, 100), text(2, 100)));
    stories.apply(2, 0, &LogRecord::Proposal(both)).unwrap();
    stories
}

#[test]
fn stories_are_merged_by_the_verdict_that_binds_and_not_by_what_was_computed() {
    let mut stories = bridged();
    let computed = stories.known(&identity(3)).unwrap().verdict.clone();
    let (first, second) = (StoryId::minted(0, 0), StoryId::minted(0, 1));
    assert_eq!((computed.story, &*computed.merges), (first, &[second][..]));
    assert_eq!(stories.root(second), second);
    let tell = |verdict| LogRecord::Verdicts {
        clock_ms: 0,
        decisions: vec![Decision { identity: identity(3), at: 2, verdict }],
    };
    stories.apply(3, 0, &tell(Verdict { merges: Box::default(), ..computed.clone() })).unwrap();
    assert_eq!(stories.root(second), second);
    let mut stories = bridged();
    stories.apply(3, 0, &tell(computed)).unwrap();
    assert_eq!(stories.root(second), first);
}

/// Whoever reads a later outcome and missed the merge must be told it again.
#[test]
fn an_outcome_carries_every_edge_that_it_rests_on() {
    let mut stories = bridged();
    let verdict = stories.known(&identity(3)).unwrap().verdict.clone();
    let decisions = vec![Decision { identity: identity(3), at: 2, verdict }];
    stories.apply(3, 0, &LogRecord::Verdicts { clock_ms: 0, decisions }).unwrap();
    stories.apply(4, 0, &proposed(4, 2)).unwrap();
    let verdict = stories.known(&identity(4)).unwrap().verdict;
    assert_eq!((verdict.story, &*verdict.merges), (StoryId::minted(0, 0), &[StoryId::minted(0, 1)][..]));
}
