//! Applications that sign people in over SAML: their settings, certificates and metadata.

use crate::harness::{Caller, NOW_MS, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const PATH: &str = "/api/saml-applications";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const MS_PER_YEAR: i64 = 365 * 24 * 60 * 60 * 1000;

async fn create(machine: &Caller, body: Value) -> Value {
    let answer = machine.post(PATH, body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body
}

async fn create_secret(machine: &Caller, path: &str) -> Value {
    let answer = machine.post(&format!("{path}/secrets"), json!({ "lifeSpanInYears": 30 })).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn what_cannot_work_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let acs = |binding: &str, url: &str| json!({ "acsUrl": { "binding": binding, "url": url } });
    let redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
    for (more, refusal) in [
        (json!({ "name": "" }), (400, "guard.invalid_input")),
        (json!({ "entityId": "x".repeat(129) }), (400, "guard.invalid_input")),
        (json!({ "nameIdFormat": "kerberos" }), (400, "guard.invalid_input")),
        (json!({ "attributeMapping": { "passwordEncrypted": "p" } }), (400, "guard.invalid_input")),
        (json!({ "attributeMapping": { "email": "" } }), (400, "guard.invalid_input")),
        (json!({ "encryption": { "encryptAssertion": true } }), (400, "guard.invalid_input")),
        (acs(redirect, "https://sp.example/acs"), (422, "application.saml.acs_url_binding_not_supported")),
        (acs(POST, "javascript:alert(1)"), (400, "application.saml.acs_url_scheme_not_supported")),
        (acs(POST, "DATA:text/html,x"), (400, "application.saml.acs_url_scheme_not_supported")),
        (acs(POST, "no address"), (400, "application.saml.acs_url_scheme_not_supported")),
    ] {
        let mut body = json!({ "name": "x" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(machine.post(PATH, body.clone()).await.refusal(), refusal, "{body}");
    }
    assert_eq!(machine.post(PATH, json!({})).await.refusal(), (400, "guard.invalid_input"));
    let nobody = format!("{PATH}/nobody");
    assert_eq!(machine.get(&nobody).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.get(&format!("{nobody}/metadata")).await.refusal(), (404, "entity.not_found"));
}

both_databases! {
    async fn an_application_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let created = create(&machine, json!({ "name": "Payroll", "entityId": "https://sp.example" })).await;
        let id = created["id"].as_str().unwrap();
        assert_eq!(created, json!({
            "tenantId": "default", "id": id, "name": "Payroll", "description": null, "type": "SAML",
            "customData": {}, "isThirdParty": false, "appLevelAccessControlEnabled": false, "createdAt": NOW_MS,
            "attributeMapping": {}, "entityId": "https://sp.example", "acsUrl": null, "encryption": null,
            "nameIdFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        }));
        let path = format!("{PATH}/{id}");
        assert_eq!(machine.get(&path).await.ok(), created);
        let wrong = machine.patch(&path, json!({ "acsUrl": { "binding": POST, "url": "javascript:x" } })).await;
        assert_eq!(wrong.refusal(), (400, "application.saml.acs_url_scheme_not_supported"));

        let patch = json!({
            "name": "Pay", "entityId": null, "acsUrl": { "binding": POST, "url": "https://sp.example/acs" },
            "attributeMapping": { "email": "mail" },
            "encryption": { "encryptAssertion": true, "encryptThenSign": false, "certificate": "pem" },
        });
        let changed = machine.patch(&path, patch.clone()).await.ok();
        for (key, value) in patch.as_object().unwrap() {
            assert_eq!(&changed[key], value, "{key}");
        }
        assert_eq!(machine.get(&path).await.ok(), changed);

        // Nobody could use an application that is open to nobody.
        let closed = machine.patch(&path, json!({ "appLevelAccessControlEnabled": true })).await;
        assert_eq!(closed.status.as_u16(), 422);

        // The general routes show it without its OAuth side, and change nothing.
        let general = format!("/api/applications/{id}");
        let shown = machine.get(&general).await.ok();
        assert_eq!(shown["oidcClientMetadata"], json!({ "redirectUris": [], "postLogoutRedirectUris": [] }));
        let refusal = (400, "application.saml.use_saml_app_api");
        assert_eq!(machine.patch(&general, json!({ "name": "x" })).await.refusal(), refusal);
        assert_eq!(machine.delete(&general).await.refusal(), refusal);

        let foreign = server.admin_machine().await;
        assert_eq!(foreign.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(foreign.delete(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn other_applications_are_not_for_these_routes(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let other = machine.post("/api/applications", json!({ "name": "x", "type": "Traditional" })).await.ok();
        let path = format!("{PATH}/{}", other["id"].as_str().unwrap());
        let refusal = (422, "application.saml.saml_application_only");
        assert_eq!(machine.get(&path).await.refusal(), refusal);
        assert_eq!(machine.patch(&path, json!({ "name": "y" })).await.refusal(), refusal);
        assert_eq!(machine.delete(&path).await.refusal(), refusal);
        assert_eq!(machine.get(&format!("{path}/secrets")).await.refusal(), refusal);
        assert_eq!(machine.get(&format!("{path}/metadata")).await.refusal(), (404, "entity.not_found"));
    }

    async fn one_certificate_signs(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let id = create(&machine, json!({ "name": "Payroll" })).await["id"].as_str().unwrap().to_owned();
        let path = format!("{PATH}/{id}");
        let first = machine.get(&format!("{path}/secrets")).await.ok()[0].clone();
        assert_eq!((&first["active"], &first["expiresAt"]), (&json!(true), &json!(NOW_MS + 3 * MS_PER_YEAR)));
        let none = machine.post(&format!("{path}/secrets"), json!({ "lifeSpanInYears": 0 })).await;
        assert_eq!(none.refusal(), (400, "guard.invalid_input"));

        let second = create_secret(&machine, &path).await;
        assert_eq!((&second["active"], &second["privateKey"]), (&json!(false), &Value::Null));
        let sha256 = &second["fingerprints"]["sha256"];
        let plain = sha256["formatted"].as_str().unwrap().replace(':', "").to_lowercase();
        assert_eq!((plain.len(), sha256["unformatted"].as_str().unwrap()), (64, plain.as_str()));

        let secret = |secret: &Value| format!("{path}/secrets/{}", secret["id"].as_str().unwrap());
        let refusal = (400, "application.saml.can_not_delete_active_secret");
        assert_eq!(machine.delete(&secret(&first)).await.refusal(), refusal);
        assert_eq!(machine.patch(&secret(&second), json!({ "active": true })).await.ok()["active"], true);
        let listed = machine.get(&format!("{path}/secrets")).await.ok();
        let active: Vec<&Value> =
            listed.as_array().unwrap().iter().filter(|secret| secret["active"] == true).collect();
        assert_eq!((active.len(), &active[0]["id"]), (1, &second["id"]));
        assert_eq!(machine.delete(&secret(&first)).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&secret(&first)).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.patch(&secret(&first), json!({ "active": true })).await.refusal(), (404, "entity.not_found"));

        let metadata = server.anonymous().get_text(&format!("{path}/metadata")).await;
        let body: String = second["certificate"].as_str().unwrap().lines().filter(|line| !line.starts_with('-')).collect();
        assert!(metadata.contains(&body), "{metadata}");
        assert!(metadata.contains(&format!("Location=\"http://localhost:3001/api/saml/{id}/authn\"")), "{metadata}");
        machine.patch(&secret(&second), json!({ "active": false })).await.ok();
        let none = server.anonymous().get(&format!("{path}/metadata")).await;
        assert_eq!(none.refusal(), (404, "application.saml.no_active_secret"));
        assert_eq!(machine.delete(&secret(&second)).await.status.as_u16(), 204);
    }
}
