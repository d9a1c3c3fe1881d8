//! Conditions of routing rules: a small, typed and total expression language over what is known of a record.
//!
//! `language = "de" and not entity(type = "location" and iso3166 = "DE")` says for any record whether it holds: nothing in it
//! loops, fails, allocates or looks at a clock. What can be found wrong is found when it is read (fields, types, values that
//! can never be), with a caret under it. Nothing here knows of Kafka, of the configuration or of how facts are found.
//!
//! ```text
//! text -> lexer -> parse + check -> Node -> Plan: parts that the article decides | steps that wait for the verdict
//! ```

mod check;
mod condition;
mod error;
mod evaluate;
mod field;
mod lexer;
mod parse;
mod plan;
#[cfg(test)]
mod tests;
mod tree;

pub use condition::Condition;
pub use error::ConditionError;
pub use evaluate::{Fact, Facts};
pub use field::{FIELDS, Field, Known, Knows};
pub use plan::{Findings, MOST_CONDITIONS, MOST_PARTS, Plan, TooManyParts};
