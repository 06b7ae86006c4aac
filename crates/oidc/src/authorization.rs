//! From a checked authorization request to its answer: ask the user, or issue a code.

use crate::{
    changes::Changes,
    consent::{self, ScopeSet},
    cookies::{self, Cookie},
    environment::Environment,
    error::OidcError,
    login_url::{consent_url, login_url},
    prompt::{self, LoginFacts, Prompt, PromptName},
    request::{AUTHORIZATION_PARAMETERS, AuthorizationRequest, Redirect},
    response_mode::see_other,
    scope::OFFLINE_ACCESS,
    session::Session,
    token::Secret,
};
use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use portico_crypto::id::opaque_token;
use portico_identity::{
    audit::AuditEntry,
    interaction::{INTERACTION_COOKIE, cookie_with},
};
use portico_model::{
    HookEvent, JsonObject,
    oidc::{AUTHORIZATION_CODE_TTL_SECONDS, INTERACTION_TTL_SECONDS, OidcModel},
    oidc_artifact::{
        GrantPayload, InteractionPayload, InteractionPrompt, InteractionSession, OneOrMany, TokenPayload,
    },
};
use portico_store::{oidc_artifacts, users};
use serde_json::{Value, json};

/// Lifetime of the cookie that carries a Google One Tap credential, in seconds.
const GOOGLE_ONE_TAP_SECONDS: i64 = 10;

/// An authorization under way: what was asked, who asks, and what will be written.
pub struct Authorization<'e> {
    /// The checked request.
    pub request: AuthorizationRequest<'e>,
    /// The browser's session.
    pub session: Session,
    /// What the answer writes.
    pub changes: Changes,
    /// Headers of the answer, cookies above all.
    pub headers: HeaderMap,
    /// Resume address of the interaction that is taken up.
    pub resumed_path: Option<String>,
}

