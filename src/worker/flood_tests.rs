//! The flood's turns, one by one and in any order.

use proptest::prelude::*;

use super::*;
use crate::config::Period;

fn rule() -> FloodRule {
    FloodRule { last: 10, share: 0.8, probe: Period::from_millis(4_000) }
}

fn marks(pattern: &str) -> Vec<Mark> {
    let mark = |(offset, letter): (usize, char)| {
        let code = match letter {
            'x' => Some(RejectCode::NotJson),
            'y' => Some(RejectCode::Xml),
            _ => None,
        };
        Mark { partition: 0, offset: i64::try_from(offset).unwrap(), code }
    };
    pattern.chars().enumerate().map(mark).collect()
}

fn after(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Takes and analyses a pattern.
fn feed(flood: &mut Flood, pattern: &str, now: Instant) -> Option<Turn> {
    let generation = flood.taken(pattern.len());
    flood.observe(generation, &marks(pattern), now)
}

#[test]
fn a_few_bad_records_are_no_flood() {
    let now = Instant::now();
    let mut flood = Flood::new(rule(), now);
    // Eight of ten are not more than 80 %, and fewer than ten are not enough to say.
    assert_eq!(feed(&mut flood, "xxxxxxxxx", now), None);
    let mut flood = Flood::new(rule(), now);
    for _ in 0..20 {
        assert_eq!(feed(&mut flood, "xxxx.xxxx.", now), None);
    }
    assert_eq!(flood.wanted(now), usize::MAX);
}

#[test]
fn a_flood_pauses_and_says_since_when_and_of_what() {
    let now = Instant::now();
    let mut flood = Flood::new(rule(), now);
    let told = feed(&mut flood, "....xyyyyyyyyyyxxx", now);
    let Some(Turn::Begun(alarm)) = told else { panic!("{told:?}") };
    assert_eq!(alarm, Alarm { rejected: 9, last: 10, code: RejectCode::Xml, of_code: 8, since: (0, 4) });
    assert_eq!(flood.wanted(now), 0);
    // What was taken before says nothing any more.
    assert_eq!(flood.observe(0, &marks("xxxxxxxxxxxxxxxxxxxx"), now), None);
}

#[test]
fn probes_back_off_until_records_can_be_read_again() {
    let mut now = Instant::now();
    let begun = now;
    let mut flood = Flood::new(rule(), now);
    assert!(feed(&mut flood, "xxxxxxxxxx", now).is_some());
    for wait in [1, 2, 4, 4] {
        assert_eq!(flood.wanted(now + after(wait) - Duration::from_millis(1)), 0, "{wait} s");
        now += after(wait);
        assert_eq!(flood.wanted(now), 10);
        assert_eq!(feed(&mut flood, "xxxxxx", now), None);
        assert_eq!(flood.wanted(now), 4, "no more than the probe is taken");
        let next = after((wait * 2).min(4));
        assert_eq!(feed(&mut flood, "xx.x", now), Some(Turn::StillThere(next)));
    }
    now += after(4);
    assert_eq!(flood.wanted(now), 10);
    // Two of ten are good, whatever the rest is: it is decided as soon as that is known.
    assert_eq!(feed(&mut flood, "..", now), Some(Turn::Over(now - begun)));
    assert_eq!(flood.wanted(now), usize::MAX);
}

#[test]
fn the_first_record_is_told_whichever_thread_was_faster() {
    let now = Instant::now();
    let mut flood = Flood::new(rule(), now);
    let generation = flood.taken(10);
    let mut marks = marks("xxxxxxxxxx");
    marks.rotate_left(5);
    let Some(Turn::Begun(alarm)) = flood.observe(generation, &marks, now) else { panic!("no alarm") };
    assert_eq!(alarm.since, (0, 0));
}

/// Half of a probe was given back when partitions changed hands: without other records in their place it would never end.
#[test]
fn a_probe_makes_up_for_what_was_given_back() {
    let mut now = Instant::now();
    let mut flood = Flood::new(rule(), now);
    feed(&mut flood, "xxxxxxxxxx", now);
    now += after(1);
    assert_eq!(flood.wanted(now), 10);
    let generation = flood.taken(10);
    flood.returned(generation, 5);
    assert_eq!(flood.observe(generation, &marks("xxxxx"), now), None);
    assert_eq!(flood.wanted(now), 5);
    flood.returned(generation - 1, 5);
    assert_eq!(flood.wanted(now), 5, "those of an earlier turn are not this probe's");
    assert_eq!(feed(&mut flood, "xxxxx", now), Some(Turn::StillThere(after(2))));
}

#[test]
fn a_flood_that_comes_back_at_once_does_not_begin_anew() {
    let mut now = Instant::now();
    let mut flood = Flood::new(rule(), now);
    feed(&mut flood, "xxxxxxxxxx", now);
    for wait in [1, 2] {
        now += after(wait);
        flood.wanted(now);
        feed(&mut flood, "xxxxxxxxxx", now);
    }
    now += after(4);
    flood.wanted(now);
    assert!(matches!(feed(&mut flood, "..", now), Some(Turn::Over(_))));
    assert!(matches!(feed(&mut flood, "xxxxxxxxxx", now), Some(Turn::Begun(_))));
    assert_eq!(flood.wanted(now + after(3)), 0, "it waits as long as before");
    assert_eq!(flood.wanted(now + after(4)), 10);
}

#[test]
fn what_the_broker_refuses_counts_as_rejected() {
    let now = Instant::now();
    let mut flood = Flood::new(rule(), now);
    assert_eq!(feed(&mut flood, "..........", now), None);
    for _ in 0..8 {
        assert_eq!(flood.refused(RejectCode::OutputRefused, now), None);
    }
    let told = flood.refused(RejectCode::OutputRefused, now);
    assert!(matches!(told, Some(Turn::Begun(Alarm { code: RejectCode::OutputRefused, of_code: 9, .. }))), "{told:?}");
}

#[derive(Debug, Clone)]
enum Step {
    Batch(Vec<bool>),
    Late(Vec<bool>),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let records = prop::collection::vec(prop::bool::weighted(0.8), 1..15);
    prop_oneof![
        records.clone().prop_map(Step::Batch),
        records.prop_map(Step::Late),
        (0..5_000_u64).prop_map(Step::Wait)
    ]
}

proptest! {
    /// Whatever comes: what is taken in a pause is bounded by its probes, a pause is never for ever, and the input flows
    /// freely exactly between the end of one flood and the beginning of the next.
    #[test]
    fn a_pause_lets_probes_through_and_nothing_else(steps in prop::collection::vec(step(), 1..200)) {
        let (start, mut elapsed) = (Instant::now(), 0);
        let mut flood = Flood::new(rule(), start);
        let (mut late, mut is_paused, mut probed) = (None, false, 0);
        for step in steps {
            let now = start + Duration::from_millis(elapsed);
            let told = match step {
                Step::Wait(millis) => {
                    elapsed += millis;
                    None
                }
                Step::Late(records) => late.and_then(|generation| {
                    let pattern: String = records.iter().map(|bad| if *bad { 'x' } else { '.' }).collect();
                    flood.observe(generation, &marks(&pattern), now)
                }),
                Step::Batch(records) => {
                    let records: String = records.iter().map(|bad| if *bad { 'x' } else { '.' }).take(flood.wanted(now)).collect();
                    let generation = flood.taken(records.len());
                    late.get_or_insert(generation);
                    if is_paused {
                        probed += records.len();
                    }
                    flood.observe(generation, &marks(&records), now)
                }
            };
            match told {
                Some(Turn::Begun(alarm)) => {
                    prop_assert!(!is_paused && alarm.rejected > 8 && alarm.of_code == alarm.rejected);
                    (is_paused, probed) = (true, 0);
                    late = Some(flood.taken(0).saturating_sub(1));
                }
                Some(Turn::StillThere(wait)) => {
                    prop_assert!(is_paused && wait <= after(4));
                    prop_assert!(probed <= 10);
                    probed = 0;
                }
                Some(Turn::Over(_)) => {
                    prop_assert!(is_paused);
                    is_paused = false;
                }
                None => {}
            }
            prop_assert_eq!(flood.is_watching(), !is_paused);
        }
        // Not for ever: after the longest wait there is a probe.
        prop_assert!(flood.wanted(start + Duration::from_millis(elapsed + 4_000)) > 0 || probed > 0);
    }
}
