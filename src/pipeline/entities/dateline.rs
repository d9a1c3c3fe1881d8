//! The place with which a wire story begins: "WELLINGTON, New Zealand (AP) --". It is a city, whatever else has the name.

use super::page::Page;
use super::token::Shape;

/// A dateline goes on for at most so many tokens after its city.
const LONGEST: usize = 16;

/// Whether the name from `at` to `end` opens a dateline: it begins a line, in capitals or with the agency in parentheses after it, and
/// nothing but names, dates and an agency stands between it and a dash.
pub(super) fn opens(page: &Page<'_, '_>, at: usize, end: usize) -> bool {
    if at.checked_sub(1).is_some_and(|before| page.shape(before) != Some(Shape::Break)) {
        return false;
    }
    let capitals = page.names(at..end).all(|at| page.shape(at) != Some(Shape::Capital));
    let mut agency = false;
    for at in end..end + LONGEST {
        match page.shape(at) {
            Some(Shape::Sign) => match page.word(at) {
                "—" | "–" => return capitals || agency,
                "-" if page.token(at).is_some_and(|dash| dash.spaced) || page.word(at + 1) == "-" => {
                    return capitals || agency;
                }
                "(" => agency = true,
                "," | "." | ")" | "/" | "-" => {}
                _ => return false,
            },
            Some(Shape::Capital | Shape::Upper | Shape::Dotted | Shape::Number) => {}
            _ => return false,
        }
    }
    false
}
