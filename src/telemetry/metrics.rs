//! Every metric: its name, its unit, its label and what it means, here and nowhere else. `docs/metrics.md` is made from it.

use std::time::UNIX_EPOCH;

use super::page::Family;
use super::{Counts, Telemetry, process};
use crate::article::RejectCode;

impl Telemetry {
    /// All metrics with their values now.
    pub(super) fn families(&self) -> Vec<Family> {
        let started = self.started.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let rooms = [
            self.worker(),
            self.ledger(),
            self.articles(),
            self.commits(),
            self.group(),
            self.log(),
            self.links(),
            process::families(started),
        ];
        rooms.into_iter().flatten().collect()
    }

    fn worker(&self) -> Vec<Family> {
        let Self { health, in_flight, .. } = self;
        let is = |flag: bool| f64::from(u8::from(flag));
        let paused = [("in_flight", in_flight.paused.get() as f64), ("flood", is(health.is_flooded()))];
        vec![
            Family::gauges(
                "copydesk_build_info",
                "Always 1; the label tells the version.",
                "version",
                [(env!("CARGO_PKG_VERSION"), 1.0)],
            ),
            Family::gauge("copydesk_ready", "1 while `/readyz` answers 200.", is(health.unready().is_empty())),
            Family::gauge(
                "copydesk_faults",
                "Faults that last, such as a broker that does not answer; `/readyz` and the log name them.",
                health.faults() as f64,
            ),
            Family::gauges(
                "copydesk_paused",
                "1 while the input is paused: `in_flight` because `flow.in_flight` is reached, `flood` because nearly everything is rejected.",
                "reason",
                paused,
            ),
        ]
    }

    fn ledger(&self) -> Vec<Family> {
        let Self { tally, in_flight, .. } = self;
        let Counts { taken, enriched, duplicates, dead_letters, tombstones, returned, in_flight: open } =
            tally.counts();
        let settled = [
            ("enriched", enriched),
            ("duplicate", duplicates),
            ("dead_letter", dead_letters),
            ("tombstone", tombstones),
        ];
        vec![
            Family::counter(
                "copydesk_records_taken_total",
                "Records taken from the input topic: always those settled, those returned and those in flight together.",
                taken,
            ),
            Family::counters(
                "copydesk_records_settled_total",
                "Records whose outcome is committed.",
                "outcome",
                settled,
            ),
            Family::counter(
                "copydesk_records_returned_total",
                "Records given back uncommitted at a rebalance or a stop: the partition's next owner reads them again.",
                returned,
            ),
            Family::gauge(
                "copydesk_records_in_flight",
                "Records taken, neither settled nor returned yet.",
                open as f64,
            ),
            Family::gauge(
                "copydesk_in_flight_bytes",
                "Bytes of input taken and not yet committed.",
                in_flight.bytes() as f64,
            ),
            Family::gauge(
                "copydesk_in_flight_limit_bytes",
                "`flow.in_flight`: the input is paused at this many bytes.",
                in_flight.limit as f64,
            ),
            Family::counters(
                "copydesk_dead_letters_total",
                "Dead letters committed, by the code that they carry; docs/errors.md explains each.",
                "code",
                RejectCode::ALL.map(|code| (code.as_str(), tally.dead_letters(code))),
            ),
        ]
    }

    fn articles(&self) -> Vec<Family> {
        let Self { articles, stages, .. } = self;
        let statuses = [
            ("unique", articles.unique.get()),
            ("version", articles.version.get()),
            ("near", articles.near.get()),
            ("exact", articles.exact.get()),
        ];
        let entities = [
            ("person", articles.persons.get()),
            ("organisation", articles.organisations.get()),
            ("location", articles.locations.get()),
        ];
        let durations = [
            ("decode", &stages.decode),
            ("clean", &stages.clean),
            ("sketch", &stages.sketch),
            ("language", &stages.language),
            ("entities", &stages.entities),
        ];
        let left_out = [("deadline", stages.late.get()), ("failed", stages.failed.get())];
        vec![
            Family::counters("copydesk_articles_decided_total", "Articles by their verdict.", "status", statuses),
            Family::counters(
                "copydesk_languages_total",
                "Decided articles by detected language: BCP 47, `und` unsure, `zxx` none.",
                "language",
                articles.languages.get(),
            ),
            Family::counters(
                "copydesk_entities_total",
                "Entities of decided articles, each counted once an article.",
                "type",
                entities,
            ),
            Family::counters(
                "copydesk_neural_left_out_total",
                "Articles that the model of `entities.neural` did not tag, and `entities.model` did: their time was over, or it failed.",
                "reason",
                left_out,
            ),
            Family::histograms(
                "copydesk_stage_duration_seconds",
                "Time that a stage takes for one article.",
                "stage",
                durations,
            ),
        ]
    }

