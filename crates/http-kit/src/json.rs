//! Extractors that parse the request's body, query and path, and answer `guard.invalid_input` with every
//! fault and its place when they cannot.

use crate::ApiError;
use axum::{
    extract::{FromRequest, FromRequestParts, Path, RawQuery, Request},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use portico_model::ErrorCode;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Largest JSON body of the APIs, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// One fault in a request, in the shape API clients know.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Where: object keys and array indexes.
    pub path: Vec<Value>,
    /// Kind of fault: `invalid_type`, `invalid_enum_value`, `invalid_string`, `too_small`, `custom`…
    pub code: &'static str,
    /// For developers; English.
    pub message: String,
    /// Further members, for example `expected` and `received`.
    pub extra: Vec<(&'static str, Value)>,
}

impl Issue {
    /// A fault at a field.
    pub fn at(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: parse_path(field), code, message: message.into(), extra: Vec::new() }
    }

    fn expects_anything(&self) -> bool {
        self.extra.iter().any(|(key, value)| *key == "expected" && value == "any")
    }

    fn to_json(&self) -> Value {
        let mut object = portico_model::JsonObject::new();
        object.insert("code".into(), self.code.into());
        for (key, value) in &self.extra {
            object.insert((*key).into(), value.clone());
        }
        object.insert("path".into(), Value::Array(self.path.clone()));
        object.insert("message".into(), self.message.clone().into());
        Value::Object(object)
    }
}

/// The `guard.invalid_input` error for these faults of a request's `kind` (`body`, `query`, `params`).
#[must_use]
pub fn invalid_input(kind: &'static str, issues: &[Issue]) -> ApiError {
    let details: Vec<String> = issues
        .iter()
        .map(|issue| {
            let path: Vec<String> = issue
                .path
                .iter()
                .map(|segment| segment.as_str().map_or_else(|| segment.to_string(), str::to_owned))
                .collect();
            format!("Error in key path \"{}\": ({}) {}", path.join("."), issue.code, issue.message)
        })
        .collect();
    ApiError::new(ErrorCode::GuardInvalidInput)
        .with_data(
            json!({ "issues": issues.iter().map(Issue::to_json).collect::<Vec<_>>(), "name": "ZodError" }),
        )
        .with_details(details.join("\n"))
        .with_parameter("type", kind)
}

/// A JSON request body.
pub struct ApiJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let bytes = read_body(request).await?;
        // A body that is absent is an empty object: every field then reports that it is required.
        let value: Value = if bytes.is_empty() {
            json!({})
        } else {
            serde_json::from_slice(&bytes).map_err(|error| ApiError::Syntax(error.to_string()))?
        };
        from_value("body", value).map(Self)
    }
}

/// Reads a body up to [`MAX_BODY_BYTES`].
///
/// # Errors
/// `request.general` with 413 when it is larger, with 400 when the connection broke.
pub async fn read_body(request: Request) -> Result<axum::body::Bytes, ApiError> {
    axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES).await.map_err(|error| {
        ApiError::new(ErrorCode::RequestGeneral).with_status(413).with_details(error.to_string())
    })
}

/// Parses JSON, with NUL refused everywhere: one of the databases cannot store it.
///
/// # Errors
/// `guard.invalid_input` with all faults and their places.
pub fn from_value<T: DeserializeOwned>(kind: &'static str, value: Value) -> Result<T, ApiError> {
    if let Some(path) = find_nul(&value) {
        let issue =
            Issue { path, code: "custom", message: "Contains a NUL character.".into(), extra: Vec::new() };
        return Err(invalid_input(kind, &[issue]));
    }
    let received = value.clone();
    serde_path_to_error::deserialize(value)
        .map_err(|error| invalid_input(kind, &faults::<T>(error, received)))
}

/// Most faults of one body that are looked for.
const MAX_FAULTS: usize = 32;

