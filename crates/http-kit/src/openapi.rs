//! The notation of OpenAPI documents: written as 3.1, sent as 3.0, because the tools that existing clients are
//! generated with read that.

use portico_model::JsonObject;
use serde_json::{Value, json};

/// The version of the notation that is sent.
const VERSION: &str = "3.0.3";

/// A document of OpenAPI 3.1, in the notation of 3.0: `null` is no type but `nullable`, names of properties have no
/// schema, and an object that lists no properties says that it is open.
#[must_use]
pub fn openapi_3_0(mut document: Value) -> Value {
    convert(&mut document);
    if let Some(object) = document.as_object_mut() {
        object.insert("openapi".to_owned(), VERSION.into());
    }
    document
}

fn convert(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(convert),
        Value::Object(object) => {
            object.values_mut().for_each(convert);
            convert_types(object);
            convert_variants(object);
            lower_reference(object);
            open(object);
        }
        _ => {}
    }
}

/// `"type": ["string", "null"]` is a nullable text.
fn convert_types(object: &mut JsonObject) {
    let Some(Value::Array(types)) = object.get("type") else { return };
    let rest: Vec<Value> = types.iter().filter(|name| *name != "null").cloned().collect();
    let is_nullable = rest.len() < types.len();
    match <[Value; 1]>::try_from(rest) {
        Ok([only]) => {
            object.insert("type".to_owned(), only);
        }
        // Several types have no notation but that anything may be there.
        Err(_) => {
            object.shift_remove("type");
        }
    }
    if is_nullable {
        object.insert("nullable".to_owned(), true.into());
    }
}

/// `null` among the variants makes the rest nullable; a single variant needs no choice.
fn convert_variants(object: &mut JsonObject) {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(variants)) = object.get_mut(key) else { continue };
        let before = variants.len();
        variants.retain(|variant| variant.get("type") != Some(&json!("null")));
        if variants.len() == before {
            continue;
        }
        object.insert("nullable".to_owned(), true.into());
        let single = match object.get(key) {
            Some(Value::Array(variants)) if variants.len() == 1 => variants.first().cloned(),
            _ => None,
        };
        let Some(single) = single else { continue };
        object.shift_remove(key);
        match single {
            Value::Object(only) => {
                for (name, value) in only {
                    object.entry(name).or_insert(value);
                }
            }
            other => {
                object.insert("allOf".to_owned(), json!([other]));
            }
        }
    }
}

/// Nothing may stand beside a reference, so it goes one deeper.
fn lower_reference(object: &mut JsonObject) {
    if object.len() > 1
        && let Some(reference) = object.shift_remove("$ref")
    {
        object.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

fn open(object: &mut JsonObject) {
    if object.get("type") != Some(&json!("object")) {
        return;
    }
    object.shift_remove("propertyNames");
    if !["properties", "additionalProperties"].iter().any(|key| object.contains_key(*key)) {
        object.insert("additionalProperties".to_owned(), true.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(schema: Value) -> Value {
        openapi_3_0(json!({ "openapi": "3.1.0", "schema": schema }))["schema"].take()
    }

    #[test]
    fn null_is_a_property_of_the_schema() {
        assert_eq!(
            schema(json!({ "type": ["string", "null"] })),
            json!({ "type": "string", "nullable": true })
        );
        assert_eq!(
            schema(json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/x" }], "description": "d" })),
            json!({ "description": "d", "nullable": true, "allOf": [{ "$ref": "#/x" }] })
        );
        assert_eq!(
            schema(json!({ "oneOf": [{ "type": "null" }, { "type": "number" }] })),
            json!({ "nullable": true, "type": "number" })
        );
        assert_eq!(
            schema(json!({ "oneOf": [{ "type": "null" }, { "type": "number" }, { "type": "string" }] })),
            json!({ "oneOf": [{ "type": "number" }, { "type": "string" }], "nullable": true })
        );
    }

    #[test]
    fn an_object_without_properties_is_open() {
        assert_eq!(
            schema(json!({ "type": "object" })),
            json!({ "type": "object", "additionalProperties": true })
        );
        let described = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        assert_eq!(schema(described.clone()), described);
    }

    #[test]
    fn the_version_is_named() {
        assert_eq!(openapi_3_0(json!({ "openapi": "3.1.0" })), json!({ "openapi": VERSION }));
    }
}
