//! Taking markup off: a tokenizer without a tree, so nothing nests and hostile depth costs nothing.
//!
//! Block elements become breaks; what is not text (scripts, forms, menus) goes; figure captions stay, as paragraphs of
//! their own, because they name people and places and because publishers that send plain text send them too.

use std::borrow::Cow;
use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::recognise::{Nature, nature};
use super::scan::is_tidy;
use super::whitespace::{Gap, Layout, Sink};
use super::{Cleaned, Taken, entity, whitespace};

/// How often markup may be found inside what escaped markup unfolds to. Twice is seen in feeds.
const MAX_LAYERS: usize = 3;

/// A form with more text than this many bytes is the whole page (some publishing systems wrap it so) and stays.
const MAX_FORM: usize = 1_000;

/// Markup, references and white space: off, decoded and in order.
///
/// The result is a fixed point: it is not recognised as markup, and no reference is left in it. Escaped markup that
/// unfolds to markup is taken off too; if that goes on for more than three layers, the text is an attack,
/// and its angle brackets are dropped.
pub(super) fn strip(raw: &str, layout: Layout) -> Cleaned<'_> {
    let (mut text, mut taken) = (Cow::Borrowed(raw), Taken::default());
    for layer in 0.. {
        let nature = nature(&text);
        // what came out of the sink is in order by construction
        let tidy = matches!(text, Cow::Owned(_)) || is_tidy(&text, layout);
        if nature == Nature::Plain && tidy && !entity::any_in(&text) {
            break;
        }
        let mut sink = Sink::new(text.len(), layout);
        if nature == Nature::Plain {
            sink.push_str(&text);
        } else if layer < MAX_LAYERS {
            sink = tokenize(&unwrap(&text), nature, sink);
            sink.taken.layers += 1;
        } else {
            sink.no_brackets = true;
            sink.push_str(&text);
        }
        let (cleaned, more) = sink.finish();
        if cleaned == *text {
            break;
        }
        taken.add(more);
        text = Cow::Owned(cleaned);
    }
    Cleaned { text, taken, removed: Vec::new() }
}

/// Takes off what the tokenizer would read otherwise than feeds mean it: CDATA brackets (a comment in HTML) and NULs.
fn unwrap(text: &str) -> Cow<'_, str> {
    let nul = memchr::memchr(0, text.as_bytes()).is_some();
    let cdata = memchr::memmem::find(text.as_bytes(), b"<![CDATA[").is_some();
    let mut text = Cow::Borrowed(text);
    if nul {
        text = Cow::Owned(text.replace('\0', ""));
    }
    if cdata {
        text = Cow::Owned(text.replace("<![CDATA[", "").replace("]]>", ""));
    }
    text
}

