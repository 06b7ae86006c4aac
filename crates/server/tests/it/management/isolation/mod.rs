//! Tenants cannot reach each other: every operation of our own OpenAPI document is called by those who may not.
//!
//! A new operation is covered as soon as it is in the document. When it names a new kind of entity, the walk asks
//! for one in [`possessions`].

mod operations;
mod possessions;

use crate::harness::{Caller, Server};
use operations::Operation;
use portico_identity::Settings;
use portico_model::TenantId;
use portico_store::{
    both_databases,
    testing::{Dump, TestDb},
};
use possessions::{Possessions, kind_of_parameter};
use serde_json::{Value, json};

/// Lists that the reference leaves empty when there is nobody they could be of.
const EMPTY_FOR_NOBODY: [&str; 3] = ["ListHookRecentLogs", "ListUserGrants", "ListUserSessions"];

fn shows(text: &str, possessions: &Possessions) -> bool {
    possessions.ids().any(|(_, id)| text.contains(id))
}

fn server(db: &TestDb) -> Server {
    let settings =
        Settings { custom_domain_target: Some("target.portico.invalid".to_owned()), ..Settings::default() };
    Server::with_settings(db, settings)
}

async fn document(caller: &Caller) -> Value {
    caller.get("/api/.well-known/management.openapi.json").await.ok()
}

/// Fails with every row that came or went.
#[track_caller]
fn assert_unchanged(before: &Dump, after: &Dump) {
    let mut changes = Vec::new();
    for (table, rows) in before {
        changes.extend(rows.difference(&after[table]).map(|row| format!("- {table} {row}")));
        changes.extend(after[table].difference(rows).map(|row| format!("+ {table} {row}")));
    }
    assert!(changes.is_empty(), "{}", changes.join("\n"));
}

/// The path with a value for each parameter: bit `n` of `foreign` says that the n-th is theirs.
fn path(operation: &Operation, ours: &Possessions, theirs: &Possessions, foreign: usize) -> String {
    let mut path = operation.path.clone();
    for (at, (segment, name)) in operation.path_parameters().into_iter().enumerate() {
        let owner = if foreign & (1 << at) == 0 { ours } else { theirs };
        let value = operation.plain_value(name).unwrap_or_else(|| {
            let kind = kind_of_parameter(segment, name);
            let id = owner.get(&kind);
            id.unwrap_or_else(|| panic!("{}: no {kind} among the possessions", operation.id)).to_owned()
        });
        path = path.replacen(&format!("{{{name}}}"), &value, 1);
    }
    path
}

/// An answer that is not what was promised, in one line.
fn complaint(operation: &Operation, path: &str, answer: &crate::harness::Answer) -> String {
    format!("{} {} {path}: {} {}", operation.id, operation.method, answer.status, answer.body)
}

