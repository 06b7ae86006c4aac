//! Numbers that are kept instead of counted, and what searches through an index find.

use portico_model::{
    TenantId, User,
    role::{Role, RoleType},
};

use super::{commit, home};
use crate::users::{self, UserFilter};
use crate::{
    Db, Page, Search, SearchMode, SearchTerm, StoreError, activity, both_databases, roles, row_counts,
};

const PAGE: Page = Page { limit: 2, offset: 0 };

fn named(number: usize) -> User {
    let mut user = User::new("default", format!("u{number}"), i64::try_from(number).unwrap());
    user.username = Some(format!("Ada_{number}"));
    user.name = Some(format!("Äda \"Number\" {number}"));
    user
}

async fn fill(db: &Db) {
    commit(db, |tx| {
        Box::pin(async move {
            let role = Role {
                tenant_id: "default".to_owned(),
                id: "r".to_owned(),
                name: "r".to_owned(),
                description: "r".to_owned(),
                kind: RoleType::User,
                is_default: false,
            };
            roles::insert(tx, &home(), &role).await?;
            for number in 0..9 {
                users::insert(tx, &home(), &named(number)).await?;
            }
            let ids: Vec<String> = (0..5).map(|number| format!("u{number}")).collect();
            users::assign_role(tx, &home(), "r", &ids).await?;
            // Again changes nothing.
            users::assign_role(tx, &home(), "r", &ids).await.map(drop)
        })
    })
    .await;
}

async fn total(db: &Db, tenant: &TenantId, filter: &UserFilter) -> i64 {
    users::list(db, tenant, filter, PAGE).await.unwrap().total
}

async fn found(db: &Db, search: Search) -> Vec<String> {
    let filter = UserFilter { search, ..Default::default() };
    let mut all = Vec::new();
    let listed = users::list(db, &home(), &filter, Page::ALL).await.unwrap();
    assert_eq!(usize::try_from(listed.total).unwrap(), listed.items.len());
    all.extend(listed.items.into_iter().map(|user| user.id));
    all
}

both_databases! {
    async fn numbers_follow_every_change(db: &TestDb) {
        fill(db).await;
        let all = UserFilter::default();
        let holders = UserFilter { role_id: Some("r".to_owned()), ..Default::default() };
        let others = UserFilter { exclude_role_id: Some("r".to_owned()), ..Default::default() };
        for fold in [false, true] {
            if fold {
                row_counts::fold(db, &home()).await.unwrap();
            }
            assert_eq!((total(db, &home(), &all).await, total(db, &home(), &holders).await), (9, 5));
            assert_eq!(total(db, &home(), &others).await, 4);
            assert_eq!(activity::count_users(&**db, &home()).await.unwrap(), 9);
            assert_eq!(total(db, &TenantId::admin_tenant(), &all).await, 0);
        }
        // Deleting a user takes the role away, by the database's own hand.
        users::delete(&**db, &home(), "u0").await.unwrap();
        users::remove_role(&**db, &home(), "u1", "r").await.unwrap();
        assert_eq!((total(db, &home(), &all).await, total(db, &home(), &holders).await), (8, 3));
        row_counts::fold(db, &home()).await.unwrap();
        assert_eq!(roles::count_users(&**db, &home(), &["r".to_owned()]).await.unwrap(), [("r".to_owned(), 3)]);
        // What is rolled back was never counted.
        let undone: Result<(), StoreError> = db.write(|tx| Box::pin(async move {
            users::insert(tx, &home(), &named(20)).await?;
            Err(StoreError::NotFound)
        })).await;
        assert!(undone.is_err());
        assert_eq!(total(db, &home(), &all).await, 8);
    }

    async fn pages_fit_together_from_either_end(db: &TestDb) {
        fill(db).await;
        for (filter, expected) in [
            (UserFilter::default(), vec!["u8", "u7", "u6", "u5", "u4", "u3", "u2", "u1", "u0"]),
            (UserFilter { role_id: Some("r".to_owned()), ..Default::default() }, vec!["u4", "u3", "u2", "u1", "u0"]),
            (UserFilter { exclude_role_id: Some("r".to_owned()), ..Default::default() }, vec!["u8", "u7", "u6", "u5"]),
        ] {
            let mut paged = Vec::new();
            for offset in (0..12).step_by(2) {
                let page = Page { limit: 2, offset };
                paged.extend(users::list(&**db, &home(), &filter, page).await.unwrap().items.into_iter().map(|user| user.id));
            }
            assert_eq!(paged, expected);
        }
    }

    async fn a_role_shows_three_of_its_holders(db: &TestDb) {
        fill(db).await;
        let ids = ["r".to_owned(), "none".to_owned()];
        let featured = roles::list_featured_users(&**db, &home(), &ids).await.unwrap();
        let shown: Vec<_> = featured.iter().map(|user| (user.role_id.as_str(), user.id.as_str())).collect();
        assert_eq!(shown, [("r", "u0"), ("r", "u1"), ("r", "u2")]);
        assert!(roles::list_featured_applications(&**db, &home(), &ids).await.unwrap().is_empty());
    }

    async fn searches_find_parts_of_names(db: &TestDb) {
        fill(db).await;
        assert_eq!(found(db, Search::containing("DA_3")).await, ["u3"]);
        assert_eq!(found(db, Search::containing("\"number\" 7")).await, ["u7"]);
        assert_eq!(found(db, Search::containing("äda")).await.len(), 9);
        assert_eq!(found(db, Search::containing("_8")).await, ["u8"]);
        assert!(found(db, Search::containing("ada%3")).await.is_empty());
        let pattern = SearchTerm { field: None, mode: SearchMode::Like, values: vec!["%da_%3".to_owned()] };
        assert_eq!(found(db, Search { terms: vec![pattern], ..Search::default() }).await, ["u3"]);
        let exact = SearchTerm {
            field: Some("username".to_owned()),
            mode: SearchMode::Exact,
            values: vec!["ada_1".to_owned(), "Ada_2".to_owned()],
        };
        assert_eq!(found(db, Search { terms: vec![exact], ..Search::default() }).await, ["u2", "u1"]);
        // The index follows changes.
        commit(db, |tx| Box::pin(async move {
            users::modify(tx, &home(), "u3", 9, |user| user.username = Some("Grace".to_owned())).await.map(drop)
        })).await;
        assert!(found(db, Search::containing("ada_3")).await.is_empty());
        assert_eq!(found(db, Search::containing("grac")).await, ["u3"]);
        users::delete(&**db, &home(), "u3").await.unwrap();
        assert!(found(db, Search::containing("grac")).await.is_empty());
    }
}
