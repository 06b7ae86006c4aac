//! An application on the user's device.

use crate::harness::*;
use portico_model::ApplicationType;
use portico_store::both_databases;

both_databases! {
    async fn listens_on_any_loopback_port_and_never_signs_in_silently(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = provider
            .client_with(ApplicationType::Native, |application| {
                application.oidc_client_metadata.redirect_uris =
                    vec![CALLBACK.to_owned(), "http://127.0.0.1/cb".to_owned(), "com.example.app://cb".to_owned()];
            })
            .await;
        let (mut browser, answer) = provider.sign_in(&client, &user, &[]).await;
        let tokens = provider.redeem(&client, &answer.answer("code").unwrap(), &[]).await;
        assert!(tokens.json()["refresh_token"].is_string());

        let silent = browser.authorize(&client, &[("prompt", "none"), ("redirect_uri", "http://127.0.0.1:51004/cb")]).await;
        assert!(silent.location().starts_with("http://127.0.0.1:51004/cb?error=interaction_required"));
        let scheme = browser.authorize(&client, &[("prompt", "none"), ("redirect_uri", "com.example.app://cb")]).await;
        assert!(scheme.location().starts_with("com.example.app://cb?error=interaction_required"), "{}", scheme.location());
        let foreign = browser.authorize(&client, &[("redirect_uri", "http://127.0.0.1:51004/other")]).await;
        foreign.expect_error(400, "invalid_redirect_uri");
    }
}
