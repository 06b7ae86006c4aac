//! Claims that the tenant's script adds to an access token, and its veto.

use crate::{
    client::OidcClient,
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    grant::TOKEN_EXCHANGE,
};
use portico_identity::{
    ScriptError,
    audit::AuditEntry,
    custom_claims::{self, TokenFacts},
    user_context,
};
use portico_model::{
    JsonObject, User,
    oidc_artifact::TokenPayload,
    organization::Organization,
    script::{JwtCustomizer, JwtCustomizerKey},
};
use portico_store::oidc_session_extensions;
use serde_json::{Value, json};

/// Claims that are the provider's to say (RFC 9068 §2.2).
const RESERVED: &[&str] = &["jti", "sub", "iat", "exp", "scope", "client_id", "iss", "aud"];
/// What of a sign-in a script is told.
const SUBMISSION_KEYS: &[&str] = &["interactionEvent", "userId", "verificationRecords", "signInContext"];

/// A token that is about to be issued.
pub struct Draft<'a> {
    /// Its id.
    pub jti: &'a str,
    /// The resource it is for; none when it is for the provider itself.
    pub audience: Option<&'a str>,
    /// Its scopes.
    pub scope: Option<&'a str>,
    /// The organization it is used in.
    pub organization: Option<&'a Organization>,
    /// What the operator's server noted when it made the token that this one is exchanged for.
    pub impersonation: Option<&'a JsonObject>,
}

impl<'a> Draft<'a> {
    /// A token outside organizations.
    #[must_use]
    pub fn new(jti: &'a str, audience: Option<&'a str>, scope: Option<&'a str>) -> Self {
        Self { jti, audience, scope, organization: None, impersonation: None }
    }
}

impl Draft<'_> {
    fn facts(&self, client: &OidcClient, kind: &str) -> JsonObject {
        let mut facts = JsonObject::new();
        let mut add = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                facts.insert(name.to_owned(), value.into());
            }
        };
        add("jti", Some(self.jti));
        add("aud", self.audience);
        add("scope", self.scope);
        add("clientId", Some(client.id()));
        add("kind", Some(kind));
        facts
    }
}

/// The claims to add to a user's token, which rests on `source`.
///
/// # Errors
/// `access_denied` when the script says so, `invalid_request` when it fails and must not.
pub async fn for_user(
    environment: &Environment,
    client: &OidcClient,
    user: &User,
    source: &TokenPayload,
    gty: &str,
    draft: &Draft<'_>,
) -> Result<JsonObject, OidcError> {
    let key = JwtCustomizerKey::AccessToken;
    let Some(customizer) = environment.snapshot.jwt_customizer(key) else { return Ok(JsonObject::new()) };
    let (ctx, mut token) = (&environment.ctx, draft.facts(client, "AccessToken"));
    for (name, value) in [
        ("accountId", json!(user.id)),
        ("grantId", json!(source.grant_id)),
        ("gty", json!(gty)),
        ("sessionUid", json!(source.session_uid)),
        ("sid", json!(source.sid)),
        ("expiresWithSession", json!(source.expires_with_session)),
    ] {
        if !value.is_null() {
            token.insert(name.to_owned(), value);
        }
    }
    let mut context = JsonObject::new();
    context.insert("user".to_owned(), user_context::of(ctx, user).await?.into());
    if let Some(submission) = submission(environment, source).await? {
        context.insert("interaction".to_owned(), submission.into());
    }
    context.insert("application".to_owned(), application(client));
    if let Some(organization) = draft.organization {
        context.insert("organization".to_owned(), facts_of(organization));
    }
    if let Some(noted) = draft.impersonation {
        context.insert("grant".to_owned(), json!({ "type": TOKEN_EXCHANGE, "subjectTokenContext": noted }));
    }
    run(environment, key, customizer, TokenFacts { token, context }).await
}

fn facts_of(organization: &Organization) -> Value {
    json!({
        "id": organization.id,
        "name": organization.name,
        "description": organization.description,
        "customData": organization.custom_data,
    })
}

/// The claims to add to a machine's token.
///
/// # Errors
/// As [`for_user`].
pub async fn for_machine(
    environment: &Environment,
    client: &OidcClient,
    draft: &Draft<'_>,
) -> Result<JsonObject, OidcError> {
    let key = JwtCustomizerKey::ClientCredentials;
    let Some(customizer) = environment.snapshot.jwt_customizer(key) else { return Ok(JsonObject::new()) };
    let mut context = JsonObject::new();
    context.insert("application".to_owned(), application(client));
    let token = draft.facts(client, "ClientCredentials");
    run(environment, key, customizer, TokenFacts { token, context }).await
}

/// How the session that the token rests on began.
async fn submission(
    environment: &Environment,
    source: &TokenPayload,
) -> Result<Option<JsonObject>, OidcError> {
    let Some(session_uid) = &source.session_uid else { return Ok(None) };
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let extension = oidc_session_extensions::find(db, tenant, session_uid).await?;
    let is_told = |(key, _): &(String, Value)| SUBMISSION_KEYS.contains(&key.as_str());
    Ok(extension.map(|extension| extension.last_submission.into_iter().filter(is_told).collect()))
}

/// The application without its secret.
fn application(client: &OidcClient) -> Value {
    let mut value = json!(client.application());
    if let Value::Object(members) = &mut value {
        members.remove("secret");
    }
    value
}

async fn run(
    environment: &Environment,
    key: JwtCustomizerKey,
    customizer: &JwtCustomizer,
    facts: TokenFacts,
) -> Result<JsonObject, OidcError> {
    let ctx = &environment.ctx;
    let user_id = facts.token.get("accountId").cloned();
    let client_id = facts.token.get("clientId").cloned();
    let error = match custom_claims::of_tenant(ctx, customizer, facts).await {
        Ok(mut claims) => {
            claims.retain(|name, _| !RESERVED.contains(&name.as_str()));
            return Ok(claims);
        }
        Err(ScriptError::AccessDenied { message }) if message.is_empty() => {
            return Err(OidcErrorKind::AccessDenied.because("access is denied"));
        }
        Err(ScriptError::AccessDenied { message }) => {
            return Err(OidcErrorKind::AccessDenied.because(message));
        }
        Err(error) => error,
    };
    let name = match key {
        JwtCustomizerKey::AccessToken => "AccessToken",
        JwtCustomizerKey::ClientCredentials => "ClientCredentials",
    };
    let entry = AuditEntry::error(format!("JwtCustomizer.{name}"), json!({ "message": error.to_string() }))
        .with("userId", user_id)
        .with("applicationId", client_id)
        .with("ip", environment.caller.ip.clone())
        .with("userAgent", environment.caller.user_agent.clone());
    ctx.audit(entry).await;
    // Clients were once written for a service that always went on.
    let blocks = customizer.block_issuance_on_error == Some(true) && !ctx.app.settings.is_integration_test;
    if blocks {
        return Err(OidcErrorKind::InvalidRequest.because("the token claims script failed"));
    }
    Ok(JsonObject::new())
}
