//! New passwords verify; every importable digest verifies; hostile ones are refused beforehand.

use portico_crypto::password::{MAX_PASSWORD_LEN, needs_upgrade, validate_digest};
use portico_crypto::{PasswordError, PasswordHasher, PasswordMethod};
use serde_json::json;

fn hasher() -> PasswordHasher {
    PasswordHasher::new(2).unwrap()
}

async fn accepts(method: PasswordMethod, encoded: &str, password: &str) -> bool {
    assert_eq!(validate_digest(method, encoded), Ok(()), "{encoded}");
    let hasher = hasher();
    assert_eq!(hasher.verify(&format!("{password}x"), encoded, method).await, Ok(false), "{encoded}");
    hasher.verify(password, encoded, method).await.unwrap()
}

#[tokio::test]
async fn a_new_password_verifies_and_is_salted() {
    let hasher = hasher();
    let (first, second) = (hasher.hash("pässword").await.unwrap(), hasher.hash("pässword").await.unwrap());
    assert!(first.encoded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(first.method, PasswordMethod::Argon2id);
    assert_ne!(first.encoded, second.encoded);
    assert!(!needs_upgrade(first.method, &first.encoded));
    assert!(accepts(first.method, &first.encoded, "pässword").await);
    assert!(!format!("{first:?}").contains(&first.encoded));
    assert_eq!(hasher.verify_decoy("pässword").await, Ok(()));
}

#[tokio::test]
async fn argon2_of_all_variants_and_versions() {
    // From the test suite of the reference implementation.
    let digests = [
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
        "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs",
        "$argon2d$v=19$m=65536,t=2,p=1$YzI5dFpYTmhiSFFBQUFBQUFBQUFBQQ$Jxy74cswY2mq9y+u+iJcJy8EqOp4t/C7DWDzGwGB3IM",
    ];
    for digest in digests {
        // The name of the variant in the digest counts.
        assert!(accepts(PasswordMethod::Argon2i, digest, "password").await, "{digest}");
    }
}

#[tokio::test]
async fn bcrypt_looks_at_72_bytes() {
    // From the test suite of crypt_blowfish.
    let digest = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    assert!(accepts(PasswordMethod::Bcrypt, digest, "U*U").await);
    let digest = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
    let long =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored";
    for method_prefix in ["$2a$", "$2b$", "$2y$"] {
        let digest = digest.replace("$2a$", method_prefix);
        assert_eq!(hasher().verify(long, &digest, PasswordMethod::Bcrypt).await, Ok(true));
    }
}

#[tokio::test]
async fn plain_digests() {
    let digests = [
        (PasswordMethod::Md5, "5f4dcc3b5aa765d61d8327deb882cf99"),
        (PasswordMethod::Sha1, "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"),
        (PasswordMethod::Sha256, "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
    ];
    for (method, digest) in digests {
        assert!(accepts(method, digest, "password").await);
        assert!(needs_upgrade(method, digest));
        assert_eq!(validate_digest(method, &digest[2..]), Err(PasswordError::MalformedDigest));
    }
}

#[tokio::test]
async fn legacy_hashes_of_joined_arguments() {
    // Computed with Python's hashlib over "saltpasswordpepper".
    let digests = [
        ("md5", "85d50423daa3f2c59f8f4a0c28620a3c"),
        ("sha1", "78a9dd5f4ff1b84da8c22a82dd772a286b3f7d47"),
        ("sha224", "6919704fa9a26c1d4b4d344bd5d3b1a721098ef05c2d2eaa296d85cd"),
        ("sha256", "ae3c668d0a4e17f6b44f41771af6cb3011e3e1ed62f00a595a3a8ae43c714d92"),
        (
            "sha384",
            "057746496ce44d8fb8a0f7ddbf4708720a83298a05a3549a24edc08d2f457973d8c7772bbae278287652ec12c08f75eb",
        ),
        (
            "sha512",
            "efe1fb22ecb6b4bb369f2a4cfefe6df31e3c78eb896f78e504ac70fad6921e8ea65d95053d74365916725cab14924a5cff0dae909632a95000cf3aaedd7ecd98",
        ),
        ("sha512-256", "546ac76edaef8d4372f94958f5a19cac79f29db6b4f00b33e822a8a51d559c14"),
    ];
    for (name, digest) in digests {
        let encoded = json!([name, ["salt", "@", "pepper"], digest]).to_string();
        assert!(accepts(PasswordMethod::Legacy, &encoded, "password").await);
    }
}

#[tokio::test]
async fn legacy_pbkdf2() {
    // Computed with Python's hashlib.
    let digests = [
        json!(["pbkdf2", ["salt", "1000", "20", "sha512", "@"], "afe6c5530785b6cc6b1c6453384731bd5ee432ee"]),
        json!([
            "pbkdf2Sync",
            ["hex:00ff10", 10, 40, "sha256", "@"],
            "23a5f167581dcda8c9bd4659a1d4e7f0a877f8c9ef2bc0850b928826b36674e9833cae8dc83423c7"
        ]),
        json!(["pbkdf2", ["salt", 7, 24, "md5", "@"], "5bd6ce9d30dd772f65a20efc4fc311bd8174a68904375be9"]),
    ];
    for digest in digests {
        assert!(accepts(PasswordMethod::Legacy, &digest.to_string(), "password").await);
    }
}

#[tokio::test]
async fn legacy_firebase_scrypt() {
    // The example of Firebase's own scrypt tool.
    let signer_key =
        "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    let digest = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    let encoded =
        json!(["firebase-scrypt", ["42xEC+ixf3L2lw==", signer_key, "Bw==", "8", "14", "@"], digest])
            .to_string();
    assert!(accepts(PasswordMethod::Legacy, &encoded, "user1password").await);
    let url_safe = encoded.replace('+', "-").replace('/', "_").replace('=', "");
    assert!(accepts(PasswordMethod::Legacy, &url_safe, "user1password").await);
}

#[test]
fn legacy_digests_are_checked_when_imported() {
    let check = |digest: serde_json::Value| validate_digest(PasswordMethod::Legacy, &digest.to_string());
    let malformed = Err(PasswordError::MalformedDigest);
    assert_eq!(check(json!(["md5", ["salt"], "00"])), malformed);
    assert_eq!(check(json!(["md5", ["salt@"], "00"])), malformed);
    assert_eq!(check(json!(["md5", ["@"]])), malformed);
    assert_eq!(check(json!(["md5", ["@", {}], "00"])), malformed);
    assert_eq!(check(json!(["md5", ["@"], "no hex"])), malformed);
    assert_eq!(check(json!({"md5": "00"})), malformed);
    assert_eq!(check(json!(["pbkdf2", ["salt", 1, "@"], "00"])), malformed);
    assert_eq!(check(json!(["pbkdf2", ["salt", 0, 1, "sha1", "@"], "00"])), malformed);
    assert_eq!(check(json!(["pbkdf2", ["salt", 1, 2, "sha1", "@"], "00"])), malformed);
    let unsupported = Err(PasswordError::UnsupportedLegacyAlgorithm);
    assert_eq!(check(json!(["rot13", ["@"], "00"])), unsupported);
    assert_eq!(check(json!(["pbkdf2", ["salt", 1, 1, "crc32", "@"], "00"])), unsupported);
    assert_eq!("Scrypt".parse::<PasswordMethod>(), Err(PasswordError::UnsupportedMethod));
}

#[tokio::test]
async fn costly_digests_are_refused_before_they_cost() {
    let argon2 = |parameters: &str| {
        format!("$argon2id$v=19${parameters}$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
    };
    let costly = [
        (PasswordMethod::Argon2id, argon2("m=1048577,t=1,p=1")),
        (PasswordMethod::Argon2id, argon2("m=4294967295,t=1,p=1")),
        (PasswordMethod::Argon2id, argon2("m=64,t=1025,p=1")),
        (PasswordMethod::Argon2id, argon2("m=1048576,t=1024,p=1")),
        (PasswordMethod::Argon2id, argon2("m=1048576,t=1,p=65")),
        (PasswordMethod::Bcrypt, "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".to_owned()),
        (
            PasswordMethod::Legacy,
            json!(["pbkdf2", ["salt", 4_294_967_295_u32, 1, "sha1", "@"], "00"]).to_string(),
        ),
        (
            PasswordMethod::Legacy,
            json!(["firebase-scrypt", ["AAAA", "AAAA", "AAAA", 8, 20, "@"], "AAAA"]).to_string(),
        ),
        (
            PasswordMethod::Legacy,
            json!(["firebase-scrypt", ["AAAA", "AAAA", "AAAA", 4_294_967_295_u32, 63, "@"], "AAAA"])
                .to_string(),
        ),
        (
            PasswordMethod::Legacy,
            json!(["firebase-scrypt", ["AAAA", "AAAA", "AAAA", 8, 255, "@"], "AAAA"]).to_string(),
        ),
    ];
    let hasher = hasher();
    for (method, digest) in costly {
        assert_eq!(validate_digest(method, &digest), Err(PasswordError::CostExceeded), "{digest}");
        assert_eq!(hasher.verify("password", &digest, method).await, Err(PasswordError::CostExceeded));
    }
    // What older installations of this protocol made still verifies.
    assert_eq!(validate_digest(PasswordMethod::Argon2i, &argon2("m=4096,t=256,p=1")), Ok(()));
    assert_eq!(validate_digest(PasswordMethod::Argon2i, &argon2("m=8192,t=8,p=1")), Ok(()));
}

#[test]
fn weaker_digests_need_an_upgrade() {
    let upgraded = |method, digest: &str| needs_upgrade(method, digest);
    let tail = "c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let argon2id = |head: &str| upgraded(PasswordMethod::Argon2id, &format!("{head}${tail}"));
    assert!(!argon2id("$argon2id$v=19$m=19456,t=2,p=1"));
    assert!(!argon2id("$argon2id$v=19$m=65536,t=3,p=4"));
    assert!(argon2id("$argon2id$v=19$m=8192,t=8,p=1"));
    assert!(argon2id("$argon2id$v=19$m=19456,t=1,p=1"));
    assert!(argon2id("$argon2id$m=19456,t=2,p=1"));
    assert!(argon2id("$argon2i$v=19$m=19456,t=2,p=1"));
    assert!(argon2id("nonsense"));
    assert!(upgraded(PasswordMethod::Argon2i, &format!("$argon2i$v=19$m=65536,t=8,p=1${tail}")));
}

#[tokio::test]
async fn endless_passwords_are_not_hashed() {
    let hasher = hasher();
    let hash = hasher.hash("short").await.unwrap();
    let endless = "x".repeat(MAX_PASSWORD_LEN + 1);
    assert_eq!(hasher.hash(&endless).await, Err(PasswordError::TooLong));
    assert_eq!(hasher.verify(&endless, &hash.encoded, hash.method).await, Ok(false));
    assert_eq!(hasher.verify_decoy(&endless).await, Ok(()));
}
