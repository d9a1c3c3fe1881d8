//! The JSON Schema of the output record, generated from its types. Closed: a release writes no member that is not in it.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde_json::Value;

use super::Enriched;

/// The schema of `copydesk.enriched/1`, draft 2020-12.
pub fn enriched_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Enriched<'_>>();
    RecursiveTransform(close).transform(&mut schema);
    schema.insert("title".into(), "copydesk.enriched/1".into());
    schema.to_value()
}

/// An object that lists its members has no others.
fn close(schema: &mut schemars::Schema) {
    if schema.get("properties").is_some() {
        schema.insert("additionalProperties".into(), Value::Bool(false));
    }
}
