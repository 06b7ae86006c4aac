//! Each expectation refuses for its own reason, and the key decides about the algorithm.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portico_crypto::JoseError;
use portico_crypto::jose::{Alg, Claims, HmacKey, JwkSet, SigningKey, Validation, peek};
use serde_json::{Value, json};

const NOW: i64 = 1_700_000_000;

fn verify(claims: Value, validation: Validation) -> Result<Claims, JoseError> {
    let key = HmacKey::new("a shared secret").unwrap();
    key.verify(&key.sign_jwt(Alg::Hs256, Some("JWT"), &claims).unwrap(), &validation)
}

fn refusal(claims: Value, validation: Validation) -> JoseError {
    verify(claims, validation).unwrap_err()
}

/// A token with an arbitrary header and payload, correctly signed by `sign`.
fn forge(header: &str, payload: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(sign(input.as_bytes()));
    format!("{input}.{signature}")
}

#[test]
fn a_token_lives_from_nbf_to_exp() {
    let claims = || json!({"nbf": NOW, "exp": NOW + 60});
    assert!(verify(claims(), Validation::at(NOW)).is_ok());
    assert!(verify(claims(), Validation::at(NOW + 59)).is_ok());
    assert_eq!(refusal(claims(), Validation::at(NOW + 60)), JoseError::Expired);
    assert_eq!(refusal(claims(), Validation::at(NOW - 1)), JoseError::NotYetValid);
    assert!(verify(claims(), Validation::at(NOW - 5).leeway(5)).is_ok());
    assert!(verify(claims(), Validation::at(NOW + 64).leeway(5)).is_ok());
    assert_eq!(refusal(claims(), Validation::at(NOW + 65).leeway(5)), JoseError::Expired);
    assert!(verify(claims(), Validation::at(NOW + 9_999).allow_expired()).is_ok());
    assert!(verify(json!({"exp": NOW as f64 + 0.5}), Validation::at(NOW)).is_ok());
}

#[test]
fn exp_is_required_unless_said_otherwise() {
    let missing = |name: &str| JoseError::MissingClaim(name.to_owned());
    assert_eq!(refusal(json!({}), Validation::at(NOW)), missing("exp"));
    assert!(verify(json!({}), Validation::at(NOW).required_claims([""; 0])).is_ok());
    let wants_jti = Validation::at(NOW).required_claims(["exp", "jti"]);
    assert_eq!(refusal(json!({"exp": NOW + 1}), wants_jti), missing("jti"));
    assert_eq!(refusal(json!({"exp": "soon"}), Validation::at(NOW)), JoseError::InvalidClaim("exp"));
}

#[test]
fn the_issuer_must_be_expected() {
    let claims = || json!({"exp": NOW + 1, "iss": "https://a"});
    let any = || Validation::at(NOW);
    assert!(verify(claims(), any().issuer("https://a")).is_ok());
    assert!(verify(claims(), any().issuers(["https://b", "https://a"])).is_ok());
    assert_eq!(refusal(claims(), any().issuer("https://a/")), JoseError::IssuerMismatch);
    assert_eq!(refusal(claims(), any().issuers(Vec::<String>::new())), JoseError::IssuerMismatch);
    let without = refusal(json!({"exp": NOW + 1}), any().issuer("https://a"));
    assert_eq!(without, JoseError::MissingClaim("iss".to_owned()));
    let number = refusal(json!({"exp": NOW + 1, "iss": 1}), any().issuer("https://a"));
    assert_eq!(number, JoseError::InvalidClaim("iss"));
}

#[test]
fn the_audience_may_be_one_or_many_on_both_sides() {
    let one = || json!({"exp": NOW + 1, "aud": "a"});
    let many = || json!({"exp": NOW + 1, "aud": ["x", "a"]});
    for claims in [one, many as fn() -> Value] {
        assert!(verify(claims(), Validation::at(NOW).audience("a")).is_ok());
        assert!(verify(claims(), Validation::at(NOW).audiences(["b", "a"])).is_ok());
        assert_eq!(refusal(claims(), Validation::at(NOW).audience("b")), JoseError::AudienceMismatch);
        let nobody = Validation::at(NOW).audiences(Vec::<String>::new());
        assert_eq!(refusal(claims(), nobody), JoseError::AudienceMismatch);
    }
    let mixed = json!({"exp": NOW + 1, "aud": ["a", 1]});
    assert_eq!(refusal(mixed, Validation::at(NOW).audience("a")), JoseError::InvalidClaim("aud"));
    let empty = json!({"exp": NOW + 1, "aud": []});
    assert_eq!(refusal(empty, Validation::at(NOW).audience("a")), JoseError::AudienceMismatch);
}

#[test]
fn subject_nonce_and_type_are_compared() {
    let claims = || json!({"exp": NOW + 1, "sub": "me", "nonce": "n"});
    let any = || Validation::at(NOW);
    assert!(verify(claims(), any().subject("me").nonce("n").typ("jwt")).is_ok());
    assert!(verify(claims(), any().typ("application/JWT")).is_ok());
    assert_eq!(refusal(claims(), any().subject("you")), JoseError::SubjectMismatch);
    assert_eq!(refusal(claims(), any().nonce("m")), JoseError::NonceMismatch);
    assert_eq!(refusal(claims(), any().typ("at+jwt")), JoseError::TypeMismatch);
    let no_nonce = refusal(json!({"exp": NOW + 1}), any().nonce("n"));
    assert_eq!(no_nonce, JoseError::MissingClaim("nonce".to_owned()));
}

