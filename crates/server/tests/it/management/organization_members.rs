//! Members of organizations: users and machine-to-machine applications, with the roles they hold there.

use crate::harness::{Caller, Server};
use portico_store::both_databases;
use serde_json::{Value, json};

fn id(entity: &Value) -> String {
    entity["id"].as_str().unwrap().to_owned()
}

fn ids(list: &Value) -> Vec<String> {
    let mut ids: Vec<String> = list.as_array().unwrap().iter().map(id).collect();
    ids.sort_unstable();
    ids
}

async fn organization(machine: &Caller) -> String {
    id(&machine.post("/api/organizations", json!({ "name": "Acme" })).await.ok())
}

async fn role(machine: &Caller, name: &str, kind: &str) -> Value {
    machine.post("/api/organization-roles", json!({ "name": name, "type": kind })).await.ok()
}

async fn user(machine: &Caller, username: &str) -> String {
    id(&machine.post("/api/users", json!({ "username": username })).await.ok())
}

async fn application(machine: &Caller, name: &str, kind: &str) -> String {
    let mut body = json!({ "name": name, "type": kind });
    if kind != "MachineToMachine" {
        body["oidcClientMetadata"] = json!({ "redirectUris": [], "postLogoutRedirectUris": [] });
    }
    id(&machine.post("/api/applications", body).await.ok())
}

/// What the two kinds of members are called on the wire, and two of each.
struct Kind {
    part: &'static str,
    field: &'static str,
    role_type: &'static str,
    members: [String; 2],
}

async fn kinds(machine: &Caller) -> [Kind; 2] {
    let users = [user(machine, "ann").await, user(machine, "bob").await];
    let applications = [
        application(machine, "one", "MachineToMachine").await,
        application(machine, "two", "MachineToMachine").await,
    ];
    [
        Kind { part: "users", field: "userIds", role_type: "User", members: users },
        Kind {
            part: "applications",
            field: "applicationIds",
            role_type: "MachineToMachine",
            members: applications,
        },
    ]
}

