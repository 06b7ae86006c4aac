//! The search parameters that lists share: `search`, `search.<field>`, `mode`, `mode.<field>`, `joint`,
//! `isCaseSensitive`.

use crate::query::QueryPairs;
use portico_http_kit::ApiError;
use portico_model::ErrorCode;
use portico_store::{Search, SearchMode, SearchTerm};

/// Reads the search of a list whose searchable fields are these.
///
/// # Errors
/// `request.invalid_input` for an unknown field, mode or joint, for an empty value, and for a mode that does not go
/// with the rest.
pub fn parse(query: &QueryPairs, fields: &[&str]) -> Result<Search, ApiError> {
    let mut terms: Vec<SearchTerm> = Vec::new();
    for (key, value) in query.pairs() {
        let field = match key.as_str() {
            "search" => None,
            key => match key.strip_prefix("search.") {
                None => continue,
                Some(field) if fields.contains(&field) => Some(field.to_owned()),
                Some(field) => return Err(invalid(format!("The search field `{field}` is not valid."))),
            },
        };
        if value.is_empty() {
            return Err(invalid("A search value cannot be empty.".to_owned()));
        }
        match terms.iter_mut().find(|term| term.field == field) {
            Some(term) => term.values.push(value.clone()),
            None => {
                let mode = mode(query, field.as_deref())?;
                terms.push(SearchTerm { field, mode, values: vec![value.clone()] });
            }
        }
    }
    if terms.iter().any(|term| term.mode != SearchMode::Exact && term.values.len() > 1) {
        return Err(invalid("Only the mode `exact` takes several values for one field.".to_owned()));
    }
    let case_sensitive = query.flag("isCaseSensitive");
    if !case_sensitive && terms.iter().any(|term| term.mode == SearchMode::SimilarTo) {
        return Err(invalid("The mode `similar_to` cannot be used in a case-insensitive search.".to_owned()));
    }
    Ok(Search { terms, all: is_all(query)?, case_sensitive })
}

fn mode(query: &QueryPairs, field: Option<&str>) -> Result<SearchMode, ApiError> {
    let own = field.and_then(|field| query.get(&format!("mode.{field}")));
    match own.or_else(|| query.get("mode")) {
        None | Some("like") => Ok(SearchMode::Like),
        Some("exact") => Ok(SearchMode::Exact),
        Some("similar_to") => Ok(SearchMode::SimilarTo),
        Some("posix") => Ok(SearchMode::Posix),
        Some(other) => Err(invalid(format!("The search mode `{other}` is not valid."))),
    }
}

fn is_all(query: &QueryPairs) -> Result<bool, ApiError> {
    match query.get("joint").or_else(|| query.get("jointMode")) {
        None | Some("or") => Ok(false),
        Some("and") => Ok(true),
        Some(other) => Err(invalid(format!("The joint `{other}` is not valid."))),
    }
}

fn invalid(details: String) -> ApiError {
    ApiError::new(ErrorCode::RequestInvalidInput)
        .with_parameter("details", details.clone())
        .with_details(details)
}
