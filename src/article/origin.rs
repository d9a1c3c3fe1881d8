//! Where each field of an article came from: what `explain` tells. Costs nothing but a borrowed name a field.

use std::borrow::Cow;

use super::names::Field;

/// Where a field came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A member of the article.
    Member {
        /// Its name as the publisher wrote it.
        name: Cow<'a, str>,
        /// Which member, from 0: names may be there twice.
        at: usize,
    },
    /// `input.mapping`: which of the field's paths, from 0.
    Mapping(usize),
    /// The normalised URL, of which an id is the hash.
    Url,
    /// An envelope around the article, or its headers.
    Envelope,
}

/// Where the fields of one article came from.
#[derive(Debug, Clone, Default)]
pub struct Origins<'a> {
    fields: Vec<(Field, Origin<'a>)>,
    domain: Option<Origin<'a>>,
}

impl<'a> Origins<'a> {
    /// Where a field came from; none if nothing filled it.
    pub fn of(&self, field: Field) -> Option<&Origin<'a>> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, origin)| origin)
    }

    /// The fields that something filled, in the order in which they were resolved.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Origin<'a>)> {
        self.fields.iter().map(|(field, origin)| (*field, origin))
    }

    /// Where the source's domain came from, which may be another member than its name.
    pub fn of_domain(&self) -> Option<&Origin<'a>> {
        self.domain.as_ref()
    }

    pub(super) fn set_domain(&mut self, origin: Option<Origin<'a>>) {
        self.domain = origin;
    }

    pub(super) fn set(&mut self, field: Field, origin: Origin<'a>) {
        match self.fields.iter_mut().find(|(known, _)| *known == field) {
            Some(entry) => entry.1 = origin,
            None => self.fields.push((field, origin)),
        }
    }
}
