//! White space and invisible characters: what is a space, what is a break, what is nothing at all.
//!
//! [`Sink`] is the only way into a cleaned text, so its invariants hold by construction: no control characters, no
//! double spaces, no space beside a break, at most one empty line, no character reference left undecoded.
//! Whether a text has that form already, [`scan`](super::scan) says without copying it.

use super::scan::plain_run;
use super::{Taken, entity};

/// What becomes of line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// They stay: a body.
    Paragraphs,
    /// They become spaces: a title.
    Line,
}

/// What a character is to the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Visible,
    Space,
    LineBreak,
    ParagraphBreak,
    /// Dropped. The joiners U+200C and U+200D are not among these: they are spelling in Persian, Indic scripts and
    /// emoji; nor are the direction marks, which right-to-left text needs beside digits and Latin names.
    Nothing,
}

/// Classes per Unicode 16 `White_Space` and `Cc`, and the zero-width characters that only guide line breaking.
pub(super) fn kind(c: char) -> Kind {
    match c {
        '!'..='~' => Kind::Visible,
        ' ' | '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            Kind::Space
        }
        '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' => Kind::LineBreak,
        '\u{2029}' => Kind::ParagraphBreak,
        '\u{AD}' | '\u{180E}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' => Kind::Nothing,
        c if c.is_control() => Kind::Nothing,
        _ => Kind::Visible,
    }
}

/// A break that waits for the next visible character, so that none is left at the end. Ordered by strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

/// Collects a cleaned text.
#[derive(Debug)]
pub(super) struct Sink {
    out: String,
    gap: Gap,
    layout: Layout,
    /// Drops `<`: see `markup::strip`.
    pub(super) no_brackets: bool,
    /// What did not come in.
    pub(super) taken: Taken,
}

impl Sink {
    pub(super) fn new(capacity: usize, layout: Layout) -> Self {
        Self {
            out: String::with_capacity(capacity),
            gap: Gap::None,
            layout,
            no_brackets: false,
            taken: Taken::default(),
        }
    }

    /// The text, and what did not come into it.
    pub(super) fn finish(self) -> (String, Taken) {
        (self.out, self.taken)
    }

    /// Where the text stands: for [`Sink::truncate`].
    pub(super) fn mark(&self) -> usize {
        self.out.len()
    }

    /// Takes back everything after `mark`.
    pub(super) fn truncate(&mut self, mark: usize) {
        self.out.truncate(mark.min(self.out.len()));
        while let Some(gap) = match self.out.as_bytes().last() {
            Some(b' ') => Some(Gap::Space),
            Some(b'\n') if self.out.ends_with("\n\n") => Some(Gap::Paragraph),
            Some(b'\n') => Some(Gap::Line),
            _ => None,
        } {
            self.out.pop();
            self.gap = self.gap.max(gap);
        }
    }

    /// A break in front of whatever comes next.
    pub(super) fn gap(&mut self, gap: Gap) {
        // two line breaks make a paragraph
        self.gap = if gap == Gap::Line && self.gap == Gap::Line { Gap::Paragraph } else { self.gap.max(gap) };
    }

    /// A break that adds nothing to one as strong that is already there: the edge of a block.
    pub(super) fn edge(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Appends raw text.
    pub(super) fn push_str(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (run, tail) = rest.split_at(plain_run(rest));
            if !run.is_empty() {
                self.close_gap();
                self.out.push_str(run);
            }
            let mut chars = tail.chars();
            if let Some(c) = chars.next() {
                // CR LF is one break, and so is a lone CR
                if c == '\r' {
                    if chars.as_str().starts_with('\n') {
                        chars.next();
                    }
                    self.push('\n');
                } else {
                    self.push(c);
                }
            }
            rest = chars.as_str();
        }
    }

    /// Appends one character, and decodes the character reference that it may complete. References are looked for in
    /// the output, so one that a decoded one completes (`&amp;nbsp;`) is decoded as well, and the cost stays linear.
    fn push(&mut self, c: char) {
        if c == ';' && self.gap == Gap::None {
            self.close_reference();
        } else {
            self.append(c);
        }
    }

    fn close_reference(&mut self) {
        // a loop, because "&semi;" stands for what closes the next one: recursion would be as deep as the input is long
        while let Some((start, decoded)) = entity::ending(&self.out) {
            self.truncate(start);
            if decoded.as_str() == ";" && self.gap == Gap::None {
                continue;
            }
            decoded.as_str().chars().for_each(|c| self.append(c));
            return;
        }
        self.append(';');
    }

    fn append(&mut self, c: char) {
        match kind(c) {
            Kind::Visible if c == '<' && self.no_brackets => {}
            Kind::Visible => {
                self.close_gap();
                self.out.push(c);
            }
            Kind::Space => self.gap(Gap::Space),
            Kind::LineBreak => self.gap(Gap::Line),
            Kind::ParagraphBreak => self.gap(Gap::Paragraph),
            Kind::Nothing => self.taken.invisible += 1,
        }
    }

    fn close_gap(&mut self) {
        if self.gap == Gap::None {
            return;
        }
        if !self.out.is_empty() {
            self.out.push_str(match (self.layout, self.gap) {
                (Layout::Line, _) | (_, Gap::None | Gap::Space) => " ",
                (_, Gap::Line) => "\n",
                (_, Gap::Paragraph) => "\n\n",
            });
        }
        self.gap = Gap::None;
    }
}
