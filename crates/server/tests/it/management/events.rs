//! Changes are told of in the transaction that makes them.

use crate::harness::{Caller, NOW_MS, Server};
use portico_model::{Hook, HookEvent, TenantId, hook::HookConfig};
use portico_store::{
    StoreError, both_databases,
    hook_deliveries::{self, HookDelivery},
    hooks,
};
use serde_json::{Value, json};

/// A webhook that wants these events.
async fn listen(server: &Server, tenant: &TenantId, id: &str, events: &[HookEvent]) {
    let hook = Hook {
        tenant_id: tenant.to_string(),
        id: id.to_owned(),
        name: id.to_owned(),
        event: None,
        events: events.to_vec(),
        config: HookConfig { url: "http://hooks.example".to_owned(), headers: None, retries: None },
        signing_key: "key".to_owned(),
        enabled: true,
        created_at: NOW_MS,
    };
    let of = tenant.clone();
    let ctx = server.ctx(tenant);
    let inserted = ctx.write_settings(move |tx| Box::pin(async move { hooks::insert(tx, &of, &hook).await }));
    inserted.await.unwrap();
}

/// What waits in the outbox, one of each webhook.
async fn first_of_each(server: &Server, tenant: &TenantId) -> Vec<HookDelivery> {
    hook_deliveries::claim(&server.app.db, tenant, NOW_MS, NOW_MS + 1, 100).await.unwrap()
}

/// The payloads recorded for a webhook, in order.
async fn told(server: &Server) -> Vec<Value> {
    let tenant = TenantId::default_tenant();
    let mut bodies = Vec::new();
    loop {
        let [delivery] = &*first_of_each(server, &tenant).await else { return bodies };
        bodies.push(serde_json::from_str(&delivery.body).unwrap());
        hook_deliveries::delete(&server.app.db, &tenant, &delivery.id).await.unwrap();
    }
}

async fn make_role(machine: &Caller, name: &str) -> Value {
    machine.post("/api/roles", json!({ "name": name, "description": name })).await.ok()
}

both_databases! {
    async fn an_event_says_what_was_asked_and_answered(db: &TestDb) {
        let server = Server::new(db);
        listen(&server, &TenantId::default_tenant(), "h1", HookEvent::ALL).await;
        let machine = server.machine().await;
        let role = make_role(&machine, "editor").await;
        let path = format!("/api/roles/{}", role["id"].as_str().unwrap());
        machine.patch(&path, json!({ "name": "writer" })).await.ok();
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);

        let bodies = told(&server).await;
        assert_eq!(bodies[0], json!({
            "hookId": "h1", "event": "Role.Created", "createdAt": "2026-01-01T00:00:00.000Z",
            "path": "/roles", "method": "POST", "params": {}, "matchedRoute": "/roles",
            "status": 200, "data": role,
        }));
        assert_eq!((&bodies[1]["event"], &bodies[1]["data"]["name"]), (&json!("Role.Data.Updated"), &json!("writer")));
        assert_eq!(bodies[2]["event"], "Role.Deleted");
        assert_eq!(bodies[2]["matchedRoute"], "/roles/:id");
        assert_eq!(bodies[2]["params"], json!({ "id": role["id"] }));
        assert_eq!((&bodies[2]["status"], &bodies[2]["data"]), (&json!(204), &json!(null)));
        assert_eq!(bodies.len(), 3);
    }

    async fn each_webhook_is_told_of_what_it_wants_and_of_nothing_else(db: &TestDb) {
        let server = Server::new(db);
        let home = TenantId::default_tenant();
        listen(&server, &home, "h1", &[HookEvent::RoleCreated]).await;
        listen(&server, &home, "h2", &[HookEvent::RoleCreated, HookEvent::RoleDeleted]).await;
        listen(&server, &home, "h3", &[HookEvent::UserDeleted]).await;
        listen(&server, &TenantId::admin_tenant(), "h4", &[HookEvent::RoleCreated]).await;
        make_role(&server.machine().await, "editor").await;

        let mut hooks: Vec<String> = first_of_each(&server, &home).await.into_iter().map(|it| it.hook_id).collect();
        hooks.sort();
        assert_eq!(hooks, ["h1", "h2"]);
        assert!(first_of_each(&server, &TenantId::admin_tenant()).await.is_empty());
    }

    async fn a_change_that_is_refused_is_not_told_of(db: &TestDb) {
        let server = Server::new(db);
        let home = TenantId::default_tenant();
        listen(&server, &home, "h1", HookEvent::ALL).await;
        let machine = server.machine().await;
        make_role(&machine, "editor").await;
        let again = machine.post("/api/roles", json!({ "name": "editor", "description": "again" })).await;
        assert_eq!(again.refusal(), (422, "role.name_in_use"));
        let ctx = server.ctx(&home);
        let events = ctx.events(Default::default).await.unwrap();
        let rolled_back: Result<(), StoreError> = ctx.write_settings(move |tx| Box::pin(async move {
            events.record(tx, HookEvent::RoleCreated, 200, &()).await?;
            Err(StoreError::NotFound)
        })).await;
        assert!(rolled_back.is_err());
        assert_eq!(told(&server).await.len(), 1);
    }

    async fn the_deliveries_of_a_webhook_are_taken_one_after_another(db: &TestDb) {
        let server = Server::new(db);
        let home = TenantId::default_tenant();
        listen(&server, &home, "h1", HookEvent::ALL).await;
        let machine = server.machine().await;
        for name in ["a", "b", "c"] {
            make_role(&machine, name).await;
        }
        let first = first_of_each(&server, &home).await;
        assert_eq!((first.len(), first[0].attempts), (1, 1));
        // Taken: neither it nor what follows it is handed out.
        assert!(first_of_each(&server, &home).await.is_empty());
        // Whoever took it died: when the lease is over it is handed out again.
        let again = hook_deliveries::claim(&**db, &home, NOW_MS + 1, NOW_MS + 2, 100).await.unwrap();
        assert_eq!((&again[0].id, again[0].attempts), (&first[0].id, 2));
        hook_deliveries::delete(&**db, &home, &again[0].id).await.unwrap();
        let second = first_of_each(&server, &home).await;
        assert!(second[0].sequence > first[0].sequence);
    }

    async fn what_happens_to_a_user_is_told(db: &TestDb) {
        let server = Server::new(db);
        listen(&server, &TenantId::default_tenant(), "h1", HookEvent::ALL).await;
        let machine = server.machine().await;
        let user = machine.post("/api/users", json!({ "username": "ada" })).await.ok();
        let path = format!("/api/users/{}", user["id"].as_str().unwrap());
        machine.patch(&path, json!({ "name": "Ada" })).await.ok();
        machine.patch(&format!("{path}/custom-data"), json!({ "customData": { "a": 1 } })).await.ok();
        machine.patch(&format!("{path}/is-suspended"), json!({ "isSuspended": true })).await.ok();
        machine.delete(&path).await;
        let bodies = told(&server).await;
        let events: Vec<&str> = bodies.iter().map(|body| body["event"].as_str().unwrap()).collect();
        assert_eq!(events, [
            "User.Created", "User.Data.Updated", "User.Data.Updated", "User.SuspensionStatus.Updated", "User.Deleted",
        ]);
        assert_eq!((&bodies[0]["data"], &bodies[2]["data"]), (&user, &json!({ "a": 1 })));
        assert_eq!((&bodies[4]["data"]["username"], &bodies[4]["status"]), (&json!("ada"), &json!(204)));
    }
}