/// The fault the parser stopped at and those behind it, which show when each is mended in turn.
fn faults<T: DeserializeOwned>(
    first: serde_path_to_error::Error<serde_json::Error>,
    body: Value,
) -> Vec<Issue> {
    let mut mended = body;
    let mut issues: Vec<Issue> = Vec::new();
    let mut error = first;
    for _ in 0..MAX_FAULTS {
        let path = parse_path(&error.path().to_string());
        let issue = explain(&error.inner().to_string(), path, &mended);
        let is_mended = mend(&mut mended, &issue);
        // What is put in place of a fault may be one itself; the caller did not make that one.
        match issues.iter_mut().find(|known| issue.path.starts_with(&known.path)) {
            None => issues.push(issue),
            // A field that is missing tells its type only once there is something to compare.
            Some(known) if known.path == issue.path && known.expects_anything() => {
                known.extra.retain(|(key, _)| *key != "expected");
                known.extra.extend(issue.extra.into_iter().filter(|(key, _)| *key == "expected"));
            }
            Some(_) => {}
        }
        if !is_mended {
            break;
        }
        match serde_path_to_error::deserialize::<_, T>(mended.clone()) {
            Ok(_) => break,
            Err(next) => error = next,
        }
    }
    issues
}

/// Puts something acceptable where the fault is, so that parsing goes on behind it; says whether it could.
fn mend(body: &mut Value, issue: &Issue) -> bool {
    let member = |name: &str| issue.extra.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    let replacement = match issue.code {
        "invalid_enum_value" => member("options").and_then(|options| options.get(0)).cloned(),
        "invalid_type" => match member("expected").and_then(Value::as_str) {
            Some("any") => Some(Value::Null),
            Some("string") => Some(json!("")),
            Some("number") => Some(json!(0)),
            Some("boolean") => Some(json!(false)),
            Some("array") => Some(json!([])),
            Some("object") => Some(json!({})),
            _ => None,
        },
        _ => None,
    };
    let (Some(replacement), Some((last, parents))) = (replacement, issue.path.split_last()) else {
        return false;
    };
    let parent = parents.iter().try_fold(body, |value, segment| match segment {
        Value::String(key) => value.get_mut(key),
        Value::Number(index) => value.get_mut(usize::try_from(index.as_u64()?).ok()?),
        _ => None,
    });
    match (parent, last) {
        (Some(Value::Object(object)), Value::String(key)) => {
            object.insert(key.clone(), replacement.clone()) != Some(replacement)
        }
        (Some(Value::Array(items)), Value::Number(index)) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            match index.and_then(|index| items.get_mut(index)) {
                Some(item) => std::mem::replace(item, replacement.clone()) != replacement,
                None => false,
            }
        }
        _ => false,
    }
}

fn find_nul(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::String(text) => text.contains('\0').then(Vec::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| find_nul(item).map(|rest| [vec![Value::from(index)], rest].concat())),
        Value::Object(object) => object.iter().find_map(|(key, item)| {
            if key.contains('\0') {
                return Some(vec![Value::from(key.clone())]);
            }
            find_nul(item).map(|rest| [vec![Value::from(key.clone())], rest].concat())
        }),
        _ => None,
    }
}

/// `a.b[0].c` as segments.
fn parse_path(path: &str) -> Vec<Value> {
    path.split(['.', '['])
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let segment = segment.trim_end_matches(']');
            segment.parse::<u64>().map_or_else(|_| Value::from(segment), Value::from)
        })
        .collect()
}

/// Names a serde failure in the vocabulary of the API.
fn explain(message: &str, mut path: Vec<Value>, body: &Value) -> Issue {
    let quoted = |prefix: &str| {
        message.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(str::to_owned)
    };
    if let Some(field) = quoted("missing field `") {
        path.push(field.into());
        let extra = vec![("expected", "any".into()), ("received", "undefined".into())];
        return Issue { path, code: "invalid_type", message: "Required".into(), extra };
    }
    if let Some(received) = quoted("unknown variant `") {
        let options: Vec<Value> = message.split('`').skip(3).step_by(2).map(Value::from).collect();
        let message = format!("Unknown value '{received}'.");
        return Issue {
            path,
            code: "invalid_enum_value",
            message,
            extra: vec![("received", received.into()), ("options", Value::Array(options))],
        };
    }
    if let Some((_, expected)) =
        message.strip_prefix("invalid type: ").and_then(|m| m.split_once(", expected "))
    {
        let received = path.iter().try_fold(body, |value, segment| match segment {
            Value::String(key) => value.get(key),
            Value::Number(index) => value.get(usize::try_from(index.as_u64()?).ok()?),
            _ => None,
        });
        let expected = json_type_of(expected);
        let received = received.map_or("undefined", type_name);
        return Issue {
            path,
            code: "invalid_type",
            message: format!("Expected {expected} but received {received}."),
            extra: vec![("expected", expected.into()), ("received", received.into())],
        };
    }
    Issue { path, code: "custom", message: message.to_owned(), extra: Vec::new() }
}

