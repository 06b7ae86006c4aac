//! Keys, sessions, claims and scripts.

use crate::harness::{Caller, NOW_MS, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const KEYS: &str = "/api/configs/oidc/private-keys";
const COOKIES: &str = "/api/configs/oidc/cookie-keys";
const CLAIMS: &str = "/api/configs/jwt-customizer";
const ACTIONS: &str = "/api/configs/actions";

fn statuses(keys: &Value) -> Vec<(String, &str, &str)> {
    let text = |key: &Value, name: &str| key[name].as_str().unwrap_or_default().to_owned();
    keys.as_array()
        .unwrap()
        .iter()
        .map(|key| {
            let algorithm = key["signingKeyAlgorithm"].as_str().unwrap_or_default();
            (text(key, "id"), algorithm, key["status"].as_str().unwrap_or_default())
        })
        .collect()
}

/// Algorithms of discovery and number of published keys.
async fn published(server: &Server) -> (Value, usize) {
    let anonymous = server.anonymous();
    let discovery = anonymous.get("/oidc/.well-known/openid-configuration").await.ok();
    let keys = anonymous.get("/oidc/jwks").await.ok();
    (discovery["id_token_signing_alg_values_supported"].clone(), keys["keys"].as_array().unwrap().len())
}

#[tokio::test]
async fn keys_refuse_what_would_break_tokens() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let key = machine.get(KEYS).await.ok()[0]["id"].as_str().unwrap().to_owned();
    let cookie = machine.get(COOKIES).await.ok()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(machine.get("/api/configs/oidc/nothing").await.refusal(), (400, "guard.invalid_input"));
    for path in [format!("{KEYS}/{key}"), format!("{COOKIES}/{cookie}")] {
        assert_eq!(machine.delete(&path).await.refusal(), (422, "oidc.key_required"), "{path}");
    }
    for body in [
        json!({ "rotationGracePeriod": -1 }),
        json!({ "signingKeyAlgorithm": "DSA" }),
        json!({ "rotationGracePeriod": 0.5 }),
    ] {
        let refusal = machine.post(&format!("{KEYS}/rotate"), body).await;
        assert_eq!(refusal.refusal(), (400, "guard.invalid_input"));
    }
    let waiting_cookie =
        machine.post(&format!("{COOKIES}/rotate"), json!({ "rotationGracePeriod": 1 })).await;
    assert_eq!(waiting_cookie.refusal(), (422, "oidc.invalid_request"));
    machine.post(&format!("{KEYS}/rotate"), json!({ "rotationGracePeriod": 60 })).await.ok();
    let twice = machine.post(&format!("{KEYS}/rotate"), json!({})).await;
    assert_eq!(twice.refusal(), (422, "oidc.invalid_request"));
    assert_eq!(machine.delete(&format!("{KEYS}/unknown")).await.refusal(), (404, "oidc.key_not_found"));
    let current = machine.delete(&format!("{KEYS}/{key}")).await;
    assert_eq!(current.refusal(), (422, "oidc.only_previous_key_can_be_deleted"));
    let anonymous = Server::new(&db).anonymous();
    assert_eq!(anonymous.post(&format!("{KEYS}/rotate"), json!({})).await.status, 401);
}

both_databases! {
    async fn a_new_key_signs_and_the_old_one_still_verifies(db: &TestDb) {
    let server = Server::new(db);
    let before = server.machine().await;
    let first = before.get(KEYS).await.ok();
    assert_eq!(published(&server).await, (json!(["ES384"]), 1));
    let rotated = before.post(&format!("{KEYS}/rotate"), json!({ "signingKeyAlgorithm": "RSA" })).await.ok();
    let first_id = first[0]["id"].as_str().unwrap();
    let new_id = rotated[0]["id"].as_str().unwrap();
    assert_eq!(
        statuses(&rotated),
        [(new_id.to_owned(), "RSA", "Current"), (first_id.to_owned(), "EC", "Previous")]
    );
    assert_eq!(rotated[0]["createdAt"], NOW_MS / 1000);
    assert_eq!(rotated[0].get("value"), None);
    assert_eq!(published(&server).await, (json!(["ES384", "PS256", "RS256"]), 2));
    // A token of the key before is as good as one of the new key, until that key is deleted.
    let after = server.machine().await;
    for caller in [&before, &after] {
        assert_eq!(caller.get(KEYS).await.ok(), rotated);
    }
    assert_eq!(after.delete(&format!("{KEYS}/{first_id}")).await.status, 204);
    assert_eq!(published(&server).await, (json!(["PS256", "RS256"]), 1));
    assert_eq!(before.get(KEYS).await.status, 401);
    assert_eq!(after.get(KEYS).await.status, 200);
    // The other tenant's keys are its own.
    let admin = server.admin_machine().await;
    assert_eq!(admin.get(KEYS).await.ok().as_array().unwrap().len(), 1);
    assert_eq!(admin.delete(&format!("{KEYS}/{new_id}")).await.refusal(), (422, "oidc.key_required"));
    }
}

