//! JSON schemas of an OpenAPI document in one normal form.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Schemas nested deeper than this count as anything; only recursive ones are.
const MAX_DEPTH: usize = 24;

/// An OpenAPI document.
pub struct Document(Value);

/// A schema in normal form.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    nullable: bool,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Any,
    /// `string`, `number`, `boolean`, `null`.
    Scalar(String),
    Enum(BTreeSet<String>),
    Array(Box<Shape>),
    /// An object whose keys are data.
    Map(Box<Shape>),
    Object {
        properties: BTreeMap<String, Shape>,
        required: BTreeSet<String>,
    },
    OneOf(Vec<Shape>),
}

impl Document {
    /// Wraps a parsed document.
    pub fn parse(document: Value) -> Self {
        Self(document)
    }

    /// Operations by method and path; names of path parameters do not count.
    pub fn operations(&self) -> BTreeMap<String, Value> {
        let mut operations = BTreeMap::new();
        for (path, item) in self.0["paths"].as_object().into_iter().flatten() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if let Some(operation) = item.get(method) {
                    operations
                        .insert(format!("{} {}", method.to_uppercase(), anonymous(path)), operation.clone());
                }
            }
        }
        operations
    }

    /// The schema of a request's or a response's JSON; `None` when there is no body or no description of it.
    pub fn body(&self, holder: &Value) -> Option<Shape> {
        let (_, content) = holder.get("content")?.as_object()?.iter().next()?;
        content.get("schema").map(|schema| self.shape(schema, 0))
    }

    fn shape(&self, schema: &Value, depth: usize) -> Shape {
        let any = Shape { nullable: false, kind: Kind::Any };
        if depth > MAX_DEPTH {
            return any;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.0.pointer(reference.trim_start_matches('#'));
            return target.map_or(any, |target| self.shape(target, depth + 1));
        }
        let is_nullable = schema.get("nullable") == Some(&Value::Bool(true));
        let mut shape = self.own_shape(schema, depth);
        shape.nullable |= is_nullable;
        shape
    }

    fn own_shape(&self, schema: &Value, depth: usize) -> Shape {
        for key in ["oneOf", "anyOf"] {
            if let Some(variants) = schema.get(key).and_then(Value::as_array) {
                return unite(variants.iter().map(|variant| self.shape(variant, depth + 1)).collect());
            }
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return merge(parts.iter().map(|part| self.shape(part, depth + 1)).collect());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let texts = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            let nullable = values.contains(&Value::Null) || types(schema).1;
            return Shape { nullable, kind: Kind::Enum(texts) };
        }
        let (name, nullable) = types(schema);
        let kind = match name.as_deref() {
            Some("array") => Kind::Array(Box::new(self.shape(&schema["items"], depth + 1))),
            Some("object") => self.object(schema, depth),
            Some("integer") => Kind::Scalar("number".to_owned()),
            Some(other) => Kind::Scalar(other.to_owned()),
            None if schema.get("properties").is_some() => self.object(schema, depth),
            None => Kind::Any,
        };
        Shape { nullable, kind }
    }

    fn object(&self, schema: &Value, depth: usize) -> Kind {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            let values = match schema.get("additionalProperties") {
                Some(values @ Value::Object(_)) => self.shape(values, depth + 1),
                _ => Shape { nullable: false, kind: Kind::Any },
            };
            return Kind::Map(Box::new(values));
        };
        let shapes = |properties: &Map<String, Value>| {
            properties.iter().map(|(name, value)| (name.clone(), self.shape(value, depth + 1))).collect()
        };
        let required = schema["required"].as_array().into_iter().flatten();
        Kind::Object {
            properties: shapes(properties),
            required: required.filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}

/// The type, and whether `null` is another.
fn types(schema: &Value) -> (Option<String>, bool) {
    match schema.get("type") {
        Some(Value::String(name)) => (Some(name.clone()), false),
        Some(Value::Array(names)) => {
            let mut rest = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            (rest.next().map(str::to_owned), names.iter().any(|name| name == "null"))
        }
        _ => (None, false),
    }
}

