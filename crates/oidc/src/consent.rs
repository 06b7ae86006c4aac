//! What a user allowed a client: the stored grant, and what a request still needs.

use crate::{
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    parameters::words,
    prompt::{Prompt, PromptName},
    request::AuthorizationRequest,
    resource,
    scope::{self, ORGANIZATIONS_RESOURCE},
};
use portico_crypto::id::opaque_token;
use portico_model::{
    JsonObject,
    oidc::{GRANT_TTL_SECONDS, OidcModel},
    oidc_artifact::{GrantPayload, GrantedScope},
};
use portico_store::oidc_artifacts;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Scopes of the provider and of API resources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScopeSet {
    /// Scopes of the provider itself.
    pub user: Vec<String>,
    /// Scopes of resources, by indicator.
    pub resources: BTreeMap<String, Vec<String>>,
}

impl ScopeSet {
    /// As stored with an interaction.
    #[must_use]
    pub fn to_details(&self) -> JsonObject {
        let mut details = JsonObject::new();
        if !self.user.is_empty() {
            details.insert("missingOIDCScope".to_owned(), json!(self.user));
        }
        if self.resources.values().any(|scopes| !scopes.is_empty()) {
            details.insert("missingResourceScopes".to_owned(), json!(self.resources));
        }
        details
    }

    /// Reads what [`ScopeSet::to_details`] wrote.
    #[must_use]
    pub fn from_details(details: &JsonObject) -> Self {
        let read = |name: &str| details.get(name).cloned().unwrap_or(Value::Null);
        Self {
            user: serde_json::from_value(read("missingOIDCScope")).unwrap_or_default(),
            resources: serde_json::from_value(read("missingResourceScopes")).unwrap_or_default(),
        }
    }
}

/// The scopes that a request may get for this user: what it asks for, as far as the user's roles (and for a
/// third-party client the operator) allow it.
///
/// # Errors
/// When the database fails.
pub async fn attainable(request: &AuthorizationRequest<'_>, account_id: &str) -> Result<ScopeSet, OidcError> {
    let ctx = &request.environment.ctx;
    let client = request.client()?;
    let mut resources = BTreeMap::new();
    for resource in &request.resources {
        let allowed = match resource.indicator == ORGANIZATIONS_RESOURCE {
            true => resource::organization_scopes(ctx, client).await?,
            false => {
                let mut allowed = resource.scopes_of_user(ctx, client, account_id, None).await?;
                // What only an organization gives is granted too, for tokens that are for that organization.
                let of_organizations =
                    resource.organization_scopes_for_client(ctx, client, account_id).await?;
                allowed.extend(of_organizations.into_iter().map(|(_, name)| name));
                allowed
            }
        };
        resources.insert(resource.indicator.clone(), scope::intersection(&request.scopes, &allowed));
    }
    Ok(ScopeSet { user: request.user_scopes(), resources })
}

/// The grant of this id, when it still holds for this client and user.
///
/// # Errors
/// When the database fails.
pub async fn find_grant(
    environment: &Environment,
    grant_id: &str,
    client_id: &str,
    account_id: &str,
) -> Result<Option<GrantPayload>, OidcError> {
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let found = oidc_artifacts::find::<GrantPayload>(db, tenant, OidcModel::Grant, grant_id).await?;
    Ok(found
        .filter(|grant| grant.expires_at > environment.now_ms)
        .map(|grant| grant.payload)
        .filter(|grant| grant.client_id == client_id && grant.account_id == account_id))
}

/// A grant of nothing yet.
#[must_use]
pub fn new_grant(environment: &Environment, client_id: &str, account_id: &str) -> GrantPayload {
    GrantPayload {
        kind: OidcModel::Grant.as_str().to_owned(),
        jti: opaque_token(),
        iat: environment.now(),
        exp: environment.now() + GRANT_TTL_SECONDS,
        account_id: account_id.to_owned(),
        client_id: client_id.to_owned(),
        ..GrantPayload::default()
    }
}

/// Scopes of the provider that the grant allows.
#[must_use]
pub fn granted_user_scopes(grant: &GrantPayload) -> Vec<String> {
    grant.openid.as_ref().map(|granted| words(&granted.scope)).unwrap_or_default()
}

/// Scopes of a resource that the grant allows.
#[must_use]
pub fn granted_resource_scopes(grant: &GrantPayload, indicator: &str) -> Vec<String> {
    grant.resources.get(indicator).map(|scopes| words(scopes)).unwrap_or_default()
}

