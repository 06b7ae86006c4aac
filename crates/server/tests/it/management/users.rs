//! Users.

use crate::harness::{Caller, NOW_MS, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

async fn create(caller: &Caller, body: Value) -> String {
    caller.post("/api/users", body).await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_cannot_be_a_user_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for (body, refusal) in [
        (json!({ "username": "1st" }), (400, "guard.invalid_input")),
        (json!({ "username": "a b" }), (400, "guard.invalid_input")),
        (json!({ "username": "" }), (400, "guard.invalid_input")),
        (json!({ "primaryEmail": "nope" }), (400, "guard.invalid_input")),
        (json!({ "primaryPhone": "+4915112345678" }), (400, "guard.invalid_input")),
        (json!({ "avatar": "javascript:alert(1)" }), (400, "guard.invalid_input")),
        (json!({ "name": 1 }), (400, "guard.invalid_input")),
        (
            json!({ "password": "a", "passwordDigest": "b", "passwordAlgorithm": "MD5" }),
            (400, "user.password_and_digest"),
        ),
        (json!({ "passwordDigest": "b" }), (400, "user.password_algorithm_required")),
        (
            json!({ "passwordDigest": "b", "passwordAlgorithm": "Legacy" }),
            (400, "password.invalid_legacy_password_format"),
        ),
    ] {
        assert_eq!(machine.post("/api/users", body.clone()).await.refusal(), refusal, "{body}");
    }
}

both_databases! {
    async fn a_user_lives_as_recorded(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let body = json!({
            "username": "mgmt", "password": "Tr4nscr!pt-pw-91", "primaryEmail": "mgmt@example.com",
            "primaryPhone": "13103855697", "name": "John", "customData": { "k": "v" }, "profile": { "givenName": "J" },
        });
        let created = machine.post("/api/users", body).await;
        assert_eq!(created.status.as_u16(), 200);
        let mut expected = json!({
            "id": created.body["id"], "username": "mgmt", "primaryEmail": "mgmt@example.com",
            "primaryPhone": "13103855697", "name": "John", "avatar": null, "customData": { "k": "v" },
            "identities": {}, "lastSignInAt": null, "createdAt": NOW_MS, "updatedAt": NOW_MS,
            "profile": { "givenName": "J" }, "applicationId": null, "cimdClientId": null, "isSuspended": false,
            "hasPassword": true,
        });
        assert_eq!(created.body, expected);
        let path = format!("/api/users/{}", created.body["id"].as_str().unwrap());
        assert_eq!(machine.get(&path).await.ok(), expected);

        server.clock.advance_ms(5);
        let patched = machine.patch(&path, json!({ "name": "Jane", "avatar": null })).await.ok();
        expected["name"] = json!("Jane");
        expected["updatedAt"] = json!(NOW_MS + 5);
        assert_eq!(patched, expected);
        // An empty text means none; JSON values are replaced here and merged at their own addresses.
        let patched = machine.patch(&path, json!({ "primaryPhone": "", "customData": { "x": 1 } })).await.ok();
        assert_eq!((&patched["primaryPhone"], &patched["customData"]), (&Value::Null, &json!({ "x": 1 })));
        let merged = machine.patch(&format!("{path}/custom-data"), json!({ "customData": { "y": 2 } })).await.ok();
        assert_eq!(merged, json!({ "x": 1, "y": 2 }));
        assert_eq!(machine.get(&format!("{path}/custom-data")).await.ok(), merged);
        let profile = machine.patch(&format!("{path}/profile"), json!({ "profile": { "familyName": "D" } })).await.ok();
        assert_eq!(profile, json!({ "givenName": "J", "familyName": "D" }));

        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_found"));
    }

    async fn identifiers_are_unique(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let first = json!({ "username": "ann", "primaryEmail": "ann@example.com", "primaryPhone": "4915112345678" });
        create(&machine, first).await;
        let other = format!("/api/users/{}", create(&machine, json!({ "username": "bob" })).await);
        for (field, value, code) in [
            ("username", "ann", "user.username_already_in_use"),
            ("primaryEmail", "ANN@example.com", "user.email_already_in_use"),
            ("primaryPhone", "4915112345678", "user.phone_already_in_use"),
        ] {
            let body = json!({ field: value });
            assert_eq!(machine.post("/api/users", body.clone()).await.refusal(), (422, code));
            assert_eq!(machine.patch(&other, body).await.refusal(), (422, code));
        }
    }

    async fn passwords_can_be_set_checked_and_imported(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let path = format!("/api/users/{}", create(&machine, json!({ "username": "ann" })).await);
        let verify = format!("{path}/password/verify");
        assert_eq!(machine.get(&format!("{path}/has-password")).await.ok(), json!({ "hasPassword": false }));
        let none = machine.post(&verify, json!({ "password": "x" })).await;
        assert_eq!(none.refusal(), (422, "session.invalid_credentials"));

        let set = machine.patch(&format!("{path}/password"), json!({ "password": "first-password" })).await.ok();
        assert_eq!(set["hasPassword"], true);
        assert!(set.get("passwordDigest").is_none(), "digests are sent only when asked for");
        assert_eq!(machine.post(&verify, json!({ "password": "first-password" })).await.status.as_u16(), 204);
        let wrong = machine.post(&verify, json!({ "password": "nope" })).await;
        assert_eq!(wrong.refusal(), (422, "session.invalid_credentials"));
        let full = machine.get(&format!("{path}?includePasswordHash=true")).await.ok();
        assert_eq!(full["passwordAlgorithm"], "Argon2id");

        let digest = json!({ "passwordDigest": "5ebe2294ecd0e0f08eab7690d2a6ee69", "passwordAlgorithm": "MD5" });
        let imported = format!("/api/users/{}/password/verify", create(&machine, digest).await);
        assert_eq!(machine.post(&imported, json!({ "password": "secret" })).await.status.as_u16(), 204);
        assert_eq!(machine.post(&imported, json!({ "password": "Secret" })).await.status.as_u16(), 422);

        let expired = machine.patch(&format!("{path}/password/expiration"), json!({ "isExpired": true })).await;
        assert_eq!(expired.refusal(), (400, "sign_in_experiences.password_expiration_not_enabled"));
    }

    async fn suspending_signs_out_everywhere(db: &TestDb) {
        use portico_model::{TenantId, oidc::OidcModel};
        use portico_store::oidc_artifacts;
        let machine = Server::new(db).machine().await;
        let tenant = TenantId::default_tenant();
        let id = create(&machine, json!({ "username": "ann" })).await;
        let session = json!({ "accountId": id, "uid": "uid", "kind": "Session", "jti": "s", "iat": 0, "exp": 0 });
        oidc_artifacts::upsert(&**db, &tenant, OidcModel::Session, "s", &session, NOW_MS + 60_000).await.unwrap();
        let path = format!("/api/users/{id}/is-suspended");
        assert_eq!(machine.patch(&path, json!({ "isSuspended": true })).await.ok()["isSuspended"], true);
        let left = oidc_artifacts::find::<Value>(&**db, &tenant, OidcModel::Session, "s").await.unwrap();
        assert!(left.is_none());
        assert_eq!(machine.patch(&path, json!({ "isSuspended": false })).await.ok()["isSuspended"], false);
    }

    async fn users_can_be_found(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        for (username, name) in [("ann", "Ann Äpfel"), ("bob", "Bob"), ("anton", "Anton")] {
            server.clock.advance_ms(1);
            create(&machine, json!({ "username": username, "name": name })).await;
        }
        let find = async |query: &str| -> Vec<String> {
            let found = machine.get(&format!("/api/users?{query}")).await.ok();
            found.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(find("search=%25an%25").await, ["anton", "ann"]);
        assert_eq!(find("search=%25%C3%A4pfel%25").await, ["ann"], "names fold beyond ASCII");
        assert_eq!(find("search.username=ann&mode=exact").await, ["ann"]);
        assert_eq!(find("search.username=ann&search.username=bob&mode.username=exact").await, ["bob", "ann"]);
        assert_eq!(find("search.username=an%25&search.name=%25ton&joint=and").await, ["anton"]);
        assert_eq!(find("search.name=%25ANN%25&isCaseSensitive=true").await, [""; 0]);
        for query in ["search=", "search.password=x", "search=x&mode=nope", "search=x&joint=xor", "search=a&search=b"] {
            let answer = machine.get(&format!("/api/users?{query}")).await;
            assert_eq!(answer.refusal(), (400, "request.invalid_input"), "{query}");
        }
        for (query, expected) in [
            ("search.name=%5EAn(?!ton)&mode.name=posix&isCaseSensitive=true", &["ann"][..]),
            ("search.name=%5EAN&mode.name=posix", &["anton", "ann"]),
            ("search.name=%5EAN&mode.name=posix&isCaseSensitive=true", &[]),
            ("search.name=%C3%84PFEL%24&mode.name=posix", &["ann"]),
            ("search.username=(ann|bob)&mode.username=similar_to&isCaseSensitive=true", &["bob", "ann"]),
            ("search.username=an%25&search.name=_n%7B2%7D%25&mode.name=similar_to&joint=and&isCaseSensitive=true", &["ann"]),
            ("search.username=n&mode.username=similar_to&isCaseSensitive=true", &[]),
        ] {
            assert_eq!(find(query).await, expected, "{query}");
        }
        for query in [
            "search=(&mode=posix",
            "search=(&mode=similar_to&isCaseSensitive=true",
            "search=a&mode=similar_to",
            "search=a&search=b&mode=posix",
        ] {
            let answer = machine.get(&format!("/api/users?{query}")).await;
            assert_eq!(answer.refusal(), (400, "request.invalid_input"), "{query}");
        }
        let page = machine.get("/api/users?page=2&page_size=2").await;
        assert_eq!(page.header_values("total-number"), ["3"]);
        assert_eq!(page.body.as_array().unwrap().len(), 1);
    }

    async fn administrators_cannot_delete_themselves(db: &TestDb) {
        let server = Server::new(db);
        let id = create(&server.machine().await, json!({ "username": "ann" })).await;
        let path = format!("/api/users/{id}");
        let myself = server.console_user(&id).await;
        assert_eq!(myself.delete(&path).await.refusal(), (400, "user.cannot_delete_self"));
    }

    async fn another_tenants_user_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let id = create(&server.admin_machine().await, json!({ "username": "ann" })).await;
        let path = format!("/api/users/{id}");
        for answer in [
            machine.get(&path).await,
            machine.patch(&path, json!({ "name": "x" })).await,
            machine.delete(&path).await,
            machine.get(&format!("{path}/custom-data")).await,
            machine.patch(&format!("{path}/password"), json!({ "password": "x" })).await,
            machine.post(&format!("{path}/password/verify"), json!({ "password": "x" })).await,
            machine.patch(&format!("{path}/is-suspended"), json!({ "isSuspended": true })).await,
            machine.get(&format!("{path}/roles")).await,
        ] {
            assert_eq!(answer.refusal(), (404, "entity.not_found"), "{}", answer.body);
        }
        assert_eq!(machine.get("/api/users").await.ok(), json!([]));
    }

    async fn roles_come_and_go(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let default = json!({ "name": "member", "description": "d", "isDefault": true });
        let default = machine.post("/api/roles", default).await.ok();
        let id = create(&machine, json!({ "username": "ann" })).await;
        let path = format!("/api/users/{id}/roles");
        assert_eq!(machine.get(&path).await.ok()[0]["id"], default["id"], "new users get the default roles");

        let robots = json!({ "name": "robots", "description": "d", "type": "MachineToMachine" });
        let robots = machine.post("/api/roles", robots).await.ok();
        let wrong = machine.post(&path, json!({ "roleIds": [robots["id"]] })).await;
        assert_eq!(wrong.refusal(), (422, "user.invalid_role_type"));
        let editor = machine.post("/api/roles", json!({ "name": "editor", "description": "d" })).await.ok();
        let added = machine.post(&path, json!({ "roleIds": [editor["id"], default["id"]] })).await;
        assert_eq!((added.status.as_u16(), &added.body["addedRoleIds"]), (201, &json!([editor["id"]])));
        let only = json!({ "roleIds": [editor["id"]] });
        assert_eq!(machine.put(&path, only.clone()).await.ok(), only);
        assert_eq!(machine.get(&path).await.ok().as_array().unwrap().len(), 1);
        let one = format!("{path}/{}", editor["id"].as_str().unwrap());
        assert_eq!(machine.delete(&one).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&one).await.refusal(), (404, "entity.not_found"));
    }

    async fn identities_belong_to_one_user(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let ann = format!("/api/users/{}", create(&machine, json!({ "username": "ann" })).await);
        let bob = format!("/api/users/{}", create(&machine, json!({ "username": "bob" })).await);
        let body = json!({ "userId": "g-1", "details": { "id": "g-1" } });
        let new = machine.put(&format!("{ann}/identities/google"), body.clone()).await;
        assert_eq!((new.status.as_u16(), &new.body["google"]), (201, &body));
        assert_eq!(machine.put(&format!("{ann}/identities/google"), body.clone()).await.status.as_u16(), 200);
        let taken = machine.put(&format!("{bob}/identities/google"), body).await;
        assert_eq!(taken.refusal(), (422, "user.identity_already_in_use"));
        assert_eq!(machine.delete(&format!("{ann}/identities/google")).await.ok()["identities"], json!({}));
        let gone = machine.delete(&format!("{ann}/identities/google")).await;
        assert_eq!(gone.refusal(), (404, "user.identity_not_exist"));
    }
}