impl Authorization<'_> {
    fn environment(&self) -> &Environment {
        self.request.environment
    }

    /// Answers the request.
    ///
    /// # Errors
    /// Of the protocol, when the client asked for no prompt and one is needed.
    pub async fn proceed(self) -> Result<Response, OidcError> {
        let Some(account_id) = self.active_account().await? else { return self.ask_to_sign_in().await };
        let facts = LoginFacts { account_id: Some(&account_id), ..self.login_facts() };
        if let Some(prompt) = prompt::login_prompt(facts) {
            return self.ask(prompt, None).await;
        }
        let grant = self.find_grant(&account_id).await?;
        let attainable = consent::attainable(&self.request, &account_id).await?;
        let missing = consent::missing(&attainable, grant.as_ref());
        let is_native = self.request.client()?.is_native();
        if let Some(prompt) = consent::consent_prompt(&self.request, is_native, grant.is_some(), &missing) {
            return self.ask(prompt, grant.map(|grant| grant.jti)).await;
        }
        match grant {
            Some(grant) => self.issue_code(account_id, &grant, &attainable).await,
            // Without a grant there is always a consent prompt.
            None => Err(OidcError::session_not_found("the grant is gone")),
        }
    }

    /// The session's user, unless deleted or suspended meanwhile.
    async fn active_account(&self) -> Result<Option<String>, OidcError> {
        let Some(account_id) = self.session.account_id() else { return Ok(None) };
        let ctx = &self.environment().ctx;
        let user = users::find_by_id(&ctx.app.db, &ctx.tenant.id, account_id).await?;
        Ok(user.filter(|user| !user.is_suspended).map(|user| user.id))
    }

    fn login_facts(&self) -> LoginFacts<'_> {
        LoginFacts {
            prompts: self.request.prompts,
            just_signed_in: self.request.result.contains_key(PromptName::Login.as_str()),
            account_id: None,
            seconds_since_login: self.environment().now() - self.session.login_ts(),
            max_age: self.request.max_age,
            hinted_account_id: self.request.hinted_account_id.as_deref(),
        }
    }

    async fn ask_to_sign_in(self) -> Result<Response, OidcError> {
        match prompt::login_prompt(self.login_facts()) {
            Some(prompt) => self.ask(prompt, None).await,
            None => Err(OidcError::session_not_found("nobody is signed in")),
        }
    }

    /// The client's grant: the one just consented to, or that of the session. Access that the operator withdrew
    /// from the user meanwhile makes a grant worthless.
    async fn find_grant(&self, account_id: &str) -> Result<Option<GrantPayload>, OidcError> {
        let client = self.request.client()?;
        let consented = self.request.result.get("consent").and_then(|consent| consent.get("grantId"));
        let in_session = || {
            self.session
                .authorization(client.id())
                .and_then(|authorization| authorization.grant_id.as_deref())
        };
        let Some(grant_id) = consented.and_then(Value::as_str).or_else(in_session) else { return Ok(None) };
        let grant = consent::find_grant(self.environment(), grant_id, client.id(), account_id).await?;
        if grant.is_some() {
            crate::access_control::check(self.environment(), client, account_id).await?;
        }
        Ok(grant)
    }

    /// Starts an interaction, or tells a client that wants none that one is needed.
    async fn ask(mut self, prompt: Prompt, grant_id: Option<String>) -> Result<Response, OidcError> {
        if self.request.prompts.none {
            return Err(prompt.error);
        }
        let environment = self.request.environment;
        let client_id = self.request.client()?.id().to_owned();
        let location = match prompt.name {
            PromptName::Login => login_url(&self.request.parameters, &client_id),
            PromptName::Consent => consent_url(&client_id),
        };
        let uid = opaque_token();
        self.set_interaction_cookies(&client_id, &uid);
        let payload = self.interaction(uid, prompt, grant_id);
        let entry = AuditEntry::success("Interaction.Create")
            .with("applicationId", Some(client_id))
            .with("interactionId", Some(payload.jti.clone()))
            .with("sessionId", Some(self.session.payload.uid.clone()))
            .with("userId", self.session.account_id())
            .with("prompt", Some(json!({ "name": payload.prompt.name, "reasons": payload.prompt.reasons })))
            .with("params", Some(Value::Object(payload.params.clone())));
        self.changes.log(environment.caller_of(entry));
        self.changes.put_interaction(payload);
        self.finish(see_other(&location)).await
    }

    fn interaction(&self, uid: String, prompt: Prompt, grant_id: Option<String>) -> InteractionPayload {
        let environment = self.environment();
        let session = self.session.account_id().map(|account_id| InteractionSession {
            account_id: account_id.to_owned(),
            uid: self.session.payload.uid.clone(),
        });
        let result = &self.request.result;
        InteractionPayload {
            kind: OidcModel::Interaction.as_str().to_owned(),
            iat: environment.now(),
            exp: environment.now() + INTERACTION_TTL_SECONDS,
            return_to: format!("{}/auth/{uid}", environment.issuer()),
            jti: uid,
            prompt: InteractionPrompt {
                name: prompt.name.as_str().to_owned(),
                reasons: prompt.reasons.into_iter().map(str::to_owned).collect(),
                details: prompt.details,
            },
            params: self.request.parameters.to_object(AUTHORIZATION_PARAMETERS),
            session,
            grant_id,
            device_code: self.request.device.as_ref().map(|device| device.jti.clone()),
            result: None,
            last_submission: (!result.is_empty()).then(|| result.clone()),
        }
    }

    fn set_interaction_cookies(&mut self, client_id: &str, uid: &str) {
        let environment = self.request.environment;
        let hints = hints(&self.request, client_id);
        let expires = Some(environment.now() + INTERACTION_TTL_SECONDS);
        let previous = cookies::find_signed(environment, INTERACTION_COOKIE);
        let interactions = cookie_with(previous, client_id, uid);
        let path = resume_path(environment, uid);
        let cookie =
            |name, value, path, expires, is_http_only| Cookie { name, value, path, expires, is_http_only };
        let headers = &mut self.headers;
        cookie(cookies::HINTS, &hints, "/", None, false).append(environment, headers);
        cookie(INTERACTION_COOKIE, &interactions, "/", expires, true).append(environment, headers);
        cookie(cookies::INTERACTION_RESUME, uid, &path, expires, true).append(environment, headers);
        if let Some(credential) =
            self.request.parameters.get("google_one_tap_credential").filter(|text| is_jwt(text))
        {
            let expires = Some(environment.now() + GOOGLE_ONE_TAP_SECONDS);
            cookie(cookies::GOOGLE_ONE_TAP, credential, "/", expires, false).append(environment, headers);
        }
        // A new resume cookie takes the place of the old one.
        self.resumed_path = None;
    }

    async fn issue_code(
        mut self,
        account_id: String,
        grant: &GrantPayload,
        attainable: &ScopeSet,
    ) -> Result<Response, OidcError> {
        let environment = self.request.environment;
        let scopes = granted_scopes(grant, attainable);
        let is_offline = scopes.iter().any(|scope| scope == OFFLINE_ACCESS);
        let client_id = self.request.client()?.id().to_owned();
        let sid = self.session.authorize(&client_id, &grant.jti, is_offline);
        let secret = Secret::generate();
        let code = self.code(&secret, account_id, grant, scopes, sid);
        self.limit_grants(grant).await?;
        if let Some(device) = self.request.device.take() {
            return self.answer_device(device, code).await;
        }
        self.changes.put_token(OidcModel::AuthorizationCode, code);
        let Some(Redirect { uri, mode }) = self.request.redirect.clone() else {
            return Err(OidcError::session_not_found("the answer has no address"));
        };
        let mut answer = vec![("code", secret.value.as_str())];
        let state = self.request.parameters.get("state").map(str::to_owned);
        answer.extend(state.as_deref().map(|state| ("state", state)));
        // RFC 9207: tells the client which server answers, against mix-up.
        answer.push(("iss", environment.issuer()));
        let response = mode.respond(&uri, &answer);
        self.finish(response).await
    }

    /// RFC 8628 §3.4: what would be the code waits for the device to ask.
    async fn answer_device(
        mut self,
        device: TokenPayload,
        code: TokenPayload,
    ) -> Result<Response, OidcError> {
        let TokenPayload { kind, jti, iat, exp, user_code, params, .. } = device;
        let agreed = TokenPayload { kind, jti, iat, exp, user_code, params, ..code };
        self.changes.put_token(OidcModel::DeviceCode, agreed);
        self.finish(see_other("/device/success")).await
    }

    fn code(
        &self,
        secret: &Secret,
        account_id: String,
        grant: &GrantPayload,
        scopes: Vec<String>,
        sid: String,
    ) -> TokenPayload {
        let environment = self.environment();
        let parameter = |name: &str| self.request.parameters.get(name).map(str::to_owned);
        let is_offline = scopes.iter().any(|scope| scope == OFFLINE_ACCESS);
        TokenPayload {
            kind: OidcModel::AuthorizationCode.as_str().to_owned(),
            jti: secret.digest.clone(),
            iat: environment.now(),
            exp: environment.now() + AUTHORIZATION_CODE_TTL_SECONDS,
            account_id: Some(account_id),
            client_id: Some(grant.client_id.clone()),
            grant_id: Some(grant.jti.clone()),
            scope: crate::scope::join(&scopes),
            resource: OneOrMany::from_list(
                self.request.resources.iter().map(|resource| resource.indicator.clone()).collect(),
            ),
            expires_with_session: (!is_offline).then_some(true),
            session_uid: Some(self.session.payload.uid.clone()),
            sid: Some(sid),
            auth_time: self.session.payload.login_ts,
            max_age_requested: self.request.max_age.map(|_| true),
            nonce: parameter("nonce"),
            redirect_uri: parameter("redirect_uri"),
            code_challenge: parameter("code_challenge"),
            code_challenge_method: parameter("code_challenge_method"),
            ..TokenPayload::default()
        }
    }

    /// Keeps the user's grants of a client within the client's limit; the oldest go, with their tokens.
    async fn limit_grants(&mut self, current: &GrantPayload) -> Result<(), OidcError> {
        let Some(limit) = self.request.client()?.settings().max_allowed_grants else { return Ok(()) };
        let environment = self.request.environment;
        let ctx = &environment.ctx;
        let grants = oidc_artifacts::list_by_account::<GrantPayload>(
            &ctx.app.db,
            &ctx.tenant.id,
            OidcModel::Grant,
            &current.account_id,
            environment.now_ms,
        )
        .await?;
        let mut others: Vec<_> = grants
            .into_iter()
            .filter(|grant| grant.payload.client_id == current.client_id && grant.id != current.jti)
            .collect();
        others.sort_by_key(|grant| grant.payload.iat);
        let kept = usize::try_from(limit.max(1) - 1).unwrap_or(usize::MAX);
        let surplus = others.len().saturating_sub(kept);
        let active_count = others.len() + 1;
        let revoked: Vec<String> = others.drain(..surplus).map(|grant| grant.id).collect();
        if revoked.is_empty() {
            return Ok(());
        }
        for grant_id in &revoked {
            self.changes.revoke_grant(grant_id.as_str());
        }
        let entry = AuditEntry::success("RevokeGrants")
            .with("applicationId", Some(current.client_id.as_str()))
            .with("userId", Some(current.account_id.as_str()))
            .with("revokeGrantIds", Some(json!(revoked)))
            .with("reason", Some("maxAllowedGrants"));
        self.changes.log(environment.caller_of(entry));
        let application = self.request.client()?.application();
        let facts = json!({
            "userId": current.account_id,
            "applicationId": current.client_id,
            "revokedGrantIds": revoked,
            "maxAllowedGrants": limit,
            "preRevocationActiveGrantCount": active_count,
            "application": application.summary(),
        });
        let recorder = environment.events().await?;
        if let Value::Object(facts) = facts {
            self.changes.tell(recorder, HookEvent::GrantLimitExceeded, facts);
        }
        Ok(())
    }

    /// Writes everything, then answers.
    async fn finish(self, response: Response) -> Result<Response, OidcError> {
        let Self { request, session, mut changes, mut headers, resumed_path } = self;
        let environment = request.environment;
        if let Some(path) = resumed_path {
            Cookie::removal(cookies::INTERACTION_RESUME, &path).append(environment, &mut headers);
        }
        if session.is_stored() || session.account_id().is_some() {
            session.save(environment, &mut changes, &mut headers);
        }
        changes.commit(&environment.ctx, environment.now_ms).await?;
        Ok((headers, response).into_response())
    }
}

