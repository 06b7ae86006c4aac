//! Private keys survive being written and read; public keys have the documented form.

use portico_crypto::JoseError;
use portico_crypto::jose::{Alg, RsaBits, SigningKey, Validation, VerifyingKey};
use serde_json::json;

const GENERATED: [Alg; 6] = [Alg::Es256, Alg::Es384, Alg::Es512, Alg::EdDsa, Alg::Rs256, Alg::Ps512];

#[test]
fn every_kind_of_key_survives_pem() {
    for alg in GENERATED {
        let key = SigningKey::generate(alg).unwrap();
        let pem = key.to_pkcs8_pem().unwrap();
        assert!(pem.expose().starts_with("-----BEGIN PRIVATE KEY-----\n"), "{alg}");
        let read = SigningKey::from_pem_with_alg(pem.expose(), alg).unwrap();
        assert_eq!((read.kid(), read.alg(), read.public_jwk()), (key.kid(), alg, key.public_jwk()));
        let token = read.sign_jwt(Some("JWT"), &json!({"exp": 2})).unwrap();
        assert!(key.verifying_key().unwrap().verify(&token, &Validation::at(1)).is_ok(), "{alg}");
    }
}

#[test]
fn the_algorithm_follows_from_the_key() {
    for alg in [Alg::Es256, Alg::Es384, Alg::Es512, Alg::EdDsa, Alg::Rs256] {
        let pem = SigningKey::generate(alg).unwrap().to_pkcs8_pem().unwrap();
        assert_eq!(SigningKey::from_pem(pem.expose()).unwrap().alg(), alg);
    }
}

#[test]
fn an_algorithm_of_another_key_type_is_refused() {
    let pem = SigningKey::generate(Alg::Es384).unwrap().to_pkcs8_pem().unwrap();
    for alg in [Alg::Es256, Alg::Rs256, Alg::EdDsa, Alg::Hs256] {
        let refused = SigningKey::from_pem_with_alg(pem.expose(), alg).unwrap_err();
        assert_eq!(refused, JoseError::AlgorithmMismatch(alg.as_str()));
    }
    assert!(SigningKey::generate(Alg::Hs256).is_err());
    assert!(SigningKey::generate_rsa(Alg::Es384, RsaBits::Two048).is_err());
}

#[test]
fn sec1_keys_are_read() {
    // openssl ecparam -name secp384r1 -genkey -noout
    let pem = "-----BEGIN EC PRIVATE KEY-----
MIGkAgEBBDAxQ1MQis/Hwm9vOUu0Ln4hUhvdmacjwSsmK2K2bYlN6EQdFuHPP0yi
hJvdiELamxKgBwYFK4EEACKhZANiAAQC9qtdjhPrHp9KMR9zM68O+1EMAxlE5nFQ
QEvSjGRJrcwwg+P0xbg5dlHOH/gvFJzVgr1i7WChzZ63ctfJRAVcgUCe7ujmUljs
M8qVGvxtDYaib8mgku5fsLP+vJAz7H8=
-----END EC PRIVATE KEY-----
";
    assert_eq!(SigningKey::from_pem(pem).unwrap().alg(), Alg::Es384);
}

#[test]
fn garbage_is_not_a_key() {
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let empty = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for text in ["", "nonsense", encrypted, empty] {
        assert!(matches!(SigningKey::from_pem(text), Err(JoseError::InvalidKey(_))), "{text}");
    }
}

#[test]
fn the_published_key_has_its_members_in_order() {
    let key = SigningKey::generate(Alg::Es384).unwrap();
    let jwk = key.public_jwk();
    let names: Vec<&str> = jwk.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["kty", "use", "kid", "alg", "crv", "x", "y"]);
    assert_eq!((&jwk["kty"], &jwk["use"], &jwk["alg"]), (&json!("EC"), &json!("sig"), &json!("ES384")));
    assert_eq!(jwk["kid"], key.kid());

    let rsa = SigningKey::generate(Alg::Rs256).unwrap().public_jwk();
    let names: Vec<&str> = rsa.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["kty", "use", "kid", "alg", "e", "n"]);
}

#[test]
fn unusable_public_keys_are_refused() {
    let ec = SigningKey::generate(Alg::Es256).unwrap().public_jwk();
    let with = |name: &str, value: serde_json::Value| {
        let mut jwk = ec.clone();
        jwk[name] = value;
        jwk
    };
    let refused = [
        json!("not an object"),
        json!({"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "alg": "HS256"}),
        json!({"kty": "RSA", "n": "3Slxg_DwTXJcb6095RoXygQCAZ5RnAvZlno1yhHtnUex", "e": "AQAB"}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
        json!({"kty": "OKP", "crv": "X25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
        with("use", json!("enc")),
        with("key_ops", json!(["sign"])),
        with("alg", json!("ES384")),
        with("alg", json!("HS256")),
        with("crv", json!("secp256k1")),
        with("x", json!("AAAA")),
        // A point that is not on the curve.
        with("x", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")),
    ];
    for jwk in refused {
        assert!(matches!(VerifyingKey::from_jwk(&jwk), Err(JoseError::InvalidKey(_))), "{jwk}");
    }
    assert!(VerifyingKey::from_jwk(&with("key_ops", json!(["verify"]))).is_ok());
}

#[test]
fn nothing_secret_is_printed() {
    let key = SigningKey::generate(Alg::Es256).unwrap();
    let pem = key.to_pkcs8_pem().unwrap();
    assert_eq!(format!("{pem:?}"), "[redacted]");
    assert_eq!(format!("{key:?}"), format!("SigningKey {{ alg: Es256, kid: {:?} }}", key.kid()));
}
