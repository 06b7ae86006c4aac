//! What scripts can do, and what they cannot.

#![allow(clippy::unwrap_used, reason = "tests")]

use portico_connectors::http::{HttpClient, OutboundPolicy};
use portico_scripts::{Call, Limits, ScriptEngine, ScriptError};
use serde_json::{Value, json};
use std::time::Duration;

fn engine() -> ScriptEngine {
    let limits = Limits { computing: Duration::from_millis(300), ..Limits::default() };
    ScriptEngine::with_limits(HttpClient::new(OutboundPolicy::default()).unwrap(), limits, 4)
}

async fn run(script: &str) -> Result<Option<Value>, ScriptError> {
    let input = json!({ "token": { "sub": "u" }, "environmentVariables": { "KEY": "value" } });
    let input = input.as_object().unwrap().clone();
    engine().run(Call { script: script.to_owned(), entry: "main", input }).await
}

#[track_caller]
fn failure(result: Result<Option<Value>, ScriptError>) -> String {
    match result {
        Err(ScriptError::Failed { message }) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_script_turns_its_input_into_json() {
    for script in [
        "const main = async ({ token, environmentVariables }) => ({ sub: token.sub, ...environmentVariables });",
        "function main(input) { return { sub: input.token.sub, KEY: input.environmentVariables.KEY } }",
        "var main = ({ token }) => Promise.resolve().then(() => ({ sub: token.sub, KEY: 'value' }))",
    ] {
        assert_eq!(run(script).await, Ok(Some(json!({ "sub": "u", "KEY": "value" }))), "{script}");
    }
    assert_eq!(run("const main = () => undefined").await, Ok(None));
    assert_eq!(run("const main = () => null").await, Ok(Some(Value::Null)));
}

#[tokio::test]
async fn denial_is_not_failure() {
    let denied = |message: &str| Err(ScriptError::AccessDenied { message: message.to_owned() });
    assert_eq!(run("const main = async ({ api }) => api.denyAccess('no')").await, denied("no"));
    assert_eq!(run("const main = ({ api }) => { api.denyAccess() }").await, denied(""));
    assert_eq!(failure(run("const main = () => { throw new Error('boom') }").await), "boom");
    assert_eq!(failure(run("const main = async () => { throw 'boom' }").await), "boom");
}

#[tokio::test]
async fn what_is_no_script_says_why() {
    assert!(!failure(run("const main = (").await).is_empty());
    assert_eq!(failure(run("").await), "the script defines no function `main`");
    assert_eq!(failure(run("const main = 1").await), "the script defines no function `main`");
    assert_eq!(failure(run("const main = () => () => 1").await), "the result is not JSON");
    assert!(
        failure(run("const main = () => { const a = {}; a.a = a; return a }").await).contains("circular")
    );
}

#[tokio::test]
async fn hostile_scripts_end() {
    let too_long = [
        "while (true) {}",
        "const main = () => { while (true) {} }",
        "const main = () => { for (;;) try { for (;;); } finally { continue } }",
        "const main = async () => { for (;;) await null }",
        "const f = () => Promise.resolve().then(f); const main = async () => { f(); f(); await new Promise(() => {}) }",
        "const main = () => /^(a+)+$/.test('a'.repeat(40) + 'b')",
        "const main = () => ({ toJSON() { for (;;); } })",
        "const main = () => { throw { toString() { for (;;); } } }",
        "const main = () => ({ get a() { for (;;); } })",
    ];
    for script in too_long {
        assert_eq!(failure(run(script).await), "the script takes too long", "{script}");
    }
    for script in [
        "const main = () => { const all = []; for (;;) all.push(new Array(1e5).fill(1)) }",
        "const main = () => new Uint8Array(1e9)",
        "const main = () => { let s = 'x'; for (;;) s += s }",
        "const main = () => { const f = () => f() + 1; return f() }",
        "const main = () => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a }",
        "const main = () => 'x'.repeat(1e6)",
        "const main = () => 2n ** (2n ** 40n)",
    ] {
        assert!(!failure(run(script).await).is_empty(), "{script}");
    }
    let never = failure(run("const main = () => new Promise(() => {})").await);
    assert_eq!(never, "the script waits for something that never happens");
}

#[tokio::test]
async fn nothing_of_the_host_is_in_reach() {
    for name in
        ["require", "process", "module", "std", "os", "Deno", "setTimeout", "XMLHttpRequest", "WebSocket"]
    {
        let script = format!("const main = () => typeof {name}");
        assert_eq!(run(&script).await, Ok(Some(json!("undefined"))), "{name}");
    }
    for script in [
        "const main = () => import('fs')",
        "const main = () => import('./Cargo.toml')",
        "const main = async () => (await import('std')).loadFile('/etc/passwd')",
    ] {
        assert!(!failure(run(script).await).is_empty(), "{script}");
    }
}

#[tokio::test]
async fn what_a_script_breaks_is_only_its_own() {
    for script in [
        "Object.prototype.toJSON = () => 'x'; JSON.stringify = () => '{}'; JSON.parse = () => ({}); \
         Promise.prototype.then = () => {}; const main = ({ token }) => token.sub",
        "Error.prototype.message = 1; Array.prototype[Symbol.iterator] = null; const main = ({ token }) => token.sub",
        "globalThis.leak = 1; const main = () => 'u'",
    ] {
        let result = run(script).await;
        assert!(matches!(&result, Ok(Some(Value::String(text))) if text == "u" || text == "x"), "{result:?}");
    }
    assert_eq!(run("const main = () => typeof leak").await, Ok(Some(json!("undefined"))));
}

#[tokio::test]
async fn requests_go_through_the_guarded_client() {
    let refused = "const main = async () => { try { await fetch('http://127.0.0.1:1/') } \
                   catch (error) { return error.message } }";
    assert_eq!(run(refused).await, Ok(Some(json!("connections to `127.0.0.1` are not permitted"))));
    for (address, reason) in [
        ("file:///etc/passwd", "the URL is not an absolute http or https URL"),
        ("http://169.254.169.254/latest", "connections to `169.254.169.254` are not permitted"),
        ("/relative", "not an absolute URL"),
    ] {
        assert_eq!(failure(run(&format!("const main = () => fetch('{address}')")).await), reason);
    }
    let many = "const main = () => Promise.all(Array.from({ length: 50 }, () => fetch('http://127.0.0.1/')))";
    assert!(!failure(run(many).await).is_empty());
}

#[tokio::test]
async fn scripts_wait_for_room_and_not_for_ever() {
    let limits = Limits { total: Duration::from_millis(200), ..Limits::default() };
    let engine = ScriptEngine::with_limits(HttpClient::new(OutboundPolicy::default()).unwrap(), limits, 0);
    let call = Call { script: String::new(), entry: "main", input: serde_json::Map::new() };
    assert_eq!(engine.run(call).await, Err(ScriptError::Busy));
}
