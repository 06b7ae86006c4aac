//! Uploads, and the pages of a custom UI.

use crate::harness::{Answer, Caller, Server};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use portico_store::both_databases;
use serde_json::json;
use std::io::{Cursor, Write as _};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const UPLOADS: &str = "/api/user-assets";
const CUSTOM_UI: &str = "/api/sign-in-exp/default/custom-ui-assets";

/// A form with one file.
fn form(path: &str, field: &str, name: &str, media_type: &str, data: &[u8]) -> Request<Body> {
    let head = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
    );
    let body = [head.as_bytes(), data, b"\r\n--xyz--\r\n"].concat();
    let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
    request.body(Body::from(body)).unwrap()
}

async fn upload(caller: &Caller, name: &str, media_type: &str, data: &[u8]) -> Answer {
    caller.request(form(UPLOADS, "file", name, media_type, data)).await
}

/// The path of an address of the default tenant.
fn path(url: &str) -> &str {
    url.strip_prefix("http://localhost:3001").unwrap_or_else(|| panic!("{url}"))
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

both_databases! {
    async fn an_upload_is_public_and_harmless(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let status = machine.get("/api/user-assets/service-status").await.ok();
        assert_eq!(status["status"], "ready");
        assert_eq!(status["maxUploadFileSize"], 20 * 1024 * 1024);
        assert_eq!(status["allowUploadMimeTypes"].as_array().unwrap().len(), 10);

        let url = upload(&machine, "../my logo.PNG", "image/png", PNG).await.ok()["url"].as_str().unwrap().to_owned();
        assert!(url.contains("/user-assets/machine/2026/01/01/") && url.ends_with("/my-logo.png"), "{url}");
        let answer = server.anonymous().get(path(&url)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.bytes, PNG);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    }

    async fn an_upload_is_sent_in_parts(db: &TestDb) {
        let server = Server::new(db);
        let url = upload(&server.machine().await, "a.png", "image/png", PNG).await.ok()["url"].as_str().unwrap().to_owned();
        let part = |range: &'static str| Request::get(path(&url)).header(header::RANGE, range).body(Body::empty()).unwrap();
        let anonymous = server.anonymous();
        let answer = anonymous.request(part("bytes=1-3")).await;
        assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(answer.bytes, b"PNG");
        assert_eq!(answer.headers[header::CONTENT_RANGE], format!("bytes 1-3/{}", PNG.len()));
        assert_eq!(anonymous.request(part("bytes=9999-")).await.status, StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(anonymous.request(part("lines=1-3")).await.status, StatusCode::OK);
    }

    async fn other_types_are_refused_whatever_they_are_called(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let script = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let not_allowed = (400, "guard.mime_type_not_allowed");
        for (name, media_type, data) in [
            ("a.png", "image/png", &b"hello"[..]),
            ("a.html", "text/html", b"<script>alert(1)</script>"),
            ("a.html", "text/html", PNG),
            ("a.svg", "image/svg+xml", script),
            ("a.pdf", "application/pdf", b"%PDF-1.7"),
            ("empty.png", "image/png", b""),
        ] {
            assert_eq!(upload(&machine, name, media_type, data).await.refusal(), not_allowed, "{name} {media_type}");
        }
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>"#;
        let url = upload(&machine, "page.html", "image/svg+xml", svg).await.ok()["url"].as_str().unwrap().to_owned();
        assert!(url.ends_with("/page.svg"), "{url}");
    }

    async fn forms_are_checked(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let invalid = (400, "guard.invalid_input");
        assert_eq!(machine.post(UPLOADS, json!({})).await.refusal(), invalid);
        assert_eq!(machine.request(form(UPLOADS, "other", "a.png", "image/png", PNG)).await.refusal(), invalid);
        let large = [PNG, &vec![0; 20 * 1024 * 1024]].concat();
        assert_eq!(upload(&machine, "a.png", "image/png", &large).await.refusal(), (400, "guard.file_size_exceeded"));
        let larger = [PNG, &vec![0; 24 * 1024 * 1024]].concat();
        assert_eq!(upload(&machine, "a.png", "image/png", &larger).await.refusal(), (400, "guard.file_size_exceeded"));
        let anonymous = server.anonymous();
        for answer in [upload(&anonymous, "a.png", "image/png", PNG).await, anonymous.request(form(CUSTOM_UI, "file", "a", "a/b", PNG)).await] {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
    }

    async fn without_a_storage_nothing_is_kept(db: &TestDb) {
        let server = Server::without_assets(db);
        let machine = server.machine().await;
        assert_eq!(machine.get("/api/user-assets/service-status").await.ok(), json!({ "status": "not_configured" }));
        let not_configured = (400, "storage.not_configured");
        assert_eq!(upload(&machine, "a.png", "image/png", PNG).await.refusal(), not_configured);
        let pages = archive(&[("index.html", "<p>")]);
        assert_eq!(machine.request(form(CUSTOM_UI, "file", "ui.zip", "application/zip", &pages)).await.refusal(), not_configured);
    }

    async fn uploads_do_not_lead_elsewhere(db: &TestDb) {
        let server = Server::new(db);
        let url = upload(&server.admin_machine().await, "a.png", "image/png", PNG).await.ok()["url"].as_str().unwrap().to_owned();
        let own = url.strip_prefix("http://localhost:3002").unwrap();
        let anonymous = server.anonymous();
        // Another tenant's file, by its own path and by the folder it lies in.
        let climbing = own.replace("/user-assets/", "/user-assets/%2e%2e/admin/");
        for path in [own, &climbing, "/user-assets/..%2f..%2fetc%2fpasswd.png", "/user-assets/gone.png", "/user-assets/x"] {
            assert_eq!(anonymous.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn a_custom_ui_takes_the_place_of_the_pages(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let pages = archive(&[("index.html", "<p>our page</p>"), ("assets/app.js", "let a = 1;"), ("robots.txt", "x")]);
        let id = machine.request(form(CUSTOM_UI, "file", "ui.zip", "application/zip", &pages)).await.ok()["customUiAssetId"].clone();
        assert_eq!(id.as_str().unwrap().len(), 8);
        let anonymous = server.anonymous();
        assert!(!anonymous.get("/sign-in").await.text().contains("our page"), "not chosen yet");

        let chosen = json!({ "customUiAssets": { "id": id, "createdAt": 1 } });
        machine.patch("/api/sign-in-exp", chosen).await.ok();
        for path in ["/sign-in", "/register", "/callback/x", "/unknown-session"] {
            let answer = anonymous.get(path).await;
            assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "<p>our page</p>"), "{path}");
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-cache");
            let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'self' http://localhost:3002") && policy.contains("object-src 'none'"));
        }
        let script = anonymous.get("/assets/app.js").await;
        assert_eq!(script.text(), "let a = 1;");
        assert_eq!(script.headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(script.headers[header::CACHE_CONTROL], "public, max-age=604800");
        assert_eq!(anonymous.get("/robots.txt").await.text(), "x");
        for path in ["/assets/gone.js", "/..%2f..%2fdefault/x.js", "/%2e%2e/secret.txt"] {
            assert_eq!(anonymous.get(path).await.refusal(), (404, "entity.not_found"), "{path}");
        }
        // The APIs answer as ever.
        assert_eq!(anonymous.get("/api/status").await.status, StatusCode::NO_CONTENT);
        assert_eq!(anonymous.get("/api/nothing").await.refusal(), (404, "entity.not_found"));

        machine.patch("/api/sign-in-exp", json!({ "customUiAssets": null })).await.ok();
        assert!(!anonymous.get("/sign-in").await.text().contains("our page"));
    }

    async fn a_bad_archive_is_refused(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let send = |data: Vec<u8>| {
            let machine = machine.clone();
            async move { machine.request(form(CUSTOM_UI, "file", "ui.zip", "application/zip", &data)).await }
        };
        assert_eq!(send(b"hello".to_vec()).await.refusal(), (400, "guard.mime_type_not_allowed"));
        let no_index = send(archive(&[("dist/index.html", "")])).await;
        assert_eq!(no_index.refusal(), (400, "request.invalid_input"));
        assert!(no_index.body["details"].as_str().unwrap().contains("index.html"));
        let mut climbing = archive(&[("index.html", ""), ("pp/evil.js", "x")]);
        for at in 0..climbing.len() - 3 {
            if &climbing[at..at + 3] == b"pp/" {
                climbing[at..at + 3].copy_from_slice(b"../");
            }
        }
        assert_eq!(send(climbing).await.refusal(), (400, "request.invalid_input"));
        let admin = server.admin_machine().await;
        let refused = admin.request(form(CUSTOM_UI, "file", "ui.zip", "application/zip", &archive(&[("index.html", "")]))).await;
        assert_eq!(refused.refusal(), (400, "guard.not_allowed_for_admin_tenant"));
    }
}
