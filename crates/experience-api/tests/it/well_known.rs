//! What anybody may ask.

use crate::world::World;
use axum::{
    body::Body,
    http::{Request, header},
};
use portico_model::{JsonObject, TenantId};
use portico_store::both_databases;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

both_databases! {
    async fn the_settings_have_their_documented_shape(db: &TestDb) {
        let world = World::new(db).await;
        let answer = world.get("/api/.well-known/sign-in-exp?appId=a&organizationId=o").await.expect(200);
        let expected = [
            "tenantId", "id", "color", "branding", "hideLogtoBranding", "languageInfo", "termsOfUseUrl",
            "privacyPolicyUrl", "agreeToTermsPolicy", "signIn", "signUp", "socialSignIn",
            "socialSignInConnectorTargets", "signInMode", "customCss", "customContent", "customUiAssets",
            "customUiCsp", "passwordPolicy", "mfa", "adaptiveMfa", "singleSignOnEnabled", "supportEmail",
            "supportWebsiteUrl", "unknownSessionRedirectUrl", "captchaPolicy", "sentinelPolicy",
            "verificationCodePolicy", "passkeySignIn", "signUpProfileFields", "passwordExpiration",
            "usernamePolicy", "socialConnectors", "ssoConnectors", "forgotPassword", "isDevelopmentTenant",
            "customProfileFields", "customProfileFieldCatalog",
        ];
        assert_eq!(keys(&answer.body), expected.iter().map(ToString::to_string).collect());
        assert_eq!(answer.body["forgotPassword"], json!({ "phone": false, "email": false }));
        assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(world.get("/api/.well-known/experience").await.body, answer.body);
    }

    async fn a_connector_is_shown_without_its_secrets_when_it_is_offered(db: &TestDb) {
        let world = World::new(db).await;
        let metadata = json!({ "target": "corp", "name": { "en": "Corp" } });
        world.connector(portico_model::Connector {
            tenant_id: "default".into(),
            id: "c1".into(),
            sync_profile: false,
            enable_token_storage: false,
            connector_id: "oidc".into(),
            config: JsonObject::from_iter([("clientSecret".to_owned(), json!("hidden"))]),
            metadata: serde_json::from_value(metadata).unwrap(),
            created_at: 0,
        }).await;
        let shown = async || world.get("/api/.well-known/sign-in-exp").await.body["socialConnectors"].clone();
        assert_eq!(shown().await, json!([]));
        world.settings(|settings| settings.social_sign_in_connector_targets = vec!["corp".into()]).await;
        let connectors = shown().await;
        let connector = &connectors[0];
        assert_eq!((connector["id"].as_str(), connector["target"].as_str()), (Some("c1"), Some("corp")));
        assert_eq!(connector["name"], json!({ "en": "Corp" }));
        assert_eq!(connector["isStandard"], json!(true));
        for hidden in ["config", "readme", "formItems", "configTemplate", "description"] {
            assert!(connector.get(hidden).is_none(), "{hidden}");
        }
        assert!(!connectors.to_string().contains("hidden"));
    }

    async fn texts_come_in_the_language_asked_for(db: &TestDb) {
        let world = World::new(db).await;
        let language = async |query: &str, accept: &str| {
            let request = Request::get(format!("/api/.well-known/phrases{query}"))
                .header(header::ACCEPT_LANGUAGE, accept)
                .body(Body::empty());
            let answer = world.send(request.unwrap()).await.expect(200);
            assert!(answer.body["translation"]["action"]["sign_in"].is_string());
            answer.headers[header::CONTENT_LANGUAGE].to_str().unwrap().to_owned()
        };
        assert_eq!(language("", "de-AT,en;q=0.5").await, "de");
        assert_eq!(language("?lng=zh-CN", "de").await, "zh-CN");
        assert_eq!(language("?lng=xx%20de", "en").await, "de");
        assert_eq!(language("", "xx").await, "en");
        world.settings(|settings| {
            settings.language_info.auto_detect = false;
            settings.language_info.fallback_language = "ar".into();
        }).await;
        assert_eq!(language("", "de").await, "ar");
    }

    async fn the_server_says_that_it_is_up(db: &TestDb) {
        let world = World::new(db).await;
        let tenant = async |key: Option<&str>| {
            let mut request = Request::get("/api/status");
            if let Some(key) = key {
                request = request.header("logto-status-api-key", key);
            }
            let answer = world.send(request.body(Body::empty()).unwrap()).await.expect(204);
            answer.headers.get("logto-tenant-id").map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(tenant(None).await, None);
        assert_eq!(tenant(Some("wrong")).await, None);
        assert_eq!(tenant(Some("status key")).await.as_deref(), Some("default"));
    }

    async fn the_remaining_documents_are_there(db: &TestDb) {
        let world = World::new(db).await;
        let center = world.get("/api/.well-known/account-center").await.expect(200);
        let expected = [
            "tenantId", "id", "enabled", "fields", "webauthnRelatedOrigins", "deleteAccountUrl", "customCss",
            "profileFields",
        ];
        assert_eq!(keys(&center.body), expected.iter().map(ToString::to_string).collect());
        let document = world.get("/api/.well-known/experience.openapi.json").await.expect(200).body;
        let operation = &document["paths"]["/api/experience/identification"]["post"]["operationId"];
        assert_eq!(operation, "IdentifyUser");
        assert_eq!(world.get("/api/.well-known/endpoints/default").await.status, 404);
        let admin = World::of_tenant(db, TenantId::admin_tenant()).await;
        let answer = admin.get("/api/.well-known/endpoints/default").await.expect(200);
        assert_eq!(answer.body, json!({ "user": "http://localhost:3001" }));
    }
}
