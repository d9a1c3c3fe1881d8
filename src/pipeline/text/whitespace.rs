//! White space and invisible characters: what is a space, what is a break, what is nothing at all.
//!
//! [`Sink`] is the only way into a cleaned text, so its invariants hold by construction: no control characters, no
//! double spaces, no space beside a break, at most one empty line, no character reference left undecoded.
//! [`is_tidy`] says in one vectorisable scan that a text already has that form.

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
            let (run, tail) = rest.split_at(plain_run(rest.as_bytes()));
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

/// Length of the longest prefix that can be copied as it is: visible ASCII and single spaces inside it, nothing that could
/// be a reference's end or a bracket.
fn plain_run(text: &[u8]) -> usize {
    let mut previous = b' ';
    for (at, &byte) in text.iter().enumerate() {
        let plain = match byte {
            b' ' => previous != b' ',
            b';' | b'<' => false,
            b'!'..=b'~' => true,
            _ => false,
        };
        if !plain {
            return at - usize::from(previous == b' ' && at > 0);
        }
        previous = byte;
    }
    text.len() - usize::from(previous == b' ' && !text.is_empty())
}

/// Whether a text has the sink's form already, markup and references aside. One pass; the chunks without
/// breaks or foreign characters, nearly all of an English text, are compared many bytes at a time.
pub(super) fn is_tidy(text: &str, layout: Layout) -> bool {
    const CHUNK: usize = 32;
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\n'));
    if edge(bytes.first()) || edge(bytes.last()) {
        return false;
    }
    let mut rest = text;
    while let Some((chunk, next)) = rest.as_bytes().get(..CHUNK).zip(rest.as_bytes().get(1..=CHUNK)) {
        let busy = chunk.iter().zip(next).fold(0u8, |busy, (&a, &b)| {
            busy | u8::from(a < b' ') | u8::from(a > b'~') | u8::from(a == b' ' && b <= b' ')
        });
        let mut end = CHUNK;
        if busy != 0 {
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            if !is_tidy_slowly(rest, end, layout) {
                return false;
            }
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    is_tidy_slowly(rest, rest.len(), layout)
}

/// Whether the characters that begin before `end` are tidy, seen with the two behind each.
fn is_tidy_slowly(text: &str, end: usize, layout: Layout) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().take(end).enumerate().all(|(at, byte)| match byte {
        b'!'..=b'~' | 0x80..=0xBF => true,
        b' ' => !matches!(bytes.get(at + 1), Some(b' ' | b'\n')),
        b'\n' => {
            layout == Layout::Paragraphs
                && bytes.get(at + 1) != Some(&b' ')
                && !(bytes.get(at + 1) == Some(&b'\n') && bytes.get(at + 2) == Some(&b'\n'))
        }
        0xC0.. => text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| kind(c) == Kind::Visible),
        _ => false,
    })
}
