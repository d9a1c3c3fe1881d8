//! DECIDE: the one thread that touches the stories. Proposals come in by a channel, verdicts go out by another.
//!
//! Here it keeps the stories of this worker alone, in the order in which it gets proposals. A log that every worker reads
//! takes that order's place without a change to anybody else: a proposal goes out, a verdict comes back later.

use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender};

use super::publish::Event;
use super::tickets::TicketId;
use crate::config::Config;
use crate::pipeline::{Desk, Identity, Proposal, Verdict, desk};

/// What DECIDE is asked.
#[derive(Debug)]
pub(super) enum Ask {
    /// A verdict on an article.
    Judge(TicketId, Proposal),
    /// Nothing published later may quote what has this key; a ticket waits for it, unless the record has its outcome.
    TakeDown(Option<TicketId>, Identity, u64),
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
    thread::Builder::new().name("decide".into()).spawn(move || run(desk, &inbox, &events))?;
    Ok(asks)
}

fn run(mut desk: Desk, inbox: &Receiver<Ask>, events: &Sender<Event>) {
    while let Ok(first) = inbox.recv() {
        let asks = std::iter::once(first).chain(inbox.try_iter().take(BATCH));
        let answers = asks.filter_map(|ask| answer(&mut desk, ask)).collect();
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
        Ask::TakeDown(ticket, identity, key) => {
            desk.take_down(identity, key, now);
            ticket.map(Answer::TakenDown)
        }
    }
}
