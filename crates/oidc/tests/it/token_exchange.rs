//! RFC 8693: tokens that stand for a user, for access tokens in the user's name.

use crate::{harness::*, organizations::organization};
use axum::http::StatusCode;
use portico_identity::subject_tokens;
use portico_model::{
    ApplicationType, JsonObject, User, personal_access_token::PersonalAccessToken, script::JwtCustomizerKey,
};
use portico_store::{
    Page, both_databases, configs,
    logs::{self, LogFilter},
    organizations::members::MemberKind,
    personal_access_tokens,
};
use serde_json::json;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const IMPERSONATION: &str = "urn:logto:token-type:impersonation_token";
const PERSONAL: &str = "urn:logto:token-type:personal_access_token";

async fn exchanging(provider: &Provider) -> TestClient {
    provider
        .client_with(ApplicationType::Traditional, |application| {
            application.custom_client_metadata.allow_token_exchange = Some(true);
        })
        .await
}

async fn subject_token(provider: &Provider, user: &User) -> String {
    let context = JsonObject::from_iter([("reason".to_owned(), json!("support"))]);
    subject_tokens::create(&provider.ctx, user.id.clone(), context, "operator".to_owned()).await.unwrap()
}

async fn personal_token(provider: &Provider, user: &User, value: &str, expires_at: Option<i64>) {
    let token = PersonalAccessToken {
        tenant_id: provider.tenant().to_string(),
        user_id: user.id.clone(),
        name: value.to_owned(),
        value: value.to_owned(),
        created_at: NOW_MS,
        expires_at,
    };
    personal_access_tokens::insert(&provider.ctx.app.db, provider.tenant(), &token).await.unwrap();
}

async fn exchange(
    provider: &Provider,
    client: &TestClient,
    token: &str,
    kind: &str,
    extra: &[(&str, &str)],
) -> Answer {
    let mut form = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", token),
        ("subject_token_type", kind),
    ];
    form.extend_from_slice(extra);
    provider.token(client, &form).await
}

