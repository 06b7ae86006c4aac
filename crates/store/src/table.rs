//! What every table has in common: reading entities from rows, inserting and replacing them.
//!
//! [`stored!`] lists an entity's columns once; the list makes the select columns, the insert and the update.
//! Anything beyond one row by its key is written out as SQL in its aggregate.

use portico_model::TenantId;

use crate::db::{Arg, Executor, FromValue, Row, Statement, StoreError, Value};

/// An entity kept in one table whose first column is the tenant.
pub(crate) trait Stored: Sized + Send + Sync {
    /// The entity of a row that holds exactly the listed columns, in order.
    fn from_row(row: &Row) -> Result<Self, StoreError>;

    /// The values of all columns but the tenant: the listed ones, then the derived ones.
    fn arguments(&self) -> Result<Vec<Arg>, StoreError>;

    /// Inserts all columns.
    fn insert_statement() -> &'static Statement;

    /// Sets all columns of the row with this tenant and id.
    fn update_statement() -> &'static Statement;
}

/// Inserts the entity under the given tenant, whatever tenant it names itself.
pub(crate) async fn insert<T: Stored>(
    exec: &dyn Executor,
    tenant: &TenantId,
    entity: &T,
) -> Result<(), StoreError> {
    exec.execute(T::insert_statement(), with_tenant(tenant, entity)?).await.map(drop)
}

/// Replaces the row whose tenant and first other column are those of the entity.
pub(crate) async fn update<T: Stored>(
    exec: &dyn Executor,
    tenant: &TenantId,
    entity: &T,
) -> Result<(), StoreError> {
    match exec.execute(T::update_statement(), with_tenant(tenant, entity)?).await? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// The values of all columns.
pub(crate) fn with_tenant(tenant: &TenantId, entity: &impl Stored) -> Result<Vec<Arg>, StoreError> {
    let mut arguments = vec![Arg::from(tenant)];
    arguments.extend(entity.arguments()?);
    Ok(arguments)
}

/// All entities a statement selects.
pub(crate) async fn list<T: Stored>(
    exec: &dyn Executor,
    statement: &Statement,
    arguments: Vec<Arg>,
) -> Result<Vec<T>, StoreError> {
    exec.query(statement, arguments).await?.iter().map(T::from_row).collect()
}

/// The first entity a statement selects.
pub(crate) async fn find<T: Stored>(
    exec: &dyn Executor,
    statement: &Statement,
    arguments: Vec<Arg>,
) -> Result<Option<T>, StoreError> {
    exec.query_opt(statement, arguments).await?.as_ref().map(T::from_row).transpose()
}

/// The first column of every row.
pub(crate) async fn list_values<T: FromValue>(
    exec: &dyn Executor,
    statement: &Statement,
    arguments: Vec<Arg>,
) -> Result<Vec<T>, StoreError> {
    exec.query(statement, arguments).await?.iter().map(|row| row.at(0)).collect()
}

/// The first column of the only row, for counts.
pub(crate) async fn value<T: FromValue>(
    exec: &dyn Executor,
    statement: &Statement,
    arguments: Vec<Arg>,
) -> Result<T, StoreError> {
    exec.query_one(statement, arguments).await?.at(0)
}

/// Rows of one `insert … values (…), (…)`; more would exceed what PostgreSQL takes as parameters.
const ROWS_PER_INSERT: usize = 500;

/// Inserts many rows with few statements; every row holds a value for each column.
pub(crate) async fn insert_rows(
    exec: &dyn Executor,
    head: &str,
    rows: Vec<Vec<Arg>>,
    tail: &str,
) -> Result<u64, StoreError> {
    let mut rows = rows.into_iter().peekable();
    let mut inserted = 0;
    while rows.peek().is_some() {
        let mut text = String::from(head);
        text.push_str(" values ");
        let mut arguments = Vec::new();
        for (index, row) in rows.by_ref().take(ROWS_PER_INSERT).enumerate() {
            text.push_str(if index == 0 { "(" } else { ", (" });
            for (column, value) in row.into_iter().enumerate() {
                arguments.push(value);
                let comma = if column == 0 { "" } else { ", " };
                text.push_str(&format!("{comma}${}", arguments.len()));
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(tail);
        inserted += exec.execute(&Statement::dynamic(text), arguments).await?;
    }
    Ok(inserted)
}

/// `insert into t (…) values ($1, …)`.
pub(crate) fn insert_text(table: &str, columns: &[&str]) -> String {
    let parameters: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    format!("insert into {table} ({}) values ({})", columns.join(", "), parameters.join(", "))
}

/// `update t set …` of every column after the tenant and the id.
pub(crate) fn update_text(table: &str, columns: &[&str]) -> String {
    let assignments: Vec<String> = columns
        .iter()
        .enumerate()
        .skip(2)
        .map(|(index, column)| format!("{column} = ${}", index + 1))
        .collect();
    let id = columns.get(1).unwrap_or(&"id");
    format!("update {table} set {} where tenant_id = $1 and {id} = $2", assignments.join(", "))
}

/// A column that holds the text of an enum.
pub(crate) struct EnumText<T>(pub T);

impl<T: std::str::FromStr> FromValue for EnumText<T> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        let text = String::from_value(value)?;
        // The text is not shown: a column that holds the wrong thing may hold a secret.
        text.parse().map(Self).map_err(|_| "an unknown value".to_owned())
    }
}

/// Lists the columns of an entity, in the order of the select: `field kind`, or `field("column") kind`.
/// Kinds: `plain`, `json`, `json_or_null`, `text` and `text_or_null` for enums. `derived` columns are only
/// written.
macro_rules! stored {
    (
        $entity:ty, $table:literal, $columns:ident {
            $($field:ident $(($column:literal))? $kind:ident),+ $(,)?
        } $(derived { $($derived:literal: $derive:expr),+ $(,)? })?
    ) => {
        #[allow(unused_macros, reason = "some entities are only written")]
        macro_rules! $columns {
            () => { concat!("tenant_id", $(", ", $crate::table::column_name!($field $($column)?)),+) };
            // The columns of the table known by this alias, for joins.
            ($alias:literal) => {
                concat!($alias, ".tenant_id", $(", ", $alias, ".", $crate::table::column_name!($field $($column)?)),+)
            };
        }
        #[allow(unused_imports, reason = "some entities are only written")]
        pub(crate) use $columns;

        impl $crate::table::Stored for $entity {
            fn from_row(row: &$crate::db::Row) -> Result<Self, $crate::db::StoreError> {
                let mut index = 0;
                let mut next = || { index += 1; index };
                Ok(Self {
                    tenant_id: row.at(0)?,
                    $($field: $crate::table::read_column!(row, next(), $kind),)+
                })
            }

            fn arguments(&self) -> Result<Vec<$crate::db::Arg>, $crate::db::StoreError> {
                Ok(vec![
                    $($crate::table::write_column!(&self.$field, $kind),)+
                    $($({
                        let derive: fn(&Self) -> $crate::db::Arg = $derive;
                        derive(self)
                    },)+)?
                ])
            }

            fn insert_statement() -> &'static $crate::db::Statement {
                static STATEMENT: std::sync::LazyLock<$crate::db::Statement> = std::sync::LazyLock::new(|| {
                    $crate::db::Statement::dynamic($crate::table::insert_text($table, &[
                        "tenant_id", $($crate::table::column_name!($field $($column)?),)+ $($($derived,)+)?
                    ]))
                });
                &STATEMENT
            }

            fn update_statement() -> &'static $crate::db::Statement {
                static STATEMENT: std::sync::LazyLock<$crate::db::Statement> = std::sync::LazyLock::new(|| {
                    $crate::db::Statement::dynamic($crate::table::update_text($table, &[
                        "tenant_id", $($crate::table::column_name!($field $($column)?),)+ $($($derived,)+)?
                    ]))
                });
                &STATEMENT
            }
        }

        inventory::submit! {
            $crate::db::Registered {
                statement: <$entity as $crate::table::Stored>::insert_statement,
                file: file!(),
                line: line!(),
            }
        }
        inventory::submit! {
            $crate::db::Registered {
                statement: <$entity as $crate::table::Stored>::update_statement,
                file: file!(),
                line: line!(),
            }
        }
    };
}
pub(crate) use stored;

