//! Configuration: defaults, then environment variables, then flags. Nothing below `server` reads either.
//!
//! The names are Logto's where it has them (`docs/config.md` lists all).

use crate::{storage_config::StorageConfig, tls};
use anyhow::{Context, Result, bail};
use clap::{ArgAction, Args};
use jiff::tz::TimeZone;
use portico_connectors::http::OutboundPolicy;
use portico_crypto::seal::Kek;
use portico_identity::Settings;
use std::{path::PathBuf, sync::Arc};
use url::Url;

/// Settings of a running server.
#[derive(Args, Clone, Debug)]
pub struct ServerConfig {
    /// Port of the core listener: OpenID provider, APIs and sign-in pages of the user tenant.
    #[arg(long, env = "PORT", default_value_t = 3001)]
    pub port: u16,
    /// Port of the admin listener: the same for the admin tenant, and the Console.
    #[arg(long, env = "ADMIN_PORT", default_value_t = 3002)]
    pub admin_port: u16,
    /// Address to listen on.
    #[arg(long, env = "HOST", default_value = "::")]
    pub host: String,
    /// Public address of the core listener; `http://localhost:<PORT>` when absent.
    #[arg(long, env = "ENDPOINT")]
    pub endpoint: Option<Url>,
    /// Public address of the admin listener; `http://localhost:<ADMIN_PORT>` when absent.
    #[arg(long, env = "ADMIN_ENDPOINT")]
    pub admin_endpoint: Option<Url>,
    /// Certificate chain in PEM; with `HTTPS_KEY_PATH` both listeners speak HTTPS.
    #[arg(long, env = "HTTPS_CERT_PATH", requires = "https_key_path")]
    pub https_cert_path: Option<PathBuf>,
    /// Private key in PEM.
    #[arg(long, env = "HTTPS_KEY_PATH", requires = "https_cert_path")]
    pub https_key_path: Option<PathBuf>,
    /// Do not listen on the admin port (the Console is then unavailable).
    #[arg(long, env = "ADMIN_DISABLE_LOCALHOST", value_parser = parse_flag, default_value = "false", action = ArgAction::Set)]
    pub admin_disable_localhost: bool,
    /// Trust `X-Forwarded-Proto`, `-Host` and `-For` of the proxy in front.
    #[arg(long, env = "TRUST_PROXY_HEADER", value_parser = parse_flag, default_value = "false", action = ArgAction::Set)]
    pub trust_proxy_header: bool,
    /// Value of the `logto-status-api-key` header that makes `/api/status` name the tenant.
    #[arg(long, env = "STATUS_API_KEY", hide_env_values = true)]
    pub status_api_key: Option<String>,
    /// Base64 key of 32 bytes that seals the tokens of third parties.
    #[arg(long, env = "SECRET_VAULT_KEK", hide_env_values = true)]
    pub secret_vault_kek: Option<String>,
    /// Read the key from a file instead.
    #[arg(long, env = "SECRET_VAULT_KEK_FILE", conflicts_with = "secret_vault_kek")]
    pub secret_vault_kek_file: Option<PathBuf>,
    /// Let connectors and webhooks reach private and loopback addresses. Only for development and for
    /// networks in which every operator of the Console may reach them anyway.
    #[arg(long, env = "OUTBOUND_ALLOW_PRIVATE", value_parser = parse_flag, default_value = "false", action = ArgAction::Set)]
    pub outbound_allow_private: bool,
    /// Hosts, addresses and networks that outbound requests may reach besides public ones: `10.1.0.0/16`,
    /// `idp.internal`, `*.corp.example`; separated by commas.
    #[arg(long, env = "OUTBOUND_ALLOW_LIST", value_delimiter = ',')]
    pub outbound_allow_list: Vec<String>,
    /// Host name that custom domains are pointed at; without it no custom domains can be added.
    #[arg(long, env = "CUSTOM_DOMAIN_TARGET")]
    pub custom_domain_target: Option<String>,
    /// Ask the breached-password service (k-anonymity: five characters of a hash leave the machine).
    #[arg(long, env = "BREACHED_PASSWORD_CHECK", value_parser = parse_flag, default_value = "true", action = ArgAction::Set)]
    pub breached_password_check: bool,
    /// Threads that hash passwords; as many as cores when absent.
    #[arg(long, env = "PASSWORD_HASHING_THREADS")]
    pub password_hashing_threads: Option<usize>,
    /// Days that audit log entries are kept; forever when absent.
    #[arg(long, env = "AUDIT_LOG_RETENTION_DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub audit_log_retention_days: Option<u32>,
    /// Where uploaded files are kept.
    #[command(flatten)]
    pub storage: StorageConfig,
    /// Only in builds with the feature `peer-suite`: behave as compatibility runs expect.
    #[arg(long, env = "INTEGRATION_TEST", value_parser = parse_flag, default_value = "false", action = ArgAction::Set, hide = true)]
    pub integration_test: bool,
}

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct DatabaseConfig {
    /// `sqlite://path` or `postgres://…`.
    #[arg(
        long = "db-url",
        alias = "db",
        env = "DB_URL",
        default_value = "sqlite://data/portico.db",
        global = true,
        hide_env_values = true
    )]
    pub db_url: String,
    /// Read the address from a file instead.
    #[arg(long, env = "DB_URL_FILE", global = true)]
    pub db_url_file: Option<PathBuf>,
    /// Most connections to PostgreSQL.
    #[arg(long, env = "DATABASE_POOL_SIZE", default_value_t = 20, global = true)]
    pub database_pool_size: usize,
}

