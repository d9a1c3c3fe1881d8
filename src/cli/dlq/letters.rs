//! Dead letters as the commands read them: partition by partition, each in its order, up to the end as of the start. So a
//! place is all that it takes to go on.

use std::ops::ControlFlow;

use super::super::moment::Moment;
use super::filters::Filters;
use crate::kafka::scan::Scanner;
use crate::record::{Cause, Place, Record};

/// A dead letter.
pub(super) struct Letter {
    /// Where it stands in the dead-letter topic.
    pub(super) place: Place,
    /// As it stands there.
    pub(super) record: Record,
    /// Why it is there.
    pub(super) cause: Cause,
}

impl Letter {
    pub(super) fn new(record: Record) -> Self {
        let place = Place { partition: record.origin.partition, offset: record.origin.offset };
        let cause = Cause::of(&record.headers);
        Self { place, record, cause }
    }

    /// Bytes of the value.
    pub(super) fn size(&self) -> usize {
        self.record.value.as_ref().map_or(0, Vec::len)
    }
}

/// Reads what is meant; returns the place where a further run goes on.
pub(super) fn read(
    scanner: &Scanner,
    topic: &str,
    filters: &Filters,
    mut take: impl FnMut(Letter) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<Place> {
    for code in filters.unknown_codes() {
        eprintln!("copydesk: --code {code} is no code of copydesk: docs/errors.md lists them");
    }
    let (mut left, mut next) = (filters.limit.unwrap_or(usize::MAX), Place { partition: 0, offset: 0 });
    for partition in scanner.partitions(topic)? {
        if !filters.has_partition(partition) {
            continue;
        }
        let mut stretch = scanner.readable(topic, partition)?;
        if let Some(from) = filters.from.filter(|from| from.partition == partition) {
            stretch.from = stretch.from.max(from.offset);
        }
        if let Some(Moment(since)) = filters.since {
            let first = scanner.offset_at(topic, partition, since)?.unwrap_or(stretch.to);
            stretch.from = stretch.from.max(first);
        }
        next = Place { partition, offset: stretch.from };
        let mut failed = None;
        let mut is_over = left == 0;
        if is_over {
            return Ok(next);
        }
        scanner.read(topic, &[stretch], |record| {
            let letter = Letter::new(record);
            let after = Place { partition, offset: letter.place.offset + 1 };
            if filters.matches(&letter.record, &letter.cause) {
                match take(letter) {
                    Ok(ControlFlow::Continue(())) => left -= 1,
                    Ok(ControlFlow::Break(())) => is_over = true,
                    Err(error) => failed = Some(error),
                }
            }
            next = after;
            is_over |= left == 0 || failed.is_some();
            if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if is_over {
            return Ok(next);
        }
        next = Place { partition, offset: stretch.to.max(next.offset) };
    }
    Ok(next)
}
