//! Sessions and grants of users.

use crate::harness::{NOW_MS, Server};
use portico_model::{TenantId, oidc::OidcModel};
use portico_store::{
    Db, both_databases, oidc_artifacts,
    oidc_session_extensions::{self, SessionExtension},
};
use serde_json::{Value, json};

const NOW: i64 = NOW_MS / 1000;

async fn put(db: &Db, model: OidcModel, id: &str, payload: Value) {
    let expires_at = payload["exp"].as_i64().unwrap() * 1000;
    let tenant = TenantId::default_tenant();
    oidc_artifacts::upsert(db, &tenant, model, id, &payload, expires_at).await.unwrap();
}

async fn exists(db: &Db, model: OidcModel, id: &str) -> bool {
    oidc_artifacts::find::<Value>(db, &TenantId::default_tenant(), model, id).await.unwrap().is_some()
}

/// A session in which the user gave a grant to each of these clients; a third party's outlives the session.
async fn sign_in(db: &Db, user: &str, uid: &str, clients: &[&str]) {
    let mut authorizations = json!({});
    for client in clients {
        let grant = format!("{uid}-{client}");
        authorizations[client] =
            json!({ "sid": "s", "grantId": grant, "persistsLogout": *client != "demo-app" });
        let payload = json!({
            "kind": "Grant", "jti": grant, "iat": NOW, "exp": NOW + 100, "accountId": user, "clientId": client,
        });
        put(db, OidcModel::Grant, &grant, payload).await;
        let token = json!({ "kind": "RefreshToken", "jti": "t", "exp": NOW + 100, "grantId": grant, "accountId": user });
        put(db, OidcModel::RefreshToken, &format!("token-{grant}"), token).await;
    }
    let payload = json!({
        "kind": "Session", "jti": format!("id-{uid}"), "uid": uid, "iat": NOW, "exp": NOW + 50, "accountId": user,
        "loginTs": NOW - 1, "authorizations": authorizations, "state": { "secret": "s3cret" },
    });
    put(db, OidcModel::Session, &format!("id-{uid}"), payload).await;
    let extension = SessionExtension {
        session_uid: uid.to_owned(),
        account_id: user.to_owned(),
        last_submission: json!({ "interactionEvent": "SignIn" }).as_object().unwrap().clone(),
        client_id: Some(clients[0].to_owned()),
        cimd_client_id: None,
    };
    oidc_session_extensions::upsert(db, &TenantId::default_tenant(), &extension, NOW_MS).await.unwrap();
}