both_databases! {
    async fn a_key_that_waits_is_published_and_takes_over_in_time(db: &TestDb) {
    let server = Server::new(db);
    let old = server.machine().await;
    let first_id = old.get(KEYS).await.ok()[0]["id"].as_str().unwrap().to_owned();
    let staged = old.post(&format!("{KEYS}/rotate"), json!({ "rotationGracePeriod": 100 })).await.ok();
    let next_id = staged[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(staged[0]["effectiveAt"], NOW_MS + 100_000);
    assert_eq!(statuses(&staged), [(next_id.clone(), "EC", "Next"), (first_id.clone(), "EC", "Current")]);
    let kid_before = server.ctx(&portico_model::TenantId::default_tenant()).snapshot().await.unwrap();
    assert_eq!(published(&server).await.1, 2);
    server.clock.set(NOW_MS + 100_000);
    let now = old.get(KEYS).await.ok();
    assert_eq!(statuses(&now), [(next_id.clone(), "EC", "Current"), (first_id, "EC", "Previous")]);
    assert_eq!(now[0].get("effectiveAt"), None);
    let kid_after = server.ctx(&portico_model::TenantId::default_tenant()).snapshot().await.unwrap();
    assert_ne!(kid_before.signing_keys.current().kid(), kid_after.signing_keys.current().kid());
    assert_eq!(published(&server).await.1, 2);
    // What the clock did is what the next change builds on.
    let rotated = old.post(&format!("{KEYS}/rotate"), json!({})).await.ok();
    assert_eq!(statuses(&rotated)[1], (next_id, "EC", "Previous"));
    }
}

both_databases! {
    async fn cookie_keys_keep_one_of_the_past(db: &TestDb) {
    let machine = Server::new(db).machine().await;
    let first = machine.get(COOKIES).await.ok();
    let second = machine.post(&format!("{COOKIES}/rotate"), json!({})).await.ok();
    assert_eq!(second[1], first[0]);
    let third = machine.post(&format!("{COOKIES}/rotate"), json!({})).await.ok();
    assert_eq!((third.as_array().unwrap().len(), &third[1]), (2, &second[0]));
    assert_eq!(third[0].get("status"), None);
    assert_eq!(machine.delete(&format!("{COOKIES}/unknown")).await.refusal(), (404, "oidc.key_not_found"));
    let path = format!("{COOKIES}/{}", third[1]["id"].as_str().unwrap());
    assert_eq!(machine.delete(&path).await.status, 204);
    assert_eq!(machine.get(COOKIES).await.ok(), json!([third[0]]));
    }
}

both_databases! {
    async fn sessions_last_as_long_as_they_are_told(db: &TestDb) {
    let server = Server::new(db);
    let machine = server.machine().await;
    let path = "/api/configs/oidc/session";
    assert_eq!(machine.get(path).await.ok(), json!({ "ttl": 1_209_600 }));
    for ttl in [json!(0), json!(31_536_001), json!("1"), Value::Null] {
        let refusal = machine.patch(path, json!({ "ttl": ttl })).await;
        assert_eq!(refusal.refusal(), (400, "guard.invalid_input"), "{ttl}");
    }
    assert_eq!(machine.patch(path, json!({ "ttl": 7200 })).await.ok(), json!({ "ttl": 7200 }));
    assert_eq!(machine.patch(path, json!({})).await.ok(), json!({ "ttl": 7200 }));
    assert_eq!(machine.get(path).await.ok(), json!({ "ttl": 7200 }));
    let snapshot = server.ctx(&portico_model::TenantId::default_tenant()).snapshot().await.unwrap();
    assert_eq!(snapshot.session_ttl_seconds, 7200);
    assert_eq!(server.admin_machine().await.get(path).await.ok(), json!({ "ttl": 1_209_600 }));
    }
}

both_databases! {
    async fn extended_claims_are_those_that_are_named(db: &TestDb) {
    let machine = Server::new(db).machine().await;
    let path = "/api/configs/id-token";
    let seeded = json!({ "enabledExtendedClaims": ["roles", "organizations", "organization_roles"] });
    assert_eq!(machine.get(path).await.ok(), seeded);
    let unknown = machine.put(path, json!({ "enabledExtendedClaims": ["password"] })).await;
    assert_eq!(unknown.refusal(), (400, "guard.invalid_input"));
    for body in [json!({ "enabledExtendedClaims": ["custom_data", "identities"] }), json!({})] {
        assert_eq!(machine.put(path, body.clone()).await.ok(), body);
        assert_eq!(machine.get(path).await.ok(), body);
    }
    }
}

fn customizer() -> Value {
    json!({
        "script": "const getCustomJwtClaims = () => ({})",
        "environmentVariables": { "KEY": "value" },
        "contextSample": { "user": { "id": "u" } },
        "blockIssuanceOnError": false,
        "tokenSample": { "kind": "AccessToken" },
    })
}

both_databases! {
    async fn claim_scripts_are_kept_for_each_kind_of_token(db: &TestDb) {
    let server = Server::new(db);
    let machine = server.machine().await;
    let of_users = format!("{CLAIMS}/access-token");
    let of_machines = format!("{CLAIMS}/client-credentials");
    assert_eq!(machine.get(&of_users).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.patch(&of_users, json!({})).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.delete(&of_users).await.refusal(), (404, "entity.not_found"));
    for (path, body) in [
        (&of_users, json!({})),
        (&of_users, json!({ "script": "", "unknown": 1 })),
        (&of_users, json!({ "script": "", "contextSample": {} })),
        (&of_users, json!({ "script": "", "environmentVariables": { "A": 1 } })),
        (&of_users, json!({ "script": "", "tokenSample": null })),
        (&format!("{CLAIMS}/refresh-token"), json!({ "script": "" })),
    ] {
        assert_eq!(machine.put(path, body.clone()).await.refusal(), (400, "guard.invalid_input"), "{body}");
    }
    let created = machine.put(&of_users, customizer()).await;
    assert_eq!((created.status.as_u16(), created.ok()), (201, customizer()));
    let replaced = machine.put(&of_users, customizer()).await;
    assert_eq!(replaced.status, 200);
    machine.put(&of_machines, json!({ "script": "x" })).await.ok();
    let patched = machine.patch(&of_users, json!({ "script": "abc" })).await.ok();
    assert_eq!(
        (&patched["script"], &patched["environmentVariables"]),
        (&json!("abc"), &json!({ "KEY": "value" }))
    );
    assert_eq!(
        machine.get(CLAIMS).await.ok(),
        json!([
            { "key": "jwt.accessToken", "value": patched },
            { "key": "jwt.clientCredentials", "value": { "script": "x" } },
        ])
    );
    assert_eq!(server.admin_machine().await.get(CLAIMS).await.ok(), json!([]));
    assert_eq!(machine.delete(&of_users).await.status, 204);
    assert_eq!(machine.get(CLAIMS).await.ok().as_array().unwrap().len(), 1);
    }
}

async fn try_claims(machine: &Caller, script: &str) -> (u16, Value) {
    let body = json!({
        "tokenType": "access-token", "script": script, "environmentVariables": { "KEY": "value" },
        "token": { "aud": "here" }, "context": { "user": { "id": "u" } },
    });
    let answer = machine.post(&format!("{CLAIMS}/test"), body).await;
    let body = if answer.status.is_success() {
        answer.body
    } else {
        json!([answer.body["code"], answer.body["data"]])
    };
    (answer.status.as_u16(), body)
}

#[tokio::test]
async fn claim_scripts_can_be_tried() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let script = "const getCustomJwtClaims = async ({ token, context, environmentVariables }) => \
                  ({ aud: token.aud, id: context.user.id, ...environmentVariables })";
    assert_eq!(
        try_claims(&machine, script).await,
        (200, json!({ "aud": "here", "id": "u", "KEY": "value" }))
    );
    let general = |message: &str| json!(["jwt_customizer.general", { "message": message }]);
    for (script, status, message) in [
        ("const getCustomJwtClaims = ({ api }) => api.denyAccess('not you')", 403, "not you"),
        ("const getCustomJwtClaims = () => { throw new Error('boom') }", 422, "boom"),
        ("const getCustomJwtClaims = () => [1]", 422, "the result is not an object"),
        ("const other = 1", 422, "the script defines no function `getCustomJwtClaims`"),
        ("for (;;);", 422, "the script takes too long"),
    ] {
        assert_eq!(try_claims(&machine, script).await, (status, general(message)), "{script}");
    }
    for body in [
        json!({ "tokenType": "access-token", "script": "", "token": {}, "context": {} }),
        json!({ "tokenType": "id-token", "script": "", "token": {}, "context": {} }),
        json!({ "tokenType": "client-credentials", "script": "", "context": {} }),
    ] {
        let answer = machine.post(&format!("{CLAIMS}/test"), body).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"));
    }
}

