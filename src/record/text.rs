//! The article's text as a JSON string.
//!
//! A text is most of a record. serde_json looks at its bytes one by one; here whole blocks are looked at, and everything up
//! to the next byte that has to be escaped is copied at once.

use std::io::Write as _;

/// Bytes that are looked at together: what compilers turn into a few vector instructions.
const BLOCK: usize = 32;

/// Appends a text with its quotes, the same bytes that serde_json writes.
pub(super) fn write(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some((plain, [byte, after @ ..])) = next_escaped(rest).and_then(|at| rest.split_at_checked(at)) {
        out.extend_from_slice(plain);
        escape(out, *byte);
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn next_escaped(bytes: &[u8]) -> Option<usize> {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    // No early end within a block, so that it needs no branch a byte.
    let has_some = |block: &[u8; BLOCK]| block.iter().fold(false, |found, byte| found | is_escaped(*byte));
    let first = blocks.iter().position(has_some).unwrap_or(blocks.len()) * BLOCK;
    bytes.get(first..)?.iter().position(|byte| is_escaped(*byte)).map(|at| first + at)
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        0x08 => b'b',
        0x0c => b'f',
        b'"' | b'\\' => byte,
        _ => {
            // writing to a vector cannot fail
            let _ = write!(out, "\\u{byte:04x}");
            return;
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        write(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_byte_at_every_place_in_a_block_is_written_as_serde_json_writes_it() {
        for code in 0..=0x100_u32 {
            for place in 0..70 {
                let text = format!("{}{}{}", "x".repeat(place), char::from_u32(code).unwrap(), "é".repeat(70 - place));
                assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_json_writes_it(text in "(?s).{0,200}") {
            prop_assert_eq!(written(&text), serde_json::to_string(&text).unwrap());
        }
    }
}
