//! What can go wrong, one enum per module.

/// Why a token or key was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoseError {
    /// The token is not three base64url segments of JSON in the form RFC 7515 §7.1 asks for.
    #[error("malformed token: {0}")]
    Malformed(&'static str),
    /// The token is longer than [`crate::jose::MAX_TOKEN_LEN`].
    #[error("token is too large")]
    TooLarge,
    /// The header names an algorithm we do not know, `none` included.
    #[error("unsupported algorithm")]
    UnsupportedAlgorithm,
    /// The algorithm is known but not among those allowed here.
    #[error("algorithm {0} is not allowed")]
    AlgorithmNotAllowed(&'static str),
    /// The algorithm does not belong to the type of the key.
    #[error("algorithm {0} does not fit the key")]
    AlgorithmMismatch(&'static str),
    /// No key in the set fits the token's `kid` and algorithm.
    #[error("no matching key")]
    UnknownKey,
    /// The signature does not match.
    #[error("signature mismatch")]
    BadSignature,
    /// The header demands an extension we do not process (RFC 7515 §4.1.11).
    #[error("unsupported critical header parameter `{0}`")]
    UnsupportedCritical(String),
    /// The `typ` header is not the expected one.
    #[error("unexpected token type")]
    TypeMismatch,
    /// `exp` has passed.
    #[error("token expired")]
    Expired,
    /// `nbf` lies ahead.
    #[error("token is not valid yet")]
    NotYetValid,
    /// `iat` lies ahead.
    #[error("token was issued in the future")]
    IssuedInFuture,
    /// `iat` lies further back than allowed.
    #[error("token is too old")]
    TooOld,
    /// `iss` is not an expected issuer.
    #[error("unexpected issuer")]
    IssuerMismatch,
    /// `aud` names none of the expected audiences.
    #[error("unexpected audience")]
    AudienceMismatch,
    /// `sub` is not the expected subject.
    #[error("unexpected subject")]
    SubjectMismatch,
    /// `nonce` is not the expected one.
    #[error("unexpected nonce")]
    NonceMismatch,
    /// A required claim is absent.
    #[error("missing claim `{0}`")]
    MissingClaim(String),
    /// A claim has a type its definition does not allow.
    #[error("invalid claim `{0}`")]
    InvalidClaim(&'static str),
    /// Key material that cannot be used: wrong format, curve, size or inconsistent.
    #[error("invalid key: {0}")]
    InvalidKey(&'static str),
    /// The claims could not be written as a JSON object.
    #[error("claims do not form a JSON object")]
    UnserializableClaims,
    /// The signing or key generation primitive failed.
    #[error("cryptographic operation failed")]
    Failed,
}

/// Why a password was neither hashed nor compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The queue of the hasher is full; try again later.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The method's name is not one of [`crate::PasswordMethod`].
    #[error("unsupported password method")]
    UnsupportedMethod,
    /// The digest does not have the form its method asks for.
    #[error("malformed password digest")]
    MalformedDigest,
    /// A `Legacy` digest names a hash we do not have.
    #[error("unsupported legacy hash algorithm")]
    UnsupportedLegacyAlgorithm,
    /// The digest's cost parameters exceed what one request may consume.
    #[error("password digest is too costly")]
    CostExceeded,
    /// The password is longer than [`crate::password::MAX_PASSWORD_LEN`].
    #[error("password is too long")]
    TooLong,
    /// The computation failed or its thread went away.
    #[error("password hashing failed")]
    Failed,
}

/// Why something was not sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key is not base64 of 32 bytes.
    #[error("the vault key must be 32 bytes in base64")]
    InvalidKey,
    /// A part has the wrong length.
    #[error("malformed sealed secret")]
    Malformed,
    /// Changed content or another key.
    #[error("sealed secret could not be authenticated")]
    Rejected,
    /// The encryption primitive failed.
    #[error("encryption failed")]
    Failed,
}
