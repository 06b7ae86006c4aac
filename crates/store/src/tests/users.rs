//! Users.

use portico_model::user::{Identity, PasswordEncryptionMethod, UserProfile};
use portico_model::{TenantId, User};
use serde_json::json;

use super::{commit, home, other};
use crate::users::{self, UserFilter};
use crate::{Db, Page, Search, SearchMode, SearchTerm, StoreError, both_databases};

fn full_user(id: &str) -> User {
    let json_object = |value: serde_json::Value| value.as_object().unwrap().clone();
    let mut user = User::new("default", id.to_owned(), 1_700_000_000_123);
    user.username = Some("Ada_1".to_owned());
    user.primary_email = Some("Ada@Example.com".to_owned());
    user.primary_phone = Some("4915112345678".to_owned());
    user.password_encrypted = Some("$argon2id$…".to_owned());
    user.password_encryption_method = Some(PasswordEncryptionMethod::Argon2id);
    user.name = Some("Ádá Łovelace 🦀".to_owned());
    user.avatar = Some("https://example.com/a.png".to_owned());
    user.profile = UserProfile { given_name: Some("Ádá".to_owned()), ..UserProfile::default() };
    user.application_id = Some("app".to_owned());
    user.identities.insert("github".to_owned(), identity("gh-1"));
    user.custom_data = json_object(json!({ "b": { "z": 1, "a": [true, null] }, "a": "x" }));
    user.logto_config = json_object(json!({ "mfa": { "skipped": true } }));
    user.mfa_verifications = vec![json!({ "type": "Totp", "key": "K" })];
    user.is_suspended = true;
    user.last_sign_in_at = Some(1);
    user.password_updated_at = Some(2);
    user.updated_at = 3;
    user
}

type Change = fn(&mut User);

fn identity(user_id: &str) -> Identity {
    Identity { user_id: user_id.to_owned(), details: None }
}

fn named(id: &str, name: &str, created_at: i64) -> User {
    let mut user = User::new("default", id.to_owned(), created_at);
    user.name = Some(name.to_owned());
    user
}

async fn insert(db: &Db, tenant: TenantId, user: User) -> Result<(), StoreError> {
    db.write(move |tx| Box::pin(async move { users::insert(tx, &tenant, &user).await })).await
}

async fn listed(db: &Db, filter: &UserFilter) -> Vec<String> {
    let found = users::list(db, &home(), filter, Page::ALL).await.unwrap();
    assert_eq!(found.total, i64::try_from(found.items.len()).unwrap());
    found.items.into_iter().map(|user| user.id).collect()
}

fn searching(search: Search) -> UserFilter {
    UserFilter { search, ..UserFilter::default() }
}

