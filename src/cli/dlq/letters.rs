//! Dead letters as the commands read them: partition by partition, each in its order, up to the end as of the start. So a
//! place is all that it takes to go on.

use std::ops::ControlFlow;

use super::super::moment::Moment;
use super::filters::Filters;
use crate::kafka::scan::{ScanError, Scanner, Stretch};
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

/// What may hold dead letters that are meant. All ends are asked for before anything is read: what a replay brings about
/// is not part of it.
fn stretches(scanner: &Scanner, topic: &str, filters: &Filters) -> Result<Vec<Stretch>, ScanError> {
    let mut stretches = Vec::new();
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
        stretches.push(stretch);
    }
    Ok(stretches)
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
    let mut left = filters.limit.unwrap_or(usize::MAX);
    let mut next = filters.from.unwrap_or(Place { partition: 0, offset: 0 });
    for stretch in stretches(scanner, topic, filters)? {
        next = Place { partition: stretch.partition, offset: stretch.from };
        if left == 0 {
            return Ok(next);
        }
        let mut turn = Ok(ControlFlow::Continue(()));
        scanner.read(topic, &[stretch], |record| {
            let letter = Letter::new(record);
            next.offset = letter.place.offset + 1;
            if filters.matches(&letter.record, &letter.cause) {
                turn = take(letter);
                left -= 1;
            }
            let goes_on = left > 0 && matches!(turn, Ok(ControlFlow::Continue(())));
            if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        if turn?.is_break() || left == 0 {
            return Ok(next);
        }
        next.offset = next.offset.max(stretch.to);
    }
    Ok(next)
}
