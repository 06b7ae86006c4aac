//! Which redirect URIs can be registered (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1).

use url::Url;

/// Labels at the end of a host that a wildcard never stands for.
const FIXED_TRAILING_LABELS: usize = 2;
/// Schemes that run or show what the address holds instead of going somewhere.
const REFUSED_SCHEMES: &[&str] = &["javascript", "data", "vbscript", "blob", "file", "about", "view-source"];

/// What is wrong with a redirect URI; `None` when it can be registered.
pub fn fault(uri: &str) -> Option<&'static str> {
    if uri.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Some("Control characters, white space and backslashes are not allowed.");
    }
    let Some((scheme, rest)) = uri.split_once(':') else { return Some("Not an absolute address.") };
    let scheme = scheme.to_ascii_lowercase();
    if REFUSED_SCHEMES.contains(&scheme.as_str()) {
        return Some("This scheme is not allowed.");
    }
    match scheme.as_str() {
        "http" | "https" => web_fault(uri, rest),
        _ => custom_scheme_fault(&scheme, rest),
    }
}

fn custom_scheme_fault(scheme: &str, rest: &str) -> Option<&'static str> {
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_'));
    match (is_scheme, rest.is_empty()) {
        (false, _) => Some("Not a valid scheme."),
        (true, true) => Some("Something has to follow the scheme."),
        _ => None,
    }
}

fn web_fault(uri: &str, rest: &str) -> Option<&'static str> {
    let Some(rest) = rest.strip_prefix("//") else { return Some("Two slashes have to follow the scheme.") };
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_end);
    let path = tail.split(['?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("User information is not allowed.");
    }
    if has_dot_segment(path) {
        return Some("Dot segments are not allowed in the path.");
    }
    if tail[path.len()..].contains('*') {
        return Some("A wildcard is only allowed in the host and in the path.");
    }
    let (host, port) = split_port(authority);
    if port.contains('*') || host.starts_with('[') && host.contains('*') {
        return Some("A wildcard is only allowed in the host and in the path.");
    }
    if host.contains('*') && !is_wildcard_host(host) {
        return Some("A wildcard must not stand for the last two labels of the host.");
    }
    // The URL standard refuses `*` in hosts; a letter stands in for it.
    let parsed = Url::parse(&uri.replace('*', "w"));
    parsed.map_or(Some("Not a valid web address."), |url| {
        url.host().is_none().then_some("The host is missing.")
    })
}

fn split_port(authority: &str) -> (&str, &str) {
    match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => (&authority[..colon], &authority[colon + 1..]),
        _ => (authority, ""),
    }
}

fn is_wildcard_host(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() > FIXED_TRAILING_LABELS
        && labels[labels.len() - FIXED_TRAILING_LABELS..].iter().all(|label| !label.contains('*'))
}

/// Servers resolve `%2e%2e` after the comparison, so it counts as `..`.
fn has_dot_segment(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    path.split('/').any(|segment| matches!(segment, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn accepts_what_clients_register() {
        for uri in [
            "https://app.example.com/callback",
            "http://localhost:3000/api/auth/callback/logto",
            "http://[::1]:8080/cb",
            "https://*.example.com/callback",
            "https://pr-*.preview.example.com/*/callback",
            "io.logto.app://callback",
            "com.example:/oauth",
            "https://example.com/?x=1#y",
        ] {
            assert_eq!(fault(uri), None, "{uri}");
        }
    }

    #[test]
    fn refuses_what_widens_or_misleads() {
        for uri in [
            "",
            "callback",
            "/callback",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https:example.com",
            "https:/example.com",
            "https://",
            "https://*.com/cb",
            "https://*/cb",
            "https://example.*/cb",
            "https://app.*.com/cb",
            "http*://example.com/cb",
            "https://example.com:*/cb",
            "https://*@example.com/cb",
            "https://user@example.com/cb",
            "https://@example.com/cb",
            "https://example.com/cb?x=*",
            "https://example.com/cb#*",
            "https://example.com/a/../b",
            "https://example.com/a/%2e%2E/b",
            "https://example.com/a/.%2e",
            "https://example.com/a%2f..%2fb",
            "https://example.com\\@evil.example/cb",
            "https://example.com/a b",
            "https://exa\nmple.com/",
            "https://[::*]/cb",
            "1scheme:/x",
            "com.example:",
        ] {
            assert!(fault(uri).is_some(), "{uri}");
        }
    }
}
