//! Deliveries: signed, in order, again after a failure or a crash, and never into the operator's network.

use crate::harness::{Caller, NOW_MS, Server};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode};
use portico_connectors::OutboundPolicy;
use portico_crypto::hmac_sha256_hex;
use portico_identity::{Settings, deliveries::Deliverer};
use portico_model::TenantId;
use portico_store::{both_databases, hook_deliveries, testing::TestDb};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};
use tokio::sync::{Mutex, mpsc, oneshot};

/// Somebody else's server, which keeps what it is sent.
struct Receiver {
    url: String,
    /// The status it answers with.
    status: Arc<AtomicU16>,
    requests: Mutex<mpsc::UnboundedReceiver<(HeaderMap, Bytes)>>,
}

#[derive(Clone)]
struct Answering {
    status: Arc<AtomicU16>,
    sender: mpsc::UnboundedSender<(HeaderMap, Bytes)>,
}

impl Receiver {
    async fn start() -> Self {
        let (sender, requests) = mpsc::unbounded_channel();
        let status = Arc::new(AtomicU16::new(200));
        let answering = Answering { status: status.clone(), sender };
        let router = Router::new().fallback(receive).with_state(answering);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, status, requests: Mutex::new(requests) }
    }

    /// The next request, which must come.
    async fn next(&self) -> (HeaderMap, Bytes) {
        self.requests.lock().await.recv().await.unwrap()
    }

    /// Events of the requests that are there.
    async fn events(&self) -> Vec<String> {
        let mut requests = self.requests.lock().await;
        let mut events = Vec::new();
        while let Ok((_, body)) = requests.try_recv() {
            let body: Value = serde_json::from_slice(&body).unwrap();
            events.push(body["event"].as_str().unwrap().to_owned());
        }
        events
    }
}

async fn receive(
    State(answering): State<Answering>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    answering.sender.send((headers, body)).unwrap();
    (
        StatusCode::from_u16(answering.status.load(Ordering::SeqCst)).unwrap(),
        json!({ "seen": true }).to_string(),
    )
}

fn open_server(db: &TestDb) -> Server {
    Server::with_outbound(
        db,
        Settings::default(),
        OutboundPolicy { allow_private: true, ..Default::default() },
    )
}

async fn make_hook(machine: &Caller, config: Value) -> Value {
    let body = json!({ "name": "all roles", "events": ["Role.Created", "Role.Data.Updated", "Role.Deleted"], "config": config });
    machine.post("/api/hooks", body).await.ok()
}

async fn make_role(machine: &Caller, name: &str) -> Value {
    machine.post("/api/roles", json!({ "name": name, "description": name })).await.ok()
}

/// Makes everything that is due, and what becomes due by that.
async fn deliver_all(server: &Server) {
    let mut deliverer = Deliverer::new(server.app.clone());
    loop {
        let due = hook_deliveries::next_due_at(&server.app.db, &TenantId::default_tenant()).await.unwrap();
        if due.is_none_or(|due| due > server.ctx(&TenantId::default_tenant()).now_ms()) {
            return;
        }
        deliverer.begin_due().await.unwrap();
        deliverer.finish().await;
    }
}

async fn recent(machine: &Caller, hook: &Value) -> Vec<Value> {
    let path = format!("/api/hooks/{}/recent-logs", hook["id"].as_str().unwrap());
    machine.get(&path).await.ok().as_array().unwrap().clone()
}

