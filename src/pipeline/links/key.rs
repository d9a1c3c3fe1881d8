//! Under which number a name is found: equal for names that differ in case, accents' encoding, spaces and signs only.

use unicode_normalization::UnicodeNormalization;

use crate::pipeline::entities::Kind;

/// FNV-1a, 64 bits: of a million names two share a key with a likelihood of 1 in 30 million.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// The key of a name of this kind; none if it has neither letters nor digits.
pub(super) fn key(kind: Kind, name: &str) -> Option<u64> {
    let kind = match kind {
        Kind::Person => 1,
        Kind::Organisation => 2,
        Kind::Location => 3,
    };
    let mut hash = (BASIS ^ kind).wrapping_mul(PRIME);
    let (mut any, mut pause) = (false, false);
    let mut bytes = [0; 4];
    for c in name.nfc().flat_map(char::to_lowercase) {
        // U.S. is US, and O'Brien OBrien; every other sign separates words
        if matches!(c, '.' | '\'' | '’' | 'ʼ') {
            continue;
        }
        let is_mark = unicode_normalization::char::is_combining_mark(c);
        if !c.is_alphanumeric() && !is_mark {
            pause = any;
            continue;
        }
        if std::mem::take(&mut pause) {
            hash = (hash ^ u64::from(b' ')).wrapping_mul(PRIME);
        }
        any = true;
        for byte in c.encode_utf8(&mut bytes).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    any.then_some(hash)
}
