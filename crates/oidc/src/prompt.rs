//! The `prompt` parameter, and why a user must be asked (OpenID Connect Core §3.1.2.1).

use crate::{
    error::{OidcError, OidcErrorKind},
    parameters::words,
};
use portico_model::JsonObject;

/// The values of the `prompt` parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompts {
    /// Ask for credentials even within a session.
    pub login: bool,
    /// Ask for consent even with a grant.
    pub consent: bool,
    /// Ask nothing; fail when something would have to be asked.
    pub none: bool,
}

impl Prompts {
    /// Reads the parameter.
    ///
    /// # Errors
    /// On an unknown value, or `none` beside another.
    pub fn parse(value: Option<&str>) -> Result<Self, OidcError> {
        let mut prompts = Self::default();
        for word in words(value.unwrap_or_default()) {
            match word.as_str() {
                "login" => prompts.login = true,
                "consent" => prompts.consent = true,
                "none" => prompts.none = true,
                _ => {
                    return Err(
                        OidcErrorKind::InvalidRequest.because("prompt holds a value that is not supported")
                    );
                }
            }
        }
        if prompts.none && (prompts.login || prompts.consent) {
            return Err(OidcErrorKind::InvalidRequest.because("prompt none stands alone"));
        }
        Ok(prompts)
    }
}

/// What the user is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptName {
    /// Who they are.
    Login,
    /// Whether the client may.
    Consent,
}

impl PromptName {
    /// The name as stored and as in the result of an interaction.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Consent => "consent",
        }
    }
}

/// A question to the user, with the reasons for it.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What is asked.
    pub name: PromptName,
    /// Why; machine words, stored with the interaction.
    pub reasons: Vec<&'static str>,
    /// What is missing.
    pub details: JsonObject,
    /// What a client hears that asked for no prompt.
    pub error: OidcError,
}

/// Facts that decide whether the user must sign in.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoginFacts<'a> {
    /// The request's `prompt`.
    pub prompts: Prompts,
    /// Whether the interaction before has just signed the user in.
    pub just_signed_in: bool,
    /// Who is signed in.
    pub account_id: Option<&'a str>,
    /// Seconds since they authenticated.
    pub seconds_since_login: i64,
    /// The request's `max_age`.
    pub max_age: Option<i64>,
    /// Subject of the request's `id_token_hint`.
    pub hinted_account_id: Option<&'a str>,
}

/// Whether the user must sign in.
#[must_use]
pub fn login_prompt(facts: LoginFacts<'_>) -> Option<Prompt> {
    let mut reasons = Vec::new();
    let mut description = None;
    let mut because = |reason, text| {
        reasons.push(reason);
        description.get_or_insert(text);
    };
    if facts.prompts.login && !facts.just_signed_in {
        because("login_prompt", "the user must authenticate again");
    }
    if facts.account_id.is_none() {
        because("no_session", "the user is not signed in");
    }
    if facts.max_age.is_some_and(|max_age| !facts.just_signed_in && facts.seconds_since_login > max_age) {
        because("max_age", "the user signed in too long ago");
    }
    let is_other = |hinted: &str| facts.account_id.is_some_and(|account_id| account_id != hinted);
    if facts.hinted_account_id.is_some_and(is_other) {
        because("id_token_hint", "another user is signed in than id_token_hint names");
    }
    description.map(|text| Prompt {
        name: PromptName::Login,
        reasons,
        details: JsonObject::new(),
        error: OidcErrorKind::LoginRequired.because(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_refuses() {
        assert_eq!(Prompts::parse(None).unwrap(), Prompts::default());
        assert!(Prompts::parse(Some("login consent")).unwrap().consent);
        assert!(Prompts::parse(Some("nope")).is_err());
        assert!(Prompts::parse(Some("none login")).is_err());
    }

    fn reasons(facts: LoginFacts<'_>) -> Vec<&'static str> {
        login_prompt(facts).map(|prompt| prompt.reasons).unwrap_or_default()
    }

    #[test]
    fn asks_for_a_login_only_when_there_is_a_reason() {
        let session = LoginFacts { account_id: Some("a"), seconds_since_login: 100, ..LoginFacts::default() };
        assert!(reasons(session).is_empty());
        assert_eq!(reasons(LoginFacts::default()), ["no_session"]);
        let login = Prompts { login: true, ..Prompts::default() };
        assert_eq!(reasons(LoginFacts { prompts: login, ..session }), ["login_prompt"]);
        assert!(reasons(LoginFacts { prompts: login, just_signed_in: true, ..session }).is_empty());
        assert_eq!(reasons(LoginFacts { max_age: Some(99), ..session }), ["max_age"]);
        assert!(reasons(LoginFacts { max_age: Some(100), ..session }).is_empty());
        assert!(reasons(LoginFacts { max_age: Some(0), just_signed_in: true, ..session }).is_empty());
        assert_eq!(reasons(LoginFacts { hinted_account_id: Some("b"), ..session }), ["id_token_hint"]);
        assert!(reasons(LoginFacts { hinted_account_id: Some("a"), ..session }).is_empty());
    }
}
