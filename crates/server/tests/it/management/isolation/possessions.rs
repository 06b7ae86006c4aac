//! One entity of each kind that an address or a body can name, made in one tenant.

use crate::harness::{Caller, NOW_MS, Server};
use portico_crypto::seal::Sealed;
use portico_identity::audit::AuditEntry;
use portico_model::{TenantId, oidc::OidcModel, secret::TokenSetMetadata};
use portico_store::{
    StoreError, oidc_artifacts,
    oidc_session_extensions::{self, SessionExtension},
    secrets::{self, SocialTokenSet},
    sign_in_experiences,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SAML_METADATA: &str = include_str!("../saml_metadata.xml");

/// Ids by kind.
pub struct Possessions(BTreeMap<&'static str, String>);

/// What a path parameter names, by the segment before it and its own name.
pub fn kind_of_parameter(segment: &str, name: &str) -> String {
    match (segment, name) {
        ("roles", "organizationRoleId") => "organization-roles",
        ("scopes", "organizationScopeId") => "organization-scopes",
        ("scopes", "scopeId") => "resource-scopes",
        // The walk takes the first scope type of the document.
        ("{scopeType}", "scopeId") => "organization-scopes",
        ("secrets", "name") => "application-secrets",
        ("secrets", "secretId") => "saml-secrets",
        ("consent-organizations", _) => "organizations",
        ("sso-identities", _) => "sso-connectors",
        ("saml", _) => "saml-applications",
        ("{keyType}", _) => "oidc-keys",
        _ => segment,
    }
    .to_owned()
}

/// What a field of a body names.
pub fn kind_of_field(name: &str) -> Option<&'static str> {
    Some(match name {
        "userId" | "userIds" | "inviterId" | "acceptedUserId" => "users",
        "applicationIds" => "applications",
        "roleIds" | "userRoleIds" => "roles",
        "scopeIds" | "resourceScopeIds" | "resourceScopes" | "organizationResourceScopes" => {
            "resource-scopes"
        }
        "organizationId" | "organizationIds" | "jitOrganizationIds" => "organizations",
        "organizationRoleIds" => "organization-roles",
        "organizationScopeIds" | "organizationScopes" => "organization-scopes",
        "ssoConnectorIds" => "sso-connectors",
        _ => return None,
    })
}

impl Possessions {
    pub fn get(&self, kind: &str) -> Option<&str> {
        self.0.get(kind).map(String::as_str)
    }

    /// Ids that are random and therefore may appear in no answer to another tenant.
    pub fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(kind, id)| (*kind, id.as_str())).filter(|(_, id)| id.len() >= 12)
    }

    /// Makes one of each; `name` goes into whatever is named by its owner.
    pub async fn make(server: &Server, tenant: &TenantId, caller: &Caller, name: &str) -> Self {
        let mut made = Self(BTreeMap::new());
        made.make_access(caller, name).await;
        made.make_people(caller, name).await;
        made.make_settings(caller, name).await;
        made.make_traces(server, tenant, caller, name).await;
        made
    }

    fn keep(&mut self, kind: &'static str, entity: &Value) {
        self.keep_text(kind, entity["id"].as_str().unwrap_or_else(|| panic!("{kind}: {entity}")));
    }

    fn keep_text(&mut self, kind: &'static str, id: &str) {
        self.0.insert(kind, id.to_owned());
    }

    fn path(&self, kind: &str) -> String {
        format!("/api/{kind}/{}", self.0[kind])
    }

    async fn make_access(&mut self, caller: &Caller, name: &str) {
        let body = json!({ "name": name, "indicator": format!("https://{name}.example") });
        self.keep("resources", &caller.post("/api/resources", body).await.ok());
        let path = format!("{}/scopes", self.path("resources"));
        let body = json!({ "name": format!("read:{name}") });
        self.keep("resource-scopes", &caller.post(&path, body).await.ok());
        let body = json!({ "name": name, "description": name, "scopeIds": [self.0["resource-scopes"]] });
        self.keep("roles", &caller.post("/api/roles", body).await.ok());
        let scope = caller.post("/api/organization-scopes", json!({ "name": name })).await.ok();
        self.keep("organization-scopes", &scope);
        let body = json!({
            "name": name, "organizationScopeIds": [scope["id"]], "resourceScopeIds": [self.0["resource-scopes"]],
        });
        self.keep("organization-roles", &caller.post("/api/organization-roles", body).await.ok());
        self.keep("organizations", &caller.post("/api/organizations", json!({ "name": name })).await.ok());

        let body = json!({
            "name": name, "type": "Traditional", "isThirdParty": true,
            "oidcClientMetadata": { "redirectUris": ["https://app.example/callback"], "postLogoutRedirectUris": [] },
        });
        self.keep("applications", &caller.post("/api/applications", body).await.ok());
        let path = self.path("applications");
        let secret = format!("secret-{name}");
        caller.post(&format!("{path}/secrets"), json!({ "name": secret })).await.ok();
        self.keep_text("application-secrets", &secret);
        let scopes = json!({ "resourceScopes": [self.0["resource-scopes"]], "userScopes": ["profile"] });
        caller.post(&format!("{path}/user-consent-scopes"), scopes).await.ok();
    }

    async fn make_people(&mut self, caller: &Caller, name: &str) {
        let email = format!("{name}@example.com");
        let user = json!({ "username": name, "primaryEmail": email });
        self.keep("users", &caller.post("/api/users", user).await.ok());
        let (user, path) = (self.0["users"].clone(), self.path("users"));
        caller.post(&format!("{path}/roles"), json!({ "roleIds": [self.0["roles"]] })).await.ok();
        let token = format!("token-{name}");
        caller.post(&format!("{path}/personal-access-tokens"), json!({ "name": token })).await.ok();
        self.keep_text("personal-access-tokens", &token);
        caller.post(&format!("{path}/mfa-verifications"), json!({ "type": "Totp" })).await.ok();
        let factors = caller.get(&format!("{path}/mfa-verifications")).await.ok();
        self.keep("mfa-verifications", &factors[0]);
        let identity = json!({ "userId": format!("github-{name}") });
        let target = format!("site-{name}");
        caller.put(&format!("{path}/identities/{target}"), identity).await.ok();
        self.keep_text("identities", &target);

        let organization = self.path("organizations");
        caller.post(&format!("{organization}/users"), json!({ "userIds": [user] })).await.ok();
        let roles = json!({ "organizationRoleIds": [self.0["organization-roles"]] });
        caller.post(&format!("{organization}/users/{user}/roles"), roles.clone()).await.ok();
        caller.post(&format!("{organization}/jit/roles"), roles).await.ok();
        let domain = format!("{name}.example");
        caller
            .post(&format!("{organization}/jit/email-domains"), json!({ "emailDomain": domain }))
            .await
            .ok();
        self.keep_text("email-domains", &domain);
        let body = json!({
            "invitee": format!("guest-{email}"), "organizationId": self.0["organizations"], "expiresAt": NOW_MS + 60_000,
        });
        self.keep("organization-invitations", &caller.post("/api/organization-invitations", body).await.ok());
        self.keep(
            "one-time-tokens",
            &caller.post("/api/one-time-tokens", json!({ "email": email })).await.ok(),
        );
        let consent = format!("{}/users/{user}/consent-organizations", self.path("applications"));
        caller.post(&consent, json!({ "organizationIds": [self.0["organizations"]] })).await.ok();
    }

    async fn make_settings(&mut self, caller: &Caller, name: &str) {
        let oidc = json!({ "connectorId": "oidc", "metadata": { "target": name }, "config": {
            "clientId": "c", "clientSecret": "s", "scope": "openid",
            "authorizationEndpoint": "https://idp.example.com/auth", "tokenEndpoint": "https://idp.example.com/token",
            "idTokenVerificationConfig": { "jwksUri": "https://idp.example.com/jwks" },
        } });
        self.keep("connectors", &caller.post("/api/connectors", oidc).await.ok());
        let saml = json!({
            "providerName": "SAML", "connectorName": name, "domains": [format!("{name}.corp.example")],
            "config": { "metadata": SAML_METADATA },
        });
        self.keep("sso-connectors", &caller.post("/api/sso-connectors", saml).await.ok());
        let path = self.path("sso-connectors");
        self.keep("signing-keys", &caller.post(&format!("{path}/signing-keys"), json!({})).await.ok());
        let jit = format!("{}/jit/sso-connectors", self.path("organizations"));
        caller.post(&jit, json!({ "ssoConnectorIds": [self.0["sso-connectors"]] })).await.ok();
        self.keep(
            "saml-applications",
            &caller.post("/api/saml-applications", json!({ "name": name })).await.ok(),
        );
        let path = format!("{}/secrets", self.path("saml-applications"));
        self.keep("saml-secrets", &caller.post(&path, json!({ "lifeSpanInYears": 3 })).await.ok());

        let hook =
            json!({ "name": name, "events": ["User.Created"], "config": { "url": "https://hooks.example" } });
        self.keep("hooks", &caller.post("/api/hooks", hook).await.ok());
        self.keep(
            "domains",
            &caller.post("/api/domains", json!({ "domain": format!("{name}.acme.invalid") })).await.ok(),
        );
        let templates = json!({ "templates": [{
            "languageTag": "en", "templateType": "SignIn",
            "details": { "subject": name, "content": "{{code}}", "contentType": "text/html" },
        }] });
        self.keep("email-templates", &caller.put("/api/email-templates", templates).await.ok()[0]);
        let field = format!("field_{name}");
        let body = json!({ "name": field, "type": "Text", "label": name, "required": false, "config": {} });
        caller.post("/api/custom-profile-fields", body).await.ok();
        self.keep_text("custom-profile-fields", &field);
        let language = if name == "ours" { "de" } else { "fr" };
        caller.put(&format!("/api/custom-phrases/{language}"), json!({})).await.ok();
        self.keep_text("custom-phrases", language);
        self.keep("oidc-keys", &caller.get("/api/configs/oidc/private-keys").await.ok()[0]);
    }

    /// What people leave behind when they sign in.
    async fn make_traces(&mut self, server: &Server, tenant: &TenantId, caller: &Caller, name: &str) {
        let ctx = server.ctx(tenant);
        // The API wants a way to recover passwords first, which needs a connector that really sends.
        let of = tenant.clone();
        let written: Result<(), StoreError> = ctx
            .write_settings(move |tx| {
                Box::pin(async move {
                    let mut settings = sign_in_experiences::find_for_update(tx, &of).await?.unwrap();
                    settings.password_expiration.enabled = Some(true);
                    settings.password_expiration.valid_period_days = Some(90);
                    sign_in_experiences::update(tx, &of, &settings).await
                })
            })
            .await;
        written.unwrap();
        ctx.audit(AuditEntry::success("Interaction.SignIn.Submit").with("userId", Some(&*self.0["users"])))
            .await;
        self.keep("logs", &caller.get("/api/logs").await.ok()[0]);

        let (user, application) = (self.0["users"].clone(), self.0["applications"].clone());
        let (grant, session) = (format!("grant-of-{name}"), format!("session-of-{name}"));
        let seconds = NOW_MS / 1000;
        let payload = json!({
            "kind": "Grant", "jti": grant, "iat": seconds, "exp": seconds + 100, "accountId": user, "clientId": application,
        });
        let expires_at = (seconds + 100) * 1000;
        let db = &server.app.db;
        oidc_artifacts::upsert(db, tenant, OidcModel::Grant, &grant, &payload, expires_at).await.unwrap();
        let payload = json!({
            "kind": "Session", "jti": session, "uid": session, "iat": seconds, "exp": seconds + 100, "accountId": user,
            "loginTs": seconds, "authorizations": { (&application): { "sid": "s", "grantId": grant } },
        });
        oidc_artifacts::upsert(db, tenant, OidcModel::Session, &session, &payload, expires_at).await.unwrap();
        let extension = SessionExtension {
            session_uid: session.clone(),
            account_id: user.clone(),
            last_submission: Default::default(),
            client_id: Some(application),
            cimd_client_id: None,
        };
        oidc_session_extensions::upsert(db, tenant, &extension, NOW_MS).await.unwrap();
        self.keep_text("grants", &grant);
        self.keep_text("sessions", &session);

        let (target, connector) = (self.0["identities"].clone(), self.0["connectors"].clone());
        let (of, identity) = (tenant.clone(), format!("github-{name}"));
        let written: Result<(), StoreError> = db
            .write(move |tx| {
                Box::pin(async move {
                    let part = || vec![1];
                    let sealed =
                        Sealed { iv: part(), ciphertext: part(), auth_tag: part(), encrypted_dek: part() };
                    let tokens = SocialTokenSet {
                        connector_id: &connector,
                        target: &target,
                        identity_id: &identity,
                        sealed: &sealed,
                        metadata: &TokenSetMetadata::default(),
                    };
                    secrets::replace_social_token_set(tx, &of, &user, &tokens, NOW_MS).await
                })
            })
            .await;
        written.unwrap();
        let user = self.0["users"].clone();
        let kept = secrets::list_social_token_sets(db, tenant, &user).await.unwrap();
        self.keep_text("secrets", &kept[0].id);
    }
}
