use super::*;
use proptest::prelude::*;

const REGISTERED: &[&str] = &[
    "https://app.example.com/callback",
    "http://localhost:9999/callback",
    "https://*.preview.example.com/callback",
    "https://tenant.example.com/apps/*/callback",
    "com.example.app://callback",
];

fn accepts(presented: &str) -> bool {
    is_registered(presented, REGISTERED.iter().copied(), Loopback::Exact)
}

#[test]
fn accepts_what_is_registered_in_any_equal_spelling() {
    for good in [
        "https://app.example.com/callback",
        "https://app.example.com:443/callback",
        "HTTPS://APP.example.com/callback",
        "http://localhost:9999/callback",
        "https://pr-17.preview.example.com/callback",
        "https://tenant.example.com/apps/a/callback",
        "https://tenant.example.com/apps/a/b/callback",
        "com.example.app://callback",
    ] {
        assert!(accepts(good), "{good}");
    }
}

/// Tricks that broke redirect matching elsewhere, crossed with every registered address.
#[test]
fn attack_redirect_uri_tricks_are_refused() {
    let mut hostile: Vec<String> = Vec::new();
    for registered in REGISTERED {
        let concrete = registered.replace("*.preview", "x.preview").replace("/*/", "/x/");
        let (scheme, rest) = concrete.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let name = host.split(':').next().unwrap();
        for variant in [
            format!("{scheme}://{host}.evil.test/{path}"),
            format!("{scheme}://evil.test/{path}"),
            format!("{scheme}://evil.test/{host}/{path}"),
            format!("{scheme}://evil.test#{scheme}://{host}/{path}"),
            format!("{scheme}://evil.test?{scheme}://{host}/{path}"),
            format!("{scheme}://evil.test\\@{host}/{path}"),
            format!("{scheme}://evil.test%5c@{host}/{path}"),
            format!("{scheme}://{host}@evil.test/{path}"),
            format!("{scheme}://user@{host}/{path}"),
            format!("{scheme}://user:password@{host}/{path}"),
            format!("{scheme}://a@b@{host}/{path}"),
            format!("{scheme}://{host}:80@evil.test/{path}"),
            format!("{scheme}://{name}:4443/{path}"),
            format!("{scheme}://{host}%00.evil.test/{path}"),
            format!("{scheme}://{host}%2eevil.test/{path}"),
            format!("{scheme}://{host}%2fevil.test/{path}"),
            format!("{scheme}://evil.{host}/{path}"),
            format!("{scheme}://{host}\u{3002}evil.test/{path}"),
            format!("{scheme}://{host}/{path}/../../evil"),
            format!("{scheme}://{host}/{path}/..;/evil"),
            format!("{scheme}://{host}/{path}/%2e%2e/evil"),
            format!("{scheme}://{host}/{path}%2f..%2fevil"),
            format!("{scheme}://{host}/{path}x"),
            format!("{scheme}://{host}/{path}/"),
            format!("{scheme}://{host}/x{path}"),
            format!("{scheme}://{host}/{path}?next=https://evil.test"),
            format!("{scheme}://{host}/{path}#fragment"),
            format!("{scheme}://{host}/{path}?"),
            format!("{scheme}://{host}/{path}#"),
            format!(" {scheme}://{host}/{path}"),
            format!("{scheme}://{host}/{path}\n"),
            format!("{scheme}://{host}/{path}\t"),
            format!("{scheme}://{host}\r\n/{path}"),
            format!("//{host}/{path}"),
            format!("/{path}"),
            format!("javascript:alert(1)//{scheme}://{host}/{path}"),
            format!("JavaScript://{host}/{path}%0aalert(1)"),
            format!("data:text/html,{scheme}://{host}/{path}"),
            format!("vbscript:{host}/{path}"),
            format!("file://{host}/{path}"),
            format!("blob:{scheme}://{host}/{path}"),
            format!("ftp://{host}/{path}"),
            format!("x{scheme}://{host}/{path}"),
            format!("{scheme}x://{host}/{path}"),
            registered.replace("callback", "*"),
            format!("{scheme}://*/{path}"),
            format!("*://{host}/{path}"),
            String::new(),
        ] {
            hostile.push(variant);
        }
    }
    hostile.extend(
        [
            // The wildcard stays within one label and within its path.
            "https://evilapp.example.com/callback",
            "https://preview.example.com/callback",
            "https://.preview.example.com/callback",
            "https://a.b.preview.example.com/callback",
            "https://x.preview.example.com.evil.test/callback",
            "https://x.preview.example.com:8443/callback",
            "http://x.preview.example.com/callback",
            "https://evil.test/.preview.example.com/callback",
            "https://evil.test#.preview.example.com/callback",
            "https://tenant.example.com/apps/../callback",
            "https://tenant.example.com/apps/x/../../callback",
            "https://tenant.example.com/apps/%2e%2e/callback",
            "https://tenant.example.com/apps/%2E./callback",
            "https://tenant.example.com/apps/..%2fadmin/callback",
            "https://tenant.example.com/apps/x%5c..%5c/callback",
            "https://tenant.example.com/callback",
            // `localhost` is a name, not a prefix.
            "http://localhost:9999.evil.test/callback",
            "http://localhost.evil.test:9999/callback",
            "http://localhost:9998/callback",
            "http://127.0.0.1:9999/callback",
            "http://[::1]:9999/callback",
            "https://localhost:9999/callback",
        ]
        .map(str::to_owned),
    );
    assert!(hostile.len() >= 200, "{}", hostile.len());
    for uri in hostile {
        assert!(!accepts(&uri), "{uri}");
    }
}

