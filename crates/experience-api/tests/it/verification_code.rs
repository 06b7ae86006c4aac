//! Codes sent to e-mail addresses and phone numbers.

use crate::{
    post,
    world::{Answer, Browser, NOW_MS, PASSWORD, World},
};
use portico_model::{
    connector::{ConnectorType, TemplateType},
    sign_in_experience::{
        ForgotPasswordMethod, SecondaryIdentifier, SecondarySignUpIdentifier, SignInIdentifier, SignInMethod,
        SignInMode,
    },
};
use portico_store::{Db, both_databases, users};
use serde_json::json;

const EMAIL: &str = "ada@example.com";
const PHONE: &str = "61412345678";

/// A server that sends both kinds of messages and takes codes for signing in.
async fn world(db: &Db) -> World {
    let world = World::new(db).await;
    world.connector(post::connector(ConnectorType::Email)).await;
    world.connector(post::connector(ConnectorType::Sms)).await;
    world
        .settings(|settings| {
            for identifier in [SignInIdentifier::Email, SignInIdentifier::Phone] {
                settings.sign_in.methods.push(SignInMethod {
                    identifier,
                    password: true,
                    verification_code: true,
                    is_password_primary: false,
                });
            }
        })
        .await;
    world
}

/// Registration by e-mail or phone alone.
async fn open_to_addresses(world: &World) {
    world
        .settings(|settings| {
            settings.sign_up.identifiers = vec![SignInIdentifier::Email, SignInIdentifier::Phone];
            settings.sign_up.password = false;
            settings.sign_up.verify = true;
        })
        .await;
}

impl Browser<'_> {
    async fn send_code(&self, kind: &str, value: &str, event: &str) -> Answer {
        let identifier = json!({ "type": kind, "value": value });
        let body = json!({ "identifier": identifier, "interactionEvent": event });
        self.post("verification/verification-code", body).await
    }

    async fn verify_code(&self, kind: &str, value: &str, proof: &str, code: &str) -> Answer {
        let identifier = json!({ "type": kind, "value": value });
        let body = json!({ "identifier": identifier, "verificationId": proof, "code": code });
        self.post("verification/verification-code/verify", body).await
    }

    /// Receives a code and gives it back.
    async fn prove(&self, kind: &str, value: &str, event: &str) -> String {
        let proof = self.send_code(kind, value, event).await.expect(200).text("verificationId");
        self.verify_code(kind, value, &proof, &self.world.post.code()).await.expect(200);
        proof
    }
}

/// A code that is not this one.
fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect()
}

const MISMATCH: (u16, &str) = (400, "verification_code.code_mismatch");

