//! A provider in process, and browsers and clients that talk to it.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderName, Request, StatusCode, header},
    middleware::from_fn,
    routing::get,
};
use portico_connectors::{
    Registry,
    http::{HttpClient, OutboundPolicy},
    registry::Services,
};
use portico_crypto::{FixedClock, PasswordHasher, id, pkce_s256};
use portico_http_kit::language;
use portico_identity::{App, Ctx, Settings, Tenant, app::AppParts, sign_in::stored};
use portico_model::{
    Application, ApplicationSecret, ApplicationType, CustomClientMetadata, JsonObject, OidcClientMetadata,
    TenantId, User,
    resource::{Resource, Scope},
    role::{Role, RoleType},
};
use portico_store::{StoreError, applications, consents, resources, roles, testing::TestDb, users};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tower::ServiceExt;
use url::Url;

pub const NOW_MS: i64 = 1_795_483_855_000;
pub const CALLBACK: &str = "http://localhost:9999/callback";
pub const VERIFIER: &str = "XWg9yr4krIWD6Oz-3D5Aytr-xSpnD1PBCBedUzwqqmU";
pub const API: &str = "https://things.example.com/api";

/// A provider for one tenant.
pub struct Provider {
    pub ctx: Ctx,
    pub clock: Arc<FixedClock>,
    pub router: Router,
}

