//! The JSON Schema of the file, for editors and for the reference.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json, json};

use super::Config;

/// The schema for editors: what `types` says, and `${VARIABLES}` wherever they may stand.
pub fn schema() -> Json {
    let mut schema = types();
    let definitions = schema.get("$defs").cloned().unwrap_or_default();
    with_variables(&mut schema, &definitions);
    if let Some(all) = schema.get_mut("$defs").and_then(Json::as_object_mut) {
        all.values_mut().for_each(|one| with_variables(one, &definitions));
    }
    schema
}

/// The schema as the types tell it.
pub(super) fn types() -> Json {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Config>();
    schema.insert("title".into(), "Configuration of copydesk".into());
    schema.to_value()
}

/// Each property that is neither text nor holds others may also be a variable.
fn with_variables(schema: &mut Json, definitions: &Json) {
    let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) else { return };
    for property in properties.values_mut() {
        let Some(members) = property.as_object() else { continue };
        let is_free = is_kind(members, "string") && !members.contains_key("pattern");
        if is_free || holds_others(&resolved(property, definitions)) {
            continue;
        }
        let (about, kind): (Map<String, Json>, Map<String, Json>) =
            members.clone().into_iter().partition(|(name, _)| matches!(name.as_str(), "description" | "default"));
        let mut about = about;
        about.insert("anyOf".into(), json!([kind, {"type": "string", "pattern": r"\$\{.+\}"}]));
        *property = Json::Object(about);
    }
}

/// A schema with the definition that it refers to; of several it may be, the first.
pub(super) fn resolved(schema: &Json, definitions: &Json) -> Json {
    let first = schema.get("anyOf").and_then(|any| any.get(0)).filter(|first| first.get("$ref").is_some());
    let name = first.unwrap_or(schema).get("$ref").and_then(Json::as_str).and_then(|at| at.rsplit('/').next());
    name.and_then(|name| definitions.get(name)).unwrap_or(schema).clone()
}

fn is_kind(members: &Map<String, Json>, kind: &str) -> bool {
    members
        .get("type")
        .is_some_and(|told| told == kind || told.as_array().is_some_and(|all| all.iter().any(|one| one == kind)))
}

fn holds_others(schema: &Json) -> bool {
    let members = schema.as_object();
    members.is_some_and(|members| is_kind(members, "object") || is_kind(members, "array"))
}
