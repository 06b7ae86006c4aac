//! Which addresses the server may connect to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// What an address is good for (IANA special-purpose registries, RFC 6890).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressClass {
    /// Reachable by everybody.
    Public,
    /// This very machine.
    Loopback,
    /// RFC 1918, RFC 4193 and the carrier-grade NAT range of RFC 6598.
    Private,
    /// RFC 3927 and RFC 4291 §2.5.6.
    LinkLocal,
    /// Cloud metadata services, which hand out credentials to whoever asks.
    Metadata,
    /// RFC 5771 and RFC 4291 §2.7, and the IPv4 broadcast address.
    Multicast,
    /// `0.0.0.0/8` and `::`, which some systems take for this machine.
    Unspecified,
    /// RFC 5737, RFC 3849, RFC 9637.
    Documentation,
    /// Everything else that is not global unicast.
    Reserved,
}

/// Well-known metadata endpoints; some sit inside ranges that are otherwise private or public.
const METADATA_V4: [Ipv4Addr; 5] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// First match wins.
const CLASSES_V4: [(Ipv4Net, AddressClass); 17] = [
    (v4(0, 0, 0, 0, 8), AddressClass::Unspecified),
    (v4(127, 0, 0, 0, 8), AddressClass::Loopback),
    (v4(10, 0, 0, 0, 8), AddressClass::Private),
    (v4(172, 16, 0, 0, 12), AddressClass::Private),
    (v4(192, 168, 0, 0, 16), AddressClass::Private),
    (v4(100, 64, 0, 0, 10), AddressClass::Private),
    (v4(169, 254, 0, 0, 16), AddressClass::LinkLocal),
    (v4(192, 0, 2, 0, 24), AddressClass::Documentation),
    (v4(198, 51, 100, 0, 24), AddressClass::Documentation),
    (v4(203, 0, 113, 0, 24), AddressClass::Documentation),
    (v4(192, 0, 0, 0, 24), AddressClass::Reserved),
    (v4(192, 88, 99, 0, 24), AddressClass::Reserved),
    (v4(192, 31, 196, 0, 24), AddressClass::Reserved),
    (v4(198, 18, 0, 0, 15), AddressClass::Reserved),
    (v4(224, 0, 0, 0, 4), AddressClass::Multicast),
    (v4(255, 255, 255, 255, 32), AddressClass::Multicast),
    (v4(240, 0, 0, 0, 4), AddressClass::Reserved),
];

/// First match wins; what is outside `2000::/3` and not named here is reserved.
const CLASSES_V6: [(Ipv6Net, AddressClass); 10] = [
    (v6(0xfc00, 0, 0, 7), AddressClass::Private),
    (v6(0xfec0, 0, 0, 10), AddressClass::Private),
    (v6(0xfe80, 0, 0, 10), AddressClass::LinkLocal),
    (v6(0xff00, 0, 0, 8), AddressClass::Multicast),
    (v6(0x2001, 0xdb8, 0, 32), AddressClass::Documentation),
    (v6(0x3fff, 0, 0, 20), AddressClass::Documentation),
    // Teredo hides an IPv4 address and a port behind an obfuscation: never needed, never allowed.
    (v6(0x2001, 0, 0, 32), AddressClass::Reserved),
    (v6(0x2001, 0, 0, 23), AddressClass::Reserved),
    (v6(0x5f00, 0, 0, 16), AddressClass::Reserved),
    (v6(0x2000, 0, 0, 3), AddressClass::Public),
];

impl AddressClass {
    /// Classifies an address, looking through every form that embeds an IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        if METADATA_V4.contains(&address) {
            return Self::Metadata;
        }
        CLASSES_V4.iter().find(|(net, _)| net.contains(&address)).map_or(Self::Public, |(_, class)| *class)
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if address.is_unspecified() {
            return Self::Unspecified;
        }
        if address.is_loopback() {
            return Self::Loopback;
        }
        if METADATA_V6.contains(&address) {
            return Self::Metadata;
        }
        if let Some(embedded) = embedded_v4(address) {
            return Self::of_v4(embedded);
        }
        CLASSES_V6.iter().find(|(net, _)| net.contains(&address)).map_or(Self::Reserved, |(_, class)| *class)
    }
}

/// The IPv4 address that a packet to `address` may end up at.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d, e, f) {
        // IPv4-mapped (RFC 4291 §2.5.5.2), IPv4-compatible (§2.5.5.1), IPv4-translated (RFC 2765).
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) => Some(join(g, h)),
        // NAT64 well-known prefix (RFC 6052 §2.1).
        (0x64, 0xff9b, 0, 0, 0, 0) => Some(join(g, h)),
        // 6to4 (RFC 3056 §2).
        (0x2002, ..) => Some(join(b, c)),
        _ => None,
    }
}

/// An exception from the address check, chosen by the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowEntry {
    /// Every address of a network, metadata services included.
    Network(IpNet),
    /// One host name; it may resolve to anything but a metadata service.
    Host(String),
    /// `*.example.com`: every host name below a domain.
    Subdomains(String),
}

/// Neither a network, an address nor a host name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a host name, an address nor a network")]
pub struct InvalidAllowEntry(pub String);

impl FromStr for AllowEntry {
    type Err = InvalidAllowEntry;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(Self::Network(IpNet::from(address)));
        }
        let (host, wildcard) = match text.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (text.as_str(), false),
        };
        match url::Host::parse(host) {
            Ok(url::Host::Domain(domain)) if wildcard => Ok(Self::Subdomains(domain)),
            Ok(url::Host::Domain(domain)) => Ok(Self::Host(domain)),
            _ => Err(InvalidAllowEntry(text)),
        }
    }
}

