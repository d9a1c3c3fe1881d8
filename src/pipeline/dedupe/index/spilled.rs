//! What is in no line of a segment: of a hash with many holders most of them, and what crafted keys crowd out.

use std::collections::BTreeSet;

/// Hashes and what holds them. Without any it is a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Spilled(Option<Box<Tree>>);

#[derive(Debug, Clone)]
struct Tree {
    holders: BTreeSet<(u32, u32)>,
    /// How many there were when the segment was made.
    at_first: usize,
}

impl Spilled {
    pub(super) fn insert(&mut self, hash: u32, holder: u32) {
        let tree = || Box::new(Tree { holders: BTreeSet::new(), at_first: 0 });
        self.0.get_or_insert_with(tree).holders.insert((hash, holder));
    }

    /// The segment is made.
    pub(super) fn begin(&mut self) {
        if let Some(tree) = &mut self.0 {
            tree.at_first = tree.holders.len();
        }
    }

    /// Whether there are twice as many as at first, and so many more.
    pub(super) fn is_full(&self, more: u32) -> bool {
        self.0.as_ref().is_some_and(|tree| tree.holders.len() >= 2 * tree.at_first + more as usize)
    }

    pub(super) fn contains(&self, hash: u32, holder: u32) -> bool {
        self.0.as_ref().is_some_and(|tree| tree.holders.contains(&(hash, holder)))
    }

    /// What holds a hash, from one holder on.
    pub(super) fn holders(&self, hash: u32, from: u32) -> impl Iterator<Item = u32> {
        let of_hash = self.0.iter().flat_map(move |tree| tree.holders.range((hash, from)..=(hash, u32::MAX)));
        of_hash.map(|(_, holder)| *holder)
    }

    /// How many hold one of the hashes from the first to the last.
    pub(super) fn between(&self, first: u32, last: u32) -> usize {
        self.0.as_ref().map_or(0, |tree| tree.holders.range((first, 0)..=(last, u32::MAX)).count())
    }

    /// All hashes and holders, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().flat_map(|tree| tree.holders.iter().copied())
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |tree| tree.holders.len())
    }

    /// Bytes of memory, but for the word.
    pub(super) fn bytes(&self) -> usize {
        // A tree has 7 or 8 in a node of 104 bytes.
        self.0.as_ref().map_or(0, |tree| size_of::<Tree>() + tree.holders.len() * 14)
    }
}
