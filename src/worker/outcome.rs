//! What becomes of a record: its outcome as records for topics. The routing rules live here.

use crate::article::{Reject, RejectCode};
use crate::config::Duplicates;
use crate::kafka::topics::Limits;
use crate::pipeline::{Draft, Identity, Status, Verdict};
use crate::record::{Outgoing, Record, Route, dead_letter, last_resort, tombstone};

use super::tally::Terminal;

/// A duplicate of which the original covers less than this, in 1/10000, is mostly new text: it also goes to the enriched topic.
const HALF: u16 = 5_000;

/// A record with its outcome. The record stays until the outcome is committed: the broker may refuse it for its size.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) record: Record,
    pub(super) terminal: Terminal,
    pub(super) out: Vec<Outgoing>,
    cause: Option<Reject>,
    /// What takes the article out of the stories again, should the broker refuse it.
    pub(super) quotable: Option<(Identity, u64)>,
}

/// An article with its verdict (none: dedupe is off).
pub(super) fn article(record: Record, draft: &Draft, verdict: Option<&Verdict>, rule: Duplicates) -> Settled {
    let is_duplicate = verdict.is_some_and(|verdict| matches!(verdict.status, Status::Near | Status::Exact));
    let is_mostly_new = verdict.is_some_and(|verdict| verdict.status == Status::Near && verdict.of_this < HALF);
    let routes: &[Route] = match (is_duplicate, rule) {
        (false, _) | (true, Duplicates::Together) => &[Route::Enriched],
        (true, Duplicates::Split) if is_mostly_new => &[Route::Duplicates, Route::Enriched],
        (true, Duplicates::Split) => &[Route::Duplicates],
        (true, Duplicates::Drop) => &[],
    };
    let value = draft.finish(verdict);
    let published = |route: &Route| Outgoing {
        route: *route,
        key: Some(draft.key.clone()),
        value: Some(value.clone()),
        headers: record.headers.clone(),
    };
    let mut out: Vec<Outgoing> = routes.iter().map(published).collect();
    out.extend(verdict.into_iter().flat_map(|verdict| {
        verdict.merges.iter().map(|merged| merge(&merged.to_string(), &verdict.story.to_string()))
    }));
    let terminal = if is_duplicate { Terminal::Duplicate } else { Terminal::Enriched };
    Settled { record, terminal, out, cause: None, quotable: verdict.map(|_| (draft.identity, draft.key_hash)) }
}

/// An edge: `from` is the same story as `to`. The key is the whole edge, since one story may be merged into several.
fn merge(from: &str, to: &str) -> Outgoing {
    let value = format!(r#"{{"from":"{from}","to":"{to}"}}"#);
    Outgoing {
        route: Route::Stories,
        key: Some(format!("{from}>{to}").into_bytes()),
        value: Some(value.into_bytes()),
        headers: Vec::new(),
    }
}

/// A takedown of the article under this key.
pub(super) fn takedown(record: Record, key: &[u8]) -> Settled {
    let out = [Route::Enriched, Route::Duplicates].map(|route| tombstone(route, key.to_vec(), &record));
    Settled { record, terminal: Terminal::Tombstone, out: out.into(), cause: None, quotable: None }
}

/// A record that cannot be enriched.
pub(super) fn rejected(record: Record, reject: Reject) -> Settled {
    let out = vec![dead_letter(&record, reject.code.as_str(), &reject.message)];
    Settled { record, terminal: Terminal::DeadLetter, out, cause: Some(reject), quotable: None }
}

impl Settled {
    /// By how much the largest of its records is above its topic's limit; 0 or less: it fits.
    pub(super) fn excess(&self, limits: Limits) -> isize {
        let excess = |out: &Outgoing| out.size().cast_signed() - limits.of(out.route).cast_signed();
        self.out.iter().map(excess).max().unwrap_or(isize::MIN)
    }
}

/// The broker refused the outcome for its size: an article becomes a dead letter, a dead letter a last resort.
pub(super) fn refused(settled: Settled) -> Settled {
    let Settled { record, cause, .. } = settled;
    match cause {
        None => rejected(
            record,
            Reject::new(RejectCode::OutputTooLarge, "the broker refuses the enriched record for its size"),
        ),
        Some(reject) => {
            let out = vec![last_resort(&record, reject.code.as_str(), &reject.message)];
            Settled { record, terminal: Terminal::DeadLetter, out, cause: Some(reject), quotable: None }
        }
    }
}
