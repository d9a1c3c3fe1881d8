//! Epochs: all workers judge by the parameters that the log states; the configuration only proposes. Pure.

use crate::pipeline::dedupe::{Params, Stories};

/// What a worker that has read the log does about its parameters.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// The log's parameters hold.
    Hold,
    /// These are to be appended.
    Append(Params),
    /// The worker must not judge: why, and what to do.
    Refuse(String),
}

/// What `own` parameters, with a log id for a log that has none, and what was read lead to.
pub(super) fn next(own: &Params, stories: &Stories) -> Step {
    let Some(stated) = stories.stated_ms() else { return Step::Append(*own) };
    let log = stories.params();
    let own = Params { log_id: log.log_id, ..*own };
    if own.epoch > log.epoch {
        return Step::Append(own);
    }
    if own.epoch == log.epoch && own != *log {
        return Step::Refuse(format!(
            "the dedupe log runs epoch {} with other settings ({}): take those, or raise dedupe.epoch to {}",
            log.epoch,
            differences(&own, log).join(", "),
            log.epoch.saturating_add(1)
        ));
    }
    // Retention must never cut the last statement.
    if stories.clock_ms().saturating_sub(stated) >= log.window_ms / 2 {
        return Step::Append(*log);
    }
    Step::Hold
}

/// What differs, by the names of the configuration where it has one.
fn differences(own: &Params, log: &Params) -> Vec<String> {
    let share = |score: u16| format!("{}", f64::from(score) / 10_000.0);
    let time = |millis: i64| format!("{millis}ms");
    let all = [
        ("dedupe.window", time(own.window_ms), time(log.window_ms)),
        ("dedupe.span", own.span.to_string(), log.span.to_string()),
        ("dedupe.near", share(own.near), share(log.near)),
        ("dedupe.story", share(own.story), share(log.story)),
        ("dedupe.limits.keys", own.share.to_string(), log.share.to_string()),
        ("dedupe.limits.samples", own.share3.to_string(), log.share3.to_string()),
        ("dedupe.limits.quotation", share(own.limits.quotation), share(log.limits.quotation)),
        ("dedupe.limits.edition", share(own.limits.edition), share(log.limits.edition)),
        ("dedupe.limits.headline", share(own.limits.headline), share(log.limits.headline)),
        ("dedupe.limits.changed", own.limits.changed.to_string(), log.limits.changed.to_string()),
        ("dedupe.limits.boilerplate", own.boilerplate.to_string(), log.boilerplate.to_string()),
        ("dedupe.limits.holders", own.cap.to_string(), log.cap.to_string()),
        ("rules", own.rules.to_string(), log.rules.to_string()),
        ("slice", time(own.slice_ms), time(log.slice_ms)),
    ];
    let differs = |(_, own, log): &(&str, String, String)| own != log;
    all.into_iter().filter(differs).map(|(name, own, log)| format!("{name} {log}, here {own}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::dedupe::{Limits, LogRecord};

    fn own(epoch: u32) -> Params {
        Params { log_id: [7; 16], epoch, window_ms: 1_000, slice_ms: 100, ..Params::default() }
    }

    fn log(records: &[(i64, LogRecord)]) -> Stories {
        let mut stories = Stories::new(own(1));
        for (offset, (clock, record)) in records.iter().enumerate() {
            stories.apply(offset as u64, *clock, record).unwrap();
        }
        stories
    }

    fn stated(params: Params) -> (i64, LogRecord) {
        (0, LogRecord::Epoch(Params { log_id: [1; 16], ..params }))
    }

    #[test]
    fn a_fresh_log_is_given_parameters_and_an_older_one_newer_ones() {
        assert_eq!(next(&own(1), &log(&[])), Step::Append(own(1)));
        assert_eq!(next(&own(1), &log(&[stated(own(1))])), Step::Hold);
        let kept = Params { log_id: [1; 16], ..own(2) };
        assert_eq!(next(&own(2), &log(&[stated(own(1))])), Step::Append(kept), "the log keeps its id");
        assert_eq!(next(&own(1), &log(&[stated(own(2))])), Step::Hold, "a worker of the last epoch goes along");
    }

    #[test]
    fn one_epoch_with_two_contents_is_refused() {
        let limits = Limits { edition: 500, ..Limits::default() };
        let other = Params { near: 3_000, limits, ..own(1) };
        let Step::Refuse(why) = next(&own(1), &log(&[stated(other)])) else { panic!("not refused") };
        let differences = "dedupe.near 0.3, here 0.57, dedupe.limits.edition 0.05, here 0.1";
        assert!(why.contains(differences) && why.ends_with("raise dedupe.epoch to 2"), "{why}");
    }

    #[test]
    fn parameters_are_stated_again_before_retention_cuts_them() {
        let time_passes = |clock| (clock, LogRecord::Verdicts { clock_ms: clock, decisions: Vec::new() });
        let at = |clock| next(&own(1), &log(&[stated(own(1)), time_passes(clock)]));
        assert_eq!(at(499), Step::Hold);
        assert_eq!(at(500), Step::Append(Params { log_id: [1; 16], ..own(1) }));
    }
}