fn anonymous(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// One of several; texts and lists of texts become one.
fn unite(variants: Vec<Shape>) -> Shape {
    let mut nullable = false;
    let mut kinds: Vec<Shape> = Vec::new();
    for variant in variants {
        nullable |= variant.nullable;
        match variant.kind {
            Kind::Scalar(name) if name == "null" => nullable = true,
            Kind::Enum(texts) => match kinds.iter_mut().find_map(|shape| match &mut shape.kind {
                Kind::Enum(known) => Some(known),
                _ => None,
            }) {
                Some(known) => known.extend(texts),
                None => kinds.push(Shape { nullable: false, kind: Kind::Enum(texts) }),
            },
            kind => {
                let shape = Shape { nullable: false, kind };
                if !kinds.contains(&shape) {
                    kinds.push(shape);
                }
            }
        }
    }
    let has_text = kinds.iter().any(|shape| shape.kind == Kind::Scalar("string".to_owned()));
    if has_text {
        kinds.retain(|shape| !matches!(shape.kind, Kind::Enum(_)));
    }
    match (kinds.len(), kinds.pop()) {
        (1, Some(only)) => Shape { nullable, kind: only.kind },
        (_, last) => {
            kinds.extend(last);
            Shape { nullable, kind: Kind::OneOf(kinds) }
        }
    }
}

/// All of several objects.
fn merge(parts: Vec<Shape>) -> Shape {
    let mut nullable = false;
    let (mut properties, mut required) = (BTreeMap::new(), BTreeSet::new());
    for part in parts {
        nullable |= part.nullable;
        match part.kind {
            Kind::Object { properties: more, required: also } => {
                properties.extend(more);
                required.extend(also);
            }
            Kind::Any | Kind::Map(_) => {}
            other => return Shape { nullable, kind: other },
        }
    }
    Shape { nullable, kind: Kind::Object { properties, required } }
}

impl Shape {
    /// Writes down where this shape is not the expected one.
    pub fn differences(&self, expected: &Self, place: &str, found: &mut Vec<String>) {
        if self.nullable != expected.nullable {
            let word = if self.nullable { "may be null" } else { "is never null" };
            found.push(format!("{place}: {word}"));
        }
        match (&self.kind, &expected.kind) {
            (Kind::Array(actual), Kind::Array(expected)) => {
                actual.differences(expected, &format!("{place}[]"), found);
            }
            (Kind::Map(actual), Kind::Map(expected)) => {
                actual.differences(expected, &format!("{place}.*"), found)
            }
            (
                Kind::Object { properties, required },
                Kind::Object { properties: expected_properties, required: expected_required },
            ) => {
                for (name, expected) in expected_properties {
                    match properties.get(name) {
                        Some(actual) => actual.differences(expected, &format!("{place}.{name}"), found),
                        None => found.push(format!("{place}.{name}: missing")),
                    }
                }
                for name in properties.keys().filter(|name| !expected_properties.contains_key(*name)) {
                    found.push(format!("{place}.{name}: not expected"));
                }
                for name in required.symmetric_difference(expected_required) {
                    if properties.contains_key(name) && expected_properties.contains_key(name) {
                        let word = if required.contains(name) { "required" } else { "optional" };
                        found.push(format!("{place}.{name}: {word}"));
                    }
                }
            }
            (Kind::OneOf(actual), Kind::OneOf(expected)) => {
                let same = |shape: &Self, others: &[Self]| others.contains(shape);
                let equal = actual.iter().all(|shape| same(shape, expected))
                    && expected.iter().all(|shape| same(shape, actual));
                if !equal {
                    found.push(format!("{place}: other variants"));
                }
            }
            (actual, expected) if actual == expected => {}
            (actual, expected) => {
                found.push(format!("{place}: {}, expected {}", actual.name(), expected.name()))
            }
        }
    }
}

impl Kind {
    fn name(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Scalar(name) => name.clone(),
            Self::Enum(texts) => format!("one of {}", texts.iter().cloned().collect::<Vec<_>>().join(" ")),
            Self::Array(_) => "list".to_owned(),
            Self::Map(_) => "object with free keys".to_owned(),
            Self::Object { .. } => "object".to_owned(),
            Self::OneOf(_) => "one of several".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn compare(actual: Value, expected: Value) -> Vec<String> {
        let document =
            Document::parse(json!({ "components": { "schemas": { "Name": { "type": "string" } } } }));
        let mut found = Vec::new();
        document.shape(&actual, 0).differences(&document.shape(&expected, 0), "x", &mut found);
        found
    }

    #[test]
    fn notation_does_not_count() {
        let same = [
            (json!({ "type": ["string", "null"] }), json!({ "type": "string", "nullable": true })),
            (json!({ "$ref": "#/components/schemas/Name" }), json!({ "type": "string", "format": "url" })),
            (
                json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Name" }] }),
                json!({ "type": "string", "nullable": true }),
            ),
            (json!({ "type": "integer" }), json!({ "type": "number", "minimum": 1 })),
            (
                json!({ "type": "string", "enum": ["b", "a", "c"] }),
                json!({ "oneOf": [{ "enum": ["a", "b"] }, { "enum": ["c"] }] }),
            ),
            (
                json!({ "allOf": [
                    { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
                    { "type": "object", "properties": { "b": { "type": "boolean" } } },
                ] }),
                json!({ "type": "object", "required": ["a"],
                    "properties": { "a": { "type": "string" }, "b": { "type": "boolean" } } }),
            ),
            (json!({ "type": "object" }), json!({ "type": "object", "additionalProperties": true })),
        ];
        for (actual, expected) in same {
            assert_eq!(compare(actual, expected), Vec::<String>::new());
        }
    }

    #[test]
    fn everything_else_counts() {
        let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required });
        let text = json!({ "type": "string" });
        for (actual, expected, difference) in [
            (object(json!({}), json!([])), object(json!({ "a": text }), json!([])), "x.a: missing"),
            (object(json!({ "a": text }), json!([])), object(json!({}), json!([])), "x.a: not expected"),
            (
                object(json!({ "a": text }), json!(["a"])),
                object(json!({ "a": text }), json!([])),
                "x.a: required",
            ),
            (
                json!({ "type": "array", "items": text }),
                json!({ "type": "array", "items": { "type": "boolean" } }),
                "x[]: string, expected boolean",
            ),
            (json!({ "enum": ["a"] }), json!({ "enum": ["a", "b"] }), "x: one of a, expected one of a b"),
            (json!({ "type": ["string", "null"] }), text.clone(), "x: may be null"),
        ] {
            assert_eq!(compare(actual, expected), [difference]);
        }
    }
}
