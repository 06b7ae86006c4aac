//! Authorization requests that clients push before the browser comes (RFC 9126).

use crate::harness::*;
use axum::http::{StatusCode, header};
use portico_crypto::pkce_s256;
use portico_model::ApplicationType;
use portico_store::both_databases;

async fn push(provider: &Provider, client: &TestClient, extra: &[(&str, &str)]) -> Answer {
    let challenge = pkce_s256(VERIFIER);
    let mut form = vec![
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "pushed"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    form.retain(|(name, _)| !extra.iter().any(|(other, _)| other == name));
    form.extend(extra.iter().filter(|(_, value)| *value != "-"));
    if client.secret.is_none() {
        form.push(("client_id", &client.id));
    }
    provider.post("/oidc/request", client.secret.as_ref().map(|_| client), &form).await
}

async fn pushed(provider: &Provider, client: &TestClient) -> String {
    let answer = push(provider, client, &[]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

both_databases! {
    async fn a_pushed_request_signs_in(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        for kind in [ApplicationType::Spa, ApplicationType::Traditional] {
            let client = provider.client(kind).await;
            let answer = push(&provider, &client, &[]).await;
            assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
            let body = answer.json();
            assert_eq!(names(&body), ["expires_in", "request_uri"]);
            assert_eq!(body["expires_in"], 60);
            let uri = body["request_uri"].as_str().unwrap();
            assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:"), "{uri}");
            let mut browser = Browser::new(&provider);
            let done = browser.sign_in_pushed(&client, &user, uri).await;
            assert_eq!(done.answer("state").as_deref(), Some("pushed"));
            let tokens = provider.redeem(&client, &done.answer("code").unwrap(), &[]).await.json();
            assert_eq!(tokens["scope"], "openid profile");
        }
    }

    async fn what_is_wrong_is_told_to_the_client_that_pushes(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Traditional).await;
        for (extra, error) in [
            (("redirect_uri", "https://evil.example.com/cb"), "invalid_redirect_uri"),
            (("response_type", "token"), "unsupported_response_type"),
            (("response_type", "id_token"), "unauthorized_client"),
            (("code_challenge_method", "plain"), "invalid_request"),
            (("client_id", "someone-else"), "invalid_request"),
            (("request_uri", "urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
            (("request", "x"), "request_not_supported"),
        ] {
            let answer = push(&provider, &client, &[extra]).await;
            answer.expect_error(400, error);
            assert_eq!(answer.location(), "");
        }
        let wrong = TestClient { secret: Some("wrong".to_owned()), ..client };
        push(&provider, &wrong, &[]).await.expect_error(401, "invalid_client");
    }

    async fn attack_a_pushed_request_serves_once_and_its_client_only(db: &TestDb) {
        let provider = Provider::new(db).await;
        let (owner, thief) = (provider.client(ApplicationType::Spa).await, provider.client(ApplicationType::Spa).await);
        let uri = pushed(&provider, &owner).await;
        let stolen = Browser::new(&provider).get(&pushed_url(&thief, &uri)).await;
        stolen.expect_error(400, "invalid_request_uri");
        let first = Browser::new(&provider).get(&pushed_url(&owner, &uri)).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
        let second = Browser::new(&provider).get(&pushed_url(&owner, &uri)).await;
        second.expect_error(400, "invalid_request_uri");
        assert_eq!(second.location(), "");

        let late = pushed(&provider, &owner).await;
        provider.clock.advance_ms(60_000);
        Browser::new(&provider).get(&pushed_url(&owner, &late)).await.expect_error(400, "invalid_request_uri");
        let unknown = pushed_url(&owner, "urn:ietf:params:oauth:request_uri:unknown");
        Browser::new(&provider).get(&unknown).await.expect_error(400, "invalid_request_uri");
    }

    async fn attack_parameters_beside_a_pushed_request_change_nothing(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let address = format!(
            "{}&redirect_uri=https%3A%2F%2Fevil.example.com&scope=openid+email&login_hint=x",
            pushed_url(&client, &pushed(&provider, &client).await)
        );
        let started = Browser::new(&provider).get(&address).await;
        assert_eq!(started.location(), format!("/sign-in?app_id={}", client.id));
    }
}
