//! A cleaned article. Only cleaning makes one, and only from what the input contract let through, so every later stage
//! has something to read.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::text::{self, Clean};
use crate::article::{RawArticle, Reject, RejectCode, Source, Warning};

/// An article with something to read in it.
#[derive(Debug)]
pub(super) struct Article<'a> {
    pub(super) raw: RawArticle<'a>,
    title: Option<Cow<'a, str>>,
    text: Option<Cow<'a, str>>,
    pub(super) summary: Option<Cow<'a, str>>,
    pub(super) authors: Vec<Cow<'a, str>>,
}

impl<'a> Article<'a> {
    /// Cleans what people read: title, text, summary and authors.
    ///
    /// # Errors
    /// `nothing-to-read` if nothing is left of title, text and summary.
    pub(super) fn clean(mut raw: RawArticle<'a>, mode: Clean) -> Result<Self, Reject> {
        let some = |text: &Cow<'a, str>| !text.trim().is_empty();
        let line = |text: Cow<'a, str>| match text {
            Cow::Borrowed(text) => text::clean_line(text, mode).text,
            Cow::Owned(text) => Cow::Owned(text::clean_line(&text, mode).text.into_owned()),
        };
        let body = |text: Cow<'a, str>| match text {
            Cow::Borrowed(text) => text::clean(text, mode).text,
            Cow::Owned(text) => match text::clean(&text, mode).text {
                Cow::Owned(clean) => Cow::Owned(clean),
                // nothing had to change, so the string that is there can stay
                Cow::Borrowed(clean) if clean.len() == text.len() => Cow::Owned(text),
                Cow::Borrowed(clean) => Cow::Owned(clean.to_owned()),
            },
        };
        let title = raw.title.take().map(line).filter(some);
        let text = raw.text.take().map(body).filter(some);
        let summary = raw.summary.take().map(line).filter(some);
        let authors = std::mem::take(&mut raw.authors).into_iter().map(line).filter(some).collect();
        if title.is_none() && text.is_none() && summary.is_none() {
            let message = "title, text and summary are all missing, empty, or nothing but markup";
            return Err(Reject::new(RejectCode::NothingToRead, message));
        }
        if text.is_none() {
            raw.warnings.push(Warning::NoBody);
        }
        Ok(Self { raw, title, text, summary, authors })
    }

    /// The title, empty if there is none.
    pub(super) fn title(&self) -> &str {
        self.title.as_deref().unwrap_or_default()
    }

    /// The text, empty if there is none.
    pub(super) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// What there is to read: the text, else the summary, else nothing.
    pub(super) fn prose(&self) -> &str {
        self.text.as_deref().or(self.summary.as_deref()).unwrap_or_default()
    }

    /// What the publisher says the language is.
    pub(super) fn declared_language(&self) -> Option<&str> {
        self.raw.declared_language.as_deref()
    }

    /// Members that the contract does not know.
    pub(super) fn extra(&self) -> &[(Cow<'a, str>, &'a RawValue)] {
        &self.raw.extra
    }

    /// Who published it, as far as it is told.
    pub(super) fn source(&self) -> &Source<'a> {
        &self.raw.source
    }
}
