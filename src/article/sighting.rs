//! What a record holds for each field beside what filled it: what `explain` tells. Decoding pays nothing for it; the order
//! and the choice are those of `fields.rs`, read off here.

use serde_json::value::RawValue;

use super::envelope::Envelope;
use super::names::Field;
use super::origin::{Origin, Origins};

/// What kind of JSON value a member has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `null`.
    Null,
    /// A string without anything in it.
    Blank,
    /// Any other string.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// An array.
    List,
    /// An object.
    Object,
}

impl Shape {
    fn of(raw: &RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Flag,
            Some(b'[') => Self::List,
            Some(b'{') => Self::Object,
            Some(b'"') if raw.get().trim_matches(['"', ' ']).is_empty() => Self::Blank,
            Some(b'"') => Self::Text,
            _ => Self::Number,
        }
    }

    /// The shape's name, for people and scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Blank => "blank",
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::List => "list",
            Self::Object => "object",
        }
    }
}

/// What became of a member that may fill a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It filled the field.
    Won,
    /// It was tried and says nothing that the field can use.
    Unusable,
    /// A name before it filled the field, so it was not looked at.
    Lost,
}

impl Fate {
    /// The fate's name, for people and scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Unusable => "unusable",
            Self::Lost => "lost",
        }
    }
}

/// A member that may fill a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its name as the publisher wrote it, or the path of `input.mapping`.
    pub name: String,
    /// What it holds.
    pub shape: Shape,
    /// What became of it.
    pub fate: Fate,
    /// Which member, or which path, from 0.
    at: usize,
}

impl Sighting {
    pub(super) fn new(name: &str, at: usize, raw: &RawValue) -> Self {
        Self { name: name.to_owned(), shape: Shape::of(raw), fate: Fate::Unusable, at }
    }

    fn is(&self, origin: Option<&Origin<'_>>) -> bool {
        match origin {
            Some(Origin::Member { at, .. } | Origin::Mapping(at)) => self.at == *at,
            _ => false,
        }
    }
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sightings {
    /// What the article came in, the outermost first.
    pub envelopes: Vec<Envelope>,
    /// The member that takes the article back.
    pub takedown: Option<String>,
    /// What was there for each field, in the order in which it is tried. Fields for which nothing was there are not listed.
    pub fields: Vec<(Field, Vec<Sighting>)>,
}

impl Sightings {
    pub(super) fn new(
        envelopes: Vec<Envelope>,
        takedown: Option<String>,
        mut fields: Vec<(Field, Vec<Sighting>)>,
        origins: &Origins<'_>,
    ) -> Self {
        for (field, seen) in &mut fields {
            let origin = origins.of(*field);
            let Some(winner) = seen.iter().position(|sighting| sighting.is(origin)) else { continue };
            for (place, sighting) in seen.iter_mut().enumerate() {
                sighting.fate = match place.cmp(&winner) {
                    std::cmp::Ordering::Less => Fate::Unusable,
                    std::cmp::Ordering::Equal => Fate::Won,
                    std::cmp::Ordering::Greater => Fate::Lost,
                };
            }
        }
        // A takedown needs no more than to say whose it is, so nothing else was tried.
        let is_tried = |field: Field| takedown.is_none() || matches!(field, Field::Id | Field::Url | Field::Source);
        fields.retain(|(field, seen)| !seen.is_empty() && is_tried(*field));
        Self { envelopes, takedown, fields }
    }

    /// The name of what filled a field.
    pub fn winner(&self, field: Field) -> Option<&str> {
        let (_, seen) = self.fields.iter().find(|(known, _)| *known == field)?;
        seen.iter().find(|sighting| sighting.fate == Fate::Won).map(|sighting| sighting.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Decoder, InputRules};
    use super::*;

    fn seen(record: &str) -> Sightings {
        let rules = InputRules { max_bytes: 1 << 20, mapping: Default::default(), extra_max_bytes: 1_000 };
        Decoder::new(rules).unwrap().examine(record.as_bytes(), &[]).unwrap().1
    }

    #[test]
    fn members_before_the_winner_were_unusable_and_those_after_it_lost() {
        let seen = seen(r#"{"article": {"headline": "B", "title": null, "name": "C", "link": "x"}}"#);
        assert_eq!(seen.envelopes, [Envelope::Article]);
        let told: Vec<_> = seen.fields.iter().map(|(field, seen)| (field.as_str(), seen)).collect();
        let (field, titles) = told[1];
        let fates: Vec<_> = titles.iter().map(|s| (s.name.as_str(), s.shape, s.fate)).collect();
        assert_eq!((told[0].0, field), ("url", "title"));
        assert_eq!(
            fates,
            [
                ("title", Shape::Null, Fate::Unusable),
                ("headline", Shape::Text, Fate::Won),
                ("name", Shape::Text, Fate::Lost)
            ]
        );
    }

    #[test]
    fn of_two_members_with_one_name_the_usable_one_won() {
        let seen = seen(r#"{"title": " ", "title": "T"}"#);
        assert_eq!(seen.fields[0].1.iter().map(|s| s.fate).collect::<Vec<_>>(), [Fate::Unusable, Fate::Won]);
    }

    #[test]
    fn a_takedown_tells_what_says_so_and_only_whose_it_is() {
        let seen = seen(r#"{"id": 7, "title": "T", "takedown": true}"#);
        assert_eq!(seen.takedown.as_deref(), Some("takedown"));
        assert_eq!(seen.fields.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["id"]);
    }
}
