//! Someone else's application: the user is asked, and the operator limits what can be asked.

use crate::harness::*;
use axum::http::StatusCode;
use portico_model::ApplicationType;
use portico_store::both_databases;

both_databases! {
    async fn the_user_is_asked_and_agrees(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client_with(ApplicationType::Traditional, |application| application.is_third_party = true).await;
        provider.allow_third_party_scopes(&client, &["profile", "email"]).await;
        let mut browser = Browser::new(&provider);
        browser.authorize(&client, &[("prompt", "consent")]).await;
        let resume = browser.submit_login(&user).await;
        let consent = browser.get(&resume).await.location().to_owned();
        let page = browser.get(&consent).await;
        assert_eq!((page.status, page.text().as_str()), (StatusCode::OK, "the consent page"));

        let info = browser.get("/api/interaction/consent").await;
        assert_eq!(info.status, StatusCode::OK, "{}", info.text());
        let info = info.json();
        assert_eq!(
            names(&info),
            ["application", "user", "organizations", "missingOIDCScope", "missingResourceScopes", "redirectUri"]
        );
        assert_eq!(info["application"]["name"], "Bookstore");
        assert_eq!(names(&info["user"]), ["id", "name", "avatar", "username", "primaryEmail", "primaryPhone"]);
        assert_eq!(info["missingOIDCScope"], serde_json::json!(["profile", "email"]));
        assert_eq!(info["redirectUri"], CALLBACK);

        let agreed = browser.post("/api/interaction/consent", "application/json", "{}".to_owned()).await;
        assert_eq!(agreed.status, StatusCode::OK, "{}", agreed.text());
        let resume = agreed.json()["redirectTo"].as_str().unwrap().to_owned();
        let done = browser.get(&resume).await;
        let tokens = provider.redeem(&client, &done.answer("code").unwrap(), &[]).await.json();
        assert_eq!(tokens["scope"], "openid offline_access profile email");

        // Once agreed, the session does not ask again; another session does.
        assert!(browser.authorize(&client, &[]).await.answer("code").is_some());
        let silent = browser.authorize(&client, &[("prompt", "consent")]).await;
        assert!(silent.location().starts_with("/consent"));
    }

    async fn the_user_is_asked_and_refuses(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client_with(ApplicationType::Traditional, |application| application.is_third_party = true).await;
        provider.allow_third_party_scopes(&client, &["profile", "email"]).await;
        let mut browser = Browser::new(&provider);
        browser.authorize(&client, &[("state", "mine")]).await;
        let resume = browser.submit_login(&user).await;
        browser.get(&resume).await;
        let refused = browser.delete("/api/interaction/consent").await;
        assert_eq!(refused.status, StatusCode::OK, "{}", refused.text());
        let resume = refused.json()["redirectTo"].as_str().unwrap().to_owned();
        let done = browser.get(&resume).await;
        assert!(done.location().starts_with(CALLBACK));
        assert_eq!(done.answer("error").as_deref(), Some("access_denied"));
        assert_eq!(done.answer("state").as_deref(), Some("mine"));
        assert_eq!(done.answer("code"), None);

        // Nothing was granted, and the interaction is over.
        assert!(browser.authorize(&client, &[]).await.location().starts_with("/consent"));
        let again = browser.get(&resume).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST);
    }

    async fn what_the_operator_does_not_allow_cannot_be_asked(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = provider.client_with(ApplicationType::Spa, |application| application.is_third_party = true).await;
        provider.allow_third_party_scopes(&client, &["profile"]).await;
        let answer = Browser::new(&provider).authorize(&client, &[]).await;
        assert_eq!(answer.answer("error").as_deref(), Some("invalid_scope"));
        assert_eq!(answer.answer("scope").as_deref(), Some("email"));
    }

    async fn agreeing_needs_the_session_and_membership(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider.client_with(ApplicationType::Traditional, |application| application.is_third_party = true).await;
        provider.allow_third_party_scopes(&client, &["profile", "email"]).await;
        let mut browser = Browser::new(&provider);
        browser.authorize(&client, &[]).await;
        let resume = browser.submit_login(&user).await;
        browser.get(&resume).await;
        let foreign = browser.post("/api/interaction/consent", "application/json", r#"{"organizationIds":["x"]}"#.to_owned()).await;
        assert_eq!((foreign.status.as_u16(), foreign.json()["code"].as_str()), (422, Some("organization.require_membership")));
        browser.cookies.retain(|(name, _), _| !name.starts_with("_session"));
        let without = browser.post("/api/interaction/consent", "application/json", "{}".to_owned()).await;
        assert_eq!((without.status.as_u16(), without.json()["code"].as_str()), (400, Some("session.not_found")));
    }

    async fn an_application_may_be_closed_to_a_user(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider
            .client_with(ApplicationType::Spa, |application| application.app_level_access_control_enabled = true)
            .await;
        let mut browser = Browser::new(&provider);
        browser.authorize(&client, &[]).await;
        let resume = browser.submit_login(&user).await;
        let consent = browser.get(&resume).await.location().to_owned();
        assert_eq!(browser.get(&consent).await.text(), "the consent page");
        let refused = browser.get("/api/interaction/consent").await;
        assert_eq!(refused.json()["code"], "oidc.access_denied");
    }
}
