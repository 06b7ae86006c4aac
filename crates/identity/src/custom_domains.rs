//! Custom domains: whether a host name leads to this server.
//!
//! The operator points the name at a target with a CNAME record, and whatever ends TLS there has a certificate for
//! it. What this server can see of that is where the name leads.

use portico_model::domain::{DnsRecord, DomainStatus};
use std::{collections::HashSet, net::IpAddr, time::Duration};

/// How long a name may take to resolve.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(3);
/// Labels of a custom domain: a subdomain of a registered name.
const MIN_LABELS: usize = 3;
/// Longest host name (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
/// Longest label (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;

/// Whether the text is a host name below a registered one, in lower case (RFC 1123 §2.1).
#[must_use]
pub fn is_custom_domain(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let is_numeric = labels.last().is_none_or(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    host.len() <= MAX_HOST && labels.len() >= MIN_LABELS && !is_numeric && labels.into_iter().all(is_label)
}

/// Whether the text is one label of a host name, in lower case.
#[must_use]
pub fn is_label(text: &str) -> bool {
    (1..=MAX_LABEL).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// What the operator enters at the registrar.
#[must_use]
pub fn records(domain: &str, target: &str) -> Vec<DnsRecord> {
    vec![DnsRecord { name: domain.to_owned(), kind: "CNAME".to_owned(), value: target.to_owned() }]
}

/// Looks up where the domain leads: whether it is active, and what is wrong if not.
pub async fn inspect(domain: &str, target: &str) -> (DomainStatus, Option<String>) {
    let (found, wanted) = tokio::join!(addresses(domain), addresses(target));
    verdict(&found, &wanted)
}

async fn addresses(host: &str) -> HashSet<IpAddr> {
    // The port is of no account; the lookup wants one.
    let lookup = tokio::net::lookup_host((host, 443));
    match tokio::time::timeout(LOOKUP_TIMEOUT, lookup).await {
        Ok(Ok(found)) => found.map(|address| address.ip()).collect(),
        // A name that does not resolve yet is what a new domain looks like.
        Ok(Err(_)) | Err(_) => HashSet::new(),
    }
}

fn verdict(found: &HashSet<IpAddr>, wanted: &HashSet<IpAddr>) -> (DomainStatus, Option<String>) {
    if found.is_empty() || wanted.is_empty() {
        (DomainStatus::PendingVerification, None)
    } else if found.is_subset(wanted) {
        (DomainStatus::Active, None)
    } else {
        (DomainStatus::PendingVerification, Some("The domain leads somewhere else.".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(addresses: &[[u8; 4]]) -> HashSet<IpAddr> {
        addresses.iter().copied().map(IpAddr::from).collect()
    }

    #[test]
    fn a_domain_is_active_when_it_leads_nowhere_else() {
        let (ours, other) = ([192, 0, 2, 1], [192, 0, 2, 9]);
        let target = set(&[ours, [192, 0, 2, 2]]);
        assert_eq!(verdict(&set(&[ours]), &target), (DomainStatus::Active, None));
        for elsewhere in [set(&[other]), set(&[ours, other])] {
            let (status, reason) = verdict(&elsewhere, &target);
            assert_eq!((status, reason.is_some()), (DomainStatus::PendingVerification, true));
        }
        for (found, wanted) in [(set(&[]), target.clone()), (set(&[ours]), set(&[])), (set(&[]), set(&[]))] {
            assert_eq!(verdict(&found, &wanted), (DomainStatus::PendingVerification, None));
        }
    }

    #[test]
    fn only_subdomains_are_custom_domains() {
        for host in ["login.example.com", "a.b.c.example", "xn--bcher-kva.example.com"] {
            assert!(is_custom_domain(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost",
            "",
            "Login.example.com",
            "a..example.com",
            "-a.example.com",
            "a-.example.com",
            "192.168.0.1",
            "a_b.example.com",
            "login.example.com.",
            "*.example.com",
            "login.example.com:443",
            "login.example.com/x",
        ] {
            assert!(!is_custom_domain(host), "{host}");
        }
    }
}