both_databases! {
    async fn members_join_and_leave(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let organization = organization(&machine).await;
        for Kind { part, field, members: [first, second], .. } in kinds(&machine).await {
            let path = format!("/api/organizations/{organization}/{part}");
            assert_eq!(machine.post(&path, json!({ field: [] })).await.refusal(), (400, "guard.invalid_input"));
            assert_eq!(machine.post(&path, json!({ field: [""] })).await.refusal(), (400, "guard.invalid_input"));
            for _ in 0..2 {
                let added = machine.post(&path, json!({ field: [first, first] })).await;
                assert_eq!(added.status.as_u16(), 201);
                let body = if part == "users" { json!({ field: [first, first] }) } else { json!(null) };
                assert_eq!(added.body, body);
            }
            let list = machine.get(&path).await;
            assert_eq!((list.header_values("total-number"), ids(&list.body)), (vec!["1".to_owned()], vec![first.clone()]));
            assert_eq!(list.body[0]["organizationRoles"], json!([]));

            let replaced = machine.put(&path, json!({ field: [second, second] })).await;
            assert_eq!(replaced.status.as_u16(), 204);
            assert_eq!(ids(&machine.get(&path).await.ok()), std::slice::from_ref(&second));
            let gone = machine.delete(&format!("{path}/{first}")).await;
            assert_eq!(gone.refusal(), (404, "entity.not_found"));
            assert_eq!(machine.delete(&format!("{path}/{second}")).await.status.as_u16(), 204);
            assert_eq!(machine.get(&path).await.ok(), json!([]));

            let unknown = (422, "entity.relation_foreign_key_not_found");
            assert_eq!(machine.post(&path, json!({ field: [first, "none"] })).await.refusal(), unknown);
            assert_eq!(machine.put(&path, json!({ field: [first, "none"] })).await.refusal(), unknown);
            assert_eq!(machine.get(&path).await.ok(), json!([]));
            let nowhere = format!("/api/organizations/none/{part}");
            assert_eq!(machine.get(&nowhere).await.refusal(), (404, "entity.not_exists_with_id"));
            assert_eq!(machine.post(&nowhere, json!({ field: [first] })).await.refusal(), unknown);
            assert_eq!(machine.put(&nowhere, json!({ field: [] })).await.refusal(), unknown);
        }
    }

    async fn members_hold_roles_and_keep_them_while_they_stay(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let organization = organization(&machine).await;
        for Kind { part, field, role_type, members: [first, second] } in kinds(&machine).await {
            let path = format!("/api/organizations/{organization}/{part}");
            let later = role(&machine, &format!("z {part}"), role_type).await;
            let sooner = role(&machine, &format!("a {part}"), role_type).await;
            let held = format!("{path}/{first}/roles");
            let outsider = (422, "organization.require_membership");
            assert_eq!(machine.get(&held).await.refusal(), outsider);
            assert_eq!(machine.post(&held, json!({ "organizationRoleIds": [id(&later)] })).await.refusal(), outsider);
            assert_eq!(machine.put(&held, json!({ "organizationRoleIds": [] })).await.refusal(), outsider);
            assert_eq!(machine.delete(&format!("{held}/{}", id(&later))).await.refusal(), outsider);

            machine.post(&path, json!({ field: [first] })).await;
            let both = json!({ field: [first, second], "organizationRoleIds": [id(&later), id(&sooner)] });
            assert_eq!(machine.post(&format!("{path}/roles"), both.clone()).await.refusal(), outsider);
            assert_eq!(machine.get(&held).await.ok(), json!([]));
            machine.post(&path, json!({ field: [second] })).await;
            assert_eq!(machine.post(&format!("{path}/roles"), both).await.status.as_u16(), 201);
            let mut all = vec![id(&later), id(&sooner)];
            all.sort_unstable();
            assert_eq!(ids(&machine.get(&held).await.ok()), all);
            let page = machine.get(&format!("{held}?page=2&page_size=1")).await;
            assert_eq!((page.header_values("total-number"), ids(&page.body)), (vec!["2".to_owned()], vec![all[1].clone()]));

            machine.put(&path, json!({ field: [first] })).await;
            let list = machine.get(&path).await.ok();
            let shown = json!([
                { "id": sooner["id"], "name": sooner["name"] }, { "id": later["id"], "name": later["name"] }
            ]);
            assert_eq!((ids(&list), &list[0]["organizationRoles"]), (vec![first.clone()], &shown));
            let replaced = machine.put(&held, json!({ "organizationRoleIds": [id(&later)] })).await;
            assert_eq!(replaced.status.as_u16(), 204);
            assert_eq!(machine.get(&held).await.ok(), json!([later]));
            let one = format!("{held}/{}", id(&later));
            assert_eq!(machine.delete(&one).await.status.as_u16(), 204);
            assert_eq!(machine.delete(&one).await.refusal(), (404, "entity.not_found"));
        }
    }

    async fn a_role_must_exist_and_suit_the_member(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let organization = organization(&machine).await;
        for Kind { part, field, role_type, members: [first, _] } in kinds(&machine).await {
            let path = format!("/api/organizations/{organization}/{part}");
            machine.post(&path, json!({ field: [first] })).await;
            let other_type = if role_type == "User" { "MachineToMachine" } else { "User" };
            let unsuitable = id(&role(&machine, part, other_type).await);
            let held = format!("{path}/{first}/roles");
            for (role_id, code) in [("none", "entity.relation_foreign_key_not_found"), (&*unsuitable, "entity.db_constraint_violated")] {
                let body = json!({ "organizationRoleIds": [role_id] });
                assert_eq!(machine.post(&held, body.clone()).await.refusal(), (422, code));
                assert_eq!(machine.put(&held, body).await.refusal(), (422, code));
                let many = json!({ field: [first], "organizationRoleIds": [role_id] });
                assert_eq!(machine.post(&format!("{path}/roles"), many).await.refusal(), (422, code));
            }
        }
    }

    async fn only_machines_among_applications_become_members(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let path = format!("/api/organizations/{}/applications", organization(&machine).await);
        let native = application(&machine, "native", "Native").await;
        let body = json!({ "applicationIds": [native] });
        assert_eq!(machine.post(&path, body.clone()).await.refusal(), (422, "entity.db_constraint_violated"));
        assert_eq!(machine.put(&path, body).await.refusal(), (422, "entity.db_constraint_violated"));
    }

    async fn a_user_is_given_roles_by_name(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let (organization, ann) = (organization(&machine).await, user(&machine, "ann").await);
        machine.post(&format!("/api/organizations/{organization}/users"), json!({ "userIds": [ann] })).await.ok();
        let held = format!("/api/organizations/{organization}/users/{ann}/roles");
        let (editor, viewer) = (role(&machine, "editor", "User").await, role(&machine, "viewer", "User").await);
        let unknown = json!({ "organizationRoleNames": ["editor", "none"] });
        assert_eq!(machine.post(&held, unknown.clone()).await.refusal(), (422, "organization.role_names_not_found"));
        assert_eq!(machine.put(&held, unknown).await.refusal(), (422, "organization.role_names_not_found"));
        let nothing = machine.post(&held, json!({ "organizationRoleIds": [] })).await;
        assert_eq!((nothing.status.as_u16(), &nothing.body), (201, &json!({ "organizationRoleIds": [] })));
        let body = json!({ "organizationRoleIds": [id(&editor)], "organizationRoleNames": ["viewer", "editor"] });
        let answer = machine.post(&held, body).await.ok();
        assert_eq!(answer, json!({ "organizationRoleIds": [id(&editor), id(&viewer)] }));
        let replaced = machine.put(&held, json!({ "organizationRoleNames": ["viewer"] })).await;
        assert_eq!((replaced.status.as_u16(), machine.get(&held).await.ok()), (204, json!([viewer])));
    }

    async fn a_user_has_the_scopes_of_the_roles_held(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let (organization, ann) = (organization(&machine).await, user(&machine, "ann").await);
        let scopes = format!("/api/organizations/{organization}/users/{ann}/scopes");
        assert_eq!(machine.get(&scopes).await.refusal(), (422, "organization.require_membership"));
        machine.post(&format!("/api/organizations/{organization}/users"), json!({ "userIds": [ann] })).await.ok();
        assert_eq!(machine.get(&scopes).await.ok(), json!([]));
        let read = machine.post("/api/organization-scopes", json!({ "name": "read" })).await.ok();
        let write = machine.post("/api/organization-scopes", json!({ "name": "write" })).await.ok();
        for (name, allowed) in [("editor", vec![id(&write), id(&read)]), ("viewer", vec![id(&read)])] {
            let body = json!({ "name": name, "organizationScopeIds": allowed });
            machine.post("/api/organization-roles", body).await.ok();
        }
        let held = format!("/api/organizations/{organization}/users/{ann}/roles");
        machine.put(&held, json!({ "organizationRoleNames": ["editor", "viewer"] })).await;
        assert_eq!(machine.get(&scopes).await.ok(), json!([read, write]));
        machine.put(&held, json!({ "organizationRoleNames": ["viewer"] })).await;
        assert_eq!(machine.get(&scopes).await.ok(), json!([read]));
    }

    async fn members_are_found_by_text_and_by_role(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let organization = organization(&machine).await;
        let path = format!("/api/organizations/{organization}/users");
        let (ann, bob) = (user(&machine, "ann").await, user(&machine, "bob").await);
        let outsider = user(&machine, "annabel").await;
        machine.post(&path, json!({ "userIds": [ann, bob] })).await.ok();
        let viewer = id(&role(&machine, "viewer", "User").await);
        let given = json!({ "organizationRoleIds": [viewer] });
        machine.post(&format!("{path}/{bob}/roles"), given).await.ok();
        let everybody = vec![ann.clone(), bob.clone()];
        for (query, expected) in [
            ("?q=ANN".to_owned(), vec![ann.clone()]),
            ("?q=%25".to_owned(), Vec::new()),
            (format!("?organizationRoleId={viewer}"), vec![bob.clone()]),
            (format!("?organizationRoleId={viewer}&q=ann"), Vec::new()),
            ("?organizationRoleId=none".to_owned(), Vec::new()),
            (String::new(), everybody),
        ] {
            let list = machine.get(&format!("{path}{query}")).await;
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(list.header_values("total-number"), [expected.len().to_string()], "{query}");
            assert_eq!(ids(&list.body), expected, "{query}");
        }
        let others = machine.get(&format!("/api/users?excludeOrganizationId={organization}")).await.ok();
        assert_eq!(ids(&others), [outsider]);
        let both = machine.get(&format!("/api/users?excludeOrganizationId={organization}&excludeRoleId=x")).await;
        assert_eq!(both.refusal(), (400, "request.invalid_input"));
    }

    async fn members_see_their_organizations_with_roles(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let first = organization(&machine).await;
        server.clock.advance_ms(1);
        let second = organization(&machine).await;
        organization(&machine).await;
        for Kind { part, field, role_type, members: [member, other] } in kinds(&machine).await {
            for organization in [&first, &second] {
                let path = format!("/api/organizations/{organization}/{part}");
                machine.post(&path, json!({ field: [member] })).await;
            }
            let viewer = role(&machine, part, role_type).await;
            let held = format!("/api/organizations/{first}/{part}/{member}/roles");
            machine.post(&held, json!({ "organizationRoleIds": [id(&viewer)] })).await;
            let list = machine.get(&format!("/api/{part}/{member}/organizations")).await.ok();
            assert_eq!((&list[0]["id"], &list[1]["id"]), (&json!(second), &json!(first)));
            let shown = json!([{ "id": viewer["id"], "name": part }]);
            assert_eq!((&list[0]["organizationRoles"], &list[1]["organizationRoles"]), (&json!([]), &shown));
            assert_eq!(machine.get(&format!("/api/{part}/{other}/organizations")).await.ok(), json!([]));
            let nobody = machine.get(&format!("/api/{part}/none/organizations")).await;
            let code = if part == "users" { "entity.not_found" } else { "entity.not_exists_with_id" };
            assert_eq!(nobody.refusal(), (404, code));
            if part == "applications" {
                let page = machine.get(&format!("/api/{part}/{member}/organizations?page=2&page_size=1")).await;
                assert_eq!((page.header_values("total-number"), ids(&page.body)), (vec!["2".to_owned()], vec![first.clone()]));
                let others = machine.get(&format!("/api/{part}?excludeOrganizationId={first}")).await.ok();
                assert!(ids(&others).contains(&other) && !ids(&others).contains(&member));
            }
        }
    }

    async fn another_tenants_members_are_not_there(db: &TestDb) {
        let server = Server::new(db);
        let (admin, machine) = (server.admin_machine().await, server.machine().await);
        let (foreign, stranger) = (organization(&admin).await, user(&admin, "stranger").await);
        let (own, ann) = (organization(&machine).await, user(&machine, "ann").await);
        let path = format!("/api/organizations/{foreign}/users");
        admin.post(&path, json!({ "userIds": [stranger] })).await.ok();
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        let unknown = (422, "entity.relation_foreign_key_not_found");
        assert_eq!(machine.post(&path, json!({ "userIds": [ann] })).await.refusal(), unknown);
        assert_eq!(machine.put(&path, json!({ "userIds": [] })).await.refusal(), unknown);
        assert_eq!(machine.delete(&format!("{path}/{stranger}")).await.refusal(), (404, "entity.not_found"));
        let roles = machine.get(&format!("{path}/{stranger}/roles")).await;
        assert_eq!(roles.refusal(), (422, "organization.require_membership"));
        let invited = machine.post(&format!("/api/organizations/{own}/users"), json!({ "userIds": [stranger] })).await;
        assert_eq!(invited.refusal(), unknown);
        assert_eq!(ids(&admin.get(&path).await.ok()), [stranger]);
    }
}
