use crate::harness::*;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use portico_store::both_databases;

const MEMBERS: &[&str] = &[
    "authorization_endpoint",
    "device_authorization_endpoint",
    "claims_parameter_supported",
    "claims_supported",
    "code_challenge_methods_supported",
    "end_session_endpoint",
    "grant_types_supported",
    "issuer",
    "jwks_uri",
    "authorization_response_iss_parameter_supported",
    "response_modes_supported",
    "response_types_supported",
    "scopes_supported",
    "subject_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "token_endpoint",
    "id_token_signing_alg_values_supported",
    "pushed_authorization_request_endpoint",
    "request_uri_parameter_supported",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "claim_types_supported",
];

both_databases! {
    async fn discovery_describes_the_provider(db: &TestDb) {
        let provider = Provider::new(db).await;
        for path in ["/oidc/.well-known/openid-configuration", "/oidc/.well-known/oauth-authorization-server"] {
            let answer = provider.get(path, &[]).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/json; charset=utf-8");
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
            assert_eq!(answer.header(header::VARY), "Origin");
            let body = answer.json();
            assert_eq!(names(&body), MEMBERS);
            assert_eq!(body["issuer"], "http://localhost:3001/oidc");
            assert_eq!(body["token_endpoint"], "http://localhost:3001/oidc/token");
            assert_eq!(body["id_token_signing_alg_values_supported"][0], "ES384");
            assert_eq!(body["claims_supported"].as_array().unwrap().len(), 32);
            assert_eq!(body["scopes_supported"].as_array().unwrap().len(), 13);
            let tag = answer.header(header::ETAG);
            let again = provider.get(path, &[(header::IF_NONE_MATCH, tag)]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED);
            assert!(again.body.is_empty());
        }
        let admin = Provider::for_tenant(db, portico_model::TenantId::admin_tenant()).await;
        let body = admin.get("/oidc/.well-known/openid-configuration", &[]).await.json();
        assert_eq!(body["issuer"], "http://localhost:3002/oidc");
    }

    async fn the_key_set_holds_public_keys_only(db: &TestDb) {
        let provider = Provider::new(db).await;
        let answer = provider.get("/oidc/jwks", &[]).await;
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/jwk-set+json; charset=utf-8");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache, max-age=0, must-revalidate");
        let key = &answer.json()["keys"][0];
        assert_eq!(names(key), ["kty", "use", "kid", "alg", "crv", "x", "y"]);
        assert_eq!((key["alg"].as_str(), key["crv"].as_str()), (Some("ES384"), Some("P-384")));
        let again = provider.get("/oidc/jwks", &[(header::IF_NONE_MATCH, answer.header(header::ETAG))]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }

    async fn preflights_are_answered(db: &TestDb) {
        let provider = Provider::new(db).await;
        for (path, methods) in [
            ("/oidc/.well-known/openid-configuration", "GET"),
            ("/oidc/jwks", "GET"),
            ("/oidc/token", "POST"),
            ("/oidc/request", "POST"),
            ("/oidc/token/introspection", "POST"),
            ("/oidc/token/revocation", "POST"),
            ("/oidc/me", "GET,POST"),
        ] {
            let request = Request::builder()
                .method(Method::OPTIONS)
                .uri(path)
                .header(header::ORIGIN, "http://localhost:9999")
                .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
                .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type")
                .body(Body::empty())
                .unwrap();
            let answer = provider.send(request).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}");
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "http://localhost:9999");
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_METHODS), methods);
            assert_eq!(answer.header(header::ACCESS_CONTROL_MAX_AGE), "3600");
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_HEADERS), "content-type");
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), "");
        }
    }

    async fn unknown_routes_and_methods_are_errors_of_the_protocol(db: &TestDb) {
        let provider = Provider::new(db).await;
        let body = provider.get("/oidc/nope", &[]).await.expect_error(404, "invalid_request");
        assert!(body["error_description"].as_str().unwrap().contains("GET on /nope"));
        assert_eq!(names(&body), ["code", "message", "error", "error_description"]);
        provider.get("/oidc/token", &[]).await.expect_error(404, "invalid_request");
        let bare = provider.get("/oidc/nope?parse_error=false", &[]).await.json();
        assert_eq!(names(&bare), ["error", "error_description"]);
        let german = provider.get("/oidc/nope", &[(header::ACCEPT_LANGUAGE, "de")]).await.json();
        assert_ne!(german["message"], body["message"]);
        assert_eq!(german["code"], body["code"]);
    }
}