/// Where outbound requests may go. The default is the public internet only.
#[derive(Clone, Debug, Default)]
pub struct OutboundPolicy {
    /// Permits loopback and private addresses (not link-local ones, not metadata services).
    pub allow_private: bool,
    /// Hosts and networks permitted besides the public internet.
    pub allow_list: Vec<AllowEntry>,
}

impl OutboundPolicy {
    /// Whether `address`, reached under the name `host`, may be connected to.
    pub fn permits(&self, host: &str, address: IpAddr) -> bool {
        let class = AddressClass::of(address);
        match class {
            AddressClass::Public => return true,
            AddressClass::Loopback | AddressClass::Private if self.allow_private => return true,
            _ => {}
        }
        self.allow_list.iter().any(|entry| match entry {
            AllowEntry::Network(network) => network.contains(&address),
            AllowEntry::Host(name) => class != AddressClass::Metadata && same_host(host, name),
            AllowEntry::Subdomains(domain) => class != AddressClass::Metadata && is_below(host, domain),
        })
    }
}

fn same_host(host: &str, name: &str) -> bool {
    host.trim_end_matches('.').eq_ignore_ascii_case(name)
}

fn is_below(host: &str, domain: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(address: &str) -> AddressClass {
        AddressClass::of(address.parse().unwrap())
    }

    #[test]
    fn every_class_of_address_is_recognised() {
        use AddressClass::*;
        let table = [
            ("8.8.8.8", Public),
            ("172.32.0.1", Public),
            ("100.128.0.1", Public),
            ("2606:4700::1111", Public),
            ("::ffff:8.8.8.8", Public),
            ("64:ff9b::8.8.8.8", Public),
            ("127.0.0.1", Loopback),
            ("127.255.255.254", Loopback),
            ("::1", Loopback),
            ("::ffff:127.0.0.1", Loopback),
            ("::127.0.0.1", Loopback),
            ("64:ff9b::127.0.0.1", Loopback),
            ("2002:7f00:1::", Loopback),
            ("10.1.2.3", Private),
            ("172.16.0.1", Private),
            ("172.31.255.255", Private),
            ("192.168.1.1", Private),
            ("100.64.0.1", Private),
            ("fc00::1", Private),
            ("fd12:3456::1", Private),
            ("fec0::1", Private),
            ("::ffff:10.0.0.1", Private),
            ("64:ff9b::a00:1", Private),
            ("169.254.1.1", LinkLocal),
            ("fe80::1", LinkLocal),
            ("169.254.169.254", Metadata),
            ("::ffff:169.254.169.254", Metadata),
            ("64:ff9b::a9fe:a9fe", Metadata),
            ("2002:a9fe:a9fe::", Metadata),
            ("100.100.100.200", Metadata),
            ("168.63.129.16", Metadata),
            ("fd00:ec2::254", Metadata),
            ("224.0.0.1", Multicast),
            ("255.255.255.255", Multicast),
            ("ff02::1", Multicast),
            ("0.0.0.0", Unspecified),
            ("0.1.2.3", Unspecified),
            ("::", Unspecified),
            ("::ffff:0.0.0.0", Unspecified),
            ("192.0.2.1", Documentation),
            ("198.51.100.7", Documentation),
            ("203.0.113.9", Documentation),
            ("2001:db8::1", Documentation),
            ("3fff::1", Documentation),
            ("198.18.0.1", Reserved),
            ("240.0.0.1", Reserved),
            ("2001::1", Reserved),
            ("64:ff9b:1::1", Reserved),
            ("100::1", Reserved),
            ("4000::1", Reserved),
        ];
        for (address, expected) in table {
            assert_eq!(class(address), expected, "{address}");
        }
    }

    #[test]
    fn private_destinations_do_not_include_metadata_services() {
        let policy = OutboundPolicy { allow_private: true, ..OutboundPolicy::default() };
        for address in ["127.0.0.1", "10.0.0.1", "::1", "fd12::1", "8.8.8.8"] {
            assert!(policy.permits("host", address.parse().unwrap()), "{address}");
        }
        for address in ["169.254.169.254", "169.254.1.1", "100.100.100.200", "0.0.0.0", "ff02::1"] {
            assert!(!policy.permits("host", address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn allow_list_names_hosts_and_networks() {
        let entries = ["10.1.0.0/16", "IdP.internal", "*.corp.example", "[::1]"];
        let policy = OutboundPolicy {
            allow_private: false,
            allow_list: entries.iter().map(|entry| entry.parse().unwrap()).collect(),
        };
        let permits = |host: &str, address: &str| policy.permits(host, address.parse().unwrap());
        assert!(permits("x", "10.1.2.3"));
        assert!(!permits("x", "10.2.2.3"));
        assert!(permits("x", "::1"));
        assert!(permits("idp.internal", "10.9.9.9"));
        assert!(permits("IDP.INTERNAL.", "10.9.9.9"));
        assert!(!permits("not-idp.internal", "10.9.9.9"));
        assert!(permits("a.corp.example", "127.0.0.1"));
        assert!(!permits("corp.example", "127.0.0.1"));
        assert!(!permits("evilcorp.example", "127.0.0.1"));
        assert!(!permits("idp.internal", "169.254.169.254"));
        assert!("not a host".parse::<AllowEntry>().is_err());
        assert!("10.0.0.0/99".parse::<AllowEntry>().is_err());
    }
}
