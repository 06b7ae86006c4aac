//! Pictures of people who register.

use crate::world::{Answer, Browser, World};
use axum::{
    body::Body,
    http::{Request, header},
};
use portico_store::both_databases;

const PATH: &str = "/api/experience/user-assets/avatar";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

async fn upload(browser: &Browser<'_>, data: &[u8]) -> Answer {
    let head = "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"me.png\"\r\nContent-Type: image/png\r\n\r\n";
    let body = [head.as_bytes(), data, b"\r\n--xyz--\r\n"].concat();
    let request = Request::post(PATH)
        .header(header::COOKIE, &browser.cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
    browser.world.send(request.body(Body::from(body)).unwrap()).await
}

both_databases! {
    async fn whoever_registers_may_choose_a_picture(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.started("Register").await;
        let url = upload(&browser, PNG).await.expect(200).text("url");
        let pending = format!("http://localhost:3001/user-assets/_pending/2026-11-25/avatar/{}/", browser.uid);
        assert!(url.starts_with(&pending) && url.ends_with("/me.png"), "{url}");
        for other in [SVG, b"hello"] {
            assert_eq!(upload(&browser, other).await.expect(400).body["code"], "guard.mime_type_not_allowed");
        }
    }

    async fn nobody_else_may(db: &TestDb) {
        let world = World::new(db).await;
        for (event, code) in [
            ("SignIn", "session.invalid_interaction_type"),
            ("ForgotPassword", "session.not_supported_for_forgot_password"),
        ] {
            let browser = world.started(event).await;
            assert_eq!(upload(&browser, PNG).await.expect(400).body["code"], code);
        }
        let stranger = world.browser().await;
        upload(&stranger, PNG).await.expect(404);
    }
}
