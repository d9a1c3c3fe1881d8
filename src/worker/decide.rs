//! DECIDE: the one thread that touches the stories. Proposals come in by a channel, verdicts go out by another.
//!
//! Here it keeps the stories of this worker alone, in the order in which it gets proposals. A log that every worker reads
//! takes that order's place without a change to anybody else: a proposal goes out, a verdict comes back later.

use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender};
use tracing::{error, warn};

use super::publish::Event;
use super::tickets::TicketId;
use crate::config::Config;
use crate::pipeline::{Desk, Identity, Names, Proposal, Verdict, desk};

/// What DECIDE is asked.
#[derive(Debug)]
pub(super) enum Ask {
    /// A verdict on an article.
    Judge(TicketId, Proposal),
    /// Nothing published later may quote what has this key, or is called by one of these names; a ticket waits for it.
    TakeDown(TicketId, Identity, u64, Names),
    /// The same of a key whose record has its outcome already.
    Retract(Identity, u64),
}

/// What DECIDE answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// The verdict.
    Verdict(TicketId, Verdict),
    /// The takedown holds from now on.
    TakenDown(TicketId),
}

/// Most answers in one message.
const BATCH: usize = 256;

/// Starts the thread; it ends when the returned sender is dropped.
pub(super) fn start(config: &Config, events: Sender<Event>) -> anyhow::Result<Sender<Ask>> {
    let (asks, inbox) = crossbeam_channel::unbounded();
    let desk = desk(config);
    thread::Builder::new().name("decide".into()).spawn(move || {
        let _broken = TellOnPanic(events.clone());
        run(desk, &inbox, &events);
    })?;
    Ok(asks)
}

/// PUBLISH waits for answers that will not come if this thread panics: it has to be told.
struct TellOnPanic(Sender<Event>);

impl Drop for TellOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            // a worker that is stopping listens no more
            let _ = self.0.send(Event::Broken("DECIDE"));
        }
    }
}

fn run(mut desk: Desk, inbox: &Receiver<Ask>, events: &Sender<Event>) {
    while let Ok(first) = inbox.recv() {
        let asks = std::iter::once(first).chain(inbox.try_iter().take(BATCH));
        let panics = desk.stories().panics();
        let answers = asks.filter_map(|ask| answer(&mut desk, ask)).collect();
        if desk.stories().panics() > panics {
            error!(
                place = desk.stories().last_panic(),
                "judging an article panicked: it counts as unique. Please report this"
            );
        }
        if events.send(Event::Decided(answers)).is_err() {
            return;
        }
    }
}

fn answer(desk: &mut Desk, ask: Ask) -> Option<Answer> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    match ask {
        Ask::Judge(ticket, proposal) => Some(Answer::Verdict(ticket, desk.judge(proposal, now))),
        Ask::TakeDown(ticket, identity, key, names) => {
            if desk.take_down(identity, key, &names, now) {
                let (partition, offset) = (ticket.partition, ticket.offset);
                warn!(
                    partition,
                    offset,
                    advice = "give takedowns the key of their article, or its source and id",
                    "a takedown meets an article that was published under another key: nothing quotes it any more, its record stays"
                );
            }
            Some(Answer::TakenDown(ticket))
        }
        Ask::Retract(identity, key) => {
            desk.take_down(identity, key, &Names::default(), now);
            None
        }
    }
}
