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
pub(super) struct Path(Vec<Step>);

/// Paths for the fields that the user maps.
pub(super) type Mapping = BTreeMap<Field, Vec<Path>>;

pub(super) fn parse(mapping: &BTreeMap<String, Vec<String>>) -> Result<Mapping, MappingError> {
    let mut parsed = Mapping::new();
    for (name, paths) in mapping {
        let field = FIELDS.iter().find(|(_, known, _)| known == name).map(|(field, ..)| *field);
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
    Some(Path(steps))
}

impl Path {
    /// What stands at the path.
    pub(super) fn find<'a>(&self, members: &[Member<'a>]) -> Option<&'a RawValue> {
        let (Step::Member(first), rest) = self.0.split_first()? else { return None };
        let start = members.iter().find(|member| member.name.eq_ignore_ascii_case(first))?.raw;
        rest.iter().try_fold(start, |value, step| match step {
            Step::Member(name) => json::member(value, name),
            Step::Index(index) => json::elements(value)?.into_iter().nth(*index),
        })
    }
}
