//! Where a key stands in a file: for contradictions, which are found only when the whole is read.
//!
//! No parser: the file has been parsed by then, so its keys are where the layout says, in blocks or in braces.

use std::ops::Range;

/// Line and column of a key, from 1; of the nearest key above it if the file leaves it to its default. None if the file says
/// nothing of its kind.
pub(super) fn of(text: &str, key: &str) -> Option<(usize, usize)> {
    let mut region = 0..text.len();
    let mut found = None;
    for name in names(key) {
        let Some(at) = child(text, &region, name) else { break };
        found = Some(at);
        region = value(text, at, region.end);
    }
    let before = text.get(..found?)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    Some((before.matches('\n').count() + 1, line.chars().count() + 1))
}

/// The parts of a dotted key. A property's own name has dots in it.
pub(super) fn names(key: &str) -> Vec<&str> {
    match key.strip_prefix("kafka.properties.") {
        Some(name) => vec!["kafka", "properties", name],
        None => key.split('.').collect(),
    }
}

/// Where a key stands within the value of another.
fn child(text: &str, region: &Range<usize>, name: &str) -> Option<usize> {
    let body = text.get(region.clone())?;
    if body.trim_start().starts_with('{') {
        let begins = |at: &usize| {
            body.get(..*at).is_some_and(|before| before.trim_end_matches([' ', '\n', '"', '\'']).ends_with(['{', ',']))
        };
        return body
            .match_indices(name)
            .map(|(at, _)| at)
            .filter(begins)
            .find(|at| is_key(body.get(*at..), name))
            .map(|at| region.start + at);
    }
    let (mut start, mut indentation) = (region.start, None);
    for line in body.split_inclusive('\n') {
        let content = line.trim_start();
        let at = start + (line.len() - content.len());
        start += line.len();
        let is_first = at == region.start && region.start > 0;
        if content.is_empty() || content.starts_with('#') || is_first {
            continue;
        }
        let column = line.len() - content.len();
        let quoted = content.len() - content.trim_start_matches(['"', '\'']).len();
        if *indentation.get_or_insert(column) == column && is_key(content.get(quoted..), name) {
            return Some(at);
        }
    }
    None
}

fn is_key(text: Option<&str>, name: &str) -> bool {
    let rest = text.and_then(|text| text.strip_prefix(name));
    rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start_matches(' ').starts_with(':'))
}

/// The value of the key at an offset: the rest of its line, and the lines that are indented deeper.
fn value(text: &str, key: usize, end: usize) -> Range<usize> {
    let rest = text.get(key..end).unwrap_or_default();
    let start = key + rest.find(':').map_or(rest.len(), |colon| colon + 1);
    let line = text.get(..key).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let column = line.len() - line.trim_start().len();
    let mut stop = start;
    for (number, line) in text.get(start..end).unwrap_or_default().split_inclusive('\n').enumerate() {
        let content = line.trim_start();
        let is_deeper = content.is_empty() || content.starts_with('#') || line.len() - content.len() > column;
        if number > 0 && !is_deeper {
            break;
        }
        stop += line.len();
    }
    start..stop
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# input: a comment\ntopics:\n  input: a\n  # near: 1\n  enriched: \"b\"\n\ninput: {max_bytes: 1MiB, id_scope: global}\n\
                        dedupe:\n    window: 1s\n\n    near: 3\nkafka:\n  properties:\n    \"acks\": 1\n    group.id: x\n";

    #[test]
    fn keys_are_found_in_blocks_and_in_braces() {
        for (key, place) in [
            ("topics.input", (3, 3)),
            ("topics.enriched", (5, 3)),
            ("input.id_scope", (7, 26)),
            ("input", (7, 1)),
            ("dedupe.near", (11, 5)),
            ("kafka.properties.acks", (14, 5)),
            ("kafka.properties.group.id", (15, 5)),
        ] {
            assert_eq!(of(FILE, key), Some(place), "{key}");
        }
    }

    #[test]
    fn what_is_left_to_its_default_is_where_its_parent_is_or_nowhere() {
        assert_eq!(of(FILE, "dedupe.span"), Some((8, 1)));
        assert_eq!(of(FILE, "flow.drain_timeout"), None);
        assert_eq!(of("", "flow"), None);
    }
}
