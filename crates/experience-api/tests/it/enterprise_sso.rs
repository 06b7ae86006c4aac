//! Signing in through one's company.

use crate::{
    idp::Idp,
    world::{Answer, Browser, NOW_MS, World},
};
use portico_model::{SsoConnector, sign_in_experience::SignInIdentifier};
use portico_store::{Db, both_databases, secrets, users};
use serde_json::{Value, json};
use url::Url;

const REDIRECT_URI: &str = "http://localhost:3001/callback/corp";

/// A server with one enterprise connector, and the provider behind it.
struct Company {
    world: World,
    idp: Idp,
}

impl Company {
    async fn new(db: &Db) -> Self {
        let company = Self { world: World::new(db).await, idp: Idp::start().await };
        let base = &company.idp.base;
        company.idp.answer_api("/.well-known/openid-configuration", 200, discovery(base, base));
        let config = json!({ "clientId": "client", "clientSecret": "secret", "issuer": base });
        company
            .world
            .sso_connector(SsoConnector {
                tenant_id: "default".into(),
                id: "corp".into(),
                provider_name: "OIDC".into(),
                connector_name: "Corp".into(),
                config: config.as_object().unwrap().clone(),
                domains: vec!["corp.example".into()],
                branding: Default::default(),
                sync_profile: true,
                enable_token_storage: true,
                created_at: 0,
            })
            .await;
        company.world.settings(|settings| settings.single_sign_on_enabled = true).await;
        company
    }

    async fn begin<'w>(&'w self, event: &str) -> Attempt<'w> {
        let browser = self.world.started(event).await;
        let body = json!({ "state": "the state", "redirectUri": REDIRECT_URI });
        let answer = browser.post("verification/sso/corp/authorization-uri", body).await.expect(200);
        let uri = Url::parse(&answer.text("authorizationUri")).unwrap();
        let find = |name: &str| uri.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        assert_eq!(find("scope"), "openid profile email");
        assert_eq!(find("redirect_uri"), REDIRECT_URI);
        Attempt { company: self, browser, id: answer.text("verificationId"), nonce: find("nonce") }
    }
}

fn discovery(base: &str, issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "userinfo_endpoint": format!("{base}/me"),
    })
}

/// A browser on its way to the provider and back.
struct Attempt<'w> {
    company: &'w Company,
    browser: Browser<'w>,
    id: String,
    nonce: String,
}

