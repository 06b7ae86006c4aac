use crate::harness::*;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use portico_model::{ApplicationType, TenantId};
use portico_store::{applications, both_databases};

const MANAGEMENT_API: &str = "https://default.logto.app/api";

/// The machine that a new database comes with, in the admin tenant.
async fn seeded_machine(provider: &Provider) -> TestClient {
    let (db, tenant) = (&provider.ctx.app.db, provider.tenant());
    let application = applications::find_by_id(db, tenant, "m-default").await.unwrap().unwrap();
    let secrets = applications::list_secrets(db, tenant, "m-default").await.unwrap();
    let secret = secrets.first().map_or(application.secret, |secret| secret.value.clone());
    TestClient { id: "m-default".to_owned(), secret: Some(secret) }
}

both_databases! {
    async fn a_machine_gets_a_token_for_the_management_api(db: &TestDb) {
        let provider = Provider::for_tenant(db, TenantId::admin_tenant()).await;
        let machine = seeded_machine(&provider).await;
        let form = [("grant_type", "client_credentials"), ("resource", MANAGEMENT_API), ("scope", "all")];

        let answer = provider.token(&machine, &form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        assert_eq!(answer.header(header::ACCESS_CONTROL_EXPOSE_HEADERS), "WWW-Authenticate");
        let body = answer.json();
        assert_eq!(names(&body), ["access_token", "expires_in", "scope", "token_type"]);
        assert_eq!((body["expires_in"].as_i64(), body["scope"].as_str()), (Some(3600), Some("all")));
        let token = body["access_token"].as_str().unwrap();
        let claims = verified_claims(&provider, token, MANAGEMENT_API, Some("at+jwt")).await;
        assert_eq!(names(&claims), ["jti", "sub", "iat", "exp", "scope", "client_id", "iss", "aud"]);
        assert_eq!(claims["sub"], "m-default");
        assert_eq!(claims["client_id"], "m-default");

        // In the body instead of the header, and as JSON.
        let secret = machine.secret.clone().unwrap();
        let mut posted = form.to_vec();
        posted.extend([("client_id", "m-default"), ("client_secret", secret.as_str())]);
        assert_eq!(provider.post("/oidc/token", None, &posted).await.status, StatusCode::OK);
        let json = serde_json::json!({ "grant_type": "client_credentials", "resource": MANAGEMENT_API, "scope": "all" });
        let request = Request::post("/oidc/token")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, machine.basic())
            .body(Body::from(json.to_string()))
            .unwrap();
        assert_eq!(provider.send(request).await.status, StatusCode::OK);
    }

    async fn scopes_are_what_the_roles_give(db: &TestDb) {
        let provider = Provider::for_tenant(db, TenantId::admin_tenant()).await;
        let machine = seeded_machine(&provider).await;
        let none = provider
            .token(&machine, &[("grant_type", "client_credentials"), ("resource", MANAGEMENT_API)])
            .await
            .json();
        assert_eq!(names(&none), ["access_token", "expires_in", "token_type"]);
        let some = provider
            .token(
                &machine,
                &[("grant_type", "client_credentials"), ("resource", MANAGEMENT_API), ("scope", "all nope")],
            )
            .await
            .json();
        assert_eq!(some["scope"], "all");
        let stranger = provider.client(ApplicationType::MachineToMachine).await;
        let stranger = provider
            .token(
                &stranger,
                &[("grant_type", "client_credentials"), ("resource", MANAGEMENT_API), ("scope", "all")],
            )
            .await
            .json();
        assert_eq!(stranger.get("scope"), None);
    }

    async fn wrong_requests_are_named(db: &TestDb) {
        let provider = Provider::for_tenant(db, TenantId::admin_tenant()).await;
        let machine = seeded_machine(&provider).await;
        let grant = ("grant_type", "client_credentials");
        provider.token(&machine, &[grant]).await.expect_error(400, "invalid_target");
        provider
            .token(&machine, &[grant, ("resource", "https://unknown.example.com")])
            .await
            .expect_error(400, "invalid_target");
        provider
            .token(&machine, &[("grant_type", "password"), ("username", "a"), ("password", "b")])
            .await
            .expect_error(400, "unsupported_grant_type");
        provider.token(&machine, &[]).await.expect_error(400, "invalid_request");
        let wrong = TestClient { secret: Some("wrong".to_owned()), ..machine.clone() };
        let answer = provider.token(&wrong, &[grant, ("resource", MANAGEMENT_API)]).await;
        answer.expect_error(401, "invalid_client");
        let challenge = answer.header(header::WWW_AUTHENTICATE);
        assert!(challenge.starts_with("Basic realm=\"http://localhost:3002/oidc\", error=\"invalid_client\""));
        let unknown = TestClient { id: "nope".to_owned(), secret: Some("wrong".to_owned()) };
        let answer = provider.token(&unknown, &[grant, ("resource", MANAGEMENT_API)]).await;
        answer.expect_error(400, "invalid_client");
        assert_eq!(answer.header(header::WWW_AUTHENTICATE), "");
    }
}
