//! Settings of the whole service.

use serde_json::{Value, json};

use super::commit;
use crate::{both_databases, systems};

both_databases! {
    async fn a_setting_is_kept_replaced_and_removed(db: &TestDb) {
        let key = "aKey";
        assert_eq!(systems::find::<Value>(&**db, key).await.unwrap(), None);
        for value in [json!({ "a": [1, null] }), json!({ "b": "x" })] {
            let kept = value.clone();
            commit(db, move |tx| Box::pin(async move { systems::set(tx, key, &kept).await })).await;
            assert_eq!(systems::find::<Value>(&**db, key).await.unwrap(), Some(value));
        }
        for was_there in [true, false] {
            assert_eq!(commit(db, move |tx| Box::pin(async move { systems::delete(tx, key).await })).await, was_there);
        }
    }
}