/// What `wanted` holds that the grant neither allows nor refused before.
#[must_use]
pub fn missing(wanted: &ScopeSet, grant: Option<&GrantPayload>) -> ScopeSet {
    let Some(grant) = grant else { return wanted.clone() };
    let rejected = grant.rejected.clone().unwrap_or_default();
    let mut known = granted_user_scopes(grant);
    known.extend(rejected.openid.map(|refused| words(&refused.scope)).unwrap_or_default());
    let without = |wanted: &[String], known: &[String]| -> Vec<String> {
        wanted.iter().filter(|scope| !known.contains(scope)).cloned().collect()
    };
    let resources = wanted.resources.iter().map(|(indicator, scopes)| {
        let mut known = granted_resource_scopes(grant, indicator);
        known.extend(rejected.resources.get(indicator).map(|refused| words(refused)).unwrap_or_default());
        (indicator.clone(), without(scopes, &known))
    });
    ScopeSet { user: without(&wanted.user, &known), resources: resources.collect() }
}

/// Adds scopes to what the grant allows.
pub fn allow(grant: &mut GrantPayload, scopes: &ScopeSet) {
    let mut user = granted_user_scopes(grant);
    extend(&mut user, &scopes.user);
    grant.openid = scope::join(&user).map(|scope| GrantedScope { scope });
    for (indicator, added) in &scopes.resources {
        let mut granted = granted_resource_scopes(grant, indicator);
        extend(&mut granted, added);
        if let Some(joined) = scope::join(&granted) {
            grant.resources.insert(indicator.clone(), joined);
        }
    }
}

fn extend(list: &mut Vec<String>, added: &[String]) {
    for scope in added {
        if !list.contains(scope) {
            list.push(scope.clone());
        }
    }
}

/// Whether the user (or for a first-party client the operator's policy) must be asked.
#[must_use]
pub fn consent_prompt(
    request: &AuthorizationRequest<'_>,
    is_native: bool,
    has_grant: bool,
    missing: &ScopeSet,
) -> Option<Prompt> {
    let just_consented = request.result.contains_key(PromptName::Consent.as_str());
    let mut reasons = Vec::new();
    let mut error = None;
    if request.prompts.consent && !just_consented {
        reasons.push("consent_prompt");
        error = Some(OidcErrorKind::ConsentRequired.because("the user must be asked for consent again"));
    }
    // RFC 8252 §8.6: another application may pose as a native client, so nothing is given away silently.
    if is_native && !just_consented {
        reasons.push("native_client_prompt");
        error.get_or_insert_with(|| {
            OidcErrorKind::InteractionRequired.because("a native client needs the user's interaction")
        });
    }
    if !missing.user.is_empty() || !has_grant {
        reasons.push("op_scopes_missing");
    }
    if missing.resources.values().any(|scopes| !scopes.is_empty()) {
        reasons.push("rs_scopes_missing");
    }
    if reasons.is_empty() {
        return None;
    }
    Some(Prompt {
        name: PromptName::Consent,
        reasons,
        details: missing.to_details(),
        error: error
            .unwrap_or_else(|| OidcErrorKind::ConsentRequired.because("scopes were not consented to yet")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_model::oidc_artifact::RejectedScopes;
    use proptest::prelude::*;

    fn set(user: &[String], resource: &[String]) -> ScopeSet {
        ScopeSet { user: user.to_vec(), resources: [("https://api".to_owned(), resource.to_vec())].into() }
    }

    fn scopes() -> impl Strategy<Value = Vec<String>> {
        proptest::sample::subsequence(["a", "b", "c", "d"].map(str::to_owned).to_vec(), 0..=4)
    }

    proptest! {
        #[test]
        fn what_was_allowed_or_refused_is_never_missing_again(user in scopes(), refused in scopes(), resource in scopes()) {
            let mut grant = GrantPayload::default();
            allow(&mut grant, &set(&user, &resource));
            grant.rejected = Some(RejectedScopes {
                openid: Some(GrantedScope { scope: refused.join(" ") }),
                ..RejectedScopes::default()
            });
            prop_assert_eq!(missing(&set(&user, &resource), Some(&grant)).to_details(), JsonObject::new());
            prop_assert_eq!(missing(&set(&refused, &[]), Some(&grant)).to_details(), JsonObject::new());
            prop_assert_eq!(granted_user_scopes(&grant), user);
            prop_assert_eq!(granted_resource_scopes(&grant, "https://api"), resource);
        }

        #[test]
        fn details_survive_storage(user in scopes(), resource in scopes()) {
            let wanted = set(&user, &resource);
            let read = ScopeSet::from_details(&wanted.to_details());
            prop_assert_eq!(read.user, wanted.user);
            prop_assert_eq!(read.resources.get("https://api").cloned().unwrap_or_default(), resource);
        }
    }
}
