//! Keeps snapshots of the window on the local disk, if there is a folder for them: an optimisation, so whatever goes wrong is
//! told and nothing else.

use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::read::Mark;
use crate::pipeline::dedupe::{Snapshots, Stories};

/// How often the window is saved; a start reads what came after.
const INTERVAL: Duration = Duration::from_secs(600);

/// The snapshots, and what they need of the log.
pub(super) struct Keeper {
    snapshots: Option<Snapshots>,
    topic: String,
    /// Of the last record that was applied.
    mark: Mark,
    saved: Instant,
    /// The log's next offset in the last snapshot.
    next: u64,
}

impl Keeper {
    pub(super) fn new(snapshots: Option<Snapshots>, topic: &str, mark: Mark) -> Self {
        Self { snapshots, topic: topic.to_owned(), mark, saved: Instant::now(), next: 0 }
    }

    /// A record was applied.
    pub(super) fn applied(&mut self, mark: Mark) {
        self.mark = mark;
    }

    /// Saves if it is time.
    pub(super) fn tick(&mut self, stories: &Stories) {
        if self.saved.elapsed() >= INTERVAL {
            self.save(stories);
        }
    }

    /// Saves what has changed since the last time.
    pub(super) fn save(&mut self, stories: &Stories) {
        let Some(snapshots) = self.snapshots.as_mut().filter(|_| stories.next_offset() > self.next) else { return };
        let since = Instant::now();
        match snapshots.save(stories, &self.topic, self.mark) {
            Ok(saved) => {
                let (articles, seconds) = (stories.len(), since.elapsed().as_secs_f32());
                info!(articles, files = saved.files, bytes = saved.bytes, seconds, "snapshot of the dedupe window");
                self.next = stories.next_offset();
            }
            Err(error) => warn!(advice = "the next start reads more of the log", "{error}"),
        }
        self.saved = Instant::now();
    }
}
