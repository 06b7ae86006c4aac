//! Personal access tokens and second factors of users.

use crate::harness::{Caller, NOW_MS, Server};
use portico_model::TenantId;
use portico_store::{both_databases, personal_access_tokens, testing::TestDb, users};
use serde_json::{Value, json};

async fn create(caller: &Caller) -> String {
    let body = json!({ "username": "ann", "primaryEmail": "ann@example.com" });
    let id = caller.post("/api/users", body).await.ok()["id"].as_str().unwrap().to_owned();
    format!("/api/users/{id}")
}

#[tokio::test]
async fn what_is_no_factor_or_token_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let user = create(&machine).await;
    let ten = |code: &str| json!({ "type": "BackupCode", "codes": vec![code; 10] });
    for (path, body, refusal) in [
        ("mfa-verifications", json!({ "type": "WebAuthn" }), (400, "guard.invalid_input")),
        ("mfa-verifications", json!({}), (400, "guard.invalid_input")),
        ("mfa-verifications", json!({ "type": "Totp", "secret": null }), (400, "guard.invalid_input")),
        ("mfa-verifications", json!({ "type": "Totp", "secret": "" }), (422, "user.totp_secret_invalid")),
        (
            "mfa-verifications",
            json!({ "type": "Totp", "secret": "0189018901890189" }),
            (422, "user.totp_secret_invalid"),
        ),
        (
            "mfa-verifications",
            json!({ "type": "BackupCode", "codes": [] }),
            (422, "user.wrong_backup_code_format"),
        ),
        ("mfa-verifications", ten("0123456789"), (422, "user.wrong_backup_code_format")),
        (
            "mfa-verifications",
            json!({ "type": "BackupCode" }),
            (422, "session.mfa.backup_code_can_not_be_alone"),
        ),
        ("personal-access-tokens", json!({ "name": "" }), (400, "guard.invalid_input")),
        ("personal-access-tokens", json!({ "name": "x".repeat(257) }), (400, "guard.invalid_input")),
        (
            "personal-access-tokens",
            json!({ "name": "x", "expiresAt": NOW_MS }),
            (400, "request.invalid_input"),
        ),
        ("personal-access-tokens/delete", json!({ "name": "x" }), (404, "entity.not_found")),
    ] {
        let answer = machine.post(&format!("{user}/{path}"), body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{path} {body}");
    }
    for body in
        [json!({ "mfa": null }), json!({ "mfa": { "skipped": "yes" } }), json!({ "passkeySignIn": 1 })]
    {
        let answer = machine.patch(&format!("{user}/logto-configs"), body.clone()).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{body}");
    }
}