both_databases! {
    async fn no_operation_is_open_to_those_who_may_not_call_it(db: &TestDb) {
        let server = server(db);
        let (default, admin) = (TenantId::default_tenant(), TenantId::admin_tenant());
        let machine = server.machine().await;
        let ours = Possessions::make(&server, &default, &machine, "ours").await;
        let document = document(&machine).await;
        let admin_api = "https://admin.logto.app/api";
        let strangers = [
            ("no token", server.anonymous(), (401, "auth.authorization_header_missing")),
            ("no scope", server.with_claims(&default, json!({ "sub": "m", "scope": "" })).await, (403, "auth.forbidden")),
            (
                "a token of the admin tenant for itself",
                server.with_claims(&admin, json!({ "sub": "m", "client_id": "m", "aud": admin_api })).await,
                (401, "auth.unauthorized"),
            ),
            (
                "a token of this tenant for the admin tenant",
                server.with_claims(&default, json!({ "sub": "m", "client_id": "m", "aud": admin_api })).await,
                (401, "auth.unauthorized"),
            ),
        ];
        let before = db.dump().await;
        let mut wrong = Vec::new();
        for operation in operations::all(&document).iter().filter(|operation| operation.is_closed()) {
            let path = path(operation, &ours, &ours, 0);
            for (who, caller, refusal) in &strangers {
                let answer = operation.call(&document, caller, &path, Some(&ours)).await;
                if answer.refusal() != *refusal || !operation.documented.contains(&refusal.0) {
                    wrong.push(format!("{who}: {}", complaint(operation, &path, &answer)));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_unchanged(&before, &db.dump().await);
    }

    async fn a_token_of_the_default_tenant_does_not_reach_the_admin_tenant(db: &TestDb) {
        let server = server(db);
        let (default, admin) = (TenantId::default_tenant(), TenantId::admin_tenant());
        let theirs = Possessions::make(&server, &admin, &server.admin_machine().await, "theirs").await;
        let document = document(&server.anonymous()).await;
        let before = db.dump().await;
        let mut wrong = Vec::new();
        for audience in ["https://default.logto.app/api", "https://admin.logto.app/api"] {
            let claims = json!({ "sub": "m", "client_id": "m", "aud": audience });
            let caller = server.at_admin(server.with_claims(&default, claims).await);
            for operation in operations::all(&document).iter().filter(|operation| operation.is_closed()) {
                let path = path(operation, &theirs, &theirs, 0);
                let answer = operation.call(&document, &caller, &path, Some(&theirs)).await;
                if answer.refusal() != (401, "auth.unauthorized") {
                    wrong.push(format!("{audience}: {}", complaint(operation, &path, &answer)));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_unchanged(&before, &db.dump().await);
    }

    async fn the_default_tenant_does_not_reach_what_the_admin_tenant_has(db: &TestDb) {
        let server = server(db);
        let (ours, theirs) = (server.machine().await, server.admin_machine().await);
        walk(db, &server, (&TenantId::default_tenant(), ours), (&TenantId::admin_tenant(), theirs)).await;
    }

    async fn the_admin_tenant_does_not_reach_what_the_default_tenant_has(db: &TestDb) {
        let server = server(db);
        let (ours, theirs) = (server.admin_machine().await, server.machine().await);
        walk(db, &server, (&TenantId::admin_tenant(), ours), (&TenantId::default_tenant(), theirs)).await;
    }
}

/// Calls everything as `us`, with every mixture of ids in which at least one is theirs.
async fn walk(db: &TestDb, server: &Server, us: (&TenantId, Caller), them: (&TenantId, Caller)) {
    let ours = Possessions::make(server, us.0, &us.1, "ours").await;
    let theirs = Possessions::make(server, them.0, &them.1, "theirs").await;
    let document = document(&us.1).await;
    let before = db.dump().await;
    let mut wrong = Vec::new();
    for operation in operations::all(&document).iter().filter(|operation| operation.is_closed()) {
        for foreign in mixtures(operation, &document) {
            let path = path(operation, &ours, &theirs, foreign);
            let answer = operation.call(&document, &us.1, &path, Some(&theirs)).await;
            let status = answer.status.as_u16();
            // The reference knows no refusal here: for whom there is not, there is nothing.
            let is_nothing = status == 200
                && EMPTY_FOR_NOBODY.contains(&&*operation.id)
                && !shows(&answer.text(), &theirs);
            let is_refused = [403, 404, 422].contains(&status) && operation.documented.contains(&status);
            if !is_nothing && !is_refused {
                wrong.push(complaint(operation, &path, &answer));
            }
        }
        if operation.method == "GET" && operation.path_parameters().is_empty() {
            let text = operation.call(&document, &us.1, &operation.path, None).await.text();
            let shown = theirs.ids().filter(|(_, id)| text.contains(id));
            wrong.extend(shown.map(|(kind, id)| format!("{} shows {kind} {id}", operation.id)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_unchanged(&before, &db.dump().await);
}

/// Which parameters of the path are theirs in each call; none of them when the body names what is theirs.
fn mixtures(operation: &Operation, document: &Value) -> Vec<usize> {
    let parameters = operation.path_parameters();
    let entities: usize = parameters
        .iter()
        .enumerate()
        .filter(|(_, (_, name))| operation.plain_value(name).is_none())
        .map(|(at, _)| 1 << at)
        .sum();
    let mut mixtures: Vec<usize> = (1..1 << parameters.len()).filter(|mask| mask & !entities == 0).collect();
    if operation.names_entities(document) {
        mixtures.push(0);
    }
    mixtures
}
