//! The requests under load.

use crate::{
    client::{Call, Client},
    flow,
    setup::{self, Server},
};
use anyhow::{Context as _, Result};
use http::Method;
use serde_json::json;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// A kind of load.
pub struct Scenario {
    /// Name in the table.
    pub name: &'static str,
    kind: Kind,
}

enum Kind {
    /// The same request again and again.
    Fixed(fn(&Server) -> Result<Call>, u16),
    /// Each connection follows its own chain of refresh tokens.
    Refresh,
    /// Each request signs a user in.
    SignIn,
    /// Each request creates a user with a password.
    CreateUser,
    /// Each request reads another user.
    GetUser,
}

/// Every scenario, cheapest first.
pub const ALL: &[Scenario] = &[
    Scenario {
        name: "GET discovery",
        kind: Kind::Fixed(|_| Ok(Call::get("/oidc/.well-known/openid-configuration")), 200),
    },
    Scenario { name: "GET jwks", kind: Kind::Fixed(|_| Ok(Call::get("/oidc/jwks")), 200) },
    Scenario {
        name: "POST token client_credentials",
        kind: Kind::Fixed(|server| setup::client_credentials(&server.machine), 200),
    },
    Scenario { name: "POST token refresh_token", kind: Kind::Refresh },
    Scenario {
        name: "POST introspection",
        kind: Kind::Fixed(
            |server| {
                let call = Call::form("/oidc/token/introspection", &[("token", &server.user_token)])?;
                Ok(call.with("authorization", server.application.basic()))
            },
            200,
        ),
    },
    Scenario {
        name: "GET userinfo",
        kind: Kind::Fixed(|server| Ok(bearer(Call::get("/oidc/me"), &server.user_token)), 200),
    },
    Scenario {
        name: "GET users list",
        kind: Kind::Fixed(
            |server| Ok(bearer(Call::get("/api/users?page=1&page_size=20"), &server.management_token)),
            200,
        ),
    },
    Scenario { name: "GET user", kind: Kind::GetUser },
    Scenario {
        name: "GET sign-in-exp",
        kind: Kind::Fixed(|_| Ok(Call::get("/api/.well-known/sign-in-exp")), 200),
    },
    Scenario {
        name: "GET sign-in page",
        kind: Kind::Fixed(|server| Ok(Call::get(format!("/sign-in?app_id={}", server.application.id))), 200),
    },
    Scenario {
        name: "GET authorize",
        kind: Kind::Fixed(|server| Ok(Call::get(flow::authorize_path(server)?)), 303),
    },
    Scenario { name: "POST users (password)", kind: Kind::CreateUser },
    Scenario { name: "whole sign-in (9 requests)", kind: Kind::SignIn },
];

fn bearer(call: Call, token: &str) -> Call {
    call.with("authorization", format!("Bearer {token}"))
}

/// What was measured.
#[derive(Default)]
pub struct Outcome {
    /// Finished requests (whole flows for sign-in).
    pub requests: usize,
    /// Unexpected answers.
    pub errors: usize,
    /// Wall clock.
    pub seconds: f64,
    latencies: Vec<Duration>,
}

impl Outcome {
    /// A quantile of the latency in milliseconds; latencies are sorted by [`run`].
    pub fn quantile_ms(&self, quantile: f64) -> f64 {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index into the list"
        )]
        let index = (self.latencies.len() as f64 * quantile) as usize;
        self.latencies
            .get(index.min(self.latencies.len().saturating_sub(1)))
            .map_or(0.0, |t| t.as_secs_f64() * 1e3)
    }
}

/// Number that makes created usernames unique across runs on the same database.
static CREATED: AtomicUsize = AtomicUsize::new(0);

/// Loads the server with `connections` closed loops.
pub async fn run(
    server: &Server,
    scenario: &Scenario,
    connections: usize,
    time: Duration,
) -> Result<Outcome> {
    let mut loops = Vec::with_capacity(connections);
    for index in 0..connections {
        loops.push(prepare(server, scenario, index).await?);
    }
    let started = Instant::now();
    let deadline = started + time;
    let running = loops.into_iter().map(|state| repeat(server, scenario, state, deadline));
    let outcomes = futures_join(running).await;
    let mut total = Outcome { seconds: started.elapsed().as_secs_f64(), ..Outcome::default() };
    for outcome in outcomes {
        total.requests += outcome.requests;
        total.errors += outcome.errors;
        total.latencies.extend(outcome.latencies);
    }
    total.latencies.sort_unstable();
    Ok(total)
}

async fn futures_join<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    // One task drives all loops: the load client then takes one core at most.
    futures_util::future::join_all(futures).await
}

struct LoopState {
    client: Client,
    index: usize,
    call: Option<Call>,
    refresh_token: String,
}

async fn prepare(server: &Server, scenario: &Scenario, index: usize) -> Result<LoopState> {
    let mut client = Client::connect(server.port).await?;
    let mut state_token = String::new();
    let call = match scenario.kind {
        Kind::Fixed(make, _) => Some(make(server)?),
        Kind::Refresh => {
            let username = setup::username(index % setup::USERS_WITH_PASSWORD);
            let tokens = flow::sign_in(server, &mut client, &username).await?;
            state_token = setup::text(&tokens, "refresh_token")?;
            client.cookies.clear();
            None
        }
        _ => None,
    };
    Ok(LoopState { client, index, call, refresh_token: state_token })
}

async fn repeat(server: &Server, scenario: &Scenario, mut state: LoopState, deadline: Instant) -> Outcome {
    let mut outcome = Outcome::default();
    while Instant::now() < deadline {
        let started = Instant::now();
        match step(server, scenario, &mut state).await {
            Ok(()) => outcome.requests += 1,
            Err(error) => {
                if outcome.errors == 0 {
                    crate::report::line(&format!("{}: {error:#}", scenario.name));
                }
                outcome.errors += 1;
                if outcome.errors > 100 {
                    break;
                }
            }
        }
        outcome.latencies.push(started.elapsed());
    }
    outcome
}

async fn step(server: &Server, scenario: &Scenario, state: &mut LoopState) -> Result<()> {
    let client = &mut state.client;
    match scenario.kind {
        Kind::Fixed(_, status) => {
            let call = state.call.as_ref().context("prepared")?;
            client.send(call).await?.expect(status)?;
            // Cookies would turn later authorization requests into those of a browser with many tabs.
            client.cookies.clear();
        }
        Kind::Refresh => {
            let fields = [("grant_type", "refresh_token"), ("refresh_token", state.refresh_token.as_str())];
            let call = Call::form("/oidc/token", &fields)?.with("authorization", server.application.basic());
            let tokens = client.send(&call).await?.expect(200)?.json()?;
            if let Some(next) = tokens["refresh_token"].as_str() {
                next.clone_into(&mut state.refresh_token);
            }
        }
        Kind::SignIn => {
            let username = setup::username(state.index % setup::USERS_WITH_PASSWORD);
            flow::sign_in(server, client, &username).await?;
        }
        Kind::CreateUser => {
            let number = CREATED.fetch_add(1, Ordering::Relaxed);
            let body = json!({ "username": format!("created_{number}"), "password": setup::PASSWORD });
            let call = Call::json(Method::POST, "/api/users", &body);
            client.send(&bearer(call, &server.management_token)).await?.expect(200)?;
        }
        Kind::GetUser => {
            let number = CREATED.fetch_add(1, Ordering::Relaxed) % server.user_ids.len();
            let call = Call::get(format!("/api/users/{}", server.user_ids[number]));
            client.send(&bearer(call, &server.management_token)).await?.expect(200)?;
        }
    }
    Ok(())
}