both_databases! {
    async fn actions_are_kept_for_each_place(db: &TestDb) {
    let machine = Server::new(db).machine().await;
    let path = format!("{ACTIONS}/action.postSignIn");
    assert_eq!(machine.get(ACTIONS).await.ok(), json!([]));
    assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.patch(&path, json!({})).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
    for body in
        [json!({}), json!({ "script": "", "x": 1 }), json!({ "script": "", "onExecutionError": "maybe" })]
    {
        assert_eq!(machine.put(&path, body.clone()).await.refusal(), (400, "guard.invalid_input"), "{body}");
    }
    let unknown = machine.put(&format!("{ACTIONS}/action.preSignIn"), json!({ "script": "" })).await;
    assert_eq!(unknown.refusal(), (400, "guard.invalid_input"));
    let action =
        json!({ "script": "x", "contextSample": null, "enabled": true, "onExecutionError": "allow" });
    let created = machine.put(&path, action.clone()).await;
    assert_eq!((created.status.as_u16(), created.ok()), (201, action.clone()));
    assert_eq!(machine.put(&path, action.clone()).await.status, 200);
    let patched = machine.patch(&path, json!({ "enabled": false })).await.ok();
    assert_eq!((&patched["enabled"], &patched["script"]), (&json!(false), &json!("x")));
    assert_eq!(machine.get(ACTIONS).await.ok(), json!([{ "key": "action.postSignIn", "value": patched }]));
    assert_eq!(machine.delete(&path).await.status, 204);
    assert_eq!(machine.get(ACTIONS).await.ok(), json!([]));
    }
}

