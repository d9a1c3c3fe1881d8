//! A sieve before the tables: says from a few bytes of a line that no phrase can match it.
//!
//! Nearly every line of a news text is prose, and bringing prose into the phrases' form costs more than the rest of
//! cleaning. The sieve errs on one side only: a line that it lets go of matches nothing (a test holds it against the tables).
//! It knows ASCII; a line whose telling letters are not is always read.

/// The longest line that a whole-line phrase is looked up for, in bytes. The longest such phrase has half of that.
pub(super) const MAX_WHOLE: usize = 120;

/// Bits of one set: 32 classes for each of three letters.
const BITS: usize = 1 << 15;

/// Three letters, as a set of those seen.
struct Letters(Box<[u64; BITS / 64]>);

impl Letters {
    fn new() -> Self {
        Self(Box::new([0; BITS / 64]))
    }

    fn add(&mut self, key: usize) {
        if let Some(bits) = self.0.get_mut(key / 64) {
            *bits |= 1 << (key % 64);
        }
    }

    fn has(&self, key: usize) -> bool {
        self.0.get(key / 64).is_some_and(|bits| bits & (1 << (key % 64)) != 0)
    }
}

/// What phrases begin with, and what those that may stand anywhere hold.
pub(super) struct Sieve {
    wholes: Letters,
    openings: Letters,
    anchors: Letters,
}

impl Sieve {
    pub(super) fn new() -> Self {
        Self { wholes: Letters::new(), openings: Letters::new(), anchors: Letters::new() }
    }

    /// Notes a whole-line phrase.
    pub(super) fn add_whole(&mut self, phrase: &str) {
        self.wholes.add(key(phrase).unwrap_or_default());
    }

    /// Notes what lines begin with.
    pub(super) fn add_opening(&mut self, phrase: &str) {
        self.openings.add(key(phrase).unwrap_or_default());
    }

    /// Notes a word that may stand anywhere.
    pub(super) fn add_anchor(&mut self, word: &str) {
        self.anchors.add(key(word).unwrap_or_default());
    }

    /// Whether a line has to be looked up.
    pub(super) fn lets_through(&self, line: &str) -> bool {
        let line = line.trim_start_matches(is_skipped);
        let Some(first) = key(line) else { return true };
        if self.openings.has(first) || line.len() <= MAX_WHOLE && self.wholes.has(first) {
            return true;
        }
        memchr::memchr_iter(b' ', line.as_bytes()).any(|at| {
            let word = line.get(at + 1..).unwrap_or_default().trim_start_matches(is_skipped);
            key(word).is_none_or(|key| self.anchors.has(key))
        })
    }
}

/// Punctuation that may stand before a word and that the phrases' form drops.
fn is_skipped(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, ':' | '_') || matches!(c, '“' | '”' | '‘' | '’' | '–' | '—' | '«' | '»' | '•' | ' ')
}

/// The first three letters of a text's first word, or as many as it has; `None` if something other than ASCII letters is among them.
fn key(text: &str) -> Option<usize> {
    let mut key = 0;
    let mut taken = 0;
    for byte in text.bytes() {
        match byte {
            _ if taken == 3 => break,
            b'a'..=b'z' | b'A'..=b'Z' => {
                key = key * 32 + usize::from(byte & 31);
                taken += 1;
            }
            b'0'..=b'9' | b'_' | b':' | 128.. => return None,
            b'\'' => {}
            _ => break,
        }
    }
    Some(key)
}
