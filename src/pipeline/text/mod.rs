//! Cleaning: from the raw text of a page or a feed to what a person would read.
//!
//! Three steps, each a function of its input alone: markup is taken off where the text holds any, white
//! space and invisible characters are put in order, and (for bodies, in full mode) lines that belong to the page and
//! not to the article are left out. All of it is linear in the input, and a text that needs nothing is borrowed as it is.
//!
//! What is promised: cleaning what was cleaned changes nothing, and the result holds no control characters but line feed.
//! Code points stay the publisher's: there is no Unicode normalisation (NFC), because mentions are quoted as published
//! and the later stages fold for themselves.

mod boilerplate;
mod entity;
mod lines;
mod markup;
mod phrases;
mod recognise;
mod scan;
mod sieve;
mod taken;
#[cfg(test)]
mod tests;
mod whitespace;

use std::borrow::Cow;

pub use boilerplate::{Removed, Rule};
pub use taken::Taken;

/// How much is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clean {
    /// Nothing: byte for byte, NULs included.
    Off,
    /// Markup, character references, white space and invisible characters.
    Markup,
    /// The same, and boilerplate lines (bodies only).
    #[default]
    Full,
}

/// A cleaned text, and what was left out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned<'a> {
    /// The text: paragraphs parted by one empty line, lines by a line feed. Borrowed if nothing had to change.
    pub text: Cow<'a, str>,
    /// What went with the markup.
    pub taken: Taken,
    /// The boilerplate that was left out, in the order of the text. Empty unless the mode is [`Clean::Full`].
    pub removed: Vec<Removed>,
}

/// Cleans a body: a text of many paragraphs.
pub fn clean(raw: &str, mode: Clean) -> Cleaned<'_> {
    let stripped = || markup::strip(raw, whitespace::Layout::Paragraphs);
    match mode {
        Clean::Off => untouched(raw),
        Clean::Markup => stripped(),
        Clean::Full => boilerplate::remove(stripped()),
    }
}

/// Cleans a text of one line (title, summary, author): the same as [`clean`] with every break a space.
/// No boilerplate is looked for: a headline may well be "Cookies".
pub fn clean_line(raw: &str, mode: Clean) -> Cleaned<'_> {
    match mode {
        Clean::Off => untouched(raw),
        Clean::Markup | Clean::Full => markup::strip(raw, whitespace::Layout::Line),
    }
}

/// Character references in a text as it came, as far as they look like some.
pub fn references(raw: &str) -> usize {
    entity::candidates(raw).count()
}

fn untouched(raw: &str) -> Cleaned<'_> {
    Cleaned { text: Cow::Borrowed(raw), taken: Taken::default(), removed: Vec::new() }
}
