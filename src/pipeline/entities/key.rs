//! The keys by which tables know words: a hash of a word's lower-case letters in composed form.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::pipeline::letters::{is_composed, lower};

/// A map by keys. Whoever writes an article chooses its words and so their keys: each map's hasher is seeded anew.
pub(super) type KeyMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// FNV-1a: short words, and the same few lines in the script that writes the table.
pub(super) const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// A key so far, and one more byte.
#[inline]
pub(super) fn with(key: u64, byte: u8) -> u64 {
    (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// A key so far, and more bytes.
#[inline]
pub(super) fn of_bytes(key: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(key, with)
}

/// The key of one word. Dots between initials do not count.
pub(super) fn of_word(word: &str) -> u64 {
    if word.is_ascii() {
        return of_bytes(BASIS, word.bytes().filter(|byte| *byte != b'.').map(|byte| byte.to_ascii_lowercase()));
    }
    let mut letter = [0; 4];
    let key = |hash, c: char| lower(c).fold(hash, |hash, c| of_bytes(hash, c.encode_utf8(&mut letter).bytes()));
    if is_composed(word) { word.chars().fold(BASIS, key) } else { word.nfc().fold(BASIS, key) }
}
