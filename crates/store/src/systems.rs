//! Settings of the whole service: JSON under well-known keys (table `systems`).

use serde::{Serialize, de::DeserializeOwned};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::{args, sql};

/// Where uploaded files are kept.
pub const STORAGE_PROVIDER: &str = "storageProvider";

/// The value of a key.
pub async fn find<T: DeserializeOwned>(exec: &dyn Executor, key: &str) -> Result<Option<T>, StoreError> {
    let statement = sql!("select value from systems where key = $1");
    exec.query_opt(statement, args![key]).await?.map(|row| row.json("value")).transpose()
}

/// Sets the value of a key.
pub async fn set<T: Serialize + Sync>(tx: &Tx, key: &str, value: &T) -> Result<(), StoreError> {
    let statement = sql!(
        "insert into systems (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value"
    );
    tx.execute(statement, args![key, &Arg::json(value)?]).await.map(drop)
}

/// Removes a key; says whether it was there.
pub async fn delete(tx: &Tx, key: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("delete from systems where key = $1"), args![key]).await? == 1)
}
