//! The effective configuration, each value with where it comes from. Secrets are masked.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::finding::Place;
use super::load::Loaded;
use super::node::{Node, Value};
use super::outline::{self, Entry};

impl Loaded {
    /// As YAML that can be read back, the origins as comments.
    pub fn as_yaml(&self) -> String {
        let tree = outline::of(&self.config);
        let mut text = String::new();
        for Entry { node, name, depth, is_group } in outline::entries(&tree) {
            let (indentation, name) = ("  ".repeat(depth), outline::quoted_key(name));
            let _ = if is_group {
                writeln!(text, "{indentation}{name}:")
            } else {
                writeln!(text, "{indentation}{name}: {}  # {}", outline::flow(node), self.origin(&node.key).0)
            };
        }
        text
    }

    /// As one JSON object: each key with `value`, `origin` (`default`, `file`, `option`), the place, and how it was written if
    /// it has variables in it.
    pub fn as_json(&self) -> Json {
        let tree = outline::of(&self.config);
        let mut members = Map::new();
        for Entry { node, .. } in outline::entries(&tree).into_iter().filter(|entry| !entry.is_group) {
            let (_, mut origin) = self.origin(&node.key);
            if let Some(origin) = origin.as_object_mut() {
                origin.insert("value".into(), outline::json(node));
            }
            members.insert(node.key.clone(), origin);
        }
        Json::Object(members)
    }

    /// Where a value comes from, in words and for programs.
    fn origin(&self, key: &str) -> (String, Json) {
        let written = self.written.find(key);
        let variable = written.and_then(variable);
        match written.map(|node| &node.place) {
            None | Some(Place::Default) => ("default".into(), json!({"origin": "default"})),
            Some(Place::Option(_)) => ("--set".into(), json!({"origin": "option"})),
            Some(Place::File { path, line, column }) => {
                let path = path.display().to_string();
                let suffix = variable.map(|written| format!(", {written}")).unwrap_or_default();
                let words = format!("{path}:{line}{}", suffix.replace('\n', " "));
                let origin =
                    json!({"origin": "file", "file": path, "line": line, "column": column, "written": variable});
                (words, origin)
            }
        }
    }
}

/// How a scalar was written, if it has variables in it.
fn variable(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(scalar) => scalar.written.as_deref(),
        _ => None,
    }
}