both_databases! {
    async fn a_user_comes_back_as_stored(db: &TestDb) {
        insert(db, home(), full_user("u1")).await.unwrap();
        let stored = users::find_by_id(&**db, &home(), "u1").await.unwrap().unwrap();
        assert!(stored == full_user("u1"), "{stored:?}");
        let bare = User::new("default", "u2".to_owned(), 5);
        insert(db, home(), bare.clone()).await.unwrap();
        assert!(users::find_by_id(&**db, &home(), "u2").await.unwrap().unwrap() == bare);
    }

    async fn a_user_is_found_by_what_they_sign_in_with(db: &TestDb) {
        insert(db, home(), full_user("u1")).await.unwrap();
        let exec = &**db;
        let id = |found: Option<User>| found.map(|user| user.id);
        let found = Some("u1".to_owned());
        assert_eq!(id(users::find_by_username(exec, &home(), "Ada_1", true).await.unwrap()), found);
        assert_eq!(id(users::find_by_username(exec, &home(), "ada_1", true).await.unwrap()), None);
        assert_eq!(id(users::find_by_username(exec, &home(), "aDA_1", false).await.unwrap()), found);
        assert_eq!(id(users::find_by_username(exec, &home(), "adax1", false).await.unwrap()), None);
        assert_eq!(id(users::find_by_email(exec, &home(), "ada@example.COM").await.unwrap()), found);
        assert_eq!(id(users::find_by_phone(exec, &home(), "4915112345678").await.unwrap()), found);
        assert_eq!(id(users::find_by_identity(exec, &home(), "github", "gh-1").await.unwrap()), found);
        assert_eq!(id(users::find_by_identity(exec, &home(), "google", "gh-1").await.unwrap()), None);
    }

    async fn an_exact_username_wins_over_another_spelling(db: &TestDb) {
        for (id, username) in [("u1", "ADA"), ("u2", "ada"), ("u3", "Ada")] {
            let mut user = User::new("default", id.to_owned(), 1);
            user.username = Some(username.to_owned());
            insert(db, home(), user).await.unwrap();
        }
        let found = users::find_by_username(&**db, &home(), "Ada", false).await.unwrap().unwrap();
        assert_eq!(found.id, "u3");
    }

    async fn what_identifies_a_user_is_unique(db: &TestDb) {
        insert(db, home(), full_user("u1")).await.unwrap();
        let changes: [(&str, Change); 4] = [
            ("username", |user| user.username = Some("Ada_1".to_owned())),
            ("primary_email", |user| user.primary_email = Some("Ada@Example.com".to_owned())),
            ("primary_phone", |user| user.primary_phone = Some("4915112345678".to_owned())),
            ("identity_id", |user| {
                user.identities.insert("github".to_owned(), identity("gh-1"));
            }),
        ];
        for (column, change) in changes {
            let mut user = User::new("default", "u2".to_owned(), 1);
            change(&mut user);
            let error = insert(db, home(), user).await.unwrap_err();
            assert!(error.is_unique_violation_of(column), "{column}: {error:?}");
        }
        assert!(users::find_by_id(&**db, &home(), "u2").await.unwrap().is_none());
        // Another tenant may have the same people.
        insert(db, other(), full_user("u1")).await.unwrap();
    }

    async fn a_change_keeps_the_rest(db: &TestDb) {
        insert(db, home(), full_user("u1")).await.unwrap();
        let changed = commit(db, |tx| Box::pin(async move {
            users::modify(tx, &home(), "u1", 99, |user| {
                user.username = None;
                user.identities.clear();
                user.identities.insert("google".to_owned(), identity("go-1"));
            }).await
        })).await;
        assert_eq!(changed.updated_at, 99);
        let stored = users::find_by_id(&**db, &home(), "u1").await.unwrap().unwrap();
        assert!(stored == changed);
        let expected = User {
            username: None, updated_at: 99, identities: changed.identities.clone(), ..full_user("u1")
        };
        assert!(stored == expected);
        assert!(users::find_by_identity(&**db, &home(), "github", "gh-1").await.unwrap().is_none());
        assert!(users::find_by_identity(&**db, &home(), "google", "go-1").await.unwrap().is_some());
        users::update_last_sign_in(&**db, &home(), "u1", 777).await.unwrap();
        let stored = users::find_by_id(&**db, &home(), "u1").await.unwrap().unwrap();
        assert_eq!(stored.last_sign_in_at, Some(777));
    }

    async fn concurrent_changes_do_not_lose_each_other(db: &TestDb) {
        insert(db, home(), full_user("u1")).await.unwrap();
        let writers: Vec<_> = (0..12).map(|index| {
            let db = Db::clone(db);
            tokio::spawn(async move {
                commit(&db, move |tx| Box::pin(async move {
                    users::modify(tx, &home(), "u1", 1, move |user| {
                        user.custom_data.insert(format!("k{index}"), json!(index));
                    }).await
                })).await
            })
        }).collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let stored = users::find_by_id(&**db, &home(), "u1").await.unwrap().unwrap();
        assert_eq!(stored.custom_data.len(), 2 + 12);
    }

    async fn another_tenant_sees_and_changes_nothing(db: &TestDb) {
        insert(db, home(), full_user("u1")).await.unwrap();
        let exec = &**db;
        let other = other();
        assert!(users::find_by_id(exec, &other, "u1").await.unwrap().is_none());
        assert!(users::find_by_username(exec, &other, "Ada_1", false).await.unwrap().is_none());
        assert!(users::find_by_email(exec, &other, "ada@example.com").await.unwrap().is_none());
        assert!(users::find_by_phone(exec, &other, "4915112345678").await.unwrap().is_none());
        assert!(users::find_by_identity(exec, &other, "github", "gh-1").await.unwrap().is_none());
        assert!(users::list(exec, &other, &UserFilter::default(), Page::ALL).await.unwrap().items.is_empty());
        assert!(!users::exist(exec, &other).await.unwrap());
        assert!(users::exist(exec, &home()).await.unwrap());
        assert!(!users::delete(exec, &other, "u1").await.unwrap());
        users::update_last_sign_in(exec, &other, "u1", 1234).await.unwrap();
        let result = db.write(move |tx| Box::pin(async move {
            users::modify(tx, &other, "u1", 1, |user| user.name = None).await
        })).await;
        assert!(matches!(result, Err(StoreError::NotFound)));
        assert!(users::find_by_id(exec, &home(), "u1").await.unwrap().unwrap() == full_user("u1"));
    }

    async fn deleting_a_user_takes_all_that_is_theirs(db: &TestDb) {
        insert(db, home(), full_user("u1")).await.unwrap();
        assert!(users::delete(&**db, &home(), "u1").await.unwrap());
        assert!(!users::delete(&**db, &home(), "u1").await.unwrap());
        // The identity is free again.
        insert(db, home(), full_user("u2")).await.unwrap();
    }

    async fn pages_are_newest_first_and_complete(db: &TestDb) {
        for index in 0..25 {
            insert(db, home(), named(&format!("u{index:02}"), "x", index / 2)).await.unwrap();
        }
        let filter = UserFilter::default();
        let all = listed(db, &filter).await;
        let mut paged = Vec::new();
        for offset in [0, 10, 20, 30] {
            let page = Page { limit: 10, offset };
            paged.extend(users::list(&**db, &home(), &filter, page).await.unwrap().items.into_iter().map(|user| user.id));
        }
        assert_eq!(all, paged);
        assert_eq!(all.len(), 25);
        assert_eq!(&all[..3], ["u24", "u23", "u22"]);
    }

    async fn a_search_takes_wildcards_literally_and_folds_every_script(db: &TestDb) {
        for (index, (id, name)) in
            [("u1", "100% Rust"), ("u2", "100 Rust"), ("u3", "snake_case"), ("u4", "snakeXcase"), ("u5", "ÄRGER \\ Ö")]
                .into_iter().enumerate()
        {
            insert(db, home(), named(id, name, i64::try_from(index).unwrap())).await.unwrap();
        }
        assert_eq!(listed(db, &searching(Search::containing("100%"))).await, ["u1"]);
        assert_eq!(listed(db, &searching(Search::containing("E_C"))).await, ["u3"]);
        assert_eq!(listed(db, &searching(Search::containing("ärger \\"))).await, ["u5"]);
        assert_eq!(listed(db, &searching(Search::containing("rust"))).await, ["u2", "u1"]);
        assert_eq!(listed(db, &searching(Search::containing("U3"))).await, ["u3"]);
        assert!(listed(db, &searching(Search::containing("nobody"))).await.is_empty());
    }

    async fn searches_combine_and_compare_as_asked(db: &TestDb) {
        for (id, name, email) in [("u1", "Ann", "ann@x.test"), ("u2", "ann", "bob@x.test"), ("u3", "Bob", "a*c@y.test")] {
            let mut user = named(id, name, 1);
            user.primary_email = Some(email.to_owned());
            insert(db, home(), user).await.unwrap();
        }
        let term = |field: &str, mode, value: &str| SearchTerm {
            field: Some(field.to_owned()), mode, values: vec![value.to_owned()]
        };
        let search = |terms, all, case_sensitive| searching(Search { terms, all, case_sensitive });
        let name = || term("name", SearchMode::Like, "An%");
        let email = || term("primaryEmail", SearchMode::Like, "%@x.test");
        assert_eq!(listed(db, &search(vec![name()], false, false)).await, ["u2", "u1"]);
        assert_eq!(listed(db, &search(vec![name()], false, true)).await, ["u1"]);
        assert_eq!(listed(db, &search(vec![name(), term("name", SearchMode::Exact, "BOB")], false, false)).await, ["u3", "u2", "u1"]);
        assert_eq!(listed(db, &search(vec![name(), email()], true, true)).await, ["u1"]);
        assert_eq!(listed(db, &search(vec![term("name", SearchMode::Exact, "bob")], false, true)).await, [""; 0]);
        // `*` is nothing special, also where SQLite compares with GLOB.
        assert_eq!(listed(db, &search(vec![term("primaryEmail", SearchMode::Like, "a*c@%")], false, true)).await, ["u3"]);
        assert_eq!(listed(db, &search(vec![term("primaryEmail", SearchMode::Like, "a*@%")], false, true)).await, [""; 0]);
        // A lone backslash at the end means itself.
        assert_eq!(listed(db, &search(vec![term("name", SearchMode::Like, "ann\\")], false, false)).await, [""; 0]);
        let unknown = search(vec![term("passwordEncrypted", SearchMode::Like, "%")], false, false);
        assert!(matches!(users::list(&**db, &home(), &unknown, Page::ALL).await, Err(StoreError::Argument(_))));
    }

    async fn many_users_are_found_by_their_ids(db: &TestDb) {
        insert(db, home(), named("u1", "a", 1)).await.unwrap();
        insert(db, home(), named("u2", "b", 1)).await.unwrap();
        let wanted: Vec<String> = (0..2000).map(|index| format!("u{index}")).collect();
        assert_eq!(users::list_by_ids(&**db, &home(), &wanted).await.unwrap().len(), 2);
        assert_eq!(users::existing_ids(&**db, &home(), &wanted).await.unwrap(), ["u1", "u2"]);
        assert!(users::existing_ids(&**db, &other(), &wanted).await.unwrap().is_empty());
    }
}
