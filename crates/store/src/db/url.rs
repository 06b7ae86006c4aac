//! Where the database is.

use std::path::PathBuf;
use std::str::FromStr;

use super::StoreError;

/// The location of a database: `sqlite:///absolute/path`, `sqlite://relative/path`, a plain file path, or
/// `postgres://…` as PostgreSQL's own clients take it.
#[derive(Clone)]
pub enum DbUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Box<PostgresUrl>),
}

/// A server and how far to trust the way to it.
#[derive(Clone)]
pub struct PostgresUrl {
    pub(crate) config: tokio_postgres::Config,
    pub(super) tls: Tls,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    /// `sslmode=disable`, also when the URL says nothing.
    Disabled,
    /// `sslmode=require`, `verify-ca` or `verify-full`: the certificate and host name are always verified,
    /// against `sslrootcert` or the system's roots.
    Verified { root_certificates: Option<PathBuf> },
}

impl FromStr for DbUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            return sqlite(path);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return postgres(text);
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(StoreError::Url(format!("unknown scheme {scheme}")));
        }
        sqlite(text)
    }
}

fn sqlite(path: &str) -> Result<DbUrl, StoreError> {
    if path.is_empty() || path.contains('\0') {
        return Err(StoreError::Url("an SQLite database needs a file path".to_owned()));
    }
    Ok(DbUrl::Sqlite(PathBuf::from(path)))
}

/// Takes `sslmode` and `sslrootcert` out of the query, as tokio-postgres knows only part of the former and
/// nothing of the latter.
fn postgres(text: &str) -> Result<DbUrl, StoreError> {
    let (base, query) = text.split_once('?').unwrap_or((text, ""));
    let mut mode = None;
    let mut root_certificates = None;
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value),
            Some(("sslrootcert", value)) => root_certificates = Some(PathBuf::from(value)),
            _ => kept.push(pair),
        }
    }
    let tls = match mode {
        None | Some("disable") => Tls::Disabled,
        Some("require" | "verify-ca" | "verify-full") => Tls::Verified { root_certificates },
        Some(other) => {
            let reason = format!("sslmode={other}: use disable, require or verify-full");
            return Err(StoreError::Url(reason));
        }
    };
    let url = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    // The error of the parser may quote the URL, and with it the password.
    let mut config = tokio_postgres::Config::from_str(&url)
        .map_err(|_| StoreError::Url("not a PostgreSQL URL".to_owned()))?;
    config.ssl_mode(match tls {
        Tls::Disabled => tokio_postgres::config::SslMode::Disable,
        Tls::Verified { .. } => tokio_postgres::config::SslMode::Require,
    });
    if config.get_application_name().is_none() {
        config.application_name("portico");
    }
    Ok(DbUrl::Postgres(Box::new(PostgresUrl { config, tls })))
}

impl std::fmt::Debug for DbUrl {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => write!(
                f,
                "postgres://{:?}/{}",
                url.config.get_hosts(),
                url.config.get_dbname().unwrap_or_default()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_servers_are_told_apart() {
        let path = |text: &str| match text.parse::<DbUrl>().unwrap() {
            DbUrl::Sqlite(path) => path.display().to_string(),
            DbUrl::Postgres(_) => panic!("a file expected"),
        };
        assert_eq!(path("sqlite:///var/lib/portico.db"), "/var/lib/portico.db");
        assert_eq!(path("sqlite://portico.db"), "portico.db");
        assert_eq!(path("data/portico.db"), "data/portico.db");
        assert!("mysql://localhost/x".parse::<DbUrl>().is_err());
        assert!("".parse::<DbUrl>().is_err());
    }

    #[test]
    fn tls_is_verified_or_off() {
        let tls = |text: &str| match text.parse::<DbUrl>().unwrap() {
            DbUrl::Postgres(url) => url.tls,
            DbUrl::Sqlite(_) => panic!("a server expected"),
        };
        assert_eq!(tls("postgres://u:p@h/d"), Tls::Disabled);
        assert_eq!(tls("postgresql://u:p@h/d?sslmode=require"), Tls::Verified { root_certificates: None });
        assert_eq!(
            tls("postgres://u:p@h/d?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=5"),
            Tls::Verified { root_certificates: Some("/ca.pem".into()) }
        );
        assert!("postgres://u:p@h/d?sslmode=prefer".parse::<DbUrl>().is_err());
    }

    #[test]
    fn the_password_is_never_shown() {
        let url = "postgres://u:secret-word@h/d".parse::<DbUrl>().unwrap();
        assert!(!format!("{url:?}").contains("secret-word"));
        assert!(
            !"postgres://u:secret-word@h:port/d".parse::<DbUrl>().unwrap_err().to_string().contains("secret")
        );
    }
}
