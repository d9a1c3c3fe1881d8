//! Leaving out what belongs to the page and not to the article: forms, buttons, consent lines, links to other stories.
//!
//! Careful by design: a line goes only if all of it matches a phrase, or if it is short and holds one that running prose does
//! not; a sentence about cookies stays. If little would be left, nothing is taken.

use std::borrow::Cow;

use super::lines::{Phrases, Reading};
use super::phrases::GLUED_FORMS;
use super::{Cleaned, Taken};

/// The largest share of a text, in percent of its bytes, that may go. More means that the rules misunderstand it.
const MAX_SHARE: usize = 60;

/// Texts shorter than this, in bytes, are exempt from the share (a teaser and three buttons), not from keeping something.
const SHORT_TEXT: usize = 300;

/// What a comment form may hold behind its heading, in words and in lines: more is somebody's comment, or the article.
const FORM_WORDS: usize = 60;
const FORM_LINES: usize = 20;

/// Words of a form's field or button at most: a line of more is a sentence, and the heading stood above an article.
const FIELD_WORDS: usize = 8;

/// How far from the end of a text without breaks a glued form may begin, in bytes.
const GLUED_WINDOW: usize = 700;

/// Why a line was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A comment form, or the heading or count of comments.
    ReplyForm,
    /// Cookies and consent.
    Consent,
    /// Share and follow.
    Share,
    /// Newsletters and subscriptions.
    Newsletter,
    /// A mark that an advertisement stood here.
    Advertisement,
    /// A pointer to another story.
    Link,
    /// A button: print, close, search.
    Control,
    /// Copyright and terms of use.
    Rights,
    /// Nothing but whose picture it is.
    Credit,
    /// An interface's mark that it cut the text: `[+2341 chars]`.
    CutMark,
}

impl Rule {
    /// The rule's name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReplyForm => "reply-form",
            Self::Consent => "consent",
            Self::Share => "share",
            Self::Newsletter => "newsletter",
            Self::Advertisement => "advertisement",
            Self::Link => "link",
            Self::Control => "control",
            Self::Rights => "rights",
            Self::Credit => "credit",
            Self::CutMark => "cut-mark",
        }
    }
}

/// A piece that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Why.
    pub rule: Rule,
    /// What, markup taken off: a line, or the end of one.
    pub text: String,
}

/// A piece to leave out: the rule and the bytes.
type Cut = (Rule, std::ops::Range<usize>);

