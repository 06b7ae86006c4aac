//! E-mail templates, and the messages made with them.

use crate::harness::{Caller, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const PATH: &str = "/api/email-templates";

fn template(language: &str, kind: &str, subject: &str) -> Value {
    json!({
        "languageTag": language,
        "templateType": kind,
        "details": { "subject": subject, "content": "{{code}}", "contentType": "text/html" },
    })
}

async fn set(machine: &Caller, templates: Value) -> Value {
    machine.put(PATH, json!({ "templates": templates })).await.ok()
}

#[tokio::test]
async fn what_is_no_template_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let mut wrong_type = template("en", "SignIn", "s");
    wrong_type["details"]["contentType"] = json!("text/markdown");
    let mut two_headers = template("en", "SignIn", "s");
    two_headers["details"]["replyTo"] = json!("a@b.co\r\nBcc: everybody@example.com");
    for templates in [
        json!([]),
        json!([{}]),
        json!([template("", "SignIn", "s")]),
        json!([template("a-tag-that-is-too-long", "SignIn", "s")]),
        json!([template("en", "Nonsense", "s")]),
        json!([wrong_type]),
        json!([two_headers]),
    ] {
        let answer = machine.put(PATH, json!({ "templates": templates })).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{templates}");
    }
    let listed = machine.get(&format!("{PATH}?templateType=Nonsense")).await;
    assert_eq!(listed.refusal(), (400, "guard.invalid_input"));
    assert_eq!(machine.get(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_exists_with_id"));
    let change = machine.patch(&format!("{PATH}/x/details"), json!({})).await;
    assert_eq!(change.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.delete(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_found"));
    let all = machine.delete(PATH).await;
    assert_eq!(all.refusal(), (422, "connector.email_connector.bulk_deletion_no_filter"));
}

both_databases! {
    async fn a_purpose_has_one_template_a_language(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let first = set(&machine, json!([template("en", "SignIn", "a"), template("de", "SignIn", "b")])).await;
        let second = set(
            &machine,
            json!([template("de", "SignIn", "x"), template("en", "Register", "y"), template("de", "SignIn", "z")]),
        )
        .await;
        assert_eq!(second.as_array().unwrap().len(), 2);
        assert_eq!((&second[0]["id"], &second[0]["details"]["subject"]), (&first[1]["id"], &json!("z")));

        for (query, count) in [
            ("", 3),
            ("?languageTag=en", 2),
            ("?templateType=SignIn", 2),
            ("?languageTag=en&templateType=SignIn", 1),
            ("?languageTag=fr", 0),
        ] {
            let list = machine.get(&format!("{PATH}{query}")).await.ok();
            assert_eq!(list.as_array().unwrap().len(), count, "{query}");
        }
        let path = format!("{PATH}/{}", first[0]["id"].as_str().unwrap());
        assert_eq!(machine.get(&path).await.ok(), first[0]);
        let change = json!({ "subject": "new", "replyTo": "help@example.com" });
        let changed = machine.patch(&format!("{path}/details"), change).await.ok();
        let expected = json!({
            "subject": "new", "content": "{{code}}", "contentType": "text/html", "replyTo": "help@example.com",
        });
        assert_eq!(changed["details"], expected);
        assert_eq!(machine.get(&path).await.ok(), changed);

        let deleted = machine.delete(&format!("{PATH}?languageTag=de")).await.ok();
        assert_eq!(deleted, json!({ "rowCount": 1 }));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        let left = machine.get(PATH).await.ok();
        assert_eq!((left.as_array().unwrap().len(), &left[0]["templateType"]), (1, &json!("Register")));
    }

    async fn another_tenants_template_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let theirs = set(&server.admin_machine().await, json!([template("en", "Generic", "theirs")])).await;
        let path = format!("{PATH}/{}", theirs[0]["id"].as_str().unwrap());
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        let change = machine.patch(&format!("{path}/details"), json!({ "subject": "x" })).await;
        assert_eq!(change.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
        let deleted = machine.delete(&format!("{PATH}?languageTag=en")).await.ok();
        assert_eq!(deleted, json!({ "rowCount": 0 }));
    }

    async fn a_test_message_uses_the_template_of_its_language(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        set(&machine, json!([template("en", "Generic", "english"), template("de", "Generic", "german")])).await;
        let send = |locale: Option<&str>| {
            let mut body = json!({ "email": "a@b.co", "config": {} });
            body["locale"] = locale.map_or(Value::Null, Value::from);
            machine.post("/api/connectors/post-email/test", body)
        };
        for (locale, subject) in
            [(Some("de"), "german"), (Some("de-AT"), "german"), (Some("fr"), "english"), (None, "english")]
        {
            assert_eq!(send(locale).await.status.as_u16(), 204);
            assert_eq!(server.post.last().template.unwrap().subject, subject, "{locale:?}");
        }
        machine.delete(&format!("{PATH}?languageTag=en")).await.ok();
        send(Some("fr")).await.ok();
        assert_eq!(server.post.last().template, None);
    }
}
