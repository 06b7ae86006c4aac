//! Whatever is done to a token, it is refused, and nothing panics.

use std::sync::LazyLock;

use portico_crypto::jose::{Alg, HmacKey, JwkSet, MAX_TOKEN_LEN, SigningKey, Validation, peek};
use portico_crypto::password::validate_digest;
use portico_crypto::{JoseError, PasswordMethod};
use proptest::prelude::*;
use serde_json::json;

static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
    [Alg::Es256, Alg::Es384, Alg::Es512, Alg::EdDsa, Alg::Rs256]
        .map(|alg| SigningKey::generate(alg).unwrap())
        .into()
});
static SET: LazyLock<JwkSet> =
    LazyLock::new(|| KEYS.iter().map(|key| key.verifying_key().unwrap()).collect());
static TOKENS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let claims = json!({"sub": "someone", "exp": 2_000_000_000, "aud": "here"});
    KEYS.iter().map(|key| key.sign_jwt(Some("JWT"), &claims).unwrap()).collect()
});

fn verifies(token: &str) -> bool {
    SET.verify(token, &Validation::at(1_700_000_000)).is_ok()
}

#[test]
fn the_untouched_tokens_verify() {
    assert!(TOKENS.iter().all(|token| verifies(token)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_replaced_character_is_noticed(which in 0..5usize, at in any::<prop::sample::Index>(), by in "[A-Za-z0-9_.=+/ -]") {
        let original = &TOKENS[which];
        let at = at.index(original.len());
        let mut mutated = original.clone();
        mutated.replace_range(at..=at, &by);
        prop_assume!(mutated != *original);
        prop_assert!(!verifies(&mutated));
    }

    #[test]
    fn inserted_and_removed_characters_are_noticed(which in 0..5usize, at in any::<prop::sample::Index>(), text in "[A-Za-z0-9_.=-]{0,4}", cut in 0..4usize) {
        let original = &TOKENS[which];
        let at = at.index(original.len());
        let end = (at + cut).min(original.len());
        let mut mutated = original.clone();
        mutated.replace_range(at..end, &text);
        prop_assume!(mutated != *original);
        prop_assert!(!verifies(&mutated));
    }

    #[test]
    fn segments_of_different_tokens_do_not_mix(header in 0..5usize, payload in 0..5usize, signature in 0..5usize) {
        let segment = |which: usize, index: usize| TOKENS[which].split('.').nth(index).unwrap().to_owned();
        let mixed = [segment(header, 0), segment(payload, 1), segment(signature, 2)].join(".");
        // All payloads are the same, so only header and signature need to belong together.
        prop_assert_eq!(verifies(&mixed), header == signature);
    }

    #[test]
    fn garbage_never_panics(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = String::from_utf8_lossy(&bytes);
        let key = HmacKey::new("secret").unwrap();
        for token in [text.as_str(), &bytes, &format!("{text}.{bytes}."), &format!("e30.{text}.{bytes}")] {
            prop_assert!(!verifies(token));
            prop_assert!(key.verify(token, &Validation::at(0)).is_err());
            prop_assert!(peek(token).is_err());
        }
    }

    #[test]
    fn digests_never_panic(text in any::<String>(), number in any::<u64>()) {
        for method in PasswordMethod::ALL {
            let _ = validate_digest(method, &text);
        }
        let _ = validate_digest(PasswordMethod::Argon2id, &format!("$argon2id$v=19$m={number},t={number},p=1${text}"));
        let scrypt = json!(["firebase-scrypt", [text, "AAAA", "AAAA", number, number, "@"], "AAAA"]).to_string();
        let _ = validate_digest(PasswordMethod::Legacy, &scrypt);
        let pbkdf2 = json!(["pbkdf2", [text, number, number, "sha1", "@"], "00"]).to_string();
        let _ = validate_digest(PasswordMethod::Legacy, &pbkdf2);
    }
}

#[test]
fn enormous_tokens_are_not_even_read() {
    let token = format!("{}{}", TOKENS[0], "A".repeat(MAX_TOKEN_LEN));
    assert_eq!(SET.verify(&token, &Validation::at(0)).unwrap_err(), JoseError::TooLarge);
}
