//! What becomes of a record: its outcome as records for topics.

use std::sync::Arc;

use crate::article::{Reject, RejectCode};
use crate::kafka::failure::Refusal;
use crate::kafka::topics::Limits;
use crate::pipeline::{Draft, Identity, Status, Verdict};
use crate::record::{Outgoing, Record, Route, Routes, dead_letter, last_resort, tombstone};
use crate::telemetry::{Articles, Terminal};

/// A record with its outcome. The record stays until the outcome is committed: the broker may refuse it for its size.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) record: Record,
    pub(super) terminal: Terminal,
    pub(super) out: Vec<Outgoing>,
    stage: Stage,
    /// What takes the article out of the stories again, should the broker refuse it.
    pub(super) quotable: Option<(Identity, u64)>,
}

/// What the outcome is, and with it what is left should the broker refuse it.
#[derive(Debug)]
enum Stage {
    /// An article or a takedown: next a dead letter.
    Result,
    /// A dead letter: next the last resort.
    DeadLetter(Reject),
    /// Nothing is left.
    LastResort,
}

/// An article with its verdict (none: dedupe is off), and where it goes.
pub(super) fn article(record: Record, mut draft: Draft, verdict: Option<&Verdict>, routes: Routes) -> Settled {
    let is_duplicate = verdict.is_some_and(Verdict::is_duplicate);
    let key = std::mem::take(&mut draft.key);
    let quotable = verdict.and(draft.identity).map(|identity| (identity, draft.key_hash));
    let value = Arc::new(draft.finish(verdict));
    let published = |route| Outgoing {
        route,
        key: Some(key.clone()),
        value: Some(Arc::clone(&value)),
        headers: record.continued_headers(),
    };
    let mut out: Vec<Outgoing> = routes.iter().map(published).collect();
    out.extend(verdict.into_iter().flat_map(|verdict| {
        verdict.merges.iter().map(|merged| merge(&merged.to_string(), &verdict.story.to_string()))
    }));
    let terminal = if is_duplicate { Terminal::Duplicate } else { Terminal::Enriched };
    Settled { record, terminal, out, stage: Stage::Result, quotable }
}

/// Counts an article by what it was found to be.
pub(super) fn count(articles: &Articles, draft: &Draft, verdict: Option<&Verdict>) {
    let status = verdict.map(|verdict| match verdict.status {
        Status::Unique => &articles.unique,
        Status::Version => &articles.version,
        Status::Near => &articles.near,
        Status::Exact => &articles.exact,
    });
    status.into_iter().for_each(|status| status.add(1));
    draft.language.into_iter().for_each(|code| articles.languages.count(code));
    let types = [&articles.persons, &articles.organisations, &articles.locations];
    types.into_iter().zip(draft.found).for_each(|(counter, found)| counter.add(found));
}

/// An edge: `from` is the same story as `to`. The key is the whole edge, since one story may be merged into several.
fn merge(from: &str, to: &str) -> Outgoing {
    let value = format!(r#"{{"from":"{from}","to":"{to}"}}"#);
    Outgoing {
        route: Route::Stories,
        key: Some(format!("{from}>{to}").into_bytes()),
        value: Some(value.into_bytes().into()),
        headers: Vec::new(),
    }
}

/// A takedown of the article under this key, from every topic that it may have gone to.
pub(super) fn takedown(record: Record, key: &[u8], routes: Routes) -> Settled {
    let out = routes.iter().map(|route| tombstone(route, key.to_vec(), &record)).collect();
    Settled { record, terminal: Terminal::Tombstone, out, stage: Stage::Result, quotable: None }
}

/// A record that cannot be enriched.
pub(super) fn rejected(record: Record, reject: Reject) -> Settled {
    let out = vec![dead_letter(&record, reject.code.as_str(), &reject.message)];
    Settled {
        record,
        terminal: Terminal::DeadLetter(reject.code),
        out,
        stage: Stage::DeadLetter(reject),
        quotable: None,
    }
}

impl Settled {
    /// Whether nothing is left should the broker refuse it.
    pub(super) fn is_last_resort(&self) -> bool {
        matches!(self.stage, Stage::LastResort)
    }

    /// Whether it is not yet a dead letter.
    pub(super) fn is_result(&self) -> bool {
        matches!(self.stage, Stage::Result)
    }

    /// Whether one of its records is larger than its topic takes.
    pub(super) fn is_larger_than(&self, limits: &Limits) -> bool {
        self.out.iter().any(|out| out.size() > limits.of(out.route))
    }
}

/// The code of an article that the broker refuses.
pub(super) const fn code(refusal: Refusal) -> RejectCode {
    match refusal {
        Refusal::Size => RejectCode::OutputTooLarge,
        Refusal::Rule(_) => RejectCode::OutputRefused,
    }
}

/// The broker refused the outcome: an article becomes a dead letter, a dead letter a last resort. After that there is nothing.
pub(super) fn refused(settled: Settled, refusal: Refusal) -> Settled {
    match settled.stage {
        Stage::Result => {
            let reject = Reject::new(code(refusal), format!("the broker refuses the enriched record {refusal}"));
            rejected(settled.record, reject)
        }
        Stage::DeadLetter(reject) => {
            let (record, terminal) = (settled.record, settled.terminal);
            let out = vec![last_resort(&record, reject.code.as_str(), &reject.message)];
            Settled { record, terminal, out, stage: Stage::LastResort, quotable: None }
        }
        Stage::LastResort => settled,
    }
}
