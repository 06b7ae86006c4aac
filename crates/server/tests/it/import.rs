//! `portico users import`.

use crate::harness::{NOW_MS, Server};
use portico_model::TenantId;
use portico_server::cli::import::{ImportOptions, ImportSummary, Progress, import};
use portico_store::both_databases;
use serde_json::{Value, json};

const OPTIONS: ImportOptions = ImportOptions { batch_size: 50, from_line: 1, dry_run: false };

/// Digests of `secret`, one of each kind that other systems keep.
const DIGESTS: &[(&str, &str)] = &[
    ("Bcrypt", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"),
    ("SHA256", "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"),
    (
        "Legacy",
        r#"["pbkdf2", ["salt", "10", "32", "sha256", "@"], "2fb151da5bf7a44c5470345b6ff0716d7279bbc9137299d5f1a5f62bb101ab9d"]"#,
    ),
    ("MD5", "5ebe2294ecd0e0f08eab7690d2a6ee69"),
    (
        "Legacy",
        r#"["sha256", ["", "@"], "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"]"#,
    ),
];

async fn run(server: &Server, text: &str, options: ImportOptions) -> (ImportSummary, Vec<(u64, String)>) {
    let mut faults = Vec::new();
    let ctx = server.ctx(&TenantId::default_tenant());
    let summary = import(&ctx, text.as_bytes(), &mut faults, options, &Progress::none()).await.unwrap();
    let faults = String::from_utf8(faults).unwrap();
    let read = |line: &str| {
        let fault: Value = serde_json::from_str(line).unwrap();
        (fault["line"].as_u64().unwrap(), fault["error"].as_str().unwrap().to_owned())
    };
    (summary, faults.lines().map(read).collect())
}

fn lines(users: impl IntoIterator<Item = Value>) -> String {
    users.into_iter().map(|user| format!("{user}\n")).collect()
}

both_databases! {
    async fn thousands_of_users_come_in_once(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let role = json!({ "name": "member", "description": "d", "isDefault": true });
        machine.post("/api/roles", role).await.ok();
        let file = lines((0..2500).map(|number| {
            let (algorithm, digest) = DIGESTS[number % DIGESTS.len()];
            json!({
                "id": format!("user-{number}"), "username": format!("u{number}"),
                "primaryEmail": format!("U{number}@Example.com"), "passwordDigest": digest,
                "passwordAlgorithm": algorithm, "identities": { "github": { "userId": format!("gh{number}") } },
                "createdAt": NOW_MS - 5, "name": "Änn",
            })
        }));
        let (tried, _) = run(&server, &file, ImportOptions { dry_run: true, ..OPTIONS }).await;
        assert_eq!((tried.created, tried.failed), (2500, 0));
        assert_eq!(machine.get("/api/users").await.header_values("total-number"), ["0"]);

        // What an interrupted import brought is passed over by the next.
        let half: String = file.split_inclusive('\n').take(1000).collect();
        let (first, _) = run(&server, &half, OPTIONS).await;
        assert_eq!(first, ImportSummary { lines: 1000, created: 1000, skipped: 0, failed: 0 });
        let (second, faults) = run(&server, &file, OPTIONS).await;
        assert_eq!(second, ImportSummary { lines: 2500, created: 1500, skipped: 1000, failed: 0 }, "{faults:?}");
        let (third, _) = run(&server, &file, ImportOptions { from_line: 2491, ..OPTIONS }).await;
        assert_eq!(third, ImportSummary { lines: 10, created: 0, skipped: 10, failed: 0 });
        assert_eq!(machine.get("/api/users").await.header_values("total-number"), ["2500"]);

        for (number, digest) in DIGESTS.iter().enumerate() {
            let path = format!("/api/users/user-{number}");
            let verify = machine.post(&format!("{path}/password/verify"), json!({ "password": "secret" })).await;
            assert_eq!(verify.status.as_u16(), 204, "{digest:?}");
            let user = machine.get(&format!("{path}?includePasswordHash=true")).await.ok();
            assert_eq!(user["passwordDigest"], digest.1, "nothing is hashed again");
            assert_eq!((&user["createdAt"], &user["updatedAt"]), (&json!(NOW_MS - 5), &json!(NOW_MS)));
            assert_eq!(user["identities"]["github"]["userId"], format!("gh{number}"));
            assert_eq!(machine.get(&format!("{path}/roles")).await.ok()[0]["name"], "member");
        }
        let found = machine.get("/api/users?search.name=%C3%84NN&page_size=1").await;
        assert_eq!(found.header_values("total-number"), ["2500"], "names are folded as for every user");
    }

    async fn a_refused_line_costs_no_other(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        machine.post("/api/users", json!({ "username": "ann", "primaryEmail": "ann@example.com" })).await.ok();
        let mut file = lines([
            json!({ "username": "good1" }),
            json!({ "username": "ann", "primaryEmail": "other@example.com" }),
            json!({ "id": "x1", "primaryEmail": "ANN@example.com" }),
            json!({ "username": "good1", "id": "x2" }),
            json!({ "username": "a b" }),
            json!({ "usernam": "typo" }),
            json!({ "name": "Nobody" }),
            json!({ "username": "h1", "passwordDigest": "nope", "passwordAlgorithm": "Bcrypt" }),
            json!({ "username": "h2", "passwordDigest": "5ebe2294ecd0e0f08eab7690d2a6ee69" }),
            json!({ "username": "nul", "name": "a\u{0}b" }),
            json!({ "username": "ann", "primaryEmail": "ann@example.com" }),
            json!({ "primaryPhone": "610412345678" }),
            json!({ "id": "x3", "primaryPhone": "61412345678" }),
        ]);
        file.push_str("\nnot json\n{\"username\":\"good2\"}");
        let (summary, faults) = run(&server, &file, OPTIONS).await;
        assert_eq!((summary.created, summary.skipped), (3, 1), "{faults:?}");
        let mut refused: Vec<u64> = faults.iter().map(|(line, _)| *line).collect();
        refused.sort_unstable();
        assert_eq!(refused, [2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15]);
        let reason = |line: u64| faults.iter().find(|(at, _)| *at == line).unwrap().1.as_str();
        assert_eq!(reason(2), "username: belongs to another user");
        assert_eq!(reason(3), "primaryEmail: belongs to another user");
        assert_eq!(reason(13), "primaryPhone: belongs to another user");
        assert!(reason(6).contains("usernam"), "{}", reason(6));
        let (again, _) = run(&server, &file, OPTIONS).await;
        assert_eq!((again.created, again.skipped, again.failed), (0, 4, 11));
        let stranger = server.admin_machine().await;
        assert_eq!(stranger.get("/api/users").await.ok(), json!([]), "users come to the user tenant alone");
    }
}
