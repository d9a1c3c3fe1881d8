//! A condition's text as tokens, each with its place.

use std::ops::Range;

use super::error::ConditionError;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A field, or a word such as `and`.
    Word(String),
    Text(String),
    Number(f64),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`, a parenthesis, a bracket, a comma.
    Sign(&'static str),
}

/// A token and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) place: Range<usize>,
}

/// Longer ones before those that they begin with.
const SIGNS: [&str; 11] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ","];
/// What other languages write.
const FOREIGN: [(&str, &str); 6] =
    [("==", "="), ("=~", "contains"), ("<>", "!="), ("&&", "and"), ("||", "or"), ("!", "not")];

/// Takes a text apart.
pub(super) fn tokens(source: &str) -> Result<Vec<Placed>, ConditionError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = source.get(at..).unwrap_or_default();
        at += rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, length) = match first {
            '"' | '\'' => text(source, at, first)?,
            '0'..='9' => number(source, at)?,
            c if c.is_alphabetic() || c == '_' => {
                let length =
                    rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
                (Token::Word(rest.get(..length).unwrap_or_default().to_owned()), length)
            }
            _ => sign(source, at)?,
        };
        tokens.push(Placed { token, place: at..at + length });
        at += length;
    }
}

fn sign(source: &str, at: usize) -> Result<(Token, usize), ConditionError> {
    let rest = source.get(at..).unwrap_or_default();
    let is_next = |text: &str| rest.starts_with(text);
    if let Some((foreign, ours)) = FOREIGN.iter().find(|(foreign, _)| is_next(foreign) && !is_next("!=")) {
        return Err(ConditionError::new(
            source,
            at..at + foreign.len(),
            format!("`{foreign}` is written `{ours}` here"),
        ));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| is_next(sign)) {
        return Ok((Token::Sign(sign), sign.len()));
    }
    let length = rest.chars().next().map_or(0, char::len_utf8);
    let what = match rest.chars().next() {
        Some('“' | '”' | '„' | '‘' | '’') => "a typographic quote: write \"…\"",
        Some('-') => "no value is below 0",
        _ => "no condition has this character outside of quotes",
    };
    Err(ConditionError::new(source, at..at + length, what))
}

/// A text in either kind of quotes; a backslash before a quote or a backslash takes it as it is.
fn text(source: &str, at: usize, quote: char) -> Result<(Token, usize), ConditionError> {
    let rest = source.get(at + 1..).unwrap_or_default();
    let (mut text, mut characters) = (String::new(), rest.char_indices());
    while let Some((index, character)) = characters.next() {
        match character {
            c if c == quote => return Ok((Token::Text(text), index + 2)),
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\'' | '\\'))) => text.push(escaped),
                _ => {
                    let what = "a backslash stands before a quote or another backslash: write `\\\\` for one";
                    return Err(ConditionError::new(source, at + 1 + index..at + 2 + index, what));
                }
            },
            c => text.push(c),
        }
    }
    Err(ConditionError::new(source, at..source.len(), format!("the text has no closing {quote}")))
}

fn number(source: &str, at: usize) -> Result<(Token, usize), ConditionError> {
    let rest = source.get(at..).unwrap_or_default();
    let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '%'))).unwrap_or(rest.len());
    let written = rest.get(..length).unwrap_or_default();
    let is_plain = written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match written.parse::<f64>() {
        Ok(number) if is_plain && number.is_finite() => Ok((Token::Number(number), length)),
        _ => {
            let what = "a number is written as 12 or 0.75, a text in quotes";
            Err(ConditionError::new(source, at..at + length, what))
        }
    }
}