#[tokio::test]
async fn actions_can_be_tried() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for (script, event, status, body) in [
        ("const runAction = ({ event }) => ({ saw: event.a })", json!({ "a": 1 }), 200, json!({ "saw": 1 })),
        ("const runAction = ({ event }) => event", Value::Null, 200, Value::Null),
        ("const runAction = () => {}", json!({}), 204, Value::Null),
    ] {
        let body_of = json!({ "script": script, "actionType": "action.postSignIn", "event": event });
        let answer = machine.post(&format!("{ACTIONS}/test"), body_of).await;
        assert_eq!((answer.status.as_u16(), answer.body), (status, body), "{script}");
    }
    for (script, status, message) in [
        ("const runAction = ({ api }) => api.denyAccess('no')", 403, "no"),
        ("const runAction = () => { throw new Error('boom') }", 422, "boom"),
    ] {
        let body = json!({ "script": script, "actionType": "action.postSignIn", "event": {} });
        let answer = machine.post(&format!("{ACTIONS}/test"), body).await;
        assert_eq!(answer.refusal(), (status, "action.general"));
        assert_eq!(answer.body["data"], json!({ "message": message }));
    }
    for body in [
        json!({ "script": "", "actionType": "action.postSignIn" }),
        json!({ "script": "", "actionType": "x", "event": {} }),
    ] {
        let answer = machine.post(&format!("{ACTIONS}/test"), body).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"));
    }
}
