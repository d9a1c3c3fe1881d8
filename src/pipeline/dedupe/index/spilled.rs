//! What is in no line of a segment: of a hash with many holders most of them, and what crafted keys crowd out.

use std::collections::BTreeSet;

/// Hashes and what holds them. Most segments have none, and then it is a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Spilled(Option<Box<Tree>>);

#[derive(Debug, Clone)]
struct Tree {
    holders: BTreeSet<(u32, u32)>,
    /// How many there may be before the segment is made anew.
    most: usize,
}

impl Spilled {
    /// Adds one. If it is the first, there may be so many.
    pub(super) fn insert(&mut self, hash: u32, holder: u32, most: u32) {
        let tree = || Box::new(Tree { holders: BTreeSet::new(), most: most as usize });
        self.0.get_or_insert_with(tree).holders.insert((hash, holder));
    }

    /// So many again may come, and some more.
    pub(super) fn allow(&mut self, more: u32) {
        if let Some(tree) = &mut self.0 {
            tree.most = 2 * tree.holders.len() + more as usize;
        }
    }

    /// Whether there are as many as there may be.
    pub(super) fn is_full(&self) -> bool {
        self.0.as_ref().is_some_and(|tree| tree.holders.len() >= tree.most)
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
