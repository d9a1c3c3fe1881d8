//! Authors: a string, an object with a name, or a list of either.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::value::RawValue;

use super::json::{self, Reader};

/// More authors than this are no by-line.
pub(super) const MOST: usize = 50;
/// Bytes of a by-line that are looked at. Splitting searches for each joint again after each name, which is only cheap
/// because the line is short.
const LONGEST_LINE: usize = 2_000;
/// What joins names in a by-line.
const JOINTS: [&str; 7] = [" and ", " AND ", " & ", " &amp; ", ";", ",", "|"];
/// What follows a comma and belongs to the name before it.
const SUFFIXES: [&str; 12] = ["Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV", "PhD", "Ph.D.", "MD", "M.D.", "Esq."];
/// Where an object says whose it is.
const NAMES: [&str; 3] = ["name", "literal", "value"];

/// Names of authors; none if the member names nobody.
pub(super) fn parse<'a>(reader: &Reader, raw: &'a RawValue) -> Option<Vec<Cow<'a, str>>> {
    let mut names = Vec::new();
    match json::elements(raw) {
        Some(elements) => {
            elements.into_iter().take(MOST).for_each(|element| collect(reader, element, true, &mut names))
        }
        None => collect(reader, raw, false, &mut names),
    }
    names.truncate(MOST);
    (!names.is_empty()).then_some(names)
}

fn collect<'a>(reader: &Reader, raw: &'a RawValue, is_element: bool, names: &mut Vec<Cow<'a, str>>) {
    match reader.string(raw) {
        Some(Cow::Borrowed(line)) => {
            names.extend(split(line, is_element).into_iter().filter_map(|range| Some(Cow::Borrowed(line.get(range)?))));
        }
        Some(Cow::Owned(line)) => {
            let owned = |range: Range<usize>| Some(Cow::Owned(line.get(range)?.to_owned()));
            names.extend(split(&line, is_element).into_iter().filter_map(owned));
        }
        None => names.extend(reader.within(raw, &NAMES)),
    }
}

/// Where the names are in a by-line: `By Ana Example and Bo Sample` has two.
///
/// An element of a list that reads `Example, Ana` is one name, family name first; so is such a part of a line whose names are
/// parted by semicolons.
fn split(line: &str, is_element: bool) -> Vec<Range<usize>> {
    let (mut names, mut at) = (Vec::new(), after_by(line));
    let end = (0..=line.len().min(LONGEST_LINE)).rev().find(|end| line.is_char_boundary(*end)).unwrap_or_default();
    let keeps_inverted = is_element || line.get(at..end).is_some_and(|line| line.contains(';'));
    while at < end && names.len() < MOST {
        let Some(rest) = line.get(at..end) else { break };
        let part = semicolon(rest).unwrap_or(rest.len());
        let find = |joint: &str| if joint == ";" { semicolon(rest) } else { rest.find(joint) };
        let joint = JOINTS.iter().filter_map(|joint| Some((find(joint)?, joint.len()))).min();
        let (length, joint) = match joint {
            _ if keeps_inverted && rest.get(..part).is_some_and(is_inverted) => (part, 1),
            Some(joint) => joint,
            None => (rest.len(), 0),
        };
        let name = rest.get(..length).unwrap_or_default();
        let start = at + (name.len() - name.trim_start().len());
        match names.last_mut() {
            Some(Range { end, .. }) if SUFFIXES.contains(&name.trim()) => *end = at + name.trim_end().len(),
            _ if name.trim().is_empty() => {}
            _ => names.push(start..at + name.trim_end().len()),
        }
        at += length + joint;
    }
    names
}

/// The first semicolon that does not end a character reference (`Jos&eacute;`).
fn semicolon(text: &str) -> Option<usize> {
    let ends_reference = |at: &usize| {
        let before = text.get(..*at).unwrap_or_default();
        let name = before.rsplit_once('&').map(|(_, name)| name);
        name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#'))
    };
    text.match_indices(';').map(|(at, _)| at).find(|at| !ends_reference(at))
}

/// Where the names begin, behind a `By`.
fn after_by(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    let is_by = |by: &&&str| line.get(start..start + by.len()).is_some_and(|first| first.eq_ignore_ascii_case(by));
    start + ["by: ", "by "].iter().find(is_by).map_or(0, |by| by.len())
}

/// `Example, Ana B.`: one word, a comma, one or two more.
fn is_inverted(part: &str) -> bool {
    let Some((family, given)) = part.split_once(',') else { return false };
    family.split_whitespace().count() == 1
        && matches!(given.split_whitespace().count(), 1 | 2)
        && !given.contains(',')
        && !SUFFIXES.contains(&given.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str, is_element: bool) -> Vec<&str> {
        split(line, is_element).into_iter().map(|range| &line[range]).collect()
    }

    #[test]
    fn by_lines_are_split() {
        for (line, expected) in [
            ("By Ana Example and Bo Sample", &["Ana Example", "Bo Sample"][..]),
            ("BY ANA EXAMPLE AND BO SAMPLE", &["ANA EXAMPLE", "BO SAMPLE"]),
            ("  by: Ana Example | Bo Sample ", &["Ana Example", "Bo Sample"]),
            ("Ana Example, Bo Sample, and Cy Third", &["Ana Example", "Bo Sample", "Cy Third"]),
            ("Ana Example; Bo Sample, The Example Times", &["Ana Example", "Bo Sample", "The Example Times"]),
            ("Alexander Sandberg", &["Alexander Sandberg"]),
            ("Bo Sample, Jr., Ana Example", &["Bo Sample, Jr.", "Ana Example"]),
            ("Sample, Jr.; Ana Example", &["Sample, Jr.", "Ana Example"]),
            ("Byron Example", &["Byron Example"]),
            ("Jos&eacute; D&iacute;az; Bo O&#39;Hara", &["Jos&eacute; D&iacute;az", "Bo O&#39;Hara"]),
            ("Ana Example &amp; Bo Sample", &["Ana Example", "Bo Sample"]),
            (" , ", &[]),
            ("By ", &[]),
        ] {
            assert_eq!(names(line, false), expected, "{line}");
        }
    }

    #[test]
    fn family_names_first_stay_whole_where_the_comma_cannot_part_names() {
        assert_eq!(names("Example, Ana", true), ["Example, Ana"]);
        assert_eq!(names("Example, Ana B.; Sample, Bo", false), ["Example, Ana B.", "Sample, Bo"]);
        assert_eq!(names("Wire, Agency", false), ["Wire", "Agency"]);
        assert_eq!(names("Ana Example, Bo Sample", true), ["Ana Example", "Bo Sample"]);
    }

    #[test]
    fn an_endless_line_is_cut_short() {
        let long = "é, and".repeat(1_000_000);
        assert!(split(&long, false).len() <= MOST);
        assert!(split(&"x".repeat(5_000_000), false).iter().all(|name| name.len() <= LONGEST_LINE));
    }
}
