//! One-time tokens.

use crate::harness::{Caller, NOW_MS, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const PATH: &str = "/api/one-time-tokens";
const EMAIL: &str = "ada@example.com";

async fn create(machine: &Caller, body: Value) -> Value {
    let answer = machine.post(PATH, body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body
}

fn path(token: &Value) -> String {
    format!("{PATH}/{}", token["id"].as_str().unwrap())
}

fn bring(token: &Value, email: &str) -> Value {
    json!({ "token": token["token"], "email": email })
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for body in [
        json!({}),
        json!({ "email": "nobody" }),
        json!({ "email": format!("{}@b.co", "x".repeat(130)) }),
        json!({ "email": EMAIL, "expiresIn": 0 }),
        json!({ "email": EMAIL, "expiresIn": i64::MAX }),
        json!({ "email": EMAIL, "context": { "interactionEvent": "Nonsense" } }),
        json!({ "email": EMAIL, "context": { "jitOrganizationIds": "x" } }),
    ] {
        assert_eq!(machine.post(PATH, body.clone()).await.refusal(), (400, "guard.invalid_input"), "{body}");
    }
    for query in ["?email=nobody", "?status=nonsense"] {
        let listed = machine.get(&format!("{PATH}{query}")).await;
        assert_eq!(listed.refusal(), (400, "guard.invalid_input"), "{query}");
    }
    assert_eq!(machine.get(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.delete(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_found"));
    let status = machine.put(&format!("{PATH}/x/status"), json!({ "status": "revoked" })).await;
    assert_eq!(status.refusal(), (404, "entity.not_exists_with_id"));
}

both_databases! {
    async fn a_token_works_once_for_its_address(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let context = json!({ "jitOrganizationIds": ["o"], "interactionEvent": "SignIn" });
        let token = create(&machine, json!({ "email": EMAIL, "context": context })).await;
        assert_eq!(token["token"].as_str().unwrap().len(), 32);
        assert_eq!((&token["status"], &token["context"]), (&json!("active"), &context));
        assert_eq!(token["expiresAt"], NOW_MS + 600_000);
        assert_eq!(machine.get(&path(&token)).await.ok(), token);

        let verify = format!("{PATH}/verify");
        let unknown = json!({ "token": "nope", "email": EMAIL });
        assert_eq!(machine.post(&verify, unknown).await.refusal(), (404, "one_time_token.token_not_found"));
        let other = machine.post(&verify, bring(&token, "eve@example.com")).await;
        assert_eq!(other.refusal(), (400, "one_time_token.email_mismatch"));
        let used = machine.post(&verify, bring(&token, "Ada@Example.com")).await.ok();
        assert_eq!(used["status"], "consumed");
        let again = machine.post(&verify, bring(&token, EMAIL)).await;
        assert_eq!(again.refusal(), (400, "one_time_token.token_consumed"));
        assert_eq!(machine.delete(&path(&token)).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path(&token)).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn of_many_who_bring_a_token_at_once_one_gets_in(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let token = create(&machine, json!({ "email": EMAIL })).await;
        let verify = format!("{PATH}/verify");
        let tries = (0..8).map(|_| machine.post(&verify, bring(&token, EMAIL)));
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    }

    async fn a_token_ends_by_time_or_by_order_and_never_comes_back(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let short = create(&machine, json!({ "email": EMAIL, "expiresIn": 1 })).await;
        let revoked = create(&machine, json!({ "email": EMAIL })).await;
        let status = json!({ "status": "revoked" });
        let changed = machine.put(&format!("{}/status", path(&revoked)), status).await.ok();
        assert_eq!(changed["status"], "revoked");
        let verify = format!("{PATH}/verify");
        let refused = machine.post(&verify, bring(&revoked, EMAIL)).await;
        assert_eq!(refused.refusal(), (400, "one_time_token.token_revoked"));

        server.clock.advance_ms(1000);
        assert_eq!(machine.get(&path(&short)).await.ok()["status"], "expired");
        let refused = machine.post(&verify, bring(&short, EMAIL)).await;
        assert_eq!(refused.refusal(), (400, "one_time_token.token_expired"));
        for token in [&short, &revoked] {
            let change = machine.put(&format!("{}/status", path(token)), json!({ "status": "active" })).await;
            assert_eq!(change.refusal(), (400, "one_time_token.cannot_reactivate_token"));
        }
    }

    async fn lists_are_narrowed_and_read_in_pages(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        create(&machine, json!({ "email": "eve@example.com", "expiresIn": 1 })).await;
        server.clock.advance_ms(1000);
        for _ in 0..3 {
            server.clock.advance_ms(1);
            create(&machine, json!({ "email": EMAIL })).await;
        }
        for (query, count) in [
            (String::new(), 4),
            (format!("?email={EMAIL}"), 3),
            ("?status=active".to_owned(), 3),
            ("?status=expired".to_owned(), 1),
            (format!("?status=expired&email={EMAIL}"), 0),
        ] {
            let list = machine.get(&format!("{PATH}{query}")).await.ok();
            assert_eq!(list.as_array().unwrap().len(), count, "{query}");
        }
        let page = machine.get(&format!("{PATH}?page=2&page_size=2&status=active")).await;
        assert_eq!(page.header_values("total-number"), ["3"]);
        assert_eq!(page.body.as_array().unwrap().len(), 1);
    }

    async fn another_tenants_token_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let theirs = create(&server.admin_machine().await, json!({ "email": EMAIL })).await;
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
        assert_eq!(machine.get(&path(&theirs)).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&path(&theirs)).await.refusal(), (404, "entity.not_found"));
        let verify = machine.post(&format!("{PATH}/verify"), bring(&theirs, EMAIL)).await;
        assert_eq!(verify.refusal(), (404, "one_time_token.token_not_found"));
        let status = json!({ "status": "revoked" });
        let change = machine.put(&format!("{}/status", path(&theirs)), status).await;
        assert_eq!(change.refusal(), (404, "entity.not_exists_with_id"));
    }
}
