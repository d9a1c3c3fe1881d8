//! Every key with its type, default and meaning, from the types and their comments: the full commented file, and the table.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::node::{Node, Value};
use super::outline::{self, Entry};
use super::{Config, schema};

/// Where comments are broken.
const WIDTH: usize = 110;

/// What the types say of a key.
struct About {
    kind: String,
    meaning: String,
    /// Values that the key may have, each with what it means.
    choices: Vec<(String, String)>,
    /// The keys of a list's items.
    items: Vec<(String, Json)>,
}

/// The types' schema, to look keys up in.
struct Types {
    schema: Json,
    definitions: Json,
}

impl Types {
    fn new() -> Self {
        let schema = schema::types();
        let definitions = schema.get("$defs").cloned().unwrap_or_default();
        Self { schema, definitions }
    }

    /// The schema of a key, given that of the group that it is in.
    fn resolved(&self, schema: &Json) -> Json {
        schema::resolved(schema, &self.definitions)
    }

    fn property(&self, key: &str) -> Json {
        key.split('.').fold(self.schema.clone(), |schema, name| {
            self.resolved(&schema).get("properties").and_then(|all| all.get(name)).cloned().unwrap_or_default()
        })
    }

    fn about(&self, property: &Json) -> About {
        let resolved = self.resolved(property);
        let own = property.get("description").or_else(|| resolved.get("description"));
        let choices = choices(&resolved);
        let kind = if choices.is_empty() { self.kind(property, &resolved) } else { "one of these".into() };
        let item = resolved.get("items").map(|items| self.resolved(items));
        let items = item.as_ref().map(members);
        let meaning = own.and_then(Json::as_str).unwrap_or_default();
        let meaning = on_one_line(meaning);
        About { kind, meaning, choices, items: items.unwrap_or_default() }
    }

    fn kind(&self, property: &Json, resolved: &Json) -> String {
        if let Some(several) = resolved.get("anyOf").and_then(Json::as_array) {
            let kinds: Vec<String> = several.iter().map(|one| self.kind(one, &self.resolved(one))).collect();
            return kinds.join(" or ");
        }
        let word = |schema: &Json, name: &str| schema.get(name).and_then(Json::as_str).map(str::to_owned);
        if let Some(only) = word(resolved, "const") {
            return format!("`{only}`");
        }
        let choices = choices(resolved);
        if !choices.is_empty() {
            return choices.into_iter().map(|(value, _)| format!("`{value}`")).collect::<Vec<_>>().join(", ");
        }
        if resolved.get("$ref").is_some() {
            return self.kind(resolved, &self.resolved(resolved));
        }
        match word(property, "$ref").unwrap_or_default().rsplit('/').next() {
            Some("Period") => return "time".into(),
            Some("Bytes") => return "size".into(),
            _ => {}
        }
        let kinds = match resolved.get("type") {
            Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            _ => Vec::from_iter(word(resolved, "type")),
        };
        let named = kinds.iter().map(|kind| self.simple(kind, resolved));
        named.collect::<Vec<_>>().join(" or ")
    }

    fn simple(&self, kind: &str, schema: &Json) -> String {
        let bound = |name: &str| {
            schema.get(name).map(|bound| bound.as_f64().map_or_else(|| bound.to_string(), |b| b.to_string()))
        };
        let range = match (bound("minimum"), bound("maximum")) {
            (Some(least), Some(most)) => format!(", {least} to {most}"),
            (Some(least), None) if least != "0" => format!(", at least {least}"),
            _ => String::new(),
        };
        match kind {
            "string" => "text".into(),
            "integer" => format!("whole number{range}"),
            "number" => format!("number{range}"),
            "boolean" => "`true` or `false`".into(),
            "array" => {
                let item = schema.get("items").cloned().unwrap_or_default();
                let of = self.kind(&item, &self.resolved(&item));
                if of.is_empty() || of == "names and values" { "list".into() } else { format!("list of {of}") }
            }
            "object" => "names and values".into(),
            other => other.to_owned(),
        }
    }
}

/// Comments are broken where the source is.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The keys of a list's items, those that must be written first.
fn members(item: &Json) -> Vec<(String, Json)> {
    let all = item.get("properties").and_then(Json::as_object);
    let required = item.get("required").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let place = |name: &str| required.iter().position(|one| one == name).unwrap_or(usize::MAX);
    let mut members: Vec<(String, Json)> =
        all.into_iter().flatten().map(|(name, schema)| (name.clone(), schema.clone())).collect();
    members.sort_by_key(|(name, _)| place(name));
    members
}