#[test]
fn the_age_is_limited_on_request() {
    let claims = |iat: i64| json!({"exp": NOW + 9_999, "iat": iat});
    let limited = || Validation::at(NOW).max_age(60);
    assert!(verify(claims(NOW - 60), limited()).is_ok());
    assert_eq!(refusal(claims(NOW - 61), limited()), JoseError::TooOld);
    assert_eq!(refusal(claims(NOW + 1), limited()), JoseError::IssuedInFuture);
    assert!(verify(claims(NOW + 1), limited().leeway(1)).is_ok());
    assert!(verify(claims(NOW + 1), Validation::at(NOW)).is_ok());
    let undated = refusal(json!({"exp": NOW + 1}), limited());
    assert_eq!(undated, JoseError::MissingClaim("iat".to_owned()));
}

#[test]
fn critical_parameters_must_be_understood() {
    let key = SigningKey::generate(Alg::Es256).unwrap();
    let verifying = key.verifying_key().unwrap();
    let check = |header: &str, validation: Validation| {
        let token = forge(header, r#"{"exp":9999999999}"#, |input| key.sign(input).unwrap());
        verifying.verify(&token, &validation).map(drop)
    };
    let any = || Validation::at(NOW);
    assert_eq!(check(r#"{"alg":"ES256"}"#, any()), Ok(()));
    let custom = r#"{"alg":"ES256","x":1,"crit":["x"]}"#;
    assert_eq!(check(custom, any()), Err(JoseError::UnsupportedCritical("x".to_owned())));
    let mut understanding = any();
    understanding.understood_critical = vec!["x".to_owned(), "b64".to_owned()];
    assert_eq!(check(custom, understanding.clone()), Ok(()));
    for malformed in [
        r#"{"alg":"ES256","crit":[]}"#,
        r#"{"alg":"ES256","crit":"x","x":1}"#,
        r#"{"alg":"ES256","crit":[1]}"#,
        r#"{"alg":"ES256","crit":["x"]}"#,
    ] {
        assert!(
            matches!(check(malformed, understanding.clone()), Err(JoseError::Malformed(_))),
            "{malformed}"
        );
    }
    for unencoded in [r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#, r#"{"alg":"ES256","b64":false}"#] {
        let refused = Err(JoseError::UnsupportedCritical("b64".to_owned()));
        assert_eq!(check(unencoded, understanding.clone()), refused);
    }
}

#[test]
fn malformed_tokens_are_refused_even_when_correctly_signed() {
    let key = SigningKey::generate(Alg::Es256).unwrap();
    let verifying = key.verifying_key().unwrap();
    let verify = |token: &str| verifying.verify(token, &Validation::at(NOW)).unwrap_err();
    let sign = |input: &[u8]| key.sign(input).unwrap();
    let payload = r#"{"exp":9999999999}"#;
    for (header, payload) in [
        (r#"{"typ":"JWT"}"#, payload),
        (r#"{"alg":1}"#, payload),
        (r#"{"alg":"ES256","kid":1}"#, payload),
        (r#"{"alg":"ES256","alg":"ES256"}"#, payload),
        (r#"["ES256"]"#, payload),
        ("", payload),
        (r#"{"alg":"ES256"}"#, ""),
        (r#"{"alg":"ES256"}"#, "[]"),
        (r#"{"alg":"ES256"}"#, r#"{"exp":1,"exp":9999999999}"#),
        (r#"{"alg":"ES256"}"#, r#"{"exp":9999999999} "x""#),
    ] {
        let token = forge(header, payload, sign);
        assert!(matches!(verify(&token), JoseError::Malformed(_)), "{header} {payload}");
    }
    let good = forge(r#"{"alg":"ES256"}"#, payload, sign);
    assert!(verifying.verify(&good, &Validation::at(NOW)).is_ok());
    let (unsigned, _) = good.rsplit_once('.').unwrap();
    for token in
        [format!("{good}="), format!("{good}."), format!(" {good}"), unsigned.to_owned(), String::new()]
    {
        assert!(matches!(verify(&token), JoseError::Malformed(_)), "{token}");
    }
    assert_eq!(verify(&format!("{unsigned}.")), JoseError::BadSignature);
}

#[test]
fn a_token_without_signature_is_never_accepted() {
    let key = SigningKey::generate(Alg::Es256).unwrap().verifying_key().unwrap();
    for name in ["none", "None", "NONE", "nOnE", "", "es256", "HS255"] {
        let token = forge(&json!({"alg": name}).to_string(), r#"{"exp":9999999999}"#, |_| Vec::new());
        assert_eq!(key.verify(&token, &Validation::at(NOW)).unwrap_err(), JoseError::UnsupportedAlgorithm);
    }
}

#[test]
fn a_public_key_is_never_the_secret_of_an_hmac() {
    let key = SigningKey::generate(Alg::Rs256).unwrap();
    let set = JwkSet::from_value(&json!({"keys": [key.public_jwk()]})).unwrap();
    let secret = HmacKey::new(key.public_jwk().to_string()).unwrap();
    let token = secret.sign_jwt(Alg::Hs256, None, &json!({"exp": NOW + 1})).unwrap();
    assert_eq!(set.verify(&token, &Validation::at(NOW)).unwrap_err(), JoseError::UnknownKey);
    let refused = set.keys()[0].verify(&token, &Validation::at(NOW)).unwrap_err();
    assert_eq!(refused, JoseError::AlgorithmMismatch("HS256"));
    // And the other way round.
    let token = key.sign_jwt(None, &json!({"exp": NOW + 1})).unwrap();
    assert_eq!(
        secret.verify(&token, &Validation::at(NOW)).unwrap_err(),
        JoseError::AlgorithmMismatch("RS256")
    );
    assert!(HmacKey::new("").is_err());
}

#[test]
fn a_jwk_with_alg_verifies_that_algorithm_only() {
    let rs256 = SigningKey::generate(Alg::Rs256).unwrap();
    let pem = rs256.to_pkcs8_pem().unwrap();
    let ps256 = SigningKey::from_pem_with_alg(pem.expose(), Alg::Ps256).unwrap();
    let token = ps256.sign_jwt(None, &json!({"exp": NOW + 1})).unwrap();
    let verify = |jwk: &Value, validation: Validation| {
        JwkSet::from_value(&json!({ "keys": [jwk] })).unwrap().verify(&token, &validation).map(drop)
    };
    let any = || Validation::at(NOW);
    let refused = Err(JoseError::AlgorithmMismatch("PS256"));
    assert_eq!(verify(&rs256.public_jwk(), any()), refused);
    let mut open = rs256.public_jwk();
    open.as_object_mut().unwrap().remove("alg");
    assert_eq!(verify(&open, any()), Ok(()));
    let refused = Err(JoseError::AlgorithmNotAllowed("PS256"));
    assert_eq!(verify(&open, any().algorithms([Alg::Rs256, Alg::Es256])), refused);
    assert_eq!(verify(&open, any().algorithms([Alg::Ps256])), Ok(()));
}

#[test]
fn a_set_picks_the_named_key_and_tries_all_for_a_nameless_token() {
    let keys = [Alg::Es256, Alg::Es256, Alg::EdDsa].map(|alg| SigningKey::generate(alg).unwrap());
    let mut published: Vec<Value> = keys.iter().map(SigningKey::public_jwk).collect();
    published.insert(0, json!({"kty": "future", "kid": keys[0].kid()}));
    published.insert(0, json!(42));
    let set = JwkSet::parse(&json!({"keys": published, "other": true}).to_string()).unwrap();
    assert_eq!(set.keys().len(), 3);
    let claims = json!({"exp": NOW + 1});
    for key in &keys {
        let named = key.sign_jwt(Some("JWT"), &claims).unwrap();
        let (header, _) = set.verify_with_header(&named, &Validation::at(NOW)).unwrap();
        assert_eq!((header.kid.as_deref(), header.typ.as_deref()), (Some(key.kid()), Some("JWT")));
        assert_eq!(peek(&named).unwrap().0.kid, header.kid);
        let nameless = forge(&json!({"alg": key.alg()}).to_string(), &claims.to_string(), |input| {
            key.sign(input).unwrap()
        });
        assert!(set.verify(&nameless, &Validation::at(NOW)).is_ok());
        let misnamed = json!({"alg": key.alg(), "kid": "unknown"}).to_string();
        let misnamed = forge(&misnamed, &claims.to_string(), |input| key.sign(input).unwrap());
        assert_eq!(set.verify(&misnamed, &Validation::at(NOW)).unwrap_err(), JoseError::UnknownKey);
    }
    let swapped = json!({"alg": "ES256", "kid": keys[1].kid()}).to_string();
    let swapped = forge(&swapped, &claims.to_string(), |input| keys[0].sign(input).unwrap());
    assert_eq!(set.verify(&swapped, &Validation::at(NOW)).unwrap_err(), JoseError::BadSignature);
    for document in ["", "[]", "{}", r#"{"keys":{}}"#] {
        assert!(matches!(JwkSet::parse(document), Err(JoseError::InvalidKey(_))), "{document}");
    }
    assert!(JwkSet::from_value(&json!({"keys": vec![1; 257]})).is_err());
}

#[test]
fn only_objects_are_signed() {
    let key = SigningKey::generate(Alg::Es256).unwrap();
    assert_eq!(key.sign_jwt(None, &json!([1])).unwrap_err(), JoseError::UnserializableClaims);
    let token = key.sign_jwt(Some("custom+jwt"), &json!({"exp": NOW + 1})).unwrap();
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let expected = format!(r#"{{"alg":"ES256","typ":"custom+jwt","kid":"{}"}}"#, key.kid());
    assert_eq!(String::from_utf8(header).unwrap(), expected);
}
