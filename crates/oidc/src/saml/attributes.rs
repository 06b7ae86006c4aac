//! What an application is told of a user: which scopes that takes, and how claims become attributes.

use crate::scope::{self, OPENID};
use portico_crypto::id::secret;
use portico_model::{
    ErrorCode, JsonObject,
    saml::{NameIdFormat, SamlApplicationConfig},
};
use serde_json::Value;

/// The scopes that open every claim the settings name, and no more.
#[must_use]
pub fn scopes(config: &SamlApplicationConfig) -> Vec<&'static str> {
    let names_email = config.name_id_format == NameIdFormat::EmailAddress;
    let opens_wanted = |scope: &&scope::UserScope| {
        let mut opened = scope.claims.iter().chain(scope.extended_claims);
        scope.name == OPENID
            || opened.any(|claim| {
                config.attribute_mapping.contains_key(*claim) || (names_email && *claim == "email")
            })
    };
    scope::ALL.iter().filter(opens_wanted).map(|scope| scope.name).collect()
}

/// How the user is named in this form (SAML Core 2.0 §8.3).
///
/// # Errors
/// The documented reason why the user has no such name.
pub fn name_id(format: NameIdFormat, claims: &JsonObject) -> Result<String, ErrorCode> {
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str).map(str::to_owned);
    match format {
        NameIdFormat::Persistent | NameIdFormat::Unspecified => text("sub").ok_or(ErrorCode::EntityNotFound),
        NameIdFormat::Transient => Ok(secret()),
        NameIdFormat::EmailAddress => {
            let email = text("email").ok_or(ErrorCode::ApplicationSamlMissingEmailAddress)?;
            match claims.get("email_verified") {
                Some(Value::Bool(true)) => Ok(email),
                _ => Err(ErrorCode::ApplicationSamlEmailAddressUnverified),
            }
        }
    }
}

/// Attributes by their names. What the user has no value for is left out.
#[must_use]
pub fn attributes(config: &SamlApplicationConfig, claims: &JsonObject) -> Vec<(String, Vec<String>)> {
    let value_of = |claim: &str| claims.get(claim).filter(|value| !value.is_null());
    let mapped = config.attribute_mapping.iter();
    mapped.filter_map(|(claim, name)| Some((name.clone(), values(value_of(claim)?)))).collect()
}

/// A list as one value for each item; what is no text as JSON.
fn values(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        other => vec![text(other)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(format: NameIdFormat, mapping: &[(&str, &str)]) -> SamlApplicationConfig {
        SamlApplicationConfig {
            tenant_id: "default".to_owned(),
            application_id: "app".to_owned(),
            attribute_mapping: mapping.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            entity_id: None,
            acs_url: None,
            encryption: None,
            name_id_format: format,
        }
    }

    fn claims(value: Value) -> JsonObject {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn no_more_is_asked_than_is_told() {
        assert_eq!(scopes(&config(NameIdFormat::Persistent, &[("sub", "id")])), ["openid"]);
        assert_eq!(scopes(&config(NameIdFormat::EmailAddress, &[])), ["openid", "email"]);
        let mapping = [("roles", "groups"), ("phone_number", "tel")];
        assert_eq!(scopes(&config(NameIdFormat::Transient, &mapping)), ["openid", "phone", "roles"]);
    }

    #[test]
    fn an_email_address_names_only_who_has_a_verified_one() {
        let name = |value: Value| name_id(NameIdFormat::EmailAddress, &claims(value));
        assert_eq!(name(json!({ "email": "a@b.c", "email_verified": true })), Ok("a@b.c".to_owned()));
        let unverified = name(json!({ "email": "a@b.c", "email_verified": false }));
        assert_eq!(unverified, Err(ErrorCode::ApplicationSamlEmailAddressUnverified));
        assert_eq!(name(json!({ "email": null })), Err(ErrorCode::ApplicationSamlMissingEmailAddress));
    }

    #[test]
    fn lists_become_several_values() {
        let config =
            config(NameIdFormat::Persistent, &[("roles", "groups"), ("name", "cn"), ("address", "at")]);
        let told =
            attributes(&config, &claims(json!({ "roles": ["a", "b"], "name": null, "address": { "x": 1 } })));
        let expected = [("at", vec!["{\"x\":1}"]), ("groups", vec!["a", "b"])];
        let expected =
            expected.map(|(name, values)| (name.to_owned(), values.into_iter().map(str::to_owned).collect()));
        assert_eq!(told, expected);
    }
}
