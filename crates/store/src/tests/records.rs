//! Logs, sentinel, tokens and organizations.

use portico_model::log::Log;
use portico_model::personal_access_token::PersonalAccessToken;
use portico_model::sentinel::{
    SentinelAction, SentinelActionResult, SentinelActivity, SentinelDecision, SentinelTargetType,
};
use portico_model::{JsonObject, User};
use serde_json::json;

use super::{commit, home, other};
use crate::logs::{self, LogFilter};
use crate::organizations::{
    claims,
    members::{self, MemberKind},
};
use crate::sentinel_activities::{self, Target};
use crate::{Db, Page, StoreError, both_databases, personal_access_tokens, users};

fn log(tenant: &str, id: usize, key: &str, user_id: &str) -> Log {
    Log {
        tenant_id: tenant.to_owned(),
        id: format!("l{id:04}"),
        key: key.to_owned(),
        payload: json!({ "key": key, "userId": user_id, "n": id }).as_object().unwrap().clone(),
        created_at: i64::try_from(id).unwrap(),
    }
}

fn attempt(
    id: &str,
    action: SentinelAction,
    failed: bool,
    blocked: bool,
    created_at: i64,
) -> SentinelActivity {
    SentinelActivity {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        target_type: SentinelTargetType::User,
        target_hash: "hash".to_owned(),
        action,
        action_result: if failed { SentinelActionResult::Failed } else { SentinelActionResult::Success },
        payload: JsonObject::new(),
        decision: if blocked { SentinelDecision::Blocked } else { SentinelDecision::Allowed },
        decision_expires_at: created_at + 100,
        created_at,
    }
}

async fn insert_user(db: &Db, tenant: portico_model::TenantId, id: &'static str) {
    commit(db, move |tx| {
        Box::pin(async move { users::insert(tx, &tenant, &User::new("", id.to_owned(), 1)).await })
    })
    .await;
}

