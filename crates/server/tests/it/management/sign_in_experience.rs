//! Sign-in experience and what the Console remembers.

use crate::harness::Server;
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

fn method(identifier: &str, password: bool, code: bool) -> Value {
    json!({
        "identifier": identifier, "password": password, "verificationCode": code, "isPasswordPrimary": password,
    })
}

#[tokio::test]
async fn single_fields_are_checked() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for (body, path) in [
        (json!({ "signInMode": "Nope" }), json!(["signInMode"])),
        (json!({ "signInMode": null }), json!(["signInMode"])),
        (json!({ "termsOfUseUrl": "nope" }), json!(["termsOfUseUrl"])),
        (json!({ "unknownSessionRedirectUrl": "javascript:alert(1)" }), json!(["unknownSessionRedirectUrl"])),
        (json!({ "supportEmail": "nope" }), json!(["supportEmail"])),
        (json!({ "branding": { "logoUrl": "data:image/png,x" } }), json!(["branding", "logoUrl"])),
        (
            json!({ "color": { "primaryColor": "red", "isDarkModeEnabled": false, "darkPrimaryColor": "#fff" } }),
            json!(["color", "primaryColor"]),
        ),
        (
            json!({ "passwordPolicy": { "characterTypes": { "min": 5 } } }),
            json!(["passwordPolicy", "characterTypes", "min"]),
        ),
    ] {
        let answer = machine.patch("/api/sign-in-exp", body.clone()).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{body}");
        assert_eq!(answer.body["data"]["issues"][0]["path"], path, "{body}");
    }
}

#[tokio::test]
async fn settings_that_do_not_go_together_are_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let sign_up = |identifiers: Value, password: bool, verify: bool| json!({ "signUp": { "identifiers": identifiers, "password": password, "verify": verify } });
    let mfa = |factors: Value, policy: &str| json!({ "mfa": { "factors": factors, "policy": policy } });
    let secondary = json!({ "signUp": {
        "identifiers": [], "password": false, "verify": false, "secondaryIdentifiers": [{ "identifier": "username" }],
    } });
    for (body, status, code) in [
        (
            json!({ "languageInfo": { "autoDetect": true, "fallbackLanguage": "tlh" } }),
            400,
            "unsupported_default_language",
        ),
        (sign_up(json!(["email"]), true, true), 400, "enabled_connector_not_found"),
        (sign_up(json!(["username", "username"]), true, false), 400, "duplicated_sign_up_identifiers"),
        (secondary, 400, "missing_sign_up_identifiers"),
        (
            json!({ "signIn": { "methods": [method("username", false, false)] } }),
            400,
            "at_least_one_authentication_factor",
        ),
        (
            json!({ "signIn": { "methods": [method("phone", false, true)] } }),
            400,
            "enabled_connector_not_found",
        ),
        (mfa(json!(["BackupCode"]), "NoPrompt"), 400, "backup_code_cannot_be_enabled_alone"),
        (mfa(json!(["Totp", "Totp"]), "NoPrompt"), 400, "duplicated_mfa_factors"),
        (json!({ "adaptiveMfa": { "enabled": true } }), 422, "adaptive_mfa_requires_mfa"),
        (
            json!({ "adaptiveMfa": { "enabled": true }, "mfa": { "factors": ["Totp"], "policy": "NoPrompt" } }),
            422,
            "adaptive_mfa_requires_non_skippable_policy",
        ),
        (
            mfa(json!(["Totp"]), "PromptOnlyAtSignInMandatory"),
            422,
            "non_adaptive_mfa_requires_skippable_policy",
        ),
        (
            json!({ "emailBlocklistPolicy": { "customBlocklist": ["nope"] } }),
            400,
            "invalid_custom_email_blocklist_format",
        ),
        (
            json!({ "forgotPasswordMethods": ["EmailVerificationCode"] }),
            400,
            "forgot_password_method_requires_connector",
        ),
        (
            json!({ "passwordExpiration": { "enabled": true } }),
            422,
            "password_expiration_invalid_period_days",
        ),
        (
            json!({ "passwordExpiration": { "enabled": true, "validPeriodDays": 90 } }),
            422,
            "password_expiration_requires_forgot_password",
        ),
    ] {
        let answer = machine.patch("/api/sign-in-exp", body.clone()).await;
        assert_eq!(answer.refusal(), (status, &*format!("sign_in_experiences.{code}")), "{body}");
    }
}

