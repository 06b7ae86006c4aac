//! The PostgreSQL cluster of the tests.
//!
//! The first test process starts it; every process that uses it holds a shared lock on a file for as long
//! as it lives. A guard process owns the server and stops it, removing its folder, once nobody has held that
//! lock for some seconds. The kernel releases locks of killed processes, so nothing leaks however the tests
//! end. PostgreSQL refuses to run as root; then it runs as the user `postgres`.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::db::{DbUrl, StoreError};
use crate::migrate::MIGRATIONS;

/// What seeds the template; part of its name, so that an edited seed makes a new one.
const SEED_SOURCES: &[&str] = &[include_str!("../seed.rs"), include_str!("../seed/rows.rs")];

/// Runs the server until nobody holds the lock: `$1` lock file, `$2` folder, the rest is the server.
const GUARD: &str = r#"
lock=$1 folder=$2; shift 2
"$@" > "$folder/log" 2>&1 &
server=$!
exec 9>>"$lock"
idle=0
while kill -0 "$server" 2>/dev/null; do
  sleep 3
  if flock -n -x 9; then
    idle=$((idle + 1))
    if [ "$idle" -ge 4 ]; then break; fi
    flock -u 9
  else
    idle=0
  fi
done
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

/// A server that databases can be created on.
#[derive(Debug)]
struct Server {
    /// The URL up to the database's name, and what follows it.
    before_name: String,
    after_name: String,
    files: Files,
    /// Held for the life of the process.
    _in_use: Option<File>,
}

/// Where the cluster and its locks are.
#[derive(Clone, Debug)]
struct Files {
    folder: PathBuf,
    in_use: PathBuf,
    start: PathBuf,
}

impl Server {
    fn url(&self, name: &str) -> String {
        format!("{}/{name}{}", self.before_name, self.after_name)
    }
}

/// URL of a database on the server.
pub(super) async fn url(name: &str) -> Result<String, StoreError> {
    Ok(server().await?.url(name))
}

/// Runs one statement on the server's own database.
pub(super) async fn run(statement: &str) -> Result<(), StoreError> {
    connect().await?.batch_execute(statement).await.map_err(StoreError::from)
}