impl Attempt<'_> {
    async fn come_back(&self, changes: Value) -> Answer {
        let idp = &self.company.idp;
        let mut claims = json!({
            "iss": idp.base, "aud": "client", "sub": "corp-ada", "iat": NOW_MS / 1000,
            "exp": NOW_MS / 1000 + 300, "nonce": self.nonce, "email": "ada@corp.example", "email_verified": true,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        idp.answer_with_id_token(&idp.key.sign_jwt(Some("JWT"), &claims).unwrap());
        let data = json!({ "code": "the code", "state": "the state" });
        let body = json!({ "verificationId": self.id, "connectorData": data });
        self.browser.post("verification/sso/corp/verify", body).await
    }

    async fn account(&self) -> String {
        self.browser.submit().await.expect(200);
        self.browser.result().await["login"]["accountId"].as_str().unwrap().to_owned()
    }
}

both_databases! {
    async fn somebody_new_registers_and_then_signs_in(db: &TestDb) {
        let company = Company::new(db).await;
        let tenant = company.world.ctx.tenant.id.clone();
        company.idp.answer_api("/me", 200, json!({ "sub": "corp-ada", "name": "Ada Lovelace", "job_title": "x" }));
        let attempt = company.begin("SignIn").await;
        assert_eq!(attempt.come_back(json!({})).await.expect(200).text("verificationId"), attempt.id);
        let state = attempt.browser.state().await;
        let record = &state["verificationRecords"][0];
        assert_eq!(record["enterpriseSsoUserInfo"]["jobTitle"], "x");
        assert_eq!(record["issuer"], company.idp.base);
        assert!(record.get("connectorSession").is_none() && record.get("encryptedTokenSet").is_none());
        let answer = attempt.browser.identify(&attempt.id).await;
        assert_eq!(answer.error(), (404, "user.sso_identity_not_exist"));
        // Neither the username nor the password that the settings ask for, nor a second factor, is asked for.
        attempt.browser.switch("Register").await.expect(204);
        attempt.browser.identify(&attempt.id).await.expect(201);
        let account = attempt.account().await;
        let ada = users::find_by_id(&**db, &tenant, &account).await.unwrap().unwrap();
        assert_eq!(ada.primary_email.as_deref(), Some("ada@corp.example"));
        assert_eq!(ada.name.as_deref(), Some("Ada Lovelace"));
        let identities = users::list_sso_identities(&**db, &tenant, &account).await.unwrap();
        assert_eq!(identities.len(), 1);
        assert_eq!((identities[0].issuer.as_str(), identities[0].identity_id.as_str()), (company.idp.base.as_str(), "corp-ada"));
        let kept = async || secrets::list_enterprise_token_sets(&**db, &tenant, &account).await.unwrap();
        let first = kept().await;
        assert_eq!((first.len(), first[0].sso_connector_id.as_str()), (1, "corp"));

        company.idp.answer_api("/me", 200, json!({ "sub": "corp-ada", "name": "Countess" }));
        let again = company.begin("SignIn").await;
        again.come_back(json!({})).await.expect(200);
        again.browser.identify(&again.id).await.expect(204);
        assert_eq!(again.account().await, account);
        let ada = users::find_by_id(&**db, &tenant, &account).await.unwrap().unwrap();
        assert_eq!(ada.name.as_deref(), Some("Countess"));
        let identities = users::list_sso_identities(&**db, &tenant, &account).await.unwrap();
        assert_eq!(identities[0].detail["name"], "Countess");
        let second = kept().await;
        assert_eq!(second.len(), 1);
        assert_ne!(second[0].id, first[0].id);
    }

    async fn the_owner_of_a_vouched_for_address_is_linked(db: &TestDb) {
        let company = Company::new(db).await;
        let tenant = company.world.ctx.tenant.id.clone();
        company.idp.answer_api("/me", 200, json!({ "sub": "corp-ada" }));
        let ada = company.world.user("ada", |user| user.primary_email = Some("ada@corp.example".into())).await;
        // Nobody vouches for the address: it leads to no account.
        let attempt = company.begin("SignIn").await;
        attempt.come_back(json!({ "email_verified": false })).await.expect(200);
        assert_eq!(attempt.browser.identify(&attempt.id).await.error(), (404, "user.sso_identity_not_exist"));
        let attempt = company.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        attempt.browser.identify(&attempt.id).await.expect(204);
        assert_eq!(attempt.account().await, ada.id);
        assert_eq!(users::list_sso_identities(&**db, &tenant, &ada.id).await.unwrap().len(), 1);
    }

    async fn another_user_identified_on_the_way_gets_no_benefit_of_the_proof(db: &TestDb) {
        let company = Company::new(db).await;
        company.idp.answer_api("/me", 200, json!({ "sub": "corp-ada" }));
        company.world.user("bob", |_| {}).await;
        company.world.settings(|settings| {
            settings.mfa.factors = vec![portico_model::sign_in_experience::MfaFactor::Totp];
            settings.mfa.policy = portico_model::sign_in_experience::MfaPolicy::Mandatory;
        }).await;
        let attempt = company.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        attempt.browser.sign_in("bob").await;
        assert_eq!(attempt.browser.submit().await.error(), (422, "user.missing_mfa"));
        assert_eq!(attempt.browser.identify(&attempt.id).await.error(), (404, "user.sso_identity_not_exist"));
    }

    async fn a_callback_counts_once_and_only_for_its_flow(db: &TestDb) {
        let company = Company::new(db).await;
        company.idp.answer_api("/me", 200, json!({ "sub": "corp-ada" }));
        let attempt = company.begin("SignIn").await;
        let not_found = (404, "session.verification_session_not_found");
        for (connector, id) in [("corp", "nope"), ("other", attempt.id.as_str())] {
            let body = json!({ "verificationId": id, "connectorData": {} });
            let answer = attempt.browser.post(&format!("verification/sso/{connector}/verify"), body).await;
            assert_eq!(answer.error(), not_found);
        }
        let other = company.world.started("SignIn").await;
        let body = json!({ "verificationId": attempt.id, "connectorData": { "code": "x" } });
        assert_eq!(other.post("verification/sso/corp/verify", body).await.error(), not_found);
        attempt.come_back(json!({})).await.expect(200);
        let spent = (400, "session.connector_validation_session_not_found");
        assert_eq!(attempt.come_back(json!({ "sub": "eve" })).await.error(), spent);
    }

    async fn a_faulty_answer_of_the_provider_is_refused(db: &TestDb) {
        let company = Company::new(db).await;
        company.idp.answer_api("/me", 200, json!({ "sub": "corp-ada" }));
        for changes in [
            json!({ "iss": "https://evil.example" }), json!({ "aud": "other" }), json!({ "nonce": "other" }),
            json!({ "exp": NOW_MS / 1000 - 3600 }), json!({ "azp": "other" }),
        ] {
            let attempt = company.begin("SignIn").await;
            let answer = attempt.come_back(changes.clone()).await;
            assert_eq!(answer.error(), (401, "connector.social_invalid_id_token"), "{changes}");
            assert_eq!(attempt.browser.identify(&attempt.id).await.error(), (400, "session.verification_failed"));
        }
        // The user API speaks of somebody else.
        let attempt = company.begin("SignIn").await;
        assert_eq!(attempt.come_back(json!({ "sub": "eve" })).await.error(), (400, "connector.invalid_response"));
        // Discovery names somebody else's issuer.
        let base = &company.idp.base;
        let foreign = discovery(base, "https://login.bigcorp.example");
        company.idp.answer_api("/.well-known/openid-configuration", 200, foreign);
        let browser = company.world.started("SignIn").await;
        let body = json!({ "state": "s", "redirectUri": REDIRECT_URI });
        let answer = browser.post("verification/sso/corp/authorization-uri", body).await;
        assert_eq!(answer.body["code"], "connector.invalid_metadata");
    }

    async fn a_beginning_needs_a_connector_and_an_address(db: &TestDb) {
        let company = Company::new(db).await;
        let browser = company.world.started("SignIn").await;
        for body in [json!({}), json!({ "state": "s" }), json!({ "state": "", "redirectUri": "x" })] {
            let answer = browser.post("verification/sso/corp/authorization-uri", body).await;
            assert_eq!(answer.error(), (400, "session.insufficient_info"));
        }
        let body = json!({ "state": "s", "redirectUri": REDIRECT_URI });
        let answer = browser.post("verification/sso/nope/authorization-uri", body).await;
        assert_eq!(answer.error(), (404, "entity.not_exists_with_id"));
    }

    async fn addresses_of_the_company_sign_in_there_and_nowhere_else(db: &TestDb) {
        let company = Company::new(db).await;
        company.world.settings(|settings| {
            for method in &mut settings.sign_in.methods {
                method.password = true;
            }
            if !settings.sign_in.methods.iter().any(|method| method.identifier == SignInIdentifier::Email) {
                let mut method = settings.sign_in.methods[0].clone();
                method.identifier = SignInIdentifier::Email;
                settings.sign_in.methods.push(method);
            }
        }).await;
        company.world.user("ada", |user| user.primary_email = Some("Ada@CORP.example".into())).await;
        let browser = company.world.started("SignIn").await;
        let proof = browser.password("email", "Ada@CORP.example", crate::world::PASSWORD).await.expect(200);
        let answer = browser.identify(&proof.text("verificationId")).await;
        assert_eq!(answer.error(), (422, "session.sso_enabled"));
        assert_eq!(answer.body["data"]["ssoConnectors"][0]["id"], "corp");
        assert!(!answer.body.to_string().contains("secret"));
        company.world.settings(|settings| settings.single_sign_on_enabled = false).await;
        browser.identify(&proof.text("verificationId")).await.expect(204);
        company.idp.answer_api("/me", 200, json!({ "sub": "corp-ada" }));
        let attempt = company.begin("SignIn").await;
        attempt.come_back(json!({})).await.expect(200);
        let answer = attempt.browser.identify(&attempt.id).await;
        assert_eq!(answer.error(), (422, "user.sign_in_method_not_enabled"));
    }
}
