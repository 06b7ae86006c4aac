//! A whole sign-in with a password, as a browser and its application do it: nine requests.

use crate::{
    client::{Call, Client},
    setup::Server,
};
use anyhow::{Context as _, Result};
use http::Method;
use serde_json::{Value, json};

/// A PKCE verifier and its S256 challenge (the example of RFC 7636 Appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Path of an authorization request.
pub fn authorize_path(server: &Server) -> Result<String> {
    let query = serde_urlencoded::to_string([
        ("client_id", server.application.id.as_str()),
        ("redirect_uri", crate::setup::REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid offline_access profile"),
        ("state", "bench"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])?;
    Ok(format!("/oidc/auth?{query}"))
}

/// Signs a user in and answers the token response.
pub async fn sign_in(server: &Server, client: &mut Client, username: &str) -> Result<Value> {
    client.cookies.clear();
    client.send(&Call::get(authorize_path(server)?)).await?.expect(303)?;
    let event = json!({ "interactionEvent": "SignIn" });
    client.send(&Call::json(Method::PUT, "/api/experience", &event)).await?.expect(204)?;
    let credentials = json!({
        "identifier": { "type": "username", "value": username },
        "password": crate::setup::PASSWORD,
    });
    let verified = client
        .send(&Call::json(Method::POST, "/api/experience/verification/password", &credentials))
        .await?
        .expect(200)?
        .json()?;
    let identification = json!({ "verificationId": verified["verificationId"] });
    client
        .send(&Call::json(Method::POST, "/api/experience/identification", &identification))
        .await?
        .expect(204)?;
    let submit = Call { method: Some(Method::POST), ..Call::get("/api/experience/submit") };
    let submitted = client.send(&submit).await?.expect(200)?.json()?;
    let resume = path_of(submitted["redirectTo"].as_str().context("redirectTo")?);
    let consent = path_of(client.send(&Call::get(resume)).await?.location()?);
    let resume = path_of(client.send(&Call::get(consent)).await?.location()?);
    let callback = client.send(&Call::get(resume)).await?.location()?.to_owned();
    let query = callback.split_once('?').context("callback")?.1;
    let parameters: Vec<(String, String)> = serde_urlencoded::from_str(query)?;
    let code = parameters.iter().find(|(name, _)| name == "code").context("code")?.1.clone();
    let token = Call::form(
        "/oidc/token",
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", crate::setup::REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ],
    )?
    .with("authorization", server.application.basic());
    client.send(&token).await?.expect(200)?.json()
}

/// The path and query of an address.
fn path_of(address: &str) -> String {
    match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or_else(|| "/".to_owned(), |start| rest[start..].to_owned()),
        None => address.to_owned(),
    }
}