/// Makes a copy of the migrated and seeded template, which is made once for all processes.
pub(super) async fn create_database(name: &str) -> Result<(), StoreError> {
    static TEMPLATE: OnceCell<(String, &'static str)> = OnceCell::const_new();
    let (template, strategy) = TEMPLATE
        .get_or_try_init(async || {
            let template = make_template().await?;
            let row =
                connect().await?.query_one("select current_setting('server_version_num')::int", &[]).await?;
            // Copying files beats logging every page, which is what PostgreSQL does since it can choose.
            let strategy = if row.get::<_, i32>(0) >= 150_000 { "strategy file_copy" } else { "" };
            Ok::<_, StoreError>((template, strategy))
        })
        .await?;
    run(&format!("create database {name} template {template} {strategy}")).await
}

async fn make_template() -> Result<String, StoreError> {
    let mut digest = Sha256::new();
    MIGRATIONS.iter().for_each(|migration| digest.update(migration.text));
    SEED_SOURCES.iter().for_each(|source| digest.update(source));
    let hash: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("portico_template_{hash}");

    let start = server().await?.files.start.clone();
    let _lock = blocking(move || locked(&start)).await?;
    let client = connect().await?;
    let found = client.query_opt("select 1 from pg_database where datname = $1", &[&name]).await?;
    if found.is_none() {
        let unfinished = format!("{name}_unfinished");
        client.batch_execute(&format!("drop database if exists {unfinished} with (force)")).await?;
        client.batch_execute(&format!("create database {unfinished}")).await?;
        super::prepare(&url(&unfinished).await?.parse()?).await?;
        let others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
        client.execute(others, &[&unfinished]).await?;
        client.batch_execute(&format!("alter database {unfinished} rename to {name}")).await?;
    }
    Ok(name)
}

async fn connect() -> Result<tokio_postgres::Client, StoreError> {
    let DbUrl::Postgres(url) = url("postgres").await?.parse()? else {
        return Err(StoreError::Url("PORTICO_TEST_POSTGRES_URL is not a PostgreSQL URL".to_owned()));
    };
    let (client, connection) = url.config.connect(tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn server() -> Result<&'static Server, StoreError> {
    static SERVER: OnceCell<Server> = OnceCell::const_new();
    SERVER.get_or_try_init(|| blocking(find_or_start)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(StoreError::unavailable)?;
    done.map_err(StoreError::unavailable)
}

fn find_or_start() -> Result<Server, String> {
    let user = own_user_id()?;
    let base = std::env::temp_dir().join(format!("portico-test-postgres-{user}"));
    let files = Files {
        folder: base.clone(),
        in_use: base.with_extension("in-use.lock"),
        start: base.with_extension("start.lock"),
    };
    if let Ok(text) = std::env::var("PORTICO_TEST_POSTGRES_URL") {
        let (path, query) =
            text.split_once('?').map_or((&*text, String::new()), |(p, q)| (p, format!("?{q}")));
        let scheme_end = path.find("://").ok_or("PORTICO_TEST_POSTGRES_URL has no scheme")? + 3;
        let before = path[scheme_end..].find('/').map_or(path, |at| &path[..scheme_end + at]);
        return Ok(Server { before_name: before.to_owned(), after_name: query, files, _in_use: None });
    }
    let in_use = open(&files.in_use)?;
    in_use.lock_shared().map_err(|error| format!("{}: {error}", files.in_use.display()))?;
    let _starting = locked(&files.start)?;
    if !answers(&files.folder) {
        start(&files, user == 0)?;
    }
    let socket = files.folder.display().to_string().replace('/', "%2F");
    let before_name = format!("postgres://postgres@{socket}");
    Ok(Server { before_name, after_name: String::new(), files, _in_use: Some(in_use) })
}

fn own_user_id() -> Result<u32, String> {
    let probe = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    Ok(probe.as_file().metadata().map_err(|error| error.to_string())?.uid())
}

fn open(path: &Path) -> Result<File, String> {
    let file = File::options().create(true).append(true).open(path);
    file.map_err(|error| format!("{}: {error}", path.display()))
}

fn locked(path: &Path) -> Result<File, String> {
    let file = open(path)?;
    file.lock().map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file)
}

fn answers(folder: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(folder.join(".s.PGSQL.5432")).is_ok()
}

fn start(files: &Files, as_root: bool) -> Result<(), String> {
    let binaries = find_binaries()?;
    let folder = &files.folder;
    let _ = std::fs::remove_dir_all(folder);
    let data = folder.join("data");
    let mut make = Command::new("install");
    make.args(["-d", "-m", "700"]);
    if as_root {
        make.args(["-o", "postgres", "-g", "postgres"]);
    }
    succeed(make.arg(folder))?;

    let mut initialize = as_server_user(&binaries.join("initdb"), as_root);
    initialize.arg("--pgdata").arg(&data);
    succeed(initialize.args([
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]))?;

    let server = as_server_user(&binaries.join("postgres"), as_root);
    let mut guard = Command::new("sh");
    guard.args(["-c", GUARD, "portico-test-postgres"]).arg(&files.in_use).arg(folder);
    guard.arg(server.get_program()).args(server.get_args());
    guard.arg("-D").arg(&data).arg("-k").arg(folder);
    for setting in [
        "listen_addresses=",
        "port=5432",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=400",
        "shared_buffers=64MB",
        "autovacuum=off",
    ] {
        guard.arg("-c").arg(setting);
    }
    guard.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/").process_group(0);
    guard.spawn().map_err(|error| format!("the PostgreSQL guard: {error}"))?;
    for _ in 0..600 {
        // Answering a socket comes before answering queries; `pg_isready` knows the difference.
        let ready =
            Command::new(binaries.join("pg_isready")).arg("--quiet").arg("--host").arg(folder).status();
        if ready.is_ok_and(|status| status.success()) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    Err(format!("PostgreSQL did not start: {log}"))
}

fn as_server_user(program: &Path, as_root: bool) -> Command {
    if !as_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The folder with `initdb` and `postgres`: on the search path, or the newest where Debian puts them.
fn find_binaries() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    installed.sort();
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).exists());
    std::env::split_paths(&path)
        .find(complete)
        .or_else(|| installed.into_iter().rev().find(complete))
        .ok_or_else(|| "no PostgreSQL found: install its server or set PORTICO_TEST_POSTGRES_URL".to_owned())
}
