//! A page of text for a terminal: sections, rows, items. What articles say is shown, and never obeyed by the terminal.

use std::fmt::Write as _;

use super::super::plain::Line;

/// Where the text of a row begins, and that of an item.
const ROW: usize = 17;
const ITEM: usize = 28;
/// Longest text of a row, in characters.
const LONGEST: usize = 400;

/// A page that is being written.
pub(super) struct Page {
    out: String,
    colour: bool,
}

impl Page {
    pub(super) fn new(colour: bool) -> Self {
        Self { out: String::new(), colour }
    }

    pub(super) fn text(&self) -> &str {
        &self.out
    }

    /// What the page is about.
    pub(super) fn title(&mut self, text: &str) {
        let text = self.marked("1", &Line(text).to_string());
        self.line(&text);
    }

    /// A part of the page, and what it comes to.
    pub(super) fn section(&mut self, name: &str, summary: &str) {
        let name = self.marked("1;36", &format!("{name:ROW$}"));
        self.line(&format!("{name}{}", shown(summary)));
    }

    pub(super) fn row(&mut self, label: &str, text: &str) {
        self.labelled(2, ROW, label, text);
    }

    /// A row below a row.
    pub(super) fn item(&mut self, label: &str, text: &str) {
        self.labelled(4, ITEM, label, text);
    }

    pub(super) fn end(&mut self) {
        self.out.push('\n');
    }

    fn labelled(&mut self, indent: usize, width: usize, label: &str, text: &str) {
        // At least two spaces part the two.
        let (label, room) = (shown(label), width.saturating_sub(indent));
        let gap = room.saturating_sub(label.chars().count()).max(2);
        let label = self.marked("2", &label);
        self.line(&format!("{:indent$}{label}{:gap$}{}", "", "", shown(text)));
    }

    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{}", line.trim_end());
    }

    fn marked(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// In one line, and not endless.
fn shown(text: &str) -> String {
    let text = Line(text).to_string();
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST - 1).chain(['…']).collect() }
}

/// A share as a percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A number and what it counts: `1 tag`, `2 tags`.
pub(super) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// In quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("“{}”", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_obeys_nothing_and_ends() {
        let mut page = Page::new(false);
        page.section("input", "a\u{1b}[2Jb");
        page.row("a label that is long", "x");
        page.item("i", &"y".repeat(1_000));
        let lines: Vec<&str> = page.text().lines().collect();
        assert_eq!(lines[0], "input            a\\u{1b}[2Jb");
        assert_eq!(lines[1], "  a label that is long  x");
        assert!(lines[2].starts_with("    i                       yy") && lines[2].ends_with("y…"), "{}", lines[2]);
        let mut page = Page::new(true);
        page.title("T");
        assert_eq!(page.text(), "\u{1b}[1mT\u{1b}[0m\n");
    }
}
