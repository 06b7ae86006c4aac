//! Errors of the store, equal for both databases.

use std::sync::Arc;

/// What can go wrong in the store. Cheap to clone: every job of a failed group commit receives it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A row that had to exist does not.
    #[error("no such row")]
    NotFound,
    /// A unique constraint or index refused the row.
    #[error("a row of {table} with the same {} exists", columns.join(", "))]
    UniqueViolation {
        /// The table.
        table: String,
        /// The columns; for an index over an expression, the part of its name after `<table>__`.
        columns: Vec<String>,
    },
    /// A referenced row is missing, or a row that others refer to was to be deleted.
    #[error("a reference to a missing row")]
    ForeignKeyViolation,
    /// A check refused the row.
    #[error("the check {constraint} refused a row")]
    CheckViolation {
        /// The constraint's name.
        constraint: String,
    },
    /// A column that needs a value was to become NULL.
    #[error("{table}.{column} needs a value")]
    NotNullViolation {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Text of the caller holds a NUL character, which cannot be stored and is therefore found nowhere.
    #[error("text must not hold a NUL character")]
    NulCharacter,
    /// Arguments that do not fit the statement.
    #[error("invalid argument: {0}")]
    Argument(String),
    /// A search pattern of the caller cannot be used.
    #[error("the pattern is not understood: {0}")]
    InvalidPattern(String),
    /// A column is missing or holds something else than asked for.
    #[error("column {column}: {reason}")]
    Decode {
        /// The column.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// A statement of this transaction failed before; nothing of it can be committed.
    #[error("the transaction was aborted by an earlier error")]
    Aborted,
    /// A write job awaited something other than the store.
    #[error("a transaction may only await the store")]
    ForeignAwait,
    /// The database cannot be reached, is locked by another process, full or shut down.
    #[error("the database is unavailable: {0}")]
    Unavailable(Arc<str>),
    /// The location of the database is not understood.
    #[error("the database URL is not understood: {0}")]
    Url(String),
    /// The stored schema and the program's migrations do not fit together.
    #[error("migration: {0}")]
    Migration(String),
    /// Any other answer of the database.
    #[error("database: {0}")]
    Database(Arc<str>),
}

impl StoreError {
    /// Whether a unique constraint over this column (besides the tenant) refused the row.
    pub fn is_unique_violation_of(&self, column: &str) -> bool {
        matches!(self, Self::UniqueViolation { columns, .. } if columns.iter().any(|name| name == column))
    }

    pub(crate) fn unavailable(cause: impl ToString) -> Self {
        Self::Unavailable(cause.to_string().into())
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return Self::Database(error.to_string().into());
        };
        let message = message.as_deref().unwrap_or_default();
        if let Some(reason) = message.strip_prefix(crate::pattern::FAILURE) {
            return Self::InvalidPattern(reason.to_owned());
        }
        let detail = message.split_once(": ").map_or("", |(_, detail)| detail);
        match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => sqlite_unique(detail),
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::ForeignKeyViolation,
            ffi::SQLITE_CONSTRAINT_CHECK => Self::CheckViolation { constraint: detail.to_owned() },
            ffi::SQLITE_CONSTRAINT_NOTNULL => {
                let (table, column) = detail.split_once('.').unwrap_or(("", detail));
                Self::NotNullViolation { table: table.to_owned(), column: column.to_owned() }
            }
            _ => match failure.code {
                rusqlite::ErrorCode::DatabaseBusy
                | rusqlite::ErrorCode::DatabaseLocked
                | rusqlite::ErrorCode::DiskFull
                | rusqlite::ErrorCode::CannotOpen
                | rusqlite::ErrorCode::SystemIoFailure => Self::unavailable(error),
                _ => Self::Database(error.to_string().into()),
            },
        }
    }
}

/// `users.tenant_id, users.username`, or `index 'users__name'` when the index holds an expression.
fn sqlite_unique(detail: &str) -> StoreError {
    if let Some(index) = detail.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        return expression_index(index);
    }
    let columns = detail.split(", ").map(|part| part.split_once('.').unwrap_or(("", part)));
    StoreError::UniqueViolation {
        table: detail.split_once('.').map_or("", |(table, _)| table).to_owned(),
        columns: columns.map(|(_, column)| column.to_owned()).collect(),
    }
}

fn expression_index(name: &str) -> StoreError {
    let (table, label) = name.split_once("__").unwrap_or(("", name));
    StoreError::UniqueViolation { table: table.to_owned(), columns: vec![label.to_owned()] }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(answer) = error.as_db_error() else {
            // A binding error is a mistake of ours; everything else here is the connection.
            return if error.to_string().contains("serializing parameter") {
                Self::Argument(with_source(&error))
            } else {
                Self::unavailable(with_source(&error))
            };
        };
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        match *answer.code() {
            SqlState::UNIQUE_VIOLATION => postgres_unique(answer),
            SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => Self::ForeignKeyViolation,
            SqlState::CHECK_VIOLATION => Self::CheckViolation { constraint: text(answer.constraint()) },
            SqlState::NOT_NULL_VIOLATION => {
                Self::NotNullViolation { table: text(answer.table()), column: text(answer.column()) }
            }
            SqlState::INVALID_REGULAR_EXPRESSION
            | SqlState::INVALID_ESCAPE_SEQUENCE
            | SqlState::INVALID_ESCAPE_CHARACTER => Self::InvalidPattern(answer.message().to_owned()),
            SqlState::IN_FAILED_SQL_TRANSACTION => Self::Aborted,
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::TOO_MANY_CONNECTIONS
            | SqlState::DISK_FULL => Self::unavailable(answer),
            _ => Self::Database(answer.to_string().into()),
        }
    }
}

/// The detail reads `Key (tenant_id, username)=(…) already exists.`; an index over an expression shows the
/// expression there, so its name is used instead, as SQLite does.
fn postgres_unique(answer: &tokio_postgres::error::DbError) -> StoreError {
    let key = answer
        .detail()
        .and_then(|detail| detail.strip_prefix("Key ("))
        .and_then(|rest| rest.split_once(")=("));
    match key {
        Some((columns, _)) if !columns.contains(['(', '>']) => StoreError::UniqueViolation {
            table: answer.table().unwrap_or_default().to_owned(),
            columns: columns.split(", ").map(str::to_owned).collect(),
        },
        _ => expression_index(answer.constraint().unwrap_or_default()),
    }
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => Self::unavailable(with_source(&error)),
            error => Self::unavailable(error),
        }
    }
}

fn with_source(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
