//! Moments as people write them: RFC 3339, or a period before now such as `2h`.

use std::str::FromStr;

use jiff::Timestamp;

use crate::config::Period;

/// A moment, in ms since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) i64);

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(Self(moment.as_millisecond()));
        }
        let period: Period = text.parse().map_err(|_| {
            format!(
                "`{text}` is no moment: write RFC 3339 such as 2026-05-01T10:00:00Z, or a period before now such as 2h"
            )
        })?;
        Ok(Self(Timestamp::now().as_millisecond().saturating_sub(period.millis())))
    }
}

/// A time in ms since 1970 as RFC 3339, to the second; a hyphen for none.
pub(super) fn shown(millis: Option<i64>) -> String {
    let moment = millis.and_then(|millis| Timestamp::from_second(millis.div_euclid(1_000)).ok());
    moment.map_or_else(|| "-".to_owned(), |moment| moment.to_string())
}

/// The same with milliseconds, for programs.
pub(super) fn exact(millis: Option<i64>) -> Option<String> {
    millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()).map(|moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_date_or_a_period_before_now() {
        assert_eq!("1970-01-01T00:00:01Z".parse(), Ok(Moment(1_000)));
        assert_eq!("1970-01-01T01:00:00+01:00".parse(), Ok(Moment(0)));
        let Moment(ago) = "2h".parse().unwrap();
        let distance = Timestamp::now().as_millisecond() - ago;
        assert!((7_200_000..7_210_000).contains(&distance), "{distance}");
        assert!("yesterday".parse::<Moment>().unwrap_err().contains("RFC 3339"));
    }

    #[test]
    fn times_are_shown_to_the_second_and_told_to_the_millisecond() {
        assert_eq!(shown(Some(1_500)), "1970-01-01T00:00:01Z");
        assert_eq!(shown(None), "-");
        assert_eq!(exact(Some(1_500)).unwrap(), "1970-01-01T00:00:01.5Z");
    }
}
