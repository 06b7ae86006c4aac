//! The custom domain of a protected application. Names below `.invalid` never resolve (RFC 2606 §2).

use crate::harness::{Caller, Server};
use portico_identity::Settings;
use portico_store::{both_databases, testing::TestDb};
use serde_json::json;

fn server(db: &TestDb) -> Server {
    let domain = Some("apps.portico.invalid".to_owned());
    Server::with_settings(db, Settings { protected_app_domain: domain, ..Settings::default() })
}

/// The path of a new protected application's domains, and that of the application.
async fn protected(machine: &Caller, sub_domain: &str) -> (String, String) {
    let body = json!({
        "name": "x", "type": "Protected",
        "protectedAppMetadata": { "subDomain": sub_domain, "origin": "https://example.com" },
    });
    let created = machine.post("/api/applications", body).await.ok();
    let app = format!("/api/applications/{}", created["id"].as_str().unwrap());
    (format!("{app}/protected-app-metadata/custom-domains"), app)
}

#[tokio::test]
async fn other_applications_have_no_domains() {
    let db = TestDb::sqlite().await;
    let server = server(&db);
    let machine = server.machine().await;
    let own = machine.post("/api/applications", json!({ "name": "x", "type": "SPA" })).await.ok();
    for (id, refusal) in [
        (own["id"].as_str().unwrap(), (400, "application.protected_application_only")),
        ("missing", (404, "entity.not_exists_with_id")),
    ] {
        let path = format!("/api/applications/{id}/protected-app-metadata/custom-domains");
        let body = json!({ "domain": "shop.acme.invalid" });
        assert_eq!(machine.get(&path).await.refusal(), refusal);
        assert_eq!(machine.post(&path, body).await.refusal(), refusal);
        assert_eq!(machine.delete(&format!("{path}/shop.acme.invalid")).await.refusal(), refusal);
    }
    let (path, _) = protected(&machine, "shop").await;
    assert_eq!(machine.post(&path, json!({})).await.refusal(), (400, "guard.invalid_input"));
    for domain in ["acme", "acme.invalid", "https://a.acme.invalid", "other.apps.portico.invalid"] {
        let answer = machine.post(&path, json!({ "domain": domain })).await;
        assert_eq!(answer.refusal(), (422, "domain.domain_is_not_allowed"), "{domain}");
    }
    let unconfigured = Server::new(&db).machine().await;
    assert_eq!(unconfigured.get(&path).await.refusal(), (501, "application.protected_app_not_configured"));
}

both_databases! {
    async fn people_can_be_sent_back_to_the_domain_as_long_as_it_is_there(db: &TestDb) {
        let server = server(db);
        let machine = server.machine().await;
        let (path, app) = protected(&machine, "shop").await;
        let domain = json!({ "domain": "Shop.acme.invalid" });
        assert_eq!(machine.post(&path, domain).await.status.as_u16(), 201);
        assert_eq!(machine.get(&path).await.ok(), json!([{
            "domain": "shop.acme.invalid", "status": "PendingVerification", "errorMessage": null,
            "dnsRecords": [{ "name": "shop.acme.invalid", "type": "CNAME", "value": "shop.apps.portico.invalid" }],
            "cloudflareData": null,
        }]));
        let uris = async || machine.get(&app).await.ok()["oidcClientMetadata"].clone();
        assert_eq!(uris().await, json!({
            "redirectUris": ["https://shop.apps.portico.invalid/callback", "https://shop.acme.invalid/callback"],
            "postLogoutRedirectUris": ["https://shop.apps.portico.invalid", "https://shop.acme.invalid"],
        }));
        let second = machine.post(&path, json!({ "domain": "other.acme.invalid" })).await;
        assert_eq!(second.refusal(), (422, "domain.limit_to_one_domain"));
        let (twin, _) = protected(&machine, "twin").await;
        let taken = machine.post(&twin, json!({ "domain": "shop.acme.invalid" })).await;
        assert_eq!(taken.refusal(), (422, "domain.hostname_already_exists"));
        assert_eq!(machine.delete(&app).await.refusal(), (422, "application.should_delete_custom_domains_first"));
        let elsewhere = server.admin_machine().await;
        assert_eq!(elsewhere.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));

        let unknown = machine.delete(&format!("{path}/other.acme.invalid")).await;
        assert_eq!(unknown.refusal(), (404, "application.custom_domain_not_found"));
        assert_eq!(machine.delete(&format!("{path}/shop.acme.invalid")).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.ok(), json!([]));
        assert_eq!(uris().await["redirectUris"], json!(["https://shop.apps.portico.invalid/callback"]));
        assert_eq!(machine.delete(&app).await.status.as_u16(), 204);
    }
}