both_databases! {
    async fn a_code_signs_in_where_the_settings_say_so(db: &TestDb) {
        let world = world(db).await;
        let user = world.user("ada", |user| {
            user.primary_email = Some(EMAIL.into());
            user.primary_phone = Some(PHONE.into());
        }).await;
        for (kind, value) in [("email", EMAIL), ("phone", PHONE)] {
            let browser = world.started("SignIn").await;
            let proof = browser.prove(kind, value, "SignIn").await;
            let message = world.post.last();
            assert_eq!((message.to.as_str(), message.template_type), (value, TemplateType::SignIn));
            let code = world.post.code();
            assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
            browser.identify(&proof).await.expect(204);
            browser.submit().await.expect(200);
            assert_eq!(browser.result().await["login"]["accountId"], json!(user.id));
        }
        world.settings(|settings| {
            for method in &mut settings.sign_in.methods {
                method.verification_code = false;
            }
        }).await;
        let browser = world.started("SignIn").await;
        let proof = browser.prove("email", EMAIL, "SignIn").await;
        assert_eq!(browser.identify(&proof).await.error(), (422, "user.sign_in_method_not_enabled"));
    }

    async fn a_code_can_be_tried_a_few_times_and_used_once(db: &TestDb) {
        let world = world(db).await;
        world.settings(|settings| settings.verification_code_policy.max_retry_attempts = Some(3)).await;
        let browser = world.started("SignIn").await;
        let proof = browser.send_code("email", EMAIL, "SignIn").await.expect(200).text("verificationId");
        let code = world.post.code();
        for _ in 0..2 {
            assert_eq!(browser.verify_code("email", EMAIL, &proof, &wrong(&code)).await.error(), MISMATCH);
        }
        browser.verify_code("email", EMAIL, &proof, &code).await.expect(200);
        let again = browser.verify_code("email", EMAIL, &proof, &code).await;
        assert_eq!(again.error(), (400, "verification_code.not_found"));

        let proof = browser.send_code("email", EMAIL, "SignIn").await.expect(200).text("verificationId");
        let code = world.post.code();
        for _ in 0..3 {
            assert_eq!(browser.verify_code("email", EMAIL, &proof, &wrong(&code)).await.error(), MISMATCH);
        }
        let late = browser.verify_code("email", EMAIL, &proof, &code).await;
        assert_eq!(late.error(), (400, "verification_code.exceed_max_try"));
    }

    async fn a_code_expires(db: &TestDb) {
        let world = world(db).await;
        let browser = world.started("SignIn").await;
        let proof = browser.send_code("phone", PHONE, "SignIn").await.expect(200).text("verificationId");
        let code = world.post.code();
        world.clock.set(NOW_MS + 599_999);
        assert_eq!(browser.verify_code("phone", PHONE, &proof, &wrong(&code)).await.error(), MISMATCH);
        world.clock.set(NOW_MS + 600_000);
        let late = browser.verify_code("phone", PHONE, &proof, &code).await;
        assert_eq!(late.error(), (400, "verification_code.expired"));
        world.settings(|settings| settings.verification_code_policy.expiration_duration = Some(3600)).await;
        browser.verify_code("phone", PHONE, &proof, &code).await.expect(200);
    }

    async fn a_code_proves_nothing_but_its_own_address(db: &TestDb) {
        let world = world(db).await;
        let browser = world.started("SignIn").await;
        let proof = browser.send_code("email", EMAIL, "SignIn").await.expect(200).text("verificationId");
        let code = world.post.code();
        let other = browser.verify_code("email", "eve@example.com", &proof, &code).await;
        assert_eq!(other.error(), (400, "verification_code.email_mismatch"));
        let missing = (404, "session.verification_session_not_found");
        assert_eq!(browser.verify_code("phone", PHONE, &proof, &code).await.error(), missing);
        assert_eq!(browser.verify_code("email", EMAIL, "another", &code).await.error(), missing);
        // Another browser cannot give it back.
        let stranger = world.started("SignIn").await;
        assert_eq!(stranger.verify_code("email", EMAIL, &proof, &code).await.error(), missing);
        // A proof that was begun is worth nothing.
        assert_eq!(browser.identify(&proof).await.error(), (400, "session.verification_failed"));
        // The next one takes its place.
        browser.send_code("email", EMAIL, "SignIn").await.expect(200);
        assert_eq!(browser.verify_code("email", EMAIL, &proof, &code).await.error(), missing);
        for (kind, value) in [("email", "ada"), ("phone", "+61 412"), ("username", "ada")] {
            assert_eq!(browser.send_code(kind, value, "SignIn").await.error(), (400, "guard.invalid_input"));
        }
    }

    async fn a_recipient_gets_ten_messages_in_ten_minutes(db: &TestDb) {
        let world = world(db).await;
        let limited = (429, "request.message_rate_limited");
        for _ in 0..10 {
            let browser = world.started("SignIn").await;
            browser.send_code("email", "Ada@Example.com", "SignIn").await.expect(200);
        }
        let browser = world.started("SignIn").await;
        assert_eq!(browser.send_code("email", EMAIL, "SignIn").await.error(), limited);
        assert_eq!(world.post.count(), 10);
        browser.send_code("email", "eve@example.com", "SignIn").await.expect(200);
        world.clock.set(NOW_MS + 600_000);
        browser.send_code("email", EMAIL, "SignIn").await.expect(200);
    }

    async fn nobody_learns_who_has_an_account(db: &TestDb) {
        let world = world(db).await;
        world.user("ada", |user| user.primary_email = Some(EMAIL.into())).await;
        world.settings(|settings| settings.sign_in_mode = SignInMode::SignIn).await;
        let stranger = "eve@example.com";
        for event in ["SignIn", "ForgotPassword"] {
            let (known, unknown) = (world.started(event).await, world.started(event).await);
            let sent = world.post.count();
            let proofs = [
                known.send_code("email", EMAIL, event).await.expect(200).text("verificationId"),
                unknown.send_code("email", stranger, event).await.expect(200).text("verificationId"),
            ];
            assert_eq!(world.post.count(), sent + 1);
            assert_eq!(world.post.last().to, EMAIL);
            let guess = wrong(&world.post.code());
            assert_eq!(known.verify_code("email", EMAIL, &proofs[0], &guess).await.error(), MISMATCH);
            assert_eq!(unknown.verify_code("email", stranger, &proofs[1], "short").await.error(), MISMATCH);
        }
        // Not even by a broken mail server, or by how many messages may be asked for.
        world.post.close(true);
        let browser = world.started("ForgotPassword").await;
        for address in [EMAIL, stranger] {
            for _ in 0..8 {
                browser.send_code("email", address, "ForgotPassword").await.expect(200);
            }
            let limited = browser.send_code("email", address, "ForgotPassword").await;
            assert_eq!(limited.error(), (429, "request.message_rate_limited"));
        }
    }

    async fn what_cannot_be_sent_is_said_and_not_counted(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.started("SignIn").await;
        let answer = browser.send_code("email", EMAIL, "SignIn").await;
        assert_eq!(answer.error(), (501, "connector.not_found"));
        world.connector(post::connector(ConnectorType::Email)).await;
        assert_eq!(browser.send_code("phone", PHONE, "SignIn").await.error(), (501, "connector.not_found"));
        world.post.close(true);
        for _ in 0..11 {
            assert_eq!(browser.send_code("email", EMAIL, "SignIn").await.error(), (400, "connector.general"));
        }
        world.post.close(false);
        browser.send_code("email", EMAIL, "SignIn").await.expect(200);
    }

    async fn guessing_codes_locks_the_address_out(db: &TestDb) {
        let world = world(db).await;
        world.user("ada", |user| user.primary_email = Some(EMAIL.into())).await;
        world.settings(|settings| settings.sentinel_policy.max_attempts = Some(3)).await;
        let browser = world.started("SignIn").await;
        let blocked = (400, "session.verification_blocked_too_many_attempts");
        let proof = browser.send_code("email", EMAIL, "SignIn").await.expect(200).text("verificationId");
        let code = world.post.code();
        for expected in [MISMATCH, MISMATCH, blocked] {
            assert_eq!(browser.verify_code("email", EMAIL, &proof, &wrong(&code)).await.error(), expected);
        }
        assert_eq!(browser.verify_code("email", EMAIL, &proof, &code).await.error(), blocked);
        assert_eq!(browser.password("email", EMAIL, PASSWORD).await.error(), blocked);
    }

    async fn an_address_registers_once(db: &TestDb) {
        let world = world(db).await;
        open_to_addresses(&world).await;
        for (kind, value, taken) in [
            ("email", EMAIL, "user.email_already_in_use"),
            ("phone", PHONE, "user.phone_already_in_use"),
        ] {
            let browser = world.started("Register").await;
            let proof = browser.prove(kind, value, "Register").await;
            assert_eq!(world.post.last().template_type, TemplateType::Register);
            browser.identify(&proof).await.expect(201);
            browser.submit().await.expect(200);
            let account = browser.result().await["login"]["accountId"].clone();

            let browser = world.started("Register").await;
            let proof = browser.prove(kind, value, "Register").await;
            assert_eq!(browser.identify(&proof).await.error(), (422, taken));
            // The proof is as good for signing in.
            browser.switch("SignIn").await.expect(204);
            browser.identify(&proof).await.expect(204);
            browser.submit().await.expect(200);
            assert_eq!(browser.result().await["login"]["accountId"], account);
        }
        world.settings(|settings| {
            settings.email_blocklist_policy.custom_blocklist = Some(vec!["@spam.example".into()]);
        }).await;
        let sent = world.post.count();
        let refused = world.started("Register").await.send_code("email", "a@spam.example", "Register").await;
        assert_eq!(refused.error(), (422, "session.email_blocklist.email_not_allowed"));
        assert_eq!(world.post.count(), sent);
    }

    async fn an_unknown_address_may_go_on_to_register(db: &TestDb) {
        let world = world(db).await;
        open_to_addresses(&world).await;
        let browser = world.started("SignIn").await;
        let proof = browser.prove("email", EMAIL, "SignIn").await;
        assert_eq!(browser.identify(&proof).await.error(), (404, "user.user_not_exist"));
        browser.switch("Register").await.expect(204);
        browser.identify(&proof).await.expect(201);
        browser.submit().await.expect(200);
    }

    async fn a_missing_address_is_filled_in_by_a_proof_of_it(db: &TestDb) {
        let world = world(db).await;
        world.user("ada", |_| {}).await;
        world.user("eve", |user| user.primary_email = Some("eve@example.com".into())).await;
        world.settings(|settings| {
            let identifier = SecondaryIdentifier::EmailOrPhone;
            settings.sign_up.secondary_identifiers =
                Some(vec![SecondarySignUpIdentifier { identifier, verify: Some(true) }]);
        }).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        assert_eq!(browser.submit().await.error(), (422, "user.missing_profile"));
        let add = async |kind: &str, proof: &str| {
            browser.post("profile", json!({ "type": kind, "verificationId": proof })).await
        };
        let taken = browser.prove("email", "eve@example.com", "SignIn").await;
        assert_eq!(add("email", &taken).await.error(), (422, "user.email_already_in_use"));
        let begun = browser.send_code("email", EMAIL, "SignIn").await.expect(200).text("verificationId");
        assert_eq!(world.post.last().template_type, TemplateType::SignIn);
        assert_eq!(add("email", &begun).await.error(), (400, "session.verification_failed"));
        browser.verify_code("email", EMAIL, &begun, &world.post.code()).await.expect(200);
        assert_eq!(add("phone", &begun).await.error(), (404, "session.verification_session_not_found"));
        add("email", &begun).await.expect(204);
        browser.submit().await.expect(200);
        assert_eq!(world.find_user("ada").await.unwrap().primary_email.as_deref(), Some(EMAIL));
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        let second = browser.prove("email", "new@example.com", "SignIn").await;
        let refused = browser.post("profile", json!({ "type": "email", "verificationId": second })).await;
        assert_eq!(refused.error(), (422, "user.email_exists_in_profile"));
    }

    async fn an_address_that_signing_up_does_not_ask_for_is_bound_as_a_factor(db: &TestDb) {
        let world = world(db).await;
        world.user("ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        browser.send_code("phone", PHONE, "SignIn").await.expect(200);
        assert_eq!(world.post.last().template_type, TemplateType::BindMfa);
    }

    async fn a_code_resets_a_forgotten_password(db: &TestDb) {
        let world = world(db).await;
        world.user("ada", |user| user.primary_email = Some(EMAIL.into())).await;
        let browser = world.started("ForgotPassword").await;
        let proof = browser.prove("email", EMAIL, "ForgotPassword").await;
        assert_eq!(world.post.last().template_type, TemplateType::ForgotPassword);
        world.settings(|settings| {
            settings.forgot_password_methods = Some(vec![ForgotPasswordMethod::PhoneVerificationCode]);
        }).await;
        let refused = (422, "session.not_supported_for_forgot_password");
        assert_eq!(browser.identify(&proof).await.error(), refused);
        world.settings(|settings| {
            settings.forgot_password_methods = Some(vec![ForgotPasswordMethod::EmailVerificationCode]);
        }).await;
        browser.identify(&proof).await.expect(204);
        let new = "An0ther-pw-for-ada!";
        browser.put("/profile/password", json!({ "password": new })).await.expect(204);
        browser.submit().await.expect(200);
        let browser = world.started("SignIn").await;
        assert_eq!(browser.password("email", EMAIL, PASSWORD).await.status, 422);
        browser.password("email", EMAIL, new).await.expect(200);
    }

    async fn a_trunk_prefix_makes_no_other_phone_number(db: &TestDb) {
        let world = world(db).await;
        open_to_addresses(&world).await;
        let user = world.user("ada", |user| user.primary_phone = Some(PHONE.into())).await;
        let spelled = "610412345678";
        let browser = world.started("SignIn").await;
        browser.password("phone", spelled, PASSWORD).await.expect(200);
        let browser = world.started("Register").await;
        let proof = browser.prove("phone", spelled, "Register").await;
        assert_eq!(browser.identify(&proof).await.error(), (422, "user.phone_already_in_use"));
        let found = users::find_by_phone(&**db, &world.ctx.tenant.id, spelled).await.unwrap();
        assert_eq!(found.map(|found| found.id), Some(user.id));
    }

    async fn the_audit_log_and_the_browser_see_no_code(db: &TestDb) {
        let world = world(db).await;
        let browser = world.started("SignIn").await;
        browser.prove("email", EMAIL, "SignIn").await;
        let code = world.post.code();
        assert!(!browser.state().await.to_string().contains(&code));
        let logs = world.logs().await;
        let mut keys: Vec<&str> = logs.iter().map(|log| log.key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys, [
            "Interaction.SignIn.Create",
            "Interaction.SignIn.Verification.EmailVerificationCode.Create",
            "Interaction.SignIn.Verification.EmailVerificationCode.Submit",
        ]);
        for log in &logs {
            // As a text of its own: the digits may occur in ids and times.
            assert!(!json!(log.payload).to_string().contains(&format!("\"{code}\"")), "{}", log.key);
        }
    }
}