/// The scopes of a code: attainable for the user, and allowed by the grant.
fn granted_scopes(grant: &GrantPayload, attainable: &ScopeSet) -> Vec<String> {
    let mut scopes = crate::scope::intersection(&attainable.user, &consent::granted_user_scopes(grant));
    for (indicator, wanted) in &attainable.resources {
        let granted = consent::granted_resource_scopes(grant, indicator);
        for scope in crate::scope::intersection(wanted, &granted) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
    }
    scopes
}

/// Path of an interaction's resume address, to which its cookie is bound.
#[must_use]
pub fn resume_path(environment: &Environment, uid: &str) -> String {
    format!("{}/auth/{uid}", environment.mount_path())
}

/// Hints for the sign-in page. The value stands unencoded in the header, so only harmless characters get in.
fn hints(request: &AuthorizationRequest<'_>, client_id: &str) -> String {
    let mut hints = JsonObject::new();
    let mut add = |name: &str, value: Option<&str>, also: &[char]| {
        let is_harmless = |text: &&str| {
            text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || also.contains(&c))
        };
        if let Some(value) = value.filter(is_harmless) {
            hints.insert(name.to_owned(), value.into());
        }
    };
    add("appId", Some(client_id), &[]);
    add("organizationId", request.parameters.get("organization_id"), &[]);
    add("uiLocales", request.parameters.get("ui_locales"), &[' ']);
    Value::Object(hints).to_string()
}

fn is_jwt(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
