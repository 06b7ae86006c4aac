//! Custom domains. Names below `.invalid` never resolve (RFC 2606 §2), so the tests ask nobody.

use crate::harness::{Caller, NOW_MS, Server};
use axum::{body::Body, http::Request};
use portico_identity::Settings;
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const PATH: &str = "/api/domains";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn server(db: &TestDb) -> Server {
    let settings =
        Settings { custom_domain_target: Some("target.portico.invalid".to_owned()), ..Settings::default() };
    Server::with_settings(db, settings)
}

async fn add(machine: &Caller, domain: &str) -> Value {
    machine.post(PATH, json!({ "domain": domain })).await.ok()
}

#[tokio::test]
async fn what_is_no_custom_domain_is_refused() {
    let db = TestDb::sqlite().await;
    let server = server(&db);
    let machine = server.machine().await;
    for domain in ["", "example.com", "a_b.example.com", "https://a.example.com", "10.0.0.1"] {
        let answer = machine.post(PATH, json!({ "domain": domain })).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{domain}");
    }
    let target = machine.post(PATH, json!({ "domain": "target.portico.invalid" })).await;
    assert_eq!(target.refusal(), (400, "domain.domain_is_not_allowed"));
    add(&machine, "login.acme.invalid").await;
    let again = machine.post(PATH, json!({ "domain": "LOGIN.acme.invalid" })).await;
    assert_eq!(again.refusal(), (422, "domain.domain_in_use"));
    for index in 1..10 {
        add(&machine, &format!("login{index}.acme.invalid")).await;
    }
    let eleventh = machine.post(PATH, json!({ "domain": "more.acme.invalid" })).await;
    assert_eq!(eleventh.refusal(), (422, "domain.exceed_domain_limit"));
    for path in [format!("{PATH}/x"), format!("{PATH}/x/verification-files")] {
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"), "{path}");
    }
    assert_eq!(machine.delete(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_exists_with_id"));
    let answer = machine.post(&format!("{PATH}/cleanup"), json!({ "staleDays": 0 })).await;
    assert_eq!(answer.refusal(), (400, "guard.invalid_input"));

    let unconfigured = Server::new(&db).machine().await;
    let answer = unconfigured.post(PATH, json!({ "domain": "other.acme.invalid" })).await;
    assert_eq!(answer.refusal(), (400, "domain.not_configured"));
}

#[tokio::test]
async fn a_verification_file_is_a_small_file_at_a_known_place() {
    let db = TestDb::sqlite().await;
    let machine = server(&db).machine().await;
    let domain = add(&machine, "login.acme.invalid").await;
    let path = format!("{PATH}/{}/verification-files", domain["id"].as_str().unwrap());
    let file = |path: &str, content: &str, kind: &str| json!({ "path": path, "content": content, "contentType": kind });
    for files in [
        json!([file("/nested/a.txt", "x", "text/plain")]),
        json!([file("a.txt", "x", "text/plain")]),
        json!([file("/noextension", "x", "text/plain")]),
        json!([file("/.well-known/../a.txt", "x", "text/plain")]),
        json!([file("/.well-known/", "x", "text/plain")]),
        json!([file("/a.txt", "", "text/plain")]),
        json!([file("/a.html", "<p>", "text/html")]),
        json!([file("/a.json", "{", "application/json")]),
        json!([file("/a.txt", "x", "text/plain"), file("/a.txt", "y", "text/plain")]),
        (0..11).map(|index| file(&format!("/{index}.txt"), "x", "text/plain")).collect(),
    ] {
        let answer = machine.put(&path, json!({ "verificationFiles": files })).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{files}");
    }
}

both_databases! {
    async fn a_domain_says_what_it_needs_and_keeps_its_files(db: &TestDb) {
        let server = server(db);
        let machine = server.machine().await;
        let domain = machine.post(PATH, json!({ "domain": "Login.Acme.invalid" })).await;
        assert_eq!(domain.status.as_u16(), 201);
        let id = domain.body["id"].clone();
        assert_eq!(domain.body, json!({
            "id": id, "domain": "login.acme.invalid", "status": "PendingVerification", "errorMessage": null,
            "dnsRecords": [{ "name": "login.acme.invalid", "type": "CNAME", "value": "target.portico.invalid" }],
            "createdAt": NOW_MS,
        }));
        let path = format!("{PATH}/{}", id.as_str().unwrap());
        assert_eq!(machine.get(&path).await.ok(), domain.body);
        assert_eq!(machine.get(PATH).await.ok(), json!([domain.body]));

        let files = json!([
            { "path": "/proof.txt", "content": "mine", "contentType": "text/plain" },
            { "path": "/.well-known/proof.json", "content": "{\"mine\":true}", "contentType": "application/json" },
        ]);
        let files_path = format!("{path}/verification-files");
        assert_eq!(machine.get(&files_path).await.ok(), json!([]));
        assert_eq!(machine.put(&files_path, json!({ "verificationFiles": files })).await.ok(), files);
        assert_eq!(machine.get(&files_path).await.ok(), files);

        let elsewhere = server.admin_machine().await;
        assert_eq!(elsewhere.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(elsewhere.delete(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        let answer = elsewhere.put(&files_path, json!({ "verificationFiles": [] })).await;
        assert_eq!(answer.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
    }

    async fn a_verification_file_is_there_for_its_domain_only(db: &TestDb) {
        let server = server(db);
        let machine = server.machine().await;
        let domain = add(&machine, "login.acme.invalid").await;
        let files = json!([
            { "path": "/proof.json", "content": "{\"mine\":true}", "contentType": "application/json" },
            { "path": "/.well-known/proof", "content": "{\"mine\":true}", "contentType": "text/plain" },
        ]);
        let path = format!("{PATH}/{}/verification-files", domain["id"].as_str().unwrap());
        machine.put(&path, json!({ "verificationFiles": files })).await.ok();
        let ask = async |host: &str, path: &str| {
            let request = Request::builder().uri(path).header("host", host).body(Body::empty()).unwrap();
            server.anonymous().request(request).await
        };
        for (path, kind) in [("/proof.json", "application/json"), ("/.well-known/proof", "text/plain")] {
            let answer = ask("Login.Acme.invalid:443", path).await;
            assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({ "mine": true })), "{path}");
            assert_eq!(answer.header_values("content-type"), [kind]);
            assert_eq!(answer.header_values("x-content-type-options"), ["nosniff"]);
            assert_ne!(ask("localhost:3001", path).await.body, json!({ "mine": true }), "{path}");
        }
        let missing = ask("login.acme.invalid", "/.well-known/other").await;
        assert_eq!(missing.refusal(), (404, "entity.not_found"));
    }

    async fn domains_that_never_came_are_cleaned_up(db: &TestDb) {
        let server = server(db);
        let machine = server.machine().await;
        add(&machine, "old.acme.invalid").await;
        server.clock.advance_ms(2 * DAY_MS);
        // The caller's token is an hour old by then at most.
        let machine = server.with_claims(&portico_model::TenantId::default_tenant(), json!({
            "sub": "machine", "client_id": "machine", "iat": NOW_MS / 1000, "exp": NOW_MS / 1000 + 90 * 86_400,
        })).await;
        let new = add(&machine, "new.acme.invalid").await;
        let answer = machine.post(&format!("{PATH}/cleanup"), json!({ "staleDays": 1 })).await.ok();
        assert_eq!(answer, json!({ "scannedCount": 2, "deletedCount": 1, "skippedActiveCount": 0, "failedCount": 0 }));
        assert_eq!(machine.get(PATH).await.ok(), json!([new]));
    }
}
