//! Rows and what can be read from them.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use tokio_postgres::types::{FromSql, Type};

use super::StoreError;

/// A result column.
#[derive(Debug)]
pub(crate) struct Column {
    pub name: Box<str>,
}

/// One row of a result.
#[derive(Debug)]
pub struct Row {
    pub(super) columns: Arc<[Column]>,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    Sqlite(Vec<rusqlite::types::Value>),
    Postgres(tokio_postgres::Row),
}

/// A column's value, borrowed from its row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// SQL NULL.
    Null,
    /// A boolean; SQLite gives an integer instead.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// JSON text; SQLite gives plain text instead.
    Json(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// Reads the value, or says why it cannot.
    fn from_value(value: Value<'_>) -> Result<Self, String>;
}

impl Row {
    /// The named column.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T, StoreError> {
        let index = self.columns.iter().position(|column| &*column.name == name);
        let index = index.ok_or_else(|| decode_error(name, "not in the result"))?;
        T::from_value(self.value(index)?).map_err(|reason| decode_error(name, reason))
    }

    /// The named JSON column as any deserializable type; NULL reads as JSON `null`.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, StoreError> {
        self.get::<Json<T>>(name).map(|json| json.0)
    }

    /// The column at a position, for rows whose columns a macro listed.
    pub(crate) fn at<T: FromValue>(&self, index: usize) -> Result<T, StoreError> {
        let name = self.columns.get(index).map_or("", |column| &*column.name);
        T::from_value(self.value(index)?).map_err(|reason| decode_error(name, reason))
    }

    pub(super) fn value(&self, index: usize) -> Result<Value<'_>, StoreError> {
        use rusqlite::types::Value as Sqlite;
        Ok(match &self.source {
            Source::Postgres(row) => row.try_get::<_, Raw<'_>>(index).map_err(StoreError::from)?.0,
            Source::Sqlite(values) => match values.get(index).unwrap_or(&Sqlite::Null) {
                Sqlite::Null => Value::Null,
                Sqlite::Integer(value) => Value::Integer(*value),
                Sqlite::Real(value) => Value::Real(*value),
                Sqlite::Text(text) => Value::Text(text),
                Sqlite::Blob(bytes) => Value::Bytes(bytes),
            },
        })
    }
}

pub(super) fn decode_error(column: &str, reason: impl ToString) -> StoreError {
    StoreError::Decode { column: column.to_owned(), reason: reason.to_string() }
}

/// JSON of a column as a typed value.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        let text = match value {
            Value::Json(text) | Value::Text(text) => text,
            Value::Null => "null",
            other => return unexpected(other, "JSON"),
        };
        serde_json::from_str(text).map(Self).map_err(|error| error.to_string())
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        Json::from_value(value).map(|json| json.0)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Bool(value) => Ok(value),
            Value::Integer(value @ (0 | 1)) => Ok(value == 1),
            other => unexpected(other, "a boolean"),
        }
    }
}

impl FromValue for i64 {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        if let Value::Integer(value) = value { Ok(value) } else { unexpected(value, "an integer") }
    }
}

impl FromValue for f64 {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        if let Value::Real(value) = value { Ok(value) } else { unexpected(value, "a number") }
    }
}

impl FromValue for String {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Text(text) | Value::Json(text) => Ok(text.to_owned()),
            other => unexpected(other, "text"),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        if let Value::Bytes(bytes) = value { Ok(bytes.to_owned()) } else { unexpected(value, "bytes") }
    }
}

fn unexpected<T>(found: Value<'_>, wanted: &str) -> Result<T, String> {
    // The value itself may be a secret.
    let kind = match found {
        Value::Null => "NULL",
        Value::Bool(_) => "a boolean",
        Value::Integer(_) => "an integer",
        Value::Real(_) => "a number",
        Value::Text(_) => "text",
        Value::Json(_) => "JSON",
        Value::Bytes(_) => "bytes",
    };
    Err(format!("{wanted} expected, {kind} found"))
}

/// Any of our column types in PostgreSQL's binary form.
struct Raw<'a>(Value<'a>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Value::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Integer(i16::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN => {
                Value::Text(<&str>::from_sql(&Type::TEXT, raw)?)
            }
            // The binary form of jsonb is its version, 1, and the text.
            Type::JSONB => {
                Value::Json(std::str::from_utf8(raw.strip_prefix(&[1]).ok_or("unknown jsonb version")?)?)
            }
            Type::JSON => Value::Json(std::str::from_utf8(raw)?),
            Type::BYTEA => Value::Bytes(raw),
            _ => return Err(format!("columns of type {ty} are not read here").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