fn json_type_of(expected: &str) -> &str {
    match expected {
        text if text.contains("string") => "string",
        text if text.starts_with('i') || text.starts_with('u') || text.starts_with('f') => "number",
        "a boolean" => "boolean",
        "a sequence" => "array",
        text if text.starts_with("struct") || text.contains("map") => "object",
        other => other,
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The query string, parsed into a struct.
pub struct ApiQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query = match RawQuery::from_request_parts(parts, state).await {
            Ok(RawQuery(query)) => query,
            Err(never) => match never {},
        };
        serde_urlencoded::from_str(query.as_deref().unwrap_or_default())
            .map(Self)
            .map_err(|error| invalid_input("query", &[explain(&error.to_string(), Vec::new(), &Value::Null)]))
    }
}

/// Path parameters.
pub struct ApiPath<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(error) => Err(invalid_input("params", &[Issue::at("", "custom", error.body_text())])),
        }
    }
}

/// A JSON answer with the content type API clients expect.
pub struct JsonBody<T>(pub T);

impl<T: Serialize> IntoResponse for JsonBody<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], bytes).into_response(),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug)]
    #[allow(dead_code, reason = "only parsed")]
    struct Sample {
        name: String,
        #[serde(default)]
        items: Vec<Item>,
    }

    #[derive(Deserialize, Debug)]
    #[allow(dead_code, reason = "only parsed")]
    struct Item {
        kind: portico_model::ApplicationType,
    }

    fn issue(value: Value) -> Value {
        let Err(ApiError::Documented(error)) = from_value::<Sample>("body", value) else {
            panic!("the sample must be refused")
        };
        error.data.unwrap()["issues"][0].clone()
    }

    #[test]
    fn names_a_missing_field() {
        let issue = issue(json!({}));
        assert_eq!(issue["path"], json!(["name"]));
        assert_eq!(issue["code"], "invalid_type");
        assert_eq!(
            (issue["expected"].as_str(), issue["received"].as_str()),
            (Some("string"), Some("undefined"))
        );
    }

    #[test]
    fn names_a_wrong_enum_deep_inside() {
        let issue = issue(json!({ "name": "x", "items": [{ "kind": "Nope" }] }));
        assert_eq!(issue["path"], json!(["items", 0, "kind"]));
        assert_eq!(issue["code"], "invalid_enum_value");
        assert_eq!(issue["options"][1], "SPA");
    }

    #[test]
    fn names_a_wrong_type() {
        let issue = issue(json!({ "name": 1 }));
        assert_eq!(
            (issue["expected"].as_str(), issue["received"].as_str()),
            (Some("string"), Some("number"))
        );
    }

    #[test]
    fn names_every_fault_once() {
        let body = json!({ "items": [{ "kind": "Nope" }, {}, { "kind": 3 }, { "kind": "SPA" }] });
        let Err(ApiError::Documented(error)) = from_value::<Sample>("body", body) else {
            panic!("the sample must be refused")
        };
        let issues = error.data.unwrap()["issues"].clone();
        let places: Vec<_> = issues
            .as_array()
            .unwrap()
            .iter()
            .map(|i| (i["path"].to_string(), i["code"].to_string()))
            .collect();
        let expected = [
            (r#"["items",0,"kind"]"#, r#""invalid_enum_value""#),
            (r#"["items",1,"kind"]"#, r#""invalid_type""#),
            (r#"["items",2,"kind"]"#, r#""invalid_type""#),
            (r#"["name"]"#, r#""invalid_type""#),
        ];
        assert_eq!(places, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    }

    #[test]
    fn refuses_nul() {
        assert_eq!(issue(json!({ "name": "a\0b" }))["path"], json!(["name"]));
    }
}