/// Values with what each means.
fn choices(schema: &Json) -> Vec<(String, String)> {
    let word = |one: &Json, name: &str| one.get(name).and_then(Json::as_str).map(str::to_owned);
    let all = schema.get("oneOf").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter_map(|one| Some((word(one, "const")?, on_one_line(&word(one, "description").unwrap_or_default()))))
        .collect()
}

/// The full file: every key with its default, and what it means above it.
pub fn reference_yaml() -> String {
    let (types, tree) = (Types::new(), outline::of(&Config::default()));
    let mut text = String::from(
        "# yaml-language-server: $schema=copydesk.schema.json\n\
         # Every key of copydesk with its default; an empty file means the same. Made by `copydesk config reference`.\n\
         # Plain values may hold variables of the environment: ${NAME}, ${NAME:-default}, ${NAME:?message}.\n",
    );
    for Entry { node, name, depth, is_group } in outline::entries(&tree) {
        let indentation = "  ".repeat(depth);
        let about = types.about(&types.property(&node.key));
        if depth == 0 {
            text.push('\n');
        }
        // Of the others the default shows the type.
        let is_worth_telling = !is_group && (about.kind.contains("null") || about.kind.contains("list of"));
        let kind = if is_worth_telling { format!(" ({})", about.kind.replace('`', "")) } else { String::new() };
        comment(&mut text, &indentation, &format!("{}{kind}", about.meaning));
        for (value, meaning) in &about.choices {
            comment(&mut text, &indentation, &format!("  {value}: {meaning}"));
        }
        for (name, schema) in &about.items {
            let about = types.about(schema);
            comment(&mut text, &indentation, &format!("  {name}: {} ({})", about.meaning, about.kind.replace('`', "")));
        }
        let value = if is_group { String::new() } else { value(node, &indentation) };
        let _ = writeln!(text, "{indentation}{}:{value}", outline::quoted_key(name));
    }
    text
}

/// A value behind its key: on the same line, or the items of a list that is too long for it below.
fn value(node: &Node, indentation: &str) -> String {
    let on_one_line = outline::flow(node);
    match &node.value {
        Value::List(items) if on_one_line.len() > WIDTH => {
            items.iter().map(|item| format!("\n{indentation}  - {}", outline::flow(item))).collect()
        }
        _ => format!(" {on_one_line}"),
    }
}

/// A comment, broken into lines.
fn comment(text: &mut String, indentation: &str, words: &str) {
    let lead = words.len() - words.trim_start().len();
    let mut line = String::from(words.get(..lead).unwrap_or_default());
    for word in words.split_whitespace() {
        if line.len() + word.len() + indentation.len() > WIDTH && !line.trim().is_empty() {
            let _ = writeln!(text, "{indentation}# {}", line.trim_end());
            line = " ".repeat(if lead > 0 { lead + 2 } else { 0 });
        }
        line.push_str(word);
        line.push(' ');
    }
    if !line.trim().is_empty() {
        let _ = writeln!(text, "{indentation}# {}", line.trim_end());
    }
}

/// What stands above the table.
const PREFACE: &str = include_str!("reference.md");

/// The table of all keys, as a page.
pub fn reference_markdown() -> String {
    let (types, tree) = (Types::new(), outline::of(&Config::default()));
    let mut text = format!("{PREFACE}| key | type | default | meaning |\n|---|---|---|---|\n");
    for Entry { node, is_group, .. } in outline::entries(&tree) {
        let about = types.about(&types.property(&node.key));
        if is_group {
            let _ = writeln!(text, "| **`{}`** | | | {} |", node.key, cell(&about.meaning));
            continue;
        }
        let choices = about.choices.iter().map(|(value, meaning)| format!("<br>`{value}`: {meaning}"));
        let (meaning, choices) = (cell(&about.meaning), cell(&choices.collect::<String>()));
        let _ = writeln!(text, "| `{}` | {} | `{}` | {meaning}{choices} |", node.key, about.kind, outline::flow(node));
        for (name, schema) in &about.items {
            let about = types.about(schema);
            let _ = writeln!(text, "| `{}[].{name}` | {} | | {} |", node.key, about.kind, cell(&about.meaning));
        }
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
