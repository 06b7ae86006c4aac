//! What the sign-in pages are made of: texts, profile fields, enterprise connectors.

use portico_model::custom_profile_field::{ProfileFieldConfig, ProfileFieldType};
use portico_model::sso_connector::SsoBranding;
use portico_model::{CustomPhrase, CustomProfileField, JsonObject, SsoConnector};
use serde_json::json;

use super::{commit, home, other};
use crate::{both_databases, custom_phrases, custom_profile_fields, sso_connectors};

fn phrase(id: &str, text: &str) -> CustomPhrase {
    CustomPhrase {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        language_tag: "zh".to_owned(),
        translation: json!({ "list": { "and": text } }).as_object().unwrap().clone(),
    }
}

fn field(name: &str) -> CustomProfileField {
    CustomProfileField {
        tenant_id: "default".to_owned(),
        id: format!("id-{name}"),
        name: name.to_owned(),
        kind: ProfileFieldType::Text,
        label: String::new(),
        description: None,
        required: true,
        config: ProfileFieldConfig::default(),
        created_at: 1,
        sie_order: 0,
    }
}

fn connector(id: &str, name: &str) -> SsoConnector {
    SsoConnector {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        provider_name: "OIDC".to_owned(),
        connector_name: name.to_owned(),
        config: JsonObject::new(),
        domains: vec!["example.io".to_owned()],
        branding: SsoBranding::default(),
        sync_profile: false,
        enable_token_storage: false,
        created_at: 1,
    }
}

both_databases! {
    async fn a_language_has_one_set_of_texts(db: &TestDb) {
        let exec = &**db;
        let first = commit(db, |tx| Box::pin(async move { custom_phrases::upsert(tx, &home(), &phrase("p1", "&")).await })).await;
        assert_eq!(first, phrase("p1", "&"));
        let second = commit(db, |tx| Box::pin(async move { custom_phrases::upsert(tx, &home(), &phrase("p2", "+")).await })).await;
        assert_eq!(second, phrase("p1", "+"));
        assert_eq!(custom_phrases::list(exec, &home()).await.unwrap(), [phrase("p1", "+")]);
        assert!(custom_phrases::find(exec, &other(), "zh").await.unwrap().is_none());
        assert!(!commit(db, |tx| Box::pin(async move { custom_phrases::delete(tx, &other(), "zh").await })).await);
        assert!(commit(db, |tx| Box::pin(async move { custom_phrases::delete(tx, &home(), "zh").await })).await);
        assert!(custom_phrases::list(exec, &home()).await.unwrap().is_empty());
    }

    async fn a_new_profile_field_is_the_last(db: &TestDb) {
        let exec = &**db;
        for (name, place) in [("a", 1), ("b", 2)] {
            let added = commit(db, move |tx| Box::pin(async move { custom_profile_fields::append(tx, &home(), &field(name)).await })).await;
            assert_eq!(added.sie_order, place);
        }
        commit(db, |tx| Box::pin(async move {
            let moved = CustomProfileField { sie_order: 7, ..field("a") };
            custom_profile_fields::update(tx, &home(), &moved).await
        })).await;
        let names: Vec<_> = custom_profile_fields::list(exec, &home()).await.unwrap().into_iter().map(|field| field.name).collect();
        assert_eq!(names, ["b", "a"]);
        let again = db.write(|tx| Box::pin(async move { custom_profile_fields::append(tx, &home(), &field("a")).await })).await;
        assert!(again.is_err());
        let elsewhere = commit(db, |tx| Box::pin(async move { custom_profile_fields::append(tx, &other(), &field("a")).await })).await;
        assert_eq!((elsewhere.tenant_id.as_str(), elsewhere.sie_order), ("admin", 1));
        assert!(commit(db, |tx| Box::pin(async move { custom_profile_fields::delete(tx, &home(), "a").await })).await);
        assert!(custom_profile_fields::find(exec, &home(), "a").await.unwrap().is_none());
        assert!(custom_profile_fields::find(exec, &other(), "a").await.unwrap().is_some());
    }

    async fn names_of_enterprise_connectors_are_unique_in_their_tenant(db: &TestDb) {
        let exec = &**db;
        commit(db, |tx| Box::pin(async move { sso_connectors::insert(tx, &home(), &connector("c1", "Acme")).await })).await;
        commit(db, |tx| Box::pin(async move { sso_connectors::insert(tx, &other(), &connector("c1", "Acme")).await })).await;
        let twin = db.write(|tx| Box::pin(async move { sso_connectors::insert(tx, &home(), &connector("c2", "Acme")).await })).await;
        assert!(twin.unwrap_err().is_unique_violation_of("connector_name"));
        commit(db, |tx| Box::pin(async move {
            let changed = SsoConnector { sync_profile: true, ..connector("c1", "Acme 2") };
            sso_connectors::update(tx, &home(), &changed).await
        })).await;
        assert_eq!(sso_connectors::find_by_id(exec, &home(), "c1").await.unwrap().unwrap().connector_name, "Acme 2");
        assert!(commit(db, |tx| Box::pin(async move { sso_connectors::delete(tx, &home(), "c1").await })).await);
        assert!(sso_connectors::list(exec, &home()).await.unwrap().is_empty());
        assert_eq!(sso_connectors::list(exec, &other()).await.unwrap().len(), 1);
    }
}
