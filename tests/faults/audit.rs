//! The auditor of a run: reads every topic as its readers do, and the dedupe log as a lone worker would from its first
//! record on.

use std::collections::BTreeMap;

use copydesk::pipeline::Identity;
use copydesk::pipeline::dedupe::{LogRecord, Params, Stories, decode};

use super::checks::{self, Outputs, Place, Published};
use crate::kafka::articles::Planted;
use crate::kafka::audit::{Audit, place};
use crate::kafka::topics::{self, Seen};

/// All that is on the broker.
pub struct Evidence {
    committed: Audit,
    /// What readers of committed records see.
    outputs: Outputs,
    /// The same, with what was taken back.
    ever: Outputs,
    edges: Vec<(String, String)>,
    identities: BTreeMap<Place, Identity>,
    lone: Stories,
    proposals: BTreeMap<Identity, usize>,
}

/// Figures of a run.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub duplicates: usize,
    pub edges: usize,
    /// Emitted more than once, the first time for nothing (or, at least once, again).
    pub emitted_again: usize,
    /// Proposed to the log more than once.
    pub proposed_again: usize,
}

impl Evidence {
    pub fn read(bootstrap: &str, prefix: &str) -> Self {
        let committed = Audit::read(bootstrap, prefix);
        let name = |name: &str| format!("{prefix}{name}");
        let ever = |topic: &str| topics::read_aborted_too(bootstrap, &name(topic));
        let ever = outputs(&ever("articles.enriched"), &ever("articles.duplicates"));
        let edges = topics::read(bootstrap, &name("copydesk.stories")).iter().map(edge).collect();
        let (lone, proposals) = replay(&topics::read(bootstrap, &name("copydesk.sketches")));
        let identity = |seen: &Seen| {
            let value = seen.value.as_deref().unwrap_or_default();
            Identity::of(&name("articles.raw"), seen.partition, seen.offset, value)
        };
        let identities = committed.input.iter().map(|seen| ((seen.partition, seen.offset), identity(seen))).collect();
        let outputs = outputs(&committed.enriched, &committed.duplicates);
        Self { committed, outputs, ever, edges, identities, lone, proposals }
    }

    /// Everything that is wrong. With `repeats` an outcome may be seen more than once (at-least-once).
    pub fn problems(&self, planted: &[Planted], repeats: bool) -> Vec<String> {
        [
            self.committed.problems(planted, repeats),
            checks::same(&self.ever),
            checks::first(&self.ever, &self.identities, &self.lone),
            checks::joined(&self.outputs, &self.edges),
            checks::agree(&self.lone),
        ]
        .concat()
    }

    pub fn figures(&self) -> Figures {
        let (emitted_again, proposed_again) = checks::again(&self.ever, &self.identities, &self.proposals);
        let (duplicates, edges) = (self.committed.duplicates.len(), self.edges.len());
        Figures { duplicates, edges, emitted_again, proposed_again }
    }
}

fn outputs(enriched: &[Seen], duplicates: &[Seen]) -> Outputs {
    let mut outputs = Outputs::new();
    for (topic, records) in [("enriched", enriched), ("duplicates", duplicates)] {
        for record in records.iter().filter(|record| record.value.is_some()) {
            outputs.entry(place(record)).or_default().push(Published::new(topic, &record.json()));
        }
    }
    outputs
}

fn edge(record: &Seen) -> (String, String) {
    let edge = record.json();
    let end = |name: &str| edge[name].as_str().unwrap_or_default().to_owned();
    (end("from"), end("to"))
}

/// What a lone reader of the log knows in the end, and how often each article was proposed.
fn replay(log: &[Seen]) -> (Stories, BTreeMap<Identity, usize>) {
    let (mut lone, mut proposals) = (Stories::new(Params::default()), BTreeMap::new());
    for record in log {
        let told = decode(record.value.as_deref().unwrap_or_default()).unwrap();
        if let LogRecord::Proposal(proposal) = &told {
            *proposals.entry(proposal.identity).or_default() += 1;
        }
        lone.apply(u64::try_from(record.offset).unwrap(), record.timestamp_ms, &told).unwrap();
    }
    (lone, proposals)
}
