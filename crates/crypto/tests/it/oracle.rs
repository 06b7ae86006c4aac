//! `jsonwebtoken` and this crate agree, in both directions and for every algorithm both know.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use portico_crypto::jose::{Alg, HmacKey, SigningKey, Validation, VerifyingKey};
use serde_json::{Value, json};

const SECRET: &[u8] = b"a secret that is long enough for HS512: 0123456789abcdef0123456789abcdef";

fn claims() -> Value {
    json!({"iss": "https://issuer", "sub": "someone", "aud": ["one", "two"], "exp": 4_102_444_800_i64, "n": 1.5})
}

fn their_name(alg: Alg) -> Algorithm {
    alg.as_str().parse().unwrap()
}

fn their_decoding_key(key: &SigningKey) -> DecodingKey {
    DecodingKey::from_jwk(&serde_json::from_value(key.public_jwk()).unwrap()).unwrap()
}

fn their_encoding_key(key: &SigningKey) -> EncodingKey {
    let pem = key.to_pkcs8_pem().unwrap();
    let pem = pem.expose().as_bytes();
    match key.alg() {
        Alg::Es256 | Alg::Es384 => EncodingKey::from_ec_pem(pem).unwrap(),
        Alg::EdDsa => EncodingKey::from_ed_pem(pem).unwrap(),
        _ => EncodingKey::from_rsa_pem(pem).unwrap(),
    }
}

fn they_accept(token: &str, alg: Alg, key: &DecodingKey) -> Value {
    let mut validation = jsonwebtoken::Validation::new(their_name(alg));
    validation.set_audience(&["two"]);
    validation.set_issuer(&["https://issuer"]);
    jsonwebtoken::decode::<Value>(token, key, &validation).unwrap().claims
}

fn we_expect() -> Validation {
    Validation::at(1_700_000_000).issuer("https://issuer").audience("two").subject("someone")
}

/// One key per type, since making RSA keys takes long in a debug build.
fn keys() -> Vec<SigningKey> {
    let rsa = SigningKey::generate(Alg::Rs256).unwrap().to_pkcs8_pem().unwrap();
    let mut keys: Vec<SigningKey> = [Alg::Rs256, Alg::Rs384, Alg::Rs512, Alg::Ps256, Alg::Ps384, Alg::Ps512]
        .into_iter()
        .map(|alg| SigningKey::from_pem_with_alg(rsa.expose(), alg).unwrap())
        .collect();
    keys.extend([Alg::Es256, Alg::Es384, Alg::EdDsa].map(|alg| SigningKey::generate(alg).unwrap()));
    keys
}

#[test]
fn they_accept_what_we_sign_and_we_accept_what_they_sign() {
    for key in keys() {
        let alg = key.alg();
        let ours = key.sign_jwt(Some("at+jwt"), &claims()).unwrap();
        assert_eq!(they_accept(&ours, alg, &their_decoding_key(&key)), claims(), "{alg}");
        let header = jsonwebtoken::decode_header(&ours).unwrap();
        assert_eq!(header.kid.as_deref(), Some(key.kid()));
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));

        let theirs =
            jsonwebtoken::encode(&Header::new(their_name(alg)), &claims(), &their_encoding_key(&key))
                .unwrap();
        let verifying = VerifyingKey::from_jwk(&key.public_jwk()).unwrap();
        let accepted = verifying.verify(&theirs, &we_expect()).unwrap();
        assert_eq!(Value::Object(accepted), claims(), "{alg}");
    }
}

#[test]
fn shared_secrets_agree_too() {
    let key = HmacKey::new(SECRET).unwrap();
    for alg in [Alg::Hs256, Alg::Hs384, Alg::Hs512] {
        let ours = key.sign_jwt(alg, Some("JWT"), &claims()).unwrap();
        assert_eq!(they_accept(&ours, alg, &DecodingKey::from_secret(SECRET)), claims());
        let header = Header::new(their_name(alg));
        let theirs = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(SECRET)).unwrap();
        assert!(key.verify(&theirs, &we_expect()).is_ok());
    }
}
