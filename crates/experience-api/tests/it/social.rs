//! Signing in through another site.

use crate::{
    idp::{Idp, TokenAnswer},
    world::{Answer, Browser, NOW_MS, World},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use portico_crypto::jose::{Alg, SigningKey};
use portico_identity::social_link;
use portico_model::{Connector, ErrorCode, User, user::Identity};
use portico_store::{Db, StoreError, both_databases, connectors, secrets};
use serde_json::{Value, json};
use url::Url;

const REDIRECT_URI: &str = "http://localhost:3001/callback/corp-id";

/// A server with one connector, and the provider behind it.
struct Social {
    world: World,
    idp: Idp,
}

impl Social {
    /// Registration through the provider alone, as most of these tests need it.
    async fn new(db: &Db) -> Self {
        let social = Self { world: World::new(db).await, idp: Idp::start().await };
        let config = json!({
            "authorizationEndpoint": format!("{}/authorize", social.idp.base),
            "tokenEndpoint": format!("{}/token", social.idp.base),
            "clientId": "client",
            "clientSecret": "secret",
            "scope": "profile email",
            "idTokenVerificationConfig": {
                "jwksUri": format!("{}/keys", social.idp.base),
                "issuer": social.idp.base,
            },
        });
        let metadata = json!({ "target": "corp", "name": { "en": "Corp" } });
        social
            .world
            .connector(Connector {
                tenant_id: "default".into(),
                id: "corp-id".into(),
                sync_profile: true,
                enable_token_storage: false,
                connector_id: "oidc".into(),
                config: config.as_object().unwrap().clone(),
                metadata: serde_json::from_value(metadata).unwrap(),
                created_at: 0,
            })
            .await;
        social
            .world
            .settings(|settings| {
                settings.sign_up.identifiers = Vec::new();
                settings.sign_up.password = false;
            })
            .await;
        social
    }

    async fn begin<'w>(&'w self, event: &str) -> Attempt<'w> {
        let browser = self.world.started(event).await;
        let mut attempt = Attempt { social: self, browser, id: String::new(), nonce: String::new() };
        attempt.restart().await;
        attempt
    }
}

/// A browser on its way to the provider and back.
struct Attempt<'w> {
    social: &'w Social,
    browser: Browser<'w>,
    id: String,
    nonce: String,
}

