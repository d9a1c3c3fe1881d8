//! YAML to a tree of nodes, each with its place. Anchors are followed, within a budget; a key that stands twice is refused.

use std::collections::HashMap;
use std::path::Path;

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use super::finding::{Code, Finding, Place};
use super::node::{Node, Scalar, Value};
use super::variables::{self, Lookup};

/// Most nodes of a configuration, aliases counted out in full.
const MOST_NODES: usize = 20_000;
/// Deepest nesting.
const DEEPEST: usize = 64;

/// How a text is read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    /// The file, for places; none: an option.
    pub file: Option<&'a Path>,
    /// Where everything stands that is not in a file.
    pub place: &'a Place,
    /// The environment; none: `${` is no more than two characters.
    pub lookup: Option<Lookup<'a>>,
}

/// The tree of a text; none if there is nothing in it but comments. Variables that cannot be replaced are told in `findings`,
/// and their keys are left out.
///
/// # Errors
/// The text is not YAML, or more than a configuration needs.
pub(super) fn parse(
    text: &str,
    key: &str,
    reading: Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Node>, Box<Finding>> {
    let mut options = Options::default();
    options.emit_comments = false;
    let events = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { events, reading, findings, anchors: HashMap::new(), nodes: 0 };
    let tree = builder.document(key)?;
    Ok(tree)
}

struct Builder<'a, 'text, I: Iterator<Item = Result<(Event<'text>, Span), ScanError>>> {
    events: I,
    reading: Reading<'a>,
    findings: &'a mut Vec<Finding>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'text, I: Iterator<Item = Result<(Event<'text>, Span), ScanError>>> Builder<'_, 'text, I> {
    fn next(&mut self) -> Result<(Event<'text>, Span), Box<Finding>> {
        match self.events.next() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => {
                let place = self.place(error.marker().line(), error.marker().col());
                Err(refused(place, format!("this is not YAML: {}", error.info()), ""))
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self, key: &str) -> Result<Option<Node>, Box<Finding>> {
        let mut tree = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(tree),
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if tree.is_none() => {
                    let (event, span) = self.next()?;
                    tree = Some(self.node(event, span, key, None, 0)?);
                }
                _ => {
                    let place = self.place_of(span);
                    return Err(refused(place, "a second document begins here", "write one"));
                }
            }
        }
    }

    /// The node that begins with an event. `at` is the place of its key.
    fn node(
        &mut self,
        event: Event<'text>,
        span: Span,
        key: &str,
        at: Option<Place>,
        depth: usize,
    ) -> Result<Node, Box<Finding>> {
        let value_place = self.place_of(span);
        self.nodes += 1;
        if self.nodes > MOST_NODES || depth > DEEPEST {
            return Err(refused(value_place, "this is nested too deep or has too many values", ""));
        }
        let place = at.unwrap_or_else(|| value_place.clone());
        let node = |value| Node { key: key.to_owned(), place: place.clone(), value_place: value_place.clone(), value };
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain && !self.is_text(tag.as_deref(), &value_place)?;
                let may_vary = style == ScalarStyle::Plain;
                (Value::Scalar(self.scalar(&text, key, (is_plain, may_vary), &place)), anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.is_text(tag.as_deref(), &value_place)?;
                (Value::List(self.list(key, depth)?), anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.is_text(tag.as_deref(), &value_place)?;
                (Value::Map(self.map(key, depth)?), anchor)
            }
            Event::Alias(id) => {
                let Some(found) = self.anchors.get(&id).cloned() else {
                    return Err(refused(value_place, "this alias is of something that it stands in", ""));
                };
                return self.alias(found, key, &place);
            }
            _ => return Err(refused(value_place, "this is not YAML: a value is missing", "")),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node(value.clone()));
        }
        Ok(node(value))
    }

    fn list(&mut self, key: &str, depth: usize) -> Result<Vec<Node>, Box<Finding>> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(items);
            }
            let key = format!("{key}[{}]", items.len());
            items.push(self.node(event, span, &key, None, depth + 1)?);
        }
    }

    fn map(&mut self, key: &str, depth: usize) -> Result<Vec<(String, Node)>, Box<Finding>> {
        let mut members: Vec<(String, Node)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let at = self.place_of(span);
            let name = match event {
                Event::MappingEnd => return Ok(members),
                Event::Scalar(name, ..) => name.into_owned(),
                _ => return Err(refused(at, "a key must be a word", "write key: value")),
            };
            let whole = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            let (event, span) = self.next()?;
            let child = self.node(event, span, &whole, Some(at.clone()), depth + 1)?;
            if let Some((_, first)) = members.iter().find(|(known, _)| *known == name) {
                let message = format!("stands here and at {}", first.place);
                self.findings.push(Finding::error(Code::Syntax, &whole, message, "write it once").at(at));
            } else {
                members.push((name, child));
            }
        }
    }

    /// A scalar with its variables replaced. One that cannot be made is told, and empty.
    fn scalar(&mut self, text: &str, key: &str, (is_plain, may_vary): (bool, bool), place: &Place) -> Scalar {
        let lookup = self.reading.lookup.filter(|_| may_vary);
        let replaced = lookup.map_or(Ok(None), |lookup| variables::replace(text, lookup));
        match replaced {
            Ok(Some(made)) => Scalar { text: made, is_plain, written: Some(text.to_owned()) },
            Ok(None) => Scalar { text: text.to_owned(), is_plain, written: None },
            Err(wrong) => {
                let finding = Finding::error(Code::Variable, key, wrong.message, wrong.advice);
                self.findings.push(finding.at(place.clone()));
                Scalar { text: String::new(), is_plain, written: Some(text.to_owned()) }
            }
        }
    }

    /// What an alias stands for, under its own key.
    fn alias(&mut self, mut found: Node, key: &str, place: &Place) -> Result<Node, Box<Finding>> {
        self.nodes += rename(&mut found, key);
        found.place = place.clone();
        if self.nodes > MOST_NODES {
            return Err(refused(place.clone(), "too many values by aliases", ""));
        }
        Ok(found)
    }

    /// Whether a tag makes a text of a scalar. No other tag means anything here.
    fn is_text(&self, tag: Option<&Tag>, place: &Place) -> Result<bool, Box<Finding>> {
        match tag.map(|tag| (tag, tag.core_suffix())) {
            None => Ok(false),
            Some((_, Some("str"))) => Ok(true),
            Some((_, Some(_))) => Ok(false),
            Some((tag, None)) => {
                let message = format!("the tag {}{} means nothing here", tag.handle(), tag.suffix());
                Err(refused(place.clone(), message, "leave it out, or quote the value"))
            }
        }
    }

    fn place_of(&self, span: Span) -> Place {
        self.place(span.start.line(), span.start.col())
    }

    fn place(&self, line: usize, column: usize) -> Place {
        match self.reading.file {
            Some(path) => Place::File { path: path.to_owned(), line, column: column + 1 },
            None => self.reading.place.clone(),
        }
    }
}

fn refused(place: Place, message: impl Into<String>, advice: &str) -> Box<Finding> {
    Box::new(Finding::error(Code::Syntax, "", message, advice).at(place))
}

/// Gives a copied tree the keys of where it now stands. Returns how many nodes it has.
fn rename(node: &mut Node, key: &str) -> usize {
    key.clone_into(&mut node.key);
    match &mut node.value {
        Value::Scalar(_) => 1,
        Value::List(items) => {
            1 + items
                .iter_mut()
                .enumerate()
                .map(|(index, item)| rename(item, &format!("{key}[{index}]")))
                .sum::<usize>()
        }
        Value::Map(members) => {
            1 + members.iter_mut().map(|(name, child)| rename(child, &format!("{key}.{name}"))).sum::<usize>()
        }
    }
}
