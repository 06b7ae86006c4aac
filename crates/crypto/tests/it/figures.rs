//! What it costs: `cargo test --release -p portico-crypto -- --ignored --nocapture figures`.

use std::time::{Duration, Instant};

use portico_crypto::PasswordHasher;
use portico_crypto::jose::{Alg, SigningKey, Validation};
use serde_json::json;

/// Runs `work` for about a second and gives the time of one run.
fn measure(mut work: impl FnMut()) -> Duration {
    let (start, mut runs) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(1) {
        for _ in 0..8 {
            work();
        }
        runs += 8;
    }
    start.elapsed() / runs
}

fn per_second(time: Duration) -> f64 {
    1.0 / time.as_secs_f64()
}

#[tokio::test]
#[ignore = "prints figures"]
async fn figures() {
    let claims = json!({
        "jti": "RAWyV0P5PZFDEn8cE1m9c", "sub": "mfy2iyaqjzpp", "iat": 1_700_000_000, "exp": 1_700_003_600,
        "scope": "openid profile read:orders write:orders", "client_id": "1lhq5xzq4yj8ebg8n0f4p",
        "iss": "https://auth.example.com/oidc", "aud": "https://api.example.com",
    });
    for alg in [Alg::Es384, Alg::Es256, Alg::EdDsa, Alg::Rs256] {
        let key = SigningKey::generate(alg).unwrap();
        let token = key.sign_jwt(Some("at+jwt"), &claims).unwrap();
        let (input, _) = token.rsplit_once('.').unwrap();
        let raw = measure(|| drop(key.sign(input.as_bytes()).unwrap()));
        let whole = measure(|| drop(key.sign_jwt(Some("at+jwt"), &claims).unwrap()));
        let verifying = key.verifying_key().unwrap();
        let validation = Validation::at(1_700_000_001).issuer("https://auth.example.com/oidc");
        let verified = measure(|| drop(verifying.verify(&token, &validation).unwrap()));
        let (signs, verifies) = (per_second(whole), per_second(verified));
        let overhead = whole.saturating_sub(raw);
        println!(
            "{alg}: {signs:.0} tokens/s ({overhead:?} above the bare signature), {verifies:.0} verified/s"
        );
    }
    let hasher = PasswordHasher::new(1).unwrap();
    let start = Instant::now();
    for _ in 0..50 {
        hasher.hash("correct horse battery staple").await.unwrap();
    }
    println!("argon2id: {:.1} hashes/s per thread", per_second(start.elapsed() / 50));
    let start = Instant::now();
    for _ in 0..50 {
        hasher.verify_decoy("correct horse battery staple").await.unwrap();
    }
    println!("argon2id decoy: {:.1} /s per thread", per_second(start.elapsed() / 50));
}