both_databases! {
    async fn sessions_are_shown_and_ended(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let user = machine.post("/api/users", json!({ "username": "ann" })).await.ok()["id"].as_str().unwrap().to_owned();
        let third = json!({
            "name": "Theirs", "type": "Traditional", "isThirdParty": true,
            "oidcClientMetadata": { "redirectUris": [], "postLogoutRedirectUris": [] },
        });
        let third = machine.post("/api/applications", third).await.ok()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/users/{user}/sessions");
        assert_eq!(machine.get(&path).await.ok(), json!({ "sessions": [] }));
        for uid in ["u1", "u2", "u3"] {
            sign_in(db, &user, uid, &["demo-app", &third]).await;
        }
        let listed = machine.get(&path).await.ok();
        assert_eq!(listed["sessions"].as_array().unwrap().len(), 3);
        let expected = json!({
            "payload": {
                "exp": NOW + 50, "iat": NOW, "jti": "id-u1", "uid": "u1", "kind": "Session", "loginTs": NOW - 1,
                "accountId": user, "authorizations": {
                    "demo-app": { "sid": "s", "grantId": "u1-demo-app", "persistsLogout": false },
                    (&third): { "sid": "s", "grantId": format!("u1-{third}"), "persistsLogout": true },
                },
            },
            "lastSubmission": { "interactionEvent": "SignIn" }, "clientId": "demo-app", "accountId": user,
            "expiresAt": (NOW + 50) * 1000,
        });
        assert_eq!(listed["sessions"][0], expected, "nothing of a logout under way");
        assert_eq!(machine.get(&format!("{path}/u1")).await.ok(), expected);

        let bad = machine.delete(&format!("{path}/u1?revokeGrantsTarget=none")).await;
        assert_eq!(bad.refusal(), (400, "guard.invalid_input"));
        let other = machine.post("/api/users", json!({ "username": "bob" })).await.ok()["id"].clone();
        let others = format!("/api/users/{}/sessions/u1", other.as_str().unwrap());
        let stranger = server.admin_machine().await;
        for answer in [
            machine.get(&others).await,
            machine.delete(&others).await,
            machine.get(&format!("{path}/nope")).await,
            machine.delete(&format!("{path}/nope")).await,
            stranger.get(&format!("{path}/u1")).await,
            stranger.delete(&format!("{path}/u1")).await,
        ] {
            assert_eq!(answer.refusal(), (404, "oidc.session_not_found"));
        }
        assert_eq!(stranger.get(&path).await.ok(), json!({ "sessions": [] }));

        // What can outlive a session does, unless it is asked to end.
        for (uid, query, third_party_stays) in
            [("u1", "", true), ("u2", "?revokeGrantsTarget=firstParty", true), ("u3", "?revokeGrantsTarget=all", false)]
        {
            assert_eq!(machine.delete(&format!("{path}/{uid}{query}")).await.status.as_u16(), 204);
            assert!(!exists(db, OidcModel::Session, &format!("id-{uid}")).await);
            assert!(!exists(db, OidcModel::RefreshToken, &format!("token-{uid}-demo-app")).await);
            let theirs = format!("token-{uid}-{third}");
            assert_eq!(exists(db, OidcModel::RefreshToken, &theirs).await, third_party_stays, "{uid}");
        }
        assert_eq!(machine.get(&path).await.ok(), json!({ "sessions": [] }));
    }

    async fn expired_sessions_and_grants_are_not_there(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let user = machine.post("/api/users", json!({ "username": "ann" })).await.ok()["id"].as_str().unwrap().to_owned();
        sign_in(db, &user, "u1", &["demo-app"]).await;
        server.clock.advance_ms(60_000);
        assert_eq!(machine.get(&format!("/api/users/{user}/sessions")).await.ok(), json!({ "sessions": [] }));
        let one = machine.get(&format!("/api/users/{user}/sessions/u1")).await;
        assert_eq!(one.refusal(), (404, "oidc.session_not_found"));
        server.clock.advance_ms(60_000);
        assert_eq!(machine.get(&format!("/api/users/{user}/grants")).await.ok(), json!({ "grants": [] }));
        let grant = machine.delete(&format!("/api/users/{user}/grants/u1-demo-app")).await;
        assert_eq!(grant.refusal(), (404, "oidc.invalid_grant"));
    }

    async fn grants_are_shown_and_taken_back(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let user = machine.post("/api/users", json!({ "username": "ann" })).await.ok()["id"].as_str().unwrap().to_owned();
        let third = json!({
            "name": "Theirs", "type": "Traditional", "isThirdParty": true,
            "oidcClientMetadata": { "redirectUris": [], "postLogoutRedirectUris": [] },
        });
        let third = machine.post("/api/applications", third).await.ok()["id"].as_str().unwrap().to_owned();
        sign_in(db, &user, "u1", &["demo-app", &third, "gone"]).await;
        let path = format!("/api/users/{user}/grants");
        let listed = async |query: &str| -> Vec<String> {
            let found = machine.get(&format!("{path}{query}")).await.ok();
            let grants = found["grants"].as_array().unwrap().iter();
            let mut names: Vec<String> =
                grants.map(|grant| grant["application"]["name"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(listed("").await, ["Live Preview", "Theirs"], "the application of the third one is gone");
        assert_eq!(listed("?appType=firstParty").await, ["Live Preview"]);
        assert_eq!(listed("?appType=thirdParty").await, ["Theirs"]);
        assert_eq!(machine.get(&format!("{path}?appType=x")).await.refusal(), (400, "guard.invalid_input"));
        let theirs = machine.get(&format!("{path}?appType=thirdParty")).await.ok();
        let id = format!("u1-{third}");
        assert_eq!(theirs, json!({ "grants": [{
            "id": id, "expiresAt": (NOW + 100) * 1000, "application": { "id": third, "name": "Theirs" },
            "payload": {
                "exp": NOW + 100, "iat": NOW, "jti": id, "kind": "Grant", "clientId": third, "accountId": user,
            },
        }] }));

        let other = machine.post("/api/users", json!({ "username": "bob" })).await.ok()["id"].clone();
        let others = format!("/api/users/{}/grants/{id}", other.as_str().unwrap());
        let stranger = server.admin_machine().await;
        for answer in [
            machine.delete(&others).await,
            machine.delete(&format!("{path}/nope")).await,
            stranger.delete(&format!("{path}/{id}")).await,
        ] {
            assert_eq!(answer.refusal(), (404, "oidc.invalid_grant"));
        }
        assert_eq!(stranger.get(&path).await.ok(), json!({ "grants": [] }));
        assert_eq!(machine.delete(&format!("{path}/{id}")).await.status.as_u16(), 204);
        assert!(!exists(db, OidcModel::RefreshToken, &format!("token-{id}")).await);
        assert!(exists(db, OidcModel::RefreshToken, "token-u1-demo-app").await);
        let session = machine.get(&format!("/api/users/{user}/sessions/u1")).await.ok();
        let left: Vec<&String> = session["payload"]["authorizations"].as_object().unwrap().keys().collect();
        assert_eq!(left, ["demo-app", "gone"]);
    }
}
