//! What is wrong with a request, in the words of the protocol and at the right place.

use crate::harness::*;
use axum::http::{StatusCode, header};
use portico_model::ApplicationType;
use portico_store::both_databases;

both_databases! {
    async fn errors_about_the_client_are_shown_and_not_redirected(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        for (extra, error) in [
            (vec![("redirect_uri", "http://evil.example.com/cb")], "invalid_redirect_uri"),
            (vec![("client_id", "nope")], "invalid_client"),
            (vec![("client_id", "-")], "invalid_request"),
        ] {
            let answer = Browser::new(&provider).authorize(&client, &extra).await;
            let body = answer.expect_error(400, error);
            assert_eq!(names(&body), ["code", "message", "error", "error_description", "state", "iss"]);
            assert_eq!((body["state"].as_str(), body["iss"].as_str()), (Some("fca043605c2de4e0"), Some("http://localhost:3001/oidc")));
            assert_eq!((answer.location(), answer.header(header::CACHE_CONTROL)), ("", "no-store"));
            assert!(answer.set_cookies().is_empty());
        }
        let machine = provider.client(ApplicationType::MachineToMachine).await;
        Browser::new(&provider).authorize(&machine, &[]).await.expect_error(400, "unauthorized_client");
    }

    async fn errors_of_the_request_go_back_to_the_client(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        for (extra, error) in [
            (vec![("response_type", "token")], "unsupported_response_type"),
            (vec![("response_type", "-")], "invalid_request"),
            (vec![("response_type", "id_token")], "unauthorized_client"),
            (vec![("response_mode", "jwt")], "unsupported_response_mode"),
            (vec![("code_challenge", "-"), ("code_challenge_method", "-")], "invalid_request"),
            (vec![("code_challenge_method", "plain")], "invalid_request"),
            (vec![("resource", "https://unknown.example.com")], "invalid_target"),
            (vec![("prompt", "nope")], "invalid_request"),
            (vec![("prompt", "none login")], "invalid_request"),
            (vec![("max_age", "soon")], "invalid_request"),
            (vec![("id_token_hint", "nonsense")], "invalid_request"),
            (vec![("request", "x")], "request_not_supported"),
        ] {
            let answer = Browser::new(&provider).authorize(&client, &extra).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{extra:?} {}", answer.text());
            assert!(answer.location().starts_with(CALLBACK), "{extra:?}");
            assert_eq!(answer.answer("error").as_deref(), Some(error), "{extra:?}");
            assert!(answer.answer("error_description").is_some());
            assert_eq!(answer.answer("state").as_deref(), Some("fca043605c2de4e0"));
            assert_eq!(answer.answer("iss").as_deref(), Some("http://localhost:3001/oidc"));
        }
        let implicit = Browser::new(&provider).authorize(&client, &[("response_type", "token")]).await;
        assert!(implicit.location().starts_with("http://localhost:9999/callback#error="));
        let tolerant = Browser::new(&provider).authorize(&client, &[("scope", "openid unknown:scope")]).await;
        assert!(tolerant.location().starts_with("/sign-in"));
    }

    async fn the_token_endpoint_names_what_is_wrong(db: &TestDb) {
        let provider = Provider::new(db).await;
        let spa = provider.client(ApplicationType::Spa).await;
        let web = provider.client(ApplicationType::Traditional).await;
        let code = [("grant_type", "authorization_code"), ("code", "nope"), ("redirect_uri", CALLBACK)];
        provider.redeem(&spa, "nope", &[]).await.expect_error(400, "invalid_grant");
        let missing = [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK)];
        provider.token(&spa, &missing).await.expect_error(400, "invalid_request");
        let mut form = code.to_vec();
        form.push(("client_id", &web.id));
        let unauthenticated = provider.post("/oidc/token", None, &form).await;
        unauthenticated.expect_error(401, "invalid_client");
        assert_eq!(unauthenticated.header(header::WWW_AUTHENTICATE), "");
        let mut form = code.to_vec();
        form.push(("client_id", "nope"));
        provider.post("/oidc/token", None, &form).await.expect_error(400, "invalid_client");
        provider.post("/oidc/token", None, &[]).await.expect_error(400, "invalid_request");
        provider.refresh(&spa, "nope", &[]).await.expect_error(400, "invalid_grant");
        provider
            .token(&spa, &[("grant_type", "client_credentials"), ("resource", API)])
            .await
            .expect_error(400, "unauthorized_client");
        provider
            .token(&spa, &[("grant_type", "refresh_token"), ("grant_type", "refresh_token")])
            .await
            .expect_error(400, "invalid_request");
    }

    async fn a_browser_without_its_interaction_is_told_so(db: &TestDb) {
        let provider = Provider::new(db).await;
        let answer = Browser::new(&provider).get("/oidc/auth/unknown").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["code"], "session.not_found");
        let consent = Browser::new(&provider).get("/consent?app_id=x").await;
        assert_eq!((consent.status, consent.location()), (StatusCode::FOUND, "http://localhost:3001/unknown-session"));
        let api = Browser::new(&provider).get("/api/interaction/consent").await;
        assert_eq!((api.status, api.json()["code"].as_str()), (StatusCode::BAD_REQUEST, Some("session.not_found")));

        let client = provider.client(ApplicationType::Spa).await;
        let mut browser = Browser::new(&provider);
        browser.authorize(&client, &[]).await;
        let uid = browser.interaction_uid();
        provider.clock.advance_ms(3_600_001);
        assert_eq!(browser.get(&format!("/oidc/auth/{uid}")).await.json()["code"], "session.not_found");
    }
}