#[test]
fn wildcards_never_reach_the_registrable_domain_or_the_query() {
    for pattern in [
        "https://*.com/callback",
        "https://*/callback",
        "https://app.*.com/callback",
        "https://app.example.com:*/callback",
        "https://app.example.com/callback?*",
        "https://app.example.com/callback#*",
        "*://app.example.com/callback",
        "https://*@app.example.com/callback",
        "https://[::*]/callback",
        "custom://*/callback",
    ] {
        for presented in
            ["https://app.example.com/callback", "https://evil.com/callback", "https://evil.com/callback?x"]
        {
            assert!(!is_registered(presented, [pattern], Loopback::AnyPort), "{pattern} {presented}");
        }
    }
}

#[test]
fn native_clients_listen_on_any_loopback_port() {
    let registered =
        ["http://127.0.0.1/cb", "http://localhost:1/cb", "http://[::1]/cb", "https://localhost/cb"];
    let native = |uri: &str| is_registered(uri, registered, Loopback::AnyPort);
    assert!(native("http://127.0.0.1:51004/cb"));
    assert!(native("http://localhost:51004/cb"));
    assert!(native("http://[::1]:51004/cb"));
    for bad in [
        "http://127.0.0.1:51004/other",
        "http://127.0.0.2:51004/cb",
        "https://localhost:51004/cb",
        "http://localhost.evil.test:51004/cb",
        "http://127.0.0.1.evil.test:51004/cb",
    ] {
        assert!(!native(bad), "{bad}");
    }
    assert!(!is_registered("http://localhost:2/cb", registered, Loopback::Exact));
}

#[test]
fn attack_cors_by_prefix_or_suffix_is_refused() {
    let registered = ["https://good.example/cb", "https://*.preview.example.com/cb", "com.example.app://cb"];
    for good in ["https://good.example", "https://good.example:443", "https://a.preview.example.com"] {
        assert!(is_origin_of(good, registered), "{good}");
    }
    for bad in [
        "https://good.example.evil.test",
        "https://evilgood.example",
        "https://sub.good.example",
        "http://good.example",
        "https://good.example:8443",
        "https://good.example@evil.test",
        "https://good.example/path",
        "https://a.b.preview.example.com",
        "https://preview.example.com",
        "null",
        "com.example.app://cb",
        "",
    ] {
        assert!(!is_origin_of(bad, registered), "{bad}");
    }
    assert!(is_listed_origin("https://a.test", ["https://a.test/"]));
    assert!(!is_listed_origin("https://a.test.evil", ["https://a.test"]));
    assert!(!is_listed_origin("null", ["null"]));
}

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("https://".to_owned()),
        Just("http:".to_owned()),
        Just("app.example.com".to_owned()),
        Just("x.preview.example.com".to_owned()),
        Just("tenant.example.com/apps/".to_owned()),
        Just("/callback".to_owned()),
        Just("evil.test".to_owned()),
        "[@:/\\\\#?%.*a-z0-9]{0,4}",
        Just("%2e%2e".to_owned()),
        Just("..".to_owned()),
        Just("@".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn accepted_means_same_origin_and_path_class(parts in proptest::collection::vec(fragment(), 1..8)) {
        let presented = parts.concat();
        if accepts(&presented) {
            let url = Url::parse(&presented).unwrap();
            let host = url.host_str().unwrap_or_default();
            let known = host == "app.example.com" && url.path() == "/callback"
                || host == "localhost" && url.path() == "/callback"
                || host.strip_suffix(".preview.example.com").is_some_and(|label| !label.contains('.'))
                    && url.path() == "/callback"
                || host == "tenant.example.com" && url.path().starts_with("/apps/") && url.path().ends_with("/callback")
                || url.scheme() == "com.example.app";
            prop_assert!(known, "{}", presented);
            prop_assert!(url.username().is_empty() && url.query().is_none() && url.fragment().is_none());
        }
    }

    #[test]
    fn arbitrary_text_never_panics(presented in ".{0,60}", pattern in ".{0,40}") {
        let _ = is_registered(&presented, [pattern.as_str()], Loopback::AnyPort);
        let _ = is_origin_of(&presented, [pattern.as_str()]);
    }
}
