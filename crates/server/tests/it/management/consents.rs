//! What third parties may ask people for, and the organizations that people shared with them.

use crate::harness::{Caller, Server};
use portico_model::{TenantId, organization::OrganizationScope};
use portico_store::{
    both_databases,
    organizations::{
        members::{self, MemberKind},
        scopes as organization_scopes,
    },
    testing::TestDb,
};
use serde_json::{Value, json};

const CIMD: &str = "/api/cimd/user-consent-scopes";

fn empty() -> Value {
    json!({ "organizationScopes": [], "resourceScopes": [], "organizationResourceScopes": [], "userScopes": [] })
}

async fn create(machine: &Caller, path: &str, body: Value) -> String {
    machine.post(path, body).await.ok()["id"].as_str().unwrap().to_owned()
}

async fn third_party(machine: &Caller) -> String {
    let body = json!({ "name": "App", "type": "Traditional", "isThirdParty": true });
    create(machine, "/api/applications", body).await
}

/// A resource with two scopes, and an organization scope.
struct Scopes {
    resource: String,
    read: String,
    write: String,
    invite: String,
}

async fn scopes(db: &TestDb, machine: &Caller) -> Scopes {
    let body = json!({ "name": "API", "indicator": "https://api.example" });
    let resource = create(machine, "/api/resources", body).await;
    let path = format!("/api/resources/{resource}/scopes");
    let read = create(machine, &path, json!({ "name": "read", "description": "Read" })).await;
    let write = create(machine, &path, json!({ "name": "write" })).await;
    let invite = OrganizationScope {
        tenant_id: "default".to_owned(),
        id: "s-invite".to_owned(),
        name: "invite".to_owned(),
        description: None,
    };
    organization_scopes::insert(&**db, &TenantId::default_tenant(), &invite).await.unwrap();
    Scopes { resource, read, write, invite: invite.id }
}

#[tokio::test]
async fn only_third_parties_ask_and_only_for_what_there_is() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let own = create(&machine, "/api/applications", json!({ "name": "Own", "type": "SPA" })).await;
    let answer = machine.post(&format!("/api/applications/{own}/user-consent-scopes"), json!({})).await;
    assert_eq!(answer.refusal(), (422, "application.third_party_application_only"));
    let missing = "/api/applications/missing/user-consent-scopes";
    assert_eq!(machine.get(missing).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.post(missing, json!({})).await.refusal(), (404, "entity.not_exists_with_id"));
    let answer = machine.delete(&format!("{missing}/user-scopes/profile")).await;
    assert_eq!(answer.refusal(), (404, "entity.not_exists_with_id"));

    let management = machine.get("/api/resources?includeScopes=true").await.ok();
    let management = management.as_array().unwrap().iter();
    let management = management.filter(|found| found["indicator"] == "https://default.logto.app/api");
    let all = management.map(|found| found["scopes"][0]["id"].clone()).next().unwrap();
    let app = third_party(&machine).await;
    for path in [format!("/api/applications/{app}/user-consent-scopes"), CIMD.to_owned()] {
        for field in ["organizationScopes", "resourceScopes", "organizationResourceScopes"] {
            let answer = machine.post(&path, json!({ field: ["missing"] })).await;
            assert_eq!(answer.refusal(), (422, "application.user_consent_scopes_not_found"), "{field}");
        }
        for body in [json!({ "userScopes": ["openid"] }), json!({ "resourceScopes": [""] })] {
            assert_eq!(machine.post(&path, body).await.refusal(), (400, "guard.invalid_input"));
        }
        for field in ["resourceScopes", "organizationResourceScopes"] {
            let answer = machine.post(&path, json!({ field: [all] })).await;
            assert_eq!(answer.refusal(), (422, "application.consent_management_api_scopes_not_allowed"));
        }
        assert_eq!(machine.delete(&format!("{path}/scopes/x")).await.refusal(), (400, "guard.invalid_input"));
        assert_eq!(machine.get(&path).await.ok(), empty());
    }
}

