//! Applications, connectors, resources, roles and settings: what processes keep in memory.

use portico_model::application::{Application, ApplicationSecret, ApplicationType};
use portico_model::config::{ExtendedClaim, ID_TOKEN, IdTokenConfig};
use portico_model::connector::{ConfigurableConnectorMetadata, Connector};
use portico_model::resource::{Resource, Scope};
use portico_model::role::{Role, RoleType};
use portico_model::{JsonObject, TenantId, User};
use serde_json::json;

use super::{commit, home, other};
use crate::applications::{self, ApplicationFilter};
use crate::db::Executor as _;
use crate::roles::{self, RoleFilter};
use crate::{
    Db, Page, Search, StoreError, account_centers, appearances, args, both_databases, configs, connectors,
    consents, resources, sign_in_experiences, sql, tenants, users,
};

fn application(id: &str, kind: ApplicationType, created_at: i64) -> Application {
    Application {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        name: format!("App {id}"),
        secret: "s".to_owned(),
        description: None,
        kind,
        oidc_client_metadata: Default::default(),
        custom_client_metadata: Default::default(),
        protected_app_metadata: None,
        custom_data: JsonObject::new(),
        is_third_party: false,
        app_level_access_control_enabled: false,
        created_at,
    }
}

fn resource(id: &str) -> Resource {
    Resource {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        name: id.to_owned(),
        indicator: format!("https://{id}.example"),
        is_default: false,
        access_token_ttl: 3600,
    }
}

fn scope(resource_id: &str, id: &str, name: &str) -> Scope {
    Scope {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        resource_id: resource_id.to_owned(),
        name: name.to_owned(),
        description: Some("d".to_owned()),
        created_at: 1,
    }
}

fn role(id: &str, kind: RoleType) -> Role {
    Role {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        name: format!("Role {id}"),
        description: String::new(),
        kind,
        is_default: false,
    }
}

async fn insert_application(db: &Db, application: Application) -> Result<(), StoreError> {
    db.write(move |tx| Box::pin(async move { applications::insert(tx, &home(), &application).await })).await
}

/// Two resources, `one` with the scopes `read` and `write`, `two` with `read`.
async fn insert_resources(db: &Db) {
    commit(db, |tx| {
        Box::pin(async move {
            for resource in [resource("one"), resource("two")] {
                resources::insert(tx, &home(), &resource).await?;
            }
            for scope in [scope("one", "s1", "read"), scope("one", "s2", "write"), scope("two", "s3", "read")]
            {
                resources::insert_scope(tx, &home(), &scope).await?;
            }
            Ok(())
        })
    })
    .await;
}