both_databases! {
    async fn a_delivery_is_signed_and_logged(db: &TestDb) {
        let (server, receiver) = (open_server(db), Receiver::start().await);
        let machine = server.machine().await;
        let config = json!({ "url": receiver.url, "headers": { "x-mine": "1", "user-agent": "theirs" } });
        let hook = make_hook(&machine, config).await;
        let role = make_role(&machine, "editor").await;
        deliver_all(&server).await;

        let (headers, body) = receiver.next().await;
        let signature = hmac_sha256_hex(hook["signingKey"].as_str().unwrap(), &body);
        assert_eq!(headers["logto-signature-sha-256"], signature.as_str());
        assert_eq!((&headers["content-type"], &headers["x-mine"]), (&"application/json".parse().unwrap(), &"1".parse().unwrap()));
        assert_eq!(headers["user-agent"], "theirs");
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["hookId"], &body["data"]), (&hook["id"], &role));

        let logs = recent(&machine, &hook).await;
        assert_eq!((logs.len(), &logs[0]["key"]), (1, &json!("TriggerHook.Role.Created")));
        let payload = &logs[0]["payload"];
        assert_eq!((&payload["result"], &payload["hookRequest"]["body"]), (&json!("Success"), &body));
        assert_eq!(payload["response"], json!({ "statusCode": 200, "body": { "seen": true } }));
        let path = format!("/api/hooks/{}?includeExecutionStats=true", hook["id"].as_str().unwrap());
        let stats = &machine.get(&path).await.ok()["executionStats"];
        assert_eq!(stats, &json!({ "successCount": 1, "requestCount": 1 }));
    }

    async fn the_events_of_a_webhook_arrive_in_their_order_and_wait_for_retries(db: &TestDb) {
        let (server, receiver) = (open_server(db), Receiver::start().await);
        let machine = server.machine().await;
        let hook = make_hook(&machine, json!({ "url": receiver.url, "retries": 1 })).await;
        let other = Receiver::start().await;
        make_hook(&machine, json!({ "url": other.url })).await;
        let role = make_role(&machine, "editor").await;
        let path = format!("/api/roles/{}", role["id"].as_str().unwrap());
        machine.patch(&path, json!({ "name": "writer" })).await.ok();
        machine.delete(&path).await;

        receiver.status.store(503, Ordering::SeqCst);
        deliver_all(&server).await;
        assert_eq!(receiver.events().await, ["Role.Created"]);
        assert_eq!(other.events().await, ["Role.Created", "Role.Data.Updated", "Role.Deleted"]);
        // The only retry fails as well; the next event gets its turn and is retried too.
        server.clock.advance_ms(1000);
        deliver_all(&server).await;
        assert_eq!(receiver.events().await, ["Role.Created", "Role.Data.Updated"]);
        receiver.status.store(200, Ordering::SeqCst);
        server.clock.advance_ms(1000);
        deliver_all(&server).await;
        assert_eq!(receiver.events().await, ["Role.Data.Updated", "Role.Deleted"]);
        let results: Vec<Value> =
            recent(&machine, &hook).await.iter().map(|log| log["payload"]["result"].clone()).collect();
        assert_eq!(results.iter().filter(|result| *result == "Error").count(), 3);
        assert_eq!(results.len(), 5);
    }

    async fn an_answer_that_no_retry_betters_is_final(db: &TestDb) {
        let (server, receiver) = (open_server(db), Receiver::start().await);
        let machine = server.machine().await;
        let hook = make_hook(&machine, json!({ "url": receiver.url })).await;
        receiver.status.store(404, Ordering::SeqCst);
        make_role(&machine, "editor").await;
        deliver_all(&server).await;
        assert_eq!(hook_deliveries::count(&**db, &TenantId::default_tenant()).await.unwrap(), 0);
        assert_eq!(recent(&machine, &hook).await[0]["payload"]["result"], "Error");
    }

    async fn what_was_committed_before_a_crash_is_delivered_after_it(db: &TestDb) {
        let receiver = Receiver::start().await;
        let before = open_server(db);
        let machine = before.machine().await;
        make_hook(&machine, json!({ "url": receiver.url })).await;
        make_role(&machine, "first").await;
        make_role(&machine, "second").await;
        // The process took the first delivery and died with it.
        let home = TenantId::default_tenant();
        let taken = hook_deliveries::claim(&**db, &home, NOW_MS, NOW_MS + 20_000, 10).await.unwrap();
        assert_eq!(taken.len(), 1);
        drop(before);

        let after = open_server(db);
        deliver_all(&after).await;
        assert!(receiver.events().await.is_empty(), "the lease of the dead process still stands");
        after.clock.advance_ms(20_000);
        deliver_all(&after).await;
        let bodies = [receiver.next().await.1, receiver.next().await.1];
        let names = bodies.map(|body| serde_json::from_slice::<Value>(&body).unwrap()["data"]["name"].clone());
        assert_eq!(names, ["first", "second"]);
        assert_eq!(hook_deliveries::count(&**db, &home).await.unwrap(), 0);
    }

    async fn a_commit_wakes_the_worker(db: &TestDb) {
        let (server, receiver) = (open_server(db), Receiver::start().await);
        let machine = server.machine().await;
        let (stop, stopped) = oneshot::channel::<()>();
        let worker = tokio::spawn(Deliverer::new(server.app.clone()).run(async {
            let _ = stopped.await;
        }));
        make_hook(&machine, json!({ "url": receiver.url })).await;
        make_role(&machine, "editor").await;
        receiver.next().await;
        // Stopping lets what is under way finish.
        drop(stop);
        worker.await.unwrap();
        assert_eq!(hook_deliveries::count(&**db, &TenantId::default_tenant()).await.unwrap(), 0);
    }

    async fn addresses_inside_the_network_are_refused(db: &TestDb) {
        let (server, receiver) = (Server::new(db), Receiver::start().await);
        let machine = server.machine().await;
        let hook = make_hook(&machine, json!({ "url": receiver.url })).await;
        make_role(&machine, "editor").await;
        deliver_all(&server).await;
        assert!(receiver.events().await.is_empty());
        let logs = recent(&machine, &hook).await;
        assert_eq!((logs.len(), &logs[0]["payload"]["result"]), (1, &json!("Error")));
        assert!(logs[0]["payload"]["error"].as_str().unwrap().contains("not permitted"));
    }

    async fn a_webhook_can_be_tried_out(db: &TestDb) {
        let (server, receiver) = (open_server(db), Receiver::start().await);
        let machine = server.machine().await;
        let hook = make_hook(&machine, json!({ "url": "http://unused.example" })).await;
        let path = format!("/api/hooks/{}/test", hook["id"].as_str().unwrap());
        let input = json!({ "events": ["PostSignIn", "User.Created"], "config": { "url": receiver.url } });
        assert_eq!(machine.post(&path, input.clone()).await.status.as_u16(), 204);
        let (headers, body) = receiver.next().await;
        let signature = hmac_sha256_hex(hook["signingKey"].as_str().unwrap(), &body);
        assert_eq!(headers["logto-signature-sha-256"], signature.as_str());
        receiver.next().await;

        receiver.status.store(500, Ordering::SeqCst);
        let failed = machine.post(&path, input).await;
        assert_eq!(failed.refusal(), (422, "hook.endpoint_responded_with_error"));
        assert_eq!(failed.body["data"], json!({ "responseStatus": 500, "responseBody": "{\"seen\":true}" }));
        let nowhere = json!({ "events": ["PostSignIn"], "config": { "url": "not an address" } });
        assert_eq!(machine.post(&path, nowhere).await.refusal(), (422, "hook.send_test_payload_failed"));
        let example = json!({ "events": ["PostSignIn"], "config": { "url": receiver.url } });
        assert_eq!(machine.post("/api/hooks/x/test", example).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.post(&path, json!({ "events": [], "config": { "url": "x" } })).await.refusal(), (400, "guard.invalid_input"));
        assert!(recent(&machine, &hook).await.is_empty());
    }
}
