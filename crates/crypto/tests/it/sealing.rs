//! The vault, cookies, identifiers, hashes and the clock.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use portico_crypto::seal::{Kek, Sealed};
use portico_crypto::{Clock, CookieKeys, FixedClock, SealError, SecretString, SystemClock, id};

fn kek(fill: u8) -> Kek {
    Kek::from_base64(&STANDARD.encode([fill; 32])).unwrap()
}

#[test]
fn a_sealed_secret_opens_and_never_repeats() {
    let content = br#"{"access_token":"token"}"#;
    let (first, second) = (kek(1).seal(content).unwrap(), kek(1).seal(content).unwrap());
    assert_eq!(kek(1).open(&first).unwrap().as_slice(), content);
    assert_eq!((first.iv.len(), first.auth_tag.len(), first.encrypted_dek.len()), (12, 16, 60));
    assert_eq!(first.ciphertext.len(), content.len());
    assert_ne!(first.ciphertext, second.ciphertext);
    assert_ne!(first.encrypted_dek, second.encrypted_dek);
    let transported: Sealed = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
    assert_eq!(transported, first);
}

#[test]
fn changed_bytes_and_other_keys_are_refused() {
    let sealed = kek(1).seal(b"content").unwrap();
    assert_eq!(kek(2).open(&sealed).unwrap_err(), SealError::Rejected);
    let parts: [fn(&mut Sealed) -> &mut Vec<u8>; 4] = [
        |sealed| &mut sealed.iv,
        |sealed| &mut sealed.ciphertext,
        |sealed| &mut sealed.auth_tag,
        |sealed| &mut sealed.encrypted_dek,
    ];
    for part in parts {
        for index in 0..part(&mut sealed.clone()).len() {
            let mut changed = sealed.clone();
            part(&mut changed)[index] ^= 1;
            assert_eq!(kek(1).open(&changed).unwrap_err(), SealError::Rejected);
        }
        let mut shortened = sealed.clone();
        part(&mut shortened).pop();
        assert!(kek(1).open(&shortened).is_err());
    }
}

#[test]
fn only_32_bytes_are_a_vault_key() {
    for text in ["", "not base64!", &STANDARD.encode([0; 16]), &STANDARD.encode([0; 33])] {
        assert_eq!(Kek::from_base64(text).unwrap_err(), SealError::InvalidKey);
    }
}

#[test]
fn cookies_survive_key_rotation_but_no_change() {
    let old = CookieKeys::new(["old"]);
    let rotated = CookieKeys::new(["new", "old"]);
    let signature = old.sign("_session", "value").unwrap();
    // echo -n '_session=value' | openssl dgst -sha256 -hmac old -binary | basenc --base64url
    assert_eq!(signature, "3bA6yj5luhXiFayoicQG_4z4svnEJ3uGBta2koQ9xA4");
    assert!(rotated.verify("_session", "value", &signature));
    assert!(rotated.verify("_session", "value", &rotated.sign("_session", "value").unwrap()));
    assert_ne!(rotated.sign("_session", "value"), Some(signature.clone()));
    assert!(!CookieKeys::new(["new"]).verify("_session", "value", &signature));
    assert!(!rotated.verify("_session", "other", &signature));
    assert!(!rotated.verify("_other", "value", &signature));
    assert!(!rotated.verify("_session", "value", ""));
    let none = CookieKeys::new(Vec::<String>::new());
    assert!(none.sign("_session", "value").is_none() && !none.verify("_session", "value", ""));
}

#[test]
fn identifiers_have_their_form_and_differ() {
    type Case = (fn() -> String, usize, fn(char) -> bool);
    let lowercase = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase();
    let cases: [Case; 4] = [
        (id::standard_id, 21, lowercase),
        (id::short_id, 12, lowercase),
        (id::secret, 32, |c| c.is_ascii_alphanumeric()),
        (id::opaque_token, 43, |c| c.is_ascii_alphanumeric() || c == '-' || c == '_'),
    ];
    for (make, length, allowed) in cases {
        let made: HashSet<String> = (0..500).map(|_| make()).collect();
        assert_eq!(made.len(), 500);
        assert!(made.iter().all(|id| id.len() == length && id.chars().all(allowed)));
    }
    // Every character of the alphabet occurs: 500 ids of 21 miss one with probability 36·e⁻²⁹⁰.
    let seen: HashSet<char> = (0..500).flat_map(|_| id::standard_id().chars().collect::<Vec<_>>()).collect();
    assert_eq!(seen.len(), 36);
    assert_eq!(id::numeric_code(6).len(), 6);
}

#[test]
fn hashes_match_published_values() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(portico_crypto::sha256_hex("abc"), abc);
    assert_eq!(portico_crypto::sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    // RFC 7636 appendix B.
    let challenge = portico_crypto::pkce_s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    // RFC 4231 §4.3.
    let mac = portico_crypto::hmac_sha256_hex("Jefe", "what do ya want for nothing?");
    assert_eq!(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert!(portico_crypto::constant_time_eq("same", "same"));
    assert!(!portico_crypto::constant_time_eq("same", "some"));
    assert!(!portico_crypto::constant_time_eq("same", "same longer"));
}

#[test]
fn secrets_compare_but_do_not_print() {
    let secret = SecretString::from("hunter2");
    assert_eq!(format!("{secret:?}"), "[redacted]");
    assert_eq!(secret, SecretString::from("hunter2".to_owned()));
    assert_ne!(secret, SecretString::from("hunter3"));
    assert_eq!(serde_json::from_str::<SecretString>("\"hunter2\"").unwrap().expose(), "hunter2");
}

#[test]
fn a_fixed_clock_moves_only_when_told() {
    let clock = FixedClock::new(1_999);
    assert_eq!((clock.now_ms(), clock.now_seconds()), (1_999, 1));
    clock.advance_ms(1);
    assert_eq!(clock.now_seconds(), 2);
    clock.set(-1);
    assert_eq!(clock.now_seconds(), -1);
    assert!(SystemClock.now_ms() > 1_700_000_000_000);
}
