//! A server on a database of its own, and callers of its APIs.

use crate::post::Post;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use portico_assets::{AssetStorage, Place};
use portico_connectors::{OutboundPolicy, Registry, Services, http::HttpClient};
use portico_crypto::{clock::FixedClock, password::PasswordHasher};
use portico_identity::{App, Ctx, Settings, Tenant, app::AppParts};
use portico_model::{TenantId, connector::ConnectorType};
use portico_server::router;
use portico_store::testing::TestDb;
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};
use tower::ServiceExt;
use url::Url;

/// Where the clock of a test server stands: 2026-01-01.
pub const NOW_MS: i64 = 1_767_225_600_000;
const CORE: &str = "http://localhost:3001";
pub const ADMIN: &str = "http://localhost:3002";

/// A running server without sockets.
pub struct Server {
    pub app: Arc<App>,
    pub clock: Arc<FixedClock>,
    /// Where the messages lie that connectors `post-email` and `post-sms` send.
    pub post: Post,
    core: Router,
    admin: Router,
    /// Holds the uploads as long as the server runs.
    _folder: tempfile::TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Status and error code, the two things that most refusals are about.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body["code"].as_str().unwrap_or_default())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// Values of a header that may repeat.
    pub fn header_values(&self, name: &str) -> Vec<String> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    /// The body of a successful answer.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }
}

/// Somebody who calls an API of a tenant.
#[derive(Clone)]
pub struct Caller {
    router: Router,
    token: Option<String>,
}

impl Server {
    pub fn new(db: &TestDb) -> Self {
        Self::with_settings(db, Settings::default())
    }

    /// A server that keeps no uploads.
    pub fn without_assets(db: &TestDb) -> Self {
        Self::with_parts(db, Settings::default(), OutboundPolicy::default(), |_| None)
    }

    pub fn with_settings(db: &TestDb, settings: Settings) -> Self {
        Self::with_outbound(db, settings, OutboundPolicy::default())
    }

    /// A server that may call the addresses that the policy names.
    pub fn with_outbound(db: &TestDb, settings: Settings, policy: OutboundPolicy) -> Self {
        let open = |folder: &Path| Some(AssetStorage::open(&Place::folder(folder)).unwrap());
        Self::with_parts(db, settings, policy, open)
    }

    fn with_parts(
        db: &TestDb,
        settings: Settings,
        policy: OutboundPolicy,
        assets: fn(&Path) -> Option<AssetStorage>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::new(NOW_MS));
        let post = Post::default();
        let outbound = HttpClient::new(policy).unwrap();
        let app = App::new(AppParts {
            db: (**db).clone(),
            clock: clock.clone(),
            passwords: PasswordHasher::new(1).unwrap(),
            connectors: Registry::all(&Services::new(outbound.clone(), clock.clone()))
                .with(post.entry(ConnectorType::Email))
                .with(post.entry(ConnectorType::Sms)),
            outbound,
            kek: None,
            assets: assets(folder.path()),
            settings,
            tenants: vec![
                Tenant::new(TenantId::default_tenant(), &Url::parse(CORE).unwrap()),
                Tenant::new(TenantId::admin_tenant(), &Url::parse(ADMIN).unwrap()),
            ],
        });
        let of = |tenant: TenantId| router::tenant(&app.ctx(&tenant).unwrap());
        let (core, admin) = (of(TenantId::default_tenant()), of(TenantId::admin_tenant()));
        Self { app, clock, post, core, admin, _folder: folder }
    }

    pub fn ctx(&self, tenant: &TenantId) -> Ctx {
        self.app.ctx(tenant).unwrap()
    }

    /// Nobody, at the default tenant.
    pub fn anonymous(&self) -> Caller {
        Caller { router: self.core.clone(), token: None }
    }

    /// A machine with a token of the default tenant for its own Management API.
    pub async fn machine(&self) -> Caller {
        self.with_claims(&TenantId::default_tenant(), json!({ "sub": "machine", "client_id": "machine" }))
            .await
    }

    /// The same with a token issued at the present time of the server's clock.
    pub async fn machine_now(&self) -> Caller {
        let now = self.ctx(&TenantId::default_tenant()).now_ms() / 1000;
        let claims = json!({ "sub": "machine", "client_id": "machine", "iat": now, "exp": now + 3600 });
        self.with_claims(&TenantId::default_tenant(), claims).await
    }

    /// A machine of the admin tenant that administers the admin tenant itself.
    pub async fn admin_machine(&self) -> Caller {
        let claims =
            json!({ "sub": "m-admin", "client_id": "m-admin", "aud": "https://admin.logto.app/api" });
        self.at_admin(self.with_claims(&TenantId::admin_tenant(), claims).await)
    }

    /// A Console user with a token of the admin tenant for the default tenant's Management API.
    pub async fn console_user(&self, user_id: &str) -> Caller {
        self.with_claims(&TenantId::admin_tenant(), json!({ "sub": user_id, "client_id": "admin-console" }))
            .await
    }

    /// A caller of the default tenant whose token the given tenant signs, with these claims over the usual ones.
    pub async fn with_claims(&self, issuer: &TenantId, claims: Value) -> Caller {
        let issuer = self.ctx(issuer);
        let now = NOW_MS / 1000;
        let mut all = json!({
            "iss": issuer.tenant.issuer,
            "aud": "https://default.logto.app/api",
            "scope": "all",
            "iat": now,
            "exp": now + 3600,
        });
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let snapshot = issuer.snapshot().await.unwrap();
        let token = snapshot.signing_keys.current().sign_jwt(Some("at+jwt"), &all).unwrap();
        self.with_token(&token)
    }

    /// The same caller with the same token at the address of the admin tenant.
    pub fn at_admin(&self, caller: Caller) -> Caller {
        Caller { router: self.admin.clone(), ..caller }
    }

    /// A caller of the default tenant with any text as token.
    pub fn with_token(&self, token: &str) -> Caller {
        Caller { router: self.core.clone(), token: Some(token.to_owned()) }
    }
}

impl Caller {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// An answer that is not JSON.
    pub async fn get_text(&self, path: &str) -> String {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        self.request(request.body(body.map_or(Body::empty(), |body| Body::from(body.to_string()))).unwrap())
            .await
    }

    /// Sends a request as it is, with the caller's token.
    pub async fn request(&self, mut request: Request<Body>) -> Answer {
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}").parse().unwrap();
            request.headers_mut().entry(header::AUTHORIZATION).or_insert(value);
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body, bytes: bytes.into() }
    }
}
