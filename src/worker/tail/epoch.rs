//! Epochs: all workers judge by the parameters that the log states; the configuration only proposes. Pure.

use crate::pipeline::dedupe::{Limits, Params, Rule, Stories};

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
    let both = named(own).into_iter().zip(named(log));
    let differ = both.filter(|((_, own), (_, log))| own != log);
    differ.map(|((name, own), (_, log))| format!("{name} {log}, here {own}")).collect()
}

/// Parameters by their names.
fn named(params: &Params) -> Vec<(&'static str, String)> {
    let Params { log_id: _, rules, epoch: _, window_ms, slice_ms, span, near, story, limits, salt } = params;
    let time = |millis: &i64| format!("{millis}ms");
    let mut all = vec![
        ("dedupe.window", time(window_ms)),
        ("dedupe.span", span.to_string()),
        ("dedupe.near", share(*near)),
        ("dedupe.story", share(*story)),
    ];
    all.extend(limits_named(limits));
    all.push(("dedupe.salt", if *salt == 0 { "none".to_owned() } else { format!("with hash {salt:016x}") }));
    all.extend([("rules", rules.to_string()), ("slice", time(slice_ms))]);
    all
}

fn limits_named(limits: &Limits) -> [(&'static str, String); 20] {
    let Limits { keys, samples, mutual, quotation, edition, headline, changed, lone_key, boilerplate, .. } = limits;
    let rule = |rule: &Rule| {
        let Rule { alike, score, taken_over, balance, words } = *rule;
        let [alike, score, taken_over, balance] = [alike, score, taken_over, balance].map(share);
        format!("{alike}/{score}/{taken_over}/{balance}/{words}")
    };
    let rules: Vec<String> = changed.rules.all().map(rule).collect();
    [
        ("dedupe.limits.keys", keys.to_string()),
        ("dedupe.limits.samples", samples.to_string()),
        ("dedupe.limits.mutual", share(*mutual)),
        ("dedupe.limits.quotation.words", quotation.words.to_string()),
        ("dedupe.limits.quotation.more", share(quotation.more)),
        ("dedupe.limits.edition.words", edition.words.to_string()),
        ("dedupe.limits.edition.more", share(edition.more)),
        ("dedupe.limits.headline.mutual", share(headline.mutual)),
        ("dedupe.limits.headline.less", share(headline.less)),
        ("dedupe.limits.changed.samples", changed.samples.to_string()),
        ("dedupe.limits.changed.rules", format!("[{}]", rules.join(" "))),
        ("dedupe.limits.lone_key.words", lone_key.words.to_string()),
        ("dedupe.limits.lone_key.holders", lone_key.holders.to_string()),
        ("dedupe.limits.lone_key.samples", lone_key.samples.to_string()),
        ("dedupe.limits.boilerplate.articles", boilerplate.articles.to_string()),
        ("dedupe.limits.boilerplate.share", share(boilerplate.share)),
        ("dedupe.limits.boilerplate.beside", boilerplate.beside.to_string()),
        ("dedupe.limits.holders", limits.holders.to_string()),
        ("dedupe.limits.scored", limits.scored.to_string()),
        ("dedupe.limits.same", limits.same.to_string()),
    ]
}

fn share(score: u16) -> String {
    format!("{}", f64::from(score) / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::dedupe::{LogRecord, More};

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
        let limits = Limits { edition: More { words: 700, more: 500 }, ..Limits::default() };
        let other = Params { near: 3_000, limits, ..own(1) };
        let Step::Refuse(why) = next(&own(1), &log(&[stated(other)])) else { panic!("not refused") };
        let differences = "dedupe.near 0.3, here 0.57, dedupe.limits.edition.more 0.05, here 0.1";
        assert!(why.contains(differences) && why.ends_with("raise dedupe.epoch to 2"), "{why}");
    }

    #[test]
    fn a_salt_is_told_from_others_and_not_shown() {
        let salted = |epoch, salt| Params { salt, ..own(epoch) };
        let Step::Refuse(why) = next(&salted(1, 7), &log(&[stated(salted(1, 8))])) else { panic!("not refused") };
        assert!(why.contains("dedupe.salt with hash 0000000000000008, here with hash 0000000000000007"), "{why}");
        // Where salts are changed one worker after the other, nobody stops.
        assert_eq!(next(&salted(1, 0), &log(&[stated(salted(2, 8))])), Step::Hold);
    }

    #[test]
    fn parameters_are_stated_again_before_retention_cuts_them() {
        let time_passes = |clock| (clock, LogRecord::Verdicts { clock_ms: clock, decisions: Vec::new() });
        let at = |clock| next(&own(1), &log(&[stated(own(1)), time_passes(clock)]));
        assert_eq!(at(499), Step::Hold);
        assert_eq!(at(500), Step::Append(Params { log_id: [1; 16], ..own(1) }));
    }
}
