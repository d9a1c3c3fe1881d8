//! A name in one field, and what speaks for it.

use super::Kind;
use super::data::Item;

/// Why something is taken for a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The model labels these words so.
    Model,
    /// The neural model does.
    Neural,
    /// The lists have the name, and it is nothing else.
    Listed,
    /// What a company is called by law, what it does, or two names joined by &.
    Company,
    /// A title with a full stop before it: Sen.
    Titled,
    /// The lists have a club of that name, and the story is about sport.
    Club,
    /// The place with which a wire story begins.
    Dateline,
    /// A part or another spelling of a name that the article has elsewhere.
    Repeated,
}

impl Evidence {
    /// The share of names that are right where nothing but this speaks for them: rounded, on the English test sets (EWT, PUD, wikigold,
    /// WNUT17) where those have enough of them, else a guess on the low side.
    pub(super) fn share(self) -> f32 {
        match self {
            Self::Dateline | Self::Titled => 0.9,
            Self::Club => 0.7,
            Self::Model | Self::Neural | Self::Listed | Self::Company => 0.6,
            Self::Repeated => 0.5,
        }
    }
}

/// A name: a stretch of one field.
#[derive(Clone, Copy)]
pub(super) struct Span<'g> {
    /// First token and the token after the last.
    pub(super) first: usize,
    pub(super) end: usize,
    /// The same in bytes.
    pub(super) start_byte: u32,
    pub(super) end_byte: u32,
    pub(super) kind: Kind,
    pub(super) evidence: Evidence,
    /// The share of such names that are right, 0 to 1.
    pub(super) confidence: f32,
    /// The places it can mean.
    pub(super) items: &'g [Item],
}