both_databases! {
    async fn an_application_comes_back_as_stored(db: &TestDb) {
        let mut stored = application("a1", ApplicationType::Traditional, 5);
        stored.oidc_client_metadata.redirect_uris = vec!["https://ü.example/cb".to_owned()];
        stored.custom_client_metadata.rotate_refresh_token = Some(false);
        stored.protected_app_metadata = Some(json!({ "host": "h.example" }));
        stored.custom_data.insert("k".to_owned(), json!([1, null]));
        insert_application(db, stored.clone()).await.unwrap();
        assert_eq!(applications::find_by_id(&**db, &home(), "a1").await.unwrap(), Some(stored.clone()));
        let mut second = application("a2", ApplicationType::Protected, 6);
        second.protected_app_metadata = stored.protected_app_metadata.clone();
        let error = insert_application(db, second).await.unwrap_err();
        assert!(error.is_unique_violation_of("protected_app_host"), "{error:?}");
        stored.name = "Renamed".to_owned();
        stored.protected_app_metadata = None;
        let changed = stored.clone();
        commit(db, |tx| Box::pin(async move {
            applications::find_for_update(tx, &home(), "a1").await?.ok_or(StoreError::NotFound)?;
            applications::update(tx, &home(), &changed).await
        })).await;
        assert_eq!(applications::find_by_id(&**db, &home(), "a1").await.unwrap(), Some(stored));
    }

    async fn applications_are_listed_by_type_owner_and_text(db: &TestDb) {
        for (index, (id, kind)) in [("a1", ApplicationType::Spa), ("a2", ApplicationType::Native), ("a3", ApplicationType::MachineToMachine)].into_iter().enumerate() {
            let mut application = application(id, kind, i64::try_from(index).unwrap());
            application.is_third_party = id == "a2";
            application.description = Some(format!("50%_{id}"));
            insert_application(db, application).await.unwrap();
        }
        let ids = async |filter: ApplicationFilter| {
            let found = applications::list(&**db, &home(), &filter, Page::ALL).await.unwrap();
            let (found, total) = (found.items, found.total);
            assert_eq!(total, i64::try_from(found.len()).unwrap());
            found.into_iter().map(|application| application.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(ApplicationFilter::default()).await, ["a3", "a2", "a1"]);
        let types = vec![ApplicationType::Spa, ApplicationType::MachineToMachine];
        assert_eq!(ids(ApplicationFilter { types, ..Default::default() }).await, ["a3", "a1"]);
        assert_eq!(ids(ApplicationFilter { is_third_party: Some(true), ..Default::default() }).await, ["a2"]);
        assert_eq!(ids(ApplicationFilter { search: Search::containing("%_A2"), ..Default::default() }).await, ["a2"]);
        assert!(applications::list(&**db, &other(), &ApplicationFilter::default(), Page::ALL).await.unwrap().items.iter().all(|a| a.tenant_id == "admin"));
    }

    async fn secrets_belong_to_their_application(db: &TestDb) {
        insert_application(db, application("a1", ApplicationType::MachineToMachine, 1)).await.unwrap();
        let secret = |application_id: &str, name: &str, created_at| ApplicationSecret {
            tenant_id: "default".to_owned(),
            application_id: application_id.to_owned(),
            name: name.to_owned(),
            value: format!("v-{name}"),
            created_at,
            expires_at: None,
        };
        for stored in [secret("a1", "new", 2), secret("a1", "old", 1)] {
            commit(db, |tx| Box::pin(async move { applications::insert_secret(tx, &home(), &stored).await })).await;
        }
        let orphan = secret("missing", "x", 1);
        let error = db.write(|tx| Box::pin(async move { applications::insert_secret(tx, &home(), &orphan).await })).await;
        assert!(matches!(error, Err(StoreError::ForeignKeyViolation)));
        // An application of one tenant is not there for another.
        let foreign = secret("a1", "x", 1);
        let error = db.write(|tx| Box::pin(async move { applications::insert_secret(tx, &other(), &foreign).await })).await;
        assert!(matches!(error, Err(StoreError::ForeignKeyViolation)));
        let names = async || {
            let secrets = applications::list_secrets(&**db, &home(), "a1").await.unwrap();
            secrets.into_iter().map(|secret| secret.name).collect::<Vec<_>>()
        };
        assert_eq!(names().await, ["old", "new"]);
        assert!(applications::list_secrets(&**db, &other(), "a1").await.unwrap().is_empty());
        commit(db, |tx| Box::pin(async move {
            let renamed = applications::rename_secret(tx, &home(), "a1", "old", "older").await?;
            assert_eq!(renamed.value, "v-old");
            assert!(applications::delete_secret(tx, &home(), "a1", "new").await?);
            assert!(!applications::delete_secret(tx, &other(), "a1", "older").await?);
            Ok(())
        })).await;
        assert_eq!(names().await, ["older"]);
        commit(db, |tx| Box::pin(async move { applications::delete(tx, &home(), "a1").await })).await;
        assert!(names().await.is_empty());
    }

    async fn a_connector_comes_back_as_stored(db: &TestDb) {
        let mut connector = Connector {
            tenant_id: "default".to_owned(),
            id: "c1".to_owned(),
            sync_profile: true,
            enable_token_storage: false,
            connector_id: "oidc".to_owned(),
            config: json!({ "clientSecret": "x", "n": 1.5 }).as_object().unwrap().clone(),
            metadata: ConfigurableConnectorMetadata { target: Some("acme".to_owned()), ..Default::default() },
            created_at: 7,
        };
        let stored = connector.clone();
        commit(db, |tx| Box::pin(async move { connectors::insert(tx, &home(), &stored).await })).await;
        assert!(connectors::list(&**db, &home()).await.unwrap() == [connector.clone()]);
        connector.sync_profile = false;
        let changed = connector.clone();
        commit(db, |tx| Box::pin(async move { connectors::update(tx, &home(), &changed).await })).await;
        assert!(connectors::find_by_id(&**db, &home(), "c1").await.unwrap() == Some(connector.clone()));
        assert!(connectors::find_by_id(&**db, &other(), "c1").await.unwrap().is_none());
        let changed = connector.clone();
        let result = db.write(|tx| Box::pin(async move { connectors::update(tx, &other(), &changed).await })).await;
        assert!(matches!(result, Err(StoreError::NotFound)));
        assert!(!commit(db, |tx| Box::pin(async move { connectors::delete(tx, &other(), "c1").await })).await);
        assert!(commit(db, |tx| Box::pin(async move { connectors::delete(tx, &home(), "c1").await })).await);
    }

    async fn a_tenant_has_one_default_resource(db: &TestDb) {
        insert_resources(db).await;
        for id in ["one", "two"] {
            let resource = Resource { is_default: true, ..resource(id) };
            commit(db, |tx| Box::pin(async move { resources::update(tx, &home(), &resource).await })).await;
        }
        assert_eq!(resources::find_default(&**db, &home()).await.unwrap().unwrap().id, "two");
        assert!(resources::find_default(&**db, &other()).await.unwrap().is_none());
        let found = resources::find_by_indicator(&**db, &home(), "https://one.example").await.unwrap().unwrap();
        assert_eq!(found, resource("one"));
        let duplicate = Resource { id: "x".to_owned(), ..resource("one") };
        let error = db.write(|tx| Box::pin(async move { resources::insert(tx, &home(), &duplicate).await })).await;
        assert!(error.unwrap_err().is_unique_violation_of("indicator"));
        assert_eq!(resources::count(&**db, &home()).await.unwrap(), 3);
        assert_eq!(resources::list(&**db, &home(), Page { limit: 1, offset: 2 }).await.unwrap()[0].id, "two");
    }

    async fn scopes_are_searched_and_go_with_their_resource(db: &TestDb) {
        insert_resources(db).await;
        let names = async |search: Search| {
            let filter = resources::ScopeFilter { search, resource_id: Some("one".to_owned()), ..Default::default() };
            let found = resources::search_scopes(&**db, &home(), &filter, Page::ALL).await.unwrap();
            assert_eq!(found.total, i64::try_from(found.items.len()).unwrap());
            found.items.into_iter().map(|scope| scope.name).collect::<Vec<_>>()
        };
        assert_eq!(names(Search::default()).await, ["read", "write"]);
        assert_eq!(names(Search::containing("RIT")).await, ["write"]);
        assert_eq!(resources::find_scope(&**db, &home(), "one", "s1").await.unwrap(), Some(scope("one", "s1", "read")));
        assert!(resources::find_scope(&**db, &home(), "two", "s1").await.unwrap().is_none());
        assert!(resources::find_scope(&**db, &other(), "one", "s1").await.unwrap().is_none());
        let both = ["one".to_owned(), "two".to_owned()];
        assert_eq!(resources::list_scopes_of(&**db, &home(), &both).await.unwrap().len(), 3);
        let duplicate = scope("one", "s9", "read");
        let error = db.write(|tx| Box::pin(async move { resources::insert_scope(tx, &home(), &duplicate).await })).await;
        assert!(error.unwrap_err().is_unique_violation_of("name"));
        assert!(!commit(db, |tx| Box::pin(async move { resources::delete(tx, &other(), "one").await })).await);
        assert!(commit(db, |tx| Box::pin(async move { resources::delete(tx, &home(), "one").await })).await);
        assert!(resources::list_scopes(&**db, &home(), "one").await.unwrap().is_empty());
    }

    async fn roles_grant_the_scopes_of_the_asked_resource(db: &TestDb) {
        insert_resources(db).await;
        insert_application(db, application("app", ApplicationType::MachineToMachine, 1)).await.unwrap();
        commit(db, |tx| Box::pin(async move {
            users::insert(tx, &home(), &User::new("default", "u1".to_owned(), 1)).await?;
            for role in [role("r1", RoleType::User), role("r2", RoleType::User), role("m", RoleType::MachineToMachine)] {
                roles::insert(tx, &home(), &role).await?;
            }
            roles::assign_scopes(tx, &home(), "r1", &["s1".into(), "s3".into()]).await?;
            roles::assign_scopes(tx, &home(), "r2", &["s1".into(), "s2".into()]).await?;
            roles::assign_scopes(tx, &home(), "m", &["s2".into()]).await?;
            assert_eq!(users::assign_roles(tx, &home(), "u1", &["r1".into(), "r2".into()]).await?, 2);
            assert_eq!(users::assign_roles(tx, &home(), "u1", &["r1".into()]).await?, 0);
            roles::assign_to_application(tx, &home(), "app", &["m".into()]).await
        })).await;
        let exec = &**db;
        let for_user = async |tenant: &TenantId, indicator: &str| roles::scopes_for_user(exec, tenant, "u1", indicator).await.unwrap();
        assert_eq!(for_user(&home(), "https://one.example").await, ["read", "write"]);
        assert_eq!(for_user(&home(), "https://two.example").await, ["read"]);
        assert!(for_user(&home(), "https://three.example").await.is_empty());
        assert!(for_user(&other(), "https://one.example").await.is_empty());
        let for_application = roles::scopes_for_application(exec, &home(), "app", "https://one.example").await.unwrap();
        assert_eq!(for_application, ["write"]);
        assert!(roles::scopes_for_application(exec, &other(), "app", "https://one.example").await.unwrap().is_empty());

        commit(db, |tx| Box::pin(async move { users::replace_roles(tx, &home(), "u1", &["r1".into()]).await })).await;
        assert_eq!(for_user(&home(), "https://one.example").await, ["read"]);
        let held: Vec<String> = roles::list_for_user(exec, &home(), "u1").await.unwrap().into_iter().map(|role| role.id).collect();
        assert_eq!(held, ["r1"]);
        assert!(!users::remove_role(exec, &other(), "u1", "r1").await.unwrap());
        assert!(users::remove_role(exec, &home(), "u1", "r1").await.unwrap());
        assert!(for_user(&home(), "https://one.example").await.is_empty());
        let unknown = users::assign_roles(exec, &home(), "u1", &["none".into()]).await;
        assert!(matches!(unknown, Err(StoreError::ForeignKeyViolation)));
        let filter = RoleFilter { kind: Some(RoleType::User), exclude_user_id: Some("u1".into()), ..Default::default() };
        assert_eq!(roles::list(exec, &home(), &filter, Page::ALL).await.unwrap().items.len(), 2);
        // A page past the end still knows how many there are.
        let past = roles::list(exec, &home(), &filter, Page { limit: 1, offset: 9 }).await.unwrap();
        assert_eq!((past.items.len(), past.total), (0, 2));
        assert_eq!(roles::count_applications(exec, &home(), &["m".into(), "r1".into()]).await.unwrap(), [("m".to_owned(), 1)]);
        let shown = roles::list(exec, &home(), &RoleFilter { exclude_internal: true, ..Default::default() }, Page::ALL).await.unwrap().items;
        assert!(shown.iter().all(|role| role.id != "admin-role"));
    }

    async fn settings_are_replaced_as_a_whole(db: &TestDb) {
        let mut settings = sign_in_experiences::find(&**db, &home()).await.unwrap().unwrap();
        settings.custom_css = Some("a { content: '\\201C' }".to_owned());
        settings.forgot_password_methods = None;
        settings.social_sign_in_connector_targets = vec!["github".to_owned()];
        settings.custom_content.insert("/terms".to_owned(), "<p>ü</p>".to_owned());
        let changed = settings.clone();
        commit(db, |tx| Box::pin(async move {
            sign_in_experiences::find_for_update(tx, &home()).await?.ok_or(StoreError::NotFound)?;
            sign_in_experiences::update(tx, &home(), &changed).await
        })).await;
        assert_eq!(sign_in_experiences::find(&**db, &home()).await.unwrap().unwrap(), settings);
        assert_eq!(sign_in_experiences::find(&**db, &other()).await.unwrap().unwrap().custom_css, None);
        let mut center = account_centers::find(&**db, &home()).await.unwrap().unwrap();
        center.enabled = true;
        let changed = center.clone();
        commit(db, |tx| Box::pin(async move { account_centers::update(tx, &home(), &changed).await })).await;
        assert_eq!(account_centers::find(&**db, &home()).await.unwrap().unwrap(), center);
    }

    async fn configuration_is_kept_by_key_and_tenant(db: &TestDb) {
        let value = IdTokenConfig { enabled_extended_claims: Some(vec![ExtendedClaim::Roles]) };
        let stored = value.clone();
        commit(db, |tx| Box::pin(async move { configs::set(tx, &home(), ID_TOKEN, &stored).await })).await;
        assert_eq!(configs::find::<IdTokenConfig>(&**db, &home(), ID_TOKEN).await.unwrap(), Some(value.clone()));
        assert_ne!(configs::find::<IdTokenConfig>(&**db, &other(), ID_TOKEN).await.unwrap(), Some(value));
        assert!(commit(db, |tx| Box::pin(async move { configs::delete(tx, &home(), ID_TOKEN).await })).await);
        assert!(configs::find::<IdTokenConfig>(&**db, &home(), ID_TOKEN).await.unwrap().is_none());
        assert!(configs::find::<IdTokenConfig>(&**db, &other(), ID_TOKEN).await.unwrap().is_some());
    }

    async fn writes_raise_the_version_of_their_tenant(db: &TestDb) {
        let versions = async || {
            let version = async |tenant| tenants::snapshot_version(&**db, &tenant).await.unwrap();
            (version(home()).await, version(other()).await)
        };
        let before = versions().await;
        insert_application(db, application("a1", ApplicationType::Spa, 1)).await.unwrap();
        let after = versions().await;
        assert!(after.0 > before.0);
        assert_eq!(after.1, before.1);
        insert_application(db, application("a1", ApplicationType::Spa, 1)).await.unwrap_err();
        assert_eq!(versions().await, after);
    }

    async fn consents_are_read_by_application(db: &TestDb) {
        insert_resources(db).await;
        insert_application(db, application("app", ApplicationType::Traditional, 1)).await.unwrap();
        let exec = &**db;
        consents::add_user_scopes(exec, &home(), "app", &["profile".into(), "email".into()]).await.unwrap();
        consents::add_user_scopes(exec, &home(), "app", &["email".into()]).await.unwrap();
        consents::add_resource_scopes(exec, &home(), "app", &["s2".into()]).await.unwrap();
        assert_eq!(consents::list_user_scopes(exec, &home(), "app").await.unwrap(), ["email", "profile"]);
        assert_eq!(consents::list_resource_scopes(exec, &home(), "app").await.unwrap(), [scope("one", "s2", "write")]);
        assert!(consents::list_user_scopes(exec, &other(), "app").await.unwrap().is_empty());
        assert!(consents::list_resource_scopes(exec, &other(), "app").await.unwrap().is_empty());
    }
}

both_databases! {
    async fn only_first_party_applications_dress_the_pages(db: &TestDb) {
        let own = application("own", ApplicationType::Spa, 1);
        let foreign = Application { is_third_party: true, ..application("foreign", ApplicationType::Spa, 2) };
        commit(db, move |tx| Box::pin(async move {
            applications::insert(tx, &home(), &own).await?;
            applications::insert(tx, &home(), &foreign).await?;
            for id in ["own", "foreign"] {
                let statement = sql!(
                    "insert into application_sign_in_experiences (tenant_id, application_id, color, custom_css)
                     values ($1, $2, $3, $4)"
                );
                let color = json!({ "primaryColor": "#abc" });
                tx.execute(statement, args![&home(), id, &color, "a{}"]).await?;
            }
            Ok(())
        })).await;
        let looks = appearances::find_of_application(&**db, &home(), "own").await.unwrap().unwrap();
        assert_eq!(json!(looks.color), json!({ "primaryColor": "#abc" }));
        assert_eq!((json!(looks.branding), looks.custom_css.as_deref()), (json!({}), Some("a{}")));
        assert_eq!(appearances::find_of_application(&**db, &home(), "foreign").await.unwrap(), None);
        assert_eq!(appearances::find_of_application(&**db, &other(), "own").await.unwrap(), None);
        let plain = appearances::find_of_organization(&**db, &other(), "t-default").await.unwrap();
        assert_eq!(plain, Some(appearances::Appearance::default()));
        assert_eq!(appearances::find_of_organization(&**db, &home(), "t-default").await.unwrap(), None);
    }
}
