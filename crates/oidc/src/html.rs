//! The few pages the provider answers itself: forms that submit themselves, and the end of a logout.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use portico_crypto::sha256;

/// Text as HTML, fit for element content and quoted attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A page whose form submits itself at once; its hash lets that one script run (CSP Level 3 §2.3.1).
#[must_use]
pub fn self_submitting_page(title: &str, form: &str, form_id: &str) -> Response {
    let script = format!("document.getElementById({}).submit();", serde_json::Value::from(form_id));
    let hash = STANDARD.encode(sha256(&script));
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>{form}\
         <script>{script}</script></body></html>",
        escape(title),
    );
    page(body, &format!("script-src 'sha256-{hash}'"))
}

/// A page of text.
#[must_use]
pub fn text_page(title: &str, text: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>{text}</p></body></html>",
        title = escape(title),
        text = escape(text),
    );
    page(body, "script-src 'none'")
}

/// No `form-action`: browsers apply it to the redirects after the form too, which lead to the client.
fn page(body: String, script_source: &str) -> Response {
    let mut response = (StatusCode::OK, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let policy = format!("default-src 'none'; {script_source}; base-uri 'none'; frame-ancestors 'none'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
