//! TAIL: the one thread that touches the stories. It reads the dedupe log, which every worker reads, and answers PUBLISH from
//! what it read there.
//!
//! ```text
//!   PUBLISH --ask-->  TAIL  <--records-- LOG (reads and decodes)  <--  copydesk.sketches
//!      ^--- verdict ---+ +--proposals, verdicts-------------------------->
//! ```
//! TAIL waits for PUBLISH's asks and the log's records and for nothing else: answers go to a channel without a bound (PUBLISH
//! asks at most once a ticket), and what is appended waits in a queue of the writer.

mod catch_up;
mod epoch;
mod keep;
mod read;
mod serve;
mod waits;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender};

use super::publish::Event;
use super::tickets::TicketId;
use crate::config::Config;
use crate::kafka::client::TopicNames;
use crate::kafka::trouble::Trouble;
use crate::pipeline::{Identity, Names, Proposal, Verdict};
use crate::telemetry::Telemetry;

/// What TAIL is asked.
#[derive(Debug)]
pub(super) enum Ask {
    /// A verdict on an article.
    Judge(TicketId, Proposal),
    /// Nothing published later may quote what has this key, or is called by one of these names; a ticket waits for it.
    TakeDown(TicketId, Identity, u64, Names),
    /// Tickets of a partition are gone: nobody waits for their answers.
    Forget(i32),
}

/// What TAIL answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// The verdict that binds.
    Verdict(TicketId, Verdict),
    /// The takedown holds from now on.
    TakenDown(TicketId),
    /// The takedown met an article that was published under another key.
    OtherKey(TicketId),
}

/// What TAIL and its parts are made of.
#[derive(Clone)]
pub(super) struct Base {
    pub(super) config: Config,
    pub(super) topics: TopicNames,
    pub(super) trouble: Trouble,
    pub(super) stop: Arc<AtomicBool>,
}

impl Base {
    fn telemetry(&self) -> &Telemetry {
        self.trouble.telemetry()
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

/// A thread that was started.
pub(super) struct Tail {
    /// Dropped by all, it ends the thread.
    pub(super) asks: Sender<Ask>,
    ready: Receiver<anyhow::Result<bool>>,
    thread: JoinHandle<()>,
}

impl Tail {
    /// Starts to read the log.
    ///
    /// # Errors
    /// No thread can be had.
    pub(super) fn start(base: Base, events: Sender<Event>) -> anyhow::Result<Self> {
        let (asks, inbox) = crossbeam_channel::unbounded();
        let (told, ready) = crossbeam_channel::bounded(1);
        let thread = thread::Builder::new().name("tail".into()).spawn(move || {
            let _broken = TellOnPanic(events.clone());
            let started = catch_up::run(base, inbox, events.clone());
            // Who waits for it is there until it is told.
            let serving = match started {
                Ok(serving) => {
                    let _ = told.send(Ok(serving.is_some()));
                    serving
                }
                Err(error) => {
                    let _ = told.send(Err(error));
                    None
                }
            };
            if let Some(Err(error)) = serving.map(serve::Serving::run) {
                // a worker that is stopping listens no more
                let _ = events.send(Event::Broken(error));
            }
        })?;
        Ok(Self { asks, ready, thread })
    }

    /// Waits until all of the log was read that was there at the start. Returns false if the worker was stopped before.
    ///
    /// # Errors
    /// The log cannot be read or judged by this worker.
    pub(super) fn await_ready(&self) -> anyhow::Result<bool> {
        self.ready.recv().unwrap_or_else(|_| Err(anyhow::anyhow!("the TAIL thread panicked")))
    }

    /// Waits for the end, which comes when nobody can ask any more.
    pub(super) fn join(self) {
        let Self { asks, thread, .. } = self;
        drop(asks);
        // A panic was told to PUBLISH.
        let _ = thread.join();
    }
}

/// PUBLISH waits for answers that will not come if this thread panics: it has to be told.
struct TellOnPanic(Sender<Event>);

impl Drop for TellOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            // a worker that is stopping listens no more
            let _ = self.0.send(Event::Broken(anyhow::anyhow!("the TAIL thread panicked")));
        }
    }
}
