//! `input.mapping`: a user's own names for a field, members or paths such as `a.b[0].c`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json::{self, Member};
use super::names::{FIELDS, Field};

/// A mapping that cannot work.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MappingError {
    /// The field is none of the contract's.
    #[error(
        "input.mapping.{0}: there is no such field; fields are id, url, title, text, summary, language, published_at, updated_at, source, authors"
    )]
    UnknownField(String),
    /// The path cannot be read.
    #[error("input.mapping.{0}: `{1}` is no path; write members and indices such as a.b[0].c")]
    BadPath(String, String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
}

/// A path into a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As written: a member may have dots in its very name.
    name: String,
    steps: Vec<Step>,
}

/// Paths for the fields that the user maps.
pub(super) type Mapping = BTreeMap<Field, Vec<Path>>;

pub(super) fn parse(mapping: &BTreeMap<String, Vec<String>>) -> Result<Mapping, MappingError> {
    let mut parsed = Mapping::new();
    for (name, paths) in mapping {
        let field = FIELDS.iter().map(|(field, _)| *field).find(|field| field.as_str() == name);
        let field = field.ok_or_else(|| MappingError::UnknownField(name.clone()))?;
        let path = |text: &String| path(text).ok_or_else(|| MappingError::BadPath(name.clone(), text.clone()));
        parsed.insert(field, paths.iter().map(path).collect::<Result<_, _>>()?);
    }
    Ok(parsed)
}

fn path(text: &str) -> Option<Path> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (name, indices) = part.split_once('[').map_or((part, None), |(name, indices)| (name, Some(indices)));
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Member(name.to_owned()));
        for index in indices.into_iter().flat_map(|indices| indices.split('[')) {
            steps.push(Step::Index(index.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(Path { name: text.to_owned(), steps })
}

impl Path {
    /// The path as written.
    pub(super) fn as_str(&self) -> &str {
        &self.name
    }

    /// What stands at the path.
    pub(super) fn find<'a>(&self, members: &[Member<'a>]) -> Option<&'a RawValue> {
        if let Some(raw) = json::find(members, &self.name) {
            return Some(raw);
        }
        let (Step::Member(first), rest) = self.steps.split_first()? else { return None };
        rest.iter().try_fold(json::find(members, first)?, |value, step| match step {
            Step::Member(name) => json::find(&json::members(value)?, name),
            Step::Index(index) => json::elements(value)?.into_iter().nth(*index),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(record: &str, at: &str) -> Option<String> {
        let raw: &RawValue = serde_json::from_str(record).unwrap();
        path(at).unwrap().find(&json::members(raw).unwrap()).map(|raw| raw.get().to_owned())
    }

    #[test]
    fn paths_go_through_members_and_lists() {
        let record = r#"{"a": {"B": [1, [2, {"c": "x"}]]}, "a.d": 4, "e": 5}"#;
        assert_eq!(found(record, "a.b[1][1].c").as_deref(), Some("\"x\""));
        assert_eq!(found(record, "a.b[0]").as_deref(), Some("1"));
        assert_eq!(found(record, "a.d").as_deref(), Some("4"));
        for nowhere in ["a.b[7]", "a.x", "e.x", "e[0]", "x"] {
            assert_eq!(found(record, nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for wrong in ["", ".a", "a.", "a..b", "a[", "a[x]", "a[1", "[0]", "a[1]b"] {
            assert_eq!(path(wrong), None, "{wrong}");
        }
    }
}