    fn commits(&self) -> Vec<Family> {
        let Self { commits, .. } = self;
        let results = [("committed", commits.committed.get()), ("aborted", commits.aborted.get())];
        vec![
            Family::counters(
                "copydesk_commits_total",
                "Commits of outputs and offsets; what an aborted one stood for is emitted again.",
                "result",
                results,
            ),
            Family::histogram(
                "copydesk_commit_duration_seconds",
                "Time that a commit takes until the broker confirms it.",
                &commits.duration,
            ),
            Family::histogram(
                "copydesk_end_to_end_seconds",
                "From an input record's timestamp to the commit of its outcome.",
                &commits.end_to_end,
            ),
            Family::gauge(
                "copydesk_last_commit_timestamp_seconds",
                "When the last commit was confirmed, in seconds since 1970; 0 before the first.",
                commits.last_ms.get() as f64 / 1e3,
            ),
        ]
    }

    fn links(&self) -> Vec<Family> {
        let Self { links, .. } = self;
        let results = [("taken", links.taken.get()), ("refused", links.refused.get())];
        vec![
            Family::gauge(
                "copydesk_links_rows",
                "Rows of the table of `entities.links`; 0 without one.",
                links.rows.get() as f64,
            ),
            Family::gauge(
                "copydesk_links_loaded_timestamp_seconds",
                "When that table was read, in seconds since 1970.",
                links.loaded_ms.get() as f64 / 1e3,
            ),
            Family::counters(
                "copydesk_links_reloads_total",
                "Files that took the place of the table of `entities.links` while the worker ran; of a refused one the log tells what is wrong, and the table before it stays.",
                "result",
                results,
            ),
        ]
    }

    fn group(&self) -> Vec<Family> {
        let Self { group, .. } = self;
        let rebalances =
            [("assigned", group.assigned.get()), ("revoked", group.revoked.get()), ("lost", group.lost.get())];
        vec![
            Family::counters(
                "copydesk_rebalances_total",
                "Times that partitions came, were given back, or were lost to another worker.",
                "kind",
                rebalances,
            ),
            Family::gauge(
                "copydesk_assigned_partitions",
                "Partitions of the input that are this worker's.",
                group.partitions().len() as f64,
            ),
            Family::gauges(
                "copydesk_consumer_lag_records",
                "Offsets of an own partition that are not committed yet, transaction markers among them; looked at every few seconds.",
                "partition",
                group.lag(),
            ),
        ]
    }

    fn log(&self) -> Vec<Family> {
        let Self { log, .. } = self;
        vec![
            Family::gauge(
                "copydesk_log_lag_records",
                "Records of the dedupe log that this worker has not applied yet; its end is looked at every few seconds.",
                (log.end.get() - log.next.get()).max(0) as f64,
            ),
            Family::histogram(
                "copydesk_verdict_wait_seconds",
                "From asking the dedupe log for a verdict to reading it there.",
                &log.verdict_wait,
            ),
            Family::counter(
                "copydesk_verdict_disagreements_total",
                "Verdicts of other workers that this one would not have given; the log's holds. Should stay 0.",
                u64::try_from(log.disagreements.get()).unwrap_or_default(),
            ),
            Family::gauge(
                "copydesk_window_seconds",
                "How far back the dedupe window reaches now, by the log's clock.",
                log.window_ms.get() as f64 / 1e3,
            ),
            Family::gauge("copydesk_window_records", "Articles in the dedupe window.", log.window_records.get() as f64),
            Family::gauge(
                "copydesk_window_bytes",
                "Memory of the dedupe window, about.",
                log.window_bytes.get() as f64,
            ),
        ]
    }
}
