//! The operations of the served OpenAPI document, each with a request that the document allows.

use super::possessions::{Possessions, kind_of_field};
use crate::harness::{Answer, Caller, NOW_MS};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Map, Value, json};

const BOUNDARY: &str = "boundary";

/// One operation of the document.
pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
    pub documented: Vec<u16>,
    parameters: Vec<(String, Value)>,
    /// Query parameters it cannot do without.
    queries: Vec<String>,
    body: Option<Content>,
}

/// What a request carries.
enum Content {
    Json(Value),
    Form,
}

impl Operation {
    /// Whether it wants a token for this API.
    pub fn is_closed(&self) -> bool {
        // Hasura asks about tokens for a resource of its own choice, not for this API.
        self.documented.contains(&401) && self.id != "GetHasuraAuth"
    }

    /// Whether what its body names is looked up. An account at a social provider has a `userId` of its own, and the
    /// organizations of a one-time token are looked up, in the tenant, when somebody comes with it.
    fn looks_up_its_body(&self) -> bool {
        !["ReplaceUserIdentity", "AddOneTimeTokens"].contains(&&*self.id)
    }

    /// The names in its path, each with the segment before it.
    pub fn path_parameters(&self) -> Vec<(&str, &str)> {
        let segments: Vec<&str> = self.path.split('/').collect();
        let named = segments.windows(2).filter(|pair| pair[1].starts_with('{'));
        named.map(|pair| (pair[0], pair[1].trim_matches(['{', '}']))).collect()
    }

    /// A value for a parameter that names no entity of a tenant: the first that the document lists, or a fixed one.
    pub fn plain_value(&self, name: &str) -> Option<String> {
        let fixed = match name {
            "domain" => Some("app.example.com"),
            // Keys of one's own: whatever stands here is the caller's.
            "languageTag" => Some("it"),
            "target" => Some("site"),
            "factoryId" => Some("github"),
            "id" if self.path.starts_with("/api/connector-factories/") => Some("github"),
            _ => None,
        };
        let (_, schema) = self.parameters.iter().find(|(it, _)| it == name)?;
        fixed.or_else(|| schema["enum"][0].as_str()).map(str::to_owned)
    }

    /// Whether its body names entities.
    pub fn names_entities(&self, document: &Value) -> bool {
        match &self.body {
            Some(Content::Json(schema)) => {
                self.looks_up_its_body() && Example { document, ids: None }.names_entities(schema, 0)
            }
            _ => false,
        }
    }

    /// Calls it at a path with a body as the document wants it, in which every id is one of `ids`.
    pub async fn call(
        &self,
        document: &Value,
        caller: &Caller,
        path: &str,
        ids: Option<&Possessions>,
    ) -> Answer {
        let query: Vec<String> = self.queries.iter().map(|name| format!("{name}=example")).collect();
        let separator = if query.is_empty() { "" } else { "?" };
        let address = format!("{path}{separator}{}", query.join("&"));
        let request = Request::builder().method(self.method.clone()).uri(address);
        let request = match &self.body {
            None => request.body(Body::empty()),
            Some(Content::Form) => request
                .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
                .body(Body::from(format!("--{BOUNDARY}--\r\n"))),
            Some(Content::Json(schema)) => {
                let body = Example { document, ids }.of("", schema, 0);
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
        };
        caller.request(request.unwrap()).await
    }
}

/// Every operation of the document.
pub fn all(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
    });
    each.map(|(path, method, operation)| read(document, path, method, operation)).collect()
}

fn read(document: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let content = &operation["requestBody"]["content"];
    let body = match &content["application/json"]["schema"] {
        Value::Null if content.is_object() => Some(Content::Form),
        Value::Null => None,
        schema => Some(Content::Json(schema.clone())),
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let queries = parameters.clone().filter(|it| it["in"] == "query" && it["required"] == true);
    Operation {
        queries: queries.map(|it| it["name"].as_str().unwrap().to_owned()).collect(),
        id: operation["operationId"].as_str().unwrap().to_owned(),
        method: method.to_uppercase().parse().unwrap(),
        path: path.to_owned(),
        documented: operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(|it| it.parse().unwrap())
            .collect(),
        parameters: parameters
            .map(|it| (it["name"].as_str().unwrap().to_owned(), resolve(document, &it["schema"]).clone()))
            .collect(),
        body,
    }
}

/// Makes values that a schema allows: of an object what is required, and whatever names entities.
struct Example<'a> {
    document: &'a Value,
    ids: Option<&'a Possessions>,
}

/// Schemas that contain themselves end here.
const MAX_DEPTH: usize = 12;

impl Example<'_> {
    fn of(&self, name: &str, schema: &Value, depth: usize) -> Value {
        let schema = resolve(self.document, schema);
        if let Some(values) = schema["enum"].as_array() {
            // Asking for the status that things begin in is refused before anything is looked up.
            let chosen = values.iter().find(|value| *value != "active" && *value != "Pending");
            return chosen.unwrap().clone();
        }
        for one_of in ["oneOf", "anyOf"] {
            if let Some(first) = schema[one_of].get(0) {
                return self.of(name, first, depth + 1);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let objects = parts.iter().map(|part| self.of(name, part, depth + 1));
            return objects.fold(json!({}), |mut all, part| match (all.as_object_mut(), part) {
                (Some(fields), Value::Object(more)) => {
                    fields.extend(more);
                    all
                }
                (_, other) => other,
            });
        }
        match schema["type"].as_str() {
            Some("string") => text(name, schema),
            Some("integer" | "number") if name == "expiresAt" => json!(NOW_MS + 60_000),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("boolean") => json!(true),
            Some("array") if depth < MAX_DEPTH => json!([self.of(name, &schema["items"], depth + 1)]),
            Some("array") => json!([]),
            _ => self.object(schema, depth),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        if depth >= MAX_DEPTH {
            return Value::Object(object);
        }
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let id = self.ids.and_then(|ids| ids.get(kind_of_field(name)?));
            let is_list = resolve(self.document, field)["type"] == "array";
            if let Some(id) = id {
                object.insert(name.clone(), if is_list { json!([id]) } else { json!(id) });
            } else if required.contains(&&**name)
                || (self.ids.is_some() && self.names_entities(field, depth + 1))
            {
                object.insert(name.clone(), self.of(name, field, depth + 1));
            }
        }
        Value::Object(object)
    }

    fn names_entities(&self, schema: &Value, depth: usize) -> bool {
        let schema = resolve(self.document, schema);
        let fields = schema["properties"].as_object().into_iter().flatten();
        depth < MAX_DEPTH
            && (fields.clone().any(|(name, _)| kind_of_field(name).is_some())
                || fields
                    .map(|(_, field)| field)
                    .chain(schema.get("items"))
                    .any(|it| self.names_entities(it, depth + 1)))
    }
}

fn resolve<'v>(document: &'v Value, schema: &'v Value) -> &'v Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap(),
        None => schema,
    }
}

fn text(name: &str, schema: &Value) -> Value {
    let least = schema["minLength"].as_u64().unwrap_or(1) as usize;
    match (schema["format"].as_str(), name) {
        (Some("uri"), _) => json!("https://example.com"),
        (_, name) if name.ends_with("Url") => json!("https://example.com"),
        (Some("email"), _) | (_, "email" | "invitee") => json!("ada@example.com"),
        (_, "path") => json!("/.well-known/example.txt"),
        _ => json!("example".repeat(least.div_ceil(7).max(1))),
    }
}
