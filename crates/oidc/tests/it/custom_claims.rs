//! Claims that a tenant's script adds to tokens, and its veto.

use crate::harness::*;
use axum::http::StatusCode;
use portico_model::{ApplicationType, script::JwtCustomizerKey};
use portico_store::{
    Page, both_databases, configs,
    logs::{self, LogFilter},
};
use serde_json::{Value, json};

async fn set(provider: &Provider, key: JwtCustomizerKey, customizer: Value) {
    let tenant = provider.tenant().clone();
    provider
        .ctx
        .write_settings(move |tx| {
            Box::pin(async move { configs::set(tx, &tenant, key.as_str(), &customizer).await })
        })
        .await
        .unwrap();
}

async fn set_script(provider: &Provider, key: JwtCustomizerKey, script: &str) {
    set(provider, key, json!({ "script": format!("const getCustomJwtClaims = {script}") })).await;
}

async fn machine_token(provider: &Provider, client: &TestClient) -> Answer {
    provider.token(client, &[("grant_type", "client_credentials"), ("resource", API)]).await
}

both_databases! {
    async fn a_users_token_says_what_the_script_adds(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let client = provider.client(ApplicationType::Spa).await;
        let script = "async ({ token, context, environmentVariables }) => ({ \
            sub: 'mallory', aud: 'elsewhere', exp: 9e9, iss: 'x', client_id: 'x', scope: 'all', jti: 'x', iat: 1, \
            told: token, name: context.user.username, roles: context.user.roles, \
            hasPassword: context.user.hasPassword, organizations: context.user.organizations, \
            application: context.application, event: context.interaction, key: environmentVariables.KEY })";
        let script = format!("const getCustomJwtClaims = {script}");
        let customizer = json!({ "script": script, "environmentVariables": { "KEY": "value" } });
        set(&provider, JwtCustomizerKey::AccessToken, customizer).await;

        let extra = [("resource", API), ("scope", "openid read:things")];
        let code = Browser::new(&provider).sign_in(&client, &user, &extra).await.answer("code").unwrap();
        let tokens = provider.redeem(&client, &code, &[("resource", API)]).await.json();
        let claims = verified_claims(&provider, tokens["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        let standard = ["jti", "sub", "iat", "exp", "scope", "client_id", "iss", "aud"];
        assert_eq!(names(&claims)[..8], standard);
        assert_eq!((&claims["sub"], &claims["aud"]), (&json!(user.id), &json!(API)));
        assert_eq!((&claims["client_id"], &claims["scope"]), (&json!(client.id), &json!("read:things")));
        assert_eq!((&claims["name"], &claims["key"]), (&json!("reader"), &json!("value")));
        let told = &claims["told"];
        assert_eq!((&told["kind"], &told["jti"], &told["aud"]), (&json!("AccessToken"), &claims["jti"], &json!(API)));
        assert_eq!((&told["accountId"], &told["gty"]), (&json!(user.id), &json!("authorization_code")));
        assert_eq!(claims["roles"][0]["scopes"][0]["resource"]["indicator"], API);
        assert_eq!(claims["organizations"], json!([]));
        assert_eq!(claims["application"]["id"], json!(client.id));
        assert_eq!(claims["application"].get("secret"), None);
        // Machines have a script of their own.
        let machine = provider.client(ApplicationType::MachineToMachine).await;
        let token = machine_token(&provider, &machine).await.json();
        let claims = verified_claims(&provider, token["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        assert_eq!(claims.get("told"), None);
    }

    async fn a_machines_token_says_what_the_script_adds(db: &TestDb) {
        let provider = Provider::new(db).await;
        provider.api_with_role(&provider.user("reader").await).await;
        let machine = provider.client(ApplicationType::MachineToMachine).await;
        let script = "({ token, context }) => ({ kind: token.kind, name: Object.keys(context), \
                      secret: context.application.secret ?? null })";
        set_script(&provider, JwtCustomizerKey::ClientCredentials, script).await;
        let token = machine_token(&provider, &machine).await.json();
        let claims = verified_claims(&provider, token["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        assert_eq!((&claims["kind"], &claims["secret"]), (&json!("ClientCredentials"), &Value::Null));
        assert_eq!(claims["name"], json!(["application"]));
    }

    async fn a_script_can_deny(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let client = provider.client(ApplicationType::Spa).await;
        let machine = provider.client(ApplicationType::MachineToMachine).await;
        for key in JwtCustomizerKey::ALL {
            set_script(&provider, *key, "({ api }) => api.denyAccess('not today')").await;
        }
        let refused = machine_token(&provider, &machine).await.expect_error(400, "access_denied");
        assert_eq!(refused["error_description"], "not today");
        // Also when the token is for the provider itself, and nothing is used up by the refusal.
        let mut browser = Browser::new(&provider);
        let code = browser.sign_in(&client, &user, &[]).await.answer("code").unwrap();
        let refused = provider.redeem(&client, &code, &[]).await.expect_error(400, "access_denied");
        assert_eq!(refused["error_description"], "not today");
        set_script(&provider, JwtCustomizerKey::AccessToken, "() => ({})").await;
        assert_eq!(provider.redeem(&client, &code, &[]).await.status, StatusCode::OK);
    }

    async fn a_script_that_fails_is_logged_and_blocks_where_it_should(db: &TestDb) {
        let provider = Provider::new(db).await;
        provider.api_with_role(&provider.user("reader").await).await;
        let machine = provider.client(ApplicationType::MachineToMachine).await;
        let key = JwtCustomizerKey::ClientCredentials;
        for script in ["() => { throw new Error('boom') }", "() => [1]", "{"] {
            set_script(&provider, key, script).await;
            let answer = machine_token(&provider, &machine).await;
            assert_eq!(answer.status, StatusCode::OK, "{script}: {}", answer.text());
        }
        let script = "const getCustomJwtClaims = () => { throw new Error('boom') }";
        set(&provider, key, json!({ "script": script, "blockIssuanceOnError": true })).await;
        machine_token(&provider, &machine).await.expect_error(400, "invalid_request");
        let (db, filter) = (&provider.ctx.app.db, LogFilter::default());
        let entries = logs::list(db, provider.tenant(), &filter, Page { limit: 100, offset: 0 }).await.unwrap();
        let failed: Vec<_> = entries.iter().filter(|log| log.key == "JwtCustomizer.ClientCredentials").collect();
        assert_eq!(failed.len(), 4);
        assert!(failed.iter().any(|log| log.payload["error"]["message"] == "boom"));
        assert!(failed.iter().all(|log| log.payload["applicationId"] == json!(machine.id)));
    }
}
