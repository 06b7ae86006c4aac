//! What Hasura is told of a caller.

use crate::harness::{Caller, Server};
use portico_model::TenantId;
use portico_store::both_databases;
use serde_json::json;

const RESOURCE: &str = "https://graphql.example";
const PATH: &str = "/api/authn/hasura?resource=https://graphql.example";

async fn ask(caller: &Caller, path: &str, role: Option<&str>) -> crate::harness::Answer {
    let mut request = http::Request::get(path);
    if let Some(role) = role {
        request = request.header("expected-role", role);
    }
    caller.request(request.body(axum::body::Body::empty()).unwrap()).await
}

both_databases! {
    async fn a_role_is_told_to_those_who_hold_it(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let user = machine.post("/api/users", json!({ "username": "ada" })).await.ok()["id"].clone();
        let role = machine.post("/api/roles", json!({ "name": "editor", "description": "e" })).await.ok()["id"].clone();
        let path = format!("/api/users/{}/roles", user.as_str().unwrap());
        machine.post(&path, json!({ "roleIds": [role] })).await;
        let tenant = TenantId::default_tenant();
        let ada = server.with_claims(&tenant, json!({ "sub": user, "aud": RESOURCE, "client_id": "app" })).await;
        let or_guest = format!("{PATH}&unauthorizedRole=guest");

        let editor = json!({ "X-Hasura-User-Id": user, "X-Hasura-Role": "editor" });
        assert_eq!(ask(&ada, PATH, Some("editor")).await.ok(), editor);
        assert_eq!(ask(&ada, &or_guest, Some("editor")).await.ok(), editor);
        assert_eq!(ask(&ada, PATH, None).await.ok(), json!({ "X-Hasura-User-Id": user }));
        assert_eq!(ask(&ada, PATH, Some("owner")).await.refusal(), (401, "auth.expected_role_not_found"));
        let guest = json!({ "X-Hasura-User-Id": user, "X-Hasura-Role": "guest" });
        assert_eq!(ask(&ada, &or_guest, Some("owner")).await.ok(), guest);

        // A token for something else says nothing about its bearer here.
        let elsewhere = server.with_claims(&tenant, json!({ "sub": user, "aud": "https://other.example" })).await;
        assert_eq!(ask(&elsewhere, PATH, Some("editor")).await.refusal(), (401, "auth.unauthorized"));
        assert_eq!(ask(&elsewhere, &or_guest, Some("editor")).await.ok(), json!({ "X-Hasura-Role": "guest" }));
        let nobody = server.anonymous();
        assert_eq!(ask(&nobody, &or_guest, None).await.ok(), json!({ "X-Hasura-Role": "guest" }));
        assert_eq!(ask(&nobody, PATH, None).await.refusal(), (401, "auth.authorization_header_missing"));
        assert_eq!(ask(&nobody, "/api/authn/hasura", None).await.refusal(), (400, "guard.invalid_input"));
        assert_eq!(ask(&nobody, "/api/authn/hasura?resource=", None).await.refusal(), (400, "guard.invalid_input"));
    }
}
