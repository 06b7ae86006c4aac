//! `portico users`.

use super::import::{ImportOptions, Progress, import};
use crate::{
    config::DatabaseConfig,
    start::{offline_app, open_database},
};
use anyhow::{Context as _, Result, anyhow, bail};
use clap::Subcommand;
use portico_crypto::id;
use portico_identity::{username_policy, users};
use portico_model::{TenantId, User};
use serde_json::json;
use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

/// Commands about users.
#[derive(Subcommand, Debug)]
pub enum UsersCommand {
    /// Create a user and print its id.
    Create {
        /// Username.
        #[arg(long)]
        username: String,
        /// Display name.
        #[arg(long)]
        name: Option<String>,
        /// Read the password from standard input; without it the user has none.
        #[arg(long)]
        password_stdin: bool,
        /// Create an administrator of the Console instead of a user of your applications.
        #[arg(long)]
        admin: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Bring users in from a file of JSON lines, with the digests of their passwords (docs/importing-users.md).
    Import {
        /// The file; `-` is standard input.
        file: PathBuf,
        /// Say what would happen, and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// First line to import, to go on where an import stopped.
        #[arg(long, default_value_t = 1)]
        from_line: u64,
        /// Lines in one transaction.
        #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=1000))]
        batch_size: u16,
        /// Write refused lines to this file instead of standard error, a JSON object each.
        #[arg(long)]
        errors: Option<PathBuf>,
    },
}

/// Longest password read from standard input, in bytes.
const MAX_PASSWORD_BYTES: u64 = 4096;

impl UsersCommand {
    pub async fn run(self, database: &DatabaseConfig) -> Result<()> {
        let (username, name, password_stdin, admin, json) = match self {
            Self::Create { username, name, password_stdin, admin, json } => {
                (username, name, password_stdin, admin, json)
            }
            Self::Import { file, dry_run, from_line, batch_size, errors } => {
                let options = ImportOptions { batch_size: batch_size.into(), from_line, dry_run };
                return import_file(database, &file, errors.as_deref(), options).await;
            }
        };
        let password = if password_stdin { Some(read_password()?) } else { None };
        let db = open_database(database).await?;
        let app = offline_app(db.clone())?;
        let tenant = if admin { TenantId::admin_tenant() } else { TenantId::default_tenant() };
        let ctx = app.ctx(&tenant).context("the tenant is missing")?;
        let snapshot = ctx.snapshot().await?;
        username_policy::check(&snapshot.sign_in_experience.username_policy, &username)
            .map_err(|error| anyhow!("--username: {error}"))?;
        let mut user = User::new(tenant.as_str(), id::short_id(), ctx.now_ms());
        user.username = Some(username);
        user.name = name;
        if let Some(password) = password {
            let hash = app.passwords.hash(&password).await?;
            user.password_encryption_method = Some(hash.method.as_str().parse()?);
            user.password_encrypted = Some(hash.encoded);
            user.password_updated_at = Some(ctx.now_ms());
        }
        let created = user.clone();
        ctx.write_settings(move |tx| {
            Box::pin(async move {
                if admin {
                    users::insert_administrator(tx, &tenant, &user).await
                } else {
                    users::insert_registered(tx, &tenant, &user).await
                }
            })
        })
        .await
        .map_err(|error| anyhow!("the user was not created: {error}"))?;
        db.close().await;
        let mut out = std::io::stdout().lock();
        if json {
            let answer =
                json!({ "id": created.id, "username": created.username, "tenantId": created.tenant_id });
            writeln!(out, "{answer}")?;
        } else {
            writeln!(out, "User id  {}", created.id)?;
        }
        Ok(())
    }
}

async fn import_file(
    database: &DatabaseConfig,
    file: &Path,
    errors: Option<&Path>,
    options: ImportOptions,
) -> Result<()> {
    let is_stdin = file.as_os_str() == "-";
    let named = |path: &Path| path.display().to_string();
    let mut total = None;
    let input: Box<dyn BufRead> = if is_stdin {
        Box::new(std::io::stdin().lock())
    } else {
        let opened = File::open(file).with_context(|| named(file))?;
        total = Some(opened.metadata()?.len());
        Box::new(BufReader::new(opened))
    };
    let mut faults: Box<dyn Write + Send> = match errors {
        Some(path) => Box::new(BufWriter::new(File::create(path).with_context(|| named(path))?)),
        None => Box::new(std::io::stderr()),
    };
    let db = open_database(database).await?;
    let app = offline_app(db.clone())?;
    let ctx = app.ctx(&TenantId::default_tenant()).context("the tenant is missing")?;
    let progress = Progress::on_stderr(total)?;
    let result = import(&ctx, input, &mut *faults, options, &progress).await;
    db.close().await;
    let summary = result?;
    let done = progress.finish(&summary);
    writeln!(
        std::io::stdout(),
        "{done}{}",
        if options.dry_run { " (dry run: nothing was written)" } else { "" }
    )?;
    if summary.failed > 0 {
        bail!("{} lines were refused", summary.failed);
    }
    Ok(())
}

/// The password on standard input; the line break of an `echo` is not part of it.
fn read_password() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().take(MAX_PASSWORD_BYTES).read_to_string(&mut text).context("standard input")?;
    let password =
        text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if password.is_empty() {
        bail!("standard input holds no password");
    }
    Ok(password.to_owned())
}
