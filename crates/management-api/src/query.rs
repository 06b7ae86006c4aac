//! Query strings with parameters that may repeat.

use axum::{extract::FromRequestParts, http::request::Parts};
use portico_http_kit::{ApiError, Issue, invalid_input};
use portico_store::Search;
use std::{convert::Infallible, str::FromStr};

/// Most parameters read from one query string.
const MAX_PARAMETERS: usize = 200;

/// The decoded pairs of a query string.
pub struct QueryPairs(Vec<(String, String)>);

impl QueryPairs {
    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a parameter.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All pairs.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether a switch is on: `true`, `1`, `yes` or `y`.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| matches!(value, "true" | "1" | "yes" | "y"))
    }

    /// A search for what contains a parameter's text; everything when there is none.
    pub fn containing(&self, name: &str) -> Search {
        self.get(name).filter(|text| !text.is_empty()).map(Search::containing).unwrap_or_default()
    }

    /// A parameter that is `true` or `false` when it is there.
    pub fn optional_flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.parse_each(name).map(|values: Vec<bool>| values.first().copied())
    }

    /// Every value of a parameter, parsed.
    pub fn parse_each<T: FromStr>(&self, name: &str) -> Result<Vec<T>, ApiError> {
        let parse = |value: &str| {
            value.parse().map_err(|_| {
                invalid_input(
                    "query",
                    &[Issue::at(name, "invalid_enum_value", format!("Not allowed: {value}"))],
                )
            })
        };
        self.all(name).map(parse).collect()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for QueryPairs {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let pairs = form_urlencoded::parse(query).take(MAX_PARAMETERS);
        Ok(Self(pairs.map(|(key, value)| (key.into_owned(), value.into_owned())).collect()))
    }
}
