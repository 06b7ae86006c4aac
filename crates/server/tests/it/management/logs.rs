//! The audit log: filters, windows, counts, and what the dashboard makes of it.

use crate::harness::{NOW_MS, Server};
use jiff::tz::TimeZone;
use portico_identity::{Settings, audit::AuditEntry};
use portico_model::TenantId;
use portico_server::jobs::sweep;
use portico_store::both_databases;
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;

async fn log(server: &Server, key: &str, user_id: Option<&str>) {
    let entry = AuditEntry::success(key)
        .with("userId", user_id)
        .with("applicationId", Some("app"))
        .with("params", Some(json!({ "client_secret": "s", "scope": "openid" })));
    server.ctx(&TenantId::default_tenant()).audit(entry).await;
}

fn keys(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap()).collect()
}

both_databases! {
    async fn entries_are_found_by_what_they_say_and_when(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        log(&server, "Interaction.Create", None).await;
        server.clock.advance_ms(1000);
        log(&server, "ExchangeTokenBy.RefreshToken", Some("u1")).await;
        log(&server, "TriggerHook.PostSignIn", None).await;

        let all = machine.get("/api/logs").await;
        assert_eq!(keys(&all.body), ["ExchangeTokenBy.RefreshToken", "Interaction.Create"]);
        assert_eq!(all.header_values("total-number"), ["2"]);
        assert!(all.header_values("total-number-is-capped").is_empty());
        assert_eq!(all.body[0]["payload"]["params"], json!({ "client_secret": "******", "scope": "openid" }));
        for (query, count) in [
            ("userId=u1".to_owned(), 1), ("userId=u2".to_owned(), 0), ("applicationId=app".to_owned(), 2),
            ("logKey=Interaction.Create".to_owned(), 1), ("logKey=Interaction".to_owned(), 0),
            ("logKey=TriggerHook.PostSignIn".to_owned(), 0), ("enableCap=true".to_owned(), 2),
            (format!("start_time={}", NOW_MS + 1), 1), (format!("end_time={NOW_MS}"), 1),
            (format!("start_time={NOW_MS}&end_time={}", NOW_MS + 1000), 2),
        ] {
            let found = machine.get(&format!("/api/logs?{query}")).await;
            assert_eq!(found.header_values("total-number"), [count.to_string()], "{query}");
            assert_eq!(found.body.as_array().unwrap().len(), count, "{query}");
        }
        let id = all.body[0]["id"].as_str().unwrap();
        assert_eq!(machine.get(&format!("/api/logs/{id}")).await.ok(), all.body[0]);
        let other = server.admin_machine().await;
        assert_eq!(other.get(&format!("/api/logs/{id}")).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.get("/api/logs/x").await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn windows_that_are_none_are_refused(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        for list in ["/api/logs", "/api/hooks/x/recent-logs"] {
            for query in ["start_time=abc", "end_time=NaN"] {
                assert_eq!(machine.get(&format!("{list}?{query}")).await.refusal(), (400, "guard.invalid_input"));
            }
            let reversed = machine.get(&format!("{list}?start_time=2&end_time=1")).await;
            assert_eq!(reversed.refusal(), (400, "log.invalid_time_window"));
        }
    }

    async fn entries_past_their_time_are_swept(db: &TestDb) {
        let settings = Settings { audit_log_retention_days: Some(1), ..Settings::default() };
        let server = Server::with_settings(db, settings);
        log(&server, "Interaction.Create", None).await;
        server.clock.advance_ms(24 * HOUR_MS);
        log(&server, "Interaction.End", None).await;
        let ctx = server.ctx(&TenantId::default_tenant());
        assert_eq!(sweep(&ctx).await.unwrap(), 0);
        server.clock.advance_ms(1);
        assert_eq!(sweep(&ctx).await.unwrap(), 1);
        // The machine's token is older than a day; a new one is needed to look.
        let machine = server.machine_now().await;
        assert_eq!(keys(&machine.get("/api/logs").await.ok()), ["Interaction.End"]);
    }

    async fn the_dashboard_counts_days_where_the_server_stands(db: &TestDb) {
        // The clock stands at 2026-01-01T00:00Z, which is still 2025 in New York until five hours later.
        let zone = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        let server = Server::with_settings(db, Settings { time_zone: Some(zone), ..Settings::default() });
        let machine = server.machine().await;
        let issue = async |user_id: &str| log(&server, "ExchangeTokenBy.AuthorizationCode", Some(user_id)).await;
        machine.post("/api/users", json!({ "username": "early" })).await.ok();
        issue("u1").await;
        issue("u2").await;
        issue("u1").await;
        server.clock.advance_ms(5 * HOUR_MS);
        let machine = server.machine_now().await;
        machine.post("/api/users", json!({ "username": "late" })).await.ok();
        machine.post("/api/users", json!({ "username": "later" })).await.ok();
        issue("u1").await;

        assert_eq!(machine.get("/api/dashboard/users/total").await.ok(), json!({ "totalUserCount": 3 }));
        let new = machine.get("/api/dashboard/users/new").await.ok();
        assert_eq!(new, json!({ "today": { "count": 2, "delta": 1 }, "last7Days": { "count": 3, "delta": 3 } }));
        let active = machine.get("/api/dashboard/users/active").await.ok();
        assert_eq!(active["dau"], json!({ "count": 1, "delta": -1 }));
        assert_eq!((&active["wau"], &active["mau"]), (&json!({ "count": 2, "delta": 2 }), &json!({ "count": 2, "delta": 2 })));
        let curve = active["dauCurve"].as_array().unwrap();
        assert_eq!((curve.len(), &curve[29]), (30, &json!({ "date": "2026-01-01", "count": 1 })));
        assert_eq!((&curve[28], &curve[27]["count"]), (&json!({ "date": "2025-12-31", "count": 2 }), &json!(0)));
        let before = machine.get("/api/dashboard/users/active?date=2025-12-31").await.ok();
        assert_eq!((&before["dau"], &before["dauCurve"][29]["count"]), (&json!({ "count": 2, "delta": 2 }), &json!(2)));
        for date in ["2025-13-01", "today", "2025-1-1"] {
            let refused = machine.get(&format!("/api/dashboard/users/active?date={date}")).await;
            assert_eq!(refused.refusal(), (400, "guard.invalid_input"), "{date}");
        }
    }
}
