//! Comparing redirect URIs with the registered ones (RFC 6749 §3.1.2, RFC 9700 §4.1.3).
//!
//! Both sides are parsed by the URL standard and compared in normal form, so that equal addresses are equal and
//! nothing else is. A registered address may hold `*` in a host label or in its path; each stands for part of one
//! label, or for any part of the path. A `*` in the presented address is refused.

use url::{Host, Url};

/// What a `*` of a registered address may stand for while it is parsed as a URL; not expressible in a host.
const WILDCARD: char = '*';
/// Host labels at the end that must be written out: a wildcard never spans a registrable domain.
const FIXED_TRAILING_LABELS: usize = 2;

/// Which client asks, as far as matching cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loopback {
    /// Native applications listen on a port chosen at run time (RFC 8252 §7.3).
    AnyPort,
    /// The port is part of the address.
    Exact,
}

/// Whether `presented` is one of the registered addresses.
#[must_use]
pub fn is_registered<'a>(
    presented: &str,
    registered: impl IntoIterator<Item = &'a str>,
    loopback: Loopback,
) -> bool {
    let Some(url) = parse_presented(presented) else { return false };
    registered.into_iter().any(|pattern| matches(&url, presented, pattern, loopback))
}

/// Characters that browsers and servers read differently, or that only mislead, are refused before parsing.
fn parse_presented(presented: &str) -> Option<Url> {
    let is_suspicious = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | WILDCARD);
    if presented.contains(is_suspicious) {
        return None;
    }
    let url = Url::parse(presented).ok()?;
    let is_script = matches!(url.scheme(), "javascript" | "data" | "vbscript" | "blob" | "file" | "about");
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_misleading = is_script || is_web && authority_has_user(presented);
    (!is_misleading).then_some(url)
}

fn matches(url: &Url, presented: &str, pattern: &str, loopback: Loopback) -> bool {
    if pattern.contains(WILDCARD) {
        return matches_wildcard(url, presented, pattern);
    }
    let Ok(registered) = Url::parse(pattern) else { return false };
    if url == &registered {
        return true;
    }
    loopback == Loopback::AnyPort && is_loopback(&registered) && equal_but_port(url, &registered)
}

/// RFC 8252 §7.3: the loopback interface over http, on whatever port.
fn is_loopback(url: &Url) -> bool {
    let is_loopback_host = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.octets() == [127, 0, 0, 1],
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_loopback_host
}

fn equal_but_port(left: &Url, right: &Url) -> bool {
    let (mut left, mut right) = (left.clone(), right.clone());
    left.set_port(None).is_ok() && right.set_port(None).is_ok() && left == right
}

/// A registered address with wildcards, taken apart by hand because `*` is no legal host character everywhere.
struct Pattern<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Pattern<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let (rest, fragment) = split_off(rest, '#');
        let (rest, query) = split_off(rest, '?');
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, "/"),
        };
        if authority.contains(['@', '[', ']']) {
            return None;
        }
        let (host, port) = split_off(authority, ':');
        let port = match port {
            None => None,
            Some(port) => Some(port.parse().ok()?),
        };
        let is_wild = |part: &str| part.contains(WILDCARD);
        if host.is_empty() || query.is_some_and(is_wild) || fragment.is_some_and(is_wild) {
            return None;
        }
        Some(Self { scheme, host, port, path, query, fragment })
    }
}

fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(head, tail)| (head, Some(tail)))
}

fn matches_wildcard(url: &Url, presented: &str, pattern: &str) -> bool {
    let Some(pattern) = Pattern::parse(pattern) else { return false };
    let default_port = if pattern.scheme == "https" { 443 } else { 80 };
    url.scheme() == pattern.scheme
        && url.port_or_known_default() == Some(pattern.port.unwrap_or(default_port))
        && url.query() == pattern.query
        && url.fragment() == pattern.fragment
        && url.host_str().is_some_and(|host| host_matches(host, pattern.host))
        && !has_dot_segment(presented)
        && glob(pattern.path, url.path())
}

/// User information has no place in a web address; an empty one (`https://@host`) vanishes when parsed.
fn authority_has_user(presented: &str) -> bool {
    presented.split_once("://").is_some_and(|(_, rest)| {
        rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
    })
}

/// A `*` in the path must not be walked out of: servers resolve `%2e%2e` after the comparison.
fn has_dot_segment(presented: &str) -> bool {
    let path = presented.split(['?', '#']).next().unwrap_or(presented).to_ascii_lowercase();
    path.split('/').map(|segment| segment.replace("%2e", ".")).any(|segment| {
        segment == "." || segment == ".." || segment.contains("%2f") || segment.contains("%5c")
    })
}

/// Same number of labels; `*` within a label stands for at least one character of that label.
fn host_matches(host: &str, pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let (labels, patterns): (Vec<_>, Vec<_>) = (host.split('.').collect(), pattern.split('.').collect());
    if labels.len() != patterns.len() {
        return false;
    }
    let fixed_from = patterns.len().saturating_sub(FIXED_TRAILING_LABELS);
    labels.iter().zip(&patterns).enumerate().all(|(index, (label, pattern))| {
        if pattern.contains(WILDCARD) {
            index < fixed_from && !label.is_empty() && glob(pattern, label)
        } else {
            label == pattern
        }
    })
}

/// Whether `*` in the pattern, each standing for any text, can be filled so that it becomes `text`.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(WILDCARD);
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether a browser at `origin` may read answers meant for a client with these redirect URIs: the origin is that
/// of one of them. Wildcards count in hosts only.
#[must_use]
pub fn is_origin_of<'a>(origin: &str, registered: impl IntoIterator<Item = &'a str>) -> bool {
    let Some(presented) = parse_origin(origin) else { return false };
    registered.into_iter().any(|pattern| {
        if pattern.contains(WILDCARD) {
            let Some(pattern) = Pattern::parse(pattern) else { return false };
            let default_port = if pattern.scheme == "https" { 443 } else { 80 };
            presented.scheme() == pattern.scheme
                && presented.port_or_known_default() == Some(pattern.port.unwrap_or(default_port))
                && presented.host_str().is_some_and(|host| host_matches(host, pattern.host))
        } else {
            Url::parse(pattern).is_ok_and(|url| url.origin().is_tuple() && url.origin() == presented.origin())
        }
    })
}

/// Whether `origin` equals one of the listed origins. They are stored as people typed them, so both sides are parsed.
#[must_use]
pub fn is_listed_origin<'a>(origin: &str, listed: impl IntoIterator<Item = &'a str>) -> bool {
    let Some(presented) = parse_origin(origin) else { return false };
    listed.into_iter().filter_map(parse_origin).any(|listed| listed.origin() == presented.origin())
}

/// An `Origin` header: scheme, host, port and nothing else (RFC 6454 §7).
fn parse_origin(origin: &str) -> Option<Url> {
    if origin.contains(|c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '@' | WILDCARD)) {
        return None;
    }
    let url = Url::parse(origin).ok()?;
    let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    (is_bare && url.origin().is_tuple()).then_some(url)
}

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
