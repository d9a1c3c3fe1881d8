//! Dates in the forms that publishers use, to RFC 3339 in UTC. Pure: nothing here knows what day it is.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

/// Numbers below this are seconds: as seconds it would be the year 5138.
const MILLIS_FROM: f64 = 1e11;
/// Numbers from here on are microseconds, as Debezium writes them: as milliseconds it would be the year 5138.
const MICROS_FROM: f64 = 1e14;
/// Longer text is no date.
const LONGEST: usize = 64;

/// RFC 3339 (with or without a zone; without one it is UTC), RFC 2822, `YYYY-MM-DD[ HH:MM:SS]`, `YYYYMMDD[HHMMSS]`, epoch
/// seconds, milliseconds or microseconds. None if it is none of these.
pub(super) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    // RFC 2822 begins with a weekday or with a day of one or two digits.
    let is_mail = text.starts_with(|c: char| c.is_ascii_alphabetic()) || text.bytes().take(3).any(|byte| byte == b' ');
    let timestamp = match is_mail {
        true => rfc2822::parse(text).ok()?.timestamp(),
        false => number(text).or_else(|| text.parse::<Timestamp>().ok()).or_else(|| civil(text))?,
    };
    Some(timestamp.to_string())
}

/// A date of one record and a time that stands beside it.
pub(super) fn join(date: &str, time: &str) -> Option<String> {
    let is_bare_date = matches!(date.trim().len(), 8 | 10) && time.len() <= LONGEST;
    is_bare_date.then(|| parse(&format!("{}T{}", date.trim(), time.trim()))).flatten()
}

/// Compact dates and epoch numbers, also as Java writes doubles: `1.6266888E9`.
fn number(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'e' | b'E' | b'+')) {
        return None;
    }
    if let Some(compact) = compact(text) {
        return utc(compact.parse().ok()?);
    }
    if text.len() == 4 && is_year(text) {
        // A year alone is neither a day nor 33 minutes after midnight in 1970.
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let millis = match number.abs() {
        size if size < MILLIS_FROM => number * 1000.0,
        size if size < MICROS_FROM => number,
        _ => number / 1000.0,
    };
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and what is out of range is no timestamp")]
    Timestamp::from_millisecond(millis.round() as i64).ok()
}

/// Of a century in which there is news to read.
fn is_year(digits: &str) -> bool {
    ["19", "20", "21"].iter().any(|century| digits.starts_with(century))
}

/// `YYYYMMDD` and `YYYYMMDDHHMMSS`, for years 1900 to 2199: other numbers of these lengths are epochs.
fn compact(text: &str) -> Option<String> {
    let part = |from: usize, to: usize| text.get(from..to);
    if !is_year(text) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let date = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
    match text.len() {
        8 => Some(date),
        14 => Some(format!("{date}T{}:{}:{}", part(8, 10)?, part(10, 12)?, part(12, 14)?)),
        _ => None,
    }
}

/// A date and a time without a zone, with a `T`, a space, or no time at all; zones such as `+0200` and ` UTC` are read too.
fn civil(text: &str) -> Option<Timestamp> {
    if !text.bytes().take(4).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
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
            ("1.6266888E9", "2021-07-19T10:00:00Z"),
            ("1626688800123456", "2021-07-19T10:00:00.123Z"),
            ("-86400", "1969-12-31T00:00:00Z"),
            ("2021-07-19T10:00", "2021-07-19T10:00:00Z"),
            ("2021-07-19T12:00+02:00", "2021-07-19T10:00:00Z"),
            ("2021-07-19T10:00:00.000+0000", "2021-07-19T10:00:00Z"),
            ("20210719T100000Z", "2021-07-19T10:00:00Z"),
            (" 2021-07-19T10:00:00z ", "2021-07-19T10:00:00Z"),
            ("2021/07/19 10:00:00", "2021-07-19T10:00:00Z"),
            ("19 Jul 2021 10:00:00 GMT", "2021-07-19T10:00:00Z"),
            ("Mon, 19 Jul 2021 06:00:00 EDT", "2021-07-19T10:00:00Z"),
            ("Mon, 19 Jul 2021 10:00 +0000", "2021-07-19T10:00:00Z"),
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
            "2021",
            "0000-00-00 00:00:00",
            "20211340",
            "e",
            "1626688800 and more text than any date could ever have in any of its forms, really",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_beside_a_date() {
        assert_eq!(join("2021-07-19", "10:00:00").as_deref(), Some("2021-07-19T10:00:00Z"));
        assert_eq!(join("2021-07-19", "12:00+02:00").as_deref(), Some("2021-07-19T10:00:00Z"));
        assert_eq!(join("20210719", "100000").as_deref(), Some("2021-07-19T10:00:00Z"));
        assert_eq!(join("2021-07-19", "noon"), None);
        assert_eq!(join("2021-07-19T08:00:00Z", "10:00:00"), None);
    }
}