fn tokenize(text: &str, nature: Nature, sink: Sink) -> Sink {
    let mut page = Page { sink, nature, dropped: None, form: None, raw: false, pre: false };
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        match event {
            CallbackEvent::OpenStartTag { name } => page.open(name),
            CallbackEvent::EndTag { name } => page.close(name),
            CallbackEvent::String { value } if page.raw => page.sink.taken.element_bytes += value.len(),
            CallbackEvent::String { value } => page.text(&String::from_utf8_lossy(value)),
            _ => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(text, emitter).finish();
    page.sink
}

/// What an element does to the text.
enum Effect {
    /// Nothing: inline.
    Inline,
    /// A break before and after.
    Break(Gap),
    /// Its text is not text at all, and the tokenizer reads it as one piece.
    Raw,
    /// It goes, with what it holds, once its end tag is seen. Without one it stays: better a menu too many than half an article.
    Drop,
}

fn effect(name: &[u8]) -> Effect {
    match name {
        b"script" | b"style" | b"iframe" | b"noscript" | b"noembed" | b"noframe" | b"xmp" => Effect::Raw,
        b"template" | b"svg" | b"math" | b"button" | b"select" | b"nav" | b"object" | b"audio" | b"video"
        | b"canvas" | b"textarea" | b"title" | b"dialog" | b"menu" => Effect::Drop,
        b"br" | b"li" | b"tr" | b"dt" | b"dd" | b"option" => Effect::Break(Gap::Line),
        b"td" | b"th" => Effect::Break(Gap::Space),
        b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"blockquote" | b"section" | b"article"
        | b"aside" | b"header" | b"footer" | b"main" | b"address" | b"figure" | b"figcaption" | b"table" | b"thead"
        | b"tbody" | b"tfoot" | b"caption" | b"ul" | b"ol" | b"dl" | b"hr" | b"pre" | b"form" | b"fieldset"
        | b"details" | b"summary" | b"body" | b"head" | b"html" | b"center" => Effect::Break(Gap::Paragraph),
        _ => Effect::Inline,
    }
}

/// A dropped element that is open.
struct Open {
    name: Vec<u8>,
    /// How many of the same name are open inside each other.
    depth: usize,
    /// Where its text begins.
    mark: usize,
}

struct Page {
    sink: Sink,
    nature: Nature,
    dropped: Option<Open>,
    form: Option<usize>,
    raw: bool,
    pre: bool,
}

impl Page {
    fn open(&mut self, name: &[u8]) {
        // an address in angle brackets looks like a tag to HTML, and like an address to everybody else
        if name.contains(&b'@') {
            self.sink.push_str("<");
            self.sink.push_str(&String::from_utf8_lossy(name));
            self.sink.push_str(">");
            return;
        }
        self.sink.taken.tags += 1;
        match effect(name) {
            Effect::Inline => {}
            Effect::Raw => self.raw = true,
            Effect::Break(gap) if name == b"br" => self.sink.gap(gap),
            Effect::Break(gap) => self.sink.edge(gap),
            Effect::Drop => {
                self.sink.gap(Gap::Space);
                match &mut self.dropped {
                    None => self.dropped = Some(Open { name: name.to_vec(), depth: 1, mark: self.sink.mark() }),
                    Some(open) if open.name == name => open.depth += 1,
                    Some(_) => {}
                }
            }
        }
        if name == b"form" {
            self.form = Some(self.sink.mark());
        }
        self.pre |= name == b"pre";
    }

    fn close(&mut self, name: &[u8]) {
        self.sink.taken.tags += 1;
        match effect(name) {
            Effect::Inline => {}
            Effect::Raw => self.raw = false,
            Effect::Break(gap) => self.sink.edge(gap),
            Effect::Drop => {
                if let Some(open) = self.dropped.as_mut().filter(|open| open.name == name) {
                    open.depth -= 1;
                    if open.depth == 0 {
                        let mark = open.mark;
                        self.dropped = None;
                        self.cut(mark);
                    }
                }
            }
        }
        if name == b"form"
            && let Some(mark) = self.form.take()
            && self.sink.mark().saturating_sub(mark) <= MAX_FORM
        {
            self.cut(mark);
        }
        self.pre &= name != b"pre";
    }

    /// Takes back what came after a mark. Elements that overlap opened later may still be open: their marks come along.
    fn cut(&mut self, mark: usize) {
        self.sink.taken.element_bytes += self.sink.mark().saturating_sub(mark);
        self.sink.truncate(mark);
        if let Some(open) = &mut self.dropped {
            open.mark = open.mark.min(mark);
        }
        self.form = self.form.map(|form| form.min(mark));
    }

    /// Text between tags. In HTML a line break is a space; an empty line, in what feeds send, is a paragraph all the same.
    fn text(&mut self, text: &str) {
        if self.nature == Nature::Inline || self.pre {
            return self.sink.push_str(text);
        }
        let mut rest = text;
        while let Some(at) = memchr::memchr2(b'\n', b'\r', rest.as_bytes()) {
            let (line, tail) = rest.split_at(at);
            self.sink.push_str(line);
            let after = tail.trim_start_matches(|c| {
                matches!(whitespace::kind(c), whitespace::Kind::Space) || matches!(c, '\n' | '\r')
            });
            let gap = tail.get(..tail.len() - after.len()).unwrap_or_default();
            let breaks = gap.bytes().filter(|b| *b == b'\n').count().max(gap.bytes().filter(|b| *b == b'\r').count());
            self.sink.edge(if breaks > 1 { Gap::Paragraph } else { Gap::Space });
            rest = after;
        }
        self.sink.push_str(rest);
    }
}