both_databases! {
    async fn settings_change_and_stay(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let before = machine.get("/api/sign-in-exp").await.ok();
        assert_eq!(before["id"], "default");
        let body = json!({
            "branding": { "logoUrl": "https://example.com/logo.svg" },
            "termsOfUseUrl": "", "privacyPolicyUrl": "https://example.com/privacy",
            "signUp": { "identifiers": [], "password": false, "verify": false },
            "customCss": ".x{}", "sentinelPolicy": { "maxAttempts": 5 },
        });
        let after = machine.patch("/api/sign-in-exp", body.clone()).await.ok();
        let mut expected = before;
        expected.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        expected["termsOfUseUrl"] = Value::Null;
        assert_eq!(after, expected);
        assert_eq!(machine.get("/api/sign-in-exp").await.ok(), expected);
        // What the sign-in page reads is the same at once.
        let public = machine.get("/api/.well-known/sign-in-exp").await.ok();
        assert_eq!(public["customCss"], ".x{}");
    }

    async fn usernames_that_differ_in_case_keep_the_switch_off(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        for username in ["Ann", "ann", "bob"] {
            machine.post("/api/users", json!({ "username": username })).await.ok();
        }
        let conflicts = machine.get("/api/sign-in-exp/username-policy/case-sensitivity-conflicts").await.ok();
        assert_eq!(conflicts["totalConflicts"], 1);
        assert_eq!(conflicts["samples"][0]["usernameLower"], "ann");
        assert_eq!(conflicts["samples"][0]["userIds"].as_array().unwrap().len(), 2);
        let mut policy = machine.get("/api/sign-in-exp").await.ok()["usernamePolicy"].clone();
        policy["caseSensitive"] = json!(false);
        let refused = machine.patch("/api/sign-in-exp", json!({ "usernamePolicy": policy })).await;
        assert_eq!(refused.refusal(), (409, "sign_in_experiences.username_policy_case_conflicts_exist"));
        assert_eq!(refused.body["data"], conflicts);
    }

    async fn passwords_can_be_tried(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let path = "/api/sign-in-exp/default/check-password";
        // The policy compares with what is known about a person, so it has to be known who that is.
        let nobody = machine.post(path, json!({ "password": "a" })).await;
        assert_eq!(nobody.refusal(), (400, "request.invalid_input"));
        let user = machine.post("/api/users", json!({ "name": "Johnny" })).await.ok()["id"].clone();
        let personal = machine.post(path, json!({ "password": "johnny13", "userId": user })).await;
        assert!(personal.body.to_string().contains("password_rejected.restricted.user_info"));
        machine.patch("/api/sign-in-exp", json!({ "passwordPolicy": { "rejects": { "userInfo": false } } })).await.ok();
        let weak = machine.post(path, json!({ "password": "a" })).await;
        assert_eq!((weak.status.as_u16(), &weak.body["result"]), (400, &json!(false)));
        assert!(weak.body["issues"][0]["code"].as_str().unwrap().starts_with("password_rejected."));
        let fine = machine.post(path, json!({ "password": "Tr4nscr!pt-pw-91" })).await;
        assert_eq!(fine.ok(), json!({ "result": true }));
    }

    async fn adaptive_second_factors_go_with_their_policies(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let mfa = |policy: &str| json!({ "mfa": { "policy": policy, "factors": ["Totp"] } });
        machine.patch("/api/sign-in-exp", mfa("Mandatory")).await.ok();
        let enabled = json!({ "adaptiveMfa": { "enabled": true } });
        let refused = machine.patch("/api/sign-in-exp", enabled.clone()).await;
        assert_eq!(refused.refusal(), (422, "sign_in_experiences.adaptive_mfa_requires_non_skippable_policy"));
        let refused = machine.patch("/api/sign-in-exp", mfa("PromptAtSignInAndSignUpMandatory")).await;
        assert_eq!(refused.refusal(), (422, "sign_in_experiences.non_adaptive_mfa_requires_skippable_policy"));
        let mut both = mfa("PromptAtSignInAndSignUpMandatory");
        both["adaptiveMfa"] = json!({ "enabled": true });
        machine.patch("/api/sign-in-exp", both).await.ok();
    }

    async fn the_console_remembers(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let before = machine.get("/api/configs/admin-console").await.ok();
        assert_eq!(before, json!({ "signInExperienceCustomized": false, "organizationCreated": false }));
        let after = machine.patch("/api/configs/admin-console", json!({ "signInExperienceCustomized": true })).await.ok();
        assert_eq!(after, json!({ "signInExperienceCustomized": true, "organizationCreated": false }));
        assert_eq!(machine.get("/api/configs/admin-console").await.ok(), after);
    }
}
