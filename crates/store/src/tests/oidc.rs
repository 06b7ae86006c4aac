//! Artifacts of the OpenID provider.

use portico_model::User;
use portico_model::oidc::OidcModel::{
    self, AuthorizationCode, DeviceCode, Grant, Interaction, RefreshToken, Session,
};
use serde_json::{Value, json};

use super::{commit, home, other};
use crate::oidc_session_extensions::{self, SessionExtension};
use crate::{Db, both_databases, oidc_artifacts, users};

async fn store(db: &Db, model: OidcModel, id: &str, payload: Value, expires_at: i64) {
    oidc_artifacts::upsert(db, &home(), model, id, &payload, expires_at).await.unwrap();
}

async fn ids(db: &Db, model: OidcModel, of: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for id in of {
        if oidc_artifacts::find::<Value>(db, &home(), model, id).await.unwrap().is_some() {
            found.push((*id).to_owned());
        }
    }
    found
}

both_databases! {
    async fn an_artifact_is_replaced_by_its_id(db: &TestDb) {
        store(db, Session, "s1", json!({ "uid": "a", "accountId": "u1" }), 10).await;
        store(db, Session, "s1", json!({ "uid": "b", "n": [1, { "ü": null }] }), 20).await;
        let found = oidc_artifacts::find::<Value>(&**db, &home(), Session, "s1").await.unwrap().unwrap();
        assert_eq!((found.payload, found.expires_at, found.consumed_at), (json!({ "uid": "b", "n": [1, { "ü": null }] }), 20, None));
        assert!(oidc_artifacts::find_by_uid::<Value>(&**db, &home(), Session, "a").await.unwrap().is_none());
        assert_eq!(oidc_artifacts::find_by_uid::<Value>(&**db, &home(), Session, "b").await.unwrap().unwrap().id, "s1");
        // Another model may use the same id.
        assert!(oidc_artifacts::find::<Value>(&**db, &home(), Interaction, "s1").await.unwrap().is_none());
    }

    async fn exactly_one_of_many_consumes(db: &TestDb) {
        store(db, AuthorizationCode, "c", json!({ "grantId": "g" }), 10).await;
        let attempts: Vec<_> = (0..24).map(|now| {
            let db = Db::clone(db);
            tokio::spawn(async move {
                if now % 2 == 0 {
                    return oidc_artifacts::consume(&db, &home(), AuthorizationCode, "c", now).await.unwrap();
                }
                commit(&db, move |tx| Box::pin(async move {
                    oidc_artifacts::consume(tx, &home(), AuthorizationCode, "c", now).await
                })).await
            })
        }).collect();
        let mut winners = 0;
        for attempt in attempts {
            winners += usize::from(attempt.await.unwrap());
        }
        assert_eq!(winners, 1);
        // What is used up stays used up, also when its payload is written again.
        store(db, AuthorizationCode, "c", json!({ "grantId": "g" }), 10).await;
        let found = oidc_artifacts::find::<Value>(&**db, &home(), AuthorizationCode, "c").await.unwrap().unwrap();
        assert!(found.consumed_at.is_some());
        assert!(!oidc_artifacts::consume(&**db, &home(), AuthorizationCode, "none", 1).await.unwrap());
    }

    async fn revoking_a_grant_takes_what_rests_on_it(db: &TestDb) {
        store(db, Grant, "g", json!({ "accountId": "u1" }), 10).await;
        store(db, AuthorizationCode, "c", json!({ "grantId": "g" }), 10).await;
        store(db, RefreshToken, "r", json!({ "grantId": "g" }), 10).await;
        store(db, RefreshToken, "r2", json!({ "grantId": "g2" }), 10).await;
        store(db, Grant, "g2", json!({ "accountId": "u1" }), 10).await;
        // These only mention the grant.
        store(db, Interaction, "i", json!({ "grantId": "g" }), 10).await;
        store(db, Session, "g", json!({ "authorizations": { "app": { "grantId": "g" } } }), 10).await;
        assert_eq!(oidc_artifacts::revoke_by_grant_id(&**db, &home(), "g").await.unwrap(), 3);
        assert_eq!(ids(db, Grant, &["g", "g2"]).await, ["g2"]);
        assert_eq!(ids(db, RefreshToken, &["r", "r2"]).await, ["r2"]);
        assert_eq!(ids(db, Interaction, &["i"]).await, ["i"]);
        assert_eq!(ids(db, Session, &["g"]).await, ["g"]);
    }

    async fn a_users_artifacts_are_listed_until_they_expire(db: &TestDb) {
        store(db, Session, "s1", json!({ "accountId": "u1" }), 100).await;
        store(db, Session, "s2", json!({ "accountId": "u1" }), 50).await;
        store(db, Session, "s3", json!({ "accountId": "u2" }), 100).await;
        store(db, Grant, "g1", json!({ "accountId": "u1" }), 100).await;
        let listed = oidc_artifacts::list_by_account::<Value>(&**db, &home(), Session, "u1", 60).await.unwrap();
        assert_eq!(listed.into_iter().map(|artifact| artifact.id).collect::<Vec<_>>(), ["s1"]);
        assert_eq!(oidc_artifacts::revoke_by_account(&**db, &home(), "u1").await.unwrap(), 3);
        assert_eq!(ids(db, Session, &["s1", "s2", "s3"]).await, ["s3"]);
    }

    async fn expired_artifacts_go_in_batches(db: &TestDb) {
        for index in 0..7 {
            store(db, RefreshToken, &format!("r{index}"), json!({}), index).await;
        }
        let mut removed = Vec::new();
        loop {
            let count = oidc_artifacts::delete_expired(&**db, &home(), 5, 2).await.unwrap();
            removed.push(count);
            if count < 2 { break; }
        }
        assert_eq!(removed, [2, 2, 1]);
        assert_eq!(ids(db, RefreshToken, &["r4", "r5", "r6"]).await, ["r5", "r6"]);
    }

    async fn another_tenant_reaches_nothing(db: &TestDb) {
        store(db, DeviceCode, "d", json!({ "userCode": "ABCD", "uid": "x", "grantId": "g", "accountId": "u" }), 1).await;
        let exec = &**db;
        let other = other();
        assert!(oidc_artifacts::find::<Value>(exec, &other, DeviceCode, "d").await.unwrap().is_none());
        assert!(oidc_artifacts::find_by_uid::<Value>(exec, &other, DeviceCode, "x").await.unwrap().is_none());
        assert!(oidc_artifacts::find_by_user_code::<Value>(exec, &other, DeviceCode, "ABCD").await.unwrap().is_none());
        assert!(oidc_artifacts::list_by_account::<Value>(exec, &other, DeviceCode, "u", 0).await.unwrap().is_empty());
        assert!(!oidc_artifacts::consume(exec, &other, DeviceCode, "d", 1).await.unwrap());
        assert!(!oidc_artifacts::destroy(exec, &other, DeviceCode, "d").await.unwrap());
        assert_eq!(oidc_artifacts::revoke_by_grant_id(exec, &other, "g").await.unwrap(), 0);
        assert_eq!(oidc_artifacts::revoke_by_account(exec, &other, "u").await.unwrap(), 0);
        assert_eq!(oidc_artifacts::delete_expired(exec, &other, 100, 10).await.unwrap(), 0);
        let found = oidc_artifacts::find_by_user_code::<Value>(exec, &home(), DeviceCode, "ABCD").await.unwrap();
        assert_eq!(found.unwrap().consumed_at, None);
        assert!(oidc_artifacts::destroy(exec, &home(), DeviceCode, "d").await.unwrap());
    }

    async fn a_session_extension_goes_with_its_user(db: &TestDb) {
        commit(db, |tx| Box::pin(async move {
            users::insert(tx, &home(), &User::new("default", "u1".to_owned(), 1)).await
        })).await;
        let mut extension = SessionExtension {
            session_uid: "s".to_owned(),
            account_id: "u1".to_owned(),
            last_submission: json!({ "a": 1 }).as_object().unwrap().clone(),
            client_id: Some("app".to_owned()),
            cimd_client_id: None,
        };
        oidc_session_extensions::upsert(&**db, &home(), &extension, 1).await.unwrap();
        extension.client_id = None;
        oidc_session_extensions::upsert(&**db, &home(), &extension, 2).await.unwrap();
        assert_eq!(oidc_session_extensions::find(&**db, &home(), "s").await.unwrap(), Some(extension.clone()));
        assert_eq!(oidc_session_extensions::list_by_account(&**db, &home(), "u1").await.unwrap(), [extension]);
        assert!(oidc_session_extensions::find(&**db, &other(), "s").await.unwrap().is_none());
        assert!(!oidc_session_extensions::delete(&**db, &other(), "s").await.unwrap());
        users::delete(&**db, &home(), "u1").await.unwrap();
        assert!(oidc_session_extensions::find(&**db, &home(), "s").await.unwrap().is_none());
    }
}
