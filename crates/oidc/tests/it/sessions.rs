//! What ends with a session, who hears of it, and how many grants a user may have.

use crate::harness::*;
use axum::{Form, Router, http::StatusCode, routing::post};
use portico_identity::sessions;
use portico_model::ApplicationType;
use portico_store::both_databases;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, sync::mpsc};

/// A client's back-channel logout endpoint, and what it receives.
async fn logout_receiver() -> (String, mpsc::Receiver<String>) {
    logout_receiver_answering(vec![]).await
}

/// The same with its first answers; after them it is content.
async fn logout_receiver_answering(mut first: Vec<StatusCode>) -> (String, mpsc::Receiver<String>) {
    let (sender, receiver) = mpsc::channel(4);
    first.reverse();
    let answers = Arc::new(Mutex::new(first));
    let handler = move |Form(form): Form<HashMap<String, String>>| async move {
        sender.send(form["logout_token"].clone()).await.unwrap();
        answers.lock().unwrap().pop().unwrap_or(StatusCode::OK)
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/logout", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/logout", post(handler))).await });
    (uri, receiver)
}

both_databases! {
    async fn clients_hear_of_a_logout(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let (uri, mut received) = logout_receiver().await;
        let client = provider
            .client_with(ApplicationType::Traditional, move |application| {
                application.oidc_client_metadata.backchannel_logout_uri = Some(uri);
                application.oidc_client_metadata.backchannel_logout_session_required = Some(true);
            })
            .await;
        let (mut browser, answer) = provider.sign_in(&client, &user, &[]).await;
        let tokens = provider.redeem(&client, &answer.answer("code").unwrap(), &[]).await.json();
        let identity = verified_claims(&provider, tokens["id_token"].as_str().unwrap(), &client.id, None).await;
        let page = browser.get("/oidc/session/end").await;
        let done = browser.confirm_logout(&page).await;
        assert_eq!(done.location(), "http://localhost:3001/oidc/session/end/success");
        let token = received.recv().await.unwrap();
        let claims = verified_claims(&provider, &token, &client.id, Some("logout+jwt")).await;
        assert_eq!(claims["sub"], user.id);
        assert_eq!(claims["sid"], identity["sid"]);
        assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
        assert!(claims.get("nonce").is_none());
    }

    async fn a_client_that_is_down_hears_of_a_logout_when_it_is_back(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let (uri, mut received) = logout_receiver_answering(vec![StatusCode::SERVICE_UNAVAILABLE]).await;
        let client = provider
            .client_with(ApplicationType::Traditional, move |application| {
                application.oidc_client_metadata.backchannel_logout_uri = Some(uri);
            })
            .await;
        let (mut browser, _) = provider.sign_in(&client, &user, &[]).await;
        let page = browser.get("/oidc/session/end").await;
        browser.confirm_logout(&page).await;
        let first = received.recv().await.unwrap();
        assert_eq!(received.recv().await.unwrap(), first);
    }

    async fn clients_hear_when_an_administrator_ends_a_session(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let (uri, mut received) = logout_receiver().await;
        let client = provider
            .client_with(ApplicationType::Traditional, move |application| {
                application.oidc_client_metadata.backchannel_logout_uri = Some(uri);
            })
            .await;
        let (mut browser, _) = provider.sign_in(&client, &user, &[]).await;
        let session = sessions::list(&provider.ctx, &user.id).await.unwrap().remove(0);
        assert_eq!(session.client_id.as_deref(), Some(client.id.as_str()));
        sessions::revoke(&provider.ctx, &user.id, &session.payload.uid, None).await.unwrap();
        let token = received.recv().await.unwrap();
        let claims = verified_claims(&provider, &token, &client.id, Some("logout+jwt")).await;
        assert_eq!(claims["sub"], user.id);
        let again = browser.authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(again.answer("error").as_deref(), Some("login_required"));
    }

    async fn the_oldest_grants_beyond_the_limit_go(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider
            .client_with(ApplicationType::Traditional, |application| {
                application.custom_client_metadata.max_allowed_grants = Some(2);
            })
            .await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(provider.tokens(&client, &user, &[]).await);
            provider.clock.advance_ms(1000);
        }
        let mut statuses = Vec::new();
        for tokens in &tokens {
            statuses.push(provider.user_info(tokens["access_token"].as_str().unwrap()).await.status.as_u16());
        }
        assert_eq!(statuses, [401, 200, 200]);
    }

    async fn a_session_ends_after_its_lifetime_unless_used(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (mut browser, _) = provider.sign_in(&client, &user, &[]).await;
        let day_ms = 24 * 3_600_000;
        for _ in 0..2 {
            provider.clock.advance_ms(13 * day_ms);
            let answer = browser.authorize(&client, &[("prompt", "none")]).await;
            assert!(answer.answer("code").is_some(), "{}", answer.location());
        }
        provider.clock.advance_ms(14 * day_ms);
        let answer = browser.authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(answer.answer("error").as_deref(), Some("login_required"));
    }
}