both_databases! {
    async fn a_subject_token_is_exchanged_once(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let client = exchanging(&provider).await;
        let script = "const getCustomJwtClaims = async ({ context }) => ({ why: context.grant.subjectTokenContext.reason })";
        let tenant = provider.tenant().clone();
        provider.ctx.write_settings(move |tx| Box::pin(async move {
            configs::set(tx, &tenant, JwtCustomizerKey::AccessToken.as_str(), &json!({ "script": script })).await
        })).await.unwrap();

        let token = subject_token(&provider, &user).await;
        let extra = [("resource", API), ("scope", "read:things write:things")];
        let answer = exchange(&provider, &client, &token, IMPERSONATION, &extra).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let body = answer.json();
        assert_eq!(names(&body), ["access_token", "expires_in", "scope", "token_type"]);
        let claims = verified_claims(&provider, body["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        assert_eq!((claims["sub"].as_str(), claims["client_id"].as_str()), (Some(user.id.as_str()), Some(client.id.as_str())));
        assert_eq!((claims["scope"].as_str(), claims["why"].as_str()), (Some("read:things"), Some("support")));
        exchange(&provider, &client, &token, IMPERSONATION, &extra).await.expect_error(400, "invalid_grant");
        exchange(&provider, &client, "sub_unknown", IMPERSONATION, &[]).await.expect_error(400, "invalid_grant");

        // A refused request leaves it unused, and it also passes for an access token.
        let token = subject_token(&provider, &user).await;
        exchange(&provider, &client, &token, ACCESS_TOKEN, &[("resource", "https://unknown")]).await.expect_error(400, "invalid_target");
        let body = exchange(&provider, &client, &token, ACCESS_TOKEN, &[]).await.json();
        assert_eq!(body["scope"], "");

        let filter = LogFilter { keys: vec!["ExchangeTokenBy.TokenExchange".to_owned()], ..LogFilter::default() };
        let logged = logs::list(&provider.ctx.app.db, provider.tenant(), &filter, Page::ALL).await.unwrap();
        let logged = serde_json::to_string(&logged.iter().map(|log| &log.payload).collect::<Vec<_>>()).unwrap();
        assert!(!logged.is_empty() && !logged.contains("sub_"));
    }

    async fn a_personal_access_token_works_until_it_expires(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let client = exchanging(&provider).await;
        personal_token(&provider, &user, "pat_lasting", None).await;
        personal_token(&provider, &user, "pat_expired", Some(NOW_MS)).await;
        for _ in 0..2 {
            let body = exchange(&provider, &client, "pat_lasting", PERSONAL, &[("scope", "openid profile nonsense")]).await.json();
            assert_eq!(body["scope"], "openid profile");
            let told = provider.user_info(body["access_token"].as_str().unwrap()).await.json();
            assert_eq!(told["sub"], user.id.as_str());
        }
        exchange(&provider, &client, "pat_expired", PERSONAL, &[]).await.expect_error(400, "invalid_grant");
        exchange(&provider, &client, "pat_lasting", IMPERSONATION, &[]).await.expect_error(400, "invalid_grant");

        let id = organization(&provider, MemberKind::User, &[&user.id]).await;
        let extra = [("organization_id", id.as_str()), ("scope", "read:members")];
        let body = exchange(&provider, &client, "pat_lasting", PERSONAL, &extra).await.json();
        assert_eq!(body["scope"], "read:members");
        let audience = format!("urn:logto:organization:{id}");
        verified_claims(&provider, body["access_token"].as_str().unwrap(), &audience, Some("at+jwt")).await;
        exchange(&provider, &client, "pat_lasting", PERSONAL, &[("organization_id", "nowhere")]).await.expect_error(403, "access_denied");

        provider.change_user(&user, |user| user.is_suspended = true).await;
        exchange(&provider, &client, "pat_lasting", PERSONAL, &[]).await.expect_error(400, "invalid_grant");
    }

    async fn an_access_token_and_an_actor(db: &TestDb) {
        let provider = Provider::new(db).await;
        let (user, actor) = (provider.user("reader").await, provider.user("actor").await);
        provider.api_with_role(&user).await;
        let (client, single_page) = (exchanging(&provider).await, provider.client(ApplicationType::Spa).await);
        let own = provider.tokens(&single_page, &user, &[("scope", "openid")]).await;
        let acting = provider.tokens(&single_page, &actor, &[("scope", "openid")]).await;
        let acting = acting["access_token"].as_str().unwrap();

        let (opaque, id_token) = (own["access_token"].as_str().unwrap(), own["id_token"].as_str().unwrap());
        let extra = [("resource", API), ("actor_token", acting), ("actor_token_type", ACCESS_TOKEN)];
        let body = exchange(&provider, &client, opaque, ACCESS_TOKEN, &extra).await.json();
        let jwt = body["access_token"].as_str().unwrap();
        let claims = verified_claims(&provider, jwt, API, Some("at+jwt")).await;
        assert_eq!((&claims["sub"], &claims["act"]), (&json!(user.id), &json!({ "sub": actor.id })));

        // A JWT is as good as an opaque token; what only looks like one is not.
        assert_eq!(exchange(&provider, &client, jwt, ACCESS_TOKEN, &[]).await.status, StatusCode::OK);
        let forged = format!("{}x", &jwt[..jwt.len() - 1]);
        for subject in [id_token, forged.as_str(), "nonsense"] {
            exchange(&provider, &client, subject, ACCESS_TOKEN, &[]).await.expect_error(400, "invalid_grant");
        }
        for (token, kind) in [(jwt, ACCESS_TOKEN), ("nonsense", ACCESS_TOKEN), (acting, IMPERSONATION)] {
            let extra = [("actor_token", token), ("actor_token_type", kind)];
            exchange(&provider, &client, opaque, ACCESS_TOKEN, &extra).await.expect_error(400, "invalid_grant");
        }
    }

    async fn only_applications_that_the_operator_trusts_exchange(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let token = subject_token(&provider, &user).await;
        let plain = provider.client(ApplicationType::Traditional).await;
        exchange(&provider, &plain, &token, IMPERSONATION, &[]).await.expect_error(400, "unauthorized_client");
        let third_party = provider.client_with(ApplicationType::Traditional, |application| {
            application.is_third_party = true;
            application.custom_client_metadata.allow_token_exchange = Some(true);
        }).await;
        exchange(&provider, &third_party, &token, IMPERSONATION, &[]).await.expect_error(400, "unauthorized_client");
        let machine = provider.client_with(ApplicationType::MachineToMachine, |application| {
            application.custom_client_metadata.allow_token_exchange = Some(true);
        }).await;
        let answer = exchange(&provider, &machine, &token, IMPERSONATION, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
}
