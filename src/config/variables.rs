//! Variables of the environment in the file's plain scalars: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`.
//!
//! They are replaced after the file is parsed, so whatever a variable holds stays within its value: a newline in it makes no
//! second key. What is put in is not looked at again.

/// What a variable holds, if it is set.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Why a scalar cannot be made: what is wrong, and what to write. Neither holds a variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusable {
    pub message: String,
    pub advice: String,
}

/// Defaults within defaults, at most so deep.
const DEEPEST: usize = 8;

/// The text with its variables replaced; none if there are none in it. `$${` stands for `${`.
///
/// # Errors
/// A variable that is not set and has no default, or is written wrongly.
pub(super) fn replace(text: &str, lookup: Lookup<'_>) -> Result<Option<String>, Unusable> {
    if text.contains("${") { replaced(text, lookup, 0).map(Some) } else { Ok(None) }
}

fn replaced(text: &str, lookup: Lookup<'_>, depth: usize) -> Result<String, Unusable> {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('$') {
            made.push_str(before);
            made.push_str("${");
            rest = after;
            continue;
        }
        made.push_str(before);
        let end = end(after).ok_or_else(|| Unusable {
            message: format!("has a `${{{after}` that does not end"),
            advice: "write ${NAME}, or $${ for the characters themselves".into(),
        })?;
        let (inner, after) = after.split_at(end);
        made.push_str(&value(inner, lookup, depth)?);
        rest = after.strip_prefix('}').unwrap_or(after);
    }
    made.push_str(rest);
    Ok(made)
}

/// Where the brace stands that ends a variable.
fn end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '{' if before == '$' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        before = c;
    }
    None
}

/// What stands for `${inner}`.
fn value(inner: &str, lookup: Lookup<'_>, depth: usize) -> Result<String, Unusable> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (name, operator) = inner.split_at(inner.find(|c| !is_part(c)).unwrap_or(inner.len()));
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let wrong = |message: String| Unusable {
        message,
        advice: "write ${NAME}, ${NAME:-default} or ${NAME:?message}; $${ stands for the characters themselves".into(),
    };
    if !is_name {
        return Err(wrong(format!("has `${{{inner}}}`, which names no variable")));
    }
    if depth > DEEPEST {
        return Err(wrong(format!("has defaults within defaults more than {DEEPEST} deep")));
    }
    // With a colon, what is empty counts as not set.
    let (counts_empty, operator) = operator.strip_prefix(':').map_or((true, operator), |rest| (false, rest));
    let held = lookup(name).filter(|held| counts_empty || !held.is_empty());
    if let Some(default) = operator.strip_prefix('-') {
        return held.map_or_else(|| replaced(default, lookup, depth + 1), Ok);
    }
    if let Some(message) = operator.strip_prefix('?') {
        let advice = if message.is_empty() { format!("set {name}") } else { message.to_owned() };
        return held
            .ok_or_else(|| Unusable { message: format!("needs the variable {name}, which is not set"), advice });
    }
    if !operator.is_empty() || !counts_empty {
        return Err(wrong(format!("has `${{{inner}}}`, which is not understood")));
    }
    held.ok_or_else(|| Unusable {
        message: format!("needs the variable {name}, which is not set"),
        advice: format!("set it, or write ${{{name}:-default}}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(name: &str) -> Option<String> {
        match name {
            "HOST" => Some("broker-1".into()),
            "EMPTY" => Some(String::new()),
            "LINES" => Some("a\nthreads: 7".into()),
            "NESTED" => Some("${HOST}".into()),
            _ => None,
        }
    }

    #[test]
    fn every_form_is_replaced() {
        for (text, made) in [
            ("${HOST}:9092", "broker-1:9092"),
            ("${NONE:-localhost}:${NONE-9092}", "localhost:9092"),
            ("[${EMPTY:-a}${EMPTY-b}${EMPTY}]", "[a]"),
            ("${HOST:?never told}", "broker-1"),
            ("${NONE:-${HOST:-x}}", "broker-1"),
            ("$${HOST} costs 5$", "${HOST} costs 5$"),
            ("${LINES}", "a\nthreads: 7"),
            ("${NESTED}", "${HOST}"),
        ] {
            assert_eq!(replace(text, &held).unwrap().as_deref(), Some(made), "{text}");
        }
        assert_eq!(replace("$HOST {x}", &held), Ok(None), "only braces name a variable");
    }

    #[test]
    fn what_is_not_set_or_not_understood_says_so() {
        for (text, message, advice) in [
            ("${NONE}", "variable NONE, which is not set", "${NONE:-default}"),
            ("${NONE:?ask the platform team}", "variable NONE", "ask the platform team"),
            ("${EMPTY:?}", "variable EMPTY", "set EMPTY"),
            ("a ${HOST", "does not end", "$${"),
            ("${}", "names no variable", "${NAME}"),
            ("${1A}", "names no variable", "${NAME}"),
            ("${HOST:+x}", "not understood", "${NAME:-default}"),
            ("${HOST:}", "not understood", "${NAME:-default}"),
        ] {
            let wrong = replace(text, &held).unwrap_err();
            assert!(wrong.message.contains(message) && wrong.advice.contains(advice), "{text}: {wrong:?}");
            assert!(!wrong.message.contains("broker-1"), "values are never told");
        }
        let deep = format!("{}x{}", "${NONE:-".repeat(20), "}".repeat(20));
        assert!(replace(&deep, &held).unwrap_err().message.contains("deep"));
    }
}