/// A response, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// A parameter of the address that the browser is sent to.
    pub fn answer(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location()).unwrap_or_else(|_| panic!("not absolute: {}", self.location()));
        let pairs = url.query().or(url.fragment()).unwrap_or_default().to_owned();
        form_urlencoded::parse(pairs.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// Asserts an error of the protocol and returns its body.
    pub fn expect_error(&self, status: u16, error: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        let body = self.json();
        assert_eq!(body["error"], error, "{body}");
        assert_eq!(body["code"], format!("oidc.{error}"), "{body}");
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        assert!(body["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        body
    }
}

impl Provider {
    pub async fn new(db: &TestDb) -> Self {
        Self::for_tenant(db, TenantId::default_tenant()).await
    }

    pub async fn for_tenant(db: &TestDb, tenant: TenantId) -> Self {
        let clock = Arc::new(FixedClock::new(NOW_MS));
        let outbound =
            HttpClient::new(OutboundPolicy { allow_private: true, ..OutboundPolicy::default() }).unwrap();
        let endpoint = |port: u16| Url::parse(&format!("http://localhost:{port}")).unwrap();
        let app = App::new(AppParts {
            db: (**db).clone(),
            clock: clock.clone(),
            passwords: PasswordHasher::new(1).unwrap(),
            connectors: Registry::all(&Services::new(outbound.clone(), clock.clone())),
            outbound,
            kek: None,
            assets: None,
            settings: Settings::default(),
            tenants: vec![
                Tenant::new(TenantId::default_tenant(), &endpoint(3001)),
                Tenant::new(TenantId::admin_tenant(), &endpoint(3002)),
            ],
        });
        let ctx = app.ctx(&tenant).unwrap();
        let router = Router::new()
            .nest("/oidc", portico_oidc::router())
            .merge(portico_oidc::root_router(get(|| async { "the consent page" })))
            .merge(portico_oidc::interaction_router())
            .merge(portico_oidc::saml::router())
            .layer(from_fn(language::localize))
            .with_state(ctx.clone());
        Self { ctx, clock, router }
    }

    pub fn tenant(&self) -> &TenantId {
        &self.ctx.tenant.id
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts a form; with credentials, by HTTP basic authentication.
    pub async fn post(&self, path: &str, client: Option<&TestClient>, form: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(client) = client {
            request = request.header(header::AUTHORIZATION, client.basic());
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn token(&self, client: &TestClient, form: &[(&str, &str)]) -> Answer {
        let mut form = form.to_vec();
        if client.secret.is_none() {
            form.push(("client_id", &client.id));
        }
        self.post("/oidc/token", client.secret.as_ref().map(|_| client), &form).await
    }

    /// Exchanges the code in a redirect for tokens.
    pub async fn redeem(&self, client: &TestClient, code: &str, extra: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        form.extend_from_slice(extra);
        self.token(client, &form).await
    }

    pub async fn refresh(&self, client: &TestClient, token: &str, extra: &[(&str, &str)]) -> Answer {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        form.extend_from_slice(extra);
        self.token(client, &form).await
    }

    pub async fn user_info(&self, token: &str) -> Answer {
        self.get("/oidc/me", &[(header::AUTHORIZATION, &format!("Bearer {token}"))]).await
    }

    pub async fn write<F>(&self, job: F)
    where
        F: for<'t> FnOnce(
                &'t portico_store::Tx,
            ) -> futures_util::future::BoxFuture<'t, Result<(), StoreError>>
            + Send
            + 'static,
    {
        self.ctx.write_settings(job).await.unwrap();
    }

    pub async fn client(&self, kind: ApplicationType) -> TestClient {
        self.client_with(kind, |_| {}).await
    }

    pub async fn client_with(
        &self,
        kind: ApplicationType,
        change: impl FnOnce(&mut Application),
    ) -> TestClient {
        let mut application = Application {
            tenant_id: self.tenant().to_string(),
            id: id::standard_id(),
            name: "Bookstore".to_owned(),
            secret: format!("#internal:{}", id::secret()),
            description: None,
            kind,
            oidc_client_metadata: OidcClientMetadata {
                redirect_uris: vec![CALLBACK.to_owned()],
                post_logout_redirect_uris: vec!["http://localhost:9999/".to_owned()],
                ..OidcClientMetadata::default()
            },
            custom_client_metadata: CustomClientMetadata::default(),
            protected_app_metadata: None,
            custom_data: JsonObject::new(),
            is_third_party: false,
            app_level_access_control_enabled: false,
            created_at: NOW_MS,
        };
        change(&mut application);
        let secret = kind.is_confidential().then(id::secret);
        let client = TestClient { id: application.id.clone(), secret };
        let (tenant, stored) = (self.tenant().clone(), secret_row(&application, client.secret.as_deref()));
        self.write(move |tx| {
            Box::pin(async move {
                applications::insert(tx, &tenant, &application).await?;
                match stored {
                    Some(secret) => applications::insert_secret(tx, &tenant, &secret).await,
                    None => Ok(()),
                }
            })
        })
        .await;
        client
    }

    pub async fn set_secret_expiry(&self, client: &TestClient, expires_at: i64) {
        let (tenant, id) = (self.tenant().clone(), client.id.clone());
        let value = client.secret.clone().unwrap();
        self.write(move |tx| {
            Box::pin(async move {
                applications::delete_secret(tx, &tenant, &id, "Default secret").await?;
                let secret = ApplicationSecret {
                    tenant_id: tenant.to_string(),
                    application_id: id,
                    name: "Default secret".to_owned(),
                    value,
                    created_at: NOW_MS,
                    expires_at: Some(expires_at),
                };
                applications::insert_secret(tx, &tenant, &secret).await
            })
        })
        .await;
    }

    pub async fn allow_third_party_scopes(&self, client: &TestClient, scopes: &[&str]) {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        consents::add_user_scopes(&self.ctx.app.db, self.tenant(), &client.id, &scopes).await.unwrap();
    }

    pub async fn user(&self, username: &str) -> User {
        let mut user = User::new(self.tenant().as_str(), id::short_id(), NOW_MS);
        user.username = Some(username.to_owned());
        user.name = Some("Tr User".to_owned());
        user.primary_email = Some(format!("{username}@example.com"));
        let (tenant, stored) = (self.tenant().clone(), user.clone());
        self.write(move |tx| Box::pin(async move { users::insert(tx, &tenant, &stored).await })).await;
        user
    }

    pub async fn change_user(&self, user: &User, change: impl FnOnce(&mut User) + Send + 'static) {
        let (tenant, id) = (self.tenant().clone(), user.id.clone());
        self.write(move |tx| {
            Box::pin(async move { users::modify(tx, &tenant, &id, NOW_MS, change).await.map(drop) })
        })
        .await;
    }

    /// An API resource with the scopes `read:things` and `write:things`, and a role that gives the first to the user.
    pub async fn api_with_role(&self, user: &User) {
        let (tenant, user_id) = (self.tenant().clone(), user.id.clone());
        self.write(move |tx| {
            Box::pin(async move {
                let resource = Resource {
                    tenant_id: tenant.to_string(),
                    id: id::standard_id(),
                    name: "Things".to_owned(),
                    indicator: API.to_owned(),
                    is_default: false,
                    access_token_ttl: 3600,
                };
                resources::insert(tx, &tenant, &resource).await?;
                let role = Role {
                    tenant_id: tenant.to_string(),
                    id: id::standard_id(),
                    name: "reader".to_owned(),
                    description: String::new(),
                    kind: RoleType::User,
                    is_default: false,
                };
                roles::insert(tx, &tenant, &role).await?;
                users::assign_roles(tx, &tenant, &user_id, std::slice::from_ref(&role.id)).await?;
                for name in ["read:things", "write:things"] {
                    let scope = Scope {
                        tenant_id: tenant.to_string(),
                        id: id::standard_id(),
                        resource_id: resource.id.clone(),
                        name: name.to_owned(),
                        description: None,
                        created_at: NOW_MS,
                    };
                    resources::insert_scope(tx, &tenant, &scope).await?;
                    if name == "read:things" {
                        roles::assign_scopes(tx, &tenant, &role.id, &[scope.id]).await?;
                    }
                }
                Ok(())
            })
        })
        .await;
    }

    pub async fn make_api_default(&self) {
        let tenant = self.tenant().clone();
        self.write(move |tx| {
            Box::pin(async move {
                let mut resource = resources::find_by_indicator(tx, &tenant, API).await?.unwrap();
                resource.is_default = true;
                resources::update(tx, &tenant, &resource).await
            })
        })
        .await;
    }

    /// The whole sign-in of a new browser, up to the redirect with the code.
    pub async fn sign_in(
        &self,
        client: &TestClient,
        user: &User,
        extra: &[(&str, &str)],
    ) -> (Browser<'_>, Answer) {
        let mut browser = Browser::new(self);
        let answer = browser.sign_in(client, user, extra).await;
        (browser, answer)
    }

    /// Tokens of a new browser's sign-in.
    pub async fn tokens(&self, client: &TestClient, user: &User, extra: &[(&str, &str)]) -> Value {
        let (_, answer) = self.sign_in(client, user, extra).await;
        let tokens = self.redeem(client, &answer.answer("code").unwrap(), &[]).await;
        assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text());
        tokens.json()
    }
}

fn secret_row(application: &Application, value: Option<&str>) -> Option<ApplicationSecret> {
    value.map(|value| ApplicationSecret {
        tenant_id: application.tenant_id.clone(),
        application_id: application.id.clone(),
        name: "Default secret".to_owned(),
        value: value.to_owned(),
        created_at: NOW_MS,
        expires_at: None,
    })
}

/// A registered client.
#[derive(Clone)]
pub struct TestClient {
    pub id: String,
    pub secret: Option<String>,
}

impl TestClient {
    pub fn basic(&self) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", self.id, self.secret.as_deref().unwrap_or_default()))
        )
    }
}

/// The address of an authorization request; later parameters take the place of earlier ones, `-` removes.
pub fn authorization_url(client: &TestClient, extra: &[(&str, &str)]) -> String {
    let challenge = pkce_s256(VERIFIER);
    let mut parameters: Vec<(String, String)> = [
        ("client_id", client.id.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid offline_access profile email"),
        ("state", "fca043605c2de4e0"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    for (name, value) in extra {
        if *name != "resource" {
            parameters.retain(|(known, _)| known != name);
        }
        if *value != "-" {
            parameters.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/oidc/auth?{query}")
}

/// The address of an authorization request that was pushed before (RFC 9126 §4).
pub fn pushed_url(client: &TestClient, request_uri: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &client.id)
        .append_pair("request_uri", request_uri)
        .finish();
    format!("/oidc/auth?{query}")
}

/// A browser: keeps cookies by name and path, follows nothing by itself.
pub struct Browser<'p> {
    pub provider: &'p Provider,
    pub cookies: BTreeMap<(String, String), String>,
}

impl<'p> Browser<'p> {
    pub fn new(provider: &'p Provider) -> Self {
        Self { provider, cookies: BTreeMap::new() }
    }

    pub fn cookie_header(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap();
        let sent = self.cookies.iter().filter(|((_, scope), _)| path.starts_with(scope.as_str()));
        sent.map(|((name, _), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.set_cookies() {
            let mut parts = cookie.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let path = parts.find_map(|part| part.strip_prefix("path=")).unwrap().to_owned();
            if cookie.contains("expires=Thu, 01 Jan 1970") {
                self.cookies.remove(&(name.to_owned(), path));
            } else {
                self.cookies.insert((name.to_owned(), path), value.to_owned());
            }
        }
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|((known, _), _)| known == name).map(|(_, value)| value.as_str())
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        let path = address.strip_prefix(&self.provider.ctx.tenant.endpoint).unwrap_or(address).to_owned();
        let cookies = self.cookie_header(&path);
        let answer = self.provider.get(&path, &[(header::COOKIE, &cookies)]).await;
        self.keep_cookies(&answer);
        answer
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        let request = Request::delete(path).header(header::COOKIE, self.cookie_header(path));
        let answer = self.provider.send(request.body(Body::empty()).unwrap()).await;
        self.keep_cookies(&answer);
        answer
    }

    pub async fn post(&mut self, path: &str, content_type: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, self.cookie_header(path))
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body))
            .unwrap();
        let answer = self.provider.send(request).await;
        self.keep_cookies(&answer);
        answer
    }

    /// Starts with a request that the client pushed before, and signs in.
    pub async fn sign_in_pushed(&mut self, client: &TestClient, user: &User, request_uri: &str) -> Answer {
        let address = pushed_url(client, request_uri);
        let started = self.get(&address).await;
        assert!(started.location().starts_with("/sign-in?app_id="), "{}", started.text());
        let resume = self.submit_login(user).await;
        let consent = self.get(&resume).await.location().to_owned();
        let resume = self.get(&consent).await.location().to_owned();
        self.get(&resume).await
    }

    pub async fn authorize(&mut self, client: &TestClient, extra: &[(&str, &str)]) -> Answer {
        self.get(&authorization_url(client, extra)).await
    }

    /// The uid of the browser's newest interaction.
    pub fn interaction_uid(&self) -> String {
        portico_identity::interaction::uid_in_cookie(self.cookie("_interaction").unwrap(), None).unwrap()
    }

    /// Confirms the logout of a page that `/session/end` answered with.
    pub async fn confirm_logout(&mut self, page: &Answer) -> Answer {
        let html = page.text();
        let xsrf = html.split("name=\"xsrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = format!("xsrf={xsrf}&logout=yes");
        self.post("/oidc/session/end/confirm", "application/x-www-form-urlencoded", form).await
    }

    /// What the sign-in API does when the user has proved who they are.
    pub async fn submit_login(&self, user: &User) -> String {
        let ctx = &self.provider.ctx;
        let mut interaction = stored::find(ctx, &self.interaction_uid()).await.unwrap().unwrap();
        let result = json!({ "login": { "accountId": user.id }, "interactionEvent": "SignIn" });
        interaction.merge_result(result.as_object().cloned().unwrap());
        stored::save(ctx, &interaction).await.unwrap();
        interaction.payload.return_to
    }

    /// From the authorization request over sign-in and automatic consent to the redirect back to the client.
    pub async fn sign_in(&mut self, client: &TestClient, user: &User, extra: &[(&str, &str)]) -> Answer {
        let started = self.authorize(client, extra).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
        assert!(started.location().starts_with("/sign-in?app_id="), "{}", started.location());
        let resume = self.submit_login(user).await;
        let consent = self.get(&resume).await;
        assert_eq!(consent.location(), format!("/consent?app_id={}", client.id));
        let consent_path = consent.location().to_owned();
        let consented = self.get(&consent_path).await;
        assert_eq!(consented.status, StatusCode::FOUND, "{}", consented.text());
        let resume = consented.location().to_owned();
        let done = self.get(&resume).await;
        assert!(done.location().starts_with(CALLBACK), "{} {}", done.location(), done.text());
        done
    }
}

/// Claims of a token, verified with the provider's published keys.
pub async fn verified_claims(provider: &Provider, token: &str, audience: &str, typ: Option<&str>) -> Value {
    let keys = provider.get("/oidc/jwks", &[]).await.json();
    let keys = portico_crypto::jose::JwkSet::from_value(&keys).unwrap();
    let validation = portico_crypto::jose::Validation::at(provider.ctx.now_ms() / 1000)
        .issuer(&provider.ctx.tenant.issuer)
        .audience(audience);
    let (header, claims) = keys.verify_with_header(token, &validation).unwrap();
    assert_eq!(header.typ.as_deref(), typ);
    Value::Object(claims)
}

/// The names of an object's members, in order.
pub fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
