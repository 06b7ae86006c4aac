//! Accounts of users at identity providers.

use crate::harness::{NOW_MS, Server};
use portico_model::{SsoConnector, TenantId, user::UserSsoIdentity};
use portico_store::{StoreError, both_databases, sso_connectors, users};
use serde_json::json;

async fn enterprise_identity(server: &Server, user_id: &str) -> UserSsoIdentity {
    let tenant = TenantId::default_tenant();
    let connector: SsoConnector = serde_json::from_value(json!({
        "tenantId": "default", "id": "okta", "providerName": "OIDC", "connectorName": "Okta", "config": {},
        "domains": ["example.com"], "branding": {}, "syncProfile": false, "enableTokenStorage": false, "createdAt": NOW_MS,
    }))
    .unwrap();
    let identity = UserSsoIdentity {
        tenant_id: "default".into(),
        id: "identity".into(),
        user_id: user_id.to_owned(),
        issuer: "https://idp.example.com".into(),
        identity_id: "00u1".into(),
        detail: json!({ "email": "ann@example.com" }).as_object().unwrap().clone(),
        created_at: NOW_MS,
        updated_at: NOW_MS,
        sso_connector_id: "okta".into(),
    };
    let stored = identity.clone();
    let ctx = server.ctx(&tenant);
    let added = ctx.write_settings(move |tx| {
        Box::pin(async move {
            sso_connectors::insert(tx, &tenant, &connector).await?;
            users::insert_sso_identity(tx, &tenant, &stored).await
        })
    });
    added.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
    identity
}

both_databases! {
    async fn all_accounts_of_a_user_are_shown(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let id = machine.post("/api/users", json!({ "username": "ann" })).await.ok()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/users/{id}");
        let none = machine.get(&format!("{path}/all-identities")).await.ok();
        assert_eq!(none, json!({ "socialIdentities": [], "ssoIdentities": [] }));
        let github = json!({ "userId": "gh-1", "details": { "name": "Ann" } });
        machine.put(&format!("{path}/identities/github"), github.clone()).await.ok();
        let enterprise = json!(enterprise_identity(&server, &id).await);
        let all = machine.get(&format!("{path}/all-identities?includeTokenSecret=true")).await.ok();
        let expected = json!({
            "socialIdentities": [{ "identity": github, "target": "github" }],
            "ssoIdentities": [{ "ssoIdentity": enterprise, "ssoConnectorId": "okta" }],
        });
        assert_eq!(all, expected);
        let one = machine.get(&format!("{path}/sso-identities/okta")).await.ok();
        assert_eq!(one, json!({ "ssoIdentity": enterprise }));
        let missing = machine.get(&format!("{path}/sso-identities/nope")).await;
        assert_eq!(missing.refusal(), (404, "entity.not_found"));
        let stranger = server.admin_machine().await;
        for hidden in ["all-identities", "sso-identities/okta", "identities/github"] {
            let answer = stranger.get(&format!("{path}/{hidden}")).await;
            assert_eq!(answer.refusal(), (404, "entity.not_found"), "{hidden}");
        }
    }

    async fn an_account_is_linked_only_with_proof(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let id = machine.post("/api/users", json!({ "username": "ann" })).await.ok()["id"].as_str().unwrap().to_owned();
        let connector = json!({
            "connectorId": "github-universal", "config": { "clientId": "c", "clientSecret": "s" },
        });
        let connector = machine.post("/api/connectors", connector).await.ok()["id"].clone();
        let body = |connector: &serde_json::Value| json!({ "connectorId": connector, "connectorData": { "code": "c" } });
        let path = format!("/api/users/{id}/identities");
        let unproved = machine.post(&path, body(&connector)).await;
        assert_eq!(unproved.refusal(), (400, "connector.general"));
        for (path, body, refusal) in [
            (path.as_str(), json!({ "connectorId": connector }), (400, "guard.invalid_input")),
            (&path, json!({ "connectorId": connector, "connectorData": [] }), (400, "guard.invalid_input")),
            (&path, body(&json!("nope")), (404, "entity.not_found")),
            ("/api/users/nobody/identities", body(&connector), (404, "entity.not_found")),
        ] {
            assert_eq!(machine.post(path, body.clone()).await.refusal(), refusal, "{body}");
        }
        let stranger = server.admin_machine().await;
        assert_eq!(stranger.post(&path, body(&connector)).await.refusal(), (404, "entity.not_found"));
    }
}
