//! Dates in the forms that publishers use, to RFC 3339 in UTC. Pure: nothing here knows what day it is.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

/// Epoch numbers from here on are milliseconds: as seconds it would be the year 5138.
const MILLIS_FROM: f64 = 1e11;

/// RFC 3339 (with or without a zone; without one it is UTC), RFC 2822, `YYYY-MM-DD[ HH:MM:SS]`, `YYYYMMDD[HHMMSS]`, epoch
/// seconds or milliseconds. None if it is none of these.
pub(super) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    let timestamp = epoch(text)
        .or_else(|| text.parse::<Timestamp>().ok())
        .or_else(|| civil(text))
        .or_else(|| rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()))?;
    Some(timestamp.to_string())
}

fn epoch(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
        || text.contains("-") && !text.starts_with('-')
    {
        return None;
    }
    if let Some(compact) = compact(text) {
        return utc(compact.parse().ok()?);
    }
    let number: f64 = text.parse().ok()?;
    let millis = if number.abs() < MILLIS_FROM { number * 1000.0 } else { number };
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and what is out of range is no timestamp")]
    Timestamp::from_millisecond(millis.round() as i64).ok()
}

/// `YYYYMMDD` and `YYYYMMDDHHMMSS`, for years 1900 to 2199: other numbers of these lengths are epochs.
fn compact(text: &str) -> Option<String> {
    let part = |from: usize, to: usize| text.get(from..to);
    let is_year = matches!(part(0, 2)?, "19" | "20" | "21");
    match text.len() {
        8 if is_year => Some(format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?)),
        14 if is_year => {
            let (date, time) = ((part(0, 4)?, part(4, 6)?, part(6, 8)?), (part(8, 10)?, part(10, 12)?, part(12, 14)?));
            Some(format!("{}-{}-{}T{}:{}:{}", date.0, date.1, date.2, time.0, time.1, time.2))
        }
        _ => None,
    }
}

/// A date and a time without a zone, with a `T`, a space, or no time at all; zones such as `+0200` and ` UTC` are read too.
fn civil(text: &str) -> Option<Timestamp> {
    let without_name = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")).unwrap_or(text);
    if let Ok(datetime) = without_name.parse::<DateTime>()
        && !without_name.ends_with('Z')
    {
        return utc(datetime);
    }
    [
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%d %H:%M:%S%.f %z",
        "%Y-%m-%d %H:%M:%S%.f%z",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d",
        "%Y-%m-%d %H:%M",
    ]
    .into_iter()
    .find_map(|format| Timestamp::strptime(format, text).ok().or_else(|| utc(DateTime::strptime(format, text).ok()?)))
}

fn utc(datetime: DateTime) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(datetime).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_contract() {
        for (text, expected) in [
            ("2021-07-19T10:00:00Z", "2021-07-19T10:00:00Z"),
            ("2021-07-19T12:00:00+02:00", "2021-07-19T10:00:00Z"),
            ("2021-07-19T12:00:00+0200", "2021-07-19T10:00:00Z"),
            ("2021-07-19T10:00:00.250Z", "2021-07-19T10:00:00.25Z"),
            ("2021-07-19T10:00:00", "2021-07-19T10:00:00Z"),
            ("2021-07-19 10:00:00", "2021-07-19T10:00:00Z"),
            ("2021-07-19 10:00:00 UTC", "2021-07-19T10:00:00Z"),
            ("2021-07-19 12:00:00 +0200", "2021-07-19T10:00:00Z"),
            ("2021-07-19", "2021-07-19T00:00:00Z"),
            ("20210719100000", "2021-07-19T10:00:00Z"),
            ("20210719", "2021-07-19T00:00:00Z"),
            ("Mon, 19 Jul 2021 10:00:00 GMT", "2021-07-19T10:00:00Z"),
            ("Mon, 19 Jul 2021 12:00:00 +0200", "2021-07-19T10:00:00Z"),
            ("1626688800", "2021-07-19T10:00:00Z"),
            ("1626688800000", "2021-07-19T10:00:00Z"),
            ("1626688800.5", "2021-07-19T10:00:00.5Z"),
            ("-86400", "1969-12-31T00:00:00Z"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "2021-13-40",
            "12:30",
            "1e400",
            "99999999999999999999",
            "2021-07-19T99:00:00Z",
            "--5",
            ".",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
