//! A configuration written out in the order of its types: the tree that `config show` and the reference walk.

use serde_json::Value as Json;

use super::Config;
use super::finding::Place;
use super::node::{Node, Scalar, Value};
use super::yaml::{self, Reading};

/// The configuration as a tree, its members in the order in which the types name them. Secrets are masked.
pub(super) fn of(config: &Config) -> Node {
    let reading = Reading { file: None, place: &Place::Default, lookup: None };
    let text = serde_saphyr::to_string(config).unwrap_or_default();
    // What our own writer wrote is YAML; a test reads it back.
    yaml::parse(&text, "", reading, &mut Vec::new()).ok().flatten().unwrap_or_else(|| Node::empty(""))
}

/// A group of keys, or a value.
pub(super) struct Entry<'a> {
    pub node: &'a Node,
    /// The last part of its key.
    pub name: &'a str,
    /// How many groups are above it.
    pub depth: usize,
    pub is_group: bool,
}

/// Groups and values from the top; a list is a value, and so is a group that is empty.
pub(super) fn entries(tree: &Node) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    collect(tree, 0, &mut found);
    found
}

fn collect<'a>(tree: &'a Node, depth: usize, found: &mut Vec<Entry<'a>>) {
    let Value::Map(members) = &tree.value else { return };
    for (name, node) in members {
        let is_group = matches!(&node.value, Value::Map(below) if !below.is_empty());
        found.push(Entry { node, name, depth, is_group });
        if is_group {
            collect(node, depth + 1, found);
        }
    }
}

/// A value on one line.
pub(super) fn flow(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => scalar_text(scalar),
        Value::List(items) => format!("[{}]", items.iter().map(within).collect::<Vec<_>>().join(", ")),
        Value::Map(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, node)| format!("{}: {}", quoted_key(name), within(node))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn scalar_text(scalar: &Scalar) -> String {
    // What ends in a colon or holds a dollar is quoted, though it need not be.
    let is_simple = scalar.is_plain
        && scalar.text.chars().all(|c| is_plain(c) && !matches!(c, '#' | '$'))
        && !scalar.text.ends_with(':');
    if is_simple && !scalar.text.is_empty() { scalar.text.clone() } else { quoted(&scalar.text) }
}

/// The same within brackets, where more characters mean something.
fn within(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) if scalar.text.contains([',', '[', ']', '{', '}', ':']) => quoted(&scalar.text),
        _ => flow(node),
    }
}

/// A name as it stands before its colon.
pub(super) fn quoted_key(name: &str) -> String {
    let is_simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_simple);
    if is_word { name.to_owned() } else { quoted(name) }
}

/// Text in quotes. What YAML does not take as it is, or nobody would see, is escaped.
fn quoted(text: &str) -> String {
    let mut made = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => made.extend(['\\', c]),
            '\n' => made.push_str("\\n"),
            c if is_plain(c) => made.push(c),
            c => made.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    made.push('"');
    made
}

fn is_plain(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric()
}

/// A value as JSON.
pub(super) fn json(node: &Node) -> Json {
    match &node.value {
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(members) => Json::Object(members.iter().map(|(name, node)| (name.clone(), json(node))).collect()),
        Value::Scalar(scalar) if scalar.is_null() => Json::Null,
        Value::Scalar(scalar) if !scalar.is_plain => Json::from(scalar.text.as_str()),
        Value::Scalar(scalar) => match scalar.text.as_str() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            text => text.parse::<serde_json::Number>().map_or_else(|_| Json::from(text), Json::Number),
        },
    }
}
