//! Text of others on a terminal: control characters are shown, not obeyed.

use std::fmt;

/// Text in one line, control characters as escapes.
pub(super) struct Line<'a>(pub(super) &'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, f, |_| false)
    }
}

/// Text whose line breaks and tabs stay.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, f, |c| matches!(c, '\n' | '\t'))
    }
}

fn write(text: &str, f: &mut fmt::Formatter<'_>, keep: impl Fn(char) -> bool) -> fmt::Result {
    use fmt::Write as _;
    text.chars().try_for_each(|c| match c {
        c if c.is_control() && !keep(c) => write!(f, "{}", c.escape_default()),
        c => f.write_char(c),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(Line("a\u{1b}[2Jb\nc é").to_string(), "a\\u{1b}[2Jb\\nc é");
        assert_eq!(Text("a\n\tb\r\u{9b}").to_string(), "a\n\tb\\r\\u{9b}");
    }
}
