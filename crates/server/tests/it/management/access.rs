//! Who may call, from where.

use crate::harness::{ADMIN, Server};
use axum::{body::Body, http::Request};
use portico_model::TenantId;
use portico_store::testing::TestDb;
use serde_json::json;

/// One address of each resource.
const PATHS: &[&str] = &[
    "/api/applications",
    "/api/applications/x",
    "/api/applications/x/secrets",
    "/api/applications/x/roles",
    "/api/configs/admin-console",
    "/api/connector-factories",
    "/api/connectors",
    "/api/resources",
    "/api/resources/x/scopes",
    "/api/roles",
    "/api/sign-in-exp",
    "/api/users",
    "/api/users/x",
    "/api/users/x/custom-data",
    "/api/users/x/roles",
];

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let db = TestDb::sqlite().await;
    let server = Server::new(&db);
    for path in PATHS {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.refusal(), (401, "auth.authorization_header_missing"), "{path}");
    }
}

#[tokio::test]
async fn tokens_that_are_not_for_this_api_are_refused() {
    let db = TestDb::sqlite().await;
    let server = Server::new(&db);
    let default = TenantId::default_tenant();
    let expired = json!({ "sub": "m", "exp": crate::harness::NOW_MS / 1000 - 3600 });
    let elsewhere = json!({ "sub": "m", "aud": "https://api.example.com" });
    let other_tenant = json!({ "sub": "m", "aud": "https://admin.logto.app/api" });
    let stranger = json!({ "sub": "m", "iss": "https://stranger.example/oidc" });
    for claims in [expired, elsewhere, other_tenant, stranger] {
        let answer = server.with_claims(&default, claims.clone()).await.get("/api/users").await;
        assert_eq!(answer.refusal(), (401, "auth.unauthorized"), "{claims}");
    }
    for token in ["", "x", "a.b.c"] {
        let answer = server.with_token(token).get("/api/users").await;
        assert_eq!(answer.status.as_u16(), 401, "{token:?}");
    }
    let basic = Request::get("/api/users").header("authorization", "Basic eDp5").body(Body::empty()).unwrap();
    let answer = server.anonymous().request(basic).await;
    assert_eq!(answer.refusal(), (401, "auth.authorization_token_type_not_supported"));
}

#[tokio::test]
async fn a_token_without_the_scope_is_forbidden() {
    let db = TestDb::sqlite().await;
    let server = Server::new(&db);
    for scope in ["", "openid profile", "all:read", "allx"] {
        let claims = json!({ "sub": "m", "scope": scope });
        let answer = server.with_claims(&TenantId::default_tenant(), claims).await.get("/api/users").await;
        assert_eq!(answer.refusal(), (403, "auth.forbidden"), "{scope}");
    }
}

#[tokio::test]
async fn the_admin_tenant_administers_the_default_tenant_but_not_the_other_way_round() {
    let db = TestDb::sqlite().await;
    let server = Server::new(&db);
    assert!(server.console_user("u").await.get("/api/users").await.status.is_success());
    let claims = json!({ "sub": "m", "aud": "https://admin.logto.app/api" });
    let from_default = server.with_claims(&TenantId::default_tenant(), claims).await;
    assert_eq!(from_default.get("/api/users").await.refusal(), (401, "auth.unauthorized"));
}

#[tokio::test]
async fn the_console_may_call_from_its_origin_and_strangers_may_not() {
    let db = TestDb::sqlite().await;
    let server = Server::new(&db);
    let preflight = |origin: &str| {
        Request::options("/api/users")
            .header("origin", origin)
            .header("access-control-request-method", "PATCH")
            .header("access-control-request-headers", "authorization,content-type")
            .body(Body::empty())
            .unwrap()
    };
    let answer = server.anonymous().request(preflight(ADMIN)).await;
    assert!(answer.status.is_success());
    assert_eq!(answer.header_values("access-control-allow-origin"), [ADMIN]);
    assert_eq!(answer.header_values("access-control-allow-headers"), ["authorization,content-type"]);
    for origin in ["http://localhost:30022", "http://evil.example", "null", "https://localhost:3002"] {
        let answer = server.anonymous().request(preflight(origin)).await;
        assert_eq!(answer.header_values("access-control-allow-origin"), [""; 0], "{origin}");
    }
    let request = Request::get("/api/users").header("origin", ADMIN).body(Body::empty()).unwrap();
    let answer = server.machine().await.request(request).await;
    assert_eq!(answer.header_values("access-control-expose-headers"), ["*"]);
    // Even a refusal must be readable, or the Console could not tell that its token has expired.
    let request = Request::get("/api/users").header("origin", ADMIN).body(Body::empty()).unwrap();
    let answer = server.anonymous().request(request).await;
    assert_eq!(answer.header_values("access-control-allow-origin"), [ADMIN]);
}

portico_store::both_databases! {
    async fn text_that_cannot_be_stored_is_bad_input_wherever_it_stands(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let missing = "/api/users/%00";
        for path in [missing, "/api/users/%FF", "/api/applications/%00/roles", "/api/applications?search=%00", "/api/applications?excludeRoleId=%00"] {
            assert_eq!(machine.get(path).await.refusal(), (400, "request.invalid_input"), "{path}");
        }
        assert_eq!(machine.delete(missing).await.refusal(), (400, "request.invalid_input"));
        let change = machine.patch(missing, json!({ "name": "Ada" })).await;
        assert_eq!(change.refusal(), (400, "request.invalid_input"));
        let scope = machine.post("/api/resources/%FF/scopes", json!({ "name": "read" })).await;
        assert_eq!(scope.refusal(), (400, "request.invalid_input"));
    }
}