impl DatabaseConfig {
    /// The address, from its file when one is named.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn url(&self) -> Result<String> {
        match &self.db_url_file {
            Some(path) => read_secret(path),
            None => Ok(self.db_url.clone()),
        }
    }
}

impl ServerConfig {
    /// Public address of the core listener.
    ///
    /// # Errors
    /// When the configured address cannot be one.
    pub fn endpoint(&self) -> Result<Url> {
        self.endpoint_or_localhost(self.endpoint.as_ref(), self.port, "ENDPOINT")
    }

    /// Public address of the admin listener.
    ///
    /// # Errors
    /// When the configured address cannot be one.
    pub fn admin_endpoint(&self) -> Result<Url> {
        self.endpoint_or_localhost(self.admin_endpoint.as_ref(), self.admin_port, "ADMIN_ENDPOINT")
    }

    fn endpoint_or_localhost(&self, configured: Option<&Url>, port: u16, name: &str) -> Result<Url> {
        let url = match configured {
            Some(url) => url.clone(),
            None => {
                let scheme = if self.is_tls() { "https" } else { "http" };
                Url::parse(&format!("{scheme}://localhost:{port}"))?
            }
        };
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            bail!("{name} must be an http or https address without query and fragment");
        }
        Ok(url)
    }

    /// Whether the listeners speak HTTPS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.https_cert_path.is_some() && self.https_key_path.is_some()
    }

    /// Certificate and key of the listeners, when they speak HTTPS.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn tls(&self) -> Result<Option<Arc<rustls::ServerConfig>>> {
        match (&self.https_cert_path, &self.https_key_path) {
            (Some(certificate), Some(key)) => tls::server_config(certificate, key).map(Some),
            _ => Ok(None),
        }
    }

    /// The facts that use cases need.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            trust_proxy_header: self.trust_proxy_header,
            is_tls: self.is_tls(),
            status_api_key: self.status_api_key.clone(),
            check_breached_passwords: self.breached_password_check,
            // No such proxy exists yet; a compatibility run does without one.
            protected_app_domain: self.is_compatibility_run().then(String::new),
            custom_domain_target: self.custom_domain_target(),
            outbound_allow_private: self.outbound_allow_private,
            // `TZ`, or what the system is set to.
            time_zone: Some(TimeZone::system()),
            audit_log_retention_days: self.audit_log_retention_days,
            is_integration_test: self.is_compatibility_run(),
        }
    }

    fn custom_domain_target(&self) -> Option<String> {
        let target = self.custom_domain_target.as_ref().map(|target| target.to_ascii_lowercase());
        target.or_else(|| self.is_compatibility_run().then(|| "domains.invalid".to_owned()))
    }

    pub(crate) const fn is_compatibility_run(&self) -> bool {
        cfg!(feature = "peer-suite") && self.integration_test
    }

    /// The key that seals the tokens of third parties.
    ///
    /// # Errors
    /// When it cannot be read or is no key.
    pub fn kek(&self) -> Result<Option<Kek>> {
        let text = match &self.secret_vault_kek_file {
            Some(path) => Some(read_secret(path)?),
            None => self.secret_vault_kek.clone(),
        };
        text.map(|text| Kek::from_base64(&text).context("SECRET_VAULT_KEK is not a base64 key of 32 bytes"))
            .transpose()
    }

    /// Which addresses outbound requests may reach.
    ///
    /// # Errors
    /// When an entry of the list is not understood.
    pub fn outbound_policy(&self) -> Result<OutboundPolicy> {
        let entries = self.outbound_allow_list.iter().filter(|entry| !entry.trim().is_empty());
        let allow_list = entries
            .map(|entry| entry.trim().parse().with_context(|| format!("OUTBOUND_ALLOW_LIST entry {entry:?}")))
            .collect::<Result<_>>()?;
        Ok(OutboundPolicy { allow_private: self.outbound_allow_private, allow_list })
    }
}

fn read_secret(path: &std::path::Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim().to_owned())
}

/// Logto's booleans: `1 true y yes yep yeah`; anything else is false.
#[allow(clippy::unnecessary_wraps, reason = "the signature of a clap parser")]
fn parse_flag(text: &str) -> Result<bool, std::convert::Infallible> {
    let text = text.trim().to_ascii_lowercase();
    Ok(matches!(text.as_str(), "1" | "true" | "y" | "yes" | "yep" | "yeah"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        server: ServerConfig,
    }

    #[test]
    fn the_addresses_follow_the_ports() {
        let config = Cli::parse_from(["portico", "--port", "4001"]).server;
        assert_eq!(config.endpoint().unwrap().as_str(), "http://localhost:4001/");
        assert_eq!(config.admin_endpoint().unwrap().as_str(), "http://localhost:3002/");
    }

    #[test]
    fn refuses_an_endpoint_that_is_no_web_address() {
        let config = Cli::parse_from(["portico", "--endpoint", "ftp://example.com"]).server;
        assert!(config.endpoint().is_err());
    }

    #[test]
    fn a_release_build_cannot_be_talked_into_test_behaviour() {
        let config = Cli::parse_from(["portico", "--integration-test", "true"]).server;
        assert_eq!(config.settings().is_integration_test, cfg!(feature = "peer-suite"));
    }

    #[test]
    fn reads_booleans_as_documented() {
        for (text, value) in
            [("YES", true), ("1", true), ("yeah", true), ("on", false), ("0", false), ("", false)]
        {
            assert_eq!(parse_flag(text), Ok(value), "{text}");
        }
    }
}