both_databases! {
    async fn many_entries_are_written_at_once_and_found_again(db: &TestDb) {
        let keys = ["Interaction.SignIn.Submit", "ExchangeTokenBy.RefreshToken", "Interaction_.X"];
        let mut entries: Vec<Log> = (0..1203).map(|id| log("default", id, keys[id % 3], "u1")).collect();
        entries.push(log("admin", 9000, keys[0], "u2"));
        logs::insert_many(&**db, &entries).await.unwrap();
        logs::insert_many(&**db, &[]).await.unwrap();
        let count = async |filter: LogFilter| logs::count(&**db, &home(), &filter).await.unwrap();
        assert_eq!(count(LogFilter::default()).await, 1203);
        assert_eq!(count(LogFilter { keys: vec![keys[1].into()], ..Default::default() }).await, 401);
        assert_eq!(count(LogFilter { key_prefixes: vec!["Interaction".into()], ..Default::default() }).await, 401);
        assert_eq!(count(LogFilter { exclude_key_prefixes: vec!["Interaction".into()], ..Default::default() }).await, 802);
        assert_eq!(count(LogFilter { user_id: Some("u1".into()), from_ms: Some(10), until_ms: Some(12), ..Default::default() }).await, 3);
        assert_eq!(count(LogFilter { user_id: Some("u2".into()), ..Default::default() }).await, 0);
        let page = logs::list(&**db, &home(), &LogFilter::default(), Page { limit: 2, offset: 1 }).await.unwrap();
        assert_eq!(page.iter().map(|entry| entry.created_at).collect::<Vec<_>>(), [1201, 1200]);
        assert_eq!(logs::find_by_id(&**db, &home(), "l0007").await.unwrap(), Some(entries[7].clone()));
        assert!(logs::find_by_id(&**db, &other(), "l0007").await.unwrap().is_none());
    }

    async fn failures_are_counted_in_their_window_and_blocks_expire(db: &TestDb) {
        use SentinelAction::{MfaTotp, Password, VerificationCode};
        for activity in [
            attempt("1", Password, true, false, 100),
            attempt("2", VerificationCode, true, false, 110),
            attempt("3", Password, false, false, 120),
            attempt("4", MfaTotp, true, false, 130),
            attempt("5", Password, true, true, 140),
        ] {
            sentinel_activities::insert(&**db, &home(), &activity).await.unwrap();
        }
        let target = Target { target_type: SentinelTargetType::User, target_hash: "hash" };
        let pooled = [Password, VerificationCode];
        let failed = async |actions: &[SentinelAction], since| {
            sentinel_activities::count_failed_since(&**db, &home(), target, actions, since).await.unwrap()
        };
        assert_eq!(failed(&pooled, 0).await, 2);
        assert_eq!(failed(&pooled, 105).await, 1);
        assert_eq!(failed(&[MfaTotp], 0).await, 1);
        let blocked = async |tenant, now| {
            sentinel_activities::blocked_until(&**db, &tenant, target, &pooled, now).await.unwrap()
        };
        assert_eq!(blocked(home(), 200).await, Some(240));
        assert_eq!(blocked(home(), 240).await, None);
        assert_eq!(blocked(other(), 200).await, None);
        let forget = async |tenant| {
            let hashes = ["hash".to_owned()];
            sentinel_activities::delete_for_targets(&**db, &tenant, SentinelTargetType::User, &hashes).await.unwrap()
        };
        assert_eq!(forget(other()).await, 0);
        assert_eq!(sentinel_activities::delete_before(&**db, &home(), 205).await.unwrap(), 1);
        assert_eq!(forget(home()).await, 4);
    }

    async fn a_token_is_found_by_its_value_in_its_tenant(db: &TestDb) {
        insert_user(db, home(), "u1").await;
        let token = PersonalAccessToken {
            tenant_id: "default".to_owned(),
            user_id: "u1".to_owned(),
            name: "ci".to_owned(),
            value: "pat_x".to_owned(),
            created_at: 1,
            expires_at: Some(2),
        };
        let exec = &**db;
        personal_access_tokens::insert(exec, &home(), &token).await.unwrap();
        let error = personal_access_tokens::insert(exec, &home(), &token).await.unwrap_err();
        assert!(error.is_unique_violation_of("name"));
        assert_eq!(personal_access_tokens::find_by_value(exec, &home(), "pat_x").await.unwrap(), Some(token.clone()));
        assert!(personal_access_tokens::find_by_value(exec, &other(), "pat_x").await.unwrap().is_none());
        let renamed = personal_access_tokens::rename(exec, &home(), "u1", "ci", "cd").await.unwrap();
        assert_eq!(renamed, PersonalAccessToken { name: "cd".to_owned(), ..token });
        let missing = personal_access_tokens::rename(exec, &other(), "u1", "cd", "x").await;
        assert!(matches!(missing, Err(StoreError::NotFound)));
        assert!(!personal_access_tokens::delete(exec, &other(), "u1", "cd").await.unwrap());
        assert!(personal_access_tokens::delete(exec, &home(), "u1", "cd").await.unwrap());
        assert!(personal_access_tokens::list(exec, &home(), "u1").await.unwrap().is_empty());
    }

    async fn memberships_carry_their_roles_and_scopes(db: &TestDb) {
        // The admin tenant is seeded with organizations.
        insert_user(db, other(), "u1").await;
        let (exec, tenant) = (&**db, other());
        let user = ["u1".to_owned()];
        members::add(exec, &tenant, "t-default", MemberKind::User, &user).await.unwrap();
        members::add(exec, &tenant, "t-admin", MemberKind::User, &user).await.unwrap();
        assert!(members::add(exec, &tenant, "t-admin", MemberKind::User, &user).await.unwrap().is_empty());
        let roles = ["collaborator".to_owned(), "admin".to_owned()];
        members::add_roles(exec, &tenant, "t-default", MemberKind::User, &user, &roles).await.unwrap();
        let memberships = claims::list_memberships(exec, &tenant, "u1").await.unwrap();
        let summary: Vec<_> = memberships.iter().map(|m| (m.id.as_str(), m.name.as_str(), m.roles.join("+"))).collect();
        assert_eq!(summary, [("t-admin", "Tenant admin", String::new()), ("t-default", "Tenant default", "admin+collaborator".to_owned())]);
        assert!(members::is_member(exec, &tenant, "t-admin", MemberKind::User, "u1").await.unwrap());
        assert!(!members::is_member(exec, &home(), "t-admin", MemberKind::User, "u1").await.unwrap());
        assert_eq!(members::list_scopes(exec, &tenant, "t-default", MemberKind::User, "u1").await.unwrap().len(), 8);
        assert!(members::list_scopes(exec, &tenant, "t-admin", MemberKind::User, "u1").await.unwrap().is_empty());
        assert_eq!(claims::is_mfa_required(exec, &tenant, "t-admin").await.unwrap(), Some(false));
        assert_eq!(claims::is_mfa_required(exec, &tenant, "none").await.unwrap(), None);
        assert!(!claims::any_requires_mfa(exec, &tenant, "u1").await.unwrap());
        insert_user(db, other(), "u2").await;
        let stranger = members::add_roles(exec, &tenant, "t-admin", MemberKind::User, &["u2".to_owned()], &roles).await;
        assert!(matches!(stranger, Err(StoreError::ForeignKeyViolation)));
    }
}
