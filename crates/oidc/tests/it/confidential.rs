//! A web application with a secret: introspection, refresh without rotation, revocation.

use crate::harness::*;
use axum::http::{StatusCode, header};
use portico_model::ApplicationType;
use portico_store::both_databases;

both_databases! {
    async fn introspects_refreshes_and_revokes(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Traditional).await;
        let tokens = provider.tokens(&client, &user, &[("scope", "openid offline_access profile")]).await;
        assert_eq!(tokens["scope"], "openid offline_access profile");
        let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
        let introspect = async |token: &str| {
            provider.post("/oidc/token/introspection", Some(&client), &[("token", token)]).await.json()
        };

        let body = introspect(access).await;
        assert_eq!(names(&body), ["active", "sub", "client_id", "exp", "iat", "iss", "scope", "token_type"]);
        assert_eq!(body["sub"], user.id);
        assert_eq!(body["exp"], NOW_MS / 1000 + 3600);
        let body = introspect(refresh).await;
        assert_eq!(names(&body), ["active", "sub", "client_id", "exp", "iat", "iss", "scope"]);
        assert_eq!(body["exp"], NOW_MS / 1000 + 14 * 24 * 3600);
        assert_eq!(introspect("nope").await, serde_json::json!({ "active": false }));
        for path in ["/oidc/token/introspection", "/oidc/token/revocation"] {
            let signed = [("token", tokens["id_token"].as_str().unwrap())];
            provider.post(path, Some(&client), &signed).await.expect_error(400, "unsupported_token_type");
        }
        let anonymous = provider.post("/oidc/token/introspection", None, &[("token", access)]).await;
        anonymous.expect_error(400, "invalid_request");

        // A young token of a client with a secret serves again.
        let refreshed = provider.refresh(&client, refresh, &[]).await.json();
        assert_eq!(refreshed["refresh_token"], refresh);
        provider
            .refresh(&client, refresh, &[("resource", "https://unknown.example.com")])
            .await
            .expect_error(400, "invalid_target");
        let refused = provider.refresh(&client, refresh, &[("scope", "openid email")]).await;
        assert_eq!(refused.expect_error(400, "invalid_scope")["scope"], "email");

        let access = refreshed["access_token"].as_str().unwrap();
        let revoked = provider.post("/oidc/token/revocation", Some(&client), &[("token", access)]).await;
        assert_eq!((revoked.status, revoked.body.len()), (StatusCode::OK, 0));
        assert_eq!(revoked.header(header::CONTENT_TYPE), "text/plain; charset=utf-8");
        assert_eq!(revoked.header(header::CACHE_CONTROL), "");
        provider.user_info(access).await.expect_error(401, "invalid_token");
        let form = [("token", refresh), ("token_type_hint", "refresh_token")];
        assert_eq!(provider.post("/oidc/token/revocation", Some(&client), &form).await.status, StatusCode::OK);
        let gone = provider.refresh(&client, refresh, &[]).await;
        let body = gone.expect_error(400, "invalid_grant");
        assert_eq!(body["error_uri"], "https://openid.sh/debug/invalid_grant");
        assert_eq!(names(&body), ["code", "message", "error_uri", "error", "error_description"]);
        // The first access token rested on the same grant.
        provider.user_info(tokens["access_token"].as_str().unwrap()).await.expect_error(401, "invalid_token");
    }

    async fn rotates_when_most_of_the_lifetime_is_over(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Traditional).await;
        let tokens = provider.tokens(&client, &user, &[]).await;
        let refresh = tokens["refresh_token"].as_str().unwrap();
        provider.clock.advance_ms(10 * 24 * 3_600_000);
        let rotated = provider.refresh(&client, refresh, &[]).await.json();
        assert_ne!(rotated["refresh_token"], refresh);
        provider.clock.advance_ms(12 * 24 * 3_600_000);
        // The new one has a lifetime of its own.
        let next = rotated["refresh_token"].as_str().unwrap();
        assert_eq!(provider.refresh(&client, next, &[]).await.status, StatusCode::OK);
    }

    async fn a_browser_application_must_sign_in_again_after_the_lifetime(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let tokens = provider.tokens(&client, &user, &[]).await;
        provider.clock.advance_ms(13 * 24 * 3_600_000);
        let rotated = provider.refresh(&client, tokens["refresh_token"].as_str().unwrap(), &[]).await.json();
        provider.clock.advance_ms(2 * 24 * 3_600_000);
        let late = provider.refresh(&client, rotated["refresh_token"].as_str().unwrap(), &[]).await;
        late.expect_error(400, "invalid_grant");
    }
}