both_databases! {
    async fn scopes_are_added_shown_by_resource_and_taken(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let known = scopes(db, &machine).await;
        let app = third_party(&machine).await;
        for path in [format!("/api/applications/{app}/user-consent-scopes"), CIMD.to_owned()] {
            let body = json!({
                "organizationScopes": [known.invite], "resourceScopes": [known.read, known.write, known.read],
                "organizationResourceScopes": [known.read], "userScopes": ["profile", "email"],
            });
            for _ in 0..2 {
                assert_eq!(machine.post(&path, body.clone()).await.status.as_u16(), 201);
            }
            let resource = json!({ "id": known.resource, "name": "API", "indicator": "https://api.example" });
            let read = json!({ "id": known.read, "name": "read", "description": "Read" });
            let write = machine.get(&path).await.ok()["resourceScopes"][0]["scopes"][1].clone();
            assert_eq!(write["id"], known.write);
            assert_eq!(machine.get(&path).await.ok(), json!({
                "organizationScopes": [{ "id": known.invite, "name": "invite", "description": null }],
                "resourceScopes": [{ "resource": resource, "scopes": [read, write] }],
                "organizationResourceScopes": [{ "resource": resource, "scopes": [read] }],
                "userScopes": ["email", "profile"],
            }));
            for (kind, scope) in [
                ("organization-scopes", known.invite.as_str()), ("resource-scopes", &known.read),
                ("resource-scopes", &known.write), ("organization-resource-scopes", &known.read),
                ("user-scopes", "profile"), ("user-scopes", "email"),
            ] {
                let place = format!("{path}/{kind}/{scope}");
                assert_eq!(machine.delete(&place).await.status.as_u16(), 204, "{place}");
                assert_eq!(machine.delete(&place).await.refusal(), (404, "entity.not_found"), "{place}");
            }
            assert_eq!(machine.get(&path).await.ok(), empty());
        }
    }

    async fn another_tenants_scopes_are_not_there(db: &TestDb) {
        let server = Server::new(db);
        let (machine, elsewhere) = (server.machine().await, server.admin_machine().await);
        let known = scopes(db, &machine).await;
        machine.post(CIMD, json!({ "resourceScopes": [known.read], "userScopes": ["profile"] })).await.ok();
        assert_eq!(elsewhere.get(CIMD).await.ok(), empty());
        for (field, scope) in [("organizationScopes", &known.invite), ("resourceScopes", &known.read)] {
            let answer = elsewhere.post(CIMD, json!({ field: [scope] })).await;
            assert_eq!(answer.refusal(), (422, "application.user_consent_scopes_not_found"));
        }
        let answer = elsewhere.delete(&format!("{CIMD}/user-scopes/profile")).await;
        assert_eq!(answer.refusal(), (404, "entity.not_found"));
    }

    async fn only_members_share_organizations(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let app = third_party(&machine).await;
        let user = create(&machine, "/api/users", json!({ "username": "person" })).await;
        let path = format!("/api/applications/{app}/users/{user}/consent-organizations");
        let mut ids = Vec::new();
        for name in ["a", "b", "strangers"] {
            ids.push(create(&machine, "/api/organizations", json!({ "name": name })).await);
        }
        for id in &ids[..2] {
            members::add(&**db, &TenantId::default_tenant(), id, MemberKind::User, std::slice::from_ref(&user)).await.unwrap();
        }
        for body in [json!({ "organizationIds": [ids[2]] }), json!({ "organizationIds": [ids[0], "missing"] })] {
            let refusal = (422, "organization.require_membership");
            assert_eq!(machine.post(&path, body.clone()).await.refusal(), refusal);
            assert_eq!(machine.put(&path, body).await.refusal(), refusal);
        }
        let shared = async || {
            let answer = machine.get(&path).await;
            let mut ids: Vec<String> = answer.body["organizations"].as_array().unwrap().iter()
                .map(|found| found["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(answer.header_values("total-number"), [ids.len().to_string()]);
            ids.sort();
            ids
        };
        assert_eq!(machine.post(&path, json!({ "organizationIds": &ids[..1] })).await.status.as_u16(), 201);
        assert_eq!(machine.post(&path, json!({ "organizationIds": &ids[..2] })).await.status.as_u16(), 201);
        let mut both = ids[..2].to_vec();
        both.sort();
        assert_eq!(shared().await, both);
        assert_eq!(machine.put(&path, json!({ "organizationIds": [ids[1]] })).await.status.as_u16(), 204);
        assert_eq!(shared().await, [ids[1].clone()]);
        let one = format!("{path}/{}", ids[1]);
        assert_eq!(machine.delete(&one).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&one).await.refusal(), (404, "entity.not_found"));
        assert!(shared().await.is_empty());
    }

    async fn sharing_needs_a_third_party_and_a_user(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let app = third_party(&machine).await;
        let own = create(&machine, "/api/applications", json!({ "name": "Own", "type": "SPA" })).await;
        let user = create(&machine, "/api/users", json!({ "username": "person" })).await;
        for (app, user, refusal) in [
            ("missing", user.as_str(), (404, "entity.not_exists_with_id")),
            (&own, &user, (422, "application.third_party_application_only")),
            (&app, "missing", (404, "entity.not_found")),
        ] {
            let path = format!("/api/applications/{app}/users/{user}/consent-organizations");
            let body = json!({ "organizationIds": [] });
            assert_eq!(machine.get(&path).await.refusal(), refusal);
            assert_eq!(machine.post(&path, body.clone()).await.refusal(), refusal);
            assert_eq!(machine.put(&path, body).await.refusal(), refusal);
            assert_eq!(machine.delete(&format!("{path}/x")).await.refusal(), refusal);
        }
        let path = format!("/api/applications/{app}/users/{user}/consent-organizations");
        assert_eq!(machine.post(&path, json!({})).await.refusal(), (400, "guard.invalid_input"));
        let elsewhere = server.admin_machine().await;
        assert_eq!(elsewhere.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    }
}
