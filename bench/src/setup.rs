//! The data set and the server under load.

use crate::{
    client::{Call, Client},
    database::{Database, Kind},
    flow,
    process::Process,
};
use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use http::Method;
use serde_json::{Value, json};
use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::process::{Child, Command};

/// Redirect URI of the application under load.
pub const REDIRECT_URI: &str = "http://localhost:9999/callback";
/// Password of the users that have one.
pub const PASSWORD: &str = "correct horse battery staple";
/// Users with a password; the others cannot sign in but fill the lists.
pub const USERS_WITH_PASSWORD: usize = 32;
const RESOURCE: &str = "https://default.logto.app/api";
/// How long after start-up idle memory is read.
const IDLE: Duration = Duration::from_secs(3);
const READY_TIMEOUT: Duration = Duration::from_secs(30);

/// A client of the server under load.
pub struct Application {
    /// Client id.
    pub id: String,
    /// Client secret.
    pub secret: String,
}

impl Application {
    /// The `Authorization` header (RFC 6749 §2.3.1).
    pub fn basic(&self) -> String {
        let pair = format!("{}:{}", self.id, self.secret);
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    }
}

/// The running server and what is known about its data.
pub struct Server {
    child: Child,
    /// The process.
    pub process: Process,
    /// Core port.
    pub port: u16,
    /// A machine with access to the Management API.
    pub machine: Application,
    /// A web application with a secret.
    pub application: Application,
    /// A Management API access token.
    pub management_token: String,
    /// An opaque access token of a user.
    pub user_token: String,
    /// Ids of users.
    pub user_ids: Vec<String>,
    startup: Vec<String>,
    _database: Database,
}

impl Server {
    /// Start-up time and idle memory.
    pub fn startup(&self) -> &[String] {
        &self.startup
    }

    /// Stops the server and waits for it.
    pub async fn stop(mut self) -> Result<()> {
        stop(&mut self.child).await
    }
}

async fn stop(child: &mut Child) -> Result<()> {
    let pid = child.id().context("the server has ended")?;
    Command::new("kill").arg(pid.to_string()).status().await?;
    let status = child.wait().await?;
    ensure!(status.success(), "the server ended with {status}");
    Ok(())
}

/// Seeds the data and starts the server.
pub async fn start(kind: Kind, binary: &Path, users: usize) -> Result<Server> {
    let database = Database::new(kind)?;
    let url = database.url.clone();
    let machine = create_machine(binary, &url).await?;
    // The issuer holds the port, so tokens survive the restart below only on the same one.
    let port = free_port()?;
    let (mut first, _) = launch(binary, &url, port).await?;
    let mut client = Client::connect(port).await?;
    let management_token = management_token(&mut client, &machine).await?;
    let application = create_application(&mut client, &management_token).await?;
    let user_ids = create_users(&mut client, &management_token, users).await?;
    stop(&mut first).await?;
    // Start-up and idle memory are those of a process that has done nothing yet.
    let (child, ready) = launch(binary, &url, port).await?;
    tokio::time::sleep(IDLE).await;
    let mut client = Client::connect(port).await?;
    let process = Process { pid: child.id().context("the server has ended")? };
    let startup = vec![
        format!("ready after {} ms on an existing database", ready.as_millis()),
        format!("{} MiB resident {} s after start", process.memory_mib()?, IDLE.as_secs()),
    ];
    let mut server = Server {
        process,
        port,
        machine,
        application,
        management_token,
        user_token: String::new(),
        user_ids,
        startup,
        _database: database,
        child,
    };
    let tokens = match flow::sign_in(&server, &mut client, &username(0)).await {
        Ok(tokens) => tokens,
        Err(error) => {
            server.child.kill().await?;
            return Err(error.context("the first sign-in"));
        }
    };
    server.user_token = text(&tokens, "access_token")?;
    Ok(server)
}

async fn create_machine(binary: &Path, url: &str) -> Result<Application> {
    let output = Command::new(binary)
        .args([
            "apps",
            "create",
            "--name",
            "Bench",
            "--type",
            "MachineToMachine",
            "--management-api",
            "--json",
        ])
        .env("DB_URL", url)
        .output()
        .await?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let created: Value = serde_json::from_slice(&output.stdout)?;
    Ok(Application { id: text(&created, "id")?, secret: text(&created, "secret")? })
}

/// Starts the server and waits until it answers.
async fn launch(binary: &Path, url: &str, port: u16) -> Result<(Child, Duration)> {
    let started = Instant::now();
    let child = Command::new(binary)
        .env("DB_URL", url)
        .env("PORT", port.to_string())
        .env("ADMIN_PORT", free_port()?.to_string())
        .env("HOST", "127.0.0.1")
        .env("BREACHED_PASSWORD_CHECK", "false")
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()?;
    loop {
        if let Ok(mut client) = Client::connect(port).await
            && client.send(&Call::get("/api/status")).await.is_ok_and(|answer| answer.status == 204)
        {
            return Ok((child, started.elapsed()));
        }
        ensure!(started.elapsed() < READY_TIMEOUT, "the server does not answer");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A port that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The request of a machine for a Management API token.
pub fn client_credentials(machine: &Application) -> Result<Call> {
    let fields = [("grant_type", "client_credentials"), ("resource", RESOURCE), ("scope", "all")];
    Ok(Call::form("/oidc/token", &fields)?.with("authorization", machine.basic()))
}

async fn management_token(client: &mut Client, machine: &Application) -> Result<String> {
    let answer = client.send(&client_credentials(machine)?).await?.expect(200)?.json()?;
    text(&answer, "access_token")
}

async fn create_application(client: &mut Client, token: &str) -> Result<Application> {
    let body = json!({
        "name": "Bench",
        "type": "Traditional",
        "oidcClientMetadata": { "redirectUris": [REDIRECT_URI], "postLogoutRedirectUris": [] },
        "customClientMetadata": { "alwaysIssueRefreshToken": true },
    });
    let bearer = format!("Bearer {token}");
    let call = Call::json(Method::POST, "/api/applications", &body).with("authorization", &bearer);
    let created = client.send(&call).await?.expect(200)?.json()?;
    let id = text(&created, "id")?;
    let secrets = Call::get(format!("/api/applications/{id}/secrets")).with("authorization", &bearer);
    let secrets = client.send(&secrets).await?.expect(200)?.json()?;
    Ok(Application { secret: text(&secrets[0], "value")?, id })
}

async fn create_users(client: &mut Client, token: &str, users: usize) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(users);
    for index in 0..users {
        let mut body = json!({ "username": username(index), "name": "Bench User" });
        if index < USERS_WITH_PASSWORD {
            body["password"] = PASSWORD.into();
        }
        let call =
            Call::json(Method::POST, "/api/users", &body).with("authorization", format!("Bearer {token}"));
        ids.push(text(&client.send(&call).await?.expect(200)?.json()?, "id")?);
    }
    Ok(ids)
}

/// Username of the nth user.
pub fn username(index: usize) -> String {
    format!("bench_{index}")
}

/// A text member of a JSON object.
pub fn text(value: &Value, name: &str) -> Result<String> {
    Ok(value[name].as_str().with_context(|| format!("no {name} in {value}"))?.to_owned())
}
