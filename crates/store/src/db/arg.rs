//! Statement arguments.

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, Kind as TypeKind, ToSql, Type, to_sql_checked};

use super::{StoreError, statement::Rendered};

/// One argument of a statement. A NULL needs no type: PostgreSQL infers it from the statement and SQLite
/// has none.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// SQL NULL.
    Null,
    /// A boolean.
    Bool(bool),
    /// Any integer, also epoch milliseconds.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// A JSON document, as text.
    Json(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list of texts for `{in $n}`.
    TextList(Vec<String>),
}

impl Arg {
    /// A JSON argument from anything that serializes.
    pub fn json(value: &impl serde::Serialize) -> Result<Self, StoreError> {
        serde_json::to_string(value).map(Self::Json).map_err(|error| StoreError::Argument(error.to_string()))
    }

    /// A JSON argument, SQL NULL when there is none.
    pub fn json_or_null(value: Option<&impl serde::Serialize>) -> Result<Self, StoreError> {
        value.map_or(Ok(Self::Null), Self::json)
    }

    /// A list for `{in $n}`.
    pub fn list<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::TextList(values.into_iter().map(|value| value.as_ref().to_owned()).collect())
    }
}

/// The arguments of one statement: `args![tenant, id, &name, is_default]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}

/// Counts the arguments (SQLite would read a missing one as NULL) and refuses NUL, which SQLite stores and
/// PostgreSQL does not.
pub(crate) fn check(statement: &Rendered, arguments: &[Arg]) -> Result<(), StoreError> {
    if statement.parameter_count != arguments.len() {
        return Err(StoreError::Argument(format!(
            "the statement takes {} arguments, {} given: {}",
            statement.parameter_count,
            arguments.len(),
            statement.text
        )));
    }
    let has_nul = |argument: &Arg| match argument {
        Arg::Text(text) => text.contains('\0'),
        Arg::Json(text) => json_holds_nul(text),
        Arg::TextList(list) => list.iter().any(|text| text.contains('\0')),
        _ => false,
    };
    if arguments.iter().any(has_nul) {
        return Err(StoreError::NulCharacter);
    }
    Ok(())
}

/// Whether JSON text holds the escape `\u0000` (and not an escaped backslash before `u0000`).
fn json_holds_nul(text: &str) -> bool {
    text.match_indices("\\u0000").any(|(at, _)| {
        let backslashes_before =
            text.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        backslashes_before % 2 == 0
    })
}

macro_rules! arg_from {
    ($($from:ty => $value:ident, $make:expr;)*) => {$(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self { $make }
        }
        impl From<Option<$from>> for Arg {
            fn from(value: Option<$from>) -> Self { value.map_or(Self::Null, Self::from) }
        }
    )*};
}

arg_from! {
    &str => value, Self::Text(value.to_owned());
    String => value, Self::Text(value);
    &String => value, Self::Text(value.clone());
    bool => value, Self::Bool(value);
    i64 => value, Self::Integer(value);
    f64 => value, Self::Real(value);
    &[u8] => value, Self::Bytes(value.to_owned());
    Vec<u8> => value, Self::Bytes(value);
    &Vec<u8> => value, Self::Bytes(value.clone());
    &serde_json::Value => value, Self::Json(value.to_string());
    serde_json::Value => value, Self::Json(value.to_string());
    &[String] => value, Self::TextList(value.to_vec());
    &Vec<String> => value, Self::TextList(value.clone());
}

impl From<&Option<String>> for Arg {
    fn from(value: &Option<String>) -> Self {
        value.as_deref().into()
    }
}

impl From<&Self> for Arg {
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

impl From<&portico_model::TenantId> for Arg {
    fn from(value: &portico_model::TenantId) -> Self {
        Self::Text(value.as_str().to_owned())
    }
}

impl rusqlite::ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Bool(value) => ToSqlOutput::Owned(Value::Integer(i64::from(*value))),
            Self::Integer(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Self::Real(value) => ToSqlOutput::Owned(Value::Real(*value)),
            Self::Text(text) | Self::Json(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::TextList(list) => {
                ToSqlOutput::Owned(Value::Text(serde_json::Value::from(list.clone()).to_string()))
            }
        })
    }
}

impl ToSql for Arg {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        // A parameter compared with a `json_text` column has that domain as its type.
        if let TypeKind::Domain(inner) = ty.kind() {
            return ToSql::to_sql(self, inner, out);
        }
        let mismatch = || Err(format!("an argument of another kind than {ty} was bound: {self:?}").into());
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Bool(value), &Type::BOOL) => value.to_sql(ty, out),
            (Self::Integer(value), &Type::INT8) => value.to_sql(ty, out),
            (Self::Integer(value), &Type::INT4) => i32::try_from(*value)?.to_sql(ty, out),
            (Self::Integer(value), &Type::INT2) => i16::try_from(*value)?.to_sql(ty, out),
            (Self::Real(value), &Type::FLOAT8) => value.to_sql(ty, out),
            (Self::Text(text), &(Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN)) => {
                text.to_sql(ty, out)
            }
            (Self::Json(text), &(Type::JSONB | Type::JSON)) => {
                if *ty == Type::JSONB {
                    // The binary form of jsonb is its version, 1, and the text.
                    out.extend_from_slice(&[1]);
                }
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            (Self::TextList(list), &(Type::TEXT_ARRAY | Type::VARCHAR_ARRAY)) => list.to_sql(ty, out),
            _ => mismatch(),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_nul_in_json_is_seen_and_an_escaped_backslash_is_not() {
        assert!(json_holds_nul(&serde_json::json!("a\0b").to_string()));
        assert!(!json_holds_nul(&serde_json::json!("a\\u0000b").to_string()));
    }
}
