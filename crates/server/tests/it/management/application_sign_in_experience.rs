//! How pages look for one application.

use crate::harness::{Caller, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

async fn application(machine: &Caller, change: Value) -> String {
    let mut body = json!({ "name": "App", "type": "SPA" });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    machine.post("/api/applications", body).await.ok()["id"].as_str().unwrap().to_owned()
}

fn nothing() -> Value {
    json!({ "termsOfUseUrl": null, "privacyPolicyUrl": null })
}

#[tokio::test]
async fn what_pages_cannot_show_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let path = format!("/api/applications/{}/sign-in-experience", application(&machine, json!({})).await);
    for body in [
        json!({}),
        json!({ "termsOfUseUrl": "javascript:alert(1)", "privacyPolicyUrl": null }),
        json!({ "termsOfUseUrl": null, "privacyPolicyUrl": "here" }),
        json!({ "termsOfUseUrl": null, "privacyPolicyUrl": null, "color": { "primaryColor": "red" } }),
        json!({ "termsOfUseUrl": null, "privacyPolicyUrl": null, "branding": { "logoUrl": "" } }),
        json!({ "termsOfUseUrl": null, "privacyPolicyUrl": null, "displayName": "x".repeat(257) }),
    ] {
        assert_eq!(machine.put(&path, body.clone()).await.refusal(), (400, "guard.invalid_input"), "{body}");
    }
    assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    let missing = "/api/applications/missing/sign-in-experience";
    assert_eq!(machine.get(missing).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.put(missing, nothing()).await.refusal(), (404, "entity.not_exists_with_id"));
}

both_databases! {
    async fn the_first_is_created_and_the_next_changes_it(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let id = application(&machine, json!({ "isThirdParty": true })).await;
        let path = format!("/api/applications/{id}/sign-in-experience");
        let body = json!({
            "color": { "primaryColor": "#f00" },
            "branding": { "logoUrl": "https://a.example/logo.png" },
            "customCss": "a { color: red }",
            "displayName": "Acme",
            "termsOfUseUrl": "https://a.example/terms",
            "privacyPolicyUrl": "https://a.example/privacy",
        });
        let created = machine.put(&path, body.clone()).await;
        let mut wanted = body;
        wanted.as_object_mut().unwrap().extend([
            ("tenantId".to_owned(), json!("default")), ("applicationId".to_owned(), json!(id)),
        ]);
        assert_eq!((created.status.as_u16(), &created.body), (201, &wanted));
        let change = json!({ "displayName": "", "customCss": "", "termsOfUseUrl": "", "privacyPolicyUrl": null });
        let changed = machine.put(&path, change).await;
        for name in ["displayName", "customCss", "termsOfUseUrl", "privacyPolicyUrl"] {
            wanted[name] = json!(null);
        }
        assert_eq!((changed.status.as_u16(), &changed.body), (200, &wanted));
        assert_eq!(machine.get(&path).await.ok(), wanted);
        let elsewhere = server.admin_machine().await;
        assert_eq!(elsewhere.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(elsewhere.put(&path, nothing()).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn ones_own_applications_dress_the_sign_in_page_and_third_parties_do_not(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let own = application(&machine, json!({})).await;
        let third = application(&machine, json!({ "type": "Traditional", "isThirdParty": true })).await;
        for id in [&own, &third] {
            let body = json!({
                "color": { "primaryColor": "#123456" }, "termsOfUseUrl": null, "privacyPolicyUrl": null,
            });
            machine.put(&format!("/api/applications/{id}/sign-in-experience"), body).await.ok();
        }
        let color = async |id: &str| {
            let path = format!("/api/.well-known/sign-in-exp?appId={id}");
            server.anonymous().get(&path).await.ok()["color"]["primaryColor"].clone()
        };
        assert_eq!(color(&own).await, json!("#123456"));
        assert_ne!(color(&third).await, json!("#123456"));
    }
}
