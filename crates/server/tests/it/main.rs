//! The whole server in process: the real router on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(missing_docs, reason = "tests say what they promise by their names")]

mod harness;
mod import;
mod jobs;
mod management;
mod openapi;
#[path = "../../../experience-api/tests/it/post.rs"]
#[allow(dead_code, reason = "shared with the tests of the sign-in API")]
mod post;
mod tls;
mod webhooks;
