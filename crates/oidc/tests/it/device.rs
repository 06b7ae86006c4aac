//! RFC 8628: a device without browser or keyboard, and its user on another one.

use crate::harness::*;
use axum::http::{StatusCode, header};
use portico_model::{ApplicationType, oidc::OidcModel};
use portico_store::{both_databases, oidc_artifacts};
use serde_json::Value;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn device_client(provider: &Provider) -> TestClient {
    provider
        .client_with(ApplicationType::Native, |application| {
            application.custom_client_metadata.is_device_flow = Some(true);
        })
        .await
}

async fn codes(provider: &Provider, client: &TestClient) -> Value {
    let form = [("client_id", client.id.as_str()), ("scope", "openid offline_access profile")];
    let answer = provider.post("/oidc/device/auth", None, &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// The device asks, after the time it has to wait.
async fn poll(provider: &Provider, client: &TestClient, codes: &Value) -> Answer {
    provider.clock.advance_ms(5000);
    ask(provider, client, codes).await
}

async fn ask(provider: &Provider, client: &TestClient, codes: &Value) -> Answer {
    let form = [("grant_type", GRANT_TYPE), ("device_code", codes["device_code"].as_str().unwrap())];
    provider.token(client, &form).await
}

/// Sends the form of the page with this answer.
async fn enter(browser: &mut Browser<'_>, user_code: &str, answer: &str) -> Answer {
    browser.get("/oidc/device").await;
    let xsrf = browser.cookie("_logto_device_flow_xsrf").unwrap().to_owned();
    let form = format!("xsrf={xsrf}&user_code={user_code}&{answer}=yes");
    browser.post("/oidc/device", "application/x-www-form-urlencoded", form).await
}

both_databases! {
    async fn the_user_agrees_on_another_device(db: &TestDb) {
        let provider = Provider::new(db).await;
        let (user, client) = (provider.user("reader").await, device_client(&provider).await);
        let codes = codes(&provider, &client).await;
        assert_eq!(
            names(&codes),
            ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in"]
        );
        let (user_code, page) = (codes["user_code"].as_str().unwrap(), codes["verification_uri"].as_str().unwrap());
        assert!(page.ends_with("/device") && !page.contains("/oidc/"));
        assert_eq!(codes["verification_uri_complete"].as_str().unwrap(), format!("{page}?user_code={user_code}"));
        poll(&provider, &client, &codes).await.expect_error(400, "authorization_pending");
        ask(&provider, &client, &codes).await.expect_error(400, "slow_down");

        // The page is prepared by the provider, which gives it the secret of its form.
        let mut browser = Browser::new(&provider);
        let unprepared = browser.get("/device?user_code=X").await;
        assert_eq!((unprepared.status, unprepared.location()), (StatusCode::FOUND, "/oidc/device?user_code=X"));
        let prepared = browser.get(unprepared.location()).await;
        assert_eq!(prepared.location(), "/device?user_code=X");
        assert_eq!(browser.get("/device?user_code=X").await.status, StatusCode::OK);

        let typed = user_code.replace('-', "").to_lowercase();
        let sign_in = enter(&mut browser, &typed, "confirm").await;
        assert_eq!(sign_in.status, StatusCode::SEE_OTHER, "{}", sign_in.text());
        assert_eq!(sign_in.location(), format!("/sign-in?app_id={}", client.id));
        let resume = browser.submit_login(&user).await;
        let consent = browser.get(&resume).await.location().to_owned();
        assert_eq!(consent, format!("/consent?app_id={}", client.id));
        poll(&provider, &client, &codes).await.expect_error(400, "authorization_pending");
        let resume = browser.get(&consent).await.location().to_owned();
        assert_eq!(browser.get(&resume).await.location(), "/device/success");

        let answer = poll(&provider, &client, &codes).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let tokens = answer.json();
        assert_eq!(tokens["scope"], "openid offline_access profile");
        assert_eq!(provider.user_info(tokens["access_token"].as_str().unwrap()).await.json()["sub"], user.id.as_str());
        let refreshed = provider.refresh(&client, tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refreshed.status, StatusCode::OK, "{}", refreshed.text());

        // Once. A code that is used again takes everything along.
        let again = enter(&mut browser, user_code, "confirm").await;
        assert!(again.location().starts_with("/device?error=AlreadyUsedError&"));
        poll(&provider, &client, &codes).await.expect_error(400, "invalid_grant");
        let token = refreshed.json()["refresh_token"].as_str().unwrap().to_owned();
        provider.refresh(&client, &token, &[]).await.expect_error(400, "invalid_grant");
    }

    async fn the_user_refuses_or_comes_too_late(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = device_client(&provider).await;
        let mut browser = Browser::new(&provider);
        let refused = codes(&provider, &client).await;
        let answer = enter(&mut browser, refused["user_code"].as_str().unwrap(), "abort").await;
        assert_eq!(answer.location(), "/device?error=AbortedError");
        poll(&provider, &client, &refused).await.expect_error(400, "access_denied");
        let answer = enter(&mut browser, "ZZZZ-ZZZZ", "confirm").await;
        assert_eq!(answer.location(), "/device?error=NotFoundError&input_code=ZZZZ-ZZZZ");

        let late = codes(&provider, &client).await;
        provider.clock.advance_ms(600_000);
        poll(&provider, &client, &late).await.expect_error(400, "expired_token");
        let answer = enter(&mut browser, late["user_code"].as_str().unwrap(), "confirm").await;
        assert!(answer.location().starts_with("/device?error=ExpiredError&"));
    }

    async fn attack_codes_of_others_are_worth_nothing(db: &TestDb) {
        let provider = Provider::new(db).await;
        let (client, other) = (device_client(&provider).await, device_client(&provider).await);
        let codes = codes(&provider, &client).await;
        let (device_code, user_code) = (codes["device_code"].as_str().unwrap(), codes["user_code"].as_str().unwrap());
        poll(&provider, &other, &codes).await.expect_error(400, "invalid_grant");

        // A form of another site knows no secret.
        let mut browser = Browser::new(&provider);
        browser.get("/oidc/device").await;
        for form in [format!("user_code={user_code}&confirm=yes"), format!("xsrf=guess&user_code={user_code}&confirm=yes")] {
            browser.post("/oidc/device", "application/x-www-form-urlencoded", form).await.expect_error(400, "invalid_request");
        }
        let foreign = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
        assert_eq!(provider.get("/device", &foreign).await.status, StatusCode::FOUND);

        // Neither code is stored as it is.
        let (exec, tenant) = (&provider.ctx.app.db, provider.tenant());
        let id = portico_crypto::sha256_base64url(device_code);
        let stored = oidc_artifacts::find::<Value>(exec, tenant, OidcModel::DeviceCode, &id).await.unwrap().unwrap();
        let stored = stored.payload.to_string();
        assert!(!stored.contains(device_code) && !stored.contains(user_code) && !stored.contains(&user_code.replace('-', "")));

        // Only clients for devices get codes.
        let plain = provider.client(ApplicationType::Native).await;
        let form = [("client_id", plain.id.as_str()), ("scope", "openid")];
        provider.post("/oidc/device/auth", None, &form).await.expect_error(400, "unauthorized_client");
    }
}
