//! A server without sockets, and browsers in it.

use crate::post::Post;
use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
    middleware,
};
use http_body_util::BodyExt as _;
use portico_assets::{AssetStorage, Place};
use portico_connectors::{HttpClient, OutboundPolicy, Registry, Services};
use portico_crypto::{FixedClock, PasswordHasher, cookie::CookieKeys, id, seal::Kek};
use portico_http_kit::{language, security_headers};
use portico_identity::{
    App, Ctx, Settings, Tenant,
    app::AppParts,
    interaction::{INTERACTION_COOKIE, Interaction, cookie_with},
    sign_in::{factor::password::stored_method, stored},
};
use portico_model::{
    SignInExperience, TenantId, User, connector::ConnectorType, log::Log, oidc_artifact::InteractionPayload,
};
use portico_store::{Db, StoreError, connectors, sign_in_experiences, users};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt as _;
use url::Url;

/// When tests take place, epoch milliseconds.
pub const NOW_MS: i64 = 1_795_483_854_000;
/// Acceptable to the default policy.
pub const PASSWORD: &str = "Tr4nscr!pt-pw-91";

/// A server.
pub struct World {
    pub ctx: Ctx,
    pub clock: Arc<FixedClock>,
    pub post: Post,
    router: Router,
    /// Holds the uploads as long as the server runs.
    _folder: tempfile::TempDir,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// Status and code, the way most tests look at errors.
    pub fn error(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    /// A text of the body.
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.body)).to_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

impl World {
    pub async fn new(db: &Db) -> Self {
        Self::of_tenant(db, TenantId::default_tenant()).await
    }

    pub async fn of_tenant(db: &Db, tenant: TenantId) -> Self {
        let (clock, post) = (Arc::new(FixedClock::new(NOW_MS)), Post::default());
        let policy = OutboundPolicy { allow_private: true, ..OutboundPolicy::default() };
        let outbound = HttpClient::new(policy).unwrap();
        let endpoint = |port: u16| Url::parse(&format!("http://localhost:{port}")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let app = App::new(AppParts {
            db: db.clone(),
            clock: clock.clone(),
            passwords: PasswordHasher::new(2).unwrap(),
            connectors: Registry::all(&Services::new(outbound.clone(), clock.clone()))
                .with(post.entry(ConnectorType::Email))
                .with(post.entry(ConnectorType::Sms)),
            outbound,
            kek: Some(Kek::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap()),
            assets: Some(AssetStorage::open(&Place::folder(folder.path())).unwrap()),
            settings: Settings { status_api_key: Some("status key".into()), ..Settings::default() },
            tenants: vec![
                Tenant::new(TenantId::default_tenant(), &endpoint(3001)),
                Tenant::new(TenantId::admin_tenant(), &endpoint(3002)),
            ],
        });
        let ctx = app.ctx(&tenant).unwrap();
        let router = Router::from(portico_experience_api::router())
            .route("/callback/{connectorId}", axum::routing::post(portico_experience_api::form_post_callback))
            .layer(middleware::from_fn(language::localize))
            .layer(middleware::from_fn(security_headers))
            .with_state(ctx.clone());
        Self { ctx, clock, post, router, _folder: folder }
    }

    /// Changes the sign-in settings.
    pub async fn settings(&self, change: impl FnOnce(&mut SignInExperience) + Send + 'static) {
        let tenant = self.ctx.tenant.id.clone();
        let changed = self.ctx.write_settings(move |tx| {
            Box::pin(async move {
                let mut settings = sign_in_experiences::find_for_update(tx, &tenant).await?.unwrap();
                change(&mut settings);
                sign_in_experiences::update(tx, &tenant, &settings).await
            })
        });
        changed.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
    }

    /// Adds a connector.
    pub async fn connector(&self, connector: portico_model::Connector) {
        let tenant = self.ctx.tenant.id.clone();
        let added = self.ctx.write_settings(move |tx| {
            Box::pin(async move { connectors::insert(tx, &tenant, &connector).await })
        });
        added.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
    }

    /// Adds an enterprise connector.
    pub async fn sso_connector(&self, connector: portico_model::SsoConnector) {
        let tenant = self.ctx.tenant.id.clone();
        let added = self.ctx.write_settings(move |tx| {
            Box::pin(async move { portico_store::sso_connectors::insert(tx, &tenant, &connector).await })
        });
        added.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
    }

    /// Adds a user with a username and [`PASSWORD`].
    pub async fn user(&self, username: &str, change: impl FnOnce(&mut User)) -> User {
        let hash = self.ctx.app.passwords.hash(PASSWORD).await.unwrap();
        let mut user = User::new(self.ctx.tenant.id.as_str(), id::short_id(), NOW_MS);
        user.username = Some(username.to_owned());
        user.password_encrypted = Some(hash.encoded);
        user.password_encryption_method = Some(stored_method(hash.method));
        change(&mut user);
        let (tenant, added) = (self.ctx.tenant.id.clone(), user.clone());
        let written = self
            .ctx
            .app
            .db
            .write(move |tx| Box::pin(async move { users::insert(tx, &tenant, &added).await }));
        written.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        user
    }

    pub async fn find_user(&self, username: &str) -> Option<User> {
        users::find_by_username(&self.ctx.app.db, &self.ctx.tenant.id, username, true).await.unwrap()
    }

    pub async fn count_users(&self) -> i64 {
        let (db, tenant) = (&self.ctx.app.db, &self.ctx.tenant.id);
        users::list(db, tenant, &users::UserFilter::default(), portico_store::Page::ALL).await.unwrap().total
    }

    /// The audit log, oldest first.
    pub async fn logs(&self) -> Vec<Log> {
        let page = portico_store::Page { offset: 0, limit: 100 };
        let filter = portico_store::logs::LogFilter::default();
        let mut logs =
            portico_store::logs::list(&self.ctx.app.db, &self.ctx.tenant.id, &filter, page).await.unwrap();
        logs.reverse();
        logs
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A browser that the OpenID provider has just sent to the sign-in page.
    pub async fn browser(&self) -> Browser<'_> {
        self.browser_of("an-application").await
    }

    pub async fn browser_of(&self, client_id: &str) -> Browser<'_> {
        let uid = id::opaque_token();
        let params = json!({ "client_id": client_id });
        let payload = InteractionPayload {
            kind: "Interaction".into(),
            jti: uid.clone(),
            iat: self.ctx.now_ms() / 1000,
            exp: self.ctx.now_ms() / 1000 + 3600,
            return_to: format!("{}/auth/{uid}", self.ctx.tenant.issuer),
            params: params.as_object().unwrap().clone(),
            ..InteractionPayload::default()
        };
        let interaction = Interaction { uid: uid.clone(), payload };
        stored::save(&self.ctx, &interaction).await.unwrap();
        let snapshot = self.ctx.snapshot().await.unwrap();
        let cookie = signed_cookie(&snapshot.cookie_keys, &cookie_with(None, client_id, &uid));
        Browser { world: self, uid, cookie }
    }

