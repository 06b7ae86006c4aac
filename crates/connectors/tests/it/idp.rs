//! An OpenID provider in this process: serves keys and answers token requests as it is told to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use portico_crypto::jose::{Alg, SigningKey};
use serde_json::{Value, json};

/// What the token endpoint does.
#[derive(Clone)]
pub enum TokenAnswer {
    /// Answers with this status and body.
    Json(u16, Value),
    /// Answers with this text.
    Text(&'static str),
    /// Never answers.
    Hang,
}

/// A token request as it arrived.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    pub authorization: Option<String>,
    pub form: HashMap<String, String>,
}

/// A call of the user API as it arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiCall {
    pub method: String,
    pub path: String,
    pub authorization: Option<String>,
}

#[derive(Default)]
struct Shared {
    api: Mutex<HashMap<&'static str, (u16, Value)>>,
    api_calls: Mutex<Vec<ApiCall>>,
    keys: Mutex<Vec<Value>>,
    answer: Mutex<Option<TokenAnswer>>,
    requests: Mutex<Vec<TokenRequest>>,
    key_fetches: AtomicUsize,
}

/// The provider and its present signing key.
pub struct Idp {
    pub base: String,
    pub key: SigningKey,
    shared: Arc<Shared>,
}

impl Idp {
    pub async fn start() -> Self {
        Self::start_with(Alg::Es256).await
    }

    pub async fn start_with(alg: Alg) -> Self {
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .route("/keys", get(keys))
            .route("/token", post(token))
            .fallback(api)
            .with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let key = SigningKey::generate(alg).unwrap();
        let idp = Self { base, key, shared };
        idp.publish(vec![idp.key.public_jwk().clone()]);
        idp
    }

    pub fn publish(&self, keys: Vec<Value>) {
        *self.shared.keys.lock().unwrap() = keys;
    }

    /// Replaces the signing key and publishes the new one only.
    pub fn rotate(&mut self) {
        self.key = SigningKey::generate(Alg::Es256).unwrap();
        self.publish(vec![self.key.public_jwk().clone()]);
    }

    pub fn answer(&self, answer: TokenAnswer) {
        *self.shared.answer.lock().unwrap() = Some(answer);
    }

    /// Sets the user API's answer at a path; every other path is not found.
    pub fn answer_api(&self, path: &'static str, status: u16, body: Value) {
        self.shared.api.lock().unwrap().insert(path, (status, body));
    }

    pub fn api_calls(&self) -> Vec<ApiCall> {
        self.shared.api_calls.lock().unwrap().clone()
    }

    pub fn answer_with_id_token(&self, id_token: &str) {
        self.answer(TokenAnswer::Json(
            200,
            json!({
                "access_token": "access",
                "token_type": "Bearer",
                "expires_in": "3600",
                "refresh_token": "refresh",
                "id_token": id_token,
            }),
        ));
    }

    pub fn last_request(&self) -> TokenRequest {
        self.shared.requests.lock().unwrap().last().unwrap().clone()
    }

    pub fn request_count(&self) -> usize {
        self.shared.requests.lock().unwrap().len()
    }

    pub fn key_fetches(&self) -> usize {
        self.shared.key_fetches.load(Ordering::SeqCst)
    }
}

async fn keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.key_fetches.fetch_add(1, Ordering::SeqCst);
    Json(json!({ "keys": *shared.keys.lock().unwrap() }))
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let authorization = authorization(&headers);
    shared.requests.lock().unwrap().push(TokenRequest { authorization, form });
    let answer = shared.answer.lock().unwrap().clone().unwrap();
    match answer {
        TokenAnswer::Json(status, body) => json_answer(status, body),
        TokenAnswer::Text(text) => text.into_response(),
        TokenAnswer::Hang => std::future::pending().await,
    }
}

async fn api(State(shared): State<Arc<Shared>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let call = ApiCall {
        method: method.to_string(),
        path: uri.path().to_owned(),
        authorization: authorization(&headers),
    };
    shared.api_calls.lock().unwrap().push(call);
    let answer = shared.api.lock().unwrap().get(uri.path()).cloned();
    let (status, body) = answer.unwrap_or((404, json!({})));
    json_answer(status, body)
}

fn authorization(headers: &HeaderMap) -> Option<String> {
    headers.get("authorization").map(|value| value.to_str().unwrap().to_owned())
}

fn json_answer(status: u16, body: Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}
