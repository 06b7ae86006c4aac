//! Where the browser goes to sign in, from the parameters of the authorization request.

use crate::parameters::Parameters;

/// Parameters of the authorization request that reach the sign-in page, in the order of its address.
const FORWARDED: &[&str] = &["organization_id", "ui_locales", "one_time_token", "login_hint", "identifier"];

/// The sign-in page's address, relative to the tenant's endpoint.
#[must_use]
pub fn login_url(parameters: &Parameters, client_id: &str) -> String {
    let page = first_page(parameters);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("app_id", client_id);
    for name in FORWARDED {
        if let Some(value) = parameters.get(name) {
            query.append_pair(name, value);
        }
    }
    match direct_method(parameters) {
        Some((method, target)) => {
            query.append_pair("fallback", page);
            let target: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
            format!("/direct/{method}/{target}?{}", query.finish())
        }
        None => format!("/{page}?{}", query.finish()),
    }
}

/// The consent page's address.
#[must_use]
pub fn consent_url(client_id: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("app_id", client_id);
    format!("/consent?{}", query.finish())
}

fn first_page(parameters: &Parameters) -> &'static str {
    match parameters.get("first_screen") {
        Some("register") => "register",
        Some("reset_password") => "reset-password",
        Some("identifier:sign_in") => "identifier-sign-in",
        Some("identifier:register") => "identifier-register",
        Some("single_sign_on") => "single-sign-on",
        Some(_) => "sign-in",
        // The older name of the parameter, still sent by old clients.
        None if parameters.get("interaction_mode") == Some("signUp") => "register",
        None => "sign-in",
    }
}

/// A sign-in method to start at once: `social:<target>`, `sso:<connector>`, or a Google One Tap credential.
fn direct_method(parameters: &Parameters) -> Option<(&str, &str)> {
    let named = parameters.get("direct_sign_in").and_then(|value| value.split_once(':'));
    let named = named.filter(|(method, target)| matches!(*method, "social" | "sso") && !target.is_empty());
    named.or_else(|| parameters.get("google_one_tap_credential").map(|_| ("social", "google")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(query: &str) -> String {
        login_url(&Parameters::from_urlencoded(query.as_bytes()).unwrap(), "app")
    }

    #[test]
    fn first_screen_chooses_the_page() {
        for (query, expected) in [
            ("", "/sign-in?app_id=app"),
            ("first_screen=signIn", "/sign-in?app_id=app"),
            ("first_screen=register", "/register?app_id=app"),
            ("first_screen=reset_password", "/reset-password?app_id=app"),
            (
                "first_screen=identifier:register&identifier=email+phone",
                "/identifier-register?app_id=app&identifier=email+phone",
            ),
            ("first_screen=single_sign_on", "/single-sign-on?app_id=app"),
            ("interaction_mode=signUp", "/register?app_id=app"),
            ("first_screen=sign_in&interaction_mode=signUp", "/sign-in?app_id=app"),
            ("first_screen=../evil", "/sign-in?app_id=app"),
        ] {
            assert_eq!(url(query), expected, "{query}");
        }
    }

    #[test]
    fn parameters_keep_their_order() {
        assert_eq!(
            url("login_hint=a%40b.c&ui_locales=fr&one_time_token=t&organization_id=o"),
            "/sign-in?app_id=app&organization_id=o&ui_locales=fr&one_time_token=t&login_hint=a%40b.c"
        );
    }

    #[test]
    fn direct_sign_in_names_its_fallback() {
        assert_eq!(
            url("direct_sign_in=social:google&first_screen=register"),
            "/direct/social/google?app_id=app&fallback=register"
        );
        assert_eq!(url("direct_sign_in=sso:a/../b"), "/direct/sso/a%2F..%2Fb?app_id=app&fallback=sign-in");
        assert_eq!(url("direct_sign_in=javascript:x"), "/sign-in?app_id=app");
        assert_eq!(url("google_one_tap_credential=x"), "/direct/social/google?app_id=app&fallback=sign-in");
    }
}