impl Attempt<'_> {
    async fn restart(&mut self) {
        let body = json!({ "state": "the state", "redirectUri": REDIRECT_URI });
        let answer =
            self.browser.post("verification/social/corp-id/authorization-uri", body).await.expect(200);
        self.id = answer.text("verificationId");
        let uri = Url::parse(&answer.text("authorizationUri")).unwrap();
        let nonce = uri.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
        self.nonce = nonce;
    }

    /// What the provider says, with changes; `null` takes a claim away.
    fn claims(&self, changes: Value) -> Value {
        let mut claims = json!({
            "iss": self.social.idp.base,
            "aud": "client",
            "sub": "corp-ada",
            "iat": NOW_MS / 1000,
            "exp": NOW_MS / 1000 + 300,
            "nonce": self.nonce,
            "name": "Ada Lovelace",
            "picture": "https://idp.example/ada.png",
            "email": "ada@corp.example",
            "email_verified": true,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    async fn callback(&self, data: Value) -> Answer {
        let body = json!({ "verificationId": self.id, "connectorData": data });
        self.browser.post("verification/social/corp-id/verify", body).await
    }

    /// The browser comes back with an honest callback, and the provider gives out this ID token.
    async fn come_back_with(&self, id_token: &str) -> Answer {
        self.social.idp.answer_with_id_token(id_token);
        self.callback(json!({ "code": "the code", "state": "the state", "redirectUri": REDIRECT_URI })).await
    }

    async fn come_back(&self, changes: Value) -> Answer {
        let token = self.social.idp.key.sign_jwt(Some("JWT"), &self.claims(changes)).unwrap();
        self.come_back_with(&token).await
    }

    async fn identify(&self, link: bool) -> Answer {
        let body = json!({ "verificationId": self.id, "linkSocialIdentity": link });
        self.browser.post("identification", body).await
    }
}

fn corp_identity(user: &mut User, id: &str) {
    user.identities.insert("corp".into(), Identity { user_id: id.into(), details: None });
}

both_databases! {
    async fn the_providers_tokens_are_kept_where_the_connector_says_so(db: &TestDb) {
        let social = Social::new(db).await;
        let (ctx, tenant) = (&social.world.ctx, social.world.ctx.tenant.id.clone());
        let keep = async |is_kept: bool| {
            let tenant = tenant.clone();
            let changed = ctx.write_settings(move |tx| {
                Box::pin(async move {
                    let mut connector = connectors::find_by_id(tx, &tenant, "corp-id").await?.unwrap();
                    connector.enable_token_storage = is_kept;
                    connectors::update(tx, &tenant, &connector).await
                })
            });
            changed.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
        };
        keep(true).await;
        let attempt = social.begin("Register").await;
        attempt.come_back(json!({})).await.expect(200);
        assert!(!attempt.browser.state().await.to_string().contains("iphertext"));
        assert!(!attempt.browser.result().await.to_string().contains("\"access\""));
        attempt.identify(false).await.expect(201);
        attempt.browser.submit().await.expect(200);
        let account = attempt.browser.result().await["login"]["accountId"].as_str().unwrap().to_owned();
        let find = async || secrets::find_social_token_set(&**db, &tenant, &account, "corp").await.unwrap();
        let kept = find().await.unwrap();
        assert_eq!((kept.connector_id.as_str(), kept.identity_id.as_str()), ("corp-id", "corp-ada"));
        assert_eq!(kept.metadata.expires_at, Some(NOW_MS / 1000 + 3600));
        assert!(kept.metadata.has_refresh_token);
        // The next sign-in brings new ones.
        let attempt = social.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        attempt.identify(false).await.expect(204);
        attempt.browser.submit().await.expect(200);
        assert_ne!(find().await.unwrap().id, kept.id);
        keep(false).await;
        assert_eq!(find().await, None);
    }

    async fn an_administrator_can_link_an_account(db: &TestDb) {
        let social = Social::new(db).await;
        let ctx = &social.world.ctx;
        let callback = || json!({ "code": "the code", "state": "s" }).as_object().unwrap().clone();
        let begin = async || {
            let uri = social_link::begin(ctx, "corp-id", "s", REDIRECT_URI).await.unwrap();
            let nonce = uri.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
            let claims = json!({
                "iss": social.idp.base, "aud": "client", "sub": "corp-ada", "iat": NOW_MS / 1000,
                "exp": NOW_MS / 1000 + 300, "nonce": nonce, "name": "Ada Lovelace",
            });
            social.idp.answer_with_id_token(&social.idp.key.sign_jwt(Some("JWT"), &claims).unwrap());
        };
        let ada = social.world.user("ada", |_| {}).await;
        begin().await;
        let linked = social_link::complete(ctx, &ada.id, "corp-id", callback()).await.unwrap();
        assert_eq!(linked["corp"].user_id, "corp-ada");
        assert_eq!(linked["corp"].details.as_ref().unwrap()["name"], "Ada Lovelace");
        // A callback is good for one use: what it was bound to is gone.
        let replayed = social_link::complete(ctx, &ada.id, "corp-id", callback()).await.unwrap_err();
        assert_eq!(replayed.code(), Some(ErrorCode::ConnectorGeneral));
        let bob = social.world.user("bob", |_| {}).await;
        begin().await;
        let taken = social_link::complete(ctx, &bob.id, "corp-id", callback()).await.unwrap_err();
        assert_eq!(taken.code(), Some(ErrorCode::UserIdentityAlreadyInUse));
        begin().await;
        social.world.clock.advance_ms(600_001);
        let late = social_link::complete(ctx, &ada.id, "corp-id", callback()).await.unwrap_err();
        assert_eq!(late.code(), Some(ErrorCode::ConnectorGeneral));
    }

    async fn somebody_new_is_asked_to_register_and_then_signs_in(db: &TestDb) {
        let social = Social::new(db).await;
        let attempt = social.begin("SignIn").await;
        assert_eq!(attempt.come_back(json!({})).await.expect(200).text("verificationId"), attempt.id);
        let state = attempt.browser.state().await;
        assert_eq!(state["captcha"]["skipped"], true);
        assert_eq!(state["verificationRecords"][0]["socialUserInfo"]["id"], "corp-ada");
        assert!(state["verificationRecords"][0].get("connectorSession").is_none());

        let answer = attempt.identify(false).await;
        assert_eq!(answer.error(), (404, "user.identity_not_exist"));
        assert_eq!(answer.body["data"], json!({}));
        attempt.browser.switch("Register").await.expect(204);
        attempt.identify(false).await.expect(201);
        attempt.browser.submit().await.expect(200);

        let db = &social.world.ctx.app.db;
        let tenant = &social.world.ctx.tenant.id;
        let ada = portico_store::users::find_by_identity(db, tenant, "corp", "corp-ada").await.unwrap().unwrap();
        assert_eq!(attempt.browser.result().await["login"], json!({ "accountId": ada.id }));
        assert_eq!(ada.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(ada.avatar.as_deref(), Some("https://idp.example/ada.png"));
        assert_eq!(ada.primary_email.as_deref(), Some("ada@corp.example"));
        let details = json!(ada.identities["corp"].details);
        assert_eq!(details["email"], "ada@corp.example");
        assert_eq!(details["rawData"]["sub"], "corp-ada");

        // The next time the account is known, and the provider's new name is taken over.
        let again = social.begin("SignIn").await;
        again.come_back(json!({ "name": "Countess" })).await.expect(200);
        again.identify(false).await.expect(204);
        again.browser.submit().await.expect(200);
        let stored = portico_store::users::find_by_id(db, tenant, &ada.id).await.unwrap().unwrap();
        assert_eq!(stored.name.as_deref(), Some("Countess"));
        assert_eq!(social.world.count_users().await, 1);
    }

    async fn a_beginning_needs_a_connector_and_an_address(db: &TestDb) {
        let social = Social::new(db).await;
        let browser = social.world.started("SignIn").await;
        for body in [json!({}), json!({ "state": "s" }), json!({ "state": "", "redirectUri": "x" })] {
            let answer = browser.post("verification/social/corp-id/authorization-uri", body).await;
            assert_eq!(answer.error(), (400, "session.insufficient_info"));
        }
        let body = json!({ "state": "s", "redirectUri": REDIRECT_URI });
        let answer = browser.post("verification/social/nope/authorization-uri", body).await;
        assert_eq!(answer.error(), (404, "entity.not_found"));
    }

    async fn a_callback_counts_only_for_the_flow_that_began_it(db: &TestDb) {
        let social = Social::new(db).await;
        let not_found = (404, "session.verification_session_not_found");
        let mut attempt = social.begin("SignIn").await;
        let body = json!({ "verificationId": "nope", "connectorData": {} });
        let answer = attempt.browser.post("verification/social/corp-id/verify", body).await;
        assert_eq!(answer.error(), not_found);
        let answer = attempt.browser.post("verification/social/corp-id/verify", json!({ "connectorData": {} })).await;
        assert_eq!(answer.error(), not_found);
        let body = json!({ "verificationId": attempt.id, "connectorData": {} });
        let answer = attempt.browser.post("verification/social/other/verify", body).await;
        assert_eq!(answer.error(), not_found);

        // Another browser with the same callback.
        let other = social.world.started("SignIn").await;
        let body = json!({ "verificationId": attempt.id, "connectorData": { "code": "x", "state": "the state" } });
        assert_eq!(other.post("verification/social/corp-id/verify", body).await.error(), not_found);

        let answer = attempt.callback(json!({ "code": "x", "state": "another state" })).await;
        assert_eq!(answer.error(), (400, "connector.invalid_request_parameters"));
        attempt.restart().await;
        let answer = attempt.callback(json!({ "error": "access_denied", "state": "the state" })).await;
        assert_eq!(answer.error(), (401, "connector.authorization_failed"));
        assert_eq!(social.idp.request_count(), 0);
    }

    async fn a_callback_counts_once(db: &TestDb) {
        let social = Social::new(db).await;
        let mut attempt = social.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        let spent = (400, "session.connector_validation_session_not_found");
        assert_eq!(attempt.come_back(json!({ "sub": "somebody-else" })).await.error(), spent);
        let info = &attempt.browser.state().await["verificationRecords"][0]["socialUserInfo"];
        assert_eq!(info["id"], "corp-ada");
        // Also after a failure, and an earlier token does not fit a new beginning.
        let earlier = attempt.claims(json!({}));
        attempt.restart().await;
        let token = social.idp.key.sign_jwt(Some("JWT"), &earlier).unwrap();
        assert_eq!(attempt.come_back_with(&token).await.error(), (401, "connector.social_invalid_id_token"));
        assert_eq!(attempt.come_back(json!({})).await.error(), spent);
        assert_eq!(attempt.identify(false).await.error(), (400, "session.verification_failed"));
    }

    async fn a_faulty_id_token_is_refused_and_creates_nobody(db: &TestDb) {
        let social = Social::new(db).await;
        let mut attempt = social.begin("Register").await;
        for changes in [
            json!({ "iss": "https://evil.example" }),
            json!({ "aud": "another-client" }),
            json!({ "aud": ["client", "other"], "azp": "other" }),
            json!({ "exp": NOW_MS / 1000 - 3600 }),
            json!({ "nbf": NOW_MS / 1000 + 3600 }),
            json!({ "nonce": "replayed" }),
            json!({ "nonce": null }),
            json!({ "sub": null }),
            json!({ "exp": null }),
        ] {
            let answer = attempt.come_back(changes.clone()).await;
            assert_eq!(answer.error(), (401, "connector.social_invalid_id_token"), "{changes}");
            assert_eq!(attempt.identify(false).await.error(), (400, "session.verification_failed"));
            attempt.restart().await;
        }
        let stranger = SigningKey::generate(Alg::Es256).unwrap();
        let forged = stranger.sign_jwt(Some("JWT"), &attempt.claims(json!({}))).unwrap();
        for token in [forged.as_str(), "rubbish", ""] {
            let answer = attempt.come_back_with(token).await;
            assert_eq!(answer.error(), (401, "connector.social_invalid_id_token"), "{token}");
            attempt.restart().await;
        }
        social.idp.answer(TokenAnswer::Json(400, json!({ "error": "invalid_grant" })));
        let answer = attempt.callback(json!({ "code": "x" })).await;
        assert_eq!(answer.error(), (401, "connector.social_auth_code_invalid"));
        assert_eq!(attempt.identify(false).await.error(), (400, "session.verification_failed"));
        assert_eq!(social.world.count_users().await, 0);
    }

    async fn a_verified_address_links_when_the_person_agrees(db: &TestDb) {
        let social = Social::new(db).await;
        social.world.user("ada", |user| user.primary_email = Some("Ada@corp.example".into())).await;
        let attempt = social.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        let answer = attempt.identify(false).await;
        assert_eq!(answer.error(), (404, "user.identity_not_exist"));
        let hint = json!({ "relatedUser": { "type": "email", "value": "****@corp.example" } });
        assert_eq!(answer.body["data"], hint);
        attempt.identify(true).await.expect(204);
        // Nothing is written before the end.
        assert!(social.world.find_user("ada").await.unwrap().identities.is_empty());
        attempt.browser.submit().await.expect(200);
        let ada = social.world.find_user("ada").await.unwrap();
        assert_eq!(ada.identities["corp"].user_id, "corp-ada");
        assert_eq!(social.world.count_users().await, 1);
    }

    async fn an_unverified_address_links_to_nobody(db: &TestDb) {
        let social = Social::new(db).await;
        social.world.user("ada", |user| user.primary_email = Some("ada@corp.example".into())).await;
        social.world.settings(|settings| settings.social_sign_in.automatic_account_linking = Some(true)).await;
        for verified in [json!(false), json!(null), json!("true")] {
            let attempt = social.begin("SignIn").await;
            attempt.come_back(json!({ "email_verified": verified })).await.expect(200);
            for link in [false, true] {
                let answer = attempt.identify(link).await;
                assert_eq!(answer.error(), (404, "user.identity_not_exist"), "{verified}");
                assert_eq!(answer.body["data"], json!({}), "{verified}");
            }
            // Nor does a new account get the address.
            attempt.browser.switch("Register").await.expect(204);
            attempt.identify(true).await.expect(201);
            attempt.browser.submit().await.expect(200);
            let user_id = attempt.browser.result().await["login"]["accountId"].as_str().unwrap().to_owned();
            let (db, tenant) = (&social.world.ctx.app.db, &social.world.ctx.tenant.id);
            let created = portico_store::users::find_by_id(db, tenant, &user_id).await.unwrap().unwrap();
            assert_eq!(created.primary_email, None);
            assert!(social.world.find_user("ada").await.unwrap().identities.is_empty());
            portico_store::users::delete(db, tenant, &user_id).await.unwrap();
        }
    }

    async fn a_present_identity_is_not_replaced_by_linking(db: &TestDb) {
        let social = Social::new(db).await;
        social.world.user("ada", |user| {
            user.primary_email = Some("ada@corp.example".into());
            corp_identity(user, "corp-other");
        }).await;
        let attempt = social.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        assert_eq!(attempt.identify(true).await.error(), (404, "user.identity_not_exist"));
        let ada = social.world.find_user("ada").await.unwrap();
        assert_eq!(ada.identities["corp"].user_id, "corp-other");
    }

    async fn a_suspended_owner_stays_outside(db: &TestDb) {
        let social = Social::new(db).await;
        social.world.user("ada", |user| {
            user.is_suspended = true;
            corp_identity(user, "corp-ada");
        }).await;
        let attempt = social.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        assert_eq!(attempt.identify(false).await.error(), (401, "user.suspended"));
    }

    async fn two_registrations_with_one_social_account_make_one_user(db: &TestDb) {
        let social = Social::new(db).await;
        let (one, two) = (social.begin("Register").await, social.begin("Register").await);
        one.come_back(json!({})).await.expect(200);
        two.come_back(json!({})).await.expect(200);
        let (first, second) = tokio::join!(one.identify(false), two.identify(false));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{} {}", first.body, second.body);
        assert_eq!(social.world.count_users().await, 1);
    }

    async fn a_social_registration_still_owes_what_the_settings_ask_for(db: &TestDb) {
        let social = Social::new(db).await;
        social.world.settings(|settings| {
            settings.sign_up.identifiers = vec![portico_model::sign_in_experience::SignInIdentifier::Username];
            settings.sign_up.password = true;
        }).await;
        let attempt = social.begin("Register").await;
        attempt.come_back(json!({})).await.expect(200);
        let answer = attempt.identify(false).await;
        assert_eq!(answer.error(), (422, "user.missing_profile"));
        // The social account stands in for the password.
        assert_eq!(answer.body["data"], json!({ "missingProfile": ["username"] }));
        social.world.settings(|settings| settings.social_sign_in.skip_required_identifiers = Some(true)).await;
        attempt.identify(false).await.expect(201);
    }

    async fn a_signed_in_person_adds_a_social_account(db: &TestDb) {
        let social = Social::new(db).await;
        social.world.user("ada", |_| {}).await;
        let attempt = social.begin("SignIn").await;
        attempt.browser.sign_in("ada").await;
        let add = json!({ "type": "social", "verificationId": attempt.id });
        assert_eq!(attempt.browser.post("profile", add.clone()).await.error(), (400, "session.verification_failed"));
        attempt.come_back(json!({})).await.expect(200);
        attempt.browser.post("profile", add).await.expect(204);
        attempt.browser.submit().await.expect(200);
        let ada = social.world.find_user("ada").await.unwrap();
        assert_eq!(ada.identities["corp"].user_id, "corp-ada");
    }

    async fn a_provider_that_answers_by_form_reaches_the_page(db: &TestDb) {
        let world = World::new(db).await;
        let request = Request::post("/callback/corp-id")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("code=a%26b&state=x+y"));
        let answer = world.send(request.unwrap()).await.expect(303);
        assert_eq!(answer.headers["location"], "/callback/corp-id?code=a%26b&state=x+y");
    }
}
