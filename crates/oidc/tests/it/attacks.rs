//! One test for each class of attack that reaches the provider; each fails when its defence is taken out.

use crate::harness::*;
use axum::http::{HeaderName, StatusCode, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portico_crypto::jose::{Alg, SigningKey};
use portico_model::{ApplicationType, oidc::OidcModel, oidc_artifact::TokenPayload};
use portico_store::{both_databases, oidc_artifacts};
use serde_json::{Value, json};

both_databases! {
    async fn attack_code_replay_revokes_what_the_first_use_gave(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (_, answer) = provider.sign_in(&client, &user, &[]).await;
        let code = answer.answer("code").unwrap();
        let tokens = provider.redeem(&client, &code, &[]).await.json();
        provider.redeem(&client, &code, &[]).await.expect_error(400, "invalid_grant");
        provider.user_info(tokens["access_token"].as_str().unwrap()).await.expect_error(401, "invalid_token");
        provider.refresh(&client, tokens["refresh_token"].as_str().unwrap(), &[]).await.expect_error(400, "invalid_grant");
    }

    async fn attack_a_code_submitted_many_times_at_once_has_at_most_one_winner(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (_, answer) = provider.sign_in(&client, &user, &[]).await;
        let code = answer.answer("code").unwrap();
        let attempts = futures_util::future::join_all((0..8).map(|_| provider.redeem(&client, &code, &[]))).await;
        let won: Vec<_> = attempts.iter().filter(|attempt| attempt.status == StatusCode::OK).collect();
        assert_eq!(won.len(), 1);
        // It was a replay all the same, so even the winner's tokens are worth nothing.
        provider.user_info(won[0].json()["access_token"].as_str().unwrap()).await.expect_error(401, "invalid_token");
    }

    async fn attack_codes_and_refresh_tokens_of_another_client_are_refused(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let (owner, thief) = (provider.client(ApplicationType::Spa).await, provider.client(ApplicationType::Spa).await);
        let (_, answer) = provider.sign_in(&owner, &user, &[]).await;
        let code = answer.answer("code").unwrap();
        provider.redeem(&thief, &code, &[]).await.expect_error(400, "invalid_grant");
        provider.redeem(&owner, &code, &[]).await.expect_error(400, "invalid_grant");

        let tokens = provider.tokens(&owner, &user, &[]).await;
        let refresh = tokens["refresh_token"].as_str().unwrap();
        provider.refresh(&thief, refresh, &[]).await.expect_error(400, "invalid_grant");
        provider.refresh(&owner, refresh, &[]).await.expect_error(400, "invalid_grant");
        let other = provider.tokens(&owner, &user, &[]).await;
        let form = [("token", other["refresh_token"].as_str().unwrap()), ("client_id", &thief.id)];
        assert_eq!(provider.post("/oidc/token/revocation", None, &form).await.status, StatusCode::OK);
        let seen = provider.post("/oidc/token/introspection", None, &form).await.json();
        assert_eq!(seen, json!({ "active": false }));
        let kept = provider.refresh(&owner, other["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(kept.status, StatusCode::OK, "a stranger cannot end a token");
    }

    async fn attack_pkce_downgrade_is_refused(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let spa = provider.client(ApplicationType::Spa).await;
        let web = provider.client(ApplicationType::Traditional).await;
        let stripped = [("code_challenge", "-"), ("code_challenge_method", "-")];
        let answer = Browser::new(&provider).authorize(&spa, &stripped).await;
        assert_eq!(answer.answer("error").as_deref(), Some("invalid_request"));
        // Without the challenge a verifier is a sign that someone stripped it.
        let (_, answer) = provider.sign_in(&web, &user, &stripped).await;
        provider.redeem(&web, &answer.answer("code").unwrap(), &[]).await.expect_error(400, "invalid_grant");
        // With the challenge the verifier is needed, and it must fit.
        for verifier in [None, Some("yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")] {
            let (_, answer) = provider.sign_in(&web, &user, &[]).await;
            let code = answer.answer("code").unwrap();
            let mut form = vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
            form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
            provider.token(&web, &form).await.expect_error(400, "invalid_grant");
        }
    }

    async fn attack_a_code_is_bound_to_its_redirect_uri_and_lives_a_minute(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (_, answer) = provider.sign_in(&client, &user, &[]).await;
        let code = answer.answer("code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("code_verifier", VERIFIER),
            ("redirect_uri", "http://localhost:9999/callback?x"),
        ];
        provider.token(&client, &form).await.expect_error(400, "invalid_grant");
        provider.token(&client, &form[..3]).await.expect_error(400, "invalid_request");
        provider.clock.advance_ms(60_001);
        provider.redeem(&client, &code, &[]).await.expect_error(400, "invalid_grant");
    }

    async fn attack_refresh_token_reuse_revokes_the_family(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let tokens = provider.tokens(&client, &user, &[]).await;
        let first = tokens["refresh_token"].as_str().unwrap();
        let rotated = provider.refresh(&client, first, &[]).await.json();
        provider.clock.advance_ms(3001);
        provider.refresh(&client, first, &[]).await.expect_error(400, "invalid_grant");
        let second = rotated["refresh_token"].as_str().unwrap();
        provider.refresh(&client, second, &[]).await.expect_error(400, "invalid_grant");
        provider.user_info(rotated["access_token"].as_str().unwrap()).await.expect_error(401, "invalid_token");
    }

    async fn attack_reusing_a_rotated_token_in_time_does_not_draw_the_time_out(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let tokens = provider.tokens(&client, &user, &[]).await;
        let first = tokens["refresh_token"].as_str().unwrap();
        let attempts = futures_util::future::join_all((0..8).map(|_| provider.refresh(&client, first, &[]))).await;
        assert!(attempts.iter().all(|attempt| attempt.status == StatusCode::OK));
        provider.clock.advance_ms(2000);
        assert_eq!(provider.refresh(&client, first, &[]).await.status, StatusCode::OK);
        provider.clock.advance_ms(2000);
        provider.refresh(&client, first, &[]).await.expect_error(400, "invalid_grant");
    }

    async fn attack_suspended_and_deleted_users_lose_access_at_once(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (mut browser, answer) = provider.sign_in(&client, &user, &[]).await;
        let tokens = provider.redeem(&client, &answer.answer("code").unwrap(), &[]).await.json();
        provider.change_user(&user, |user| user.is_suspended = true).await;
        provider.refresh(&client, tokens["refresh_token"].as_str().unwrap(), &[]).await.expect_error(400, "invalid_grant");
        provider.user_info(tokens["access_token"].as_str().unwrap()).await.expect_error(401, "invalid_token");
        let silent = browser.authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
    }

    async fn attack_truncated_and_altered_tokens_are_refused(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Traditional).await;
        let tokens = provider.tokens(&client, &user, &[]).await;
        let token = tokens["access_token"].as_str().unwrap();
        let mut forged: Vec<String> = (0..token.len()).map(|length| token[..length].to_owned()).collect();
        forged.extend((0..token.len()).map(|at| {
            let mut bytes = token.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).unwrap()
        }));
        forged.extend([format!("{token}="), format!("{token}A"), token.to_uppercase()]);
        for forged in forged.iter().filter(|forged| !forged.is_empty()) {
            let body = provider.post("/oidc/token/introspection", Some(&client), &[("token", forged)]).await.json();
            assert_eq!(body, json!({ "active": false }), "{forged}");
        }
        // Nor does the database hold anything that could be presented.
        let digest = portico_crypto::sha256_base64url(token);
        let (db, tenant) = (&provider.ctx.app.db, provider.tenant());
        let stored = oidc_artifacts::find::<TokenPayload>(db, tenant, OidcModel::AccessToken, &digest).await.unwrap();
        assert_eq!(stored.unwrap().payload.jti, digest);
        provider.user_info(&digest).await.expect_error(401, "invalid_token");
    }

    async fn attack_mix_up_answers_name_their_issuer(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let answer = Browser::new(&provider).authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(answer.answer("iss").as_deref(), Some("http://localhost:3001/oidc"));
        // The issuer is configuration: headers of the request change nothing.
        let forged = [(header::HOST, "evil.test"), (header::FORWARDED, "host=evil.test")];
        let discovery = provider.get("/oidc/.well-known/openid-configuration", &forged).await;
        assert!(!discovery.text().contains("evil.test"));
    }

    async fn attack_open_redirect_at_logout_is_refused(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (mut browser, _) = provider.sign_in(&client, &user, &[]).await;
        for uri in [
            "http://evil.example.com",
            "http://localhost:9999/callback",
            "http://localhost:9999/x",
            "http://localhost:9999@evil.test/",
            "//evil.test",
            "javascript:alert(1)",
            "http://localhost:9998/",
        ] {
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("client_id", client.id.as_str()), ("post_logout_redirect_uri", uri)])
                .finish();
            browser.get(&format!("/oidc/session/end?{query}")).await.expect_error(400, "invalid_request");
        }
        let nobody = browser.get("/oidc/session/end?post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A9999%2F").await;
        nobody.expect_error(400, "invalid_request");
    }

    async fn attack_forged_id_token_hints_are_refused(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let client = provider.client(ApplicationType::Spa).await;
        let tokens = provider.tokens(&client, &user, &[("scope", "openid offline_access read:things"), ("resource", API)]).await;
        let good = tokens["id_token"].as_str().unwrap();
        let claims = json!({ "sub": user.id, "aud": client.id, "iss": "http://localhost:3001/oidc", "iat": 1, "exp": 4_000_000_000_i64 });
        let jwks = provider.get("/oidc/jwks", &[]).await.json();
        let kid = jwks["keys"][0]["kid"].as_str().unwrap();
        let stranger = SigningKey::generate(Alg::Es384).unwrap();
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let unsigned = |header: Value, signature: &str| format!("{}.{}.{signature}", encode(&header), encode(&claims));
        let access = provider
            .refresh(&client, tokens["refresh_token"].as_str().unwrap(), &[("resource", API)])
            .await
            .json();
        let public = jwks["keys"][0].to_string();
        let with_public_key = portico_crypto::hmac_sha256_hex(public.as_bytes(), "x");
        let mut other_client = claims.clone();
        other_client["aud"] = json!("other");
        for forged in [
            unsigned(json!({ "alg": "none" }), ""),
            unsigned(json!({ "alg": "None", "kid": kid }), ""),
            unsigned(json!({ "alg": "HS256", "kid": kid }), &with_public_key),
            unsigned(json!({ "alg": "ES384", "kid": kid }), ""),
            unsigned(json!({ "alg": "ES384", "kid": kid }), &URL_SAFE_NO_PAD.encode([0; 96])),
            unsigned(json!({ "alg": "ES384", "jwk": stranger.public_jwk() }), &URL_SAFE_NO_PAD.encode([1; 96])),
            unsigned(json!({ "alg": "ES384", "jku": "https://evil.test/jwks", "kid": "../../x" }), "AA"),
            stranger.sign_jwt(None, &claims).unwrap(),
            format!("{}x", &good[..good.len() - 1]),
            good.rsplit_once('.').unwrap().0.to_owned(),
            access["access_token"].as_str().unwrap().to_owned(),
        ] {
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("id_token_hint", forged.as_str())])
                .finish();
            provider.get(&format!("/oidc/session/end?{query}"), &[]).await.expect_error(400, "invalid_request");
            let answer = Browser::new(&provider).authorize(&client, &[("id_token_hint", &forged)]).await;
            assert_eq!(answer.answer("error").as_deref(), Some("invalid_request"), "{forged}");
        }
        let other = provider.client(ApplicationType::Spa).await;
        let answer = Browser::new(&provider).authorize(&other, &[("id_token_hint", good)]).await;
        assert_eq!(answer.answer("error").as_deref(), Some("invalid_request"));
        // Expired hints are fine.
        provider.clock.advance_ms(7_200_000);
        let answer = Browser::new(&provider).authorize(&client, &[("id_token_hint", good)]).await;
        assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
    }

    async fn attack_session_fixation_is_worthless(db: &TestDb) {
        let provider = Provider::new(db).await;
        let (attacker, victim) = (provider.user("attacker").await, provider.user("victim").await);
        let client = provider.client(ApplicationType::Spa).await;
        let (planted, _) = provider.sign_in(&client, &attacker, &[]).await;
        let session: Vec<_> = planted.cookies.iter().filter(|((name, _), _)| name.starts_with("_session")).collect();
        let mut browser = Browser::new(&provider);
        browser.cookies = session.iter().map(|(key, value)| ((*key).clone(), (*value).clone())).collect();
        let before = browser.cookie("_session").unwrap().to_owned();
        browser.authorize(&client, &[("prompt", "login")]).await;
        let resume = browser.submit_login(&victim).await;
        browser.get(&resume).await;
        assert_ne!(browser.cookie("_session").unwrap(), before);
        // The planted id no longer names any session.
        let mut fixed = Browser { provider: &provider, cookies: planted.cookies.clone() };
        let answer = fixed.authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(answer.answer("error").as_deref(), Some("login_required"));
        // And nothing of the attacker's session was taken over.
        let silent = browser.authorize(&client, &[("prompt", "none")]).await;
        assert_eq!(silent.answer("error").as_deref(), Some("consent_required"));
    }

    async fn attack_an_interaction_does_not_work_in_another_browser(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("victim").await;
        let client = provider.client(ApplicationType::Spa).await;
        let mut victim = Browser::new(&provider);
        victim.authorize(&client, &[]).await;
        let resume = victim.submit_login(&user).await;
        let mut attacker = Browser::new(&provider);
        attacker.authorize(&client, &[]).await;
        let stolen = attacker.get(&resume).await;
        assert_eq!(stolen.json()["code"], "session.not_found");
        // Even when the cookie is forged: without its signature it is none.
        let uid = victim.interaction_uid();
        let forged = format!("_interaction_resume={uid}; _interaction_resume.sig=AAAA");
        let answer = provider.get(&format!("/oidc/auth/{uid}"), &[(header::COOKIE, &forged)]).await;
        assert_eq!(answer.json()["code"], "session.not_found");
        // The rightful browser takes it up once.
        let cookies = victim.cookies.clone();
        assert!(victim.get(&resume).await.location().starts_with("/consent"));
        victim.cookies = cookies;
        assert_eq!(victim.get(&resume).await.json()["code"], "session.not_found");
    }

    async fn attack_malformed_cookies_count_as_none(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let address = authorization_url(&client, &[("prompt", "none")]);
        for cookie in ["_session", "_session=; _session.sig=", "_session=x; _session.sig=y", "_session=x", "=;;=", "_session=\u{e9}"] {
            let answer = provider.get(&address, &[(header::COOKIE, cookie)]).await;
            assert_eq!(answer.answer("error").as_deref(), Some("login_required"), "{cookie}");
        }
    }

    async fn attack_expired_foreign_and_internal_secrets_do_not_authenticate(db: &TestDb) {
        let provider = Provider::new(db).await;
        let internal = "#internal:abcdefghijklmnopqrstuvwx".to_owned();
        let stored = internal.clone();
        let client = provider.client_with(ApplicationType::Traditional, move |application| application.secret = stored).await;
        let other = provider.client(ApplicationType::Traditional).await;
        let try_secret = async |secret: &str| {
            let tried = TestClient { id: client.id.clone(), secret: Some(secret.to_owned()) };
            provider.refresh(&tried, "nope", &[]).await
        };
        for wrong in [internal.as_str(), "abcdefghijklmnopqrstuvwx", other.secret.as_deref().unwrap(), " "] {
            try_secret(wrong).await.expect_error(401, "invalid_client");
        }
        let own = client.secret.clone().unwrap();
        try_secret(&own).await.expect_error(400, "invalid_grant");
        provider.set_secret_expiry(&client, NOW_MS).await;
        let expired = try_secret(&own).await.expect_error(400, "invalid_request");
        assert!(expired["error_description"].as_str().unwrap().contains("expired"));
        provider.set_secret_expiry(&client, NOW_MS + 1).await;
        try_secret(&own).await.expect_error(400, "invalid_grant");
    }

    async fn attack_pages_of_other_origins_cannot_read_tokens(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let tokens = provider.tokens(&client, &user, &[]).await;
        let token = tokens["access_token"].as_str().unwrap();
        let bearer = format!("Bearer {token}");
        let call = async |origin: &str| {
            provider.get("/oidc/me", &[(header::ORIGIN, origin), (header::AUTHORIZATION, &bearer)]).await
        };
        for good in ["http://localhost:9999", "http://localhost:3001"] {
            let answer = call(good).await;
            assert_eq!((answer.status, answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)), (StatusCode::OK, good));
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), "");
        }
        for evil in ["http://evil.test", "http://localhost:9999.evil.test", "http://localhost:99990", "null", "https://localhost:9999"] {
            let answer = call(evil).await;
            answer.expect_error(400, "invalid_request");
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "", "{evil}");
        }
    }

    async fn attack_endless_ids_are_neither_looked_up_nor_repeated(db: &TestDb) {
        let provider = Provider::new(db).await;
        let long = "x".repeat(50_000);
        let answer = provider.post("/oidc/token", None, &[("client_id", &long), ("grant_type", "refresh_token")]).await;
        answer.expect_error(400, "invalid_client");
        assert!(answer.body.len() < 1000);
        let client = provider.client(ApplicationType::Spa).await;
        let answer = Browser::new(&provider).authorize(&client, &[("resource", &long[..10_000])]).await;
        assert_eq!(answer.answer("error").as_deref(), Some("invalid_target"));
        let huge = provider.post("/oidc/token", None, &[("client_id", &"x".repeat(60_000))]).await;
        huge.expect_error(400, "invalid_request");
    }

    async fn attack_header_injection_through_hints_is_refused(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let evil = "en; domain=evil.test\r\nset-cookie: a=b";
        let answer = Browser::new(&provider).authorize(&client, &[("ui_locales", evil), ("organization_id", "a;b")]).await;
        assert!(answer.set_cookies()[0].starts_with(&format!("_logto={{\"appId\":\"{}\"}}; path=/", client.id)));
        assert!(answer.set_cookies().iter().all(|cookie| !cookie.contains("evil")));
    }

    async fn attack_forged_host_headers_reach_neither_issuer_nor_redirect(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let forged = [
            (header::HOST, "evil.test"),
            (HeaderName::from_static("x-forwarded-host"), "evil.test"),
            (header::FORWARDED, "host=evil.test"),
        ];
        let start = authorization_url(&client, &[]);
        for path in ["/oidc/.well-known/openid-configuration", "/oidc/session/end", start.as_str()] {
            let answer = provider.get(path, &forged).await;
            assert!(!answer.text().contains("evil.test"), "{path}");
            for value in answer.headers.values() {
                assert!(!value.to_str().unwrap().contains("evil.test"), "{path} {value:?}");
            }
        }
    }

    async fn attack_tokens_and_codes_of_another_tenant_are_worthless(db: &TestDb) {
        let provider = Provider::new(db).await;
        let admin = Provider::for_tenant(db, portico_model::TenantId::admin_tenant()).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Traditional).await;
        let tokens = provider.tokens(&client, &user, &[]).await;
        let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
        admin.user_info(access).await.expect_error(401, "invalid_token");
        admin.refresh(&client, refresh, &[]).await.expect_error(400, "invalid_client");
        let neighbour = admin.client(ApplicationType::Traditional).await;
        admin.refresh(&neighbour, refresh, &[]).await.expect_error(400, "invalid_grant");
        let seen = admin.post("/oidc/token/introspection", Some(&neighbour), &[("token", access)]).await.json();
        assert_eq!(seen, json!({ "active": false }));
        let hint = tokens["id_token"].as_str().unwrap();
        let hinted = admin.get(&format!("/oidc/session/end?id_token_hint={hint}"), &[]).await;
        hinted.expect_error(400, "invalid_request");
        // All of it still works where it belongs.
        assert_eq!(provider.user_info(access).await.status, StatusCode::OK);
        assert_eq!(provider.refresh(&client, refresh, &[]).await.status, StatusCode::OK);
    }

    async fn attack_a_forged_form_does_not_log_out(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client(ApplicationType::Spa).await;
        let (mut browser, _) = provider.sign_in(&client, &user, &[]).await;
        let form_type = "application/x-www-form-urlencoded";
        let confirm = "/oidc/session/end/confirm";
        let unasked = browser.post(confirm, form_type, "logout=yes&xsrf=guessed".to_owned()).await;
        assert_eq!(unasked.json()["code"], "session.not_found");
        browser.get("/oidc/session/end").await;
        for body in ["logout=yes", "logout=yes&xsrf=", "logout=yes&xsrf=guessed"] {
            let refused = browser.post(confirm, form_type, body.to_owned()).await;
            assert!(refused.status.is_client_error(), "{body}");
        }
        let silent = browser.authorize(&client, &[("prompt", "none"), ("scope", "openid")]).await;
        assert!(silent.answer("code").is_some(), "{}", silent.location());
    }

    // RFC 9700 §4.12: 307 would make the browser post the form again, to the client.
    async fn attack_forms_are_not_passed_on_by_redirects(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client(ApplicationType::Spa).await;
        let form_type = "application/x-www-form-urlencoded";
        let query = authorization_url(&client, &[("prompt", "none")]).split_once('?').unwrap().1.to_owned();
        let mut browser = Browser::new(&provider);
        let answer = browser.post("/oidc/auth", form_type, query).await;
        assert_eq!((answer.status, answer.answer("error").as_deref()), (StatusCode::SEE_OTHER, Some("login_required")));
        let page = browser.get("/oidc/session/end").await;
        assert_eq!(browser.confirm_logout(&page).await.status, StatusCode::SEE_OTHER);
    }

    // RFC 9700 §4.16.
    async fn attack_pages_of_the_provider_cannot_be_framed(db: &TestDb) {
        let provider = Provider::new(db).await;
        for path in ["/oidc/session/end", "/oidc/session/end/success"] {
            let policy = provider.get(path, &[]).await;
            let policy = policy.header(header::CONTENT_SECURITY_POLICY).to_owned();
            assert!(policy.contains("frame-ancestors 'none'"), "{path} {policy}");
        }
    }
}
