//! What went with the markup, counted where it goes: for `explain`, and cheap enough to be always there.

/// What was taken out of a text, boilerplate aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Tags, of which the text between them stays.
    pub tags: usize,
    /// Bytes of elements that are not text (scripts, menus, forms, buttons), the breaks before them included.
    pub element_bytes: usize,
    /// Control characters and others that nobody sees.
    pub invisible: usize,
    /// How often markup was found, and found again in what escaped markup unfolded to.
    pub layers: usize,
    /// Bytes of boilerplate that stayed, because too little of the text would have been left.
    pub spared_bytes: usize,
}

impl Taken {
    /// Adds what a later layer took.
    pub(super) fn add(&mut self, other: Self) {
        self.tags += other.tags;
        self.element_bytes += other.element_bytes;
        self.invisible += other.invisible;
        self.layers += other.layers;
        self.spared_bytes += other.spared_bytes;
    }
}
