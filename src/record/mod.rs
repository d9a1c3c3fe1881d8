//! What goes in and out: plain data that the Kafka edge and the pipeline share, and the output contract as types.
//!
//! [`Enriched`] is the published record; its JSON Schema is generated from it (`copydesk schema`).

mod cause;
mod enriched;
mod entities;
mod outgoing;
mod place;
mod route;
mod schema;
mod text;
mod trace;

use std::sync::Arc;

pub use cause::{ATTEMPTS, Cause, replay_headers};
pub use enriched::{
    Alternative, Content, Context, Coverage, Dedupe, Details, Enriched, Entity, EntityKind, ExtraMembers, Field, Ids,
    InputPlace, Language, Lead, Mention, Models, Provenance, SCHEMA, Share, Source, Status, rounded,
};
pub use outgoing::{Outgoing, dead_letter, last_resort, tombstone};
pub use place::Place;
pub use route::{Route, Routes};
pub use schema::enriched_schema;
pub use trace::trace_id;

/// A Kafka header: name and value.
pub type Header = (String, Option<Vec<u8>>);

/// Where a record came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Topic, or a name for what is read instead (`enrich` uses one constant name).
    pub topic: Arc<str>,
    /// Partition.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// Milliseconds since 1970 as the broker tells them; none when it tells none.
    pub timestamp: Option<i64>,
}

/// A raw input record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Where it came from.
    pub origin: Origin,
    /// The producer's key.
    pub key: Option<Vec<u8>>,
    /// The value; none is a takedown of the key.
    pub value: Option<Vec<u8>>,
    /// Headers, passed on.
    pub headers: Vec<Header>,
    /// Headers whose names are not UTF-8: they cannot be passed on.
    pub headers_omitted: usize,
}

/// What a record costs beside its bytes: a backlog of empty records is bounded too.
const OVERHEAD: usize = 256;

impl Record {
    /// Headers of what is made from this record: its own, and a trace goes on.
    pub fn continued_headers(&self) -> Vec<Header> {
        trace::continued(self)
    }

    /// Bytes that the record holds while it is in flight.
    pub fn size(&self) -> usize {
        let headers: usize =
            self.headers.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, Vec::len)).sum();
        OVERHEAD + self.key.as_ref().map_or(0, Vec::len) + self.value.as_ref().map_or(0, Vec::len) + headers
    }
}