both_databases! {
    async fn personal_access_tokens_live_as_recorded(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let user = create(&machine).await;
        let path = format!("{user}/personal-access-tokens");
        let created = machine.post(&path, json!({ "name": "ci", "expiresAt": NOW_MS + 1 })).await;
        assert_eq!(created.status.as_u16(), 201);
        let value = created.body["value"].as_str().unwrap().to_owned();
        assert!(value.len() == 36 && value.starts_with("pat_"), "{value}");
        let expected = json!({
            "tenantId": "default", "userId": user.rsplit('/').next().unwrap(), "name": "ci", "value": value,
            "createdAt": NOW_MS, "expiresAt": NOW_MS + 1,
        });
        assert_eq!(created.body, expected);
        let taken = machine.post(&path, json!({ "name": "ci" })).await;
        assert_eq!(taken.refusal(), (422, "user.personal_access_token_name_exists"));
        let second = machine.post(&path, json!({ "name": "a/b ?" })).await.ok();
        assert_eq!(second["expiresAt"], Value::Null);
        assert_eq!(machine.get(&path).await.ok(), json!([second, expected]));

        let renamed = machine.patch(&format!("{path}/ci"), json!({ "name": "cd" })).await.ok();
        assert_eq!((&renamed["name"], &renamed["value"]), (&json!("cd"), &expected["value"]));
        let renamed = machine.patch(&path, json!({ "currentName": "a/b ?", "name": "plain" })).await.ok();
        assert_eq!(renamed["name"], "plain");
        let taken = machine.patch(&format!("{path}/cd"), json!({ "name": "plain" })).await;
        assert_eq!(taken.refusal(), (422, "user.personal_access_token_name_exists"));
        for (sent, refusal) in [
            (machine.patch(&path, json!({ "name": "x" })).await, (404, "entity.not_found")),
            (machine.patch(&format!("{path}/ci"), json!({ "name": "x" })).await, (404, "entity.not_found")),
            (machine.patch(&format!("{path}/cd"), json!({ "name": "" })).await, (400, "guard.invalid_input")),
            (machine.delete(&format!("{path}/ci")).await, (404, "entity.not_found")),
            (machine.get("/api/users/nobody/personal-access-tokens").await, (404, "entity.not_found")),
            (
                machine.post("/api/users/nobody/personal-access-tokens", json!({ "name": "x" })).await,
                (404, "entity.not_found"),
            ),
        ] {
            assert_eq!(sent.refusal(), refusal);
        }
        // Another tenant knows neither the user nor the tokens.
        let stranger = server.admin_machine().await;
        assert_eq!(stranger.get(&path).await.refusal(), (404, "entity.not_found"));
        assert_eq!(stranger.delete(&format!("{path}/cd")).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.delete(&format!("{path}/cd")).await.status.as_u16(), 204);
        let deleted = machine.post(&format!("{path}/delete"), json!({ "name": "plain" })).await;
        assert_eq!(deleted.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.ok(), json!([]));
        let found = personal_access_tokens::find_by_value(&**db, &TenantId::default_tenant(), &value).await;
        assert_eq!(found.unwrap(), None);
    }

    async fn second_factors_can_be_enrolled_and_taken_away(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let user = create(&machine).await;
        let path = format!("{user}/mfa-verifications");
        assert_eq!(machine.get(&path).await.ok(), json!([]));
        let totp = machine.post(&path, json!({ "type": "Totp" })).await;
        assert_eq!(totp.status.as_u16(), 200);
        assert_eq!((&totp.body["type"], totp.body["secret"].as_str().unwrap().len()), (&json!("Totp"), 32));
        assert!(totp.body["secretQrCode"].as_str().unwrap().starts_with("data:image/png;base64,iVBOR"));
        let again = machine.post(&path, json!({ "type": "Totp", "secret": "JBSWY3DPEHPK3PXP" })).await;
        assert_eq!(again.refusal(), (422, "user.totp_already_in_use"));

        let codes: Vec<String> = (0..10).map(|digit| format!("{digit}bcdef0123")).collect();
        let backup = machine.post(&path, json!({ "type": "BackupCode", "codes": codes })).await.ok();
        assert_eq!(backup, json!({ "type": "BackupCode", "codes": codes }));
        let again = machine.post(&path, json!({ "type": "BackupCode" })).await;
        assert_eq!(again.refusal(), (422, "user.backup_code_already_in_use"));

        let listed = machine.get(&path).await.ok();
        let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|factor| factor["id"].as_str().unwrap()).collect();
        let at = "2026-01-01T00:00:00.000Z";
        assert_eq!(listed, json!([
            { "id": ids[0], "createdAt": at, "type": "Totp" },
            { "id": ids[1], "createdAt": at, "type": "BackupCode", "remainCodes": 10 },
        ]));
        let stored = users::find_by_id(&**db, &TenantId::default_tenant(), user.rsplit('/').next().unwrap()).await;
        let stored = stored.unwrap().unwrap().mfa_verifications;
        assert_eq!(stored[0]["key"], totp.body["secret"]);
        assert_eq!(stored[1]["codes"][3], json!({ "code": codes[3] }));

        let stranger = server.admin_machine().await;
        let first = format!("{path}/{}", ids[0]);
        assert_eq!(stranger.delete(&first).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.delete(&format!("{path}/nope")).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.delete(&first).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.ok(), json!([]), "backup codes go with the last other factor");
        let imported = machine.post(&path, json!({ "type": "Totp", "secret": "JBSWY3DPEHPK3PXP" })).await.ok();
        assert_eq!(imported["secret"], "JBSWY3DPEHPK3PXP");
    }

    async fn answers_about_second_factors_are_merged(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let user = create(&machine).await;
        let path = format!("{user}/logto-configs");
        let none = json!({ "mfa": { "skipped": false, "skipMfaOnSignIn": false }, "passkeySignIn": { "skipped": false } });
        assert_eq!(machine.get(&path).await.ok(), none);
        let patch = json!({ "mfa": { "enabled": true, "skipped": true, "additionalBindingSuggestionSkipped": true } });
        let expected = json!({
            "mfa": { "enabled": true, "skipped": true, "skipMfaOnSignIn": false }, "passkeySignIn": { "skipped": false },
        });
        assert_eq!(machine.patch(&path, patch).await.ok(), expected);
        let patch = json!({ "mfa": { "skipMfaOnSignIn": true }, "passkeySignIn": { "skipped": true } });
        let expected = json!({
            "mfa": { "enabled": true, "skipped": true, "skipMfaOnSignIn": true }, "passkeySignIn": { "skipped": true },
        });
        assert_eq!(machine.patch(&path, patch).await.ok(), expected);
        assert_eq!(machine.get(&path).await.ok(), expected);
        let stored = users::find_by_id(&**db, &TenantId::default_tenant(), user.rsplit('/').next().unwrap()).await;
        assert_eq!(stored.unwrap().unwrap().logto_config["mfa"]["additionalBindingSuggestionSkipped"], true);
        let stranger = server.admin_machine().await;
        assert_eq!(stranger.get(&path).await.refusal(), (404, "entity.not_found"));
        assert_eq!(stranger.patch(&path, json!({})).await.refusal(), (404, "entity.not_found"));
    }
}
