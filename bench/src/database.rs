//! A database of the run's own, with the settings it would have in production: commits are durable.

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum;
use std::{
    fmt,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A kind of database.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A temporary cluster with the settings of `initdb`.
    Postgres,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A database that is removed with this value.
pub struct Database {
    /// Its address.
    pub url: String,
    cluster: Option<Child>,
    _folder: TempDir,
}

impl Database {
    /// An empty database.
    pub fn new(kind: Kind) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        match kind {
            Kind::Sqlite => {
                let url = format!("sqlite://{}", folder.path().join("portico.db").display());
                Ok(Self { url, cluster: None, _folder: folder })
            }
            Kind::Postgres => start_cluster(folder),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(cluster) = &mut self.cluster {
            // SIGINT is PostgreSQL's fast shutdown; the folder goes afterwards.
            let _ = Command::new("kill").args(["-INT", &cluster.id().to_string()]).status();
            let _ = cluster.wait();
        }
    }
}

fn start_cluster(folder: TempDir) -> Result<Database> {
    let binaries = find_binaries()?;
    // PostgreSQL refuses to run as root.
    let account = if is_root()? { Some(account_ids("postgres")?) } else { None };
    let command = |program: &str| {
        let mut command = Command::new(binaries.join(program));
        if let Some((user, group)) = account {
            command.uid(user).gid(group);
        }
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        command
    };
    if let Some((user, group)) = account {
        chown(folder.path(), Some(user), Some(group))?;
    }
    let data = folder.path().join("data");
    let status = command("initdb")
        .args(["--auth=trust", "--username=portico", "--encoding=UTF8", "--no-locale", "--pgdata"])
        .arg(&data)
        .status()?;
    ensure!(status.success(), "initdb failed");
    let port = crate::setup::free_port()?;
    let cluster = command("postgres")
        .arg("-D")
        .arg(&data)
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-k"])
        .arg(folder.path())
        .stderr(Stdio::null())
        .spawn()?;
    let mut database = Database {
        url: format!("postgres://portico@127.0.0.1:{port}/postgres"),
        cluster: Some(cluster),
        _folder: folder,
    };
    wait_until_ready(&mut database, port, &binaries)?;
    Ok(database)
}

fn wait_until_ready(database: &mut Database, port: u16, binaries: &Path) -> Result<()> {
    let started = Instant::now();
    loop {
        let ready = Command::new(binaries.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status()?;
        if ready.success() {
            return Ok(());
        }
        ensure!(started.elapsed() < START_TIMEOUT, "PostgreSQL does not answer");
        if let Some(cluster) = &mut database.cluster
            && let Some(status) = cluster.try_wait()?
        {
            bail!("PostgreSQL ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The newest version where Debian puts them, or the search path's.
fn find_binaries() -> Result<PathBuf> {
    let is_complete =
        |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).exists());
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(is_complete)
        .collect();
    versions.sort();
    let on_path = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).find(|folder| is_complete(folder))
    };
    versions.pop().or_else(on_path).context("PostgreSQL is not installed: --database sqlite leaves it out")
}

fn is_root() -> Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}

/// User and group id of an account.
fn account_ids(name: &str) -> Result<(u32, u32)> {
    let accounts = std::fs::read_to_string("/etc/passwd")?;
    let fields: Vec<&str> = accounts
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&name))
        .with_context(|| format!("no account {name}"))?;
    let id = |index: usize| -> Result<u32> { Ok(fields.get(index).context("passwd")?.parse()?) };
    Ok((id(2)?, id(3)?))
}
