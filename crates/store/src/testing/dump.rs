//! Everything in a database, for tests that nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use super::TestDb;
use crate::db::{Kind, Statement, StoreError};

/// Counts writes of settings, also of those that found nothing to change: no fact of a tenant.
const VERSION: &str = "snapshot_version";

/// The rows of each table, as text.
pub type Dump = BTreeMap<String, BTreeSet<String>>;

impl TestDb {
    /// Every row of every table.
    pub async fn dump(&self) -> Dump {
        self.try_dump().await.unwrap_or_else(|error| panic!("cannot read the database: {error}"))
    }

    async fn try_dump(&self) -> Result<Dump, StoreError> {
        let tables = match self.kind() {
            Kind::Sqlite => {
                "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            }
            Kind::Postgres => {
                "select cast(table_name as text) as name from information_schema.tables
                 where table_schema = current_schema()"
            }
        };
        let mut dump = Dump::new();
        for table in self.texts(tables.to_owned(), "name").await? {
            let line = match self.kind() {
                Kind::Sqlite => self.sqlite_line(&table).await?,
                Kind::Postgres => format!("cast(to_jsonb(t) - '{VERSION}' as text)"),
            };
            let rows = self.texts(format!("select {line} as line from \"{table}\" t"), "line").await?;
            dump.insert(table, rows.into_iter().collect());
        }
        Ok(dump)
    }

    async fn sqlite_line(&self, table: &str) -> Result<String, StoreError> {
        let columns = format!("select name from pragma_table_info('{table}')");
        let parts: Vec<String> = self
            .texts(columns, "name")
            .await?
            .iter()
            .filter(|column| *column != VERSION)
            .map(|column| format!("'{column}', case typeof(\"{column}\") when 'blob' then hex(\"{column}\") else cast(\"{column}\" as text) end"))
            .collect();
        Ok(format!("json_object({})", parts.join(", ")))
    }

    async fn texts(&self, statement: String, column: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.query(&Statement::dynamic(statement), Vec::new()).await?;
        rows.iter().map(|row| row.get(column)).collect()
    }
}
