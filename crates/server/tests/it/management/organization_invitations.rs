//! Invitations into organizations.

use crate::harness::{Answer, Caller, NOW_MS, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const PATH: &str = "/api/organization-invitations";
const INVITEE: &str = "ada@example.com";

async fn create(machine: &Caller, path: &str, body: Value) -> String {
    let created = machine.post(path, body).await.ok();
    created["id"].as_str().unwrap().to_owned()
}

async fn organization(machine: &Caller) -> String {
    create(machine, "/api/organizations", json!({ "name": "Acme" })).await
}

fn invitation(organization: &str) -> Value {
    json!({ "invitee": INVITEE, "organizationId": organization, "expiresAt": NOW_MS + 60_000 })
}

async fn set_status(machine: &Caller, id: &str, body: Value) -> Answer {
    machine.put(&format!("{PATH}/{id}/status"), body).await
}

async fn connect_mail(machine: &Caller) {
    machine.post("/api/connectors", json!({ "connectorId": "post-email", "config": {} })).await.ok();
}

#[tokio::test]
async fn what_is_no_invitation_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let organization = organization(&machine).await;
    let invalid = (400, "guard.invalid_input");
    let dangling = (422, "entity.relation_foreign_key_not_found");
    for (field, value, refusal) in [
        ("invitee", json!("nobody"), invalid),
        ("expiresAt", json!("tomorrow"), invalid),
        ("messagePayload", json!(true), invalid),
        ("messagePayload", json!("x"), invalid),
        ("expiresAt", json!(NOW_MS), (400, "request.invalid_input")),
        ("organizationId", json!("nope"), dangling),
        ("inviterId", json!("nope"), dangling),
        ("organizationRoleIds", json!(["nope"]), dangling),
        ("messagePayload", json!({ "link": "https://a.co" }), (501, "connector.not_found")),
    ] {
        let mut body = invitation(&organization);
        body[field] = value;
        assert_eq!(machine.post(PATH, body.clone()).await.refusal(), refusal, "{body}");
    }
    assert_eq!(machine.get(PATH).await.ok(), json!([]));
    assert_eq!(machine.get(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.delete(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_found"));
    let message = machine.post(&format!("{PATH}/x/message"), json!({})).await;
    assert_eq!(message.refusal(), (404, "entity.not_exists_with_id"));
    let status = set_status(&machine, "x", json!({ "status": "Revoked" })).await;
    assert_eq!(status.refusal(), (404, "entity.not_exists_with_id"));
    let expired = set_status(&machine, "x", json!({ "status": "Expired" })).await;
    assert_eq!(expired.refusal(), invalid);
}

both_databases! {
    async fn who_accepts_becomes_a_member_with_the_roles(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let organization = organization(&machine).await;
        let role = create(&machine, "/api/organization-roles", json!({ "name": "member" })).await;
        let mut body = invitation(&organization);
        body["organizationRoleIds"] = json!([role]);
        let invited = machine.post(PATH, body.clone()).await;
        assert_eq!((invited.status.as_u16(), &invited.body["status"]), (201, &json!("Pending")));
        let invited = invited.body;
        assert_eq!(invited["organizationRoles"], json!([{ "id": role, "name": "member" }]));
        let again = machine.post(PATH, body.clone()).await;
        assert_eq!(again.refusal(), (422, "entity.unique_integrity_violation"));

        let id = invited["id"].as_str().unwrap();
        let user = create(&machine, "/api/users", json!({ "primaryEmail": "Ada@Example.com" })).await;
        let other = create(&machine, "/api/users", json!({ "primaryEmail": "eve@example.com" })).await;
        for (accepted, refusal) in [
            (json!(other), (422, "request.invalid_input")),
            (json!("nope"), (404, "entity.not_found")),
            (json!(null), (422, "request.invalid_input")),
        ] {
            let accept = json!({ "status": "Accepted", "acceptedUserId": accepted });
            assert_eq!(set_status(&machine, id, accept).await.refusal(), refusal, "{accepted}");
        }
        let accept = json!({ "status": "Accepted", "acceptedUserId": user });
        let accepted = set_status(&machine, id, accept.clone()).await.ok();
        assert_eq!((&accepted["status"], &accepted["acceptedUserId"]), (&json!("Accepted"), &json!(user)));
        assert_eq!(machine.get(&format!("{PATH}/{id}")).await.ok(), accepted);
        let organizations = machine.get(&format!("/api/users/{user}/organizations")).await.ok();
        assert_eq!(organizations[0]["id"], json!(organization));
        assert_eq!(organizations[0]["organizationRoles"][0]["id"], json!(role));
        assert_eq!(set_status(&machine, id, accept).await.refusal(), (422, "request.invalid_input"));
        let member = machine.post(PATH, body).await;
        assert_eq!(member.refusal(), (422, "request.invalid_input"));
        assert_eq!(machine.delete(&format!("{PATH}/{id}")).await.status.as_u16(), 204);
    }

    async fn an_invitation_whose_time_is_over_makes_room(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let organization = organization(&machine).await;
        let first = create(&machine, PATH, invitation(&organization)).await;
        server.clock.advance_ms(60_000);
        assert_eq!(machine.get(&format!("{PATH}/{first}")).await.ok()["status"], "Expired");
        let revoke = set_status(&machine, &first, json!({ "status": "Revoked" })).await;
        assert_eq!(revoke.refusal(), (422, "request.invalid_input"));
        let mut body = invitation(&organization);
        body["expiresAt"] = json!(NOW_MS + 120_000);
        let second = create(&machine, PATH, body).await;
        let revoked = set_status(&machine, &second, json!({ "status": "Revoked" })).await.ok();
        assert_eq!(revoked["status"], "Revoked");

        let list = machine.get(&format!("{PATH}?organizationId={organization}")).await.ok();
        let statuses: Vec<&Value> = list.as_array().unwrap().iter().map(|item| &item["status"]).collect();
        assert_eq!(statuses, ["Revoked", "Expired"]);
        for (query, count) in [("invitee=ADA@example.com", 2), ("invitee=x", 0), ("inviterId=x", 0)] {
            let list = machine.get(&format!("{PATH}?{query}")).await.ok();
            assert_eq!(list.as_array().unwrap().len(), count, "{query}");
        }
    }

    async fn the_message_says_who_invites_where_to(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        connect_mail(&machine).await;
        let organization = organization(&machine).await;
        let inviter = create(&machine, "/api/users", json!({ "username": "grace", "name": "Grace" })).await;
        for language in ["en", "de"] {
            let details = json!({ "subject": language, "content": "{{link}}" });
            let template = json!({
                "languageTag": language, "templateType": "OrganizationInvitation", "details": details,
            });
            machine.put("/api/email-templates", json!({ "templates": [template] })).await.ok();
        }
        let mut body = invitation(&organization);
        body["inviterId"] = json!(inviter);
        body["messagePayload"] = json!({ "link": "https://a.co/join", "locale": "de" });
        let id = create(&machine, PATH, body).await;
        let message = server.post.last();
        assert_eq!((message.to.as_str(), message.template.unwrap().subject.as_str()), (INVITEE, "de"));
        assert_eq!(message.payload["link"], "https://a.co/join");
        assert_eq!(message.payload["organization"]["name"], "Acme");
        assert_eq!(message.payload["inviter"]["name"], "Grace");

        let resend = machine.post(&format!("{PATH}/{id}/message"), json!({ "link": "https://a.co/again" })).await;
        assert_eq!(resend.status.as_u16(), 204);
        let message = server.post.last();
        assert_eq!(message.template.unwrap().subject, "en");
        assert_eq!(message.payload["link"], "https://a.co/again");
    }

    async fn what_cannot_be_sent_can_be_tried_again_and_not_too_often(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        connect_mail(&machine).await;
        let organization = organization(&machine).await;
        let mut body = invitation(&organization);
        body["messagePayload"] = json!({ "link": "https://a.co/join" });
        server.post.close(true);
        assert!(machine.post(PATH, body.clone()).await.status.is_client_error());
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
        server.post.close(false);
        let id = create(&machine, PATH, body).await;
        let message = format!("{PATH}/{id}/message");
        for _ in 0..9 {
            assert_eq!(machine.post(&message, json!({})).await.status.as_u16(), 204);
        }
        let refused = machine.post(&message, json!({})).await;
        assert_eq!(refused.refusal(), (429, "request.message_rate_limited"));
        assert_eq!(server.post.count(), 10);
        server.clock.advance_ms(600_001);
        assert_eq!(machine.post(&message, json!({})).await.status.as_u16(), 204);
    }

    async fn another_tenants_invitation_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let (machine, admin) = (server.machine().await, server.admin_machine().await);
        let theirs = organization(&admin).await;
        let id = create(&admin, PATH, invitation(&theirs)).await;
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
        assert_eq!(machine.get(&format!("{PATH}/{id}")).await.refusal(), (404, "entity.not_exists_with_id"));
        let status = set_status(&machine, &id, json!({ "status": "Revoked" })).await;
        assert_eq!(status.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&format!("{PATH}/{id}")).await.refusal(), (404, "entity.not_found"));
        let into = machine.post(PATH, invitation(&theirs)).await;
        assert_eq!(into.refusal(), (422, "entity.relation_foreign_key_not_found"));
    }
}
