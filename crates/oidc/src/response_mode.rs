//! How an answer travels to the client through the browser.

use crate::{html, parameters::words};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use url::Url;

/// The ways discovery lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the client's address.
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl ResponseMode {
    /// The mode of a `response_mode` value.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }

    /// The mode when the request names none: tokens never go into a query
    /// (OAuth 2.0 Multiple Response Type Encoding Practices §2.1).
    #[must_use]
    pub fn default_for(response_type: &str) -> Self {
        let carries_token =
            words(response_type).iter().any(|word| matches!(word.as_str(), "token" | "id_token"));
        if carries_token { Self::Fragment } else { Self::Query }
    }

    /// The answer with these parameters for an address that was verified.
    #[must_use]
    pub fn respond(self, uri: &str, parameters: &[(&str, &str)]) -> Response {
        let Ok(mut url) = Url::parse(uri) else { return StatusCode::BAD_REQUEST.into_response() };
        match self {
            Self::Query => {
                url.query_pairs_mut().extend_pairs(parameters);
                see_other(url.as_str())
            }
            Self::Fragment => {
                let fragment =
                    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
                url.set_fragment(Some(&fragment));
                see_other(url.as_str())
            }
            Self::FormPost => form_post(url.as_str(), parameters),
        }
    }
}

/// Sends the browser on with a GET (RFC 9110 §15.4.4).
#[must_use]
pub fn see_other(location: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, location)
}

/// Sends the browser on, with a line for the rare client that does not follow.
#[must_use]
pub fn redirect(status: StatusCode, location: &str) -> Response {
    let Ok(value) = HeaderValue::from_str(location) else { return StatusCode::BAD_REQUEST.into_response() };
    let body = format!("Redirecting to {}.", html::escape(location));
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::LOCATION, value);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

fn form_post(uri: &str, parameters: &[(&str, &str)]) -> Response {
    let inputs: String = parameters
        .iter()
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                html::escape(name),
                html::escape(value)
            )
        })
        .collect();
    let form = format!(
        "<form method=\"post\" action=\"{}\" id=\"answer\">{inputs}<noscript><button>Continue</button></noscript></form>",
        html::escape(uri)
    );
    html::self_submitting_page("Signing in", &form, "answer")
}
