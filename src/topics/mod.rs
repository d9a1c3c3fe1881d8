//! The topics: what each must be like, which rights the worker needs on them, and what is wrong with those that are there.
//!
//! Plain data and no Kafka: `copydesk topics` prints, compares and creates by this plan, and the worker looks at its topics
//! by the same one before it starts. So what the command says is what the worker says.

mod commands;
mod findings;
mod names;
mod plan;
mod rights;
mod strimzi;

pub use commands::{commands, grant};
pub use findings::{Finding, Seen, Weight, findings, missing};
pub use names::TopicNames;
pub use plan::{DEFAULT_LIMIT, LOG_BATCH, Plan, Role, Size, Topic, needed};
pub use rights::{Operation, Resource, Right, rights, transactional_prefix};
pub use strimzi::{NotStrimzi, strimzi};
