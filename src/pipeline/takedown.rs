//! Takedowns: which article is meant, by its key and by every other name that the record has for it.

use super::dedupe::{Identity, Names};
use super::identity;
use crate::article::{self, Reject, RejectCode};
use crate::config::IdScope;
use crate::record::Record;

/// An article that is taken back.
#[derive(Debug)]
pub struct Takedown {
    /// The record that says so.
    pub identity: Identity,
    /// The id as given; none when the record's key is all there is.
    pub id: Option<String>,
    /// Kafka key of the tombstones.
    pub key: Vec<u8>,
    /// The same, as the stories know it.
    pub key_hash: u64,
    /// What else the article is called: it may have been published under another key.
    pub names: Names,
}

impl Takedown {
    /// An empty value takes its key back.
    ///
    /// # Errors
    /// There is no key.
    pub(super) fn of_key(record: &Record) -> Result<Self, Reject> {
        match record.key.as_ref().filter(|key| !key.is_empty()) {
            Some(key) => Ok(Self::new(record, None, key.clone(), Names::default())),
            None => Err(unclear("an empty record without a key takes nothing back")),
        }
    }

    /// A record that says so takes its key back, or the article with its source and id.
    ///
    /// # Errors
    /// It names nothing.
    pub(super) fn of_article(
        scope: IdScope,
        record: &Record,
        takedown: &article::Takedown<'_>,
    ) -> Result<Self, Reject> {
        let (source, id) = (identity::source(&takedown.source), takedown.id.as_deref());
        if id.is_none() && record.key.as_ref().is_none_or(Vec::is_empty) {
            return Err(unclear("the takedown has no id, no URL and no key"));
        }
        let is_anywhere = source.is_empty() && scope == IdScope::Source;
        let names = Names {
            article: id.map(|id| identity::article(scope, source, id)),
            url: takedown.identity_url.as_deref().and_then(identity::url),
            id: id.filter(|_| is_anywhere).map(Into::into),
        };
        let key = identity::key(scope, record, source, id.unwrap_or_default());
        Ok(Self::new(record, id.map(ToOwned::to_owned), key, names))
    }

    fn new(record: &Record, id: Option<String>, key: Vec<u8>, names: Names) -> Self {
        Self { identity: identity::of(record), id, key_hash: identity::hash(&[&key]), key, names }
    }
}

fn unclear(message: &str) -> Reject {
    Reject::new(RejectCode::TakedownUnclear, message)
}