/// Leaves out boilerplate.
pub(super) fn remove(stripped: Cleaned<'_>) -> Cleaned<'_> {
    let text = &stripped.text;
    let cuts = plan(text);
    if cuts.is_empty() {
        return stripped;
    }
    let gone: usize = cuts.iter().map(|(_, range)| range.len()).sum();
    let too_much = text.len() >= SHORT_TEXT && gone * 100 > text.len() * MAX_SHARE;
    let kept = if too_much { String::new() } else { without(text, &cuts) };
    if kept.is_empty() {
        let taken = Taken { spared_bytes: gone, ..stripped.taken };
        return Cleaned { taken, ..stripped };
    }
    let piece = |range: &std::ops::Range<usize>| text.get(range.clone()).unwrap_or_default().trim().to_owned();
    let removed = cuts.iter().map(|(rule, range)| Removed { rule: *rule, text: piece(range) }).collect();
    Cleaned { text: Cow::Owned(kept), removed, ..stripped }
}

/// What may go, in order. Works from the end, where forms are, and each decision looks only at what is kept
/// behind it, so cleaning twice finds nothing new.
fn plan(text: &str) -> Vec<Cut> {
    let phrases = Phrases::get();
    let mut cuts: Vec<Cut> = Vec::new();
    let mut tail = Tail::default();
    let mut reading = Reading::default();
    let mut end = text.len();
    while let Some(at) = cut_mark(text.get(..end).unwrap_or_default()) {
        cuts.push((Rule::CutMark, at..end));
        end = text.get(..at).unwrap_or_default().trim_end().len();
    }
    loop {
        let head = text.get(..end).unwrap_or_default();
        let start = memchr::memrchr(b'\n', head.as_bytes()).map_or(0, |at| at + 1);
        let mut line = head.get(start..).unwrap_or_default();
        if tail.kept == 0 {
            while let Some(at) = glued_form(line) {
                cuts.push((Rule::ReplyForm, start + at..start + line.len()));
                line = line.get(..at).unwrap_or_default().trim_end();
            }
        }
        let verdict = phrases.verdict(line, &mut reading);
        match verdict {
            Some(rule) => {
                cuts.push((rule, start..start + line.len()));
                if tail.is_form() && reading.is_form_heading() {
                    cuts.append(&mut tail.lines);
                    tail = Tail::default();
                }
            }
            None if !line.is_empty() => tail.keep(start..start + line.len(), line),
            None => {}
        }
        if start == 0 {
            break;
        }
        end = start - 1;
    }
    cuts.sort_by_key(|(_, range)| range.start);
    cuts
}

/// The lines kept so far, seen from the end, as long as they might be the fields of a form.
#[derive(Default)]
struct Tail {
    kept: usize,
    words: usize,
    prose: bool,
    lines: Vec<Cut>,
}

impl Tail {
    fn is_form(&self) -> bool {
        !self.prose && self.kept <= FORM_LINES && self.words <= FORM_WORDS
    }

    fn keep(&mut self, range: std::ops::Range<usize>, line: &str) {
        self.kept += 1;
        if self.is_form() {
            // where words are not parted by spaces, bytes tell: two characters of three bytes are about a word
            let words = line.split(' ').count().max(line.len() / 12);
            self.words += words;
            self.prose = words > FIELD_WORDS;
            self.lines.push((Rule::ReplyForm, range));
        }
    }
}

/// Where the mark begins that ends a text which a news interface cut.
fn cut_mark(text: &str) -> Option<usize> {
    let head = text.strip_suffix(" chars]")?;
    let open = head.rfind("[+")?;
    let count = head.get(open + 2..)?;
    (!count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())).then_some(open)
}

/// Where a comment form begins that is glued to the end of a line.
fn glued_form(line: &str) -> Option<usize> {
    let mut from = line.len().saturating_sub(GLUED_WINDOW);
    while !line.is_char_boundary(from) {
        from += 1;
    }
    let window = line.get(from..)?.as_bytes();
    memchr::memchr3_iter(b'L', b'Y', b'D', window)
        .chain(memchr::memchr2_iter(b'S', b'V', window))
        .chain(memchr::memchr2_iter(b'G', b'J', window))
        .filter(|&at| begins_form(window.get(at..).unwrap_or_default()))
        .map(|at| from + at)
        .filter(|&at| at == 0 || line.get(..at).is_some_and(ends_sentence))
        .min()
}

fn begins_form(text: &[u8]) -> bool {
    GLUED_FORMS
        .iter()
        .any(|form| text.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form.as_bytes())))
}

/// Whether a sentence ends here, so that a quotation of the phrase in mid-sentence is left alone.
fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', '…', '"', '”', '’', '»', ')', ':', '|', '*', '。'])
}

/// The text without the cuts, and its breaks in order again.
fn without(text: &str, cuts: &[Cut]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (_, range) in cuts {
        append(&mut out, text.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    append(&mut out, text.get(from..).unwrap_or_default());
    out.truncate(out.trim_end().len());
    out
}

/// Joins two pieces of a tidy text that had something between them: the stronger of the breaks at their edges stays.
fn append(out: &mut String, piece: &str) {
    let body = piece.trim_start_matches(['\n', ' ']);
    if body.is_empty() && out.ends_with("\n\n") {
        return;
    }
    let breaks = |text: &str| text.bytes().filter(|b| *b == b'\n').count();
    let kept = out.trim_end_matches(['\n', ' ']).len();
    let gap = breaks(out.get(kept..).unwrap_or_default())
        .max(breaks(piece.get(..piece.len() - body.len()).unwrap_or_default()));
    out.truncate(kept);
    if !out.is_empty() {
        out.push_str(if gap > 1 { "\n\n" } else { "\n" });
    }
    out.push_str(body);
}