    /// A browser that has started a flow.
    pub async fn started(&self, event: &str) -> Browser<'_> {
        let browser = self.browser().await;
        browser.start(event).await;
        browser
    }
}

fn signed_cookie(keys: &CookieKeys, value: &str) -> String {
    let signature = keys.sign(INTERACTION_COOKIE, value).unwrap();
    format!("{INTERACTION_COOKIE}={value}; {INTERACTION_COOKIE}.sig={signature}")
}

/// A browser with the cookie of one interaction.
pub struct Browser<'w> {
    pub world: &'w World,
    pub uid: String,
    pub cookie: String,
}

impl Browser<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, &self.cookie);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.world.send(request.body(body).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, &format!("/api/experience/{path}"), Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, &format!("/api/experience{path}"), Some(body)).await
    }

    pub async fn start(&self, event: &str) {
        self.put("", json!({ "interactionEvent": event })).await.expect(204);
    }

    pub async fn switch(&self, event: &str) -> Answer {
        self.put("/interaction-event", json!({ "interactionEvent": event })).await
    }

    pub async fn password(&self, kind: &str, value: &str, password: &str) -> Answer {
        let body = json!({ "identifier": { "type": kind, "value": value }, "password": password });
        self.post("verification/password", body).await
    }

    pub async fn new_identity(&self, username: &str, password: &str) -> Answer {
        let body = json!({ "identifier": { "type": "username", "value": username }, "password": password });
        self.post("verification/new-password-identity", body).await
    }

    pub async fn identify(&self, verification_id: &str) -> Answer {
        self.post("identification", json!({ "verificationId": verification_id })).await
    }

    pub async fn submit(&self) -> Answer {
        self.call(Method::POST, "/api/experience/submit", None).await
    }

    pub async fn state(&self) -> Value {
        self.call(Method::GET, "/api/experience/interaction", None).await.expect(200).body
    }

    /// Verifies a password and identifies its user.
    pub async fn sign_in(&self, username: &str) {
        let proof = self.password("username", username, PASSWORD).await.expect(200).text("verificationId");
        self.identify(&proof).await.expect(204);
    }

    /// What the OpenID provider finds when the browser comes back.
    pub async fn result(&self) -> Value {
        let interaction = stored::find(&self.world.ctx, &self.uid).await.unwrap().unwrap();
        Value::Object(interaction.payload.result.unwrap_or_default())
    }
}
