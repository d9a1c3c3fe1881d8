//! The dedupe log, replayed up to a record's verdict: what the workers found, and what they decided.

use std::ops::ControlFlow;

use anyhow::Context as _;

use super::judge::Judged;
use crate::config::Config;
use crate::kafka::client::TopicNames;
use crate::kafka::scan::{Scanner, Stretch};
use crate::pipeline::dedupe::{LogRecord, Stories, decode};
use crate::pipeline::{Identity, Proposal, params};
use crate::record::Record;

/// What the log says of a record.
#[derive(Debug)]
pub(super) struct InLog {
    /// The log's topic.
    pub(super) topic: String,
    /// The first offset that was read, and the one after the last.
    pub(super) read: (i64, i64),
    /// Where the record's first proposal stands, and when it was appended.
    pub(super) proposed: Option<(i64, Option<i64>)>,
    /// Where the verdict stands that binds, and when it was appended.
    pub(super) decided: Option<(i64, Option<i64>)>,
    /// Whether that is the verdict that the replay computed; none if one of the two is missing.
    pub(super) agrees: Option<bool>,
}

/// Replays the log up to the verdict on a record, or to its end.
///
/// # Errors
/// The log cannot be read or judged.
pub(super) fn replay(config: &Config, record: &Record, proposal: &Proposal) -> anyhow::Result<Judged> {
    let (topic, scanner) = (TopicNames::new(config).sketches, Scanner::new(config)?);
    scanner.partitions(&topic)?;
    let stretch = scanner.readable(&topic, 0)?;
    let mut replay = Replay::new(config, topic.clone(), proposal.identity, stretch);
    let mut failed = None;
    scanner.read(&topic, &[stretch], |entry| match replay.apply(&entry) {
        Ok(flow) => flow,
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    if let Some(error) = failed {
        return Err(error.context(format!("{topic}, on the way to {}:{}", record.origin.topic, record.origin.offset)));
    }
    Ok(replay.judged)
}

struct Replay {
    stories: Stories,
    identity: Identity,
    judged: Judged,
}

impl Replay {
    fn new(config: &Config, topic: String, identity: Identity, stretch: Stretch) -> Self {
        let log = InLog { topic, read: (stretch.from, stretch.from), proposed: None, decided: None, agrees: None };
        Self { stories: Stories::new(params(config)), identity, judged: Judged { log: Some(log), ..Judged::default() } }
    }

    /// Goes on until the verdict is read.
    fn apply(&mut self, entry: &Record) -> anyhow::Result<ControlFlow<()>> {
        let (at, time) = (entry.origin.offset, entry.origin.timestamp);
        let record = decode(entry.value.as_deref().unwrap_or_default())
            .with_context(|| format!("the record at offset {at} cannot be read"))?;
        let Some(log) = &mut self.judged.log else { return Ok(ControlFlow::Break(())) };
        log.read.1 = at + 1;
        if let LogRecord::Proposal(proposal) = &record
            && proposal.identity == self.identity
            && log.proposed.is_none()
        {
            log.proposed = Some((at, time));
            self.judged.judgement = Some(self.stories.examine(proposal));
        }
        let computed = self.stories.known(&self.identity).map(|known| known.verdict.clone());
        self.stories.apply(u64::try_from(at).unwrap_or_default(), time.unwrap_or(i64::MIN), &record)?;
        // The first verdict that answers the proposal binds; what the stories hold then is it.
        let Some(known) = self.stories.known(&self.identity).filter(|known| known.decided) else {
            return Ok(ControlFlow::Continue(()));
        };
        log.decided = Some((at, time));
        log.agrees = computed.map(|computed| computed == known.verdict);
        self.judged.verdict = Some(known.verdict.clone());
        Ok(ControlFlow::Break(()))
    }
}
