//! Who judges: a desk that starts empty, the workers' log, or nobody.

use std::path::PathBuf;

use rayon::prelude::*;

use super::super::lines;
use super::log::{InLog, replay};
use crate::config::Config;
use crate::pipeline::dedupe::Judgement;
use crate::pipeline::{self, Analysis, Desk, Draft, Pipeline, Takedown, Verdict};
use crate::record::Record;

/// Lines that are analysed together.
const BATCH: usize = 256;

/// Who judges.
pub(super) enum Judge {
    /// A desk: what it was shown is what ran before.
    Desk(Box<Desk>),
    /// What stands in the dedupe log.
    Log(Box<Config>),
    /// There is nothing to compare with.
    Nobody,
}

/// What was said of an article.
#[derive(Default)]
pub(super) struct Judged {
    /// What was found; none if nobody looked.
    pub(super) judgement: Option<Judgement>,
    /// The verdict; none if nobody gave one.
    pub(super) verdict: Option<Verdict>,
    /// Where it stands in the log, if the log was asked.
    pub(super) log: Option<InLog>,
}

impl Judge {
    pub(super) fn desk(config: &Config) -> Self {
        if config.dedupe.enabled { Self::Desk(Box::new(pipeline::desk(config))) } else { Self::Nobody }
    }

    pub(super) fn log(config: &Config) -> Self {
        Self::Log(Box::new(config.clone()))
    }

    /// Shows the desk what ran before. Returns how many records that are.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn read(&mut self, pipeline: &Pipeline, config: &Config, files: &[PathBuf]) -> anyhow::Result<i64> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(config.threads).build()?;
        let mut offset = 0;
        for path in files {
            let mut input = lines::open(path)?;
            loop {
                let mut batch = Vec::with_capacity(BATCH);
                let mut line = Vec::new();
                while batch.len() < BATCH && input.read_until(b'\n', &mut line)? > 0 {
                    let line = std::mem::take(&mut line);
                    if !line.trim_ascii().is_empty() {
                        batch.push(lines::record(line, offset));
                        offset += 1;
                    }
                }
                if batch.is_empty() {
                    break;
                }
                let analysed: Vec<_> =
                    pool.install(|| batch.par_iter().map(|record| pipeline.analyse(record)).collect());
                analysed.into_iter().for_each(|analysis| self.note(analysis));
            }
        }
        Ok(offset)
    }

    /// An article or a takedown that ran before.
    fn note(&mut self, analysis: Analysis) {
        let Self::Desk(desk) = self else { return };
        match analysis {
            Analysis::Article(mut draft) => drop(draft.proposal.take().map(|proposal| desk.judge(proposal, 0))),
            Analysis::Takedown(takedown) => {
                desk.take_down(takedown.identity, takedown.key_hash, &takedown.names, 0);
            }
            Analysis::Rejected(_) => {}
        }
    }

    /// What is said of an article.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) fn judge(&mut self, record: &Record, draft: &Draft) -> anyhow::Result<Judged> {
        let Some(proposal) = &draft.proposal else { return Ok(Judged::default()) };
        match self {
            Self::Nobody => Ok(Judged::default()),
            Self::Desk(desk) => {
                let judgement = Some(desk.stories().examine(proposal));
                Ok(Judged { judgement, verdict: Some(desk.judge(proposal.clone(), 0)), log: None })
            }
            Self::Log(config) => replay(config, record, proposal),
        }
    }

    /// Takes an article back. Returns whether there is one under another key; none if nobody knows.
    pub(super) fn take_down(&mut self, takedown: &Takedown) -> Option<bool> {
        let Self::Desk(desk) = self else { return None };
        Some(desk.take_down(takedown.identity, takedown.key_hash, &takedown.names, 0))
    }
}
