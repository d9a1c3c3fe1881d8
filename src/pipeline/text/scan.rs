//! Going over text many bytes at a time: how far it can be copied as it is, and whether it is in order already.
//!
//! Nearly every byte of an article is a visible character in its place, whatever the script. Both questions first ask whole
//! chunks, by comparisons that compile to vector instructions, and look closer only where one says that something may be there.

use super::whitespace::{Kind, Layout, kind};

/// Bytes that are asked together.
const CHUNK: usize = 32;

/// Whether a byte, with the one behind it, may be or begin a character that is not simply visible: a control character, or one
/// of the foreign spaces, breaks and invisible characters that [`kind`] knows. A plain space is not among them.
#[inline]
fn is_doubtful(byte: u8, next: u8) -> bool {
    (byte < b' ')
        | (byte == 0x7F)
        | ((byte == 0xC2) & ((next <= 0xA0) | (next == 0xAD)))
        | ((byte == 0xE1) & ((next == 0x9A) | (next == 0xA0)))
        | ((byte == 0xE2) & (next & 0xFE == 0x80))
        | ((byte == 0xE3) & (next == 0x80))
        | ((byte == 0xEF) & (next == 0xBB))
}

/// Whether a run that is copied may end here: nothing doubtful is, nor two spaces, the end of a reference, or a bracket.
#[inline]
fn stops(byte: u8, next: u8) -> bool {
    is_doubtful(byte, next) | (byte == b';') | (byte == b'<') | ((byte == b' ') & (next == b' '))
}

/// Whether there may be something out of order here.
#[inline]
fn is_untidy(byte: u8, next: u8) -> bool {
    is_doubtful(byte, next) | ((byte == b' ') & (next <= b' '))
}

/// Length of the longest prefix that can be copied as it is: visible characters and single spaces between them, nothing that
/// could be a reference's end or a bracket.
pub(super) fn plain_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes.first() == Some(&b' ') {
        return 0;
    }
    let mut at = 0;
    loop {
        at = first_stop(bytes, at);
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) if !c.is_ascii() && kind(c) == Kind::Visible => at += c.len_utf8(),
            _ => break,
        }
    }
    // the space before what comes next is for the sink to weigh
    at - usize::from(at > 0 && bytes.get(at - 1) == Some(&b' '))
}

/// Where the first byte stands, from here on, at which a run may end.
fn first_stop(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some((chunk, next)) = bytes.get(at..at + CHUNK).zip(bytes.get(at + 1..=at + CHUNK)) {
        if !chunk.iter().zip(next).fold(false, |any, (&byte, &next)| any | stops(byte, next)) {
            at += CHUNK;
            continue;
        }
        let is_stop = |(&byte, &next): (&u8, &u8)| is_candidate(byte) && stops(byte, next);
        return at + chunk.iter().zip(next).position(is_stop).unwrap_or(CHUNK);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let next = rest.iter().skip(1).chain(std::iter::once(&0));
    at + rest.iter().zip(next).position(|(&byte, &next)| is_candidate(byte) && stops(byte, next)).unwrap_or(rest.len())
}

/// Whether [`stops`] or [`is_untidy`] may be true of a byte, by what comes behind it.
#[inline]
fn is_candidate(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b';' | b'<' | 0x7F | 0xC2 | 0xE1..=0xE3 | 0xEF)
}

/// Whether a text has the sink's form already, markup and references aside.
pub(super) fn is_tidy(text: &str, layout: Layout) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\n'));
    if edge(bytes.first()) || edge(bytes.last()) {
        return false;
    }
    let mut at = 0;
    while let Some((chunk, next)) = bytes.get(at..at + CHUNK).zip(bytes.get(at + 1..=at + CHUNK)) {
        let busy = chunk.iter().zip(next).fold(false, |any, (&byte, &next)| any | is_untidy(byte, next));
        if busy && !(at..at + CHUNK).all(|at| is_tidy_at(text, at, layout)) {
            return false;
        }
        at += CHUNK;
    }
    (at..bytes.len()).all(|at| is_tidy_at(text, at, layout))
}

/// Whether the byte here is in order, seen with the two behind it.
fn is_tidy_at(text: &str, at: usize, layout: Layout) -> bool {
    let bytes = text.as_bytes();
    let byte = bytes.get(at).copied().unwrap_or_default();
    if !is_candidate(byte) {
        return true;
    }
    match byte {
        b'!'..=b'~' => true,
        b' ' => !matches!(bytes.get(at + 1), Some(b' ' | b'\n')),
        b'\n' => {
            layout == Layout::Paragraphs
                && bytes.get(at + 1) != Some(&b' ')
                && !(bytes.get(at + 1) == Some(&b'\n') && bytes.get(at + 2) == Some(&b'\n'))
        }
        0x80.. => text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| kind(c) == Kind::Visible),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_that_is_not_simply_visible_is_doubtful() {
        let mut buffer = [0; 4];
        for c in (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| *c != ' ') {
            let bytes = c.encode_utf8(&mut buffer).as_bytes();
            let next = bytes.get(1).copied().unwrap_or(b'a');
            let hidden = kind(c) != Kind::Visible;
            assert!(is_doubtful(bytes[0], next) || !hidden, "{c:?}");
            assert!(is_candidate(bytes[0]) || !stops(bytes[0], next), "{c:?}");
        }
    }

    #[test]
    fn a_run_is_as_long_wherever_its_end_stands_in_a_chunk() {
        for lead in 0..70 {
            let visible = "aß “語”é".chars().cycle().take(lead).collect::<String>();
            let head = visible.trim_end();
            for tail in ["  x", " \n", "\n", ";", "<p>", "\u{A0}", "\u{AD}y", " \u{200B}", "\u{3000}", "\u{7F}", " "] {
                let text = format!("{head}{tail}");
                assert_eq!(plain_run(&text), head.len(), "{text:?}");
            }
            assert_eq!(plain_run(head), head.len());
        }
    }
}
