//! Conservation: does every input record have its outcome, once? Pure; `copydesk audit` feeds it what the topics hold.
//!
//! A topic is never held in memory: an offset of the input takes two bytes ([`Ledger`]), whatever its record's size. What
//! retention took away is told apart from what was lost by where each output partition begins ([`Horizon`]).

mod horizon;
mod ledger;
mod outcome;
mod report;

pub use horizon::{Edge, Horizon};
pub use ledger::{Kind, Ledger};
pub use outcome::{Outcome, outcome};
pub use report::{Counts, Fault, Flaw, Rules, judge};
