//! A single-page application: sign-in, tokens, user information, refresh, single sign-on, logout.

use crate::harness::*;
use axum::http::{StatusCode, header};
use portico_model::ApplicationType;
use portico_store::both_databases;

const SCOPE: &str =
    "openid offline_access profile email roles custom_data identities read:things write:things";

both_databases! {
    async fn signs_in_to_verified_tokens(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let client = provider.client(ApplicationType::Spa).await;
        let extra = [("scope", SCOPE), ("prompt", "consent"), ("resource", API)];
        let mut browser = Browser::new(&provider);

        let started = browser.authorize(&client, &extra).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER);
        assert_eq!(started.location(), format!("/sign-in?app_id={}", client.id));
        assert_eq!(started.header(header::CACHE_CONTROL), "no-store");
        assert_eq!(started.text(), format!("Redirecting to /sign-in?app_id={}.", client.id));
        let cookies = started.set_cookies();
        assert_eq!(cookies[0], format!("_logto={{\"appId\":\"{}\"}}; path=/; samesite=lax", client.id));
        assert!(cookies[1].starts_with("_logto.sig="));
        let uid = browser.interaction_uid();
        let expires = "expires=Tue, 24 Nov 2026 02:30:55 GMT";
        assert_eq!(
            cookies[2],
            format!(
                "_interaction=%7B%22{id}%22%3A%22{uid}%22%2C%22_legacy%22%3A%22{uid}%22%7D; path=/; {expires}; samesite=lax; httponly",
                id = client.id
            )
        );
        assert_eq!(
            cookies[4],
            format!("_interaction_resume={uid}; path=/oidc/auth/{uid}; {expires}; samesite=lax; httponly")
        );
        assert_eq!(cookies.len(), 6);

        let resume = browser.submit_login(&user).await;
        assert_eq!(resume, format!("http://localhost:3001/oidc/auth/{uid}"));
        let consent = browser.get(&resume).await;
        assert_eq!((consent.status, consent.location().to_owned()), (StatusCode::SEE_OTHER, format!("/consent?app_id={}", client.id)));
        let first_session = browser.cookie("_session").unwrap().to_owned();
        assert!(browser.cookie("_session.sig").is_some());
        let consent_path = consent.location().to_owned();
        let consented = browser.get(&consent_path).await;
        assert_eq!(consented.status, StatusCode::FOUND);
        let resume = consented.location().to_owned();
        assert!(resume.starts_with("http://localhost:3001/oidc/auth/"));
        let done = browser.get(&resume).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(done.answer("state").as_deref(), Some("fca043605c2de4e0"));
        assert_eq!(done.answer("iss").as_deref(), Some("http://localhost:3001/oidc"));
        assert_ne!(browser.cookie("_session").unwrap(), first_session);
        let path = resume.strip_prefix("http://localhost:3001").unwrap().to_owned();
        assert!(!browser.cookies.contains_key(&("_interaction_resume".to_owned(), path)));

        let tokens = provider.redeem(&client, &done.answer("code").unwrap(), &[("resource", API)]).await;
        assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text());
        let tokens = tokens.json();
        assert_eq!(names(&tokens), ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]);
        // The role gives one of the two scopes; the other is silently left out.
        assert_eq!(tokens["scope"], "read:things");
        let access = verified_claims(&provider, tokens["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        assert_eq!(names(&access), ["jti", "sub", "iat", "exp", "scope", "client_id", "iss", "aud"]);
        assert_eq!(access["sub"], user.id);
        let identity = verified_claims(&provider, tokens["id_token"].as_str().unwrap(), &client.id, None).await;
        assert_eq!(
            names(&identity),
            [
                "sub", "name", "preferred_username", "picture", "updated_at", "username", "created_at", "email",
                "email_verified", "roles", "aud", "exp", "iat", "iss",
            ]
        );
        assert_eq!(identity["roles"][0], "reader");
        assert!(identity["picture"].is_null());

        let jwt = provider.user_info(tokens["access_token"].as_str().unwrap()).await;
        jwt.expect_error(401, "invalid_token");
        refreshing(&provider, &client, tokens["refresh_token"].as_str().unwrap()).await;
    }

    async fn a_request_without_a_resource_means_the_default_one(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        provider.make_api_default().await;
        let client = provider.client(ApplicationType::Spa).await;
        let (_, answer) = provider.sign_in(&client, &user, &[("scope", "offline_access read:things")]).await;
        let tokens = provider.redeem(&client, &answer.answer("code").unwrap(), &[]).await.json();
        verified_claims(&provider, tokens["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        assert_eq!(tokens["scope"], "read:things");
        assert!(tokens.get("id_token").is_none());
    }

    async fn sessions_sign_in_without_a_prompt(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (mut browser, _) = provider.sign_in(&client, &user, &[]).await;
        let session = browser.cookie("_session").unwrap().to_owned();

        let silent = browser.authorize(&client, &[("prompt", "none"), ("scope", "openid")]).await;
        assert!(silent.answer("code").is_some());
        assert_eq!(browser.cookie("_session").unwrap(), session);
        assert_eq!(silent.set_cookies().len(), 2);

        // Another application of the operator: consent is automatic, but goes through its address once.
        let second = provider.client(ApplicationType::Traditional).await;
        let consent = browser.authorize(&second, &[]).await;
        assert_eq!(consent.location(), format!("/consent?app_id={}", second.id));
        let path = consent.location().to_owned();
        let resume = browser.get(&path).await.location().to_owned();
        assert!(browser.get(&resume).await.answer("code").is_some());

        let anonymous = Browser::new(&provider).authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(anonymous.answer("error").as_deref(), Some("login_required"));
        assert_eq!(anonymous.answer("state").as_deref(), Some("fca043605c2de4e0"));
        assert_eq!(anonymous.answer("iss").as_deref(), Some("http://localhost:3001/oidc"));
        assert!(anonymous.set_cookies().is_empty());

        let again = browser.authorize(&client, &[("prompt", "login")]).await;
        assert_eq!(again.location(), format!("/sign-in?app_id={}", client.id));
        provider.clock.advance_ms(100_000);
        let old = browser.authorize(&client, &[("max_age", "60")]).await;
        assert!(old.location().starts_with("/sign-in"));
        let fresh = browser.authorize(&client, &[("max_age", "200"), ("scope", "openid")]).await;
        let tokens = provider.redeem(&client, &fresh.answer("code").unwrap(), &[]).await.json();
        let identity = verified_claims(&provider, tokens["id_token"].as_str().unwrap(), &client.id, None).await;
        assert_eq!(identity["auth_time"], NOW_MS / 1000);
    }

    async fn logs_out(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (mut browser, answer) = provider.sign_in(&client, &user, &[]).await;
        let tokens = provider.redeem(&client, &answer.answer("code").unwrap(), &[]).await.json();
        let bound = browser.authorize(&client, &[("scope", "openid")]).await;
        let bound = provider.redeem(&client, &bound.answer("code").unwrap(), &[]).await.json();
        assert!(bound.get("refresh_token").is_none());
        assert_eq!(provider.user_info(bound["access_token"].as_str().unwrap()).await.status, StatusCode::OK);

        let hint = tokens["id_token"].as_str().unwrap();
        let end = format!(
            "/oidc/session/end?id_token_hint={hint}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A9999%2F&state=bye"
        );
        let page = browser.get(&end).await;
        assert_eq!((page.status, page.header(header::CONTENT_TYPE)), (StatusCode::OK, "text/html; charset=utf-8"));
        let html = page.text();
        assert!(html.contains("id=\"op.logoutform\"") && html.contains("action=\"http://localhost:3001/oidc/session/end/confirm\""));
        let xsrf = html.split("name=\"xsrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = "application/x-www-form-urlencoded";
        let forged = browser.post("/oidc/session/end/confirm", form, "xsrf=forged&logout=yes".to_owned()).await;
        forged.expect_error(400, "invalid_request");
        let done = browser.post("/oidc/session/end/confirm", form, format!("xsrf={xsrf}&logout=yes")).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "http://localhost:9999/?state=bye"));
        assert_eq!(browser.cookie("_session"), None);

        // What the user took offline stays; what was bound to the session is gone.
        let refreshed = provider.refresh(&client, tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refreshed.status, StatusCode::OK);
        provider.user_info(bound["access_token"].as_str().unwrap()).await.expect_error(401, "invalid_token");
        let silent = browser.authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
        assert_eq!(browser.get("/oidc/session/end/success").await.status, StatusCode::OK);
    }

    async fn answers_travel_as_the_client_wants(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (mut browser, _) = provider.sign_in(&client, &user, &[]).await;
        let fragment = browser.authorize(&client, &[("response_mode", "fragment"), ("scope", "openid")]).await;
        assert!(fragment.location().starts_with("http://localhost:9999/callback#code="));
        let state = "\"><script>alert(1)</script>";
        let form = browser
            .authorize(&client, &[("response_mode", "form_post"), ("scope", "openid"), ("state", state)])
            .await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(form.text().contains("action=\"http://localhost:9999/callback\""));
        assert!(form.text().contains("name=\"code\"") && form.text().contains("name=\"iss\""));
        assert!(!form.text().contains("<script>alert"));
        assert!(form.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'sha256-"));
    }

    async fn authorization_requests_may_be_posted(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let query = authorization_url(&client, &[]).split_once('?').unwrap().1.to_owned();
        let mut browser = Browser::new(&provider);
        let answer = browser.post("/oidc/auth", "application/x-www-form-urlencoded", query).await;
        assert_eq!(answer.location(), format!("/sign-in?app_id={}", client.id));
    }

    async fn tabs_of_two_applications_do_not_disturb_each_other(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let (first, second) = (provider.client(ApplicationType::Spa).await, provider.client(ApplicationType::Spa).await);
        let mut browser = Browser::new(&provider);
        browser.authorize(&first, &[]).await;
        browser.authorize(&second, &[]).await;
        let cookie = browser.cookie("_interaction").unwrap().to_owned();
        let uid = |id: &str| portico_identity::interaction::uid_in_cookie(&cookie, Some(id)).unwrap();
        assert_ne!(uid(&first.id), uid(&second.id));
        let resume = browser.submit_login(&user).await;
        assert_eq!(browser.get(&resume).await.location(), format!("/consent?app_id={}", second.id));
        assert!(browser.cookies.keys().any(|(_, path)| path.ends_with(&uid(&first.id))));
    }

    async fn a_login_hint_and_first_screen_reach_the_page(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let mut browser = Browser::new(&provider);
        let extra = [("first_screen", "register"), ("login_hint", "a@b.c"), ("ui_locales", "fr"), ("organization_id", "o1")];
        let answer = browser.authorize(&client, &extra).await;
        assert_eq!(
            answer.location(),
            format!("/register?app_id={}&organization_id=o1&ui_locales=fr&login_hint=a%40b.c", client.id)
        );
        assert!(answer.set_cookies()[0].starts_with(&format!(
            "_logto={{\"appId\":\"{}\",\"organizationId\":\"o1\",\"uiLocales\":\"fr\"}}; path=/",
            client.id
        )));
    }
}

/// Refreshing without a resource, for a resource, and again with a token just rotated.
async fn refreshing(provider: &Provider, client: &TestClient, first: &str) {
    let plain = provider.refresh(client, first, &[]).await;
    assert_eq!(plain.status, StatusCode::OK, "{}", plain.text());
    let plain = plain.json();
    assert_eq!(plain["scope"], "openid offline_access profile email roles custom_data identities");
    let opaque = plain["access_token"].as_str().unwrap();
    assert!(opaque.len() >= 43 && !opaque.contains('.'));
    assert_ne!(plain["refresh_token"], first);
    let info = provider.user_info(opaque).await;
    assert_eq!(info.header(header::CACHE_CONTROL), "no-store");
    let body = info.json();
    assert_eq!(
        names(&body),
        [
            "sub",
            "name",
            "preferred_username",
            "picture",
            "updated_at",
            "username",
            "created_at",
            "email",
            "email_verified",
            "roles",
            "custom_data",
            "identities",
            "sso_identities",
        ]
    );
    assert_eq!(provider.post("/oidc/me", None, &[("access_token", opaque)]).await.json(), body);

    let second = plain["refresh_token"].as_str().unwrap();
    let narrowed =
        provider.refresh(client, second, &[("resource", API), ("scope", "read:things")]).await.json();
    assert_eq!(names(&narrowed), ["access_token", "expires_in", "refresh_token", "scope", "token_type"]);
    assert_eq!(narrowed["scope"], "read:things");
    // A lost answer, or another tab: within seconds the token just rotated is honoured once more.
    assert_eq!(provider.refresh(client, first, &[]).await.status, StatusCode::OK);

    let missing = provider.get("/oidc/me", &[]).await;
    missing.expect_error(401, "invalid_token");
    assert_eq!(missing.header(header::WWW_AUTHENTICATE), "Bearer realm=\"http://localhost:3001/oidc\"");
    let bad = provider.user_info("nope").await;
    bad.expect_error(401, "invalid_token");
    assert!(bad.header(header::WWW_AUTHENTICATE).starts_with(
        "Bearer realm=\"http://localhost:3001/oidc\", error=\"invalid_token\", error_description="
    ));
}
