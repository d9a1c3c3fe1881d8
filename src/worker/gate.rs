//! The gate that a flood closes: what ANALYSE sees, what POLL may take, and the words for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tracing::{error, info};

use super::flood::{Alarm, Flood, Mark, Turn};
use crate::article::RejectCode;
use crate::config::{Config, FloodGuard};
use crate::kafka::client::TopicNames;
use crate::telemetry::Telemetry;

/// Open, or closed by a flood. `dead_letters.flood: off` leaves it open.
pub(super) struct Gate {
    flood: Option<Mutex<Flood>>,
    /// The input flows freely: what POLL looks at before every record.
    is_open: AtomicBool,
    topics: TopicNames,
    telemetry: Arc<Telemetry>,
}

impl Gate {
    pub(super) fn new(config: &Config, telemetry: Arc<Telemetry>) -> Self {
        let flood = match &config.dead_letters.flood {
            FloodGuard::Off => None,
            FloodGuard::On(rule) => Some(Mutex::new(Flood::new(rule.clone(), Instant::now()))),
        };
        Self { flood, is_open: AtomicBool::new(true), topics: TopicNames::new(config), telemetry }
    }

    /// How many more records may be taken now.
    pub(super) fn wanted(&self) -> usize {
        match &self.flood {
            Some(flood) if !self.is_open.load(Ordering::Acquire) => lock(flood).wanted(Instant::now()),
            _ => usize::MAX,
        }
    }

    /// Records are taken; returns what [`Self::observe`] has to be told with them.
    pub(super) fn taken(&self, records: usize) -> u64 {
        self.flood.as_ref().map_or(0, |flood| lock(flood).taken(records))
    }

    /// So many of them were given back unread.
    pub(super) fn returned(&self, generation: u64, records: usize) {
        if let Some(flood) = self.flood.as_ref().filter(|_| records > 0) {
            lock(flood).returned(generation, records);
        }
    }

    /// Records were analysed.
    pub(super) fn observe(&self, generation: u64, marks: &[Mark]) {
        self.turn(|flood| flood.observe(generation, marks, Instant::now()));
    }

    /// The broker refuses the outcome of a record that was accepted.
    pub(super) fn refused(&self, code: RejectCode) {
        self.turn(|flood| flood.refused(code, Instant::now()));
    }

    fn turn(&self, change: impl FnOnce(&mut Flood) -> Option<Turn>) {
        let Some(flood) = &self.flood else { return };
        let told = {
            let mut flood = lock(flood);
            let told = change(&mut flood);
            self.is_open.store(flood.is_watching(), Ordering::Release);
            self.telemetry.health.set_flooded(!flood.is_watching());
            told
        };
        match told {
            Some(Turn::Begun(alarm)) => self.tell(alarm),
            Some(Turn::StillThere(wait)) => {
                info!(seconds = wait.as_secs_f64(), "a probe was rejected too: the input stays paused");
            }
            Some(Turn::Over(length)) => {
                info!(seconds = length.as_secs(), "records can be read again: the flood is over, the input goes on");
            }
            None => {}
        }
    }

    /// The one message for the person with the pager.
    fn tell(&self, alarm: Alarm) {
        let Alarm { rejected, last, code, of_code, since: (partition, offset) } = alarm;
        let (input, code) = (&self.topics.input, code.as_str());
        let advice = format!(
            "look at some: copydesk dlq ls --code {code} --limit 10, copydesk dlq show PARTITION:OFFSET. If the publisher sends \
             garbage, mend that; copydesk tries {last} records now and then and goes on by itself when they can be read. If this \
             version or its configuration is wrong, roll it back: the rest of {input} is untouched, and copydesk dlq replay sends \
             the dead letters again. To let everything through: dead_letters.flood=off"
        );
        error!(
            advice,
            "flood: {rejected} of the last {last} records were rejected, {of_code} of them as {code}, since {input} \
             {partition}:{offset}. The input is paused"
        );
    }
}

fn lock(flood: &Mutex<Flood>) -> std::sync::MutexGuard<'_, Flood> {
    flood.lock().unwrap_or_else(PoisonError::into_inner)
}
