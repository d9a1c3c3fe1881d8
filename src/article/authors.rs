//! Authors: a string, an object with a name, or a list of either.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json;

/// More authors than this are no by-line.
const MOST: usize = 50;
/// What joins names in a by-line.
const JOINTS: [&str; 5] = [" and ", " & ", ";", ",", "|"];

/// Names of authors; none if the member names nobody.
pub(super) fn parse(raw: &RawValue) -> Option<Vec<Cow<'_, str>>> {
    let mut names = Vec::new();
    collect(raw, &mut names, 0);
    names.truncate(MOST);
    (!names.is_empty()).then_some(names)
}

fn collect<'a>(raw: &'a RawValue, names: &mut Vec<Cow<'a, str>>, depth: usize) {
    if let Some((text, _)) = json::text(raw) {
        match text {
            Cow::Borrowed(text) => split(text, |name| names.push(Cow::Borrowed(name))),
            Cow::Owned(text) => split(&text, |name| names.push(Cow::Owned(name.to_owned()))),
        }
    } else if let (Some(elements), true) = (json::elements(raw), depth < 2) {
        elements.into_iter().take(MOST).for_each(|element| collect(element, names, depth + 1));
    } else if let Some(name) = json::member(raw, "name").or_else(|| json::member(raw, "literal"))
        && let Some((text, _)) = json::text(name)
    {
        names.push(text);
    }
}

/// A by-line's names: `By Ana Example and Bo Sample` has two.
fn split<'a>(line: &'a str, mut name: impl FnMut(&'a str)) {
    let line = line.trim();
    let line = ["By ", "by ", "BY "].into_iter().find_map(|by| line.strip_prefix(by)).unwrap_or(line);
    let mut rest = line;
    while !rest.is_empty() {
        let joint = JOINTS.iter().filter_map(|joint| rest.find(joint).map(|at| (at, joint.len()))).min();
        let (first, after) = match joint {
            Some((at, length)) => (rest.get(..at).unwrap_or_default(), rest.get(at + length..).unwrap_or_default()),
            None => (rest, ""),
        };
        if !first.trim().is_empty() {
            name(first.trim());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_lines_are_split() {
        let names = |line: &'static str| {
            let mut names = vec![];
            split(line, |name| names.push(name));
            names
        };
        assert_eq!(names("By Ana Example and Bo Sample"), ["Ana Example", "Bo Sample"]);
        assert_eq!(
            names("Ana Example; Bo Sample, The Example Times"),
            ["Ana Example", "Bo Sample", "The Example Times"]
        );
        assert_eq!(names("Alexander Sandberg"), ["Alexander Sandberg"]);
        assert_eq!(names(" , "), [""; 0]);
    }
}