macro_rules! column_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $column:literal) => {
        $column
    };
}
pub(crate) use column_name;

macro_rules! read_column {
    ($row:ident, $index:expr, plain) => {
        $row.at($index)?
    };
    ($row:ident, $index:expr, json) => {
        $row.at::<$crate::db::Json<_>>($index)?.0
    };
    ($row:ident, $index:expr, json_or_null) => {
        $row.at::<Option<$crate::db::Json<_>>>($index)?.map(|json| json.0)
    };
    ($row:ident, $index:expr, text) => {
        $row.at::<$crate::table::EnumText<_>>($index)?.0
    };
    ($row:ident, $index:expr, text_or_null) => {
        $row.at::<Option<$crate::table::EnumText<_>>>($index)?.map(|text| text.0)
    };
}
pub(crate) use read_column;

macro_rules! write_column {
    ($value:expr, plain) => {
        $crate::db::Arg::from($value.clone())
    };
    ($value:expr, json) => {
        $crate::db::Arg::json($value)?
    };
    ($value:expr, json_or_null) => {
        $crate::db::Arg::json_or_null($value.as_ref())?
    };
    ($value:expr, text) => {
        $crate::db::Arg::from($value.as_str())
    };
    ($value:expr, text_or_null) => {
        $crate::db::Arg::from($value.map(|value| value.as_str()))
    };
}
pub(crate) use write_column;
