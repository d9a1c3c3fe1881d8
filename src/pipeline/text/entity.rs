//! Character references (`&amp;`, `&#8217;`): found here, decoded by the HTML tokenizer's own table of 2,231 names.
//!
//! Only references that a semicolon ends are decoded in running text: "AT&T" and "?a=1&copy=2" are not references to a
//! reader, although the HTML standard lets 106 names go without.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, State, Tokenizer};

/// The longest name, `CounterClockwiseContourIntegral`, has 31 characters.
const MAX_NAME: usize = 31;

/// The character or two that a reference stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded(String);

impl Decoded {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The reference that a semicolon after `text` would close: where it begins, and what it stands for.
pub(super) fn ending(text: &str) -> Option<(usize, Decoded)> {
    let bytes = text.as_bytes();
    let window = bytes.len().saturating_sub(MAX_NAME + 1);
    let length = bytes.get(window..)?.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
    let start = (bytes.len() - length).checked_sub(1)?;
    let name = text.get(start..)?.strip_prefix('&')?;
    is_plausible(name).then(|| decode(name)).flatten().map(|decoded| (start, decoded))
}

fn is_plausible(name: &str) -> bool {
    match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            None => !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()),
        },
        None => name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains('#'),
    }
}

fn decode(name: &str) -> Option<Decoded> {
    let mut reference = String::with_capacity(MAX_NAME + 2);
    reference.extend(["&", name, ";"]);
    let mut decoded = String::new();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<std::convert::Infallible> {
        if let CallbackEvent::String { value } = event {
            decoded.push_str(&String::from_utf8_lossy(value));
        }
        None
    });
    let mut tokenizer = Tokenizer::new_with_emitter(&reference, emitter);
    // the state in which references are decoded and tags are not
    tokenizer.set_state(State::RcData);
    let Ok(()) = tokenizer.finish();
    // "&notit;" is read as "&not" and "it;": only a name that is taken whole counts
    (!decoded.is_empty() && decoded != reference && !decoded.ends_with(';') || decoded == ";")
        .then_some(Decoded(decoded))
}

/// Whether a text holds what [`ending`] may decode.
pub(super) fn any_in(text: &str) -> bool {
    candidates(text).next().is_some()
}

/// Where a text holds what [`ending`] may decode.
pub(super) fn candidates(text: &str) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'&', text.as_bytes()).filter(|at| {
        let rest = text.as_bytes().get(at + 1..).unwrap_or_default();
        let length = rest.iter().take(MAX_NAME + 1).take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
        length > 0 && rest.get(length) == Some(&b';')
    })
}
