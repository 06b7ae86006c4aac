//! `portico apps`.

use crate::{
    config::DatabaseConfig,
    start::{offline_app, open_database},
};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use portico_identity::applications;
use portico_model::{ApplicationType, TenantId};
use portico_store::StoreError;
use serde_json::json;
use std::io::Write as _;

/// Commands about applications of the user tenant.
#[derive(Subcommand, Debug)]
pub enum AppsCommand {
    /// Create an application and print its id and secret.
    Create {
        /// Display name.
        #[arg(long)]
        name: String,
        /// `Native`, `SPA`, `Traditional` or `MachineToMachine`.
        #[arg(long = "type", value_parser = parse_type)]
        kind: ApplicationType,
        /// Let a machine-to-machine application call the Management API.
        #[arg(long)]
        management_api: bool,
        /// Redirect URI; may be given several times.
        #[arg(long)]
        redirect_uri: Vec<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

fn parse_type(text: &str) -> Result<ApplicationType, String> {
    match text.parse() {
        Ok(
            kind @ (ApplicationType::Native
            | ApplicationType::Spa
            | ApplicationType::Traditional
            | ApplicationType::MachineToMachine),
        ) => Ok(kind),
        _ => Err("must be Native, SPA, Traditional or MachineToMachine".to_owned()),
    }
}

impl AppsCommand {
    pub async fn run(self, database: &DatabaseConfig) -> Result<()> {
        let Self::Create { name, kind, management_api, redirect_uri, json } = self;
        if management_api && kind != ApplicationType::MachineToMachine {
            bail!("--management-api is for --type MachineToMachine");
        }
        if name.is_empty() || name.chars().count() > 256 {
            bail!("--name must have 1 to 256 characters");
        }
        for uri in &redirect_uri {
            url::Url::parse(uri).with_context(|| format!("--redirect-uri {uri}"))?;
        }
        let db = open_database(database).await?;
        let app = offline_app(db.clone())?;
        let ctx = app.ctx(&TenantId::default_tenant()).context("the default tenant is missing")?;
        let mut application = applications::new_application(&ctx.tenant.id, &name, kind, ctx.now_ms());
        application.oidc_client_metadata.redirect_uris = redirect_uri;
        let created = application.clone();
        let secret = ctx
            .write_settings(move |tx| {
                Box::pin(async move {
                    let secret = applications::insert(tx, &application).await?;
                    if management_api {
                        let tenant = TenantId::new(&application.tenant_id);
                        applications::grant_management_api(tx, &tenant, &application.id).await?;
                    }
                    Ok::<_, StoreError>(secret)
                })
            })
            .await?
            .map(|secret| secret.value);
        db.close().await;
        let mut out = std::io::stdout().lock();
        if json {
            let answer =
                json!({ "id": created.id, "name": created.name, "type": created.kind, "secret": secret });
            writeln!(out, "{answer}")?;
        } else {
            writeln!(out, "Application  {}\nApp id       {}", created.name, created.id)?;
            if let Some(secret) = secret {
                writeln!(out, "App secret   {secret}")?;
            }
        }
        Ok(())
    }
}
