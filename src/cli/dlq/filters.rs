//! Which dead letters are meant.

use clap::Args;

use super::super::moment::Moment;
use crate::article::RejectCode;
use crate::record::{Cause, Place, Record};

/// Which dead letters are meant; all conditions must hold.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Filters {
    /// Only of this code; may be given often.
    #[arg(long, value_name = "CODE")]
    pub(super) code: Vec<String>,
    /// Only from this moment on: RFC 3339, or a period before now such as 2h.
    #[arg(long, value_name = "MOMENT")]
    pub(super) since: Option<Moment>,
    /// Only before this moment.
    #[arg(long, value_name = "MOMENT")]
    pub(super) until: Option<Moment>,
    /// Only of this partition of the dead-letter topic; may be given often.
    #[arg(long, value_name = "NUMBER")]
    pub(super) partition: Vec<i32>,
    /// At most so many.
    #[arg(long, value_name = "NUMBER")]
    pub(super) limit: Option<usize>,
    /// Only from this place on. Dead letters come partition by partition, each in its order, so this goes on where another
    /// run has stopped.
    #[arg(long, value_name = "PARTITION:OFFSET")]
    pub(super) from: Option<Place>,
}

impl Filters {
    /// Whether nothing is filtered out.
    pub(super) fn is_all(&self) -> bool {
        let Self { code, since, until, partition, limit, from } = self;
        code.is_empty()
            && since.is_none()
            && until.is_none()
            && partition.is_empty()
            && limit.is_none()
            && from.is_none()
    }

    /// Whether a partition may hold what is meant.
    pub(super) fn has_partition(&self, partition: i32) -> bool {
        (self.partition.is_empty() || self.partition.contains(&partition))
            && self.from.is_none_or(|from| from.partition <= partition)
    }

    /// Whether this dead letter is meant, its partition and the limit aside.
    pub(super) fn matches(&self, record: &Record, cause: &Cause) -> bool {
        let place = Place { partition: record.origin.partition, offset: record.origin.offset };
        let time = record.origin.timestamp;
        (self.code.is_empty() || self.code.contains(&cause.code))
            && self.from.is_none_or(|from| from <= place)
            && self.since.is_none_or(|Moment(since)| time.is_some_and(|time| time >= since))
            && self.until.is_none_or(|Moment(until)| time.is_some_and(|time| time < until))
    }

    /// Codes that copydesk never gives: a slip of the pen, or another program's.
    pub(super) fn unknown_codes(&self) -> Vec<&str> {
        let is_known = |code: &str| RejectCode::ALL.iter().any(|known| known.as_str() == code);
        self.code.iter().map(String::as_str).filter(|code| !is_known(code)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Origin, dead_letter};

    fn letter(partition: i32, offset: i64, timestamp: i64) -> (Record, Cause) {
        let origin = Origin { topic: "raw".into(), partition: 0, offset: 0, timestamp: None };
        let record = Record { origin, key: None, value: None, headers: Vec::new(), headers_omitted: 0 };
        let headers = dead_letter(&record, "xml", "a feed").headers;
        let cause = Cause::of(&headers);
        let origin = Origin { topic: "dlq".into(), partition, offset, timestamp: Some(timestamp) };
        (Record { origin, headers, ..record }, cause)
    }

    #[test]
    fn every_filter_filters() {
        let (record, cause) = letter(2, 10, 5_000);
        let place = |text: &str| Some(text.parse().unwrap());
        let all = Filters::default();
        for (filters, expected) in [
            (all.clone(), true),
            (Filters { code: vec!["array".into(), "xml".into()], ..all.clone() }, true),
            (Filters { code: vec!["array".into()], ..all.clone() }, false),
            (Filters { since: Some(Moment(5_000)), ..all.clone() }, true),
            (Filters { since: Some(Moment(5_001)), ..all.clone() }, false),
            (Filters { until: Some(Moment(5_000)), ..all.clone() }, false),
            (Filters { from: place("2:10"), ..all.clone() }, true),
            (Filters { from: place("2:11"), ..all.clone() }, false),
            (Filters { from: place("1:99"), ..all.clone() }, true),
        ] {
            assert_eq!(filters.matches(&record, &cause), expected, "{filters:?}");
            assert_eq!(filters.is_all(), format!("{filters:?}") == format!("{all:?}"));
        }
        let from = Filters { from: place("2:10"), ..all };
        assert!(!from.has_partition(1) && from.has_partition(2) && from.has_partition(3));
    }
}
